//! Workflows that a tool exported: n8n, Flowise, Langflow and Dify.
//!
//! Exports name stored credentials by id, which is safe; what a person typed into a field, or
//! what a run captured, is not.

use std::sync::Arc;

use model::SlotKind;
use secrets::Expectation;
use syntax::{Kind, Language, Limits, Node};

use crate::handover::At;
use crate::lowering::Lowering;

/// Nodes of a workflow that are looked at.
const MOST_NODES: usize = 4096;
/// Bytes of a configuration inside a text that are parsed.
const LONGEST_INNER: usize = 1 << 18;

impl Lowering<'_> {
    pub(super) fn n8n(&mut self, root: Node<'_>) {
        self.declare_agent();
        let nodes = || root.get("nodes").into_iter().flat_map(Node::items).take(MOST_NODES);
        let kind = |it: Node<'_>| it.get("type").and_then(Node::as_str).unwrap_or("").to_owned();
        let has_agent = nodes().any(|it| kind(it).contains("langchain.agent"));
        for (at, node) in nodes().enumerate() {
            let Some(parameters) = node.get("parameters") else { continue };
            let path = format!("nodes[{at}].parameters");
            let kind = kind(node);
            let name = node.get("name").and_then(Node::as_str).unwrap_or("node");
            if kind.ends_with("mcpClientTool") {
                self.single_server(name, parameters, &path);
            }
            let starts = kind.ends_with("mcpTrigger")
                || has_agent && (kind.ends_with(".webhook") || kind.ends_with(".chatTrigger"));
            self.open_trigger(parameters, &kind, starts, &path);
            self.typed_in(parameters, &path);
        }
        if let Some(pinned) = root.get("pinData") {
            self.named_secrets(pinned, "pinData", &[]);
        }
    }

    /// A node that starts the workflow for whoever knows its address.
    fn open_trigger(&mut self, parameters: Node<'_>, kind: &str, starts: bool, path: &str) {
        let authentication = parameters.get("authentication");
        let open = authentication.is_none_or(|it| it.as_str() == Some("none"));
        // A chat is open to strangers only once it is published.
        let shut = kind.ends_with(".chatTrigger")
            && parameters.get("public").and_then(Node::as_bool) != Some(true);
        if starts && open && !shut {
            let node = authentication.unwrap_or(parameters);
            self.callers_prove(&format!("{path}.authentication"), false, node);
        }
    }

    /// Headers and queries that a person typed in, as pairs of name and value.
    fn typed_in(&mut self, parameters: Node<'_>, path: &str) {
        let taker = self.agent_taker("", parameters);
        for (list, kind) in [
            ("headerParameters", SlotKind::Header),
            ("queryParameters", SlotKind::Url),
            ("bodyParameters", SlotKind::Other),
        ] {
            let pairs = parameters.path(&[list, "parameters"]).into_iter().flat_map(Node::items);
            for (at, pair) in pairs.enumerate() {
                let Some(name) = pair.get("name").and_then(Node::as_str) else { continue };
                let Some(value) = pair.get("value").and_then(|it| self.snippet(it)) else {
                    continue;
                };
                let path = format!("{path}.{list}[{at}].value");
                match kind {
                    SlotKind::Header => {
                        self.hand_over_header(name, &value, &path, &taker);
                    }
                    _ => {
                        let expects = Expectation::ByName;
                        self.hand_over(
                            &value,
                            At { kind, path: &path, key: name, expects },
                            &taker,
                        );
                    }
                }
            }
        }
        if let Some(url) = parameters.get("url").and_then(|it| self.snippet(it)) {
            self.hand_over_url(&url, &format!("{path}.url"), &taker);
        }
        for key in ["jsonBody", "jsCode", "functionCode", "jsonHeaders"] {
            if let Some(text) = parameters.get(key).and_then(|it| self.snippet(it)) {
                let path = format!("{path}.{key}");
                let expects = Expectation::Text;
                let at = At { kind: SlotKind::SavedCommand, path: &path, key: "", expects };
                self.hand_over(&text, at, &taker);
            }
        }
    }

    pub(super) fn flowise(&mut self, root: Node<'_>) {
        self.declare_agent();
        let nodes = root.get("nodes").into_iter().flat_map(Node::items).take(MOST_NODES);
        for (at, node) in nodes.enumerate() {
            let Some(inputs) = node.path(&["data", "inputs"]) else { continue };
            let path = format!("nodes[{at}].data.inputs");
            self.named_secrets(inputs, &path, &["mcpServerConfig"]);
            if let Some(inner) = inputs.get("mcpServerConfig") {
                self.inner_servers(inner, &format!("{path}.mcpServerConfig"));
            }
        }
    }

    /// A tool server whose configuration is JSON inside a text: its texts are looked at where
    /// they are written, as far as the outer text has no escapes between.
    fn inner_servers(&mut self, node: Node<'_>, path: &str) {
        let Some(text) = node.as_str().filter(|it| it.len() <= LONGEST_INNER) else { return };
        let tree = syntax::parse(Arc::from(text), Language::Json, &Limits::default());
        let Some(snippet) = self.snippet(node) else { return };
        let taker = self.agent_taker("", node);
        for inner in tree.root().into_iter().flat_map(Node::descendants) {
            let Some(key) = inner.key().filter(|_| inner.kind() == Kind::String) else { continue };
            let part = snippet.part(inner.content_span().range());
            let path = format!("{path}.{key}");
            let expects = Expectation::ByName;
            let at = At { kind: SlotKind::Environment, path: &path, key, expects };
            self.hand_over(&part, at, &taker);
        }
    }

    pub(super) fn langflow(&mut self, root: Node<'_>) {
        self.declare_agent();
        let nodes = root.path(&["data", "nodes"]).into_iter().flat_map(Node::items);
        for (at, node) in nodes.take(MOST_NODES).enumerate() {
            let template = node.path(&["data", "node", "template"]);
            for (name, field) in template.map(Node::entries).unwrap_or_default() {
                let flag = |key: &str| field.get(key).and_then(Node::as_bool) == Some(true);
                if !flag("password") || flag("load_from_db") {
                    continue;
                }
                let path = format!("nodes[{at}].{name}.value");
                let Some(snippet) = field.get("value").and_then(|it| self.snippet(it)) else {
                    continue;
                };
                let taker = self.agent_taker("", field);
                let expects = Expectation::Credential;
                let at = At { kind: SlotKind::Provider, path: &path, key: name, expects };
                self.hand_over(&snippet, at, &taker);
            }
        }
    }

    pub(super) fn dify(&mut self, root: Node<'_>) {
        self.declare_agent();
        let variables = root.path(&["workflow", "environment_variables"]);
        for (at, variable) in variables.into_iter().flat_map(Node::items).enumerate() {
            let secret = variable.get("value_type").and_then(Node::as_str) == Some("secret");
            let name = variable.get("name").and_then(Node::as_str).unwrap_or("");
            let Some(snippet) = variable.get("value").and_then(|it| self.snippet(it)) else {
                continue;
            };
            let path = format!("workflow.environment_variables[{at}].value");
            let taker = self.agent_taker("", variable);
            let expects = if secret { Expectation::Credential } else { Expectation::ByName };
            let at = At { kind: SlotKind::Environment, path: &path, key: name, expects };
            self.hand_over(&snippet, at, &taker);
        }
        let nodes = root.path(&["workflow", "graph", "nodes"]).into_iter().flat_map(Node::items);
        for (at, node) in nodes.take(MOST_NODES).enumerate() {
            let Some(config) = node.path(&["data", "authorization", "config"]) else { continue };
            let path = format!("workflow.graph.nodes[{at}].data.authorization.config.api_key");
            let taker = self.agent_taker("", config);
            self.secret_at(config.get("api_key"), &path, &taker);
        }
    }
}
