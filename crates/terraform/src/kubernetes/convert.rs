//! From a resource of the provider to the object of the API.

use std::sync::Arc;

use model::kubernetes::OPEN;
use model::{Data, Entry, Value};

use super::schema::{self, Schema, Shape};
use crate::values;

/// Parts of a value that are still taken. Values share their parts, so a small one can stand for
/// a tree that never ends.
#[derive(Debug)]
pub(super) struct Budget(usize);

/// Nesting that is followed; objects of the API have some ten levels.
const DEPTH: usize = 64;

impl Budget {
    pub(super) fn new() -> Self {
        Self(values::PARTS)
    }

    fn spend(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }
}

/// The object that a resource makes.
pub(super) fn object(schema: Schema, written: &Value) -> Value {
    let mut budget = Budget::new();
    let place = written.origin.place;
    let mut entries = vec![
        schema::text("apiVersion", schema.api_version, place),
        schema::text("kind", schema.kind, place),
    ];
    for entry in written.entries() {
        if schema.kind == "Secret" {
            entries.extend(secret_data(entry, &mut budget));
        } else {
            entries.push(renamed(entry, 0, &mut budget));
        }
    }
    if let Some(name) = schema.name {
        for entry in entries.iter_mut().filter(|it| &*it.key == "metadata") {
            let mut inner = entry.value.entries().to_vec();
            inner.push(schema::text("name", name, entry.value.origin.place));
            entry.value = values::map(inner, entry.value.origin.clone());
        }
    }
    values::map(entries, written.origin.clone())
}

/// The provider takes the data of a Secret in clear text and encodes it itself.
fn secret_data(entry: &Entry, budget: &mut Budget) -> Option<Entry> {
    let key = match &*entry.key {
        "data" => "stringData",
        "binary_data" => "data",
        // Only Terraform 1.11 and later knows it, and it is a text, not a map.
        "data_wo" | "data_wo_revision" | "binary_data_wo" | "binary_data_wo_revision" => {
            return None;
        }
        _ => return Some(renamed(entry, 0, budget)),
    };
    let value = verbatim(&entry.value, budget);
    Some(values::entry(key, entry.key_origin.clone(), value))
}

fn renamed(entry: &Entry, depth: usize, budget: &mut Budget) -> Entry {
    if values::is_rest_entry(entry) {
        return open(entry);
    }
    let origin = entry.key_origin.clone();
    match schema::shape(&entry.key) {
        Shape::List(name) => {
            let items = values::items(&entry.value);
            let known = matches!(entry.value.data, Data::List(_) | Data::Map(_));
            let value = if known {
                let items = items.iter().map(|it| block(it, depth + 1, budget)).collect();
                values::list(items, entry.value.origin.clone())
            } else {
                block(&entry.value, depth + 1, budget)
            };
            values::entry(name, origin, value)
        }
        Shape::Map(name) => values::entry(name, origin, verbatim(&entry.value, budget)),
        Shape::One(name) => values::entry(name, origin, one(&entry.value, depth + 1, budget)),
    }
}

/// A nested block, which Terraform keeps as a list of one, or an attribute.
fn one(value: &Value, depth: usize, budget: &mut Budget) -> Value {
    match &value.data {
        Data::List(items) => match items.as_slice() {
            [only] if matches!(only.data, Data::Map(_)) => block(only, depth, budget),
            // A block that is generated may be there or not.
            [only] if values::is_rest_item(only) => Value::unknown(value.origin.clone()),
            _ => verbatim(value, budget),
        },
        _ => block(value, depth, budget),
    }
}

fn block(value: &Value, depth: usize, budget: &mut Budget) -> Value {
    if depth > DEPTH || !budget.spend() {
        return Value::unknown(value.origin.clone());
    }
    match &value.data {
        Data::Map(entries) => {
            let entries = entries.iter().map(|it| renamed(it, depth, budget)).collect();
            values::map(entries, value.origin.clone())
        }
        _ => verbatim(value, budget),
    }
}

/// A value as it is, with open maps and lists written the way Kubernetes files have them.
pub(super) fn verbatim(value: &Value, budget: &mut Budget) -> Value {
    copied(value, 0, budget)
}

fn copied(value: &Value, depth: usize, budget: &mut Budget) -> Value {
    if depth > DEPTH || !budget.spend() {
        return Value::unknown(value.origin.clone());
    }
    let data = match &value.data {
        Data::Unknown(_) => Data::Unknown(values::remote(value).cloned()),
        Data::List(_) => {
            let items = values::items(value);
            Data::List(Arc::new(items.iter().map(|it| copied(it, depth + 1, budget)).collect()))
        }
        Data::Map(entries) => {
            let mut copy = |it: &Entry| match values::is_rest_entry(it) {
                true => open(it),
                false => {
                    let inherited = values::inherit(&value.origin, it.value.clone());
                    Entry { value: copied(&inherited, depth + 1, budget), ..it.clone() }
                }
            };
            Data::Map(Arc::new(entries.iter().map(&mut copy).collect()))
        }
        other => other.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// Entries that are not known.
fn open(entry: &Entry) -> Entry {
    let value = Value::unknown(entry.value.origin.clone());
    values::entry(OPEN, entry.key_origin.clone(), value)
}
