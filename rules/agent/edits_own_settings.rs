use engine::{Context, rule};
use model::{Effect, Grant, PermissionSystem, ToolClass};

rule! {
    /// An agent may change its own settings without asking.
    ///
    /// ## What
    /// A permission list lets the agent edit the files that hold its permissions, hooks,
    /// instructions or tool servers.
    ///
    /// ## Why
    /// An agent that can edit its permissions has all of them: one edit adds a hook or an allowed
    /// command, and it holds in every later session.
    ///
    /// ## Fix
    /// Take these files out of the allowed paths, or let the client ask about them.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Edit(.claude/**)"] // error: own settings
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Edit(src/**)"],
    ///     "ask": ["Edit(.claude/**)"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI06:2026 Memory and Context Poisoning (verified 2026-11-22)
    id: "edits-own-settings",
    family: Agent,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI03", "ASI06"]],
    check: Grant(check),
}

/// Parts of paths under which clients keep what steers them.
const OWN: &[&str] = &[
    ".claude",
    ".cursor",
    ".codex",
    ".gemini",
    ".vscode",
    ".kiro",
    ".amazonq",
    ".opencode",
    ".roo",
    ".mcp.json",
    "CLAUDE.md",
    "AGENTS.md",
    "GEMINI.md",
    "opencode.json",
];

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let allows = grant.system == PermissionSystem::AgentTools && grant.effect == Effect::Allow;
    let Some(tool) = grant.tool.as_ref().filter(|it| allows && it.is_in_force()) else { return };
    let Some(path) = tool.argument.as_deref().filter(|_| tool.class == ToolClass::Write) else {
        return;
    };
    let steers = path.split(['/', '\\']).any(|part| OWN.contains(&part));
    // A skill's or plan's own folder is no setting.
    let harmless = ["/plans", "/notes", "/tmp", "/cache", "/scratch"].iter().any(|it| path.contains(it));
    if !steers || harmless {
        return;
    }
    let Some(entry) = grant.actions.items.first() else { return };
    let message = format!("`{}` lets the agent change its own settings", entry.value);
    cx.report(&grant.address, "entry", &entry.origin, message)
        .help("take these files out, or let the client ask about them");
}
