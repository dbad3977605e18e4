//! Preferences that an organisation hands out: configuration profiles and property lists.
//!
//! Claude Code's domain `com.anthropic.claudecode` holds its managed settings, Claude Desktop's
//! `com.anthropic.claudefordesktop` its own keys, with JSON in strings; read 2026-08.

use syntax::{Kind, Node};

use crate::clients::CLAUDE_DESKTOP;
use crate::lowering::Lowering;

const CODE: &str = "com.anthropic.claudecode";
const DESKTOP: &str = "com.anthropic.claudefordesktop";

/// Payloads of one profile that are looked at.
const MOST_PAYLOADS: usize = 256;

impl Lowering<'_> {
    /// The preferences of the client's domain, wherever the file keeps them.
    pub(super) fn preferences(&mut self, root: Node<'_>) {
        let domain = if self.format.client == CLAUDE_DESKTOP { DESKTOP } else { CODE };
        for found in domains(root, domain, self.source.path) {
            self.declare_agent();
            if domain == DESKTOP {
                self.servers_of(found, &[&["managedMcpServers"]]);
                self.named_secrets(found, "", &["managedMcpServers"]);
            } else {
                // The whole of the settings may be one string of JSON.
                self.claude(
                    found.get("Settings").filter(|it| it.kind() == Kind::Map).unwrap_or(found),
                );
            }
        }
    }
}

/// The dictionaries of a domain's preferences.
fn domains<'t>(root: Node<'t>, domain: &str, path: &str) -> Vec<Node<'t>> {
    let Some(content) = root.get("PayloadContent") else {
        // A list that is called like its domain holds nothing else.
        return if path.contains(domain) { vec![root] } else { Vec::new() };
    };
    let mut found = Vec::new();
    for payload in content.items().take(MOST_PAYLOADS) {
        if payload.get("PayloadType").and_then(Node::as_str) == Some(domain) {
            found.push(payload);
        }
        let forced = payload.path(&["PayloadContent", domain, "Forced"]);
        for one in forced.into_iter().flat_map(Node::items) {
            found.extend(one.get("mcx_preference_settings"));
        }
    }
    found
}
