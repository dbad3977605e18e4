//! Sets, which Terraform keeps in order and free of duplicates, and functions that regroup
//! collections.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use model::{Data, Entry, Value};

use super::Call;
use super::collection::{list_of, make_list};
use crate::eval::reference::whole;
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let first = || call.arguments.first();
    match call.name {
        "toset" | "set" => match &first()?.data {
            Data::Null => first().cloned(),
            _ => from_list(call, first()?),
        },
        "tolist" => match &first()?.data {
            Data::Null => first().cloned(),
            Data::List(items) => Some(Value {
                data: values::list(unified(items), call.origin()).data,
                origin: first()?.origin.clone(),
            }),
            Data::Unknown(_) => None,
            _ => Some(values::invalid(call.place)),
        },
        "tomap" => to_map(call),
        "transpose" => transpose(call),
        "chunklist" => chunks(call),
        "matchkeys" => matching(call),
        _ => None,
    }
}

/// Items of one list have one type: a text among numbers and booleans makes all of them texts.
fn unified(items: &[Value]) -> Vec<Value> {
    let is_text = |it: &Value| matches!(it.data, Data::String(_));
    let is_plain = |it: &Value| matches!(it.data, Data::Number(_) | Data::Bool(_));
    let kinds: BTreeSet<bool> =
        items.iter().filter(|it| is_plain(it)).map(|it| matches!(it.data, Data::Bool(_))).collect();
    if !items.iter().any(is_text) && kinds.len() < 2 {
        return items.to_vec();
    }
    items.iter().map(as_text).collect()
}

/// A number or boolean as the text that it converts to.
pub(in crate::eval) fn as_text(value: &Value) -> Value {
    match &value.data {
        Data::Number(_) | Data::Bool(_) => {
            values::text(values::known_text(value).unwrap_or_default(), value.origin.clone())
        }
        _ => value.clone(),
    }
}

/// A list as a set.
pub(in crate::eval) fn from_list(call: &Call<'_, '_>, of: &Value) -> Option<Value> {
    if !matches!(of.data, Data::List(_) | Data::Unknown(_)) {
        return Some(values::invalid(call.place));
    }
    let (items, open) = list_of(of)?;
    let (items, unsure) = ordered(unified(&items));
    if open || unsure {
        // What is not known may stand anywhere, and may be one of the others.
        let mut all = vec![values::rest_item(call.origin())];
        all.extend(items);
        return make_list(call, all, false);
    }
    make_list(call, items, false)
}

/// The items in the order of a set, and whether some are left out because they are unknown.
pub(in crate::eval) fn ordered(items: Vec<Value>) -> (Vec<Value>, bool) {
    let (mut texts, mut numbers, mut others) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut unsure = false;
    for item in items {
        match &item.data {
            Data::Unknown(_) => unsure = true,
            Data::String(text) => match text.known().map(Cow::into_owned) {
                Some(text) => {
                    texts.entry(text).or_insert(item);
                }
                None => {
                    unsure = true;
                    others.push(item);
                }
            },
            Data::Number(_) => numbers.push(item),
            _ => {
                if !others.iter().any(|it| values::equal(it, &item) == Some(true)) {
                    others.push(item);
                }
            }
        }
    }
    let size = |it: &Value| it.as_number().unwrap_or(0.0);
    numbers.sort_by(|a, b| size(a).total_cmp(&size(b)));
    numbers.dedup_by(|a, b| a.as_number() == b.as_number());
    let items = texts.into_values().chain(numbers).chain(others).collect();
    (items, unsure)
}

fn to_map(call: &Call<'_, '_>) -> Option<Value> {
    let map = call.arguments.first()?;
    match &map.data {
        Data::Null => Some(map.clone()),
        Data::Map(entries) => {
            let items: Vec<Value> = entries.iter().map(|it| it.value.clone()).collect();
            let with = |(entry, value): (&Entry, Value)| Entry { value, ..entry.clone() };
            let entries = entries.iter().zip(unified(&items)).map(with).collect();
            Some(values::map(entries, map.origin.clone()))
        }
        Data::Unknown(_) => None,
        _ => Some(values::invalid(call.place)),
    }
}

/// A map of lists turned round: each item becomes a key.
fn transpose(call: &Call<'_, '_>) -> Option<Value> {
    let map = call.arguments.first()?;
    if !matches!(map.data, Data::Map(_)) || values::rest(map).is_some() {
        return None;
    }
    let mut turned: BTreeMap<String, (Value, Vec<Value>)> = BTreeMap::new();
    let mut entries: Vec<&Entry> = values::entries(map).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    for entry in entries {
        let (items, open) = list_of(&entry.value)?;
        if open || !call.evaluator.spend(items.len(), call.place) {
            return None;
        }
        for item in items {
            let name = values::text(entry.key.clone(), entry.key_origin.clone());
            let key = values::known_text(&item)?;
            turned.entry(key).or_insert_with(|| (item, Vec::new())).1.push(name);
        }
    }
    let entry = |(key, (item, names)): (String, (Value, Vec<Value>))| {
        values::entry(key, item.origin, values::list(names, call.origin()))
    };
    Some(values::map(turned.into_iter().map(entry).collect(), call.origin()))
}

fn chunks(call: &Call<'_, '_>) -> Option<Value> {
    let (items, open) = list_of(call.arguments.first()?)?;
    let size = whole(call.arguments.get(1)?)?;
    if open {
        return None;
    }
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunk = |it: &[Value]| values::list(it.to_vec(), call.origin());
    make_list(call, items.chunks(size).map(chunk).collect(), false)
}

/// The items whose key, at the same position, is one of those that are looked for.
fn matching(call: &Call<'_, '_>) -> Option<Value> {
    let [items, keys, wanted] = call.arguments else { return None };
    let ((items, a), (keys, b), (wanted, c)) = (list_of(items)?, list_of(keys)?, list_of(wanted)?);
    if a || b || c {
        return None;
    }
    if items.len() != keys.len() {
        return Some(values::invalid(call.place));
    }
    let mut kept = Vec::new();
    for (item, key) in items.into_iter().zip(keys) {
        let mut found = false;
        for it in &wanted {
            found |= values::equal(it, &key)?;
        }
        if found {
            kept.push(item);
        }
    }
    make_list(call, kept, false)
}
