use engine::{Context, Severity, rule};
use model::{Guard, GuardKind};

rule! {
    /// A log records what people ask, what tools answer, or what is in secrets.
    ///
    /// ## What
    /// A switch puts prompts, tool results or whole requests into the logs of an agent, or makes
    /// every session a page that whoever knows its address can read. Or the audit policy of a
    /// Kubernetes cluster writes whole requests for Secrets.
    ///
    /// ## Why
    /// Those texts hold source code, customers' data and the secrets that people paste. Whoever
    /// reads the log store reads them all.
    ///
    /// ## Fix
    /// Log that a tool was called or a Secret read, by whom and with what outcome. Leave the contents out, or keep
    /// them in a store with its own access rules and retention.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "env": {
    ///     "OTEL_LOG_USER_PROMPTS": "1" // error: OTEL_LOG_USER_PROMPTS
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: opencode.json
    /// {
    ///   "share": "auto" // error: publishes
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: audit.k8s.io/v1
    /// kind: Policy
    /// rules:
    ///   - level: Metadata
    ///     users: [system:apiserver]
    ///     resources:
    ///       - group: ""
    ///         resources: [secrets]
    ///   - level: RequestResponse # error: what is in secrets
    ///     resources:
    ///       - group: ""
    ///         resources: [secrets]
    ///   - level: RequestResponse
    /// ```
    /// ```yaml,good
    /// apiVersion: audit.k8s.io/v1
    /// kind: Policy
    /// rules:
    ///   - level: Metadata
    ///     resources:
    ///       - group: ""
    ///         resources: [secrets, configmaps]
    ///   - level: Request
    ///     verbs: [get, list]
    ///   - level: RequestResponse
    /// ```
    /// ```json,good
    /// // file: opencode.json
    /// {
    ///   "share": "manual"
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "env": {
    ///     "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
    ///     "OTEL_LOG_USER_PROMPTS": "0"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - Kubernetes documentation: auditing (verified 2026-11-23)
    /// - Claude Code: monitoring usage (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "recorded-content",
    family: Audit,
    severity: Low,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI2"], OwaspAgentic: ["ASI06"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let (what, help, severity) = match guard.kind {
        GuardKind::RecordsContent => (
            "writes what people ask and tools answer to a log",
            "log the calls and their outcome, not their contents",
            Severity::Low,
        ),
        GuardKind::RecordsSecrets => (
            "writes what is in secrets to the audit log",
            "write `Metadata` for secrets, in a rule before the others",
            Severity::Medium,
        ),
        GuardKind::PublishesSessions => (
            "publishes every session, whatever is read in it",
            "let people share one when they mean to",
            Severity::Medium,
        ),
        _ => return,
    };
    if !guard.effective {
        return;
    }
    let message = format!("`{}` {what}", guard.setting);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(severity)
        .help(help)
        .remedy(guard.fix.as_deref());
}
