//! What runs as which role.

use model::{Party, Use, UseMode};

use super::ROLE;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

/// Arguments that hand a role to what the resource runs.
const ARGUMENTS: &[&str] = &[
    "role",
    "role_arn",
    "task_role_arn",
    "execution_role_arn",
    "service_role",
    "service_role_arn",
    "iam_role_arn",
    "node_role_arn",
    "pod_execution_role_arn",
    "agent_resource_role_arn",
];

const PROFILE: &str = "aws_iam_instance_profile";

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    if !kind.starts_with("aws_") || kind.starts_with("aws_iam_") {
        return;
    }
    for argument in ARGUMENTS {
        let Some(value) = unit.get(resource, argument) else { continue };
        if let Some(role) = unit.addresses.target(&value, ROLE) {
            out.r#use(Use {
                from: Party::Address(unit.address(resource)),
                to: Party::Address(unit.named(&role)),
                mode: UseMode::RunsAs,
                place: values::last_place(&value.origin),
            });
        }
    }
    instance_profile(unit, resource, out);
}

/// An instance runs as the role in its instance profile.
fn instance_profile(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(value) = unit.get(resource, "iam_instance_profile") else { return };
    let profile = values::items(&value).iter().find_map(|it| {
        let named = values::member(it, "name").or_else(|| values::member(it, "arn"));
        unit.addresses.target(&named.unwrap_or_else(|| it.clone()), &[PROFILE])
    });
    let Some(profile) = profile.and_then(|it| unit.resource(&it)) else { return };
    let Some(role) = unit.get(profile, "role") else { return };
    out.r#use(Use {
        from: Party::Address(unit.address(resource)),
        to: unit.addresses.party(&role, ROLE),
        mode: UseMode::RunsAs,
        place: values::last_place(&value.origin),
    });
}
