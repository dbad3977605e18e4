//! One table: a file of a client, and every fact that comes out of it, with the exact bytes
//! that each fact points at.
//!
//! `TOKEN`, `PASSWORD` and `HEX` in the texts stand for literals that are put together here,
//! so that no scanner takes this file for a leak.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::fmt::Write as _;
use std::sync::Arc;

use model::{
    Facts, FileId, Grant, Guard, GuardKind, IdentityKind, Place, Source, Storage, ToolServer,
};
use nhilint_agents::{Options, join, language, lower};
use syntax::Limits;

struct Case {
    name: &'static str,
    path: &'static str,
    text: &'static str,
    expected: &'static [&'static str],
}

fn token() -> String {
    // No known format: it counts by its place or name.
    ["q7Rf", "2LwZ", "x9Tn", "4KbV", "m1Hc", "8YpD"].concat()
}

fn hex() -> String {
    ["sbp", "_", "4f1d8a02", "c93be756", "0a7d41fe", "92c85b3d", "6e10f7a4"].concat()
}

fn password() -> String {
    ["vT", "9x", "Lq", "27", "Rm"].concat()
}

fn filled(text: &str) -> String {
    text.replace("TOKEN_VALUE", &token())
        .replace("HEX_VALUE", &hex())
        .replace("PASSWORD_VALUE", &password())
}

fn facts(path: &str, text: &str) -> Facts {
    let language = language(path, text).unwrap_or_else(|| panic!("{path} is not recognised"));
    let tree = syntax::parse(Arc::from(text), language, &Limits::default());
    let source = Source { file: FileId(0), path, tree: &tree };
    let mut facts = lower(&source, &Options::default());
    join(&mut facts);
    facts
}

/// Facts as lines, each with the source it points at.
fn lines(facts: &Facts, text: &str) -> Vec<String> {
    let at = |place: Place| -> String {
        let slice = text.get(place.span.range()).expect("a place is a range of the text");
        slice
            .replace(&token(), "TOKEN_VALUE")
            .replace(&hex(), "HEX_VALUE")
            .replace(&password(), "PASSWORD_VALUE")
    };
    let mut lines = Vec::new();
    for it in &facts.tool_servers {
        lines.push(format!("{} @{}", server(it), at(it.place)));
    }
    for it in &facts.identities {
        if it.kind == IdentityKind::SubAgent {
            let owner = it.ownership.name().unwrap_or("-");
            lines.push(format!("sub-agent owner={owner} @{}", at(it.place)));
        }
    }
    for it in &facts.credentials {
        let storage = match &it.storage {
            Storage::Literal(_) => "literal".to_owned(),
            Storage::Reference(it) => format!("reference expanded={:?}", it.expanded),
            other => format!("{other:?}"),
        };
        lines.push(format!("{storage} {:?} {} @{}", it.slot.kind, it.slot.path, at(it.place)));
    }
    for it in &facts.grants {
        lines.push(format!("{} @{}", grant(it), at(it.place)));
    }
    for it in &facts.guards {
        lines.push(format!("{} @{}", guard(it), at(it.place)));
    }
    lines
}

fn server(it: &ToolServer) -> String {
    let mut line = format!("server {}", it.name);
    if let Some(transport) = it.transport.value() {
        write!(line, " {transport:?}").unwrap();
    }
    if let Some(package) = it.launch.as_ref().and_then(|it| it.package.as_ref()) {
        write!(line, " {}={:?}", package.name, package.pin).unwrap();
    }
    if let Some(url) = it.url.value() {
        write!(line, " {url} auth={:?}", it.authentication).unwrap();
    }
    if it.launch.as_ref().is_some_and(|it| it.pipes_download) {
        line.push_str(" pipes-download");
    }
    for access in &it.wide_access {
        write!(line, " {:?}", access.value).unwrap();
    }
    if it.auto_approved.stated {
        write!(line, " auto={:?}", it.auto_approved.texts().collect::<Vec<_>>()).unwrap();
    }
    if !it.enabled {
        line.push_str(" disabled");
    }
    line
}

fn grant(it: &Grant) -> String {
    let tool = it.tool.as_ref().expect("every grant of an agent is read");
    let mut line = format!("{:?} {:?}", it.effect, tool.class);
    if tool.everything {
        line.push_str(" everything");
    }
    if let Some(risk) = tool.risk {
        write!(line, " {risk:?}").unwrap();
    }
    if tool.ignored.is_some() {
        line.push_str(" ignored");
    }
    line
}

