//! Builds a [`Tree`] in document order. The only way a parser makes nodes.

use std::sync::Arc;

use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;
use crate::tree::{
    Comment, Cooked, Flags, Kind, NodeData, NodeId, OffsetMap, Operator, Style, Tree,
};

/// Bytes of a source that a node takes: fewer than in most files, so that their nodes are not
/// moved to have more room.
const BYTES: usize = 10;

/// A tree under construction.
///
/// Open a parent, add its children, close it. Limits are checked here, once, so that no
/// parser can forget them: past a limit nodes are dropped and one problem is recorded.
#[derive(Debug)]
pub(crate) struct Builder {
    tree: Tree,
    limits: Limits,
    limit_hit: bool,
    depth_hit: bool,
}

/// A state of a builder to which it can return.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checkpoint {
    nodes: usize,
    cooked: usize,
    tags: usize,
    comments: usize,
    problems: usize,
    limit_hit: bool,
    depth_hit: bool,
}

/// A node that has been opened; give it back to [`Builder::close`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open(u32);

/// The key of a node: its span without quotes and, where escapes changed it, its text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Key {
    pub(crate) span: Span,
    pub(crate) text: Option<String>,
    pub(crate) flags: Flags,
}

impl Builder {
    pub(crate) fn new(source: Arc<str>, limits: &Limits) -> Self {
        let tree = Tree {
            nodes: Vec::with_capacity(source.len() / BYTES),
            source,
            cooked: Vec::new(),
            tags: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
            relaxed: false,
            markdown: false,
        };
        Self { tree, limits: *limits, limit_hit: false, depth_hit: false }
    }

