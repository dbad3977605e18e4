use engine::{Context, ExceptionState, rule};
use model::Address;

rule! {
    /// An exception is past its last day.
    ///
    /// ## What
    /// A suppression comment or an entry of `nhilint.toml` carries an `until` date that has
    /// passed. What it excused is reported again, one level up.
    ///
    /// ## Why
    /// Somebody decided that the finding was acceptable until then, and not longer.
    ///
    /// ## Fix
    /// Mend what it excuses, or decide again: new date, reason and owner.
    ///
    /// ```tf,bad
    /// # nhilint: ignore[static-access-key] until=2026-01-31 owner=platform -- moving to OIDC # error: 2026-01-31
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    /// ```tf,good
    /// # nhilint: ignore[static-access-key] until=2027-01-31 owner=platform -- moving to OIDC
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    ///
    /// ## References
    /// - NIST CSF 2.0 ID.RA-07 (verified 2026-11-22)
    id: "expired-exception",
    family: Hygiene,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI1"], NistCsf: ["ID.RA-07"]],
    check: Exception(check),
}

fn check(state: &ExceptionState, cx: &mut Context<'_>) {
    let (Some(place), Some(until)) = (state.exception.place, state.exception.until) else { return };
    if state.expired {
        let message = format!("this exception ended on {until}");
        cx.report_at(&Address::default(), "until", place, message)
            .help("mend what it excuses, or decide again with a new date and reason");
    }
}
