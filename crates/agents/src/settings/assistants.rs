//! Assistants with a permission list of their own shape: Droid, Augment, Antigravity, Copilot,
//! Rovo Dev, Aider, Continue and OpenClaw.
//!
//! Each client's own documentation, read 2026; see the function's link where there is one.

use model::{ApprovalMode, Effect, GuardKind, SandboxMode, SlotKind, ToolPattern};
use secrets::Expectation;
use syntax::{Kind, Node};

use super::effect;
use crate::handover::At;
use crate::lowering::Lowering;
use crate::permission::{self, Open, Place};

const AIDER_KEYS: &[&str] = &["api-key", "set-env"];

impl Lowering<'_> {
    /// Factory's `settings.json`.
    pub(super) fn droid(&mut self, root: Node<'_>) {
        for (key, effect) in
            [("commandAllowlist", Effect::Allow), ("commandDenylist", Effect::Deny)]
        {
            self.permissions_as(root.get(key), key, effect, |it| {
                permission::shell("Execute", it, Open::Prefix)
            });
        }
        for path in [&["sessionDefaultSettings", "autonomyMode"][..], &["autonomyMode"][..]] {
            self.bypass_when(root, path, "auto-high");
        }
        if let Some(hooks) = root.get("hooks") {
            self.hooks(hooks, "hooks");
        }
        self.named_secrets(root, "", &["hooks", "mcpServers"]);
    }

    /// Augment's `toolPermissions`.
    pub(super) fn augment(&mut self, root: Node<'_>) {
        for (at, rule) in root.get("toolPermissions").into_iter().flat_map(Node::items).enumerate()
        {
            let said = rule.path(&["permission", "type"]).and_then(Node::as_str);
            let (Some(tool), Some(effect)) = (rule.get("toolName"), said.and_then(effect)) else {
                continue;
            };
            let narrowed = rule.get("shellInputRegex");
            let path = format!("toolPermissions[{at}]");
            match narrowed {
                Some(pattern) => self.permission(pattern, &path, effect, |it| {
                    permission::shell_regex("launch-process", it, true)
                }),
                None => self.permission(tool, &path, effect, |it| match it {
                    "launch-process" => {
                        ToolPattern { argument: None, ..permission::shell(it, "*", Open::Star) }
                    }
                    it => permission::read_claude(it, Place::ToolList),
                }),
            }
        }
    }

    /// Antigravity's settings: `command(git status)`, `read_url(…)`.
    pub(super) fn antigravity(&mut self, root: Node<'_>) {
        for (key, effect) in
            [("allow", Effect::Allow), ("ask", Effect::Ask), ("deny", Effect::Deny)]
        {
            let list = root.path(&["permissions", key]);
            self.permissions(list, &format!("permissions.{key}"), effect, Place::Prefix);
        }
        self.switch(root, &["enableTerminalSandbox"], false, GuardKind::Sandbox(SandboxMode::Off));
        self.bypass_when(root, &["toolPermission"], "always-proceed");
        if let Some(node) =
            root.get("allowNonWorkspaceAccess").filter(|it| it.as_bool() == Some(true))
        {
            self.permission_key(node, "allowNonWorkspaceAccess", Effect::Allow, |it| {
                permission::narrowed(model::ToolClass::Write, it, "//**")
            });
        }
    }

    /// Copilot's saved grants: lists of approved tools for each folder.
    pub(super) fn copilot_grants(&mut self, root: Node<'_>) {
        for (folder, saved) in root.get("locations").map(Node::entries).unwrap_or_default() {
            for (at, one) in
                saved.get("tool_approvals").into_iter().flat_map(Node::items).enumerate()
            {
                let path = format!("locations.{folder}.tool_approvals[{at}]");
                let texts = one.get("commandIdentifiers").into_iter().flat_map(Node::items);
                for text in texts {
                    self.permission(text, &path, Effect::Allow, |it| {
                        permission::shell("shell", it.trim_end_matches(":*"), Open::Prefix)
                    });
                }
            }
        }
    }

    /// Rovo Dev's `config.yml`.
    pub(super) fn rovo(&mut self, root: Node<'_>) {
        let Some(permissions) = root.get("toolPermissions") else { return };
        if let Some(node) = permissions.get("allowAll").filter(|it| it.as_bool() == Some(true)) {
            self.bypassed_by("toolPermissions.allowAll", node);
        }
        for (name, tool) in permissions.get("tools").map(Node::entries).unwrap_or_default() {
            if let Some(effect) = tool.as_str().and_then(effect) {
                let path = format!("toolPermissions.tools.{name}");
                self.permission_key(tool, &path, effect, |it| {
                    permission::read_claude(it, Place::ToolList)
                });
            }
        }
        let bash = permissions.get("bash");
        for (at, rule) in
            bash.and_then(|it| it.get("commands")).into_iter().flat_map(Node::items).enumerate()
        {
            let said = rule.get("permission").and_then(Node::as_str).and_then(effect);
            let (Some(command), Some(effect)) = (rule.get("command"), said) else { continue };
            let path = format!("toolPermissions.bash.commands[{at}]");
            self.permission(command, &path, effect, |it| permission::shell_regex("bash", it, true));
        }
    }

    /// `.aider.conf.yml`.
    pub(super) fn aider(&mut self, root: Node<'_>) {
        self.switch(root, &["yes-always"], true, GuardKind::Approval(ApprovalMode::Bypass));
        self.switch(root, &["verify-ssl"], false, GuardKind::CertificatesUnchecked);
        self.named_secrets(root, "", AIDER_KEYS);
        for key in AIDER_KEYS {
            let list = root.get(key);
            let items: Vec<_> = match list.map(Node::kind) {
                Some(Kind::Seq) => list.into_iter().flat_map(Node::items).collect(),
                _ => list.into_iter().collect(),
            };
            for (at, item) in items.into_iter().enumerate() {
                let Some(snippet) = self.snippet(item) else { continue };
                let Some((name, value)) = snippet.as_str().split_once('=') else { continue };
                let (from, to) = (name.len() + 1, name.len() + 1 + value.len());
                let name = if *key == "api-key" { "api-key".to_owned() } else { name.to_owned() };
                let taker = self.agent_taker("", item);
                let path = format!("{key}[{at}]");
                let expects = Expectation::ByName;
                let place = At { kind: SlotKind::Provider, path: &path, key: &name, expects };
                self.hand_over(&snippet.part(from..to), place, &taker);
            }
        }
        for key in ["lint-cmd", "test-cmd", "notifications-command"] {
            if let Some(node) = root.get(key).filter(|it| it.kind() == Kind::String) {
                self.runs(node, key, key);
            }
        }
        if let Some(node) = root.get("env-file") {
            self.environment_file(node);
        }
    }

    /// Continue's `permissions.yaml`: the first list that matches decides.
    pub(super) fn continue_permissions(&mut self, root: Node<'_>) {
        for (key, effect) in
            [("exclude", Effect::Deny), ("ask", Effect::Ask), ("allow", Effect::Allow)]
        {
            self.permissions(root.get(key), key, effect, Place::ToolList);
        }
    }

    /// OpenClaw's gateway, channels and tools.
    pub(super) fn openclaw(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["mcpServers"]);
        let gateway = root.get("gateway");
        let bind = gateway.and_then(|it| it.get("bind"));
        let beyond = bind.filter(|it| it.as_str().is_some_and(|it| it != "loopback"));
        let mode = gateway.and_then(|it| it.path(&["auth", "mode"])).and_then(Node::as_str);
        if let Some(node) = beyond.filter(|_| mode == Some("none")) {
            self.callers_prove("gateway.auth.mode", false, node);
        }
        for (name, channel) in root.get("channels").map(Node::entries).unwrap_or_default() {
            if let Some(node) = channel.get("dmPolicy").filter(|it| it.as_str() == Some("open")) {
                self.callers_prove(&format!("channels.{name}.dmPolicy"), false, node);
            }
        }
        let sandbox = ["agents", "defaults", "sandbox", "mode"];
        self.says(root, &sandbox, "off", GuardKind::Sandbox(SandboxMode::Off));
        let exec = root.path(&["tools", "exec"]);
        let word = |key: &str| exec.and_then(|it| it.get(key)).and_then(Node::as_str);
        if word("security") == Some("full") && word("ask") == Some("off") {
            self.bypass_when(root, &["tools", "exec", "ask"], "off");
        }
    }

    /// Codex' rule files.
    pub(super) fn codex_rules(&mut self) {
        let Some(body) = self.source.tree.documents().nth(1) else { return };
        let Some(snippet) = self.snippet(body).filter(|_| body.kind() == Kind::String) else {
            return;
        };
        let text = snippet.as_str().to_owned();
        let region = self.place(body);
        for (at, rule) in crate::starlark::prefix_rules(&text).into_iter().enumerate() {
            let effect = match rule.decision.as_deref() {
                None | Some("allow") => Effect::Allow,
                Some("prompt") => Effect::Ask,
                Some("forbidden") => Effect::Deny,
                Some(_) => continue,
            };
            let part = snippet.part(rule.range.clone());
            for (index, prefix) in prefixes(&rule.pattern).into_iter().enumerate() {
                let path = format!("prefix_rule[{at}][{index}]");
                self.permission_text(&part, &path, effect, region, |_| {
                    permission::shell("shell", &prefix, Open::Prefix)
                });
            }
        }
    }
}

/// Prefixes that one rule stands for, at most.
const MOST_PREFIXES: usize = 64;

/// Every combination of the choices in a pattern.
fn prefixes(pattern: &[Vec<String>]) -> Vec<String> {
    let mut all = vec![String::new()];
    for choices in pattern {
        let mut next = Vec::new();
        for prefix in &all {
            for choice in choices {
                let gap = if prefix.is_empty() { "" } else { " " };
                next.push(format!("{prefix}{gap}{choice}"));
            }
        }
        next.truncate(MOST_PREFIXES);
        all = next;
    }
    all
}
