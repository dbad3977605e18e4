use engine::{Context, rule};
use model::{Guard, GuardKind, Lifecycle};

rule! {
    /// An identity or credential is forgotten and stays alive.
    ///
    /// ## What
    /// Terraform is told to drop an identity or a credential from its state without removing it: a
    /// `removed` block with `destroy = false`, `deletion_policy = "ABANDON"`, `skip_destroy = true`.
    ///
    /// ## Why
    /// What is forgotten still works, and nothing declares it any more: no review, no rotation and no
    /// later clean-up will come past it.
    ///
    /// ## Fix
    /// Let it be removed. When another configuration takes it over, say so in an exception and drop
    /// the block after the move.
    ///
    /// ```tf,bad
    /// removed {
    ///   from = aws_iam_access_key.ci
    ///   lifecycle {
    ///     destroy = false # error: `aws_iam_access_key.ci`
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_sql_user" "app" {
    ///   name            = "app"
    ///   instance        = "main"
    ///   password        = var.password
    ///   deletion_policy = "ABANDON" # error: stays alive
    /// }
    ///
    /// variable "password" {
    ///   sensitive = true
    /// }
    /// ```
    /// ```tf,good
    /// variable "policy" {}
    ///
    /// removed {
    ///   from = aws_iam_user.old
    ///   lifecycle {
    ///     destroy = true
    ///   }
    /// }
    ///
    /// removed {
    ///   from = aws_s3_bucket.logs
    ///   lifecycle {
    ///     destroy = false
    ///   }
    /// }
    ///
    /// resource "google_sql_user" "app" {
    ///   name            = "app"
    ///   instance        = "main"
    ///   deletion_policy = var.policy
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "abandoned-identity",
    family: Offboarding,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["PR.AA-01", "ID.AM-08"],
        NistAiRmf: ["GOV 1.7"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Lifecycle(Lifecycle::Abandoned) = guard.kind else { return };
    let message = format!("`{}` is forgotten when it is removed and stays alive", guard.agent);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("let it be removed, unless another configuration has taken it over")
        .remedy(guard.fix.as_deref());
}
