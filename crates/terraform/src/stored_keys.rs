//! Stored keys in the hands of platforms that can prove an identity of their own.

use std::sync::LazyLock;

use model::{Guard, GuardKind, Knowledge, Place};

use crate::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../data/stored-keys.tsv");

/// A place that takes a key.
#[derive(Debug)]
struct Row {
    resource: &'static str,
    path: Vec<&'static str>,
    /// Empty when any value is a key.
    names: Vec<&'static str>,
    what: &'static str,
    instead: &'static str,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

fn read(columns: Vec<&'static str>) -> Option<Row> {
    let [resource, path, names, what, instead] = columns.as_slice() else { return None };
    Some(Row {
        resource,
        path: path.split('.').collect(),
        names: names.split('|').filter(|it| !it.is_empty()).collect(),
        what,
        instead,
    })
}

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let kind = resource.declaration.kind;
        for row in TABLE.iter().filter(|it| it.resource == kind) {
            let Some(place) = row.holds(unit, resource) else { continue };
            out.guard(Guard::new(
                unit.address(resource),
                "Terraform",
                row.path.join("."),
                GuardKind::StoredKeyInUse { what: row.what, instead: row.instead, anywhere: true },
                place,
                resource.declaration.region,
            ));
        }
    }
}

impl Row {
    /// Where a key stands, or its name.
    fn holds(&self, unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Option<Place> {
        if self.names.is_empty() {
            let written = argument::reference(unit, resource, &self.path)?;
            // What may be nothing may have left the platform to its own identity.
            let empty = matches!(&written.data, model::Data::Null)
                || written.to_text().value().is_some_and(String::is_empty);
            return (!empty && !may_be_null(&written)).then_some(written.origin.place);
        }
        let Knowledge::Known(name) = argument::text(unit, resource, &self.path) else {
            return None;
        };
        let is_one = self.names.iter().any(|it| it.eq_ignore_ascii_case(&name.value));
        is_one.then(|| name.place())
    }
}

/// True for an input, which whoever calls the module may leave out.
fn may_be_null(value: &model::Value) -> bool {
    crate::values::remote(value).is_some_and(|it| it.address.contains("var."))
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
