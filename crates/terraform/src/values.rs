//! Making, taking apart and passing on [`Value`]s.
//!
//! Two things that a plain value cannot say are said with marks that never leave this crate's
//! evaluator: a map or list may have *more* entries than are known (its last entry is a
//! "rest"), and an expression may be *invalid* (which `try` and `can` ask about).

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use model::{Data, Entry, Origin, Piece, Place, Remote, StepKind, Text, Value};
use syntax::OffsetMap;

/// Key of the entry that stands for keys which are not known.
const REST: &str = "\u{0}";

/// Address of the mark for invalid expressions.
const INVALID: &str = "\u{0}invalid";

/// Attribute that marks a list item as standing for any number of items.
const REST_ATTRIBUTE: &str = "\u{0}[*]";

static INVALID_REMOTE: LazyLock<Arc<Remote>> =
    LazyLock::new(|| Arc::new(Remote { address: INVALID.into(), attribute: "".into() }));
static REST_REMOTE: LazyLock<Arc<Remote>> =
    LazyLock::new(|| Arc::new(Remote { address: REST.into(), attribute: REST_ATTRIBUTE.into() }));

pub(crate) fn unknown(place: Place) -> Value {
    Value::unknown(Origin::at(place))
}

/// An expression that Terraform would refuse to evaluate.
pub(crate) fn invalid(place: Place) -> Value {
    Value { data: Data::Unknown(Some(Arc::clone(&INVALID_REMOTE))), origin: Origin::at(place) }
}

pub(crate) fn is_invalid(value: &Value) -> bool {
    matches!(&value.data, Data::Unknown(Some(it)) if &*it.address == INVALID)
}

/// An attribute that only an apply can tell.
pub(crate) fn computed(address: &Arc<str>, attribute: &str, place: Place) -> Value {
    let remote = Remote { address: Arc::clone(address), attribute: attribute.into() };
    Value { data: Data::Unknown(Some(Arc::new(remote))), origin: Origin::at(place) }
}

pub(crate) fn null(place: Place) -> Value {
    Value { data: Data::Null, origin: Origin::at(place) }
}

pub(crate) fn boolean(it: bool, origin: Origin) -> Value {
    Value { data: Data::Bool(it), origin }
}

pub(crate) fn number(it: f64, origin: Origin) -> Value {
    Value { data: Data::Number(it), origin }
}

/// A text that was computed: its origin is the whole of what it was computed from.
pub(crate) fn text(it: impl Into<Arc<str>>, origin: Origin) -> Value {
    Value { data: Data::String(Text::literal(it, origin.clone(), None)), origin }
}

/// A text of pieces; without pieces it is the empty text.
pub(crate) fn text_of(mut pieces: Vec<Piece>, origin: Origin) -> Value {
    if pieces.is_empty() {
        pieces.push(Piece::Literal { text: "".into(), origin: origin.clone(), map: None });
    }
    Value { data: Data::String(Text { pieces }), origin }
}

pub(crate) fn list(items: Vec<Value>, origin: Origin) -> Value {
    Value { data: Data::List(Arc::new(items)), origin }
}

pub(crate) fn map(entries: Vec<Entry>, origin: Origin) -> Value {
    Value { data: Data::Map(Arc::new(entries)), origin }
}

pub(crate) fn entry(key: impl Into<Arc<str>>, key_origin: Origin, value: Value) -> Entry {
    Entry { key: key.into(), key_origin, value }
}

/// An item that stands for any number of unknown items.
pub(crate) fn rest_item(origin: Origin) -> Value {
    Value { data: Data::Unknown(Some(Arc::clone(&REST_REMOTE))), origin }
}

pub(crate) fn is_rest_item(value: &Value) -> bool {
    matches!(&value.data, Data::Unknown(Some(it)) if &*it.attribute == REST_ATTRIBUTE)
}

/// True when a list may have more items than are known.
pub(crate) fn is_open_list(items: &[Value]) -> bool {
    items.iter().any(is_rest_item)
}

