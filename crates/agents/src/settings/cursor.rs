//! Cursor: its command line's configuration, permission lists, sandbox and cloud environment.
//!
//! <https://cursor.com/docs/cli/reference/permissions> and its neighbours, read 2026.

use model::{ApprovalMode, Effect, GuardKind, NetworkReach, SandboxMode, ToolPattern};
use syntax::{Kind, Node};

use crate::lowering::Lowering;
use crate::permission::{self, Open};
use crate::reach;

impl Lowering<'_> {
    pub(super) fn cursor_cli(&mut self, root: Node<'_>) {
        self.strict_json(root);
        for (key, effect) in [("allow", Effect::Allow), ("deny", Effect::Deny)] {
            let list = root.path(&["permissions", key]);
            self.permissions_as(list, &format!("permissions.{key}"), effect, entry);
        }
        self.says(
            root,
            &["approvalMode"],
            "unrestricted",
            GuardKind::Approval(ApprovalMode::Bypass),
        );
        self.says(root, &["approvalMode"], "allowlist", GuardKind::Approval(ApprovalMode::Ask));
    }

    pub(super) fn cursor_permissions(&mut self, root: Node<'_>) {
        self.permissions_as(
            root.get("terminalAllowlist"),
            "terminalAllowlist",
            Effect::Allow,
            |it| permission::shell("Shell", it, Open::Prefix),
        );
        self.permissions_as(root.get("mcpAllowlist"), "mcpAllowlist", Effect::Allow, |it| {
            let found = server(it);
            let ignored = (!it.contains(':')).then_some("an entry needs the form `server:tool`");
            ToolPattern { ignored, ..found }
        });
    }

    pub(super) fn cursor_sandbox(&mut self, root: Node<'_>) {
        for (word, mode) in [
            ("insecure_none", SandboxMode::Off),
            ("workspace_readwrite", SandboxMode::Workspace),
            ("workspace_readonly", SandboxMode::ReadOnly),
        ] {
            self.says(root, &["type"], word, GuardKind::Sandbox(mode));
        }
        for (word, reach) in [("allow", NetworkReach::Open), ("deny", NetworkReach::Listed)] {
            self.says(root, &["networkPolicy", "default"], word, GuardKind::Network(reach));
        }
        let folders = root.get("additionalReadwritePaths").into_iter().flat_map(|it| it.items());
        for folder in folders.collect::<Vec<_>>() {
            if let Some(text) = self.sourced(folder) {
                let whole = reach::is_whole(&text.value);
                self.guard("additionalReadwritePaths", GuardKind::ExtraFolder(text), folder);
                if whole {
                    let why = "a whole disk or home folder can be written";
                    self.guard(
                        "additionalReadwritePaths",
                        GuardKind::Sandbox(SandboxMode::Weakened(why)),
                        folder,
                    );
                }
            }
        }
    }

    pub(super) fn cursor_environment(&mut self, root: Node<'_>) {
        for key in ["install", "start"] {
            if let Some(node) = root.get(key).filter(|it| it.kind() == Kind::String) {
                self.saved_command(node, key);
            }
        }
        let terminals = root.get("terminals").into_iter().flat_map(|it| it.items());
        for (at, terminal) in terminals.enumerate() {
            if let Some(node) = terminal.get("command") {
                self.saved_command(node, &format!("terminals[{at}].command"));
            }
        }
    }
}

/// `Shell(base)`, `Read(glob)`, `Write(glob)`, `WebFetch(domain)`, `Mcp(server:tool)`.
fn entry(text: &str) -> ToolPattern {
    if let Some(inner) = text.strip_prefix("Mcp(").and_then(|it| it.strip_suffix(')')) {
        return server(inner);
    }
    let found = permission::read_claude(text, permission::Place::Prefix);
    // A file pattern counts from the workspace; only the bare `**` covers everything in it.
    let everything = found.everything || matches!(found.argument.as_deref(), Some("**" | "/**"));
    ToolPattern { everything, ..found }
}

fn server(text: &str) -> ToolPattern {
    let (server, tool) = text.split_once(':').unwrap_or((text, "*"));
    permission::server_tool(server.trim(), tool.trim())
}
