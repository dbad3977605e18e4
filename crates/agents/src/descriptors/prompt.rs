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

    /// `declarativeAgent.json`: instructions, and plugins with what they may call.
    pub(super) fn declarative_agent(&mut self, root: Node<'_>) {
        let Some(identity) = self.named_agent(root) else { return };
        self.declare_agent_as(identity);
        if let Some(text) = root.get("instructions") {
            self.instructions(text, "instructions");
        }
        let folder = self.source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for action in root.get("actions").into_iter().flat_map(Node::items) {
            let Some(file) = action.get("file").filter(|it| it.kind() == Kind::String) else {
                continue;
            };
            let name = file.as_str().unwrap_or("");
            let name = name.strip_prefix("./").unwrap_or(name);
            if name.is_empty() || name.starts_with(['/', '.', '$']) {
                continue;
            }
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            self.uses(
                model::Address::new("", path),
                UseMode::DelegatesTo,
                self.content_place(file),
            );
        }
    }
}
