use engine::{Context, rule};
use model::{Credential, CredentialKind, Lifetime, SlotKind};

rule! {
    /// A Secret holds a service account token that never expires.
    ///
    /// ## What
    /// A Secret of type `kubernetes.io/service-account-token` makes the cluster write a token
    /// into it that is good until the Secret is deleted.
    ///
    /// ## Why
    /// Whoever reads the Secret once is that service account from anywhere and for ever. Tokens
    /// from the TokenRequest API end by themselves and are bound to a pod and an audience.
    ///
    /// ## Fix
    /// Mount a projected token (`serviceAccountToken` with `expirationSeconds` and `audience`),
    /// or ask for one with `kubectl create token`. For access from outside the cluster, federate.
    ///
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: deployer-token
    ///   annotations:
    ///     kubernetes.io/service-account.name: deployer
    /// type: kubernetes.io/service-account-token # error: Secret deployer-token never expires
    /// ```
    /// ```tf,bad
    /// resource "kubernetes_secret_v1" "deployer" {
    ///   metadata {
    ///     name = "deployer-token"
    ///     annotations = {
    ///       "kubernetes.io/service-account.name" = "deployer"
    ///     }
    ///   }
    ///   type = "kubernetes.io/service-account-token" # error: never expires
    /// }
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
    ///               expirationSeconds: 3600
    ///               audience: vault
    /// ```
    /// ```tf,good
    /// variable "type" {}
    ///
    /// resource "kubernetes_secret_v1" "app" {
    ///   metadata {
    ///     name = "app"
    ///   }
    ///   type = var.type
    /// }
    ///
    /// resource "kubernetes_secret_v1" "login" {
    ///   metadata {
    ///     name = "login"
    ///   }
    ///   type = "kubernetes.io/basic-auth"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "legacy-token-secret",
    family: Lifetime,
    severity: High,
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
    let legacy = credential.kind == CredentialKind::ServiceAccountToken
        && credential.slot.kind == SlotKind::Issued
        && credential.expiry.lifetime == Lifetime::Never;
    if !legacy {
        return;
    }
    let message = format!("the service account token in {} never expires", credential.slot.taker);
    cx.report_at(&credential.address, "type", credential.place, message)
        .help("use a projected token with `expirationSeconds` and `audience`");
}
