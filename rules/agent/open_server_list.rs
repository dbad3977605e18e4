use engine::{Context, Severity, rule};
use model::{Guard, GuardKind};

rule! {
    /// An organisation's policy does not say which tool servers may be used.
    ///
    /// ## What
    /// A managed file names no tool servers, names them only by a name that anyone can give to a
    /// server, or lets every user of a shared application add their own.
    ///
    /// ## Why
    /// A tool server runs with the person's rights and sees what the agent sees. Without a list,
    /// whatever a repository or a chat proposes is one click away.
    ///
    /// ## Fix
    /// List the allowed servers by their URL or their command.
    ///
    /// ```json,bad
    /// // file: /etc/claude-code/managed-settings.json
    /// {
    ///   "allowedMcpServers": [
    ///     {"serverName": "github"} // error: name
    ///   ]
    /// }
    /// ```
    /// ```yaml,bad
    /// # file: librechat.yaml
    /// interface:
    ///   mcpServers:
    ///     create: true # error: any tool server
    /// ```
    /// ```json,good
    /// // file: /etc/claude-code/managed-settings.json
    /// {
    ///   "allowedMcpServers": [
    ///     {"serverUrl": "https://mcp.example.com/*"}
    ///   ]
    /// }
    /// ```
    ///
    /// ## References
    /// - Claude Code: managed MCP configuration (verified 2026-11-22)
    /// - OWASP ASI04:2026 Agentic Supply Chain (verified 2026-11-22)
    id: "open-server-list",
    family: Agent,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI3"], OwaspAgentic: ["ASI04"], NistCsf: ["GV.SC-04"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let (message, severity) = match guard.kind {
        GuardKind::ServersListed(false) if guard.stated => {
            (format!("`{}` lets people add any tool server", guard.setting), Severity::Medium)
        }
        GuardKind::ServersListed(false) => {
            (format!("`{}` is not set: any tool server may be used", guard.setting), Severity::Low)
        }
        GuardKind::ServersByName => (
            "a tool server is allowed by its name, which any other server can take".to_owned(),
            Severity::Medium,
        ),
        _ => return,
    };
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(severity)
        .help("list servers by URL or command");
}
