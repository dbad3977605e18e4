//! Resources that make a credential: until when it is good, and where that is written.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Credential, ExpirySource, Lifetime, Rotation};
use support::{Lowered, one};

/// What is written for each type, and what it means. An end is `never`, `?`, a number of days
/// (`90d`, or `3600s` where it is no whole day) or a date; in parentheses stands what is said
/// about it: `inherent`, `default`, `-` when nothing is known, or the argument that states it.
const CASES: &str = r#"
aws_iam_access_key                      | | never (inherent)
aws_iam_service_specific_credential     | | ? (-)
aws_iam_service_specific_credential     | credential_age_days = 30 | 30d (credential_age_days)
aws_iam_service_specific_credential     | credential_age_days = 3650 | 3650d (credential_age_days)
aws_iam_service_specific_credential     | credential_age_days = var.x | ? (credential_age_days)
aws_appsync_api_key                     | | 7d (default)
aws_appsync_api_key                     | expires = "2027-03-31T04:00:00Z" | 2027-03-31 (expires)
aws_appsync_api_key                     | expires = var.x | ? (expires)
aws_grafana_workspace_service_account_token | seconds_to_live = 3600 | 3600s (seconds_to_live)
aws_grafana_workspace_service_account_token | seconds_to_live = 2592000 | 30d (seconds_to_live)
aws_ssm_activation                      | | 1d (default)
aws_ssm_activation                      | expiration_date = timeadd(timestamp(), "720h") | 30d (expiration_date)
google_service_account_key              | | never (inherent)
google_storage_hmac_key                 | | never (inherent)
google_sql_ssl_cert                     | | 3650d (default)
google_privateca_certificate            | lifetime = "86400s" | 1d (lifetime)
google_privateca_certificate            | lifetime = "315360000s" | 3650d (lifetime)
google_privateca_certificate            | lifetime = var.x | ? (lifetime)
google_apigee_developer_app             | | never (default)
google_apigee_developer_app             | key_expires_in = 2592000000 | 30d (key_expires_in)
google_apigee_developer_app             | key_expires_in = "-1" | never (key_expires_in)
azuread_application_password            | | 730d (default)
azuread_application_password            | end_date = "2027-01-31T00:00:00Z" | 2027-01-31 (end_date)
azuread_application_password            | end_date = "2099-01-01T00:00:00Z" | 2099-01-01 (end_date)
azuread_application_password            | end_date = null | 730d (default)
azuread_application_password            | end_date = "" | 730d (default)
azuread_application_password            | end_date = var.x | ? (end_date)
azuread_application_password            | end_date = "${var.x}T00:00:00Z" | ? (end_date)
azuread_application_password            | end_date = "next year" | ? (end_date)
azuread_application_password            | end_date_relative = "2160h" | 90d (end_date_relative)
azuread_application_password            | end_date_relative = "87600h" | 3650d (end_date_relative)
azuread_application_password            | end_date = timeadd("2026-11-22T00:00:00Z", "48h") | 2026-11-24 (end_date)
azuread_application_password            | end_date = timeadd(timestamp(), "8760h") | 365d (end_date)
azuread_application_password            | end_date = timeadd(timestamp(), var.x) | ? (end_date)
azuread_application_password            | end_date = time_rotating.c.rotation_rfc3339 | 60d (end_date)
azuread_application_password            | end_date = time_rotating.c.rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_rotating.unknown.rotation_rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_rotating.fixed.rotation_rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_rotating.based.rotation_rfc3339 | 2020-03-01 (end_date)
azuread_application_password            | end_date = time_rotating.several.rotation_rfc3339 | 60d (end_date)
azuread_application_password            | end_date = time_offset.c.rfc3339 | 365d (end_date)
azuread_application_password            | end_date = time_offset.several.rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_offset.based.rfc3339 | 2021-01-01 (end_date)
azuread_application_password            | end_date = time_offset.leap.rfc3339 | 2025-02-28 (end_date)
azuread_application_password            | end_date = time_offset.back.rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_offset.chained.rfc3339 | 395d (end_date)
azuread_application_password            | end_date = time_offset.open.rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_offset.loop.rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_static.c.rfc3339 | ? (end_date)
azuread_application_password            | end_date = time_static.fixed.id | 2027-01-02 (end_date)
azuread_application_password            | end_date = timeadd(time_static.c.rfc3339, "8760h") | 365d (end_date)
azuread_application_password            | end_date = timeadd(time_static.c.id, "24h") | 1d (end_date)
azuread_application_password            | end_date = timeadd(time_static.fixed.rfc3339, "48h") | 2027-01-04 (end_date)
azuread_application_password            | end_date = timeadd(time_static.open.rfc3339, "48h") | ? (end_date)
azuread_application_password            | end_date = timeadd(time_rotating.c.id, "4320h") | 180d (end_date)
azuread_application_password            | end_date = timeadd(time_rotating.c.rotation_rfc3339, "720h") | 90d (end_date)
azuread_application_password            | end_date = timeadd(timeadd(time_rotating.c.rfc3339, "24h"), "24h") | 2d (end_date)
azuread_application_password            | end_date = timeadd(time_static.c.rfc3339, "-24h") | ? (end_date)
azuread_application_password            | end_date = timeadd(time_static.c.unix, "24h") | ? (end_date)
azuread_application_password            | end_date = timeadd(azuread_x.y.start, "24h") | ? (end_date)
azuread_application_password            | end_date = formatdate("YYYY-MM-DD", timeadd(timestamp(), "2160h")) | 90d (end_date)
azuread_application_password            | end_date = "${formatdate("YYYY-MM-DD", timeadd(time_static.c.rfc3339, "2160h"))}T00:00:00Z" | 90d (end_date)
azuread_application_password            | end_date = formatdate("MM-DD", timeadd(timestamp(), "2160h")) | ? (end_date)
azuread_application_password            | end_date = formatdate("YYYY-MM-DD", time_static.c.rfc3339) | ? (end_date)
azuread_application_password            | end_date = formatdate("YYYY-MM-DD'T'hh:mm:ssZ", time_offset.c.rfc3339) | 365d (end_date)
azuread_application_password            | end_date = formatdate("YYYY-MM-DD", "2027-05-06T07:08:09Z") | 2027-05-06 (end_date)
azuread_service_principal_password      | end_date_relative = "P1Y" | 365d (end_date_relative)
azuread_service_principal_token_signing_certificate | | 1095d (default)
azuread_application_certificate         | | ? (-)
azuread_application_certificate         | end_date_relative = "4320h" | 180d (end_date_relative)
azuread_synchronization_secret          | | never (inherent)
azurerm_managed_disk_sas_token          | duration_in_seconds = 86400 | 1d (duration_in_seconds)
azurerm_managed_disk_sas_token          | duration_in_seconds = "315360000" | 3650d (duration_in_seconds)
azurerm_key_vault_secret                | | never (default)
azurerm_key_vault_secret                | expiration_date = "2026-12-31T00:00:00Z" | 2026-12-31 (expiration_date)
azurerm_key_vault_secret                | expiration_date = var.x | ? (expiration_date)
azurerm_key_vault_certificate           | certificate_policy { x509_certificate_properties { validity_in_months = 12 } } | 360d (certificate_policy.x509_certificate_properties.validity_in_months)
azurerm_key_vault_certificate           | certificate_policy { x509_certificate_properties { validity_in_months = var.x } } | ? (certificate_policy.x509_certificate_properties.validity_in_months)
azurerm_key_vault_managed_storage_account_sas_token_definition | validity_period = "P30D" | 30d (validity_period)
azurerm_nginx_api_key                   | end_date_time = "2028-01-01T00:00:00Z" | 2028-01-01 (end_date_time)
azurerm_automation_webhook              | expiry_time = "2035-12-31T00:00:00Z" | 2035-12-31 (expiry_time)
azurerm_servicebus_namespace_authorization_rule | | never (inherent)
vault_token                             | | ? (-)
vault_token                             | ttl = "24h" | 1d (ttl)
vault_token                             | ttl = "24h"; explicit_max_ttl = "8760h" | 365d (explicit_max_ttl)
vault_token                             | ttl = 86400 | 1d (ttl)
vault_token                             | ttl = 0 | ? (ttl)
vault_token                             | no_parent = true; period = "24h" | never (period)
vault_token                             | no_parent = true; period = "24h"; explicit_max_ttl = "240h" | 10d (explicit_max_ttl)
vault_token                             | no_parent = true; period = var.x | ? (period)
vault_token                             | no_parent = true; period = 0 | ? (period)
vault_token                             | no_parent = var.x; period = "24h" | ? (-)
vault_token                             | period = "24h" | ? (-)
vault_mount                             | type = "database"; max_lease_ttl_seconds = 31536000 | 365d (max_lease_ttl_seconds)
vault_mount                             | type = "aws"; max_lease_ttl_seconds = var.x | ? (max_lease_ttl_seconds)
vault_auth_backend                      | tune {; max_lease_ttl = "8760h"; } | 365d (tune.max_lease_ttl)
vault_consul_secret_backend             | max_lease_ttl_seconds = 3600 | 3600s (max_lease_ttl_seconds)
vault_userpass_auth_backend_user        | | 32d (default)
vault_ldap_auth_backend_user            | | ? (-)
vault_ldap_auth_backend_user            | token_max_ttl = 86400 | 1d (token_max_ttl)
vault_approle_auth_backend_role_secret_id | wrapping_ttl = "60s" | ? (-)
vault_approle_auth_backend_role_secret_id | ttl = "240h"; wrapping_ttl = "60s" | 10d (ttl)
vault_aws_secret_backend_role           | | ? (-)
vault_aws_secret_backend_role           | max_sts_ttl = 129600 | 129600s (max_sts_ttl)
vault_azure_secret_backend_role         | | 32d (default)
vault_azure_secret_backend_role         | max_ttl = "720h" | 30d (max_ttl)
vault_gcp_secret_roleset                | secret_type = "service_account_key" | ? (-)
vault_gcp_secret_impersonated_account   | | 3600s (default)
vault_gcp_secret_impersonated_account   | ttl = "43200s" | 43200s (ttl)
vault_ad_secret_role                    | ttl = 86400 | 1d (ttl)
vault_ldap_secret_backend_library_set   | max_ttl = 604800 | 7d (max_ttl)
vault_consul_secret_backend_role        | | 32d (default)
vault_consul_secret_backend_role        | max_ttl = 864000 | 10d (max_ttl)
vault_mongodbatlas_secret_role          | max_ttl = "240h" | 10d (max_ttl)
vault_alicloud_secret_backend_role      | max_ttl = 0 | ? (max_ttl)
vault_nomad_secret_role                 | | ? (-)
vault_terraform_cloud_secret_role       | max_ttl = 86400 | 1d (max_ttl)
vault_pki_secret_backend_sign           | ttl = "8760h" | 365d (ttl)
consul_acl_auth_method                  | max_token_ttl = "24h" | 1d (max_token_ttl)
nomad_acl_auth_method                   | max_token_ttl = "240h0m0s" | 10d (max_token_ttl)
aws_rolesanywhere_profile               | | 3600s (default)
aws_rolesanywhere_profile               | duration_seconds = 43200 | 43200s (duration_seconds)
google_iam_workforce_pool               | session_duration = "43200s" | 43200s (session_duration)
google_privateca_certificate_authority  | | ? (-)
google_privateca_certificate_authority  | lifetime = "630720000s" | 7300d (lifetime)
google_redis_instance                   | auth_enabled = true | never (inherent)
google_sql_user                         | password = var.x; password_policy {; password_expiration_duration = "2592000s"; } | 30d (password_policy.password_expiration_duration)
google_sql_user                         | password = var.x | ? (-)
azurerm_logic_app_trigger_http_request  | | never (inherent)
auth0_client                            | | 36000s (default)
auth0_client                            | jwt_configuration {; lifetime_in_seconds = 300; } | 300s (jwt_configuration.lifetime_in_seconds)
auth0_resource_server                   | token_lifetime = 604800 | 7d (token_lifetime)
keycloak_realm                          | access_token_lifespan = "5m" | 300s (access_token_lifespan)
snowflake_service_user                  | rsa_public_key = var.x; days_to_expiry = 365 | 365d (days_to_expiry)
snowflake_service_user                  | rsa_public_key_2 = var.x | ? (-)
snowflake_legacy_service_user           | password = var.x; days_to_expiry = 30 | 30d (days_to_expiry)
redshift_user                           | password = var.x; valid_until = "infinity" | never (valid_until)
infisical_identity_universal_auth_client_secret | ttl = 3600 | 3600s (ttl)
aiven_pg_user                           | | never (inherent)
vault_pki_secret_backend_cert           | ttl = "720h" | 30d (ttl)
consul_acl_token                        | | ? (-)
consul_acl_token                        | expiration_time = "2027-01-01T00:00:00Z" | 2027-01-01 (expiration_time)
nomad_acl_token                         | expiration_ttl = "1h" | 3600s (expiration_ttl)
kubernetes_token_request_v1             | | 3600s (default)
kubernetes_token_request_v1             | spec { expiration_seconds = 31536000 } | 365d (spec.expiration_seconds)
kubernetes_token_request_v1             | spec { audiences = ["x"] } | 3600s (default)
rancher2_token                          | ttl = 0 | ? (ttl)
rancher2_token                          | ttl = 7776000 | 90d (ttl)
harbor_robot_account                    | | never (default)
harbor_robot_account                    | duration = -1 | never (duration)
harbor_robot_account                    | duration = 30 | 30d (duration)
argocd_account_token                    | | never (default)
argocd_account_token                    | expires_in = "168h" | 7d (expires_in)
tls_private_key                         | | never (inherent)
tls_self_signed_cert                    | validity_period_hours = 87600 | 3650d (validity_period_hours)
tls_locally_signed_cert                 | validity_period_hours = 24 * var.x | ? (validity_period_hours)
gitlab_deploy_token                     | | never (default)
gitlab_deploy_token                     | expires_at = "2027-01-01" | 2027-01-01 (expires_at)
gitlab_project_access_token             | | ? (-)
gitlab_project_access_token             | rotation_configuration = { expiration_days = 60, rotate_before_days = 7 } | 60d (rotation_configuration.expiration_days)
gitlab_group_access_token               | expires_at = "2027-06-01" | 2027-06-01 (expires_at)
gitlab_deploy_key                       | | never (default)
github_repository_deploy_key            | | ? (-)
tfe_team_token                          | | 730d (default)
tfe_team_token                          | expired_at = "2026-12-01T00:00:00Z" | 2026-12-01 (expired_at)
tfe_agent_token                         | | never (inherent)
artifactory_scoped_token                | | ? (-)
artifactory_scoped_token                | expires_in = 7200 | 7200s (expires_in)
artifactory_scoped_token                | expires_in = 0 | never (expires_in)
cloudflare_api_token                    | | never (default)
cloudflare_api_token                    | expires_on = "2027-01-01T00:00:00Z" | 2027-01-01 (expires_on)
cloudflare_zero_trust_access_service_token | | 365d (default)
cloudflare_zero_trust_access_service_token | duration = "forever" | never (duration)
cloudflare_zero_trust_access_service_token | duration = "2160h" | 90d (duration)
cloudflare_origin_ca_certificate        | | 5475d (default)
cloudflare_origin_ca_certificate        | requested_validity = 90 | 90d (requested_validity)
datadog_application_key                 | | never (inherent)
datadog_service_access_token            | | never (default)
snowflake_user_programmatic_access_token | | 15d (default)
snowflake_user_programmatic_access_token | days_to_expiry = 365 | 365d (days_to_expiry)
databricks_token                        | | 730d (default)
databricks_token                        | lifetime_seconds = 8640000 | 100d (lifetime_seconds)
databricks_obo_token                    | | never (default)
databricks_obo_token                    | lifetime_seconds = 0 | never (lifetime_seconds)
databricks_service_principal_secret     | lifetime = "2592000s" | 30d (lifetime)
mongodbatlas_service_account            | secret_expires_after_hours = 2160 | 90d (secret_expires_after_hours)
mongodbatlas_x509_authentication_database_user | months_until_expiration = 24 | 720d (months_until_expiration)
confluent_api_key                       | | ? (-)
grafana_service_account_token           | | never (default)
grafana_service_account_token           | seconds_to_live = 7776000 | 90d (seconds_to_live)
grafana_cloud_access_policy_token       | expires_at = "2027-01-01T00:00:00Z" | 2027-01-01 (expires_at)
grafana_cloud_access_policy_rotating_token | expire_after = "720h" | 30d (expire_after)
elasticstack_elasticsearch_security_api_key | | never (default)
elasticstack_elasticsearch_security_api_key | expiration = "30d" | 30d (expiration)
elasticstack_elasticsearch_security_api_key | expiration = "3650d" | 3650d (expiration)
temporalcloud_apikey                    | expiry_time = "2024-11-01T00:00:00Z" | 2024-11-01 (expiry_time)
tailscale_tailnet_key                   | | ? (-)
tailscale_tailnet_key                   | expiry = 3600 | 3600s (expiry)
litellm_key                             | duration = "30d" | 30d (duration)
digitalocean_spaces_key                 | | never (inherent)
digitalocean_container_registry_docker_credentials | | 18250d (default)
linode_token                            | | never (default)
linode_token                            | expiry = "2100-01-02T03:04:05Z" | 2100-01-02 (expiry)
scaleway_iam_api_key                    | | ? (-)
openstack_identity_application_credential_v3 | | never (default)
yandex_iam_service_account_api_key      | expires_at = "2027-11-11T00:00:00Z" | 2027-11-11 (expires_at)
google_os_login_ssh_public_key          | | never (default)
google_os_login_ssh_public_key          | expiration_time_usec = "1798761600000000" | 2027-01-01 (expiration_time_usec)
vault_kubernetes_auth_backend_role      | | 32d (default)
vault_kubernetes_auth_backend_role      | token_max_ttl = 3600 | 3600s (token_max_ttl)
vault_kubernetes_auth_backend_role      | token_max_ttl = 0 | ? (token_max_ttl)
vault_approle_auth_backend_role         | | never (default)
vault_approle_auth_backend_role         | secret_id_ttl = 0 | never (secret_id_ttl)
vault_approle_auth_backend_role         | secret_id_ttl = 600 | 600s (secret_id_ttl)
postgresql_role                         | password = var.x; valid_until = "2027-01-01 00:00:00+00" | 2027-01-01 (valid_until)
"#;

