//! Recording the entries of permission lists, with the secrets that were saved in them.

use model::{Effect, SlotKind, ToolClass, ToolPattern};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::dialect::Expands;
use crate::handover::{At, Taker, redacted};
use crate::lowering::{Entry, Lowering};
use crate::permission::{self, Place};

impl Lowering<'_> {
    /// The agent itself as the one who is handed something below `path`.
    pub(crate) fn agent_taker(&self, path: &str, node: Node<'_>) -> Taker {
        Taker {
            holder: self.agent.clone(),
            name: self.format.client.to_owned(),
            path: path.to_owned(),
            region: self.entry_place(node),
            expands: self.format.expands,
            resolves_secrets: false,
            label: label(path).to_owned(),
            notation: self.agent_notation(),
        }
    }

    /// Records every text of a list as an entry in Claude Code's outline.
    pub(crate) fn permissions(
        &mut self,
        list: Option<Node<'_>>,
        path: &str,
        effect: Effect,
        place: Place,
    ) {
        self.permissions_as(list, path, effect, |it| permission::read_claude(it, place));
    }

    /// Records every text of a list as an entry, read by `read`.
    pub(crate) fn permissions_as(
        &mut self,
        list: Option<Node<'_>>,
        path: &str,
        effect: Effect,
        read: impl Fn(&str) -> ToolPattern,
    ) {
        let Some(list) = list.filter(|it| it.kind() == Kind::Seq) else { return };
        for (at, item) in list.items().enumerate() {
            self.permission(item, &format!("{path}[{at}]"), effect, &read);
        }
    }

    /// Records one text as an entry.
    pub(crate) fn permission(
        &mut self,
        node: Node<'_>,
        path: &str,
        effect: Effect,
        read: impl Fn(&str) -> ToolPattern,
    ) {
        let Some(snippet) = self.snippet(node).filter(|_| node.kind() == Kind::String) else {
            return;
        };
        let region = self.entry_place(node);
        self.permission_text(&snippet, path, effect, region, read);
    }

    /// Records a stretch of a text as an entry.
    pub(crate) fn permission_text(
        &mut self,
        snippet: &crate::lowering::Snippet,
        path: &str,
        effect: Effect,
        region: model::Place,
        read: impl Fn(&str) -> ToolPattern,
    ) {
        let text = snippet.as_str();
        if text.trim().is_empty() {
            return;
        }
        let taker = Taker {
            holder: self.agent.clone(),
            name: self.format.client.to_owned(),
            path: String::new(),
            region,
            expands: Expands::SHELL,
            resolves_secrets: false,
            label: String::new(),
            notation: None,
        };
        let secret = match argument(text, read(text).class) {
            Some(range) => {
                self.hand_over_command(&snippet.part(range), path, SlotKind::SavedCommand, &taker)
            }
            None => {
                let at =
                    At { kind: SlotKind::SavedCommand, path, key: "", expects: Expectation::Text };
                self.hand_over(snippet, at, &taker)
            }
        };
        // A secret must not go on in the pattern, so the pattern is read without it.
        let text = redacted(snippet, &secret);
        let tool = read(&text);
        self.grant(Entry { path, effect, text, tool, place: snippet.place(), region });
    }

    /// Records a key that is an entry by itself: `"git status": true`.
    pub(crate) fn permission_key(
        &mut self,
        node: Node<'_>,
        path: &str,
        effect: Effect,
        read: impl Fn(&str) -> ToolPattern,
    ) {
        if let Some(snippet) = self.key_snippet(node) {
            let region = self.entry_place(node);
            self.permission_text(&snippet, path, effect, region, read);
        }
    }
}

/// What an entry under a key path is called: `my.llm` in `provider.my.llm`. A place in a list
/// names nothing.
fn label(path: &str) -> &str {
    path.split_once('.').map(|it| it.1).filter(|it| !it.contains('[')).unwrap_or("")
}

/// The command inside `Bash(…)`, or the whole text of a list of commands.
fn argument(text: &str, class: ToolClass) -> Option<std::ops::Range<usize>> {
    if class != ToolClass::Shell {
        return None;
    }
    match text.find('(') {
        Some(open) if text.ends_with(')') => Some(open + 1..text.len() - 1),
        _ => Some(0..text.len()),
    }
}
