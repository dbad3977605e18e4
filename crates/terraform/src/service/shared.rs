//! Variable sets of HCP Terraform that hand a credential to every workspace.

use model::{Carrier, Grant, Knowledge, PermissionSystem, Reach, Sourced};

use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

const ROLE: &str = "HCP Terraform variables for all workspaces";

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for set in unit.of_type("tfe_variable_set") {
        let Some(global) = unit.get(set, "global").filter(|it| it.as_bool() == Some(true)) else {
            continue;
        };
        let Some(variable) = unit.of_type("tfe_variable").find(|it| holds(unit, it, set)) else {
            continue;
        };
        out.grant(Grant {
            role: Knowledge::Known(Sourced::new(ROLE.to_owned(), global.origin.clone())),
            reach: Reach::Organization,
            bound: Some(true),
            bindings: vec![variable.declaration.place],
            ..Grant::new(
                unit.address(set),
                PermissionSystem::Saas,
                Carrier::Scope,
                global.origin.place,
                set.declaration.region,
            )
        });
    }
}

/// True for a variable of a set that holds a credential.
fn holds(unit: &Unit<'_, '_>, variable: &Resource<'_>, set: &Resource<'_>) -> bool {
    let of_set = unit.get(variable, "variable_set_id").is_some_and(|it| {
        unit.addresses.target(&it, &["tfe_variable_set"]).is_some_and(|it| it == set.address)
    });
    let key = unit.get(variable, "key").as_ref().and_then(values::known_text);
    of_set && key.is_some_and(|it| secrets::key_names_credential(&it).is_some())
}
