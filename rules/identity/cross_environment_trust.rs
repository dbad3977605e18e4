use engine::{Context, rule};
use model::{Identity, Trust};

rule! {
    /// An identity outside of production may become one in production.
    ///
    /// ## What
    /// A role or account of production trusts an identity whose own name, tags or folder say
    /// that it belongs to another environment.
    ///
    /// ## Why
    /// Development is where rules are loose: more people may change it, and what runs there is
    /// not reviewed. Whoever takes it over takes production over as well.
    ///
    /// ## Fix
    /// Let each environment have identities of its own, and hand things over through a pipeline
    /// that somebody approves.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "runner" {
    ///   name = "runner-dev"
    /// }
    ///
    /// resource "aws_iam_role" "deploy" {
    ///   name = "deploy-prod"
    ///
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = aws_iam_role.runner.arn } # error: `runner-dev`
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// resource "aws_iam_role" "runner" {
    ///   name = "runner-prod"
    /// }
    ///
    /// resource "aws_iam_role" "product" {
    ///   name = "product-device"
    /// }
    ///
    /// resource "aws_iam_role" "deploy" {
    ///   name = "deploy-prod"
    ///
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = [aws_iam_role.runner.arn, aws_iam_role.product.arn] }
    ///     }]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI8:2025 Environment Isolation (verified 2026-11-22)
    id: "cross-environment-trust",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI8"],
        NistCsf: ["PR.AA-05", "PR.IR-01"],
    ],
    check: Trust(check),
}

fn check(trust: &Trust, cx: &mut Context<'_>) {
    let Some(target) = cx.graph().identity(&trust.identity) else { return };
    if environment(target) != Some(true) {
        return;
    }
    for principal in &trust.principals {
        let Some(from) = cx.graph().identity(&principal.value) else { continue };
        if environment(from) != Some(false) {
            continue;
        }
        let (to, who) = (called(target), called(from));
        let message = format!("`{who}` is not of production and may become `{to}`, which is");
        cx.report(&trust.address, "principals", &principal.origin, message)
            .related(from.place, "declared here")
            .help("let each environment have identities of its own");
    }
}

/// True for production; `None` when nothing says.
fn environment(identity: &Identity) -> Option<bool> {
    identity.environment.as_ref().map(|it| it.production)
}

fn called(identity: &Identity) -> String {
    identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone)
}