/// What is written for each type, and how often that is rotated: so often, `yes`, `no` or `?`.
const ROTATED: &str = r#"
google_kms_crypto_key | | no
google_kms_crypto_key | rotation_period = "7776000s" | 90d
google_kms_crypto_key | rotation_period = var.x | ?
azurerm_key_vault_key | | no
azurerm_key_vault_key | rotation_policy {; automatic {; time_before_expiry = "P30D"; }; } | yes
azurerm_key_vault_key | rotation_policy {; notify_before_expiry = "P29D"; } | no
google_secret_manager_secret | | no
google_secret_manager_secret | rotation {; rotation_period = "2592000s"; } | 30d
vault_database_secret_backend_connection | postgresql {; password = var.x; } | no
vault_database_secret_backend_connection | mysql {; password = var.x; }; rotation_schedule = "0 0 * * SAT" | yes
vault_ad_secret_role | ttl = 86400 | 1d
vault_aws_secret_backend | secret_key = var.x | no
vault_aws_secret_backend | secret_key = var.x; rotation_period = 86400 | 1d
tls_self_signed_cert | validity_period_hours = 720 | no
tls_self_signed_cert | validity_period_hours = 720; early_renewal_hours = 240 | yes
"#;

/// Types that make nothing when this is written for them.
const NONE: &str = r#"
google_kms_crypto_key | purpose = "ASYMMETRIC_SIGN"
vault_aws_secret_backend | identity_token_audience = "v"
vault_mount | type = "pki"; max_lease_ttl_seconds = 315360000
vault_mount | type = "database"
vault_mount | type = var.x; max_lease_ttl_seconds = 315360000
vault_auth_backend | type = "userpass"
vault_gcp_secret_roleset | secret_type = "access_token"
vault_gcp_secret_roleset | secret_type = var.x
vault_database_secret_backend_connection | postgresql {; username = "u"; }
google_redis_instance | auth_enabled = false
google_redis_instance | auth_enabled = var.x
google_sql_user | type = "CLOUD_IAM_SERVICE_ACCOUNT"
snowflake_service_user | days_to_expiry = 365
redshift_user | valid_until = "infinity"
aws_cognito_user_pool_client | generate_secret = false
"#;

