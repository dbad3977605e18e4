//! What a pod is handed: variables, arguments and Secrets in volumes.

use std::borrow::Cow;
use std::ops::Range;

use model::{Credential, Data, Entry, Fix, Guard, Party, SlotKind, Text, Value};
use secrets::{Expectation, Verdict};

use crate::controller::{self, Row};
use crate::credential::{self, Seat};
use crate::embedded;
use crate::load::{self, Found};
use crate::object::Object;
use crate::remedy::{self, Written};
use crate::token::volume_name;

/// The annotation in which `kubectl apply` keeps a copy of the whole object.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Where a pod, a task of Tekton or a template of Argo holds what runs.
const CONTAINERS: [&str; 7] = [
    "containers",
    "initContainers",
    "ephemeralContainers",
    "steps",
    "sidecars",
    "container",
    "script",
];

/// Bytes of the longest key of a Secret.
const LONGEST_KEY: usize = 253;

/// Adds the credentials that a pod's containers and volumes are given.
pub(crate) fn handed_over(
    object: &Object<'_>,
    spec: &Value,
    holder: &Party,
    into: &mut Vec<Credential>,
) {
    for key in CONTAINERS {
        for (index, container) in items(spec, key).iter().enumerate() {
            let name = container.get("name").and_then(Value::as_text);
            let path = format!("{key}.{}", name.unwrap_or_else(|| index.to_string().into()));
            let container = Container { object, holder, path, spec, value: container };
            container.variables(into);
            container.whole_secrets(into);
            container.arguments(into);
            container.headers(into);
            container.script(into);
        }
    }
    volumes(object, spec, holder, into);
    annotations(object, into);
}

fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    Found::at(value, &[key]).items()
}

struct Container<'c> {
    object: &'c Object<'c>,
    holder: &'c Party,
    path: String,
    /// What it runs in.
    spec: &'c Value,
    value: &'c Value,
}

