//! Controllers that fetch, issue or deploy on behalf of others: External Secrets, cert-manager,
//! Sealed Secrets, Crossplane.

use std::borrow::Cow;

use model::{
    Carrier, Credential, CredentialKind, Expiry, ExpirySource, Grant, Guard, GuardKind,
    IdentityKind, Knowledge, Lifetime, Party, PermissionSystem, Place, Reach, Rotation, SlotKind,
    Sourced, Storage, Value,
};

use crate::credential::Seat;
use crate::duration;
use crate::load::Found;
use crate::object::{Object, Objects};
use crate::remedy;

/// Where a controller is given a stored key for a cloud or store, though it could prove itself
/// with its own account.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) path: &'static [&'static str],
    /// The key: `an AWS access key`.
    pub(crate) what: &'static str,
    pub(crate) instead: &'static str,
    /// True when every cluster has an identity that would do, and not only one in that cloud.
    pub(crate) anywhere: bool,
}

pub(crate) const AWS_KEY: &str = "an AWS access key";
pub(crate) const GOOGLE_KEY: &str = "a Google service account key";
pub(crate) const ENTRA_SECRET: &str = "a secret of an Entra application";
const VAULT_TOKEN: &str = "a Vault token";
const VAULT_SECRET: &str = "a secret ID of Vault";
const TO_VAULT: &str = "log in to Vault with `auth.kubernetes` and a service account";

const STORES: &[Row] = &[
    Row {
        path: &["spec", "provider", "aws", "auth", "secretRef", "secretAccessKeySecretRef"],
        what: AWS_KEY,
        instead: "name a service account with a role in `auth.jwt.serviceAccountRef`",
        anywhere: false,
    },
    Row {
        path: &["spec", "provider", "gcpsm", "auth", "secretRef", "secretAccessKeySecretRef"],
        what: GOOGLE_KEY,
        instead: "name a service account in `auth.workloadIdentity`",
        anywhere: false,
    },
    Row {
        path: &["spec", "provider", "azurekv", "authSecretRef", "clientSecret"],
        what: ENTRA_SECRET,
        instead: "write `authType: WorkloadIdentity` and name a service account",
        anywhere: false,
    },
    Row {
        path: &["spec", "provider", "vault", "auth", "tokenSecretRef"],
        what: VAULT_TOKEN,
        instead: TO_VAULT,
        anywhere: true,
    },
    Row {
        path: &["spec", "provider", "vault", "auth", "appRole", "secretRef"],
        what: VAULT_SECRET,
        instead: TO_VAULT,
        anywhere: true,
    },
];

const ISSUERS: &[Row] = &[
    Row {
        path: &["spec", "vault", "auth", "tokenSecretRef"],
        what: VAULT_TOKEN,
        instead: TO_VAULT,
        anywhere: true,
    },
    Row {
        path: &["spec", "vault", "auth", "appRole", "secretRef"],
        what: VAULT_SECRET,
        instead: TO_VAULT,
        anywhere: true,
    },
];

const SOLVERS: &[Row] = &[
    Row {
        path: &["dns01", "route53", "secretAccessKeySecretRef"],
        what: AWS_KEY,
        instead: "name a service account with a role in `auth.kubernetes.serviceAccountRef`",
        anywhere: false,
    },
    Row {
        path: &["dns01", "cloudDNS", "serviceAccountSecretRef"],
        what: GOOGLE_KEY,
        instead: "leave it out and give cert-manager's account a Google identity",
        anywhere: false,
    },
    Row {
        path: &["dns01", "azureDNS", "clientSecretSecretRef"],
        what: ENTRA_SECRET,
        instead: "write `managedIdentity` instead",
        anywhere: false,
    },
];

/// Lowers a SecretStore or ClusterSecretStore of External Secrets.
pub(crate) fn secret_store(object: &Object<'_>, objects: &mut Objects) {
    stored_keys(object, &object.value, STORES, "", objects);
    // Without conditions every namespace may take from it.
    let open = matches!(object.at(&["spec", "conditions"]), Found::Nowhere)
        && object.at(&["spec", "provider"]).value().is_some();
    if object.class.is("ClusterSecretStore") && open {
        objects.facts.grants.push(shared(object, "External Secrets store", object.place));
    }
}

