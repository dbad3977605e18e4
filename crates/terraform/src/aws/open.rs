//! What lets callers in from outside: guests of identity pools, functions with an address,
//! shares with other organisations.

use model::{
    Carrier, Grant, Guard, GuardKind, Knowledge, Mechanism, Party, Patterns, PermissionSystem,
    Reach, Safety, Sourced, Trust,
};

use super::{ROLE, argument};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::{policy, remedy, values};

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    match resource.declaration.kind {
        "aws_cognito_identity_pool_roles_attachment" => guests(unit, resource, out),
        "aws_lambda_function_url" => function_url(unit, resource, out),
        "aws_ram_resource_share" => share(unit, resource, out),
        _ => {}
    }
}

/// The role that an identity pool gives to whoever has not signed in.
fn guests(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let roles = unit.get(resource, "roles");
    let role = roles.and_then(|it| values::member(&it, "unauthenticated"));
    let Some(role) = role else { return };
    let pool = unit.get(resource, "identity_pool_id");
    let pool = pool.and_then(|it| unit.addresses.target(&it, &["aws_cognito_identity_pool"]));
    let open = pool.and_then(|it| unit.resource(&it)).is_none_or(|it| {
        let allows = argument::truth(unit, it, &["allow_unauthenticated_identities"]);
        allows.is_unknown() || allows.value() == Some(&true)
    });
    let identity = unit.addresses.party(&role, ROLE);
    if !open || identity == Party::Unknown {
        return;
    }
    let place = values::last_place(&role.origin);
    out.trust(Trust {
        address: unit.address_below(resource, "roles.unauthenticated"),
        identity,
        principals: vec![Sourced::at(Party::Everyone, place)],
        mechanism: Mechanism::Binding,
        issuer: Knowledge::Absent,
        audience: Patterns::default(),
        subject: Patterns::default(),
        conditions: Vec::new(),
        conditions_known: true,
        place,
        region: resource.declaration.region,
    });
}

/// An address of a function at which nobody has to sign.
fn function_url(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = argument::text(unit, resource, &["authorization_type"]);
    let Knowledge::Known(kind) = kind else { return };
    if kind.value != "NONE" {
        return;
    }
    let action = Sourced::new("lambda:InvokeFunctionUrl".to_owned(), kind.origin.clone());
    let place = kind.place();
    out.grant(Grant {
        principals: vec![Sourced::new(Party::Everyone, kind.origin)],
        actions: Patterns::known(vec![action]),
        resources: unit
            .get(resource, "function_name")
            .map_or_else(Patterns::unknown, |it| policy::patterns(&it)),
        reach: Reach::Resource,
        bound: Some(true),
        ..Grant::new(
            unit.address(resource),
            PermissionSystem::Aws,
            Carrier::ResourcePolicy,
            place,
            resource.declaration.region,
        )
    });
}

/// A share that accounts outside of the organisation can be added to.
fn share(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let path = ["allow_external_principals"];
    let Knowledge::Known(open) = argument::truth(unit, resource, &path) else { return };
    out.guard(Guard {
        fix: open
            .value
            .then(|| remedy::set(resource.declaration, &path, "false", Safety::Unsafe))
            .flatten(),
        ..Guard::new(
            unit.address(resource),
            "AWS",
            path.join("."),
            GuardKind::OpenToOutsiders(open.value),
            open.place(),
            resource.declaration.region,
        )
    });
}
