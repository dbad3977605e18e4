//! Which files belong to which client, and how that client reads them: one table.
//!
//! A new client that keeps its servers in a map is one row here. Sources and dates of the
//! facts are in each client's own documentation; the order matters only where two patterns
//! match the same path, and then the first wins.

use model::ConfigScope::{self, Local, Managed, Plugin, Project, User};
use syntax::Language;

use crate::dialect::Expands;
pub(crate) use crate::layout::Layout;

/// A path to a map of tool servers; `*` stands for every key.
pub(crate) type Container = &'static [&'static str];

/// One kind of file of one client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Format {
    /// The client, as people call it.
    pub(crate) client: &'static str,
    /// What else is in the file.
    pub(crate) layout: Layout,
    /// Its language.
    pub(crate) language: Language,
    /// The client refuses comments and trailing commas.
    pub(crate) strict: bool,
    /// The client needs `type` beside `url`, or else takes the server for a local one.
    pub(crate) url_needs_type: bool,
    /// Where tool servers stand.
    pub(crate) servers: &'static [Container],
    /// Which references are replaced.
    pub(crate) expands: Expands,
    /// Keys that a file must have at its top level, because others use its name too.
    pub(crate) needs: &'static [&'static str],
    /// Words that must stand somewhere in the text.
    pub(crate) words: &'static [&'static str],
    /// The paths, with the layer that each belongs to.
    pub(crate) files: &'static [(&'static str, ConfigScope)],
}

const MCP_SERVERS: &[Container] = &[&["mcpServers"]];
pub(crate) const NONE: &[Container] = &[];

