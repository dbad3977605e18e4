//! What a kustomization does to all objects: namespace, names, labels and annotations.

use model::{Entry, Value};

use super::definition::Definition;
use super::resource::Resource;
use super::text;
use crate::edit;

/// Kinds whose names stay as they are.
const FIXED_NAMES: [&str; 3] = ["CustomResourceDefinition", "APIService", "Namespace"];

/// Kinds that make pods from a template.
const TEMPLATES: [&str; 7] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
];

/// Puts objects into the namespace of a kustomization.
pub(super) fn namespace(definition: &Definition, all: &mut [Resource]) {
    let Some(entry) = definition.value.entry("namespace") else { return };
    if matches!(entry.value.data, model::Data::Null) {
        return;
    }
    for resource in all {
        resource.remember_name();
        let field = match (&*resource.kind, resource.is_cluster_wide()) {
            ("Namespace", true) => "name",
            (_, true) => "",
            (_, false) => "namespace",
        };
        let origin = entry.key_origin.clone();
        if !field.is_empty()
            && let Some(metadata) = edit::map_under(&mut resource.value, "metadata", &origin)
        {
            edit::set(metadata, Entry { key: field.into(), ..entry.clone() });
        }
        if matches!(&*resource.kind, "RoleBinding" | "ClusterRoleBinding") {
            subjects(&mut resource.value, entry);
        }
    }
}

/// The `default` account is that of the namespace.
fn subjects(binding: &mut Value, namespace: &Entry) {
    let Some(subjects) = edit::child(binding, "subjects") else { return };
    for subject in edit::items(subjects) {
        let is = |key: &str, word: &str| {
            subject.get(key).and_then(Value::as_text).as_deref() == Some(word)
        };
        if is("kind", "ServiceAccount") && is("name", "default") {
            edit::set(subject, namespace.clone());
        }
    }
}

/// Puts the prefix and suffix of a kustomization around names.
pub(super) fn names(definition: &Definition, all: &mut [Resource]) {
    let affix = |key: &str| {
        let value = definition.value.get(key);
        value.filter(|it| edit::word(it).is_none_or(|it| !it.is_empty()))
    };
    let (prefix, suffix) = (affix("namePrefix"), affix("nameSuffix"));
    if prefix.is_none() && suffix.is_none() {
        return;
    }
    for resource in all.iter_mut().filter(|it| !FIXED_NAMES.contains(&&*it.kind)) {
        resource.remember_name();
        if let Some(name) = edit::descend(&mut resource.value, &["metadata", "name"]) {
            *name = text::around(prefix, name, suffix);
        }
    }
}

/// Adds labels and annotations.
pub(super) fn metadata(definition: &Definition, all: &mut [Resource]) {
    let common = |key: &str| definition.value.get(key).map_or(&[][..], Value::entries);
    let flag = |value: &Value, key: &str| value.get(key).and_then(Value::as_bool) == Some(true);
    for resource in all {
        for set in definition.list("labels") {
            let pairs = set.get("pairs").map_or(&[][..], Value::entries);
            let below = flag(set, "includeTemplates") || flag(set, "includeSelectors");
            add(resource, "labels", pairs, below);
        }
        add(resource, "labels", common("commonLabels"), true);
        add(resource, "annotations", common("commonAnnotations"), true);
    }
}

fn add(resource: &mut Resource, key: &str, pairs: &[Entry], below: bool) {
    if pairs.is_empty() {
        return;
    }
    put(&mut resource.value, key, pairs);
    if !below || !TEMPLATES.contains(&&*resource.kind) {
        return;
    }
    let template: &[&str] = match &*resource.kind {
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        _ => &["spec", "template"],
    };
    if let Some(template) = edit::descend(&mut resource.value, template) {
        put(template, key, pairs);
    }
}

fn put(object: &mut Value, key: &str, pairs: &[Entry]) {
    let Some(first) = pairs.first() else { return };
    let origin = first.key_origin.clone();
    let metadata = edit::map_under(object, "metadata", &origin);
    if let Some(map) = metadata.and_then(|it| edit::map_under(it, key, &origin)) {
        pairs.iter().for_each(|it| edit::set(map, it.clone()));
    }
}

/// A plugin may add any label or annotation.
pub(super) fn unsettle(all: &mut [Resource]) {
    for resource in all {
        let origin = resource.value.origin.clone();
        let Some(metadata) = edit::map_under(&mut resource.value, "metadata", &origin) else {
            continue;
        };
        for key in ["labels", "annotations"] {
            if let Some(map) = edit::map_under(metadata, key, &origin) {
                edit::open(map);
            }
        }
    }
}
