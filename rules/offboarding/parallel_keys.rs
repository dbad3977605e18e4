use engine::{Context, rule};
use model::{Credential, CredentialKind, ExpirySource, Identity, Lifetime, Rotation, SlotKind};

rule! {
    /// One identity has two endless keys at the same time.
    ///
    /// ## What
    /// Two or more keys that never end are made for one identity, all of them switched on, and
    /// nothing replaces them.
    ///
    /// ## Why
    /// A second key is meant for the days in which a first one is replaced. Where both stay,
    /// nobody knows who uses which, and neither can be taken away.
    ///
    /// ## Fix
    /// Keep one, or give each of the two users an identity of its own.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "ci" { # error: 2 endless keys
    ///   name = "ci"
    /// }
    ///
    /// resource "aws_iam_access_key" "one" {
    ///   user = aws_iam_user.ci.name
    /// }
    ///
    /// resource "aws_iam_access_key" "two" {
    ///   user = aws_iam_user.ci.name
    /// }
    /// ```
    /// ```tf,good
    /// variable "status" {}
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name = "ci"
    /// }
    ///
    /// resource "aws_iam_access_key" "one" {
    ///   user = aws_iam_user.ci.name
    /// }
    ///
    /// resource "aws_iam_access_key" "two" {
    ///   user   = aws_iam_user.ci.name
    ///   status = var.status
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    /// - OWASP NHI9:2025 NHI Reuse (verified 2026-11-22)
    id: "parallel-keys",
    family: Offboarding,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1", "NHI9"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let keys: Vec<&Credential> =
        cx.graph().credentials_of(identity).into_iter().filter(|it| stays(it)).collect();
    if keys.len() < 2 {
        return;
    }
    let kind = identity.kind.describe();
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let message = format!("{kind} `{name}` has {} endless keys at the same time", keys.len());
    let finding = cx.report_at(&identity.address, "keys", identity.place, message);
    finding.help("keep one key, or give each user of a key an identity of its own");
    for key in keys.into_iter().take(4) {
        finding.related(key.place, "one of its keys");
    }
}

/// A key that is surely on, never ends and is not replaced.
fn stays(key: &Credential) -> bool {
    let kind =
        matches!(key.kind, CredentialKind::AccessKey | CredentialKind::ServiceAccountKey);
    let on = key.active.is_absent() || key.active.value() == Some(&true);
    let endless = key.expiry.lifetime == Lifetime::Never
        && key.expiry.source == ExpirySource::Inherent;
    let replaced = !matches!(key.rotation, Rotation::None);
    kind && on && endless && !replaced && key.slot.kind == SlotKind::Issued
}
