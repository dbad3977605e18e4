use engine::{Context, rule};
use model::{Credential, ExpirySource, Lifetime, SlotKind};

rule! {
    /// A credential's end date has passed.
    ///
    /// ## What
    /// The date on which the credential ends is in the past.
    ///
    /// ## Why
    /// Either something no longer works, or the credential was replaced elsewhere and what the
    /// file says is no longer true. Left-overs like this hide the credentials that are in use.
    ///
    /// ## Fix
    /// Remove the credential, or renew it with a new date.
    ///
    /// ```tf,bad
    /// resource "azuread_application_password" "ci" {
    ///   application_id = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date       = "2024-01-01T00:00:00Z" # error: ended on 2024-01-01
    /// }
    /// ```
    /// ```tf,good
    /// resource "azuread_application_password" "ci" {
    ///   application_id = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date       = "2027-01-01T00:00:00Z"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "expired-credential",
    family: Lifetime,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1", "NHI7"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let expiry = &credential.expiry;
    let (Lifetime::Until(date), Some(today)) = (expiry.lifetime, cx.today()) else { return };
    let Some(origin) = &expiry.origin else { return };
    if expiry.source != ExpirySource::Stated
        || credential.slot.kind != SlotKind::Issued
        || date >= today
    {
        return;
    }
    let message =
        format!("{} `{}` ended on {date}", credential.kind.describe(), credential.name);
    cx.report(&credential.address, "expiry", origin, message)
        .help("remove it, or renew it with a new date");
}
