use engine::{Context, rule};
use model::{Credential, CredentialKind, ExpirySource, Rotation, SlotKind};

rule! {
    /// A secret is rotated too seldom.
    ///
    /// ## What
    /// Something rotates it, and lets more time pass than the limit (`secret-days` in
    /// `nhilint.toml`, 90 days unless set).
    ///
    /// ## Why
    /// A copy that somebody took is good until the next rotation.
    ///
    /// ## Fix
    /// Rotate more often. What rotates by itself costs nothing to rotate often.
    ///
    /// ```tf,bad
    /// resource "aws_secretsmanager_secret" "db" {
    ///   name = "db"
    /// }
    ///
    /// resource "aws_secretsmanager_secret_rotation" "db" {
    ///   secret_id = aws_secretsmanager_secret.db.id
    ///
    ///   rotation_rules {
    ///     automatically_after_days = 365 # error: every 365 days
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "days" {}
    ///
    /// resource "aws_secretsmanager_secret" "db" {
    ///   name = "db"
    /// }
    ///
    /// resource "aws_secretsmanager_secret_rotation" "db" {
    ///   secret_id = aws_secretsmanager_secret.db.id
    ///
    ///   rotation_rules {
    ///     schedule_expression = "rate(30 days)"
    ///   }
    /// }
    ///
    /// resource "aws_secretsmanager_secret" "open" {
    ///   name = "open"
    /// }
    ///
    /// resource "aws_secretsmanager_secret_rotation" "open" {
    ///   secret_id = aws_secretsmanager_secret.open.id
    ///
    ///   rotation_rules {
    ///     automatically_after_days = var.days
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "rare-rotation",
    family: Lifetime,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let Rotation::Every(period) = &credential.rotation else { return };
    // One that ends by itself is judged by its end.
    let stored = credential.kind == CredentialKind::Other;
    let key = credential.kind == CredentialKind::EncryptionKey;
    let ends = credential.expiry.source != ExpirySource::Inherent;
    if credential.slot.kind != SlotKind::Issued || key || (ends && !stored) {
        return;
    }
    let limit = credential.expiry.maximum.unwrap_or(cx.thresholds().secret_days * 86_400);
    if period.value <= limit {
        return;
    }
    let kind = match credential.kind {
        CredentialKind::Other => "stored secret",
        kind => kind.describe(),
    };
    let name = &credential.name;
    let message = format!("{kind} `{name}` is rotated every {} days", period.value / 86_400);
    cx.report(&credential.address, "rotation", &period.origin, message)
        .help(format!("rotate it at least every {} days", limit / 86_400));
}
