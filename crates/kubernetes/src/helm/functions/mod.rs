//! The functions of Helm's templates: Go's own, Sprig's and Helm's, as far as they are pure.
//!
//! A function that is not here, or that cannot say with what it was given, yields something
//! unknown. So do those that make a new value each time (`randAlphaNum`, `genCA`, `now`) or ask
//! a cluster (`lookup`).

mod collections;
mod logic;
mod numbers;
mod patterns;
mod printf;
mod strings;
mod versions;

use std::rc::Rc;

use super::eval::{Engine, Stop};
use super::text::{Piece, Text};
use super::value::{DEPTH, Data, Map, Val};

/// Most items of a list that a function makes.
const ITEMS: i64 = 20_000;

/// Calls a function.
pub(super) fn call(name: &str, arguments: &[Val], engine: &mut Engine<'_>) -> Result<Val, Stop> {
    let size: usize = arguments.iter().map(|it| weight(it, 3)).sum();
    engine.step(1 + size / 64)?;
    if let ("until" | "untilStep" | "repeat" | "seq", Some(count)) = (name, count(name, arguments))
        && count > ITEMS
    {
        return Err(Stop::Limit("a function of a template makes more items than are followed"));
    }
    let found = logic::call(name, arguments)
        .or_else(|| strings::call(name, arguments))
        .or_else(|| patterns::call(name, arguments))
        .or_else(|| versions::call(name, arguments))
        .or_else(|| printf::call(name, arguments))
        .or_else(|| numbers::call(name, arguments))
        .or_else(|| collections::call(name, arguments, engine));
    Ok(found.unwrap_or_else(|| unknown(name, arguments)))
}

fn count(name: &str, arguments: &[Val]) -> Option<i64> {
    match name {
        "untilStep" => {
            let (from, to) = (arguments.first()?.as_int()?, arguments.get(1)?.as_int()?);
            let step = arguments.get(2)?.as_int()?.checked_abs()?.max(1);
            Some(to.checked_sub(from)?.checked_abs()? / step)
        }
        "seq" => {
            let numbers: Option<Vec<i64>> = arguments.iter().map(Val::as_int).collect();
            let (from, step, to) = match numbers?[..] {
                [to] => (1, 1, to),
                [from, to] => (from, 1, to),
                [from, step, to] => (from, step, to),
                _ => return None,
            };
            Some(to.checked_sub(from)?.checked_abs()? / step.checked_abs()?.max(1))
        }
        _ => arguments.first()?.as_int(),
    }
}

/// A measure of the work that a value makes.
fn weight(value: &Val, depth: u32) -> usize {
    let Some(depth) = depth.checked_sub(1) else { return 8 };
    match &value.data {
        // A piece with its place takes as much memory as a line of text.
        Data::Text(text) => text.len() + text.pieces.len() * 96,
        Data::List(items) => items.iter().map(|it| 8 + weight(it, depth)).sum(),
        Data::Map(map) => {
            map.entries.borrow().values().map(|it| 16 + weight(&it.value, depth)).sum()
        }
        _ => 1,
    }
}

/// The result of a function that cannot say.
fn unknown(name: &str, arguments: &[Val]) -> Val {
    // Each call yields something else.
    const FRESH: [&str; 4] = ["rand", "gen", "now", "uuid"];
    if FRESH.iter().any(|it| name.starts_with(it)) || name == "fail" {
        return Val::unknown(None);
    }
    let words: Vec<_> = arguments.iter().map(Val::symbol).collect();
    Val::unknown(Some(format!("({name} {})", words.join(" ")).into()))
}

/// A value as Go prints it inside other text, when all of it is known.
pub(super) fn go_text(value: &Val) -> Option<Text> {
    let mut out = Text::default();
    go_print(value, DEPTH, &mut out)?;
    Some(out)
}

