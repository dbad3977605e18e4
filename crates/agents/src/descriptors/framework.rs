//! Agents that a framework builds: LangGraph, CrewAI, AutoGen, ADK and Docker Agent.
//!
//! Their configuration references, read 2026-08: LangGraph's `langgraph.json`, CrewAI's YAML
//! crews, AutoGen's component files and `OAI_CONFIG_LIST`, ADK's `AgentConfig.json` schema and
//! the permissions page of Docker Agent.

use model::{
    ApprovalMode, Effect, GuardKind, IdentityKind, Knowledge, SandboxMode, SlotKind, Sourced,
    ToolPattern, UseMode,
};
use syntax::{Kind, Node};

use crate::lowering::Lowering;
use crate::permission::{self, Open};

impl Lowering<'_> {
    pub(super) fn langgraph(&mut self, root: Node<'_>) {
        if let Some(env) = root.get("env") {
            if env.kind() == Kind::Map {
                let taker = self.agent_taker("", env);
                self.variables(env, "env", &taker);
            } else {
                self.environment_file(env);
            }
        }
        for (at, line) in root.get("dockerfile_lines").into_iter().flat_map(Node::items).enumerate()
        {
            let Some(snippet) = self.snippet(line) else { continue };
            let taker = self.agent_taker("", line);
            let path = format!("dockerfile_lines[{at}]");
            self.hand_over_command(&snippet, &path, SlotKind::Environment, &taker);
        }
        let cors = root.path(&["http", "cors"]);
        let credentials = cors.and_then(|it| it.get("allow_credentials")).and_then(Node::as_bool);
        let origins = cors.and_then(|it| it.get("allow_origins"));
        let open = origins.into_iter().flat_map(Node::items).find(|it| it.as_str() == Some("*"));
        if let Some(node) = open.filter(|_| credentials == Some(true)) {
            self.callers_prove("http.cors.allow_origins", false, node);
        }
        for header in
            root.path(&["http", "logging_headers", "includes"]).into_iter().flat_map(Node::items)
        {
            if header.as_str().is_some_and(|it| it.eq_ignore_ascii_case("authorization")) {
                self.guard("http.logging_headers", GuardKind::RecordsContent, header);
            }
        }
    }

    /// `config/agents.yaml`: every top-level entry is one agent.
    pub(super) fn crew(&mut self, root: Node<'_>) {
        let listed = root.get("agents");
        let named = listed.into_iter().flat_map(Node::entries);
        let counted = listed.into_iter().flat_map(Node::items).filter_map(|it| {
            let name = it.get("name").or_else(|| it.get("role")).and_then(Node::as_str)?;
            Some((name, it))
        });
        for (name, agent) in root.entries().into_iter().chain(named).chain(counted) {
            if agent.get("role").is_none() || agent.get("goal").is_none() {
                continue;
            }
            let place = agent.key().map_or_else(|| self.place(agent), |_| self.key_place(agent));
            let known = Knowledge::Known(Sourced::at(name.to_owned(), place));
            let region = self.entry_place(agent);
            let address = self.address(name);
            let mut identity =
                self.identity(address.clone(), IdentityKind::Agent, known, place, region);
            identity.description = self.known(agent.get("goal"));
            self.facts.identities.push(identity);
            let outer = std::mem::replace(&mut self.agent, address);
            self.without_agent(|it| it.crew_agent(agent, name));
            self.agent = outer;
        }
    }

    fn crew_agent(&mut self, agent: Node<'_>, name: &str) {
        self.named_secrets(agent, name, &["mcps", "tools"]);
        for (at, server) in agent.get("mcps").into_iter().flat_map(Node::items).enumerate() {
            let path = format!("{name}.mcps[{at}]");
            if server.kind() == Kind::Map {
                self.single_server(&format!("{name}-{at}"), server, &path);
            } else if let Some(snippet) = self.snippet(server) {
                let taker = self.agent_taker("", server);
                self.hand_over_url(&snippet, &path, &taker);
            }
        }
        if agent.get("code_execution_mode").and_then(Node::as_str) == Some("unsafe")
            && let Some(node) = agent.get("code_execution_mode")
        {
            let setting = format!("{name}.code_execution_mode");
            self.guard(&setting, GuardKind::Sandbox(SandboxMode::Off), node);
        }
    }

    /// `OAI_CONFIG_LIST`: a list of models with their keys.
    pub(super) fn model_list(&mut self, root: Node<'_>) {
        for (at, model) in root.items().enumerate() {
            self.named_secrets(model, &format!("[{at}]"), &[]);
        }
    }

    /// A component file of AutoGen.
    pub(super) fn component(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["server_params"]);
        for node in root.descendants() {
            if node.key() == Some("server_params") {
                let provider = node.get("type").and_then(Node::as_str).unwrap_or("server");
                self.single_server(provider, node, "server_params");
            }
            if node.key() == Some("provider")
                && node.as_str().is_some_and(|it| it.ends_with("LocalCommandLineCodeExecutor"))
            {
                self.guard("provider", GuardKind::Sandbox(SandboxMode::Off), node);
            }
        }
    }

    /// ADK's `root_agent.yaml` and the agents that it names.
    pub(super) fn adk(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["tools"]);
        for (at, tool) in root.get("tools").into_iter().flat_map(Node::items).enumerate() {
            let Some(arguments) = tool.get("args") else { continue };
            let path = format!("tools[{at}].args");
            for key in [
                "stdio_server_params",
                "sse_connection_params",
                "streamable_http_connection_params",
            ] {
                if let Some(server) = arguments.get(key) {
                    let path = format!("{path}.{key}");
                    self.single_server(&format!("tool-{at}"), server, &path);
                }
            }
            if let Some(server) = arguments.path(&["stdio_connection_params", "server_params"]) {
                let path = format!("{path}.stdio_connection_params.server_params");
                self.single_server(&format!("tool-{at}"), server, &path);
            }
            if let Some(credential) = arguments.get("auth_credential") {
                self.named_secrets(credential, &format!("{path}.auth_credential"), &[]);
            }
        }
    }

    /// Docker Agent: several agents, their toolsets and one list of permissions.
    pub(super) fn docker_agent(&mut self, root: Node<'_>) {
        self.declare_agent();
        for (name, agent) in root.get("agents").map(Node::entries).unwrap_or_default() {
            let toolsets = agent.get("toolsets").into_iter().flat_map(Node::items);
            for (at, toolset) in toolsets.enumerate() {
                let path = format!("agents.{name}.toolsets[{at}]");
                self.single_server(&format!("{name}-{at}"), toolset, &path);
                if let Some(remote) = toolset.get("remote") {
                    self.single_server(&format!("{name}-{at}"), remote, &format!("{path}.remote"));
                }
            }
            for child in agent.get("sub_agents").into_iter().flat_map(Node::items) {
                if let Some(text) = child.as_str() {
                    let to = self.address(&format!("agents.{text}"));
                    self.uses(to, UseMode::DelegatesTo, self.content_place(child));
                }
            }
        }
        self.named_secrets(root, "", &["agents"]);
        for (key, effect) in
            [("allow", Effect::Allow), ("ask", Effect::Ask), ("deny", Effect::Deny)]
        {
            let list = root.path(&["permissions", key]);
            self.permissions_as(list, &format!("permissions.{key}"), effect, docker_tool);
        }
    }

    /// A text that names a file of variables.
    pub(crate) fn environment_file(&mut self, node: Node<'_>) {
        let Some(text) = node.as_str().filter(|_| node.kind() == Kind::String) else { return };
        let text = text.strip_prefix("${workspaceFolder}/").unwrap_or(text);
        let text = text.strip_prefix("./").unwrap_or(text);
        if text.is_empty() || text.contains("${") || text.starts_with(['/', '~']) {
            return;
        }
        let folder = crate::join::project(self.source.path);
        let path = if folder.is_empty() { text.to_owned() } else { format!("{folder}/{text}") };
        self.declare_agent();
        let to = model::Address::new("", path);
        self.uses(to, UseMode::ReceivesCredential, self.content_place(node));
    }

    /// A mode that lets everything through.
    pub(crate) fn bypass_when(&mut self, root: Node<'_>, path: &[&str], word: &str) {
        if let Some(node) = root.path(path).filter(|it| it.as_str() == Some(word)) {
            self.guard(&path.join("."), GuardKind::Approval(ApprovalMode::Bypass), node);
        }
    }
}

/// `tool`, `read_*`, `mcp:github:*`, `shell:cmd=ls*`.
fn docker_tool(entry: &str) -> ToolPattern {
    if let Some(rest) = entry.strip_prefix("mcp:") {
        let (server, tool) = rest.split_once(':').unwrap_or((rest, "*"));
        return permission::server_tool(server, tool);
    }
    let (tool, argument) = match entry.split_once(':') {
        Some((tool, argument)) => (tool, Some(argument)),
        None => (entry, None),
    };
    let command = argument.and_then(|it| it.strip_prefix("cmd="));
    match (permission::class_of(tool), command) {
        (model::ToolClass::Shell, Some(command)) => permission::shell(tool, command, Open::Star),
        (model::ToolClass::Shell, None) => permission::shell(tool, "*", Open::Star),
        (class, _) => {
            let found = permission::tool(class, tool);
            ToolPattern { everything: argument.is_none(), ..found }
        }
    }
}