/// Clocks that the cases refer to.
const CLOCKS: &str = r#"
variable "x" {}
resource "time_rotating" "c" { rotation_days = 60 }
resource "time_rotating" "unknown" { rotation_days = var.x }
resource "time_rotating" "fixed" {
  rotation_days    = 60
  rotation_rfc3339 = var.x
}
resource "time_rotating" "several" {
  rotation_days   = 30
  rotation_months = 2
}
resource "time_rotating" "based" {
  rfc3339       = "2020-01-01T00:00:00Z"
  rotation_days = 60
}
resource "time_offset" "c" { offset_years = 1 }
resource "time_offset" "several" {
  offset_years = 1
  offset_days  = 1
}
resource "time_offset" "based" {
  base_rfc3339 = "2020-01-01T00:00:00Z"
  offset_years = 1
}
resource "time_offset" "leap" {
  base_rfc3339  = "2024-02-29T00:00:00Z"
  offset_months = 12
}
resource "time_offset" "back" { offset_days = -1 }
resource "time_offset" "chained" {
  base_rfc3339 = time_offset.c.rfc3339
  offset_days  = 30
}
resource "time_offset" "open" {
  base_rfc3339 = var.x
  offset_days  = 30
}
resource "time_offset" "loop" {
  base_rfc3339 = time_offset.loop.rfc3339
  offset_days  = 30
}
resource "time_static" "fixed" { rfc3339 = "2027-01-02T03:04:05Z" }
resource "time_static" "open" { rfc3339 = var.x }
resource "time_static" "c" {}
resource "time_static" "held" { rfc3339 = time_rotating.c.rfc3339 }
resource "time_static" "loop" { rfc3339 = time_static.loop.rfc3339 }
"#;

