//! Attributes that providers compute and that hold a credential: the table, read once.

use std::sync::LazyLock;

use model::CredentialKind;

use super::issuer;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../../data/computed-secrets.tsv");

/// Attributes of a type.
#[derive(Debug)]
pub(super) struct Computed {
    resource: &'static str,
    pub(super) attributes: Vec<&'static str>,
    /// `None` when a credential is only a part of it, or another form of one.
    pub(super) kind: Option<CredentialKind>,
    pub(super) provider: Option<&'static str>,
}

static TABLE: LazyLock<Vec<Computed>> =
    LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

fn read(columns: Vec<&'static str>) -> Option<Computed> {
    let [resource, attributes, kind, provider] = columns.as_slice() else { return None };
    Some(Computed {
        resource,
        attributes: attributes.split(',').collect(),
        kind: match *kind {
            "-" => None,
            name => Some(issuer::kind_of(name)?),
        },
        provider: Some(*provider).filter(|it| !it.is_empty()),
    })
}

/// The rows of a type, which for a data source starts with `data.`.
pub(super) fn rows(kind: &str) -> impl Iterator<Item = &'static Computed> {
    TABLE.iter().filter(move |it| model::glob(it.resource, kind))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_read_and_says_something_new() {
        assert_eq!(TABLE.len(), model::rows(ROWS).count());
        let mut seen = BTreeSet::new();
        for row in TABLE.iter() {
            for attribute in &row.attributes {
                assert!(seen.insert((row.resource, *attribute)), "{} {attribute}", row.resource);
            }
        }
    }

    #[test]
    fn the_first_row_that_fits_counts() {
        let first = |kind| rows(kind).find(|it| it.attributes.contains(&"primary_access_key"));
        let kind = |name| first(name).and_then(|it| it.kind);
        assert_eq!(kind("azurerm_cognitive_account"), Some(CredentialKind::ApiKey));
        assert_eq!(kind("azurerm_storage_account"), Some(CredentialKind::SharedKey));
        assert_eq!(kind("data.azurerm_storage_account"), Some(CredentialKind::SharedKey));
        assert_eq!(kind("aws_storage_account"), None);
    }
}