impl Format {
    pub(crate) const fn json(
        client: &'static str,
        layout: Layout,
        files: &'static [(&'static str, ConfigScope)],
    ) -> Self {
        Self {
            client,
            layout,
            language: Language::Json,
            strict: false,
            url_needs_type: false,
            servers: MCP_SERVERS,
            expands: Expands::UNKNOWN,
            needs: &[],
            words: &[],
            files,
        }
    }

    pub(crate) const fn toml(
        client: &'static str,
        layout: Layout,
        files: &'static [(&'static str, ConfigScope)],
    ) -> Self {
        Self { language: Language::Toml, ..Self::json(client, layout, files) }
    }

    pub(crate) const fn markdown(
        client: &'static str,
        layout: Layout,
        files: &'static [(&'static str, ConfigScope)],
    ) -> Self {
        Self {
            language: Language::Markdown,
            servers: &[&["mcpServers"], &["mcp-servers"]],
            ..Self::json(client, layout, files)
        }
    }

    pub(crate) const fn yaml(
        client: &'static str,
        layout: Layout,
        files: &'static [(&'static str, ConfigScope)],
    ) -> Self {
        Self { language: Language::Yaml, ..Self::json(client, layout, files) }
    }

    pub(crate) const fn property_list(
        client: &'static str,
        layout: Layout,
        files: &'static [(&'static str, ConfigScope)],
    ) -> Self {
        Self { language: Language::PropertyList, ..Self::json(client, layout, files) }
    }

    /// The same for files that have these keys at their top level.
    pub(crate) const fn needs(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    /// The same for files in which these words stand.
    pub(crate) const fn words(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    pub(crate) const fn servers(self, servers: &'static [Container]) -> Self {
        Self { servers, ..self }
    }

    pub(crate) const fn expands(self, expands: Expands) -> Self {
        Self { expands, ..self }
    }

    pub(crate) const fn strict(self) -> Self {
        Self { strict: true, ..self }
    }

    const fn url_needs_type(self) -> Self {
        Self { url_needs_type: true, ..self }
    }
}

pub(crate) const CLAUDE_CODE: &str = "Claude Code";
pub(crate) const CLAUDE_DESKTOP: &str = "Claude Desktop";
pub(crate) const VS_CODE: &str = "VS Code";
pub(crate) const COPILOT: &str = "GitHub Copilot";
pub(crate) const CURSOR: &str = "Cursor";
pub(crate) const WINDSURF: &str = "Windsurf";
pub(crate) const CLINE: &str = "Cline";
pub(crate) const ROO: &str = "Roo Code";
pub(crate) const KILO: &str = "Kilo Code";
pub(crate) const ZED: &str = "Zed";
pub(crate) const GEMINI: &str = "Gemini CLI";
pub(crate) const QWEN: &str = "Qwen Code";
pub(crate) const ANTIGRAVITY: &str = "Antigravity";
pub(crate) const CODEX: &str = "Codex";
pub(crate) const OPENCODE: &str = "OpenCode";
pub(crate) const CRUSH: &str = "Crush";
pub(crate) const AMAZON_Q: &str = "Amazon Q";
pub(crate) const KIRO: &str = "Kiro";
pub(crate) const AMP: &str = "Amp";
pub(crate) const CONTINUE: &str = "Continue";
/// A file that several clients read, or of which only the shape is known.
pub(crate) const ANY_CLIENT: &str = "MCP client";

/// Every format that is recognised by path.
static FORMATS: &[Format] = &[
    // Amp.
    Format::json(
        AMP,
        Layout::Amp,
        &[
            (".config/amp/settings.json", User),
            (".amp/settings.json", Project),
            ("ampcode/managed-settings.json", Managed),
        ],
    )
    .servers(&[&["amp.mcpServers"]]),
    // Its shape is Claude Code's file name only.
    Format::json(KIRO, Layout::Servers, &[("kiro/managed-settings.json", Managed)]).strict(),
    // Claude.
    Format::json(
        CLAUDE_CODE,
        Layout::ClaudeSettings,
        &[
            (".claude/settings.json", Project),
            (".claude/settings.local.json", Local),
            ("managed-settings.json", Managed),
            ("managed-settings.d/*.json", Managed),
        ],
    )
    .strict()
    .servers(NONE)
    .expands(Expands::SHELL),
    Format::json(
        CLAUDE_CODE,
        Layout::Servers,
        &[(".mcp.json", Project), ("managed-mcp.json", Managed)],
    )
    .url_needs_type()
    .expands(Expands::CLAUDE),
    Format::json(CLAUDE_CODE, Layout::Servers, &[(".claude.json", User)])
        .servers(&[&["mcpServers"], &["projects", "*", "mcpServers"]])
        .expands(Expands::CLAUDE),
    Format::markdown(CLAUDE_CODE, Layout::AgentDocument, &[(".claude/agents/**/*.md", Project)])
        .expands(Expands::CLAUDE),
    Format::markdown(
        CLAUDE_CODE,
        Layout::CommandDocument,
        &[(".claude/commands/**/*.md", Project), ("SKILL.md", Project)],
    ),
    Format::markdown(
        CLAUDE_CODE,
        Layout::Instructions,
        &[("CLAUDE.md", Project), ("CLAUDE.local.md", Local), (".claude/rules/**/*.md", Project)],
    ),
    Format::json(CLAUDE_CODE, Layout::Manifest, &[(".claude-plugin/plugin.json", Plugin)])
        .expands(Expands::CLAUDE),
    Format::json(CLAUDE_CODE, Layout::Hooks, &[("hooks/hooks.json", Plugin)])
        .servers(NONE)
        .expands(Expands::SHELL),
    Format::json(CLAUDE_DESKTOP, Layout::Servers, &[("claude_desktop_config.json", User)])
        .expands(Expands::NOTHING),
    // VS Code and Copilot.
    Format::json(
        VS_CODE,
        Layout::VsCodeServers,
        &[(".vscode/mcp.json", Project), ("Code/User/mcp.json", User)],
    )
    .servers(&[&["servers"]])
    .expands(Expands::VSCODE),
    Format::json(
        VS_CODE,
        Layout::VsCodeSettings,
        &[
            (".vscode/settings.json", Project),
            ("Code/User/settings.json", User),
            ("*.code-workspace", Project),
            (".devcontainer/devcontainer.json", Project),
            (".devcontainer/*/devcontainer.json", Project),
            (".devcontainer.json", Project),
        ],
    )
    .servers(&[
        &["mcp", "servers"],
        &["settings", "mcp", "servers"],
        &["customizations", "vscode", "mcp", "servers"],
        &["customizations", "vscode", "settings", "mcp", "servers"],
    ])
    .expands(Expands::VSCODE),
    Format::json(VS_CODE, Layout::VsCodeTasks, &[(".vscode/tasks.json", Project)])
        .servers(NONE)
        .expands(Expands::VSCODE),
    Format::json(
        COPILOT,
        Layout::Servers,
        &[(".github/mcp.json", Project), (".copilot/mcp-config.json", User)],
    )
    .expands(Expands::COPILOT),
    Format::json(
        COPILOT,
        Layout::CopilotSettings,
        &[
            (".github/copilot/settings.json", Project),
            (".github/copilot/settings.local.json", Local),
            (".copilot/settings.json", User),
            (".copilot/config.json", User),
        ],
    )
    .expands(Expands::COPILOT),
    Format::json(COPILOT, Layout::Hooks, &[(".github/hooks/*.json", Project)])
        .servers(NONE)
        .expands(Expands::SHELL),
    Format::markdown(
        COPILOT,
        Layout::AgentDocument,
        &[(".github/agents/*.md", Project), ("*.agent.md", Project), ("*.chatmode.md", Project)],
    )
    .expands(Expands::COPILOT),
    Format::markdown(COPILOT, Layout::CommandDocument, &[("*.prompt.md", Project)]),
    Format::markdown(
        COPILOT,
        Layout::Instructions,
        &[("copilot-instructions.md", Project), ("*.instructions.md", Project)],
    ),
    // Cursor.
    Format::json(CURSOR, Layout::Servers, &[(".cursor/mcp.json", Project)])
        .expands(Expands::CURSOR),
    Format::json(
        CURSOR,
        Layout::CursorCli,
        &[(".cursor/cli.json", Project), (".cursor/cli-config.json", User)],
    )
    .strict(),
    Format::json(CURSOR, Layout::CursorPermissions, &[(".cursor/permissions.json", Project)]),
    Format::json(CURSOR, Layout::CursorSandbox, &[(".cursor/sandbox.json", Project)]),
    Format::json(CURSOR, Layout::CursorEnvironment, &[(".cursor/environment.json", Project)]),
    Format::json(CONTINUE, Layout::CursorEnvironment, &[(".continue/environment.json", Project)])
        .servers(NONE),
    Format::json(CURSOR, Layout::Hooks, &[(".cursor/hooks.json", Project)])
        .servers(NONE)
        .expands(Expands::SHELL),
    Format::json(CURSOR, Layout::Manifest, &[(".cursor-plugin/plugin.json", Plugin)])
        .expands(Expands::CURSOR),
    Format::markdown(CURSOR, Layout::AgentDocument, &[(".cursor/agents/*.md", Project)])
        .expands(Expands::CURSOR),
    Format::markdown(CURSOR, Layout::CommandDocument, &[(".cursor/commands/*.md", Project)]),
    Format::markdown(
        CURSOR,
        Layout::Instructions,
        &[
            (".cursor/rules/**/*.mdc", Project),
            (".cursor/rules/**/*.md", Project),
            (".cursorrules", Project),
        ],
    ),
    // Windsurf, Cline, Roo, Kilo.
    Format::json(
        WINDSURF,
        Layout::Servers,
        &[(".codeium/windsurf/mcp_config.json", User), (".codeium/mcp_config.json", User)],
    )
    .expands(Expands::ENV_COLON),
    Format::json(
        WINDSURF,
        Layout::Hooks,
        &[(".windsurf/hooks.json", Project), (".devin/hooks.json", Project)],
    )
    .servers(NONE)
    .expands(Expands::SHELL),
    Format::markdown(
        WINDSURF,
        Layout::Instructions,
        &[
            (".windsurf/rules/**/*.md", Project),
            (".devin/rules/**/*.md", Project),
            (".windsurfrules", Project),
        ],
    ),
    Format::json(
        CLINE,
        Layout::Servers,
        &[("cline_mcp_settings.json", User), (".cline/mcp.json", User)],
    )
    .expands(Expands::ENV_COLON),
    Format::json(
        CLINE,
        Layout::ClineSettings,
        &[(".cline/data/settings/global-settings.json", User)],
    ),
    Format::markdown(
        CLINE,
        Layout::Instructions,
        &[(".clinerules/**/*.md", Project), (".clinerules", Project)],
    ),
    Format::json(ROO, Layout::Servers, &[(".roo/mcp.json", Project), ("mcp_settings.json", User)])
        .url_needs_type()
        .expands(Expands::ENV_COLON),
    Format::markdown(ROO, Layout::Instructions, &[(".roo/rules/**/*.md", Project)]),
    Format::json(KILO, Layout::Servers, &[(".kilocode/mcp.json", Project)])
        .expands(Expands::ENV_COLON),
    Format::json(
        KILO,
        Layout::OpenCode,
        &[("kilo.json", Project), ("kilo.jsonc", Project), (".config/kilo/kilo.json", User)],
    )
    .servers(&[&["mcp", "servers"], &["mcp"]])
    .expands(Expands::OPENCODE),
    // Editors.
    Format::json(
        ZED,
        Layout::Zed,
        &[
            (".config/zed/settings.json", User),
            ("Zed/settings.json", User),
            (".zed/settings.json", Project),
        ],
    )
    .servers(&[&["context_servers"]])
    .expands(Expands::NOTHING),
    Format::json("Junie", Layout::Servers, &[(".junie/mcp/mcp.json", Project)]),
    Format::json("JetBrains Air", Layout::Servers, &[(".air/mcp.json", Project)]),
    // Gemini and its relatives.
    Format::json(
        GEMINI,
        Layout::Gemini,
        &[
            (".gemini/settings.json", Project),
            ("gemini-cli/settings.json", Managed),
            // Every other layer wins against it, so it says as little as a person's own.
            ("gemini-cli/system-defaults.json", User),
        ],
    )
    .expands(Expands::GEMINI),
    Format::json(GEMINI, Layout::Manifest, &[("gemini-extension.json", Plugin)])
        .expands(Expands::GEMINI),
    Format::toml(
        GEMINI,
        Layout::GeminiPolicy,
        &[(".gemini/policies/*.toml", User), ("gemini-cli/policies/*.toml", Managed)],
    )
    .servers(NONE),
    Format::toml(GEMINI, Layout::TomlPrompt, &[(".gemini/commands/**/*.toml", Project)])
        .servers(NONE),
    Format::markdown(GEMINI, Layout::AgentDocument, &[(".gemini/agents/*.md", Project)])
        .expands(Expands::GEMINI),
    Format::markdown(GEMINI, Layout::Instructions, &[("GEMINI.md", Project)]),
    Format::json(QWEN, Layout::Gemini, &[(".qwen/settings.json", Project)])
        .expands(Expands::GEMINI),
    Format::json(
        ANTIGRAVITY,
        Layout::Servers,
        &[(".gemini/antigravity/mcp_config.json", User), (".gemini/config/mcp_config.json", User)],
    ),
    // Codex.
    Format::toml(
        CODEX,
        Layout::Codex,
        &[
            (".codex/config.toml", Project),
            (".codex/*.config.toml", User),
            // The system's file is the weakest of all; only `managed_config.toml` is the strongest.
            ("codex/config.toml", User),
            ("codex/managed_config.toml", Managed),
        ],
    )
    .servers(&[&["mcp_servers"]])
    .expands(Expands::NOTHING),
    Format::toml(CODEX, Layout::CodexAgent, &[(".codex/agents/*.toml", Project)])
        .servers(&[&["mcp_servers"]])
        .expands(Expands::NOTHING),
    Format::json(CODEX, Layout::Hooks, &[(".codex/hooks.json", Project)])
        .servers(NONE)
        .expands(Expands::SHELL),
    Format::json(CODEX, Layout::Manifest, &[(".codex-plugin/plugin.json", Plugin)]),
    Format::markdown(
        ANY_CLIENT,
        Layout::Instructions,
        &[("AGENTS.md", Project), ("AGENT.md", Project)],
    ),
    // OpenCode and Crush.
    Format::json(
        OPENCODE,
        Layout::OpenCode,
        &[
            (".config/opencode/opencode.json", User),
            (".config/opencode/opencode.jsonc", User),
            ("etc/opencode/opencode.json", Managed),
            ("Application Support/opencode/opencode.json", Managed),
            ("opencode.json", Project),
            ("opencode.jsonc", Project),
        ],
    )
    .servers(&[&["mcp", "servers"], &["mcp"]])
    .expands(Expands::OPENCODE),
    Format::json(OPENCODE, Layout::Continue, &[(".opencode.json", Project)]),
    Format::markdown(
        OPENCODE,
        Layout::AgentDocument,
        &[
            (".opencode/agent/**/*.md", Project),
            (".opencode/agents/**/*.md", Project),
            (".config/opencode/agent/**/*.md", User),
        ],
    )
    .expands(Expands::OPENCODE),
    Format::markdown(
        OPENCODE,
        Layout::CommandDocument,
        &[(".opencode/command/**/*.md", Project), (".opencode/commands/**/*.md", Project)],
    ),
    Format::json(
        CRUSH,
        Layout::Crush,
        &[(".config/crush/crush.json", User), ("crush.json", Project), (".crush.json", Project)],
    )
    .servers(&[&["mcp"]])
    .expands(Expands::CRUSH),
    // Amazon Q and Kiro.
    Format::json(
        AMAZON_Q,
        Layout::Servers,
        &[(".aws/amazonq/mcp.json", User), (".amazonq/mcp.json", Project)],
    ),
    Format::json(
        AMAZON_Q,
        Layout::QAgent,
        &[
            (".aws/amazonq/cli-agents/*.json", User),
            (".aws/amazonq/agents/*.json", User),
            (".amazonq/cli-agents/*.json", Project),
            (".amazonq/default.json", Project),
        ],
    )
    .strict(),
    Format::json(KIRO, Layout::Servers, &[(".kiro/settings/mcp.json", Project)])
        .strict()
        .expands(Expands::KIRO),
    Format::json(KIRO, Layout::QAgent, &[(".kiro/agents/*.json", Project)])
        .strict()
        .expands(Expands::KIRO),
    Format::markdown(KIRO, Layout::AgentDocument, &[(".kiro/agents/*.md", Project)])
        .expands(Expands::KIRO),
    Format::json(
        KIRO,
        Layout::Hooks,
        &[(".kiro/hooks/*.kiro.hook", Project), (".kiro/hooks/*.json", Project)],
    )
    .servers(NONE)
    .expands(Expands::SHELL),
    Format::markdown(KIRO, Layout::Instructions, &[(".kiro/steering/**/*.md", Project)]),
    // Continue.
    Format::json(CONTINUE, Layout::Continue, &[(".continue/mcpServers/*.json", Project)])
        .expands(Expands::CONTINUE),
    Format::yaml(
        CONTINUE,
        Layout::Continue,
        &[
            (".continue/mcpServers/*.yaml", Project),
            (".continue/mcpServers/*.yml", Project),
            (".continue/models/*.yaml", Project),
            (".continue/config.yaml", Project),
        ],
    )
    .expands(Expands::CONTINUE),
    Format::markdown(CONTINUE, Layout::AgentDocument, &[(".continue/agents/*.md", Project)])
        .expands(Expands::CONTINUE),
    Format::markdown(
        CONTINUE,
        Layout::Instructions,
        &[
            (".continue/rules/**/*.md", Project),
            (".continue/prompts/**/*.md", Project),
            (".continue/checks/**/*.md", Project),
        ],
    ),
    // Clients that keep an `mcpServers` map and of whose other settings nothing is read.
    Format::toml("Grok", Layout::Servers, &[(".grok/config.toml", Project)])
        .servers(&[&["mcp_servers"]]),
    Format::toml("Mistral Vibe", Layout::Servers, &[(".vibe/config.toml", Project)])
        .servers(&[&["mcp_servers"]]),
    Format::json("Factory", Layout::Servers, &[(".factory/mcp.json", Project)]),
    Format::json("Trae", Layout::Servers, &[(".trae/mcp.json", Project)]),
    Format::json("Warp", Layout::Servers, &[(".warp/mcp.json", Project)]),
    Format::json("Rovo Dev", Layout::Servers, &[(".rovodev/mcp.json", User)]),
    Format::json("LM Studio", Layout::Servers, &[(".lmstudio/mcp.json", User)]),
    Format::json("AnythingLLM", Layout::Servers, &[("anythingllm_mcp_servers.json", User)]),
    Format::json("ECA", Layout::Servers, &[(".eca/config.json", Project)]),
    // A2A.
    Format::json(
        "A2A",
        Layout::AgentCard,
        &[
            ("agent-card.json", Project),
            ("agent_card.json", Project),
            ("*.agent-card.json", Project),
            (".well-known/agent.json", Project),
        ],
    )
    .servers(NONE),
];

/// Every format, the more specific ones first.
pub(crate) fn formats() -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().chain(crate::published::PUBLISHED)
}

