//! The layouts of files that are told apart: one row of the client table names one of them.

/// How a file is laid out, beyond its tool servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layout {
    /// Tool servers and nothing else that matters.
    Servers,
    /// Claude Code's `settings.json`.
    ClaudeSettings,
    /// VS Code's `mcp.json`: servers and inputs.
    VsCodeServers,
    /// VS Code's settings, flat dotted keys.
    VsCodeSettings,
    /// VS Code's `tasks.json`.
    VsCodeTasks,
    /// Copilot's settings.
    CopilotSettings,
    /// Cursor's command line configuration.
    CursorCli,
    /// Cursor's `permissions.json`.
    CursorPermissions,
    /// Cursor's `sandbox.json`.
    CursorSandbox,
    /// Cursor's `environment.json`.
    CursorEnvironment,
    /// Cline's `global-settings.json`.
    ClineSettings,
    /// Zed's settings.
    Zed,
    /// Gemini's and Qwen's settings.
    Gemini,
    /// A Gemini policy file.
    GeminiPolicy,
    /// Codex' `config.toml`.
    Codex,
    /// A Codex role file.
    CodexAgent,
    /// OpenCode's and the new Kilo's file.
    OpenCode,
    /// Crush's file.
    Crush,
    /// An agent of Amazon Q or Kiro.
    QAgent,
    /// Amp's settings, flat dotted keys.
    Amp,
    /// Continue's file.
    Continue,
    /// A file of hooks.
    Hooks,
    /// A plugin's or extension's manifest.
    Manifest,
    /// An A2A agent card.
    AgentCard,
    /// A Markdown document that declares an agent in its front matter.
    AgentDocument,
    /// A Markdown document that declares a command or skill.
    CommandDocument,
    /// Text that a model reads.
    Instructions,
    /// A TOML file with a prompt.
    TomlPrompt,
    /// Goose's `config.yaml`.
    Goose,
    /// Goose's saved permissions.
    GoosePermissions,
    /// A Goose recipe.
    GooseRecipe,
    /// A list of plugins and where they come from.
    Marketplace,
    /// Codex' `requirements.toml`.
    CodexRequirements,
    /// Codex' rule files, in Starlark.
    CodexRules,
    /// Kiro's `permissions.yaml`.
    KiroPermissions,
    /// Continue's `permissions.yaml`.
    ContinuePermissions,
    /// Roo's and Kilo's modes.
    RooModes,
    /// Settings that Roo exports.
    RooExport,
    /// Factory's settings.
    Droid,
    /// Augment's settings.
    Augment,
    /// Antigravity's settings.
    Antigravity,
    /// Copilot's saved grants.
    CopilotGrants,
    /// Rovo Dev's settings.
    Rovo,
    /// Aider's settings.
    Aider,
    /// OpenClaw's settings.
    OpenClaw,
    /// Crush's script.
    CrushScript,
    /// A file of variables.
    Variables,
    /// An entry of the MCP registry.
    RegistryEntry,
    /// The manifest of a bundle.
    Bundle,
    /// Smithery's file.
    Smithery,
    /// Docker's catalogue of tool servers, or one entry of it.
    DockerCatalog,
    /// LiteLLM's proxy.
    LiteLlm,
    /// LibreChat.
    LibreChat,
    /// LangGraph's deployment.
    LangGraph,
    /// CrewAI's agents.
    Crew,
    /// A list of models with their keys.
    ModelList,
    /// A component of AutoGen.
    Component,
    /// An agent of ADK.
    Adk,
    /// Docker Agent.
    DockerAgent,
    /// An agent that Foundry or the Agent Framework hosts.
    Foundry,
    /// A script that runs on an event, called like the event.
    HookScript,
    /// Preferences that an organisation hands out.
    Preferences,
    /// Junie's list of what needs no approval.
    JunieAllowlist,
    /// The manifest of an app for Teams and Microsoft 365.
    TeamsApp,
    /// A container that Foundry runs as an agent.
    HostedAgent,
    /// A tool server's card.
    ServerCard,
    /// agentgateway's own file.
    AgentGateway,
    /// ToolHive's virtual server.
    VirtualServer,
    /// Letta's agent file.
    Letta,
    /// A prompt with the model that gets it.
    PromptTemplate,
    /// Codex' metadata of a skill.
    SkillMetadata,
    /// Microsoft 365's declarative agent.
    DeclarativeAgent,
    /// Codex' environments.
    CodexEnvironment,
    /// Programs that a plugin starts.
    PluginPrograms,
    /// Values of which the names say what they are.
    Values,
    /// A manifest of an API plugin.
    ApiPlugin,
    /// A workflow of n8n.
    N8n,
    /// A flow of Flowise.
    Flowise,
    /// A flow of Langflow.
    Langflow,
    /// An application of Dify.
    Dify,
}
