//! Kiro's `permissions.yaml`: rules by capability.
//!
//! <https://kiro.dev/docs/cli/permissions>, read 2026-10. A repository's copy is not read.

use model::{ConfigScope, Effect, GuardKind, Matching, ToolClass, ToolPattern};
use syntax::{Kind, Node};

use super::effect;
use crate::lowering::Lowering;
use crate::permission::{self, Open};

const NOT_READ: &str = "only the copies in a home folder are read, not one in a repository";

impl Lowering<'_> {
    pub(super) fn kiro_permissions(&mut self, root: Node<'_>) {
        let heeded = matches!(self.scope, ConfigScope::User | ConfigScope::Managed);
        if !heeded {
            let place =
                root.children().next().map_or_else(|| self.place(root), |it| self.key_place(it));
            self.guard_at("", GuardKind::Ignored(NOT_READ), place, self.place(root));
            return;
        }
        self.kiro_rules(root, "");
    }

    /// Rules and policies: a file of them, or an agent's own.
    pub(super) fn kiro_rules(&mut self, root: Node<'_>, prefix: &str) {
        for (at, rule) in root.get("rules").into_iter().flat_map(Node::items).enumerate() {
            let Some(effect) = rule.get("effect").and_then(Node::as_str).and_then(effect) else {
                continue;
            };
            let Some(capability) = rule.get("capability") else { continue };
            self.kiro_rule(rule, capability, effect, &format!("{prefix}rules[{at}]"));
        }
        for policy in root.get("policies").into_iter().flat_map(Node::items) {
            if policy.as_str() == Some("allow-all") {
                self.bypassed_by(&format!("{prefix}policies"), policy);
            }
        }
    }

    fn kiro_rule(&mut self, rule: Node<'_>, capability: Node<'_>, effect: Effect, path: &str) {
        let name = capability.as_str().unwrap_or("").to_owned();
        let class = class(&name);
        // What is excluded narrows the rule in a way that one pattern cannot say.
        let narrowed = rule.get("exclude").is_some_and(|it| it.items().next().is_some());
        let matches: Vec<_> = rule.get("match").into_iter().flat_map(Node::items).collect();
        if matches.is_empty() {
            self.permission(capability, path, effect, |_| {
                let found = whole(class, &name);
                ToolPattern { everything: found.everything && !narrowed, ..found }
            });
        }
        for (at, pattern) in matches.into_iter().enumerate() {
            if pattern.kind() != Kind::String {
                continue;
            }
            self.permission(pattern, &format!("{path}.match[{at}]"), effect, |it| {
                let found = matched(class, &name, it);
                ToolPattern { everything: found.everything && !narrowed, ..found }
            });
        }
    }
}

fn class(capability: &str) -> ToolClass {
    match capability {
        "all" | "builtin" => ToolClass::Any,
        "shell" => ToolClass::Shell,
        "fs_read" => ToolClass::Read,
        "fs_write" | "filesystem" => ToolClass::Write,
        "web_fetch" | "web_search" | "sandbox_network" => ToolClass::Network,
        "mcp" => ToolClass::ToolServer,
        "subagent" => ToolClass::Delegate,
        _ => ToolClass::Other,
    }
}

fn whole(class: ToolClass, name: &str) -> ToolPattern {
    match class {
        ToolClass::Shell => {
            ToolPattern { argument: None, ..permission::shell(name, "*", Open::Star) }
        }
        ToolClass::ToolServer => permission::server_tool("*", "*"),
        class => permission::tool(class, name),
    }
}

fn matched(class: ToolClass, name: &str, pattern: &str) -> ToolPattern {
    match class {
        ToolClass::Shell => permission::shell(name, pattern, Open::Star),
        ToolClass::ToolServer => {
            let (server, tool) = pattern.split_once('/').unwrap_or((pattern, "*"));
            permission::server_tool(server, tool)
        }
        class => {
            let found = permission::narrowed(class, name, pattern);
            let everything = found.everything || matches!(pattern, "*" | "**" | "/**");
            ToolPattern { everything, matching: Matching::Path, ..found }
        }
    }
}
