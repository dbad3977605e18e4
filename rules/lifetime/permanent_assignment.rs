use engine::{Context, Severity, rule};
use model::{Guard, GuardKind};

rule! {
    /// A privileged role is assigned for good where it could end by itself.
    ///
    /// ## What
    /// An assignment through Privileged Identity Management has no end: a role without
    /// `schedule.expiration`, or a membership in a privileged group with
    /// `permanent_assignment = true`. Weighs less where the role has to be activated before use.
    ///
    /// ## Why
    /// The assignment outlives the reason for it. Whoever takes over the identity years later has the
    /// role, and nobody is asked again whether it is needed.
    ///
    /// ## Fix
    /// Set an expiration and let the assignment be renewed, or make the principal eligible and let it
    /// activate the role for some hours.
    ///
    /// ```tf,bad
    /// resource "azurerm_pim_active_role_assignment" "deploy" { # error: never ends
    ///   scope              = "/subscriptions/00000000-0000-0000-0000-000000000000"
    ///   role_definition_id = "/subscriptions/00000000-0000-0000-0000-000000000000/providers/x"
    ///   principal_id       = "11111111-1111-1111-1111-111111111111"
    /// }
    ///
    /// resource "azurerm_pim_eligible_role_assignment" "operators" { # error: can be activated for ever
    ///   scope        = "/subscriptions/00000000-0000-0000-0000-000000000000"
    ///   principal_id = "22222222-2222-2222-2222-222222222222"
    ///   schedule {
    ///     start_date_time = "2026-01-01T00:00:00Z"
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azuread_privileged_access_group_assignment_schedule" "deploy" {
    ///   group_id             = "33333333-3333-3333-3333-333333333333"
    ///   principal_id         = "11111111-1111-1111-1111-111111111111"
    ///   assignment_type      = "member"
    ///   permanent_assignment = true # error: never ends
    /// }
    /// ```
    /// ```tf,good
    /// variable "days" {}
    ///
    /// resource "azurerm_pim_active_role_assignment" "deploy" {
    ///   scope        = "/subscriptions/00000000-0000-0000-0000-000000000000"
    ///   principal_id = "11111111-1111-1111-1111-111111111111"
    ///   schedule {
    ///     expiration {
    ///       duration_hours = 8
    ///     }
    ///   }
    /// }
    ///
    /// resource "azurerm_pim_eligible_role_assignment" "chosen" {
    ///   scope        = "/subscriptions/00000000-0000-0000-0000-000000000000"
    ///   principal_id = "11111111-1111-1111-1111-111111111111"
    ///   schedule {
    ///     expiration {
    ///       duration_days = var.days
    ///     }
    ///   }
    /// }
    ///
    /// resource "azuread_privileged_access_group_eligibility_schedule" "operators" {
    ///   group_id        = "33333333-3333-3333-3333-333333333333"
    ///   principal_id    = "11111111-1111-1111-1111-111111111111"
    ///   assignment_type = "member"
    ///   duration        = "P30D"
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    /// - NIST SP 800-207, tenet 3: access is granted per session (verified 2026-11-22)
    /// - Microsoft Entra: Privileged Identity Management, assignment duration (verified 2026-11-22)
    id: "permanent-assignment",
    family: Lifetime,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-05"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::AssignmentEnds { ends: false, active } = guard.kind else { return };
    let (what, severity) = match active {
        true => ("never ends", Severity::Medium),
        false => ("can be activated for ever", Severity::Low),
    };
    let message = format!("the role that `{}` assigns {what}", guard.agent);
    let help = match guard.stated {
        true => format!("leave `{}` out, and set how long it holds", guard.setting),
        false => format!("set `{}`", guard.setting),
    };
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(severity)
        .help(help)
        .remedy(guard.fix.as_deref());
}
