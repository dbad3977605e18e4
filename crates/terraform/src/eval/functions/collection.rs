//! Functions on lists, sets, maps and objects.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use model::{Data, Entry, Value};

use super::super::ITEMS;
use super::super::reference::whole;
use super::{Call, set};
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let first = || call.arguments.first();
    match call.name {
        "merge" => merge(call),
        "concat" => concat(call),
        "flatten" => flatten(call),
        "lookup" => lookup(call),
        "element" => element(call),
        "length" => length(first()?).map(|it| count(call, it)),
        "contains" => contains(call),
        "compact" => filtered(call, |it| match &it.data {
            Data::Null => Some(false),
            _ => values::known_text(it).map(|it| !it.is_empty()),
        }),
        "distinct" => distinct(call, first()?),
        "setunion" => set::from_list(call, &concat(call)?),
        "setsubtract" | "setintersection" => set_operation(call),
        "setproduct" => product(call),
        "keys" => keys(call),
        "values" => all_values(call),
        "zipmap" => zipmap(call),
        "list" => Some(values::list(call.arguments.to_vec(), call.origin())),
        "map" => legacy_map(call),
        "one" => one(call),
        "coalesce" => coalesce(call),
        "coalescelist" => call.arguments.iter().find_map(|it| match &it.data {
            Data::List(items) if items.is_empty() => None,
            Data::List(_) => Some(it.clone()),
            _ => Some(values::unknown(call.place)),
        }),
        "reverse" => reverse(call),
        "sort" => sort(call),
        "slice" => slice(call),
        "index" => index(call),
        "range" => range(call),
        "alltrue" => decide(call, false),
        "anytrue" => decide(call, true),
        "sensitive" | "nonsensitive" | "ephemeralasnull" | "defaults" => first().cloned(),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "collections are short")]
fn count(call: &Call<'_, '_>, it: usize) -> Value {
    values::number(it as f64, call.origin())
}

/// The items of a known list, each with the steps of the list, and whether there may be more.
pub(super) fn list_of(value: &Value) -> Option<(Vec<Value>, bool)> {
    match &value.data {
        Data::List(items) => {
            let known = values::items(value).into_iter().filter(|it| !values::is_rest_item(it));
            Some((known.collect(), values::is_open_list(items)))
        }
        _ => None,
    }
}

pub(super) fn make_list(call: &Call<'_, '_>, mut items: Vec<Value>, open: bool) -> Option<Value> {
    if items.len() > ITEMS || !call.evaluator.spend(items.len(), call.place) {
        return None;
    }
    if open {
        items.push(values::rest_item(call.origin()));
    }
    Some(values::list(items, call.origin()))
}

fn merge(call: &Call<'_, '_>) -> Option<Value> {
    let mut merged: Vec<Entry> = Vec::new();
    let mut positions: HashMap<Arc<str>, usize> = HashMap::new();
    let mut open = false;
    for argument in call.arguments {
        let known = match &argument.data {
            Data::Map(_) => true,
            Data::Null => continue,
            _ => false,
        };
        if !known || values::rest(argument).is_some() {
            open = true;
            // What is not known may replace everything before it.
            for entry in &mut merged {
                entry.value = Value::unknown(entry.value.origin.clone());
            }
        }
        for entry in values::entries(argument) {
            let value = values::inherit(&argument.origin, entry.value.clone());
            let entry = Entry { value, ..entry.clone() };
            match positions.get(&entry.key).and_then(|at| merged.get_mut(*at)) {
                Some(old) => *old = entry,
                None => {
                    positions.insert(Arc::clone(&entry.key), merged.len());
                    merged.push(entry);
                }
            }
            if merged.len() > ITEMS || !call.evaluator.spend(1, call.place) {
                return None;
            }
        }
    }
    if open {
        merged.push(values::rest_entry(values::unknown(call.place)));
    }
    Some(values::map(merged, call.origin()))
}

fn concat(call: &Call<'_, '_>) -> Option<Value> {
    let mut all = Vec::new();
    for argument in call.arguments {
        match &argument.data {
            Data::List(_) => all.extend(values::items(argument)),
            Data::Unknown(_) => all.push(values::rest_item(call.origin())),
            _ => return Some(values::invalid(call.place)),
        }
        if all.len() > ITEMS {
            return None;
        }
    }
    make_list(call, all, false)
}

fn flatten(call: &Call<'_, '_>) -> Option<Value> {
    let mut out = Vec::new();
    let first = call.arguments.first()?;
    if !matches!(first.data, Data::List(_)) {
        return None;
    }
    // Nesting of values follows nesting of expressions, which is bounded, but loops can add
    // to it.
    flatten_into(first, 0, call, &mut out)?;
    make_list(call, out, false)
}

fn flatten_into(
    value: &Value,
    depth: usize,
    call: &Call<'_, '_>,
    out: &mut Vec<Value>,
) -> Option<()> {
    if depth > 32 || out.len() > ITEMS || !call.evaluator.spend(1, call.place) {
        return None;
    }
    for item in values::items(value) {
        match &item.data {
            Data::List(_) => flatten_into(&item, depth + 1, call, out)?,
            Data::Unknown(_) => out.push(values::rest_item(call.origin())),
            _ => out.push(item),
        }
    }
    Some(())
}

