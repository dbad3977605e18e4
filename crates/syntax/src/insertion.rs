//! Where a suppression comment can be put so that it covers a place and changes nothing else.

use crate::tree::{Kind, Node, Tree};
use crate::{Language, Span};

/// A place for a comment on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsertionPoint {
    /// Start of the line before which the comment goes.
    pub offset: u32,
    /// The white space that the line starts with.
    pub indent: String,
}

/// The line above the smallest entry that holds `offset` and starts a line.
///
/// Comments inside a heredoc, a block scalar or a one-line object would be text or a syntax
/// error; only entries of the tree count, so those are never chosen. `None` when the file's
/// language has no comments or nothing starts a line.
pub fn insertion_point(tree: &Tree, language: Language, offset: u32) -> Option<InsertionPoint> {
    comment_markers(language)?;
    let holds = |node: &Node<'_>| {
        let entry = node.entry_span();
        entry.start <= offset && offset <= entry.end.max(entry.start)
    };
    tree.nodes()
        .filter(is_entry)
        .filter(holds)
        .filter_map(|it| line_start(tree.source(), it.entry_span()))
        .last()
}

/// What opens and closes a comment, or `None` for a language without comments.
///
/// JSON files tolerate comments here, but most of their readers do not.
pub fn comment_markers(language: Language) -> Option<(&'static str, &'static str)> {
    match language {
        Language::Hcl
        | Language::Yaml
        | Language::HelmTemplate
        | Language::Toml
        | Language::Dotenv
        | Language::Ini => Some(("# ", "")),
        // A line in a key file that is not the key's may make it unreadable.
        Language::Json | Language::TerraformJson | Language::Text | Language::PropertyList => None,
        // The front matter is YAML; the body is not, and a comment above it is not one entry.
        Language::Markdown => Some(("# ", "")),
    }
}

/// Bare scalars are left out: the lines of a heredoc or a folded text are scalars too.
fn is_entry(node: &Node<'_>) -> bool {
    matches!(node.kind(), Kind::Block | Kind::Map | Kind::Seq) || node.key().is_some()
}

/// The start of the line of an entry, when only indentation and list dashes come before it.
fn line_start(source: &str, entry: Span) -> Option<InsertionPoint> {
    let before = source.get(..entry.start as usize)?;
    // A byte order mark belongs to no line: nothing may come before it.
    let first = if before.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let start = before.rfind('\n').map_or(first, |it| it + 1);
    let lead = before.get(start..)?;
    if !lead.chars().all(|it| it == ' ' || it == '\t' || it == '-') {
        return None;
    }
    let indent = lead.chars().take_while(|it| *it == ' ' || *it == '\t').collect();
    Some(InsertionPoint { offset: u32::try_from(start).ok()?, indent })
}
