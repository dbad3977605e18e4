use engine::{Context, Severity, rule};
use model::{Credential, CredentialKind, ExpirySource, Lifetime, SlotKind, days_between};

rule! {
    /// A credential lives longer than the limit.
    ///
    /// ## What
    /// The file sets an end for a credential, and it is further away than the configured limit
    /// (`secret-days` in `nhilint.toml`, 90 days unless set), or than what is sensible for its
    /// kind: days for a shared access signature, a day for an SVID or a token in a pod, hours for a login, years for
    /// an authority's certificate.
    ///
    /// ## Why
    /// A leaked credential is useful for as long as it lives, and a date in ten years is the same
    /// as none.
    ///
    /// ## Fix
    /// Shorten it and let something renew it, such as `time_rotating` with
    /// `rotate_when_changed`.
    ///
    /// ```tf,bad
    /// resource "azuread_application_password" "ci" {
    ///   application_id = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date       = "2099-01-01T00:00:00Z" # error: ends on 2099-01-01
    /// }
    /// ```
    /// ```tf,bad
    /// resource "tls_self_signed_cert" "api" {
    ///   private_key_pem       = tls_private_key.api.private_key_pem
    ///   validity_period_hours = 87600 # error: lives 3650 days
    ///   allowed_uses          = ["server_auth"]
    /// }
    /// ```
    /// ```tf,bad
    /// resource "vault_jwt_auth_backend_role" "ci" {
    ///   role_name     = "ci"
    ///   token_max_ttl = 604800 # error: lives 7 days
    /// }
    ///
    /// resource "vault_mount" "shop" {
    ///   path                  = "shop"
    ///   type                  = "database"
    ///   max_lease_ttl_seconds = 31536000 # error: lives 365 days
    /// }
    ///
    /// resource "aws_rolesanywhere_profile" "build" {
    ///   name             = "build"
    ///   role_arns        = [aws_iam_role.build.arn]
    ///   duration_seconds = 43200 # error: lives 12 hours
    /// }
    /// ```
    /// ```tf,good
    /// resource "tls_self_signed_cert" "authority" {
    ///   private_key_pem       = tls_private_key.authority.private_key_pem
    ///   is_ca_certificate     = true
    ///   validity_period_hours = 43800
    ///   allowed_uses          = ["cert_signing"]
    /// }
    ///
    /// resource "vault_jwt_auth_backend_role" "ci" {
    ///   role_name     = "ci"
    ///   token_max_ttl = 3600
    /// }
    ///
    /// resource "vault_mount" "authority" {
    ///   path                  = "authority"
    ///   type                  = "pki"
    ///   max_lease_ttl_seconds = 315360000
    /// }
    /// ```
    /// ```tf,bad
    /// # file: server.conf
    /// server {
    ///   trust_domain          = "example.org"
    ///   default_x509_svid_ttl = "720h" # error: lives 30 days
    /// }
    /// plugins {
    ///   KeyManager "memory" {
    ///     plugin_data {}
    ///   }
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: api
    /// spec:
    ///   serviceAccountName: api
    ///   containers:
    ///     - name: api
    ///       image: registry.example.com/api:1.4.2
    ///   volumes:
    ///     - name: token
    ///       projected:
    ///         sources:
    ///           - serviceAccountToken:
    ///               path: token
    ///               audience: vault
    ///               expirationSeconds: 31536000 # error: lives 365 days
    /// ```
    /// ```yaml,bad
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata:
    ///   name: web
    /// spec:
    ///   secretName: web
    ///   duration: 87600h # error: lives 3650 days
    /// ---
    /// apiVersion: spire.spiffe.io/v1alpha1
    /// kind: ClusterSPIFFEID
    /// metadata:
    ///   name: all
    /// spec:
    ///   spiffeIDTemplate: "spiffe://{{ .TrustDomain }}/sa/{{ .PodSpec.ServiceAccountName }}"
    ///   ttl: 720h # error: lives 30 days
    /// ```
    /// ```yaml,bad
    /// apiVersion: kubeadm.k8s.io/v1beta4
    /// kind: ClusterConfiguration
    /// controllerManager:
    ///   extraArgs:
    ///     - name: cluster-signing-duration
    ///       value: 87600h # error: lives 3650 days
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: kube-controller-manager
    /// spec:
    ///   containers:
    ///     - name: main
    ///       image: registry.k8s.io/kube-controller-manager
    ///       command:
    ///         - kube-controller-manager
    ///         - --cluster-signing-duration=2160h
    /// ```
    /// ```yaml,good
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata:
    ///   name: web
    /// spec:
    ///   secretName: web
    ///   duration: 2160h
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata:
    ///   name: authority
    /// spec:
    ///   isCA: true
    ///   secretName: authority
    ///   duration: 43800h
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: api
    /// spec:
    ///   serviceAccountName: api
    ///   containers:
    ///     - name: api
    ///       image: registry.example.com/api:1.4.2
    ///   volumes:
    ///     - name: token
    ///       projected:
    ///         sources:
    ///           - serviceAccountToken:
    ///               path: token
    ///               audience: vault
    ///               expirationSeconds: 86400
    ///           - serviceAccountToken:
    ///               path: other
    ///               audience: sts.amazonaws.com
    /// ```
    /// ```tf,good
    /// # file: server.conf
    /// server {
    ///   trust_domain          = "example.org"
    ///   default_x509_svid_ttl = "4h"
    ///   default_jwt_svid_ttl  = "5m"
    /// }
    /// plugins {
    ///   KeyManager "memory" {
    ///     plugin_data {}
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// resource "azuread_application_password" "ci" {
    ///   application_id = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date       = "2027-01-01T00:00:00Z"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "excessive-lifetime",
    family: Lifetime,
    severity: Medium,
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
    let expiry = &credential.expiry;
    let (ExpirySource::Stated, Some(origin)) = (expiry.source, &expiry.origin) else { return };
    // A credential that is written out is worse than long, and an end that moves is none.
    let asked_for = credential.kind == CredentialKind::ServiceAccountToken;
    if (credential.slot.kind != SlotKind::Issued && !asked_for) || expiry.slides {
        return;
    }
    // Without a limit of its own, a certificate is not judged by the one for secrets.
    if credential.kind == CredentialKind::Certificate && expiry.maximum.is_none() {
        return;
    }
    let seconds = match (expiry.lifetime, cx.today()) {
        (Lifetime::Seconds(seconds), _) => seconds,
        (Lifetime::Until(date), Some(today)) => {
            u64::try_from(days_between(today, date)).unwrap_or(0) * DAY
        }
        _ => return,
    };
    let limits = cx.thresholds();
    let limit = expiry.maximum.unwrap_or(limits.secret_days * DAY);
    if seconds <= limit {
        return;
    }
    let how_long = match expiry.lifetime {
        Lifetime::Until(date) => format!("ends on {date}, in {}", span(seconds)),
        _ => format!("lives {}", span(seconds)),
    };
    let message = format!("{} `{}` {how_long}", credential.kind.describe(), credential.name);
    let severity = severity(credential.kind, seconds, limits.secret_days_high * DAY);
    let help = format!("let it end within {} and be renewed", span(limit));
    let finding = cx.report(&credential.address, "expiry", origin, message);
    finding.severity(severity).help(help).remedy(credential.fix.as_deref());
}

const DAY: u64 = 86_400;

/// Days, or hours when it is not even one.
fn span(seconds: u64) -> String {
    match (seconds / DAY, seconds / 3_600) {
        (0, 1) => "1 hour".to_owned(),
        (0, hours) => format!("{hours} hours"),
        (1, _) => "1 day".to_owned(),
        (days, _) => format!("{days} days"),
    }
}

fn severity(kind: CredentialKind, seconds: u64, high: u64) -> Severity {
    match (kind, seconds > high) {
        // It proves who a server is, and its key is seldom handed around.
        (CredentialKind::Certificate, false) => Severity::Low,
        (CredentialKind::Certificate, true) => Severity::Medium,
        // Whoever has the link has what it opens.
        (CredentialKind::SharedAccessSignature, _) | (_, true) => Severity::High,
        (_, false) => Severity::Medium,
    }
}
