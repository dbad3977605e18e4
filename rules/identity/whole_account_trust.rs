use engine::{Context, rule};
use model::{Mechanism, Party, Trust, aws};

rule! {
    /// A whole account may become an identity.
    ///
    /// ## What
    /// The trust of an AWS role names an account (`arn:aws:iam::…:root` or its number) without a
    /// condition that says which of its identities, and without an external id.
    ///
    /// Whether the account is one's own cannot be read from the files, and for one's own account
    /// this is common. So the rule belongs to the strict profile.
    ///
    /// ## Why
    /// Who may become the role is decided by others: everybody whom the administrators of that
    /// account let assume roles. A vendor who serves many customers from one account can be made
    /// to use the role for another of them.
    ///
    /// ## Fix
    /// Name the role of the other account. For a vendor, add a condition on `sts:ExternalId` with
    /// the value the vendor gave to you alone.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "vendor" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = "arn:aws:iam::123456789012:root" } # error: account `123456789012`
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "account" {}
    ///
    /// resource "aws_iam_role" "vendor" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "sts:AssumeRole"
    ///         Principal = { AWS = "arn:aws:iam::123456789012:root" }
    ///         Condition = { StringEquals = { "sts:ExternalId" = "7d0f" } }
    ///       },
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "sts:AssumeRole"
    ///         Principal = { AWS = "arn:aws:iam::123456789012:role/deploy" }
    ///       },
    ///       { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = var.account } },
    ///     ]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM User Guide: the confused deputy problem (verified 2026-11-22)
    /// - OWASP NHI3:2025 Vulnerable Third-Party NHI (verified 2026-11-22)
    id: "whole-account-trust",
    family: Identity,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
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
        let Party::Account(account) = &principal.value else { continue };
        // What a vendor's account may do is another rule's.
        if aws::vendor(account).is_some() {
            continue;
        }
        let message = format!("any identity of account `{account}` can become this one");
        cx.report(&trust.address, "principals", &principal.origin, message)
            .help("name the role that is meant, or add a condition on `sts:ExternalId`");
    }
}
