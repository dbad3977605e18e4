use engine::{Context, rule};
use model::ToolServer;

rule! {
    /// A tool server is reached over plain HTTP.
    ///
    /// ## What
    /// The address of a remote tool server starts with `http://` or `ws://` and is not on this
    /// machine.
    ///
    /// ## Why
    /// Whoever sits on the way reads the credential that is sent along, and can answer in the
    /// server's place: the model does what the answer says.
    ///
    /// ## Fix
    /// Use `https://` (or `wss://`).
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "tracker": {
    ///       "type": "http",
    ///       "url": "http://tracker.example.com/mcp" // error: tracker
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "tracker": { "type": "http", "url": "https://tracker.example.com/mcp" },
    ///     "local": { "type": "http", "url": "http://localhost:8080/mcp" },
    ///     "chosen": { "type": "http", "url": "${TRACKER_URL}" }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI07:2026 (verified 2026-11-22)
    id: "plaintext-tool-server",
    family: Agent,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4"],
        OwaspAgentic: ["ASI07"],
        NistCsf: ["PR.DS-02"],
        NistZeroTrust: ["2"],
    ],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    let Some(url) = server.url.known() else { return };
    let plain = ["http://", "ws://"].iter().any(|it| url.value.starts_with(it));
    if !plain || server.stays_local() != Some(false) || !server.enabled {
        return;
    }
    let message = format!("tool server `{}` is reached without encryption", server.name);
    cx.report(&server.address, "url", &url.origin, message).help("use `https://`");
}
