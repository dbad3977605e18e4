//! The strategic merge of an object with a patch.
//!
//! Maps are joined key by key and `null` takes a key away. Lists of built-in kinds whose items
//! have a key are joined item by item; all others are replaced. `$patch` says otherwise.

use std::collections::HashMap;
use std::sync::Arc;

use model::kubernetes::OPEN;
use model::{Data, Entry, Value};

use super::knowledge::{self, ListMerge};
use crate::edit::{self, DEPTH};

/// The directive of a map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

const DIRECTIVE: &str = "$patch";
const KEEP: &str = "$retainKeys";
const DROP: &str = "$deleteFromPrimitiveList/";

/// Merges patches into objects, as far as a budget goes.
#[derive(Debug)]
pub(super) struct Merge<'b> {
    /// The lists of the object have keys.
    pub(super) is_built_in: bool,
    /// Values that may still be looked at.
    pub(super) budget: &'b mut u64,
}

impl Merge<'_> {
    /// Merges a patch into an object; false when the patch deletes it.
    pub(super) fn object(&mut self, object: &mut Value, patch: &Value) -> bool {
        match directive(patch) {
            Directive::Delete => false,
            Directive::Replace => {
                *object = self.plain(patch, DEPTH);
                true
            }
            Directive::Merge => {
                self.map(object, patch, "", DEPTH);
                true
            }
        }
    }

    fn spend(&mut self, work: usize) -> bool {
        *self.budget = self.budget.saturating_sub(work as u64);
        *self.budget > 0
    }

    /// Merges a map into a map that stands under `owner`.
    fn map(&mut self, base: &mut Value, patch: &Value, owner: &str, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let Data::Map(entries) = &mut base.data else { return };
        let entries = Arc::make_mut(entries);
        if !self.spend(patch.entries().len() + 1) {
            return;
        }
        let mut index = Positions::of(entries, patch.entries().len());
        for entry in patch.entries() {
            if &*entry.key == DIRECTIVE || entry.key.starts_with("$setElementOrder/") {
                continue;
            }
            if &*entry.key == KEEP {
                keep(entries, &entry.value);
                index = Positions::of(entries, patch.entries().len());
                continue;
            }
            if let Some(list) = entry.key.strip_prefix(DROP) {
                if let Some(at) = index.get(entries, list) {
                    drop_words(entries, at, &entry.value);
                }
                continue;
            }
            let at = index.get(entries, &entry.key);
            match at.and_then(|at| entries.get_mut(at)) {
                Some(old) => {
                    if self.value(&mut old.value, &entry.value, owner, &entry.key, depth) {
                        old.key_origin = entry.key_origin.clone();
                    }
                }
                None => {
                    let value = self.plain(&entry.value, depth);
                    if !is_taken_away(&entry.value) {
                        index.add(&entry.key, entries.len());
                        entries.push(Entry { value, ..entry.clone() });
                    }
                }
            }
        }
        entries.retain(|it| !is_gone(&it.value));
    }

    /// Merges a value into one that stands there; true when it takes its place.
    fn value(
        &mut self,
        base: &mut Value,
        patch: &Value,
        owner: &str,
        key: &str,
        depth: u32,
    ) -> bool {
        if is_taken_away(patch) {
            *base = gone();
            return false;
        }
        match (&mut base.data, &patch.data) {
            (Data::Map(_), Data::Map(_)) if directive(patch) == Directive::Merge => {
                self.map(base, patch, key, depth);
                false
            }
            (Data::Unknown(_), Data::Map(_)) if directive(patch) == Directive::Merge => {
                // What stood there is still there, and nobody knows what it is.
                *base = self.plain(patch, depth);
                edit::open(base);
                false
            }
            (Data::List(_), Data::List(items)) => {
                let merge = knowledge::list_merge(owner, key).filter(|_| self.is_built_in);
                match merge {
                    Some(ListMerge::By(name)) => self.list(base, items, key, name, depth),
                    Some(ListMerge::Words) => add_words(base, items),
                    None => *base = self.plain(patch, depth),
                }
                merge.is_none()
            }
            _ => {
                *base = self.plain(patch, depth);
                true
            }
        }
    }

    /// Merges the items of a list, which stand under `owner`, by the value of `name`.
    fn list(&mut self, base: &mut Value, patch: &[Value], owner: &str, name: &str, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if patch.iter().any(|it| directive(it) == Directive::Replace) {
            let rest = patch.iter().filter(|it| directive(it) != Directive::Replace);
            let rest = rest.map(|it| self.plain(it, depth)).collect();
            base.data = Data::List(Arc::new(rest));
            return;
        }
        let Data::List(items) = &mut base.data else { return };
        if !self.spend(items.len() + patch.len()) {
            return;
        }
        let items = Arc::make_mut(items);
        let mut index: HashMap<String, usize> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            if let Some(word) = item.get(name).and_then(edit::word) {
                index.entry(word).or_insert(at);
            }
        }
        let mut new = Vec::new();
        for it in patch {
            let word = it.get(name).and_then(edit::word);
            let old = word.as_ref().and_then(|it| index.get(it)).and_then(|at| items.get_mut(*at));
            match (directive(it), old) {
                (Directive::Delete, Some(old)) => *old = gone(),
                (Directive::Delete, None) => {}
                (_, Some(old)) => self.map(old, it, owner, depth),
                (_, None) => new.push(self.plain(it, depth)),
            }
        }
        items.retain(|it| !is_gone(it));
        // New items come first, as kustomize puts them.
        new.append(items);
        *items = new;
    }

    /// A patch as a value of its own: without directives, and without what it takes away.
    fn plain(&mut self, patch: &Value, depth: u32) -> Value {
        let Some(depth) = depth.checked_sub(1).filter(|_| self.spend(1)) else {
            return Value::unknown(patch.origin.clone());
        };
        let data = match &patch.data {
            Data::Map(entries) => {
                let kept = entries
                    .iter()
                    .filter(|it| !it.key.starts_with('$') && !is_taken_away(&it.value));
                let plain =
                    kept.map(|it| Entry { value: self.plain(&it.value, depth), ..it.clone() });
                Data::Map(Arc::new(plain.collect()))
            }
            Data::List(items) => {
                let kept = items.iter().filter(|it| directive(it) != Directive::Delete);
                Data::List(Arc::new(kept.map(|it| self.plain(it, depth)).collect()))
            }
            other => other.clone(),
        };
        Value { data, origin: patch.origin.clone() }
    }
}

