//! Providers of workload identity pools: whose tokens are let in.

use model::{
    Condition, Data, Knowledge, Mechanism, Origin, Party, Patterns, Sourced, Trust, Value,
};

use crate::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy;

/// An outside issuer of a pool. Providers for AWS and SAML name the account or the metadata of
/// the one party that they trust, and say nothing here.
pub(super) fn provider(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let issuer = argument::text(unit, resource, &["oidc", "issuer_uri"]);
    if issuer.is_absent() {
        return;
    }
    let audience = argument::reference(unit, resource, &["oidc", "allowed_audiences"]);
    let written = unit.evaluator.written(resource, "attribute_condition");
    // A null that comes through a variable is for the callers of the module to fill.
    let is_null = |it: &Value| matches!(it.data, Data::Null);
    let unfilled = written.as_ref().is_some_and(|it| is_null(it) && !it.origin.steps().is_empty());
    let condition = written.filter(|it| !is_null(it));
    let conditions = condition.iter().map(|it| Condition {
        operator: "expression".to_owned(),
        key: "attribute_condition".to_owned(),
        values: policy::patterns(it),
        place: it.origin.place,
    });
    let (principal, origin) = match &issuer {
        Knowledge::Known(it) => (Party::Federated(it.value.clone()), it.origin.clone()),
        _ => (Party::Unknown, Origin::at(resource.declaration.place)),
    };
    let place = condition.as_ref().map_or(origin.place, |it| it.origin.place);
    out.trust(Trust {
        address: unit.address(resource),
        identity: Party::Unknown,
        principals: vec![Sourced::new(principal, origin)],
        mechanism: Mechanism::Pool,
        issuer,
        audience: audience.as_ref().map(policy::patterns).unwrap_or_default(),
        subject: Patterns::default(),
        conditions: conditions.collect(),
        conditions_known: !unfilled && condition.as_ref().is_none_or(|it| !it.is_unknown()),
        place,
        region: resource.declaration.region,
    });
}
