//! A2A agent cards: who may call the agent, and how.
//!
//! <https://a2a-protocol.org/latest/specification/>, versions 0.3 and 1.0, read 2026-08.

use syntax::{Kind, Node};

use crate::lowering::Lowering;

impl Lowering<'_> {
    pub(super) fn card_security(&mut self, root: Node<'_>) {
        if self.facts.identities.is_empty() {
            return;
        }
        self.named_secrets(root, "", &["skills"]);
        let listed = |keys: &[&str]| {
            keys.iter().filter_map(|it| root.get(it)).any(|it| it.children().next().is_some())
        };
        let declares = listed(&["securitySchemes", "security_schemes", "authentication"]);
        let demands = listed(&["security", "securityRequirements", "authentication"]);
        // A card without an address describes an agent that is served elsewhere.
        let Some(address) = card_address(root) else { return };
        self.callers_prove("securitySchemes", declares && demands, address);
    }
}

/// The first address at which the agent is served.
fn card_address<'t>(root: Node<'t>) -> Option<Node<'t>> {
    let interfaces = ["supportedInterfaces", "additionalInterfaces"];
    let first = interfaces.iter().find_map(|it| root.get(it)?.items().next()?.get("url"));
    let found = root.get("url").or(first)?;
    let text = found.as_str().filter(|_| found.kind() == Kind::String)?;
    // A card for tests on one's own machine is no open door.
    let local = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0", ".example", "example.com"];
    let remote = text.contains("://") && !local.iter().any(|it| text.contains(it));
    remote.then_some(found)
}
