//! Access policies of key vaults: who may do what with everything of a kind.

use model::{Carrier, Grant, Party, Patterns, PermissionSystem, Reach, Sourced, Value};

use super::role;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::{policy, values};

/// Permissions of an access policy, and what they are about.
const KINDS: &[(&str, &str)] = &[
    ("certificate_permissions", "certificates"),
    ("key_permissions", "keys"),
    ("secret_permissions", "secrets"),
    ("storage_permissions", "storage"),
];

/// An access policy of its own.
pub(super) fn access_policy(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let get = |name: &str| unit.get(resource, name);
    grants(unit, resource, "", &get, resource.declaration.region, out);
}

/// The access policies inside a vault.
pub(super) fn inline_policies(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(blocks) = unit.get(resource, "access_policy") else { return };
    for (at, block) in values::items(&blocks).iter().enumerate() {
        let get = |name: &str| values::member(block, name);
        let path = format!("access_policy[{at}].");
        grants(unit, resource, &path, &get, block.origin.place, out);
    }
}

fn grants(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &str,
    get: &dyn Fn(&str) -> Option<Value>,
    region: model::Place,
    out: &mut Collector,
) {
    let holder = get("object_id").map(|it| Sourced::new(holder(unit, &it), it.origin.clone()));
    for (argument, about) in KINDS {
        let Some(value) = get(argument) else { continue };
        let actions = policy::patterns(&value);
        if actions.items.is_empty() {
            continue;
        }
        let place = actions.items.first().map_or(value.origin.place, Sourced::place);
        let about = Sourced::new((*about).to_owned(), value.origin.clone());
        out.grant(Grant {
            principals: holder.iter().cloned().collect(),
            actions,
            resources: Patterns::known(vec![about]),
            reach: Reach::Resource,
            bound: Some(true),
            ..Grant::new(
                unit.address_below(resource, &format!("{path}{argument}")),
                PermissionSystem::Azure,
                Carrier::ResourcePolicy,
                place,
                region,
            )
        });
    }
}

/// Who runs Terraform, which the files do not name, or who is declared.
fn holder(unit: &Unit<'_, '_>, value: &Value) -> Party {
    let runs_terraform = values::remote(value).is_some_and(|it| {
        let name = it.address.rsplit("module.").next().unwrap_or(&it.address);
        name.contains("azurerm_client_config.") || name.contains("azuread_client_config.")
    });
    if runs_terraform {
        return Party::Service("azurerm_client_config".to_owned());
    }
    role::principal_of(unit, value)
}
