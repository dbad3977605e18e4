use engine::{Context, rule};
use model::{Effect, Grant, PermissionSystem, ToolClass, ToolServer, tool_verb};

rule! {
    /// A tool that destroys, pays or grants runs without anybody being asked.
    ///
    /// ## What
    /// A permission list allows one tool of a tool server whose name says that it deletes, pays,
    /// publishes access or runs commands.
    ///
    /// ## Why
    /// What such a tool does cannot be taken back, and the model decides alone when it does it.
    ///
    /// ## Fix
    /// Let the client ask about this tool; allow only those that read.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["mcp__github__delete_repository"] // error: delete
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: .kiro/settings/mcp.json
    /// {
    ///   "mcpServers": {
    ///     "rows": {
    ///       "command": "./bin/rows",
    ///       "autoApprove": [
    ///         "list_rows",
    ///         "delete_row" // error: destroys
    ///       ]
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["mcp__github__list_deleted_branches", "mcp__github__get_issue"],
    ///     "ask": ["mcp__github__delete_repository"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026 Tool Misuse (verified 2026-11-22)
    /// - NIST AI RMF MANAGE 2.4 (verified 2026-11-22)
    id: "unapproved-destructive-tool",
    family: Agent,
    severity: High,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [OwaspAgentic: ["ASI02", "ASI09"], NistAiRmf: ["MAN 2.4"]],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    facts.grants.iter().for_each(|it| entry(it, cx));
    facts.tool_servers.iter().for_each(|it| server(it, cx));
}

/// Tools that the entry of a server approves by name.
fn server(server: &ToolServer, cx: &mut Context<'_>) {
    for tool in server.auto_approved.items.iter().filter(|_| server.enabled) {
        let Some(verb) = tool_verb(&tool.value).filter(|it| it.is_final()) else { continue };
        let message = format!("`{}` runs without asking: it {}", tool.value, verb.describe());
        cx.report(&server.address, &format!("approval.{}", tool.value), &tool.origin, message)
            .help("let the client ask about this tool");
    }
}

fn entry(grant: &Grant, cx: &mut Context<'_>) {
    let allows = grant.system == PermissionSystem::AgentTools && grant.effect == Effect::Allow;
    let Some(tool) = grant.tool.as_ref().filter(|it| allows && it.is_in_force()) else { return };
    // All tools of a server are a wildcard, which is reported as one.
    if tool.class != ToolClass::ToolServer || tool.everything {
        return;
    }
    let Some(verb) = tool_verb(&tool.tool).filter(|it| it.is_final()) else { return };
    let Some(entry) = grant.actions.items.first() else { return };
    let message = format!("`{}` runs without asking: it {}", tool.tool, verb.describe());
    cx.report(&grant.address, "entry", &entry.origin, message)
        .help("let the client ask about this tool");
}
