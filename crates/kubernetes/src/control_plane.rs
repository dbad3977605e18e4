//! Flags of the API server, the controller manager and the kubelet in the configuration of tools
//! that make clusters: kubeadm, kops, k3s and RKE2 through Rancher, k3d, kind, Cluster API.

use model::{Data, Value};
use syntax::{Language, Limits, Node};

use crate::custom;
use crate::edit;
use crate::load::{self, Found};
use crate::login::{guard, text_of, weakness};
use crate::object::{Object, Objects};
use crate::signing;

/// How flags are written in one place.
#[derive(Clone, Copy)]
enum Form {
    /// Keys and values, or a list of names and values. Keys may be in camel case.
    Map,
    /// `anonymous-auth=true`.
    Words,
}

/// Kinds of kubeadm, and where its configuration is in them.
const KUBEADM: &[(&str, &[&str])] = &[
    ("ClusterConfiguration", &[]),
    ("KubeadmControlPlane", &["spec", "kubeadmConfigSpec", "clusterConfiguration"]),
    (
        "KubeadmControlPlaneTemplate",
        &["spec", "template", "spec", "kubeadmConfigSpec", "clusterConfiguration"],
    ),
];

/// The parts of a configuration of kubeadm that have flags.
const COMPONENTS: [&str; 2] = ["apiServer", "controllerManager"];

/// Kind, path and form of others. A path that does not fit the object is nothing.
const ROWS: &[(&str, &[&str], Form)] = &[
    ("Cluster", &["spec", "kubeControllerManager"], Form::Map),
    ("Cluster", &["spec", "kubeAPIServer"], Form::Map),
    ("Cluster", &["spec", "kubelet"], Form::Map),
    ("Cluster", &["spec", "masterKubelet"], Form::Map),
    ("Cluster", &["spec", "controlPlaneKubelet"], Form::Map),
    ("InstanceGroup", &["spec", "kubelet"], Form::Map),
    ("Cluster", &["spec", "rkeConfig", "machineGlobalConfig", "kube-apiserver-arg"], Form::Words),
    ("Cluster", &["spec", "rkeConfig", "machineGlobalConfig", "kubelet-arg"], Form::Words),
    (
        "Cluster",
        &["spec", "rkeConfig", "machineGlobalConfig", "kube-controller-manager-arg"],
        Form::Words,
    ),
    (
        "Cluster",
        &["spec", "rancherKubernetesEngineConfig", "services", "kube-controller", "extra_args"],
        Form::Map,
    ),
    (
        "Cluster",
        &["spec", "rancherKubernetesEngineConfig", "services", "kube-api", "extra_args"],
        Form::Map,
    ),
];

/// Lowers the configuration of a cluster.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    for (_, path) in KUBEADM.iter().filter(|(kind, _)| object.class.is(kind)) {
        let Found::Here(configuration) = object.at(path) else { continue };
        for component in COMPONENTS {
            if let Found::Here(flags) = Found::at(configuration, &[component, "extraArgs"]) {
                map(object, flags, objects);
            }
        }
    }
    for (kind, path, form) in ROWS {
        if !object.class.is(kind) {
            continue;
        }
        let Found::Here(flags) = object.at(path) else { continue };
        match form {
            Form::Map => map(object, flags, objects),
            Form::Words => words(object, flags, objects),
        }
    }
    if object.class.is("Cluster")
        && let Found::Here(all) = object.at(&["spec", "authorization", "alwaysAllow"])
        && let Some(weak) = weakness("authorization-mode", "AlwaysAllow")
    {
        let guard = guard(object, "spec.authorization.alwaysAllow", weak, all.origin.place);
        objects.facts.guards.push(guard);
    }
    started_with(object, objects);
    patches(object, objects);
    custom::lower(object, objects);
}

fn add(object: &Object<'_>, flag: &str, value: &str, at: &Value, objects: &mut Objects) {
    let weak = weakness(flag, value);
    let guard = weak.map(|it| guard(object, flag, it, at.origin.place));
    objects.facts.guards.extend(guard);
    signing::flag(object, flag, value, at, objects);
}