/// Formats that a file's shape tells when its path does not, by the key at its top level.
pub(crate) static SHAPES: &[(&str, Format)] = &[
    ("mcpServers", Format::json(ANY_CLIENT, Layout::Servers, &[])),
    ("mcp-servers", Format::json(COPILOT, Layout::Servers, &[]).servers(&[&["mcp-servers"]])),
    (
        "servers",
        Format::json(VS_CODE, Layout::VsCodeServers, &[])
            .servers(&[&["servers"]])
            .expands(Expands::VSCODE),
    ),
    ("context_servers", Format::json(ZED, Layout::Zed, &[]).servers(&[&["context_servers"]])),
    ("mcp_servers", Format::json(CODEX, Layout::Servers, &[]).servers(&[&["mcp_servers"]])),
    ("amp.mcpServers", Format::json(AMP, Layout::Amp, &[]).servers(&[&["amp.mcpServers"]])),
    (
        "mcp",
        Format::json(OPENCODE, Layout::OpenCode, &[])
            .servers(&[&["mcp", "servers"], &["mcp"]])
            .expands(Expands::OPENCODE),
    ),
];

/// Agents and commands of a plugin, which lie beside its manifest.
pub(crate) static PLUGIN_AGENT: Format =
    Format::markdown(CLAUDE_CODE, Layout::AgentDocument, &[("agents/*.md", Plugin)])
        .expands(Expands::CLAUDE);

/// See [`PLUGIN_AGENT`].
pub(crate) static PLUGIN_COMMAND: Format =
    Format::markdown(CLAUDE_CODE, Layout::CommandDocument, &[("commands/**/*.md", Plugin)]);
