//! Secrets and ConfigMaps that a kustomization generates.

use model::{Data, Entry, Origin, Value};

use super::build::Build;
use super::env_file;
use super::pages;
use super::path;
use super::resource::Resource;
use crate::edit;

/// What is generated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Secret,
    ConfigMap,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Secret => "Secret",
            Self::ConfigMap => "ConfigMap",
        }
    }

    /// The field that holds plain texts. kustomize encodes those of a Secret; they are the same.
    fn field(self) -> &'static str {
        match self {
            Self::Secret => "stringData",
            Self::ConfigMap => "data",
        }
    }
}

impl Build<'_, '_> {
    /// Adds what a kustomization generates, or changes what it generates again.
    pub(super) fn generate(&mut self, number: usize, all: &mut Vec<Resource>) {
        for (key, kind) in
            [("configMapGenerator", Kind::ConfigMap), ("secretGenerator", Kind::Secret)]
        {
            let Some(definition) = self.all.definitions.get(number) else { return };
            for item in definition.list(key).to_vec() {
                if !self.work(all.len() as u64 + 1) {
                    return;
                }
                self.generate_one(number, kind, &item, all);
            }
        }
    }

    fn generate_one(&mut self, number: usize, kind: Kind, item: &Value, all: &mut Vec<Resource>) {
        let Some(definition) = self.all.definitions.get(number) else { return };
        let common = definition.value.get("generatorOptions");
        let mut metadata = edit::map(Vec::new(), &item.origin);
        for key in ["name", "namespace"] {
            if let Some(entry) = item.entry(key) {
                edit::set(&mut metadata, entry.clone());
            }
        }
        for options in [common, item.get("options")].into_iter().flatten() {
            for key in ["labels", "annotations"] {
                add_all(&mut metadata, key, options.get(key));
            }
        }
        let data = edit::map(self.data(number, item), &item.origin);
        let behavior = item.get("behavior").and_then(Value::as_text);
        if matches!(behavior.as_deref(), Some("merge" | "replace")) {
            let replace = behavior.as_deref() == Some("replace");
            if let Some(at) = find(all, kind, &metadata).and_then(|it| all.get_mut(it)) {
                change(at, kind, &metadata, data, replace);
                return;
            }
        }
        let mut entries = vec![
            edit::entry("apiVersion", edit::made("v1", &item.origin)),
            edit::entry("kind", edit::made(kind.name(), &kind_origin(item))),
            edit::entry("metadata", metadata),
        ];
        entries.extend(item.entry("type").cloned());
        entries.push(edit::entry(kind.field(), data));
        let object = edit::map(entries, &item.origin);
        all.extend(Resource::new(object, definition.file));
    }

    /// The data of a generator.
    fn data(&mut self, number: usize, item: &Value) -> Vec<Entry> {
        let list = |key: &str| item.items(key);
        let mut entries = Vec::new();
        let mut is_open = false;
        for file in list("envs").iter().chain(list("env")) {
            match self.data_file(number, file) {
                Some((file, text)) => entries.extend(env_file::entries(file, &text)),
                None => is_open = true,
            }
        }
        for literal in list("literals") {
            let text = pages::as_text(literal);
            let known = text.and_then(|it| Some((it, it.known()?)));
            match known.and_then(|(text, known)| env_file::assignment(text, &known, 0)) {
                Some(entry) => entries.push(entry),
                None => is_open |= literal.is_unknown(),
            }
        }
        for file in list("files") {
            let Some(text) = file.as_text() else {
                is_open = true;
                continue;
            };
            let key = text.split_once('=').map_or_else(|| path::name(&text), |(key, _)| key);
            let value = match self.data_file(number, file) {
                Some((id, text)) => whole(id, text),
                None => Value::unknown(file.origin.clone()),
            };
            entries.push(Entry { key: key.into(), key_origin: file.origin.clone(), value });
        }
        if is_open {
            let unknown = Value::unknown(item.origin.clone());
            entries.push(edit::entry(model::kubernetes::OPEN, unknown));
        }
        entries
    }

    /// A file that a generator reads. One that is not here is often kept out of the repository
    /// on purpose.
    fn data_file(
        &mut self,
        number: usize,
        value: &Value,
    ) -> Option<(model::FileId, std::sync::Arc<str>)> {
        let text = value.as_text()?;
        let path = text.split_once('=').map_or(&*text, |(_, path)| path);
        let file = self.named_file(number, path, value.origin.place)?;
        Some((file.file, std::sync::Arc::clone(file.text)))
    }
}

/// A file as one text.
fn whole(file: model::FileId, text: std::sync::Arc<str>) -> Value {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let origin = Origin::at(model::Place::new(file, model::Span::new(0, end)));
    let map = syntax::OffsetMap::identity(0, end);
    let text = model::Text::literal(text, origin.clone(), Some(map));
    Value { data: Data::String(text), origin }
}

/// Where a person sees that it is generated: the name.
fn kind_origin(item: &Value) -> Origin {
    item.get("name").map_or(&item.origin, |it| &it.origin).clone()
}

/// Adds the entries of a map to the map under a key.
fn add_all(metadata: &mut Value, key: &str, map: Option<&Value>) {
    let Some(map) = map.filter(|it| !it.entries().is_empty()) else { return };
    if let Some(into) = edit::map_under(metadata, key, &map.origin) {
        map.entries().iter().for_each(|it| edit::set(into, it.clone()));
    }
}

/// The object that a generator merges with.
fn find(all: &[Resource], kind: Kind, metadata: &Value) -> Option<usize> {
    let name = metadata.get("name").and_then(edit::word)?;
    let namespace = metadata.get("namespace").and_then(edit::word);
    let is_named = |it: &str, within: Option<&str>| {
        it == name && (namespace.is_none() || namespace.as_deref() == within)
    };
    let is_meant = |it: &Resource| *it.kind == *kind.name() && it.has_name(is_named);
    all.iter().rposition(is_meant)
}

fn change(resource: &mut Resource, kind: Kind, metadata: &Value, data: Value, replace: bool) {
    for key in ["labels", "annotations"] {
        let own = metadata.get(key).cloned();
        if let Some(into) = edit::child(&mut resource.value, "metadata") {
            add_all(into, key, own.as_ref());
        }
    }
    if replace {
        for key in ["data", "stringData", "binaryData"] {
            edit::remove(&mut resource.value, key);
        }
    }
    // What is written encoded gives way as well.
    if let Some(encoded) = edit::child(&mut resource.value, "data") {
        for entry in data.entries() {
            edit::remove(encoded, &entry.key);
        }
    }
    let origin = data.origin.clone();
    if let Some(into) = edit::map_under(&mut resource.value, kind.field(), &origin) {
        data.entries().iter().for_each(|it| edit::set(into, it.clone()));
    }
}
