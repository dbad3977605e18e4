use engine::{Context, rule};
use model::{Guard, GuardKind, Lifecycle};

rule! {
    /// An identity is expected to hold credentials that nobody declares.
    ///
    /// ## What
    /// `force_destroy` is on for an IAM user: whoever removes it also removes keys, passwords and
    /// devices that were made by hand.
    ///
    /// ## Why
    /// The setting is needed only where such credentials exist. They are in no review and no
    /// inventory, and nothing rotates them.
    ///
    /// ## Fix
    /// Declare the credentials, or make none by hand. Where the setting only guards against surprises
    /// on removal, leave it.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "ci" {
    ///   name          = "ci"
    ///   force_destroy = true # error: by hand
    /// }
    /// ```
    /// ```tf,good
    /// variable "force" {}
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name          = "ci"
    ///   force_destroy = false
    /// }
    ///
    /// resource "aws_iam_user" "cd" {
    ///   name          = "cd"
    ///   force_destroy = var.force
    /// }
    ///
    /// resource "aws_s3_bucket" "logs" {
    ///   bucket        = "logs"
    ///   force_destroy = true
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "undeclared-keys",
    family: Offboarding,
    severity: Info,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["ID.AM-08"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Lifecycle(Lifecycle::SweepsCredentials) = guard.kind else { return };
    let name = cx.graph().identity_at(&guard.agent).and_then(|it| it.name.value());
    let name = name.cloned().unwrap_or_else(|| guard.agent.to_string());
    let message = format!("`{name}` is removed together with keys that were made by hand");
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("declare its credentials, so that they are seen before it goes");
}
