use engine::{Context, ExceptionSource, ExceptionState, rule};
use model::Address;

rule! {
    /// An exception cannot be read, or names a rule that does not exist.
    ///
    /// ## What
    /// A comment starts like a suppression and has an error in it: a missing bracket, an unknown
    /// key, a date that is none, the name of a rule that nhilint does not have.
    ///
    /// ## Why
    /// It excuses nothing, while it looks as if it did.
    ///
    /// ## Fix
    /// Write `nhilint: ignore[rule] until=YYYY-MM-DD owner=team -- reason`.
    ///
    /// ```tf,bad
    /// # nhilint: ignore[static-acces-key] -- moving to OIDC # error: static-acces-key
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    /// ```tf,bad
    /// # nhilint: ignore[static-access-key] until=soon -- moving to OIDC # error: date
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    /// ```tf,good
    /// # nhilint: ignore[static-access-key] until=2027-01-31 -- moving to OIDC
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    /// }
    /// ```
    ///
    /// ## References
    /// - NIST CSF 2.0 ID.RA-07 (verified 2026-11-22)
    id: "malformed-exception",
    family: Hygiene,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [NistCsf: ["ID.RA-07"]],
    check: Exception(check),
}

fn check(state: &ExceptionState, cx: &mut Context<'_>) {
    let here = Address::default();
    let exception = &state.exception;
    if let (ExceptionSource::Malformed(what), Some(place)) = (&exception.source, exception.place) {
        cx.report_at(&here, "exception", place, what.clone())
            .help("write `nhilint: ignore[rule] until=YYYY-MM-DD owner=team -- reason`");
    }
    if let Some(place) = exception.bad_date {
        cx.report_at(&here, "until", place, "this is no date: the exception never ends")
            .help("write the last day as `until=YYYY-MM-DD`");
    }
    for unknown in &state.unknown {
        let message = format!("there is no rule `{}`", unknown.name);
        let finding = cx.report_at(&here, "rules", unknown.place, message);
        match unknown.suggestion {
            Some(near) => finding.help(format!("write `{near}`")),
            None => finding.help("`nhilint rules` lists all rules"),
        };
    }
}
