//! Ways from a pod to the machine that it runs on, as far as they hand over an identity.

use model::{Data, Guard, GuardKind, NodeAccess, Place, Value};

use crate::load::Found;
use crate::object::Object;
use crate::token::volume_name;

/// What a pod's folders and rights open on its node.
pub(crate) fn access(object: &Object<'_>, spec: &Value) -> Vec<Guard> {
    let volumes = Found::at(spec, &["volumes"]).items();
    let mut found: Vec<_> = volumes
        .iter()
        .enumerate()
        .filter_map(|(index, volume)| folder(object, spec, &volume_name(volume, index), volume))
        .collect();
    found.extend(enters(object, spec));
    if found.is_empty() {
        found.extend(network(object, spec));
    }
    found
}

/// With the network of the node a pod is the node to the metadata service of its cloud, whatever
/// keeps other pods from there. What runs the cluster itself cannot do without.
fn network(object: &Object<'_>, spec: &Value) -> Option<Guard> {
    let shared = Found::at(spec, &["hostNetwork"]).to_bool().known().filter(|it| it.value)?.place();
    if object.namespace.text() == Some("kube-system") {
        return None;
    }
    let gives = "ask the cloud for the identity of the node";
    let access = NodeAccess { way: "hostNetwork".to_owned(), gives, read_only: true };
    Some(guard(object, "hostNetwork".to_owned(), access, shared, spec))
}

fn folder(object: &Object<'_>, spec: &Value, name: &str, volume: &Value) -> Option<Guard> {
    let path = Found::at(volume, &["hostPath", "path"]).value()?;
    let text = path.as_text()?;
    let opened = model::host_path(&text)?;
    let read_only = is_read_only(spec, name)? && !opened.is_socket;
    let access = NodeAccess { way: text.into_owned(), gives: opened.gives, read_only };
    let setting = format!("volumes.{name}.hostPath");
    // Storage drivers mount for others, and need the folders of pods for that.
    let mounts_for_others = opened.is_of_pods && propagates(spec, name);
    (!mounts_for_others).then(|| guard(object, setting, access, path.origin.place, volume))
}

/// The mounts of a volume in the pod's containers.
fn mounts<'v>(spec: &'v Value, volume: &str) -> impl Iterator<Item = &'v Value> {
    let containers = ["initContainers", "containers"].into_iter();
    containers
        .flat_map(|it| Found::at(spec, &[it]).items())
        .flat_map(|it| Found::at(it, &["volumeMounts"]).items())
        .filter(move |it| it.get("name").and_then(Value::as_text).as_deref() == Some(volume))
}

/// Whether all mounts of a volume forbid writing; `None` when nothing mounts it, or only a part
/// of it that need not hold what counts.
fn is_read_only(spec: &Value, volume: &str) -> Option<bool> {
    let mut whole = mounts(spec, volume)
        .filter(|it| it.get("subPath").is_none() && it.get("subPathExpr").is_none())
        .peekable();
    whole.peek()?;
    Some(whole.all(|it| matches!(it.get("readOnly").map(|it| &it.data), Some(Data::Bool(true)))))
}

fn propagates(spec: &Value, volume: &str) -> bool {
    mounts(spec, volume).any(|it| {
        it.get("mountPropagation").and_then(Value::as_text).as_deref() == Some("Bidirectional")
    })
}

/// A privileged container opens the devices of the node, and with the processes of the node in
/// sight it can enter any of them.
fn enters(object: &Object<'_>, spec: &Value) -> Option<Guard> {
    let flag = |value: &Value, keys: &[&str]| {
        Found::at(value, keys).to_bool().known().filter(|it| it.value).map(|it| it.place())
    };
    let containers = ["initContainers", "containers"].into_iter();
    let mut containers = containers.flat_map(|it| Found::at(spec, &[it]).items());
    let (container, privileged) =
        containers.find_map(|it| Some((it, flag(it, &["securityContext", "privileged"])?)))?;
    if let Some(seen) = flag(spec, &["hostPID"]) {
        let gives = "enter every process of the node, with its tokens and keys";
        let access = NodeAccess { way: "hostPID".to_owned(), gives, read_only: false };
        return Some(guard(object, "hostPID".to_owned(), access, seen, spec));
    }
    // What mounts for other pods cannot do without.
    let mounts = Found::at(container, &["volumeMounts"]).items();
    let mounts_for_others = mounts.iter().any(|it| {
        it.get("mountPropagation").and_then(Value::as_text).as_deref() == Some("Bidirectional")
    });
    let gives = "mount the disks of the node and read its keys";
    let access = NodeAccess { way: "privileged".to_owned(), gives, read_only: false };
    let setting = "securityContext.privileged".to_owned();
    (!mounts_for_others).then(|| guard(object, setting, access, privileged, spec))
}

fn guard(
    object: &Object<'_>,
    setting: String,
    access: NodeAccess,
    place: Place,
    around: &Value,
) -> Guard {
    Guard::new(
        object.scoped(object.address()),
        "Kubernetes",
        setting,
        GuardKind::ReachesNode(access),
        place,
        around.origin.place,
    )
}