fn go_print(value: &Val, depth: u32, out: &mut Text) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match &value.data {
        Data::Unknown(_) | Data::Files(_) => return None,
        Data::Nil => out.push_made("<nil>"),
        Data::List(items) => {
            out.push_made("[");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_made(" ");
                }
                go_print(item, depth, out)?;
            }
            out.push_made("]");
        }
        Data::Map(map) => {
            if map.open.get() {
                return None;
            }
            out.push_made("map[");
            for (at, (key, slot)) in map.entries.borrow().iter().enumerate() {
                if at > 0 {
                    out.push_made(" ");
                }
                out.push_made(key);
                out.push_made(":");
                go_print(&slot.value, depth, out)?;
            }
            out.push_made("]");
        }
        _ => out.append(value.to_text()?),
    }
    Some(())
}

/// A text argument, numbers and unknown values included.
fn text(value: &Val) -> Option<Text> {
    match &value.data {
        Data::List(_) | Data::Map(_) | Data::Files(_) => None,
        _ => value.to_text(),
    }
}

/// The scalar types that count as a known text.
fn known(value: &Val) -> Option<String> {
    match &value.data {
        Data::Unknown(_) => None,
        _ => text(value)?.known(),
    }
}

/// A text that a function made of known arguments: it stands where the first of them stands.
fn derived(made: String, from: &[&Val]) -> Val {
    let origin = from.iter().find_map(|it| match &it.data {
        Data::Text(text) => text.origin(),
        _ => it.origin.clone(),
    });
    Val::text(Text::at(made, origin))
}

/// Two values of the same kind that are the same; `None` when that cannot be known.
fn same(a: &Val, b: &Val) -> Option<bool> {
    same_to(a, b, DEPTH)
}

fn same_to(a: &Val, b: &Val, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    Some(match (&a.data, &b.data) {
        (Data::Unknown(a), Data::Unknown(b)) => {
            let (a, b) = (a.symbol.as_ref()?, b.symbol.as_ref()?);
            return (a == b && !a.contains('$')).then_some(true);
        }
        (Data::Unknown(_), _)
        | (_, Data::Unknown(_))
        | (Data::Files(_), _)
        | (_, Data::Files(_)) => {
            return None;
        }
        (Data::Nil, Data::Nil) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a), Data::Int(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a.to_bits() == b.to_bits(),
        // Numbers of values files are floats in Helm.
        (Data::Int(a), Data::Float(b)) | (Data::Float(b), Data::Int(a)) => (*a as f64) == *b,
        (Data::Text(a), Data::Text(b)) => match (a.known(), b.known()) {
            (Some(a), Some(b)) => a == b,
            (Some(known), None) => return differs(&known, b).then_some(false),
            (None, Some(known)) => return differs(&known, a).then_some(false),
            (None, None) => return None,
        },
        (Data::List(a), Data::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            for (a, b) in a.iter().zip(b.iter()) {
                if !same_to(a, b, depth)? {
                    return Some(false);
                }
            }
            true
        }
        (Data::Map(_), Data::Map(_)) => return None,
        _ => false,
    })
}

/// True when a known text can never be a text with holes.
fn differs(known: &str, holes: &Text) -> bool {
    if holes.has_tags() {
        return false;
    }
    let start = match holes.pieces.first() {
        Some(Piece::Lit(lit)) => !known.starts_with(&*lit.text),
        Some(Piece::Hole(hole)) => hole.filled && known.is_empty(),
        _ => false,
    };
    let end = match holes.pieces.last() {
        Some(Piece::Lit(lit)) => !known.ends_with(&*lit.text),
        _ => false,
    };
    start || end
}

/// A map with the pairs of a call.
fn dict(arguments: &[Val], level: u32) -> Option<Val> {
    let map = Map::new(level, false);
    for pair in arguments.chunks(2) {
        let key: Rc<str> = known(pair.first()?)?.into();
        map.insert(key, None, pair.get(1).cloned().unwrap_or_else(|| Val::made("")));
    }
    Some(Val::map(map))
}
