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

/// Ends of names that never leave the machine or the cluster.
const LOCAL_ENDS: &[&str] =
    &[".localhost", ".local", ".internal", ".svc", ".cluster.local", ".lan", ".test"];

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    let Some(url) = server.url.known() else { return };
    let rest = ["http://", "ws://"].iter().find_map(|it| url.value.strip_prefix(it));
    let Some(host) = rest.and_then(host_of) else { return };
    if is_local(host) || !server.enabled {
        return;
    }
    let message = format!("tool server `{}` is reached without encryption", server.name);
    cx.report(&server.address, "url", &url.origin, message).help("use `https://`");
}

/// The host of what follows the scheme; `None` when it is filled in later.
fn host_of(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => host.split(':').next()?,
    };
    let filled_later = host.contains(['$', '{', '<', '%']);
    (!host.is_empty() && !filled_later).then_some(host)
}

fn is_local(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    if let Ok(address) = host.parse::<std::net::IpAddr>() {
        return match address {
            std::net::IpAddr::V4(it) => {
                it.is_loopback() || it.is_private() || it.is_unspecified() || it.is_link_local()
            }
            std::net::IpAddr::V6(it) => it.is_loopback() || it.is_unspecified(),
        };
    }
    // A name without a dot is a container or a host of the same network.
    !host.contains('.') || LOCAL_ENDS.iter().any(|it| host.ends_with(it))
}
