//! OpenShift: clients of its login server, and who may start pods that own their node.

use std::borrow::Cow;

use model::{
    Credential, CredentialKind, Data, Expiry, GuardKind, Knowledge, Lifetime, Opening, Rotation,
    SlotKind, Sourced, Storage, Value, WeakLogin,
};
use secrets::Expectation;

use crate::controller::guard;
use crate::credential::{self, Seat};
use crate::load::Found;
use crate::object::{Object, Objects};
use crate::rbac;

/// Seconds that a token of a client may live: what the server gives when nothing is said.
const LONGEST: u64 = 86_400;

const NO_QUESTION: WeakLogin = WeakLogin {
    so: "whoever is signed in hands this client every scope, without being asked",
    instead: "write `grantMethod: prompt`, or list the scopes in `scopeRestrictions`",
    opens: Opening::Some,
};

/// Lowers an OAuthClient.
pub(crate) fn oauth_client(object: &Object<'_>, objects: &mut Objects) {
    let secrets = ["secret", "additionalSecrets"];
    for key in secrets {
        for value in object.at(&[key]).items() {
            let Data::String(text) = &value.data else { continue };
            let seat = Seat::new(object, SlotKind::Argument, key).in_region(value.origin.place);
            let before = objects.credentials.len();
            let into = &mut objects.credentials;
            credential::judge(|| seat.clone(), key, text, Expectation::Credential, into);
            for found in objects.credentials.iter_mut().skip(before) {
                found.kind = CredentialKind::ClientSecret;
            }
        }
    }
    if let Found::Here(age) = object.at(&["accessTokenMaxAgeSeconds"]) {
        let name = object.name.to_string();
        let seat = Seat::new(object, SlotKind::Issued, "accessTokenMaxAgeSeconds").named(&name);
        objects.credentials.push(Credential {
            kind: CredentialKind::Token,
            provider: Some(Cow::Borrowed("OpenShift")),
            expiry: token_life(age),
            rotation: Rotation::Unknown,
            ..seat.credential(Storage::Generated, age.origin.place)
        });
    }
    let unasked = object.at(&["grantMethod"]).value();
    let unasked = unasked.filter(|it| it.as_text().as_deref() == Some("auto"));
    let open = matches!(object.at(&["scopeRestrictions"]), Found::Nowhere);
    // A client that people of the cluster itself use asks nobody, and is meant not to.
    let elsewhere = object.at(&["redirectURIs"]).value().is_some();
    if let Some(value) = unasked.filter(|_| open && elsewhere) {
        let kind = GuardKind::WeakLogin(NO_QUESTION);
        let guard = guard(object, "grantMethod".to_owned(), kind, value.origin.place);
        objects.facts.guards.push(guard);
    }
}

fn token_life(age: &Value) -> Expiry {
    let lifetime = match age.as_whole() {
        Some(0) => Lifetime::Never,
        Some(seconds) => Lifetime::Seconds(seconds),
        None => Lifetime::Unknown,
    };
    let stated = Expiry::stated(lifetime, &age.origin, "accessTokenMaxAgeSeconds");
    Expiry { maximum: Some(LONGEST), ..stated }
}

/// What in a SecurityContextConstraints lets a pod own its node.
const OWNING: &[&str] =
    &["allowPrivilegedContainer", "allowHostDirVolumePlugin", "allowHostPID", "allowHostIPC"];

/// Lowers a SecurityContextConstraints: whom it names may use it, as if the role were bound to
/// them that the server makes for it.
pub(crate) fn constraints(object: &Object<'_>, objects: &mut Objects) {
    let Some(name) = object.name.text() else { return };
    let owns =
        OWNING.iter().any(|it| object.at(&[it]).to_bool().known().is_some_and(|it| it.value));
    if !owns {
        return;
    }
    let role = format!("{}{name}", model::kubernetes::SCC_ROLE);
    let role = Knowledge::Known(Sourced::at(role, object.place));
    let listed = |key: &str| object.at(&[key]).items();
    let subjects: Vec<_> = listed("users")
        .iter()
        .map(rbac::named_user)
        .chain(listed("groups").iter().map(rbac::named_group))
        .flatten()
        .collect();
    if !subjects.is_empty() {
        rbac::bind_cluster_wide(object, role, subjects, objects);
    }
}
