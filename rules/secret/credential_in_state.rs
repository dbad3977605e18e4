use engine::{Context, rule};
use model::{Exposure, ExposureKind};

rule! {
    /// A credential is kept in state although it does not have to be.
    ///
    /// ## What
    /// An argument takes a credential and keeps it in the Terraform state, while the same resource
    /// has a write-only argument that takes it and keeps nothing, and the configuration allows
    /// releases of Terraform that know such arguments (1.11 and later).
    ///
    /// A configuration that does not say which releases it runs with is left alone.
    ///
    /// ## Why
    /// State is plain JSON. Everybody who can read it, and every configuration that reads it as
    /// remote state, holds the credential, and old versions of the state hold old ones.
    ///
    /// ## Fix
    /// Use the write-only argument with the value of an `ephemeral` block, and its `_version`
    /// argument to say when a new value is to be written.
    ///
    /// ```tf,bad
    /// terraform {
    ///   required_version = ">= 1.5"
    /// }
    ///
    /// resource "random_password" "db" {
    ///   length = 24
    /// }
    ///
    /// resource "aws_db_instance" "main" {
    ///   password = random_password.db.result # error: `password_wo`
    /// }
    /// ```
    /// ```tf,good
    /// terraform {
    ///   required_version = ">= 1.11"
    /// }
    ///
    /// variable "password" {
    ///   sensitive = true
    ///   default   = null
    /// }
    ///
    /// ephemeral "random_password" "db" {
    ///   length = 24
    /// }
    ///
    /// resource "aws_db_instance" "main" {
    ///   password_wo         = ephemeral.random_password.db.result
    ///   password_wo_version = 1
    /// }
    ///
    /// resource "aws_db_instance" "managed" {
    ///   password                    = var.password
    ///   manage_master_user_password = true
    /// }
    /// ```
    /// ```tf,good
    /// terraform {
    ///   required_version = "~> 1.9.0"
    /// }
    ///
    /// variable "password" {
    ///   sensitive = true
    /// }
    ///
    /// resource "aws_db_instance" "main" {
    ///   password = var.password
    /// }
    /// ```
    ///
    /// ## References
    /// - Terraform: use write-only arguments (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "credential-in-state",
    family: Secret,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2"],
        NistCsf: ["PR.DS-01"],
    ],
    check: Exposure(check),
}

fn check(exposure: &Exposure, cx: &mut Context<'_>) {
    let ExposureKind::Kept { instead } = exposure.kind else { return };
    let Exposure { field, taker, .. } = exposure;
    let message = format!("`{field}` of {taker} stays in the state; `{instead}` does not keep it");
    cx.report(&exposure.address, field, &exposure.origin, message)
        .help(format!("use `{instead}` with a value from an `ephemeral` block"))
        .remedy(exposure.fix.as_deref());
}
