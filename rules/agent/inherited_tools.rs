use engine::{Context, rule};
use model::{Effect, GuardKind, Identity, IdentityKind};

rule! {
    /// A sub-agent gets every tool that its agent has.
    ///
    /// ## What
    /// A sub-agent's file does not say which tools it may use, so it inherits them all.
    ///
    /// ## Why
    /// A reviewer that only reads holds the shell, the network and every tool server too. Text
    /// that misleads the reviewer then acts with all of it.
    ///
    /// ## Fix
    /// List the tools that the sub-agent's task needs.
    ///
    /// ```md,bad
    /// # file: .claude/agents/reviewer.md
    /// ---
    /// name: reviewer # error: every tool
    /// description: Reviews changes
    /// ---
    /// Review the change.
    /// ```
    /// ```md,good
    /// # file: .claude/agents/reviewer.md
    /// ---
    /// name: reviewer
    /// description: Reviews changes
    /// tools: Read, Grep
    /// ---
    /// Review the change.
    /// ```
    ///
    /// ## References
    /// - Claude Code: sub-agents (verified 2026-11-22)
    /// - OWASP ASI03:2026 Identity and Privilege Abuse (verified 2026-11-22)
    id: "inherited-tools",
    family: Agent,
    severity: Low,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI02", "ASI03"], NistZeroTrust: ["3"]],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    if identity.kind != IdentityKind::SubAgent {
        return;
    }
    let grants = cx.graph().grants_of(identity);
    // A list of what it may not use is a choice too.
    if grants.iter().any(|it| matches!(it.effect, Effect::Allow | Effect::Ask | Effect::Deny)) {
        return;
    }
    // Where a client has no list of tools, a sandbox or mode of its own is what narrows it.
    let narrowed = cx.facts().guards.iter().any(|it| {
        it.agent == identity.address
            && matches!(it.kind, GuardKind::Sandbox(_) | GuardKind::Approval(_))
    });
    if narrowed {
        return;
    }
    let name = identity.name.value().map_or("sub-agent", String::as_str);
    let message = format!("sub-agent `{name}` has every tool of its agent");
    cx.report_at(&identity.address, "tools", identity.place, message)
        .help("list the tools that its task needs");
}
