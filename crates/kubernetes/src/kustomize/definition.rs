//! What a kustomization says, and which files it names.

use std::sync::Arc;

use model::{Data, FileId, Place, Source, Value};

use super::path::{self, Target};
use crate::load::Loader;
use crate::page::Page;

/// A kustomization as it is written.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) file: FileId,
    pub(super) path: Arc<str>,
    pub(super) value: Value,
}

/// A word of a list.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) text: String,
    pub(super) place: Place,
}

impl Definition {
    /// Reads a file that is called like a kustomization; `None` for an object of Flux or
    /// anything else that only shares the name.
    pub(super) fn read(source: &Source<'_>) -> Option<Self> {
        let document = source.tree.documents().next()?;
        let value = Loader::new(Page::plain(source), false).read(document);
        let text = |key: &str| value.get(key).and_then(Value::as_text);
        let own_group = text("apiVersion").is_none_or(|it| {
            it.split_once('/').is_some_and(|it| it.0 == "kustomize.config.k8s.io")
        });
        let own_kind = text("kind").is_none_or(|it| matches!(&*it, "Kustomization" | "Component"));
        let is_map = matches!(value.data, Data::Map(_));
        (is_map && own_group && own_kind).then(|| Self {
            file: source.file,
            path: source.path.into(),
            value,
        })
    }

    /// The folder from which its paths start.
    pub(super) fn folder(&self) -> &str {
        path::folder(&self.path)
    }

    /// The place of the file itself.
    pub(super) fn place(&self) -> Place {
        Place::new(self.file, syntax::Span::default())
    }

    /// The items of a list; none when it is not there.
    pub(super) fn list(&self, key: &str) -> &[Value] {
        self.value.items(key)
    }

    /// The words of a list.
    pub(super) fn names(&self, key: &str) -> Vec<Named> {
        self.list(key).iter().filter_map(named).collect()
    }
}

fn named(value: &Value) -> Option<Named> {
    Some(Named { text: value.as_text()?.into_owned(), place: value.origin.place })
}

/// What a kustomization wants of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Objects, or a folder with a kustomization.
    Resource,
    /// A patch or another part of the kustomization itself.
    Patch,
    /// Data, which may hold anything.
    Data,
}

/// A file or folder that a kustomization names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mention {
    /// From the root of the workspace.
    pub path: String,
    /// What it is for.
    pub role: Role,
}

/// The files and folders of the workspace that a kustomization names, so that they can be read.
pub fn mentions(source: &Source<'_>) -> Vec<Mention> {
    let Some(definition) = Definition::read(source) else { return Vec::new() };
    let mut all = Vec::new();
    let mut add = |text: &str, role: Role| {
        if let Target::Inside(path) = path::resolve(definition.folder(), text) {
            all.push(Mention { path, role });
        }
    };
    for key in ["resources", "bases", "components"] {
        definition.names(key).iter().for_each(|it| add(&it.text, Role::Resource));
    }
    for it in definition.names("patchesStrategicMerge") {
        if !it.text.contains('\n') {
            add(&it.text, Role::Patch);
        }
    }
    for key in ["patches", "patchesJson6902", "replacements"] {
        for item in definition.list(key) {
            if let Some(text) = item.get("path").and_then(Value::as_text) {
                add(&text, Role::Patch);
            }
        }
    }
    definition.names("configurations").iter().for_each(|it| add(&it.text, Role::Patch));
    for key in ["configMapGenerator", "secretGenerator"] {
        for item in definition.list(key) {
            data_files(item).iter().for_each(|it| add(&it.text, Role::Data));
        }
    }
    all
}

/// The files that a generator reads.
fn data_files(generator: &Value) -> Vec<Named> {
    let list = |key: &str| generator.items(key);
    let files = list("files").iter().filter_map(named).map(|it| match it.text.split_once('=') {
        Some((_, path)) => Named { text: path.to_owned(), ..it },
        None => it,
    });
    let lines = list("envs").iter().chain(list("env")).filter_map(named);
    files.chain(lines).collect()
}
