use engine::{Context, rule};
use model::{Guard, GuardKind, ToolServer};

rule! {
    /// A tool server is reached over plain HTTP.
    ///
    /// ## What
    /// The address of a remote tool server starts with `http://` or `ws://` and is not on this
    /// machine, or an agent does not check the certificates of the servers that it calls.
    ///
    /// ## Why
    /// Whoever sits on the way reads the credential that is sent along, and can answer in the
    /// server's place: the model does what the answer says.
    ///
    /// ## Fix
    /// Use `https://` (or `wss://`). Trust the authority that signed your own certificates.
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
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "env": { "NODE_TLS_REJECT_UNAUTHORIZED": "0" } // error: any server
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
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    facts.tool_servers.iter().for_each(|it| plain(it, cx));
    facts.guards.iter().for_each(|it| unchecked(it, cx));
}

fn plain(server: &ToolServer, cx: &mut Context<'_>) {
    let Some(url) = server.url.known() else { return };
    let plain = ["http://", "ws://"].iter().any(|it| url.value.starts_with(it));
    // Inside one machine or network there is nobody on the way.
    if !plain || server.stays_local() != Some(false) || !server.enabled {
        return;
    }
    let message = format!("tool server `{}` is reached without encryption", server.name);
    cx.report(&server.address, "url", &url.origin, message).help("use `https://`");
}

/// A switch that makes encryption worth nothing: whoever is on the way can answer.
fn unchecked(guard: &Guard, cx: &mut Context<'_>) {
    if !matches!(guard.kind, GuardKind::CertificatesUnchecked) || !guard.effective {
        return;
    }
    let message =
        format!("with `{}` {} takes any server for the right one", guard.setting, guard.client);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("check certificates, and trust the authority that signed your own");
}
