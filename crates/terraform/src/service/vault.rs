//! Login roles of Vault: which workloads may become them; and roles that make credentials of
//! other systems.

use model::{
    Carrier, Condition, Grant, IdentityKind, Knowledge, Mechanism, Party, Patterns,
    PermissionSystem, Reach, Sourced, Trust, Value,
};

use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy;
use crate::values;

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        match resource.declaration.kind {
            "vault_kubernetes_auth_backend_role" => kubernetes(unit, resource, out),
            "vault_jwt_auth_backend_role" => jwt(unit, resource, out),
            "vault_gcp_auth_backend_role" => google_login(unit, resource, out),
            "vault_aws_auth_backend_role" => aws_login(unit, resource, out),
            "vault_database_secret_backend_role" => statements(unit, resource, out),
            "vault_aws_secret_backend_role" => aws(unit, resource, out),
            "vault_azure_secret_backend_role" => azure(unit, resource, out),
            "vault_gcp_secret_roleset" => google(unit, resource, out),
            _ => {}
        }
    }
}

/// The role as an identity: what a login becomes, or what the credentials are made for.
fn party(unit: &Unit<'_, '_>, resource: &Resource<'_>, argument: &str) -> Party {
    let name = unit.get(resource, argument).as_ref().and_then(values::known_text);
    let name = name.unwrap_or_else(|| resource.declaration.name.to_owned());
    Party::Named { kind: IdentityKind::SaasAccount, name }
}

/// Service accounts that may log in, as the subjects of their tokens.
fn kubernetes(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let names = unit.get(resource, "bound_service_account_names");
    let spaces = unit.get(resource, "bound_service_account_namespaces");
    // A selector on the labels of namespaces narrows what their names leave open.
    let selected = unit.get(resource, "bound_service_account_namespace_selector").is_some();
    let (Some(names), Some(spaces)) = (names, spaces.filter(|_| !selected)) else { return };
    let (names, spaces) = (policy::patterns(&names), policy::patterns(&spaces));
    let mut subjects = Vec::new();
    for space in &spaces.items {
        for name in &names.items {
            // The star is what is wrong; without one the name stands for the pair.
            let origin = if space.value == "*" && name.value != "*" { space } else { name };
            subjects.push(Sourced::new(
                format!("system:serviceaccount:{}:{}", space.value, name.value),
                origin.origin.clone(),
            ));
        }
    }
    let partial = names.partial || spaces.partial;
    let subject = Patterns { items: subjects, partial, negated: false, stated: true };
    let issuer = Sourced::at("Kubernetes".to_owned(), resource.declaration.place);
    let issuer = Knowledge::Known(issuer);
    trust(unit, resource, issuer, subject, Vec::new(), true, out);
}

/// Tokens of an outside issuer that may log in. People log in with roles of another type.
fn jwt(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = unit.get(resource, "role_type").as_ref().and_then(values::known_text);
    if kind.as_deref() != Some("jwt") {
        return;
    }
    let subject = unit.get(resource, "bound_subject");
    let claims = unit.get(resource, "bound_claims");
    let like = unit.get(resource, "bound_claims_type").map(|it| values::known_text(&it));
    let operator = match like {
        None => "StringEquals",
        Some(Some(text)) if text == "glob" => "StringLike",
        Some(Some(_)) => "StringEquals",
        Some(None) => "",
    };
    let known = !operator.is_empty() && claims.as_ref().is_none_or(|it| !is_open(it));
    let mut conditions: Vec<Condition> = Vec::new();
    let mut subjects = subject.as_ref().map(policy::patterns).unwrap_or_default();
    for entry in claims.iter().flat_map(values::entries) {
        // Several values are one text with commas between them.
        let accepted = split(&entry.value);
        if &*entry.key == "sub" {
            subjects = accepted.clone();
        }
        conditions.push(Condition {
            operator: operator.to_owned(),
            key: format!("jwt:{}", entry.key),
            values: accepted,
            place: entry.value.origin.place,
        });
    }
    let issuer = issuer(unit, resource);
    trust(unit, resource, issuer, subjects, conditions, known, out);
}

/// Service accounts and machines of Google Cloud that may log in.
fn google_login(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    const BOUNDS: &[&str] = &[
        "bound_instance_groups",
        "bound_labels",
        "bound_projects",
        "bound_regions",
        "bound_service_accounts",
        "bound_zones",
    ];
    let bounds = BOUNDS.iter().filter_map(|it| Some((it, unit.get(resource, it)?)));
    let conditions: Vec<Condition> = bounds
        .map(|(name, value)| Condition {
            operator: "StringEquals".to_owned(),
            key: format!("google:{name}"),
            values: policy::patterns(&value),
            place: value.origin.place,
        })
        .collect();
    let issuer = Sourced::at("Google Cloud".to_owned(), resource.declaration.place);
    let issuer = Knowledge::Known(issuer);
    trust(unit, resource, issuer, Patterns::default(), conditions, true, out);
}

