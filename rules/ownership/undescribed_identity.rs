use engine::{Context, rule};
use model::{Identity, IdentityKind};

rule! {
    /// Nothing says what an identity is for.
    ///
    /// ## What
    /// The description of a role, service account or application is empty.
    ///
    /// ## Why
    /// Whoever finds the identity in two years has to guess whether it is still needed. This
    /// rule only informs.
    ///
    /// ## Fix
    /// Say in one sentence what uses it and for what.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "ops" { # error: does not say what it is for
    ///   name = "ops"
    /// }
    /// ```
    /// ```tf,good
    /// variable "what" {}
    ///
    /// resource "aws_iam_role" "ops" {
    ///   name        = "ops"
    ///   description = "Lets the night shift restart services"
    /// }
    ///
    /// resource "aws_iam_role" "open" {
    ///   name        = "open"
    ///   description = var.what
    /// }
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name = "ci"
    /// }
    /// ```
    ///
    /// ## References
    /// - NIST CSF 2.0 ID.AM-08 (verified 2026-11-22)
    id: "undescribed-identity",
    family: Ownership,
    severity: Info,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["ID.AM-08"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    // Other kinds have no place for a description.
    let describes = matches!(
        identity.kind,
        IdentityKind::AwsIamRole | IdentityKind::GcpServiceAccount | IdentityKind::EntraApplication
    );
    let empty = identity.description.is_absent()
        || identity.description.value().is_some_and(|it| it.trim().is_empty());
    if !describes || !empty {
        return;
    }
    let kind = identity.kind.describe();
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let message = format!("{kind} `{name}` does not say what it is for");
    cx.report_at(&identity.address, "description", identity.place, message)
        .help("write in one sentence what uses it and for what in `description`");
}