fn guard(it: &Guard) -> String {
    let kind = match &it.kind {
        GuardKind::Hook(hook) => {
            let mut line = format!("Hook({}", hook.event);
            for (set, word) in [
                (hook.runs_download, " download"),
                (hook.approves_all, " approves"),
                (hook.input == model::HookInput::Split, " splits"),
                (hook.input == model::HookInput::Evaluated, " evaluates"),
                (hook.encoded, " encoded"),
            ] {
                if set {
                    line.push_str(word);
                }
            }
            line + ")"
        }
        GuardKind::Ignored(_) => "Ignored".to_owned(),
        GuardKind::Sandbox(model::SandboxMode::Weakened(_)) => "Sandbox(Weakened)".to_owned(),
        GuardKind::ExtraFolder(it) => format!("ExtraFolder({})", it.value),
        other => format!("{other:?}"),
    };
    let effective = if it.effective { "" } else { " ineffective" };
    format!("guard {kind}{effective}")
}

include!("cases/servers.rs");
include!("cases/settings.rs");

#[test]
fn each_client_yields_exactly_these_facts() {
    let mut wrong = String::new();
    for case in SERVERS.iter().chain(SETTINGS) {
        let text = filled(case.text);
        let found = lines(&facts(case.path, &text), &text);
        if found != case.expected {
            writeln!(wrong, "\n{} ({})", case.name, case.path).unwrap();
            for line in &found {
                writeln!(wrong, "            {line:?},").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "these cases yield something else:{wrong}");
}

#[test]
fn other_files_are_left_alone() {
    for (path, text) in [
        ("package.json", r#"{"name": "x", "scripts": {"mcpServers": "x"}}"#),
        ("schema.json", r#"{"properties": {"mcpServers": {"type": "object"}}}"#),
        ("compose.json", r#"{"servers": [{"url": "https://x.example"}]}"#),
        ("data.json", r#"["mcpServers"]"#),
        ("README.md", "---\nname: x\ndescription: y\n---\n```json\n{\"mcpServers\": {}}\n```\n"),
        (".claude/agents/README.md", "---\nname: x\ndescription: y\n---\n"),
        ("docs/agents/setup.md", "---\nname: x\ndescription: y\n---\n"),
        ("docs/mcp.md", "```json\n{\"mcpServers\": {\"x\": {\"command\": \"y\"}}}\n```\n"),
        ("src/agents/notes.md", "# Agents\n\nname: x\ndescription: y\n"),
        ("Cargo.toml", "[package]\nname = \"mcp_servers\"\n"),
        ("values.yaml", "config:\n  mcpServers:\n    - name: x\n"),
        ("main.tf", "mcpServers = {}"),
    ] {
        let read = language(path, text);
        let claimed = read.is_some_and(|language| {
            let tree = syntax::parse(Arc::from(text), language, &Limits::default());
            let found = lower(&Source { file: FileId(0), path, tree: &tree }, &Options::default());
            !found.identities.is_empty()
        });
        assert!(!claimed, "{path}");
    }
}

#[test]
fn a_file_is_also_known_by_its_shape() {
    for (path, text, servers) in [
        ("conf/tools.json", r#"{"mcpServers": {"a": {"command": "x"}}}"#, 1),
        ("x.jsonc", "// tools\n{\"servers\": {\"a\": {\"url\": \"https://x.example\"}}}", 1),
        ("agent.toml", "[mcp_servers.a]\ncommand = \"x\"\n", 1),
        ("tools.yaml", "mcpServers:\n  - name: a\n    command: x\n", 1),
        ("oc.json", r#"{"mcp": {"a": {"type": "local", "command": ["x"]}}}"#, 1),
        ("~/.cursor/mcp.json", r#"{"mcpServers": {"a": {"command": "x"}}}"#, 1),
    ] {
        assert_eq!(facts(path, text).tool_servers.len(), servers, "{path}");
    }
}

#[test]
fn one_server_in_several_files_is_the_same() {
    let same = |path: &str, text: &str| facts(path, text).tool_servers[0].sameness.clone();
    let claude = same(
        ".mcp.json",
        r#"{"mcpServers": {"gh": {"command": "npx", "args": ["-y", "@x/github@1.2.3"], "env": {"A": "b"}}}}"#,
    );
    let windows = same(
        ".cursor/mcp.json",
        r#"{"mcpServers": {"github": {"command": "cmd", "args": ["/c", "npx", "-y", "@x/github"]}}}"#,
    );
    let opencode = same(
        "opencode.json",
        r#"{"mcp": {"g": {"type": "local", "command": ["npx", "@x/github"]}}}"#,
    );
    assert_eq!(claude, windows);
    assert_eq!(claude, opencode);
    let local = |path: &str, module: &str| {
        same(
            path,
            &format!(
                r#"{{"mcpServers": {{"a": {{"command": "python", "args": ["-m", "{module}"]}}}}}}"#
            ),
        )
    };
    assert_eq!(local(".mcp.json", "a"), local(".cursor/mcp.json", "a"));
    assert_ne!(local(".mcp.json", "a"), local(".mcp.json", "b"));
    assert_ne!(local(".mcp.json", "a"), local("other/.mcp.json", "a"));
    let other =
        same(".mcp.json", r#"{"mcpServers": {"gh": {"command": "npx", "args": ["@x/gitlab"]}}}"#);
    assert_ne!(claude, other);
}

#[test]
fn no_fact_but_the_secret_itself_holds_a_secret() {
    for case in SERVERS.iter().chain(SETTINGS) {
        let text = filled(case.text);
        let mut found = facts(case.path, &text);
        found.credentials.clear();
        let shown = format!("{found:?}");
        for secret in [token(), hex(), password()] {
            assert!(!shown.contains(&secret), "{}", case.name);
        }
    }
}

#[test]
fn files_of_one_client_make_one_agent() {
    let mut all = Facts::default();
    for (index, (path, text)) in [
        (".claude/settings.json", r#"{"permissions": {"defaultMode": "bypassPermissions"}}"#),
        (".claude/settings.local.json", r#"{"permissions": {"defaultMode": "default"}}"#),
        (".mcp.json", r#"{"mcpServers": {"a": {"command": "x"}}}"#),
        (".claude/agents/review.md", "---\nname: review\ndescription: d\nowner: team-a\n---\n"),
        (".claude/commands/go.md", "---\nallowed-tools: Bash\n---\n"),
        ("p/.claude-plugin/plugin.json", r#"{"name": "p", "author": {"name": "Ann"}}"#),
        ("p/agents/helper.md", "---\nname: helper\ndescription: d\n---\n"),
        ("q/.claude-plugin/plugin.json", r#"{"name": "q"}"#),
    ]
    .into_iter()
    .enumerate()
    {
        let language = language(path, text).unwrap();
        let tree = syntax::parse(Arc::from(text), language, &Limits::default());
        let file = FileId(u32::try_from(index).unwrap());
        all.extend(lower(&Source { file, path, tree: &tree }, &Options::default()));
    }
    join(&mut all);

    let agents: Vec<_> = all
        .identities
        .iter()
        .filter(|it| it.kind == IdentityKind::Agent)
        .map(|it| it.address.to_string())
        .collect();
    assert_eq!(agents, [".claude/settings.json", "p/.claude-plugin/plugin.json"]);
    let sub: Vec<_> = all
        .identities
        .iter()
        .filter(|it| it.kind == IdentityKind::SubAgent)
        .map(|it| {
            (it.parent.as_ref().unwrap().to_string(), it.ownership.name().unwrap().to_owned())
        })
        .collect();
    assert_eq!(
        sub,
        [
            (".claude/settings.json".to_owned(), "team-a".to_owned()),
            ("p/.claude-plugin/plugin.json".to_owned(), "Ann".to_owned()),
        ]
    );
    assert_eq!(all.tool_servers[0].agent.as_ref().unwrap().to_string(), ".claude/settings.json");
    let effective: Vec<_> = all.guards.iter().map(|it| it.effective).collect();
    assert_eq!(effective, [false, true]);
    let runner = &all.grants[0].principals[0].value;
    assert_eq!(*runner, model::Party::Address(model::Address::new("", ".claude/settings.json")));
}

#[test]
fn a_server_acts_as_the_cloud_identities_that_are_written_out() {
    let role = "arn:aws:iam::123456789012:role/ops";
    let account = "bot@shop-prod.iam.gserviceaccount.com";
    let acts = |entry: String| -> Vec<String> {
        let text = format!(r#"{{"mcpServers": {{"a": {entry}}}}}"#);
        let found = facts(".mcp.json", &text).uses;
        let runs = found.iter().filter(|it| it.mode == model::UseMode::RunsAs);
        runs.map(|it| {
            let at = text.get(it.place.span.range()).expect("a place is a range of the text");
            let model::Party::Named { kind, .. } = &it.to else { panic!("{it:?}") };
            format!("{kind:?} {at}")
        })
        .collect()
    };
    let env = |name: &str, value: &str| {
        acts(format!(r#"{{"command": "x", "env": {{"{name}": "{value}"}}}}"#))
    };
    assert_eq!(env("AWS_ROLE_ARN", role), [format!("AwsIamRole {role}")]);
    assert_eq!(
        env("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", account),
        [format!("GcpServiceAccount {account}")]
    );
    // Filled in later, about something else, or a name that only a person's own files explain.
    for (name, value) in
        [("AWS_ROLE_ARN", "${AWS_ROLE_ARN}"), ("AUDITED_ROLE", role), ("AWS_PROFILE", "ops")]
    {
        assert_eq!(env(name, value), Vec::<String>::new(), "{name}={value}");
    }
    for arguments in [
        format!(r#"["run", "-e", "AWS_ROLE_ARN={role}", "image@sha256:0"]"#),
        format!(r#"["image", "--role-arn={role}"]"#),
        format!(r#"["image", "--role-arn", "{role}"]"#),
    ] {
        let found = acts(format!(r#"{{"command": "docker", "args": {arguments}}}"#));
        assert_eq!(found.len(), 1, "{arguments}: {found:?}");
        assert!(found.iter().all(|it| it.starts_with("AwsIamRole ")), "{found:?}");
    }
}
