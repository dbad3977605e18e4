//! Secrets and ConfigMaps: values that stand in a manifest.

use model::{
    Credential, CredentialKind, Data, Entry, Expiry, Knowledge, Lifetime, Origin, Place, SlotKind,
    Sourced, Storage,
};
use secrets::Expectation;
use syntax::{Language, Limits};

use crate::argo;
use crate::aws_auth;
use crate::base64;
use crate::controller;
use crate::credential::{self, Seat};
use crate::embedded;
use crate::load::{self, Found};
use crate::locality::Site;
use crate::object::{Object, Objects};
use crate::pod::{self, LAST_APPLIED};
use crate::term::Term;
use crate::token;

/// A token that the token controller puts into a Secret.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) file: model::FileId,
    pub(crate) site: Site,
    pub(crate) namespace: Term,
    pub(crate) account: Term,
    pub(crate) credential: Credential,
}

const TOKEN: &str = "kubernetes.io/service-account-token";
const TOKEN_ACCOUNT: &str = "kubernetes.io/service-account.name";

/// A release that Helm keeps, packed: what is in it is read where it is written.
const RELEASE: &str = "helm.sh/release.v1";

/// Lowers a Secret.
pub(crate) fn secret(object: &Object<'_>, objects: &mut Objects) {
    let kind = object.at(&["type"]).to_text();
    let kind_text = kind.value().map_or("Opaque", String::as_str);
    if let Some(place) = kind.place().filter(|_| kind_text == TOKEN) {
        let account = object.at(&["metadata", "annotations", TOKEN_ACCOUNT]);
        objects.issued.push(Issued {
            file: object.page.file,
            site: object.site.clone(),
            namespace: object.namespace.clone(),
            account: match account {
                Found::Here(value) => Term::read(Some(value), object.page),
                Found::Maybe(_) | Found::Nowhere => Term::unknown(),
            },
            credential: token::stored(object, place),
        });
    }
    let before = objects.credentials.len();
    for entry in entries(object, "stringData") {
        plain(object, kind_text, entry, &mut objects.credentials);
    }
    for entry in entries(object, "data") {
        encoded(object, kind_text, entry, &mut objects.credentials);
    }
    if let Some(expiry) = bootstrap_expiry(object, kind_text) {
        for credential in objects.credentials.iter_mut().skip(before) {
            credential.expiry = expiry.clone();
            credential.active = still_active(object, &expiry);
        }
    }
    pod::annotations(object, &mut objects.credentials);
    last_applied(object, kind_text, &mut objects.credentials);
}

/// Lowers a ConfigMap.
pub(crate) fn config_map(object: &Object<'_>, objects: &mut Objects) {
    argo::config_map(object, objects);
    aws_auth::config_map(object, objects);
    for entry in entries(object, "data") {
        if let Data::String(text) = &entry.value.data {
            let seat = || seat(object, SlotKind::ConfigData, "data", entry);
            embedded::judge(&seat, &entry.key, text, Expectation::ByName, &mut objects.credentials);
        }
    }
    pod::annotations(object, &mut objects.credentials);
}

/// Lowers a SealedSecret: what it holds is safe to commit.
pub(crate) fn sealed_secret(object: &Object<'_>, objects: &mut Objects) {
    controller::sealed_everywhere(object, objects);
    let Some(sealed) = object.at(&["spec", "encryptedData"]).value() else { return };
    for entry in load::listed(sealed) {
        let seat = seat(object, SlotKind::SecretData, "spec.encryptedData", entry);
        let place = entry.value.origin.place;
        objects.credentials.push(seat.credential(Storage::Encrypted, place));
    }
}

fn entries<'o>(object: &'o Object<'_>, key: &str) -> impl Iterator<Item = &'o Entry> {
    object.at(&[key]).value().into_iter().flat_map(load::listed)
}

fn seat<'e>(object: &'e Object<'e>, kind: SlotKind, path: &str, entry: &'e Entry) -> Seat<'e> {
    let (key, value) = (entry.key_origin.place, entry.value.origin.place);
    let region = match key.file == value.file {
        true => Place::new(key.file, key.span.cover(value.span)),
        false => value,
    };
    Seat::new(object, kind, format!("{path}.{}", entry.key)).named(&entry.key).in_region(region)
}

/// What a key of a Secret takes.
fn expectation(kind: &str, key: &str) -> Expectation {
    match (kind, key) {
        ("kubernetes.io/basic-auth", "password")
        | ("kubernetes.io/ssh-auth", "ssh-privatekey")
        | ("kubernetes.io/tls", "tls.key")
        | (TOKEN, "token")
        | ("bootstrap.kubernetes.io/token", "token-secret") => Expectation::Credential,
        // Public halves and names. Only a private key that strayed in would count.
        (_, "tls.crt" | "ca.crt" | "username" | "namespace" | "token-id") => Expectation::Text,
        _ if key.ends_with(".crt") || key.ends_with(".pub") => Expectation::Text,
        _ => Expectation::ByName,
    }
}

