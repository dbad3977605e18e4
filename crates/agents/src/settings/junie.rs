//! Junie's list of actions that need no approval.
//!
//! <https://junie.jetbrains.com/docs/action-allowlist-junie-cli.html>, read 2026-11.

use model::{ApprovalMode, GuardKind, ToolClass, ToolPattern};
use syntax::Node;

use super::effect;
use crate::lowering::Lowering;
use crate::permission::{self, Open};

/// Kinds of actions, with the tool that each is.
const KINDS: &[(&str, ToolClass)] = &[
    ("executables", ToolClass::Shell),
    ("fileEditing", ToolClass::Write),
    ("mcpTools", ToolClass::ToolServer),
];

impl Lowering<'_> {
    pub(super) fn junie(&mut self, root: Node<'_>) {
        let default = root.get("defaultBehavior");
        if let Some(node) = default.filter(|it| it.as_str() == Some("allow")) {
            self.guard("defaultBehavior", GuardKind::Approval(ApprovalMode::Bypass), node);
        }
        for (kind, class) in KINDS {
            let rules = root.path(&["rules", kind, "rules"]).into_iter().flat_map(Node::items);
            for (at, rule) in rules.enumerate() {
                let Some(effect) = rule.get("action").and_then(Node::as_str).and_then(effect)
                else {
                    continue;
                };
                let path = format!("rules.{kind}.rules[{at}]");
                if let Some(prefix) = rule.get("prefix") {
                    self.permission(prefix, &path, effect, |it| by_prefix(*class, kind, it));
                } else if let Some(pattern) = rule.get("pattern") {
                    self.permission(pattern, &path, effect, |it| by_pattern(*class, kind, it));
                }
            }
        }
    }
}

fn by_prefix(class: ToolClass, kind: &str, prefix: &str) -> ToolPattern {
    match class {
        ToolClass::Shell => permission::shell(kind, prefix, Open::Prefix),
        ToolClass::ToolServer => server(prefix, true),
        class => {
            let whole = matches!(prefix, "" | "/" | "~" | "~/");
            let pattern = if whole { "//**".to_owned() } else { format!("{prefix}**") };
            permission::narrowed(class, kind, &pattern)
        }
    }
}

fn by_pattern(class: ToolClass, kind: &str, pattern: &str) -> ToolPattern {
    match class {
        ToolClass::Shell => permission::shell(kind, pattern, Open::Star),
        ToolClass::ToolServer => server(pattern, false),
        class => {
            let whole = matches!(pattern, "**" | "/**");
            permission::narrowed(class, kind, if whole { "//**" } else { pattern })
        }
    }
}

/// `server:tool`; a prefix that ends with the colon stands for all its tools.
fn server(text: &str, is_prefix: bool) -> ToolPattern {
    match text.split_once(':') {
        Some((name, "")) if is_prefix => permission::server_tool(name, "*"),
        Some((name, "*" | "**")) => permission::server_tool(name, "*"),
        Some((name, tool)) => permission::server_tool(name, tool),
        None if matches!(text, "" | "*" | "**") => permission::server_tool("*", "*"),
        None => permission::server_tool(text, "*"),
    }
}
