//! The one tree that every parser builds: a flat arena in document order.
//!
//! A node is 32 bytes and owns nothing; text is a slice of the source, or of a side table
//! when escapes or folding changed it. A file's tree costs about one byte per source byte
//! and a handful of allocations, which is what lets every keystroke reparse the whole file.
//!
//! One vocabulary serves data formats and HCL. Each [`Kind`] says which children it has.

use std::fmt;
use std::sync::Arc;

use crate::problem::Problem;
use crate::span::Span;

/// What a node is, and which children it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Root of a multi-document file: the documents.
    Stream,
    /// An absent or null value.
    Null,
    /// `true` or `false` as the format spells it. YAML keeps the text: its schema is the reader's.
    Bool,
    /// A number; the text is what was written.
    Number,
    /// A string without interpolation. In YAML also every plain scalar that is not
    /// null, bool or number in the core schema ([`Style::Plain`] tells).
    String,
    /// An ordered list: its items.
    Seq,
    /// A mapping: its values as keyed nodes, or [`Kind::Pair`] where the key is not a scalar.
    Map,
    /// A map entry whose key is an expression or a collection: key, value.
    Pair,
    /// A YAML alias; [`Node::resolved`] follows it.
    Alias,
    /// Something that could not be read, or was masked (a template action). Its value is unknown.
    Opaque,

    /// An HCL body: keyed nodes (attributes) and [`Kind::Block`]s, in source order.
    Body,
    /// An HCL block: its key is the block's type; zero or more [`Kind::Label`]s, then a [`Kind::Body`].
    Block,
    /// A block label, or a name inside an expression (attribute name, loop variable).
    Label,
    /// A string with interpolation: [`Kind::String`] pieces, [`Kind::Interp`] and directives.
    Template,
    /// `${ … }`: one expression.
    Interp,
    /// `%{ if }`: condition, template of the true branch, and, when written, of the false branch.
    IfDirective,
    /// `%{ for }`: one or two [`Kind::Label`]s, collection, template of the body.
    ForDirective,
    /// A name at the root of an expression, such as `var` or `aws_iam_role`; the text is the name.
    Name,
    /// `target.name`: target, [`Kind::Label`].
    GetAttr,
    /// `target[index]`: target, index. `target.0` reads the same.
    Index,
    /// `target[*]…` or `target.*…`: target, and the expression applied to each element, in which
    /// [`Kind::SplatItem`] stands for the element.
    Splat,
    /// The element inside a [`Kind::Splat`].
    SplatItem,
    /// A function call; the text is the name, the children are the arguments.
    Call,
    /// `condition ? yes : no`: three children.
    Cond,
    /// A binary operation: two children; the operator is [`Node::operator`].
    Binary,
    /// A unary operation: one child; the operator is [`Node::operator`].
    Unary,
    /// `( … )`: one child.
    Paren,
    /// `[for … : …]`: labels, collection, value, and, when [`Flags::CONDITION`], a condition.
    ForSeq,
    /// `{for … : … => …}`: labels, collection, key, value, and, when [`Flags::CONDITION`], a condition.
    ForMap,
}

/// How a scalar or collection was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum Style {
    /// Nothing special.
    #[default]
    None,
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// A literal block (`|`, heredoc, `'''`).
    Block,
    /// A folded block (`>`).
    Folded,
    /// A collection in brackets where the format also has a block form (YAML).
    Flow,
}

/// Facts about a node that its kind does not say.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(pub u16);

impl Flags {
    /// Part of the node's text was masked (a Go template action): only the rest is known.
    pub const MASKED: Self = Self(1);
    /// The same key stands earlier in the same map.
    pub const DUPLICATE_KEY: Self = Self(1 << 1);
    /// A `for` expression has an `if`.
    pub const CONDITION: Self = Self(1 << 2);
    /// A `for` object groups with `...`, or a call expands its last argument with `...`.
    pub const EXPAND: Self = Self(1 << 3);
    /// A string came from a heredoc.
    pub const HEREDOC: Self = Self(1 << 4);
    /// The node's key contains masked text.
    pub const MASKED_KEY: Self = Self(1 << 5);
    /// A YAML merge key (`<<`).
    pub const MERGE: Self = Self(1 << 6);
    /// The value carries an explicit tag (YAML `!vault`, `!!str`, …); see [`Node::tag`].
    pub const TAGGED: Self = Self(1 << 7);

