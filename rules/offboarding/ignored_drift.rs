use engine::{Context, rule};
use model::{Guard, GuardKind, Ignored, Lifecycle, Rotation};

rule! {
    /// Changes that matter for an identity or credential are not looked at.
    ///
    /// ## What
    /// `ignore_changes` names the argument that ends or renews a credential, the trust of a role or
    /// its rights, or everything.
    ///
    /// ## Why
    /// A shorter end, a rotation or a narrower trust that is written later is never applied, and one
    /// that somebody else changed in the console is never noticed. The code and what is live drift
    /// apart without a word.
    ///
    /// ## Fix
    /// Take the argument off the list. A credential whose end is counted from now needs a clock
    /// (`time_rotating`) in place of the ignored change.
    ///
    /// ```tf,bad
    /// resource "azuread_application_password" "ci" {
    ///   application_id = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date       = "2027-01-01T00:00:00Z"
    ///   lifecycle {
    ///     ignore_changes = [end_date] # error: another end
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "deploy" {
    ///   name               = "deploy"
    ///   assume_role_policy = var.trust
    ///   lifecycle {
    ///     ignore_changes = [assume_role_policy] # error: who may become it
    ///   }
    /// }
    ///
    /// variable "trust" {}
    /// ```
    /// ```tf,good
    /// resource "time_rotating" "clock" {
    ///   rotation_days = 30
    /// }
    ///
    /// resource "azuread_application_password" "ci" {
    ///   application_id      = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date            = timeadd(timestamp(), "1440h")
    ///   rotate_when_changed = { clock = time_rotating.clock.id }
    ///   lifecycle {
    ///     ignore_changes = [end_date]
    ///   }
    /// }
    ///
    /// resource "aws_iam_role" "deploy" {
    ///   name               = "deploy"
    ///   assume_role_policy = var.trust
    ///   lifecycle {
    ///     ignore_changes = [description]
    ///   }
    /// }
    ///
    /// variable "trust" {}
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "ignored-drift",
    family: Offboarding,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1", "NHI7"],
        NistCsf: ["PR.AA-01", "PR.PS-01"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Lifecycle(Lifecycle::ChangesIgnored(what)) = guard.kind else { return };
    let made = cx.facts().credentials.iter().find(|it| it.address == guard.agent);
    // What something replaces gets its end anew each time.
    if what == Ignored::End && made.is_none_or(|it| !matches!(it.rotation, Rotation::None)) {
        return;
    }
    let hidden = match what {
        Ignored::All => "changes of it",
        Ignored::End => "another end",
        Ignored::Renewal => "what should renew it",
        Ignored::Trust => "changes of who may become it",
        Ignored::Rights => "changes of what it may do",
    };
    let message = format!("`{}`: {hidden} will not be applied or noticed", guard.agent);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("take it off `ignore_changes`");
}
