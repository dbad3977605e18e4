//! Entra ID: federation, application permissions and directory roles.

use model::{
    Carrier, Grant, Identity, IdentityKind, Knowledge, Mechanism, Party, PermissionSystem, Reach,
    Sourced, Trust, Value,
};

use super::{PRINCIPALS, claims};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy;
use crate::values;

/// A service principal belongs to the application of its client id.
pub(super) fn belongs_to(unit: &Unit<'_, '_>, resource: &Resource<'_>, identity: &mut Identity) {
    let client = unit.get(resource, "client_id").or_else(|| unit.get(resource, "application_id"));
    let application = client.and_then(|it| unit.addresses.target(&it, &["azuread_application"]));
    identity.parent = application.map(|it| unit.named(&it));
    if let Some(enabled) = unit.get(resource, "account_enabled") {
        identity.disabled = match enabled.as_bool() {
            Some(it) => Knowledge::Known(Sourced::new(!it, enabled.origin)),
            None => Knowledge::Unknown(enabled.origin.place),
        };
    }
}

/// A federated credential: tokens of an outside issuer are accepted.
pub(super) fn federation(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let arguments =
        ["application_id", "application_object_id", "parent_id", "user_assigned_identity_id"];
    let identity = arguments.iter().find_map(|it| unit.get(resource, it));
    let party = match &identity {
        Some(value) => unit
            .addresses
            .target(value, PRINCIPALS)
            .map_or(Party::Unknown, |it| Party::Address(unit.named(&it))),
        None => Party::Unknown,
    };
    let issuer = unit.text(resource, "issuer");
    let expression = unit.get(resource, "claims_matching_expression");
    let conditions = expression.as_ref().map_or_else(|| Some(Vec::new()), claims::conditions);
    let conditions_known = conditions.is_some();
    let conditions = conditions.unwrap_or_default();
    let subject = unit.get(resource, "subject").or_else(|| {
        let on_subject = !conditions_known || conditions.iter().any(|it| it.key == "claims:sub");
        expression.filter(|_| on_subject)
    });
    let audience = unit.get(resource, "audiences").or_else(|| unit.get(resource, "audience"));
    let (name, origin) = match &issuer {
        Knowledge::Known(it) => (Party::Federated(it.value.clone()), it.origin.clone()),
        _ => (Party::Unknown, model::Origin::at(resource.declaration.place)),
    };
    let patterns = |it: Option<&Value>| it.map(policy::patterns).unwrap_or_default();
    out.trust(Trust {
        address: unit.address(resource),
        identity: party,
        principals: vec![Sourced::new(name, origin)],
        mechanism: Mechanism::Federation,
        issuer,
        audience: patterns(audience.as_ref()),
        subject: patterns(subject.as_ref()),
        conditions,
        conditions_known,
        place: subject.map_or(resource.declaration.place, |it| it.origin.place),
        region: resource.declaration.region,
    });
}

fn grant(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &str,
    role: &Value,
    principals: Vec<Sourced<Party>>,
    bound: Option<bool>,
) -> Grant {
    let address =
        if path.is_empty() { unit.address(resource) } else { unit.address_below(resource, path) };
    Grant {
        principals,
        role: role_id(role),
        reach: Reach::Organization,
        bound,
        ..Grant::new(
            address,
            PermissionSystem::EntraDirectory,
            Carrier::RoleBinding,
            role.origin.place,
            resource.declaration.region,
        )
    }
}

/// The id of a role, or its name in `….app_role_ids["Directory.Read.All"]`.
fn role_id(role: &Value) -> Knowledge<String> {
    let name = values::remote(role).and_then(|it| {
        let attribute = &*it.attribute;
        let ids = ["app_role_ids", "oauth2_permission_scope_ids"];
        let rest = ids.iter().find_map(|it| attribute.strip_prefix(it))?;
        let name = rest.trim_start_matches(['.', '[']).trim_end_matches(']');
        (!name.is_empty()).then(|| name.to_owned())
    });
    match name {
        Some(name) => Knowledge::Known(Sourced::new(name, role.origin.clone())),
        None => role.to_text(),
    }
}