fn directive(patch: &Value) -> Directive {
    let word = patch.get(DIRECTIVE).and_then(Value::as_text);
    match word.as_deref() {
        Some("delete") => Directive::Delete,
        Some("replace") => Directive::Replace,
        _ => Directive::Merge,
    }
}

/// True when a patch takes what stands there away.
fn is_taken_away(patch: &Value) -> bool {
    matches!(patch.data, Data::Null) || directive(patch) == Directive::Delete
}

/// What is taken away, until its map or list is cleared up.
fn gone() -> Value {
    let entry = edit::entry(DIRECTIVE, edit::made("delete", &model::Origin::default()));
    edit::map(vec![entry], &model::Origin::default())
}

fn is_gone(value: &Value) -> bool {
    directive(value) == Directive::Delete
}

/// Keeps only the listed keys of a map.
fn keep(entries: &mut Vec<Entry>, words: &Value) {
    let words: Option<Vec<String>> = words.one_or_many().iter().map(edit::word).collect();
    if let Some(words) = words {
        entries.retain(|it| &*it.key == OPEN || words.iter().any(|word| **word == *it.key));
    }
}

/// Takes words out of the list at a position.
fn drop_words(entries: &mut [Entry], at: usize, words: &Value) {
    let words: Vec<_> = words.one_or_many().iter().filter_map(edit::word).collect();
    let Some(Data::List(items)) = entries.get_mut(at).map(|it| &mut it.value.data) else { return };
    Arc::make_mut(items).retain(|it| edit::word(it).is_none_or(|it| !words.contains(&it)));
}

/// Adds the words that a list does not hold.
fn add_words(base: &mut Value, words: &[Value]) {
    let Data::List(items) = &mut base.data else { return };
    let known: Vec<_> = items.iter().filter_map(edit::word).collect();
    let new = words.iter().filter(|it| edit::word(it).is_none_or(|it| !known.contains(&it)));
    let new: Vec<_> = new.cloned().collect();
    Arc::make_mut(items).extend(new);
}

/// Where the keys of a map stand. Real maps are short; the index is for those made to be slow.
/// Its hashes cannot be foreseen, because files choose the keys.
struct Positions(Option<HashMap<Arc<str>, usize>>);

impl Positions {
    fn of(entries: &[Entry], asked: usize) -> Self {
        const SHORT: usize = 4096;
        let is_long = entries.len().max(asked).saturating_mul(asked) > SHORT;
        let index = || (0..).zip(entries).map(|(at, it)| (Arc::clone(&it.key), at)).collect();
        Self(is_long.then(index))
    }

    fn get(&self, entries: &[Entry], key: &str) -> Option<usize> {
        match &self.0 {
            Some(index) => index.get(key).copied(),
            None => entries.iter().rposition(|it| &*it.key == key),
        }
    }

    fn add(&mut self, key: &Arc<str>, at: usize) {
        if let Some(index) = &mut self.0 {
            index.insert(Arc::clone(key), at);
        }
    }
}
