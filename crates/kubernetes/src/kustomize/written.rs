//! Literals that stand in a file whatever a build makes of them.

use std::collections::BTreeMap;

use model::{FileId, Place};

use super::Built;
use crate::object::Objects;

/// The places of the literals that builds came across.
#[derive(Debug, Default)]
pub struct Written(BTreeMap<FileId, Vec<Place>>);

impl Written {
    /// What some builds came across.
    pub fn of<'b>(built: impl Iterator<Item = &'b Built>) -> Self {
        let mut all: BTreeMap<FileId, Vec<Place>> = BTreeMap::new();
        for credential in built.flat_map(|it| &it.objects.credentials) {
            if credential.literal().is_some() {
                all.entry(credential.place.file).or_default().push(credential.place);
            }
        }
        Self(all)
    }

    /// Of the objects of a file that builds use, the literals that no build came across: patched
    /// away, or in a patch for something that is not here.
    pub fn beyond(&self, read: Objects) -> Objects {
        let known = self.0.get(&read.file).cloned().unwrap_or_default();
        let mut left = Objects::of_file(read.file);
        left.credentials = read.literals_beyond(known);
        left
    }
}
