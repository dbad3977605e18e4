//! Formats that describe agents and tool servers apart from any client: registries, bundles,
//! gateways, frameworks and exported workflows.

mod card;
mod framework;
mod gateway;
mod hosted;
mod prompt;
mod registry;
mod served;
mod workflow;

use model::{GuardKind, SlotKind};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::clients::Layout;
use crate::handover::{At, Taker};
use crate::lowering::Lowering;

pub(crate) use registry::asks_secret;

/// Levels below a map that are searched for credentials.
const DEPTH: usize = 24;

impl Lowering<'_> {
    /// Lowers the formats of this module; false for every other.
    pub(crate) fn descriptor(&mut self, root: Node<'_>) -> bool {
        match self.format.layout {
            Layout::AgentCard => self.card_security(root),
            Layout::RegistryEntry => self.registry_entry(root),
            Layout::Bundle => self.bundle(root),
            Layout::Smithery => self.smithery(root),
            Layout::DockerCatalog => self.docker_catalog(root),
            Layout::LiteLlm => self.litellm(root),
            Layout::LibreChat => self.librechat(root),
            Layout::LangGraph => self.langgraph(root),
            Layout::Crew => self.crew(root),
            Layout::ModelList => self.model_list(root),
            Layout::Component => self.component(root),
            Layout::Adk => self.adk(root),
            Layout::DockerAgent => self.docker_agent(root),
            Layout::Foundry => self.foundry(root),
            Layout::HostedAgent => self.hosted_agent(root),
            Layout::ServerCard => self.server_card(root),
            Layout::AgentGateway => self.agent_gateway(root),
            Layout::VirtualServer => self.virtual_server(root),
            Layout::Letta => self.letta(root),
            Layout::PromptTemplate => self.prompt_template(root),
            Layout::SkillMetadata => self.skill_metadata(root),
            Layout::TeamsApp => self.teams_app(root),
            Layout::DeclarativeAgent => self.declarative_agent(root),
            Layout::Values => self.named_secrets(root, "", &[]),
            Layout::ApiPlugin => self.api_plugin(root),
            Layout::N8n => self.n8n(root),
            Layout::Flowise => self.flowise(root),
            Layout::Langflow => self.langflow(root),
            Layout::Dify => self.dify(root),
            _ => return false,
        }
        true
    }

    /// Records every text below a map whose key says that it is a credential. Maps and lists
    /// under a key of `skip` belong to somebody else.
    pub(crate) fn named_secrets(&mut self, map: Node<'_>, path: &str, skip: &[&str]) {
        let taker = self.agent_taker("", map);
        self.named_secrets_of(map, path, skip, &taker, DEPTH);
    }

    fn named_secrets_of(
        &mut self,
        map: Node<'_>,
        path: &str,
        skip: &[&str],
        taker: &Taker,
        depth: usize,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let map = map.resolved();
        for (at, child) in map.children().enumerate() {
            let key = child.key();
            if key.is_some_and(|it| skip.contains(&it)) {
                continue;
            }
            let path = match key {
                Some(key) if path.is_empty() => key.to_owned(),
                Some(key) => format!("{path}.{key}"),
                None => format!("{path}[{at}]"),
            };
            let value = child.resolved();
            match (value.kind(), key) {
                (Kind::Map | Kind::Seq, _) => {
                    self.named_secrets_of(value, &path, skip, taker, depth);
                }
                (Kind::String, Some(key)) => {
                    let Some(snippet) = self.snippet(value) else { continue };
                    let kind = SlotKind::Provider;
                    let at = At { kind, path: &path, key, expects: Expectation::ByName };
                    self.hand_over(&snippet, at, taker);
                }
                _ => {}
            }
        }
    }

    /// Records a text of a place that takes nothing but a credential.
    pub(crate) fn secret_at(&mut self, node: Option<Node<'_>>, path: &str, taker: &Taker) {
        let Some(node) = node else { return };
        let Some(snippet) = self.snippet(node.resolved()) else { return };
        let key = node.key().unwrap_or("");
        let at = At { kind: SlotKind::Provider, path, key, expects: Expectation::Credential };
        self.hand_over(&snippet, at, taker);
    }

    /// Records whether callers prove who they are.
    pub(crate) fn callers_prove(&mut self, setting: &str, proves: bool, node: Node<'_>) {
        self.guard(setting, GuardKind::CallersProve(proves), node);
    }
}
