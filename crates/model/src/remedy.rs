//! What mends a fact, as edits of text.
//!
//! Only a front end knows how its format writes something, so a fact that can be mended
//! carries the repair, and the rule that finds it wrong passes it on.

use syntax::Span;

use crate::place::{FileId, Place};

/// A repair as edits of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// Whether it can be applied without a person.
    pub safety: Safety,
    /// Edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a fix can be applied without a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Safety {
    /// It still parses, the rule goes quiet, and nothing else changes its meaning.
    Safe,
    /// Something elsewhere has to be prepared, or the meaning changes.
    Unsafe,
}

impl Safety {
    /// The word used in output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// Replaces bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub file: FileId,
    /// What is replaced; empty to insert.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl Edit {
    /// Replaces what stands at a place.
    pub fn replace(place: Place, text: impl Into<String>) -> Self {
        Self { file: place.file, span: place.span, text: text.into() }
    }
}
