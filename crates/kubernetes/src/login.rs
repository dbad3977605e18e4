//! How the control plane and the kubelet let others in: flags of static pods, arguments in the
//! configuration of kubeadm, and the kubelet's own configuration.

use model::{ConfigScope, Data, Guard, GuardKind, Place, Value, WeakLogin};

use crate::load::{self, Found};
use crate::object::{Object, Objects};

const ANYONE: WeakLogin = WeakLogin {
    so: "anyone who reaches it may ask without proving who they are",
    instead: "switch it off",
    is_open: false,
};

const NO_LIMIT: WeakLogin = WeakLogin {
    so: "everybody may do everything",
    instead: "use `Node,RBAC`, and `Webhook` for the kubelet",
    is_open: true,
};

const NO_ROLES: WeakLogin =
    WeakLogin { so: "roles limit nobody", instead: "use `Node,RBAC`", is_open: false };

const FILE: WeakLogin = WeakLogin {
    so: "whoever reads a line of that file once can log in until the server is started anew",
    instead: "use certificates, OpenID Connect or service accounts",
    is_open: false,
};

const DELETED: WeakLogin = WeakLogin {
    so: "tokens of deleted accounts go on working",
    instead: "leave it out",
    is_open: false,
};

/// What a flag of the API server or kubelet amounts to.
fn weakness(flag: &str, value: &str) -> Option<WeakLogin> {
    let modes = || value.split(',').map(str::trim);
    match (flag, value) {
        ("anonymous-auth", "true") => Some(ANYONE),
        ("authorization-mode", _) if modes().any(|it| it == "AlwaysAllow") => Some(NO_LIMIT),
        ("authorization-mode", _) if !modes().any(|it| matches!(it, "RBAC" | "Webhook")) => {
            Some(NO_ROLES)
        }
        ("token-auth-file" | "basic-auth-file" | "authorization-policy-file", _)
            if !value.is_empty() =>
        {
            Some(FILE)
        }
        ("service-account-lookup", "false") => Some(DELETED),
        _ => None,
    }
}

/// What the flags of an API server in a static pod say.
pub(crate) fn flags(object: &Object<'_>, spec: &Value) -> Vec<Guard> {
    let containers = Found::at(spec, &["containers"]).value().map_or(&[][..], Value::one_or_many);
    let mut found = Vec::new();
    for container in containers {
        let words: Vec<&Value> = ["command", "args"]
            .into_iter()
            .filter_map(|it| Found::at(container, &[it]).value())
            .flat_map(Value::one_or_many)
            .collect();
        let serves = words
            .first()
            .and_then(|it| it.as_text())
            .is_some_and(|it| matches!(it.rsplit('/').next(), Some("kube-apiserver" | "kubelet")));
        for word in words.into_iter().filter(|_| serves) {
            let Some(text) = word.as_text() else { continue };
            let Some((flag, value)) = text.strip_prefix("--").and_then(|it| it.split_once('='))
            else {
                continue;
            };
            let weak = weakness(flag, value);
            found.extend(weak.map(|it| guard(object, flag, it, word.origin.place)));
        }
    }
    found
}

/// Lowers the configuration of a cluster for kubeadm.
pub(crate) fn kubeadm(object: &Object<'_>, objects: &mut Objects) {
    let Some(extra) = object.at(&["apiServer", "extraArgs"]).value() else { return };
    let guards = &mut objects.facts.guards;
    let mut add = |flag: &str, value: &Value| {
        let weak = text_of(value).and_then(|it| weakness(flag, &it));
        guards.extend(weak.map(|it| guard(object, flag, it, value.origin.place)));
    };
    match &extra.data {
        Data::Map(_) => load::listed(extra).for_each(|it| add(&it.key, &it.value)),
        // Since v1beta4 a list, because a flag may stand twice.
        Data::List(items) => {
            for item in items.iter() {
                let name = item.get("name").and_then(Value::as_text);
                if let (Some(name), Some(value)) = (name, item.get("value")) {
                    add(&name, value);
                }
            }
        }
        _ => {}
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value.data {
        Data::Bool(flag) => Some(flag.to_string()),
        _ => value.as_text(),
    }
}

/// Lowers the configuration of a kubelet.
pub(crate) fn kubelet(object: &Object<'_>, objects: &mut Objects) {
    let rows: [(&[&str], &str); 2] = [
        (&["authentication", "anonymous", "enabled"], "anonymous-auth"),
        (&["authorization", "mode"], "authorization-mode"),
    ];
    for (path, flag) in rows {
        let Found::Here(value) = object.at(path) else { continue };
        let weak = text_of(value).and_then(|it| weakness(flag, &it));
        let guard = weak.map(|it| guard(object, &path.join("."), it, value.origin.place));
        objects.facts.guards.extend(guard);
    }
}

fn guard(object: &Object<'_>, setting: &str, weak: WeakLogin, place: Place) -> Guard {
    Guard {
        agent: object.scoped(object.address()),
        client: "Kubernetes",
        setting: setting.to_owned(),
        kind: GuardKind::WeakLogin(weak),
        scope: ConfigScope::Project,
        effective: true,
        stated: true,
        place,
        region: object.region,
        fix: None,
    }
}
