use engine::{Confidence, Context, Severity, rule};
use model::{Guard, GuardKind};

rule! {
    /// A platform signs in with a stored key although it can prove who it is.
    ///
    /// ## What
    /// A pipeline gets `AWS_SECRET_ACCESS_KEY`, a key of a Google service account or a secret of
    /// an Entra application as a secret or variable; a cluster of Azure runs with the secret of
    /// a service principal; a secret engine of Vault keeps a key of the cloud; a `SecretStore` of
    /// External Secrets, an issuer of cert-manager or a `ProviderConfig` of Crossplane takes a key
    /// or a Vault token from a Secret, and a pod takes a key of the cloud from one (with an endpoint
    /// beside it, the key is that of another store and left alone).
    ///
    /// A cluster that runs outside of the cloud may have no other way without setting up a
    /// federation, so the key of a cloud weighs less there.
    ///
    /// ## Why
    /// The key lives until somebody remembers to change it, and it works from everywhere: whoever
    /// prints it in one job has it for good. A token of the platform names the repository, branch
    /// or workspace it was made for, and is worthless after minutes.
    ///
    /// ## Fix
    /// Let the cloud trust the platform (OIDC federation, a managed identity), and delete the key.
    /// A controller in a cluster proves itself with its service account: a role for it, a
    /// federated identity, the `kubernetes` login of Vault.
    ///
    /// ```tf,bad
    /// variable "key" {
    ///   sensitive = true
    /// }
    ///
    /// resource "github_actions_secret" "aws" {
    ///   repository      = "shop"
    ///   secret_name     = "AWS_SECRET_ACCESS_KEY" # error: an AWS access key
    ///   plaintext_value = var.key
    /// }
    ///
    /// resource "gitlab_project_variable" "azure" {
    ///   project = "1"
    ///   key     = "ARM_CLIENT_SECRET" # error: a secret of an Entra application
    ///   value   = var.key
    ///   masked  = true
    /// }
    ///
    /// resource "tfe_variable" "google" {
    ///   key       = "GOOGLE_CREDENTIALS" # error: a Google service account key
    ///   value     = var.key
    ///   category  = "env"
    ///   sensitive = true
    /// }
    ///
    /// resource "azuread_application_password" "aks" {
    ///   application_id = "/applications/0"
    /// }
    ///
    /// resource "azurerm_kubernetes_cluster" "shop" {
    ///   service_principal {
    ///     client_id     = "00000000-0000-0000-0000-000000000001"
    ///     client_secret = azuread_application_password.aks.value # error: a secret of an Entra application
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "name" {}
    ///
    /// variable "client_secret" {
    ///   default = null
    /// }
    ///
    /// resource "github_actions_secret" "chosen" {
    ///   repository  = "shop"
    ///   secret_name = var.name
    /// }
    ///
    /// resource "github_actions_secret" "deploy" {
    ///   repository  = "shop"
    ///   secret_name = "DEPLOY_TOKEN"
    /// }
    ///
    /// resource "tfe_variable" "aws" {
    ///   key      = "TFC_AWS_PROVIDER_AUTH"
    ///   value    = "true"
    ///   category = "env"
    /// }
    ///
    /// resource "azurerm_kubernetes_cluster" "shop" {
    ///   identity {
    ///     type = "SystemAssigned"
    ///   }
    /// }
    ///
    /// resource "vault_azure_secret_backend" "shop" {
    ///   client_secret = var.client_secret
    /// }
    /// ```
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
    ///             name: aws-key # error: an AWS access key
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
    ///               name: dns # error: a Google service account key
    ///               key: key.json
    /// ---
    /// apiVersion: aws.upbound.io/v1beta1
    /// kind: ProviderConfig
    /// metadata:
    ///   name: default
    /// spec:
    ///   credentials:
    ///     source: Secret # error: an AWS access key
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
    /// ```yaml,bad
    /// # file: .github/workflows/deploy.yml
    /// jobs:
    ///   deploy:
    ///     steps:
    ///       - uses: aws-actions/configure-aws-credentials@v4
    ///         with:
    ///           aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }} # error: an AWS access key
    ///           aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
    ///       - uses: azure/login@v2
    ///         with:
    ///           creds: ${{ secrets.AZURE_CREDENTIALS }} # error: a secret of an Entra application
    /// ```
    /// ```yaml,good
    /// # file: .github/workflows/deploy.yml
    /// permissions:
    ///   id-token: write
    /// jobs:
    ///   deploy:
    ///     steps:
    ///       - uses: aws-actions/configure-aws-credentials@v4
    ///         with:
    ///           role-to-assume: ${{ vars.ROLE }}
    ///       - uses: aws-actions/configure-aws-credentials@v4
    ///         with:
    ///           aws-access-key-id: ${{ steps.login.outputs.key }}
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: app
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: app
    ///   volumes:
    ///     - name: secrets
    ///       csi:
    ///         driver: secrets-store.csi.k8s.io
    ///         nodePublishSecretRef:
    ///           name: vault-login # error: a login to the secret store
    /// ---
    /// apiVersion: source.toolkit.fluxcd.io/v1
    /// kind: OCIRepository
    /// metadata:
    ///   name: app
    /// spec:
    ///   url: oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/app
    ///   secretRef:
    ///     name: ecr # error: a login
    /// ```
    /// ```yaml,bad
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: app
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: app
    ///           image: app
    ///           env:
    ///             - name: AWS_SECRET_ACCESS_KEY
    ///               valueFrom:
    ///                 secretKeyRef:
    ///                   name: aws # error: an AWS access key
    ///                   key: secret
    /// ```
    /// ```yaml,good
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata:
    ///   name: app
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: app
    ///           image: app
    ///           env:
    ///             - name: S3_ENDPOINT
    ///               value: https://minio.example.com
    ///             - name: AWS_SECRET_ACCESS_KEY
    ///               valueFrom:
    ///                 secretKeyRef:
    ///                   name: minio
    ///                   key: secret
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: app
    /// spec:
    ///   containers:
    ///     - name: app
    ///       image: app
    ///   volumes:
    ///     - name: secrets
    ///       csi:
    ///         driver: secrets-store.csi.k8s.io
    ///         volumeAttributes:
    ///           secretProviderClass: app
    /// ---
    /// apiVersion: source.toolkit.fluxcd.io/v1
    /// kind: GitRepository
    /// metadata:
    ///   name: app
    /// spec:
    ///   url: ssh://git@github.com/shop/app
    ///   secretRef:
    ///     name: deploy-key
    /// ```
    ///
    /// ## References
    /// - GitHub: about security hardening with OpenID Connect (verified 2026-11-22)
    /// - HCP Terraform: dynamic provider credentials (verified 2026-11-22)
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "stored-key-in-use",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7", "NHI4"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["6"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::StoredKeyInUse { what, instead, anywhere } = guard.kind else { return };
    let message = format!("{what} is stored here, where an identity would do");
    let finding = cx.report_at(&guard.agent, &guard.setting, guard.place, message).help(instead);
    if !anywhere {
        finding.severity(Severity::Low).confidence(Confidence::Medium);
    }
}
