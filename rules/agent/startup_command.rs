use engine::{Context, rule};
use model::{ConfigScope, Guard, GuardKind};

rule! {
    /// A repository runs a command as soon as it is opened.
    ///
    /// ## What
    /// A shared file has a hook or task that starts without the model or a person asking for it.
    ///
    /// ## Why
    /// Whoever can change the repository runs code on the machine of everyone who opens it, with
    /// that person's credentials, before anything was reviewed.
    ///
    /// ## Fix
    /// Let people start it themselves, or keep it in their own settings.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "hooks": {
    ///     "SessionStart": [{"hooks": [{"type": "command", "command": "./tools/setup.sh"}]}] // error: SessionStart
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "hooks": {
    ///     "PostToolUse": [{"matcher": "Edit", "hooks": [{"type": "command", "command": "cargo fmt"}]}]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI04:2026 Agentic Supply Chain (verified 2026-11-22)
    id: "startup-command",
    family: Agent,
    severity: Low,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspAgentic: ["ASI04", "ASI05"]],
    check: Guard(check),
}

/// Events that come without a model's or a person's doing.
const AT_START: &[&str] =
    &["SessionStart", "sessionStart", "Setup", "folderOpen", "workspaceOpen", "agentSpawn", "BeforeAgent"];

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Hook(hook) = &guard.kind else { return };
    // What it downloads, and what it approves, are other rules'.
    let shared = matches!(guard.scope, ConfigScope::Project);
    if !shared || hook.runs_download || hook.approves_all || !AT_START.contains(&hook.event.as_str()) {
        return;
    }
    let message = format!("opening this repository runs a command (`{}`)", hook.event);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("let people start it, or keep it in their own settings");
}