    /// True when every bit of `other` is set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flags({:#b})", self.0)
    }
}

/// Operators of HCL expressions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are the operators")]
pub enum Operator {
    Not,
    Negate,
    Multiply,
    Divide,
    Modulo,
    Add,
    Subtract,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// Index of a node in its tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

/// One arena entry. `next` is the index after the node's subtree, so the first child is
/// `id + 1` and a sibling is `next`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct NodeData {
    pub(crate) span: Span,
    pub(crate) key: Span,
    /// 0: no key, or the key's text is the source slice of its span; n: `cooked[n - 1]`.
    pub(crate) key_text: u32,
    pub(crate) next: u32,
    /// 0: the text is the source slice of the span; n: `cooked[n - 1]`.
    /// For [`Kind::Alias`] the target's index plus one, for operations the operator.
    pub(crate) text: u32,
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    pub(crate) flags: Flags,
}

const _: () = assert!(size_of::<NodeData>() == 32);

/// Text that differs from the source slice, with the way back to the source.
#[derive(Clone, Debug)]
pub(crate) struct Cooked {
    pub(crate) text: Arc<str>,
    pub(crate) map: OffsetMap,
}

/// Maps offsets in a string's text to offsets in the source.
///
/// Each entry `(text, source)` starts a run in which both advance together; offsets before
/// the first entry belong to the first run. Empty means that text and source are the same
/// bytes from the given start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffsetMap {
    base: u32,
    runs: Option<Arc<[(u32, u32)]>>,
    end: u32,
}

impl OffsetMap {
    /// Text is the source slice that starts at `base` and ends at `end`.
    pub fn identity(base: u32, end: u32) -> Self {
        Self { base, runs: None, end }
    }

    /// Text was built from runs of source bytes; `end` is the source offset after the last one.
    pub fn runs(runs: Vec<(u32, u32)>, end: u32) -> Self {
        Self { base: 0, runs: Some(runs.into()), end }
    }

    /// Source offset of a text offset, clamped to the string's own extent.
    pub fn to_source(&self, offset: u32) -> u32 {
        let found = match &self.runs {
            None => self.base.saturating_add(offset),
            Some(runs) => {
                let at = runs.partition_point(|(text, _)| *text <= offset);
                let Some((text, source)) = runs.get(at.saturating_sub(1)) else { return self.end };
                source.saturating_add(offset.saturating_sub(*text))
            }
        };
        found.min(self.end)
    }

    /// The map of a part of the text, with offsets from the start of the part.
    #[must_use]
    pub fn part(&self, start: u32, end: u32) -> Self {
        let source_end =
            if end > start { self.to_span(start, end).end } else { self.to_source(start) };
        let Some(runs) = &self.runs else {
            return Self::identity(self.base.saturating_add(start).min(self.end), source_end);
        };
        let first = runs.partition_point(|(text, _)| *text <= start).saturating_sub(1);
        let inside = runs.iter().skip(first).take_while(|(text, _)| *text < end.max(start + 1));
        let cut = inside.map(|(text, source)| match text.checked_sub(start) {
            Some(text) => (text, *source),
            None => (0, source.saturating_add(start - text)),
        });
        Self::runs(cut.collect(), source_end)
    }

    /// The runs of source bytes of which the first `len` bytes of the text consist, as offset
    /// in the text, offset in the source and length.
    pub fn pieces(&self, len: u32) -> Vec<(u32, u32, u32)> {
        let Some(runs) = &self.runs else { return vec![(0, self.base, len)] };
        let ends = runs.iter().skip(1).map(|(text, _)| *text).chain([len]);
        let all = runs
            .iter()
            .zip(ends)
            .map(|((text, source), end)| (*text, *source, end.min(len).saturating_sub(*text)));
        all.filter(|(_, _, len)| *len > 0).collect()
    }

