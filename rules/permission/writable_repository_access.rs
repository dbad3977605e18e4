use engine::{Context, rule};
use model::Grant;
use model::service::{self, ServiceRole};

rule! {
    /// A machine may change code where reading is the default.
    ///
    /// ## What
    /// A deploy key can push, the token that every workflow of a repository or organisation gets
    /// can write, workflows can approve pull requests, or the tokens of jobs can push.
    ///
    /// ## Why
    /// Whoever can run one step of a pipeline, through a dependency or an action, can change what
    /// all others build and release. A deploy key is a file on a machine, without an end.
    ///
    /// ## Fix
    /// Leave the default at reading, and give the one workflow that writes its own `permissions`.
    /// For pushing from outside, use an application whose tokens end within the hour.
    ///
    /// ```tf,bad
    /// resource "github_repository_deploy_key" "server" {
    ///   title      = "server"
    ///   repository = "shop"
    ///   key        = "ssh-ed25519 AAAA"
    ///   read_only  = false # error: the key can change code
    /// }
    ///
    /// resource "github_workflow_repository_permissions" "shop" {
    ///   repository                   = "shop"
    ///   default_workflow_permissions = "write" # error: every workflow
    /// }
    /// ```
    /// ```tf,good
    /// variable "read_only" {}
    ///
    /// resource "github_repository_deploy_key" "server" {
    ///   title      = "server"
    ///   repository = "shop"
    ///   key        = "ssh-ed25519 AAAA"
    /// }
    ///
    /// resource "github_repository_deploy_key" "other" {
    ///   title      = "other"
    ///   repository = "shop"
    ///   key        = "ssh-ed25519 AAAA"
    ///   read_only  = var.read_only
    /// }
    ///
    /// resource "github_workflow_repository_permissions" "shop" {
    ///   repository                   = "shop"
    ///   default_workflow_permissions = "read"
    /// }
    /// ```
    ///
    /// ## References
    /// - GitHub: permissions of the workflow token (verified 2026-11-22)
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    id: "writable-repository-access",
    family: Permission,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5", "NHI9"],
        NistCsf: ["PR.AA-05", "GV.SC-07"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some((name, ServiceRole::Write, gives)) = service::role_of(grant) else { return };
    let message = format!("`{}`: {gives}", name.value);
    cx.report(&grant.address, "write", &name.origin, message)
        .help("leave it at reading, and let the one task that writes ask for it");
}
