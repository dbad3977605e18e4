use engine::{Context, rule};
use model::{
    Address, ApprovalMode, Effect, GuardKind, PermissionSystem, ServerClasses, ToolClass,
    ToolServer, server_classes,
};

rule! {
    /// One agent reads private data, reads what strangers write, and can send, unasked.
    ///
    /// ## What
    /// The tool servers of one agent together hold private data, bring in content that anyone can
    /// write, and reach the outside; and the one that sends, or the one that holds the data, runs
    /// without asking.
    ///
    /// ## Why
    /// A sentence in an issue, a mail or a web page is enough: it tells the model to look
    /// something up and to post it, and no person sees it happen.
    ///
    /// ## Fix
    /// Split the work between agents so that none has all three, or let the client ask before
    /// anything is sent.
    ///
    /// ```json,bad
    /// // file: .roo/mcp.json
    /// {
    ///   "mcpServers": {
    ///     "db": {"command": "npx", "args": ["@modelcontextprotocol/server-postgres@0.6.2"]},
    ///     "web": {"command": "npx", "args": ["@playwright/mcp@0.0.41"]},
    ///     "chat": { // error: private data
    ///       "command": "npx",
    ///       "args": ["@modelcontextprotocol/server-slack@2025.4.25"],
    ///       "alwaysAllow": ["slack_post_message"]
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .roo/mcp.json
    /// {
    ///   "mcpServers": {
    ///     "db": {"command": "npx", "args": ["@modelcontextprotocol/server-postgres@0.6.2"]},
    ///     "web": {"command": "npx", "args": ["@playwright/mcp@0.0.41"]},
    ///     "chat": {
    ///       "command": "npx",
    ///       "args": ["@modelcontextprotocol/server-slack@2025.4.25"]
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI01:2026 Agent Goal Hijack, ASI02:2026 Tool Misuse (verified 2026-11-22)
    id: "toxic-combination",
    family: Agent,
    severity: High,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI01", "ASI02", "ASI03"],
        Maestro: ["L3", "L7"],
        NistAiRmf: ["MAP 5.1"],
    ],
    check: Workspace(check),
}

/// A tool server of an agent, with what it can do and whether it asks.
struct Part<'a> {
    server: &'a ToolServer,
    classes: ServerClasses,
    asks: bool,
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    let mut agents: Vec<&Address> = facts.tool_servers.iter().filter_map(|it| it.agent.as_ref()).collect();
    agents.sort();
    agents.dedup();
    for agent in agents {
        let servers = facts.tool_servers.iter().filter(|it| it.enabled && it.agent.as_ref() == Some(agent));
        let parts: Vec<Part<'_>> = servers
            .map(|server| Part { server, classes: server_classes(server), asks: asks(cx, agent, server) })
            .collect();
        judge(agent, &parts, cx);
    }
}

fn judge(agent: &Address, parts: &[Part<'_>], cx: &mut Context<'_>) {
    let find = |has: fn(&ServerClasses) -> bool| parts.iter().find(|it| has(&it.classes));
    let (Some(private), Some(untrusted)) = (find(|it| it.private), find(|it| it.untrusted)) else {
        return;
    };
    // Whoever sends unasked stands first: that is where a question helps most.
    let sender = parts.iter().find(|it| it.classes.sends && !it.asks);
    let Some(sender) = sender.or_else(|| find(|it| it.sends)) else { return };
    let quiet = !sender.asks || !private.asks;
    // One server that does all three is a matter of its own approvals.
    let several = [private, untrusted].iter().any(|it| it.server.address != sender.server.address);
    if !quiet || !several {
        return;
    }
    let message = format!(
        "private data (`{}`), strangers' text (`{}`) and a way out (`{}`) in one agent",
        private.server.name, untrusted.server.name, sender.server.name
    );
    let place = sender.server.place;
    cx.report_at(agent, "combination", place, message)
        .help("split them between agents, or ask before anything is sent")
        .related(private.server.place, "holds private data")
        .related(untrusted.server.place, "brings in what others write");
}

/// False when a tool of the server surely runs without asking.
fn asks(cx: &Context<'_>, agent: &Address, server: &ToolServer) -> bool {
    if !server.auto_approved.items.is_empty() {
        return false;
    }
    let bypassed = cx.facts().guards.iter().any(|it| {
        it.agent == *agent
            && it.effective
            && matches!(it.kind, GuardKind::Approval(ApprovalMode::Bypass))
    });
    let Some(identity) = cx.graph().identity_at(agent) else { return !bypassed };
    let allowed = cx.graph().grants_of(identity).into_iter().any(|it| {
        it.system == PermissionSystem::AgentTools
            && it.effect == Effect::Allow
            && it.tool.as_ref().is_some_and(|tool| {
                tool.is_in_force()
                    && tool.class == ToolClass::ToolServer
                    && tool.server.as_deref() == Some(server.name.as_str())
            })
    });
    !bypassed && !allowed
}
