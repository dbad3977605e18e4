use engine::{Context, rule};
use model::{ToolServer, WideAccess};

rule! {
    /// A tool server may change a database, although a switch would let it only read.
    ///
    /// ## What
    /// A tool server for a database is started without the option that makes it read-only.
    ///
    /// ## Why
    /// A model that misreads a question, or believes a text that it found in a row, can delete
    /// what the database holds.
    ///
    /// ## Fix
    /// Start it with its read-only option, and give it a database user that can only read.
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "db": {
    ///       "command": "npx",
    ///       "args": ["-y", "@supabase/mcp-server-supabase@0.4.5", "--project-ref=abc"] // error: read-only
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "db": {
    ///       "command": "npx",
    ///       "args": ["-y", "@supabase/mcp-server-supabase@0.4.5", "--read-only", "--project-ref=abc"]
    ///     },
    ///     "other": {"command": "npx", "args": ["-y", "@example/unknown-database@1.0.0"]}
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026 Tool Misuse (verified 2026-11-22)
    id: "writable-database-server",
    family: Agent,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI02"], NistCsf: ["PR.AA-05"]],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    let found = server.wide_access.iter().find(|it| it.value == WideAccess::WritesDatabase);
    let Some(found) = found.filter(|_| server.enabled) else { return };
    let message = format!("tool server `{}` is not read-only: it may change the database", server.name);
    cx.report(&server.address, "database", &found.origin, message)
        .help("add its read-only option, and a database user that can only read");
}
