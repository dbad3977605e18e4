use engine::{Context, rule};
use model::{Credential, CredentialKind, ExpirySource, Lifetime, SlotKind};

rule! {
    /// A cloud key that never expires is created.
    ///
    /// ## What
    /// The configuration creates an access key or a service account key: a credential that is
    /// good until somebody remembers to delete it.
    ///
    /// ## Why
    /// Such a key works from anywhere, for whoever holds a copy, for years. The platform offers
    /// identities that need no stored key.
    ///
    /// ## Fix
    /// Let the workload act as a role: an instance or pod role inside the cloud, OIDC federation
    /// for pipelines, workload identity federation for everything else.
    ///
    /// ```tf,bad
    /// resource "aws_iam_access_key" "ci" { # error: access key
    ///   user = "ci"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_service_account_key" "ci" { # error: service account key
    ///   service_account_id = "projects/p/serviceAccounts/ci@p.iam.gserviceaccount.com"
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: iam.aws.upbound.io/v1beta1
    /// kind: AccessKey
    /// metadata:
    ///   name: deploy # error: never expires
    /// spec:
    ///   forProvider:
    ///     userRef:
    ///       name: deploy
    ///   writeConnectionSecretToRef:
    ///     name: deploy-key
    ///     namespace: ci
    /// ```
    /// ```yaml,good
    /// apiVersion: iam.aws.upbound.io/v1beta1
    /// kind: Role
    /// metadata:
    ///   name: deploy
    /// spec:
    ///   forProvider:
    ///     assumeRolePolicy: ${TRUST}
    /// ```
    /// ```tf,good
    /// resource "aws_iam_openid_connect_provider" "ci" {
    ///   url            = "https://token.actions.githubusercontent.com"
    ///   client_id_list = ["sts.amazonaws.com"]
    /// }
    /// ```
    /// ```tf,good
    /// resource "aws_iam_access_key" "old" {
    ///   count = 0
    ///   user  = "ci"
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: iam.cnrm.cloud.google.com/v1beta1
    /// kind: IAMServiceAccountKey
    /// metadata:
    ///   name: worker # error: never expires
    ///   namespace: shop
    /// spec:
    ///   serviceAccountRef:
    ///     name: worker
    /// ```
    /// ```yaml,good
    /// apiVersion: iam.cnrm.cloud.google.com/v1beta1
    /// kind: IAMServiceAccount
    /// metadata:
    ///   name: worker
    ///   namespace: shop
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "static-access-key",
    family: Lifetime,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7", "NHI4"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["6"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let cloud_key =
        matches!(credential.kind, CredentialKind::AccessKey | CredentialKind::ServiceAccountKey);
    let endless = credential.expiry.lifetime == Lifetime::Never
        && credential.expiry.source == ExpirySource::Inherent;
    // One that is switched off has to go, and is reported for that.
    let off = credential.active.value() == Some(&false);
    if credential.slot.kind != SlotKind::Issued || !cloud_key || !endless || off {
        return;
    }
    let state = if credential.in_state { ", and the Terraform state keeps its secret" } else { "" };
    let message =
        format!("{} `{}` never expires{state}", credential.kind.describe(), credential.name);
    let help = credential.replacement.clone().unwrap_or_else(|| {
        "use a role: an instance or pod role, or OIDC federation for a pipeline".into()
    });
    cx.report_at(&credential.address, "", credential.place, message).help(help);
}
