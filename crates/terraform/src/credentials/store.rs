//! Stores that take secret entries and plain ones: which of the plain ones hold a credential.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::{Exposure, ExposureKind, Origin, Safety, Value};

use super::flow;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::{remedy, values};

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../../data/stores.tsv");

/// A kind of entry.
#[derive(Debug)]
struct Store {
    name: &'static str,
    values: Vec<&'static str>,
    switch: &'static str,
    /// What the switch says for a secret entry, as it is written.
    secret: &'static str,
    /// `switch = secret`
    instead: &'static str,
    plain_by_default: bool,
}

static STORES: LazyLock<BTreeMap<&'static str, Store>> =
    LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

fn read(columns: Vec<&'static str>) -> Option<(&'static str, Store)> {
    let [resource, name, values, instead, default] = columns.as_slice() else { return None };
    let (switch, secret) = instead.split_once(" = ")?;
    let values = values.split(',').collect();
    let plain_by_default = *default == "plain";
    Some((resource, Store { name, values, switch, secret, instead, plain_by_default }))
}

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        if let Some(store) = STORES.get(resource.declaration.kind)
            && let Some(found) = plain(unit, resource, store)
        {
            out.exposure(found);
        }
    }
}

/// An entry that is plain and holds a credential whose value is not written out.
fn plain(unit: &Unit<'_, '_>, resource: &Resource<'_>, store: &Store) -> Option<Exposure> {
    let declaration = resource.declaration;
    let switch = unit.get(resource, store.switch);
    let is_plain = match &switch {
        None => store.plain_by_default,
        Some(it) => values::known_text(it).is_some_and(|it| it != store.secret.trim_matches('"')),
    };
    if !is_plain {
        return None;
    }
    let name = unit.get(resource, store.name).as_ref().and_then(last_part).unwrap_or_default();
    let value = store.values.iter().find_map(|it| unit.get(resource, it))?;
    // A value that is written out is another problem.
    if values::known_text(&value).is_some() {
        return None;
    }
    let carried = flow::carried(unit, &value);
    let by_name = flow::named(&name);
    let refers = values::remote(&value).is_none_or(|it| !names_something(&it.attribute));
    if carried.is_none() && !(by_name.is_some() && refers) {
        return None;
    }
    let origin = switch.map_or(Origin::at(declaration.place), |it| it.origin);
    let kind = carried.as_ref().map(|it| it.kind).or(by_name)?;
    Some(Exposure {
        address: unit.address(resource),
        field: store.switch.to_owned(),
        name: if name.is_empty() { declaration.name.to_owned() } else { name },
        credential: kind,
        kind: ExposureKind::PlainEntry { instead: store.instead },
        taker: declaration.kind.to_owned(),
        source: carried.map(|it| it.source),
        origin,
        region: declaration.region,
        fix: remedy::set(declaration, &[store.switch], store.secret, Safety::Unsafe),
    })
}

/// The last part of an entry's name: `token` in `/prod/${var.app}/token`.
fn last_part(name: &Value) -> Option<String> {
    let model::Data::String(text) = &name.data else { return values::known_text(name) };
    let text = text.with_stand_in("x");
    Some(text.rsplit('/').next().unwrap_or(&text).to_owned())
}

/// True for an attribute that names something and is no secret.
fn names_something(attribute: &str) -> bool {
    let last = attribute.rsplit(['.', '_']).next().unwrap_or(attribute);
    matches!(last, "arn" | "id" | "name" | "url" | "endpoint" | "version" | "path" | "email")
}
