//! Changing values where they stand.

use std::borrow::Cow;
use std::sync::Arc;

use model::{Data, Entry, Origin, Place, StepKind, Text, Value};

/// Deepest nesting that is changed. Parsers bound what is read.
pub(crate) const DEPTH: u32 = 300;

/// A text that is made rather than written.
pub(crate) fn made(text: &str, origin: &Origin) -> Value {
    let text = Text::literal(text, origin.clone(), None);
    Value { data: Data::String(text), origin: origin.clone() }
}

/// A map.
pub(crate) fn map(entries: Vec<Entry>, origin: &Origin) -> Value {
    Value { data: Data::Map(Arc::new(entries)), origin: origin.clone() }
}

/// An entry whose key is made.
pub(crate) fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_origin: value.origin.clone(), value }
}

/// The value under a key of a map, to be changed.
pub(crate) fn child<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    let Data::Map(entries) = &mut value.data else { return None };
    let at = entries.iter().rposition(|it| &*it.key == key)?;
    Arc::make_mut(entries).get_mut(at).map(|it| &mut it.value)
}

/// The value under a path of keys, to be changed.
pub(crate) fn descend<'v>(value: &'v mut Value, keys: &[&str]) -> Option<&'v mut Value> {
    keys.iter().try_fold(value, |value, key| child(value, key))
}

/// The items of a list, to be changed; none for everything else.
pub(crate) fn items(value: &mut Value) -> &mut [Value] {
    match &mut value.data {
        Data::List(items) => Arc::make_mut(items).as_mut_slice(),
        _ => &mut [],
    }
}

/// Sets an entry of a map; what is no map stays what it is.
pub(crate) fn set(value: &mut Value, new: Entry) {
    let Data::Map(entries) = &mut value.data else { return };
    let at = entries.iter().rposition(|it| it.key == new.key);
    let entries = Arc::make_mut(entries);
    match at.and_then(|it| entries.get_mut(it)) {
        Some(old) => *old = new,
        None => entries.push(new),
    }
}

/// Takes an entry out of a map.
pub(crate) fn remove(value: &mut Value, key: &str) -> Option<Entry> {
    let Data::Map(entries) = &mut value.data else { return None };
    let at = entries.iter().rposition(|it| &*it.key == key)?;
    Some(Arc::make_mut(entries).remove(at))
}

/// The map under a key, which is made when there is none. `None` when something else stands
/// there.
pub(crate) fn map_under<'v>(
    value: &'v mut Value,
    key: &str,
    origin: &Origin,
) -> Option<&'v mut Value> {
    if matches!(value.get(key).map(|it| &it.data), None | Some(Data::Null)) {
        set(value, entry(key, map(Vec::new(), origin)));
    }
    child(value, key).filter(|it| matches!(it.data, Data::Map(_)))
}

/// Says that a map may hold more entries than are listed.
pub(crate) fn open(value: &mut Value) {
    let origin = value.origin.clone();
    set(value, entry(model::kubernetes::OPEN, Value::unknown(origin)));
}

/// The number of values in a value and how deep they nest, counted no further than `limit`.
pub(crate) fn measure(value: &Value, limit: usize) -> (usize, usize) {
    let mut waiting = vec![(value, 0)];
    let (mut count, mut deepest) = (0, 0);
    while let Some((next, depth)) = waiting.pop() {
        count += 1;
        deepest = deepest.max(depth);
        if count >= limit {
            break;
        }
        match &next.data {
            Data::Map(entries) => waiting.extend(entries.iter().map(|it| (&it.value, depth + 1))),
            Data::List(items) => waiting.extend(items.iter().map(|it| (it, depth + 1))),
            _ => {}
        }
    }
    (count, deepest)
}

/// The number of values in a value.
pub(crate) fn size(value: &Value) -> u64 {
    measure(value, usize::MAX).0 as u64
}

/// The same value, one step further.
pub(crate) fn through(value: &Value, name: &Arc<str>, place: Place, depth: u32) -> Value {
    let step = |origin: &Origin| origin.through(StepKind::Patch, Arc::clone(name), place);
    let below = |value: &Value| match depth.checked_sub(1) {
        Some(depth) => through(value, name, place, depth),
        None => Value::unknown(value.origin.clone()),
    };
    let data = match &value.data {
        Data::Map(entries) => {
            let entries = entries.iter().map(|it| Entry {
                key: Arc::clone(&it.key),
                key_origin: step(&it.key_origin),
                value: below(&it.value),
            });
            Data::Map(Arc::new(entries.collect()))
        }
        Data::List(items) => Data::List(Arc::new(items.iter().map(below).collect())),
        Data::String(text) => {
            let mut text = text.clone();
            for piece in &mut text.pieces {
                match piece {
                    model::Piece::Literal { origin, .. } | model::Piece::Unknown { origin, .. } => {
                        *origin = step(origin);
                    }
                }
            }
            Data::String(text)
        }
        other => other.clone(),
    };
    Value { data, origin: step(&value.origin) }
}

/// A scalar as a word, to compare it with another.
pub(crate) fn word(value: &Value) -> Option<String> {
    match &value.data {
        Data::String(text) => text.known().map(Cow::into_owned),
        Data::Number(number) => Some(number.to_string()),
        Data::Bool(flag) => Some(flag.to_string()),
        Data::Unknown(_) | Data::Null | Data::List(_) | Data::Map(_) => None,
    }
}

/// What to put in place of a value, seen with the keys that lead to it.
pub(crate) type Change<'c> = dyn FnMut(&[Arc<str>], &Value) -> Option<Value> + 'c;

/// Visits every value with the keys that lead to it, and may change it.
pub(crate) fn visit(
    value: &mut Value,
    keys: &mut Vec<Arc<str>>,
    depth: u32,
    each: &mut Change<'_>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Some(new) = each(keys, value) {
        *value = new;
        return;
    }
    match &mut value.data {
        Data::Map(entries) => {
            for at in 0..entries.len() {
                let Some(it) = entries.get(at) else { continue };
                if !is_of_interest(&it.value) {
                    continue;
                }
                keys.push(Arc::clone(&it.key));
                if let Some(it) = Arc::make_mut(entries).get_mut(at) {
                    visit(&mut it.value, keys, depth, each);
                }
                keys.pop();
            }
        }
        Data::List(items) => {
            for item in Arc::make_mut(items) {
                visit(item, keys, depth, each);
            }
        }
        _ => {}
    }
}

/// False for what holds no text.
fn is_of_interest(value: &Value) -> bool {
    !matches!(value.data, Data::Null | Data::Bool(_) | Data::Number(_) | Data::Unknown(_))
}
