//! Markdown documents: agents, commands, skills and instructions.

use model::{
    ApprovalMode, Effect, GuardKind, IdentityKind, Knowledge, OwnerSource, Party, SlotKind,
    Sourced, Use, UseMode,
};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::clients::{CLAUDE_CODE, COPILOT, Layout, OPENCODE};
use crate::handover::At;
use crate::lowering::Lowering;
use crate::permission::Place;
use crate::prompt_commands::Mark;
use crate::settings::{CLAUDE_MODES, of_switch};

impl Lowering<'_> {
    /// Names the agent of a document, before anything in it belongs to it.
    pub(crate) fn declare_document(&mut self, front: Node<'_>) {
        if front.kind() != Kind::Map
            || !matches!(self.format.layout, Layout::AgentDocument | Layout::CodexAgent)
        {
            return;
        }
        let name = front.get("name").filter(|it| it.kind() == Kind::String);
        let described = ["description", "tools", "model"].iter().any(|it| front.get(it).is_some());
        let Some(first) = front.children().find(|it| it.key().is_some()) else { return };
        if name.is_none() && !described {
            return;
        }
        let place = name.map_or_else(|| self.key_place(first), |it| self.content_place(it));
        // Without a name of its own the agent goes by its file's.
        let known = match name {
            Some(name) => self.known(Some(name)),
            None => Knowledge::Known(Sourced::at(file_stem(self.source.path).to_owned(), place)),
        };
        let region = self.place(front);
        let mut identity =
            self.identity(self.agent.clone(), IdentityKind::SubAgent, known, place, region);
        identity.description = self.known(front.get("description"));
        identity.ownership = self.owner(front, OwnerSource::FrontMatter);
        if self.format.client == COPILOT {
            identity.ownership.argument = Some("metadata.owner");
        }
        self.declare_agent_as(identity);
    }

    /// What the front matter of a document grants, and what its body gives away.
    pub(crate) fn document_body(&mut self, root: Node<'_>) {
        if self.format.layout == Layout::TomlPrompt {
            if let Some(prompt) = root.get("prompt") {
                self.instructions(prompt, "prompt");
                self.without_agent(|lowering| {
                    lowering.prompt_commands(prompt, "prompt", Mark::Braces);
                });
            }
            return;
        }
        if root.kind() == Kind::Map {
            match self.format.layout {
                Layout::AgentDocument => self.agent_front(root),
                Layout::CommandDocument => self.command_front(root),
                _ => {}
            }
        }
        if let Some(body) = self.source.tree.documents().nth(1) {
            self.instructions(body, "body");
            let runs = matches!(self.format.client, CLAUDE_CODE | OPENCODE);
            if runs && self.format.layout == Layout::CommandDocument {
                self.without_agent(|lowering| lowering.prompt_commands(body, "body", Mark::Ticks));
            }
        }
    }

    fn agent_front(&mut self, front: Node<'_>) {
        // Offered tools still ask; who approves is decided elsewhere.
        self.tool_entries(front.get("tools"), "tools", Effect::Ask);
        self.tool_entries(front.get("disallowedTools"), "disallowedTools", Effect::Deny);
        self.approval_of(front);
        if let Some(turns) = front.get("maxTurns").or_else(|| front.get("max_turns")) {
            let limit = turns.text().and_then(|it| it.parse().ok());
            self.guard(turns.key().unwrap_or("maxTurns"), GuardKind::TurnLimit(limit), turns);
        }
        if self.format.client == OPENCODE {
            self.opencode_document(front);
        }
        // A name stands for a server that its agent has; which one shows when files are joined.
        for key in ["mcpServers", "mcp-servers"] {
            for name in front.get(key).into_iter().flat_map(Node::items) {
                let Some(text) = name.as_str().filter(|_| name.kind() == Kind::String) else {
                    continue;
                };
                let to = Party::Named { kind: IdentityKind::ToolServer, name: text.to_owned() };
                let from = Party::Address(self.agent.clone());
                let place = self.content_place(name);
                self.facts.uses.push(Use { from, to, mode: UseMode::CallsTool, place });
            }
        }
        if let Some(hooks) = front.get("hooks") {
            self.hooks(hooks, "hooks");
        }
    }

    fn approval_of(&mut self, front: Node<'_>) {
        let Some(node) = front.get("permissionMode") else { return };
        let mode = node.as_str().and_then(|it| CLAUDE_MODES.iter().find(|(word, _)| *word == it));
        if let Some((_, mode)) = mode {
            // Plugins cannot change how their agents are approved.
            let plugin = self.scope == model::ConfigScope::Plugin;
            let kind = match (plugin, mode) {
                (true, ApprovalMode::Bypass) => GuardKind::Ignored(
                    "an agent that a plugin brings cannot change its approval mode",
                ),
                _ => GuardKind::Approval(*mode),
            };
            self.guard("permissionMode", kind, node);
        }
    }

    /// Tools of a command or skill run without asking while it is active.
    fn command_front(&mut self, front: Node<'_>) {
        let before = self.facts.grants.len();
        // The client's agent runs the command; which one that is shows when files are joined.
        self.without_agent(|lowering| {
            lowering.tool_entries(front.get("allowed-tools"), "allowed-tools", Effect::Allow);
            lowering.tool_entries(front.get("disallowed-tools"), "disallowed-tools", Effect::Deny);
        });
        let client =
            Party::Named { kind: IdentityKind::Agent, name: self.format.client.to_owned() };
        for grant in self.facts.grants.iter_mut().skip(before) {
            for principal in &mut grant.principals {
                principal.value = client.clone();
            }
        }
        if let Some(hooks) = front.get("hooks") {
            self.without_agent(|lowering| lowering.hooks(hooks, "hooks"));
        }
    }

    /// A list of tools: a sequence, a text with separators, or a map of switches.
    pub(crate) fn tool_entries(&mut self, tools: Option<Node<'_>>, path: &str, effect: Effect) {
        let Some(tools) = tools else { return };
        match tools.kind() {
            Kind::Seq => self.permissions(Some(tools), path, effect, Place::ToolList),
            Kind::String => self.tool_text(tools, path, effect),
            Kind::Map => {
                for tool in tools.children() {
                    let Some(on) = tool.resolved().as_bool() else { continue };
                    let path = format!("{path}.{}", tool.key().unwrap_or(""));
                    self.permission_key(tool, &path, of_switch(on), |it| {
                        crate::permission::read_claude(it, Place::ToolList)
                    });
                }
            }
            _ => {}
        }
    }

    /// `Read, Bash(git:*), Edit`: separated by commas or spaces outside brackets.
    fn tool_text(&mut self, node: Node<'_>, path: &str, effect: Effect) {
        let Some(snippet) = self.snippet(node) else { return };
        let text = snippet.as_str().to_owned();
        let region = self.entry_place(node);
        for (at, range) in split_tools(&text).into_iter().enumerate() {
            let part = snippet.part(range);
            self.permission_text(&part, &format!("{path}[{at}]"), effect, region, |it| {
                crate::permission::read_claude(it, Place::ToolList)
            });
        }
    }

    /// Text that a model reads: only credentials of known formats count.
    pub(crate) fn instructions(&mut self, node: Node<'_>, path: &str) {
        let Some(snippet) = self.snippet(node).filter(|_| node.kind() == Kind::String) else {
            return;
        };
        let taker = self.agent_taker("", node);
        let at = At { kind: SlotKind::Instructions, path, key: "", expects: Expectation::Text };
        self.hand_over(&snippet, at, &taker);
        self.suspicious(&snippet, path);
    }

    /// A role file of Codex.
    pub(crate) fn toml_agent(&mut self, root: Node<'_>) {
        for key in ["developer_instructions", "prompt"] {
            if let Some(text) = root.get(key) {
                self.instructions(text, key);
            }
        }
    }
}

