use engine::{Context, ExceptionSource, ExceptionState, rule};
use model::Address;

rule! {
    /// An exception says neither why, nor who decided, nor until when.
    ///
    /// ## What
    /// A suppression lacks a reason, an owner or an end.
    ///
    /// ## Why
    /// Whoever reads it next year can neither judge nor remove it.
    ///
    /// ## Fix
    /// Add `until=YYYY-MM-DD`, `owner=team` and `-- reason`.
    ///
    /// ```tf,bad
    /// # nhilint: ignore[static-access-key] # error: reason
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
    /// - NIST CSF 2.0 ID.RA-07, NIST AI RMF MANAGE 1.4 (verified 2026-11-22)
    id: "undocumented-exception",
    family: Hygiene,
    severity: Low,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI1"], NistCsf: ["ID.RA-07"], NistAiRmf: ["MAN 1.4"]],
    check: Exception(check),
}

fn check(state: &ExceptionState, cx: &mut Context<'_>) {
    let exception = &state.exception;
    let Some(place) = exception.place else { return };
    if matches!(exception.source, ExceptionSource::Malformed(_)) {
        return;
    }
    let missing: Vec<&str> = [
        (exception.reason.is_none(), "reason"),
        (exception.owner.is_none(), "owner"),
        (exception.until.is_none() && exception.bad_date.is_none(), "end"),
    ]
    .into_iter()
    .filter_map(|(missing, name)| missing.then_some(name))
    .collect();
    if !missing.is_empty() {
        let message = format!("this exception has no {}", missing.join(" and no "));
        cx.report_at(&Address::default(), "exception", place, message)
            .help("add `until=YYYY-MM-DD owner=team -- reason`");
    }
}
