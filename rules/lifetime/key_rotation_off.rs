use engine::{Context, Severity, rule};
use model::{Credential, CredentialKind, Rotation, SlotKind, Storage};

rule! {
    /// An encryption key is never replaced.
    ///
    /// ## What
    /// A key that its service can replace by itself is declared without that: `aws_kms_key` for
    /// symmetric encryption without `enable_key_rotation = true`. A key whose period is longer
    /// than a year weighs less. So does a certificate of cert-manager whose key survives every
    /// renewal (`rotationPolicy: Never`). Keys for signing, imported keys and keys in a store of one's own
    /// cannot be replaced this way and are left alone.
    ///
    /// ## Why
    /// Everything that is ever encrypted hangs on one piece of key material. Whoever once got at
    /// it, or may use the key for a moment too long, reads the old data and all that is to come.
    ///
    /// ## Fix
    /// Switch rotation on. Old data stays readable: the service keeps the earlier material, and
    /// the key keeps its ARN and its policy.
    ///
    /// ```tf,bad
    /// resource "aws_kms_key" "data" { # error: is never rotated
    ///   description = "data"
    /// }
    ///
    /// resource "aws_kms_key" "logs" {
    ///   description         = "logs"
    ///   enable_key_rotation = false # error: is never rotated
    /// }
    ///
    /// resource "aws_kms_key" "slow" {
    ///   enable_key_rotation     = true
    ///   rotation_period_in_days = 2000 # error: every 2000 days
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_kms_crypto_key" "data" { # error: is never rotated
    ///   name     = "data"
    ///   key_ring = google_kms_key_ring.main.id
    /// }
    ///
    /// resource "google_kms_crypto_key" "old" {
    ///   name            = "old"
    ///   key_ring        = google_kms_key_ring.main.id
    ///   rotation_period = "63072000s" # error: only every 730 days
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
    /// ```yaml,bad
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata:
    ///   name: shop
    /// spec:
    ///   secretName: shop-tls
    ///   privateKey:
    ///     algorithm: ECDSA
    ///     rotationPolicy: Never # error: survives
    /// ```
    /// ```yaml,good
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata:
    ///   name: shop
    /// spec:
    ///   secretName: shop-tls
    ///   privateKey:
    ///     rotationPolicy: Always
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata:
    ///   name: other
    /// spec:
    ///   secretName: other-tls
    ///   privateKey:
    ///     algorithm: ECDSA
    /// ```
    /// ```tf,good
    /// resource "tls_private_key" "shop" {
    ///   algorithm = "ECDSA"
    /// }
    ///
    /// resource "tls_self_signed_cert" "shop" {
    ///   private_key_pem       = tls_private_key.shop.private_key_pem
    ///   allowed_uses          = ["server_auth"]
    ///   validity_period_hours = 720
    /// }
    /// ```
    /// ```tf,good
    /// variable "period" {}
    ///
    /// resource "google_kms_crypto_key" "data" {
    ///   name            = "data"
    ///   key_ring        = google_kms_key_ring.main.id
    ///   rotation_period = "7776000s"
    /// }
    ///
    /// resource "google_kms_crypto_key" "open" {
    ///   name            = "open"
    ///   key_ring        = google_kms_key_ring.main.id
    ///   rotation_period = var.period
    /// }
    ///
    /// resource "google_kms_crypto_key" "signs" {
    ///   name     = "signs"
    ///   key_ring = google_kms_key_ring.main.id
    ///   purpose  = "ASYMMETRIC_SIGN"
    /// }
    ///
    /// resource "azurerm_key_vault_key" "data" {
    ///   name         = "data"
    ///   key_vault_id = azurerm_key_vault.main.id
    ///   key_type     = "RSA"
    ///   key_opts     = ["wrapKey", "unwrapKey"]
    ///
    ///   rotation_policy {
    ///     automatic {
    ///       time_before_expiry = "P30D"
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "rotate" {}
    ///
    /// resource "aws_kms_key" "data" {
    ///   enable_key_rotation = true
    /// }
    ///
    /// resource "aws_kms_key" "chosen" {
    ///   enable_key_rotation = var.rotate
    /// }
    ///
    /// resource "aws_kms_key" "signing" {
    ///   key_usage                = "SIGN_VERIFY"
    ///   customer_master_key_spec = "ECC_NIST_P256"
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS KMS Developer Guide: rotate AWS KMS keys (verified 2026-11-22)
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "key-rotation-off",
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
    if credential.kind == CredentialKind::PrivateKey {
        kept(credential, cx);
        return;
    }
    let key = credential.kind == CredentialKind::EncryptionKey
        && matches!(credential.storage, Storage::SecretStore);
    if !key {
        return;
    }
    let name = &credential.name;
    match &credential.rotation {
        Rotation::None => {
            let message = format!("encryption key `{name}` is never rotated");
            cx.report_at(&credential.address, "rotation", credential.place, message)
                .help("let the service rotate it every year or more often")
                .remedy(credential.fix.as_deref());
        }
        Rotation::Every(seconds) => {
            let days = seconds.value / 86_400;
            if days <= cx.thresholds().secret_days_high {
                return;
            }
            let message = format!("encryption key `{name}` is rotated only every {days} days");
            cx.report(&credential.address, "rotation", &seconds.origin, message)
                .severity(Severity::Low)
                .help("rotate it every year or more often");
        }
        Rotation::Automatic | Rotation::Unknown => {}
    }
}

/// A key that stays when its certificate is renewed. Nothing renews what Terraform keeps in its
/// state.
fn kept(credential: &Credential, cx: &mut Context<'_>) {
    let renewed = credential.slot.kind == SlotKind::Issued
        && matches!(credential.storage, Storage::Generated)
        && !credential.in_state;
    if !renewed || !matches!(credential.rotation, Rotation::None) {
        return;
    }
    let message = format!("the key of certificate `{}` survives every renewal", credential.name);
    cx.report_at(&credential.address, "rotation", credential.place, message)
        .severity(Severity::Low)
        .help("let each renewal make a key of its own")
        .remedy(credential.fix.as_deref());
}
