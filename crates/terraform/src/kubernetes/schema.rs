//! What the resource types of the Kubernetes provider are in the API.
//!
//! Terraform registry, hashicorp/kubernetes 2.38 (read 2026-11-22).

use std::sync::Arc;

use model::kubernetes::OPEN;
use model::{Data, Entry, Origin, Value};

use crate::values;

/// A resource type of the provider.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schema {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    /// The name that the object has when none is written.
    pub(super) name: Option<&'static str>,
}

/// Resource types without their version suffix, with group version and kind.
const TYPES: &[(&str, &str, &str)] = &[
    ("kubernetes_role", "rbac.authorization.k8s.io/v1", "Role"),
    ("kubernetes_cluster_role", "rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("kubernetes_role_binding", "rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("kubernetes_cluster_role_binding", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("kubernetes_service_account", "v1", "ServiceAccount"),
    ("kubernetes_default_service_account", "v1", "ServiceAccount"),
    ("kubernetes_namespace", "v1", "Namespace"),
    ("kubernetes_secret", "v1", "Secret"),
    ("kubernetes_config_map", "v1", "ConfigMap"),
    ("kubernetes_pod", "v1", "Pod"),
    ("kubernetes_replication_controller", "v1", "ReplicationController"),
    ("kubernetes_deployment", "apps/v1", "Deployment"),
    ("kubernetes_stateful_set", "apps/v1", "StatefulSet"),
    ("kubernetes_daemonset", "apps/v1", "DaemonSet"),
    ("kubernetes_daemon_set", "apps/v1", "DaemonSet"),
    ("kubernetes_job", "batch/v1", "Job"),
    ("kubernetes_cron_job", "batch/v1", "CronJob"),
];

/// What a resource type is; `None` for those that say nothing about identities.
pub(super) fn find(kind: &str) -> Option<Schema> {
    if !kind.starts_with("kubernetes_") {
        return None;
    }
    let base = match kind.rsplit_once("_v") {
        Some((base, version))
            if version.starts_with(|it: char| it.is_ascii_digit()) && !version.contains('_') =>
        {
            base
        }
        _ => kind,
    };
    let (name, api_version, kind) = TYPES.iter().find(|(it, ..)| *it == base)?;
    let name = (*name == "kubernetes_default_service_account").then_some("default");
    Some(Schema { api_version, kind, name })
}

/// How an argument or nested block is called in the API, where that is not its own name in
/// another spelling. Blocks of these types are lists even when there is one.
const LISTS: &[(&str, &str)] = &[
    ("rule", "rules"),
    ("subject", "subjects"),
    ("container", "containers"),
    ("init_container", "initContainers"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("volume", "volumes"),
    ("volume_mount", "volumeMounts"),
    ("image_pull_secret", "imagePullSecrets"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("sources", "sources"),
    ("cluster_role_selectors", "clusterRoleSelectors"),
    ("match_expressions", "matchExpressions"),
    ("port", "ports"),
    ("toleration", "tolerations"),
    ("items", "items"),
];

/// Arguments whose keys are the user's own.
const MAPS: &[&str] = &[
    "annotations",
    "binary_data",
    "data",
    "labels",
    "limits",
    "match_labels",
    "node_selector",
    "requests",
];

/// How the API treats an argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// A list of blocks under this name.
    List(&'static str),
    /// A map with keys of the user's own.
    Map(String),
    /// One block, or an attribute.
    One(String),
}

pub(super) fn shape(argument: &str) -> Shape {
    if let Some((_, name)) = LISTS.iter().find(|(it, _)| *it == argument) {
        return Shape::List(name);
    }
    let name = match argument {
        "non_resource_urls" => "nonResourceURLs".to_owned(),
        "host_ipc" => "hostIPC".to_owned(),
        "host_pid" => "hostPID".to_owned(),
        _ => camel(argument),
    };
    if MAPS.contains(&argument) { Shape::Map(name) } else { Shape::One(name) }
}

fn camel(argument: &str) -> String {
    let mut name = String::with_capacity(argument.len());
    let mut upper = false;
    for it in argument.chars() {
        if it == '_' {
            upper = true;
        } else {
            name.push(if upper { it.to_ascii_uppercase() } else { it });
            upper = false;
        }
    }
    name
}

/// Kinds that are not in a namespace.
const CLUSTER_WIDE: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Namespace"];

/// Terraform puts what names no namespace into `default`.
pub(super) fn in_default_namespace(object: Value) -> Value {
    let kind = object.get("kind").and_then(values::known_text).unwrap_or_default();
    let Some(metadata) = object.get("metadata") else { return object };
    let stated = metadata
        .entries()
        .iter()
        .any(|it| &*it.key == OPEN || (&*it.key == "namespace" && !is_null(&it.value)));
    if stated || CLUSTER_WIDE.contains(&kind.as_str()) || !matches!(metadata.data, Data::Map(_)) {
        return object;
    }
    let place = metadata.origin.place;
    let mut inner = metadata.entries().to_vec();
    inner.push(text("namespace", "default", place));
    let metadata = values::map(inner, metadata.origin.clone());
    let entries = object.entries().iter().map(|it| match &*it.key {
        "metadata" => Entry { value: metadata.clone(), ..it.clone() },
        _ => it.clone(),
    });
    Value { data: Data::Map(Arc::new(entries.collect())), origin: object.origin.clone() }
}

fn is_null(value: &Value) -> bool {
    matches!(value.data, Data::Null)
}

/// An entry that stands nowhere: the provider adds it.
pub(super) fn text(key: &str, value: &str, place: model::Place) -> Entry {
    values::entry(key, Origin::at(place), values::text(value, Origin::at(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_in_every_version() {
        for (kind, expected) in [
            ("kubernetes_role", Some("Role")),
            ("kubernetes_role_v1", Some("Role")),
            ("kubernetes_cron_job_v1beta1", Some("CronJob")),
            ("kubernetes_default_service_account_v1", Some("ServiceAccount")),
            ("kubernetes_config_map_v1_data", None),
            ("kubernetes_ingress_v1", None),
            ("kubernetes_persistent_volume", None),
        ] {
            assert_eq!(find(kind).map(|it| it.kind), expected, "{kind}");
        }
    }

    #[test]
    fn arguments_are_spelled_as_in_the_api() {
        for (argument, expected) in [
            ("rule", Shape::List("rules")),
            ("api_groups", Shape::One("apiGroups".to_owned())),
            ("non_resource_urls", Shape::One("nonResourceURLs".to_owned())),
            ("match_labels", Shape::Map("matchLabels".to_owned())),
            (
                "automount_service_account_token",
                Shape::One("automountServiceAccountToken".to_owned()),
            ),
        ] {
            assert_eq!(shape(argument), expected);
        }
    }
}
