//! Roles, scopes and settings of services and databases.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Carrier, Party, PermissionSystem};
use support::one;

/// The role and the text it stands at, of every grant.
fn grants(text: &str) -> Vec<(String, String)> {
    let lowered = one(text);
    let grants = lowered.facts.grants.iter();
    grants
        .map(|it| {
            let role = it.role.known().unwrap();
            (role.value.clone(), lowered.slice(role.place()).to_owned())
        })
        .collect()
}

#[test]
fn roles_are_read_where_each_resource_writes_them() {
    let cases = [
        (
            "snowflake_grant_account_role",
            "role_name = \"SYSADMIN\"\nuser_name = \"u\"",
            "Snowflake SYSADMIN",
            "\"SYSADMIN\"",
        ),
        (
            "snowflake_grant_account_role",
            "role_name = \"\\\"ORGADMIN\\\"\"\nparent_role_name = \"r\"",
            "Snowflake ORGADMIN",
            "\"\\\"ORGADMIN\\\"\"",
        ),
        (
            "snowflake_service_user",
            "default_role = \"ACCOUNTADMIN\"",
            "Snowflake ACCOUNTADMIN",
            "\"ACCOUNTADMIN\"",
        ),
        (
            "snowflake_grant_privileges_to_account_role",
            "on_account = true\nprivileges = [\"MANAGE GRANTS\"]",
            "Snowflake MANAGE GRANTS",
            "\"MANAGE GRANTS\"",
        ),
        (
            "snowflake_grant_privileges_to_account_role",
            "on_account = true\nall_privileges = true",
            "Snowflake ALL PRIVILEGES",
            "true",
        ),
        (
            "databricks_mws_permission_assignment",
            "permissions = [\"ADMIN\"]",
            "Databricks ADMIN",
            "\"ADMIN\"",
        ),
        (
            "databricks_grants",
            "catalog = \"c\"\ngrant {\n  privileges = [\"ALL_PRIVILEGES\"]\n}",
            "Databricks ALL_PRIVILEGES",
            "\"ALL_PRIVILEGES\"",
        ),
        ("postgresql_role", "create_role = true", "PostgreSQL createrole", "true"),
        (
            "postgresql_role",
            "roles = [\"pg_read_all_data\"]",
            "PostgreSQL pg_read_all_data",
            "\"pg_read_all_data\"",
        ),
        ("mysql_grant", "database = \"*\"\nprivileges = [\"ALL\"]", "MySQL ALL", "\"ALL\""),
        ("redshift_user", "superuser = true", "Redshift superuser", "true"),
        (
            "mongodbatlas_database_user",
            "roles {\n  role_name = \"atlasAdmin\"\n}",
            "MongoDB atlasAdmin",
            "\"atlasAdmin\"",
        ),
        (
            "mongodbatlas_api_key",
            "role_names = [\"ORG_OWNER\"]",
            "MongoDB Atlas ORG_OWNER",
            "\"ORG_OWNER\"",
        ),
        (
            "aws_elasticache_user",
            "access_string = \"on ~* +@all\"",
            "Redis on ~* +@all",
            "\"on ~* +@all\"",
        ),
        (
            "elasticstack_elasticsearch_security_role",
            "cluster = [\"all\"]",
            "Elasticsearch all",
            "\"all\"",
        ),
        (
            "rabbitmq_user",
            "tags = [\"administrator\"]",
            "RabbitMQ administrator",
            "\"administrator\"",
        ),
        (
            "kafka_acl",
            "resource_name = \"*\"\nacl_permission_type = \"Allow\"\nacl_operation = \"All\"",
            "Kafka ALL on everything",
            "\"All\"",
        ),
        (
            "confluent_role_binding",
            "role_name = \"OrganizationAdmin\"",
            "Confluent OrganizationAdmin",
            "\"OrganizationAdmin\"",
        ),
        (
            "okta_app_oauth_role_assignment",
            "type = \"SUPER_ADMIN\"",
            "Okta SUPER_ADMIN",
            "\"SUPER_ADMIN\"",
        ),
        (
            "okta_app_oauth_api_scope",
            "scopes = [\"okta.users.manage\"]",
            "Okta okta.users.manage",
            "\"okta.users.manage\"",
        ),
        ("vault_token", "policies = [\"root\"]", "Vault root", "\"root\""),
        (
            "tfe_organization_token",
            "organization = \"o\"",
            "HCP Terraform organization token",
            "\"tfe_organization_token\"",
        ),
        ("gitlab_group_access_token", "scopes = [\"api\"]", "GitLab api", "\"api\""),
        ("grafana_service_account", "role = \"Admin\"", "Grafana Admin", "\"Admin\""),
        (
            "digitalocean_spaces_key",
            "grant {\n  permission = \"fullaccess\"\n}",
            "DigitalOcean fullaccess",
            "\"fullaccess\"",
        ),
        (
            "datadog_application_key",
            "scopes = null",
            "Datadog unscoped key",
            "\"datadog_application_key\"",
        ),
        ("linode_token", "scopes = \"*\"", "Linode *", "\"*\""),
        ("gitlab_deploy_key", "can_push = true", "GitLab deploy key write", "true"),
        (
            "gitlab_project_job_token_scopes",
            "enabled = false",
            "GitLab job tokens of any project",
            "false",
        ),
        (
            "vault_pki_secret_backend_role",
            "allow_glob_domains = true\nallowed_domains = [\"*\"]",
            "Vault any certificate name",
            "\"*\"",
        ),
    ];
    for (kind, body, role, slice) in cases {
        let found = grants(&format!("resource \"{kind}\" \"it\" {{\n{body}\n}}\n"));
        assert_eq!(found, [(role.to_owned(), slice.to_owned())], "{kind}: {body}");
        let (class, _) = model::service::role(role).unwrap_or_else(|| panic!("{role}"));
        assert!(format!("{class:?}").len() > 3);
    }
}

