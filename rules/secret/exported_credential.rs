use engine::{Context, rule};
use model::{Exposure, ExposureKind};

rule! {
    /// An output hands a credential to everybody who reads the state.
    ///
    /// ## What
    /// A root configuration with a shared state has an output with a password, key or token. The
    /// output is marked as secret, so it is not printed.
    ///
    /// ## Why
    /// The mark hides the value on a screen only. The state holds it as plain text, and outputs
    /// are what other configurations read through `terraform_remote_state`: each of them, and
    /// each pipeline that runs them, gets the credential.
    ///
    /// ## Fix
    /// Write the credential to a secret store and export its name. Readers then need a permission
    /// of their own, which is logged and can be taken away.
    ///
    /// ```tf,bad
    /// terraform {
    ///   backend "s3" {
    ///     bucket = "state"
    ///   }
    /// }
    ///
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    ///
    /// output "key" {
    ///   value     = aws_iam_access_key.ci.secret # error: `aws_iam_access_key.ci.secret`
    ///   sensitive = true
    /// }
    /// ```
    /// ```tf,good
    /// terraform {
    ///   backend "s3" {
    ///     bucket = "state"
    ///   }
    /// }
    ///
    /// resource "aws_secretsmanager_secret" "ci" {
    ///   name = "ci"
    /// }
    ///
    /// variable "name" {}
    ///
    /// output "secret" {
    ///   value = aws_secretsmanager_secret.ci.arn
    /// }
    ///
    /// output "name" {
    ///   value     = var.name
    ///   sensitive = true
    /// }
    /// ```
    /// ```tf,good
    /// variable "length" {}
    ///
    /// resource "random_password" "db" {
    ///   length = var.length
    /// }
    ///
    /// output "password" {
    ///   value     = random_password.db.result
    ///   sensitive = true
    /// }
    /// ```
    ///
    /// ## References
    /// - Terraform: manage sensitive data in your configuration (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "exported-credential",
    family: Secret,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2", "NHI5"],
        NistCsf: ["PR.DS-01", "PR.AA-05"],
    ],
    check: Exposure(check),
}

fn check(exposure: &Exposure, cx: &mut Context<'_>) {
    if exposure.kind != ExposureKind::Exported {
        return;
    }
    let source = exposure.source.as_deref().unwrap_or(&exposure.name);
    let message = format!("{} gives `{source}` to all who read the state", exposure.taker);
    cx.report(&exposure.address, &exposure.field, &exposure.origin, message)
        .help("write it to a secret store and export the entry's name")
        .remedy(exposure.fix.as_deref());
}