fn principal(unit: &Unit<'_, '_>, resource: &Resource<'_>, argument: &str) -> Vec<Sourced<Party>> {
    let value = unit.get(resource, argument);
    value.map(|it| Sourced::new(party(unit, &it), it.origin)).into_iter().collect()
}

fn party(unit: &Unit<'_, '_>, value: &Value) -> Party {
    match unit.addresses.target(value, PRINCIPALS) {
        Some(found) => Party::Address(unit.named(&found)),
        None => person(value).unwrap_or(Party::Unknown),
    }
}

/// A user or group of the directory, who is a person or some.
fn person(value: &Value) -> Option<Party> {
    let address = &*values::remote(value)?.address;
    let name = address.rsplit("module.").next().unwrap_or(address);
    let name = name.strip_prefix("data.").unwrap_or(name);
    let kinds = [("azuread_user.", "user"), ("azuread_group.", "group")];
    let (_, kind) = kinds.iter().find(|(start, _)| name.starts_with(start))?;
    Some(Party::Named { kind: IdentityKind::Other, name: format!("{kind}:{address}") })
}

/// Application permissions that are granted.
pub(super) fn app_role(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(role) = unit.get(resource, "app_role_id") else { return };
    let principals = principal(unit, resource, "principal_object_id");
    out.grant(grant(unit, resource, "", &role, principals, Some(true)));
}

/// Roles of the directory, named by their id or by the role that the unit activates.
pub(super) fn directory_role(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let written = |names: [&str; 2]| names.iter().find_map(|it| unit.get(resource, it));
    let Some(role) = written(["role_id", "role_object_id"]) else { return };
    let principals = written(["principal_object_id", "member_object_id"])
        .map(|it| vec![Sourced::new(party(unit, &it), it.origin)])
        .unwrap_or_default();
    let mut grant = grant(unit, resource, "", &role, principals, Some(true));
    if let Some(found) = unit.addresses.target(&role, &["azuread_directory_role"])
        && let Some(activated) = unit.resource(&found)
    {
        let name = unit.text(activated, "display_name");
        grant.role = if name.is_absent() { unit.text(activated, "template_id") } else { name };
    }
    out.grant(grant);
}

/// Application permissions that an application asks for; an administrator grants them.
pub(super) fn requested_permissions(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    out: &mut Collector,
) {
    let Some(blocks) = unit.get(resource, "required_resource_access") else { return };
    for (at, block) in values::items(&blocks).iter().enumerate() {
        let Some(accesses) = values::member(block, "resource_access") else { continue };
        for (index, access) in values::items(&accesses).iter().enumerate() {
            let kind = access.get("type").and_then(values::known_text);
            let (Some("Role"), Some(id)) = (kind.as_deref(), values::member(access, "id")) else {
                continue;
            };
            let own = Party::Address(unit.address(resource));
            let own = Sourced::at(own, resource.declaration.place);
            let path = format!("required_resource_access[{at}].resource_access[{index}]");
            out.grant(grant(unit, resource, &path, &id, vec![own], None));
        }
    }
}

/// Scopes that an application has for everybody in the tenant, without anybody agreeing.
pub(super) fn delegated(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(scopes) = unit.get(resource, "claim_values") else { return };
    // For one user it is what that user may do.
    if unit.get(resource, "user_object_id").is_some() {
        return;
    }
    let principals = principal(unit, resource, "service_principal_object_id");
    let grant = grant(unit, resource, "", &scopes, principals, Some(true));
    out.grant(Grant {
        system: PermissionSystem::OAuth,
        actions: policy::patterns(&scopes),
        role: Knowledge::Absent,
        carrier: Carrier::Scope,
        ..grant
    });
}