impl Container<'_> {
    fn seat(&self, kind: SlotKind, below: &str) -> Seat<'_> {
        let path = format!("{}.{below}", self.path);
        Seat::new(self.object, kind, path).held_by(self.holder.clone())
    }

    fn variables(&self, into: &mut Vec<Credential>) {
        for variable in items(self.value, "env") {
            let Some(name) = variable.get("name").and_then(Value::as_text) else { continue };
            let seat = || {
                let seat = self.seat(SlotKind::Environment, &format!("env.{name}"));
                seat.named(&name).in_region(variable.origin.place)
            };
            if let Some(Value { data: Data::String(text), .. }) = variable.get("value") {
                let before = into.len();
                credential::judge(seat, &name, text, Expectation::ByName, into);
                for found in into.iter_mut().skip(before) {
                    found.fix = self.refer(variable, &name, text, found);
                }
            }
            let key_ref = Found::at(variable, &["valueFrom", "secretKeyRef"]).value();
            let parts = key_ref.and_then(|it| Some((it, [it.get("name")?, it.get("key")?])));
            if let Some((at, parts)) = parts {
                into.extend(credential::reference(&seat(), at, &parts, None));
            }
        }
    }

    /// The repair that takes a variable from a Secret named after the object. Only when the
    /// credential is the whole value: a part of an address cannot be taken from there.
    fn refer(
        &self,
        variable: &Value,
        name: &str,
        text: &Text,
        found: &Credential,
    ) -> Option<Box<Fix>> {
        let secret = self.object.name.text()?;
        let literal = found.literal()?;
        let whole = text.known().is_some_and(|it| it.len() == literal.secret.len());
        if !whole || variable.get("valueFrom").is_some() {
            return None;
        }
        let key = self.key_of(name, text)?;
        let key = Written::Map(vec![("name", Written::Text(secret)), ("key", Written::Text(&key))]);
        let reference = Written::Map(vec![("secretKeyRef", key)]);
        remedy::exchange(self.object, variable, "value", "valueFrom", &reference)
    }

    /// The key of a Secret under which a variable is kept: its name, with that of the container
    /// where another one gives the name another value. `None` where no key is called so.
    fn key_of(&self, name: &str, text: &Text) -> Option<String> {
        let all = CONTAINERS.iter().flat_map(|it| items(self.spec, it));
        let variables = all.flat_map(|it| items(it, "env"));
        let named = |it: &&Value| it.get("name").and_then(Value::as_text).as_deref() == Some(name);
        let differs = |it: &Value| match it.get("value") {
            Some(Value { data: Data::String(other), .. }) => other.known() != text.known(),
            other => other.is_some(),
        };
        let key = if variables.filter(named).any(differs) {
            format!("{}.{name}", self.value.get("name").and_then(Value::as_text)?)
        } else {
            name.to_owned()
        };
        let is_letter = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
        (key.bytes().all(is_letter) && key.len() <= LONGEST_KEY).then_some(key)
    }

    fn whole_secrets(&self, into: &mut Vec<Credential>) {
        for source in items(self.value, "envFrom") {
            if let Found::Here(name) = Found::at(source, &["secretRef", "name"]) {
                let seat = self.seat(SlotKind::Environment, "envFrom");
                let seat = seat.in_region(source.origin.place);
                into.extend(credential::reference(&seat, name, &[name], Some("*")));
            }
        }
    }

    /// The script of a step.
    fn script(&self, into: &mut Vec<Credential>) {
        for key in ["script", "source"] {
            if let Some(Value { data: Data::String(text), origin }) = self.value.get(key) {
                let seat = || self.seat(SlotKind::CommandArgument, key).in_region(origin.place);
                credential::judge(seat, "", text, Expectation::Text, into);
            }
        }
    }

    /// Headers that probes and hooks send.
    fn headers(&self, into: &mut Vec<Credential>) {
        const SENDERS: [(&str, &[&str]); 5] = [
            ("livenessProbe", &["httpGet", "httpHeaders"]),
            ("readinessProbe", &["httpGet", "httpHeaders"]),
            ("startupProbe", &["httpGet", "httpHeaders"]),
            ("lifecycle", &["postStart", "httpGet", "httpHeaders"]),
            ("lifecycle", &["preStop", "httpGet", "httpHeaders"]),
        ];
        for (sender, path) in SENDERS {
            let Some(sent) = self.value.get(sender) else { continue };
            let headers = Found::at(sent, path).items();
            for header in headers {
                let Some(name) = header.get("name").and_then(Value::as_text) else { continue };
                let Some(Value { data: Data::String(text), .. }) = header.get("value") else {
                    continue;
                };
                let seat = self.seat(SlotKind::Header, &format!("{sender}.{name}"));
                let seat = seat.named(&name).in_region(header.origin.place);
                let expectation = match secrets::takes_credential(&name) {
                    true => Expectation::Credential,
                    false => Expectation::Text,
                };
                credential::judge(|| seat.clone(), &name, text, expectation, into);
            }
        }
    }

    /// What it runs, and what is run in it: by probes, when it starts and before it stops.
    fn arguments(&self, into: &mut Vec<Credential>) {
        // What follows the command is one line with it.
        const RUN: [&[&[&str]]; 6] = [
            &[&["command"], &["args"]],
            &[&["livenessProbe", "exec", "command"]],
            &[&["readinessProbe", "exec", "command"]],
            &[&["startupProbe", "exec", "command"]],
            &[&["lifecycle", "postStart", "exec", "command"]],
            &[&["lifecycle", "preStop", "exec", "command"]],
        ];
        for paths in RUN {
            let mut line = Vec::new();
            for path in paths {
                let words = Found::at(self.value, path).items();
                let mut flag: Option<String> = None;
                for (index, value) in words.iter().enumerate() {
                    let word = Word { container: self, path, index, value };
                    flag = match &value.data {
                        Data::String(text) => argument(&|| word.seat(), flag.take(), text, into),
                        _ => None,
                    };
                    line.push(word);
                }
            }
            known_programs(&line, into);
        }
    }
}

/// A word of a command line.
struct Word<'w> {
    container: &'w Container<'w>,
    /// The list that it stands in.
    path: &'w [&'w str],
    index: usize,
    value: &'w Value,
}

impl Word<'_> {
    fn seat(&self) -> Seat<'_> {
        let below = format!("{}[{}]", self.path.join("."), self.index);
        let seat = self.container.seat(SlotKind::CommandArgument, &below);
        seat.in_region(self.value.origin.place)
    }

    fn text(&self) -> Option<&Text> {
        match &self.value.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }
}

