//! Lists and maps.

use std::rc::Rc;

use super::super::eval::Engine;
use super::super::render;
use super::super::text::Text;
use super::super::value::{DEPTH, Data, Map, Unknown, Val};
use super::{derived, dict, known, same};

pub(super) fn call(name: &str, arguments: &[Val], engine: &mut Engine<'_>) -> Option<Val> {
    let (first, last) = (arguments.first(), arguments.last());
    let level = engine.level;
    match name {
        "dict" => dict(arguments, level),
        "list" | "tuple" => Some(Val::list(arguments.to_vec())),
        "get" => {
            let value = found(first?.as_map()?, &known(arguments.get(1)?)?);
            Some(value.unwrap_or_else(|| Val::made("")))
        }
        "set" => set(arguments, level),
        "unset" => {
            let map = first?.as_map()?;
            let key = known(arguments.get(1)?)?;
            if level > map.level {
                map.insert(key.into(), None, Val::unknown(None));
            } else {
                map.entries.borrow_mut().remove(key.as_str());
            }
            first.cloned()
        }
        "hasKey" => {
            let map = match &first?.data {
                Data::Map(map) => map,
                Data::Nil => return Some(Val::bool(false)),
                _ => return None,
            };
            let key = known(arguments.get(1)?)?;
            match map.get(&key) {
                Some(Val { data: Data::Unknown(_), .. }) => None,
                Some(_) => Some(Val::bool(true)),
                None if map.open.get() => None,
                None => Some(Val::bool(false)),
            }
        }
        "dig" => dig(arguments),
        "index" => {
            let (value, path) = arguments.split_first()?;
            let mut value = value.clone();
            for step in path {
                value = index(&value, step)?;
            }
            Some(value)
        }
        "keys" => {
            let map = closed(first?)?;
            let keys = map.entries.borrow();
            Some(Val::list(
                keys.iter()
                    .map(|(key, it)| Val::text(Text::at(Rc::clone(key), it.key_origin.clone())))
                    .collect(),
            ))
        }
        "values" => {
            let map = closed(first?)?;
            let entries = map.entries.borrow();
            Some(Val::list(entries.values().map(|it| it.value.clone()).collect()))
        }
        "pluck" => {
            let key = known(first?)?;
            let maps: Option<Vec<_>> = arguments.iter().skip(1).map(closed).collect();
            Some(Val::list(maps?.into_iter().filter_map(|it| it.get(&key)).collect()))
        }
        "chunk" | "mustChunk" => {
            let size = usize::try_from(first?.as_int()?).ok().filter(|it| *it > 0)?;
            let items = last?.as_list()?;
            Some(Val::list(items.chunks(size).map(|it| Val::list(it.to_vec())).collect()))
        }
        "pick" | "omit" => {
            let map = closed(first?)?;
            let keys: Option<Vec<_>> = arguments.iter().skip(1).map(known).collect();
            let keys = keys?;
            let out = Map::new(level, false);
            for (key, slot) in map.entries.borrow().iter() {
                if keys.iter().any(|it| **it == **key) == (name == "pick") {
                    out.insert(Rc::clone(key), slot.key_origin.clone(), slot.value.clone());
                }
            }
            Some(Val::map(out))
        }
        "merge" | "mergeOverwrite" | "mustMerge" | "mustMergeOverwrite" => {
            merge(name, arguments, level)
        }
        "deepCopy" | "mustDeepCopy" => Some(first?.deep_copy(level)),
        "len" => match &first?.data {
            Data::Text(text) => Some(Val::int(i64::try_from(text.known()?.len()).ok()?)),
            Data::List(items) => Some(Val::int(i64::try_from(items.len()).ok()?)),
            Data::Map(_) => {
                Some(Val::int(i64::try_from(closed(first?)?.entries.borrow().len()).ok()?))
            }
            Data::Nil => Some(Val::int(0)),
            _ => None,
        },
        "first" | "mustFirst" => Some(first?.as_list()?.first().cloned().unwrap_or_default()),
        "last" | "mustLast" => Some(first?.as_list()?.last().cloned().unwrap_or_default()),
        "rest" | "mustRest" => Some(Val::list(first?.as_list()?.iter().skip(1).cloned().collect())),
        "initial" | "mustInitial" => {
            let items = first?.as_list()?;
            Some(Val::list(items.iter().take(items.len().saturating_sub(1)).cloned().collect()))
        }
        "append" | "mustAppend" | "push" | "mustPush" => {
            let mut items = items(first?)?;
            items.push(arguments.get(1)?.clone());
            Some(Val::list(items))
        }
        "prepend" | "mustPrepend" => {
            let mut items = items(first?)?;
            items.insert(0, arguments.get(1)?.clone());
            Some(Val::list(items))
        }
        "concat" => {
            let mut all = Vec::new();
            for argument in arguments {
                all.extend(items(argument)?);
            }
            Some(Val::list(all))
        }
        "reverse" | "mustReverse" => {
            Some(Val::list(first?.as_list()?.iter().rev().cloned().collect()))
        }
        "uniq" | "mustUniq" => {
            let items = first?.as_list()?;
            if items.len() > 512 {
                return None;
            }
            let mut kept: Vec<Val> = Vec::new();
            for item in items.iter() {
                let mut seen = false;
                for other in &kept {
                    seen |= same(item, other)?;
                }
                if !seen {
                    kept.push(item.clone());
                }
            }
            Some(Val::list(kept))
        }
        "compact" | "mustCompact" => {
            let mut kept = Vec::new();
            for item in first?.as_list()?.iter() {
                if item.truth()? {
                    kept.push(item.clone());
                }
            }
            Some(Val::list(kept))
        }
        "without" | "mustWithout" => {
            let mut kept = Vec::new();
            for item in first?.as_list()?.iter() {
                let mut out = false;
                for other in arguments.iter().skip(1) {
                    out |= same(item, other)?;
                }
                if !out {
                    kept.push(item.clone());
                }
            }
            Some(Val::list(kept))
        }
        "has" | "mustHas" => {
            let items = match &arguments.get(1)?.data {
                Data::List(items) => items,
                Data::Nil => return Some(Val::bool(false)),
                _ => return None,
            };
            let mut answer = Some(false);
            for item in items.iter() {
                match same(first?, item) {
                    Some(true) => return Some(Val::bool(true)),
                    Some(false) => {}
                    None => answer = None,
                }
            }
            answer.map(Val::bool)
        }
        "slice" | "mustSlice" => {
            let items = first?.as_list()?;
            let at = |index: usize, or: usize| match arguments.get(index) {
                Some(it) => usize::try_from(it.as_int()?).ok(),
                None => Some(or),
            };
            Some(Val::list(items.get(at(1, 0)?..at(2, items.len())?)?.to_vec()))
        }
        "sortAlpha" => {
            let mut items: Vec<(String, Val)> = first?
                .as_list()?
                .iter()
                .map(|it| Some((known(it)?, it.clone())))
                .collect::<Option<_>>()?;
            items.sort_by(|a, b| a.0.cmp(&b.0));
            Some(Val::list(items.into_iter().map(|(_, it)| it).collect()))
        }
        "join" => join(&known(first?)?, last?),
        "split" => {
            let whole = known(last?)?;
            let map = Map::new(level, false);
            for (at, part) in whole.split(known(first?)?.as_str()).enumerate() {
                map.insert(format!("_{at}").into(), None, derived(part.to_owned(), &[last?]));
            }
            Some(Val::map(map))
        }
        "fromYaml" | "fromYamlArray" | "fromJson" | "fromJsonArray" | "mustFromJson" => {
            match &first?.data {
                Data::Text(text) => render::read(text),
                Data::Nil => Some(Val::map(Map::new(level, false))),
                _ => None,
            }
        }
        _ => None,
    }
}

