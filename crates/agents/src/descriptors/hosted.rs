//! Agents that a platform hosts: Microsoft's declarative agents and plugins, and the tool
//! lists of model APIs.
//!
//! Agent Framework's and Foundry's YAML, and API plugin manifests 2.4, read 2026-08.

use model::{Effect, OwnerSource, ToolClass};
use syntax::{Kind, Node};

use crate::lowering::Lowering;
use crate::permission;

impl Lowering<'_> {
    /// `kind: Prompt`: one agent with its model and tools.
    pub(super) fn foundry(&mut self, root: Node<'_>) {
        // The body of a request has no name; then the file's agent stands for it.
        if let Some(mut identity) = self.named_agent(root) {
            identity.ownership = self.owner(root, OwnerSource::FrontMatter);
            self.declare_agent_as(identity);
        }
        self.named_secrets(root, "", &["tools", "instructions", "metadata", "mcp_servers"]);
        for (at, tool) in root.get("tools").into_iter().flat_map(Node::items).enumerate() {
            let kind = tool.get("kind").or_else(|| tool.get("type")).and_then(Node::as_str);
            if kind == Some("mcp_toolset") {
                self.toolset(tool, &format!("tools[{at}]"));
            }
            if kind != Some("mcp") {
                continue;
            }
            let name = ["serverName", "server_label", "name"]
                .iter()
                .find_map(|it| tool.get(it))
                .and_then(Node::as_str)
                .unwrap_or("mcp");
            self.single_server(name, tool, &format!("tools[{at}]"));
            if let Some(connection) = tool.get("connection") {
                self.named_secrets(connection, &format!("tools[{at}].connection"), &[]);
            }
        }
        if let Some(instructions) = root.get("instructions") {
            self.instructions(instructions, "instructions");
        }
    }

    /// The tools of one server, with what is said about asking (Anthropic's managed agents).
    fn toolset(&mut self, tool: Node<'_>, path: &str) {
        let Some(server) = tool.get("mcp_server_name").and_then(Node::as_str) else { return };
        let allowed = |it: Node<'_>| {
            let said = it.path(&["permission_policy", "type"]);
            said.is_some_and(|it| it.as_str() == Some("always_allow"))
        };
        let default = tool.get("default_config").filter(|it| allowed(*it));
        if let Some(node) = default.and_then(|it| it.path(&["permission_policy", "type"])) {
            self.permission(node, &format!("{path}.default_config"), Effect::Allow, |_| {
                permission::server_tool(server, "*")
            });
        }
        for (at, one) in tool.get("configs").into_iter().flat_map(Node::items).enumerate() {
            let Some(name) = one.get("name").filter(|_| allowed(one)) else {
                continue;
            };
            self.permission(name, &format!("{path}.configs[{at}]"), Effect::Allow, |it| {
                permission::server_tool(server, it)
            });
        }
    }

    /// `ai-plugin.json`: functions of an API that an agent may call.
    pub(super) fn api_plugin(&mut self, root: Node<'_>) {
        let mut owner = self.owner(root, OwnerSource::Argument);
        if owner.owner.is_absent()
            && let Some(contact) = root.get("contact_email").and_then(|it| self.sourced(it))
        {
            let found = model::Owner { name: contact.value, source: OwnerSource::Argument };
            owner.owner = model::Knowledge::Known(model::Sourced::new(found, contact.origin));
        }
        let name = root.get("name_for_human").filter(|it| it.kind() == Kind::String);
        let Some(name) = name else { return };
        let (place, region) = (self.content_place(name), self.place(root));
        let mut identity = self.identity(
            self.agent.clone(),
            model::IdentityKind::Agent,
            self.known(Some(name)),
            place,
            region,
        );
        identity.ownership = owner;
        self.declare_agent_as(identity);
        for (at, runtime) in root.get("runtimes").into_iter().flat_map(Node::items).enumerate() {
            if let Some(spec) = runtime.get("spec").filter(|it| it.get("url").is_some()) {
                let kind = runtime.get("type").and_then(Node::as_str);
                if kind == Some("RemoteMCPServer") {
                    self.single_server("runtime", spec, &format!("runtimes[{at}].spec"));
                }
            }
        }
        for (at, function) in root.get("functions").into_iter().flat_map(Node::items).enumerate() {
            let confirmation = function.path(&["capabilities", "confirmation"]);
            let skipped = confirmation.filter(|it| {
                it.get("type").and_then(Node::as_str) == Some("None")
                    || it.get("isNonConsequential").and_then(Node::as_bool) == Some(true)
            });
            if let (Some(_), Some(name)) = (skipped, function.get("name")) {
                let path = format!("functions[{at}].capabilities.confirmation");
                self.permission(name, &path, Effect::Allow, |it| {
                    permission::narrowed(ToolClass::ToolServer, it, it)
                });
            }
        }
    }
}
