//! Assignments for a time: Privileged Identity Management of Azure and Entra ID.

use model::{Guard, GuardKind, Knowledge, Place};

use crate::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};

/// Ways to what ends an assignment of a role.
const ENDS: [[&str; 3]; 3] = [
    ["schedule", "expiration", "duration_days"],
    ["schedule", "expiration", "duration_hours"],
    ["schedule", "expiration", "end_date_time"],
];

/// Assignments of roles, and whether they hold without being asked for.
const ROLES: &[(&str, bool)] = &[
    ("azurerm_pim_active_role_assignment", true),
    ("azurerm_pim_eligible_role_assignment", false),
];

/// Memberships in groups that hold roles.
const GROUPS: &[(&str, bool)] = &[
    ("azuread_privileged_access_group_assignment_schedule", true),
    ("azuread_privileged_access_group_eligibility_schedule", false),
];

/// The argument that makes a membership last.
const PERMANENT: [&str; 1] = ["permanent_assignment"];

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    if let Some((_, active)) = ROLES.iter().find(|it| it.0 == kind) {
        let ends = ENDS.map(|it| argument::text(unit, resource, &it));
        let known = ends.iter().find_map(|it| it.known().map(|it| it.place()));
        if known.is_some() || ends.iter().all(Knowledge::is_absent) {
            out.guard(guard(
                unit,
                resource,
                "schedule.expiration",
                known.is_some(),
                *active,
                known,
            ));
        }
    }
    if let Some((_, active)) = GROUPS.iter().find(|it| it.0 == kind)
        && let Knowledge::Known(lasts) = argument::truth(unit, resource, &PERMANENT)
    {
        let place = Some(lasts.place());
        out.guard(guard(unit, resource, PERMANENT[0], !lasts.value, *active, place));
    }
}

fn guard(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    setting: &str,
    ends: bool,
    active: bool,
    place: Option<Place>,
) -> Guard {
    let declaration = resource.declaration;
    Guard {
        stated: place.is_some(),
        ..Guard::new(
            unit.address(resource),
            "Azure",
            setting.to_owned(),
            GuardKind::AssignmentEnds { ends, active },
            place.unwrap_or(declaration.place),
            declaration.region,
        )
    }
}
