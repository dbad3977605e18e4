//! Commands inside prompts, which a client runs when it loads the prompt.
//!
//! Claude Code and OpenCode run `` !`command` ``, Claude Code also a fence marked `!`, and
//! Gemini CLI `!{command}`; read 2026-08.

use std::ops::Range;

use syntax::{Kind, Node};

use crate::lowering::Lowering;

/// Commands of one prompt that are looked at.
const MOST: usize = 256;

/// How a client marks a command inside of a prompt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// `` !`command` `` and a fence marked `!`.
    Ticks,
    /// `!{command}`
    Braces,
}

impl Lowering<'_> {
    /// Records every command of a prompt as one that runs by itself.
    pub(crate) fn prompt_commands(&mut self, node: Node<'_>, path: &str, mark: Mark) {
        let Some(snippet) = self.snippet(node).filter(|_| node.kind() == Kind::String) else {
            return;
        };
        let text = snippet.as_str().to_owned();
        let found = match mark {
            Mark::Ticks => ticks(&text),
            Mark::Braces => braces(&text),
        };
        let region = self.place(node);
        for (at, range) in found.into_iter().enumerate() {
            let part = snippet.part(range);
            self.hook_text(&part, "load", &format!("{path}.command[{at}]"), region);
        }
    }
}

/// `` !`command` `` at the start of a line or after a blank, and fences marked `!`.
fn ticks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|it| it.find("!`")) {
        let mark = at + next;
        let start = mark + 2;
        at = start;
        let before = text.get(..mark).unwrap_or("");
        let apart = before.chars().next_back().is_none_or(char::is_whitespace);
        let rest = text.get(start..).unwrap_or("");
        let end = rest
            .find(['`', '\n'])
            .filter(|it| rest.get(*it..).is_some_and(|it| it.starts_with('`')));
        if let Some(end) = end.filter(|it| apart && *it > 0) {
            found.push(start..start + end);
            at = start + end + 1;
        }
        if found.len() >= MOST {
            return found;
        }
    }
    found.extend(fences(text));
    found.sort_by_key(|it| it.start);
    found.truncate(MOST);
    found
}

/// The texts inside fences that open with three backticks and `!`.
fn fences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, mut open) = (0, None);
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        match (open, line.trim()) {
            (None, "```!") => open = Some(end),
            (Some(from), "```") => {
                found.push(from..start);
                open = None;
            }
            _ => {}
        }
    }
    found.retain(|it| it.start < it.end);
    found
}

/// `!{command}`, braces inside counted.
fn braces(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|it| it.find("!{")) {
        let start = at + next + 2;
        at = start;
        let mut depth = 1_usize;
        for (offset, it) in text.get(start..).unwrap_or("").char_indices() {
            match it {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                found.push(start..start + offset);
                at = start + offset + 1;
                break;
            }
        }
        // A command that never ends: nothing behind it can end either.
        if depth > 0 || found.len() >= MOST {
            return found;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, found: Vec<Range<usize>>) -> Vec<&str> {
        found.into_iter().filter_map(|it| text.get(it)).collect()
    }

    #[test]
    fn commands_are_found_where_the_client_runs_them() {
        for (text, expected) in [
            ("Now: !`git status`", &["git status"][..]),
            ("!`a` and !`b`", &["a", "b"]),
            ("wow!`no`", &[]),
            ("`code` with !`", &[]),
            ("!`a\nb`", &[]),
            ("```!\nmake x\n```\n", &["make x\n"]),
            ("```sh\nmake x\n```\n", &[]),
            ("```!\nnever closed", &[]),
        ] {
            assert_eq!(texts(text, ticks(text)), expected, "{text}");
        }
        for (text, expected) in [
            ("x !{git log {{args}}} y", &["git log {{args}}"][..]),
            ("!{a} !{b}", &["a", "b"]),
            ("!{never", &[]),
            ("{a}", &[]),
        ] {
            assert_eq!(texts(text, braces(text)), expected, "{text}");
        }
    }
}
