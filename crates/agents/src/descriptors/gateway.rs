//! Gateways and chat servers that stand between people, models and tool servers.
//!
//! LiteLLM 1.109 and LibreChat's configuration reference, read 2026-11 and 2026-08.

use model::{ApprovalMode, GuardKind, Sourced, Storage};
use syntax::{Kind, Node};

use crate::lowering::Lowering;

/// How LiteLLM hands the caller's own token on to a tool server.
const PASSES_ON: &[&str] = &["true_passthrough", "oauth_delegate"];

/// The key of LiteLLM's own documentation, which everybody knows.
const EXAMPLE_KEY: &str = "sk-1234";

/// Templates that stand for the signed-in person's own token.
const PERSONS_TOKENS: &[&str] = &["LIBRECHAT_OPENID_ACCESS_TOKEN", "LIBRECHAT_OPENID_TOKEN"];

impl Lowering<'_> {
    pub(super) fn litellm(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["mcp_servers"]);
        let general = root.get("general_settings");
        let settings = root.get("litellm_settings");
        let weak = "dangerously_permit_weak_or_unset_master_key";
        let found = general.and_then(|it| it.get(weak)).filter(|it| it.as_bool() == Some(true));
        if let Some(node) = found {
            self.callers_prove(&format!("general_settings.{weak}"), false, node);
        }
        let key = general.and_then(|it| it.get("master_key"));
        if let Some(node) = key.filter(|it| it.as_str() == Some(EXAMPLE_KEY)) {
            self.callers_prove("general_settings.master_key", false, node);
        }
        let passes = general.and_then(|it| it.get("pass_through_endpoints"));
        for (at, endpoint) in passes.into_iter().flat_map(Node::items).enumerate() {
            if let Some(auth) = endpoint.get("auth").filter(|it| it.as_bool() == Some(false)) {
                let setting = format!("general_settings.pass_through_endpoints[{at}].auth");
                self.callers_prove(&setting, false, auth);
            }
        }
        let unchecked = settings.and_then(|it| it.get("ssl_verify"));
        if let Some(node) = unchecked.filter(|it| it.as_bool() == Some(false)) {
            self.guard("litellm_settings.ssl_verify", GuardKind::CertificatesUnchecked, node);
        }
        let quiet = settings.and_then(|it| it.get("turn_off_message_logging"));
        if let Some(node) = quiet.filter(|it| it.as_bool() == Some(false)) {
            let setting = "litellm_settings.turn_off_message_logging";
            self.guard(setting, GuardKind::RecordsContent, node);
        }
        self.litellm_servers(root);
    }

    fn litellm_servers(&mut self, root: Node<'_>) {
        for (name, server) in root.get("mcp_servers").map(Node::entries).unwrap_or_default() {
            let path = format!("mcp_servers.{name}");
            let kind = server.get("auth_type");
            let delegated = kind.filter(|it| it.as_str().is_some_and(|it| PASSES_ON.contains(&it)));
            let switch = server.get("oauth_passthrough").filter(|it| it.as_bool() == Some(true));
            let header =
                server.get("extra_headers").into_iter().flat_map(Node::items).find(|it| {
                    it.as_str().is_some_and(|it| it.eq_ignore_ascii_case("authorization"))
                });
            if let Some(node) = delegated.or(switch).or(header) {
                self.forwarded_token(node, &path);
            }
        }
    }

    /// The caller's own token, handed on to a tool server.
    pub(crate) fn forwarded_token(&mut self, node: Node<'_>, path: &str) {
        let holder = self.address(path);
        let mut taker = self.agent_taker(path, node);
        taker.holder = holder;
        let Some(snippet) = self.snippet(node) else { return };
        let at = crate::handover::At {
            kind: model::SlotKind::Header,
            path: node.key().unwrap_or("Authorization"),
            key: "Authorization",
            expects: secrets::Expectation::Credential,
        };
        let credential = self.credential(Storage::Forwarded, snippet.origin(), at, &taker);
        self.facts.credentials.push(credential);
    }

    pub(super) fn librechat(&mut self, root: Node<'_>) {
        self.named_secrets(root, "", &["mcpServers", "customUserVars"]);
        for (name, server) in root.get("mcpServers").map(Node::entries).unwrap_or_default() {
            let path = format!("mcpServers.{name}");
            if let Some(key) = server.path(&["apiKey", "key"]) {
                let taker = self.agent_taker(&path, server);
                self.secret_at(Some(key), "apiKey.key", &taker);
            }
            let local = server
                .get("url")
                .and_then(Node::as_str)
                .is_some_and(|it| it.contains("localhost") || it.contains("127.0.0.1"));
            for header in server.get("headers").into_iter().flat_map(Node::children) {
                let text = header.resolved().as_str().unwrap_or("");
                if !local && PERSONS_TOKENS.iter().any(|it| text.contains(it)) {
                    self.forwarded_token(header.resolved(), &path);
                }
            }
        }
        for key in ["create", "share", "public"] {
            let path = ["interface", "mcpServers", key];
            if let Some(node) = root.path(&path).filter(|it| it.as_bool() == Some(true)) {
                self.guard(&path.join("."), GuardKind::ServersListed(false), node);
            }
        }
    }

    /// The switch of a client that hands every approval to nobody, whatever its layout.
    pub(crate) fn bypassed_by(&mut self, setting: &str, node: Node<'_>) {
        self.guard(setting, GuardKind::Approval(ApprovalMode::Bypass), node);
    }

    /// Requests to the model that a file sends somewhere else.
    pub(crate) fn model_endpoint(&mut self, setting: &str, node: Node<'_>) {
        let Some(text) = node.as_str().filter(|_| node.kind() == Kind::String) else { return };
        if !text.contains("://") || crate::dialect::notation(text).is_some() {
            return;
        }
        let address = Sourced::at(crate::sameness::bare_url(text), self.content_place(node));
        self.guard(setting, GuardKind::ModelEndpoint(address), node);
    }
}
