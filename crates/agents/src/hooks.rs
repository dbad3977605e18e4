//! Commands that run on events, and other commands that a file keeps.

use model::{
    Credential, CredentialKind, GuardKind, HookCommand, HookInput, Reference, ReferenceSyntax,
    SlotKind, Storage,
};
use syntax::{Kind, Node};

use crate::dialect::Expands;
use crate::handover::{At, Taker, Word};
use crate::lowering::{Lowering, Snippet};
use crate::{hook_input, powershell, shell};

/// Levels between an event and its commands; three are the most that a client uses.
const DEPTH: usize = 6;

/// Keys that hold a command line.
const COMMANDS: &[&str] =
    &["command", "bash", "powershell", "windows", "linux", "osx", "run", "commandLine"];

/// Keys whose line PowerShell reads.
const POWERSHELL: &[&str] = &["powershell", "windows"];

impl Lowering<'_> {
    /// Every hook below a map of events.
    pub(crate) fn hooks(&mut self, events: Node<'_>, path: &str) {
        match events.kind() {
            // Kiro: `{"when": {"type": …}, "then": {"command": …}}`.
            Kind::Map if events.get("when").is_some() => {
                let event = events.path(&["when", "type"]).and_then(Node::as_str).unwrap_or("");
                if let Some(then) = events.get("then") {
                    self.event(then, event, "then", true, DEPTH);
                }
            }
            Kind::Map => {
                for event in events.children() {
                    let Some(name) = event.key() else { continue };
                    self.event(event.resolved(), name, &format!("{path}.{name}"), true, DEPTH);
                }
            }
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
        let stated = node.get("shell").and_then(Node::as_str);
        for key in COMMANDS {
            if let Some(command) = node.get(key) {
                let powershell =
                    POWERSHELL.contains(key) || matches!(stated, Some("powershell" | "pwsh"));
                let reader = if powershell { Reader::PowerShell } else { Reader::Posix };
                self.hook(command, event, &format!("{path}.{key}"), all, reader);
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

    /// A command that the client runs by itself, without a list of events around it.
    pub(crate) fn runs(&mut self, command: Node<'_>, event: &str, path: &str) {
        self.hook(command, event, path, false, Reader::Posix);
    }

    fn hook(&mut self, command: Node<'_>, event: &str, path: &str, all: bool, reader: Reader) {
        let Some(text) = command.as_str() else {
            let words: Vec<&str> = command.items().filter_map(Node::as_str).collect();
            if !words.is_empty() {
                let hook =
                    HookCommand { runs_download: shell::texts_run_download(&words), ..bare(event) };
                self.guard(path, GuardKind::Hook(hook), command);
            }
            self.saved_words(command, path);
            return;
        };
        let hook = hook_of(text, event, all, reader);
        self.guard(path, GuardKind::Hook(hook), command);
        match reader {
            Reader::Posix => self.saved_command(command, path),
            Reader::PowerShell => self.saved_powershell(command, path),
        }
    }

    /// A script whose file is called like the event on which it runs.
    pub(crate) fn hook_script(&mut self) {
        let Some(body) = self.source.tree.documents().nth(1) else { return };
        let Some(snippet) = self.snippet(body).filter(|_| body.kind() == Kind::String) else {
            return;
        };
        let event = self.source.path.rsplit('/').next().unwrap_or("").to_owned();
        self.hook_text(&snippet, &event, "script", self.place(body));
        let taker = Taker { expands: Expands::SHELL, notation: None, ..self.agent_taker("", body) };
        self.hand_over_command(&snippet, "script", SlotKind::SavedCommand, &taker);
    }

    /// The words behind a program that was just recorded; it may be an interpreter with its text.
    pub(crate) fn started_words(&mut self, command: Node<'_>, words: Node<'_>, path: &str) {
        let rest = words.items().filter_map(Node::as_str);
        let texts: Vec<&str> = command.as_str().into_iter().chain(rest).collect();
        let downloads = shell::texts_run_download(&texts);
        if let Some(GuardKind::Hook(hook)) = self.facts.guards.last_mut().map(|it| &mut it.kind) {
            hook.runs_download |= downloads;
        }
        self.saved_words(words, path);
    }

    /// A command in a stretch of a text.
    pub(crate) fn hook_text(
        &mut self,
        line: &Snippet,
        event: &str,
        path: &str,
        region: model::Place,
    ) {
        let hook = hook_of(line.as_str(), event, false, Reader::Posix);
        self.guard_at(path, GuardKind::Hook(hook), line.place(), region);
        self.unasked_agents(line, path, region);
    }

    /// As [`Lowering::saved_command`], for a line that PowerShell reads.
    fn saved_powershell(&mut self, node: Node<'_>, path: &str) {
        let Some(snippet) = self.snippet(node).filter(|_| node.kind() == Kind::String) else {
            return;
        };
        let taker = self.agent_taker("", node);
        self.hand_over_powershell(&snippet, path, SlotKind::SavedCommand, &taker);
    }

    /// Looks for credentials in a command line that a file keeps.
    pub(crate) fn saved_command(&mut self, node: Node<'_>, path: &str) {
        let Some(snippet) = self.snippet(node).filter(|_| node.kind() == Kind::String) else {
            return;
        };
        let taker = Taker { expands: Expands::SHELL, notation: None, ..self.agent_taker("", node) };
        self.hand_over_command(&snippet, path, SlotKind::SavedCommand, &taker);
        self.unasked_agents(&snippet, path, self.entry_place(node));
    }

    /// The same for a command that is a line or a list of words.
    pub(crate) fn saved(&mut self, node: Node<'_>, path: &str) {
        match node.kind() {
            Kind::Seq => self.saved_words(node, path),
            _ => self.saved_command(node, path),
        }
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
        let taker = Taker { notation: None, ..self.agent_taker("", list) };
        self.hand_over_words(&words, SlotKind::SavedCommand, &taker);
        self.unasked_words(&words, self.entry_place(list));
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

/// Who reads a command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reader {
    Posix,
    PowerShell,
}

fn bare(event: &str) -> HookCommand {
    HookCommand {
        event: event.to_owned(),
        runs_download: false,
        approves_all: false,
        encoded: false,
        input: HookInput::Apart,
    }
}

/// What a line does.
fn hook_of(text: &str, event: &str, all: bool, reader: Reader) -> HookCommand {
    let is_posix = reader == Reader::Posix;
    HookCommand {
        runs_download: shell::runs_download(text)
            || !is_posix && powershell::runs_download(text, 4),
        approves_all: all && approves(text),
        encoded: shell::is_encoded(text),
        input: if is_posix { hook_input::of_line(text) } else { HookInput::Apart },
        ..bare(event)
    }
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
}
