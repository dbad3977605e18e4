//! Files of variables that a configuration names: `envFile`, `env: ".env"`.
//!
//! Such a file means something only when a configuration hands it to an agent or a tool
//! server, so what it holds is dropped again unless one does (see `join`).

use syntax::{Kind, Node};

use crate::lowering::Lowering;

/// Lines that are read; a longer file is not a file of variables.
const MOST_LINES: usize = 4096;

impl Lowering<'_> {
    /// `NAME=value` on each line; quotes around the value are not part of it.
    pub(crate) fn variables_file(&mut self) {
        let Some(body) = self.source.tree.documents().nth(1) else { return };
        self.variable_lines(body);
    }

    fn variable_lines(&mut self, body: Node<'_>) {
        let Some(snippet) = self.snippet(body).filter(|_| body.kind() == Kind::String) else {
            return;
        };
        let taker = self.agent_taker("", body);
        let mut start = 0;
        let text = snippet.as_str().to_owned();
        for line in text.split_inclusive('\n').take(MOST_LINES) {
            let from = start;
            start += line.len();
            let trimmed = line.trim();
            let Some((name, _)) = trimmed.split_once('=').filter(|_| !trimmed.starts_with('#'))
            else {
                continue;
            };
            let name = name.trim_start_matches("export ").trim();
            if !crate::shell::is_name(name) {
                continue;
            }
            let lead = line.len() - line.trim_start().len();
            let skip = if trimmed.starts_with("export ") { "export ".len() } else { 0 };
            let part = snippet.part(from + lead + skip..from + lead + trimmed.len());
            self.hand_over_assignment(&part, name, &taker);
        }
    }
}
