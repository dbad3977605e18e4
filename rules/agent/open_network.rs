use engine::{Context, rule};
use model::{Guard, GuardKind, NetworkReach};

rule! {
    /// Sandboxed commands of an agent may reach any host.
    ///
    /// ## What
    /// The sandbox in which a client runs commands lets them talk to every host.
    ///
    /// ## Why
    /// What the model can read it can then send away: source code, tokens, data of customers.
    ///
    /// ## Fix
    /// Keep the network closed, or list the hosts that the task needs.
    ///
    /// ```toml,bad
    /// # file: .codex/config.toml
    /// sandbox_mode = "workspace-write"
    ///
    /// [sandbox_workspace_write]
    /// network_access = true # error: network_access
    /// ```
    /// ```toml,good
    /// # file: .codex/config.toml
    /// sandbox_mode = "workspace-write"
    ///
    /// [sandbox_workspace_write]
    /// network_access = false
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026 (verified 2026-11-22)
    id: "open-network",
    family: Agent,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspAgentic: ["ASI02"], NistCsf: ["PR.IR-01"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    if !guard.effective || !matches!(guard.kind, GuardKind::Network(NetworkReach::Open)) {
        return;
    }
    let message = format!("`{}` lets commands of {} reach any host", guard.setting, guard.client);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("close the network, or list the hosts that are needed");
}
