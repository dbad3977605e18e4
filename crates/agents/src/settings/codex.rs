//! Codex' `config.toml` and its role files.
//!
//! The configuration reference of the Codex source, snapshot of 2026-08.

use model::{ApprovalMode, ConfigScope, GuardKind, NetworkReach, SandboxMode};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::clients::Layout;
use crate::handover::At;
use crate::lowering::Lowering;

const POLICIES: &[(&str, ApprovalMode)] = &[
    ("untrusted", ApprovalMode::Ask),
    ("on-request", ApprovalMode::Ask),
    ("on-failure", ApprovalMode::Automatic),
    ("never", ApprovalMode::Bypass),
];

/// Keys that are ignored in a project's file.
const PERSONAL: &[&str] = &[
    "openai_base_url",
    "chatgpt_base_url",
    "model_provider",
    "model_providers",
    "notify",
    "profile",
    "profiles",
    "otel",
];

impl Lowering<'_> {
    pub(super) fn codex(&mut self, root: Node<'_>) {
        if self.format.layout == Layout::CodexAgent {
            self.toml_agent(root);
        }
        self.codex_layer(root, "");
        let chosen = root.get("profile").and_then(Node::as_str);
        for (name, profile) in map_of(root, "profiles") {
            let before = self.facts.guards.len();
            self.codex_layer(profile, &format!("profiles.{name}."));
            // A profile counts once somebody chooses it.
            for guard in self.facts.guards.iter_mut().skip(before) {
                guard.effective = chosen == Some(name);
            }
        }
        self.codex_projects(root);
        self.codex_ignored(root);
        self.codex_environment(root);
        self.marketplaces(root);
        self.codex_credentials(root);
        if let Some(hooks) = root.get("hooks") {
            self.hooks(hooks, "hooks");
        }
        if let Some(notify) = root.get("notify") {
            self.runs(notify, "notify", "notify");
        }
    }

    /// The settings that a profile can change too.
    fn codex_layer(&mut self, root: Node<'_>, prefix: &str) {
        let say = |lowering: &mut Self, key: &str, kind, node| {
            lowering.guard(&format!("{prefix}{key}"), kind, node);
        };
        if let Some(node) = root.get("approval_policy") {
            let mode = node.as_str().and_then(|it| POLICIES.iter().find(|(word, _)| *word == it));
            if let Some((_, mode)) = mode {
                say(self, "approval_policy", GuardKind::Approval(*mode), node);
            }
        }
        if let Some(node) = root.get("approvals_reviewer")
            && matches!(node.as_str(), Some("auto_review" | "guardian_subagent"))
        {
            say(self, "approvals_reviewer", GuardKind::Approval(ApprovalMode::Automatic), node);
        }
        for key in ["sandbox_mode", "default_permissions"] {
            let Some(node) = root.get(key) else { continue };
            let mode = match node.as_str().map(|it| it.trim_start_matches(':')) {
                Some("read-only") => SandboxMode::ReadOnly,
                Some("workspace-write" | "workspace") => SandboxMode::Workspace,
                Some("danger-full-access") => SandboxMode::Off,
                _ => continue,
            };
            say(self, key, GuardKind::Sandbox(mode), node);
        }
        let chosen = root.get("default_permissions").and_then(Node::as_str);
        if let Some(chosen) = chosen.and_then(|it| root.path(&["permissions", it])) {
            self.codex_profile(chosen, &format!("{prefix}permissions"));
        }
        let Some(workspace) = root.get("sandbox_workspace_write") else { return };
        if let Some(node) = workspace.get("network_access").filter(|it| it.kind() == Kind::Bool) {
            let reach =
                if node.as_bool() == Some(true) { NetworkReach::Open } else { NetworkReach::None };
            say(self, "sandbox_workspace_write.network_access", GuardKind::Network(reach), node);
        }
        for folder in workspace.get("writable_roots").into_iter().flat_map(|it| it.items()) {
            if let Some(text) = self.sourced(folder) {
                say(
                    self,
                    "sandbox_workspace_write.writable_roots",
                    GuardKind::ExtraFolder(text),
                    folder,
                );
            }
        }
    }

    /// A permission profile that is in force.
    fn codex_profile(&mut self, profile: Node<'_>, path: &str) {
        let whole = "a whole disk or home folder can be written";
        for entry in profile.get("filesystem").into_iter().flat_map(|it| it.children()) {
            let writes = entry.as_str() == Some("write");
            if writes && entry.key().is_some_and(crate::reach::is_whole) {
                let setting = format!("{path}.filesystem");
                self.guard(&setting, GuardKind::Sandbox(SandboxMode::Weakened(whole)), entry);
            }
        }
        let Some(network) = profile.get("network") else { return };
        if network.get("enabled").and_then(Node::as_bool) == Some(false) {
            return;
        }
        let any = network.get("domains").into_iter().flat_map(|it| it.children());
        let mut any = any.filter(|it| it.key() == Some("*") && it.as_str() == Some("allow"));
        if let Some(node) = any.next() {
            let setting = format!("{path}.network.domains");
            self.guard(&setting, GuardKind::Network(NetworkReach::Open), node);
        }
        for (key, why) in [
            ("dangerously_allow_all_unix_sockets", "every local socket can be reached"),
            ("dangerously_allow_non_loopback_proxy", "the proxy of the sandbox is open to others"),
        ] {
            let kind = GuardKind::Sandbox(SandboxMode::Weakened(why));
            let setting = format!("{path}.network.{key}");
            if let Some(node) = network.get(key).filter(|it| it.as_bool() == Some(true)) {
                self.guard(&setting, kind, node);
            }
        }
    }

    /// What a repository may not decide for the person who opens it.
    fn codex_ignored(&mut self, root: Node<'_>) {
        let project = self.scope == ConfigScope::Project;
        if !project || self.format.layout != Layout::Codex {
            return;
        }
        for key in PERSONAL {
            if let Some(node) = root.get(key) {
                let why = "a project's file cannot set this; only a person's own can";
                let (place, region) = (self.key_place(node), self.entry_place(node));
                self.guard_at(key, GuardKind::Ignored(why), place, region);
            }
        }
    }

    /// Which variables commands get.
    fn codex_environment(&mut self, root: Node<'_>) {
        let Some(policy) = root.get("shell_environment_policy") else { return };
        let narrowed = ["include_only", "exclude"].iter().any(|it| policy.get(it).is_some());
        let all = policy.get("inherit").filter(|it| it.as_str() == Some("all"));
        let excludes = policy.get("ignore_default_excludes").and_then(Node::as_bool);
        if let Some(node) = all.filter(|_| !narrowed && excludes != Some(false)) {
            self.guard("shell_environment_policy.inherit", GuardKind::PassesEnvironment, node);
        }
    }

    /// A folder that is trusted; the root or a home folder stands for every project.
    fn codex_projects(&mut self, root: Node<'_>) {
        for (path, project) in map_of(root, "projects") {
            let Some(node) = project.get("trust_level").filter(|it| it.as_str() == Some("trusted"))
            else {
                continue;
            };
            if crate::reach::is_whole(path) {
                self.guard(
                    &format!("projects.{path}.trust_level"),
                    GuardKind::TrustsAllFolders,
                    node,
                );
            }
        }
    }

    fn codex_credentials(&mut self, root: Node<'_>) {
        if let Some(set) = root.path(&["shell_environment_policy", "set"]) {
            let taker = self.agent_taker("shell_environment_policy", set);
            self.variables(set, "set", &taker);
        }
        for (name, provider) in map_of(root, "model_providers") {
            let taker = self.agent_taker(&format!("model_providers.{name}"), provider);
            for key in ["experimental_bearer_token", "api_key"] {
                if let Some(snippet) = provider.get(key).and_then(|it| self.snippet(it)) {
                    let at = At {
                        kind: model::SlotKind::Provider,
                        path: key,
                        key,
                        expects: Expectation::Credential,
                    };
                    self.hand_over(&snippet, at, &taker);
                }
            }
            if let Some(headers) = provider.get("http_headers") {
                self.headers(headers, "http_headers", &taker);
            }
            if let Some(snippet) = provider.get("env_key").and_then(|it| self.snippet(it)) {
                let at = At {
                    kind: model::SlotKind::Provider,
                    path: "env_key",
                    key: "env_key",
                    expects: Expectation::Credential,
                };
                self.hand_over_variable(&snippet, at, &taker);
            }
        }
        if let Some(otel) = root.get("otel") {
            self.declare_logging(otel);
        }
        for (name, app) in map_of(root, "apps") {
            let mode = app.get("default_tools_approval_mode");
            if let Some(mode) = mode.filter(|it| it.as_str() == Some("approve")) {
                let path = format!("apps.{name}.default_tools_approval_mode");
                self.permission(mode, &path, model::Effect::Allow, |_| {
                    crate::permission::server_tool(name, "*")
                });
            }
        }
    }

    fn declare_logging(&mut self, otel: Node<'_>) {
        let taker = self.agent_taker("otel", otel);
        for node in otel.descendants().filter(|it| it.key() == Some("headers")) {
            self.headers(node, "headers", &taker);
        }
        if let Some(node) = otel.get("log_user_prompt").filter(|it| it.as_bool() == Some(true)) {
            self.guard("otel.log_user_prompt", GuardKind::RecordsContent, node);
        }
        let exporter = otel.get("exporter");
        if let Some(node) = exporter {
            let on = node.as_str() != Some("none");
            self.guard("otel.exporter", GuardKind::Logging(on), node);
        }
    }
}

fn map_of<'t>(root: Node<'t>, key: &str) -> Vec<(&'t str, Node<'t>)> {
    let entries = root.get(key).map(Node::entries).unwrap_or_default();
    entries.into_iter().filter(|(_, it)| it.kind() == Kind::Map).collect()
}
