use engine::{Context, Severity, rule};
use model::{Identity, IdentityKind, Lifetime, Purpose, wildcard};

rule! {
    /// A machine identity has no owner.
    ///
    /// ## What
    /// Nothing says who answers for the identity: no owner tag, label or annotation on it or
    /// inherited from its provider or namespace, no line in CODEOWNERS, no entry in the
    /// configuration.
    ///
    /// ## Why
    /// An identity without an owner is never reviewed, never rotated and never deleted, and when
    /// it misbehaves nobody knows whom to call.
    ///
    /// ## Fix
    /// Write the team where the identity is declared, or once for all of them: in the provider's
    /// `default_tags`, on the namespace, in CODEOWNERS, or as `[[owner]]` in `nhilint.toml`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "ci" { # error: no owner
    ///   name = "ci"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "ops" { # error: nearly everything
    ///   name                = "ops"
    ///   managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    /// }
    /// ```
    /// ```tf,good
    /// provider "aws" {
    ///   default_tags {
    ///     tags = { Owner = "platform" }
    ///   }
    /// }
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name = "ci"
    /// }
    /// ```
    /// ```tf,good
    /// variable "tags" {}
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name = "ci"
    ///   tags = var.tags
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: deployer # error: no owner
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: deployer
    ///   labels:
    ///     team: payments
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    /// - NIST CSF 2.0 GV.RR-02, ID.AM-08 (verified 2026-11-22)
    id: "missing-owner",
    family: Ownership,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        OwaspAgentic: ["ASI10"],
        NistCsf: ["GV.RR-02", "ID.AM-08"],
        NistAiRmf: ["GOV 2.1"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let ownership = &identity.ownership;
    let Some(argument) = ownership.argument else { return };
    let people = identity.human == Some(true) || identity.purpose == Purpose::Human;
    // A workload acts through its account, and a built-in account belongs to the platform.
    let acts_itself = identity.kind != IdentityKind::KubernetesWorkload && !identity.built_in;
    if !ownership.owner.is_absent() || people || !acts_itself {
        return;
    }
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let (severity, because) = weight(identity, cx);
    let message =
        format!("{} `{name}` has no owner{because}", identity.kind.describe());
    cx.report_at(&identity.address, argument, identity.place, message)
        .severity(severity)
        .help(format!("write the team that answers for it in `{argument}`"));
}

/// An identity that can do much, or whose credential never ends, weighs more.
fn weight(identity: &Identity, cx: &Context<'_>) -> (Severity, &'static str) {
    let graph = cx.graph();
    let grants = graph.grants_of(identity);
    let endless =
        graph.credentials_of(identity).iter().any(|it| it.expiry.lifetime == Lifetime::Never);
    if grants.iter().any(|it| wildcard::is_admin_role(it)) {
        (Severity::Medium, " and may do nearly everything")
    } else if grants.iter().any(|it| !wildcard::wildcards(it).is_empty()) {
        (Severity::Medium, " and holds a wildcard grant")
    } else if endless {
        (Severity::Medium, " and holds a credential that never expires")
    } else {
        (Severity::Low, "")
    }
}
