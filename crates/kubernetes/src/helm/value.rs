//! Values while templates are evaluated. Three-valued: what cannot be known is a value too.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use model::{Origin, Place, Remote};

use super::text::{Hole, Lit, NAMELESS, Piece, Text};

/// Deepest value that is walked. A dict that holds itself has no end.
pub(super) const DEPTH: u32 = 64;

/// The address under which the pieces of a name that only a release knows are kept.
pub(crate) const RELEASE: &str = "helm";

/// A value, and where it was written.
#[derive(Clone, Default)]
pub(super) struct Val {
    pub(super) data: Data,
    /// Where a scalar or collection stands; a text's pieces know it themselves.
    pub(super) origin: Option<Origin>,
}

#[derive(Clone, Default)]
pub(super) enum Data {
    Unknown(Unknown),
    #[default]
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Text),
    List(Rc<List>),
    Map(Rc<Map>),
    /// `.Files` of a chart, or those that a pattern chose.
    Files(Option<Rc<Map>>),
}

/// What cannot be known.
#[derive(Clone, Default)]
pub(super) struct Unknown {
    /// The expression that yields it.
    pub(super) symbol: Option<Rc<str>>,
    /// Whether it counts as true.
    pub(super) truth: Option<bool>,
    /// It stands on one line.
    pub(super) line: bool,
}

/// A map, which templates may change in place.
#[derive(Default)]
pub(super) struct Map {
    pub(super) entries: RefCell<BTreeMap<Rc<str>, Slot>>,
    /// There may be other entries.
    pub(super) open: Cell<bool>,
    /// How many conditions that cannot be known stood around its making.
    pub(super) level: u32,
}

/// The items of a list.
#[derive(Default)]
pub(super) struct List(pub(super) Vec<Val>);

impl std::ops::Deref for List {
    type Target = [Val];

    fn deref(&self) -> &[Val] {
        &self.0
    }
}

// A loop can nest values without end, and dropping them one inside the other would overflow
// the stack.
impl Drop for List {
    fn drop(&mut self) {
        dismantle(std::mem::take(&mut self.0));
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        dismantle(self.entries.take().into_values().map(|it| it.value).collect());
    }
}

fn dismantle(mut left: Vec<Val>) {
    while let Some(value) = left.pop() {
        match value.data {
            Data::List(it) => {
                left.extend(
                    Rc::into_inner(it)
                        .map(|mut it| std::mem::take(&mut it.0))
                        .into_iter()
                        .flatten(),
                );
            }
            Data::Map(it) => {
                let entries = Rc::into_inner(it).map(|it| it.entries.take());
                left.extend(entries.into_iter().flatten().map(|(_, it)| it.value));
            }
            _ => {}
        }
    }
}

/// The value of an entry.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) key_origin: Option<Origin>,
    pub(super) value: Val,
}

/// Longest symbol that is kept: names are for people.
const LONGEST: usize = 100;

impl Val {
    pub(super) fn unknown(symbol: Option<Rc<str>>) -> Self {
        let symbol = symbol.filter(|it| it.len() <= LONGEST);
        Self { data: Data::Unknown(Unknown { symbol, truth: None, line: false }), origin: None }
    }

    /// Unknown, but not empty.
    pub(super) fn present(symbol: &str) -> Self {
        let unknown = Unknown { symbol: Some(symbol.into()), truth: Some(true), line: true };
        Self { data: Data::Unknown(unknown), origin: None }
    }

    pub(super) fn bool(flag: bool) -> Self {
        Self { data: Data::Bool(flag), origin: None }
    }

    pub(super) fn int(number: i64) -> Self {
        Self { data: Data::Int(number), origin: None }
    }

    pub(super) fn text(text: Text) -> Self {
        Self { data: Data::Text(text), origin: None }
    }

    pub(super) fn made(text: impl Into<Rc<str>>) -> Self {
        Self::text(Text::made(text))
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self { data: Data::List(Rc::new(List(items))), origin: None }
    }

    pub(super) fn map(map: Map) -> Self {
        Self { data: Data::Map(Rc::new(map)), origin: None }
    }

    pub(super) fn is_nil(&self) -> bool {
        matches!(self.data, Data::Nil)
    }