    /// Source offset behind the last byte before a text offset. Unlike [`OffsetMap::to_span`]
    /// this takes whole escapes, and what was left out between two runs.
    pub(crate) fn end_to_source(&self, offset: u32) -> u32 {
        let last = self.runs.as_ref().and_then(|it| it.last());
        match last {
            Some((text, source)) if offset > *text && offset - text == self.end - source => {
                self.end
            }
            _ => self.to_source(offset),
        }
    }

    /// Source span of a range of text offsets.
    pub fn to_span(&self, start: u32, end: u32) -> Span {
        let from = self.to_source(start);
        // The end maps through its last byte: the next run may start further on.
        let to = if end > start { self.to_source(end - 1).saturating_add(1) } else { from };
        Span::new(from, to.min(self.end).max(from))
    }
}

/// A comment, with its markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The comment with its markers, without the line break.
    pub span: Span,
    /// The text inside the markers.
    pub text: Span,
}

/// A parsed file. Cheap to share, immutable, and never partial: what could not be read is an
/// [`Kind::Opaque`] node and a [`Problem`].
#[derive(Clone)]
pub struct Tree {
    pub(crate) source: Arc<str>,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) cooked: Vec<Cooked>,
    pub(crate) tags: Vec<(u32, Span)>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) relaxed: bool,
    pub(crate) markdown: bool,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tree({} nodes)", self.nodes.len())
    }
}

impl Tree {
    /// The text that was parsed.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The root, or `None` for an empty file.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.nodes.is_empty()).then_some(Node { tree: self, id: NodeId(0) })
    }

    /// The documents of a multi-document file; for every other file its root.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        let (single, many) = match self.root() {
            Some(root) if root.kind() == Kind::Stream => (None, Some(root.children())),
            other => (other, None),
        };
        single.into_iter().chain(many.into_iter().flatten())
    }

    /// A node by its index.
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        ((id.0 as usize) < self.nodes.len()).then_some(Node { tree: self, id })
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True for a file without any value.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Comments in source order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// What could not be read, in source order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// True when the last document is the body of a Markdown file.
    pub(crate) fn is_markdown(&self) -> bool {
        self.markdown
    }

    /// True when a JSON file uses what strict JSON does not have: comments, trailing commas,
    /// single quotes, bare keys. Tools that read strict JSON refuse such a file.
    pub fn is_relaxed_json(&self) -> bool {
        self.relaxed
    }

    /// All nodes in document order, aliases not followed.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|it| Node { tree: self, id: NodeId(it) })
    }

    fn slice(&self, span: Span) -> &str {
        self.source.get(span.range()).unwrap_or("")
    }
}

