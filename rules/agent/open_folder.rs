use engine::{Context, Severity, rule};
use model::{Guard, GuardKind};

rule! {
    /// An agent may work in a folder that holds everything, or credentials.
    ///
    /// ## What
    /// A setting opens the root of the file system, a whole home folder, or a folder in which
    /// programs keep their keys, beside the workspace.
    ///
    /// ## Why
    /// What the model can read ends up in its context and in its answers. What it can write
    /// includes shell profiles and keys.
    ///
    /// ## Fix
    /// Open the one folder that the task needs.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "additionalDirectories": ["../docs", "~/.ssh"] // error: ~/.ssh
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "additionalDirectories": ["../docs", "~/work/docs", "${WORK}"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI02:2026, ASI03:2026 (verified 2026-11-22)
    id: "open-folder",
    family: Agent,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI02", "ASI03"]],
    check: Guard(check),
}

/// Folders below a home in which programs keep credentials.
const KEY_FOLDERS: &[&str] =
    &[".ssh", ".aws", ".azure", ".config/gcloud", ".kube", ".gnupg", ".docker", ".config/gh"];

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::ExtraFolder(folder) = &guard.kind else { return };
    if !guard.effective || folder.value.is_empty() {
        return;
    }
    let path = folder.value.trim_end_matches(['/', '*']);
    let below_home =
        ["~/", "$HOME/", "${HOME}/"].iter().find_map(|it| folder.value.strip_prefix(it));
    let (what, severity) = if matches!(path, "" | "~" | "$HOME" | "${HOME}" | "C:\\" | "C:") {
        ("everything", Severity::High)
    } else if below_home.is_some_and(|it| KEY_FOLDERS.iter().any(|key| it.starts_with(key))) {
        ("a folder with credentials", Severity::High)
    } else {
        return;
    };
    let message =
        format!("`{}` opens `{}` to {}: {what}", guard.setting, folder.value, guard.client);
    cx.report(&guard.agent, &guard.setting, &folder.origin, message)
        .severity(severity)
        .help("open the one folder that the task needs");
}
