//! SPIRE in a cluster: which pods get which identity, for how long, and what vouches for them.

use std::borrow::Cow;

use model::{
    Condition, Credential, CredentialKind, IdentityKind, Knowledge, Mechanism, Party, Patterns,
    Place, Rotation, SlotKind, Storage, Trust, Value, spiffe,
};

use crate::controller::lifetime;
use crate::credential::Seat;
use crate::load::{self, Found};
use crate::object::{Object, Objects};

/// Lowers a ClusterSPIFFEID or ClusterStaticEntry: which pods get which identity, for how long.
pub(crate) fn spiffe_id(object: &Object<'_>, objects: &mut Objects) {
    for (key, argument) in [("ttl", "ttl"), ("jwtTtl", "jwtTtl"), ("x509SVIDTTL", "x509SVIDTTL")] {
        if let Found::Here(ttl) = object.at(&["spec", key]) {
            let name = object.name.to_string();
            let seat = Seat::new(object, SlotKind::Issued, format!("spec.{key}")).named(&name);
            objects.credentials.push(Credential {
                kind: CredentialKind::Certificate,
                provider: Some(Cow::Borrowed(spiffe::PROVIDER)),
                expiry: lifetime(Found::Here(ttl), argument, spiffe::LONGEST_SVID),
                rotation: Rotation::Automatic,
                ..seat.credential(Storage::Generated, ttl.origin.place)
            });
        }
    }
    objects.facts.trusts.extend(same_for_all(object));
    objects.facts.trusts.extend(shared_entry(object));
}

/// The trust of an entry by which whatever runs in a namespace, or as `root`, is the identity.
fn shared_entry(object: &Object<'_>) -> Option<Trust> {
    let selectors = object.at(&["spec", "selectors"]).value()?;
    let texts: Option<Vec<_>> = selectors.one_or_many().iter().map(Value::as_text).collect();
    let texts = texts.filter(|it| !it.is_empty())?;
    let all = |fits: &dyn Fn(&str) -> bool| texts.iter().all(|it| fits(it));
    let key = if all(&|it| it.starts_with("k8s:ns:")) {
        "ClusterStaticEntry.selectors.namespace"
    } else if all(&|it| matches!(it, "unix:uid:0" | "unix:user:root" | "unix:gid:0")) {
        "ClusterStaticEntry.selectors.root"
    } else {
        return None;
    };
    let name = object.at(&["spec", "spiffeID"]).value().and_then(Value::as_text);
    Some(trust(object, name?.into_owned(), key, selectors.origin.place))
}

/// The trust of a template that gives every pod the same identity.
fn same_for_all(object: &Object<'_>) -> Option<Trust> {
    let template = object.at(&["spec", "spiffeIDTemplate"]).value()?;
    let text = template.as_text()?;
    let selects = |key: &str| match object.at(&["spec", key]) {
        Found::Nowhere => false,
        Found::Here(value) => !value.entries().is_empty() || load::is_open(value),
        Found::Maybe(_) => true,
    };
    // The template's own names of pod, account or namespace tell workloads apart.
    let open = !text.contains("{{") || !(text.contains(".Pod") || text.contains(".Account"));
    let wide = open && !selects("podSelector") && !selects("workloadSelectorTemplates");
    let place = template.origin.place;
    wide.then(|| trust(object, text.into_owned(), "ClusterSPIFFEID.podSelector", place))
}

fn trust(object: &Object<'_>, identity: String, key: &str, place: Place) -> Trust {
    let condition = Condition {
        operator: "attestor".to_owned(),
        key: key.to_owned(),
        values: Patterns::default(),
        place,
    };
    Trust {
        address: object.scoped(object.address()),
        identity: Party::Named { kind: IdentityKind::SpiffeId, name: identity },
        principals: Vec::new(),
        mechanism: Mechanism::Attestation,
        issuer: Knowledge::Absent,
        audience: Patterns::default(),
        subject: Patterns::default(),
        conditions: vec![condition],
        conditions_known: true,
        place,
        region: object.region,
    }
}
