//! Goose: its configuration, its saved permissions and recipes.
//!
//! <https://block.github.io/goose/docs/guides/config-files>, read 2026.

use model::{ApprovalMode, Effect, GuardKind, SlotKind, ToolClass, ToolPattern};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::handover::At;
use crate::lowering::Lowering;
use crate::permission::{self, Open};

const MODES: &[(&str, ApprovalMode)] = &[
    ("auto", ApprovalMode::Bypass),
    ("approve", ApprovalMode::Ask),
    ("smart_approve", ApprovalMode::Automatic),
    ("chat", ApprovalMode::Plan),
];

impl Lowering<'_> {
    pub(super) fn goose(&mut self, root: Node<'_>) {
        self.approval(root, &["GOOSE_MODE"], MODES);
        if let Some(node) = root.get("GOOSE_MAX_TURNS") {
            let limit = node.text().and_then(|it| it.parse().ok());
            self.guard("GOOSE_MAX_TURNS", GuardKind::TurnLimit(limit), node);
        }
        self.named_secrets(root, "", &["extensions"]);
        self.goose_extensions(root);
    }

    /// Variables that an extension gets from the keyring.
    fn goose_extensions(&mut self, root: Node<'_>) {
        for (name, extension) in root.get("extensions").map(Node::entries).unwrap_or_default() {
            let path = format!("extensions.{name}");
            let mut taker = self.agent_taker(&path, extension);
            taker.holder = self.address(&path);
            taker.name = format!("tool server `{name}`");
            for key in extension.get("env_keys").into_iter().flat_map(Node::items) {
                let Some(snippet) = self.snippet(key) else { continue };
                let variable = snippet.as_str().to_owned();
                let at = At {
                    kind: SlotKind::Environment,
                    path: &format!("env_keys.{variable}"),
                    key: &variable,
                    expects: Expectation::ByName,
                };
                self.hand_over_variable(&snippet, at, &taker);
            }
        }
    }

    /// `permission.yaml`: lists of tools by whoever decided.
    pub(super) fn goose_permissions(&mut self, root: Node<'_>) {
        for by in ["user", "smart_approve"] {
            for (key, effect) in [
                ("always_allow", Effect::Allow),
                ("ask_before", Effect::Ask),
                ("never_allow", Effect::Deny),
            ] {
                let list = root.path(&[by, key]);
                self.permissions_as(list, &format!("{by}.{key}"), effect, tool);
            }
        }
    }

    /// A recipe: instructions, extensions, and checks that run commands.
    pub(super) fn goose_recipe(&mut self, root: Node<'_>) {
        let checks = root.path(&["retry", "checks"]).into_iter().flat_map(Node::items);
        for (at, check) in checks.enumerate() {
            if let Some(command) = check.get("command").filter(|it| it.kind() == Kind::String) {
                self.runs(command, "retry", &format!("retry.checks[{at}].command"));
            }
        }
        let after = root.path(&["retry", "on_failure"]).filter(|it| it.kind() == Kind::String);
        if let Some(command) = after {
            self.runs(command, "retry", "retry.on_failure");
        }
        for (at, input) in root.get("parameters").into_iter().flat_map(Node::items).enumerate() {
            let key = input.get("key").and_then(Node::as_str).unwrap_or("");
            let Some(snippet) = input.get("default").and_then(|it| self.snippet(it)) else {
                continue;
            };
            let taker = self.agent_taker(&format!("parameters[{at}]"), input);
            let at =
                At { kind: SlotKind::Other, path: "default", key, expects: Expectation::ByName };
            self.hand_over(&snippet, at, &taker);
        }
        for key in ["instructions", "prompt"] {
            if let Some(text) = root.get(key) {
                self.instructions(text, key);
            }
        }
        self.goose_extensions(root);
    }
}

/// `developer__shell`, `github__create_issue`: extension and tool.
fn tool(entry: &str) -> ToolPattern {
    match entry.split_once("__") {
        Some(("developer", "shell")) => {
            ToolPattern { argument: None, ..permission::shell(entry, "*", Open::Star) }
        }
        Some(("developer", "text_editor")) => permission::tool(ToolClass::Write, entry),
        Some((server, name)) => permission::server_tool(server, name),
        None => match permission::class_of(entry) {
            ToolClass::Shell => {
                ToolPattern { argument: None, ..permission::shell(entry, "*", Open::Star) }
            }
            class => permission::tool(class, entry),
        },
    }
}
