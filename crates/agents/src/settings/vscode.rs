//! VS Code's settings, inputs and tasks.
//!
//! <https://code.visualstudio.com/docs/copilot/reference/mcp-configuration> and the settings
//! reference, read 2026-05. Settings are flat keys with dots.

use model::{ApprovalMode, Effect, GuardKind, Matching, SlotKind, ToolClass, ToolPattern};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::dialect::Expands;
use crate::handover::{At, Taker};
use crate::lowering::Lowering;
use crate::permission::{self, Open, Place};

/// Where settings stand in the files that hold them.
const ROOTS: &[&[&str]] = &[&[], &["settings"], &["customizations", "vscode", "settings"]];

/// Commands of a dev container, in the order in which they run.
const LIFECYCLE: &[&str] = &[
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
];

impl Lowering<'_> {
    /// A default that was written into an input is no prompt any more.
    pub(super) fn vscode_inputs(&mut self, root: Node<'_>) {
        let inputs = root.get("inputs").into_iter().flat_map(|it| it.items());
        for (at, input) in inputs.enumerate().filter(|(_, it)| it.kind() == Kind::Map) {
            let id = input.get("id").and_then(Node::as_str).unwrap_or("");
            let hidden = input.get("password").and_then(Node::as_bool) == Some(true);
            let typed = input.get("type").and_then(Node::as_str) == Some("promptString");
            let stated = input.get("password").is_some_and(|it| it.as_bool().is_none());
            if typed && !hidden && !stated && crate::descriptors::asks_secret(id) {
                self.unmarked(&format!("inputs[{at}]"), id, input, "password: true");
            }
            let Some(default) = input.get("default") else { continue };
            let Some(snippet) = self.snippet(default) else { continue };
            let expects = if hidden { Expectation::Credential } else { Expectation::ByName };
            let taker = self.agent_taker(&format!("inputs[{at}]"), input);
            let at = At { kind: SlotKind::Other, path: "default", key: id, expects };
            self.hand_over(&snippet, at, &taker);
        }
    }

    pub(super) fn vscode(&mut self, root: Node<'_>) {
        for key in LIFECYCLE {
            let Some(command) = root.get(key) else { continue };
            if command.kind() != Kind::Map {
                self.saved(command, key);
                continue;
            }
            // Several commands, each with a name.
            for (name, one) in command.entries() {
                self.saved(one, &format!("{key}.{name}"));
            }
        }
        // What the agent in a dev container starts with.
        for key in ["containerEnv", "remoteEnv"] {
            if let Some(map) = root.get(key) {
                // Its notations are its own: `${localEnv:NAME}`.
                let taker = Taker { expands: Expands::UNKNOWN, ..self.agent_taker("", map) };
                self.variables(map, key, &taker);
            }
        }
        if let Some(words) = root.get("runArgs") {
            self.saved_words(words, "runArgs");
        }
        for path in ROOTS {
            if let Some(settings) = root.path(path) {
                self.vscode_settings(settings);
                self.roo_settings(settings);
            }
        }
    }

    fn vscode_settings(&mut self, settings: Node<'_>) {
        for key in ["chat.tools.global.autoApprove", "chat.tools.autoApprove"] {
            self.bypass_switch(settings, &[key]);
        }
        self.switch(
            settings,
            &["security.workspace.trust.enabled"],
            false,
            GuardKind::TrustsAllFolders,
        );
        self.says(settings, &["chat.mcp.autostart"], "always", GuardKind::TrustsAllServers);
        if let Some(node) = settings.get("chat.agent.maxRequests") {
            let limit = node.text().and_then(|it| it.parse().ok());
            self.guard("chat.agent.maxRequests", GuardKind::TurnLimit(limit), node);
        }
        self.says(settings, &["task.allowAutomaticTasks"], "on", GuardKind::TrustsAllFolders);
        if let Some(models) = settings.get("github.copilot.chat.customOAIModels") {
            self.named_secrets(models, "github.copilot.chat.customOAIModels", &[]);
        }
        self.vscode_map(settings, "chat.tools.terminal.autoApprove", terminal);
        self.vscode_map(settings, "chat.tools.edits.autoApprove", |it| {
            let found = permission::narrowed(ToolClass::Write, "edit", it);
            ToolPattern { everything: matches!(it, "**" | "**/*" | "*"), ..found }
        });
        self.vscode_map(settings, "chat.tools.urls.autoApprove", |it| {
            let found = permission::narrowed(ToolClass::Network, "fetch", it);
            ToolPattern { everything: matches!(it, "*" | "**" | "https://*" | "http://*"), ..found }
        });
    }

    /// A map of patterns to `true`, `false` or `{approve…}`.
    fn vscode_map(&mut self, settings: Node<'_>, key: &str, read: impl Fn(&str) -> ToolPattern) {
        let Some(map) = settings.get(key).filter(|it| it.kind() == Kind::Map) else { return };
        for entry in map.children() {
            let Some(pattern) = entry.key() else { continue };
            let stated = |it: Node<'_>| {
                it.as_bool().or_else(|| {
                    let any = ["approve", "approveRequest", "approveResponse"];
                    any.iter().find_map(|key| it.get(key)).and_then(Node::as_bool)
                })
            };
            let effect = match stated(entry) {
                Some(true) => Effect::Allow,
                // `false` asks: it takes the entry out of automatic approval.
                Some(false) => Effect::Ask,
                None => continue,
            };
            self.permission_key(entry, &format!("{key}.{pattern}"), effect, &read);
        }
    }

    /// Roo Code and Windsurf keep their lists in the editor's settings.
    fn roo_settings(&mut self, settings: Node<'_>) {
        for (key, effect) in [
            ("roo-cline.allowedCommands", Effect::Allow),
            ("roo-cline.deniedCommands", Effect::Deny),
            ("kilo-code.allowedCommands", Effect::Allow),
            ("windsurf.cascadeCommandsAllowList", Effect::Allow),
            ("windsurf.cascadeCommandsDenyList", Effect::Deny),
            ("kiroAgent.trustedCommands", Effect::Allow),
        ] {
            self.permissions_as(settings.get(key), key, effect, |it| {
                permission::shell("terminal", it, Open::Prefix)
            });
        }
    }

    /// Tasks that run as soon as the folder is opened.
    pub(super) fn vscode_tasks(&mut self, root: Node<'_>) {
        let tasks = root.get("tasks").into_iter().flat_map(|it| it.items());
        for (at, task) in tasks.enumerate() {
            let on_open =
                task.path(&["runOptions", "runOn"]).and_then(Node::as_str) == Some("folderOpen");
            let Some(command) = task.get("command").filter(|it| it.kind() == Kind::String) else {
                continue;
            };
            if !on_open {
                self.started_agent(task, &format!("tasks[{at}]"));
                continue;
            }
            let setting = format!("tasks[{at}].command");
            self.runs(command, "folderOpen", &setting);
            if let Some(arguments) = task.get("args") {
                self.started_words(command, arguments, &format!("{setting}.args"));
            }
        }
    }

    pub(super) fn copilot(&mut self, root: Node<'_>) {
        self.switch(root, &["askUser"], false, GuardKind::Approval(ApprovalMode::Automatic));
        for (key, effect) in [("allowedUrls", Effect::Allow), ("deniedUrls", Effect::Deny)] {
            self.permissions_as(root.get(key), key, effect, |it| {
                permission::narrowed(ToolClass::Network, "url", it)
            });
        }
        for (key, effect) in [("allowedTools", Effect::Allow), ("deniedTools", Effect::Deny)] {
            self.permissions_as(root.get(key), key, effect, copilot_tool);
        }
        let folders = root.get("trusted_folders").into_iter().flat_map(|it| it.items());
        for folder in folders.collect::<Vec<_>>() {
            if folder.as_str().is_some_and(crate::reach::is_whole) {
                self.guard("trusted_folders", GuardKind::TrustsAllFolders, folder);
            }
        }
        if let Some(hooks) = root.get("hooks") {
            self.hooks(hooks, "hooks");
        }
    }
}

/// `shell(git commit)`, `write`, `url(x)`, `server`, `server(tool)`.
fn copilot_tool(entry: &str) -> ToolPattern {
    let (name, argument) = match entry.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (entry, None),
    };
    match permission::class_of(name) {
        ToolClass::Other if name != "memory" => {
            permission::server_tool(name, argument.unwrap_or("*"))
        }
        _ => permission::read_claude(entry, Place::ToolList),
    }
}

/// A command, or a regular expression between slashes.
fn terminal(pattern: &str) -> ToolPattern {
    match pattern.strip_prefix('/').and_then(|it| it.rsplit_once('/')) {
        Some((expression, flags)) if flags.bytes().all(|it| it.is_ascii_lowercase()) => {
            let found = permission::shell_regex("terminal", expression, false);
            let argument = match flags.contains('i') {
                true => Some(format!("(?i){expression}")),
                false => found.argument,
            };
            ToolPattern { argument, matching: Matching::Regex, ..found }
        }
        _ => permission::shell("terminal", pattern, Open::Prefix),
    }
}
