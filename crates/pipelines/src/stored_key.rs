//! Stored keys that a workflow signs in with, where the cloud would trust its OIDC token.

use std::sync::LazyLock;

use model::{Guard, GuardKind};
use syntax::Node;

use crate::format::Format;
use crate::sheet::{Sheet, known};

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../data/stored-keys.tsv");

#[derive(Debug)]
struct Row {
    action: &'static str,
    names: Vec<&'static str>,
    what: &'static str,
    instead: &'static str,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

fn read(columns: Vec<&'static str>) -> Option<Row> {
    let [action, names, what, instead] = columns.as_slice() else { return None };
    Some(Row { action, names: names.split('|').collect(), what, instead })
}

/// The inputs of an action.
pub(crate) fn inputs(sheet: &mut Sheet<'_>, action: &str, inputs: Node<'_>, path: &str) {
    let rows = || TABLE.iter().filter(|it| it.action.eq_ignore_ascii_case(action));
    for row in rows() {
        // The two halves of a key are one key.
        let stored = inputs
            .children()
            .find(|it| it.key().is_some_and(|key| row.names.contains(&key)) && is_stored(*it));
        if let Some(stored) = stored {
            let key = stored.key().unwrap_or_default();
            row.report(sheet, stored, format!("{path}.{key}"));
        }
    }
}

/// A variable.
pub(crate) fn variable(sheet: &mut Sheet<'_>, name: &str, value: Node<'_>, path: &str) {
    let row = TABLE.iter().find(|it| it.action == "env" && it.names.contains(&name));
    if let Some(row) = row.filter(|_| is_stored(value)) {
        row.report(sheet, value, path.to_owned());
    }
}

/// True for a value from the store of secrets; what a step before has issued is short-lived.
fn is_stored(value: Node<'_>) -> bool {
    known(value).is_some_and(|it| {
        let inner = it.trim().strip_prefix("${{").map_or("", str::trim_start);
        inner.starts_with("secrets.") || inner.starts_with("secrets[")
    })
}

impl Row {
    fn report(&self, sheet: &mut Sheet<'_>, value: Node<'_>, setting: String) {
        if !matches!(sheet.format, Format::Workflow | Format::Action) {
            return;
        }
        let place = sheet.source.place(value.span());
        let guard = Guard::new(
            sheet.address(&setting),
            "GitHub Actions",
            setting,
            GuardKind::StoredKeyInUse { what: self.what, instead: self.instead, anywhere: true },
            place,
            sheet.source.place(value.entry_span()),
        );
        sheet.facts.guards.push(guard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = model::rows(ROWS).count();
        assert_eq!(TABLE.len(), rows);
        assert!(TABLE.iter().all(|it| !it.what.is_empty() && !it.instead.is_empty()));
    }
}
