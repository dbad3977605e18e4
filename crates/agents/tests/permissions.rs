//! Each client's permission grammar: which entry of a file decides a call.
//!
//! A case is a call and what happens to it. `allow 0` means that the entry at that place of the
//! list allows it; `-` means that no entry speaks of it, so that the client's default holds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use model::{Address, Effect, Facts, FileId, IdentityKind, Source, ToolClass};
use nhilint_agents::{Call, Options, deciding, join, language, lower};
use syntax::Limits;

struct Grammar {
    client: &'static str,
    files: &'static [(&'static str, &'static str)],
    calls: &'static [(&'static str, &'static str)],
}

fn facts(files: &[(&str, &str)]) -> Facts {
    let mut facts = Facts::default();
    for (at, (path, text)) in files.iter().enumerate() {
        let language = language(path, text).unwrap_or_else(|| panic!("{path} is not recognised"));
        let tree = syntax::parse(Arc::from(*text), language, &Limits::default());
        let file = FileId(u32::try_from(at).unwrap());
        let source = Source { file, path, tree: &tree };
        facts.extend(lower(&source, &Options::default()));
    }
    join(&mut facts);
    facts
}

fn agent(facts: &Facts) -> Address {
    let agent = facts.identities.iter().find(|it| it.kind == IdentityKind::Agent);
    agent.unwrap_or_else(|| panic!("no agent in {:?}", facts.identities)).address.clone()
}

fn decision(facts: &Facts, call: &str) -> String {
    let (kind, argument) = call.split_once(": ").unwrap();
    let (class, tool, server) = match kind {
        "shell" => (ToolClass::Shell, "shell", None),
        "read" => (ToolClass::Read, "read", None),
        "write" => (ToolClass::Write, "write", None),
        "net" => (ToolClass::Network, "fetch", None),
        "mcp" => {
            let (server, tool) = argument.split_once('/').unwrap();
            (ToolClass::ToolServer, tool, Some(server))
        }
        other => panic!("{other}"),
    };
    let call = Call { class, tool, server, argument };
    match deciding(facts, &agent(facts), &call) {
        None => "-".to_owned(),
        Some(grant) => {
            let effect = match grant.effect {
                Effect::Allow => "allow",
                Effect::Ask => "ask",
                Effect::Deny => "deny",
            };
            let text = grant.actions.items.first().map_or("", |it| it.value.as_str());
            format!("{effect} by {text}")
        }
    }
}

