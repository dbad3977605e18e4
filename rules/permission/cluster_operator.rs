use engine::{Context, rule};
use model::{Grant, PermissionSystem, hashicorp, wildcard};

rule! {
    /// A policy gives an identity the operation of the cluster itself.
    ///
    /// ## What
    /// `operator` or `keyring` with `write` in a Consul policy; `operator` or `node` with `write`
    /// in a Nomad policy.
    ///
    /// ## Why
    /// These are not about services and jobs but about the servers: who votes, which key
    /// encrypts the gossip, which node is drained. One call stops the cluster or lets a server
    /// of somebody else in.
    ///
    /// ## Fix
    /// Keep the level at `read`. Let people do the rest with tokens of their own that end.
    ///
    /// ```tf,bad
    /// # file: consul.hcl
    /// operator = "write" # error: `operator`
    ///
    /// service "api" {
    ///   policy = "write"
    /// }
    /// # file: nomad.hcl
    /// namespace "shop" {
    ///   policy = "write"
    /// }
    ///
    /// operator { # keep it readable
    ///   policy = "write" # error: `operator`
    /// }
    /// ```
    /// ```tf,good
    /// # file: consul.hcl
    /// operator = "read"
    /// # file: main.tf
    /// variable "level" {}
    ///
    /// resource "nomad_acl_policy" "ci" {
    ///   name      = "ci"
    ///   rules_hcl = "operator { policy = \"${var.level}\" }"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - Consul ACL rules: operator rules; Nomad ACL policy specification (verified 2026-11-22)
    id: "cluster-operator",
    family: Permission,
    severity: Medium,
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
    let what = |target: &str| match (grant.system, target) {
        (PermissionSystem::Consul, "operator") => Some("change the servers of the cluster"),
        (PermissionSystem::Consul, "keyring") => Some("change the keys of the gossip"),
        (PermissionSystem::Nomad, "operator") => Some("change the servers of the cluster"),
        (PermissionSystem::Nomad, "node") => Some("drain and purge nodes"),
        _ => None,
    };
    if !wildcard::gives(grant) {
        return;
    }
    let Some(level) = grant.actions.find("write") else { return };
    let Some(target) = hashicorp::target(grant) else { return };
    let Some(what) = what(&target.value) else { return };
    let message = format!("`{}` lets its holder {what}", target.value);
    cx.report(&grant.address, "level", &level.origin, message).help("keep the level at `read`");
}
