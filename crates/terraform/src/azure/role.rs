//! Role assignments and role definitions of Azure.

use model::{
    Carrier, Condition, Data, Grant, Knowledge, Party, PermissionSystem, Reach, Sourced, Value,
};

use super::PRINCIPALS;
use crate::eval::{Object, Resource};
use crate::lower::{Collector, Unit};
use crate::policy;
use crate::values;

pub(super) fn assignment(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let role = unit
        .get(resource, "role_definition_name")
        .or_else(|| unit.get(resource, "role_definition_id"));
    let Some(role) = role else { return };
    let scope = unit.get(resource, "scope");
    let principal = unit.get(resource, "principal_id");
    let principals = principal
        .map(|it| Sourced::new(principal_of(unit, &it), it.origin.clone()))
        .into_iter()
        .collect();
    let (conditions, known) = condition(unit, resource);
    out.grant(Grant {
        principals,
        resources: scope.as_ref().map(policy::patterns).unwrap_or_default(),
        role: role_name(unit, &role),
        conditions,
        conditions_known: known,
        reach: scope.as_ref().map_or(Reach::Unknown, |it| reach(unit, it)),
        bound: Some(true),
        ..Grant::new(
            unit.address(resource),
            PermissionSystem::Azure,
            Carrier::RoleBinding,
            role.origin.place,
            resource.declaration.region,
        )
    });
}

/// The identity behind a principal id; a workload's own identity is the workload.
pub(super) fn principal_of(unit: &Unit<'_, '_>, value: &Value) -> Party {
    if let Some(found) = unit.addresses.target(value, PRINCIPALS) {
        return Party::Address(unit.named(&found));
    }
    match values::remote(value) {
        Some(remote)
            if remote.attribute.starts_with("identity")
                && unit.resource(&remote.address).is_some() =>
        {
            Party::Address(unit.named(&remote.address))
        }
        _ => Party::Unknown,
    }
}

/// A custom role of the unit, and one that a data source looks up, is named by its own name.
fn role_name(unit: &Unit<'_, '_>, role: &Value) -> Knowledge<String> {
    if let Some(found) = unit.addresses.target(role, &["azurerm_role_definition"]) {
        return unit.resource(&found).map_or_else(|| role.to_text(), |it| unit.text(it, "name"));
    }
    let looked_up = remote(role).and_then(|it| unit.evaluator.object(&it.address));
    match looked_up {
        Some(Object::Resource(found))
            if found.is_data && found.declaration.kind == "azurerm_role_definition" =>
        {
            let name = unit.text(&found, "name");
            if name.is_absent() { unit.text(&found, "role_definition_id") } else { name }
        }
        _ => role.to_text(),
    }
}

/// What a value refers to; an id may begin with the subscription that it holds in.
fn remote(role: &Value) -> Option<&model::Remote> {
    match &role.data {
        Data::String(text) => match text.pieces.last() {
            Some(model::Piece::Unknown { remote, .. }) => remote.as_deref(),
            _ => None,
        },
        _ => values::remote(role).map(AsRef::as_ref),
    }
}

fn condition(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> (Vec<Condition>, bool) {
    let Some(value) = unit.get(resource, "condition") else { return (Vec::new(), true) };
    let known = !value.is_unknown();
    let condition = Condition {
        operator: "expression".to_owned(),
        key: "condition".to_owned(),
        values: policy::patterns(&value),
        place: value.origin.place,
    };
    (vec![condition], known)
}

/// How far a scope reaches.
pub(crate) fn reach(unit: &Unit<'_, '_>, scope: &Value) -> Reach {
    if let Some(address) = values::remote(scope).map(|it| &*it.address) {
        let name = address.rsplit("module.").next().unwrap_or(address);
        return if name.contains("azurerm_subscription.") {
            Reach::Account
        } else if name.contains("azurerm_management_group.") {
            Reach::Organization
        } else if name.contains("azurerm_resource_group.") {
            Reach::Namespace
        } else if name.starts_with("data.") || unit.resource(address).is_some() {
            Reach::Resource
        } else {
            Reach::Unknown
        };
    }
    let Data::String(text) = &scope.data else { return Reach::Unknown };
    if !matches!(text.pieces.first(), Some(model::Piece::Literal { .. })) {
        return Reach::Unknown;
    }
    path_reach(&text.with_stand_in("x"))
}

fn path_reach(path: &str) -> Reach {
    let parts: Vec<String> =
        path.split('/').filter(|it| !it.is_empty()).map(str::to_ascii_lowercase).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => Reach::Organization,
        ["providers", "microsoft.management", "managementgroups", ..] => Reach::Organization,
        ["subscriptions", _] => Reach::Account,
        ["subscriptions", _, "resourcegroups", _] => Reach::Namespace,
        ["subscriptions", _, ..] => Reach::Resource,
        _ => Reach::Unknown,
    }
}

/// A custom role: what it permits, held by nobody until it is assigned.
pub(super) fn definition(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(permissions) = unit.get(resource, "permissions") else { return };
    let scope = unit.get(resource, "scope");
    let reach = scope.as_ref().map_or(Reach::Unknown, |it| reach(unit, it));
    for (at, block) in values::items(&permissions).iter().enumerate() {
        for argument in ["actions", "data_actions"] {
            let Some(actions) = values::member(block, argument) else { continue };
            let actions = policy::patterns(&actions);
            if actions.items.is_empty() {
                continue;
            }
            let place = actions.items.first().map_or(block.origin.place, Sourced::place);
            out.grant(Grant {
                actions,
                reach,
                ..Grant::new(
                    unit.address_below(resource, &format!("permissions[{at}].{argument}")),
                    PermissionSystem::Azure,
                    Carrier::Role,
                    place,
                    block.origin.place,
                )
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_ranked_by_their_path() {
        assert_eq!(path_reach("/"), Reach::Organization);
        assert_eq!(path_reach("/subscriptions/x"), Reach::Account);
        assert_eq!(path_reach("/subscriptions/x/resourceGroups/g"), Reach::Namespace);
        assert_eq!(
            path_reach("/subscriptions/x/resourceGroups/g/providers/Microsoft.Web/sites/s"),
            Reach::Resource
        );
        assert_eq!(
            path_reach("/providers/Microsoft.Management/managementGroups/m"),
            Reach::Organization
        );
    }
}
