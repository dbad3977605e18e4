//! Policies: statements of Vault, Consul and Nomad as grants.

use model::{
    Address, Carrier, Condition, Data, Effect, Entry, Grant, Patterns, PermissionSystem, Sourced,
    Value,
};

use super::detect::{CONSUL, CONSUL_LEVELS, NOMAD};
use super::{blocks, labelled};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy::{json, patterns};
use crate::values;

/// Levels of Consul's nested namespaces and partitions that are entered.
const LEVELS: usize = 3;

type AddressOf<'a> = &'a dyn Fn(&str) -> Address;

/// The policy that a resource holds as text.
pub(super) fn resource(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let (argument, lower): (_, fn(&Value, AddressOf<'_>, &mut Collector)) =
        match resource.declaration.kind {
            "vault_policy" => ("policy", vault),
            "consul_acl_policy" => ("rules", consul),
            "nomad_acl_policy" => ("rules_hcl", nomad),
            _ => return,
        };
    let Some(value) = unit.get(resource, argument) else { return };
    let parsed = match &value.data {
        Data::Map(_) => value,
        Data::String(text) => {
            let parsed = if json::looks_like(text) {
                json::value(text, &value.origin)
            } else {
                json::hcl(text, &value.origin)
            };
            let Some(parsed) = parsed else { return };
            parsed
        }
        _ => return,
    };
    let address = |path: &str| unit.address_below(resource, path);
    lower(&parsed, &address, out);
}

/// A Vault policy: `path "secret/data/app" { capabilities = ["read"] }`.
pub(super) fn vault(value: &Value, address: AddressOf<'_>, out: &mut Collector) {
    for path in labelled(value, "path") {
        let listed = path.value.get("capabilities").or_else(|| path.value.get("policy"));
        let Some(listed) = listed else { continue };
        let actions = patterns(listed);
        let denies = actions.find("deny").is_some();
        let mut grant = statement(PermissionSystem::Vault, address, "path", path, actions);
        grant.conditions = CONSTRAINTS
            .iter()
            .filter_map(|it| path.value.entry(it))
            .map(|it| Condition {
                operator: "expression".to_owned(),
                key: it.key.to_string(),
                values: Patterns::unknown(),
                place: it.key_origin.place,
            })
            .collect();
        if denies {
            grant.effect = Effect::Deny;
        }
        out.grant(grant);
    }
}

/// What narrows a Vault statement.
const CONSTRAINTS: [&str; 6] = [
    "allowed_parameters",
    "denied_parameters",
    "required_parameters",
    "min_wrapping_ttl",
    "max_wrapping_ttl",
    "control_group",
];

/// A Consul policy: `key_prefix "app/" { policy = "write" }`, `acl = "read"`.
pub(super) fn consul(value: &Value, address: AddressOf<'_>, out: &mut Collector) {
    consul_within(value, address, "", 0, out);
}

fn consul_within(
    value: &Value,
    address: AddressOf<'_>,
    within: &str,
    level: usize,
    out: &mut Collector,
) {
    for key in CONSUL_LEVELS {
        let Some(entry) = value.entry(key) else { continue };
        if let Data::String(_) = entry.value.data {
            out.grant(level_grant(PermissionSystem::Consul, address, within, entry));
        }
    }
    for kind in CONSUL {
        for entry in labelled(value, kind) {
            let Some(policy) = entry.value.get("policy") else { continue };
            let path = format!("{within}{kind}");
            let actions = patterns(policy);
            let mut grant = statement(PermissionSystem::Consul, address, &path, entry, actions);
            deny(&mut grant);
            out.grant(grant);
        }
    }
    for kind in ["namespace", "namespace_prefix", "partition", "partition_prefix"] {
        for entry in labelled(value, kind) {
            if level < LEVELS {
                let within = format!("{within}{kind} {}/", entry.key);
                consul_within(&entry.value, address, &within, level + 1, out);
            }
        }
    }
}

/// A Nomad policy: `namespace "*" { policy = "write" }`, `operator { policy = "read" }`.
pub(super) fn nomad(value: &Value, address: AddressOf<'_>, out: &mut Collector) {
    for kind in ["namespace", "node_pool", "host_volume"] {
        for entry in labelled(value, kind) {
            let mut actions = entry.value.get("policy").map(patterns).unwrap_or_default();
            if let Some(listed) = entry.value.get("capabilities") {
                let listed = patterns(listed);
                actions.partial |= listed.partial;
                actions.stated = true;
                actions.items.extend(listed.items);
            }
            if !actions.stated {
                continue;
            }
            let mut grant = statement(PermissionSystem::Nomad, address, kind, entry, actions);
            deny(&mut grant);
            out.grant(grant);
        }
    }
    for kind in NOMAD {
        for body in blocks(value, kind) {
            if let Some(policy) = body.entry("policy") {
                let named = Entry { key: (*kind).into(), ..policy.clone() };
                let mut grant = level_grant(PermissionSystem::Nomad, address, "", &named);
                grant.region = body.origin.place;
                out.grant(grant);
            }
        }
    }
}

fn deny(grant: &mut Grant) {
    if grant.actions.items.iter().all(|it| it.value == "deny") && !grant.actions.partial {
        grant.effect = Effect::Deny;
    }
}

/// A statement on one labelled thing.
fn statement(
    system: PermissionSystem,
    address: AddressOf<'_>,
    kind: &str,
    entry: &Entry,
    actions: Patterns,
) -> Grant {
    let name = match system {
        PermissionSystem::Vault => entry.key.to_string(),
        _ => format!("{kind}:{}", entry.key),
    };
    let resource = Sourced::new(name, entry.key_origin.clone());
    let below = format!("{kind}.{}", entry.key);
    grant(system, address(&below), actions, resource, entry.value.origin.place)
}

/// A statement whose key is the thing and whose value is the level.
fn level_grant(
    system: PermissionSystem,
    address: AddressOf<'_>,
    within: &str,
    entry: &Entry,
) -> Grant {
    let name = format!("{within}{}", entry.key);
    let resource = Sourced::new(name.clone(), entry.key_origin.clone());
    let actions = patterns(&entry.value);
    let place = entry.value.origin.place;
    let mut grant = grant(system, address(&name), actions, resource, place);
    deny(&mut grant);
    grant
}

fn grant(
    system: PermissionSystem,
    address: Address,
    actions: Patterns,
    resource: Sourced<String>,
    region: model::Place,
) -> Grant {
    let place = resource.place();
    Grant {
        actions,
        resources: Patterns::known(vec![resource]),
        ..Grant::new(address, system, Carrier::IdentityPolicy, place, region)
    }
}

/// The policy that a `vault_policy_document` makes, in the shape of the language.
pub(crate) fn document(rules: Option<&Value>, origin: &model::Origin) -> Value {
    let mut paths = Vec::new();
    for rule in crate::eval::blocks(rules) {
        let path = values::member(&rule, "path");
        let known = path.as_ref().and_then(values::known_text);
        match (known, path) {
            (Some(text), Some(path)) => {
                paths.push(values::entry(text, path.origin.clone(), rule.clone()));
            }
            _ => paths.push(values::rest_entry(Value::unknown(rule.origin.clone()))),
        }
    }
    let paths = values::map(paths, origin.clone());
    values::map(vec![values::entry("path", origin.clone(), paths)], origin.clone())
}
