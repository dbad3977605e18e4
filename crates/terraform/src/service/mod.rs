//! Roles, scopes and settings of services and databases.

mod cloudflare;
mod row;
mod shared;
mod teams;
mod vault;

use model::{
    Carrier, Data, Grant, IdentityKind, Knowledge, Origin, Party, PermissionSystem, Sourced, Value,
};

use crate::eval::{Object, Resource};
use crate::lower::{Collector, Unit};
use crate::values;
use row::{Role, Row};

/// Resource types that are accounts of persons.
const PERSONS: &[&str] = &[
    "azuread_user",
    "databricks_user",
    "github_membership",
    "gitlab_user",
    "grafana_user",
    "okta_user",
    "snowflake_user",
];

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    let mut kinds: Vec<&str> = unit.resources.iter().map(|it| it.declaration.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let rows = row::rows(kind);
        for resource in unit.of_type(kind) {
            for row in &rows {
                grants(unit, resource, row, out);
            }
        }
    }
    shared::lower(unit, out);
    teams::lower(unit, out);
    vault::lower(unit, out);
    cloudflare::lower(unit, out);
}

fn grants(unit: &Unit<'_, '_>, resource: &Resource<'_>, row: &Row, out: &mut Collector) {
    if resource.declaration.is_ephemeral() || !row.when.iter().all(|it| it.holds(unit, resource)) {
        return;
    }
    let principals: Vec<Sourced<Party>> = principals(unit, resource, row);
    for (role, path) in roles(unit, resource, row) {
        let place = role.place();
        out.grant(Grant {
            principals: principals.clone(),
            role: Knowledge::Known(Sourced::new(
                format!("{} {}", row.service, role.value),
                role.origin,
            )),
            bound: Some(true),
            ..Grant::new(
                match path.is_empty() {
                    true => unit.address(resource),
                    false => unit.address_below(resource, path),
                },
                row.system,
                if row.is_scope { Carrier::Scope } else { Carrier::RoleBinding },
                place,
                resource.declaration.region,
            )
        });
    }
}

/// The roles that a row finds in a resource, without their service.
fn roles<'r>(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    row: &'r Row,
) -> Vec<(Sourced<String>, &'r str)> {
    let path = row.path.as_str();
    let kind_place = Origin::at(resource.declaration.kind_place());
    let mut parts = path.split('.');
    let (first, rest) = (parts.next().unwrap_or(""), parts);
    if let Role::Always(name) = &row.role {
        return vec![(Sourced::new((*name).to_owned(), kind_place), "")];
    }
    let Some(value) = unit.get(resource, first) else {
        let absent = match &row.role {
            Role::Absent(name) => Some(Sourced::new((*name).to_owned(), kind_place)),
            _ => None,
        };
        return absent.map(|it| (it, path)).into_iter().collect();
    };
    let blocks = values::items(&value);
    // A block that says nothing of it, as far as it can be read.
    if let (Role::Absent(name), Some(argument)) = (&row.role, rest.clone().next()) {
        let silent = |it: &&Value| {
            matches!(it.data, Data::Map(_))
                && values::rest(it).is_none()
                && values::member(it, argument).is_none_or(|it| matches!(it.data, Data::Null))
        };
        let silent = blocks.iter().filter(silent);
        let role = |it: &Value| (Sourced::at((*name).to_owned(), it.origin.place), path);
        return silent.map(role).collect();
    }
    let found = rest.fold(blocks, |found, name| {
        let below = found.iter().filter_map(|it| values::member(it, name));
        below.flat_map(|it| values::items(&it)).collect()
    });
    let roles = found.iter().filter_map(|it| named(unit, it, &row.role));
    roles.map(|it| (it, path)).collect()
}

fn named(unit: &Unit<'_, '_>, value: &Value, role: &Role) -> Option<Sourced<String>> {
    let name = match role {
        Role::Text => values::known_text(value)?,
        Role::Values(values) => {
            let text = values::known_text(value)?;
            let (_, name) = values.iter().find(|(from, _)| from.eq_ignore_ascii_case(&text))?;
            (*name).to_owned()
        }
        Role::Referred(argument) => {
            let remote = values::remote(value)?;
            let Some(Object::Resource(found)) = unit.evaluator.object(&remote.address) else {
                return None;
            };
            values::known_text(&unit.get(&found, argument)?)?
        }
        Role::Always(_) | Role::Absent(_) => return None,
    };
    // Identifiers of databases may stand in quotes of their own.
    let name = name.trim_matches('"').to_owned();
    Some(Sourced::new(name, value.origin.clone()))
}

/// Who gets it, by name.
fn principals(unit: &Unit<'_, '_>, resource: &Resource<'_>, row: &Row) -> Vec<Sourced<Party>> {
    let Some(value) = unit.get(resource, row.principal) else { return Vec::new() };
    let kind = match row.system {
        PermissionSystem::Database => IdentityKind::DatabaseUser,
        _ => IdentityKind::SaasAccount,
    };
    let party = |it: &Value| {
        let name = match (values::known_text(it), values::remote(it)) {
            (Some(name), _) => name,
            (None, Some(remote)) => remote.address.to_string(),
            (None, None) => return None,
        };
        // Persons are written as in the policies of clouds.
        let is_person = unit.addresses.target(it, PERSONS).is_some();
        let name = if is_person { format!("user:{name}") } else { name };
        Some(Sourced::new(Party::Named { kind, name }, it.origin.clone()))
    };
    match &value.data {
        Data::Null => Vec::new(),
        _ => values::items(&value).iter().filter_map(party).collect(),
    }
}
