use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// A platform signs in with a stored key although it can prove who it is.
    ///
    /// ## What
    /// A pipeline gets `AWS_SECRET_ACCESS_KEY`, a key of a Google service account or a secret of
    /// an Entra application as a secret or variable; a cluster of Azure runs with the secret of
    /// a service principal; a secret engine of Vault keeps a key of the cloud.
    ///
    /// ## Why
    /// The key lives until somebody remembers to change it, and it works from everywhere: whoever
    /// prints it in one job has it for good. A token of the platform names the repository, branch
    /// or workspace it was made for, and is worthless after minutes.
    ///
    /// ## Fix
    /// Let the cloud trust the platform (OIDC federation, a managed identity), and delete the key.
    ///
    /// ```tf,bad
    /// variable "key" {
    ///   sensitive = true
    /// }
    ///
    /// resource "github_actions_secret" "aws" {
    ///   repository      = "shop"
    ///   secret_name     = "AWS_SECRET_ACCESS_KEY" # error: an AWS access key
    ///   plaintext_value = var.key
    /// }
    ///
    /// resource "gitlab_project_variable" "azure" {
    ///   project = "1"
    ///   key     = "ARM_CLIENT_SECRET" # error: a secret of an Entra application
    ///   value   = var.key
    ///   masked  = true
    /// }
    ///
    /// resource "tfe_variable" "google" {
    ///   key       = "GOOGLE_CREDENTIALS" # error: a Google service account key
    ///   value     = var.key
    ///   category  = "env"
    ///   sensitive = true
    /// }
    ///
    /// resource "azuread_application_password" "aks" {
    ///   application_id = "/applications/0"
    /// }
    ///
    /// resource "azurerm_kubernetes_cluster" "shop" {
    ///   service_principal {
    ///     client_id     = "00000000-0000-0000-0000-000000000001"
    ///     client_secret = azuread_application_password.aks.value # error: a secret of an Entra application
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "name" {}
    ///
    /// variable "client_secret" {
    ///   default = null
    /// }
    ///
    /// resource "github_actions_secret" "chosen" {
    ///   repository  = "shop"
    ///   secret_name = var.name
    /// }
    ///
    /// resource "github_actions_secret" "deploy" {
    ///   repository  = "shop"
    ///   secret_name = "DEPLOY_TOKEN"
    /// }
    ///
    /// resource "tfe_variable" "aws" {
    ///   key      = "TFC_AWS_PROVIDER_AUTH"
    ///   value    = "true"
    ///   category = "env"
    /// }
    ///
    /// resource "azurerm_kubernetes_cluster" "shop" {
    ///   identity {
    ///     type = "SystemAssigned"
    ///   }
    /// }
    ///
    /// resource "vault_azure_secret_backend" "shop" {
    ///   client_secret = var.client_secret
    /// }
    /// ```
    ///
    /// ## References
    /// - GitHub: about security hardening with OpenID Connect (verified 2026-11-22)
    /// - HCP Terraform: dynamic provider credentials (verified 2026-11-22)
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "stored-key-in-use",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7", "NHI4"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["6"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::StoredKeyInUse { what, instead } = guard.kind else { return };
    let message = format!("{what} is stored here, where an identity would do");
    cx.report_at(&guard.agent, &guard.setting, guard.place, message).help(instead);
}
