//! Files by which clusters are made and which are no objects: `cluster.yml` of RKE, `config.yaml`
//! of k3s and RKE2. They hold flags of the API server and the kubelet, and tokens for joining.

use model::{Address, Credential, Data, Manifest, SlotKind, Source};
use secrets::Expectation;
use syntax::{Word, mentions};

use crate::control_plane;
use crate::credential::{self, Seat};
use crate::load::{Found, Loader};
use crate::locality::Site;
use crate::object::{Object, Objects};
use crate::page::Page;
use crate::values;

/// What reads a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tool {
    /// RKE.
    Rke,
    /// k3s or RKE2, which share their format.
    K3s,
}

/// The tool that a YAML file is for, told from what only that tool's file holds.
pub(crate) fn tool(path: &str, text: &str) -> Option<Tool> {
    // Objects have theirs near their beginning.
    static VERSION: Word = Word::new("apiVersion:");
    if VERSION.is_in(text) || !mentions(text, "kube") {
        return None;
    }
    let begins = |word: &str| text.lines().any(|it| it.starts_with(word));
    if mentions(text, "kube-api:") && begins("services:") && begins("nodes:") {
        return Some(Tool::Rke);
    }
    let (folder, name) = model::path::split(path);
    let of_rancher = folder.split('/').any(|it| matches!(it, "rancher" | "k3s" | "rke2"))
        || matches!(name, "config.yaml" | "config.yml")
        || ["k3s", "rke2"].iter().any(|it| name.contains(it));
    let has_flags = || begins("kube-apiserver-arg:") || begins("kubelet-arg:");
    (of_rancher && has_flags()).then_some(Tool::K3s)
}

/// Reads such a file.
pub(crate) fn collect(tool: Tool, source: &Source<'_>, objects: &mut Objects) {
    values::collect(source, "the cluster's configuration", objects);
    let page = Page::plain(source);
    let mut loader = Loader::new(page, false);
    for document in source.tree.documents() {
        let value = loader.read(document);
        let name = model::path::name(source.path);
        let manifest = Manifest {
            address: Address::new(Site::of(source.path).unit, name),
            place: value.origin.place,
            region: value.origin.place,
            object: value,
            cloud: Vec::new(),
        };
        let object = Object::foreign(page, &manifest);
        match tool {
            Tool::Rke => {
                for service in ["kube-api", "kube-controller", "kubelet"] {
                    if let Found::Here(flags) = object.at(&["services", service, "extra_args"]) {
                        control_plane::map(&object, flags, objects);
                    }
                }
            }
            Tool::K3s => {
                joining(&object, objects);
                for key in ["kube-apiserver-arg", "kube-controller-manager-arg", "kubelet-arg"] {
                    if let Found::Here(flags) = object.at(&[key]) {
                        control_plane::words(&object, flags, objects);
                    }
                }
            }
        }
    }
}

/// Tokens with which nodes join: whoever has one can become a server of the cluster.
fn joining(object: &Object<'_>, objects: &mut Objects) {
    for key in ["token", "agent-token"] {
        let Found::Here(value) = object.at(&[key]) else { continue };
        let Data::String(text) = &value.data else { continue };
        let place = value.origin.place;
        let is_found =
            |it: &Credential| it.place.file == place.file && place.span.contains(it.place.span);
        if !objects.credentials.iter().any(is_found) {
            let seat = Seat::new(object, SlotKind::ChartValue, key).named(key);
            credential::judge(
                || seat.clone(),
                key,
                text,
                Expectation::Credential,
                &mut objects.credentials,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_what_only_they_hold() {
        let rke = "nodes:\n  - address: a\nservices:\n  kube-api:\n    extra_args: {}\n";
        let k3s = "kube-apiserver-arg:\n  - anonymous-auth=true\n";
        for (path, text, expected) in [
            ("cluster.yml", rke.to_owned(), Some(Tool::Rke)),
            ("envs/prod.yaml", rke.to_owned(), Some(Tool::Rke)),
            ("compose.yaml", rke.replace("nodes:", "volumes:"), None),
            ("a.yaml", format!("apiVersion: v1\n{rke}"), None),
            ("etc/rancher/k3s/config.yaml", k3s.to_owned(), Some(Tool::K3s)),
            ("etc/rancher/rke2/config.yaml.d/10.yaml", k3s.to_owned(), Some(Tool::K3s)),
            ("files/k3s-server.yaml", k3s.to_owned(), Some(Tool::K3s)),
            ("group_vars/all.yaml", k3s.to_owned(), None),
            ("k3s/vars.yaml", format!("server:\n  {k3s}"), None),
        ] {
            assert_eq!(tool(path, &text), expected, "{path}");
        }
    }
}