/// A file's name up to its first dot.
fn file_stem(path: &str) -> &str {
    let name = model::path::foreign_name(path);
    name.split('.').find(|it| !it.is_empty()).unwrap_or(name)
}

/// The tools in a text, as byte ranges.
fn split_tools(text: &str) -> Vec<std::ops::Range<usize>> {
    let bracketed = text.contains('(');
    // `read file, edit file` has names with spaces; a list without commas is split at spaces.
    let spaces = bracketed || !text.contains(',');
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, None);
    for (at, next) in text.char_indices().chain([(text.len(), ',')]) {
        match next {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends =
            at == text.len() || depth == 0 && (next == ',' || (spaces && next.is_whitespace()));
        match (ends, start) {
            (true, Some(from)) => {
                let part = text.get(from..at).unwrap_or("");
                found.push(from..from + part.trim_end().len());
                start = None;
            }
            (false, None) if !next.is_whitespace() => start = Some(at),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::split_tools;

    #[test]
    fn tool_lists_are_split_outside_brackets() {
        for (text, expected) in [
            ("Read, Edit", &["Read", "Edit"][..]),
            ("Read Edit", &["Read", "Edit"]),
            (
                "Bash(git log:*), Bash(git diff *) Read",
                &["Bash(git log:*)", "Bash(git diff *)", "Read"],
            ),
            ("Bash(open", &["Bash(open"]),
            ("", &[]),
        ] {
            let found: Vec<_> =
                split_tools(text).into_iter().filter_map(|it| text.get(it)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
