use engine::{Context, rule};
use model::{Authentication, ToolServer};

rule! {
    /// A remote tool server is used without proving who asks.
    ///
    /// ## What
    /// The entry of a remote server has no header, token, OAuth configuration or helper.
    ///
    /// ## Why
    /// Either anybody can call the server, or the client will ask at run time and keep what it
    /// gets outside of review. Servers with public documentation need nothing; name them in an
    /// exception.
    ///
    /// ## Fix
    /// Configure OAuth, or a header that refers to a stored token.
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "orders": { "type": "http", "url": "https://orders.example.com/mcp" } // error: orders
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "orders": {
    ///       "type": "http",
    ///       "url": "https://orders.example.com/mcp",
    ///       "headers": { "Authorization": "Bearer ${ORDERS_TOKEN}" }
    ///     },
    ///     "local": { "type": "http", "url": "http://localhost:8080/mcp" }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI07:2026 (verified 2026-11-22)
    id: "unauthenticated-tool-server",
    family: Agent,
    severity: Low,
    confidence: Low,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI4"], OwaspAgentic: ["ASI07"]],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    let Some(url) = server.url.known() else { return };
    let remote = server.stays_local() == Some(false);
    if !remote || !server.enabled || server.authentication != Authentication::None {
        return;
    }
    let message = format!("nothing here authenticates to remote tool server `{}`", server.name);
    cx.report(&server.address, "authentication", &url.origin, message)
        .help("write a header that refers to a stored token, unless it is public or asks for OAuth itself");
}