fn lookup(call: &Call<'_, '_>) -> Option<Value> {
    let map = call.arguments.first()?;
    let key = call.text(1)?;
    if !matches!(map.data, Data::Map(_)) {
        return None;
    }
    if let Some(found) = values::member(map, &key) {
        return Some(found);
    }
    if values::rest(map).is_some() {
        return None;
    }
    Some(call.arguments.get(2).cloned().unwrap_or_else(|| values::invalid(call.place)))
}

fn element(call: &Call<'_, '_>) -> Option<Value> {
    let (items, open) = list_of(call.arguments.first()?)?;
    let at = whole(call.arguments.get(1)?)?;
    if items.is_empty() && !open {
        return Some(values::invalid(call.place));
    }
    if open {
        return None;
    }
    items.get(at % items.len()).cloned()
}

fn length(value: &Value) -> Option<usize> {
    match &value.data {
        Data::List(items) if !values::is_open_list(items) => Some(items.len()),
        Data::Map(entries) if values::rest(value).is_none() => Some(entries.len()),
        Data::String(text) => text.known().map(|it| it.chars().count()),
        _ => None,
    }
}

fn contains(call: &Call<'_, '_>) -> Option<Value> {
    let (items, open) = list_of(call.arguments.first()?)?;
    let wanted = call.arguments.get(1)?;
    let mut unsure = open;
    for item in &items {
        match values::equal(item, wanted) {
            Some(true) => return Some(values::boolean(true, call.origin())),
            Some(false) => {}
            None => unsure = true,
        }
    }
    (!unsure).then(|| values::boolean(false, call.origin()))
}

/// Keeps what `keep` says; an item it cannot judge may be there or not.
fn filtered(call: &Call<'_, '_>, keep: impl Fn(&Value) -> Option<bool>) -> Option<Value> {
    let (items, mut open) = list_of(call.arguments.first()?)?;
    let mut kept = Vec::new();
    for item in items {
        match keep(&item) {
            Some(true) => kept.push(item),
            Some(false) => {}
            None => open = true,
        }
    }
    make_list(call, kept, open)
}

fn distinct(call: &Call<'_, '_>, of: &Value) -> Option<Value> {
    let (items, open) = list_of(of)?;
    let mut kept: Vec<Value> = Vec::new();
    let mut seen = BTreeSet::new();
    for item in items {
        match values::known_text(&item) {
            Some(text) => {
                if seen.insert(text) {
                    kept.push(item);
                }
            }
            None => kept.push(item),
        }
    }
    make_list(call, kept, open)
}

fn set_operation(call: &Call<'_, '_>) -> Option<Value> {
    let (first, others) = call.arguments.split_first()?;
    let texts = |value: &Value| -> Option<BTreeSet<String>> {
        let (items, open) = list_of(value)?;
        if open { None } else { items.iter().map(values::known_text).collect() }
    };
    let others: Vec<BTreeSet<String>> = others.iter().map(texts).collect::<Option<_>>()?;
    let (items, open) = list_of(first)?;
    if open {
        return None;
    }
    let mut kept = Vec::new();
    for item in items {
        let text = values::known_text(&item)?;
        let keep = if call.name == "setsubtract" {
            !others.iter().any(|it| it.contains(&text))
        } else {
            others.iter().all(|it| it.contains(&text))
        };
        if keep {
            kept.push(item);
        }
    }
    make_list(call, set::ordered(kept).0, false)
}

fn product(call: &Call<'_, '_>) -> Option<Value> {
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for argument in call.arguments {
        let (items, open) = list_of(argument)?;
        if open || rows.len().saturating_mul(items.len()) > ITEMS / 4 {
            return None;
        }
        let extend = |row: &Vec<Value>, item: &Value| {
            let mut row = row.clone();
            row.push(item.clone());
            row
        };
        rows = rows.iter().flat_map(|row| items.iter().map(|it| extend(row, it))).collect();
    }
    let rows = rows.into_iter().map(|it| values::list(it, call.origin())).collect();
    make_list(call, rows, false)
}

/// Entries of a known map in key order, and whether there may be more.
fn map_of(value: &Value) -> Option<(Vec<Entry>, bool)> {
    if !matches!(value.data, Data::Map(_)) {
        return None;
    }
    let mut entries: Vec<Entry> = values::entries(value).cloned().collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    Some((entries, values::rest(value).is_some()))
}

fn keys(call: &Call<'_, '_>) -> Option<Value> {
    let map = call.arguments.first()?;
    let (entries, open) = map_of(map)?;
    let key = |it: Entry| values::inherit(&map.origin, values::text(it.key, it.key_origin));
    make_list(call, entries.into_iter().map(key).collect(), open)
}

fn all_values(call: &Call<'_, '_>) -> Option<Value> {
    let map = call.arguments.first()?;
    let (entries, open) = map_of(map)?;
    let value = |it: Entry| values::inherit(&map.origin, it.value);
    make_list(call, entries.into_iter().map(value).collect(), open)
}

