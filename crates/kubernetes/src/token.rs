//! Service account tokens that Kubernetes makes: mounted into pods, or kept in a Secret.

use std::borrow::Cow;

use model::{
    Credential, CredentialKind, Expiry, ExpirySource, Knowledge, Lifetime, Rotation, SlotKind,
    Sourced, Storage, Value,
};

use crate::credential::Seat;
use crate::load::Found;
use crate::object::Object;
use crate::remedy;

/// Seconds a mounted token is good for; the kubelet replaces it before
/// (`kube-api-access` volumes, kubernetes.io/docs/reference/access-authn-authz).
const MOUNTED: u64 = 3607;

/// The longest that a token in a pod should live, in seconds: the kubelet replaces it at four
/// fifths of its life, and nothing else takes it back before the pod goes.
const LONGEST: u64 = 86_400;

/// Who takes a token without an audience.
const API: &str = "Kubernetes API";

/// The key that keeps a token out of a pod.
pub(crate) const AUTOMOUNT: &str = "automountServiceAccountToken";

/// Seconds a projected token is good for when the pod does not say.
const PROJECTED: u64 = 3600;

/// The token that Kubernetes mounts into a pod that does not forbid it; `asks` says that the pod
/// visibly talks to the API server with it.
pub(crate) fn mounted(
    object: &Object<'_>,
    spec: &Value,
    automount: &Knowledge<bool>,
    asks: bool,
) -> Credential {
    let seat = Seat::new(object, SlotKind::File, AUTOMOUNT);
    let place = automount.place().unwrap_or(object.place);
    let audience = asks.then(|| Knowledge::Known(Sourced::at(API.to_owned(), object.place)));
    Credential {
        audience: audience.unwrap_or_default(),
        expiry: Expiry {
            lifetime: Lifetime::Seconds(MOUNTED),
            source: ExpirySource::ProviderDefault,
            ..Expiry::default()
        },
        fix: remedy::set(object, spec, AUTOMOUNT, "false"),
        ..token(&seat, place)
    }
}

/// The tokens that a pod asks for in `projected` volumes.
pub(crate) fn projected(object: &Object<'_>, spec: &Value) -> Vec<Credential> {
    let volumes = Found::at(spec, &["volumes"]).items();
    let mut found = Vec::new();
    for (index, volume) in volumes.iter().enumerate() {
        for source in Found::at(volume, &["projected", "sources"]).items() {
            if let Found::Here(asked) = Found::at(source, &["serviceAccountToken"]) {
                found.push(asked_for(object, &volume_name(volume, index), asked));
            }
        }
    }
    found
}

/// The name of a volume, or its position.
pub(crate) fn volume_name(volume: &Value, index: usize) -> String {
    let name = volume.get("name").and_then(Value::as_text);
    name.map_or_else(|| index.to_string(), Cow::into_owned)
}

fn asked_for(object: &Object<'_>, volume: &str, asked: &Value) -> Credential {
    let place = asked.origin.place;
    let audience = Found::at(asked, &["audience"]).to_text();
    // Whom the token is for is what takes it.
    let taker = match &audience {
        Knowledge::Known(audience) => format!("audience {}", audience.value),
        Knowledge::Unknown(_) => String::new(),
        Knowledge::Absent => API.to_owned(),
    };
    let path = format!("volumes.{volume}.serviceAccountToken");
    let seat = Seat::new(object, SlotKind::File, path).in_region(place).taken_by(taker);
    let seconds = Found::at(asked, &["expirationSeconds"]);
    let expiry = match seconds {
        Found::Here(value) => {
            let lifetime = value.as_whole().map_or(Lifetime::Unknown, Lifetime::Seconds);
            Expiry::stated(lifetime, &value.origin, "expirationSeconds")
        }
        Found::Maybe(_) => Expiry { argument: Some("expirationSeconds"), ..Expiry::default() },
        Found::Nowhere => Expiry {
            lifetime: Lifetime::Seconds(PROJECTED),
            source: ExpirySource::ProviderDefault,
            argument: Some("expirationSeconds"),
            ..Expiry::default()
        },
    };
    let expiry = Expiry { maximum: Some(LONGEST), ..expiry };
    let too_long = matches!(expiry.lifetime, Lifetime::Seconds(it) if it > LONGEST);
    let shorter = || remedy::set(object, asked, "expirationSeconds", "3600");
    let fix = too_long.then(shorter).flatten();
    let place = seconds.value().map_or(place, |it| it.origin.place);
    Credential { audience, expiry, fix, ..token(&seat, place) }
}

/// A Secret that the token controller fills with a token that never ends.
pub(crate) fn stored(object: &Object<'_>, place: model::Place) -> Credential {
    let seat = Seat::new(object, SlotKind::Issued, "type").named("token");
    Credential {
        expiry: Expiry::never_by_kind(),
        rotation: Rotation::None,
        replacement: Some(Cow::Borrowed(
            "Mount a projected token with `expirationSeconds`, or ask for one with `kubectl create token`",
        )),
        ..token(&seat, place)
    }
}

fn token(seat: &Seat<'_>, place: model::Place) -> Credential {
    Credential {
        kind: CredentialKind::ServiceAccountToken,
        provider: Some(Cow::Borrowed("Kubernetes")),
        rotation: Rotation::Automatic,
        ..seat.credential(Storage::Generated, place)
    }
}
