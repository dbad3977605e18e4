use engine::{Context, rule};
use model::{Exposure, ExposureKind};

rule! {
    /// A store keeps a credential as an ordinary value.
    ///
    /// ## What
    /// A store that has secret entries and plain ones keeps a password, key or token as a plain
    /// one: an SSM parameter of type `String`, a variable of HCP Terraform or GitLab that is not
    /// marked as secret, a named value of API Management.
    ///
    /// ## Why
    /// Plain entries are not encrypted with a key of their own, are shown in consoles and logs,
    /// and are read with permissions that are handed out freely.
    ///
    /// ## Fix
    /// Make the entry a secret one. Its readers may need one more permission, such as
    /// `kms:Decrypt`.
    ///
    /// ```tf,bad
    /// resource "random_password" "db" {
    ///   length = 24
    /// }
    ///
    /// resource "aws_ssm_parameter" "db" {
    ///   name  = "/shop/db"
    ///   type  = "String" # error: SecureString
    ///   value = random_password.db.result
    /// }
    /// ```
    /// ```tf,bad
    /// variable "token" {
    ///   sensitive = true
    /// }
    ///
    /// resource "tfe_variable" "token" { # error: `GITHUB_TOKEN`
    ///   key      = "GITHUB_TOKEN"
    ///   category = "env"
    ///   value    = var.token
    /// }
    /// ```
    /// ```tf,good
    /// variable "type" {}
    ///
    /// resource "random_password" "db" {
    ///   length = 24
    /// }
    ///
    /// resource "aws_ssm_parameter" "db" {
    ///   name  = "/shop/db"
    ///   type  = "SecureString"
    ///   value = random_password.db.result
    /// }
    ///
    /// resource "aws_ssm_parameter" "either" {
    ///   name  = "/shop/db"
    ///   type  = var.type
    ///   value = random_password.db.result
    /// }
    ///
    /// resource "aws_secretsmanager_secret" "token" {}
    ///
    /// resource "aws_ssm_parameter" "arn" {
    ///   name  = "/shop/github_token"
    ///   type  = "String"
    ///   value = aws_secretsmanager_secret.token.arn
    /// }
    ///
    /// resource "aws_ssm_parameter" "ttl" {
    ///   name  = "/shop/token_ttl"
    ///   type  = "String"
    ///   value = var.type
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS Systems Manager: SecureString parameters (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "plain-store-entry",
    family: Secret,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2", "NHI6"],
        NistCsf: ["PR.DS-01"],
    ],
    check: Exposure(check),
}

fn check(exposure: &Exposure, cx: &mut Context<'_>) {
    let ExposureKind::PlainEntry { instead } = exposure.kind else { return };
    let Exposure { name, taker, .. } = exposure;
    let message = format!("`{name}` of {taker} is a plain entry, not `{instead}`");
    cx.report(&exposure.address, &exposure.field, &exposure.origin, message)
        .help(format!("write `{instead}`"))
        .remedy(exposure.fix.as_deref());
}