/// Identities of AWS that may log in.
fn aws_login(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    // An account is left out: it says no more than the names of its identities do.
    const BOUNDS: &[&str] = &[
        "bound_ami_ids",
        "bound_ec2_instance_ids",
        "bound_iam_instance_profile_arns",
        "bound_iam_role_arns",
        "bound_subnet_ids",
        "bound_vpc_ids",
    ];
    // Vault refuses a role without any bound; only the names of identities can be globs.
    let Some(principals) = unit.get(resource, "bound_iam_principal_arns") else { return };
    let bounds = BOUNDS.iter().filter_map(|it| Some((it, unit.get(resource, it)?)));
    let conditions: Vec<Condition> = bounds
        .map(|(name, value)| Condition {
            operator: "StringEquals".to_owned(),
            key: format!("aws:{name}"),
            values: policy::patterns(&value),
            place: value.origin.place,
        })
        .collect();
    let issuer = Sourced::at("AWS".to_owned(), resource.declaration.place);
    let subject = policy::patterns(&principals);
    trust(unit, resource, Knowledge::Known(issuer), subject, conditions, true, out);
}

fn is_open(claims: &Value) -> bool {
    claims.is_unknown() || values::rest(claims).is_some()
}

fn split(value: &Value) -> Patterns {
    let Some(text) = values::known_text(value) else { return policy::patterns(value) };
    let items = text.split(',').map(|it| Sourced::new(it.trim().to_owned(), value.origin.clone()));
    Patterns::known(items.collect())
}

/// The issuer that the mount of a role accepts, or the mount where that is not written.
fn issuer(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Knowledge<String> {
    let mount = unit.get(resource, "backend");
    let path = mount.as_ref().and_then(values::known_text);
    let found = mount
        .and_then(|it| unit.addresses.target(&it, &["vault_jwt_auth_backend"]))
        .and_then(|it| {
            let backend = unit.resource(&it)?;
            ["bound_issuer", "oidc_discovery_url"].iter().find_map(|it| unit.get(backend, it))
        })
        .and_then(|it| values::known_text(&it));
    let name = found.unwrap_or_else(|| format!("auth/{}", path.as_deref().unwrap_or("jwt")));
    Knowledge::Known(Sourced::at(name, resource.declaration.place))
}

fn trust(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    issuer: Knowledge<String>,
    subject: Patterns,
    conditions: Vec<Condition>,
    conditions_known: bool,
    out: &mut Collector,
) {
    let audience = unit
        .get(resource, "bound_audiences")
        .or_else(|| unit.get(resource, "audience"))
        .as_ref()
        .map(policy::patterns);
    out.trust(Trust {
        address: unit.address(resource),
        identity: match resource.declaration.kind {
            "vault_aws_auth_backend_role" | "vault_gcp_auth_backend_role" => {
                party(unit, resource, "role")
            }
            _ => party(unit, resource, "role_name"),
        },
        principals: Vec::new(),
        mechanism: Mechanism::Federation,
        issuer,
        audience: audience.unwrap_or_default(),
        subject,
        conditions,
        conditions_known,
        place: resource.declaration.place,
        region: resource.declaration.region,
    });
}

/// A grant that the credentials of a secret role hold.
fn grant(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    system: PermissionSystem,
    role: Sourced<String>,
    reach: Reach,
) -> Grant {
    let place = role.place();
    let holder = party(unit, resource, "name");
    Grant {
        principals: vec![Sourced::at(holder, resource.declaration.place)],
        role: Knowledge::Known(role),
        reach,
        bound: Some(true),
        ..Grant::new(
            unit.address(resource),
            system,
            Carrier::RoleBinding,
            place,
            resource.declaration.region,
        )
    }
}

/// Statements that make a database user, by what they hand to it.
fn statements(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(value) = unit.get(resource, "creation_statements") else { return };
    for statement in values::items(&value) {
        let model::Data::String(text) = &statement.data else { continue };
        // Names and passwords are filled in by Vault; the words around them count.
        let text = text.with_stand_in(" ? ");
        if let Some(role) = power(&text) {
            let role = Sourced::new(role.to_owned(), statement.origin.clone());
            out.grant(grant(unit, resource, PermissionSystem::Database, role, Reach::Unknown));
        }
    }
}

/// The strongest role that statements of a database hand out.
fn power(text: &str) -> Option<&'static str> {
    let upper = text.to_ascii_uppercase();
    let separators = |it: char| !(it.is_ascii_alphanumeric() || matches!(it, '_' | '*' | '.'));
    let words: Vec<&str> = upper.split(separators).filter(|it| !it.is_empty()).collect();
    let has = |word: &str| words.contains(&word);
    let follows = |them: &[&str]| words.windows(them.len()).any(|it| it == them);
    let named = [
        ("RDS_SUPERUSER", "PostgreSQL rds_superuser"),
        ("CLOUDSQLSUPERUSER", "PostgreSQL cloudsqlsuperuser"),
        ("AZURE_PG_ADMIN", "PostgreSQL azure_pg_admin"),
        ("SUPERUSER", "PostgreSQL superuser"),
        ("ATLASADMIN", "MongoDB atlasAdmin"),
        ("USERADMINANYDATABASE", "MongoDB userAdminAnyDatabase"),
        ("READWRITEANYDATABASE", "MongoDB readWriteAnyDatabase"),
        ("CREATEROLE", "PostgreSQL createrole"),
    ];
    if let Some((_, role)) = named.iter().find(|(word, _)| has(word)) {
        return Some(role);
    }
    if follows(&["ALL", "PRIVILEGES", "ON", "*.*"]) || follows(&["ALL", "ON", "*.*"]) {
        return Some("MySQL ALL PRIVILEGES");
    }
    follows(&["ROLE", "ROOT", "DB", "ADMIN"]).then_some("MongoDB root")
}

