//! Which resource types make a credential: the table, read once.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::LazyLock;

use model::CredentialKind;

use super::lifetime::span;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../../data/issued.tsv");

/// How an argument sets an end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Format {
    /// A day or a moment.
    Date,
    /// A text with units.
    Duration,
    /// A text with units, or a number of seconds; zero is the server's own limit.
    Ttl,
    /// A number of units, given in milliseconds.
    Number(f64),
    /// A moment, in microseconds since 1970.
    Epoch,
    /// A time for which it can be renewed, again and again.
    Period,
}

/// What holds when no end is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Default {
    Inherent,
    Never,
    Unknown,
    Seconds(u64),
}

/// What replaces a credential without anybody's doing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Renewal {
    /// Another value of the argument.
    Trigger(&'static str),
    /// The argument, whatever its value.
    Present(&'static str),
    /// The argument, when it is true.
    Flag(&'static str),
    /// The argument, so often.
    Every(&'static str, Format),
    /// The kind of resource.
    Always,
    Unknown,
}

/// A resource type that makes a credential.
#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) kind: CredentialKind,
    pub(super) provider: Option<&'static str>,
    pub(super) holders: Vec<&'static str>,
    pub(super) ends: Vec<(&'static str, Format)>,
    pub(super) default: Default,
    /// The longest that is sensible, in seconds; without one the general limit holds.
    pub(super) maximum: Option<u64>,
    pub(super) renewals: Vec<Renewal>,
    pub(super) in_state: bool,
    pub(super) instead: Option<&'static str>,
    /// What must hold for the resource to make one.
    pub(super) conditions: Vec<Condition>,
}

/// What must hold for a row to count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    /// The argument is one of these (`|` between them), or nothing.
    Is(&'static str, &'static str),
    /// The argument may be anything but this.
    IsNot(&'static str, &'static str),
    /// Something is written at one of these ways (`|` between them).
    Written(&'static str),
}

/// Rows of one name in the order of the table.
type Table = BTreeMap<&'static str, Vec<Issuer>>;

static ISSUERS: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::new();
    for (name, issuer) in model::rows(ROWS).filter_map(read) {
        table.entry(name).or_default().push(issuer);
    }
    table
});

/// The rows of a resource type; data sources are written `data.TYPE`.
pub(super) fn of(kind: &str) -> &'static [Issuer] {
    ISSUERS.get(kind).map_or(&[], Vec::as_slice)
}

/// Rows of blocks inside a resource type, with the name of the block.
pub(super) fn blocks(kind: &str) -> Vec<(&'static str, &'static [Issuer])> {
    below(format!("{kind}#"))
}

/// Rows of what a resource type makes beside the first, with its name.
pub(super) fn parts(kind: &str) -> Vec<(&'static str, &'static [Issuer])> {
    below(format!("{kind}:"))
}

fn below(from: String) -> Vec<(&'static str, &'static [Issuer])> {
    let rows = ISSUERS.range::<str, _>((Bound::Included(&*from), Bound::Unbounded)).map_while(
        |(name, issuers)| {
            let part = name.strip_prefix(&*from)?;
            Some((part, issuers.as_slice()))
        },
    );
    rows.collect()
}

fn read(columns: Vec<&'static str>) -> Option<(&'static str, Issuer)> {
    let [
        resource,
        kind,
        provider,
        holders,
        ends,
        default,
        maximum,
        renewals,
        state,
        _,
        instead,
        when,
    ] = columns.as_slice()
    else {
        return None;
    };
    let issuer = Issuer {
        kind: kind_of(kind)?,
        provider: Some(*provider).filter(|it| !it.is_empty()),
        holders: list(holders).collect(),
        ends: list(ends).map(end).collect::<Option<_>>()?,
        default: default_of(default)?,
        maximum: if maximum.is_empty() { None } else { Some(span(maximum)?) },
        renewals: list(renewals).map(renewal).collect::<Option<_>>()?,
        in_state: *state == "yes",
        instead: Some(*instead).filter(|it| !it.is_empty()),
        conditions: list(when).map(condition).collect::<Option<_>>()?,
    };
    Some((*resource, issuer))
}

fn list(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split(',').filter(|it| !it.is_empty())
}

fn end(text: &'static str) -> Option<(&'static str, Format)> {
    let (argument, name) = text.split_once(':')?;
    Some((argument, format(name)?))
}

