//! One table: a file of a client with credentials written out, and the same file after every
//! repair.
//!
//! `ONE` and `TWO` stand for credentials that are put together here, so that no scanner takes
//! this file for a leak.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Edit, FileId, Safety, Source};
use nhilint_agents::{Options, language, lower};
use syntax::Limits;

struct Case {
    name: &'static str,
    path: &'static str,
    before: &'static str,
    /// `None` where nothing may change.
    after: Option<&'static str>,
}

fn secrets() -> [(&'static str, String); 2] {
    [
        ("ONE_VALUE", ["q7Rf", "2LwZ", "x9Tn", "4KbV", "m1Hc", "8YpD"].concat()),
        ("TWO_VALUE", ["Zk3w", "P8sT", "v6Jd", "1QxN", "h5Gb", "7MrC"].concat()),
    ]
}

fn filled(text: &str) -> String {
    secrets().iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}

fn shown(text: &str) -> String {
    secrets().iter().fold(text.to_owned(), |text, (name, value)| text.replace(value, name))
}

/// The text after every repair.
fn repaired(path: &str, text: &str) -> String {
    let language = language(path, text).unwrap_or_else(|| panic!("{path} is not recognised"));
    let tree = syntax::parse(Arc::from(text), language, &Limits::default());
    let source = Source { file: FileId(0), path, tree: &tree };
    let facts = lower(&source, &Options::default());
    assert!(facts.credentials.iter().any(|it| it.literal().is_some()), "{path}: nothing is found");
    let fixes = facts.credentials.iter().filter_map(|it| it.fix.as_deref());
    let mut edits: BTreeMap<u32, &Edit> = BTreeMap::new();
    for fix in fixes {
        assert_eq!(fix.safety, Safety::Unsafe, "a variable has to be made elsewhere");
        edits.extend(fix.edits.iter().map(|it| (it.span.start, it)));
    }
    let mut after = text.to_owned();
    for edit in edits.values().rev() {
        after.replace_range(edit.span.range(), &edit.text);
    }
    let again = syntax::parse(Arc::from(after.as_str()), language, &Limits::default());
    assert_eq!(again.problems().len(), tree.problems().len(), "{path} no longer reads: {after}");
    after
}

const CASES: &[Case] = &[
    Case {
        name: "a variable keeps its name, comments stay",
        path: ".mcp.json",
        before: r#"{ // servers
  "mcpServers": {
    "github": { "command": "x", "env": { "GITHUB_TOKEN": "ONE_VALUE", /* own */ "MODE": "a" } },
  }
}"#,
        after: Some(
            r#"{ // servers
  "mcpServers": {
    "github": { "command": "x", "env": { "GITHUB_TOKEN": "${GITHUB_TOKEN}", /* own */ "MODE": "a" } },
  }
}"#,
        ),
    },
    Case {
        name: "a header with a scheme is called after its server",
        path: ".cursor/mcp.json",
        before: r#"{"mcpServers": {"tracker": {"url": "https://t.example/mcp", "headers": {"Authorization": "Bearer ONE_VALUE"}}}}"#,
        after: Some(
            r#"{"mcpServers": {"tracker": {"url": "https://t.example/mcp", "headers": {"Authorization": "Bearer ${env:TRACKER_TOKEN}"}}}}"#,
        ),
    },
    Case {
        name: "a key in a query, and what follows it",
        path: ".vscode/mcp.json",
        before: r#"{"servers": {"web-search": {"type": "http", "url": "https://s.example/mcp?api_key=ONE_VALUE&fast=1"}}}"#,
        after: Some(
            r#"{"servers": {"web-search": {"type": "http", "url": "https://s.example/mcp?api_key=${env:WEB_SEARCH_API_KEY}&fast=1"}}}"#,
        ),
    },
    Case {
        name: "two values of one name",
        path: ".gemini/settings.json",
        before: r#"{"mcpServers": {
  "a": {"command": "x", "env": {"API_KEY": "ONE_VALUE"}},
  "b": {"command": "x", "env": {"API_KEY": "TWO_VALUE"}}}}"#,
        after: Some(
            r#"{"mcpServers": {
  "a": {"command": "x", "env": {"API_KEY": "${API_KEY}"}},
  "b": {"command": "x", "env": {"API_KEY": "${B_API_KEY}"}}}}"#,
        ),
    },
    Case {
        name: "a name that is used for a value nobody knows",
        path: ".mcp.json",
        before: r#"{"mcpServers": {
  "a": {"command": "x", "env": {"API_KEY": "${API_KEY}"}},
  "b": {"command": "x", "env": {"API_KEY": "ONE_VALUE"}}}}"#,
        after: Some(
            r#"{"mcpServers": {
  "a": {"command": "x", "env": {"API_KEY": "${API_KEY}"}},
  "b": {"command": "x", "env": {"API_KEY": "${B_API_KEY}"}}}}"#,
        ),
    },
    Case {
        name: "one value in two places is one variable",
        path: ".mcp.json",
        before: r#"{"mcpServers": {
  "a": {"command": "x", "env": {"A_TOKEN": "ONE_VALUE"}},
  "b": {"type": "http", "url": "https://b.example", "headers": {"Authorization": "Bearer ONE_VALUE"}}}}"#,
        after: Some(
            r#"{"mcpServers": {
  "a": {"command": "x", "env": {"A_TOKEN": "${A_TOKEN}"}},
  "b": {"type": "http", "url": "https://b.example", "headers": {"Authorization": "Bearer ${A_TOKEN}"}}}}"#,
        ),
    },
    Case {
        name: "a copy in a comment would be left behind",
        path: ".mcp.json",
        before: r#"{"mcpServers": {
  // old: ONE_VALUE
  "a": {"command": "x", "env": {"A_TOKEN": "ONE_VALUE"}}}}"#,
        after: None,
    },
    Case {
        name: "a copy in a text would be left behind",
        path: ".mcp.json",
        before: r#"{"mcpServers": {"a": {"command": "sh", "args": ["-c", "run --token ONE_VALUE --now"],
  "env": {"A_TOKEN": "ONE_VALUE"}}}}"#,
        after: None,
    },
    Case {
        name: "a copy with an escape would be left behind",
        path: ".mcp.json",
        before: r#"{"mcpServers": {"a": {"command": "x",
  "env": {"A_TOKEN": "ONE_VALUE", "B_TOKEN": "\u00712wRfONE_VALUE"}}}}"#,
        after: None,
    },
    Case {
        name: "arguments, alone and behind their option",
        path: ".mcp.json",
        before: r#"{"mcpServers": {"s": {"command": "npx",
  "args": ["-y", "mcp-remote@1.2.3", "https://s.example", "--header", "Authorization: Bearer ONE_VALUE", "--api-key=TWO_VALUE"]}}}"#,
        after: Some(
            r#"{"mcpServers": {"s": {"command": "npx",
  "args": ["-y", "mcp-remote@1.2.3", "https://s.example", "--header", "Authorization: Bearer ${S_TOKEN}", "--api-key=${S_API_KEY}"]}}}"#,
        ),
    },
    Case {
        name: "a part of a value is not replaced",
        path: ".mcp.json",
        before: r#"{"mcpServers": {"s": {"command": "x", "env": {"DATABASE_URL": "postgres://app:ONE_VALUE@db.example/app"}}}}"#,
        after: None,
    },
    Case {
        name: "a default is not replaced",
        path: ".mcp.json",
        before: r#"{"mcpServers": {"s": {"command": "x", "env": {"API_TOKEN": "${API_TOKEN:-ONE_VALUE}"}}}}"#,
        after: None,
    },
    Case {
        name: "JSON in a text is not replaced",
        path: ".mcp.json",
        before: r#"{"mcpServers": {"s": {"command": "x", "env": {"HEADERS": "{\"Authorization\": \"Bearer ONE_VALUE\"}"}}}}"#,
        after: None,
    },
    Case {
        name: "a client that replaces nothing",
        path: "claude_desktop_config.json",
        before: r#"{"mcpServers": {"s": {"command": "x", "env": {"API_TOKEN": "ONE_VALUE"}}}}"#,
        after: None,
    },
    Case {
        name: "a client of which nobody knows",
        path: ".trae/mcp.json",
        before: r#"{"mcpServers": {"s": {"command": "x", "env": {"API_TOKEN": "ONE_VALUE"}}}}"#,
        after: None,
    },
    Case {
        name: "a bundle asks when it is installed",
        path: "manifest.json",
        before: r#"{"manifest_version": "0.2", "name": "b", "server": {"type": "node", "entry_point": "a.js",
  "mcp_config": {"command": "node", "env": {"API_TOKEN": "ONE_VALUE"}}}}"#,
        after: None,
    },
    Case {
        name: "the environment of Claude Code itself",
        path: ".claude/settings.json",
        before: r#"{"env": {"API_TOKEN": "ONE_VALUE"}}"#,
        after: None,
    },
    Case {
        name: "commands of hooks",
        path: ".claude/settings.json",
        before: r#"{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "API_TOKEN=ONE_VALUE"}]}]}}"#,
        after: None,
    },
    Case {
        name: "Windsurf",
        path: ".codeium/windsurf/mcp_config.json",
        before: r#"{"mcpServers": {"s": {"command": "x", "env": {"API_TOKEN": "ONE_VALUE"}}}}"#,
        after: Some(
            r#"{"mcpServers": {"s": {"command": "x", "env": {"API_TOKEN": "${env:API_TOKEN}"}}}}"#,
        ),
    },
    Case {
        name: "Kiro",
        path: ".kiro/settings/mcp.json",
        before: r#"{"mcpServers": {"s": {"command": "x", "env": {"API_TOKEN": "ONE_VALUE"}}}}"#,
        after: Some(
            r#"{"mcpServers": {"s": {"command": "x", "env": {"API_TOKEN": "${API_TOKEN}"}}}}"#,
        ),
    },
    Case {
        name: "servers and providers of OpenCode",
        path: "opencode.jsonc",
        before: r#"{
  "provider": { "anthropic": { "options": { "apiKey": "ONE_VALUE" } } }, // mine
  "mcp": { "s": { "type": "local", "command": ["x"], "environment": { "API_TOKEN": "TWO_VALUE" } } },
}"#,
        after: Some(
            r#"{
  "provider": { "anthropic": { "options": { "apiKey": "{env:ANTHROPIC_API_KEY}" } } }, // mine
  "mcp": { "s": { "type": "local", "command": ["x"], "environment": { "API_TOKEN": "{env:API_TOKEN}" } } },
}"#,
        ),
    },
    Case {
        name: "providers of Crush",
        path: "crush.json",
        before: r#"{"providers": {"openai": {"api_key": "ONE_VALUE"}}}"#,
        after: Some(r#"{"providers": {"openai": {"api_key": "${OPENAI_API_KEY}"}}}"#),
    },
    Case {
        name: "models of Continue, without quotes and with",
        path: ".continue/config.yaml",
        before: "name: a\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: m\n    provider: openai\n    model: x\n    apiKey: ONE_VALUE # mine\nmcpServers:\n  - name: s\n    command: x\n    env:\n      API_TOKEN: 'TWO_VALUE'\n",
        after: Some(
            "name: a\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: m\n    provider: openai\n    model: x\n    apiKey: ${{ secrets.API_KEY }} # mine\nmcpServers:\n  - name: s\n    command: x\n    env:\n      API_TOKEN: '${{ secrets.API_TOKEN }}'\n",
        ),
    },
    Case {
        name: "braces between brackets of YAML",
        path: "librechat.yaml",
        before: "version: 1.2.1\nmcpServers:\n  s: { command: x, env: { API_TOKEN: ONE_VALUE } }\n  t:\n    url: https://t.example/mcp\n    headers: { Authorization: Bearer TWO_VALUE }\n",
        after: Some(
            "version: 1.2.1\nmcpServers:\n  s: { command: x, env: { API_TOKEN: \"${API_TOKEN}\" } }\n  t:\n    url: https://t.example/mcp\n    headers: { Authorization: Bearer TWO_VALUE }\n",
        ),
    },
    Case {
        name: "braces at the beginning of a text of YAML",
        path: ".opencode/agent/a.md",
        before: "---\nname: a\ndescription: b\nmcpServers:\n  s:\n    command: x\n    env:\n      API_TOKEN: ONE_VALUE\n      AUTH_TOKEN: Bearer TWO_VALUE\n---\nHello.\n",
        after: Some(
            "---\nname: a\ndescription: b\nmcpServers:\n  s:\n    command: x\n    env:\n      API_TOKEN: \"{env:API_TOKEN}\"\n      AUTH_TOKEN: Bearer {env:AUTH_TOKEN}\n---\nHello.\n",
        ),
    },
    Case {
        name: "LiteLLM takes a whole value only",
        path: "config.yaml",
        before: "model_list:\n  - model_name: m\n    litellm_params:\n      model: openai/m\n      api_key: ONE_VALUE\nmcp_servers:\n  s:\n    url: https://s.example/mcp\n    static_headers:\n      Authorization: Bearer TWO_VALUE\n",
        after: Some(
            "model_list:\n  - model_name: m\n    litellm_params:\n      model: openai/m\n      api_key: os.environ/API_KEY\nmcp_servers:\n  s:\n    url: https://s.example/mcp\n    static_headers:\n      Authorization: Bearer TWO_VALUE\n",
        ),
    },
    Case {
        name: "Codex names variables under keys of their own",
        path: ".codex/config.toml",
        before: "[mcp_servers.a]\nurl = \"https://a.example/mcp\"\nbearer_token = \"ONE_VALUE\" # mine\n\n[model_providers.acme]\nbase_url = \"https://m.example\"\nexperimental_bearer_token = 'TWO_VALUE'\n",
        after: Some(
            "[mcp_servers.a]\nurl = \"https://a.example/mcp\"\nbearer_token_env_var = \"A_TOKEN\" # mine\n\n[model_providers.acme]\nbase_url = \"https://m.example\"\nenv_key = \"ACME_TOKEN\"\n",
        ),
    },
    Case {
        name: "Codex hands on a variable, and a header of its own",
        path: ".codex/config.toml",
        before: "[mcp_servers.a]\ncommand = \"x\"\nenv = { API_TOKEN = \"ONE_VALUE\" }\n[mcp_servers.b]\nurl = \"https://b.example/mcp\"\nhttp_headers = { \"X-Api-Key\" = \"TWO_VALUE\" }\n",
        after: Some(
            "[mcp_servers.a]\ncommand = \"x\"\nenv_vars = [\"API_TOKEN\"]\n[mcp_servers.b]\nurl = \"https://b.example/mcp\"\nenv_http_headers = { \"X-Api-Key\" = \"B_API_KEY\" }\n",
        ),
    },
    Case {
        name: "a header with a scheme of Codex, and what stands beside others",
        path: ".codex/config.toml",
        before: "[mcp_servers.a]\nurl = \"https://a.example/mcp\"\nhttp_headers = { Authorization = \"Bearer ONE_VALUE\" }\n[mcp_servers.b]\ncommand = \"x\"\nenv = { API_TOKEN = \"TWO_VALUE\", MODE = \"a\" }\n",
        after: Some(
            "[mcp_servers.a]\nurl = \"https://a.example/mcp\"\nbearer_token_env_var = \"A_TOKEN\"\n[mcp_servers.b]\ncommand = \"x\"\nenv = { API_TOKEN = \"TWO_VALUE\", MODE = \"a\" }\n",
        ),
    },
    Case {
        name: "tables and dotted keys of Codex, and a value that stands twice",
        path: ".codex/config.toml",
        before: "[mcp_servers.a]\ncommand = \"x\"\nenv.API_TOKEN = \"ONE_VALUE\"\n[mcp_servers.b]\nurl = \"https://b.example/mcp\"\nbearer_token = \"TWO_VALUE\"\n[mcp_servers.c]\nurl = \"https://c.example/mcp\"\nbearer_token = \"TWO_VALUE\"\n",
        after: None,
    },
];

#[test]
fn literals_give_way_to_the_references_of_their_client() {
    for case in CASES {
        let before = filled(case.before);
        let after = repaired(case.path, &before);
        let expected = case.after.unwrap_or(case.before);
        assert_eq!(shown(&after), expected, "{}: {}", case.path, case.name);
    }
}

#[test]
fn nothing_of_a_repaired_value_is_left() {
    for case in CASES {
        let before = filled(case.before);
        let after = repaired(case.path, &before);
        for (name, value) in secrets() {
            let stays = case.after.is_none_or(|it| it.contains(name));
            if !case.before.contains(name) || stays {
                continue;
            }
            for at in 0..=value.len() - 8 {
                let window = &value[at..at + 8];
                assert!(!after.contains(window), "{}: {}: a part of {name}", case.path, case.name);
            }
        }
    }
}
