//! Suppression comments: `nhilint: ignore[rule, …] until=2027-03-31 owner=team -- reason`.
//!
//! A comment on its own line covers the entry that starts on the next line that holds one (an
//! HCL block, a map entry with its value, a list item, a document); a comment behind a value
//! covers its line. `ignore-file[…]` before the first value covers the file.

use crate::span::Span;
use crate::tree::Tree;

/// One suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The comment.
    pub span: Span,
    /// The rule ids between the brackets, each with its place.
    pub rules: Vec<(String, Span)>,
    /// The bytes in which findings are covered: a finding whose primary range starts inside.
    pub covers: Span,
    /// True for `ignore-file`.
    pub whole_file: bool,
    /// The text after `until=`, unchecked, with its place.
    pub until: Option<(String, Span)>,
    /// The text after `owner=`.
    pub owner: Option<String>,
    /// The text after `--`.
    pub reason: Option<String>,
}

/// A comment that starts like a suppression and is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionProblem {
    /// Where.
    pub span: Span,
    /// What is wrong and what to write, in one line.
    pub message: String,
}

/// Finds the suppression comments of a file.
pub fn suppressions(_tree: &Tree) -> (Vec<Suppression>, Vec<SuppressionProblem>) {
    (Vec::new(), Vec::new())
}
