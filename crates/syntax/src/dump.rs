//! A tree as text, for people: snapshots and `nhilint debug tree`.

use std::fmt::Write;

use crate::tree::{Flags, Kind, Node, Style, Tree};

/// Longest text of a scalar that a dump shows, in characters.
const SHOWN: usize = 60;

/// Renders a tree, one node a line: depth, kind, key, span, text and flags; then the
/// comments and problems.
pub fn dump(tree: &Tree) -> String {
    let mut out = String::new();
    let mut ends = Vec::new();
    for node in tree.nodes() {
        while ends.last().is_some_and(|end| *end <= node.id().0) {
            ends.pop();
        }
        for _ in &ends {
            out.push_str("  ");
        }
        line(&mut out, node);
        let next = tree.nodes.get(node.id().0 as usize).map_or(0, |it| it.next);
        if next > node.id().0 + 1 {
            ends.push(next);
        }
    }
    for comment in tree.comments() {
        let text = tree.source().get(comment.text.range()).unwrap_or("");
        let _ = writeln!(out, "comment {:?} {}", comment.span, shorten(text));
    }
    for problem in tree.problems() {
        let _ = writeln!(out, "problem {:?} {:?} {}", problem.kind, problem.span, problem.message);
    }
    if tree.is_relaxed_json() {
        out.push_str("relaxed\n");
    }
    out
}

fn line(out: &mut String, node: Node<'_>) {
    // Writing to a string cannot fail.
    if let Some(key) = node.key() {
        let _ = write!(out, "{} {:?} = ", shorten(key), node.key_span());
    }
    let _ = write!(out, "{:?} {:?}", node.kind(), node.span());
    if node.style() != Style::None {
        let _ = write!(out, " {:?}", node.style());
    }
    if let Some(operator) = node.operator() {
        let _ = write!(out, " {operator:?}");
    }
    if let Some(text) = node.text() {
        let _ = write!(out, " {}", shorten(text));
    }
    if let Some(tag) = node.tag() {
        let _ = write!(out, " tag={tag}");
    }
    if node.kind() == Kind::Alias {
        match node.resolved() {
            it if it.id() == node.id() => out.push_str(" -> ?"),
            it => {
                let _ = write!(out, " -> {:?}", it.span());
            }
        }
    }
    for (flag, name) in FLAGS {
        if node.flags().has(flag) {
            out.push(' ');
            out.push_str(name);
        }
    }
    out.push('\n');
}

/// Flags that the rest of a line does not already say.
const FLAGS: [(Flags, &str); 7] = [
    (Flags::MASKED, "masked"),
    (Flags::DUPLICATE_KEY, "duplicate"),
    (Flags::CONDITION, "condition"),
    (Flags::EXPAND, "expand"),
    (Flags::HEREDOC, "heredoc"),
    (Flags::MASKED_KEY, "masked-key"),
    (Flags::MERGE, "merge"),
];

fn shorten(text: &str) -> String {
    if text.chars().nth(SHOWN).is_none() {
        return format!("{text:?}");
    }
    let head: String = text.chars().take(SHOWN).collect();
    format!("{head:?}… ({} bytes)", text.len())
}
