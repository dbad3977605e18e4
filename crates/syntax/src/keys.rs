//! Finds keys that stand twice in one map.

use std::borrow::Cow;
use std::collections::HashSet;

/// Maps with more keys than this are looked up by hash: comparing each key with all the
/// others would be quadratic, and untrusted files choose the number of keys.
const LINEAR: usize = 16;

/// The keys of one map.
#[derive(Debug, Default)]
pub(crate) struct KeySet<'a> {
    few: Vec<Cow<'a, str>>,
    /// All of them, once they are more than a few.
    many: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> KeySet<'a> {
    /// Adds a key; false when it was there before.
    pub(crate) fn insert(&mut self, key: Cow<'a, str>) -> bool {
        if let Some(many) = &mut self.many {
            return many.insert(key);
        }
        if self.few.contains(&key) {
            return false;
        }
        self.few.push(key);
        if self.few.len() > LINEAR {
            self.many = Some(self.few.drain(..).collect());
        }
        true
    }

    /// Forgets all keys, and keeps the room for others.
    pub(crate) fn clear(&mut self) {
        self.few.clear();
        self.many = None;
    }
}