/// Adds what only the program gives a meaning: `redis-cli -a X`.
fn known_programs(line: &[Word<'_>], into: &mut Vec<Credential>) {
    let texts: Vec<_> = line.iter().map(|it| it.text().and_then(Text::known)).collect();
    let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    for argument in secrets::arguments(&texts) {
        let Some(word) = line.get(argument.index) else { continue };
        if let (Some(text), Verdict::Credentials(found)) = (word.text(), argument.verdict) {
            let seat = word.seat();
            let seat = if argument.name.is_empty() { seat } else { seat.named(&argument.name) };
            let locate = |range| credential::spot(text, range, || seat.region);
            credential::found(&seat, found, locate, into);
        }
    }
}

/// Judges one word of a command line; returns the flag that the next word belongs to.
fn argument<'s>(
    seat: &dyn Fn() -> Seat<'s>,
    flag: Option<String>,
    text: &Text,
    into: &mut Vec<Credential>,
) -> Option<String> {
    let Some(word) = text.known() else {
        credential::judge(seat, "", text, Expectation::Text, into);
        return None;
    };
    if let Some(flag) = flag.filter(|_| !word.starts_with('-')) {
        let seat = || seat().named(&flag);
        let key = flag.trim_start_matches('-');
        credential::judge(seat, key, text, of_flag(key), into);
        return None;
    }
    if !word.starts_with('-') || word.contains(char::is_whitespace) {
        credential::judge(seat, "", text, Expectation::Text, into);
        return None;
    }
    let Some((flag, value)) = word.split_once('=') else { return Some(word.into_owned()) };
    let at = flag.len() + 1;
    let named = || seat().named(flag);
    let locate = |range: Range<usize>| {
        credential::spot(text, at + range.start..at + range.end, || seat().region)
    };
    let key = flag.trim_start_matches('-');
    credential::judge_decoded(named, key, value, of_flag(key), locate, into);
    None
}

/// What follows `--password` is one; what follows another flag may be anything.
fn of_flag(flag: &str) -> Expectation {
    match secrets::key_names_credential(flag) {
        Some(_) => Expectation::Credential,
        None => Expectation::ByName,
    }
}

fn volumes(object: &Object<'_>, spec: &Value, holder: &Party, into: &mut Vec<Credential>) {
    for (index, volume) in items(spec, "volumes").iter().enumerate() {
        let path = format!("volumes.{}.secret", volume_name(volume, index));
        let seat = Seat::new(object, SlotKind::File, path)
            .held_by(holder.clone())
            .in_region(volume.origin.place);
        let mounted = Found::at(volume, &["secret", "secretName"]).value();
        let projected = Found::at(volume, &["projected", "sources"]).items();
        let projected =
            projected.iter().filter_map(|it| Found::at(it, &["secret", "name"]).value());
        for name in mounted.into_iter().chain(projected) {
            into.extend(credential::reference(&seat, name, &[name], Some("*")));
        }
        if let Some(name) = publish_secret(volume) {
            into.extend(credential::reference(&seat, name, &[name], Some("*")));
        }
    }
}

/// The Secret with the login that a pod hands to the driver of a secret store.
fn publish_secret(volume: &Value) -> Option<&Value> {
    let driver = Found::at(volume, &["csi", "driver"]).value()?.as_text()?;
    let store = driver == "secrets-store.csi.k8s.io";
    Found::at(volume, &["csi", "nodePublishSecretRef", "name"]).value().filter(|_| store)
}

/// Volumes that are filled from a secret store with a stored login, although the pod has an
/// account.
pub(crate) fn stored_logins(object: &Object<'_>, spec: &Value) -> Vec<Guard> {
    const LOGIN: Row = Row {
        path: &["csi", "nodePublishSecretRef"],
        what: "a login to the secret store",
        instead: "let the pod's service account log in to the store (workload identity)",
        anywhere: false,
    };
    let named = |(index, volume)| {
        let name = publish_secret(volume)?;
        let setting = format!("volumes.{}.csi.nodePublishSecretRef", volume_name(volume, index));
        Some(controller::stored_key(object, setting, &LOGIN, name.origin.place))
    };
    items(spec, "volumes").iter().enumerate().filter_map(named).collect()
}

