//! Patches: what they are, which objects they are for, and laying them on.

use std::sync::Arc;

use model::{Data, NoteKind, Place, Value};

use super::build::Build;
use super::json_patch::{self, Misfit, Operation};
use super::merge::Merge;
use super::pages;
use super::resource::Resource;
use super::selector::Selector;
use crate::edit::{self, DEPTH};

/// Patches of one list that are read.
const PATCHES: usize = 10_000;

/// What a patch says.
#[derive(Debug)]
enum Change {
    /// A part of an object, to be merged.
    Merge(Value),
    /// Operations on paths.
    Operations(Vec<Operation>),
}

/// What a patch may change besides.
#[derive(Clone, Copy, Default, Debug)]
struct Allowed {
    name: bool,
    kind: bool,
}

impl Build<'_, '_> {
    /// Lays the patches of `patchesStrategicMerge` on: files, or texts.
    pub(super) fn merge_patches(&mut self, number: usize, all: &mut Vec<Resource>) {
        for item in self.items(number, "patchesStrategicMerge") {
            let Some(text) = item.as_text() else {
                self.note(NoteKind::Outside, item.origin.place, "this patch is unknown");
                continue;
            };
            let documents = match text.contains('\n') || text.trim_start().starts_with('{') {
                true => self.inline(number, &item),
                false => self.patch_file(number, &text, item.origin.place),
            };
            for document in documents {
                self.change(&Change::Merge(document), None, Allowed::default(), all);
            }
        }
    }

    /// Lays the patches of `patches` or `patchesJson6902` on.
    pub(super) fn patches(&mut self, number: usize, key: &str, all: &mut Vec<Resource>) {
        for item in self.items(number, key) {
            let documents = match (item.get("path"), item.get("patch")) {
                (Some(path), None) => match path.as_text() {
                    Some(text) => self.patch_file(number, &text, path.origin.place),
                    None => Vec::new(),
                },
                (None, Some(text)) => self.inline(number, text),
                _ => Vec::new(),
            };
            if documents.is_empty() {
                self.note(NoteKind::Outside, item.origin.place, "this patch cannot be read");
                continue;
            }
            let target = item.get("target").map(Selector::read);
            let unclear = target.as_ref().is_some_and(|it| it.is_unclear || it.is_empty());
            if unclear {
                let place = item.get("target").map_or(item.origin.place, |it| it.origin.place);
                self.note(NoteKind::Unsupported, place, "what this patch is for cannot be told");
                continue;
            }
            let option = |key: &str| {
                let value = item.get("options").and_then(|it| it.get(key));
                value.and_then(Value::as_bool) == Some(true)
            };
            let allowed =
                Allowed { name: option("allowNameChange"), kind: option("allowKindChange") };
            for document in documents {
                let change = match &document.data {
                    Data::List(_) => match json_patch::read(&document) {
                        Some(operations) => Change::Operations(operations),
                        None => {
                            let place = document.origin.place;
                            self.note(NoteKind::Unsupported, place, "this patch cannot be read");
                            continue;
                        }
                    },
                    Data::Map(_) => Change::Merge(document),
                    _ => continue,
                };
                self.change(&change, target.as_ref(), allowed, all);
            }
        }
    }

    fn items(&self, number: usize, key: &str) -> Vec<Value> {
        let definition = self.all.definitions.get(number);
        let items = definition.map_or(&[][..], |it| it.list(key));
        items.iter().take(PATCHES).cloned().collect()
    }

    fn inline(&mut self, number: usize, value: &Value) -> Vec<Value> {
        let path = self.all.definitions.get(number).map(|it| Arc::clone(&it.path));
        let text = pages::as_text(value);
        let path = path.unwrap_or_default();
        let documents = text.and_then(|it| pages::of_text(it, value, &path));
        if documents.is_none() {
            self.note(NoteKind::Outside, value.origin.place, "this patch is unknown");
        }
        documents.unwrap_or_default()
    }

    fn patch_file(&mut self, number: usize, path: &str, place: Place) -> Vec<Value> {
        let Some(file) = self.named_file(number, path, place) else { return Vec::new() };
        self.used.insert(file.file);
        let source = self.all.sources.get(&file.file);
        pages::of_file(file.file, file.path, file.text, source)
    }

