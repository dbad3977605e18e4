use engine::{Context, rule};
use model::{Credential, CredentialKind, ExpirySource, Rotation, SlotKind};

rule! {
    /// Nothing renews a certificate before it ends.
    ///
    /// ## What
    /// A certificate with a fixed life is made, and the argument that would renew it in time
    /// is not set. Certificates without such an argument are left alone.
    ///
    /// ## Why
    /// The certificate ends on a day that nobody has in mind, and what depends on it stops. The
    /// usual answer to that is a certificate that lives ten years.
    ///
    /// ## Fix
    /// Set `early_renewal_hours`, `auto_renew` or the like, or let a certificate manager issue it.
    ///
    /// ```tf,bad
    /// resource "tls_self_signed_cert" "api" { # error: nothing renews
    ///   private_key_pem       = tls_private_key.api.private_key_pem
    ///   validity_period_hours = 720
    ///   allowed_uses          = ["server_auth"]
    /// }
    /// ```
    /// ```tf,good
    /// variable "early" {}
    ///
    /// resource "tls_self_signed_cert" "api" {
    ///   private_key_pem       = tls_private_key.api.private_key_pem
    ///   validity_period_hours = 720
    ///   early_renewal_hours   = 240
    ///   allowed_uses          = ["server_auth"]
    /// }
    ///
    /// resource "tls_self_signed_cert" "open" {
    ///   private_key_pem       = tls_private_key.api.private_key_pem
    ///   validity_period_hours = 720
    ///   early_renewal_hours   = var.early
    ///   allowed_uses          = ["server_auth"]
    /// }
    ///
    /// resource "google_privateca_certificate" "api" {
    ///   pool     = "api"
    ///   lifetime = "86400s"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "unrenewed-certificate",
    family: Lifetime,
    severity: Low,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let fixed = credential.expiry.source == ExpirySource::Stated;
    let certificate = credential.kind == CredentialKind::Certificate;
    if !certificate || !fixed || credential.slot.kind != SlotKind::Issued {
        return;
    }
    if !matches!(credential.rotation, Rotation::None) {
        return;
    }
    let message = format!("nothing renews certificate `{}` before it ends", credential.name);
    cx.report_at(&credential.address, "rotation", credential.place, message)
        .help("set the argument that renews it early, or let a certificate manager issue it");
}
