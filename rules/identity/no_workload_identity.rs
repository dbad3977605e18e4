use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// What runs in a cluster cannot have a cloud identity of its own.
    ///
    /// ## What
    /// An Azure Kubernetes Service cluster with `workload_identity_enabled` off, which is what
    /// counts where nothing is written.
    ///
    /// ## Why
    /// A program in such a cluster that needs something of the cloud gets a stored secret, or
    /// takes the identity of its node, which every other program there can take, too.
    ///
    /// ## Fix
    /// Switch `oidc_issuer_enabled` and `workload_identity_enabled` on, and give each service
    /// account a federated credential of its own. Both can be switched on in a running cluster;
    /// the first one cannot be switched off again.
    ///
    /// ```tf,bad
    /// resource "azurerm_kubernetes_cluster" "shop" { # error: can have no identity of their own
    ///   name = "shop"
    /// }
    ///
    /// resource "azurerm_kubernetes_cluster" "jobs" {
    ///   name                      = "jobs"
    ///   oidc_issuer_enabled       = true
    ///   workload_identity_enabled = false # error: can have no identity of their own
    /// }
    /// ```
    /// ```tf,good
    /// variable "on" {}
    ///
    /// resource "azurerm_kubernetes_cluster" "shop" {
    ///   name                      = "shop"
    ///   oidc_issuer_enabled       = true
    ///   workload_identity_enabled = true
    /// }
    ///
    /// resource "azurerm_kubernetes_cluster" "chosen" {
    ///   name                      = "chosen"
    ///   oidc_issuer_enabled       = var.on
    ///   workload_identity_enabled = var.on
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI6:2025 Insecure Cloud Deployment Configurations (verified 2026-11-22)
    id: "no-workload-identity",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI6", "NHI9"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::WorkloadIdentities(false) = guard.kind else { return };
    let off = if guard.stated { "is off" } else { "is not set" };
    let message = format!(
        "`{}` {off}: programs in this cluster can have no identity of their own in {}",
        guard.setting, guard.client
    );
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help(format!("set `{}` and its OIDC issuer", guard.setting))
        .remedy(guard.fix.as_deref());
}