/// The only credential of a resource that is written with some lines.
fn issued(kind: &str, lines: &str) -> (Lowered, Credential) {
    let body = lines.replace("; ", "\n  ");
    let lowered = one(&format!("resource \"{kind}\" \"r\" {{\n  {body}\n}}\n{CLOCKS}"));
    let own = |it: &&Credential| *it.address.name == *format!("{kind}.r");
    let credentials: Vec<Credential> =
        lowered.facts.credentials.iter().filter(own).cloned().collect();
    let [credential] = credentials.as_slice() else { panic!("{kind}: {lines}") };
    (lowered, credential.clone())
}

fn describe(credential: &Credential) -> String {
    let lifetime = match credential.expiry.lifetime {
        Lifetime::Never => "never".to_owned(),
        Lifetime::Unknown => "?".to_owned(),
        Lifetime::Until(date) => date.to_string(),
        Lifetime::Seconds(it) if it % 86_400 == 0 => format!("{}d", it / 86_400),
        Lifetime::Seconds(it) => format!("{it}s"),
    };
    let source = match credential.expiry.source {
        ExpirySource::Inherent => "inherent",
        ExpirySource::ProviderDefault => "default",
        ExpirySource::Stated => credential.expiry.argument.unwrap(),
        ExpirySource::Unknown | ExpirySource::Credential => "-",
    };
    format!("{lifetime} ({source})")
}

