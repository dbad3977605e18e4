//! The second half of the client table: clients with few files, and formats that describe
//! agents and tool servers apart from any client.
//!
//! Many of their names are used by others too, so most rows ask for keys or words as well.

use model::ConfigScope::{Local, Managed, Plugin, Project, User};

use crate::clients::{
    ANTIGRAVITY, ANY_CLIENT, CLAUDE_CODE, CLAUDE_DESKTOP, CLINE, CODEX, CONTINUE, COPILOT, CRUSH,
    CURSOR, Format, GEMINI, KILO, KIRO, Layout, NONE, OPENCODE, ROO, WINDSURF,
};
use crate::dialect::Expands;

/// Goose.
pub(crate) const GOOSE: &str = "Goose";
/// Docker Agent, once cagent.
pub(crate) const DOCKER_AGENT: &str = "Docker Agent";

/// Formats that are recognised by their path.
pub(crate) static PUBLISHED: &[Format] = &[
    // Goose.
    Format::yaml(
        GOOSE,
        Layout::Goose,
        &[(".config/goose/config.yaml", User), ("goose/config.yaml", User)],
    )
    .servers(&[&["extensions"]]),
    Format::yaml(GOOSE, Layout::GoosePermissions, &[(".config/goose/permission.yaml", User)])
        .servers(NONE),
    Format::yaml(GOOSE, Layout::Goose, &[(".config/goose/secrets.yaml", User)]).servers(NONE),
    Format::markdown(GOOSE, Layout::Instructions, &[(".goosehints", Project)]),
    // Claude Code's other files.
    Format::json(
        CLAUDE_CODE,
        Layout::Marketplace,
        &[
            (".claude-plugin/marketplace.json", Plugin),
            (".agents/plugins/marketplace.json", Plugin),
        ],
    )
    .servers(NONE)
    .expands(Expands::CLAUDE),
    Format::json(CLAUDE_CODE, Layout::ClaudeSettings, &[(".claude/config.json", Project)])
        .servers(NONE)
        .needs(&["hooks"])
        .expands(Expands::SHELL),
    Format::json(ANY_CLIENT, Layout::Manifest, &[("plugin.json", Plugin)])
        .needs(&["name", "extensions"])
        .words(&["agent-plugins.org"]),
    Format::json(
        CLAUDE_CODE,
        Layout::PluginPrograms,
        &[(".lsp.json", Plugin), ("monitors/monitors.json", Plugin)],
    )
    .servers(NONE)
    .expands(Expands::CLAUDE),
    Format::property_list(
        CLAUDE_CODE,
        Layout::Preferences,
        &[("*.mobileconfig", Managed), ("com.anthropic.claudecode.plist", Managed)],
    )
    .words(&["com.anthropic.claudecode"])
    .servers(NONE)
    .expands(Expands::SHELL),
    Format::property_list(CLAUDE_DESKTOP, Layout::Preferences, &[("*.mobileconfig", Managed)])
        .words(&["com.anthropic.claudefordesktop"])
        .servers(NONE)
        .expands(Expands::NOTHING),
    Format::property_list(
        CLAUDE_DESKTOP,
        Layout::Preferences,
        &[("com.anthropic.claudefordesktop.plist", Managed)],
    )
    .servers(NONE)
    .expands(Expands::NOTHING),
    // Files in which clients keep what people signed in with.
    Format::json(CLAUDE_CODE, Layout::Values, &[(".claude/.credentials.json", User)]).servers(NONE),
    Format::json(CODEX, Layout::Values, &[(".codex/auth.json", User)]).servers(NONE),
    Format::json(OPENCODE, Layout::Values, &[("share/opencode/auth.json", User)]).servers(NONE),
    Format::json(
        GEMINI,
        Layout::Values,
        &[(".gemini/oauth_creds.json", User), (".gemini/mcp-oauth-tokens.json", User)],
    )
    .servers(NONE),
    Format::markdown(CLINE, Layout::HookScript, &[(".clinerules/hooks/*", Project)]).servers(NONE),
    Format::json("Junie", Layout::JunieAllowlist, &[(".junie/allowlist.json", Project)])
        .servers(NONE),
    Format::json("CrewAI", Layout::Crew, &[("crew.jsonc", Project), ("crew.json", Project)])
        .needs(&["agents"])
        .servers(NONE),
    Format::json("Microsoft 365", Layout::TeamsApp, &[("manifest.json", Project)])
        .needs(&["manifestVersion", "developer"])
        .servers(NONE),
    Format::json(CLAUDE_DESKTOP, Layout::Values, &[("Claude-3p/configLibrary/*.json", User)])
        .servers(NONE),
    // Codex' other files.
    Format::toml(CODEX, Layout::CodexEnvironment, &[(".codex/environments/*.toml", Project)])
        .servers(NONE),
    Format::yaml(CODEX, Layout::SkillMetadata, &[("agents/openai.yaml", Project)]).servers(NONE),
    Format::toml(CODEX, Layout::CodexRequirements, &[("codex/requirements.toml", Managed)])
        .servers(NONE),
    Format::markdown(
        CODEX,
        Layout::CodexRules,
        &[
            (".codex/rules/*.rules", Project),
            ("codex/rules/*.rules", Managed),
            ("*.codexpolicy", Project),
        ],
    )
    .servers(NONE),
    // Gemini's policies of a workspace or skill, and its relatives.
    Format::toml(
        GEMINI,
        Layout::GeminiPolicy,
        &[(".gemini/skills/**/*.toml", Project), (".gemini/extensions/*/policies/*.toml", Plugin)],
    )
    .words(&["[[rule]]", "toolName", "decision"])
    .servers(NONE),
    Format::json(
        ANTIGRAVITY,
        Layout::Antigravity,
        &[(".gemini/config/settings.json", User), (".gemini/antigravity/settings.json", User)],
    )
    .servers(NONE),
    Format::json(ANTIGRAVITY, Layout::Hooks, &[(".gemini/config/hooks.json", User)]).servers(NONE),
    // Kiro.
    Format::yaml(
        KIRO,
        Layout::KiroPermissions,
        &[
            ("workspace-roots/*/permissions.yaml", User),
            (".kiro/settings/permissions.yaml", Project),
        ],
    )
    .servers(NONE),
    Format::json(KIRO, Layout::Servers, &[(".kiro/powers/*/mcp.json", Project)])
        .strict()
        .expands(Expands::KIRO),
    Format::markdown(KIRO, Layout::Instructions, &[("POWER.md", Project)]),
    // Continue.
    Format::yaml(CONTINUE, Layout::ContinuePermissions, &[(".continue/permissions.yaml", User)])
        .servers(NONE),
    Format::json(CONTINUE, Layout::Continue, &[(".continue/config.json", User)])
        .servers(&[&["mcpServers"], &["experimental", "modelContextProtocolServers"]])
        .expands(Expands::CONTINUE),
    Format::yaml(
        CONTINUE,
        Layout::Continue,
        &[(".continue/agents/*.yaml", Project), (".continue/assistants/*.yaml", Project)],
    )
    .expands(Expands::CONTINUE),
    // Roo, Kilo, Cline and Windsurf.
    Format::yaml(ROO, Layout::RooModes, &[(".roomodes", Project), ("custom_modes.yaml", User)])
        .servers(NONE),
    Format::yaml(KILO, Layout::RooModes, &[(".kilocodemodes", Project)]).servers(NONE),
    Format::json(
        ROO,
        Layout::RooExport,
        &[("roo-code-settings.json", User), ("*roo*settings*.json", Project)],
    )
    .needs(&["globalSettings"])
    .servers(&[&["mcpServers"]]),
    Format::json(
        KILO,
        Layout::OpenCode,
        &[
            (".kilo/kilo.json", Project),
            (".kilo/kilo.jsonc", Project),
            (".config/kilo/kilo.jsonc", User),
        ],
    )
    .servers(&[&["mcp", "servers"], &["mcp"]])
    .expands(Expands::OPENCODE),
    Format::json(CLINE, Layout::Continue, &[(".cline/data/settings/providers.json", User)])
        .servers(NONE),
    Format::markdown(CLINE, Layout::Instructions, &[(".cline/rules/**/*.md", Project)]),
    Format::json(
        WINDSURF,
        Layout::Hooks,
        &[
            (".codeium/windsurf/hooks.json", User),
            ("windsurf/hooks.json", Managed),
            ("devin/hooks.json", Managed),
        ],
    )
    .servers(NONE)
    .expands(Expands::SHELL),
    // Copilot's and Cursor's other files.
    Format::json(COPILOT, Layout::CopilotGrants, &[(".copilot/permissions-config.json", User)])
        .servers(NONE),
    Format::json(
        CURSOR,
        Layout::Hooks,
        &[("Cursor/hooks.json", Managed), ("cursor/hooks.json", Managed)],
    )
    .servers(NONE)
    .expands(Expands::SHELL),
    // OpenCode and Crush.
    Format::json(
        OPENCODE,
        Layout::OpenCode,
        &[(".opencode/opencode.json", Project), (".opencode/opencode.jsonc", Project)],
    )
    .servers(&[&["mcp", "servers"], &["mcp"]])
    .expands(Expands::OPENCODE),
    Format::markdown(CRUSH, Layout::CrushScript, &[("crushrc", Project), (".crushrc", Project)])
        .servers(NONE)
        .expands(Expands::CRUSH),
    // Single files of other clients.
    Format::json(
        "Factory",
        Layout::Droid,
        &[(".factory/settings.json", Project), (".factory/settings.local.json", Local)],
    )
    .servers(NONE),
    Format::markdown("Factory", Layout::AgentDocument, &[(".factory/droids/*.md", Project)]),
    Format::json("Augment", Layout::Augment, &[(".augment/settings.json", Project)]),
    Format::yaml("Rovo Dev", Layout::Rovo, &[(".rovodev/config.yml", User)]).servers(NONE),
    Format::yaml("Aider", Layout::Aider, &[(".aider.conf.yml", Project)]).servers(NONE),
    Format::json(
        "OpenClaw",
        Layout::OpenClaw,
        &[(".openclaw/openclaw.json", User), ("openclaw.json", Project)],
    )
    .servers(&[&["mcpServers"], &["mcp", "servers"]])
    .expands(Expands::OPENCLAW),
    Format::yaml("Aider", Layout::Values, &[(".aider.model.settings.yml", Project)]).servers(NONE),
    Format::json(KIRO, Layout::Values, &[(".kiro/settings/cli.json", Project)]).servers(NONE),
    Format::json("Letta", Layout::Letta, &[("*.af", Project)]).servers(NONE),
    Format::yaml("Rasa", Layout::Values, &[("endpoints.yml", Project)])
        .needs(&["action_endpoint"])
        .servers(NONE),
    Format::json("Pi", Layout::Continue, &[(".pi/agent/*.json", User)]),
    Format::toml("Mistral Vibe", Layout::Hooks, &[(".vibe/hooks.toml", Project)]).servers(NONE),
    Format::json("Jan", Layout::Servers, &[("jan/mcp_config.json", User)]),
    Format::json("Void", Layout::Servers, &[(".void-editor/mcp.json", User)]),
    Format::json("BoltAI", Layout::Servers, &[(".boltai/mcp.json", User)]),
    Format::json("Junie", Layout::Servers, &[(".junie/mcp.json", Project)]),
    Format::yaml(
        "mcp-agent",
        Layout::Continue,
        &[("mcp_agent.config.yaml", Project), ("mcp_agent.secrets.yaml", Local)],
    )
    .servers(&[&["mcp", "servers"]]),
    Format::yaml(
        "fast-agent",
        Layout::Continue,
        &[("fastagent.config.yaml", Project), ("fastagent.secrets.yaml", Local)],
    )
    .servers(&[&["mcp", "servers"]]),
    Format::json("FastMCP", Layout::Servers, &[("fastmcp.json", Project)]),
    Format::json("mcpo", Layout::Servers, &[("mcpo.json", Project), ("mcpo/config.json", Project)]),
    // Registries, bundles and catalogues.
    Format::json("MCP registry", Layout::RegistryEntry, &[("server.json", Project)])
        .words(&["modelcontextprotocol.io"])
        .servers(NONE),
    Format::json("MCP registry", Layout::RegistryEntry, &[("server.json", Project)])
        .needs(&["name", "packages", "version_detail"])
        .servers(NONE),
    Format::json("MCP bundle", Layout::Bundle, &[("manifest.json", Project)])
        .needs(&["server", "name"])
        .words(&["mcp_config"])
        .servers(NONE)
        .expands(Expands::CLAUDE),
    Format::json("MCP bundle", Layout::Bundle, &[("manifest.json", Project)])
        .needs(&["manifest_version", "server", "name"])
        .words(&["entry_point"])
        .servers(NONE)
        .expands(Expands::CLAUDE),
    Format::json(
        "MCP server card",
        Layout::ServerCard,
        &[(".well-known/mcp.json", Project), (".well-known/mcp/server-card.json", Project)],
    )
    .servers(NONE),
    Format::yaml("Smithery", Layout::Smithery, &[("smithery.yaml", Project)]).servers(NONE),
    Format::yaml(
        "Docker MCP gateway",
        Layout::DockerCatalog,
        &[
            (".docker/mcp/catalogs/*.yaml", User),
            ("catalogs/*.yaml", Project),
            ("*catalog*.yaml", Project),
        ],
    )
    .needs(&["registry"])
    .words(&["type: server", "image:"])
    .servers(NONE),
    Format::yaml(
        "Docker MCP gateway",
        Layout::DockerCatalog,
        &[("servers/*/server.yaml", Project)],
    )
    .needs(&["name", "type", "about"])
    .servers(NONE),
    Format::yaml("Docker MCP gateway", Layout::Values, &[(".docker/mcp/config.yaml", User)])
        .servers(NONE),
    // Gateways.
    Format::yaml(
        "LibreChat",
        Layout::LibreChat,
        &[("librechat.yaml", Project), ("librechat.yml", Project)],
    )
    .expands(Expands::LIBRECHAT),
    // Frameworks.
    Format::json(
        "LangGraph",
        Layout::LangGraph,
        &[("langgraph.json", Project), ("langgraph.*.json", Project)],
    )
    .servers(NONE),
    Format::yaml("CrewAI", Layout::Crew, &[("agents.yaml", Project), ("agents.yml", Project)])
        .words(&["role:", "goal:", "backstory:"])
        .servers(NONE),
    Format::json(
        "AutoGen",
        Layout::ModelList,
        &[
            ("OAI_CONFIG_LIST", Project),
            ("OAI_CONFIG_LIST.json", Project),
            ("OAI_CONFIG_LIST_*", Project),
        ],
    )
    .servers(NONE),
    Format::yaml("ADK", Layout::Adk, &[("root_agent.yaml", Project)]).servers(NONE),
    Format::json(
        "Copilot Studio",
        Layout::ApiPlugin,
        &[("ai-plugin*.json", Project), ("*plugin.json", Project)],
    )
    .needs(&["schema_version", "runtimes"])
    .servers(NONE),
    Format::json(
        "Copilot Studio",
        Layout::DeclarativeAgent,
        &[("declarativeAgent*.json", Project), ("declarative-agent*.json", Project)],
    )
    .needs(&["name", "instructions"])
    .servers(NONE),
    Format::yaml(
        "Semantic Kernel",
        Layout::PromptTemplate,
        &[("*.prompt.yaml", Project), ("*.prompt.yml", Project)],
    )
    .servers(NONE),
    // Files of variables; what nothing names is dropped when files are joined.
    Format {
        language: syntax::Language::Dotenv,
        ..Format::json(
            ANY_CLIENT,
            Layout::Variables,
            &[(".env", Local), (".env.*", Local), ("*.env", Local)],
        )
    }
    .servers(NONE)
    .expands(Expands::SHELL),
];