/// Lowers an Issuer or ClusterIssuer of cert-manager.
pub(crate) fn issuer(object: &Object<'_>, objects: &mut Objects) {
    stored_keys(object, &object.value, ISSUERS, "", objects);
    let solvers = object.at(&["spec", "acme", "solvers"]).items();
    for (index, solver) in solvers.iter().enumerate() {
        stored_keys(object, solver, SOLVERS, &format!("spec.acme.solvers[{index}]."), objects);
    }
}

fn stored_keys(
    object: &Object<'_>,
    value: &Value,
    rows: &'static [Row],
    before: &str,
    objects: &mut Objects,
) {
    for row in rows {
        let Found::Here(named) = Found::at(value, row.path) else { continue };
        let secret = Found::at(named, &["name"]).value().unwrap_or(named);
        let path = format!("{before}{}", row.path.join("."));
        objects.facts.guards.push(stored_key(object, path, row, secret.origin.place));
    }
}

pub(crate) fn stored_key(object: &Object<'_>, setting: String, row: &Row, place: Place) -> Guard {
    let kind =
        GuardKind::StoredKeyInUse { what: row.what, instead: row.instead, anywhere: row.anywhere };
    guard(object, setting, kind, place)
}

/// A setting of an object.
pub(crate) fn guard(object: &Object<'_>, setting: String, kind: GuardKind, place: Place) -> Guard {
    Guard::new(object.scoped(object.address()), "Kubernetes", setting, kind, place, object.region)
}

/// Lowers a ProviderConfig of Crossplane.
pub(crate) fn provider_config(object: &Object<'_>, objects: &mut Objects) {
    let group = object.class.group.as_deref().unwrap_or("");
    let (what, instead) = match group.split('.').next() {
        Some("aws") => (AWS_KEY, "write `source: IRSA` or `PodIdentity`"),
        Some("gcp") => (GOOGLE_KEY, "write `source: InjectedIdentity`"),
        Some("azure") => (ENTRA_SECRET, "write `source: OIDCTokenFile`"),
        _ => return,
    };
    let path = &["spec", "credentials", "source"];
    let Found::Here(source) = object.at(path) else { return };
    if source.as_text().as_deref() == Some("Secret") {
        let row = Row { path, what, instead, anywhere: false };
        let guard = stored_key(object, path.join("."), &row, source.origin.place);
        objects.facts.guards.push(guard);
    }
}

/// A SealedSecret that can be opened in every namespace: whoever may make one somewhere copies
/// it there.
pub(crate) fn sealed_everywhere(object: &Object<'_>, objects: &mut Objects) {
    const WIDE: &str = "sealedsecrets.bitnami.com/cluster-wide";
    if let Some(wide) = object.annotation(WIDE).filter(|it| it.value == "true") {
        objects.facts.grants.push(shared(object, "Sealed secret", wide.place()));
    }
}

/// A credential that every namespace can use.
fn shared(object: &Object<'_>, what: &str, place: Place) -> Grant {
    let role = format!("{what} for all namespaces");
    Grant {
        system: PermissionSystem::Saas,
        role: Knowledge::Known(Sourced::at(role, place)),
        carrier: Carrier::Scope,
        kubernetes: None,
        ..grant(object, String::new(), place)
    }
}

/// A grant that an object makes; `suffix` continues its address.
pub(crate) fn grant(object: &Object<'_>, suffix: String, place: Place) -> Grant {
    Grant {
        reach: Reach::Cluster,
        ..Grant::new(
            object.scoped(format!("{}{suffix}", object.address())),
            PermissionSystem::Kubernetes,
            Carrier::Role,
            place,
            object.region,
        )
    }
}

/// Seconds that a certificate of a server may live: what browsers accept.
const LONGEST_LEAF: u64 = 398 * 86_400;

/// Seconds that an authority's certificate may live.
const LONGEST_AUTHORITY: u64 = 10 * 365 * 86_400;

