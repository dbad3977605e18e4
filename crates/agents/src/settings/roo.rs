//! Roo Code's modes and the settings that it exports.
//!
//! The Roo Code source, read 2026-04.

use model::{Effect, IdentityKind, Knowledge, OwnerSource, ToolClass, ToolPattern, UseMode};
use syntax::{Kind, Node};

use crate::lowering::Lowering;
use crate::permission::{self, Open};

/// Switches of automatic approval, with what each lets through.
const SWITCHES: &[(&str, ToolClass, &str)] = &[
    ("alwaysAllowWriteOutsideWorkspace", ToolClass::Write, "edit"),
    ("alwaysAllowWriteProtected", ToolClass::Write, "edit protected"),
    ("alwaysAllowReadOnlyOutsideWorkspace", ToolClass::Read, "read"),
    ("alwaysAllowMcp", ToolClass::ToolServer, "*"),
    ("alwaysAllowBrowser", ToolClass::Network, "browser"),
];

impl Lowering<'_> {
    /// `.roomodes` and `custom_modes.yaml`: each mode acts with its own groups of tools.
    pub(super) fn roo_modes(&mut self, root: Node<'_>) {
        for (at, mode) in root.get("customModes").into_iter().flat_map(Node::items).enumerate() {
            let Some(name) = mode.get("slug").or_else(|| mode.get("name")) else { continue };
            if name.kind() != Kind::String {
                continue;
            }
            self.declare_agent();
            let parent = self.agent.clone();
            let path = format!("customModes[{at}]");
            let address = self.address(&path);
            let place = self.content_place(name);
            let known: Knowledge<String> = self.known(Some(name));
            let region = self.place(mode);
            let mut identity =
                self.identity(address.clone(), IdentityKind::SubAgent, known, place, region);
            identity.parent = Some(parent);
            identity.description =
                self.known(mode.get("description").or_else(|| mode.get("whenToUse")));
            identity.ownership = self.owner(mode, OwnerSource::FrontMatter);
            self.facts.identities.push(identity);
            self.uses(address.clone(), UseMode::DelegatesTo, place);
            let outer = std::mem::replace(&mut self.agent, address);
            self.roo_groups(mode, &path);
            for key in ["roleDefinition", "customInstructions"] {
                if let Some(text) = mode.get(key) {
                    self.instructions(text, &format!("{path}.{key}"));
                }
            }
            self.agent = outer;
        }
    }

    fn roo_groups(&mut self, mode: Node<'_>, path: &str) {
        for (at, group) in mode.get("groups").into_iter().flat_map(Node::items).enumerate() {
            let (named, limit) = match group.kind() {
                Kind::Seq => (group.items().next(), group.items().nth(1)),
                _ => (Some(group), None),
            };
            let Some(named) = named else { continue };
            let narrowed = limit.is_some_and(|it| it.get("fileRegex").is_some());
            // Offered tools still ask; what is approved is decided elsewhere.
            self.permission(named, &format!("{path}.groups[{at}]"), Effect::Ask, |it| {
                let class = match it {
                    "read" => ToolClass::Read,
                    "edit" => ToolClass::Write,
                    "browser" => ToolClass::Network,
                    "command" => ToolClass::Shell,
                    "mcp" => ToolClass::ToolServer,
                    "modes" => ToolClass::Delegate,
                    _ => ToolClass::Other,
                };
                ToolPattern { everything: !narrowed, ..permission::tool(class, it) }
            });
        }
    }

    /// Settings that Roo exports, and imports at start when told to.
    pub(super) fn roo_export(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["mcpServers"]);
        let settings = root.get("globalSettings").unwrap_or(root);
        if settings.get("autoApprovalEnabled").and_then(Node::as_bool) != Some(true) {
            return;
        }
        let execute = settings.get("alwaysAllowExecute").filter(|it| it.as_bool() == Some(true));
        if execute.is_some() {
            for (key, effect) in
                [("allowedCommands", Effect::Allow), ("deniedCommands", Effect::Deny)]
            {
                self.permissions_as(settings.get(key), key, effect, |it| {
                    permission::shell("execute_command", it, Open::Prefix)
                });
            }
        }
        for (key, class, tool) in SWITCHES {
            let Some(node) = settings.get(key).filter(|it| it.as_bool() == Some(true)) else {
                continue;
            };
            self.permission_key(node, key, Effect::Allow, |_| match class {
                ToolClass::ToolServer => permission::server_tool("*", "*"),
                // Beyond the workspace is everywhere.
                ToolClass::Write | ToolClass::Read if key.ends_with("OutsideWorkspace") => {
                    permission::narrowed(*class, tool, "//**")
                }
                class => permission::tool(*class, tool),
            });
        }
    }
}
