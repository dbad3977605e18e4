use engine::{Context, Severity, rule};
use model::{CommandRisk, Effect, Grant, PermissionSystem, ToolClass};

rule! {
    /// A command that an agent may run without asking can do anything.
    ///
    /// ## What
    /// An entry of an agent's permission list names one program and leaves its arguments open, and
    /// the program does whatever its arguments say: an interpreter (`python`, `node`, `bash -c`),
    /// a launcher (`npx`, `sudo`, `docker run`), a cloud command line, a client that talks to any
    /// host (`curl`, `ssh`), or one that prints stored secrets.
    ///
    /// ## Why
    /// The entry looks narrow and is not. A model that was talked into something needs one call,
    /// and nobody is asked.
    ///
    /// ## Fix
    /// Name the script, the subcommand or the host: `Bash(python scripts/check.py)`,
    /// `Bash(aws s3 ls:*)`. Leave the rest to the client's question.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": [
    ///       "Bash(python3:*)", // error: runs any code
    ///       "Bash(curl:*)", // error: any host
    ///       "Bash(git status:*)"
    ///     ]
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": [
    ///       "Bash(python3 scripts/check.py:*)",
    ///       "Bash(curl https://api.example.com/*)",
    ///       "Bash(kubectl get pods:*)"
    ///     ],
    ///     "ask": ["Bash(node:*)"],
    ///     "deny": ["Bash(curl:*)"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026 Tool Misuse, ASI05:2026 Unexpected Code Execution (verified 2026-11-22)
    /// - Claude Code: permission rule syntax (verified 2026-11-22)
    id: "open-ended-command",
    family: Permission,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI02", "ASI05"],
        NistCsf: ["PR.AA-05"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some(tool) = &grant.tool else { return };
    let judged = grant.system == PermissionSystem::AgentTools
        && grant.effect == Effect::Allow
        && tool.class == ToolClass::Shell
        && tool.is_in_force();
    // An entry for every command is a wildcard, which another rule reports.
    if !judged || tool.everything {
        return;
    }
    let Some(risk) = tool.risk else { return };
    let severity = match risk {
        CommandRisk::AnyCode | CommandRisk::SecretAccess => Severity::High,
        CommandRisk::Infrastructure | CommandRisk::Destructive | CommandRisk::Transfer => {
            Severity::Medium
        }
        CommandRisk::Publish | CommandRisk::RepositoryCode | CommandRisk::Indirect => return,
    };
    let Some(entry) = grant.actions.items.first() else { return };
    let message = format!("`{}` {}, without asking", shortened(&entry.value), risk.describe());
    cx.report(&grant.address, "entry", &entry.origin, message)
        .severity(severity)
        .help("name the script, the subcommand or the host");
}

/// An entry as far as a line has room for it.
fn shortened(entry: &str) -> String {
    const ROOM: usize = 60;
    if entry.chars().count() <= ROOM {
        return entry.to_owned();
    }
    entry.chars().take(ROOM).chain(['…']).collect()
}