/// Managed policies of the AWS credentials that a role makes.
fn aws(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let arns = unit.get(resource, "policy_arns");
    for arn in arns.iter().flat_map(values::items) {
        let Some(text) = values::known_text(&arn) else { continue };
        let role = Sourced::new(text, arn.origin.clone());
        out.grant(grant(unit, resource, PermissionSystem::Aws, role, Reach::Account));
    }
    if let Some(document) = unit.get(resource, "policy_document") {
        let holder = Sourced::at(party(unit, resource, "name"), resource.declaration.place);
        crate::aws::inline_policy(unit, resource, "policy_document", &document, holder, out);
    }
}

/// Roles of the service principals that a role makes.
fn azure(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let roles = unit.get(resource, "azure_roles");
    for block in roles.iter().flat_map(values::items) {
        let role = values::member(&block, "role_name");
        let Some(role) = role.filter(|it| values::known_text(it).is_some()) else { continue };
        let scope = values::member(&block, "scope");
        let reach = scope.map_or(Reach::Unknown, |it| crate::azure::reach(unit, &it));
        let name = Sourced::new(values::known_text(&role).unwrap_or_default(), role.origin);
        out.grant(grant(unit, resource, PermissionSystem::Azure, name, reach));
    }
}

/// Roles of the service account that a roleset makes.
fn google(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let bindings = unit.get(resource, "binding");
    for block in bindings.iter().flat_map(values::items) {
        let on = values::member(&block, "resource");
        let on = on.as_ref().and_then(values::known_text).unwrap_or_default();
        let reach = match on.trim_start_matches("//cloudresourcemanager.googleapis.com/") {
            it if it.starts_with("projects/") => Reach::Account,
            it if it.starts_with("folders/") || it.starts_with("organizations/") => {
                Reach::Organization
            }
            _ => Reach::Unknown,
        };
        let roles = values::member(&block, "roles");
        for role in roles.iter().flat_map(values::items) {
            let Some(text) = values::known_text(&role) else { continue };
            let role = Sourced::new(text, role.origin.clone());
            out.grant(grant(unit, resource, PermissionSystem::Google, role, reach));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::power;

    #[test]
    fn statements_are_read_by_their_words() {
        let cases = [
            ("CREATE ROLE \"{{name}}\" WITH SUPERUSER LOGIN PASSWORD '{{password}}'", true),
            ("CREATE ROLE x NOSUPERUSER; GRANT SELECT ON ALL TABLES IN SCHEMA a TO x", false),
            ("GRANT ALL PRIVILEGES ON *.* TO '{{name}}'@'%'", true),
            ("GRANT ALL PRIVILEGES ON `shop`.* TO '{{name}}'@'%'", false),
            ("GRANT rds_superuser TO \"{{name}}\"", true),
            ("{\"db\":\"admin\",\"roles\":[{\"role\":\"readWrite\"}]}", false),
            ("{ \"roles\": [{ \"role\": \"root\", \"db\": \"admin\" }] }", true),
        ];
        for (text, expected) in cases {
            assert_eq!(power(text).is_some(), expected, "{text}");
        }
    }
}
