//! Logs that another resource switches on or keeps.

use std::collections::BTreeSet;

use model::{Data, GuardKind, Piece, Value};

use super::table::Row;
use super::{Leaf, days, guard, is_complete, leaves, unlogged};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

/// A resource that a setting beside it logs: Azure's diagnostic settings.
pub(super) fn beside(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    row: &Row,
    categories: &[&str],
    out: &mut Collector,
) {
    let mut settings = unit.of_type(row.path).peekable();
    let has_any = settings.peek().is_some();
    for setting in settings {
        let Some(target) = unit.get(setting, "target_resource_id") else { return };
        match points_at(unit, &target, resource) {
            Some(false) => continue,
            Some(true) => {}
            None => return,
        }
        match logs(unit, setting, categories) {
            Some(true) => {
                let says = (GuardKind::Audited(row.about, true), Some(setting.declaration.place));
                out.guard(guard(unit, resource, row.client, row.path, says));
                return;
            }
            Some(false) => {}
            None => return,
        }
    }
    // A policy may log everything where nothing declares settings; where others are declared,
    // this one was left out.
    if has_any && is_complete(unit) {
        out.guard(guard(unit, resource, row.client, row.path, unlogged(row.about)));
    }
}

/// Whether a reference leads to a resource; `None` when it cannot be told.
fn points_at(unit: &Unit<'_, '_>, target: &Value, resource: &Resource<'_>) -> Option<bool> {
    if let Some(found) = unit.addresses.target(target, &[resource.declaration.kind]) {
        return Some(found == resource.address);
    }
    // A reference to something else, such as a part of it or a data source.
    let other = values::remote(target).map(|it| &*it.address)?;
    unit.resource(other).map(|_| false)
}

/// Whether a diagnostic setting takes one of the categories.
fn logs(unit: &Unit<'_, '_>, setting: &Resource<'_>, categories: &[&str]) -> Option<bool> {
    let paths = [
        "enabled_log.category",
        "enabled_log.category_group",
        "log.category",
        "log.category_group",
    ];
    let mut open = false;
    for leaf in paths.iter().flat_map(|it| leaves(unit, setting, it)) {
        match leaf {
            Leaf::Written(value) => match values::known_text(&value) {
                Some(it) if categories.contains(&it.as_str()) => return Some(true),
                Some(_) => {}
                None => open = true,
            },
            Leaf::Missing => {}
            Leaf::Unknown => open = true,
        }
    }
    (!open).then_some(false)
}

/// A resource that needs another one somewhere in the account: the first of its type says so.
pub(super) fn account(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    row: &Row,
    out: &mut Collector,
) {
    let first = unit.of_type(row.resource).next();
    let is_first = first.is_some_and(|it| it.address == resource.address);
    if is_first && is_complete(unit) && unit.of_type(row.path).next().is_none() {
        out.guard(guard(unit, resource, row.client, row.path, unlogged(row.about)));
    }
}

/// What a text begins with, when that is a reference: trails want a group's ARN and `:*`.
fn reference(value: &Value) -> Value {
    let Data::String(text) = &value.data else { return value.clone() };
    match text.pieces.first() {
        Some(Piece::Unknown { origin, remote }) => {
            Value { data: Data::Unknown(remote.clone()), origin: origin.clone() }
        }
        _ => value.clone(),
    }
}

/// The days of what keeps a log, once for each keeper.
pub(super) fn group(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    row: &Row,
    (kind, argument): (&'static str, &'static str),
    out: &mut Collector,
) {
    let found = leaves(unit, resource, row.path);
    let keepers: BTreeSet<_> = found
        .iter()
        .filter_map(|it| match it {
            Leaf::Written(value) => unit.addresses.target(&reference(value), &[kind]),
            Leaf::Missing | Leaf::Unknown => None,
        })
        .collect();
    for keeper in keepers {
        let Some(keeper) = unit.resource(&keeper) else { continue };
        if out.says(&unit.address(keeper), argument) {
            continue;
        }
        days(unit, keeper, row.client, argument, out);
    }
}
