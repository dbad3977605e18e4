use engine::{Context, Severity, rule};
use model::{Credential, CredentialKind, ExpirySource, Lifetime, SlotKind, days_between};

rule! {
    /// A credential lives longer than the limit.
    ///
    /// ## What
    /// The file sets an end for a credential, and it is further away than the configured limit
    /// (`secret-days` in `nhilint.toml`, 90 days unless set).
    ///
    /// ## Why
    /// A leaked credential is useful for as long as it lives, and a date in ten years is the same
    /// as none.
    ///
    /// ## Fix
    /// Shorten it and let something renew it, such as `time_rotating` with
    /// `rotate_when_changed`.
    ///
    /// ```tf,bad
    /// resource "azuread_application_password" "ci" {
    ///   application_id = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date       = "2099-01-01T00:00:00Z" # error: ends on 2099-01-01
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
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "excessive-lifetime",
    family: Lifetime,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let expiry = &credential.expiry;
    let (ExpirySource::Stated, Some(origin)) = (expiry.source, &expiry.origin) else { return };
    // Certificates have limits of their own, and a written-out credential is worse than long.
    if credential.slot.kind != SlotKind::Issued || credential.kind == CredentialKind::Certificate {
        return;
    }
    let days = match (expiry.lifetime, cx.today()) {
        (Lifetime::Seconds(seconds), _) => i64::try_from(seconds / 86_400).unwrap_or(i64::MAX),
        (Lifetime::Until(date), Some(today)) => days_between(today, date),
        _ => return,
    };
    let over = |limit: u64| days > i64::try_from(limit).unwrap_or(i64::MAX);
    let limits = cx.thresholds();
    if !over(limits.secret_days) {
        return;
    }
    let how_long = match expiry.lifetime {
        Lifetime::Until(date) => format!("ends on {date}, in {days} days"),
        _ => format!("lives {days} days"),
    };
    let message = format!("{} `{}` {how_long}", credential.kind.describe(), credential.name);
    let severity =
        if over(limits.secret_days_high) { Severity::High } else { Severity::Medium };
    let help = format!("let it end within {} days and be renewed", limits.secret_days);
    cx.report(&credential.address, "expiry", origin, message).severity(severity).help(help);
}
