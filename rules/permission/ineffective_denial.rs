use engine::{Context, Severity, rule};
use model::{Effect, Grant, PermissionSystem};

rule! {
    /// An entry that should forbid something forbids nothing.
    ///
    /// ## What
    /// An agent's settings deny a tool, a command or a path. The client skips the entry, another
    /// entry decides in its place, or a command that is allowed does the same in another way.
    ///
    /// ## Why
    /// Somebody relies on it. The file that looks closed is open, and nothing says so.
    ///
    /// ## Fix
    /// Move the entry to where it decides: behind the wider one where the last entry wins, into
    /// the form that the client documents, or take back the command that goes around it.
    ///
    /// ```json,bad
    /// // file: opencode.json
    /// {
    ///   "permission": {
    ///     "bash": {
    ///       "rm *": "deny", // error: decides first
    ///       "*": "allow"
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Bash(python3:*)"],
    ///     "deny": ["Read(./.env)"] // error: gets around it
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Bash(go test:*)", "Bash(go run:*)"],
    ///     "deny": ["Read(./.env)"] // error: `Bash(go run:*)` gets around it
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "deny": ["Write(secrets/**)"] // error: never looked at
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: opencode.json
    /// {
    ///   "permission": {
    ///     "bash": {
    ///       "*": "allow",
    ///       "rm *": "deny"
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Bash(npm test)"],
    ///     "deny": ["Read(./.env)", "Bash"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - Claude Code: permissions; OpenCode: permissions (verified 2026-11-22)
    /// - OWASP ASI02:2026 Tool Misuse (verified 2026-11-22)
    id: "ineffective-denial",
    family: Permission,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI02", "ASI03"], NistCsf: ["PR.AA-05"]],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let denies = grant.system == PermissionSystem::AgentTools && grant.effect == Effect::Deny;
    let Some(tool) = grant.tool.as_ref().filter(|_| denies) else { return };
    let Some(entry) = grant.actions.items.first() else { return };
    let text = &entry.value;
    let origin = &entry.origin;
    if let Some(why) = tool.ignored {
        let message = format!("`{text}` forbids nothing: {why}");
        cx.report(&grant.address, "denial", origin, message)
            .help("write it in the form that the client documents");
    } else if let Some(by) = &tool.overruled {
        let message = format!("`{text}` forbids nothing: `{}` decides first", by.text);
        cx.report(&grant.address, "denial", origin, message)
            .severity(Severity::High)
            .help("put the narrow entry where the client lets it decide")
            .related(by.place, "this entry decides");
    } else if let Some(by) = &tool.bypassed {
        let message = format!("`{text}` keeps nothing closed: `{}` gets around it", by.text);
        cx.report(&grant.address, "denial", origin, message)
            .help("take the command back, narrow it, or run commands in a sandbox that hides it")
            .related(by.place, "this command opens the same path");
    }
}
