use engine::{Context, rule};
use model::{Credential, CredentialKind, ExpirySource, Lifetime, SlotKind};

rule! {
    /// A server's default decides how long a credential lives.
    ///
    /// ## What
    /// No limit is written, and the default of the server is longer than what is sensible: 32
    /// days for what a Vault login hands out, for example.
    ///
    /// ## Why
    /// What a job needs for minutes is good for weeks when it leaks, and it changes when
    /// somebody changes the server. Whether the server's default was lowered cannot be seen
    /// here, which is why this rule is strict.
    ///
    /// ## Fix
    /// Write the limit that the job needs.
    ///
    /// ```tf,bad
    /// resource "vault_kubernetes_auth_backend_role" "api" { # error: no `token_max_ttl`
    ///   role_name                        = "api"
    ///   bound_service_account_names      = ["api"]
    ///   bound_service_account_namespaces = ["prod"]
    /// }
    /// ```
    /// ```tf,good
    /// variable "seconds" {}
    ///
    /// resource "vault_kubernetes_auth_backend_role" "api" {
    ///   role_name     = "api"
    ///   token_max_ttl = 3600
    /// }
    ///
    /// resource "vault_kubernetes_auth_backend_role" "open" {
    ///   role_name     = "open"
    ///   token_max_ttl = var.seconds
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "default-lifetime",
    family: Lifetime,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["3"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let expiry = &credential.expiry;
    let (Some(argument), Some(maximum), Lifetime::Seconds(seconds)) =
        (expiry.argument, expiry.maximum, expiry.lifetime)
    else {
        return;
    };
    // Longer ones are reported as having no end.
    let long = seconds / 86_400 > cx.thresholds().secret_days_high;
    if expiry.source != ExpirySource::ProviderDefault
        || credential.slot.kind != SlotKind::Issued
        || credential.kind == CredentialKind::EncryptionKey
        || seconds <= maximum
        || long
    {
        return;
    }
    let what = credential.kind.describe();
    let message = format!(
        "{what} `{}` has no `{argument}` and can live {} days",
        credential.name,
        seconds / 86_400
    );
    cx.report_at(&credential.address, argument, credential.place, message)
        .help(format!("set `{argument}` to what the job needs, in seconds or hours"));
}
