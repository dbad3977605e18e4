//! Configurations of transformers: fields of kinds that kustomize does not know, which hold
//! names, namespaces, labels or annotations, too.
//!
//! Those of images, replicas and variables are left out: the first two concern no identity, and a
//! variable is unknown wherever it stands.

use std::borrow::Cow;
use std::sync::Arc;

use model::{Entry, Value};

use super::build::Build;
use super::definition::Definition;
use super::pages;
use super::resource::Resource;
use super::text;
use crate::edit::{self, DEPTH};

/// Fields that the configurations of one kustomization may name.
const FIELDS: usize = 500;

/// What a kustomization says about fields.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    namespaces: Vec<Field>,
    prefixes: Vec<Field>,
    suffixes: Vec<Field>,
    labels: Vec<Field>,
    annotations: Vec<Field>,
    /// Kinds, and the fields that name their objects.
    references: Vec<(String, Vec<Field>)>,
}

/// A field of a kind.
#[derive(Debug)]
struct Field {
    group: Option<String>,
    kind: Option<String>,
    keys: Vec<String>,
    /// It is made when it is not there.
    create: bool,
}

impl Build<'_, '_> {
    /// Reads what a kustomization says about fields, which `objects` objects are asked for.
    pub(super) fn configuration(&mut self, number: usize, objects: usize) -> Configuration {
        let mut read = Configuration::default();
        let Some(definition) = self.all.definitions.get(number) else { return read };
        for named in definition.names("configurations") {
            let Some(file) = self.named_file(number, &named.text, named.place) else { continue };
            self.used.insert(file.file);
            let source = self.all.sources.get(&file.file);
            let all = pages::of_file(file.file, file.path, file.text, source);
            all.iter().for_each(|it| read.add(it));
        }
        match self.work((read.len() * objects) as u64) {
            true => read,
            false => Configuration::default(),
        }
    }
}

impl Configuration {
    /// The number of fields that are named.
    fn len(&self) -> usize {
        let lists =
            [&self.namespaces, &self.prefixes, &self.suffixes, &self.labels, &self.annotations];
        let references = self.references.iter().map(|(_, fields)| fields.len() + 1);
        lists.iter().map(|it| it.len()).chain(references).sum()
    }

    fn add(&mut self, value: &Value) {
        let list = |key: &str| {
            let items = value.items(key);
            items.iter().filter_map(Field::read).take(FIELDS).collect::<Vec<_>>()
        };
        self.namespaces.extend(list("namespace"));
        self.prefixes.extend(list("namePrefix"));
        self.suffixes.extend(list("nameSuffix"));
        self.labels.extend(list("commonLabels"));
        self.labels.extend(list("labels"));
        self.annotations.extend(list("commonAnnotations"));
        let references = value.items("nameReference");
        for it in references.iter().take(FIELDS) {
            let Some(kind) = it.get("kind").and_then(Value::as_text) else { continue };
            let fields = it.items("fieldSpecs");
            let fields = fields.iter().filter_map(Field::read).take(FIELDS);
            self.references.push((kind.into_owned(), fields.collect()));
        }
    }

    /// Puts what a kustomization says about all objects into the fields.
    pub(super) fn apply(&self, definition: &Definition, all: &mut [Resource]) {
        let common = |key: &str| definition.value.get(key).map_or(&[][..], Value::entries);
        let affix = |key: &str| definition.value.get(key);
        for resource in all {
            if let Some(namespace) = affix("namespace") {
                let set = &mut |value: &mut Value| *value = namespace.clone();
                write(&self.namespaces, resource, namespace, set);
            }
            if let Some(prefix) = affix("namePrefix") {
                let set = &mut |value: &mut Value| *value = text::around(Some(prefix), value, None);
                write(&self.prefixes, resource, prefix, set);
            }
            if let Some(suffix) = affix("nameSuffix") {
                let set = &mut |value: &mut Value| *value = text::around(None, value, Some(suffix));
                write(&self.suffixes, resource, suffix, set);
            }
            for (fields, key) in
                [(&self.labels, "commonLabels"), (&self.annotations, "commonAnnotations")]
            {
                put(fields, resource, common(key));
            }
            for set in definition.list("labels") {
                put(&self.labels, resource, set.get("pairs").map_or(&[][..], Value::entries));
            }
        }
    }

