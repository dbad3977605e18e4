//! AKS: whose identity pods have.

use model::{Guard, GuardKind, Knowledge, Safety};

use crate::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::remedy;

/// The argument that gives pods identities of their own.
const IDENTITIES: [&str; 1] = ["workload_identity_enabled"];

/// The argument that it needs.
const ISSUER: [&str; 1] = ["oidc_issuer_enabled"];

/// A cluster whose pods have only the identity of their node, or identities of their own.
pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let (own, stated) = match argument::truth(unit, resource, &IDENTITIES) {
        Knowledge::Known(on) => (on.value, Some(on.place())),
        Knowledge::Absent => (false, None),
        Knowledge::Unknown(_) => return,
    };
    let declaration = resource.declaration;
    let issuer = argument::truth(unit, resource, &ISSUER).value() == Some(&true);
    let set = || remedy::set(declaration, &IDENTITIES, "true", Safety::Unsafe);
    out.guard(Guard {
        stated: stated.is_some(),
        fix: (!own && issuer).then(set).flatten(),
        ..Guard::new(
            unit.address(resource),
            "Azure",
            IDENTITIES[0].to_owned(),
            GuardKind::WorkloadIdentities(own),
            stated.unwrap_or(declaration.place),
            declaration.region,
        )
    });
}
