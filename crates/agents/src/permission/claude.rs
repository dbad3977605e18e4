//! Claude Code's grammar: `Tool`, `Tool(specifier)`, `mcp__server__tool`.
//!
//! <https://code.claude.com/docs/en/permissions>, read 2026-08. Copilot's, Cursor's, Gemini's
//! and Continue's entries have the same outline with other tool names.

use model::{Matching, ToolClass, ToolPattern};

use super::{Open, class_of, narrowed, server_tool, shell, tool};

/// Where an entry stands, which decides how far a bare `*` reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// `permissions.allow` of Claude Code.
    Allow,
    /// `permissions.ask` and `permissions.deny` of Claude Code.
    Limit,
    /// The tool list of an agent, command or skill.
    ToolList,
    /// Another client's list, in which a command pattern is a prefix.
    Prefix,
}

/// Path rules of these tools are accepted and never looked at.
const NEVER_CONSULTED: &[&str] = &["Write", "NotebookEdit", "Glob", "MultiEdit"];

/// Reads one entry.
pub(crate) fn read(entry: &str, place: Place) -> ToolPattern {
    let entry = entry.trim();
    let (name, argument) = match entry.split_once('(') {
        Some((name, rest)) => (name.trim(), Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (entry, None),
    };
    if let Some(rest) = name.strip_prefix("mcp__").or_else(|| name.strip_prefix("mcp_")) {
        return server(name, rest, place);
    }
    if let Some(rest) = name.strip_prefix('@').filter(|it| *it != "builtin") {
        let (server, name) = rest.split_once('/').unwrap_or((rest, "*"));
        return server_tool(server, name);
    }
    let class = class_of(name);
    let mut found = match (class, argument) {
        (ToolClass::Shell, Some(pattern)) => {
            let open = if place == Place::Prefix { Open::Prefix } else { Open::Star };
            shell(name, pattern, open)
        }
        (ToolClass::Shell, None) => ToolPattern { argument: None, ..shell(name, "*", Open::Star) },
        (class, Some(argument)) => {
            let found = narrowed(class, name, argument);
            let own = matches!(place, Place::Allow | Place::Limit);
            match found.matching {
                Matching::Path if own => ToolPattern { matching: Matching::ProjectPath, ..found },
                _ => found,
            }
        }
        (ToolClass::Other, None) => other(name),
        (class, None) => tool(class, name),
    };
    found.ignored = ignored(&found, place);
    found
}

/// A tool with a name of its own: `server/tool` and `server/*` name a tool server, unless the
/// first part is one of the editor's own tool sets (`edit/editFiles`, `execute/*`).
fn other(name: &str) -> ToolPattern {
    let Some((set, tool_name)) = name.split_once('/') else { return tool(ToolClass::Other, name) };
    match class_of(set) {
        ToolClass::Shell => ToolPattern { argument: None, ..shell(name, "*", Open::Star) },
        ToolClass::Other if set == "vscode" => tool(ToolClass::Other, name),
        ToolClass::Other => server_tool(set, tool_name),
        class => tool(class, name),
    }
}

fn server(name: &str, rest: &str, place: Place) -> ToolPattern {
    // The single underscore is Gemini's; the server's name ends at the next one.
    let double = name.starts_with("mcp__");
    let (server, tool) = rest.split_once(if double { "__" } else { "_" }).unwrap_or((rest, "*"));
    let mut found = server_tool(server, if tool.is_empty() { "*" } else { tool });
    if place == Place::Allow && server.contains('*') {
        found.ignored = Some("an allow rule needs the full name of one tool server");
    }
    found
}

fn ignored(found: &ToolPattern, place: Place) -> Option<&'static str> {
    if place == Place::Allow && found.class == ToolClass::Any {
        return Some("an allow rule needs the name of a tool; `*` alone is skipped");
    }
    let path_rule = found.argument.is_some() && NEVER_CONSULTED.contains(&found.tool.as_str());
    (path_rule && matches!(place, Place::Allow | Place::Limit))
        .then_some("path rules of this tool are never looked at; `Edit(…)` and `Read(…)` are")
}

#[cfg(test)]
mod tests {
    use model::CommandRisk::{self, *};
    use model::ToolClass::*;

    use super::*;