fn items(value: &Val) -> Option<Vec<Val>> {
    match &value.data {
        Data::List(items) => Some(items.to_vec()),
        Data::Nil => Some(Vec::new()),
        _ => None,
    }
}

fn closed(value: &Val) -> Option<&Rc<Map>> {
    value.as_map().filter(|it| !it.open.get())
}

fn found(map: &Map, key: &str) -> Option<Val> {
    match map.get(key) {
        None if map.open.get() => Some(Val::unknown(None)),
        other => other,
    }
}

fn set(arguments: &[Val], level: u32) -> Option<Val> {
    let (target, key, value) = (arguments.first()?, arguments.get(1)?, arguments.get(2)?);
    let map = target.as_map()?;
    match known(key) {
        // Whether it is set cannot be known.
        Some(key) if level > map.level => map.insert(key.into(), None, Val::unknown(None)),
        Some(key) => map.insert(key.into(), None, value.clone()),
        None => map.open.set(true),
    }
    Some(target.clone())
}

fn index(value: &Val, step: &Val) -> Option<Val> {
    match &value.data {
        Data::Map(map) => Some(found(map, &known(step)?).unwrap_or_default()),
        Data::List(items) => items.get(usize::try_from(step.as_int()?).ok()?).cloned(),
        Data::Unknown(Unknown { symbol: Some(symbol), .. }) => {
            Some(Val::unknown(Some(format!("(index {symbol} {})", step.symbol()).into())))
        }
        Data::Nil => Some(Val::default()),
        _ => None,
    }
}

