//! What a parser could not read. Problems travel beside the tree; they never replace it.

use crate::span::Span;

/// Why a region is missing from the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The text does not follow the format.
    Syntax,
    /// A limit of [`crate::Limits`] was reached; the rest was left out.
    Limit,
    /// The same key stands twice in one map. Both values are in the tree.
    DuplicateKey,
}

/// A region that could not be read, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Why.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What a person should know, in one line, without text from the file.
    pub message: String,
}
