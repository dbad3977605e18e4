//! Machines, and how easily what runs on them reaches their credentials.

use model::{Guard, GuardKind, Knowledge, Safety};

use super::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::remedy;

/// Resource types whose machines have a metadata service, its block, and whether a machine that
/// names no instance profile has no credentials.
const MACHINES: &[(&str, &str, bool)] = &[
    ("aws_instance", "metadata_options", true),
    ("aws_spot_instance_request", "metadata_options", true),
    ("aws_launch_template", "metadata_options", false),
    ("aws_launch_configuration", "metadata_options", true),
    ("aws_imagebuilder_infrastructure_configuration", "instance_metadata_options", false),
];

/// The setting of a machine, and the default of a region for machines that have none.
pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    let Some((_, block, own)) = MACHINES.iter().find(|it| it.0 == kind) else { return };
    let has_role = unit.get(resource, "iam_instance_profile").is_some();
    if *own && !has_role {
        return;
    }
    // Who cannot ask the service needs no session.
    let endpoint = argument::text(unit, resource, &[block, "http_endpoint"]);
    if endpoint.is_unknown() || endpoint.value().is_some_and(|it| it == "disabled") {
        return;
    }
    if has_role {
        hops(unit, resource, block, out);
    }
    let tokens = argument::text(unit, resource, &[block, "http_tokens"]);
    let (open, place) = match &tokens {
        Knowledge::Known(it) => match it.value.as_str() {
            "required" => (false, it.place()),
            "optional" => (true, it.place()),
            _ => return,
        },
        // A template without a role leaves both to whoever uses it, and a default of the region
        // may say what a machine does not.
        Knowledge::Absent if !has_role || has_default(unit) => return,
        Knowledge::Absent => (true, resource.declaration.place),
        Knowledge::Unknown(_) => return,
    };
    let path = [*block, "http_tokens"];
    out.guard(Guard {
        stated: !tokens.is_absent(),
        fix: open
            .then(|| remedy::set(resource.declaration, &path, "\"required\"", Safety::Unsafe))
            .flatten(),
        ..Guard::new(
            unit.address(resource),
            "AWS",
            path.join("."),
            GuardKind::MachineCredentialsOpen(open),
            place,
            resource.declaration.region,
        )
    });
}

/// Hops that an answer of the metadata service needs to reach a container on the machine.
const CONTAINER: u64 = 2;

/// How far from the machine an answer of the metadata service can be read.
fn hops(unit: &Unit<'_, '_>, resource: &Resource<'_>, block: &str, out: &mut Collector) {
    let path = [block, "http_put_response_hop_limit"];
    let Knowledge::Known(limit) = argument::whole(unit, resource, &path) else { return };
    let open = limit.value > CONTAINER;
    out.guard(Guard {
        fix: open.then(|| remedy::set(resource.declaration, &path, "1", Safety::Unsafe)).flatten(),
        ..Guard::new(
            unit.address(resource),
            "AWS",
            path.join("."),
            GuardKind::MachineCredentialsOpen(open),
            limit.place(),
            resource.declaration.region,
        )
    });
}

/// True when the default of a region is declared, which covers machines that say nothing.
fn has_default(unit: &Unit<'_, '_>) -> bool {
    unit.of_type("aws_ec2_instance_metadata_defaults").any(|it| {
        let tokens = argument::text(unit, it, &["http_tokens"]);
        tokens.is_unknown() || tokens.value().is_some_and(|it| it == "required")
    })
}
