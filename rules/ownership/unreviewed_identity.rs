use engine::{Context, rule};
use model::{ExpirySource, Identity, Lifetime, SlotKind};

rule! {
    /// Nothing says until when an identity with an endless credential is needed.
    ///
    /// ## What
    /// An identity can prove itself with a credential that has no end, and neither the identity
    /// nor its owner wrote a date on which somebody looks at it again.
    ///
    /// ## Why
    /// What never ends and is never looked at stays for ever. A date in a tag costs nothing and
    /// is found by whoever cleans up. Many organisations keep such dates elsewhere, which is why
    /// this rule is strict.
    ///
    /// ## Fix
    /// Replace the credential by one that ends, or write a tag such as `review-by`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "ci" { # error: no review date
    ///   name = "ci"
    ///   tags = { owner = "platform" }
    /// }
    ///
    /// resource "aws_iam_access_key" "ci" {
    ///   user = aws_iam_user.ci.name
    /// }
    /// ```
    /// ```tf,good
    /// variable "tags" {}
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name = "ci"
    ///   tags = { owner = "platform", review-by = "2027-01-31" }
    /// }
    ///
    /// resource "aws_iam_access_key" "ci" {
    ///   user = aws_iam_user.ci.name
    /// }
    ///
    /// resource "aws_iam_user" "open" {
    ///   name = "open"
    ///   tags = var.tags
    /// }
    ///
    /// resource "aws_iam_access_key" "open" {
    ///   user = aws_iam_user.open.name
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "unreviewed-identity",
    family: Ownership,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7", "NHI1"],
        NistCsf: ["ID.AM-08"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let ownership = &identity.ownership;
    // A date stands beside the owner: where there is no place for one, there is none for both.
    if ownership.argument.is_none() || !ownership.review.is_absent() || identity.built_in {
        return;
    }
    let credentials = cx.graph().credentials_of(identity);
    let endless = credentials.into_iter().find(|it| {
        it.slot.kind == SlotKind::Issued
            && it.expiry.lifetime == Lifetime::Never
            && it.expiry.source == ExpirySource::Inherent
    });
    let Some(credential) = endless else { return };
    let kind = identity.kind.describe();
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let message = format!(
        "{kind} `{name}` has no review date and holds an endless {}",
        credential.kind.describe()
    );
    cx.report_at(&identity.address, "review", identity.place, message)
        .related(credential.place, "this credential never ends")
        .help("write a `review-by` tag with a date, or use a credential that ends");
}
