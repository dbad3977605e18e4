use engine::{Context, rule};
use model::{Identity, Knowledge};

rule! {
    /// The date on which an identity should be reviewed has passed.
    ///
    /// ## What
    /// A tag, label or annotation such as `review-by`, `expires` or `delete-after` holds a date
    /// in the past.
    ///
    /// ## Why
    /// Somebody decided that the identity is good until that day. Since then it works without
    /// anybody's decision.
    ///
    /// ## Fix
    /// Remove the identity, or look at what it may do and write a new date.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "migration" {
    ///   name = "migration"
    ///   tags = { owner = "data", review-by = "2025-06-30" } # error: passed on 2025-06-30
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: importer
    ///   annotations:
    ///     example.com/expires: "2026-01-31" # error: 2026-01-31
    /// ```
    /// ```tf,good
    /// variable "until" {}
    ///
    /// resource "aws_iam_role" "migration" {
    ///   name = "migration"
    ///   tags = { owner = "data", review-by = "2027-06-30" }
    /// }
    ///
    /// resource "aws_iam_role" "open" {
    ///   name = "open"
    ///   tags = { owner = "data", review-by = var.until }
    /// }
    ///
    /// resource "aws_iam_role" "words" {
    ///   name = "words"
    ///   tags = { owner = "data", expires = "never" }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "expired-review",
    family: Ownership,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1", "NHI7"],
        NistCsf: ["ID.AM-08"],
        NistAiRmf: ["GOV 1.7"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let (Knowledge::Known(review), Some(today)) = (&identity.ownership.review, cx.today()) else {
        return;
    };
    if review.value >= today {
        return;
    }
    let kind = identity.kind.describe();
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let message = format!("the review date of {kind} `{name}` passed on {}", review.value);
    cx.report(&identity.address, "review", &review.origin, message)
        .help("remove the identity, or review what it may do and write a new date");
}
