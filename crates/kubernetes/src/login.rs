//! How the control plane and the kubelet let others in: flags of static pods and the kubelet's own
//! configuration. What tools that make clusters are told is in `control_plane.rs`.

use model::{ConfigScope, Data, Guard, GuardKind, Place, Value, WeakLogin};

use crate::control_plane::handed_on;
use crate::load::Found;
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
pub(crate) fn weakness(flag: &str, value: &str) -> Option<WeakLogin> {
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
        for word in words {
            let Some(text) = word.as_text() else { continue };
            let flag = || text.strip_prefix("--").and_then(|it| it.split_once('='));
            let Some((flag, value)) = handed_on(&text).or_else(|| flag().filter(|_| serves)) else {
                continue;
            };
            let weak = weakness(flag, value);
            found.extend(weak.map(|it| guard(object, flag, it, word.origin.place)));
        }
    }
    found
}

/// A flag's value as the command line would have it.
pub(crate) fn text_of(value: &Value) -> Option<String> {
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

/// A weak setting of an object.
pub(crate) fn guard(object: &Object<'_>, setting: &str, weak: WeakLogin, place: Place) -> Guard {
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
