//! Claude Code's `settings.json`.
//!
//! <https://code.claude.com/docs/en/settings>, read 2026-08.

use model::{
    ApprovalMode, ConfigScope, CredentialKind, Effect, GuardKind, NetworkReach, SandboxMode,
    SlotKind,
};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::handover::{At, Taker};
use crate::lowering::{Lowering, Snippet};
use crate::permission::{self, Place};
use crate::{dialect::Expands, reach, shell};

pub(crate) const MODES: &[(&str, ApprovalMode)] = &[
    ("default", ApprovalMode::Ask),
    ("manual", ApprovalMode::Ask),
    ("acceptEdits", ApprovalMode::AcceptEdits),
    ("plan", ApprovalMode::Plan),
    ("auto", ApprovalMode::Automatic),
    // What is not on a list is refused instead of asked.
    ("dontAsk", ApprovalMode::Ask),
    ("bypassPermissions", ApprovalMode::Bypass),
];

/// Settings that hold a command which prints a credential.
const HELPERS: &[&str] = &[
    "apiKeyHelper",
    "awsAuthRefresh",
    "awsCredentialExport",
    "gcpAuthRefresh",
    "otelHeadersHelper",
];

/// Settings that hold a command which runs by itself.
const STARTED: &[&[&str]] = &[
    &["statusLine", "command"],
    &["subagentStatusLine", "command"],
    &["fileSuggestion", "command"],
    &["processWrapper"],
];

/// Keys that mean something in the organisation's file alone.
const MANAGED_ONLY: &[&str] = &[
    "allowManagedMcpServersOnly",
    "allowManagedPermissionRulesOnly",
    "allowManagedHooksOnly",
    "strictKnownMarketplaces",
    "strictPluginOnlyCustomization",
    "blockedMarketplaces",
    "disableSideloadFlags",
    "policyHelper",
    "forceLoginOrgUUID",
];
const ONLY_MANAGED: &str = "only the organisation's managed file can set this";

const WEAKER: &[(&[&str], &str)] = &[
    (&["sandbox", "enableWeakerNestedSandbox"], "the nested sandbox is a weaker one"),
    (&["sandbox", "enableWeakerNetworkIsolation"], "the network is isolated less"),
    (&["sandbox", "allowUnsandboxedCommands"], "the model may run a command outside the sandbox"),
    (&["sandbox", "filesystem", "disabled"], "files are not isolated"),
    (&["sandbox", "network", "allowAllUnixSockets"], "every local socket can be reached"),
    (
        &["sandbox", "credentials", "allowPlaintextInject"],
        "credentials are handed in as plain text",
    ),
];

/// Variables with which telemetry takes in what people ask and tools answer.
const CONTENT_SWITCHES: &[&str] =
    &["OTEL_LOG_USER_PROMPTS", "OTEL_LOG_TOOL_CONTENT", "OTEL_LOG_RAW_API_BODIES"];

