use engine::{Context, rule};
use model::ToolServer;

rule! {
    /// Every tool of a server runs without asking.
    ///
    /// ## What
    /// The entry of a tool server approves all its tools in advance.
    ///
    /// ## Why
    /// That holds for the tools that delete and send as much as for those that read, and for
    /// tools that a later version of the server adds.
    ///
    /// ## Fix
    /// Name the tools that only read, and let the client ask about the others.
    ///
    /// ```json,bad
    /// // file: .gemini/settings.json
    /// {
    ///   "mcpServers": {
    ///     "tickets": {
    ///       "command": "./bin/tickets",
    ///       "trust": true // error: tickets
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .roo/mcp.json
    /// {
    ///   "mcpServers": {
    ///     "tickets": {
    ///       "command": "./bin/tickets",
    ///       "alwaysAllow": ["list_tickets"]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026 (verified 2026-11-22)
    id: "auto-approved-server",
    family: Agent,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI02", "ASI09"]],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    let Some(all) = server.auto_approved.find("*").filter(|_| server.enabled) else { return };
    let message = format!("every tool of server `{}` runs without asking", server.name);
    cx.report(&server.address, "approval", &all.origin, message)
        .help("name the tools that only read; let the client ask about the others");
}
