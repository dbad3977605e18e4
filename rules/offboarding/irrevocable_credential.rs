use engine::{Context, rule};
use model::{CredentialKind, Guard, GuardKind, Lifecycle, SlotKind};

rule! {
    /// A credential cannot be taken away by the tool that made it.
    ///
    /// ## What
    /// `prevent_destroy` stands on a key, a token or a password.
    ///
    /// ## Why
    /// When it leaks, the run that should replace it fails, and somebody has to find out why before
    /// anything else. Data is worth such a guard; a credential is meant to be replaced.
    ///
    /// ## Fix
    /// Take the setting away. Where an outage is the worry, make the new credential first:
    /// `create_before_destroy = true`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    ///   lifecycle {
    ///     prevent_destroy = true # error: cannot be revoked
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// resource "aws_iam_access_key" "ci" {
    ///   user = "ci"
    ///   lifecycle {
    ///     create_before_destroy = true
    ///   }
    /// }
    ///
    /// resource "aws_kms_key" "data" {
    ///   enable_key_rotation = true
    ///   lifecycle {
    ///     prevent_destroy = true
    ///   }
    /// }
    ///
    /// resource "aws_iam_role" "break_glass" {
    ///   name = "break-glass"
    ///   lifecycle {
    ///     prevent_destroy = true
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "irrevocable-credential",
    family: Offboarding,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["RS.MI-01", "PR.AA-01"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Lifecycle(Lifecycle::DestroyPrevented) = guard.kind else { return };
    let made = cx.facts().credentials.iter().find(|it| it.address == guard.agent);
    let Some(made) = made.filter(|it| it.slot.kind == SlotKind::Issued) else { return };
    // Who takes a certificate away leaves it valid all the same.
    if made.kind == CredentialKind::Certificate {
        return;
    }
    let kind = made.kind.describe();
    let message = format!("{kind} `{}` cannot be revoked: its removal is refused", made.name);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("take the setting away; `create_before_destroy` avoids an outage")
        .remedy(guard.fix.as_deref());
}
