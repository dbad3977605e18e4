//! Bounds on what a parser accepts. Input is not trusted; every limit that is hit is reported.

/// Bounds on one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of source text.
    pub bytes: usize,
    /// Nested brackets, blocks or indentation levels.
    pub depth: usize,
    /// Nodes in the tree.
    pub nodes: usize,
    /// Documents in one stream.
    pub documents: usize,
    /// Nodes that all aliases of one document may stand for together.
    pub alias_nodes: usize,
    /// Syntax errors after which the rest of a file is left out.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // No file in the corpora we measured comes near these: the deepest real nesting is
        // below 40, the largest hand-written file below 2 MB.
        Self {
            bytes: 8 << 20,
            depth: 128,
            nodes: 4_000_000,
            documents: 10_000,
            alias_nodes: 1_000_000,
            errors: 64,
        }
    }
}
