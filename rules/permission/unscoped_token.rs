use engine::{Context, rule};
use model::Grant;
use model::service::{self, ServiceRole};

rule! {
    /// A token may do whatever its owner may.
    ///
    /// ## What
    /// A token or key of a service has no scopes, or a scope that stands for all of them: a Datadog
    /// application key without `scopes`, a Google key whose `restrictions` name no API, `api` for a
    /// GitLab token, `*` for a Linode token.
    ///
    /// ## Why
    /// The token is made for one task, and whoever finds it gets every task of its owner: changing
    /// settings, reading stored secrets, making more tokens. When the owner's rights grow, so do
    /// those of the token.
    ///
    /// ## Fix
    /// List the scopes that the task needs.
    ///
    /// ```tf,bad
    /// resource "datadog_application_key" "ci" { # error: `Datadog unscoped key`
    ///   name = "ci"
    /// }
    ///
    /// resource "gitlab_project_access_token" "ci" {
    ///   project      = "1"
    ///   name         = "ci"
    ///   access_level = "developer"
    ///   scopes       = ["read_repository", "api"] # error: `GitLab api`
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_apikeys_key" "maps" { # error: `Google Cloud unscoped key`
    ///   name = "maps"
    /// }
    ///
    /// resource "google_apikeys_key" "shop" {
    ///   name = "shop"
    ///   restrictions { # error: `Google Cloud unscoped key`
    ///     server_key_restrictions {
    ///       allowed_ips = ["192.0.2.1"]
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "service" {}
    ///
    /// resource "google_apikeys_key" "maps" {
    ///   name = "maps"
    ///   restrictions {
    ///     api_targets {
    ///       service = var.service
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "scopes" {}
    ///
    /// resource "datadog_application_key" "ci" {
    ///   name   = "ci"
    ///   scopes = ["monitors_read"]
    /// }
    ///
    /// resource "datadog_application_key" "other" {
    ///   name   = "other"
    ///   scopes = var.scopes
    /// }
    ///
    /// resource "gitlab_project_access_token" "ci" {
    ///   project      = "1"
    ///   name         = "ci"
    ///   access_level = "developer"
    ///   scopes       = ["read_api", "read_repository"]
    /// }
    /// ```
    ///
    /// ## References
    /// - Datadog: scopes of application keys (verified 2026-11-22)
    /// - GitLab: token scopes (verified 2026-11-22)
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    id: "unscoped-token",
    family: Permission,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some((name, ServiceRole::Unscoped, gives)) = service::role_of(grant) else { return };
    let message = format!("`{}` lets the token do {gives}", name.value);
    cx.report(&grant.address, "scopes", &name.origin, message)
        .help("list the scopes that its task needs");
}
