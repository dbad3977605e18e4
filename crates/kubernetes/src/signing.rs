//! How long certificates live that a cluster signs for its nodes and clients: a flag of the
//! controller manager. Nothing takes such a certificate back before it ends.

use std::borrow::Cow;

use model::{Credential, CredentialKind, Expiry, Lifetime, Rotation, SlotKind, Storage, Value};

use crate::credential::Seat;
use crate::duration;
use crate::load::Found;
use crate::object::{Object, Objects};

/// What the controller manager does by itself: a year. A leap year is one, too.
const LONGEST: u64 = 366 * 86_400;

/// Adds what a flag says about certificates.
pub(crate) fn flag(object: &Object<'_>, flag: &str, value: &str, at: &Value, into: &mut Objects) {
    if !matches!(flag, "cluster-signing-duration" | "experimental-cluster-signing-duration") {
        return;
    }
    let lifetime = duration::seconds(value).map_or(Lifetime::Unknown, Lifetime::Seconds);
    let seat = Seat::new(object, SlotKind::Issued, flag).named("signed by the cluster");
    into.credentials.push(Credential {
        kind: CredentialKind::Certificate,
        provider: Some(Cow::Borrowed("Kubernetes")),
        rotation: Rotation::Unknown,
        expiry: Expiry {
            maximum: Some(LONGEST),
            ..Expiry::stated(lifetime, &at.origin, "cluster-signing-duration")
        },
        ..seat.credential(Storage::Generated, at.origin.place)
    });
}

/// The flags of a controller manager in a pod.
pub(crate) fn flags(object: &Object<'_>, spec: &Value, into: &mut Objects) {
    for container in Found::at(spec, &["containers"]).items() {
        let words: Vec<&Value> = ["command", "args"]
            .into_iter()
            .filter_map(|it| Found::at(container, &[it]).value())
            .flat_map(Value::one_or_many)
            .collect();
        // `hyperkube kube-controller-manager` is one program, too.
        let mut programs = words.iter().take(2).filter_map(|it| it.as_text());
        let is_it = |it: Cow<'_, str>| {
            matches!(it.rsplit('/').next(), Some("kube-controller-manager" | "controller-manager"))
        };
        if !programs.any(is_it) {
            continue;
        }
        for (at, word) in words.iter().enumerate() {
            let Some(text) = word.as_text() else { continue };
            let Some(text) = text.strip_prefix("--").filter(|it| it.contains("cluster-signing"))
            else {
                continue;
            };
            match text.split_once('=') {
                Some((name, value)) => flag(object, name, value, word, into),
                None => {
                    let Some(next) = words.get(at + 1) else { continue };
                    if let Some(value) = next.as_text() {
                        flag(object, text, &value, next, into);
                    }
                }
            }
        }
    }
}