/// Formats that keys at the top level and words tell, whatever the file is called.
pub(crate) static BY_CONTENT: &[Format] = &[
    Format::yaml("LiteLLM", Layout::LiteLlm, &[])
        .needs(&["model_list"])
        .words(&["litellm_params"])
        .servers(&[&["mcp_servers"]])
        .expands(Expands::NOTHING),
    Format::yaml(DOCKER_AGENT, Layout::DockerAgent, &[])
        .needs(&["agents"])
        .words(&["instruction:", "model:", "toolsets:"])
        .servers(NONE),
    Format::yaml("ADK", Layout::Adk, &[]).needs(&["agent_class", "name"]).servers(NONE),
    Format::yaml("Foundry", Layout::Foundry, &[])
        .needs(&["kind", "name", "instructions"])
        .words(&["kind: Prompt"])
        .servers(NONE),
    Format::yaml("Foundry", Layout::HostedAgent, &[])
        .needs(&["protocols", "kind", "name"])
        .words(&["kind: hosted"])
        .servers(NONE),
    Format::yaml("Semantic Kernel", Layout::Foundry, &[])
        .needs(&["instructions", "type", "name"])
        .words(&["_agent"])
        .servers(NONE),
    Format::json("Anthropic managed agent", Layout::Foundry, &[])
        .needs(&["tools", "mcp_servers"])
        .words(&["mcp_toolset"])
        .servers(&[&["mcp_servers"]]),
    Format::json("OpenAI", Layout::Foundry, &[])
        .needs(&["model", "tools"])
        .words(&["server_label"])
        .servers(NONE),
    Format::yaml(CONTINUE, Layout::Continue, &[])
        .needs(&["schema", "name", "version", "models"])
        .words(&["schema: v1"])
        .expands(Expands::CONTINUE),
    Format::yaml("agentgateway", Layout::AgentGateway, &[])
        .needs(&["binds"])
        .words(&["listeners:", "routes:"])
        .servers(NONE)
        .expands(Expands::SHELL),
    Format::yaml("ToolHive", Layout::VirtualServer, &[])
        .needs(&["incomingAuth", "outgoingAuth", "groupRef"])
        .servers(NONE),
    Format::yaml("Dify", Layout::Dify, &[])
        .needs(&["kind", "app", "version"])
        .words(&["kind: app"])
        .servers(NONE),
    Format::yaml(GOOSE, Layout::GooseRecipe, &[])
        .needs(&["title", "description", "instructions", "extensions"])
        .servers(&[&["extensions"]]),
    Format::yaml(GOOSE, Layout::GooseRecipe, &[])
        .needs(&["version", "title", "description", "prompt"])
        .servers(&[&["extensions"]]),
    Format::yaml(GOOSE, Layout::GooseRecipe, &[])
        .needs(&["version", "title", "description", "instructions"])
        .servers(&[&["extensions"]]),
    Format::json("n8n", Layout::N8n, &[])
        .needs(&["nodes", "connections"])
        .words(&["n8n-nodes"])
        .servers(NONE),
    Format::json("Flowise", Layout::Flowise, &[])
        .needs(&["nodes", "edges"])
        .words(&["inputParams"])
        .servers(NONE),
    Format::json("Langflow", Layout::Langflow, &[])
        .needs(&["data"])
        .words(&["load_from_db"])
        .servers(NONE),
    Format::json("AutoGen", Layout::Component, &[])
        .needs(&["provider", "component_type"])
        .servers(NONE),
];
