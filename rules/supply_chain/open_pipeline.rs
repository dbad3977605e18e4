use engine::{Context, Severity, rule};
use model::Grant;
use model::service::{self, ServiceRole};

rule! {
    /// Others can run code with the credentials of pipelines.
    ///
    /// ## What
    /// Pipelines may run actions of anybody, a group of own runners takes jobs of public
    /// repositories, or the job tokens of all projects are accepted.
    ///
    /// ## Why
    /// A pipeline holds the credentials with which things are released. An action that was taken
    /// over reads them; a pull request from a stranger stays on a runner and reads those of the
    /// next job; a token of any project reaches into this one.
    ///
    /// ## Fix
    /// Name the actions, repositories and projects that are meant.
    ///
    /// ```tf,bad
    /// resource "github_actions_organization_permissions" "all" {
    ///   allowed_actions      = "all" # error: actions of anybody
    ///   enabled_repositories = "all"
    /// }
    ///
    /// resource "github_actions_runner_group" "shared" {
    ///   name                       = "shared"
    ///   visibility                 = "all"
    ///   allows_public_repositories = true # error: pull request from anybody
    /// }
    /// ```
    /// ```tf,good
    /// variable "allowed" {}
    ///
    /// resource "github_actions_organization_permissions" "selected" {
    ///   allowed_actions      = "selected"
    ///   enabled_repositories = "all"
    /// }
    ///
    /// resource "github_actions_organization_permissions" "other" {
    ///   allowed_actions      = var.allowed
    ///   enabled_repositories = "all"
    /// }
    ///
    /// resource "github_actions_runner_group" "own" {
    ///   name       = "own"
    ///   visibility = "private"
    /// }
    /// ```
    ///
    /// ## References
    /// - GitHub: security hardening for self-hosted runners (verified 2026-11-22)
    /// - OWASP NHI3:2025 Vulnerable Third-Party NHI (verified 2026-11-22)
    id: "open-pipeline",
    family: SupplyChain,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI3", "NHI6", "NHI9"],
        OwaspAgentic: ["ASI04"],
        NistCsf: ["GV.SC-05"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some((name, ServiceRole::OpenPipeline, gives)) = service::role_of(grant) else { return };
    // Machines keep what a stranger leaves behind.
    let severity =
        if name.value.contains("runners") { Severity::High } else { Severity::Medium };
    let message = format!("`{}`: {gives}", name.value);
    cx.report(&grant.address, "open", &name.origin, message)
        .severity(severity)
        .help("name the actions, repositories or projects that are meant");
}
