//! A parsed file as front ends receive it.

use syntax::{Node, Span, Tree};

use crate::place::{FileId, Place};

/// A parsed file of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its id in this analysis.
    pub file: FileId,
    /// Its path, relative to the workspace root, with `/`.
    pub path: &'a str,
    /// What the parser made of it.
    pub tree: &'a Tree,
}

impl Source<'_> {
    /// A span of this file as a place.
    pub fn place(&self, span: Span) -> Place {
        Place::new(self.file, span)
    }

    /// A node's value as a place.
    pub fn place_of(&self, node: Node<'_>) -> Place {
        self.place(node.span())
    }
}