    fn change(
        &mut self,
        change: &Change,
        target: Option<&Selector>,
        allowed: Allowed,
        all: &mut Vec<Resource>,
    ) {
        if !self.work(all.len() as u64 + 1) {
            return;
        }
        let named = match change {
            Change::Merge(value) if target.is_none() => match Aim::of(value) {
                Some(it) => Some(it),
                None => return,
            },
            _ => None,
        };
        let is_meant = |it: &Resource| match (target, &named) {
            (Some(target), _) => target.fits(it),
            (None, Some(aim)) => aim.fits(it),
            (None, None) => false,
        };
        let mut deleted = Vec::new();
        for (at, resource) in all.iter_mut().enumerate() {
            if is_meant(resource) && !self.lay_on(change, allowed, resource) {
                deleted.push(at);
            }
        }
        let mut at = 0;
        all.retain(|_| {
            let gone = deleted.binary_search(&at).is_ok();
            at += 1;
            !gone
        });
    }

    /// Lays one patch on one object; false when that deletes it.
    fn lay_on(&mut self, change: &Change, allowed: Allowed, resource: &mut Resource) -> bool {
        let (title, place) = (resource.title(), resource.place());
        match change {
            Change::Merge(patch) => {
                let patch = edit::through(patch, &title, place, DEPTH);
                if !self.work(edit::size(&patch)) {
                    return true;
                }
                self.merge(&patch, allowed, resource)
            }
            Change::Operations(operations) => {
                let operations: Vec<_> =
                    operations.iter().map(|it| it.through(&title, place)).collect();
                let mut changed = resource.value.clone();
                match json_patch::apply(&mut changed, &operations, &mut self.budget) {
                    Ok(()) => {
                        resource.remember_name();
                        resource.value = changed;
                    }
                    Err(Misfit::Refused) => {
                        let place = operations.first().map_or(place, Operation::place);
                        self.note(
                            NoteKind::Unsupported,
                            place,
                            "kustomize would refuse this patch: it does not fit",
                        );
                    }
                    Err(Misfit::Limit) => self.exhausted(),
                }
                true
            }
        }
    }

    fn merge(&mut self, patch: &Value, allowed: Allowed, resource: &mut Resource) -> bool {
        let identity = |it: &Value, keys: [&str; 2]| -> Option<Value> {
            it.get(keys[0])?.get(keys[1]).cloned()
        };
        let is_built_in = resource.is_built_in();
        let name = identity(&resource.value, ["metadata", "name"]);
        let namespace = identity(&resource.value, ["metadata", "namespace"]);
        let head = ["apiVersion", "kind"].map(|it| resource.value.entry(it).cloned());
        resource.remember_name();
        let mut merge = Merge { is_built_in, budget: &mut self.budget };
        if !merge.object(&mut resource.value, patch) {
            return false;
        }
        // The name of a patch only says what it is for.
        if let Some(metadata) = edit::child(&mut resource.value, "metadata") {
            if let Some(name) = name.filter(|_| !allowed.name) {
                edit::set(metadata, edit::entry("name", name));
            }
            match namespace {
                Some(it) => edit::set(metadata, edit::entry("namespace", it)),
                None => {
                    edit::remove(metadata, "namespace");
                }
            }
        }
        for entry in head.into_iter().flatten().filter(|_| !allowed.kind) {
            edit::set(&mut resource.value, entry);
        }
        if allowed.kind
            && let Some(kind) = resource.value.get("kind").and_then(Value::as_text)
        {
            resource.kind = kind.into();
        }
        true
    }
}

/// The object that a patch without a target names.
struct Aim {
    group: String,
    kind: String,
    name: String,
    namespace: Option<String>,
}

impl Aim {
    fn of(patch: &Value) -> Option<Self> {
        let metadata = patch.get("metadata")?;
        let version = patch.get("apiVersion").and_then(Value::as_text)?;
        Some(Self {
            group: version.rsplit_once('/').map_or("", |(group, _)| group).to_owned(),
            kind: patch.get("kind")?.as_text()?.into_owned(),
            name: metadata.get("name").and_then(edit::word)?,
            namespace: metadata.get("namespace").and_then(edit::word),
        })
    }

    fn fits(&self, resource: &Resource) -> bool {
        *self.kind == *resource.kind
            && self.group == resource.group()
            && resource.has_name(|name, namespace| {
                let wanted = self.namespace.as_deref();
                let fits = wanted.is_none_or(|it| it == namespace.unwrap_or("default"));
                fits && name == self.name
            })
    }
}

impl Operation {
    /// The same operation as a step on the way of what it brings.
    fn through(&self, title: &Arc<str>, place: Place) -> Self {
        let value = edit::through(self.value(), title, place, DEPTH);
        self.with(value)
    }

    fn place(&self) -> Place {
        self.origin().place
    }
}