    /// The fields of a resource that name other objects.
    pub(super) fn references_of(&self, resource: &Resource) -> References<'_> {
        let all = self.references.iter().flat_map(|(kind, fields)| {
            let of = fields.iter().filter(|it| it.is_of(resource));
            of.map(|it| (it.keys.as_slice(), kind.as_str()))
        });
        References(all.collect())
    }
}

/// Fields of one resource, with the kind of object that each of them names.
pub(super) struct References<'c>(Vec<(&'c [String], &'c str)>);

impl<'c> References<'c> {
    /// The kind of object that the field under a path of keys names.
    pub(super) fn find(&self, path: &[Arc<str>]) -> Option<&'c str> {
        let is_it = |keys: &[String]| {
            keys.len() == path.len() && keys.iter().zip(path).all(|(a, b)| **a == **b)
        };
        self.0.iter().find(|(keys, _)| is_it(keys)).map(|(_, kind)| *kind)
    }
}

impl Field {
    fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_text).filter(|it| !it.is_empty());
        let path = text("path")?.replace("\\/", "\0");
        let key = |it: &str| it.strip_suffix("[]").unwrap_or(it).replace('\0', "/");
        Some(Self {
            group: text("group").map(Cow::into_owned),
            kind: text("kind").map(Cow::into_owned),
            keys: path.split('/').filter(|it| !it.is_empty()).map(key).collect(),
            create: value.get("create").and_then(Value::as_bool) == Some(true),
        })
    }

    fn is_of(&self, resource: &Resource) -> bool {
        self.kind.as_deref().is_none_or(|it| it == &*resource.kind)
            && self.group.as_deref().is_none_or(|it| it == resource.group())
    }

    /// The place that kustomize itself fills in.
    fn is_usual(&self) -> bool {
        self.keys.first().is_some_and(|it| it == "metadata")
    }
}

fn put(fields: &[Field], resource: &mut Resource, pairs: &[Entry]) {
    let Some(first) = pairs.first() else { return };
    let set = &mut |map: &mut Value| pairs.iter().for_each(|it| edit::set(map, it.clone()));
    let empty = edit::map(Vec::new(), &first.key_origin);
    write(fields, resource, &empty, set);
}

/// Changes the fields that a resource has; `new` is what a missing one starts with.
fn write(
    fields: &[Field],
    resource: &mut Resource,
    new: &Value,
    change: &mut dyn FnMut(&mut Value),
) {
    let usual = |it: &&Field| !it.is_usual();
    for at in 0..fields.len() {
        let Some(field) = fields.get(at).filter(usual).filter(|it| it.is_of(resource)) else {
            continue;
        };
        reach(&mut resource.value, &field.keys, field.create.then_some(new), change, DEPTH);
    }
}

fn reach(
    value: &mut Value,
    keys: &[String],
    new: Option<&Value>,
    change: &mut dyn FnMut(&mut Value),
    depth: u32,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if matches!(value.data, model::Data::List(_)) {
        edit::items(value).iter_mut().for_each(|it| reach(it, keys, new, change, depth));
        return;
    }
    let Some((key, below)) = keys.split_first() else {
        change(value);
        return;
    };
    if let (Some(new), None) = (new, value.get(key)) {
        let made = if below.is_empty() { new.clone() } else { edit::map(Vec::new(), &new.origin) };
        edit::set(value, edit::entry(key, made));
    }
    if let Some(next) = edit::child(value, key) {
        reach(next, below, new, change, depth);
    }
}
