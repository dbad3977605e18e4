use engine::{Context, Severity, rule};
use model::hashicorp::{self, Capabilities, VaultReach};
use model::{Grant, PermissionSystem, wildcard};

rule! {
    /// A Vault policy gives `sudo` below a glob.
    ///
    /// ## What
    /// The capability `sudo` stands on a path that ends in `*` or holds `+`. On a path that is
    /// written out it is left alone: somebody meant this one.
    ///
    /// ## Why
    /// Vault keeps some paths for root: raw storage, seals, audit devices, orphan tokens. `sudo`
    /// opens all of them below the glob, also those that a later version adds.
    ///
    /// ## Fix
    /// Take `sudo` out of the statement. Write the one path that needs it as a statement of its
    /// own.
    ///
    /// ```tf,bad
    /// # file: operator.hcl
    /// path "sys/leases/*" { # error: `sudo` below `sys/leases/*`
    ///   capabilities = ["list", "update", "sudo"]
    /// }
    /// ```
    /// ```tf,good
    /// # file: operator.hcl
    /// path "sys/leases/revoke-force/aws" {
    ///   capabilities = ["update", "sudo"]
    /// }
    /// path "sys/leases/*" {
    ///   capabilities = ["list", "update"]
    /// }
    /// # file: main.tf
    /// variable "path" {}
    ///
    /// resource "vault_policy" "operator" {
    ///   name   = "operator"
    ///   policy = "path \"${var.path}/*\" { capabilities = [\"sudo\"] }"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - Vault policies: root protected API endpoints (verified 2026-11-22)
    id: "wildcard-sudo",
    family: Permission,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    if grant.system != PermissionSystem::Vault || !wildcard::gives(grant) {
        return;
    }
    let Some(path) = hashicorp::target(grant) else { return };
    let capabilities = Capabilities::of(grant);
    let is_open = path.value.ends_with('*') || path.value.split('/').any(|it| it == "+");
    // What leads to everything is reported for that.
    let is_reported = hashicorp::vault_reach(&path.value) == VaultReach::Everything
        || hashicorp::vault_escalation(&path.value, &capabilities).is_some();
    let Some(sudo) = grant.actions.find("sudo").filter(|_| is_open && !is_reported) else { return };
    let below_sys = path.value.trim_start_matches('/').starts_with("sys/");
    let message = format!("`sudo` below `{}` opens every path that is kept for root", path.value);
    cx.report(&grant.address, "capabilities", &path.origin, message)
        .severity(if below_sys { Severity::High } else { Severity::Medium })
        .help("give `sudo` only on the path that needs it, written out")
        .related(sudo.place(), "given here");
}
