use engine::{Context, rule};
use model::{Ecosystem, Pin, ToolServer};

rule! {
    /// The image of a tool server is named by a tag that can be moved.
    ///
    /// ## What
    /// A tool server runs from a container image with a version tag and no digest.
    ///
    /// ## Why
    /// Whoever can push to the registry can put another image behind the same tag.
    ///
    /// ## Fix
    /// Add the digest: `name:tag@sha256:…`.
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "box": {
    ///       "command": "docker",
    ///       "args": ["run", "-i", "--rm", "example/box:1.2.3"] // error: example/box
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "box": {
    ///       "command": "docker",
    ///       "args": ["run", "-i", "--rm", "example/box@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI04:2026 Agentic Supply Chain (verified 2026-11-22)
    id: "image-without-digest",
    family: SupplyChain,
    severity: Low,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI3"], OwaspAgentic: ["ASI04"]],
    check: ToolServer(check),
}

fn check(server: &ToolServer, cx: &mut Context<'_>) {
    let Some(package) = server.launch.as_ref().and_then(|it| it.package.as_ref()) else { return };
    let tagged = package.ecosystem == Ecosystem::Container
        && matches!(package.pin, Pin::Tag | Pin::Exact);
    if !tagged || !server.enabled {
        return;
    }
    let message = format!("image `{}` of `{}` has no digest", package.name, server.name);
    cx.report_at(&server.address, "image", package.place, message)
        .help("add `@sha256:` and the digest after the tag");
}
