//! Tool servers and agents that are put up for others: cards that present them, gateways in
//! front of them, and what a platform runs for its customers.
//!
//! MCP server cards (SEP-1649, draft), agentgateway's standalone file and ToolHive's virtual
//! server, read 2026-08.

use model::{IdentityKind, OwnerSource, SlotKind};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::handover::At;
use crate::lowering::Lowering;

/// Policies of agentgateway with which a caller proves something.
const PROOFS: &[&str] =
    &["mcpAuthentication", "jwtAuth", "basicAuth", "apiKey", "extAuthz", "oidc", "oauth2"];

/// Modes in which such a policy lets callers in without a proof.
const LAX: &[&str] = &["optional", "permissive"];

impl Lowering<'_> {
    /// `.well-known/mcp.json`: a tool server presents itself.
    pub(super) fn server_card(&mut self, root: Node<'_>) {
        let name = root.get("name").or_else(|| root.path(&["serverInfo", "name"]));
        let Some(name) = name.filter(|it| it.kind() == Kind::String) else { return };
        let (place, region) = (self.content_place(name), self.place(root));
        let known = self.known(Some(name));
        let address = self.agent.clone();
        let mut identity = self.identity(address, IdentityKind::ToolServer, known, place, region);
        identity.description = self.known(root.get("description"));
        identity.ownership = self.owner(root, OwnerSource::Argument);
        self.declare_agent_as(identity);
        // A card must hold no credential at all.
        self.named_secrets(root, "", &["tools", "prompts", "resources"]);
        let required = root.path(&["authentication", "required"]);
        if let Some(node) = required.filter(|it| it.as_bool() == Some(false)) {
            self.callers_prove("authentication.required", false, node);
        }
    }

    /// agentgateway's own file: listeners, routes and what lies behind them.
    pub(super) fn agent_gateway(&mut self, root: Node<'_>) {
        self.declare_agent();
        self.named_secrets(root, "", &["targets", "jwks", "resourceMetadata"]);
        for (at, bind) in items(root, "binds") {
            for (n, listener) in items(bind, "listeners") {
                for (m, route) in items(listener, "routes") {
                    let path = format!("binds[{at}].listeners[{n}].routes[{m}]");
                    let around = [bind, listener, route];
                    self.gateway_route(route, &path, &around);
                }
            }
        }
        // The short form has one route per kind of backend.
        for key in ["mcp", "llm"] {
            if let Some(route) = root.get(key).filter(|it| it.kind() == Kind::Map) {
                self.gateway_targets(route, key);
                self.gateway_keys(route, key);
            }
        }
    }

    fn gateway_route(&mut self, route: Node<'_>, path: &str, around: &[Node<'_>]) {
        let mut keyed = self.gateway_keys(route, path);
        for (at, backend) in items(route, "backends") {
            let path = format!("{path}.backends[{at}]");
            keyed = keyed.or(self.gateway_keys(backend, &path));
            if let Some(served) = backend.get("mcp") {
                self.gateway_targets(served, &format!("{path}.mcp"));
            }
        }
        // Without a key of its own behind it, an open route gives a stranger nothing.
        let Some(key) = keyed else { return };
        let policies = || around.iter().filter_map(|it| it.get("policies"));
        let proofs = || policies().flat_map(|it| PROOFS.iter().filter_map(move |key| it.get(key)));
        let is_lax = |it: Node<'_>| {
            let mode = it.get("mode").and_then(Node::as_str).unwrap_or("strict");
            LAX.contains(&mode.to_ascii_lowercase().as_str())
        };
        match proofs().find(|it| is_lax(*it)) {
            Some(lax) => self.callers_prove(&format!("{path}.policies"), false, lax),
            None if proofs().next().is_none() => {
                self.callers_prove(&format!("{path}.policies"), false, key);
            }
            None => {}
        }
    }

    /// The keys that a gateway adds to requests, or takes from callers; the first that it adds.
    fn gateway_keys<'t>(&mut self, node: Node<'t>, path: &str) -> Option<Node<'t>> {
        let policies = node.get("policies")?;
        let taker = self.agent_taker("", policies);
        let added = policies.get("backendAuth");
        let key = added.and_then(|it| it.get("key")).filter(|it| it.kind() == Kind::String);
        self.secret_at(key, &format!("{path}.policies.backendAuth.key"), &taker);
        let taken = policies.get("apiKey").map(|it| items(it, "keys")).unwrap_or_default();
        for (at, entry) in taken {
            let path = format!("{path}.policies.apiKey.keys[{at}].key");
            self.secret_at(entry.get("key"), &path, &taker);
        }
        // The caller's own token is no key of the gateway's.
        added.filter(|it| it.as_str() != Some("passthrough") && it.get("passthrough").is_none())
    }

    fn gateway_targets(&mut self, served: Node<'_>, path: &str) {
        for (at, target) in items(served, "targets") {
            let name = target.get("name").and_then(Node::as_str).unwrap_or("target");
            let path = format!("{path}.targets[{at}]");
            for key in ["stdio", "sse", "mcp", "openapi"] {
                if let Some(server) = target.get(key).filter(|it| it.kind() == Kind::Map) {
                    let before = self.facts.tool_servers.len();
                    self.single_server(name, server, &format!("{path}.{key}"));
                    // What proves the gateway to it stands with the route.
                    for found in self.facts.tool_servers.iter_mut().skip(before) {
                        if server.get("host").is_some() {
                            found.authentication = model::Authentication::Unknown;
                        }
                    }
                }
            }
        }
    }

    /// ToolHive's virtual server: one address in front of a group of servers.
    pub(super) fn virtual_server(&mut self, root: Node<'_>) {
        if let Some(identity) = self.named_agent(root) {
            self.declare_agent_as(identity);
        }
        self.named_secrets(root, "", &["aggregation", "compositeTools"]);
        let anonymous = root
            .path(&["incomingAuth", "type"])
            .filter(|it| matches!(it.as_str(), Some("anonymous" | "unauthenticated")));
        if let Some(node) = anonymous {
            self.callers_prove("incomingAuth.type", false, node);
        }
        let backends = root.path(&["outgoingAuth", "backends"]).map(Node::entries);
        for (name, backend) in backends.unwrap_or_default() {
            let Some(header) = backend.get("headerInjection") else { continue };
            let Some(value) = header.get("headerValue").and_then(|it| self.snippet(it)) else {
                continue;
            };
            let taker = self.agent_taker(&format!("outgoingAuth.backends.{name}"), backend);
            let header = header.get("headerName").and_then(Node::as_str).unwrap_or("");
            self.hand_over_header(header, &value, "headerInjection.headerValue", &taker);
        }
    }

    /// `kind: hosted`: a container that Foundry runs as an agent.
    pub(super) fn hosted_agent(&mut self, root: Node<'_>) {
        let Some(mut identity) = self.named_agent(root) else { return };
        identity.ownership = self.owner(root, OwnerSource::FrontMatter);
        self.declare_agent_as(identity);
        for (at, variable) in items(root, "environment_variables") {
            let key = variable.get("name").and_then(Node::as_str).unwrap_or("");
            let Some(snippet) = variable.get("value").and_then(|it| self.snippet(it)) else {
                continue;
            };
            let taker = self.agent_taker(&format!("environment_variables[{at}]"), variable);
            let expects = Expectation::ByName;
            let at = At { kind: SlotKind::Environment, path: "value", key, expects };
            self.hand_over(&snippet, at, &taker);
        }
    }

    /// Letta's agent file: variables of its tools, with their values.
    pub(super) fn letta(&mut self, root: Node<'_>) {
        self.declare_agent();
        let lists = root.descendants().filter(|it| {
            matches!(it.key(), Some("tool_exec_environment_variables" | "secrets"))
                && it.kind() == Kind::Seq
        });
        for list in lists {
            let name = list.key().unwrap_or("");
            for (at, variable) in list.items().enumerate() {
                let key = variable.get("key").and_then(Node::as_str).unwrap_or("");
                let Some(snippet) = variable.get("value").and_then(|it| self.snippet(it)) else {
                    continue;
                };
                let taker = self.agent_taker(&format!("{name}[{at}]"), variable);
                let expects = Expectation::ByName;
                let at = At { kind: SlotKind::Environment, path: "value", key, expects };
                self.hand_over(&snippet, at, &taker);
            }
        }
        if let Some(servers) = root.get("mcp_servers") {
            for (at, server) in servers.items().enumerate() {
                let name = server.get("server_name").and_then(Node::as_str).unwrap_or("server");
                self.single_server(name, server, &format!("mcp_servers[{at}]"));
            }
        }
    }
}

fn items<'t>(root: Node<'t>, key: &str) -> Vec<(usize, Node<'t>)> {
    root.get(key).into_iter().flat_map(Node::items).enumerate().collect()
}
