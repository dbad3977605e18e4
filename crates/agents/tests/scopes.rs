//! Which of several files decides: each layer of each client that has layers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use model::{ApprovalMode, Facts, FileId, GuardKind, SandboxMode, Source};
use nhilint_agents::{Options, join, language, lower};
use syntax::Limits;

type Files = &'static [(&'static str, &'static str)];

/// What is in force, each as `path: setting`.
fn in_force(files: Files) -> Vec<String> {
    let mut facts = Facts::default();
    for (at, (path, text)) in files.iter().enumerate() {
        let language = language(path, text).unwrap_or_else(|| panic!("{path} is not recognised"));
        let tree = syntax::parse(Arc::from(*text), language, &Limits::default());
        let file = FileId(u32::try_from(at).unwrap());
        facts.extend(lower(&Source { file, path, tree: &tree }, &Options::default()));
    }
    join(&mut facts);
    let risky = facts.guards.iter().filter(|it| {
        it.effective
            && matches!(
                it.kind,
                GuardKind::Approval(ApprovalMode::Bypass)
                    | GuardKind::Sandbox(SandboxMode::Off)
                    | GuardKind::TrustsAllServers
                    | GuardKind::ModelEndpoint(_)
            )
    });
    let mut found: Vec<String> = risky
        .map(|it| {
            let at = usize::try_from(it.place.file.0).unwrap();
            format!("{}: {}", files[at].0, it.setting)
        })
        .collect();
    found.sort();
    found
}

const CLAUDE_BYPASS: &str = r#"{"permissions": {"defaultMode": "bypassPermissions"}}"#;
const CLAUDE_ASKS: &str = r#"{"permissions": {"defaultMode": "default"}}"#;
const CLAUDE_FORBIDS: &str = r#"{"permissions": {"disableBypassPermissionsMode": "disable"}}"#;
const MANAGED: &str = "/etc/claude-code/managed-settings.json";

const CASES: &[(Files, &[&str])] = &[
    // The project alone.
    (
        &[(".claude/settings.json", CLAUDE_BYPASS)],
        &[".claude/settings.json: permissions.defaultMode"],
    ),
    // One person's file in the project wins, in both directions.
    (
        &[(".claude/settings.json", CLAUDE_BYPASS), (".claude/settings.local.json", CLAUDE_ASKS)],
        &[],
    ),
    (
        &[(".claude/settings.json", CLAUDE_ASKS), (".claude/settings.local.json", CLAUDE_BYPASS)],
        &[".claude/settings.local.json: permissions.defaultMode"],
    ),
    // The organisation's file wins against both, wherever the project lies.
    (
        &[
            (MANAGED, CLAUDE_ASKS),
            ("a/.claude/settings.json", CLAUDE_BYPASS),
            ("a/.claude/settings.local.json", CLAUDE_BYPASS),
        ],
        &[],
    ),
    (
        &[(MANAGED, CLAUDE_BYPASS), (".claude/settings.json", CLAUDE_ASKS)],
        &["/etc/claude-code/managed-settings.json: permissions.defaultMode"],
    ),
    // It can forbid the mode without setting one.
    (&[(MANAGED, CLAUDE_FORBIDS), (".claude/settings.json", CLAUDE_BYPASS)], &[]),
    // What one client's file forbids says nothing about another client.
    (
        &[
            (MANAGED, CLAUDE_FORBIDS),
            (".claude/settings.json", CLAUDE_BYPASS),
            (
                ".codex/config.toml",
                "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n",
            ),
        ],
        &[".codex/config.toml: approval_policy", ".codex/config.toml: sandbox_mode"],
    ),
    // A person's own file holds in other projects, whatever this one says.
    (
        &[
            ("/home/jane/.claude/settings.json", CLAUDE_BYPASS),
            (".claude/settings.json", CLAUDE_ASKS),
        ],
        &["/home/jane/.claude/settings.json: permissions.defaultMode"],
    ),
    // Two projects are two projects.
    (
        &[
            ("a/.claude/settings.json", CLAUDE_BYPASS),
            ("b/.claude/settings.local.json", CLAUDE_ASKS),
        ],
        &["a/.claude/settings.json: permissions.defaultMode"],
    ),
    // A sub-agent's own mode is no layer.
    (
        &[
            (
                ".claude/agents/x.md",
                "---\nname: x\ndescription: d\npermissionMode: bypassPermissions\n---\n",
            ),
            (".claude/settings.local.json", CLAUDE_ASKS),
        ],
        &[".claude/agents/x.md: permissionMode"],
    ),
    // Codex: requirements and the managed file win, the system's own file does not.
    (
        &[
            ("/etc/codex/managed_config.toml", "approval_policy = \"on-request\"\n"),
            (".codex/config.toml", "approval_policy = \"never\"\n"),
        ],
        &[],
    ),
    (
        &[
            ("/etc/codex/requirements.toml", "allowed_approval_policies = [\"on-request\"]\n"),
            (".codex/config.toml", "approval_policy = \"never\"\n"),
        ],
        &[],
    ),
    (
        &[
            ("/etc/codex/config.toml", "sandbox_mode = \"read-only\"\n"),
            (".codex/config.toml", "sandbox_mode = \"danger-full-access\"\n"),
        ],
        &[".codex/config.toml: sandbox_mode"],
    ),
    // Gemini CLI: the system's settings win, its defaults do not.
    (
        &[
            (
                "/etc/gemini-cli/settings.json",
                r#"{"telemetry": {"enabled": true}, "security": {"disableYoloMode": true}}"#,
            ),
            (".qwen/settings.json", r#"{"tools": {"approvalMode": "yolo"}}"#),
        ],
        &[".qwen/settings.json: tools.approvalMode"],
    ),
    (
        &[
            ("/etc/opencode/opencode.json", r#"{"permission": "ask"}"#),
            ("opencode.json", r#"{"permission": "allow"}"#),
        ],
        &[],
    ),
    // VS Code: another setting is another matter.
    (
        &[
            (
                "/home/jane/.config/Code/User/settings.json",
                r#"{"chat.tools.global.autoApprove": true}"#,
            ),
            (".vscode/settings.json", r#"{"chat.tools.global.autoApprove": false}"#),
        ],
        &["/home/jane/.config/Code/User/settings.json: chat.tools.global.autoApprove"],
    ),
    // Copilot CLI and Amp.
    (
        &[
            ("/etc/ampcode/managed-settings.json", r#"{"amp.dangerouslyAllowAll": false}"#),
            (".amp/settings.json", r#"{"amp.dangerouslyAllowAll": true}"#),
        ],
        &[],
    ),
];

#[test]
fn the_strongest_layer_decides() {
    let mut wrong = Vec::new();
    for (files, expected) in CASES {
        let found = in_force(files);
        if found != *expected {
            let paths: Vec<&str> = files.iter().map(|it| it.0).collect();
            wrong.push(format!("{paths:?}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
