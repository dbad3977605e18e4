//! A launch line as words, from every spelling that clients have for it.

use syntax::{Kind, Node};

use crate::handover::Word;
use crate::lowering::Lowering;
use crate::shell;

/// Keys that hold the program.
pub(crate) const COMMAND_KEYS: &[&str] = &["command", "cmd"];

impl Lowering<'_> {
    /// An agent that another client starts: what its command line lets it do.
    pub(crate) fn started_agent(&mut self, node: Node<'_>, path: &str) {
        let mut words = self.launch_words(node);
        for word in &mut words {
            word.path = format!("{path}.{}", word.path);
        }
        self.unasked_words(&words, self.entry_place(node));
    }

    /// The launch line as words, from every spelling of it.
    pub(crate) fn launch_words(&self, node: Node<'_>) -> Vec<Word> {
        let Some(command) = COMMAND_KEYS.iter().find_map(|it| node.get(it)) else {
            return Vec::new();
        };
        let arguments = node.get("args");
        let key = command.key().unwrap_or("command");
        let mut words = match command.kind() {
            Kind::Seq => self.word_list(command, key),
            Kind::Map => {
                let mut words: Vec<_> = command
                    .get("path")
                    .and_then(|it| self.word(it, "command.path"))
                    .into_iter()
                    .collect();
                words.extend(
                    command
                        .get("args")
                        .map(|it| self.word_list(it, "command.args"))
                        .into_iter()
                        .flatten(),
                );
                words
            }
            _ => self.command_line(command, key),
        };
        match arguments {
            Some(list) if list.kind() == Kind::Seq => words.extend(self.word_list(list, "args")),
            Some(line) => words.extend(self.split(line, "args")),
            None => {}
        }
        words
    }

    fn word(&self, node: Node<'_>, path: &str) -> Option<Word> {
        let snippet = self.snippet(node)?;
        let value = snippet.as_str().to_owned();
        Some(Word { snippet, value, path: path.to_owned() })
    }

    pub(crate) fn word_list(&self, list: Node<'_>, path: &str) -> Vec<Word> {
        list.items()
            .enumerate()
            .filter_map(|(at, it)| self.word(it, &format!("{path}[{at}]")))
            .collect()
    }

    /// A command in one text: split when it is a whole line, kept when it is a path.
    fn command_line(&self, node: Node<'_>, path: &str) -> Vec<Word> {
        let text = node.as_str().unwrap_or("");
        let first = text.split_whitespace().next().unwrap_or("");
        let is_path = first.contains(['\\', '/']) && !first.starts_with(['.', '/']);
        if first.len() < text.trim().len() && !is_path {
            return self.split(node, path);
        }
        self.word(node, path).into_iter().collect()
    }

    fn split(&self, node: Node<'_>, path: &str) -> Vec<Word> {
        let Some(snippet) = self.snippet(node) else { return Vec::new() };
        let words = shell::words(snippet.as_str());
        words.into_iter().map(|it| Word::of(&snippet, it.range, it.text, path)).collect()
    }
}
