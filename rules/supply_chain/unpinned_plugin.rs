use engine::{Context, Severity, rule};
use model::{ConfigScope, Guard, GuardKind, Pin};

rule! {
    /// A plugin of an agent is fetched without a fixed version.
    ///
    /// ## What
    /// Settings or a marketplace name a plugin's repository or package without a commit or exact
    /// version.
    ///
    /// ## Why
    /// A plugin brings hooks, commands and tool servers: code that runs with the person's rights.
    /// Whoever can push to its source, now or later, runs code on every machine that updates.
    ///
    /// ## Fix
    /// Write the full commit or the exact version.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "extraKnownMarketplaces": {
    ///     "tools": {"source": {"source": "github", "repo": "someone/plugins"}} // error: someone/plugins
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "extraKnownMarketplaces": {
    ///     "tools": {"source": {"source": "github", "repo": "someone/plugins", "sha": "0123456789abcdef0123456789abcdef01234567"}}
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - Claude Code: plugin marketplaces (verified 2026-11-22)
    /// - OWASP ASI04:2026 Agentic Supply Chain (verified 2026-11-22)
    id: "unpinned-plugin",
    family: SupplyChain,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI3"], OwaspAgentic: ["ASI04"], NistCsf: ["GV.SC-04"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::LoadsPlugin(package) = &guard.kind else { return };
    if package.pin != Pin::Floating {
        return;
    }
    // A marketplace lists what others publish; settings bring it to everyone with the project.
    let severity = match guard.scope {
        ConfigScope::Plugin => Severity::Low,
        _ => Severity::Medium,
    };
    let message = format!("plugin source `{}` is not fixed to a commit or version", package.name);
    cx.report_at(&guard.agent, &guard.setting, package.place, message)
        .severity(severity)
        .help("write the full commit, or the exact version of the package");
}