impl Lowering<'_> {
    pub(super) fn claude(&mut self, root: Node<'_>) {
        if root.kind() == Kind::Map && !root.entries().is_empty() {
            self.declare_agent();
        }
        self.strict_json(root);
        self.claude_permissions(root);
        self.claude_sandbox(root);
        self.claude_credentials(root);
        self.claude_managed(root);
        self.marketplaces(root);
        self.claude_telemetry(root);
        self.claude_ignored(root);
        if let Some(hooks) = root.get("hooks") {
            self.hooks(hooks, "hooks");
        }
        self.switch(root, &["enableAllProjectMcpServers"], true, GuardKind::TrustsAllServers);
        for key in ["skipDangerousModePermissionPrompt", "skipAutoPermissionPrompt"] {
            // A repository cannot skip the prompt; a person can.
            let heeded = self.scope != ConfigScope::Project;
            let kind = if heeded {
                GuardKind::Approval(ApprovalMode::Bypass)
            } else {
                GuardKind::Ignored("a project's settings cannot skip this prompt")
            };
            self.switch(root, &[key], true, kind);
        }
    }

    /// A file with comments is refused as a whole by a client that reads strict JSON.
    pub(super) fn strict_json(&mut self, root: Node<'_>) {
        if self.format.strict && self.source.tree.is_relaxed_json() {
            let why =
                "this client reads strict JSON and skips a file with comments or trailing commas";
            let comment = self.source.tree.comments().first().map(|it| self.source.place(it.span));
            let place = comment.unwrap_or_else(|| {
                root.children().next().map_or_else(|| self.place(root), |it| self.key_place(it))
            });
            self.guard_at("", GuardKind::Ignored(why), place, self.place(root));
        }
    }

    fn claude_permissions(&mut self, root: Node<'_>) {
        let list = |key| root.path(&["permissions", key]);
        self.permissions(list("allow"), "permissions.allow", Effect::Allow, Place::Allow);
        self.permissions(list("ask"), "permissions.ask", Effect::Ask, Place::Limit);
        self.permissions(list("deny"), "permissions.deny", Effect::Deny, Place::Limit);
        let named = |it: &str| permission::server_tool(it, "*");
        let off = root.get("disabledMcpjsonServers");
        self.permissions_as(off, "disabledMcpjsonServers", Effect::Deny, named);
        for (at, denied) in
            root.get("deniedMcpServers").into_iter().flat_map(Node::items).enumerate()
        {
            if let Some(name) = denied.get("serverName") {
                self.permission(name, &format!("deniedMcpServers[{at}]"), Effect::Deny, named);
            }
        }
        let mode = root.path(&["permissions", "defaultMode"]);
        if self.scope == ConfigScope::Project && mode.and_then(|it| it.as_str()) == Some("auto") {
            let why = "a project's settings cannot turn on automatic approval";
            self.says(root, &["permissions", "defaultMode"], "auto", GuardKind::Ignored(why));
        } else {
            self.approval(root, &["permissions", "defaultMode"], MODES);
        }
        for path in [
            &["permissions", "disableBypassPermissionsMode"][..],
            &["disableBypassPermissionsMode"][..],
        ] {
            self.says(root, path, "disable", GuardKind::BypassForbidden(true));
        }
        let folders = list("additionalDirectories").into_iter().flat_map(|it| it.items());
        for folder in folders.collect::<Vec<_>>() {
            if let Some(text) = self.sourced(folder) {
                self.guard(
                    "permissions.additionalDirectories",
                    GuardKind::ExtraFolder(text),
                    folder,
                );
            }
        }
    }

    fn claude_sandbox(&mut self, root: Node<'_>) {
        let Some(sandbox) = root.get("sandbox") else { return };
        let enabled = sandbox.get("enabled").and_then(Node::as_bool);
        self.switch(
            root,
            &["sandbox", "enabled"],
            true,
            GuardKind::Sandbox(SandboxMode::Workspace),
        );
        self.switch(root, &["sandbox", "enabled"], false, GuardKind::Sandbox(SandboxMode::Off));
        // Holes of a sandbox that is off are no holes.
        if enabled == Some(false) {
            return;
        }
        for (path, why) in WEAKER {
            self.switch(root, path, true, GuardKind::Sandbox(SandboxMode::Weakened(why)));
        }
        self.claude_sandbox_lists(sandbox);
    }

    /// Variables that say where requests go and what is written down about them.
    fn claude_telemetry(&mut self, root: Node<'_>) {
        if matches!(self.scope, ConfigScope::Project | ConfigScope::Plugin)
            && let Some(node) = root.path(&["env", "ANTHROPIC_BASE_URL"])
        {
            self.model_endpoint("env.ANTHROPIC_BASE_URL", node);
        }
        let unchecked = root.path(&["env", "NODE_TLS_REJECT_UNAUTHORIZED"]);
        if let Some(node) = unchecked.filter(|it| it.text() == Some("0")) {
            let setting = "env.NODE_TLS_REJECT_UNAUTHORIZED";
            self.guard(setting, GuardKind::CertificatesUnchecked, node);
        }
        for key in CONTENT_SWITCHES {
            let on = root.path(&["env", key]).filter(|it| it.text() == Some("1"));
            if let Some(node) = on {
                self.guard(&format!("env.{key}"), GuardKind::RecordsContent, node);
            }
        }
    }

    fn claude_sandbox_lists(&mut self, sandbox: Node<'_>) {
        let texts = |path: &[&str]| -> Vec<(Node<'_>, &str)> {
            let list = sandbox.path(path).into_iter().flat_map(|it| it.items());
            list.filter_map(|it| it.as_str().map(|text| (it, text))).collect()
        };
        let weakened = |lowering: &mut Self, setting: &str, node, why| {
            lowering.guard(setting, GuardKind::Sandbox(SandboxMode::Weakened(why)), node);
        };
        for (node, text) in texts(&["network", "allowUnixSockets"]) {
            if text.ends_with("docker.sock") || text.ends_with("podman.sock") {
                let why = "the container engine's socket can be reached";
                weakened(self, "sandbox.network.allowUnixSockets", node, why);
            }
        }
        for (node, text) in texts(&["filesystem", "allowWrite"]) {
            if reach::is_whole(text) || text == "//" {
                weakened(
                    self,
                    "sandbox.filesystem.allowWrite",
                    node,
                    "a whole disk or home folder can be written",
                );
            }
        }
        for (node, text) in texts(&["excludedCommands"]) {
            let program = text.split([' ', ':']).next().unwrap_or(text);
            if matches!(
                program,
                "*" | "docker" | "ssh" | "bash" | "sh" | "python" | "python3" | "node" | "sudo"
            ) {
                weakened(
                    self,
                    "sandbox.excludedCommands",
                    node,
                    "a program that runs anything is left outside",
                );
            }
        }
        for path in [&["filesystem", "denyRead"][..], &["credentials", "files"][..]] {
            if let Some(node) = sandbox.path(path).filter(|it| it.items().next().is_some()) {
                self.guard(
                    &format!("sandbox.{}", path.join(".")),
                    GuardKind::SecretFilesClosed,
                    node,
                );
            }
        }
        let domains = texts(&["network", "allowedDomains"]);
        let open = domains.iter().find(|(_, text)| *text == "*");
        match (open, domains.first()) {
            (Some((node, _)), _) => {
                self.guard(
                    "sandbox.network.allowedDomains",
                    GuardKind::Network(NetworkReach::Open),
                    *node,
                );
            }
            (None, Some((node, _))) => {
                self.guard(
                    "sandbox.network.allowedDomains",
                    GuardKind::Network(NetworkReach::Listed),
                    *node,
                );
            }
            (None, None) => {}
        }
    }

    fn claude_credentials(&mut self, root: Node<'_>) {
        if let Some(env) = root.get("env") {
            let taker = Taker { expands: Expands::UNKNOWN, ..self.agent_taker("", env) };
            self.variables(env, "env", &taker);
        }
        for key in HELPERS {
            let Some(node) = root.get(key) else { continue };
            let Some(snippet) = self.snippet(node) else { continue };
            let taker = self.agent_taker("", node);
            let secret = self.hand_over_command(&snippet, key, SlotKind::SavedCommand, &taker);
            if secret.is_empty() && !self.printed_key(&snippet, key, &taker) {
                self.helper(&snippet, key, CredentialKind::Token, &taker);
            }
            self.runs(node, key, key);
        }
        for path in STARTED {
            if let Some(node) = root.path(path).filter(|it| it.kind() == Kind::String) {
                let setting = path.join(".");
                self.runs(node, &setting, &setting);
            }
        }
    }

    /// A helper that only prints the key that stands in it: `echo sk-…`.
    fn printed_key(&mut self, line: &Snippet, key: &str, taker: &Taker) -> bool {
        let words = shell::words(line.as_str());
        let Some((program, rest)) = shell::program(&words) else { return false };
        let (true, Some(last)) = (matches!(&*program, "echo" | "printf"), rest.last()) else {
            return false;
        };
        let expects = Expectation::Credential;
        let at = At { kind: SlotKind::SavedCommand, path: key, key: "token", expects };
        !self.hand_over(&line.part(last.range.clone()), at, taker).is_empty()
    }

    /// Keys that only the organisation's file can set.
    fn claude_ignored(&mut self, root: Node<'_>) {
        if self.scope == ConfigScope::Managed {
            return;
        }
        for key in MANAGED_ONLY {
            if let Some(node) = root.get(key) {
                let (place, region) = (self.key_place(node), self.entry_place(node));
                self.guard_at(key, GuardKind::Ignored(ONLY_MANAGED), place, region);
            }
        }
    }
}