    pub(crate) fn source(&self) -> &Arc<str> {
        &self.tree.source
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Number of nodes so far: the id of the next node.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX)
    }

    /// True once the node limit was reached: a parser may stop early.
    pub(crate) fn is_full(&self) -> bool {
        self.limit_hit
    }

    /// Adds a node without children. Its text is the source slice of its content span.
    pub(crate) fn leaf(&mut self, kind: Kind, style: Style, span: Span, key: Key) -> NodeId {
        let open = self.open(kind, style, span, key);
        self.close(open, span.end);
        NodeId(open.0)
    }

    /// Adds a scalar whose text differs from the source.
    pub(crate) fn cooked(
        &mut self,
        kind: Kind,
        style: Style,
        span: Span,
        key: Key,
        text: &str,
        map: OffsetMap,
    ) -> NodeId {
        let id = self.leaf(kind, style, span, key);
        let index = self.add_cooked(text, map);
        if let Some(node) = self.node_mut(id) {
            node.text = index;
        }
        id
    }

    /// Adds an operation; its children follow until [`Builder::close`].
    pub(crate) fn open_operation(
        &mut self,
        kind: Kind,
        operator: Operator,
        span: Span,
        key: Key,
    ) -> Open {
        let open = self.open(kind, Style::None, span, key);
        if let Some(node) = self.node_mut(NodeId(open.0)) {
            node.text = operator as u32;
        }
        open
    }

    /// Adds a call; its arguments follow until [`Builder::close`].
    pub(crate) fn open_call(&mut self, name: &str, name_span: Span, span: Span, key: Key) -> Open {
        let index = self.add_cooked(name, OffsetMap::identity(name_span.start, name_span.end));
        let open = self.open(Kind::Call, Style::None, span, key);
        if let Some(node) = self.node_mut(NodeId(open.0)) {
            node.text = index;
        }
        open
    }

    /// Adds an alias of an earlier node, or of nothing.
    pub(crate) fn alias(&mut self, target: Option<NodeId>, span: Span, key: Key) -> NodeId {
        let id = self.leaf(Kind::Alias, Style::None, span, key);
        if let Some(node) = self.node_mut(id) {
            node.text = target.map_or(0, |it| it.0 + 1);
        }
        id
    }

    /// Adds a node whose children follow until [`Builder::close`].
    pub(crate) fn open(&mut self, kind: Kind, style: Style, span: Span, key: Key) -> Open {
        if self.tree.nodes.len() >= self.limits.nodes {
            if !self.limit_hit {
                self.limit_hit = true;
                let message =
                    format!("more than {} values: the rest was left out", self.limits.nodes);
                self.problem(ProblemKind::Limit, span, message);
            }
            return Open(u32::MAX);
        }
        let key_text = key
            .text
            .as_deref()
            .map_or(0, |it| self.add_cooked(it, OffsetMap::identity(key.span.start, key.span.end)));
        let id = self.len();
        self.tree.nodes.push(NodeData {
            span,
            key: key.span,
            key_text,
            next: id + 1,
            text: 0,
            kind,
            style,
            flags: key.flags,
        });
        Open(id)
    }

    /// Ends a node: what was added since is below it. `end` is the offset after its last byte.
    pub(crate) fn close(&mut self, open: Open, end: u32) {
        let next = self.len();
        if let Some(node) = self.node_mut(NodeId(open.0)) {
            node.next = next;
            node.span.end = end.max(node.span.start);
        }
    }

    pub(crate) fn id(&self, open: Open) -> NodeId {
        NodeId(open.0)
    }

    pub(crate) fn add_flags(&mut self, id: NodeId, flags: Flags) {
        if let Some(node) = self.node_mut(id) {
            node.flags = node.flags.with(flags);
        }
    }

    /// Adds flags to the innermost collection that `offset` lies in, among the nodes from
    /// `first` on.
    pub(crate) fn flag_innermost(&mut self, first: u32, offset: u32, flags: Flags) {
        let nodes = self.tree.nodes.get_mut(first as usize..).unwrap_or_default();
        let around = |it: &&mut NodeData| {
            matches!(it.kind, Kind::Map | Kind::Seq | Kind::Body) && it.span.touches(offset)
        };
        if let Some(node) = nodes.iter_mut().rev().find(around) {
            node.flags = node.flags.with(flags);
        }
    }

    /// Records the explicit tag of a node; nodes must be tagged in document order.
    pub(crate) fn tag(&mut self, id: NodeId, span: Span) {
        if self.node_mut(id).is_some() {
            self.add_flags(id, Flags::TAGGED);
            self.tree.tags.push((id.0, span));
        }
    }

    pub(crate) fn comment(&mut self, comment: Comment) {
        self.tree.comments.push(comment);
    }

    pub(crate) fn problem(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        self.tree.problems.push(Problem { kind, span, message: message.into() });
    }

    /// Records that a collection lies deeper than the limit allows and is left out.
    pub(crate) fn depth_limit(&mut self, span: Span) {
        if !self.depth_hit {
            self.depth_hit = true;
            let message = format!(
                "nested more than {} levels deep: what lies deeper was left out",
                self.limits.depth
            );
            self.problem(ProblemKind::Limit, span, message);
        }
    }

    /// Records that a JSON file uses more than strict JSON.
    pub(crate) fn relax(&mut self) {
        self.tree.relaxed = true;
    }

    /// Records that the last document is the body of a Markdown file.
    pub(crate) fn markdown(&mut self) {
        self.tree.markdown = true;
    }

    /// Marks the current end of the tree, for [`Builder::rollback`].
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            nodes: self.tree.nodes.len(),
            cooked: self.tree.cooked.len(),
            tags: self.tree.tags.len(),
            comments: self.tree.comments.len(),
            problems: self.tree.problems.len(),
            limit_hit: self.limit_hit,
            depth_hit: self.depth_hit,
        }
    }

    /// Takes back everything that was added since the checkpoint.
    pub(crate) fn rollback(&mut self, to: Checkpoint) {
        self.tree.nodes.truncate(to.nodes);
        self.tree.cooked.truncate(to.cooked);
        self.tree.tags.truncate(to.tags);
        self.tree.comments.truncate(to.comments);
        self.tree.problems.truncate(to.problems);
        self.limit_hit = to.limit_hit;
        self.depth_hit = to.depth_hit;
    }

    pub(crate) fn finish(mut self) -> Tree {
        self.tree.comments.sort_by_key(|it| it.span);
        // A parser that reads a part again may see a comment twice.
        self.tree.comments.dedup();
        self.tree.problems.sort_by_key(|it| (it.span, it.kind));
        self.tree.tags.sort_by_key(|(id, _)| *id);
        // To fit exactly is to copy them once more.
        if self.tree.nodes.capacity() / 2 > self.tree.nodes.len() {
            self.tree.nodes.shrink_to_fit();
        }
        self.tree
    }

    fn add_cooked(&mut self, text: &str, map: OffsetMap) -> u32 {
        self.tree.cooked.push(Cooked { text: text.into(), map });
        u32::try_from(self.tree.cooked.len()).unwrap_or(0)
    }

    fn node_mut(&mut self, id: NodeId) -> Option<&mut NodeData> {
        self.tree.nodes.get_mut(id.0 as usize)
    }
}
