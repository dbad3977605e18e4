use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// A setting that should hold an agent back is written so that its client ignores it.
    ///
    /// ## What
    /// The file or the entry is in a form that the client does not read.
    ///
    /// ## Why
    /// It looks as if something were forbidden, and nothing is.
    ///
    /// ## Fix
    /// Write it in the form that the client documents, and try it once.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   // Comments make this strict-JSON client reject the file. // error
    ///   "permissions": {
    ///     "deny": ["Read(./.env)"]
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "deny": ["Read(./.env)"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026 (verified 2026-11-22)
    id: "ignored-setting",
    family: Hygiene,
    severity: Medium,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [OwaspAgentic: ["ASI02"]],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Ignored(why) = guard.kind else { return };
    let what = match guard.setting.as_str() {
        "" => "this file".to_owned(),
        setting => format!("`{setting}`"),
    };
    let message = format!("{} ignores {what}: {why}", guard.client);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("write it in the form that the client documents");
}