#[test]
fn every_type_has_its_end() {
    for case in CASES.lines().filter(|it| !it.is_empty()) {
        let columns: Vec<&str> = case.splitn(3, '|').map(str::trim).collect();
        let [kind, lines, expected] = columns.as_slice() else { panic!("{case}") };
        let (_, credential) = issued(kind, lines);
        assert_eq!(describe(&credential), *expected, "{case}");
    }
}

#[test]
fn every_type_has_its_rotation() {
    for case in ROTATED.lines().filter(|it| !it.is_empty()) {
        let columns: Vec<&str> = case.splitn(3, '|').map(str::trim).collect();
        let [kind, lines, expected] = columns.as_slice() else { panic!("{case}") };
        let (_, credential) = issued(kind, lines);
        let found = match &credential.rotation {
            Rotation::Every(it) => format!("{}d", it.value / 86_400),
            Rotation::Automatic => "yes".to_owned(),
            Rotation::None => "no".to_owned(),
            Rotation::Unknown => "?".to_owned(),
        };
        assert_eq!(found, *expected, "{case}");
    }
}

#[test]
fn what_makes_no_credential_is_none() {
    for case in NONE.lines().filter(|it| !it.is_empty()) {
        let (kind, lines) = case.split_once('|').unwrap();
        let text = format!(
            "variable \"x\" {{}}\nresource \"{}\" \"r\" {{\n{}\n}}\n",
            kind.trim(),
            lines.replace("; ", "\n")
        );
        assert!(one(&text).facts.credentials.is_empty(), "{case}");
    }
}

