use engine::{Context, rule};
use model::{ApprovalMode, ConfigScope, Guard, GuardKind};

rule! {
    /// A shared setting lets an agent approve its own actions.
    ///
    /// ## What
    /// A file that everybody gets with the project sets a mode in which edits go through, or a
    /// model decides about approvals.
    ///
    /// ## Why
    /// A person may choose this for a task. As the default of a project it is chosen for people
    /// who do not know, and for repositories whose content the model reads first.
    ///
    /// ## Fix
    /// Leave the mode to each person: remove it from the shared file.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "defaultMode": "acceptEdits" // error: permissions.defaultMode
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "defaultMode": "plan"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI09:2026 (verified 2026-11-22)
    id: "automatic-approval",
    family: Agent,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspAgentic: ["ASI02", "ASI09"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Approval(mode) = guard.kind else { return };
    let own_choice = matches!(guard.scope, ConfigScope::Local | ConfigScope::User);
    if own_choice || !guard.effective {
        return;
    }
    let what = match mode {
        ApprovalMode::AcceptEdits => "accepts every edit",
        ApprovalMode::Automatic => "lets a model approve actions",
        ApprovalMode::Ask | ApprovalMode::Bypass | ApprovalMode::Plan => return,
    };
    let message = format!("`{}` {what} for everybody who uses {}", guard.setting, guard.client);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("remove it from the shared file; who wants it can set it for themselves");
}
