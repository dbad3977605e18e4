use engine::{Context, Severity, rule};
use model::{Pin, SlotKind, ToolServer};

rule! {
    /// A tool server is fetched in whatever version is newest.
    ///
    /// ## What
    /// The launcher downloads a package or an image without a fixed version each time the client
    /// starts the server.
    ///
    /// ## Why
    /// Whoever can publish the next version runs code on every machine that starts the client,
    /// with the credentials that the server is given.
    ///
    /// ## Fix
    /// Write the exact version (`package@1.2.3`, `package==1.2.3`), the digest of an image or the
    /// full commit of a repository, and let a bot raise it.
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "tickets": {
    ///       "command": "npx",
    ///       "args": ["-y", "tickets-mcp"] // error: tickets-mcp
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "tickets": { "command": "npx", "args": ["-y", "tickets-mcp@1.4.2"] },
    ///     "local": { "command": "node", "args": ["./server.js"] }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI04:2026, NHI3:2025 (verified 2026-11-22)
    id: "unpinned-tool-server",
    family: SupplyChain,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI3"], OwaspAgentic: ["ASI04"], Maestro: ["L7"]],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    let Some(package) = server.launch.as_ref().and_then(|it| it.package.as_ref()) else { return };
    if package.pin != Pin::Floating || !server.enabled {
        return;
    }
    let graph = cx.graph();
    let holds_credential = graph.identity_at(&server.address).is_some_and(|it| {
        graph.credentials_of(it).iter().any(|it| it.slot.kind == SlotKind::Environment)
    });
    let (severity, and) = if holds_credential {
        (Severity::High, " and is given a credential")
    } else {
        (Severity::Medium, "")
    };
    let message = format!("`{}` is fetched without a fixed version{and}", package.name);
    cx.report_at(&server.address, "package", package.place, message)
        .severity(severity)
        .help("write the exact version, digest or commit");
}