fn plain(object: &Object<'_>, kind: &str, entry: &Entry, into: &mut Vec<Credential>) {
    let Data::String(text) = &entry.value.data else { return };
    let seat = || seat(object, SlotKind::SecretData, "stringData", entry);
    if let Some(config) = docker_config(&entry.key) {
        if let Some(known) = text.known() {
            let locate = |range: std::ops::Range<usize>| {
                text.locate(range.start, range.end).unwrap_or_else(|| entry.value.origin.clone())
            };
            registries(&seat(), config, &known, &locate, into);
        }
        return;
    }
    let before = into.len();
    embedded::judge(&seat, &entry.key, text, expectation(kind, &entry.key), into);
    let is_open = into.len() == before && kind != RELEASE && may_be_secret(&entry.key);
    if is_open && text.known().is_some_and(|it| !is_digest(&it)) {
        credential::judge(seat, ANY, text, Expectation::ByName, into);
    }
}

/// A key of which nothing is known but that it stands in a Secret.
const ANY: &str = "secret";

/// True for hexadecimal digits: a release, a digest and a key look the same.
fn is_digest(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

/// True for a key that names nothing else. In a Secret, what was drawn under it is one.
fn may_be_secret(key: &str) -> bool {
    const OTHER: &[&str] = &[
        "account",
        "audience",
        "bucket",
        "ca",
        "cert",
        "certificate",
        "checksum",
        "cluster",
        "config",
        "crt",
        "csr",
        "database",
        "db",
        "digest",
        "domain",
        "email",
        "endpoint",
        "fingerprint",
        "hash",
        "host",
        "hostname",
        "id",
        "ids",
        "issuer",
        "json",
        "name",
        "organization",
        "path",
        "port",
        "project",
        "pub",
        "public",
        "region",
        "scheme",
        "server",
        "tenant",
        "type",
        "uri",
        "url",
        "user",
        "username",
        "version",
        "xml",
        "yaml",
        "yml",
        "zone",
    ];
    let lower = key.to_ascii_lowercase();
    let last = lower.rsplit(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or(&lower);
    !OTHER.iter().any(|it| last == *it || ends_in_capital(key, it))
}

/// True for `clientId` and `id`.
fn ends_in_capital(key: &str, word: &str) -> bool {
    let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
    let before = key.strip_suffix(rest).and_then(|it| it.chars().next_back());
    before.is_some_and(|it| first.chars().next().map(|it| it.to_ascii_uppercase()) == Some(it))
}

fn encoded(object: &Object<'_>, kind: &str, entry: &Entry, into: &mut Vec<Credential>) {
    let Data::String(text) = &entry.value.data else { return };
    let Some(written) = text.known() else { return };
    let seat = || seat(object, SlotKind::SecretData, "data", entry);
    let Some(bytes) = base64::decode(&written) else {
        // Encrypted in place (SOPS), or left for a tool to fill in.
        credential::judge(seat, "", text, Expectation::Text, into);
        return;
    };
    let Ok(decoded) = String::from_utf8(bytes) else { return };
    let whole = text.locate(0, written.len()).unwrap_or_else(|| entry.value.origin.clone());
    decoded_entry(&seat().through("base64"), kind, &entry.key, &decoded, &whole, into);
}

fn decoded_entry(
    seat: &Seat<'_>,
    kind: &str,
    key: &str,
    decoded: &str,
    whole: &Origin,
    into: &mut Vec<Credential>,
) {
    let locate = |_: std::ops::Range<usize>| whole.clone();
    match docker_config(key) {
        Some(config) => registries(seat, config, decoded, &locate, into),
        None => {
            let expectation = expectation(kind, key);
            let before = into.len();
            let here = || seat.clone();
            embedded::judge_decoded(&here, key, decoded, expectation, &locate, into);
            let is_open = into.len() == before && kind != RELEASE && may_be_secret(key);
            if is_open && !decoded.contains('\n') && !is_digest(decoded) {
                let by_name = Expectation::ByName;
                credential::judge_decoded(here, ANY, decoded, by_name, locate, into);
            }
        }
    }
}

/// The key under which a registry configuration holds its hosts.
fn docker_config(key: &str) -> Option<DockerConfig> {
    match key {
        ".dockerconfigjson" => Some(DockerConfig::Auths),
        ".dockercfg" => Some(DockerConfig::Hosts),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum DockerConfig {
    Auths,
    Hosts,
}

fn registries(
    seat: &Seat<'_>,
    config: DockerConfig,
    text: &str,
    locate: &dyn Fn(std::ops::Range<usize>) -> Origin,
    into: &mut Vec<Credential>,
) {
    let tree = syntax::parse(text.into(), Language::Json, &Limits::default());
    let hosts = match (tree.root(), config) {
        (Some(root), DockerConfig::Auths) => root.get("auths"),
        (root, DockerConfig::Hosts) => root,
        (None, DockerConfig::Auths) => None,
    };
    let before = into.len();
    for (host, entry) in hosts.map(|it| it.entries()).unwrap_or_default() {
        for key in ["password", "identitytoken", "registrytoken"] {
            if let Some(node) = entry.get(key).filter(|it| it.as_str().is_some()) {
                let seat = || seat.clone().through(format!("JSON .{key}"));
                embedded::leaf(seat, key, node, Expectation::Credential, locate, into);
            }
        }
        let auth = entry.get("auth").and_then(|node| Some((node, node.as_str()?)));
        let Some((node, encoded)) = auth.filter(|_| into.len() == before) else { continue };
        let Some(pair) = base64::decode_text(encoded) else { continue };
        let Some((_, password)) = pair.split_once(':') else { continue };
        let span = node.content_span().range();
        let seat = || seat.clone().through(format!("JSON .auths.{host}.auth")).through("base64");
        let place = |_: std::ops::Range<usize>| locate(span.clone());
        credential::judge_decoded(seat, "password", password, Expectation::Credential, place, into);
    }
    for credential in into.iter_mut().skip(before) {
        credential.kind = CredentialKind::RegistryCredential;
    }
}

/// The token controller deletes a bootstrap token that has ended.
fn still_active(object: &Object<'_>, expiry: &Expiry) -> Knowledge<bool> {
    match (object.today, expiry.lifetime, &expiry.origin) {
        (Some(today), Lifetime::Until(end), Some(origin)) if end < today => {
            Knowledge::Known(Sourced::new(false, origin.clone()))
        }
        _ => Knowledge::Absent,
    }
}

/// The end of a bootstrap token; without one it never ends.
fn bootstrap_expiry(object: &Object<'_>, kind: &str) -> Option<Expiry> {
    if kind != "bootstrap.kubernetes.io/token" {
        return None;
    }
    let unknown = Expiry { argument: Some("expiration"), ..Expiry::default() };
    let found = |map: &'static str| object.at(&[map, "expiration"]);
    let (value, encoded) = match (found("stringData"), found("data")) {
        (Found::Here(value), _) => (value, false),
        (_, Found::Here(value)) => (value, true),
        (Found::Nowhere, Found::Nowhere) => return Some(Expiry::never_by_default("expiration")),
        _ => return Some(unknown),
    };
    let Some(text) = value.as_text() else { return Some(unknown) };
    let text = if encoded { base64::decode_text(&text).unwrap_or_default().into() } else { text };
    let date = text.get(.."2026-01-01".len()).and_then(|it| it.parse().ok());
    let lifetime = date.map_or(Lifetime::Unknown, Lifetime::Until);
    Some(Expiry::stated(lifetime, &value.origin, "expiration"))
}

/// `kubectl apply` keeps a copy of the whole Secret in an annotation.
fn last_applied(object: &Object<'_>, kind: &str, into: &mut Vec<Credential>) {
    let Found::Here(value) = object.at(&["metadata", "annotations", LAST_APPLIED]) else { return };
    let Data::String(text) = &value.data else { return };
    let Some(json) = text.known() else { return };
    let tree = syntax::parse((*json).into(), Language::Json, &Limits::default());
    let plain = tree.root().and_then(|it| it.get("stringData"));
    for (key, node) in plain.map(|it| it.entries()).unwrap_or_default() {
        let seat = || {
            let path = format!("metadata.annotations.{LAST_APPLIED}.stringData.{key}");
            Seat::new(object, SlotKind::Annotation, path)
                .named(key)
                .in_region(value.origin.place)
                .through(format!("JSON .stringData.{key}"))
        };
        let locate = |range: std::ops::Range<usize>| {
            text.locate(range.start, range.end).unwrap_or_else(|| value.origin.clone())
        };
        embedded::leaf(seat, key, node, expectation(kind, key), &locate, into);
    }
    let data = tree.root().and_then(|it| it.get("data"));
    for (key, node) in data.map(|it| it.entries()).unwrap_or_default() {
        let Some(decoded) = node.as_str().and_then(base64::decode_text) else { continue };
        let path = format!("metadata.annotations.{LAST_APPLIED}.data.{key}");
        let seat = Seat::new(object, SlotKind::Annotation, path)
            .named(key)
            .in_region(value.origin.place)
            .through(format!("JSON .data.{key}"))
            .through("base64");
        let span = node.content_span().range();
        let whole = text.locate(span.start, span.end).unwrap_or_else(|| value.origin.clone());
        decoded_entry(&seat, kind, key, &decoded, &whole, into);
    }
}