#[test]
fn harmless_and_unknown_settings_yield_nothing() {
    let cases = [
        ("snowflake_grant_privileges_to_account_role", "all_privileges = true"),
        ("mysql_grant", "database = \"shop\"\nprivileges = [\"ALL\"]"),
        ("mysql_grant", "database = var.x\nprivileges = [\"ALL\"]"),
        ("postgresql_role", "superuser = var.x"),
        ("datadog_application_key", "scopes = var.x"),
        ("github_repository_deploy_key", "read_only = var.x"),
        ("github_actions_organization_secret", "visibility = \"private\""),
        (
            "kafka_acl",
            "resource_name = \"orders\"\nacl_permission_type = \"Allow\"\nacl_operation = \"All\"",
        ),
        (
            "kafka_acl",
            "resource_name = \"*\"\nacl_permission_type = \"Deny\"\nacl_operation = \"All\"",
        ),
        ("grafana_service_account", "role = var.x"),
    ];
    for (kind, body) in cases {
        let text = format!("variable \"x\" {{}}\nresource \"{kind}\" \"it\" {{\n{body}\n}}\n");
        assert_eq!(grants(&text), [], "{kind}: {body}");
    }
}

#[test]
fn who_gets_a_role_is_named_as_it_is_written_or_declared() {
    let lowered = one(r#"
resource "snowflake_user" "jane" { name = "JANE" }
data "databricks_group" "admins" { display_name = "admins" }
resource "snowflake_grant_account_role" "a" {
  role_name = "SYSADMIN"
  user_name = snowflake_user.jane.name
}
resource "databricks_group_member" "b" {
  group_id  = data.databricks_group.admins.id
  member_id = databricks_service_principal.ci.id
}
resource "databricks_service_principal" "ci" {}
"#);
    let names: Vec<_> = lowered
        .facts
        .grants
        .iter()
        .map(|it| {
            let Party::Named { name, .. } = &it.principals[0].value else { panic!() };
            (it.role.value().unwrap().as_str(), name.as_str())
        })
        .collect();
    assert_eq!(
        names,
        [
            ("Snowflake SYSADMIN", "user:JANE"),
            ("Databricks admins", "databricks_service_principal.ci"),
        ]
    );
    assert!(lowered.facts.grants.iter().all(|it| it.carrier == Carrier::RoleBinding));
}

#[test]
fn vault_roles_hand_out_what_their_credentials_hold() {
    let lowered = one(r#"
resource "vault_aws_secret_backend_role" "a" {
  name            = "deploy"
  policy_arns     = ["arn:aws:iam::aws:policy/AdministratorAccess"]
  policy_document = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:*", Resource = "*" }] })
}
resource "vault_gcp_secret_roleset" "g" {
  binding {
    resource = "//cloudresourcemanager.googleapis.com/projects/shop"
    roles    = ["roles/owner"]
  }
}
"#);
    let found: Vec<_> = lowered
        .facts
        .grants
        .iter()
        .map(|it| {
            let actions: Vec<&str> = it.actions.texts().collect();
            (it.system, it.role.value().map(String::as_str), actions.join(","))
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                PermissionSystem::Aws,
                Some("arn:aws:iam::aws:policy/AdministratorAccess"),
                String::new()
            ),
            (PermissionSystem::Aws, None, "iam:*".to_owned()),
            (PermissionSystem::Google, Some("roles/owner"), String::new()),
        ]
    );
}

#[test]
fn vault_logins_are_federations() {
    let lowered = one(r#"
variable "space" {}
resource "vault_kubernetes_auth_backend_role" "k" {
  role_name                        = "k"
  bound_service_account_names      = ["app", "*"]
  bound_service_account_namespaces = ["shop", var.space]
}
resource "vault_jwt_auth_backend" "gitlab" {
  bound_issuer = "https://gitlab.example.com"
}
resource "vault_jwt_auth_backend_role" "j" {
  backend           = vault_jwt_auth_backend.gitlab.path
  role_name         = "j"
  role_type         = "jwt"
  bound_claims_type = "glob"
  bound_claims      = { sub = "project_path:shop/*:ref_type:branch:ref:main" }
}
"#);
    let [cluster, pipeline] = lowered.facts.trusts.as_slice() else { panic!() };
    let subjects: Vec<&str> = cluster.subject.texts().collect();
    assert_eq!(subjects, ["system:serviceaccount:shop:app", "system:serviceaccount:shop:*"]);
    assert!(cluster.subject.partial);
    assert_eq!(lowered.slice(cluster.subject.items[1].place()), "\"*\"");
    assert_eq!(pipeline.issuer.value().unwrap(), "https://gitlab.example.com");
    assert_eq!(pipeline.conditions[0].operator, "StringLike");
    assert_eq!(pipeline.conditions[0].key, "jwt:sub");
    assert!(pipeline.conditions_known);
}

#[test]
fn tokens_of_cloudflare_name_their_groups_and_resources() {
    let lowered = one(r#"
data "cloudflare_api_token_permission_groups" "all" {}
resource "cloudflare_api_token" "old" {
  policy {
    permission_groups = [data.cloudflare_api_token_permission_groups.all.zone["DNS Write"]]
    resources         = { "com.cloudflare.api.account.zone.*" = "*" }
  }
}
resource "cloudflare_account_token" "new" {
  policies = [{
    effect            = "allow"
    permission_groups = [{ id = "0123456789abcdef" }]
    resources         = jsonencode({ "com.cloudflare.api.account.7" = "*" })
  }]
  condition = { request_ip = { in = ["192.0.2.0/24"] } }
}
"#);
    let [old, new] = lowered.facts.grants.as_slice() else { panic!() };
    assert_eq!(old.actions.texts().collect::<Vec<_>>(), ["DNS Write"]);
    assert_eq!(lowered.slice(old.resources.items[0].place()), "com.cloudflare.api.account.zone.*");
    assert!(old.conditions.is_empty() && old.conditions_known);
    assert!(new.actions.partial && new.actions.items.is_empty());
    assert_eq!(new.resources.texts().collect::<Vec<_>>(), ["com.cloudflare.api.account.7"]);
    assert_eq!(new.conditions[0].values.texts().collect::<Vec<_>>(), ["192.0.2.0/24"]);
}
