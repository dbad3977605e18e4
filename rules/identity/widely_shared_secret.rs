use engine::{Context, rule};
use model::Grant;
use model::service::{self, ServiceRole};

rule! {
    /// A stored credential can be used by every project of an organisation, or by every branch.
    ///
    /// ## What
    /// An organisation's secret is visible to all repositories, or a variable set with a credential
    /// is applied to all workspaces. A masked variable of GitLab is not protected, and no
    /// environment limits it, so that a pipeline of any branch gets it.
    ///
    /// ## Why
    /// Whoever can push a branch to any one of the repositories can print the secret. The projects
    /// share one identity, so that nothing tells which of them acted, and none can be cut off alone.
    ///
    /// ## Fix
    /// Choose the repositories or workspaces that need it, or give each its own: a role that its
    /// workload identity can assume. Protect a variable of GitLab, or name its environment.
    ///
    /// ```yaml,bad
    /// apiVersion: external-secrets.io/v1
    /// kind: ClusterSecretStore
    /// metadata:
    ///   name: vault # error: every namespace
    /// spec:
    ///   provider:
    ///     vault:
    ///       server: https://vault.example.com
    ///       auth:
    ///         kubernetes:
    ///           role: eso
    /// ---
    /// apiVersion: bitnami.com/v1alpha1
    /// kind: SealedSecret
    /// metadata:
    ///   name: registry
    ///   annotations:
    ///     sealedsecrets.bitnami.com/cluster-wide: "true" # error: every namespace
    /// ```
    /// ```yaml,good
    /// apiVersion: external-secrets.io/v1
    /// kind: ClusterSecretStore
    /// metadata:
    ///   name: vault
    /// spec:
    ///   conditions:
    ///     - namespaces: ["shop"]
    ///   provider:
    ///     vault:
    ///       server: https://vault.example.com
    /// ---
    /// apiVersion: bitnami.com/v1alpha1
    /// kind: SealedSecret
    /// metadata:
    ///   name: registry
    ///   annotations:
    ///     sealedsecrets.bitnami.com/namespace-wide: "true"
    /// ```
    /// ```tf,bad
    /// resource "github_actions_organization_secret" "deploy" {
    ///   secret_name = "DEPLOY_TOKEN"
    ///   visibility  = "all" # error: every repository
    /// }
    /// ```
    /// ```tf,bad
    /// resource "tfe_variable_set" "aws" {
    ///   name         = "aws"
    ///   organization = "shop"
    ///   global       = true # error: every workspace
    /// }
    ///
    /// resource "tfe_variable" "key" {
    ///   key             = "AWS_SECRET_ACCESS_KEY"
    ///   category        = "env"
    ///   sensitive       = true
    ///   variable_set_id = tfe_variable_set.aws.id
    /// }
    /// ```
    /// ```tf,bad
    /// resource "gitlab_project_variable" "deploy" { # error: a pipeline of any branch
    ///   project = "1"
    ///   key     = "DEPLOY_TOKEN"
    ///   masked  = true
    /// }
    ///
    /// resource "gitlab_group_variable" "deploy" {
    ///   group             = "1"
    ///   key               = "DEPLOY_TOKEN"
    ///   masked            = true
    ///   environment_scope = "*"
    ///   protected         = false # error: a pipeline of any branch
    /// }
    /// ```
    /// ```tf,good
    /// variable "protected" {}
    ///
    /// resource "gitlab_project_variable" "region" {
    ///   project = "1"
    ///   key     = "REGION"
    /// }
    ///
    /// resource "gitlab_project_variable" "deploy" {
    ///   project   = "1"
    ///   key       = "DEPLOY_TOKEN"
    ///   masked    = true
    ///   protected = true
    /// }
    ///
    /// resource "gitlab_project_variable" "preview" {
    ///   project           = "1"
    ///   key               = "PREVIEW_TOKEN"
    ///   masked            = true
    ///   environment_scope = "preview/*"
    /// }
    ///
    /// resource "gitlab_project_variable" "chosen" {
    ///   project   = "1"
    ///   key       = "OTHER_TOKEN"
    ///   masked    = true
    ///   protected = var.protected
    /// }
    /// ```
    /// ```tf,good
    /// variable "visibility" {}
    ///
    /// resource "github_actions_organization_secret" "deploy" {
    ///   secret_name             = "DEPLOY_TOKEN"
    ///   visibility              = "selected"
    ///   selected_repository_ids = [1]
    /// }
    ///
    /// resource "github_actions_organization_secret" "other" {
    ///   secret_name = "OTHER_TOKEN"
    ///   visibility  = var.visibility
    /// }
    ///
    /// resource "tfe_variable_set" "region" {
    ///   name         = "region"
    ///   organization = "shop"
    ///   global       = true
    /// }
    ///
    /// resource "tfe_variable" "region" {
    ///   key             = "AWS_REGION"
    ///   category        = "env"
    ///   variable_set_id = tfe_variable_set.region.id
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI9:2025 NHI Reuse (verified 2026-11-22)
    id: "widely-shared-secret",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI9", "NHI5", "NHI8"],
        NistCsf: ["PR.AA-05"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some((name, ServiceRole::Shared, gives)) = service::role_of(grant) else { return };
    let message = format!("{gives} can use this credential");
    let finding = cx.report(&grant.address, "visibility", &name.origin, message);
    finding.help(if name.value.ends_with("branch") {
        "write `protected = true`, or name the environment that needs it"
    } else if name.value.ends_with("namespaces") {
        "name the namespaces: `conditions` of the store, or a sealed secret of its own for each"
    } else {
        "choose those that need it, or give each an identity of its own"
    });
    for place in &grant.bindings {
        finding.related(*place, "the credential");
    }
}
