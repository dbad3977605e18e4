//! Switches with which a command line starts an agent that asks nobody.
//!
//! Each client's own reference of its command line, read 2026-08.

use model::{ApprovalMode, GuardKind};

use crate::clients::{AMAZON_Q, AMP, CLAUDE_CODE, CODEX, CONTINUE, COPILOT, CRUSH, CURSOR};
use crate::clients::{GEMINI, OPENCODE, QWEN};
use crate::lowering::{Lowering, Snippet};
use crate::shell;

/// Programs, the client that each is, and the words that let it act without asking. Words that
/// belong together stand with a blank between them.
const SWITCHES: &[(&str, &str, &[&str])] = &[
    (
        "claude",
        CLAUDE_CODE,
        &["--dangerously-skip-permissions", "--permission-mode bypassPermissions"],
    ),
    ("codex", CODEX, &["--dangerously-bypass-approvals-and-sandbox", "--yolo"]),
    ("gemini", GEMINI, &["--yolo", "-y", "--approval-mode yolo"]),
    ("qwen", QWEN, &["--yolo", "-y", "--approval-mode yolo"]),
    ("copilot", COPILOT, &["--allow-all-tools", "--allow-all", "--yolo"]),
    ("crush", CRUSH, &["--yolo", "-y"]),
    ("cursor-agent", CURSOR, &["--force", "-f", "--yolo"]),
    ("q", AMAZON_Q, &["--trust-all-tools", "-a"]),
    ("kiro-cli", crate::clients::KIRO, &["--trust-all-tools", "-a"]),
    ("amp", AMP, &["--dangerously-allow-all"]),
    ("opencode", OPENCODE, &["--auto"]),
    ("cn", CONTINUE, &["--auto"]),
    ("droid", "Factory", &["--skip-permissions-unsafe"]),
    ("aider", "Aider", &["--yes-always"]),
];

/// Packages that are such a program when a launcher fetches them.
const PACKAGES: &[(&str, &str)] = &[
    ("@anthropic-ai/claude-code", "claude"),
    ("@openai/codex", "codex"),
    ("@google/gemini-cli", "gemini"),
    ("@qwen-code/qwen-code", "qwen"),
    ("@github/copilot", "copilot"),
    ("opencode-ai", "opencode"),
    ("@sourcegraph/amp", "amp"),
];

/// The client that a command starts without approvals, and the index of the word that says so.
fn found(words: &[&str]) -> Option<(&'static str, usize)> {
    let (at, program) = words.iter().enumerate().find_map(|(at, word)| {
        let name = shell::base_name(word);
        let package =
            word.rfind('@').filter(|it| *it > 0).and_then(|it| word.get(..it)).unwrap_or(word);
        let packed = PACKAGES.iter().find(|it| it.0 == package).map(|it| it.1);
        let plain = SWITCHES.iter().map(|it| it.0).find(|it| *it == name);
        // A launcher's package is its first word that is no option.
        (at == 0).then_some(plain).flatten().or(packed).map(|it| (at, it))
    })?;
    let (_, client, switches) = SWITCHES.iter().find(|it| it.0 == program)?;
    let rest = words.get(at + 1..)?;
    let said = |(index, word): (usize, &&str)| {
        switches.iter().any(|it| match it.split_once(' ') {
            None => it == word,
            Some((option, value)) => {
                let inline = word.strip_prefix(option).and_then(|it| it.strip_prefix('='));
                inline == Some(value) || *word == option && rest.get(index + 1) == Some(&value)
            }
        })
    };
    let index = rest.iter().enumerate().position(said)?;
    Some((client, at + 1 + index))
}

impl Lowering<'_> {
    /// Records what a command line starts without approvals.
    pub(crate) fn unasked_agents(&mut self, line: &Snippet, path: &str, region: model::Place) {
        let text = line.as_str().to_owned();
        if !SWITCHES.iter().any(|it| text.contains(it.0)) || !text.contains('-') {
            return;
        }
        for command in shell::pipelines(&text).into_iter().flatten() {
            let Some((name, rest)) = shell::program(&command) else { continue };
            let texts: Vec<&str> =
                std::iter::once(&*name).chain(rest.iter().map(|it| it.text.as_str())).collect();
            let Some((client, at)) = found(&texts) else { continue };
            let Some(word) = at.checked_sub(1).and_then(|it| rest.get(it)) else { continue };
            self.unasked(client, path, line.part(word.range.clone()).place(), region);
        }
    }

    /// The same for a command whose words stand apart.
    pub(crate) fn unasked_words(&mut self, words: &[crate::handover::Word], region: model::Place) {
        let texts: Vec<&str> = words.iter().map(|it| it.value.as_str()).collect();
        let Some((client, at)) = found(&texts) else { return };
        let Some(word) = words.get(at) else { return };
        self.unasked(client, &word.path.clone(), word.snippet.place(), region);
    }

    fn unasked(
        &mut self,
        client: &'static str,
        path: &str,
        place: model::Place,
        region: model::Place,
    ) {
        self.guard_at(path, GuardKind::Approval(ApprovalMode::Bypass), place, region);
        if let Some(guard) = self.facts.guards.last_mut() {
            guard.client = client;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn switches_count_for_the_program_that_has_them() {
        for (line, expected) in [
            ("claude --dangerously-skip-permissions -p x", Some("--dangerously-skip-permissions")),
            ("claude --permission-mode bypassPermissions", Some("--permission-mode")),
            (
                "claude --permission-mode=bypassPermissions",
                Some("--permission-mode=bypassPermissions"),
            ),
            ("claude --permission-mode plan", None),
            ("/usr/bin/gemini -y", Some("-y")),
            ("gemini --approval-mode=yolo", Some("--approval-mode=yolo")),
            ("npx -y @openai/codex@0.1.0 --yolo", Some("--yolo")),
            ("npx -y @google/gemini-cli", None),
            ("grep -f list", None),
            ("echo claude --dangerously-skip-permissions", None),
            ("cursor-agent -f", Some("-f")),
            ("apt-get -y install claude", None),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(found(&words).and_then(|it| words.get(it.1).copied()), expected, "{line}");
        }
    }
}
