use engine::{Context, rule};
use model::{Credential, ReferenceSyntax, SlotKind, Storage};

rule! {
    /// A controller logs in with a stored key although it could use its own account.
    ///
    /// ## What
    /// A `SecretStore` of External Secrets, an issuer of cert-manager or a `ProviderConfig` of
    /// Crossplane takes an access key, a service account key, a client secret or a Vault token
    /// from a Secret.
    ///
    /// Clusters outside a cloud may have no other way, so the rule belongs to the strict profile.
    ///
    /// ## Why
    /// The key is good for whoever reads that Secret, from anywhere and until somebody rotates it,
    /// and what it opens is mostly more than one application: all secrets, all names, all of a
    /// cloud.
    ///
    /// ## Fix
    /// Let the controller prove itself with its service account: a role for it, a federated
    /// identity, the `kubernetes` login of Vault.
    ///
    /// ```yaml,bad
    /// apiVersion: external-secrets.io/v1
    /// kind: SecretStore
    /// metadata:
    ///   name: aws
    ///   namespace: shop
    /// spec:
    ///   provider:
    ///     aws:
    ///       service: SecretsManager
    ///       auth:
    ///         secretRef:
    ///           secretAccessKeySecretRef:
    ///             name: aws-key # error: access key
    ///             key: secret
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: ClusterIssuer
    /// metadata:
    ///   name: letsencrypt
    /// spec:
    ///   acme:
    ///     solvers:
    ///       - dns01:
    ///           cloudDNS:
    ///             project: shop
    ///             serviceAccountSecretRef:
    ///               name: dns # error: service account key
    ///               key: key.json
    /// ---
    /// apiVersion: aws.upbound.io/v1beta1
    /// kind: ProviderConfig
    /// metadata:
    ///   name: default
    /// spec:
    ///   credentials:
    ///     source: Secret # error: access key
    /// ```
    /// ```yaml,good
    /// apiVersion: external-secrets.io/v1
    /// kind: SecretStore
    /// metadata:
    ///   name: aws
    ///   namespace: shop
    /// spec:
    ///   provider:
    ///     aws:
    ///       service: SecretsManager
    ///       auth:
    ///         jwt:
    ///           serviceAccountRef:
    ///             name: eso
    /// ---
    /// apiVersion: aws.upbound.io/v1beta1
    /// kind: ProviderConfig
    /// metadata:
    ///   name: default
    /// spec:
    ///   credentials:
    ///     source: IRSA
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: app
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: app
    ///       env:
    ///         - name: DB_PASSWORD
    ///           valueFrom:
    ///             secretKeyRef:
    ///               name: db
    ///               key: password
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "stored-cloud-key",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7", "NHI4"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["6"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let Storage::Reference(reference) = &credential.storage else { return };
    let stored = reference.syntax == ReferenceSyntax::SecretKeyRef
        && credential.slot.kind == SlotKind::Provider;
    let Some(instead) = credential.replacement.as_deref().filter(|_| stored) else { return };
    let (taker, kind) = (&credential.slot.taker, credential.kind.describe());
    let message = format!("`{taker}` logs in with a stored {kind}");
    cx.report(&credential.address, &credential.slot.path, &reference.origin, message)
        .help(instead);
}
