use engine::{Context, rule};
use model::{Credential, SlotKind};

rule! {
    /// A credential that is switched off is kept.
    ///
    /// ## What
    /// A key is declared as inactive: nobody can use it, and anybody who may change keys can
    /// switch it on again.
    ///
    /// ## Why
    /// Switching off is the first step of taking a credential away, and the second one was
    /// forgotten. The copies of the key are still where they were.
    ///
    /// ## Fix
    /// Remove the resource.
    ///
    /// ```tf,bad
    /// resource "aws_iam_access_key" "old" {
    ///   user   = "ci"
    ///   status = "Inactive" # error: switched off and kept
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_storage_hmac_key" "old" {
    ///   service_account_email = "ci@example.iam.gserviceaccount.com"
    ///   state                 = "INACTIVE" # error: switched off and kept
    /// }
    /// ```
    /// ```tf,good
    /// variable "status" {}
    ///
    /// resource "aws_iam_access_key" "used" {
    ///   user   = "ci"
    ///   status = "Active"
    /// }
    ///
    /// resource "aws_iam_access_key" "open" {
    ///   user   = "cd"
    ///   status = var.status
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "inactive-credential",
    family: Offboarding,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["PR.AA-01"],
        NistAiRmf: ["GOV 1.7"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let Some(active) = credential.active.known() else { return };
    if active.value || credential.slot.kind != SlotKind::Issued {
        return;
    }
    let kind = credential.kind.describe();
    let message = format!("{kind} `{}` is switched off and kept", credential.name);
    cx.report(&credential.address, "active", &active.origin, message)
        .help("remove the resource; a key that is off is one call away from being on");
}
