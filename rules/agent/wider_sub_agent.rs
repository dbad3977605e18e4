use engine::{Context, rule};
use model::{Address, ApprovalMode, Guard, GuardKind, IdentityKind};

rule! {
    /// A sub-agent needs less approval than the agent that calls it.
    ///
    /// ## What
    /// The settings of an agent ask before it acts; a sub-agent's own file accepts edits or lets a
    /// model approve.
    ///
    /// ## Why
    /// The agent can hand to the sub-agent what it would have to ask about itself.
    ///
    /// ## Fix
    /// Give the sub-agent no more than its agent has; usually by leaving the mode out.
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
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Approval(mode) = guard.kind else { return };
    // Acting without any approval is reported by itself.
    if !guard.effective || mode == ApprovalMode::Bypass {
        return;
    }
    let Some(identity) = cx.graph().identity_at(&guard.agent) else { return };
    let Some(parent) = identity.parent.as_ref().filter(|_| identity.kind == IdentityKind::SubAgent)
    else {
        return;
    };
    let Some((above, setting)) = mode_of(cx, parent) else { return };
    if freedom(mode) <= freedom(above) {
        return;
    }
    let message = format!("`{}` asks less than its agent, whose mode is {}", guard.setting, describe(above));
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("leave the mode out, so that the agent's own holds")
        .related(setting.place, "the agent's own mode");
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