fn condition(text: &'static str) -> Option<Condition> {
    Some(match text.strip_prefix('!') {
        Some(argument) => Condition::Written(argument),
        None => match text.split_once("!=") {
            Some((argument, value)) => Condition::IsNot(argument, value),
            None => {
                let (argument, value) = text.split_once('=')?;
                Condition::Is(argument, value)
            }
        },
    })
}

fn format(name: &str) -> Option<Format> {
    Some(match name {
        "date" => Format::Date,
        "duration" => Format::Duration,
        "ttl" => Format::Ttl,
        "milliseconds" => Format::Number(1.0),
        "seconds" => Format::Number(1_000.0),
        "hours" => Format::Number(3_600_000.0),
        "days" => Format::Number(86_400_000.0),
        "months" => Format::Number(30.0 * 86_400_000.0),
        "years" => Format::Number(365.0 * 86_400_000.0),
        "epoch-microseconds" => Format::Epoch,
        "period" => Format::Period,
        _ => return None,
    })
}

fn renewal(text: &'static str) -> Option<Renewal> {
    Some(match text.split_once(':') {
        Some((argument, "trigger")) => Renewal::Trigger(argument),
        Some((argument, "present")) => Renewal::Present(argument),
        Some((argument, "flag")) => Renewal::Flag(argument),
        Some((argument, every)) => Renewal::Every(argument, format(every.strip_prefix("every-")?)?),
        None if text == "*" => Renewal::Always,
        None if text == "?" => Renewal::Unknown,
        _ => return None,
    })
}

fn default_of(text: &str) -> Option<Default> {
    Some(match text {
        "inherent" => Default::Inherent,
        "never" => Default::Never,
        // What must be written and is not comes from somewhere that is not seen.
        "unknown" | "required" => Default::Unknown,
        _ => Default::Seconds(span(text)?),
    })
}

pub(super) fn kind_of(text: &str) -> Option<CredentialKind> {
    use CredentialKind as Kind;
    let all = [
        Kind::AccessKey,
        Kind::ServiceAccountKey,
        Kind::ApplicationPassword,
        Kind::ServiceAccountToken,
        Kind::ApiKey,
        Kind::Token,
        Kind::Password,
        Kind::PrivateKey,
        Kind::Certificate,
        Kind::SharedKey,
        Kind::SharedAccessSignature,
        Kind::WebhookUrl,
        Kind::ClientSecret,
        Kind::RegistryCredential,
        Kind::SshKey,
        Kind::EncryptionKey,
        Kind::Other,
    ];
    all.into_iter().find(|it| format!("{it:?}") == text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn rows() -> Vec<Vec<&'static str>> {
        model::rows(ROWS).collect()
    }

    #[test]
    fn every_row_is_read() {
        for row in rows() {
            assert!(read(row.clone()).is_some(), "{row:?}");
        }
    }

    #[test]
    fn a_line_is_not_hidden_by_one_before_it() {
        let mut always = BTreeSet::new();
        for row in rows() {
            assert!(!always.contains(row[0]), "{}", row[0]);
            if row[11].is_empty() {
                always.insert(row[0]);
            }
        }
    }

    #[test]
    fn states_and_checks_are_known() {
        for row in rows() {
            assert!(matches!(row[8], "yes" | "no"), "{}", row[0]);
            assert!(matches!(row[9], "docs" | "memory"), "{}", row[0]);
        }
    }

    #[test]
    fn what_was_not_checked_has_no_default() {
        for row in rows().iter().filter(|it| it[9] == "memory") {
            assert!(matches!(row[5], "unknown" | "required"), "{}", row[0]);
        }
    }

    #[test]
    fn what_never_ends_by_default_can_be_given_an_end() {
        for row in rows() {
            let (ends, default) = (row[4], row[5]);
            match default {
                "inherent" => assert!(ends.is_empty(), "{}", row[0]),
                "never" | "required" => assert!(!ends.is_empty(), "{}", row[0]),
                _ => {}
            }
        }
    }

    #[test]
    fn advice_is_one_sentence_without_a_dot() {
        for row in rows() {
            assert!(
                !row[10].ends_with('.') && !row[10].starts_with(char::is_uppercase),
                "{}",
                row[0]
            );
        }
    }

    #[test]
    fn the_header_says_when() {
        let date = ROWS.lines().find_map(|it| it.strip_prefix("# Date: ")).unwrap();
        assert!(date.parse::<model::Date>().is_ok());
    }
}