/// A node together with its tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{:?}", self.kind(), self.span())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl<'t> Node<'t> {
    fn data(self) -> &'t NodeData {
        // A `Node` is only made for an index inside the arena.
        #[expect(clippy::indexing_slicing, reason = "checked where the node was made")]
        &self.tree.nodes[self.id.0 as usize]
    }

    /// The tree this node belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Index in the tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What the node is.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// How it was written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// What else is known about it.
    pub fn flags(self) -> Flags {
        self.data().flags
    }

    /// The bytes of the whole value, with its quotes or brackets. For a heredoc its content.
    pub fn span(self) -> Span {
        self.data().span
    }

    /// The key under which this node stands in its map or body, or a block's type.
    pub fn key(self) -> Option<&'t str> {
        let data = self.data();
        match data.key_text {
            0 if data.key.is_empty() => None,
            0 => Some(self.tree.slice(data.key)),
            n => self.tree.cooked.get(n as usize - 1).map(|it| &*it.text),
        }
    }

    /// The bytes of the key, without quotes; empty when there is none.
    pub fn key_span(self) -> Span {
        self.data().key
    }

    /// Key and value together, or the value alone when there is no key.
    pub fn entry_span(self) -> Span {
        let data = self.data();
        if self.key().is_some() { data.key.cover(data.span) } else { data.span }
    }

    /// The text of a scalar, name, call or label, with escapes resolved; otherwise `None`.
    pub fn text(self) -> Option<&'t str> {
        match self.kind() {
            Kind::String
            | Kind::Number
            | Kind::Bool
            | Kind::Null
            | Kind::Label
            | Kind::Name
            | Kind::Call => {}
            _ => return None,
        }
        match self.data().text {
            0 => Some(self.tree.slice(self.content_span())),
            n => self.tree.cooked.get(n as usize - 1).map(|it| &*it.text),
        }
    }

    /// The text of a string, and of nothing else.
    pub fn as_str(self) -> Option<&'t str> {
        if self.kind() == Kind::String { self.text() } else { None }
    }

    /// The bytes inside the quotes of a string, or of the whole value when it has none.
    ///
    /// For a call this is the function's name, which stands first in the span.
    pub fn content_span(self) -> Span {
        let data = self.data();
        match data.kind {
            Kind::String | Kind::Label | Kind::Template
                if matches!(data.style, Style::Single | Style::Double) && data.span.len() >= 2 =>
            {
                Span::new(data.span.start + 1, data.span.end - 1)
            }
            _ => data.span,
        }
    }

    /// The way from offsets in [`Node::text`] to the source.
    pub fn offset_map(self) -> OffsetMap {
        match self.data().text {
            0 => {
                let span = self.content_span();
                OffsetMap::identity(span.start, span.end)
            }
            n => match self.tree.cooked.get(n as usize - 1) {
                Some(cooked) => cooked.map.clone(),
                None => OffsetMap::identity(self.span().start, self.span().end),
            },
        }
    }

    /// `Some` for a boolean in the spelling of JSON, HCL and YAML 1.2 (`true`, `True`, `FALSE`, …).
    pub fn as_bool(self) -> Option<bool> {
        if self.kind() != Kind::Bool {
            return None;
        }
        match self.text()? {
            it if it.eq_ignore_ascii_case("true") => Some(true),
            it if it.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The operator of a [`Kind::Binary`] or [`Kind::Unary`] node.
    pub fn operator(self) -> Option<Operator> {
        use Operator::*;
        if !matches!(self.kind(), Kind::Binary | Kind::Unary) {
            return None;
        }
        const ALL: [Operator; 15] = [
            Not,
            Negate,
            Multiply,
            Divide,
            Modulo,
            Add,
            Subtract,
            Less,
            LessEqual,
            Greater,
            GreaterEqual,
            Equal,
            NotEqual,
            And,
            Or,
        ];
        ALL.get(self.data().text as usize).copied()
    }

    /// The explicit tag of a YAML value, such as `!vault`.
    pub fn tag(self) -> Option<&'t str> {
        if !self.flags().has(Flags::TAGGED) {
            return None;
        }
        let tags = &self.tree.tags;
        let at = tags.binary_search_by_key(&self.id.0, |(id, _)| *id).ok()?;
        tags.get(at).map(|(_, span)| self.tree.slice(*span))
    }

    /// Direct children in source order.
    pub fn children(self) -> Children<'t> {
        let data = self.data();
        Children { tree: self.tree, at: self.id.0 + 1, end: data.next }
    }

    /// The child at a position.
    pub fn child(self, index: usize) -> Option<Node<'t>> {
        self.children().nth(index)
    }

    /// All nodes below this one in document order, aliases not followed.
    pub fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        let tree = self.tree;
        (self.id.0 + 1..self.data().next).map(move |it| Node { tree, id: NodeId(it) })
    }

    /// Follows a YAML alias to the node it names. Every other node, and an alias that names
    /// nothing, is returned as it is.
    ///
    /// The parser refuses aliases whose expansion would exceed the limit, so following them
    /// everywhere costs a bounded amount of work per document.
    #[must_use]
    pub fn resolved(self) -> Node<'t> {
        if self.kind() != Kind::Alias {
            return self;
        }
        let target = self.data().text.checked_sub(1).map(NodeId);
        match target.and_then(|it| self.tree.node(it)) {
            // An anchor always stands before its alias, so this cannot go round.
            Some(node) if node.id < self.id && node.kind() != Kind::Alias => node,
            _ => self,
        }
    }

    /// The value under `key` in a map, or an attribute of a body. The last of several wins;
    /// YAML aliases and merge keys are followed.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        let node = self.resolved();
        if !matches!(node.kind(), Kind::Map | Kind::Body) {
            return None;
        }
        let (mut own, mut has_merges) = (None, false);
        for child in node.children() {
            if child.is_merge() {
                has_merges = true;
            } else if child.is_under(key) && child.kind() != Kind::Block {
                own = Some(child);
            }
        }
        if let Some(found) = own {
            return Some(found.resolved());
        }
        has_merges.then(|| node.merged().find_map(|it| it.get(key))).flatten()
    }

    /// True when the node stands under `key`. Nearly all keys differ in length.
    pub fn is_under(self, key: &str) -> bool {
        let data = self.data();
        (data.key_text != 0 || data.key.len() as usize == key.len()) && self.key() == Some(key)
    }

    /// Follows several keys in turn.
    pub fn path(self, keys: &[&str]) -> Option<Node<'t>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a map that have a scalar key, in source order; merged ones last, and
    /// only where the map has no entry of its own. Values are resolved.
    pub fn entries(self) -> Vec<(&'t str, Node<'t>)> {
        self.keyed_nodes().into_iter().map(|(key, node)| (key, node.resolved())).collect()
    }

    /// As [`Node::entries`], with aliases left in place so that key spans stay the entry's own.
    pub fn keyed_nodes(self) -> Vec<(&'t str, Node<'t>)> {
        let node = self.resolved();
        if !matches!(node.kind(), Kind::Map | Kind::Body) {
            return Vec::new();
        }
        let mut found: Vec<_> = node
            .children()
            .filter(|it| it.kind() != Kind::Block && !it.is_merge())
            .filter_map(|it| it.key().map(|key| (key, it)))
            .collect();
        for merged in node.merged() {
            for (key, value) in merged.keyed_nodes() {
                if !found.iter().any(|(it, _)| *it == key) {
                    found.push((key, value));
                }
            }
        }
        found
    }

    /// The items of a list with aliases followed; empty for everything else.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> {
        let node = self.resolved();
        let children = (node.kind() == Kind::Seq).then(|| node.children());
        children.into_iter().flatten().map(Node::resolved)
    }

    /// The blocks of a type inside a body (or inside a block's body), in source order.
    pub fn blocks(self, kind: &str) -> impl Iterator<Item = Node<'t>> {
        let body = self.body().unwrap_or(self);
        body.children().filter(move |it| it.kind() == Kind::Block && it.key() == Some(kind))
    }

    /// The body of a block.
    pub fn body(self) -> Option<Node<'t>> {
        if self.kind() != Kind::Block {
            return None;
        }
        self.children().find(|it| it.kind() == Kind::Body)
    }

    /// The labels of a block.
    pub fn labels(self) -> impl Iterator<Item = Node<'t>> {
        self.children().filter(|it| it.kind() == Kind::Label)
    }

    fn is_merge(self) -> bool {
        self.flags().has(Flags::MERGE)
    }

    fn merged(self) -> impl Iterator<Item = Node<'t>> {
        // A merge points backwards, like every alias, so it cannot go round.
        let before = self.id;
        self.children().filter(|it| it.is_merge()).flat_map(move |it| {
            let target = it.resolved();
            let many = (target.kind() == Kind::Seq).then(|| target.items());
            let one = (target.kind() == Kind::Map && target.id < before).then_some(target);
            one.into_iter().chain(many.into_iter().flatten().filter(move |it| it.id < before))
        })
    }
}

/// Iterates over the direct children of a node.
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.at >= self.end {
            return None;
        }
        let node = Node { tree: self.tree, id: NodeId(self.at) };
        self.at = node.data().next.max(self.at + 1);
        Some(node)
    }
}