#[test]
fn each_client_decides_by_its_own_grammar() {
    let mut wrong = Vec::new();
    for grammar in GRAMMARS {
        let facts = facts(grammar.files);
        assert!(grammar.calls.len() >= 15, "{} has too few cases", grammar.client);
        for (call, expected) in grammar.calls {
            let found = decision(&facts, call);
            if found != *expected {
                wrong.push(format!(
                    "{}: {call}: expected {expected}, found {found}",
                    grammar.client
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn entries_that_others_decide_for_say_so() {
    let marked = |files: &[(&str, &str)]| -> Vec<String> {
        let facts = facts(files);
        let marks = facts.grants.iter().filter_map(|it| {
            let tool = it.tool.as_ref()?;
            let own = &it.actions.items.first()?.value;
            let over = tool.overruled.as_ref().map(|by| format!("{own} overruled by {}", by.text));
            let past = tool.bypassed.as_ref().map(|by| format!("{own} bypassed by {}", by.text));
            over.or(past)
        });
        marks.collect()
    };
    // The organisation's file decides over the project's.
    let files = [
        (
            "/etc/claude-code/managed-settings.json",
            r#"{"permissions": {"deny": ["Bash(curl:*)"]}}"#,
        ),
        (
            ".claude/settings.json",
            r#"{"permissions": {"allow": ["Bash(curl https://x/*)", "Bash(ls)"]}}"#,
        ),
    ];
    assert_eq!(marked(&files), ["Bash(curl https://x/*) overruled by Bash(curl:*)"]);
    let files = [
        (
            ".claude/settings.json",
            r#"{"permissions": {"allow": ["Bash(curl https://x/*)", "Bash(ls)"]}}"#,
        ),
        (".claude/settings.local.json", r#"{"permissions": {"deny": ["Bash(curl:*)"]}}"#),
    ];
    assert_eq!(marked(&files), ["Bash(curl https://x/*) overruled by Bash(curl:*)"]);
    let files = [(
        "opencode.json",
        r#"{"permission": {"bash": {"rm *": "deny", "git *": "ask", "*": "allow"}, "read": {"*.env": "deny"}}}"#,
    )];
    assert_eq!(
        marked(&files),
        ["rm * overruled by *", "git * overruled by *", "*.env bypassed by *"]
    );
    let files = [(
        ".claude/settings.json",
        r#"{"permissions": {"allow": ["Bash(python3:*)"], "deny": ["Read(./.env)"]}}"#,
    )];
    assert_eq!(marked(&files), ["Read(./.env) bypassed by Bash(python3:*)"]);
    let files = [(
        ".claude/settings.json",
        r#"{"permissions": {"allow": ["Bash(npm test)"], "deny": ["Read(./.env)"]}}"#,
    )];
    assert_eq!(marked(&files), Vec::<String>::new());
}

const GRAMMARS: &[Grammar] = &[
    Grammar {
        client: "Claude Code",
        files: &[(
            ".claude/settings.json",
            r#"{"permissions": {
                "allow": ["Bash(npm run test:*)", "Bash(git diff *)", "Bash(ls*)", "Read(src/**)", "Edit(/docs/**)", "WebFetch(domain:*.example.com)", "mcp__gh__get_*", "mcp__docs", "Bash(make build)"],
                "ask": ["Bash(git push:*)", "mcp__gh__create_issue"],
                "deny": ["Bash(rm:*)", "Read(./.env)", "Read(**/secrets/**)", "WebFetch(domain:bad.example.com)", "mcp__gh__delete_*", "Read(//etc/**)"]}}"#,
        )],
        calls: &[
            ("shell: npm run test", "allow by Bash(npm run test:*)"),
            ("shell: npm run test --watch", "allow by Bash(npm run test:*)"),
            ("shell: npm run tests", "-"),
            ("shell: git diff", "allow by Bash(git diff *)"),
            ("shell: git diffx", "-"),
            ("shell: lsof -i", "allow by Bash(ls*)"),
            ("shell: make build", "allow by Bash(make build)"),
            ("shell: make build all", "-"),
            ("shell: git push origin main", "ask by Bash(git push:*)"),
            ("shell: rm -rf /", "deny by Bash(rm:*)"),
            ("shell: npm run test && rm -rf x", "deny by Bash(rm:*)"),
            ("shell: npm run test && curl x", "-"),
            ("shell: timeout 5 npm run test", "allow by Bash(npm run test:*)"),
            ("shell: CI=1 npm run test", "allow by Bash(npm run test:*)"),
            ("read: src/a/b.rs", "allow by Read(src/**)"),
            ("read: .env", "deny by Read(./.env)"),
            ("read: src/secrets/key", "deny by Read(**/secrets/**)"),
            ("read: /etc/passwd", "deny by Read(//etc/**)"),
            ("write: docs/a.md", "allow by Edit(/docs/**)"),
            ("write: /docs/a.md", "-"),
            ("net: api.example.com", "allow by WebFetch(domain:*.example.com)"),
            ("net: example.com", "-"),
            ("net: bad.example.com", "deny by WebFetch(domain:bad.example.com)"),
            ("mcp: gh/get_issue", "allow by mcp__gh__get_*"),
            ("mcp: gh/delete_repo", "deny by mcp__gh__delete_*"),
            ("mcp: gh/create_issue", "ask by mcp__gh__create_issue"),
            ("mcp: docs/search", "allow by mcp__docs"),
        ],
    },
    Grammar {
        client: "Codex",
        files: &[
            (".codex/config.toml", "approval_policy = \"on-request\"\n"),
            (
                ".codex/rules/default.rules",
                "prefix_rule(pattern = [\"git\", [\"status\", \"log\"]], decision = \"allow\")\n\
                 prefix_rule(pattern = [\"git\", \"push\"], decision = \"prompt\")\n\
                 prefix_rule(pattern = [\"git\", \"push\", \"--force\"], decision = \"forbidden\")\n\
                 prefix_rule(pattern = [\"cargo\", \"test\"])\n\
                 prefix_rule(pattern = [\"cargo\"], decision = \"prompt\")\n\
                 prefix_rule(pattern = [\"rm\"], decision = \"forbidden\")\n\
                 prefix_rule(pattern = [\"ls\"], decision = \"allow\")\n",
            ),
        ],
        calls: &[
            ("shell: git status", "allow by [\"git\", [\"status\", \"log\"]]"),
            ("shell: git log --oneline", "allow by [\"git\", [\"status\", \"log\"]]"),
            ("shell: git logs", "-"),
            ("shell: git", "-"),
            ("shell: git push", "ask by [\"git\", \"push\"]"),
            ("shell: git push origin", "ask by [\"git\", \"push\"]"),
            ("shell: git push --force", "deny by [\"git\", \"push\", \"--force\"]"),
            ("shell: git push --forceful", "ask by [\"git\", \"push\"]"),
            // The strictest of all that match, however specific.
            ("shell: cargo test", "ask by [\"cargo\"]"),
            ("shell: cargo build", "ask by [\"cargo\"]"),
            ("shell: rm x", "deny by [\"rm\"]"),
            ("shell: rmdir x", "-"),
            ("shell: ls", "allow by [\"ls\"]"),
            ("shell: ls | rm x", "deny by [\"rm\"]"),
            ("shell: ls; git status", "allow by [\"ls\"]"),
            ("shell: ls && whoami", "-"),
        ],
    },
    Grammar {
        client: "Gemini CLI",
        files: &[(
            "/home/jane/.gemini/policies/own.toml",
            "[[rule]]\ntoolName = \"run_shell_command\"\ncommandPrefix = \"git\"\ndecision = \"ask_user\"\npriority = 100\n\
                 [[rule]]\ntoolName = \"run_shell_command\"\ncommandPrefix = [\"git status\", \"git log\"]\ndecision = \"allow\"\npriority = 200\n\
                 [[rule]]\ntoolName = \"run_shell_command\"\ncommandPrefix = \"rm\"\ndecision = \"deny\"\npriority = 999\n\
                 [[rule]]\ntoolName = \"read_file\"\ndecision = \"allow\"\npriority = 10\n\
                 [[rule]]\ntoolName = [\"write_file\", \"replace\"]\ndecision = \"ask_user\"\npriority = 10\n\
                 [[rule]]\ntoolName = \"mcp_gh_*\"\ndecision = \"ask_user\"\npriority = 10\n\
                 [[rule]]\ntoolName = \"mcp_gh_get_issue\"\ndecision = \"allow\"\npriority = 20\n\
                 [[rule]]\nmcpName = \"docs\"\ndecision = \"allow\"\npriority = 5\n\
                 [[rule]]\ntoolName = \"web_fetch\"\ndecision = \"deny\"\npriority = 500\n",
        )],
        calls: &[
            ("shell: git status", "allow by git status"),
            ("shell: git log -1", "allow by git log"),
            ("shell: git push", "ask by git"),
            ("shell: gitk", "-"),
            ("shell: rm -rf x", "deny by rm"),
            ("shell: git status && rm x", "deny by rm"),
            ("shell: git status && git push", "ask by git"),
            ("shell: ls", "-"),
            ("read: a.txt", "allow by read_file"),
            ("write: a.txt", "ask by write_file"),
            ("mcp: gh/get_issue", "allow by mcp_gh_get_issue"),
            ("mcp: gh/create_issue", "ask by mcp_gh_*"),
            ("mcp: gl/create_issue", "-"),
            ("mcp: docs/search", "allow by docs"),
            ("net: example.com", "deny by web_fetch"),
        ],
    },
    Grammar {
        client: "Cursor",
        files: &[(
            ".cursor/cli.json",
            r#"{"permissions": {
                "allow": ["Shell(git)", "Shell(npm*)", "Shell(curl:*)", "Read(src/**)", "Write(docs/*.md)", "WebFetch(*.example.com)", "Mcp(gh:get_*)", "Mcp(docs:*)"],
                "deny": ["Shell(rm)", "Shell(git push)", "Read(**/.env)", "Read(.env)", "Mcp(gh:get_secret)", "Write(**/*.key)"]}}"#,
        )],
        calls: &[
            ("shell: git status", "allow by Shell(git)"),
            ("shell: git", "allow by Shell(git)"),
            ("shell: gitk", "-"),
            ("shell: npm test", "allow by Shell(npm*)"),
            ("shell: npmx", "allow by Shell(npm*)"),
            ("shell: git push origin", "deny by Shell(git push)"),
            ("shell: rm x", "deny by Shell(rm)"),
            ("shell: rmdir x", "-"),
            ("shell: curl https://x", "allow by Shell(curl:*)"),
            ("read: src/a.rs", "allow by Read(src/**)"),
            ("read: src/.env", "deny by Read(**/.env)"),
            ("read: .env", "deny by Read(**/.env)"),
            ("read: lib/a.rs", "-"),
            ("write: docs/a.md", "allow by Write(docs/*.md)"),
            ("write: docs/sub/a.md", "-"),
            ("write: docs/a.key", "deny by Write(**/*.key)"),
            ("net: api.example.com", "allow by WebFetch(*.example.com)"),
            ("mcp: gh/get_issue", "allow by Mcp(gh:get_*)"),
            ("mcp: gh/get_secret", "deny by Mcp(gh:get_secret)"),
            ("mcp: docs/anything", "allow by Mcp(docs:*)"),
        ],
    },
    Grammar {
        client: "VS Code",
        files: &[(
            ".vscode/settings.json",
            r#"{
                "chat.tools.terminal.autoApprove": {"git status": true, "npm": true, "npm publish": false, "/^make (build|test)$/": true, "/DOCKER/i": true, "rm": false, "ls": {"approve": true}},
                "chat.tools.edits.autoApprove": {"src/**": true, "**/.env": false, "docs/*.md": true},
                "chat.tools.urls.autoApprove": {"https://example.com/*": true, "https://bad.example": false}
            }"#,
        )],
        calls: &[
            ("shell: git status", "allow by git status"),
            ("shell: git status -s", "allow by git status"),
            ("shell: git push", "-"),
            ("shell: npm test", "allow by npm"),
            ("shell: npm publish", "ask by npm publish"),
            ("shell: npmx", "-"),
            ("shell: make build", "allow by /^make (build|test)$/"),
            ("shell: make build all", "-"),
            ("shell: docker ps", "allow by /DOCKER/i"),
            ("shell: rm x", "ask by rm"),
            ("shell: ls -l", "allow by ls"),
            ("shell: ls && rm x", "ask by rm"),
            ("shell: ls && whoami", "-"),
            ("write: src/a/b.ts", "allow by src/**"),
            ("write: src/.env", "ask by **/.env"),
            ("write: docs/a.md", "allow by docs/*.md"),
            ("write: docs/x/a.md", "-"),
            ("net: https://example.com/a", "allow by https://example.com/*"),
            ("net: https://bad.example", "ask by https://bad.example"),
        ],
    },
    Grammar {
        client: "Copilot",
        files: &[(
            "/home/jane/.copilot/settings.json",
            r#"{
                "allowedTools": ["shell(git status)", "shell(npm:*)", "write", "gh(get_issue)", "docs"],
                "deniedTools": ["shell(npm publish:*)", "shell(rm:*)", "gh(delete_repo)"],
                "allowedUrls": ["*.example.com", "api.test"], "deniedUrls": ["bad.example.com"]
            }"#,
        )],
        calls: &[
            ("shell: git status", "allow by shell(git status)"),
            ("shell: git status -s", "-"),
            ("shell: npm test", "allow by shell(npm:*)"),
            ("shell: npm", "allow by shell(npm:*)"),
            ("shell: npm publish", "deny by shell(npm publish:*)"),
            ("shell: npm publish --tag x", "deny by shell(npm publish:*)"),
            ("shell: npmx", "-"),
            ("shell: rm x", "deny by shell(rm:*)"),
            ("shell: npm test; rm x", "deny by shell(rm:*)"),
            ("write: a.txt", "allow by write"),
            ("mcp: gh/get_issue", "allow by gh(get_issue)"),
            ("mcp: gh/delete_repo", "deny by gh(delete_repo)"),
            ("mcp: gh/list", "-"),
            ("mcp: docs/search", "allow by docs"),
            ("net: api.example.com", "allow by *.example.com"),
            ("net: bad.example.com", "deny by bad.example.com"),
            ("net: api.test", "allow by api.test"),
        ],
    },
    Grammar {
        client: "OpenCode",
        files: &[(
            "opencode.json",
            r#"{"permission": {
                    "bash": {"*": "ask", "git *": "allow", "git push *": "deny", "npm ?": "allow", "ls": "allow"},
                    "read": {"*": "allow", "*.env": "deny", "*.env.example": "allow"},
                    "edit": {"*": "deny", "docs/*": "allow"},
                    "webfetch": "ask",
                    "gh_*": "ask"}}"#,
        )],
        calls: &[
            ("shell: git status", "allow by git *"),
            ("shell: git", "allow by git *"),
            ("shell: gitk", "ask by *"),
            ("shell: git push origin", "deny by git push *"),
            ("shell: git push", "deny by git push *"),
            ("shell: npm x", "allow by npm ?"),
            ("shell: npm xy", "ask by *"),
            ("shell: ls", "allow by ls"),
            ("shell: ls -l", "ask by *"),
            ("shell: ls; git push x", "deny by git push *"),
            ("read: src/a.ts", "allow by *"),
            ("read: prod.env", "deny by *.env"),
            ("read: a/b/prod.env", "deny by *.env"),
            ("read: x.env.example", "allow by *.env.example"),
            ("write: src/a.ts", "deny by *"),
            ("write: docs/a/b.md", "allow by docs/*"),
            ("net: example.com", "ask by webfetch"),
            ("mcp: gh/create_issue", "ask by gh_*"),
        ],
    },
    Grammar {
        client: "Amazon Q",
        files: &[(
            ".amazonq/cli-agents/a.json",
            r#"{"name": "a",
                "allowedTools": ["@git/git_status", "@docs", "fs_read"],
                "toolsSettings": {
                    "execute_bash": {"allowedCommands": ["git (status|log).*", "npm test", "ls.*"], "deniedCommands": ["git log --all", ".*rm .*"]},
                    "fs_write": {"allowedPaths": ["src/**", "docs/*.md"], "deniedPaths": ["src/secrets/**"]}}}"#,
        )],
        calls: &[
            ("shell: git status", "allow by git (status|log).*"),
            ("shell: git log -1", "allow by git (status|log).*"),
            ("shell: git log --all", "deny by git log --all"),
            ("shell: git push", "-"),
            ("shell: npm test", "allow by npm test"),
            ("shell: npm test --watch", "-"),
            ("shell: ls -l", "allow by ls.*"),
            ("shell: rm x", "deny by .*rm .*"),
            ("shell: xgit status", "-"),
            ("read: any.txt", "allow by fs_read"),
            ("write: src/a/b.rs", "allow by src/**"),
            ("write: src/secrets/a", "deny by src/secrets/**"),
            ("write: docs/a.md", "allow by docs/*.md"),
            ("write: docs/x/a.md", "-"),
            ("mcp: git/git_status", "allow by @git/git_status"),
            ("mcp: git/git_push", "-"),
            ("mcp: docs/search", "allow by @docs"),
        ],
    },
    Grammar {
        client: "Kiro",
        files: &[(
            "/home/jane/.kiro/workspace-roots/0a/permissions.yaml",
            "rules:\n\
             \x20 - {capability: shell, effect: allow, match: [\"git *\", \"npm test\"]}\n\
             \x20 - {capability: shell, effect: deny, match: [\"git push *\", \"rm *\"]}\n\
             \x20 - {capability: shell, effect: ask, match: [\"git commit *\"]}\n\
             \x20 - {capability: fs_read, effect: allow}\n\
             \x20 - {capability: fs_read, effect: deny, match: [\"**/.env\"]}\n\
             \x20 - {capability: fs_write, effect: allow, match: [\"src/**\"]}\n\
             \x20 - {capability: mcp, effect: allow, match: [\"docs/*\", \"gh/get_issue\"]}\n\
             \x20 - {capability: web_fetch, effect: allow, match: [\"*.example.com\"]}\n",
        )],
        calls: &[
            ("shell: git status", "allow by git *"),
            ("shell: git push", "deny by git push *"),
            ("shell: git push origin", "deny by git push *"),
            ("shell: git commit -m x", "ask by git commit *"),
            ("shell: npm test", "allow by npm test"),
            ("shell: npm test x", "-"),
            ("shell: rm x", "deny by rm *"),
            ("shell: git status && rm x", "deny by rm *"),
            ("read: src/a.rs", "allow by fs_read"),
            ("read: src/.env", "deny by **/.env"),
            ("write: src/a.rs", "allow by src/**"),
            ("write: b.rs", "-"),
            ("mcp: docs/search", "allow by docs/*"),
            ("mcp: gh/get_issue", "allow by gh/get_issue"),
            ("mcp: gh/delete", "-"),
        ],
    },
    Grammar {
        client: "Goose",
        files: &[
            ("/home/jane/.config/goose/config.yaml", "GOOSE_MODE: approve\n"),
            (
                "/home/jane/.config/goose/permission.yaml",
                "user:\n  always_allow: [developer__text_editor, docs__search, github__get_issue, memory__*]\n  ask_before: [developer__shell, github__create_issue, docs__search_all]\n  never_allow: [github__delete_repo, slack__*]\nsmart_approve:\n  always_allow: [github__list_issues, slack__read]\n",
            ),
        ],
        calls: &[
            ("shell: ls", "ask by developer__shell"),
            ("shell: rm x", "ask by developer__shell"),
            ("shell: ls && rm x", "ask by developer__shell"),
            ("write: a.txt", "allow by developer__text_editor"),
            ("write: /etc/x", "allow by developer__text_editor"),
            ("read: a.txt", "-"),
            ("net: example.com", "-"),
            ("mcp: docs/search", "allow by docs__search"),
            ("mcp: docs/search_all", "ask by docs__search_all"),
            ("mcp: github/get_issue", "allow by github__get_issue"),
            ("mcp: github/list_issues", "allow by github__list_issues"),
            ("mcp: github/create_issue", "ask by github__create_issue"),
            ("mcp: github/delete_repo", "deny by github__delete_repo"),
            ("mcp: github/merge", "-"),
            ("mcp: slack/read", "deny by slack__*"),
            ("mcp: memory/write", "allow by memory__*"),
        ],
    },
    Grammar {
        client: "Roo Code",
        files: &[(
            "roo-code-settings.json",
            r#"{"globalSettings": {"autoApprovalEnabled": true, "alwaysAllowExecute": true,
                "allowedCommands": ["git", "npm run", "npm run deploy staging", "ls", "cat src/"],
                "deniedCommands": ["git push", "npm run deploy", "rm"],
                "alwaysAllowMcp": true, "alwaysAllowWriteOutsideWorkspace": true}}"#,
        )],
        calls: &[
            ("shell: git status", "allow by git"),
            ("shell: git", "allow by git"),
            ("shell: git push", "deny by git push"),
            ("shell: git push -f", "deny by git push"),
            ("shell: npm run test", "allow by npm run"),
            ("shell: npm run deploy", "deny by npm run deploy"),
            // The longest text that matches decides.
            ("shell: npm run deploy staging", "allow by npm run deploy staging"),
            ("shell: npm install", "-"),
            ("shell: ls -l", "allow by ls"),
            ("shell: rm x", "deny by rm"),
            ("shell: ls && rm x", "deny by rm"),
            ("shell: ls && whoami", "-"),
            ("mcp: any/tool", "allow by alwaysAllowMcp"),
            ("write: /tmp/x", "allow by alwaysAllowWriteOutsideWorkspace"),
            ("read: a", "-"),
        ],
    },
    Grammar {
        client: "Cline",
        files: &[(
            "/home/jane/.cline/data/settings/global-settings.json",
            r#"{"autoApprovalSettings": {"enabled": true, "actions": {"readFiles": true, "readFilesExternally": true, "editFilesExternally": false, "executeAllCommands": true, "useMcp": true, "useBrowser": true}}}"#,
        )],
        calls: &[
            ("shell: ls", "allow by executeAllCommands"),
            ("shell: rm -rf /", "allow by executeAllCommands"),
            ("shell: ls && curl x | sh", "allow by executeAllCommands"),
            ("shell: sudo id", "allow by executeAllCommands"),
            ("shell: git push", "allow by executeAllCommands"),
            ("read: /etc/passwd", "allow by readFilesExternally"),
            ("read: a", "allow by readFilesExternally"),
            ("read: .env", "allow by readFilesExternally"),
            ("write: a", "-"),
            ("write: /etc/x", "-"),
            ("mcp: gh/get", "allow by useMcp"),
            ("mcp: gh/delete", "allow by useMcp"),
            ("mcp: x/y", "allow by useMcp"),
            ("net: example.com", "allow by useBrowser"),
            ("net: 10.0.0.1", "allow by useBrowser"),
        ],
    },
];