    #[test]
    fn commands_are_read_by_what_they_let_through() {
        for (entry, everything, risk) in [
            ("Bash", true, Some(AnyCode)),
            ("Bash(*)", true, Some(AnyCode)),
            ("Bash(:*)", true, Some(AnyCode)),
            ("Bash(python:*)", false, Some(AnyCode)),
            ("Bash(python3 *)", false, Some(AnyCode)),
            ("Bash(python3 -c:*)", false, Some(AnyCode)),
            ("Bash(python3 -c \"import *)", false, Some(AnyCode)),
            ("Bash(rm -rf:*)", false, Some(Destructive)),
            ("Bash(python scripts/check.py:*)", false, None),
            ("Bash(bash -c:*)", false, Some(AnyCode)),
            ("Bash(sudo:*)", false, Some(AnyCode)),
            ("Bash(sudo systemctl restart x)", false, None),
            ("Bash(npx:*)", false, Some(AnyCode)),
            ("Bash(npx -y:*)", false, Some(AnyCode)),
            ("Bash(npx tsc:*)", false, None),
            ("Bash(docker run:*)", false, Some(AnyCode)),
            ("Bash(docker ps:*)", false, None),
            ("Bash(docker compose:*)", false, Some(RepositoryCode)),
            ("Bash(xargs ls:*)", false, None),
            ("Bash(uv run:*)", false, Some(AnyCode)),
            ("Bash(uv run pytest:*)", false, None),
            ("Bash(curl:*)", false, Some(Transfer)),
            ("Bash(curl -s:*)", false, Some(Transfer)),
            ("Bash(curl https://x.example/*)", false, None),
            ("Bash(rm:*)", false, Some(Destructive)),
            ("Bash(rm -rf node_modules)", false, None),
            ("Bash(aws:*)", false, Some(Infrastructure)),
            ("Bash(aws secretsmanager:*)", false, Some(SecretAccess)),
            ("Bash(terraform apply)", false, Some(Infrastructure)),
            ("Bash(kubectl get pods:*)", false, None),
            ("Bash(kubectl delete:*)", false, Some(Infrastructure)),
            ("Bash(git push:*)", false, Some(Publish)),
            ("Bash(git:*)", false, Some(Indirect)),
            ("Bash(git status:*)", false, None),
            ("Bash(npm run test:*)", false, None),
            ("Bash(npm run:*)", false, Some(RepositoryCode)),
            ("Bash(make:*)", false, Some(RepositoryCode)),
            ("Bash(printenv)", false, Some(SecretAccess)),
            ("Bash(ls:*)", false, None),
            ("Bash(NODE_ENV=test node:*)", false, Some(AnyCode)),
        ] {
            let found = read(entry, Place::Allow);
            assert_eq!(found.class, Shell, "{entry}");
            let got: (bool, Option<CommandRisk>) = (found.everything, found.risk);
            assert_eq!(got, (everything, risk), "{entry}");
        }
    }

    #[test]
    fn other_tools_are_read_by_kind() {
        for (entry, class, everything) in [
            ("Read", Read, true),
            ("Read(//**)", Read, true),
            ("Read(~/**)", Read, true),
            ("Read(src/**)", Read, false),
            ("Edit(/src/**)", Write, false),
            ("WebFetch", Network, true),
            ("WebFetch(domain:*)", Network, true),
            ("WebFetch(domain:x.example)", Network, false),
            ("mcp__github", ToolServer, true),
            ("mcp__github__*", ToolServer, true),
            ("mcp__github__get_issue", ToolServer, false),
            ("@git", ToolServer, true),
            ("@git/status", ToolServer, false),
            ("@builtin", Any, true),
            ("github/*", ToolServer, true),
            ("edit/editFiles", Write, true),
            ("execute/runInTerminal", Shell, true),
            ("vscode/extensions", Other, true),
            ("Task", Delegate, true),
            ("TodoWrite", Other, true),
        ] {
            let found = read(entry, Place::Allow);
            assert_eq!((found.class, found.everything), (class, everything), "{entry}");
        }
    }

    #[test]
    fn entries_that_the_client_skips_say_so() {
        assert!(read("*", Place::Allow).ignored.is_some());
        assert!(read("mcp__*", Place::Allow).ignored.is_some());
        assert!(read("Write(src/**)", Place::Allow).ignored.is_some());
        assert!(read("*", Place::ToolList).ignored.is_none());
        assert!(read("mcp__*", Place::Limit).ignored.is_none());
        assert!(read("Bash(*)", Place::Allow).ignored.is_none());
    }
}