fn zipmap(call: &Call<'_, '_>) -> Option<Value> {
    let (keys, more_keys) = list_of(call.arguments.first()?)?;
    let (items, more_items) = list_of(call.arguments.get(1)?)?;
    if more_keys || more_items {
        return None;
    }
    let mut entries = Vec::with_capacity(keys.len());
    for (key, item) in keys.iter().zip(items) {
        entries.push(values::entry(values::known_text(key)?, key.origin.clone(), item));
    }
    Some(values::map(entries, call.origin()))
}

fn legacy_map(call: &Call<'_, '_>) -> Option<Value> {
    let mut entries = Vec::new();
    for pair in call.arguments.chunks(2) {
        let [key, value] = pair else { return None };
        entries.push(values::entry(values::known_text(key)?, key.origin.clone(), value.clone()));
    }
    Some(values::map(entries, call.origin()))
}

fn one(call: &Call<'_, '_>) -> Option<Value> {
    let first = call.arguments.first()?;
    let (items, open) = list_of(first)?;
    match items.as_slice() {
        [] if !open => Some(values::null(call.place)),
        // At most one item is allowed: a known one is the one.
        [only] => Some(only.clone()),
        [] => None,
        // The same value twice is one item of a set.
        _ if open || items.iter().any(Value::is_unknown) => None,
        _ => Some(values::invalid(call.place)),
    }
}

fn coalesce(call: &Call<'_, '_>) -> Option<Value> {
    for argument in call.arguments {
        match &argument.data {
            Data::Null => {}
            Data::Unknown(_) => return None,
            Data::String(text) => match text.known() {
                Some(known) if known.is_empty() => {}
                Some(_) => return Some(argument.clone()),
                None => {
                    // A text with a known part is not empty.
                    let known = values::equal(argument, &values::text("", call.origin()));
                    return (known == Some(false)).then(|| argument.clone());
                }
            },
            _ => return Some(argument.clone()),
        }
    }
    Some(values::invalid(call.place))
}

fn reverse(call: &Call<'_, '_>) -> Option<Value> {
    let (mut items, open) = list_of(call.arguments.first()?)?;
    items.reverse();
    if open {
        items.insert(0, values::rest_item(call.origin()));
    }
    make_list(call, items, false)
}

fn sort(call: &Call<'_, '_>) -> Option<Value> {
    let (mut items, open) = list_of(call.arguments.first()?)?;
    let unsure = open || items.iter().any(|it| values::known_text(it).is_none());
    items.sort_by_cached_key(values::known_text);
    if unsure {
        // Positions are not known: what may come first stands first.
        items.insert(0, values::rest_item(call.origin()));
    }
    make_list(call, items, false)
}

fn slice(call: &Call<'_, '_>) -> Option<Value> {
    let (items, open) = list_of(call.arguments.first()?)?;
    let (from, to) = (whole(call.arguments.get(1)?)?, whole(call.arguments.get(2)?)?);
    if open && to > items.len() {
        return None;
    }
    match items.get(from..to) {
        Some(part) => Some(values::list(part.to_vec(), call.origin())),
        None => Some(values::invalid(call.place)),
    }
}

fn index(call: &Call<'_, '_>) -> Option<Value> {
    let (items, open) = list_of(call.arguments.first()?)?;
    let wanted = call.arguments.get(1)?;
    for (at, item) in items.iter().enumerate() {
        if values::equal(item, wanted)? {
            // More items may stand before it.
            return (!open).then(|| count(call, at));
        }
    }
    (!open).then(|| values::invalid(call.place))
}

fn range(call: &Call<'_, '_>) -> Option<Value> {
    let numbers: Option<Vec<f64>> = call.arguments.iter().map(Value::as_number).collect();
    let (start, end, step) = match numbers?.as_slice() {
        [end] => (0.0, *end, 1.0),
        [start, end] => (*start, *end, if end < start { -1.0 } else { 1.0 }),
        [start, end, step] if *step != 0.0 => (*start, *end, *step),
        _ => return None,
    };
    let mut items = Vec::new();
    let mut at = start;
    while if step > 0.0 { at < end } else { at > end } {
        if items.len() >= 1024 {
            call.evaluator.note(
                model::NoteKind::Limit,
                call.place,
                "a range is longer than nhilint looks at",
            );
            return None;
        }
        items.push(values::number(at, call.origin()));
        at += step;
    }
    make_list(call, items, false)
}

/// `anytrue` is decided by one true item, `alltrue` by one false item.
fn decide(call: &Call<'_, '_>, by: bool) -> Option<Value> {
    let (items, open) = list_of(call.arguments.first()?)?;
    let known: Vec<Option<bool>> = items.iter().map(Value::as_bool).collect();
    if known.contains(&Some(by)) {
        return Some(values::boolean(by, call.origin()));
    }
    let sure = !open && known.iter().all(Option::is_some);
    sure.then(|| values::boolean(!by, call.origin()))
}
