//! Teams of HCP Terraform that have a token, and with it what the team may do everywhere.

use model::{Carrier, Grant, IdentityKind, Knowledge, Party, PermissionSystem, Reach, Sourced};

use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

/// Permissions on the whole organisation that weigh something.
const PERMISSIONS: &[&str] = &[
    "manage_membership",
    "manage_organization_access",
    "manage_policies",
    "manage_policy_overrides",
    "manage_projects",
    "manage_workspaces",
];

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for team in unit.of_type("tfe_team") {
        let mut tokens = unit.of_type("tfe_team_token");
        // Without a token, only people act for a team.
        let Some(token) = tokens.find(|it| is_of(unit, it, team)) else { continue };
        let access = unit.get(team, "organization_access");
        for block in access.iter().flat_map(values::items) {
            for permission in PERMISSIONS {
                let Some(value) = values::member(&block, permission) else { continue };
                if value.as_bool() == Some(true) {
                    let name = format!("HCP Terraform {permission}");
                    let role = Sourced::new(name, value.origin);
                    out.grant(grant(unit, team, token, role));
                }
            }
        }
    }
}

fn is_of(unit: &Unit<'_, '_>, token: &Resource<'_>, team: &Resource<'_>) -> bool {
    let of = unit.get(token, "team_id");
    of.is_some_and(|it| {
        unit.addresses.target(&it, &["tfe_team"]).is_some_and(|it| it == team.address)
    })
}

fn grant(
    unit: &Unit<'_, '_>,
    team: &Resource<'_>,
    token: &Resource<'_>,
    role: Sourced<String>,
) -> Grant {
    let name = unit.get(team, "name").as_ref().and_then(values::known_text);
    let name = name.unwrap_or_else(|| team.declaration.name.to_owned());
    let holder = Party::Named { kind: IdentityKind::SaasAccount, name };
    let place = role.place();
    Grant {
        principals: vec![Sourced::at(holder, token.declaration.place)],
        role: Knowledge::Known(role),
        reach: Reach::Organization,
        bound: Some(true),
        bindings: vec![token.declaration.place],
        ..Grant::new(
            unit.address_below(team, "organization_access"),
            PermissionSystem::Saas,
            Carrier::RoleBinding,
            place,
            team.declaration.region,
        )
    }
}