/// `dig "a" "b" DEFAULT MAP`.
fn dig(arguments: &[Val]) -> Option<Val> {
    let (map, rest) = arguments.split_last()?;
    let (default, keys) = rest.split_last()?;
    let mut value = map.clone();
    for key in keys {
        let here = value.as_map()?;
        match found(here, &known(key)?) {
            Some(next) => value = next,
            None => return Some(default.clone()),
        }
    }
    Some(value)
}

fn join(separator: &str, value: &Val) -> Option<Val> {
    let mut out = Text::default();
    match &value.data {
        Data::List(items) => {
            for (at, item) in items.iter().filter(|it| !it.is_nil()).enumerate() {
                if at > 0 {
                    out.push_made(separator);
                }
                out.append(item.to_text()?);
            }
        }
        Data::Nil => {}
        _ => out.append(value.to_text()?),
    }
    Some(Val::text(out))
}

/// Joins maps into the first one, in place.
fn merge(name: &str, arguments: &[Val], level: u32) -> Option<Val> {
    let (target, sources) = arguments.split_first()?;
    let map = target.as_map()?;
    let overwrite = name.ends_with("Overwrite");
    for source in sources {
        match &source.data {
            Data::Nil => {}
            Data::Map(source) if level <= map.level && !Rc::ptr_eq(source, map) => {
                merge_into(map, source, overwrite, DEPTH);
            }
            Data::Map(_) => {}
            // Anything may be added or replaced.
            _ => {
                map.open.set(true);
                if overwrite {
                    for slot in map.entries.borrow_mut().values_mut() {
                        slot.value = Val::unknown(None);
                    }
                }
            }
        }
    }
    if level > map.level {
        map.open.set(true);
        for slot in map.entries.borrow_mut().values_mut() {
            slot.value = Val::unknown(None);
        }
    }
    Some(target.clone())
}

fn merge_into(map: &Rc<Map>, source: &Rc<Map>, overwrite: bool, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    map.open.set(map.open.get() || source.open.get());
    let entries: Vec<_> =
        source.entries.borrow().iter().map(|(key, it)| (Rc::clone(key), it.clone())).collect();
    for (key, slot) in entries {
        let Some(old) = map.get(&key) else {
            map.insert(key, slot.key_origin, slot.value);
            continue;
        };
        match (old.as_map(), slot.value.as_map()) {
            (Some(old), Some(new)) => {
                // The values of a chart must not change through a copy of them.
                let copy = Map::new(map.level, old.open.get());
                for (key, it) in old.entries.borrow().iter() {
                    copy.insert(Rc::clone(key), it.key_origin.clone(), it.value.clone());
                }
                let copy = Rc::new(copy);
                merge_into(&copy, new, overwrite, depth);
                map.insert(key, slot.key_origin, Val { data: Data::Map(copy), origin: None });
            }
            _ => match (old.truth(), overwrite) {
                (_, true) => map.insert(key, slot.key_origin, slot.value),
                // An empty value counts as not set.
                (Some(false), false) => map.insert(key, slot.key_origin, slot.value),
                (Some(true), false) => {}
                (None, false) => map.insert(key, slot.key_origin, Val::unknown(None)),
            },
        }
    }
}