/// Keys and values; since v1beta4 of kubeadm a list, because a flag may stand twice.
pub(crate) fn map(object: &Object<'_>, flags: &Value, objects: &mut Objects) {
    match &flags.data {
        Data::Map(_) => {
            for entry in load::listed(flags) {
                if let Some(text) = text_of(&entry.value) {
                    add(object, &flag_of(&entry.key), &text, &entry.value, objects);
                }
            }
        }
        Data::List(items) => {
            for item in items.iter() {
                let name = item.get("name").and_then(Value::as_text);
                if let (Some(name), Some(value)) = (name, item.get("value"))
                    && let Some(text) = text_of(value)
                {
                    add(object, &name, &text, value, objects);
                }
            }
        }
        _ => {}
    }
}

/// `anonymous-auth=true`, once or in a list.
pub(crate) fn words(object: &Object<'_>, list: &Value, objects: &mut Objects) {
    for word in list.one_or_many() {
        let Some(text) = word.as_text() else { continue };
        if let Some((flag, value)) = text.trim_start_matches("--").split_once('=') {
            add(object, flag, value, word, objects);
        }
    }
}

/// `anonymousAuth` is `anonymous-auth`.
fn flag_of(key: &str) -> String {
    let mut flag = String::with_capacity(key.len() + 4);
    for it in key.chars() {
        if it.is_ascii_uppercase() {
            flag.push('-');
        }
        flag.push(it.to_ascii_lowercase());
    }
    flag
}

/// Arguments that k3d hands to the servers it starts.
fn started_with(object: &Object<'_>, objects: &mut Objects) {
    if !object.class.is("Simple") {
        return;
    }
    for item in object.at(&["options", "k3s", "extraArgs"]).items() {
        let Some(word) = item.get("arg") else { continue };
        let Some(text) = word.as_text() else { continue };
        if let Some((flag, value)) = handed_on(&text) {
            add(object, flag, value, word, objects);
        }
    }
}

/// The flag inside `--kube-apiserver-arg=anonymous-auth=true`.
pub(crate) fn handed_on(word: &str) -> Option<(&str, &str)> {
    let inside = ["--kube-apiserver-arg=", "--kube-controller-manager-arg=", "--kubelet-arg="]
        .iter()
        .find_map(|it| word.strip_prefix(it))?;
    inside.trim_matches(['"', '\'']).trim_start_matches("--").split_once('=')
}

/// Patches of kubeadm's configuration that kind takes as texts.
fn patches(object: &Object<'_>, objects: &mut Objects) {
    let nodes = object.at(&["nodes"]).items();
    let lists = [object.at(&["kubeadmConfigPatches"]).value()];
    let lists =
        lists.into_iter().chain(nodes.iter().map(|it| it.get("kubeadmConfigPatches"))).flatten();
    for text in lists.flat_map(Value::one_or_many) {
        let Data::String(written) = &text.data else { continue };
        let Some(known) = written.known() else { continue };
        let tree = syntax::parse((*known).into(), Language::Yaml, &Limits::default());
        for document in tree.documents() {
            let flags = COMPONENTS.iter().filter_map(|it| document.path(&[it, "extraArgs"]));
            for (flag, node) in flags.flat_map(pairs) {
                let Some(value) = node.text() else { continue };
                let span = node.content_span().range();
                let origin = written.locate(span.start, span.end);
                let at = edit::made(value, &origin.unwrap_or_else(|| text.origin.clone()));
                add(object, flag, value, &at, objects);
            }
        }
    }
}

/// Flags and their values: a map, or a list of names and values.
fn pairs<'a>(flags: Node<'a>) -> Vec<(&'a str, Node<'a>)> {
    let listed = flags.items().filter_map(|it| Some((it.get("name")?.text()?, it.get("value")?)));
    flags.entries().into_iter().chain(listed).collect()
}
