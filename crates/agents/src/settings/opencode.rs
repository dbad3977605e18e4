//! OpenCode's and the new Kilo Code's file, both of its schemas.
//!
//! <https://opencode.ai/docs/permissions>, read 2026. The last rule that matches wins there;
//! entries are recorded in file order, so whoever evaluates them can follow that.

use model::{ApprovalMode, Effect, GuardKind, IdentityKind, Matching, ToolClass, ToolPattern};
use secrets::Expectation;
use syntax::{Kind, Node};

use super::effect;
use crate::handover::At;
use crate::lowering::Lowering;
use crate::permission::{self, Open};
use crate::prompt_commands::Mark;

/// Providers whose requests go to an address that everybody knows.
const PUBLIC_PROVIDERS: &[&str] =
    &["anthropic", "openai", "google", "openrouter", "mistral", "groq"];

impl Lowering<'_> {
    pub(super) fn opencode(&mut self, root: Node<'_>) {
        self.opencode_permissions(root, "");
        self.opencode_agents(root);
        self.npm_plugins(root, "plugin");
        self.opencode_programs(root);
        self.says(root, &["share"], "auto", GuardKind::PublishesSessions);
        let host = root.path(&["server", "hostname"]);
        if let Some(node) = host.filter(|it| it.as_str() == Some("0.0.0.0")) {
            self.callers_prove("server.hostname", false, node);
        }
        for (name, provider) in root.get("provider").map(Node::entries).unwrap_or_default() {
            if self.scope == model::ConfigScope::Project
                && PUBLIC_PROVIDERS.contains(&name)
                && let Some(url) = provider.path(&["options", "baseURL"])
            {
                self.model_endpoint(&format!("provider.{name}.options.baseURL"), url);
            }
            let Some(key) = provider.path(&["options", "apiKey"]) else { continue };
            let Some(snippet) = self.snippet(key) else { continue };
            let taker = self.agent_taker(&format!("provider.{name}"), provider);
            let at = At {
                kind: model::SlotKind::Provider,
                path: "options.apiKey",
                key: "apiKey",
                expects: Expectation::Credential,
            };
            self.hand_over(&snippet, at, &taker);
        }
    }

    /// `permission` of the first schema, `permissions` of the second.
    fn opencode_permissions(&mut self, root: Node<'_>, prefix: &str) {
        if let Some(node) = root.get("permission") {
            let setting = format!("{prefix}permission");
            match (node.kind(), node.as_str()) {
                (Kind::String, Some("allow")) => {
                    self.guard(&setting, GuardKind::Approval(ApprovalMode::Bypass), node);
                }
                (Kind::String, Some("ask")) => {
                    self.guard(&setting, GuardKind::Approval(ApprovalMode::Ask), node);
                }
                (Kind::Map, _) => self.opencode_map(node, &setting),
                _ => {}
            }
        }
        let rules = root.get("permissions").into_iter().flat_map(|it| it.items());
        for (at, rule) in rules.enumerate() {
            let Some(effect) = rule.get("effect").and_then(Node::as_str).and_then(effect) else {
                continue;
            };
            let Some(action) = rule.get("action") else { continue };
            let resource = rule.get("resource").and_then(Node::as_str);
            let path = format!("{prefix}permissions[{at}]");
            self.permission(action, &path, effect, |it| tool_pattern(it, resource));
        }
    }

    fn opencode_map(&mut self, map: Node<'_>, setting: &str) {
        for tool in map.children() {
            let Some(name) = tool.key() else { continue };
            let path = format!("{setting}.{name}");
            if let Some(effect) = tool.as_str().and_then(effect) {
                self.permission_key(tool, &path, effect, |it| tool_pattern(it, None));
            }
            for pattern in tool.resolved().children().filter(|_| tool.kind() == Kind::Map) {
                let Some(effect) = pattern.as_str().and_then(effect) else { continue };
                let path = format!("{path}.{}", pattern.key().unwrap_or(""));
                self.permission_key(pattern, &path, effect, |it| tool_pattern(name, Some(it)));
            }
        }
    }

    /// Commands that run by themselves: those in prompts, formatters and language servers.
    fn opencode_programs(&mut self, root: Node<'_>) {
        for (name, command) in root.get("command").map(Node::entries).unwrap_or_default() {
            if let Some(template) = command.get("template") {
                self.prompt_commands(template, &format!("command.{name}.template"), Mark::Ticks);
            }
        }
        for kind in ["formatter", "lsp"] {
            for (name, program) in root.get(kind).map(Node::entries).unwrap_or_default() {
                if let Some(command) = program.get("command") {
                    self.runs(command, kind, &format!("{kind}.{name}.command"));
                }
            }
        }
        for (at, text) in root.get("instructions").into_iter().flat_map(Node::items).enumerate() {
            if let Some(url) = text.as_str().filter(|it| it.starts_with("http")) {
                let package = model::Package {
                    ecosystem: model::Ecosystem::Other,
                    name: url.to_owned(),
                    version: None,
                    pin: model::Pin::Floating,
                    place: self.content_place(text),
                };
                self.guard(&format!("instructions[{at}]"), GuardKind::LoadsPlugin(package), text);
            }
        }
    }

    fn opencode_agents(&mut self, root: Node<'_>) {
        for (name, agent) in root.get("agent").map(Node::entries).unwrap_or_default() {
            if agent.kind() != Kind::Map {
                continue;
            }
            self.declare_agent();
            let path = format!("agent.{name}");
            let parent = self.agent.clone();
            let address = self.address(&path);
            let place = self.key_place(agent);
            let region = self.entry_place(agent);
            let known = model::Knowledge::Known(model::Sourced::at(name.to_owned(), place));
            let mut identity =
                self.identity(address.clone(), IdentityKind::SubAgent, known, place, region);
            identity.parent = Some(parent.clone());
            identity.description = self.known(agent.get("description"));
            self.facts.identities.push(identity);
            self.uses(address.clone(), model::UseMode::DelegatesTo, place);
            let outer = std::mem::replace(&mut self.agent, address);
            self.opencode_permissions(agent, &format!("{path}."));
            self.tool_entries(agent.get("tools"), &format!("{path}.tools"), Effect::Ask);
            self.agent = outer;
        }
    }

    /// `permission` in the front matter of an agent's document.
    pub(crate) fn opencode_document(&mut self, front: Node<'_>) {
        self.opencode_permissions(front, "");
    }
}

fn tool_pattern(name: &str, pattern: Option<&str>) -> ToolPattern {
    let class = permission::class_of(name);
    match (class, pattern) {
        (ToolClass::Shell, pattern) => permission::shell(name, pattern.unwrap_or("*"), Open::Star),
        (class, Some(pattern)) => {
            let found = permission::narrowed(class, name, pattern);
            let everything = found.everything || pattern == "*";
            ToolPattern { everything, matching: Matching::Glob, ..found }
        }
        // `mymcp_*` names the tools of a server.
        (ToolClass::Other, None) if name.ends_with("_*") => {
            permission::server_tool(name.trim_end_matches("_*"), "*")
        }
        (class, None) => permission::tool(class, name),
    }
}

/// The effect of a word, for documents whose tools are a map of booleans.
pub(crate) fn of_switch(on: bool) -> Effect {
    if on { Effect::Ask } else { Effect::Deny }
}
