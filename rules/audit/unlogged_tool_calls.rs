use engine::{Context, Severity, rule};
use model::{ConfigScope, Guard, GuardKind};

rule! {
    /// Nothing records what an agent does.
    ///
    /// ## What
    /// The client can write its tool calls to a log; its organisation's file switches that off or
    /// does not switch it on.
    ///
    /// ## Why
    /// When an agent has done something that nobody wanted, there is no way to see which tool it
    /// called, for whom, and with what.
    ///
    /// ## Fix
    /// Switch telemetry on in the organisation's settings, and name an exporter for logs.
    ///
    /// ```json,bad
    /// // file: /etc/claude-code/managed-settings.json
    /// {
    ///   "env": {
    ///     "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
    ///     "OTEL_LOGS_EXPORTER": "none" // error: OTEL_LOGS_EXPORTER
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: /etc/claude-code/managed-settings.json
    /// {
    ///   "env": {
    ///     "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
    ///     "OTEL_LOGS_EXPORTER": "otlp"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - Claude Code: monitoring usage (verified 2026-11-22)
    /// - OWASP ASI10:2026 Rogue Agents (verified 2026-11-22)
    id: "unlogged-tool-calls",
    family: Audit,
    severity: Medium,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspAgentic: ["ASI08", "ASI10"],
        Maestro: ["L5"],
        NistCsf: ["DE.CM-09", "PR.PS-04"],
        NistZeroTrust: ["7"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Logging(false) = guard.kind else { return };
    // What one person does not log is that person's own business.
    if guard.scope != ConfigScope::Managed || !guard.effective {
        return;
    }
    let (message, severity) = if guard.stated {
        (format!("`{}` keeps {} from logging tool calls", guard.setting, guard.client), Severity::Medium)
    } else {
        (format!("{} logs no tool calls: `{}` is not set", guard.client, guard.setting), Severity::Low)
    };
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(severity)
        .help("switch telemetry on, and name an exporter for logs");
}
