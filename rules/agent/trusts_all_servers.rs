use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// Every tool server or folder is trusted without asking.
    ///
    /// ## What
    /// A setting makes the client start every tool server that a repository declares, or trust
    /// every folder that is opened.
    ///
    /// ## Why
    /// Opening a repository is then enough to run what its author wrote into a file.
    ///
    /// ## Fix
    /// Name the servers that are trusted, and let the client ask about the others.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "enableAllProjectMcpServers": true // error: enableAllProjectMcpServers
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "enabledMcpjsonServers": ["github"]
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI04:2026 (verified 2026-11-22)
    id: "trusts-all-servers",
    family: Agent,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI3"], OwaspAgentic: ["ASI04"], Maestro: ["L7"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let what = match guard.kind {
        GuardKind::TrustsAllServers => "starts every tool server that a repository declares",
        GuardKind::TrustsAllFolders => "trusts every folder without asking",
        _ => return,
    };
    if !guard.effective {
        return;
    }
    let message = format!("`{}` makes {} trust all: it {what}", guard.setting, guard.client);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("name the servers and folders that are trusted");
}