/// True for a collection that surely has nothing in it.
pub(crate) fn is_empty(value: &Value) -> bool {
    match &value.data {
        Data::List(items) => items.is_empty(),
        Data::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// An entry that stands for any number of unknown entries.
pub(crate) fn rest_entry(value: Value) -> Entry {
    Entry { key: REST.into(), key_origin: value.origin.clone(), value }
}

pub(crate) fn is_rest_entry(entry: &Entry) -> bool {
    &*entry.key == REST
}

/// What stands for the unknown entries of a map, when there may be some.
pub(crate) fn rest(value: &Value) -> Option<&Value> {
    value.entries().iter().rev().find(|it| is_rest_entry(it)).map(|it| &it.value)
}

/// The known entries of a map.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = &Entry> {
    value.entries().iter().filter(|it| !is_rest_entry(it))
}

/// An object of a resource, data source or module instance whose attributes are looked up
/// when they are asked for.
pub(crate) fn object(address: &Arc<str>, place: Place) -> Value {
    map(vec![rest_entry(computed(address, "", place))], Origin::at(place))
}

/// The address of a value made by [`object`].
pub(crate) fn object_address(value: &Value) -> Option<&Arc<str>> {
    match &rest(value)?.data {
        Data::Unknown(Some(it)) if it.attribute.is_empty() => Some(&it.address),
        _ => None,
    }
}

/// Where a value is used: the last reference that read it, or the literal itself.
pub(crate) fn last_place(origin: &Origin) -> Place {
    origin.steps().last().map_or(origin.place, |it| it.place)
}

/// What an unknown value is an attribute of. Marks are not shown.
pub(crate) fn remote(value: &Value) -> Option<&Arc<Remote>> {
    match &value.data {
        Data::Unknown(Some(it)) if !it.address.starts_with('\u{0}') => Some(it),
        _ => None,
    }
}

/// Steps that an origin remembers. A finding shows a handful; longer ways only cost.
const STEPS: usize = 32;

/// The same value, one step further on its way.
pub(crate) fn through(mut value: Value, kind: StepKind, name: &Arc<str>, place: Place) -> Value {
    if value.origin.steps().len() >= STEPS {
        return value;
    }
    let pass = |origin: &Origin| origin.through(kind, Arc::clone(name), place);
    each_origin(&mut value, pass);
    value
}

/// A part of a collection with the steps that the collection took; most took none.
pub(crate) fn inherited<'v>(outer: &Origin, inner: &'v Value) -> Cow<'v, Value> {
    match hands_down(outer, inner) {
        true => Cow::Owned(inherit(outer, inner.clone())),
        false => Cow::Borrowed(inner),
    }
}

fn hands_down(outer: &Origin, inner: &Value) -> bool {
    let steps = outer.steps();
    !steps.is_empty() && inner.origin.steps().len() + steps.len() <= STEPS
}

/// A part of a collection takes the steps that the collection took.
pub(crate) fn inherit(outer: &Origin, mut inner: Value) -> Value {
    if !hands_down(outer, &inner) {
        return inner;
    }
    let steps = outer.steps();
    let pass = |origin: &Origin| {
        steps.iter().fold(origin.clone(), |it, step| {
            it.through(step.kind, Arc::clone(&step.name), step.place)
        })
    };
    each_origin(&mut inner, pass);
    inner
}

/// Changes the origin of a value, and of the pieces of a text.
fn each_origin(value: &mut Value, pass: impl Fn(&Origin) -> Origin) {
    value.origin = pass(&value.origin);
    let Data::String(text) = &mut value.data else { return };
    for piece in &mut text.pieces {
        let (Piece::Literal { origin, .. } | Piece::Unknown { origin, .. }) = piece;
        if origin.steps().len() < STEPS {
            *origin = pass(origin);
        }
    }
}

/// The items of a list or of a single value, each with the steps of the list.
pub(crate) fn items(value: &Value) -> Vec<Value> {
    match &value.data {
        Data::List(items) => items.iter().map(|it| inherit(&value.origin, it.clone())).collect(),
        _ => value.one_or_many().to_vec(),
    }
}

