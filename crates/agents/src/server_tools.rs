//! Which tools of a server are offered, and which of them run without asking.

use model::{Carrier, Grant, Party, Patterns, PermissionSystem, Sourced};
use syntax::{Kind, Node};

use crate::clients::COPILOT;
use crate::handover::Taker;
use crate::lowering::Lowering;
use crate::server::children;

/// Keys under which clients list the tools that are offered.
pub(crate) const TOOL_KEYS: &[&str] = &[
    "includeTools",
    "enabled_tools",
    "enabledTools",
    "tools",
    "allowed_tools",
    "allowedTools",
    "available_tools",
    "tool_filter",
];

/// Where the scopes of a server's token stand.
const SCOPE_PATHS: &[&[&str]] = &[
    &["oauth", "scopes"],
    &["oauth", "scope"],
    &["auth", "scopes"],
    &["oauthScopes"],
    &["oauth_scopes"],
    &["scopes"],
];

impl Lowering<'_> {
    pub(crate) fn tool_list(&self, node: Node<'_>, keys: &[&str]) -> Patterns {
        match keys.iter().find_map(|it| node.get(it)) {
            Some(list) if list.kind() == Kind::Seq => {
                Patterns::known(list.items().filter_map(|it| self.sourced(it)).collect())
            }
            _ => Patterns::default(),
        }
    }

    pub(crate) fn auto_approved(&self, node: Node<'_>) -> Patterns {
        let mut items = Vec::new();
        for list in children(node, &["autoApprove", "alwaysAllow"]) {
            match list.kind() {
                Kind::Seq => items.extend(list.items().filter_map(|it| self.sourced(it))),
                Kind::String => items.extend(self.sourced(list)),
                Kind::Bool if list.as_bool() == Some(true) => {
                    items.push(Sourced::at("*".to_owned(), self.place(list)))
                }
                _ => {}
            }
        }
        if let Some(trust) = node.get("trust").filter(|it| it.as_bool() == Some(true)) {
            items.push(Sourced::at("*".to_owned(), self.place(trust)));
        }
        if let Some(mode) =
            node.get("default_tools_approval_mode").filter(|it| it.as_str() == Some("approve"))
        {
            items.push(Sourced::at("*".to_owned(), self.content_place(mode)));
        }
        items.extend(self.never_asked(node));
        // Codex: `tools.<tool>.approval_mode`. In Copilot's files `tools` is a list.
        if let Some(tools) =
            node.get("tools").filter(|it| it.kind() == Kind::Map && self.format.client != COPILOT)
        {
            for (name, tool) in tools.entries() {
                if let Some(mode) =
                    tool.get("approval_mode").filter(|it| it.as_str() == Some("approve"))
                {
                    items.push(Sourced::at(name.to_owned(), self.content_place(mode)));
                }
            }
        }
        if items.is_empty() { Patterns::default() } else { Patterns::known(items) }
    }
}

impl Lowering<'_> {
    /// What a server asks a person to agree to.
    pub(crate) fn oauth_scopes(&mut self, node: Node<'_>, taker: &Taker) {
        for path in SCOPE_PATHS {
            let Some(list) = node.path(path) else { continue };
            let mut scopes = Vec::new();
            if list.kind() == Kind::Seq {
                scopes.extend(list.items().filter_map(|it| self.sourced(it)));
            } else if let Some(snippet) = self.snippet(list) {
                let text = snippet.as_str().to_owned();
                let mut at = 0;
                for word in text.split([' ', ',']) {
                    if !word.is_empty() {
                        let part = snippet.part(at..at + word.len());
                        scopes.push(Sourced::new(word.to_owned(), part.origin()));
                    }
                    at += word.len() + 1;
                }
            }
            if scopes.is_empty() {
                continue;
            }
            let place = self.key_place(list);
            let principal = Sourced::at(Party::Address(taker.holder.clone()), place);
            self.facts.grants.push(Grant {
                principals: vec![principal],
                actions: Patterns::known(scopes),
                bound: Some(true),
                ..Grant::new(
                    self.address(&format!("{}.{}", taker.path, path.join("."))),
                    PermissionSystem::OAuth,
                    Carrier::Scope,
                    place,
                    taker.region,
                )
            });
        }
    }

    /// Words by which hosted agents say that nobody is asked.
    fn never_asked(&self, node: Node<'_>) -> Option<Sourced<String>> {
        let never = [
            (node.get("require_approval"), "never"),
            (node.path(&["approvalMode", "kind"]), "never"),
            (node.get("approvalMode"), "never"),
            (node.path(&["default_config", "permission_policy", "type"]), "always_allow"),
        ];
        let said =
            never.into_iter().find_map(|(it, word)| it.filter(|it| it.as_str() == Some(word)));
        said.map(|it| Sourced::at("*".to_owned(), self.content_place(it)))
    }
}
