/// Tool servers: one normal form, launch lines, credentials and references.
const SERVERS: &[Case] = &[
    Case {
        name: "a literal in a header",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"api": {"type": "http", "url": "https://x.example/mcp",
            "headers": {"Authorization": "Bearer TOKEN_VALUE"}}}}"#,
        expected: &[
            "server api Http https://x.example/mcp auth=Credential @api",
            "literal Header mcpServers.api.headers.Authorization @TOKEN_VALUE",
        ],
    },
    Case {
        name: "a token after an option",
        path: ".cursor/mcp.json",
        text: r#"{"mcpServers": {"supabase": {"command": "npx",
            "args": ["-y", "@supabase/mcp-server-supabase@latest", "--access-token", "HEX_VALUE"]}}}"#,
        expected: &[
            "server supabase Stdio @supabase/mcp-server-supabase=Floating WritesDatabase @supabase",
            "literal CommandArgument mcpServers.supabase.args[3] @HEX_VALUE",
        ],
    },
    Case {
        name: "a token behind an option",
        path: ".cursor/mcp.json",
        text: r#"{"mcpServers": {"s": {"command": "npx", "args": ["s@1.2.3", "--api-key=TOKEN_VALUE"]}}}"#,
        expected: &[
            "server s Stdio s=Exact @s",
            "literal CommandArgument mcpServers.s.args[1] @TOKEN_VALUE",
        ],
    },
    Case {
        name: "references that the client replaces",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"a": {"command": "x", "env": {
            "API_TOKEN": "${API_TOKEN}", "OTHER_TOKEN": "${OTHER:-}", "VAULT_TOKEN": "op://v/i/f",
            "HOME": "${HOME}"}}}}"#,
        expected: &[
            "server a Stdio @a",
            "reference expanded=Some(true) Environment mcpServers.a.env.API_TOKEN @${API_TOKEN}",
            "reference expanded=Some(true) Environment mcpServers.a.env.OTHER_TOKEN @${OTHER:-}",
            "reference expanded=None Environment mcpServers.a.env.VAULT_TOKEN @op://v/i/f",
        ],
    },
    Case {
        name: "references of another client",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"a": {"command": "x", "env": {
            "A_TOKEN": "$A_TOKEN", "B_TOKEN": "${env:B_TOKEN}", "C_TOKEN": "{env:C_TOKEN}"}}}}"#,
        expected: &[
            "server a Stdio @a",
            "reference expanded=Some(false) Environment mcpServers.a.env.A_TOKEN @$A_TOKEN",
            "reference expanded=Some(false) Environment mcpServers.a.env.B_TOKEN @${env:B_TOKEN}",
            "reference expanded=Some(false) Environment mcpServers.a.env.C_TOKEN @{env:C_TOKEN}",
        ],
    },
    Case {
        name: "a default that is the secret",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"a": {"command": "x", "env": {"API_TOKEN": "${API_TOKEN:-TOKEN_VALUE}"}}}}"#,
        expected: &[
            "server a Stdio @a",
            "literal Environment mcpServers.a.env.API_TOKEN @TOKEN_VALUE",
        ],
    },
    Case {
        name: "stand-ins are silent",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"a": {"command": "x", "env": {
            "API_TOKEN": "<your-token>", "B_TOKEN": "YOUR_TOKEN_HERE", "C_TOKEN": ""}}}}"#,
        expected: &["server a Stdio @a"],
    },
    Case {
        name: "inputs of VS Code, comments and trailing commas",
        path: ".vscode/mcp.json",
        text: r#"// servers
{
  "inputs": [{"type": "promptString", "id": "pat", "password": true},],
  "servers": {
    "gh": {"type": "http", "url": "https://x.example", "headers": {"Authorization": "Bearer ${input:pat}"}},
    "other": {"command": "x", "env": {"API_KEY": "${input:nowhere}", "B_TOKEN": "${B_TOKEN}"}},
  },
}"#,
        expected: &[
            "server gh Http https://x.example auth=Credential @gh",
            "server other Stdio @other",
            "reference expanded=Some(true) Header servers.gh.headers.Authorization @Bearer ${input:pat}",
            "reference expanded=Some(false) Environment servers.other.env.API_KEY @${input:nowhere}",
            "reference expanded=Some(false) Environment servers.other.env.B_TOKEN @${B_TOKEN}",
        ],
    },
    Case {
        name: "an input with a secret default",
        path: ".vscode/mcp.json",
        text: r#"{"inputs": [{"id": "api-key", "password": true, "default": "TOKEN_VALUE"}], "servers": {}}"#,
        expected: &["literal Other inputs[0].default @TOKEN_VALUE"],
    },
    Case {
        name: "Codex in TOML",
        path: ".codex/config.toml",
        text: r#"
[mcp_servers.gh]
url = "https://x.example/mcp"
bearer_token_env_var = "GH_TOKEN"
[mcp_servers.db]
command = "npx"
args = ["-y", "db-server@2.0.1"]
default_tools_approval_mode = "approve"
[mcp_servers.db.env]
DB_PASSWORD = "PASSWORD_VALUE"
API_TOKEN = "${API_TOKEN}"
"#,
        expected: &[
            "server gh Http https://x.example/mcp auth=Credential @gh",
            "server db Stdio db-server=Exact auto=[\"*\"] @db",
            "reference expanded=Some(true) Header mcp_servers.gh.bearer_token_env_var @GH_TOKEN",
            "literal Environment mcp_servers.db.env.DB_PASSWORD @PASSWORD_VALUE",
            "reference expanded=Some(false) Environment mcp_servers.db.env.API_TOKEN @${API_TOKEN}",
        ],
    },
    Case {
        name: "OpenCode and its own references",
        path: "opencode.jsonc",
        text: r#"{"mcp": {
            "a": {"type": "local", "command": ["npx", "-y", "a@1.0.0"], "environment": {"A_TOKEN": "{env:A_TOKEN}"}},
            "b": {"type": "remote", "url": "https://b.example", "enabled": false},
            "c": {"enabled": false}}}"#,
        expected: &[
            "server a Stdio a=Exact @a",
            "server b Http https://b.example auth=None disabled @b",
            "reference expanded=Some(true) Environment mcp.a.environment.A_TOKEN @{env:A_TOKEN}",
        ],
    },
    Case {
        name: "OpenCode's second schema",
        path: "opencode.json",
        text: r#"{"mcp": {"servers": {"a": {"type": "remote", "url": "https://a.example", "disabled": true}}}}"#,
        expected: &["server a Http https://a.example auth=None disabled @a"],
    },
    Case {
        name: "duplicate keys: both secrets, one server",
        path: ".mcp.json",
        text: r#"{"mcpServers": {
            "a": {"command": "old", "env": {"API_TOKEN": "TOKEN_VALUE"}},
            "a": {"command": "new", "env": {"API_TOKEN": "HEX_VALUE"}}}}"#,
        expected: &[
            "server a Stdio @a",
            "literal Environment mcpServers.a.env.API_TOKEN @TOKEN_VALUE",
            "literal Environment mcpServers.a.env.API_TOKEN @HEX_VALUE",
        ],
    },
    Case {
        name: "docker: values, forwarded names, mounts",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"gh": {"command": "docker", "args": ["run", "-i", "--rm",
            "-e", "GITHUB_TOKEN", "-e", "OTHER_TOKEN=TOKEN_VALUE", "-e", "LOG=debug",
            "-v", "/var/run/docker.sock:/var/run/docker.sock", "--network=host", "--privileged",
            "-v", "~/.aws:/root/.aws:ro", "ghcr.io/x/y:1.2", "--toolsets", "all"]}}}"#,
        expected: &[
            "server gh Stdio ghcr.io/x/y=Tag EngineSocket HostNetwork Privileged CredentialFolder AllTools @gh",
            "literal Environment mcpServers.gh.args[6] @TOKEN_VALUE",
            "reference expanded=Some(true) Environment mcpServers.gh.args[4] @GITHUB_TOKEN",
        ],
    },
    Case {
        name: "an image by digest",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"a": {"command": "docker", "args": ["run", "x@sha256:00ff"]}}}"#,
        expected: &["server a Stdio x=Digest @a"],
    },
    Case {
        name: "wrappers are taken off",
        path: ".mcp.json",
        text: r#"{"mcpServers": {
            "a": {"command": "cmd", "args": ["/c", "npx", "-y", "a@1.0.0"]},
            "b": {"command": "op", "args": ["run", "--env-file", ".env", "--", "uvx", "b==1.0"], "env": {"B_TOKEN": "op://v/i/f"}},
            "c": {"command": "env", "args": ["API_TOKEN=TOKEN_VALUE", "uvx", "--from", "git+https://g.example/c", "c"]},
            "d": {"command": "npx -y d@latest --stdio"},
            "e": {"command": "sh", "args": ["-c", "curl -fsSL https://e.example/i | sh"]},
            "f": {"command": "bash", "args": ["-lc", "cd /srv && PORT=1 npx f"]}}}"#,
        expected: &[
            "server a Stdio a=Exact @a",
            "server b Stdio b=Exact @b",
            "server c Stdio git+https://g.example/c=Floating @c",
            "server d Stdio d=Floating @d",
            "server e Stdio pipes-download @e",
            "server f Stdio f=Floating @f",
            "reference expanded=Some(true) Environment mcpServers.b.env.B_TOKEN @op://v/i/f",
            "literal Environment mcpServers.c.args[0] @TOKEN_VALUE",
        ],
    },
    Case {
        name: "a bridge is the remote server",
        path: "claude_desktop_config.json",
        text: r#"{"mcpServers": {
            "a": {"command": "npx", "args": ["-y", "mcp-remote", "https://a.example/sse", "--header", "Authorization: Bearer TOKEN_VALUE"]},
            "b": {"command": "npx", "args": ["mcp-remote@0.1.16", "https://b.example/mcp"]},
            "c": {"command": "x", "env": {"API_TOKEN": "${API_TOKEN}"}}}}"#,
        expected: &[
            "server a Http mcp-remote=Floating https://a.example/sse auth=Credential @a",
            "server b Http mcp-remote=Exact https://b.example/mcp auth=OAuth @b",
            "server c Stdio @c",
            "literal Header mcpServers.a.args[4] @TOKEN_VALUE",
            "reference expanded=Some(false) Environment mcpServers.c.env.API_TOKEN @${API_TOKEN}",
        ],
    },
    Case {
        name: "a secret in a URL",
        path: ".roo/mcp.json",
        text: r#"{"mcpServers": {"a": {"type": "sse", "url": "https://a.example/sse?profile=x&api_key=TOKEN_VALUE"},
            "b": {"command": "npx", "args": ["b@1.0.0", "postgresql://app:PASSWORD_VALUE@db.example/x"]}}}"#,
        expected: &[
            "server a Sse https://a.example/sse auth=Credential @a",
            "server b Stdio b=Exact @b",
            "literal Url mcpServers.a.url @TOKEN_VALUE",
            "literal Url mcpServers.b.args[1] @PASSWORD_VALUE",
        ],
    },
    Case {
        name: "a URL without a type",
        path: ".mcp.json",
        text: r#"{"mcpServers": {"a": {"url": "https://a.example"}}}"#,
        expected: &["server a https://a.example auth=None @a", "guard Ignored @url"],
    },
    Case {
        name: "servers of a plugin without a container",
        path: "p/.mcp.json",
        text: r#"{"a": {"command": "npx", "args": ["a"]}}"#,
        expected: &["server a Stdio a=Floating @a"],
    },
    Case {
        name: "file system roots and dangerous variables",
        path: ".junie/mcp/mcp.json",
        text: r#"{"mcpServers": {
            "fs": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/", "/srv/data"]},
            "i": {"command": "node", "args": ["i.js", "--host", "0.0.0.0"], "env": {"NODE_TLS_REJECT_UNAUTHORIZED": "0"}}}}"#,
        expected: &[
            "server fs Stdio @modelcontextprotocol/server-filesystem=Exact WholeFileSystem @fs",
            "server i Stdio AllInterfaces NoCertificateCheck @i",
        ],
    },
    Case {
        name: "Zed, old and new",
        path: ".zed/settings.json",
        text: r#"{"theme": "x", "context_servers": {
            "a": {"command": {"path": "npx", "args": ["a"], "env": {"A_TOKEN": "TOKEN_VALUE"}}},
            "b": {"settings": {"api_token": "HEX_VALUE"}}}}"#,
        expected: &[
            "server a Stdio a=Floating @a",
            "server b @b",
            "literal Environment context_servers.a.command.env.A_TOKEN @TOKEN_VALUE",
            "literal Other context_servers.b.settings.api_token @HEX_VALUE",
        ],
    },
    Case {
        name: "Gemini trusts a server",
        path: ".gemini/settings.json",
        text: r#"{"mcpServers": {"a": {"httpUrl": "https://a.example", "trust": true,
            "headers": {"X-API-Key": "$A_KEY"}, "includeTools": ["read"]}}}"#,
        expected: &[
            "server a Http https://a.example auth=Credential auto=[\"*\"] @a",
            "reference expanded=Some(true) Header mcpServers.a.headers.X-API-Key @$A_KEY",
        ],
    },
    Case {
        name: "Windsurf's own key for the URL",
        path: "~/.codeium/windsurf/mcp_config.json",
        text: r#"{"mcpServers": {"a": {"serverUrl": "https://a.example", "headers": {"Authorization": "Bearer ${env:A}"}}}}"#,
        expected: &[
            "server a Http https://a.example auth=Credential @a",
            "reference expanded=Some(true) Header mcpServers.a.headers.Authorization @Bearer ${env:A}",
        ],
    },
    Case {
        name: "auto-approval of Cline, Roo and Kiro",
        path: "cline_mcp_settings.json",
        text: r#"{"mcpServers": {"a": {"command": "x", "autoApprove": ["read"], "disabled": true},
            "b": {"command": "y", "alwaysAllow": ["*"]}}}"#,
        expected: &[
            "server a Stdio auto=[\"read\"] disabled @a",
            "server b Stdio auto=[\"*\"] @b",
        ],
    },
    Case {
        name: "Kiro's reference and another one",
        path: ".kiro/settings/mcp.json",
        text: r#"{"mcpServers": {"a": {"command": "x", "env": {"A_TOKEN": "${A_TOKEN}", "B_TOKEN": "$B_TOKEN"},
            "autoApprove": ["*"]}}}"#,
        expected: &[
            "server a Stdio auto=[\"*\"] @a",
            "reference expanded=Some(true) Environment mcpServers.a.env.A_TOKEN @${A_TOKEN}",
            "reference expanded=Some(false) Environment mcpServers.a.env.B_TOKEN @$B_TOKEN",
        ],
    },
    Case {
        name: "Crush",
        path: "crush.json",
        text: r#"{"mcp": {"a": {"type": "http", "url": "https://a.example", "oauth_client_secret": "TOKEN_VALUE"}},
            "providers": {"p": {"api_key": "$P_KEY"}, "q": {"api_key": "HEX_VALUE"}},
            "permissions": {"allowed_tools": ["view", "bash"]}}"#,
        expected: &[
            "server a Http https://a.example auth=Credential @a",
            "literal Header mcp.a.oauth_client_secret @TOKEN_VALUE",
            "reference expanded=Some(true) Provider providers.p.api_key @$P_KEY",
            "literal Provider providers.q.api_key @HEX_VALUE",
            "Allow Other everything @view",
            "Allow Shell everything AnyCode @bash",
        ],
    },
    Case {
        name: "Amp's dotted keys",
        path: ".amp/settings.json",
        text: r#"{"amp.mcpServers": {"a": {"command": "npx", "args": ["a"]}}, "amp.dangerouslyAllowAll": true}"#,
        expected: &["server a Stdio a=Floating @a", "guard Approval(Bypass) @true"],
    },
    Case {
        name: "projects of one person",
        path: "~/.claude.json",
        text: r#"{"projects": {"/srv/x": {"mcpServers": {"a": {"command": "x"}}}}}"#,
        expected: &["server a Stdio @a"],
    },
    Case {
        name: "Continue's list",
        path: ".continue/config.yaml",
        text: "models:\n  - name: m\n    apiKey: TOKEN_VALUE\n  - name: n\n    apiKey: ${{ secrets.N }}\nmcpServers:\n  - name: a\n    command: uvx\n    args: [\"a\"]\n",
        expected: &[
            "server a Stdio a=Floating @a",
            "literal Provider models[0].apiKey @TOKEN_VALUE",
            "reference expanded=Some(true) Provider models[1].apiKey @${{ secrets.N }}",
        ],
    },
    Case {
        name: "servers in a Copilot agent's front matter",
        path: ".github/agents/a.agent.md",
        text: "---\nname: a\ndescription: d\nmcp-servers:\n  s:\n    type: local\n    command: npx\n    args: ['s@1.0.0']\n    env:\n      S_TOKEN: ${{ secrets.COPILOT_MCP_S }}\n---\nbody\n",
        expected: &[
            "server s Stdio s=Exact @s",
            "sub-agent owner=- @a",
            "reference expanded=Some(true) Environment mcp-servers.s.env.S_TOKEN @${{ secrets.COPILOT_MCP_S }}",
        ],
    },
];
