//! Every text that is written in a value, with the key it stands under and the path to it.

use std::borrow::Cow;
use std::fmt::Write;

use model::{Data, Entry, Text, Value};

use crate::load;

/// Deepest nesting that is looked through.
const DEPTH: u32 = 64;

/// A text in a value.
pub(crate) struct Literal<'v> {
    /// What its name is: its key, or the name of `{name: …, value: …}`.
    pub(crate) key: &'v str,
    /// The entry of a map that it stands in.
    pub(crate) entry: &'v Entry,
    pub(crate) value: &'v Value,
    pub(crate) text: &'v Text,
}

/// What is done with the parts of a value. Paths are keys and positions with dots between.
pub(crate) trait Visitor {
    /// A map, before its entries.
    fn map(&mut self, _map: &Value, _path: &str) {}

    /// A text.
    fn text(&mut self, literal: Literal<'_>, path: &str);
}

/// Shows all that stands below `path` in a map, or in the maps of a list.
pub(crate) fn walk(value: &Value, path: &str, visitor: &mut impl Visitor) {
    let mut walk = Walk { path: path.to_owned(), visitor };
    match &value.data {
        Data::List(items) => {
            for (at, item) in items.iter().enumerate() {
                walk.below(Step::Item(at), |walk| walk.map(item, DEPTH));
            }
        }
        _ => walk.map(value, DEPTH),
    }
}

/// The same for one entry of a map.
pub(crate) fn walk_entry(entry: &Entry, visitor: &mut impl Visitor) {
    let mut walk = Walk { path: String::new(), visitor };
    walk.entry(entry, DEPTH);
}

struct Walk<'o, V> {
    path: String,
    visitor: &'o mut V,
}

enum Step<'s> {
    Entry(&'s str),
    Item(usize),
}

impl<V: Visitor> Walk<'_, V> {
    fn below(&mut self, step: Step<'_>, inside: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        if before > 0 {
            self.path.push('.');
        }
        match step {
            Step::Entry(key) => self.path.push_str(key),
            // Writing to a text cannot fail.
            Step::Item(at) => drop(write!(self.path, "{at}")),
        }
        inside(self);
        self.path.truncate(before);
    }

    fn map(&mut self, value: &Value, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        self.visitor.map(value, &self.path);
        load::listed(value).for_each(|it| self.entry(it, depth));
    }

    fn entry(&mut self, entry: &Entry, depth: u32) {
        self.below(Step::Entry(&entry.key), |walk| {
            walk.value(&entry.key, entry, &entry.value, depth)
        });
    }

    fn value(&mut self, key: &str, entry: &Entry, value: &Value, depth: u32) {
        match &value.data {
            // A header that a proxy adds, as `{key: …, value: …}`.
            Data::Map(_) if value.get("key").is_some() => self.item(key, entry, value, depth),
            Data::Map(_) => self.map(value, depth),
            Data::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.below(Step::Item(at), |walk| walk.item(key, entry, item, depth));
                }
            }
            Data::String(text) => {
                self.visitor.text(Literal { key, entry, value, text }, &self.path);
            }
            Data::Unknown(_) | Data::Null | Data::Bool(_) | Data::Number(_) => {}
        }
    }

    fn item(&mut self, key: &str, entry: &Entry, item: &Value, depth: u32) {
        match named(item) {
            // A parameter of Helm or a variable: its name says what it holds.
            Some((name, entry)) => {
                self.below(Step::Entry(&entry.key), |walk| {
                    walk.value(&name, entry, &entry.value, depth)
                });
            }
            None if matches!(item.data, Data::Map(_)) => self.map(item, depth),
            None => self.value(key, entry, item, depth),
        }
    }
}

/// The name and the value of `{name: …, value: …}` or `{key: …, value: …}`, or the default of a
/// parameter that takes one.
fn named(item: &Value) -> Option<(Cow<'_, str>, &Entry)> {
    let name = item.get("name").or_else(|| item.get("key"))?.as_text()?;
    Some((name, item.entry("value").or_else(|| item.entry("default"))?))
}
