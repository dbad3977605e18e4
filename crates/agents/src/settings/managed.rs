//! Settings that an organisation sets, and what they leave open.
//!
//! Claude Code's managed settings, Gemini's system settings and Codex' `requirements.toml`,
//! read 2026-08. What such a file does not say is left to every person and repository.

use model::{ConfigScope, GuardKind};
use syntax::{Kind, Node};

use crate::lowering::Lowering;

impl Lowering<'_> {
    /// What a managed file of Claude Code does not forbid.
    pub(super) fn claude_managed(&mut self, root: Node<'_>) {
        if self.scope != ConfigScope::Managed || root.kind() != Kind::Map {
            return;
        }
        let forbids = ["disableBypassPermissionsMode", "disableAutoMode"].iter().any(|key| {
            let found = root.path(&["permissions", key]).or_else(|| root.get(key));
            found.and_then(Node::as_str) == Some("disable")
        });
        // A file of a folder of managed settings says one thing of many.
        if !forbids && root.get("permissions").is_some() {
            self.unsaid(
                root,
                "permissions.disableBypassPermissionsMode",
                GuardKind::BypassForbidden(false),
            );
        }
        let listed = ["allowedMcpServers", "allowManagedMcpServersOnly"];
        if !listed.iter().any(|it| root.get(it).is_some()) && root.get("permissions").is_some() {
            self.unsaid(root, "allowedMcpServers", GuardKind::ServersListed(false));
        }
        for (at, server) in
            root.get("allowedMcpServers").into_iter().flat_map(Node::items).enumerate()
        {
            let named = server.get("serverName");
            let by_more =
                server.get("serverUrl").is_some() || server.get("serverCommand").is_some();
            if let Some(node) = named.filter(|_| !by_more) {
                self.guard(&format!("allowedMcpServers[{at}]"), GuardKind::ServersByName, node);
            }
        }
        let env = |key: &str| root.path(&["env", key]);
        let on = env("CLAUDE_CODE_ENABLE_TELEMETRY");
        let sent = env("OTEL_LOGS_EXPORTER");
        match (on.and_then(Node::as_str), sent) {
            (Some("0"), _) => {
                if let Some(node) = on {
                    self.guard("env.CLAUDE_CODE_ENABLE_TELEMETRY", GuardKind::Logging(false), node);
                }
            }
            (_, Some(node)) if node.as_str() == Some("none") => {
                self.guard("env.OTEL_LOGS_EXPORTER", GuardKind::Logging(false), node);
            }
            (Some("1"), Some(node)) => {
                self.guard("env.OTEL_LOGS_EXPORTER", GuardKind::Logging(true), node);
            }
            _ => self.unsaid(root, "env.CLAUDE_CODE_ENABLE_TELEMETRY", GuardKind::Logging(false)),
        }
    }

    /// What Gemini's system settings do not forbid.
    pub(super) fn gemini_managed(&mut self, root: Node<'_>) {
        if self.scope != ConfigScope::Managed || root.kind() != Kind::Map {
            return;
        }
        if root.path(&["security", "disableYoloMode"]).is_none() {
            self.unsaid(root, "security.disableYoloMode", GuardKind::BypassForbidden(false));
        }
    }

    /// Codex' `requirements.toml`.
    pub(super) fn codex_requirements(&mut self, root: Node<'_>) {
        match root.get("allowed_approval_policies") {
            None => {
                self.unsaid(root, "allowed_approval_policies", GuardKind::BypassForbidden(false))
            }
            Some(list) => {
                let never = list.items().find(|it| it.as_str() == Some("never"));
                match never {
                    Some(node) => {
                        let kind = GuardKind::BypassForbidden(false);
                        self.guard("allowed_approval_policies", kind, node);
                    }
                    None => {
                        let kind = GuardKind::BypassForbidden(true);
                        self.guard("allowed_approval_policies", kind, list);
                    }
                }
            }
        }
        if root.get("mcp_servers").is_none() {
            self.unsaid(root, "mcp_servers", GuardKind::ServersListed(false));
        }
    }

    /// A setting that nothing states: its default holds, and the file's first key stands for it.
    fn unsaid(&mut self, root: Node<'_>, setting: &str, kind: GuardKind) {
        let Some(first) =
            root.children().find(|it| it.key().is_some_and(|it| !it.starts_with('$')))
        else {
            return;
        };
        self.guard_at(setting, kind, self.key_place(first), self.place(root));
        if let Some(guard) = self.facts.guards.last_mut() {
            guard.stated = false;
        }
    }
}
