//! AKS: whose identity pods have.

use model::{ConfigScope, Guard, GuardKind, Knowledge, Safety};

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
        agent: unit.address(resource),
        client: "Azure",
        setting: IDENTITIES[0].to_owned(),
        kind: GuardKind::WorkloadIdentities(own),
        scope: ConfigScope::Project,
        effective: true,
        stated: stated.is_some(),
        place: stated.unwrap_or(declaration.place),
        region: declaration.region,
        fix: (!own && issuer).then(set).flatten(),
    });
}
