//! Formats that only the name of the key tells apart: 32 hex digits under `DD_API_KEY`.

use std::borrow::Cow;
use std::sync::OnceLock;

use model::{CredentialKind, Expiry};

use crate::shape::Shape;
use crate::{Found, format, replacement, words};

const TABLE: &str = include_str!("../data/named.tsv");

struct Named {
    provider: &'static str,
    name: &'static str,
    kind: CredentialKind,
    words: Vec<Vec<&'static str>>,
    shape: Shape,
    expiry: Expiry,
    replacement: Option<&'static str>,
}

/// Fills in provider, format and lifetime when key and value belong to a known provider.
/// False when they do not.
pub(crate) fn describe(found: &mut Found, key: &str, value: &str) -> bool {
    let words = words::split(key);
    let is_key_of = |it: &Named| {
        it.words.iter().any(|all| all.iter().all(|it| words.iter().any(|word| word == it)))
    };
    let is_shaped = |it: &Named| {
        it.shape.locate(value.as_bytes(), 0..0).is_some_and(|it| it.len() == value.len())
    };
    let Some(named) = table().iter().find(|it| is_key_of(it) && is_shaped(it)) else {
        return false;
    };
    found.kind = named.kind;
    found.provider = Some(Cow::Borrowed(named.provider));
    found.format = Some(format!("{} {}", named.provider, named.name).into());
    found.expiry = named.expiry.clone();
    found.replacement = named.replacement.map(Cow::Borrowed);
    true
}

fn table() -> &'static [Named] {
    static NAMED: OnceLock<Vec<Named>> = OnceLock::new();
    NAMED.get_or_init(|| rows().filter_map(named).collect())
}

fn rows() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty())
}

fn named(row: &'static str) -> Option<Named> {
    let mut cells = row.split('\t');
    let mut cell = || cells.next();
    Some(Named {
        provider: cell()?,
        name: cell()?,
        kind: format::kind(cell()?)?,
        words: cell()?.split('|').map(|it| it.split(' ').collect()).collect(),
        shape: Shape::parse(&format!("@ {}", cell()?))?,
        expiry: format::expiry(cell()?)?,
        replacement: replacement::sentence(cell()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        for row in rows() {
            assert!(named(row).is_some_and(|it| it.replacement.is_some()), "{row}");
        }
    }
}
