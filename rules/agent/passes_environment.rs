use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// Commands of an agent get every variable of the environment.
    ///
    /// ## What
    /// A setting hands the whole environment on to the commands and tools that a model starts.
    ///
    /// ## Why
    /// A shell's environment holds tokens of clouds, registries and CI. One `env` in a command
    /// that the model was talked into prints them all.
    ///
    /// ## Fix
    /// Hand on the core variables only, or name those that the tools need.
    ///
    /// ```toml,bad
    /// # file: .codex/config.toml
    /// [shell_environment_policy]
    /// inherit = "all" # error: every variable
    /// ```
    /// ```toml,good
    /// # file: .codex/config.toml
    /// [shell_environment_policy]
    /// inherit = "core"
    /// ```
    /// ```toml,good
    /// # file: .codex/config.toml
    /// [shell_environment_policy]
    /// inherit = "all"
    /// ignore_default_excludes = false
    /// ```
    ///
    /// ## References
    /// - Codex: shell environment policy (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "passes-environment",
    family: Agent,
    severity: Medium,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI2", "NHI5"], OwaspAgentic: ["ASI03"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::PassesEnvironment = guard.kind else { return };
    if !guard.effective {
        return;
    }
    let message = format!("`{}` gives commands every variable of the environment", guard.setting);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("hand on the core variables, or list those that are needed");
}
