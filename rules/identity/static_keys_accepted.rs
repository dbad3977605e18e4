use engine::{Context, Severity, rule};
use model::{Guard, GuardKind};

rule! {
    /// A service accepts stored keys although it accepts identities.
    ///
    /// ## What
    /// A setting says that keys or passwords of the service itself are good: account keys of a
    /// storage account, the admin user of a registry, API keys of an AI service, local accounts of
    /// a cluster. In Google Cloud, a rule of the organisation that forbids keys of service accounts is
    /// switched off. Only what is written is reported, not what a default says.
    ///
    /// ## Why
    /// Such a key is nobody's: it does not expire, it is shared by all who use the service, no role
    /// limits it, and the log does not tell who it was. Whoever copies it once keeps access after
    /// every role has been taken away.
    ///
    /// ## Fix
    /// Give the clients managed identities with roles on the service, then switch the keys off.
    ///
    /// ```tf,bad
    /// resource "azurerm_container_registry" "shop" {
    ///   name          = "shop"
    ///   admin_enabled = true # error: the admin account's password
    /// }
    ///
    /// resource "azurerm_cosmosdb_account" "shop" {
    ///   name                          = "shop"
    ///   local_authentication_disabled = false # error: account keys
    /// }
    ///
    /// resource "azurerm_postgresql_flexible_server" "shop" {
    ///   name = "shop"
    ///   authentication {
    ///     password_auth_enabled = true # error: database passwords
    ///   }
    /// }
    ///
    /// resource "google_container_cluster" "shop" {
    ///   name = "shop"
    ///   master_auth {
    ///     client_certificate_config {
    ///       issue_client_certificate = true # error: client certificates
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// variable "organization" {}
    ///
    /// resource "google_org_policy_policy" "keys" {
    ///   name   = "organizations/${var.organization}/policies/iam.disableServiceAccountKeyCreation"
    ///   parent = "organizations/${var.organization}"
    ///   spec {
    ///     rules {
    ///       enforce = "FALSE" # error: keys of service accounts
    ///     }
    ///   }
    /// }
    ///
    /// resource "google_project_organization_policy" "uploads" {
    ///   project    = "shop"
    ///   constraint = "constraints/iam.disableServiceAccountKeyUpload"
    ///   boolean_policy {
    ///     enforced = false # error: uploaded keys
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "policy" {}
    ///
    /// resource "google_org_policy_policy" "keys" {
    ///   name   = "organizations/1/policies/iam.disableServiceAccountKeyCreation"
    ///   parent = "organizations/1"
    ///   spec {
    ///     rules {
    ///       enforce = "TRUE"
    ///     }
    ///   }
    /// }
    ///
    /// resource "google_org_policy_policy" "other" {
    ///   name   = "organizations/1/policies/${var.policy}"
    ///   parent = "organizations/1"
    ///   spec {
    ///     rules {
    ///       enforce = "FALSE"
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "keys" {}
    ///
    /// resource "azurerm_storage_account" "shop" {
    ///   name                      = "shop"
    ///   shared_access_key_enabled = false
    /// }
    ///
    /// resource "azurerm_cosmosdb_account" "shop" {
    ///   name                          = "shop"
    ///   local_authentication_disabled = true
    /// }
    ///
    /// resource "azurerm_servicebus_namespace" "shop" {
    ///   name               = "shop"
    ///   local_auth_enabled = var.keys
    /// }
    ///
    /// resource "azurerm_search_service" "shop" {
    ///   name = "shop"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI4:2025 Insecure Authentication, NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "static-keys-accepted",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI7", "NHI9"],
        NistCsf: ["PR.AA-03"],
        NistZeroTrust: ["6"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::StaticKeys { accepted: true, what } = guard.kind else { return };
    if !guard.stated {
        return;
    }
    let message = format!("`{}` accepts {what}, although it accepts identities", guard.agent);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(Severity::Medium)
        .help("let clients sign in with an identity, then switch this off")
        .remedy(guard.fix.as_deref());
}
