//! How machines join a cluster that kubeadm makes: the tokens that let them in, and whether they
//! check whom they join.

use model::{Data, Expiry, ExpirySource, Lifetime, Value};

use crate::custom;
use crate::duration;
use crate::load::Found;
use crate::login::{UNCHECKED_SERVER, guard, text_of};
use crate::object::{Object, Objects};

/// Seconds that a token lives when nothing is said; longer is not needed to join.
const DAY: u64 = 86_400;

/// Where each kind holds the configuration of joining.
const JOINS: [(&str, &[&str]); 3] = [
    ("JoinConfiguration", &["discovery"]),
    ("KubeadmConfig", &["spec", "joinConfiguration", "discovery"]),
    ("KubeadmConfigTemplate", &["spec", "template", "spec", "joinConfiguration", "discovery"]),
];

/// Lowers what a machine is told when it starts or joins a cluster.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    let before = objects.credentials.len();
    custom::lower(object, objects);
    for token in object.at(&["bootstrapTokens"]).items() {
        let expiry = expiry(token);
        let written = token.get("token").map(|it| it.origin.place);
        for found in objects.credentials.iter_mut().skip(before) {
            if Some(found.place) == written {
                found.expiry = expiry.clone();
            }
        }
    }
    for (kind, path) in JOINS {
        if object.class.is(kind)
            && let Found::Here(discovery) = object.at(path)
        {
            unchecked(object, discovery, path, objects);
        }
    }
}

fn expiry(token: &Value) -> Expiry {
    // A date stands where a duration would not do.
    let key = if token.get("expires").is_some() { "expires" } else { "ttl" };
    let (lifetime, source) = match Found::at(token, &[key]) {
        Found::Nowhere => (Lifetime::Seconds(DAY), ExpirySource::ProviderDefault),
        Found::Maybe(_) => (Lifetime::Unknown, ExpirySource::Unknown),
        Found::Here(value) => {
            let text = text_of(value).unwrap_or_default();
            let ttl = duration::seconds(&text).map(|it| match it {
                0 => Lifetime::Never,
                seconds => Lifetime::Seconds(seconds),
            });
            let date = || model::date_in(&text).map(Lifetime::Until);
            (ttl.or_else(date).unwrap_or(Lifetime::Unknown), ExpirySource::Stated)
        }
    };
    Expiry {
        lifetime,
        source,
        origin: token.get(key).map(|it| it.origin.clone()),
        argument: Some("ttl"),
        maximum: Some(DAY),
        ..Expiry::default()
    }
}

/// A machine that takes whoever answers for its cluster.
fn unchecked(object: &Object<'_>, discovery: &Value, path: &[&str], objects: &mut Objects) {
    let key = ["bootstrapToken", "unsafeSkipCAVerification"];
    if let Found::Here(Value { data: Data::Bool(true), origin }) = Found::at(discovery, &key) {
        let setting = format!("{}.{}", path.join("."), key.join("."));
        let guard = guard(object, &setting, UNCHECKED_SERVER, origin.place);
        objects.facts.guards.push(guard);
    }
}
