use engine::{Context, ExceptionSource, ExceptionState, rule};
use model::Address;

rule! {
    /// An exception excuses nothing.
    ///
    /// ## What
    /// A suppression comment or an entry of `nhilint.toml` matches no finding.
    ///
    /// ## Why
    /// What it excused is gone, or it never covered what it was written for. Left where it is, it
    /// will one day excuse something else.
    ///
    /// ## Fix
    /// Remove it.
    ///
    /// ```tf,bad
    /// # nhilint: ignore[static-access-key] -- moving to OIDC # error
    /// resource "aws_iam_role" "ci" {
    ///   name = "ci"
    /// }
    /// ```
    /// ```tf,good
    /// # nhilint: ignore[static-access-key] -- moving to OIDC
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    ///
    /// ## References
    /// - NIST CSF 2.0 ID.RA-07 (verified 2026-11-22)
    id: "unused-exception",
    family: Hygiene,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [NistCsf: ["ID.RA-07"]],
    check: Exception(check),
}

fn check(state: &ExceptionState, cx: &mut Context<'_>) {
    let Some(place) = state.exception.place else { return };
    let malformed = matches!(state.exception.source, ExceptionSource::Malformed(_));
    if state.matched == 0 && state.judged && !malformed {
        cx.report_at(&Address::default(), "rules", place, "this exception excuses nothing")
            .help("remove it");
    }
}
