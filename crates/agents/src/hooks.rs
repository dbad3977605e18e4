//! Commands that run on events, and other commands that a file keeps.

use model::{
    Credential, CredentialKind, GuardKind, HookCommand, Reference, ReferenceSyntax, SlotKind,
    Storage,
};
use syntax::{Kind, Node};

use crate::dialect::Expands;
use crate::handover::{At, Taker, Word};
use crate::lowering::{Lowering, Snippet};
use crate::shell;

/// Levels between an event and its commands; three are the most that a client uses.
const DEPTH: usize = 6;

/// Keys that hold a command line.
const COMMANDS: &[&str] =
    &["command", "bash", "powershell", "windows", "linux", "osx", "run", "commandLine"];

/// Variables that hold what the model or an outsider wrote.
const MODEL_INPUT: &[&str] = &[
    "CLAUDE_TOOL_INPUT",
    "CLAUDE_FILE_PATHS",
    "CLAUDE_FILE_PATH",
    "CLAUDE_TOOL_INPUT_FILE_PATH",
    "CLAUDE_USER_PROMPT",
    "CLAUDE_NOTIFICATION",
    "TOOL_INPUT",
    "ARGUMENTS",
    "USER_PROMPT",
];

impl Lowering<'_> {
    /// Every hook below a map of events.
    pub(crate) fn hooks(&mut self, events: Node<'_>, path: &str) {
        match events.kind() {
            Kind::Map => {
                for event in events.children() {
                    let Some(name) = event.key() else { continue };
                    self.event(event.resolved(), name, &format!("{path}.{name}"), true, DEPTH);
                }
            }
            // Kiro: `{"when": {"type": …}, "then": {"command": …}}` and lists of hooks.
            Kind::Seq => self.event(events, "", path, true, DEPTH),
            _ => {}
        }
    }

    fn event(&mut self, node: Node<'_>, event: &str, path: &str, all: bool, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if node.kind() == Kind::Seq {
            for (at, item) in node.items().enumerate() {
                self.event(item, event, &format!("{path}[{at}]"), all, depth);
            }
            return;
        }
        let matcher = node.get("matcher").and_then(Node::as_str).unwrap_or("");
        let all = all && matches!(matcher, "" | "*" | ".*");
        for key in COMMANDS {
            if let Some(command) = node.get(key) {
                self.hook(command, event, &format!("{path}.{key}"), all);
            }
        }
        if let Some(headers) = node.get("headers") {
            let taker = self.agent_taker(path, node);
            self.headers(headers, "headers", &taker);
        }
        if let Some(url) = node.get("url").and_then(|it| self.snippet(it)) {
            let taker = self.agent_taker(path, node);
            self.hand_over_url(&url, "url", &taker);
        }
        if let Some(inner) = node.get("hooks") {
            self.event(inner, event, &format!("{path}.hooks"), all, depth);
        }
    }

    fn hook(&mut self, command: Node<'_>, event: &str, path: &str, all: bool) {
        let Some(text) = command.as_str() else {
            self.saved_words(command, path);
            return;
        };
        let kind = GuardKind::Hook(HookCommand {
            event: event.to_owned(),
            runs_download: shell::runs_download(text),
            approves_all: all && approves(text),
            interpolates_input: interpolates(text),
        });
        self.guard(path, kind, command);
        self.saved_command(command, path);
    }

    /// Looks for credentials in a command line that a file keeps.
    pub(crate) fn saved_command(&mut self, node: Node<'_>, path: &str) {
        let Some(snippet) = self.snippet(node).filter(|_| node.kind() == Kind::String) else {
            return;
        };
        let taker = Taker { expands: Expands::SHELL, ..self.agent_taker("", node) };
        self.hand_over_command(&snippet, path, SlotKind::SavedCommand, &taker);
    }

    /// The same for a command that is a list of words.
    pub(crate) fn saved_words(&mut self, list: Node<'_>, path: &str) {
        let mut words = Vec::new();
        for (at, item) in list.items().enumerate() {
            if let Some(snippet) = self.snippet(item) {
                let value = snippet.as_str().to_owned();
                words.push(Word { snippet, value, path: format!("{path}[{at}]") });
            }
        }
        let taker = self.agent_taker("", list);
        self.hand_over_words(&words, SlotKind::SavedCommand, &taker);
    }

    /// A command that prints a credential when one is needed: nothing is stored.
    pub(crate) fn helper(
        &mut self,
        command: &Snippet,
        key: &str,
        kind: CredentialKind,
        taker: &Taker,
    ) {
        let reference = Reference {
            syntax: ReferenceSyntax::Command,
            target: key.to_owned(),
            expanded: Some(true),
            origin: command.origin(),
        };
        let at = At {
            kind: SlotKind::SavedCommand,
            path: key,
            key,
            expects: secrets::Expectation::Credential,
        };
        let credential =
            self.credential(Storage::Reference(reference), command.origin(), at, taker);
        self.facts.credentials.push(Credential { kind, ..credential });
    }
}

/// True when a command prints an approval whatever it is asked about.
fn approves(line: &str) -> bool {
    let script = syntax::shell::script(line);
    let commands = || script.pipelines.iter().flatten();
    let prints = |it: &Vec<shell::Word>| {
        shell::program(it).is_some_and(|(name, rest)| {
            matches!(name.as_str(), "echo" | "printf" | "jq" | "cat")
                && rest.iter().any(|word| is_approval(&word.text))
        })
    };
    // A script that decides something has more than the one print.
    let tests = |it: &Vec<shell::Word>| {
        it.first().is_some_and(|it| matches!(it.text.as_str(), "[" | "[[" | "test" | "grep"))
    };
    !script.decides && !commands().any(tests) && commands().any(prints)
}

fn is_approval(text: &str) -> bool {
    let dense: String = text.chars().filter(|it| !it.is_whitespace() && *it != '\\').collect();
    [
        "\"permissionDecision\":\"allow\"",
        "\"behavior\":\"allow\"",
        "\"decision\":\"approve\"",
        "permissionDecision:\"allow\"",
    ]
    .iter()
    .any(|it| dense.contains(it))
}

/// True when a line splices what the model wrote into a command, outside quotes.
fn interpolates(line: &str) -> bool {
    shell::pipelines(line)
        .iter()
        .flatten()
        .flatten()
        .flat_map(|it| &it.unquoted)
        .any(|it| MODEL_INPUT.contains(&it.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn approvals_that_ask_nothing_are_told_from_decisions() {
        assert!(approves(r#"echo '{"hookSpecificOutput": {"permissionDecision": "allow"}}'"#));
        assert!(approves(r#"jq -n '{"decision":"approve"}'"#));
        assert!(!approves(r#"if grep -q x; then echo '{"permissionDecision":"allow"}'; fi"#));
        assert!(!approves("echo allow"));
    }

    #[test]
    fn model_input_counts_only_outside_quotes() {
        assert!(interpolates("prettier --write $CLAUDE_FILE_PATHS"));
        assert!(!interpolates("prettier --write \"$CLAUDE_FILE_PATHS\""));
        assert!(!interpolates("$CLAUDE_PROJECT_DIR/hook.sh"));
    }
}
