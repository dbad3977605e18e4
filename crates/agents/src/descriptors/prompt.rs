//! Prompts and skills that are kept as files of their own.
//!
//! Semantic Kernel's and GitHub Models' prompt files, Codex' skill metadata and Microsoft 365's
//! declarative agents, read 2026-08.

use model::{Authentication, UseMode};
use syntax::{Kind, Node};

use crate::lowering::Lowering;

impl Lowering<'_> {
    /// `*.prompt.yaml`: a template, or messages, and the model that gets them.
    pub(super) fn prompt_template(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["template", "messages", "input_variables"]);
        for key in ["template", "instructions"] {
            if let Some(text) = root.get(key) {
                self.instructions(text, key);
            }
        }
        for (at, message) in root.get("messages").into_iter().flat_map(Node::items).enumerate() {
            if let Some(content) = message.get("content") {
                self.instructions(content, &format!("messages[{at}].content"));
            }
        }
    }

    /// `agents/openai.yaml`: what a skill needs beside its text.
    pub(super) fn skill_metadata(&mut self, root: Node<'_>) {
        let tools = root.path(&["dependencies", "tools"]).into_iter().flat_map(Node::items);
        for (at, tool) in tools.enumerate() {
            if tool.get("type").and_then(Node::as_str) == Some("mcp") {
                let name = tool.get("value").and_then(Node::as_str).unwrap_or("mcp");
                let before = self.facts.tool_servers.len();
                self.single_server(name, tool, &format!("dependencies.tools[{at}]"));
                // Only the address stands here; Codex signs in by itself where it has to.
                for server in self.facts.tool_servers.iter_mut().skip(before) {
                    server.authentication = Authentication::Unknown;
                }
            }
        }
    }

    /// An app for Teams: its developer answers for it and for the agents that it brings.
    pub(super) fn teams_app(&mut self, root: Node<'_>) {
        let brings = ["copilotAgents", "copilotExtensions", "bots", "customEngineAgents"];
        if !brings.iter().any(|it| root.get(it).is_some()) {
            return;
        }
        let named = root.path(&["name", "short"]).filter(|it| it.kind() == Kind::String);
        let Some(name) = named else { return };
        let (place, region) = (self.content_place(name), self.place(root));
        let known = self.known(Some(name));
        let address = self.agent.clone();
        let mut identity = self.identity(address, model::IdentityKind::Agent, known, place, region);
        identity.description = self.known(root.path(&["description", "short"]));
        identity.ownership.argument = Some("developer.name");
        let developer = root.path(&["developer", "name"]).and_then(|it| self.sourced(it));
        if let Some(it) = developer.filter(|it| !model::is_nobody(&it.value)) {
            let owner = model::Owner { name: it.value, source: model::OwnerSource::Argument };
            identity.ownership.owner =
                model::Knowledge::Known(model::Sourced::new(owner, it.origin));
        }
        self.declare_agent_as(identity);
        for key in ["copilotAgents", "copilotExtensions"] {
            let agents = root.path(&[key, "declarativeAgents"]);
            for file in agents.into_iter().flat_map(Node::items).filter_map(|it| it.get("file")) {
                self.delegates_to_file(file);
            }
        }
    }

    /// `declarativeAgent.json`: instructions, and plugins with what they may call.
    pub(super) fn declarative_agent(&mut self, root: Node<'_>) {
        let Some(identity) = self.named_agent(root) else { return };
        self.declare_agent_as(identity);
        if let Some(text) = root.get("instructions") {
            self.instructions(text, "instructions");
        }
        for action in root.get("actions").into_iter().flat_map(Node::items) {
            if let Some(file) = action.get("file") {
                self.delegates_to_file(file);
            }
        }
    }

    /// Another file beside this one that is an agent or a plugin.
    fn delegates_to_file(&mut self, file: Node<'_>) {
        let folder = model::path::folder(self.source.path);
        let Some(name) = file.as_str().filter(|_| file.kind() == Kind::String) else { return };
        let name = name.strip_prefix("./").unwrap_or(name);
        if name.is_empty() || name.starts_with(['/', '.', '$']) {
            return;
        }
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let to = model::Address::new("", path);
        self.uses(to, UseMode::DelegatesTo, self.content_place(file));
    }
}