#[test]
fn a_secret_id_is_one_only_when_it_is_asked_for_and_unbounded() {
    let cases = [
        ("", vec!["vault_approle_auth_backend_role.r", "vault_approle_auth_backend_role.r#token"]),
        ("secret_id_num_uses = 1", vec!["vault_approle_auth_backend_role.r#token"]),
        (
            "secret_id_bound_cidrs = [\"10.0.0.0/8\"]",
            vec!["vault_approle_auth_backend_role.r#token"],
        ),
        ("bind_secret_id = false", vec!["vault_approle_auth_backend_role.r#token"]),
        ("bind_secret_id = var.x", vec!["vault_approle_auth_backend_role.r#token"]),
    ];
    for (lines, expected) in cases {
        let text = format!(
            "variable \"x\" {{}}\nresource \"vault_approle_auth_backend_role\" \"r\" {{\n{lines}\n}}\n"
        );
        let lowered = one(&text);
        let found: Vec<String> =
            lowered.facts.credentials.iter().map(|it| it.address.to_string()).collect();
        assert_eq!(found, expected, "{lines}");
    }
}

#[test]
fn a_token_of_a_role_has_an_end_of_its_own() {
    let lowered = one(
        "resource \"vault_approle_auth_backend_role\" \"r\" {\n  secret_id_ttl = 600\n  token_max_ttl = 864000\n}\n",
    );
    let [secret_id, token] = lowered.facts.credentials.as_slice() else { panic!() };
    assert_eq!(describe(secret_id), "600s (secret_id_ttl)");
    assert_eq!(describe(token), "10d (token_max_ttl)");
    let origin = token.expiry.origin.as_ref().unwrap();
    assert_eq!(lowered.slice(origin.place), "864000");
}

