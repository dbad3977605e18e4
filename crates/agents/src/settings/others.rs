//! Clients with few settings of their own: Crush, Zed, Amp, Amazon Q, Kiro, Cline, Continue.

use model::{
    ApprovalMode, Effect, GuardKind, Knowledge, Matching, SlotKind, ToolClass, ToolPattern,
};
use secrets::Expectation;
use syntax::{Kind, Node};

use super::effect;
use crate::descriptors::asks_secret;
use crate::handover::At;
use crate::lowering::Lowering;
use crate::permission::{self, Open, Place};

impl Lowering<'_> {
    pub(super) fn crush(&mut self, root: Node<'_>) {
        let allowed = root.path(&["permissions", "allowed_tools"]);
        self.permissions(allowed, "permissions.allowed_tools", Effect::Allow, Place::ToolList);
        for (name, provider) in root.get("providers").map(Node::entries).unwrap_or_default() {
            let taker = self.agent_taker(&format!("providers.{name}"), provider);
            if let Some(snippet) = provider.get("api_key").and_then(|it| self.snippet(it)) {
                let at = provider_key("api_key");
                self.hand_over(&snippet, at, &taker);
            }
            if let Some(headers) = provider.get("extra_headers") {
                self.headers(headers, "extra_headers", &taker);
            }
            if let Some(oauth) = provider.get("oauth") {
                self.tokens(oauth, "oauth", &taker);
            }
        }
        if let Some(env) = root.get("env") {
            let taker = self.agent_taker("", env);
            self.variables(env, "env", &taker);
        }
        if let Some(hooks) = root.get("hooks") {
            self.hooks(hooks, "hooks");
        }
    }

    pub(super) fn zed(&mut self, root: Node<'_>) {
        self.bypass_switch(root, &["agent", "always_allow_tool_actions"]);
        for (name, server) in root.get("agent_servers").map(Node::entries).unwrap_or_default() {
            let path = format!("agent_servers.{name}");
            let taker = self.agent_taker(&path, server);
            if let Some(env) = server.get("env").filter(|it| it.kind() == Kind::Map) {
                self.variables(env, "env", &taker);
            }
            self.started_agent(server, &path);
        }
        let Some(permissions) = root.path(&["agent", "tool_permissions"]) else { return };
        let base = "agent.tool_permissions";
        if let Some(node) = permissions.get("default").filter(|it| it.as_str() == Some("allow")) {
            self.guard(&format!("{base}.default"), GuardKind::Approval(ApprovalMode::Bypass), node);
        }
        for (name, tool) in permissions.get("tools").map(Node::entries).unwrap_or_default() {
            let path = format!("{base}.tools.{name}");
            let default = tool.get("default");
            if let Some((node, effect)) = default.and_then(|it| Some((it, effect(it.as_str()?)?))) {
                self.permission(node, &format!("{path}.default"), effect, |_| zed_tool(name, None));
            }
            for (key, effect) in [
                ("always_allow", Effect::Allow),
                ("always_confirm", Effect::Ask),
                ("always_deny", Effect::Deny),
            ] {
                for (at, rule) in tool.get(key).into_iter().flat_map(|it| it.items()).enumerate() {
                    let Some(pattern) = rule.get("pattern") else { continue };
                    let path = format!("{path}.{key}[{at}]");
                    self.permission(pattern, &path, effect, |it| zed_tool(name, Some(it)));
                }
            }
        }
    }

    pub(super) fn amp(&mut self, root: Node<'_>) {
        self.bypass_switch(root, &["amp.dangerouslyAllowAll"]);
        self.permissions_as(
            root.get("amp.commands.allowlist"),
            "amp.commands.allowlist",
            Effect::Allow,
            |it| permission::shell("Bash", it, Open::Prefix),
        );
        let rules = root.get("amp.permissions").into_iter().flat_map(|it| it.items());
        for (at, rule) in rules.enumerate() {
            let (Some(tool), Some(effect)) =
                (rule.get("tool"), rule.get("action").and_then(Node::as_str).and_then(effect))
            else {
                continue;
            };
            let command = rule.path(&["matches", "cmd"]).and_then(Node::as_str).map(str::to_owned);
            let matches = rule.get("matches").is_some();
            self.permission(
                tool,
                &format!("amp.permissions[{at}]"),
                effect,
                |name| match &command {
                    Some(command) => permission::shell(name, command, Open::Star),
                    None => {
                        let found = permission::read_claude(name, Place::ToolList);
                        ToolPattern { everything: found.everything && !matches, ..found }
                    }
                },
            );
        }
    }

    /// An agent of Amazon Q or Kiro: the file is the agent.
    pub(super) fn q_agent(&mut self, root: Node<'_>) {
        self.strict_json(root);
        self.permissions_as(
            root.get("allowedTools"),
            "allowedTools",
            Effect::Allow,
            |it| match it {
                // The command line of AWS as a tool.
                "use_aws" => permission::shell(it, "aws:*", Open::Star),
                it => permission::read_claude(it, Place::ToolList),
            },
        );
        let trusted: Vec<String> = root
            .get("allowedTools")
            .into_iter()
            .flat_map(|it| it.items())
            .filter_map(|it| it.as_str().map(str::to_owned))
            .collect();
        for tool in ["execute_bash", "shell", "execute_cmd"] {
            let settings = root.path(&["toolsSettings", tool]);
            let Some(settings) = settings else { continue };
            for (key, effect) in
                [("allowedCommands", Effect::Allow), ("deniedCommands", Effect::Deny)]
            {
                // A tool that is trusted as a whole has its patterns overridden.
                let overridden = effect == Effect::Allow && trusted.iter().any(|it| it == tool);
                let why = overridden
                    .then_some("the tool is allowed as a whole, so this pattern narrows nothing");
                self.permissions_as(
                    settings.get(key),
                    &format!("toolsSettings.{tool}.{key}"),
                    effect,
                    |it| {
                        let found = permission::shell_regex(tool, it, true);
                        ToolPattern { ignored: why, matching: Matching::WholeRegex, ..found }
                    },
                );
            }
        }
        for (tool, class) in [("fs_read", ToolClass::Read), ("fs_write", ToolClass::Write)] {
            for (key, effect) in [("allowedPaths", Effect::Allow), ("deniedPaths", Effect::Deny)] {
                let list = root.path(&["toolsSettings", tool, key]);
                self.permissions_as(list, &format!("toolsSettings.{tool}.{key}"), effect, |it| {
                    let found = permission::narrowed(class, tool, it);
                    ToolPattern {
                        everything: found.everything || matches!(it, "/**" | "**" | "/"),
                        ..found
                    }
                });
            }
        }
        if let Some(hooks) = root.get("hooks") {
            self.hooks(hooks, "hooks");
        }
        if let Some(permissions) = root.get("permissions").filter(|it| it.kind() == Kind::Map) {
            self.kiro_rules(permissions, "permissions.");
        }
        if let Some(prompt) = root.get("prompt") {
            self.instructions(prompt, "prompt");
        }
    }

    /// The agent as its file names and describes it; `None` for a file without a name.
    pub(crate) fn named_agent(&self, root: Node<'_>) -> Option<model::Identity> {
        let name = root.get("name").filter(|it| it.kind() == Kind::String)?;
        let (place, region) = (self.content_place(name), self.place(root));
        let mut identity = self.identity(
            self.agent.clone(),
            model::IdentityKind::Agent,
            self.known(Some(name)),
            place,
            region,
        );
        identity.description = self.known(root.get("description"));
        Some(identity)
    }

    /// Names the agent of an Amazon Q or Kiro file before anything belongs to it.
    pub(crate) fn declare_q_agent(&mut self, root: Node<'_>) {
        if let Some(identity) = self.named_agent(root) {
            self.declare_agent_as(identity);
        }
    }

    pub(super) fn cline(&mut self, root: Node<'_>) {
        self.bypass_switch(root, &["yoloModeToggled"]);
        let actions = ["autoApprovalSettings", "actions"];
        for (key, class, tool) in [
            ("executeAllCommands", ToolClass::Shell, "execute_command"),
            ("editFilesExternally", ToolClass::Write, "edit"),
            ("readFilesExternally", ToolClass::Read, "read"),
            ("useBrowser", ToolClass::Network, "browser"),
            ("useMcp", ToolClass::ToolServer, "*"),
        ] {
            let Some(node) = root.path(&actions).and_then(|it| it.get(key)) else { continue };
            if node.as_bool() != Some(true) {
                continue;
            }
            let path = format!("autoApprovalSettings.actions.{key}");
            self.permission_key(node, &path, Effect::Allow, |_| match class {
                ToolClass::Shell => permission::shell(tool, "*", Open::Star),
                ToolClass::ToolServer => permission::server_tool("*", "*"),
                ToolClass::Write | ToolClass::Read => permission::narrowed(class, tool, "//**"),
                class => permission::tool(class, tool),
            });
        }
    }

    pub(super) fn continue_models(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["models", "mcpServers", "mcp", "experimental"]);
        for (at, model) in root.get("models").into_iter().flat_map(|it| it.items()).enumerate() {
            let taker = self.agent_taker(&format!("models[{at}]"), model);
            if let Some(snippet) = model.get("apiKey").and_then(|it| self.snippet(it)) {
                let key = provider_key("apiKey");
                self.hand_over(&snippet, key, &taker);
            }
            let options = ["requestOptions", "verifySsl"];
            if let Some(node) = model.path(&options).filter(|it| it.as_bool() == Some(false)) {
                let setting = format!("models[{at}].requestOptions.verifySsl");
                self.guard(&setting, GuardKind::CertificatesUnchecked, node);
            }
            if let Some(headers) = model.path(&["requestOptions", "headers"]) {
                self.headers(headers, "requestOptions.headers", &taker);
            }
        }
    }

    /// Names the agent that a plugin or extension adds to: its author answers for what the
    /// plugin brings. A plugin that brings nothing that acts is left out when files are joined.
    pub(crate) fn declare_plugin(&mut self, root: Node<'_>) {
        let Some(mut identity) = self.named_agent(root) else { return };
        identity.ownership = self.owner(root, model::OwnerSource::Argument);
        identity.ownership.argument = Some("author");
        self.declare_agent_as(identity);
    }

    /// What a plugin's manifest holds besides tool servers.
    pub(super) fn manifest(&mut self, root: Node<'_>) {
        if let Some(hooks) = root.get("hooks").filter(|it| it.kind() == Kind::Map) {
            self.hooks(hooks, "hooks");
        }
        for (key, input) in root.get("userConfig").map(Node::entries).unwrap_or_default() {
            let is_text = input.get("type").and_then(Node::as_str).is_none_or(|it| it == "string");
            let marked = input.get("sensitive").is_some_and(|it| it.as_bool() != Some(false));
            if !marked && is_text && asks_secret(key) {
                self.unmarked(&format!("userConfig.{key}"), key, input, "sensitive: true");
            }
        }
        for (at, setting) in root.get("settings").into_iter().flat_map(Node::items).enumerate() {
            let variable = setting.get("envVar").and_then(Node::as_str).unwrap_or("");
            let marked = setting.get("sensitive").is_some_and(|it| it.as_bool() != Some(false));
            if !marked && asks_secret(variable) {
                self.unmarked(&format!("settings[{at}]"), variable, setting, "sensitive: true");
            }
        }
    }

    /// An A2A agent card declares one agent; its provider answers for it.
    pub(crate) fn agent_card(&mut self, root: Node<'_>) {
        let Some(name) = root.get("name").filter(|it| it.kind() == Kind::String) else { return };
        let is_card = ["url", "skills", "capabilities", "supportedInterfaces"]
            .iter()
            .any(|it| root.get(it).is_some());
        if !is_card {
            return;
        }
        let (place, region) = (self.content_place(name), self.place(root));
        let mut identity = self.identity(
            self.agent.clone(),
            model::IdentityKind::Agent,
            self.known(Some(name)),
            place,
            region,
        );
        identity.description = self.known(root.get("description"));
        identity.ownership.argument = Some("provider.organization");
        let provider = root.path(&["provider", "organization"]).and_then(|it| self.sourced(it));
        if let Some(it) = provider.filter(|it| !model::is_nobody(&it.value)) {
            let owner = model::Owner { name: it.value, source: model::OwnerSource::Argument };
            identity.ownership.owner = Knowledge::Known(model::Sourced::new(owner, it.origin));
        }
        self.declare_agent_as(identity);
    }
}

fn provider_key(key: &'static str) -> At<'static> {
    At { kind: SlotKind::Provider, path: key, key, expects: Expectation::Credential }
}

fn zed_tool(name: &str, pattern: Option<&str>) -> ToolPattern {
    if let Some(rest) = name.strip_prefix("mcp:") {
        let (server, tool) = rest.split_once(':').unwrap_or((rest, "*"));
        return permission::server_tool(server, tool);
    }
    match (permission::class_of(name), pattern) {
        (ToolClass::Shell, Some(pattern)) => permission::shell_regex(name, pattern, false),
        (ToolClass::Shell, None) => permission::shell(name, "*", Open::Star),
        (class, Some(pattern)) => {
            let found = permission::narrowed(class, name, pattern);
            ToolPattern { everything: matches!(pattern, "" | ".*"), ..found }
        }
        (class, None) => permission::tool(class, name),
    }
}
