//! How the control plane and the kubelet let others in: flags of static pods and the kubelet's own
//! configuration. What tools that make clusters are told is in `control_plane.rs`.

use std::borrow::Cow;

use model::{Data, Guard, GuardKind, Opening, Place, Value, WeakLogin};

use crate::control_plane::handed_on;
use crate::custom;
use crate::load::Found;
use crate::object::{Object, Objects};

const ANYONE: WeakLogin = WeakLogin {
    so: "anyone who reaches it may ask without proving who they are",
    instead: "switch it off",
    opens: Opening::Some,
};

const NO_LIMIT: WeakLogin = WeakLogin {
    so: "everybody may do everything",
    instead: "use `Node,RBAC`, and `Webhook` for the kubelet",
    opens: Opening::All,
};

const NO_ROLES: WeakLogin =
    WeakLogin { so: "roles limit nobody", instead: "use `Node,RBAC`", opens: Opening::Some };

const FILE: WeakLogin = WeakLogin {
    so: "whoever reads a line of that file once can log in until the server is started anew",
    instead: "use certificates, OpenID Connect or service accounts",
    opens: Opening::Some,
};

const POLICY_FILE: WeakLogin = WeakLogin {
    so: "rights stand in a file that no role or binding shows, until the server is started anew",
    instead: "write roles and bindings, and use `Node,RBAC`",
    opens: Opening::Some,
};

const OPEN_PORT: WeakLogin = WeakLogin {
    so: "whoever reaches that port may do everything",
    instead: "write `0`",
    opens: Opening::All,
};

const SHOWN: WeakLogin = WeakLogin {
    so: "whoever reaches that port reads what runs on the node",
    instead: "write `0`",
    opens: Opening::Little,
};

const EXTENDED: WeakLogin = WeakLogin {
    so: "tokens of pods that live an hour go on working for a year",
    instead: "write `false` once all clients read their token anew",
    opens: Opening::Little,
};

/// A machine that joins a cluster by whoever answers.
pub(crate) const UNCHECKED_SERVER: WeakLogin = WeakLogin {
    so: "whoever answers first is the cluster",
    instead: "write the hash of the CA in `caCertHashes`",
    opens: Opening::Some,
};

const DELETED: WeakLogin = WeakLogin {
    so: "tokens of deleted accounts go on working",
    instead: "leave it out",
    opens: Opening::Some,
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
        ("token-auth-file" | "basic-auth-file", _) if !value.is_empty() => Some(FILE),
        ("authorization-policy-file", _) if !value.is_empty() => Some(POLICY_FILE),
        ("service-account-lookup", "false") => Some(DELETED),
        ("service-account-extend-token-expiration", "true") => Some(EXTENDED),
        ("insecure-port", _) if is_port(value) => Some(OPEN_PORT),
        ("read-only-port", _) if is_port(value) => Some(SHOWN),
        _ => None,
    }
}

fn is_port(value: &str) -> bool {
    value.parse::<u16>().is_ok_and(|it| it != 0)
}

/// Flags that mean `true` when nothing follows.
const SWITCHES: [&str; 3] =
    ["anonymous-auth", "service-account-lookup", "service-account-extend-token-expiration"];

/// What the flags of an API server in a static pod say.
pub(crate) fn flags(object: &Object<'_>, spec: &Value) -> Vec<Guard> {
    let containers = Found::at(spec, &["containers"]).items();
    let mut found = Vec::new();
    for container in containers {
        let words: Vec<&Value> = ["command", "args"]
            .into_iter()
            .filter_map(|it| Found::at(container, &[it]).value())
            .flat_map(Value::one_or_many)
            .collect();
        // `hyperkube kube-apiserver` is one program, too.
        let serves = words.iter().take(2).filter_map(|it| it.as_text()).any(|it| {
            matches!(it.rsplit('/').next(), Some("kube-apiserver" | "kubelet" | "apiserver"))
        });
        for (index, word) in words.iter().enumerate() {
            let Some(text) = word.as_text() else { continue };
            let next = || words.get(index + 1).and_then(|it| it.as_text()).map(Cow::into_owned);
            let said = handed_on(&text)
                .map(|(flag, value)| (flag.to_owned(), value.to_owned()))
                .or_else(|| flag(&text, next).filter(|_| serves));
            let Some((flag, value)) = said else { continue };
            let weak = weakness(&flag, &value);
            found.extend(weak.map(|it| guard(object, &flag, it, word.origin.place)));
        }
    }
    found
}

/// A flag and its value, which may be the next word.
fn flag(word: &str, next: impl Fn() -> Option<String>) -> Option<(String, String)> {
    let flag = word.strip_prefix("--")?;
    if let Some((flag, value)) = flag.split_once('=') {
        return Some((flag.to_owned(), value.to_owned()));
    }
    let value = match SWITCHES.contains(&flag) {
        true => "true".to_owned(),
        false => next().filter(|it| !it.starts_with('-'))?,
    };
    Some((flag.to_owned(), value))
}

/// A flag's value as the command line would have it.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value.data {
        Data::Bool(flag) => Some(flag.to_string()),
        Data::Number(number) => Some(number.to_string()),
        _ => value.as_text().map(Cow::into_owned),
    }
}

/// Lowers the configuration of a kubelet.
pub(crate) fn kubelet(object: &Object<'_>, objects: &mut Objects) {
    let rows: [(&[&str], &str); 3] = [
        (&["authentication", "anonymous", "enabled"], "anonymous-auth"),
        (&["authorization", "mode"], "authorization-mode"),
        (&["readOnlyPort"], "read-only-port"),
    ];
    for (path, flag) in rows {
        let Found::Here(value) = object.at(path) else { continue };
        let weak = text_of(value).and_then(|it| weakness(flag, &it));
        let guard = weak.map(|it| guard(object, &path.join("."), it, value.origin.place));
        objects.facts.guards.extend(guard);
    }
}

/// Lowers how an API server finds out who asks.
pub(crate) fn authentication(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    let path = &["anonymous", "enabled"];
    let Found::Here(value) = object.at(path) else { return };
    // With conditions only some addresses are open to whoever asks.
    if !matches!(object.at(&["anonymous", "conditions"]), Found::Nowhere) {
        return;
    }
    let weak = text_of(value).and_then(|it| weakness("anonymous-auth", &it));
    let guard = weak.map(|it| guard(object, &path.join("."), it, value.origin.place));
    objects.facts.guards.extend(guard);
}

/// Lowers who decides what is allowed, one after the other.
pub(crate) fn authorization(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    for (index, one) in object.at(&["authorizers"]).items().iter().enumerate() {
        let Some(kind) = one.get("type") else { continue };
        if kind.as_text().as_deref() == Some("AlwaysAllow") {
            let setting = format!("authorizers[{index}].type");
            let place = kind.origin.place;
            objects.facts.guards.push(guard(object, &setting, NO_LIMIT, place));
        }
    }
}

/// A weak setting of an object.
pub(crate) fn guard(object: &Object<'_>, setting: &str, weak: WeakLogin, place: Place) -> Guard {
    Guard::new(
        object.scoped(object.address()),
        "Kubernetes",
        setting.to_owned(),
        GuardKind::WeakLogin(weak),
        place,
        object.region,
    )
}
