//! `*_iam_member`, `*_iam_binding`, `*_iam_policy` and custom roles.

use model::{
    Carrier, Condition, Grant, Knowledge, Mechanism, Party, Patterns, PermissionSystem, Place,
    Reach, Sourced, Trust, Value, google,
};

use super::{SERVICE_ACCOUNT, member};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy;
use crate::values;

/// One role for some members, as it is written.
struct Binding {
    role: Value,
    members: Vec<Value>,
    condition: Option<Value>,
    place: Place,
    path: String,
}

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    let Some((subject, form)) = kind.rsplit_once("_iam_") else { return };
    let reach = reach(subject);
    for binding in bindings(unit, resource, form) {
        let members: Vec<Sourced<Party>> = binding
            .members
            .iter()
            .map(|it| Sourced::new(member::party(unit, it), it.origin.clone()))
            .collect();
        let (conditions, known) = condition(binding.condition.as_ref());
        if subject == "google_service_account" {
            trusts(unit, resource, &binding, &members, &conditions, known, out);
        }
        let address = if binding.path.is_empty() {
            unit.address(resource)
        } else {
            unit.address_below(resource, &binding.path)
        };
        out.grant(Grant {
            principals: members,
            role: binding.role.to_text(),
            conditions,
            conditions_known: known,
            reach,
            bound: Some(true),
            ..Grant::new(
                address,
                PermissionSystem::Google,
                Carrier::RoleBinding,
                binding.role.origin.place,
                binding.place,
            )
        });
    }
}

fn bindings(unit: &Unit<'_, '_>, resource: &Resource<'_>, form: &str) -> Vec<Binding> {
    let get = |name: &str| unit.get(resource, name);
    let region = resource.declaration.region;
    match form {
        "member" | "binding" => {
            let argument = if form == "member" { "member" } else { "members" };
            let Some(role) = get("role") else { return Vec::new() };
            let members = get(argument);
            // Who sets an empty list takes the role away from everybody.
            if members.as_ref().is_some_and(values::is_empty) {
                return Vec::new();
            }
            let members = members.map(|it| values::items(&it)).unwrap_or_default();
            let condition = get("condition");
            vec![Binding { role, members, condition, place: region, path: String::new() }]
        }
        "policy" => {
            let Some(data) = get("policy_data") else { return Vec::new() };
            policy_bindings(&data)
        }
        _ => Vec::new(),
    }
}

/// The bindings of a whole policy, from `google_iam_policy` or JSON.
fn policy_bindings(data: &Value) -> Vec<Binding> {
    let parsed = match &data.data {
        model::Data::String(text) => policy::json::value(text, &data.origin),
        _ => Some(data.clone()),
    };
    let list = parsed.as_ref().and_then(|it| values::member(it, "bindings"));
    let read = |(at, it): (usize, &Value)| {
        let members = values::member(it, "members").filter(|it| !values::is_empty(it))?;
        Some(Binding {
            role: values::member(it, "role")?,
            members: values::items(&members),
            condition: values::member(it, "condition"),
            place: it.origin.place,
            path: format!("binding[{at}]"),
        })
    };
    let items = list.map(|it| values::items(&it)).unwrap_or_default();
    items.iter().enumerate().filter_map(read).collect()
}

/// The condition of a binding, as a block or an object.
fn condition(value: Option<&Value>) -> (Vec<Condition>, bool) {
    let Some(value) = value else { return (Vec::new(), true) };
    let mut conditions = Vec::new();
    let mut known = true;
    for block in values::items(value) {
        let Some(expression) = values::member(&block, "expression") else {
            known &= !block.is_unknown() && values::rest(&block).is_none();
            continue;
        };
        let title = block.get("title").and_then(values::known_text).unwrap_or_default();
        conditions.push(Condition {
            operator: "expression".to_owned(),
            key: title,
            values: policy::patterns(&expression),
            place: expression.origin.place,
        });
    }
    (conditions, known)
}

/// How far a binding on this kind of resource reaches.
fn reach(subject: &str) -> Reach {
    match subject {
        "google_project" => Reach::Account,
        "google_folder" | "google_organization" | "google_billing_account" => Reach::Organization,
        _ => Reach::Resource,
    }
}

/// Members that may act as the service account on which the binding is.
fn trusts(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    binding: &Binding,
    members: &[Sourced<Party>],
    conditions: &[Condition],
    known: bool,
    out: &mut Collector,
) {
    let Some(role) = values::known_text(&binding.role) else { return };
    if !google::IMPERSONATION.contains(&role.as_str()) || members.is_empty() {
        return;
    }
    let Some(account) = unit.get(resource, "service_account_id") else { return };
    let federated = members.iter().any(|it| matches!(it.value, Party::Federated(_)));
    let subject: Vec<Sourced<String>> = members
        .iter()
        .filter_map(|it| match &it.value {
            Party::Federated(name) => Some(Sourced::new(name.clone(), it.origin.clone())),
            _ => None,
        })
        .collect();
    out.trust(Trust {
        address: unit.address_below(resource, "member"),
        identity: unit.addresses.party(&account, SERVICE_ACCOUNT),
        principals: members.to_vec(),
        mechanism: if federated { Mechanism::Federation } else { Mechanism::Impersonation },
        issuer: Knowledge::Absent,
        audience: Patterns::default(),
        subject: if federated { Patterns::known(subject) } else { Patterns::default() },
        conditions: conditions.to_vec(),
        conditions_known: known,
        place: members.first().map_or(binding.place, Sourced::place),
        region: binding.place,
    });
}

/// A custom role: what it permits, held by nobody until it is bound.
pub(super) fn custom_role(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(permissions) = unit.get(resource, "permissions") else { return };
    out.grant(Grant {
        actions: policy::patterns(&permissions),
        ..Grant::new(
            unit.address(resource),
            PermissionSystem::Google,
            Carrier::Role,
            resource.declaration.place,
            resource.declaration.region,
        )
    });
}