/// Keys of clouds that a container is handed from a Secret, although its account could have an
/// identity there. With an address of its own it is a store that only speaks like that cloud.
pub(crate) fn cloud_keys(object: &Object<'_>, spec: &Value) -> Vec<Guard> {
    const ROWS: [(&str, Row); 2] = [
        (
            "AWS_SECRET_ACCESS_KEY",
            Row {
                path: &[],
                what: controller::AWS_KEY,
                instead: "give the pod's service account a role (IRSA or Pod Identity)",
                anywhere: false,
            },
        ),
        (
            "AZURE_CLIENT_SECRET",
            Row {
                path: &[],
                what: controller::ENTRA_SECRET,
                instead: "give the pod's service account a workload identity",
                anywhere: false,
            },
        ),
    ];
    let mut found = Vec::new();
    for key in ["containers", "initContainers"] {
        for container in items(spec, key) {
            let variables = items(container, "env");
            fn name(variable: &Value) -> Option<Cow<'_, str>> {
                variable.get("name").and_then(Value::as_text)
            }
            if variables.iter().filter_map(name).any(|it| it.contains("ENDPOINT")) {
                continue;
            }
            for variable in variables {
                let row = name(variable).and_then(|name| ROWS.iter().find(|it| it.0 == name));
                let from = ["valueFrom", "secretKeyRef", "name"];
                if let (Some((name, row)), Found::Here(secret)) = (row, Found::at(variable, &from))
                {
                    let setting = format!("{key}.env.{name}");
                    let place = secret.origin.place;
                    found.push(controller::stored_key(object, setting, row, place));
                }
            }
        }
    }
    found
}

/// Programs that do nothing but talk to the API of the cluster they run in.
const CLIENTS: [&str; 12] = [
    "kubectl",
    "helm",
    "helmfile",
    "argocd",
    "flux",
    "oc",
    "velero",
    "kustomize",
    "k9s",
    "stern",
    "kubeadm",
    "calicoctl",
];

/// True when a container visibly asks the API server: by its image, or by a word of what it runs.
pub(crate) fn asks_the_cluster(spec: &Value) -> bool {
    let is_client = |word: &str| CLIENTS.contains(&word);
    let apart = |it: char| !(it.is_ascii_alphanumeric() || it == '_');
    let runs = |container: &Value| {
        let image = container.get("image").and_then(Value::as_text).unwrap_or_default();
        let name = image.rsplit('/').next().unwrap_or(&image);
        let name = name.split([':', '@']).next().unwrap_or(name);
        if name.split(apart).any(is_client) {
            return true;
        }
        let words = ["command", "args"].iter().flat_map(|key| items(container, key));
        words.filter_map(Value::as_text).any(|text| {
            // A path or a name with other words in it is not the program.
            let words = text.split(|it: char| it.is_whitespace() || ";&|()`\"'".contains(it));
            words.map(|it| it.rsplit('/').next().unwrap_or(it)).any(is_client)
        })
    };
    CONTAINERS.iter().flat_map(|key| items(spec, key)).any(runs)
}

/// What annotations hold: by their name, unless a whole document stands in one.
pub(crate) fn annotations(object: &Object<'_>, into: &mut Vec<Credential>) {
    annotations_of(object, &object.value, "", into);
}

/// The same for what holds `metadata` under a path inside the object: a pod template.
pub(crate) fn annotations_of(
    object: &Object<'_>,
    holder: &Value,
    path: &str,
    into: &mut Vec<Credential>,
) {
    let Found::Here(all) = Found::at(holder, &["metadata", "annotations"]) else { return };
    for Entry { key, value, .. } in load::listed(all) {
        if let Data::String(text) = &value.data {
            let seat = || {
                let path = format!("{path}metadata.annotations.{key}");
                let seat = Seat::new(object, SlotKind::Annotation, path).named(key);
                seat.in_region(value.origin.place)
            };
            let is_document = text.known().is_none_or(|it| it.contains(['\n', '{']));
            let expectation = if is_document { Expectation::Text } else { Expectation::ByName };
            // What `kubectl` keeps of a Secret is encoded like the Secret.
            match **key == *LAST_APPLIED && object.class.is("Secret") {
                true => credential::judge(seat, key, text, expectation, into),
                false => embedded::judge(&seat, key, text, expectation, into),
            }
        }
    }
}
