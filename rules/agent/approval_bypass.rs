use engine::{Context, Severity, rule};
use model::{ApprovalMode, ConfigScope, Guard, GuardKind};

rule! {
    /// An agent acts without anybody approving anything.
    ///
    /// ## What
    /// A setting switches off every question that the agent's client would ask before it runs a
    /// command, changes a file or calls a tool.
    ///
    /// ## Why
    /// Nothing is left between what the model was told, by whatever text it read last, and the
    /// action. In a shared file the setting holds for everybody who opens the project.
    ///
    /// ## Fix
    /// Go back to the asking mode and allow the few commands that are needed one by one. Where an
    /// agent has to run unattended, run it in a sandbox without credentials.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "defaultMode": "bypassPermissions" // error: permissions.defaultMode
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: .vscode/settings.json
    /// {
    ///   "chat.tools.global.autoApprove": true // error: chat.tools.global.autoApprove
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "defaultMode": "default",
    ///     "allow": ["Bash(cargo test)"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026, ASI09:2026 (verified 2026-11-22)
    id: "approval-bypass",
    family: Agent,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI02", "ASI09"],
        NistAiRmf: ["MAN 2.4"],
        NistZeroTrust: ["4"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Approval(mode) = guard.kind else { return };
    if mode != ApprovalMode::Bypass || !guard.effective {
        return;
    }
    let message = format!("`{}` lets {} act without any approval", guard.setting, guard.client);
    // A file that is shared decides for everybody who opens the project.
    let severity = match guard.scope {
        ConfigScope::Project | ConfigScope::Managed | ConfigScope::Plugin => Severity::Critical,
        ConfigScope::Local | ConfigScope::User => Severity::High,
    };
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(severity)
        .help("ask for approval, and allow single commands where that is too much");
}