    /// Whether `if` takes it for true.
    pub(super) fn truth(&self) -> Option<bool> {
        match &self.data {
            Data::Unknown(it) => it.truth,
            Data::Nil => Some(false),
            Data::Bool(it) => Some(*it),
            Data::Int(it) => Some(*it != 0),
            Data::Float(it) => Some(*it != 0.0),
            Data::Text(it) => it.is_filled(),
            Data::List(it) => Some(!it.is_empty()),
            Data::Map(it) => match it.entries.borrow().is_empty() {
                true if it.open.get() => None,
                empty => Some(!empty),
            },
            Data::Files(None) => Some(true),
            Data::Files(Some(it)) => Some(!it.entries.borrow().is_empty()),
        }
    }

    /// The characters that an action prints, for scalars.
    pub(super) fn to_text(&self) -> Option<Text> {
        let made = |text: String| Some(Text::at(text, self.origin.clone()));
        match &self.data {
            Data::Unknown(it) => {
                let symbol = it.symbol.clone().unwrap_or_else(|| NAMELESS.into());
                let mut hole = Hole::new(symbol, self.origin.clone());
                hole.filled = it.truth == Some(true);
                hole.line = it.line;
                Some(Text { pieces: vec![Piece::Hole(hole)] })
            }
            Data::Nil => Some(Text::default()),
            Data::Bool(it) => made(it.to_string()),
            Data::Int(it) => made(it.to_string()),
            Data::Float(it) => made(it.to_string()),
            Data::Text(it) => Some(it.clone()),
            Data::List(_) | Data::Map(_) | Data::Files(_) => None,
        }
    }

    /// A text that is known.
    pub(super) fn as_str(&self) -> Option<String> {
        match &self.data {
            Data::Text(it) => it.known(),
            _ => None,
        }
    }

    /// Where it stands, or its first characters do.
    pub(super) fn place(&self) -> Option<Place> {
        match &self.data {
            Data::Text(text) => text.origin().map(|it| it.place),
            _ => self.origin.as_ref().map(|it| it.place),
        }
    }

    pub(super) fn as_int(&self) -> Option<i64> {
        match &self.data {
            Data::Int(it) => Some(*it),
            Data::Float(it) if it.abs() < 9e15 => Some(*it as i64),
            Data::Bool(it) => Some(i64::from(*it)),
            Data::Nil => Some(0),
            Data::Text(it) => Some(it.known()?.trim().parse().unwrap_or(0)),
            _ => None,
        }
    }