/// Lowers a Certificate of cert-manager, which renews it.
pub(crate) fn certificate(object: &Object<'_>, objects: &mut Objects) {
    organizations(object, objects);
    let authority = match object.at(&["spec", "isCA"]).to_bool() {
        Knowledge::Known(flag) => flag.value,
        Knowledge::Absent => false,
        Knowledge::Unknown(_) => return,
    };
    let maximum = if authority { LONGEST_AUTHORITY } else { LONGEST_LEAF };
    let name = object.name.to_string();
    let seat = Seat::new(object, SlotKind::Issued, "spec.duration").named(&name);
    let found = object.at(&["spec", "duration"]);
    let place = found.value().map_or(object.place, |it| it.origin.place);
    objects.credentials.push(Credential {
        kind: CredentialKind::Certificate,
        provider: Some(Cow::Borrowed("cert-manager")),
        expiry: lifetime(found, "duration", maximum),
        rotation: Rotation::Automatic,
        ..seat.credential(Storage::Generated, place)
    });
    kept_key(object, objects);
}

/// A private key that outlives its certificates.
fn kept_key(object: &Object<'_>, objects: &mut Objects) {
    const KEY: &str = "rotationPolicy";
    let Found::Here(key) = object.at(&["spec", "privateKey"]) else { return };
    let Some(policy) = key.get(KEY) else { return };
    if policy.as_text().as_deref() != Some("Never") {
        return;
    }
    let name = object.name.to_string();
    let path = format!("spec.privateKey.{KEY}");
    let seat = Seat::new(object, SlotKind::Issued, path).named(&name);
    objects.credentials.push(Credential {
        kind: CredentialKind::PrivateKey,
        provider: Some(Cow::Borrowed("cert-manager")),
        rotation: Rotation::None,
        fix: remedy::set(object, key, KEY, "Always"),
        ..seat.credential(Storage::Generated, policy.origin.place)
    });
}

/// The members of groups that certificates make of their holders.
fn organizations(object: &Object<'_>, objects: &mut Objects) {
    for group in object.at(&["spec", "subject", "organizations"]).items() {
        let Some(name) = group.as_text().filter(|it| it.starts_with("system:")) else { continue };
        let name = name.into_owned();
        objects.facts.uses.push(model::Use {
            from: Party::Address(object.scoped(object.address())),
            to: Party::Named { kind: IdentityKind::KubernetesGroup, name },
            mode: model::UseMode::RunsAs,
            place: group.origin.place,
        });
    }
}

/// Seconds that a client's certificate may live which nobody can take back.
const LONGEST_CLIENT: u64 = 90 * 86_400;

/// Lowers a CertificateSigningRequest.
pub(crate) fn signing_request(object: &Object<'_>, objects: &mut Objects) {
    let Found::Here(seconds) = object.at(&["spec", "expirationSeconds"]) else { return };
    let lifetime = seconds.as_whole().map_or(Lifetime::Unknown, Lifetime::Seconds);
    let name = object.name.to_string();
    let seat = Seat::new(object, SlotKind::Issued, "spec.expirationSeconds").named(&name);
    objects.credentials.push(Credential {
        kind: CredentialKind::Certificate,
        provider: Some(Cow::Borrowed("Kubernetes")),
        expiry: Expiry {
            maximum: Some(LONGEST_CLIENT),
            ..Expiry::stated(lifetime, &seconds.origin, "expirationSeconds")
        },
        ..seat.credential(Storage::Generated, seconds.origin.place)
    });
}

/// Lowers a VaultAuth of the Vault Secrets Operator.
pub(crate) fn vault_auth(object: &Object<'_>, objects: &mut Objects) {
    const ROWS: &[Row] = &[Row {
        path: &["spec", "appRole", "secretRef"],
        what: VAULT_SECRET,
        instead: "write `method: kubernetes` and name a service account",
        anywhere: true,
    }];
    stored_keys(object, &object.value, ROWS, "", objects);
}

pub(crate) fn lifetime(found: Found<'_>, argument: &'static str, maximum: u64) -> Expiry {
    let seconds = found.value().and_then(Value::as_text).and_then(|it| duration::seconds(&it));
    let stated = found.value().is_some();
    Expiry {
        lifetime: seconds.map_or(Lifetime::Unknown, Lifetime::Seconds),
        source: if stated { ExpirySource::Stated } else { ExpirySource::Unknown },
        origin: found.value().map(|it| it.origin.clone()),
        argument: Some(argument),
        maximum: Some(maximum),
        ..Expiry::default()
    }
}
