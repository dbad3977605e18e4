use engine::{Context, Severity, rule};
use model::{ToolServer, WideAccess};

rule! {
    /// A tool server gets far more of the machine than its task needs.
    ///
    /// ## What
    /// The server runs in a privileged container, gets the container engine's socket, the whole
    /// file system, a folder with credentials, or has its checks switched off.
    ///
    /// ## Why
    /// A model that is tricked into one tool call then holds the machine, or every credential on
    /// it.
    ///
    /// ## Fix
    /// Hand over the one folder, host or token that the task needs.
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "files": {
    ///       "command": "npx",
    ///       "args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/"] // error: whole file system
    ///     },
    ///     "box": {
    ///       "command": "docker",
    ///       "args": ["run", "-i", "--rm", "-v", "/var/run/docker.sock:/var/run/docker.sock", "example/box:1.2.3"] // error: socket
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "files": {
    ///       "command": "npx",
    ///       "args": ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "./docs"]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI05:2026, NHI6:2025 (verified 2026-11-22)
    id: "wide-tool-server",
    family: Agent,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5", "NHI6"], OwaspAgentic: ["ASI02", "ASI05"], Maestro: ["L4"]],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    if !server.enabled {
        return;
    }
    for access in &server.wide_access {
        let Some((what, severity)) = describe(access.value) else { continue };
        let message = format!("tool server `{}` {what}", server.name);
        cx.report(&server.address, "access", &access.origin, message)
            .severity(severity)
            .help("hand over only what the task needs");
    }
}

fn describe(access: WideAccess) -> Option<(&'static str, Severity)> {
    Some(match access {
        WideAccess::Privileged => ("runs in a privileged container", Severity::High),
        WideAccess::EngineSocket => ("gets the container engine's socket", Severity::High),
        WideAccess::WholeFileSystem => ("gets the whole file system or a home", Severity::High),
        WideAccess::CredentialFolder => ("gets a folder that holds credentials", Severity::High),
        WideAccess::HostNetwork => ("shares the host's network", Severity::Medium),
        WideAccess::WholeEnvironment => ("gets every environment variable", Severity::Medium),
        WideAccess::NoCertificateCheck => ("does not check certificates", Severity::High),
        WideAccess::NoAuthentication => ("has its authentication switched off", Severity::High),
        WideAccess::AllInterfaces => ("listens on every interface", Severity::Medium),
        WideAccess::AllTools => ("runs with every tool, without limits", Severity::Medium),
        // A switch of the server mends that; another rule names it.
        WideAccess::WritesDatabase => return None,
    })
}
