use engine::{Context, rule};
use model::{Mechanism, Trust, aws};

rule! {
    /// A vendor may become a role without showing for which customer.
    ///
    /// ## What
    /// The trust of an AWS role names the account of a vendor that serves many customers from it
    /// (Datadog, New Relic, Databricks and others on a list), and no condition on
    /// `sts:ExternalId` or on who in that account.
    ///
    /// ## Why
    /// Another customer of the vendor enters the ARN of your role as theirs, and the vendor's
    /// account, which may become it, shows them what it finds: the confused deputy.
    ///
    /// ## Fix
    /// Add a condition on `sts:ExternalId` with the value that the vendor gave to you alone.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "datadog" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = "arn:aws:iam::464622532012:root" } # error: Datadog
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "external_id" {}
    ///
    /// resource "aws_iam_role" "datadog" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = "arn:aws:iam::464622532012:root" }
    ///       Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role" "own" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = "arn:aws:iam::123456789012:root" }
    ///     }]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM User Guide: access to accounts owned by third parties (verified 2026-11-22)
    /// - OWASP NHI3:2025 Vulnerable Third-Party NHI (verified 2026-11-22)
    id: "vendor-without-external-id",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI3", "NHI4"],
        NistCsf: ["PR.AA-03", "GV.SC-05"],
    ],
    check: Trust(check),
}

fn check(trust: &Trust, cx: &mut Context<'_>) {
    let narrowed = !trust.conditions_known || aws::narrows_principals(&trust.conditions);
    if trust.mechanism != Mechanism::Assume || narrowed {
        return;
    }
    for principal in &trust.principals {
        let Some(vendor) = aws::account_of(&principal.value).and_then(aws::vendor) else {
            continue;
        };
        let message = format!("any customer of {vendor} can have it become this role");
        cx.report(&trust.address, "principals", &principal.origin, message)
            .help("add a condition on `sts:ExternalId` with the value the vendor gave you");
    }
}
