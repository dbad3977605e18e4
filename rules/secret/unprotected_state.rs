use engine::{Context, rule};
use model::{Credential, Guard, GuardKind, Lifetime};

rule! {
    /// A state that holds credentials is kept without protection.
    ///
    /// ## What
    /// The configuration makes a credential that stays in the Terraform state, and the state is
    /// kept in a file beside the configuration (`backend "local"`, or no backend in a directory
    /// that configures providers), without encryption (`encrypt = false`), or is sent over plain
    /// HTTP. Terragrunt's `remote_state` counts, and so do settings in a `.tfbackend` file when
    /// there is only one. A module without providers says nothing about its state.
    ///
    /// ## Why
    /// State is plain JSON with every secret in it. In a file it ends up on laptops, in artefacts
    /// and in repositories, nobody sees who reads it, and it cannot be taken back.
    ///
    /// ## Fix
    /// Keep the state in an encrypted remote backend with access control (`s3` with
    /// `encrypt = true` and a KMS key, `gcs`, `azurerm`, HCP Terraform), or keep the credential
    /// out of the state with an `ephemeral` block and write-only arguments.
    ///
    /// ```tf,bad
    /// terraform {
    ///   backend "local" { # error: `aws_iam_access_key.ci`
    ///     path = "terraform.tfstate"
    ///   }
    /// }
    ///
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    /// ```tf,bad
    /// terraform {
    ///   backend "s3" {
    ///     bucket  = "state"
    ///     encrypt = false # error: without encryption
    ///   }
    /// }
    ///
    /// resource "tls_private_key" "ca" {
    ///   algorithm = "ED25519"
    /// }
    /// ```
    /// ```tf,bad
    /// provider "google" { # error: no backend
    ///   project = "p"
    /// }
    ///
    /// resource "google_service_account_key" "ci" {
    ///   service_account_id = "ci"
    /// }
    /// ```
    /// ```tf,good
    /// provider "okta" {
    ///   org_name = "shop"
    /// }
    ///
    /// resource "okta_app_oauth" "cli" {
    ///   label                      = "cli"
    ///   type                       = "native"
    ///   token_endpoint_auth_method = "none"
    /// }
    ///
    /// resource "aws_db_instance" "written_out" {
    ///   password = "Xk29fhq-EXAMPLE-7zQw"
    /// }
    ///
    /// data "azurerm_storage_account_sas" "ended" {
    ///   connection_string = "x"
    ///   expiry            = "2021-03-21"
    /// }
    ///
    /// data "aws_ecrpublic_authorization_token" "pull" {}
    ///
    /// resource "helm_release" "karpenter" {
    ///   name                = "karpenter"
    ///   repository_password = data.aws_ecrpublic_authorization_token.pull.password
    /// }
    /// ```
    /// ```tf,good
    /// variable "encrypt" {}
    ///
    /// terraform {
    ///   backend "s3" {
    ///     bucket  = "state"
    ///     encrypt = var.encrypt
    ///   }
    /// }
    ///
    /// resource "tls_private_key" "ca" {
    ///   algorithm = "ED25519"
    /// }
    /// ```
    /// ```tf,good
    /// # A module: where its state is kept is for its caller to say.
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    /// ```tf,good
    /// # Nothing secret is in this state.
    /// provider "aws" {
    ///   region = "eu-west-1"
    /// }
    ///
    /// resource "aws_iam_role" "ci" {
    ///   name = "ci"
    /// }
    /// ```
    ///
    /// ## References
    /// - Terraform: sensitive data in state (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "unprotected-state",
    family: Secret,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2", "NHI6"],
        NistCsf: ["PR.DS-01"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::StateStore { encrypted, remote } = guard.kind else { return };
    if encrypted != Some(false) {
        return;
    }
    let today = cx.today();
    // A state is read later than within the day.
    let ended = |it: &Credential| match it.expiry.lifetime {
        Lifetime::Until(date) => today.is_some_and(|today| date < today),
        Lifetime::Seconds(seconds) => seconds <= 86_400,
        _ => false,
    };
    // What is written out is lost already, and no state makes that worse.
    let kept = |it: &&Credential| {
        it.in_state
            && it.address.scope == guard.agent.scope
            && it.literal().is_none()
            && !ended(it)
    };
    let Some(credential) = cx.facts().credentials.iter().find(kept) else { return };
    let name = &credential.address.name;
    let message = match (remote, guard.stated) {
        (true, _) => format!("the state with the secret of `{name}` is kept or sent without encryption"),
        (false, true) => format!("the secret of `{name}` stays in a state file on the local disk"),
        (false, false) => format!("no backend: the secret of `{name}` stays in a local state file"),
    };
    let place = credential.place;
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("keep the state in an encrypted remote backend, or the secret out of the state")
        .related(place, "stays in the state");
}
