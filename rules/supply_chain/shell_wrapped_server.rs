use engine::{Context, rule};
use model::ToolServer;

rule! {
    /// A tool server is started through a shell.
    ///
    /// ## What
    /// The launch line hands a text to `sh -c` or its relatives.
    ///
    /// ## Why
    /// A shell expands variables and chains commands, so the line that a person reviews is not
    /// what runs; a value from elsewhere can end one command and start another.
    ///
    /// ## Fix
    /// Start the program itself, with its arguments as a list.
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "a": {"command": "bash", "args": ["-c", "cd /srv && ./server --port 1"]} // error: shell
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "a": {"command": "./server", "args": ["--port", "1"]}
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI05:2026 Unexpected Code Execution (verified 2026-11-22)
    id: "shell-wrapped-server",
    family: SupplyChain,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspAgentic: ["ASI04", "ASI05"]],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    // A line that downloads what it runs is another rule's.
    let wrapped = server.launch.as_ref().is_some_and(|it| it.shell && !it.pipes_download);
    if !wrapped || !server.enabled {
        return;
    }
    let message = format!("a shell starts tool server `{}`", server.name);
    cx.report_at(&server.address, "shell", server.place, message)
        .help("start the program itself, with its arguments as a list");
}
