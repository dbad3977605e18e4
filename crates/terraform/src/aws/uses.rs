//! What runs as which role.

use model::{Party, Use, UseMode};

use super::{ROLE, argument};
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
    "execution_role",
    "job_role_arn",
    "data_access_role_arn",
];

/// Nested blocks that hand a role to what the resource runs, and the argument inside.
const NESTED: &[(&str, &[&str])] = &[
    ("aws_apprunner_service", &["instance_configuration", "instance_role_arn"]),
    (
        "aws_apprunner_service",
        &["source_configuration", "authentication_configuration", "access_role_arn"],
    ),
    ("aws_sagemaker_domain", &["default_user_settings", "execution_role"]),
    ("aws_sagemaker_user_profile", &["user_settings", "execution_role"]),
    ("aws_batch_compute_environment", &["compute_resources", "spot_iam_fleet_role"]),
    ("aws_scheduler_schedule", &["target", "role_arn"]),
];

const PROFILE: &str = "aws_iam_instance_profile";

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    // What only says who may act as a role runs nothing itself.
    let runs = kind.starts_with("aws_")
        && !kind.starts_with("aws_iam_")
        && kind != "aws_eks_pod_identity_association";
    if !runs {
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
    for (_, path) in NESTED.iter().filter(|it| it.0 == kind) {
        let Some(value) = argument::reference(unit, resource, path) else { continue };
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
    batch_machines(unit, resource, out);
}

/// Machines of a batch environment run as the role in their instance profile.
fn batch_machines(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    if resource.declaration.kind != "aws_batch_compute_environment" {
        return;
    }
    let profile = argument::reference(unit, resource, &["compute_resources", "instance_role"]);
    let Some(value) = profile else { return };
    let Some(profile) = unit.addresses.target(&value, &[PROFILE]) else { return };
    let Some(role) = unit.resource(&profile).and_then(|it| unit.get(it, "role")) else { return };
    out.r#use(Use {
        from: Party::Address(unit.address(resource)),
        to: unit.addresses.party(&role, ROLE),
        mode: UseMode::RunsAs,
        place: values::last_place(&value.origin),
    });
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
