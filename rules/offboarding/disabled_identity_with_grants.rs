use engine::{Context, rule};
use model::Identity;

rule! {
    /// An identity is switched off and keeps its rights.
    ///
    /// ## What
    /// An identity is declared as disabled, and the configuration still grants it something.
    ///
    /// ## Why
    /// Whoever switches it on again, for whatever reason, brings all of it back. The grants also
    /// hide in reviews, because they look as if they were needed.
    ///
    /// ## Fix
    /// Remove the grants, and the identity when nothing needs it any more.
    ///
    /// ```tf,bad
    /// resource "google_service_account" "old" {
    ///   account_id = "old"
    ///   disabled   = true # error: keeps
    /// }
    ///
    /// resource "google_project_iam_member" "old" {
    ///   project = "example"
    ///   role    = "roles/storage.admin"
    ///   member  = google_service_account.old.member
    /// }
    /// ```
    /// ```tf,good
    /// variable "off" {}
    ///
    /// resource "google_service_account" "off" {
    ///   account_id = "off"
    ///   disabled   = true
    /// }
    ///
    /// resource "google_service_account" "open" {
    ///   account_id = "open"
    ///   disabled   = var.off
    /// }
    ///
    /// resource "google_project_iam_member" "open" {
    ///   project = "example"
    ///   role    = "roles/storage.admin"
    ///   member  = google_service_account.open.member
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "disabled-identity-with-grants",
    family: Offboarding,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["PR.AA-05"],
        NistAiRmf: ["GOV 1.7"],
    ],
    check: Identity(check),
}

/// Grants that a finding names.
const LISTED: usize = 8;

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let Some(disabled) = identity.disabled.known().filter(|it| it.value) else { return };
    let grants = cx.graph().grants_of(identity);
    if grants.is_empty() {
        return;
    }
    let kind = identity.kind.describe();
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let count = match grants.len() {
        1 => "a grant".to_owned(),
        many => format!("{many} grants"),
    };
    let message = format!("{kind} `{name}` is switched off and keeps {count}");
    let finding = cx.report(&identity.address, "disabled", &disabled.origin, message);
    finding.help("remove its grants, and the identity when nothing needs it");
    for grant in grants.into_iter().take(LISTED) {
        finding.related(grant.place, "still granted here");
    }
}
