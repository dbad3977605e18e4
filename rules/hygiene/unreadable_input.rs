use engine::{Context, Problem, rule};
use model::Address;

rule! {
    /// A part of a file cannot be read.
    ///
    /// ## What
    /// The text does not follow its format, holds the same key twice, or goes past a limit.
    /// Everything outside the broken part is still analysed.
    ///
    /// ## Why
    /// What nhilint cannot read it cannot judge, and the program that the file is for may read
    /// it differently than you think: of two equal keys usually only the last one counts.
    ///
    /// ## Fix
    /// Mend the syntax, or exclude the file in `nhilint.toml`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "ci" {
    ///   name = = "ci" # error
    /// }
    /// ```
    /// ```tf,good
    /// resource "aws_iam_role" "ci" {
    ///   name = "ci"
    /// }
    /// ```
    ///
    /// ## References
    /// - NIST CSF 2.0 ID.RA-01 (verified 2026-11-22)
    id: "unreadable-input",
    family: Hygiene,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [NistCsf: ["ID.RA-01"]],
    check: Problem(check),
}

fn check(problem: &Problem, cx: &mut Context<'_>) {
    let address = Address::new("", cx.path(problem.place));
    cx.report_at(&address, "syntax", problem.place, problem.message.clone())
        .help("mend the syntax; the rest of the file was analysed");
}
