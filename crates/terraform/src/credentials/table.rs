//! Arguments that take a credential, by resource type.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table; its header names source and date.
const ROWS: &str = include_str!("../../data/sensitive-attributes.tsv");

/// An argument that takes a credential.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// `password`, `user.password`, `environment.variables.<KEY>`.
    pub(super) path: &'static str,
    /// The write-only argument that takes the value without storing it.
    pub(super) twin: Option<&'static str>,
    /// False for an argument that also takes what is no credential.
    pub(super) certain: bool,
}

static TABLE: LazyLock<BTreeMap<&'static str, Vec<Row>>> = LazyLock::new(|| {
    let mut table: BTreeMap<&'static str, Vec<Row>> = BTreeMap::new();
    for columns in model::rows(ROWS) {
        let mut columns = columns.into_iter();
        let (Some(of), Some(path)) = (columns.next(), columns.next()) else { continue };
        let twin = columns.next().filter(|it| !it.is_empty());
        let certain = columns.next().is_none();
        table.entry(of).or_default().push(Row { path, twin, certain });
    }
    table
});

/// The rows of a resource type, `provider.NAME` or `backend.NAME`.
pub(super) fn rows(of: &str) -> &'static [Row] {
    TABLE.get(of).map_or(&[], Vec::as_slice)
}

/// True for an argument that takes a credential in the settings of some backend.
pub(super) fn is_backend_credential(name: &str) -> bool {
    let backends = TABLE.iter().filter(|(of, _)| of.starts_with("backend."));
    backends.flat_map(|(_, rows)| rows).any(|it| it.path == name)
}

/// The row of an argument; a row without dots names an argument at any depth.
pub(super) fn row(rows: &'static [Row], path: &str) -> Option<Row> {
    let (parent, leaf) = path.rsplit_once('.').unwrap_or(("", path));
    rows.iter().copied().find(|it| {
        it.path == path
            || it.path == leaf
            || it.path.strip_suffix(".<KEY>").is_some_and(|map| map == parent)
            || it
                .path
                .strip_suffix(".<ANY>")
                .is_some_and(|map| path.strip_prefix(map).is_some_and(|rest| rest.starts_with('.')))
    })
}

impl Row {
    /// True for an argument of its own that takes nothing but a credential.
    pub(super) fn is_certain_argument(self) -> bool {
        self.certain && !self.path.contains(['.', '<'])
    }

    /// True when the argument is a map whose keys say what their values are.
    pub(super) fn is_map(self) -> bool {
        self.path.ends_with('>')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_arguments_at_their_depth() {
        assert!(row(rows("aws_db_instance"), "password").is_some());
        assert_eq!(row(rows("aws_db_instance"), "password").unwrap().twin, Some("password_wo"));
        assert!(row(rows("aws_db_instance"), "username").is_none());
        assert!(row(rows("aws_lambda_function"), "environment.variables.TOKEN").unwrap().is_map());
        assert!(row(rows("provider.aws"), "secret_key").is_some());
        assert!(row(rows("google_compute_disk"), "disk_encryption_key.raw_key").is_some());
    }
}
