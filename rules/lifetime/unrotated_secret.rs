use engine::{Context, rule};
use model::{Credential, CredentialKind, Lifetime, Rotation, SlotKind, Storage};

rule! {
    /// A stored secret is never rotated.
    ///
    /// ## What
    /// A secret store that can rotate what it keeps, or warn when that is due, is not told to.
    /// The same goes for the account with which a secret engine makes other accounts.
    ///
    /// ## Why
    /// A copy of the secret is good for ever, and nobody practises how it is replaced. Some
    /// secrets cannot be rotated by their store, which is why this rule is strict.
    ///
    /// ## Fix
    /// Add a rotation: `aws_secretsmanager_secret_rotation`, the `rotation` block,
    /// `rotation_period` of the engine.
    ///
    /// ```tf,bad
    /// resource "aws_secretsmanager_secret" "db" { # error: is never rotated
    ///   name = "db"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "vault_aws_secret_backend" "aws" { # error: is never rotated
    ///   access_key = var.id
    ///   secret_key = var.secret
    /// }
    ///
    /// variable "id" {}
    ///
    /// variable "secret" {
    ///   sensitive = true
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata:
    ///   name: db
    /// spec:
    ///   refreshInterval: "0" # error: is never rotated
    /// ```
    /// ```yaml,good
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata:
    ///   name: db
    /// spec:
    ///   refreshInterval: 1h
    /// ```
    /// ```tf,good
    /// resource "aws_secretsmanager_secret" "db" {
    ///   name = "db"
    /// }
    ///
    /// resource "aws_secretsmanager_secret_rotation" "db" {
    ///   secret_id           = aws_secretsmanager_secret.db.id
    ///   rotation_lambda_arn = aws_lambda_function.rotate.arn
    ///
    ///   rotation_rules {
    ///     automatically_after_days = 30
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "which" {}
    ///
    /// resource "aws_secretsmanager_secret" "db" {
    ///   name = "db"
    /// }
    ///
    /// resource "aws_secretsmanager_secret_rotation" "some" {
    ///   secret_id           = var.which
    ///   rotation_lambda_arn = aws_lambda_function.rotate.arn
    /// }
    ///
    /// resource "vault_aws_secret_backend" "aws" {
    ///   identity_token_audience = "vault.example.com"
    ///   role_arn                = aws_iam_role.vault.arn
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "unrotated-secret",
    family: Lifetime,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["6"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let stored = matches!(credential.storage, Storage::SecretStore);
    let ends = matches!(credential.expiry.lifetime, Lifetime::Until(_) | Lifetime::Seconds(_));
    let rotates = !matches!(credential.rotation, Rotation::None);
    let key = credential.kind == CredentialKind::EncryptionKey;
    if !stored || key || credential.slot.kind != SlotKind::Issued || ends || rotates {
        return;
    }
    let message = format!("stored secret `{}` is never rotated", credential.name);
    cx.report_at(&credential.address, "rotation", credential.place, message)
        .help("let its store rotate it, or use an identity that needs no secret");
}
