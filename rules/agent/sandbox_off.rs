use engine::{Context, rule};
use model::{Guard, GuardKind, SandboxMode};

rule! {
    /// An agent's commands run without a sandbox, or in one with a hole.
    ///
    /// ## What
    /// A setting switches off the sandbox in which the client runs commands, or opens it so far
    /// that it no longer holds anything back.
    ///
    /// ## Why
    /// A command that the model was tricked into has then everything the person has: home folder,
    /// keys, cloud sessions.
    ///
    /// ## Fix
    /// Let commands write only the workspace, and add single folders or hosts where needed.
    ///
    /// ```toml,bad
    /// # file: .codex/config.toml
    /// model = "gpt-5"
    /// sandbox_mode = "danger-full-access" # error: sandbox_mode
    /// ```
    /// ```toml,good
    /// # file: .codex/config.toml
    /// model = "gpt-5"
    /// sandbox_mode = "workspace-write"
    /// ```
    ///
    /// ## References
    /// - OWASP ASI05:2026 (verified 2026-11-22)
    id: "sandbox-off",
    family: Agent,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI6"],
        OwaspAgentic: ["ASI05", "ASI02"],
        Maestro: ["L4"],
        NistCsf: ["PR.PS-01"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Sandbox(mode) = guard.kind else { return };
    if !guard.effective {
        return;
    }
    let message = match mode {
        SandboxMode::Off => {
            format!("`{}` runs the commands of {} without a sandbox", guard.setting, guard.client)
        }
        SandboxMode::Weakened(hole) => {
            format!("`{}` opens the sandbox of {}: {hole}", guard.setting, guard.client)
        }
        SandboxMode::ReadOnly | SandboxMode::Workspace => return,
    };
    let finding = cx.report_at(&guard.agent, &guard.setting, guard.place, message);
    finding.help("let commands write the workspace only, and add what is missing one by one");
    if matches!(mode, SandboxMode::Weakened(_)) {
        finding.severity(engine::Severity::Medium);
    }
}
