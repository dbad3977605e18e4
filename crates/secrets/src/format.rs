//! The table of token formats, read on first use, and the search for its anchors.

use std::borrow::Cow;
use std::sync::OnceLock;

use model::{CredentialKind, Expiry, ExpirySource, Lifetime, LiteralClass};

use crate::check::Check;
use crate::replacement;
use crate::search::Search;
use crate::shape::Shape;

const TABLE: &str = include_str!("../data/formats.tsv");

/// One known format of a token.
#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) provider: Option<&'static str>,
    pub(crate) name: &'static str,
    pub(crate) kind: CredentialKind,
    pub(crate) anchor: &'static str,
    pub(crate) shape: Shape,
    pub(crate) check: Check,
    pub(crate) class: LiteralClass,
    pub(crate) expiry: Expiry,
    pub(crate) replacement: Option<&'static str>,
}

impl Format {
    /// Provider and name: `GitHub personal access token`.
    pub(crate) fn describe(&self) -> Cow<'static, str> {
        match self.provider {
            Some(provider) => format!("{provider} {}", self.name).into(),
            None => self.name.into(),
        }
    }
}

/// All formats, and which of them each anchor belongs to.
#[derive(Debug)]
pub(crate) struct Formats {
    pub(crate) formats: Vec<Format>,
    /// For each word of `anchors`, the formats that contain it.
    pub(crate) of_anchor: Vec<Vec<usize>>,
    /// Texts that start something other than a token of the table, such as a URL.
    pub(crate) marks: &'static [&'static str],
    /// Marks are the words after the anchors, and then come the mentions.
    pub(crate) anchors: Search,
}

/// The formats, parsed once. `marks` and `mentions` (these in either case of their letters) are
/// searched in the same pass and belong to the caller.
pub(crate) fn formats(
    marks: &'static [&'static str],
    mentions: &'static [&'static str],
) -> &'static Formats {
    static FORMATS: OnceLock<Formats> = OnceLock::new();
    FORMATS.get_or_init(|| build(marks, mentions))
}

fn build(marks: &'static [&'static str], mentions: &'static [&'static str]) -> Formats {
    let formats: Vec<Format> = rows().filter_map(format).collect();
    let mut words: Vec<&'static str> = Vec::new();
    let mut of_anchor: Vec<Vec<usize>> = Vec::new();
    for (index, format) in formats.iter().enumerate() {
        match words.iter().position(|it| *it == format.anchor) {
            Some(at) => of_anchor.get_mut(at).into_iter().for_each(|it| it.push(index)),
            None => {
                words.push(format.anchor);
                of_anchor.push(vec![index]);
            }
        }
    }
    words.extend(marks);
    Formats { formats, of_anchor, marks, anchors: Search::new(&words, mentions) }
}

fn rows() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty())
}

fn format(row: &'static str) -> Option<Format> {
    let mut cells = row.split('\t');
    let mut cell = || cells.next();
    Some(Format {
        provider: cell().filter(|it| *it != "-"),
        name: cell()?,
        kind: kind(cell()?)?,
        anchor: cell()?,
        shape: Shape::parse(cell()?)?,
        check: Check::parse(cell()?)?,
        class: class(cell()?)?,
        expiry: expiry(cell()?)?,
        replacement: replacement::sentence(cell()?),
    })
}

pub(crate) fn kind(text: &str) -> Option<CredentialKind> {
    Some(match text {
        "access-key" => CredentialKind::AccessKey,
        "api-key" => CredentialKind::ApiKey,
        "client-secret" => CredentialKind::ClientSecret,
        "cookie" => CredentialKind::Cookie,
        "other" => CredentialKind::Other,
        "password" => CredentialKind::Password,
        "private-key" => CredentialKind::PrivateKey,
        "shared-key" => CredentialKind::SharedKey,
        "token" => CredentialKind::Token,
        "webhook-url" => CredentialKind::WebhookUrl,
        _ => return None,
    })
}

fn class(text: &str) -> Option<LiteralClass> {
    Some(match text {
        "secret" => LiteralClass::Secret,
        "public" => LiteralClass::Public,
        "identifier" => LiteralClass::Identifier,
        _ => return None,
    })
}

/// Reads a lifetime: `never`, `never-default`, `unknown`, `8h`, `90d-max`.
pub(crate) fn expiry(text: &str) -> Option<Expiry> {
    match text {
        "unknown" => return Some(Expiry::default()),
        "never" => return Some(Expiry::never_by_kind()),
        "never-default" => {
            return Some(Expiry {
                lifetime: Lifetime::Never,
                source: ExpirySource::ProviderDefault,
                ..Expiry::default()
            });
        }
        _ => {}
    }
    let span = text.strip_suffix("-max").unwrap_or(text);
    let hours: u64 = match span.strip_suffix('h') {
        Some(hours) => hours.parse().ok()?,
        None => span.strip_suffix('d')?.parse::<u64>().ok()? * 24,
    };
    Some(Expiry {
        lifetime: Lifetime::Seconds(hours * 3600),
        source: ExpirySource::ProviderDefault,
        ..Expiry::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        let bad: Vec<&str> = rows().filter(|it| format(it).is_none()).collect();
        assert_eq!(bad, Vec::<&str>::new());
        for row in rows() {
            assert_eq!(row.split('\t').count(), 9, "{row}");
            let code = row.rsplit('\t').next().unwrap();
            assert!(code == "-" || replacement::sentence(code).is_some(), "{row}");
        }
    }

    #[test]
    fn no_token_is_shorter_than_a_bare_word() {
        for it in rows().filter_map(format) {
            let shortest = it.anchor.len() + it.shape.shortest();
            assert!(shortest >= crate::decide::SHORTEST_TOKEN, "{}: {shortest}", it.name);
        }
    }

    #[test]
    fn no_row_is_written_twice() {
        let mut seen: Vec<&str> = rows().collect();
        seen.sort_unstable();
        let all = seen.len();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }
}