#[test]
fn an_end_slides_only_when_each_run_moves_it() {
    let slides = |lines| issued("azuread_application_password", lines).1.expiry.slides;
    let from_now = "end_date = timeadd(timestamp(), \"720h\")";
    assert!(slides(from_now));
    let fixed = format!("{from_now}; lifecycle {{; ignore_changes = [end_date]; }}");
    assert!(!slides(&fixed));
    assert!(!slides("end_date = timeadd(time_rotating.c.rfc3339, \"720h\")"));
}

#[test]
fn an_authority_may_live_longer() {
    let days = |lines| issued("tls_self_signed_cert", lines).1.expiry.maximum.map(|it| it / 86_400);
    assert_eq!(days("validity_period_hours = 1"), Some(90));
    assert_eq!(days("validity_period_hours = 1; is_ca_certificate = true"), Some(3_650));
    assert_eq!(days("validity_period_hours = 1; is_ca_certificate = var.x"), None);
}

#[test]
fn a_stated_end_is_found_where_it_is_written() {
    for case in CASES.lines().filter(|it| !it.is_empty()) {
        let columns: Vec<&str> = case.splitn(3, '|').map(str::trim).collect();
        let [kind, lines, _] = columns.as_slice() else { panic!("{case}") };
        let (lowered, credential) = issued(kind, lines);
        let stated = credential.expiry.source == ExpirySource::Stated;
        assert_eq!(credential.expiry.origin.is_some(), stated, "{case}");
        let Some(origin) = &credential.expiry.origin else { continue };
        let argument = credential.expiry.argument.unwrap();
        let leaf = argument.rsplit('.').next().unwrap();
        let (_, after) = lines.split_once(&format!("{leaf} = ")).unwrap();
        // A date that was moved is written where the date stands.
        let moved = ["timeadd(\"", "timeadd(time_static.fixed"];
        let is_moved = moved.iter().any(|it| after.starts_with(it));
        let after = if is_moved { &after["timeadd(".len()..] } else { after };
        // What comes from another place is written there, and used here.
        let used = origin.steps().last().map_or(origin.place, |it| it.place);
        let written = lowered.slice(used);
        assert!(after.starts_with(written) && !written.is_empty(), "{case}: {written}");
        let rest = after.strip_prefix(written).unwrap();
        assert!(rest.is_empty() || rest.starts_with([' ', ';', ',']), "{case}: {written}");
    }
}

#[test]
fn an_end_behind_a_local_keeps_its_place() {
    let text = "locals {\n  end = \"2027-01-01T00:00:00Z\"\n}\nresource \"linode_token\" \"r\" {\n  expiry = local.end\n}\n";
    let lowered = one(text);
    let [token] = lowered.facts.credentials.as_slice() else { panic!() };
    let origin = token.expiry.origin.as_ref().unwrap();
    assert_eq!(lowered.slice(origin.place), "\"2027-01-01T00:00:00Z\"");
    assert_eq!(lowered.slice(origin.steps()[0].place), "local.end");
}

#[test]
fn each_password_block_makes_a_credential() {
    let lowered = one(r#"
resource "azurerm_container_registry_token_password" "r" {
  password1 {
    expiry = "2027-01-01T00:00:00Z"
  }
  password2 {}
}
resource "azuread_application" "a" {
  display_name = "a"
  password {
    display_name = "one"
    end_date     = "2027-02-01T00:00:00Z"
  }
}
"#);
    let mut found: Vec<String> = lowered
        .facts
        .credentials
        .iter()
        .map(|it| format!("{} {}", it.address.name, describe(it)))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "azuread_application.a#password 2027-02-01 (end_date)",
            "azurerm_container_registry_token_password.r#password1 2027-01-01 (expiry)",
            "azurerm_container_registry_token_password.r#password2 never (default)",
        ]
    );
}

