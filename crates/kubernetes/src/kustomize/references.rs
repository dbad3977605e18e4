//! Names of other objects, where an overlay has renamed those.

use std::sync::Arc;

use model::{Data, Text, Value};
use rustc_hash::FxHashMap;

use super::configuration::Configuration;
use super::knowledge;
use super::resource::{Name, Resource};
use crate::edit::{self, DEPTH};

/// Objects of one kind and name that are looked at.
const CANDIDATES: usize = 32;

/// What an object is called by now, and was called before.
#[derive(Clone, Debug)]
struct Candidate {
    now: Name,
    cluster_wide: bool,
    /// All namespaces it ever was in; none is the empty text.
    namespaces: Vec<String>,
}

/// Objects by kind and every name that they ever had.
type Index = FxHashMap<(Arc<str>, String), Vec<Candidate>>;

/// Leads references to objects that have other names by now.
/// `configuration` says which fields do besides those of the API.
pub(super) fn update(all: &mut [Resource], configuration: &Configuration) {
    if all.iter().all(|it| it.former_names().is_empty()) {
        return;
    }
    let index = index(all);
    for resource in all {
        let home = resource.name().and_then(|it| it.namespace);
        if matches!(&*resource.kind, "RoleBinding" | "ClusterRoleBinding") {
            binding(&mut resource.value, home.as_deref(), &index);
            continue;
        }
        let fields = configuration.references_of(resource);
        edit::visit(&mut resource.value, &mut Vec::new(), DEPTH, &mut |keys, value| {
            let kind = knowledge::reference(keys).or_else(|| fields.find(keys))?;
            let name = edit::word(value).filter(|it| !it.is_empty())?;
            let now = renamed(&index, kind, &name, home.as_deref())?;
            Some(written(&now.name, value))
        });
    }
}

fn index(all: &[Resource]) -> Index {
    const REFERRED: [&str; 5] = ["ServiceAccount", "Secret", "ConfigMap", "Role", "ClusterRole"];
    let mut index = Index::default();
    for resource in all.iter().filter(|it| REFERRED.contains(&&*it.kind)) {
        let Some(now) = resource.name() else { continue };
        let names: Vec<Name> = resource.names().collect();
        let mut namespaces: Vec<String> =
            names.iter().map(|it| it.namespace.clone().unwrap_or_default()).collect();
        namespaces.dedup();
        let candidate = Candidate { now, cluster_wide: resource.is_cluster_wide(), namespaces };
        let mut words: Vec<String> = names.into_iter().map(|it| it.name).collect();
        words.sort();
        words.dedup();
        for word in words {
            let known = index.entry((Arc::clone(&resource.kind), word)).or_default();
            if known.len() < CANDIDATES {
                known.push(candidate.clone());
            }
        }
    }
    index
}

/// What a name means by now, seen from a namespace; `None` when it stays, or nobody can tell.
fn renamed<'i>(index: &'i Index, kind: &str, name: &str, home: Option<&str>) -> Option<&'i Name> {
    let fits = |it: &&Candidate| {
        it.cluster_wide || it.now.namespace.is_none() || it.now.namespace.as_deref() == home
    };
    let all = index.get(&(Arc::from(kind), name.to_owned()))?;
    only(all.iter().filter(fits), |it| it.name == name)
}

/// The one that all candidates agree on, unless one of them fits as it is.
fn only<'i>(
    candidates: impl Iterator<Item = &'i Candidate>,
    stays: impl Fn(&Name) -> bool,
) -> Option<&'i Name> {
    let mut found: Option<&Name> = None;
    for it in candidates {
        if stays(&it.now) || found.is_some_and(|found| *found != it.now) {
            return None;
        }
        found = Some(&it.now);
    }
    found
}

/// A reference as it reads by now; it stays where it is written.
fn written(name: &str, old: &Value) -> Value {
    let text = Text::literal(name, old.origin.clone(), None);
    Value { data: Data::String(text), origin: old.origin.clone() }
}

fn binding(value: &mut Value, home: Option<&str>, index: &Index) {
    if let Some(role) = edit::child(value, "roleRef") {
        let kind = role.get("kind").and_then(Value::as_text);
        let now = kind
            .filter(|it| matches!(&**it, "Role" | "ClusterRole"))
            .and_then(|kind| renamed(index, &kind, &role.get("name").and_then(edit::word)?, home));
        if let (Some(now), Some(name)) = (now, edit::child(role, "name")) {
            *name = written(&now.name, name);
        }
    }
    let Some(subjects) = edit::child(value, "subjects") else { return };
    for subject in edit::items(subjects) {
        self::subject(subject, index);
    }
}

/// An account that is a subject is found by the name and namespace that it ever had.
fn subject(subject: &mut Value, index: &Index) {
    let kind = subject.get("kind").and_then(Value::as_text);
    let Some(name) = subject.get("name").and_then(edit::word) else { return };
    if kind.as_deref() != Some("ServiceAccount") {
        return;
    }
    let namespace = subject.get("namespace").and_then(edit::word);
    let fits = |it: &&Candidate| match namespace.as_deref() {
        None => true,
        Some("default") => it.namespaces.iter().any(|it| it.is_empty() || it == "default"),
        Some(written) => it.namespaces.iter().any(|it| it == written),
    };
    let Some(all) = index.get(&(Arc::from("ServiceAccount"), name.clone())) else { return };
    let stays = |it: &Name| it.name == name && it.namespace == namespace;
    let Some(now) = only(all.iter().filter(fits), stays).cloned() else { return };
    if let Some(at) = edit::child(subject, "name") {
        *at = written(&now.name, at);
    }
    if let Some(namespace) = &now.namespace {
        let old = subject.get("namespace").or_else(|| subject.get("name"));
        let Some(value) = old.map(|it| written(namespace, it)) else { return };
        edit::set(subject, edit::entry("namespace", value));
    }
}
