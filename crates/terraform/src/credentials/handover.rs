//! Credentials that are filled in as plain text where the platform could read them itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::{Data, Exposure, ExposureKind, Origin, PlainSlot, Value};
use syntax::Kind;

use super::flow::{self, Carried};
use crate::eval::{Resource, Scope};
use crate::lower::{Collector, Unit};
use crate::policy::json;
use crate::values;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../../data/handover.tsv");

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

/// A place that takes plain text.
#[derive(Debug)]
struct Row {
    resource: &'static str,
    path: Vec<&'static str>,
    form: Form,
    slot: PlainSlot,
    beside: Beside,
    instead: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// Each value of a map.
    Map,
    /// Blocks with a name and a value.
    Pairs,
    /// The text itself.
    Text,
}

/// What an argument beside a pair says about it.
#[derive(Debug)]
enum Beside {
    Nothing,
    /// Harmless with one of these values.
    Unless(&'static str, Vec<&'static str>),
    /// Counts only with this value.
    Only(&'static str, &'static str),
}

fn read(columns: Vec<&'static str>) -> Option<Row> {
    let [resource, path, form, slot, beside, instead] = columns.as_slice() else { return None };
    let form = match *form {
        "map" => Form::Map,
        "pairs" => Form::Pairs,
        "text" => Form::Text,
        _ => return None,
    };
    let slot = match *slot {
        "Environment" => PlainSlot::Environment,
        "StartScript" => PlainSlot::StartScript,
        "Command" => PlainSlot::Command,
        "ChartValue" => PlainSlot::ChartValue,
        _ => return None,
    };
    let beside = match (beside.split_once('='), beside.split_once(':')) {
        (Some((name, values)), _) => Beside::Unless(name, values.split('|').collect()),
        (None, Some((name, value))) => Beside::Only(name, value),
        (None, None) => Beside::Nothing,
    };
    Some(Row { resource, path: path.split('.').collect(), form, slot, beside, instead })
}

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    let named = |it: &Resource<'_>| match it.is_data {
        true => format!("data.{}", it.declaration.kind),
        false => it.declaration.kind.to_owned(),
    };
    let mut rows: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for resource in unit.resources.iter().chain(&unit.data) {
        let kind = named(resource);
        let rows = rows.entry(kind).or_insert_with_key(|kind| {
            TABLE.iter().filter(|it| model::glob(it.resource, kind)).collect()
        });
        for row in rows.iter() {
            Sink { unit, resource, row }.look(out);
        }
    }
}

/// One place of one resource.
struct Sink<'s, 'e, 'p> {
    unit: &'s Unit<'e, 'p>,
    resource: &'s Resource<'p>,
    row: &'s Row,
}

impl Sink<'_, '_, '_> {
    fn look(&self, out: &mut Collector) {
        let Some((first, rest)) = self.row.path.split_first() else { return };
        let text = self.row.form == Form::Text && rest.is_empty();
        let Some(value) = text
            .then(|| decoded(self.unit, self.resource, first))
            .flatten()
            .or_else(|| self.unit.get(self.resource, first))
        else {
            return;
        };
        for value in below(&value, rest) {
            match self.row.form {
                Form::Text => self.found(&value, &self.row.path.join("."), out),
                Form::Map => {
                    for entry in values::entries(&value) {
                        let inner = values::inherited(&value.origin, &entry.value);
                        self.found(&inner, &self.below(&entry.key), out);
                    }
                }
                Form::Pairs => self.pair(&value, out),
            }
        }
    }

    fn below(&self, name: &str) -> String {
        format!("{}.{name}", self.row.path.join("."))
    }

    fn pair(&self, pair: &Value, out: &mut Collector) {
        let Some(value) = values::member(pair, "value") else { return };
        let says = |name: &str| pair.get(name).and_then(values::known_text);
        let counts = match &self.row.beside {
            Beside::Nothing => true,
            Beside::Only(name, value) => says(name).as_deref() == Some(*value),
            Beside::Unless(name, harmless) => match pair.get(name) {
                Some(_) => says(name).is_some_and(|it| !harmless.contains(&it.as_str())),
                None => true,
            },
        };
        let name = says("name").or_else(|| says("key")).unwrap_or_else(|| "value".to_owned());
        if counts {
            self.found(&value, &self.below(&name), out);
        }
    }

    fn found(&self, value: &Value, field: &str, out: &mut Collector) {
        let Some(Carried { source, name, kind, origin }) = flow::carried(self.unit, value) else {
            return;
        };
        let declaration = self.resource.declaration;
        out.exposure(Exposure {
            address: self.unit.address(self.resource),
            field: field.to_owned(),
            name,
            credential: kind,
            kind: ExposureKind::PlainText { slot: self.row.slot, instead: self.row.instead },
            taker: declaration.kind.to_owned(),
            source: Some(source),
            origin: Origin::at(flow::entry(&origin)),
            region: declaration.region,
            fix: None,
        });
    }
}

/// An argument's text before it is encoded, which hides its parts.
pub(super) fn decoded(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    argument: &str,
) -> Option<Value> {
    let (file, node) = resource.declaration.attribute(argument)?;
    let mut inner = node;
    while inner.kind() == Kind::Call
        && matches!(inner.text(), Some("base64encode" | "base64gzip" | "sensitive"))
    {
        inner = inner.child(0)?;
    }
    let scope = Scope::new(resource.instance, file, &resource.key);
    (inner.id() != node.id()).then(|| unit.evaluator.eval(inner, &scope))
}

/// The values at the end of a path through blocks and objects.
fn below(value: &Value, path: &[&str]) -> Vec<Value> {
    let mut found = vec![value.clone()];
    for name in path {
        let items = found.iter().flat_map(items);
        found = items.filter_map(|it| values::member(&it, name)).collect();
    }
    found.iter().flat_map(items).collect()
}

/// The items of a list, of a document, or the value itself.
fn items(value: &Value) -> Vec<Value> {
    let parsed = match &value.data {
        Data::String(text) if json::looks_like(text) => json::value(text, &value.origin),
        _ => None,
    };
    let items = values::items(parsed.as_ref().unwrap_or(value));
    items.into_iter().filter(|it| !values::is_rest_item(it)).collect()
}