/// The value under a key, with the steps of the map.
pub(crate) fn member(value: &Value, key: &str) -> Option<Value> {
    value.get(key).map(|it| inherit(&value.origin, it.clone()))
}

/// A number as Terraform writes it into a text.
pub(crate) fn number_text(it: f64) -> String {
    if it.fract() == 0.0 && it.abs() < 1e15 { format!("{it:.0}") } else { it.to_string() }
}

/// The known text of a string, number or boolean.
pub(crate) fn known_text(value: &Value) -> Option<String> {
    match &value.data {
        Data::String(text) => text.known().map(Cow::into_owned),
        Data::Number(it) => Some(number_text(*it)),
        Data::Bool(it) => Some(it.to_string()),
        Data::Unknown(_) | Data::Null | Data::List(_) | Data::Map(_) => None,
    }
}

/// A value as pieces of a text. Collections come from `jsonencode` and are written as JSON.
pub(crate) fn pieces(value: &Value) -> Vec<Piece> {
    match &value.data {
        Data::String(text) => text.pieces.clone(),
        Data::Number(_) | Data::Bool(_) => {
            let text = known_text(value).unwrap_or_default();
            vec![Piece::Literal { text: text.into(), origin: value.origin.clone(), map: None }]
        }
        Data::List(_) | Data::Map(_) => {
            let mut pieces = Vec::new();
            write_json(value, 0, &mut pieces);
            pieces
        }
        Data::Unknown(_) | Data::Null => {
            vec![Piece::Unknown { origin: value.origin.clone(), remote: remote(value).cloned() }]
        }
    }
}

/// Nesting after which a value counts as unknown.
const JSON_DEPTH: usize = 64;

/// Parts of a value that are looked at. Values share their parts, so a small one can stand for
/// a tree that never ends.
pub(crate) const PARTS: usize = 20_000;

/// Writes a value as JSON, keeping the origin of every known text.
pub(crate) fn write_json(value: &Value, depth: usize, out: &mut Vec<Piece>) {
    let mark =
        |text: &str| Piece::Literal { text: text.into(), origin: value.origin.clone(), map: None };
    if depth > JSON_DEPTH || out.len() > PARTS {
        out.push(Piece::Unknown { origin: value.origin.clone(), remote: None });
        return;
    }
    match &value.data {
        Data::Null => out.push(mark("null")),
        Data::Bool(_) | Data::Number(_) => out.extend(pieces(value)),
        Data::Unknown(_) => out.extend(pieces(value)),
        Data::String(text) => {
            out.push(mark("\""));
            out.extend(text.pieces.iter().map(escaped));
            out.push(mark("\""));
        }
        Data::List(items) => {
            out.push(mark("["));
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(mark(","));
                }
                write_json(&inherited(&value.origin, item), depth + 1, out);
            }
            out.push(mark("]"));
        }
        Data::Map(_) if rest(value).is_some() => {
            out.push(Piece::Unknown { origin: value.origin.clone(), remote: None });
        }
        Data::Map(entries) => {
            out.push(mark("{"));
            for (at, entry) in entries.iter().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                out.push(mark(&format!("{comma}{}:", json_string(&entry.key))));
                write_json(&inherited(&value.origin, &entry.value), depth + 1, out);
            }
            out.push(mark("}"));
        }
    }
}

fn escaped(piece: &Piece) -> Piece {
    match piece {
        Piece::Literal { text, origin, map } => {
            let quoted = json_string(text);
            let inner = quoted.get(1..quoted.len() - 1).unwrap_or("");
            // Offsets stay exact only where nothing had to be escaped.
            let map = if inner == &**text { map.clone() } else { None };
            Piece::Literal { text: inner.into(), origin: origin.clone(), map }
        }
        Piece::Unknown { .. } => piece.clone(),
    }
}

/// A text as a JSON string with its quotes.
pub(crate) fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            it if u32::from(it) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

