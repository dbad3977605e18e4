use engine::{Context, rule};
use model::{
    Address, ApprovalMode, Effect, Grant, Guard, GuardKind, Identity, IdentityKind, ToolClass,
    ToolPattern,
};

rule! {
    /// A sub-agent may do more than the agent that calls it.
    ///
    /// ## What
    /// The settings of an agent ask before it acts; a sub-agent's own file accepts edits or lets a
    /// model approve. Or the sub-agent is allowed what its agent is forbidden, or has to ask about.
    ///
    /// ## Why
    /// The agent can hand to the sub-agent what it would have to ask about itself.
    ///
    /// ## Fix
    /// Give the sub-agent no more than its agent has; usually by leaving the mode or the entry out.
    ///
    /// ```md,bad
    /// # file: .claude/settings.json
    /// {"permissions": {"defaultMode": "plan"}}
    /// # file: .claude/agents/fixer.md
    /// ---
    /// name: fixer
    /// description: Fixes
    /// permissionMode: acceptEdits # error: plan
    /// ---
    /// Fix it.
    /// ```
    /// ```json,bad
    /// // file: opencode.json
    /// {
    ///   "permission": {"bash": "deny", "edit": "ask"},
    ///   "agent": {"fixer": {
    ///     "description": "Fixes",
    ///     "permission": {"bash": "allow"} // error: forbidden
    ///   }}
    /// }
    /// ```
    /// ```json,good
    /// // file: opencode.json
    /// {
    ///   "permission": {"bash": "ask", "webfetch": "deny"},
    ///   "agent": {"fixer": {
    ///     "description": "Fixes",
    ///     "permission": {"bash": {"git status": "allow", "*": "ask"}, "webfetch": "ask"}
    ///   }}
    /// }
    /// ```
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": { "deny": ["mcp__aws"] }
    /// }
    /// # file: .claude/agents/ops.md
    /// ---
    /// name: ops
    /// description: Looks after the machines
    /// tools: Read
    /// mcpServers:
    ///   - aws: # error: forbidden to its agent
    ///       command: ./bin/aws-server
    ///   - tickets:
    ///       command: ./bin/tickets
    /// ---
    /// Look after them.
    /// ```
    /// ```md,good
    /// # file: .claude/settings.json
    /// {"permissions": {"defaultMode": "acceptEdits"}}
    /// # file: .claude/agents/fixer.md
    /// ---
    /// name: fixer
    /// description: Fixes
    /// permissionMode: acceptEdits
    /// ---
    /// Fix it.
    /// ```
    ///
    /// ## References
    /// - OWASP ASI03:2026 Identity and Privilege Abuse (verified 2026-11-22)
    id: "wider-sub-agent",
    family: Agent,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI03", "ASI10"]],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    if identity.kind != IdentityKind::SubAgent {
        return;
    }
    let Some(parent) = &identity.parent else { return };
    let own = cx.facts().guards.iter().filter(|it| it.agent == identity.address && it.effective);
    for guard in own {
        mode(guard, parent, cx);
    }
    entries(identity, parent, cx);
    servers(identity, parent, cx);
}

/// Tool servers that only the sub-agent starts, against what is forbidden to its agent.
fn servers(identity: &Identity, parent: &Address, cx: &mut Context<'_>) {
    let Some(parent) = cx.graph().identity_at(parent) else { return };
    let above = cx.graph().grants_of(parent);
    let facts = cx.facts();
    let own = facts.tool_servers.iter().filter(|it| it.enabled);
    for server in own.filter(|it| it.agent.as_ref() == Some(&identity.address)) {
        let denied = above.iter().find(|it| {
            it.effect == Effect::Deny
                && in_force(it).is_some_and(|tool| {
                    let named = tool.server.as_deref().is_some_and(|it| it == server.name || it == "*");
                    tool.class == ToolClass::ToolServer && tool.everything && named
                })
        });
        let Some(denied) = denied else { continue };
        let message =
            format!("this sub-agent starts server `{}`, which is forbidden to its agent", server.name);
        cx.report_at(&identity.address, &format!("server.{}", server.name), server.place, message)
            .help("leave the server out, so that the agent's own list holds")
            .related(denied.place, "the agent's own entry");
    }
}

fn mode(guard: &Guard, parent: &Address, cx: &mut Context<'_>) {
    let GuardKind::Approval(mode) = guard.kind else { return };
    // Acting without any approval is reported by itself.
    if mode == ApprovalMode::Bypass {
        return;
    }
    let Some((above, setting)) = mode_of(cx, parent) else { return };
    if freedom(mode) <= freedom(above) {
        return;
    }
    let message =
        format!("`{}` asks less than its agent, whose mode is {}", guard.setting, describe(above));
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("leave the mode out, so that the agent's own holds")
        .related(setting.place, "the agent's own mode");
}

/// Entries of the sub-agent's own lists that open what the agent's lists close.
fn entries(identity: &Identity, parent: &Address, cx: &mut Context<'_>) {
    let Some(parent) = cx.graph().identity_at(parent) else { return };
    let above = cx.graph().grants_of(parent);
    for grant in cx.graph().grants_of(identity) {
        let Some(tool) = in_force(grant).filter(|_| grant.effect == Effect::Allow) else { continue };
        let of = |effect: Effect| {
            above.iter().find(|it| it.effect == effect && in_force(it).is_some_and(|it| spans(it, tool)))
        };
        let closed = match (of(Effect::Deny), of(Effect::Ask)) {
            (Some(denied), _) => Some((denied, "is forbidden to")),
            // One command without a question is a choice; all of them are another matter.
            (None, Some(asked)) if tool.everything => Some((asked, "needs a question from")),
            _ => None,
        };
        let Some((entry, how)) = closed.filter(|_| of(Effect::Allow).is_none()) else { continue };
        let text = grant.actions.texts().next().unwrap_or(&tool.tool);
        let message = format!("this sub-agent may use `{text}`, which {how} its agent");
        cx.report_at(&identity.address, "permission", grant.place, message)
            .help("leave the entry out, so that the agent's own holds")
            .related(entry.place, "the agent's own entry");
    }
}

fn in_force(grant: &Grant) -> Option<&ToolPattern> {
    grant.tool.as_ref().filter(|it| it.is_in_force())
}

/// True when one entry speaks of everything that another one does.
fn spans(wide: &ToolPattern, narrow: &ToolPattern) -> bool {
    let same_class = wide.class == ToolClass::Any || wide.class == narrow.class;
    let same_server = wide.server.is_none() || wide.server == narrow.server;
    same_class && same_server && (wide.everything || wide.argument == narrow.argument)
}

fn mode_of<'a>(cx: &Context<'a>, agent: &Address) -> Option<(ApprovalMode, &'a Guard)> {
    cx.facts().guards.iter().find_map(|it| match it.kind {
        GuardKind::Approval(mode) if it.agent == *agent && it.effective => Some((mode, it)),
        _ => None,
    })
}

fn freedom(mode: ApprovalMode) -> u8 {
    match mode {
        ApprovalMode::Plan => 0,
        ApprovalMode::Ask => 1,
        ApprovalMode::AcceptEdits => 2,
        ApprovalMode::Automatic => 3,
        ApprovalMode::Bypass => 4,
    }
}

fn describe(mode: ApprovalMode) -> &'static str {
    match mode {
        ApprovalMode::Plan => "to plan only",
        ApprovalMode::Ask => "to ask",
        ApprovalMode::AcceptEdits => "to accept edits",
        ApprovalMode::Automatic => "to let a model approve",
        ApprovalMode::Bypass => "to ask nothing",
    }
}