#[test]
fn blocks_that_may_be_there_are_unknown() {
    let (_, token) = issued(
        "kubernetes_token_request_v1",
        "dynamic \"spec\" {; for_each = var.x; content {; expiration_seconds = 5; }; }",
    );
    assert_eq!(token.expiry.lifetime, Lifetime::Unknown);
    let lowered = one(r#"
variable "x" {}
resource "azuread_application" "a" {
  dynamic "password" {
    for_each = var.x
    content { display_name = "p" }
  }
}
"#);
    assert!(lowered.facts.credentials.is_empty());
}

#[test]
fn a_data_source_can_make_a_signature() {
    let lowered = one(r#"
data "azurerm_storage_account_sas" "s" {
  start  = "2026-11-01T00:00:00Z"
  expiry = "2036-11-01T00:00:00Z"
}
data "google_service_account_key" "k" { name = "k" }
"#);
    let [signature] = lowered.facts.credentials.as_slice() else { panic!() };
    assert_eq!(describe(signature), "2036-11-01 (expiry)");
    assert_eq!(lowered.slice(signature.place), "\"azurerm_storage_account_sas\"");
}

#[test]
fn rotation_is_what_makes_a_new_one() {
    let cases = [
        ("google_service_account_key", "", "none"),
        ("google_service_account_key", "keepers = { a = time_rotating.c.rotation_rfc3339 }", "60d"),
        ("google_service_account_key", "keepers = { a = time_rotating.c.id, b = var.x }", "60d"),
        ("google_service_account_key", "keepers = { a = \"1\" }", "none"),
        ("google_service_account_key", "keepers = { a = var.x }", "automatic"),
        ("google_service_account_key", "keepers = var.x", "automatic"),
        ("azuread_application_password", "rotate_when_changed = { a = time_rotating.c.id }", "60d"),
        (
            "azuread_application_password",
            "rotate_when_changed = { a = time_rotating.unknown.id }",
            "automatic",
        ),
        ("azuread_application_password", "end_date = time_rotating.c.rotation_rfc3339", "60d"),
        (
            "azuread_application_password",
            "end_date = timeadd(time_rotating.c.id, \"4320h\")",
            "60d",
        ),
        ("azuread_application_password", "end_date = \"2027-01-01T00:00:00Z\"", "none"),
        (
            "azuread_application_password",
            "lifecycle {; replace_triggered_by = [time_rotating.c]; }",
            "?",
        ),
        (
            "azuread_application_password",
            "lifecycle {; replace_triggered_by = [time_static.held.rfc3339]; }",
            "60d",
        ),
        (
            "azuread_application_password",
            "lifecycle {; replace_triggered_by = [time_static.held]; }",
            "60d",
        ),
        (
            "azuread_application_password",
            "lifecycle {; replace_triggered_by = [time_static.loop]; }",
            "automatic",
        ),
        ("databricks_service_principal_secret", "time_rotating = time_rotating.c.id", "60d"),
        (
            "gitlab_project_access_token",
            "rotation_configuration = { expiration_days = 60 }",
            "automatic",
        ),
        ("grafana_service_account_rotating_token", "", "automatic"),
        ("vault_pki_secret_backend_cert", "auto_renew = true", "automatic"),
        ("vault_pki_secret_backend_cert", "auto_renew = false", "none"),
        ("vault_pki_secret_backend_cert", "auto_renew = var.x", "?"),
        ("tls_self_signed_cert", "early_renewal_hours = 0", "none"),
        ("tls_self_signed_cert", "early_renewal_hours = 24", "automatic"),
        ("azurerm_key_vault_secret", "", "?"),
    ];
    for (kind, lines, expected) in cases {
        let (_, credential) = issued(kind, lines);
        let rotation = match credential.rotation {
            Rotation::Every(it) => format!("{}d", it.value / 86_400),
            Rotation::Automatic => "automatic".to_owned(),
            Rotation::None => "none".to_owned(),
            Rotation::Unknown => "?".to_owned(),
        };
        assert_eq!(rotation, expected, "{kind}: {lines}");
    }
}

#[test]
fn an_encrypted_secret_and_a_public_key_are_not_in_state() {
    let in_state = |kind: &str, lines: &str| issued(kind, lines).1.in_state;
    assert!(in_state("aws_iam_access_key", ""));
    assert!(!in_state("aws_iam_access_key", "pgp_key = \"keybase:x\""));
    assert!(!in_state("gitlab_deploy_key", ""));
    assert!(!in_state("tls_self_signed_cert", ""));
}
