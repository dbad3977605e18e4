use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// An organisation's policy leaves people the mode in which nothing asks.
    ///
    /// ## What
    /// A managed settings file is there, and it does not forbid running without approvals.
    ///
    /// ## Why
    /// One flag on a command line then undoes every other line of the policy.
    ///
    /// ## Fix
    /// Forbid the mode in the managed file.
    ///
    /// ```json,bad
    /// // file: /etc/claude-code/managed-settings.json
    /// {
    ///   "permissions": { // error: disableBypassPermissionsMode
    ///     "deny": ["Bash(curl:*)"]
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: /etc/claude-code/managed-settings.json
    /// {
    ///   "permissions": {
    ///     "deny": ["Bash(curl:*)"],
    ///     "disableBypassPermissionsMode": "disable"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - Claude Code: managed settings; Codex: requirements (verified 2026-11-22)
    /// - OWASP ASI02:2026 Tool Misuse (verified 2026-11-22)
    id: "bypass-not-forbidden",
    family: Agent,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspAgentic: ["ASI02", "ASI09"], NistCsf: ["GV.PO-01"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::BypassForbidden(false) = guard.kind else { return };
    let message = match guard.stated {
        true => format!("`{}` lets people run without any approval", guard.setting),
        false => format!("`{}` is not set: people may switch approvals off", guard.setting),
    };
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("forbid the mode in this file");
}
