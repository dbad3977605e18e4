//! What is published about a tool server: registry entries, bundles, catalogues.
//!
//! The MCP registry's `server.json` (schema 2025-12-11), bundle manifests 0.1–0.4, Docker's MCP
//! catalogue and Smithery's file, read 2026.

use model::{CredentialKind, Ecosystem, Exposure, ExposureKind, Package, Pin, SlotKind};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::handover::{At, names_credential};
use crate::lowering::Lowering;
use crate::package;

impl Lowering<'_> {
    pub(super) fn registry_entry(&mut self, root: Node<'_>) {
        for (at, entry) in items(root, "packages") {
            let path = format!("packages[{at}]");
            for key in ["environmentVariables", "environment_variables"] {
                self.inputs(entry.get(key), &format!("{path}.{key}"));
            }
            for key in ["packageArguments", "runtimeArguments", "package_arguments"] {
                self.inputs(entry.get(key), &format!("{path}.{key}"));
            }
        }
        for (at, remote) in items(root, "remotes") {
            self.inputs(remote.get("headers"), &format!("remotes[{at}].headers"));
            let name = root.get("name").and_then(Node::as_str).unwrap_or("remote");
            self.single_server(name, remote, &format!("remotes[{at}]"));
        }
    }

    /// Values that the person who installs the server is asked for.
    fn inputs(&mut self, list: Option<Node<'_>>, path: &str) {
        for (at, input) in list.into_iter().flat_map(Node::items).enumerate() {
            let Some(name) = input.get("name").and_then(Node::as_str) else { continue };
            let path = format!("{path}[{at}]");
            let marked = ["isSecret", "is_secret"].iter().find_map(|it| input.get(it));
            let secret = marked.and_then(Node::as_bool) == Some(true);
            let taker = self.agent_taker(&path, input);
            for key in ["value", "default"] {
                let Some(snippet) = input.get(key).and_then(|it| self.snippet(it)) else {
                    continue;
                };
                let expects = if secret { Expectation::Credential } else { Expectation::ByName };
                let at = At { kind: SlotKind::Environment, path: key, key: name, expects };
                self.hand_over(&snippet, at, &taker);
            }
            if !secret && marked.and_then(Node::as_bool) != Some(true) && asks_secret(name) {
                self.unmarked(&path, name, input, "isSecret: true");
            }
        }
    }

    /// An input that takes a credential and is not marked as one.
    pub(crate) fn unmarked(
        &mut self,
        path: &str,
        name: &str,
        node: Node<'_>,
        instead: &'static str,
    ) {
        let place = match node.get("name").or_else(|| node.get("id")) {
            Some(it) => self.content_place(it),
            None => self.key_place(node),
        };
        self.facts.exposures.push(Exposure {
            address: self.address(path),
            field: "input".to_owned(),
            name: name.to_owned(),
            credential: CredentialKind::Token,
            kind: ExposureKind::PlainEntry { instead },
            taker: "this file's inputs".to_owned(),
            source: None,
            origin: model::Origin::at(place),
            region: self.entry_place(node),
            fix: None,
        });
    }

    pub(super) fn bundle(&mut self, root: Node<'_>) {
        let name = root.get("name").and_then(Node::as_str).unwrap_or("bundle");
        if let Some(config) = root.path(&["server", "mcp_config"]) {
            self.single_server(name, config, "server.mcp_config");
        }
        for (key, input) in root.get("user_config").map(Node::entries).unwrap_or_default() {
            let path = format!("user_config.{key}");
            let sensitive = input.get("sensitive").and_then(Node::as_bool) == Some(true);
            let taker = self.agent_taker(&path, input);
            if let Some(snippet) = input.get("default").and_then(|it| self.snippet(it)) {
                let expects = if sensitive { Expectation::Credential } else { Expectation::ByName };
                let at = At { kind: SlotKind::Other, path: "default", key, expects };
                self.hand_over(&snippet, at, &taker);
            }
            let is_text = input.get("type").and_then(Node::as_str).is_none_or(|it| it == "string");
            if !sensitive && is_text && asks_secret(key) {
                self.unmarked(&path, key, input, "sensitive: true");
            }
        }
    }

    pub(super) fn smithery(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["configSchema", "properties", "required"]);
        let schema = root
            .path(&["startCommand", "configSchema", "properties"])
            .or_else(|| root.path(&["configSchema", "properties"]));
        for (key, property) in schema.map(Node::entries).unwrap_or_default() {
            let Some(snippet) = property.get("default").and_then(|it| self.snippet(it)) else {
                continue;
            };
            let taker = self.agent_taker(&format!("configSchema.{key}"), property);
            let expects = Expectation::ByName;
            let at = At { kind: SlotKind::Other, path: "default", key, expects };
            self.hand_over(&snippet, at, &taker);
        }
    }

    /// `registry:` of a catalogue, or one server's own file.
    pub(super) fn docker_catalog(&mut self, root: Node<'_>) {
        let Some(registry) = root.get("registry").filter(|it| it.kind() == Kind::Map) else {
            let name = root.get("name").and_then(Node::as_str).unwrap_or("server");
            self.docker_server(root, name, "");
            return;
        };
        for (name, server) in registry.entries() {
            self.docker_server(server, name, &format!("registry.{name}"));
        }
    }

    fn docker_server(&mut self, server: Node<'_>, name: &str, path: &str) {
        let path = if path.is_empty() { name } else { path };
        let before = self.facts.tool_servers.len();
        self.single_server(name, server, path);
        if let Some(remote) = server.get("remote") {
            self.single_server(name, remote, &format!("{path}.remote"));
        }
        let run = server.get("run").unwrap_or(server);
        let mut wide = Vec::new();
        for volume in run.get("volumes").into_iter().flat_map(Node::items) {
            if let Some(word) = self.sourced(volume)
                && let Some(access) = crate::reach::of_mount(&word.value)
            {
                wide.push(model::Sourced::new(access, word.origin));
            }
        }
        if let Some(found) = self.facts.tool_servers.get_mut(before) {
            found.wide_access.extend(wide);
        }
        for source in [server, run] {
            for (at, variable) in items(source, "env") {
                let key = variable.get("name").and_then(Node::as_str).unwrap_or("");
                let Some(snippet) = variable.get("value").and_then(|it| self.snippet(it)) else {
                    continue;
                };
                let taker = self.agent_taker(&format!("{path}.env[{at}]"), variable);
                let expects = Expectation::ByName;
                let at = At { kind: SlotKind::Environment, path: "value", key, expects };
                self.hand_over(&snippet, at, &taker);
            }
        }
        for (at, secret) in items(server, "secrets") {
            if let Some(snippet) = secret.get("example").and_then(|it| self.snippet(it)) {
                let taker = self.agent_taker(&format!("{path}.secrets[{at}]"), secret);
                let expects = Expectation::Text;
                let at = At { kind: SlotKind::Other, path: "example", key: "", expects };
                self.hand_over(&snippet, at, &taker);
            }
        }
    }

    /// A plugin, extension or skill that a file says where to fetch.
    pub(crate) fn plugin_source(&self, source: Node<'_>) -> Option<Package> {
        let text = |key: &str| source.get(key).and_then(Node::as_str);
        let named = |key: &str| source.get(key).map(|it| self.content_place(it));
        let kind = text("source").or_else(|| text("source_type")).unwrap_or("");
        let pinned = |value: Option<&str>| match value {
            Some(it) if package::is_commit(it) => Pin::Digest,
            _ => Pin::Floating,
        };
        let (name, key, pin, version, ecosystem) = match kind {
            "github" => {
                let version = text("sha").or_else(|| text("ref"));
                (text("repo")?, "repo", pinned(version), version, Ecosystem::Git)
            }
            "url" | "git" | "git-subdir" => {
                let version = text("sha").or_else(|| text("ref"));
                (text("url")?, "url", pinned(version), version, Ecosystem::Git)
            }
            "npm" => {
                let place = named("package")?;
                let version = text("version");
                let spec = match version {
                    Some(it) => format!("{}@{it}", text("package")?),
                    None => text("package")?.to_owned(),
                };
                return package::npm(&spec, place);
            }
            "archive" => {
                let pin = if text("sha256").is_some() { Pin::Digest } else { Pin::Floating };
                (text("url")?, "url", pin, text("sha256"), Ecosystem::Other)
            }
            _ => return None,
        };
        let (name, version) = (name.to_owned(), version.map(str::to_owned));
        Some(Package { ecosystem, name, pin, version, place: named(key)? })
    }
}

/// True when a name asks for a credential itself, not for where it is.
pub(crate) fn asks_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let place = ["url", "uri", "path", "file", "host", "dir"].iter().any(|it| lower.ends_with(it));
    names_credential(name) && !place
}

fn items<'t>(root: Node<'t>, key: &str) -> Vec<(usize, Node<'t>)> {
    root.get(key).into_iter().flat_map(Node::items).enumerate().collect()
}
