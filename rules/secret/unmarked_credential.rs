use engine::{Context, Severity, rule};
use model::{Exposure, ExposureKind};

rule! {
    /// A credential passes through a configuration that prints it.
    ///
    /// ## What
    /// An input that takes a password, key or token is not marked as secret, an output shows one
    /// without the mark, or `nonsensitive()` takes the mark off.
    ///
    /// An input counts when an argument takes it that takes nothing but a credential, or when its
    /// name says so. Inputs with a value that is written out are reported as embedded secrets.
    ///
    /// ## Why
    /// The value appears in plans, in the output of the command line and in the log of every
    /// pipeline run, where more people read than in the secret store it came from. Logs are kept.
    ///
    /// ## Fix
    /// Add `sensitive = true`. Outputs that are made from it then need the mark too, which
    /// Terraform tells. From Terraform 1.10 on, `ephemeral = true` also keeps an input out of the
    /// state. Better still, do not pass the value on: name the secret and let its user read it.
    ///
    /// ```tf,bad
    /// variable "db_password" { # error: `db_password` is not marked
    ///   type = string
    /// }
    ///
    /// variable "login" { # error: `login`
    ///   type = string
    /// }
    ///
    /// resource "aws_db_instance" "main" {
    ///   password = var.login
    /// }
    /// ```
    /// ```tf,bad
    /// provider "aws" {
    ///   region = "eu-central-1"
    /// }
    ///
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    ///
    /// resource "random_password" "db" {
    ///   length = 24
    /// }
    ///
    /// output "key" {
    ///   value = aws_iam_access_key.ci.secret # error: `aws_iam_access_key.ci.secret`
    /// }
    ///
    /// output "url" {
    ///   sensitive = false
    ///   value     = "postgres://app:${random_password.db.result}@db/app" # error
    /// }
    ///
    /// locals {
    ///   shown = nonsensitive(random_password.db.result) # error: `nonsensitive`
    /// }
    /// ```
    /// ```tf,good
    /// variable "db_password" {
    ///   type      = string
    ///   sensitive = true
    /// }
    ///
    /// variable "api_token" {
    ///   type      = string
    ///   ephemeral = true
    /// }
    ///
    /// variable "db_password_secret_arn" {
    ///   type = string
    /// }
    ///
    /// variable "rotate_password" {
    ///   type = bool
    /// }
    ///
    /// variable "max_tokens" {}
    ///
    /// resource "random_password" "db" {
    ///   length = 24
    /// }
    ///
    /// data "aws_ssm_parameter" "image" {
    ///   name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    /// }
    ///
    /// output "password" {
    ///   value     = random_password.db.result
    ///   sensitive = true
    /// }
    ///
    /// output "length" {
    ///   value = length(random_password.db.result)
    /// }
    ///
    /// output "image" {
    ///   value = nonsensitive(data.aws_ssm_parameter.image.value)
    /// }
    ///
    /// output "changed" {
    ///   value = nonsensitive(sha256(random_password.db.result))
    /// }
    /// ```
    ///
    /// ## References
    /// - Terraform: protect sensitive input variables (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "unmarked-credential",
    family: Secret,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2"],
        NistCsf: ["PR.PS-04", "PR.DS-01"],
    ],
    check: Exposure(check),
}

fn check(exposure: &Exposure, cx: &mut Context<'_>) {
    let name = &exposure.name;
    let source = exposure.source.as_deref().unwrap_or(name);
    let taker = &exposure.taker;
    let (severity, message, help) = match exposure.kind {
        ExposureKind::UnmarkedInput { used_as_one } => (
            if used_as_one { Severity::Medium } else { Severity::Low },
            format!("`{name}` is not marked as secret: plans and logs show it"),
            "add `sensitive = true`, or `ephemeral = true` to keep it out of the state as well",
        ),
        ExposureKind::UnmarkedOutput { is_root } => (
            if is_root { Severity::High } else { Severity::Low },
            format!("{taker} shows `{source}`"),
            "remove the output, or add `sensitive = true`",
        ),
        ExposureKind::MarkRemoved => (
            Severity::High,
            format!("`nonsensitive` lets plans and logs show `{source}`"),
            "take `nonsensitive` away, and mark what then needs it",
        ),
        _ => return,
    };
    cx.report(&exposure.address, &exposure.field, &exposure.origin, message)
        .severity(severity)
        .help(help)
        .remedy(exposure.fix.as_deref());
}