    pub(super) fn as_map(&self) -> Option<&Rc<Map>> {
        match &self.data {
            Data::Map(it) | Data::Files(Some(it)) => Some(it),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&Rc<List>> {
        match &self.data {
            Data::List(it) => Some(it),
            _ => None,
        }
    }

    /// What stands for it inside an expression.
    pub(super) fn symbol(&self) -> String {
        self.symbol_to(4)
    }

    fn symbol_to(&self, depth: u32) -> String {
        let Some(depth) = depth.checked_sub(1) else { return NAMELESS.to_owned() };
        match &self.data {
            Data::Unknown(it) => it.symbol.as_deref().unwrap_or(NAMELESS).to_owned(),
            Data::Nil => "nil".to_owned(),
            Data::Bool(it) => it.to_string(),
            Data::Int(it) => it.to_string(),
            Data::Float(it) => it.to_string(),
            Data::Text(it) if it.len() <= LONGEST => format!("\"{}\"", it.symbol()),
            Data::List(it) if it.len() <= 8 => {
                let items: Vec<_> = it.iter().map(|it| it.symbol_to(depth)).collect();
                format!("(list {})", items.join(" "))
            }
            Data::Map(it) if it.get("Capabilities").is_some() => ".".to_owned(),
            Data::Map(it) if it.entries.borrow().len() <= 8 => {
                let entries = it.entries.borrow();
                let pairs = entries
                    .iter()
                    .map(|(key, it)| format!("\"{key}\" {}", it.value.symbol_to(depth)));
                format!("(dict {})", pairs.collect::<Vec<_>>().join(" "))
            }
            Data::Text(_) | Data::List(_) | Data::Map(_) | Data::Files(_) => NAMELESS.to_owned(),
        }
    }

    /// A copy that shares no map with this one.
    pub(super) fn deep_copy(&self, level: u32) -> Self {
        self.copy_to(level, DEPTH)
    }

    fn copy_to(&self, level: u32, depth: u32) -> Self {
        let Some(depth) = depth.checked_sub(1) else { return Self::unknown(None) };
        let data = match &self.data {
            Data::List(it) => {
                Data::List(Rc::new(List(it.iter().map(|it| it.copy_to(level, depth)).collect())))
            }
            Data::Map(it) => {
                let map = Map::new(level, it.open.get());
                for (key, slot) in it.entries.borrow().iter() {
                    let value = slot.value.copy_to(level, depth);
                    map.insert(Rc::clone(key), slot.key_origin.clone(), value);
                }
                Data::Map(Rc::new(map))
            }
            other => other.clone(),
        };
        Self { data, origin: self.origin.clone() }
    }

    /// Takes over what was read from a file.
    pub(super) fn read(value: &model::Value) -> Self {
        Self::read_to(value, DEPTH)
    }

    fn read_to(value: &model::Value, depth: u32) -> Self {
        // What evaluation added stands nowhere.
        let written = |it: &&Origin| it.place.span != syntax::Span::default();
        let origin = Some(&value.origin).filter(written).cloned();
        let Some(depth) = depth.checked_sub(1) else { return Self::unknown(None) };
        let data = match &value.data {
            model::Data::Unknown(_) => return Self { origin, ..Self::unknown(None) },
            model::Data::Null => Data::Nil,
            model::Data::Bool(it) => Data::Bool(*it),
            model::Data::Number(it) if it.fract() == 0.0 && it.abs() < 9e15 => {
                Data::Int(*it as i64)
            }
            model::Data::Number(it) => Data::Float(*it),
            model::Data::String(text) => Data::Text(read_text(text)),
            model::Data::List(items) => {
                Data::List(Rc::new(List(items.iter().map(|it| Self::read_to(it, depth)).collect())))
            }
            model::Data::Map(entries) => {
                let map = Map::default();
                map.open.set(crate::load::is_open(value));
                for entry in crate::load::listed(value) {
                    let key_origin = Some(&entry.key_origin).filter(written).cloned();
                    map.insert((*entry.key).into(), key_origin, Self::read_to(&entry.value, depth));
                }
                let _ = entries;
                Data::Map(Rc::new(map))
            }
        };
        Self { data, origin }
    }
}

pub(super) fn read_text(text: &model::Text) -> Text {
    let mut out = Text::default();
    for piece in &text.pieces {
        out.push(match piece {
            model::Piece::Literal { text, origin, map } => Piece::Lit(Lit {
                text: (**text).into(),
                origin: Some(origin.clone()).filter(|it| it.place.span != syntax::Span::default()),
                map: map.clone(),
            }),
            model::Piece::Unknown { origin, remote } => {
                let symbol = remote.as_deref().map_or(NAMELESS, symbol_of);
                Piece::Hole(Hole::new(symbol.into(), Some(origin.clone())))
            }
        });
    }
    out
}

fn symbol_of(remote: &Remote) -> &str {
    if &*remote.address == RELEASE { &remote.attribute } else { NAMELESS }
}

impl Map {
    pub(super) fn new(level: u32, open: bool) -> Self {
        Self { entries: RefCell::default(), open: Cell::new(open), level }
    }

    pub(super) fn get(&self, key: &str) -> Option<Val> {
        self.entries.borrow().get(key).map(|it| it.value.clone())
    }

    pub(super) fn insert(&self, key: Rc<str>, key_origin: Option<Origin>, value: Val) {
        self.entries.borrow_mut().insert(key, Slot { key_origin, value });
    }

    pub(super) fn with(self, key: &str, value: Val) -> Self {
        self.insert(key.into(), None, value);
        self
    }
}

/// Lays `over` over `under`, key by key; a null takes the key away. This is how Helm joins
/// the values of a chart and what the chart above it sets.
pub(super) fn overlay(over: &Val, under: &Val) -> Val {
    overlay_to(over, under, DEPTH)
}

fn overlay_to(over: &Val, under: &Val, depth: u32) -> Val {
    let (Some(a), Some(b), Some(depth)) = (over.as_map(), under.as_map(), depth.checked_sub(1))
    else {
        return over.clone();
    };
    let map = Map::new(0, a.open.get() || b.open.get());
    for (key, slot) in b.entries.borrow().iter() {
        map.insert(Rc::clone(key), slot.key_origin.clone(), slot.value.clone());
    }
    for (key, slot) in a.entries.borrow().iter() {
        let below = b.get(key);
        let value = match &below {
            Some(_) if slot.value.is_nil() => {
                map.entries.borrow_mut().remove(key);
                continue;
            }
            Some(below) => overlay_to(&slot.value, below, depth),
            None => slot.value.clone(),
        };
        map.insert(Rc::clone(key), slot.key_origin.clone(), value);
    }
    Val { data: Data::Map(Rc::new(map)), origin: over.origin.clone() }
}
