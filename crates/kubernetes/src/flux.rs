//! Flux: with what sources are fetched, as whom things are deployed, and what decrypts them.

use model::{Credential, CredentialKind, GuardKind, Knowledge, SlotKind, Value};

use crate::controller::{self, Row};
use crate::credential::{self, Seat};
use crate::deployer;
use crate::inline_values;
use crate::load::Found;
use crate::object::{Object, Objects};

/// Registries and stores of a cloud that Flux can log in to by itself, by what their address
/// holds, and the word for `provider`.
const CLOUDS: &[(&str, &str)] = &[
    (".dkr.ecr.", "write `provider: aws` instead of `secretRef`"),
    ("public.ecr.aws", "write `provider: aws` instead of `secretRef`"),
    (".amazonaws.com", "write `provider: aws` instead of `secretRef`"),
    ("-docker.pkg.dev", "write `provider: gcp` instead of `secretRef`"),
    ("gcr.io/", "write `provider: gcp` instead of `secretRef`"),
    ("storage.googleapis.com", "write `provider: gcp` instead of `secretRef`"),
    (".azurecr.io", "write `provider: azure` instead of `secretRef`"),
    (".blob.core.windows.net", "write `provider: azure` instead of `secretRef`"),
    ("dev.azure.com", "write `provider: azure` instead of `secretRef`"),
];

/// Lowers a source: a Git repository, a bucket, a registry.
pub(crate) fn source(object: &Object<'_>, objects: &mut Objects) {
    let Some(name) = object.at(&["spec", "secretRef", "name"]).value() else { return };
    objects.credentials.extend(refer(object, name, "spec.secretRef", None));
    let address = ["url", "endpoint", "image"]
        .iter()
        .find_map(|key| object.at(&["spec", key]).value().and_then(Value::as_text));
    let Some(address) = address else { return };
    let cloud = CLOUDS.iter().find(|(part, _)| address.contains(part));
    if let Some((_, instead)) = cloud {
        let row = Row {
            path: &["spec", "secretRef"],
            what: if object.class.is("Bucket") { "a key of the store" } else { "a login" },
            instead,
            anywhere: false,
        };
        let guard =
            controller::stored_key(object, "spec.secretRef".to_owned(), &row, name.origin.place);
        objects.facts.guards.push(guard);
    }
}

/// Lowers a Kustomization or HelmRelease.
pub(crate) fn deployment(object: &Object<'_>, objects: &mut Objects) {
    inline_values::lower(object, objects);
    deployer::lower(object, objects);
    if let Found::Here(set) = object.at(&["spec", "postBuild", "substitute"]) {
        inline_values::map(object, set, "spec.postBuild.substitute", objects);
    }
    let decryption = object.at(&["spec", "decryption", "secretRef", "name"]).value();
    let key = decryption.and_then(|it| {
        refer(object, it, "spec.decryption.secretRef", Some(CredentialKind::EncryptionKey))
    });
    objects.credentials.extend(key);
    let login = object.at(&["spec", "kubeConfig", "secretRef", "name"]).value();
    let login = login.and_then(|it| refer(object, it, "spec.kubeConfig.secretRef", None));
    // In another cluster it is the login that limits it.
    let elsewhere = login.is_some() || !is_nowhere(object.at(&["spec", "kubeConfig"]));
    objects.credentials.extend(login);
    let own = is_nowhere(object.at(&["spec", "serviceAccountName"])) && !elsewhere;
    if own && object.at(&["spec"]).value().is_some_and(has_source) {
        let kind = GuardKind::DeploysAsItself;
        let setting = "spec.serviceAccountName".to_owned();
        objects.facts.guards.push(controller::guard(object, setting, kind, object.place));
    }
}

/// True for an object that deploys something, and not for a patch of one.
fn has_source(spec: &Value) -> bool {
    ["sourceRef", "chart", "chartRef"].iter().any(|it| spec.get(it).is_some())
}

fn is_nowhere(found: Found<'_>) -> bool {
    matches!(found, Found::Nowhere)
}

fn refer(
    object: &Object<'_>,
    name: &Value,
    path: &str,
    kind: Option<CredentialKind>,
) -> Option<Credential> {
    let seat = Seat::new(object, SlotKind::Argument, path);
    let found = credential::reference(&seat, name, &[name], None)?;
    Some(Credential { kind: kind.unwrap_or(found.kind), active: Knowledge::Absent, ..found })
}