/// A part of a literal piece, with exact offsets where the whole piece has them.
pub(crate) fn slice(piece: &Piece, start: usize, end: usize) -> Option<Piece> {
    let Piece::Literal { text, origin, map } = piece else { return None };
    let part = text.get(start..end)?;
    let (mut origin, mut exact) = (origin.clone(), None);
    if let Some(map) = map {
        let (from, to) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        let span = map.to_span(from, to);
        if span.len() as usize == part.len() {
            exact = Some(OffsetMap::identity(span.start, span.end));
        }
        origin.place = Place::new(origin.place.file, span);
    }
    Some(Piece::Literal { text: part.into(), origin, map: exact })
}

/// Whether two values are equal; `None` when that cannot be told.
pub(crate) fn equal(a: &Value, b: &Value) -> Option<bool> {
    let mut parts = PARTS;
    equal_within(a, b, &mut parts)
}

fn equal_within(a: &Value, b: &Value, parts: &mut usize) -> Option<bool> {
    *parts = parts.checked_sub(1)?;
    use Data::{Bool, List, Map, Null, Number, String, Unknown};
    match (&a.data, &b.data) {
        (Unknown(_), _) | (_, Unknown(_)) => None,
        (Null, Null) => Some(true),
        (Null, _) | (_, Null) => Some(false),
        (String(a), String(b)) => match (a.known(), b.known()) {
            (Some(a), Some(b)) => Some(a == b),
            (Some(text), None) => differs(b, &text),
            (None, Some(text)) => differs(a, &text),
            (None, None) => None,
        },
        (Bool(a), Bool(b)) => Some(a == b),
        (Number(a), Number(b)) => Some(a == b),
        (List(x), List(y)) => {
            if is_open_list(x) || is_open_list(y) {
                return None;
            }
            if x.len() != y.len() {
                return Some(false);
            }
            all(x.iter().zip(y.iter()).map(|(x, y)| equal_within(x, y, parts)))
        }
        (Map(x), Map(y)) => {
            if rest(a).is_some() || rest(b).is_some() {
                return None;
            }
            if x.len() != y.len() {
                return Some(false);
            }
            all(x.iter().map(|it| {
                b.get(&it.key).map_or(Some(false), |other| equal_within(&it.value, other, parts))
            }))
        }
        _ => Some(false),
    }
}

/// `Some(false)` when a partly unknown text surely is not `text`.
fn differs(partial: &Text, text: &str) -> Option<bool> {
    let known = |piece: &Piece| match piece {
        Piece::Literal { text, .. } => Some(text.len()),
        Piece::Unknown { .. } => None,
    };
    let least: usize = partial.pieces.iter().filter_map(known).sum();
    let prefix = partial.pieces.first().is_none_or(|it| match it {
        Piece::Literal { text: known, .. } => text.starts_with(&**known),
        Piece::Unknown { .. } => true,
    });
    (least > text.len() || !prefix).then_some(false)
}

fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in &mut parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

/// Makes a value safe to hand out: marks become plain unknowns, and so does a map that may
/// have more entries than are known, because "not in the map" would be a guess.
pub(crate) fn without_marks(value: &Value) -> Value {
    let mut parts = PARTS;
    cleaned(value, 0, &mut parts)
}

fn cleaned(value: &Value, depth: usize, parts: &mut usize) -> Value {
    if depth > JSON_DEPTH || *parts == 0 || rest(value).is_some() {
        return Value::unknown(value.origin.clone());
    }
    *parts -= 1;
    let data = match &value.data {
        Data::Unknown(_) => Data::Unknown(remote(value).cloned()),
        Data::List(items) => {
            Data::List(Arc::new(items.iter().map(|it| cleaned(it, depth + 1, parts)).collect()))
        }
        Data::Map(entries) => {
            let mut clean =
                |it: &Entry| Entry { value: cleaned(&it.value, depth + 1, parts), ..it.clone() };
            Data::Map(Arc::new(entries.iter().map(&mut clean).collect()))
        }
        other => other.clone(),
    };
    Value { data, origin: value.origin.clone() }
}
