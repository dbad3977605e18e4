//! Tokens of Cloudflare: which permission groups they hold, on what.

use model::{
    Carrier, Condition, Effect, Grant, IdentityKind, Party, Patterns, PermissionSystem, Sourced,
    Value,
};

use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy;
use crate::policy::json;
use crate::values;

const TOKENS: &[&str] = &["cloudflare_account_token", "cloudflare_api_token"];

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in TOKENS.iter().flat_map(|it| unit.of_type(it)) {
        // Blocks in version 4 of the provider, a list of objects from version 5 on.
        for argument in ["policy", "policies"] {
            let policies = unit.get(resource, argument);
            for (at, policy) in policies.iter().flat_map(values::items).enumerate() {
                let path = format!("{argument}[{at}]");
                out.grant(grant(unit, resource, &policy, &path));
            }
        }
    }
}

fn grant(unit: &Unit<'_, '_>, resource: &Resource<'_>, policy: &Value, path: &str) -> Grant {
    let name = unit.get(resource, "name").as_ref().and_then(values::known_text);
    let name = name.unwrap_or_else(|| resource.declaration.name.to_owned());
    let holder = Party::Named { kind: IdentityKind::SaasAccount, name };
    let effect = values::member(policy, "effect").and_then(|it| values::known_text(&it));
    let condition = unit.get(resource, "condition");
    let (conditions, conditions_known) = conditions(condition.as_ref());
    Grant {
        principals: vec![Sourced::at(holder, resource.declaration.place)],
        effect: if effect.as_deref() == Some("deny") { Effect::Deny } else { Effect::Allow },
        actions: groups(policy),
        resources: resources(policy),
        conditions,
        conditions_known,
        bound: Some(true),
        ..Grant::new(
            unit.address_below(resource, path),
            PermissionSystem::Saas,
            Carrier::Scope,
            resource.declaration.place,
            policy.origin.place,
        )
    }
}

/// Permission groups by name. Their ids say nothing; the data source that lists them is asked
/// for one by its name.
fn groups(policy: &Value) -> Patterns {
    let mut found = Patterns::known(Vec::new());
    let groups = values::member(policy, "permission_groups");
    for group in groups.iter().flat_map(values::items) {
        let id = values::member(&group, "id").unwrap_or(group);
        let name = values::remote(&id).and_then(|it| {
            let (_, last) = it.attribute.rsplit_once('[')?;
            Some(last.trim_end_matches(']').trim_matches('"').to_owned())
        });
        match name {
            Some(name) => found.items.push(Sourced::new(name, id.origin)),
            None => found.partial = true,
        }
    }
    found
}

/// What the keys of the resources name; below an account they may name its zones.
fn resources(policy: &Value) -> Patterns {
    let Some(value) = values::member(policy, "resources") else { return Patterns::default() };
    let parsed = match &value.data {
        model::Data::String(text) => json::value(text, &value.origin),
        _ => None,
    };
    let value = parsed.unwrap_or(value);
    let entries = values::entries(&value);
    let items = entries.map(|it| Sourced::new(it.key.to_string(), it.key_origin.clone()));
    let mut found = Patterns::known(items.collect());
    found.partial = value.is_unknown() || values::rest(&value).is_some();
    found
}

/// The addresses from which a token is taken.
fn conditions(condition: Option<&Value>) -> (Vec<Condition>, bool) {
    let Some(condition) = condition else { return (Vec::new(), true) };
    let mut found = Vec::new();
    let mut known = !condition.is_unknown();
    for block in values::items(condition) {
        known &= values::rest(&block).is_none() && !block.is_unknown();
        let addresses =
            ["request_ip", "request.ip"].iter().find_map(|it| values::member(&block, it));
        for address in addresses.iter().flat_map(values::items) {
            let within =
                values::member(&address, "in").or_else(|| values::member(&address, "not_in"));
            found.push(Condition {
                operator: "in".to_owned(),
                key: "request_ip".to_owned(),
                values: within.as_ref().map(policy::patterns).unwrap_or_default(),
                place: address.origin.place,
            });
        }
    }
    (found, known)
}
