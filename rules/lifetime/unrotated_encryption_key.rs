use engine::{Context, rule};
use model::{Credential, CredentialKind, Rotation};

rule! {
    /// An encryption key is never rotated.
    ///
    /// ## What
    /// A symmetric key of a key management service has no automatic rotation.
    ///
    /// ## Why
    /// Everything that was ever encrypted opens with one key. Rotation limits how much of it a
    /// leaked or misused key reaches, costs nothing, and keeps old data readable.
    ///
    /// ## Fix
    /// Switch automatic rotation on.
    ///
    /// ```tf,bad
    /// resource "aws_kms_key" "data" { # error: is never rotated
    ///   description = "data"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_kms_crypto_key" "data" { # error: is never rotated
    ///   name     = "data"
    ///   key_ring = google_kms_key_ring.main.id
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azurerm_key_vault_key" "data" { # error: is never rotated
    ///   name         = "data"
    ///   key_vault_id = azurerm_key_vault.main.id
    ///   key_type     = "RSA"
    ///   key_opts     = ["wrapKey", "unwrapKey"]
    /// }
    /// ```
    /// ```tf,good
    /// variable "rotates" {}
    ///
    /// resource "aws_kms_key" "data" {
    ///   enable_key_rotation = true
    /// }
    ///
    /// resource "aws_kms_key" "open" {
    ///   enable_key_rotation = var.rotates
    /// }
    ///
    /// resource "aws_kms_key" "signs" {
    ///   key_usage                = "SIGN_VERIFY"
    ///   customer_master_key_spec = "ECC_NIST_P256"
    /// }
    ///
    /// resource "google_kms_crypto_key" "data" {
    ///   name            = "data"
    ///   key_ring        = google_kms_key_ring.main.id
    ///   rotation_period = "7776000s"
    /// }
    ///
    /// resource "google_kms_crypto_key" "signs" {
    ///   name     = "signs"
    ///   key_ring = google_kms_key_ring.main.id
    ///   purpose  = "ASYMMETRIC_SIGN"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    /// - NIST CSF 2.0 PR.DS-01 (verified 2026-11-22)
    id: "unrotated-encryption-key",
    family: Lifetime,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.DS-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let key = credential.kind == CredentialKind::EncryptionKey;
    if !key || !matches!(credential.rotation, Rotation::None) {
        return;
    }
    let message = format!("encryption key `{}` is never rotated", credential.name);
    cx.report_at(&credential.address, "rotation", credential.place, message)
        .help("switch automatic rotation on")
        .remedy(credential.fix.as_deref());
}
