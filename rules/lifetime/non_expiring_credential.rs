use engine::{Context, rule};
use model::{Credential, CredentialKind, ExpirySource, Lifetime, Rotation};

rule! {
    /// A credential could have an end and has none.
    ///
    /// ## What
    /// The resource that makes the credential takes an expiry, nothing is written there, and the
    /// provider's default is "for ever" or many years; or what is written there says "never".
    ///
    /// ## Why
    /// A leaked credential is useful for as long as it lives. One that ends is also noticed: who
    /// renews it has to say that it is still needed.
    ///
    /// ## Fix
    /// Set the expiry, and let something renew it: `time_rotating`, the provider's own rotation,
    /// or, better, a federated identity that needs no stored credential.
    ///
    /// ```tf,bad
    /// resource "azuread_application_password" "ci" { # error: `end_date`
    ///   application_id = azuread_application.ci.id
    /// }
    ///
    /// resource "azuread_application" "ci" {
    ///   display_name = "ci"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "cloudflare_zero_trust_access_service_token" "ci" {
    ///   name     = "ci"
    ///   duration = "forever" # error: never expires
    /// }
    ///
    /// resource "vault_token" "backup" {
    ///   policies  = ["backup"]
    ///   no_parent = true
    ///   period    = "24h" # error: never expires
    /// }
    ///
    /// resource "vault_approle_auth_backend_role" "backup" { # error: no `secret_id_ttl`
    ///   role_name = "backup"
    /// }
    /// ```
    /// ```tf,bad
    /// # file: api.nomad.hcl
    /// job "api" {
    ///   group "api" {
    ///     task "api" {
    ///       identity {
    ///         name = "aws" # error: no `ttl`
    ///         aud  = ["aws.workload.identity"]
    ///       }
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// # file: api.nomad.hcl
    /// job "api" {
    ///   group "api" {
    ///     task "api" {
    ///       identity {
    ///         name = "aws"
    ///         aud  = ["aws.workload.identity"]
    ///         ttl  = "1h"
    ///       }
    ///
    ///       identity {
    ///         env = true
    ///       }
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "end" {}
    ///
    /// resource "azuread_application_password" "ci" {
    ///   application_id = azuread_application.ci.id
    ///   end_date       = "2026-12-31T00:00:00Z"
    /// }
    ///
    /// resource "azuread_application_password" "other" {
    ///   application_id = azuread_application.ci.id
    ///   end_date       = var.end
    /// }
    ///
    /// resource "vault_token" "job" {
    ///   policies         = ["job"]
    ///   no_parent        = true
    ///   period           = "1h"
    ///   explicit_max_ttl = "24h"
    /// }
    ///
    /// resource "vault_approle_auth_backend_role" "addresses" {
    ///   role_name         = "addresses"
    ///   bind_secret_id    = false
    ///   token_bound_cidrs = ["10.0.0.0/24"]
    /// }
    ///
    /// resource "azuread_application_password" "rotated" {
    ///   application_id      = azuread_application.ci.id
    ///   rotate_when_changed = { clock = time_rotating.quarter.id }
    /// }
    ///
    /// resource "time_rotating" "quarter" {
    ///   rotation_days = 90
    /// }
    ///
    /// resource "azuread_application" "ci" {
    ///   display_name = "ci"
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata:
    ///   name: shop
    ///   namespace: argocd
    /// spec:
    ///   roles:
    ///     - name: ci
    ///       jwtTokens:
    ///         - iat: 1700000000 # error: has no `exp`
    /// ```
    /// ```yaml,good
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: AppProject
    /// metadata:
    ///   name: shop
    ///   namespace: argocd
    /// spec:
    ///   roles:
    ///     - name: ci
    ///       jwtTokens:
    ///         - iat: 1700000000
    ///           exp: 1700086400
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "non-expiring-credential",
    family: Lifetime,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["6"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let expiry = &credential.expiry;
    let Some(argument) = expiry.argument else { return };
    // Whether a stored secret ends by itself is not said by the vault that keeps it, and what a
    // key has encrypted must still be read when it is old.
    if matches!(credential.kind, CredentialKind::Other | CredentialKind::EncryptionKey) {
        return;
    }
    let what = credential.kind.describe();
    let name = &credential.name;
    let limit = cx.thresholds().secret_days;
    // A new one takes the place of the old one, which ends it.
    if matches!(&credential.rotation, Rotation::Every(it) if it.value / 86_400 <= limit) {
        return;
    }
    let help = format!("set `{argument}` to at most {limit} days, or use a federated identity");
    // An end that is written is judged by length, except when it says that there is none.
    if let (ExpirySource::Stated, Lifetime::Never, Some(origin)) =
        (expiry.source, expiry.lifetime, &expiry.origin)
    {
        let message = format!("{what} `{name}` never expires, as `{argument}` says");
        let help = format!("give it an end within {limit} days, or use a federated identity");
        cx.report(&credential.address, argument, origin, message).help(help);
        return;
    }
    if expiry.source != ExpirySource::ProviderDefault {
        return;
    }
    let days = match expiry.lifetime {
        Lifetime::Never => None,
        Lifetime::Seconds(it) if it / 86_400 > cx.thresholds().secret_days_high => {
            Some(it / 86_400)
        }
        _ => return,
    };
    let message = match days {
        None => format!("{what} `{name}` has no `{argument}` and never expires"),
        Some(days) => format!("{what} `{name}` has no `{argument}` and lives {days} days"),
    };
    cx.report_at(&credential.address, argument, credential.place, message).help(help);
}
