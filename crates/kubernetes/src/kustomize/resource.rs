//! An object on its way through the layers of a build.

use std::sync::Arc;

use model::{FileId, Place, Value};

use super::knowledge;
use crate::edit;

/// A name with its namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
}

/// An object of a build.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// What it is by now.
    pub(super) value: Value,
    /// Its kind; patches do not change it.
    pub(super) kind: Arc<str>,
    /// Where its kind is written.
    pub(super) kind_place: Place,
    /// The file that declares it.
    pub(super) file: FileId,
    /// The names it had before, oldest first.
    history: Vec<Name>,
}

impl Resource {
    /// An object, when its kind can be told.
    pub(super) fn new(value: Value, file: FileId) -> Option<Self> {
        let kind = value.get("kind")?;
        let (kind, kind_place) = (kind.as_text()?.into(), kind.origin.place);
        value.get("apiVersion")?;
        Some(Self { value, kind, kind_place, file, history: Vec::new() })
    }

    /// `v1`, `apps/v1`; empty when that is unknown.
    fn api_version(&self) -> &str {
        let value = self.value.get("apiVersion").map(|it| &it.data);
        match value {
            Some(model::Data::String(text)) => match text.pieces.as_slice() {
                [model::Piece::Literal { text, .. }] => text,
                _ => "",
            },
            _ => "",
        }
    }

    /// The API group; empty for the core.
    pub(super) fn group(&self) -> &str {
        self.api_version().rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// The version of the API group.
    pub(super) fn version(&self) -> &str {
        self.api_version().rsplit('/').next().unwrap_or("")
    }

    /// True for kinds of the API server, whose lists have known keys.
    pub(super) fn is_built_in(&self) -> bool {
        knowledge::is_built_in_group(self.group())
    }

    /// True for kinds without a namespace.
    pub(super) fn is_cluster_wide(&self) -> bool {
        knowledge::is_cluster_wide(self.group(), &self.kind)
    }

    /// The name it has by now; `None` when that is unknown.
    pub(super) fn name(&self) -> Option<Name> {
        let metadata = self.value.get("metadata")?;
        let namespace = metadata.get("namespace").and_then(edit::word);
        Some(Name { name: edit::word(metadata.get("name")?)?, namespace })
    }

    /// All names: those before, and that of now.
    pub(super) fn names(&self) -> impl Iterator<Item = Name> {
        self.history.iter().cloned().chain(self.name())
    }

    /// True when one of its names, with its namespace, is as asked.
    pub(super) fn has_name(&self, is_meant: impl Fn(&str, Option<&str>) -> bool) -> bool {
        let metadata = self.value.get("metadata");
        let text = |key: &str| metadata.and_then(|it| it.get(key)).and_then(edit::word);
        let now = text("name");
        let nameless = now.is_none() && self.history.is_empty();
        self.history.iter().any(|it| is_meant(&it.name, it.namespace.as_deref()))
            || (now.is_some() || nameless)
                && is_meant(&now.unwrap_or_default(), text("namespace").as_deref())
    }

    /// The names before that of now.
    pub(super) fn former_names(&self) -> &[Name] {
        &self.history
    }

    /// Keeps the name of now, before it changes.
    pub(super) fn remember_name(&mut self) {
        if let Some(name) = self.name().filter(|it| self.history.last() != Some(it)) {
            self.history.push(name);
        }
    }

    /// Where its name stands.
    pub(super) fn place(&self) -> Place {
        let name = self.value.get("metadata").and_then(|it| it.get("name"));
        name.map_or(self.kind_place, |it| it.origin.place)
    }

    /// `Deployment/web`, for people.
    pub(super) fn title(&self) -> Arc<str> {
        let name = self.name().map_or_else(|| "?".to_owned(), |it| it.name);
        format!("{}/{name}", self.kind).into()
    }
}
