//! Reads texts in which nothing is wrong and nothing unusual, which is nearly all of them.
//!
//! The reader that recovers from errors costs three times as much as one that gives up at
//! the first. So a text is read by `oxc-yaml-parser` first, and by the recovering reader
//! when that one meets an error or anything that only the other decides: tags, directives,
//! pairs inside lists. Both add the same nodes; a test holds them together.

use std::collections::HashMap;

use granit_parser::{ScalarStyle, Scanner, StrInput, TokenType};
use oxc_yaml_parser::ast::{
    BlockScalar, Content, Document, FlowSequenceEntry, MappingItem, MappingKey, Node, Props, Root,
    SequenceItem,
};
use oxc_yaml_parser::{Allocator, Span as At};

use crate::builder::Builder;
use crate::masked::Masked;
use crate::span::Span;
use crate::tree::Kind;

use super::nodes::{Collection, Nodes, Scalar};
use super::{Dialect, clamp, options};

/// Levels that a document may nest, by what its characters allow. The library calls itself
/// for each, so they take stack; documents that people write stay far below.
const LEVELS: usize = 1 << 14;

/// Length of a run of blanks and indicators.
const INDENT: usize = 256;

/// Bytes of stack that a level takes, more than twice what was measured.
const STACK: usize = if cfg!(debug_assertions) { 16 << 10 } else { 2 << 10 };

/// Adds all documents of a part of a text, or nothing: then it needs the other reader.
pub(super) fn documents(builder: &mut Builder, text: &Masked<'_>, part: Span) -> Option<()> {
    let source = text.text().get(part.range())?;
    if !text.is_plain() || !is_printable(source) {
        return None;
    }
    let stack = levels(source.as_bytes())? * STACK;
    stacker::maybe_grow(stack, stack, || {
        let allocator = Allocator::default();
        let root = oxc_yaml_parser::Parser::new(&allocator, source).parse().ok()?;
        let start = builder.checkpoint();
        let nodes = Nodes::new(builder, text, Dialect::Plain, part.start);
        let mut reader =
            Reader { nodes, source, base: part.start, anchors: HashMap::new(), anchor_count: 0 };
        let read = reader.root(&root);
        if read.is_none() {
            builder.rollback(start);
        }
        read
    })
}

/// What the library made of a text, on its way into nodes. `None` leaves the text to the
/// other reader.
struct Reader<'b, 's, 't> {
    nodes: Nodes<'b, 's, 't>,
    source: &'t str,
    /// Offset at which the library's text begins.
    base: u32,
    /// Numbers of the anchors of a document, by their names; a name may be given again.
    anchors: HashMap<&'t str, usize>,
    anchor_count: usize,
}

impl<'t> Reader<'_, '_, 't> {
    fn root(&mut self, root: &Root<'_>) -> Option<()> {
        if root.children.len() > self.nodes.limits().documents {
            return None;
        }
        for document in &root.children {
            self.document(document)?;
            self.nodes.end_document();
            self.anchors.clear();
        }
        for comment in &root.comments {
            let span = self.span(comment.span);
            self.nodes.comment(span);
        }
        // What a limit leaves out is told by the other reader.
        (!self.nodes.is_full()).then_some(())
    }

    fn document(&mut self, document: &Document<'_>) -> Option<()> {
        if !document.head.directives.is_empty() {
            return None;
        }
        match &document.body.content {
            Some(node) => self.node(node),
            None => {
                self.absent(document.directives_end_marker?.end);
                Some(())
            }
        }
    }

    fn node(&mut self, node: &Node<'_>) -> Option<()> {
        let anchor = self.anchor(&node.props)?;
        let start = node.content.span().start;
        match &node.content {
            Content::Mapping(it) => {
                self.open(Kind::Map, At::empty(start), false, anchor);
                self.entries(&it.children)?;
                self.nodes.close(Span::default());
            }
            Content::FlowMapping(it) => {
                self.commas(it.span, it.children.iter().map(|it| it.span))?;
                self.open(Kind::Map, At::new(start, start + 1), true, anchor);
                self.entries(&it.children)?;
                self.close(it.span.end);
            }
            Content::Sequence(it) => self.list(&it.children, start, anchor)?,
            Content::FlowSequence(it) => {
                let nodes = it.children.iter().map(|it| match it {
                    FlowSequenceEntry::Item(node) => Some(&**node),
                    FlowSequenceEntry::Pair(_) => None,
                });
                let nodes: Vec<&Node<'_>> = nodes.collect::<Option<_>>()?;
                self.commas(it.span, nodes.iter().map(|it| it.span))?;
                self.open(Kind::Seq, At::new(start, start + 1), true, anchor);
                for node in nodes {
                    self.node(node)?;
                }
                self.close(it.span.end);
            }
            Content::Alias(it) => {
                let target = self.anchors.get(self.name(it.span)?).copied();
                self.nodes.alias(target, self.span(it.span));
            }
            content => self.scalar(content, anchor)?,
        }
        Some(())
    }

    /// The number of a node's anchor, or 0. `None` for a node with a tag.
    fn anchor(&mut self, props: &Props) -> Option<usize> {
        match (props.anchor, props.tag) {
            (None, None) => Some(0),
            (Some(anchor), None) => {
                self.anchor_count += 1;
                self.anchors.insert(self.name(anchor.span)?, self.anchor_count);
                Some(self.anchor_count)
            }
            _ => None,
        }
    }

    /// The name behind the sign of an anchor or alias.
    fn name(&self, at: At) -> Option<&'t str> {
        self.source.get(at.start as usize + 1..at.end as usize)
    }

    /// Adds a list that begins at an offset.
    fn list(&mut self, items: &[SequenceItem<'_>], start: u32, anchor: usize) -> Option<()> {
        self.open(Kind::Seq, At::empty(start), false, anchor);
        for item in items {
            self.node(item.content.as_ref()?)?;
        }
        self.nodes.close(Span::default());
        Some(())
    }

    /// Where the other reader sees the start of a list below a key: at its first dash, but
    /// at its first entry when the dashes are not indented.
    fn list_start(&self, items: &[SequenceItem<'_>], key: At) -> Option<u32> {
        let first = items.first()?;
        let dash = first.span.start;
        if self.column(dash) != self.column(key.start) {
            return Some(dash);
        }
        let entry = first.content.as_ref()?.span.start;
        self.is_line(At::new(dash, entry)).then_some(entry)
    }

    /// True when no line ends within a part of the text.
    fn is_line(&self, at: At) -> bool {
        let part = self.source.as_bytes().get(at.start as usize..at.end as usize);
        // Hardly ever more than a few blanks: too few to search for.
        part.is_some_and(|it| !it.iter().any(|it| matches!(it, b'\n' | b'\r')))
    }

    /// Bytes between the start of a line and an offset.
    fn column(&self, at: u32) -> usize {
        let before = self.source.as_bytes().get(..at as usize).unwrap_or_default();
        memchr::memrchr2(b'\n', b'\r', before).map_or(before.len(), |it| before.len() - it - 1)
    }

    fn entries(&mut self, items: &[MappingItem<'_>]) -> Option<()> {
        for item in items {
            let (Some(MappingKey { content: Some(key), explicit: false, .. }), Some(value)) =
                (&item.key, &item.value)
            else {
                return None;
            };
            if key.props.start().is_some()
                || !is_on_one_line(&key.content)
                || !self.is_line(At::new(key.span.end, value.span.start))
            {
                return None;
            }
            self.scalar(&key.content, 0)?;
            match value.content.as_deref() {
                Some(Node { content: Content::Sequence(it), props, .. }) => {
                    let anchor = self.anchor(props)?;
                    let start = self.list_start(&it.children, key.span)?;
                    self.list(&it.children, start, anchor)?;
                }
                Some(node) => self.node(node)?,
                // The other reader sees it before the colon.
                None => self.absent(value.span.start),
            }
        }
        Some(())
    }

    /// `None` unless one comma, and no comment, stands between all entries of a collection in
    /// brackets: the library takes any number of them, anywhere.
    fn commas(&self, whole: At, mut entries: impl Iterator<Item = At>) -> Option<()> {
        let commas = |from: u32, to: u32| {
            let gap = self.source.as_bytes().get(from as usize..to as usize)?;
            let is_plain = memchr::memchr(b'#', gap).is_none();
            is_plain.then(|| memchr::memchr_iter(b',', gap).count())
        };
        let (start, end) = (whole.start + 1, whole.end.checked_sub(1)?);
        let Some(first) = entries.next() else {
            return (commas(start, end)? == 0).then_some(());
        };
        let mut last = first.end;
        let begins = commas(start, first.start)? == 0;
        for entry in entries {
            if commas(last, entry.start)? != 1 {
                return None;
            }
            last = entry.end;
        }
        (begins && commas(last, end)? <= 1).then_some(())
    }

    fn scalar(&mut self, content: &Content<'_>, anchor: usize) -> Option<()> {
        let (style, at) = match content {
            Content::Plain(it) => (ScalarStyle::Plain, it.span),
            Content::QuoteSingle(it) => (ScalarStyle::SingleQuoted, it.span),
            Content::QuoteDouble(it) => (ScalarStyle::DoubleQuoted, it.span),
            Content::BlockLiteral(it) if is_usual(it) => (ScalarStyle::Literal, it.span),
            Content::BlockFolded(it) if is_usual(it) => (ScalarStyle::Folded, it.span),
            _ => return None,
        };
        let raw = self.source.get(at.start as usize..at.end as usize)?;
        if style == ScalarStyle::Plain && !may_begin_plain(raw) {
            return None;
        }
        let inner = match style {
            _ if !is_on_one_line(content) => None,
            ScalarStyle::SingleQuoted => inner(raw, b'\''),
            ScalarStyle::DoubleQuoted => inner(raw, b'\\'),
            _ => Some(raw),
        };
        match inner {
            // Where nothing is written, the other reader tells what has the anchor.
            Some("") if style == ScalarStyle::Plain => return None,
            Some(value) => self.add(value, style, anchor, self.span(at)),
            None => {
                // What line breaks and escapes stand for, the library does not tell.
                let (value, span) = read_alone(raw, style)?;
                let start = self.base + at.start;
                let span = Span::new(start + span.start, start + span.end);
                self.add(&value, style, anchor, span);
            }
        }
        Some(())
    }

    fn add(&mut self, value: &str, style: ScalarStyle, anchor: usize, span: Span) {
        self.nodes.scalar(&Scalar { value, style, anchor, tag: None, tag_span: None, span });
    }

    /// Adds a value that is not written.
    fn absent(&mut self, at: u32) {
        self.add("~", ScalarStyle::Plain, 0, self.span(At::empty(at)));
    }

    fn open(&mut self, kind: Kind, at: At, flow: bool, anchor: usize) {
        let span = self.span(at);
        // The column is for texts with masks.
        self.nodes.open(Collection { kind, span, flow, column: 0, anchor, tag: None });
    }

    fn close(&mut self, end: u32) {
        let span = self.span(At::new(end.saturating_sub(1), end));
        self.nodes.close(span);
    }

    fn span(&self, at: At) -> Span {
        Span::new(self.base + at.start, self.base + at.end)
    }
}

/// True for a scalar that ends on the line on which it begins.
fn is_on_one_line(content: &Content<'_>) -> bool {
    match content {
        Content::Plain(it) => !it.multiline,
        Content::QuoteSingle(it) => !it.multiline,
        Content::QuoteDouble(it) => !it.multiline,
        _ => false,
    }
}

/// False for characters at which no plain scalar begins; between brackets the library takes some.
fn may_begin_plain(raw: &str) -> bool {
    !matches!(
        raw.as_bytes().first(),
        Some(b'|' | b'>' | b'@' | b'`' | b'%' | b'&' | b'*' | b'!' | b'"' | b'\'' | b'#' | b',')
    )
}

/// True of a block scalar that has text, and whose indentation the text alone tells.
fn is_usual(scalar: &BlockScalar) -> bool {
    scalar.indent.is_none() && scalar.content_start < scalar.content_end
}

/// The text between quotes, if it is its own value: no `escape` in it.
fn inner(raw: &str, escape: u8) -> Option<&str> {
    let inner = raw.get(1..raw.len().checked_sub(1)?)?;
    memchr::memchr(escape, inner.as_bytes()).is_none().then_some(inner)
}

/// The value of one scalar and its span in `raw`, which holds nothing else.
fn read_alone(raw: &str, style: ScalarStyle) -> Option<(String, Span)> {
    // A plain scalar could begin like the marker of a document, if it began the line.
    let indented = (style == ScalarStyle::Plain).then(|| format!(" {raw}"));
    let shift = indented.as_ref().map_or(0, |_| 1);
    let text = indented.as_deref().unwrap_or(raw);
    let mut found = None;
    for token in Scanner::with_options(StrInput::new(text), options(false)) {
        let (at, token) = token.ok()?.into_parts();
        match token {
            TokenType::Scalar(found_style, value) if found_style == style => {
                let at = at.byte_range()?;
                let (start, end) = (at.start.checked_sub(shift)?, at.end.checked_sub(shift)?);
                let value = (value.into_owned(), Span::new(clamp(start), clamp(end)));
                if found.replace(value).is_some() {
                    return None;
                }
            }
            TokenType::StreamStart | TokenType::StreamEnd => {}
            _ => return None,
        }
    }
    found
}

/// True when YAML allows every character, and none is a byte order mark.
fn is_printable(text: &str) -> bool {
    let is_control = |it: u8| {
        let is_blank = (it == b'\t') | (it == b'\n') | (it == b'\r');
        ((it < b' ') & !is_blank) | (it == 0x7f)
    };
    if count(text.as_bytes(), is_control) > 0 {
        return false;
    }
    // How the other characters begin that YAML does not take, and how they go on.
    let is_odd = |at: usize| match text.as_bytes().get(at..).unwrap_or_default() {
        [0xc2, second, ..] => (0x80..=0x9f).contains(second) && *second != 0x85,
        [0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => true,
        _ => false,
    };
    !memchr::memchr2_iter(0xc2, 0xef, text.as_bytes()).any(is_odd)
}

/// A number of levels that no document of a text can exceed, if it is within the limits.
///
/// A level between brackets costs a bracket or a colon. One of blocks begins at a greater
/// column than the one around it, or at the same for a list below a key; up to that column
/// its line, or one above, has nothing but blanks and indicators.
fn levels(text: &[u8]) -> Option<usize> {
    if has_long_run(text) {
        return None;
    }
    let mut from = 0;
    let is_marker =
        |at: &usize| matches!(text.get(at + 4), None | Some(b' ' | b'\t' | b'\r' | b'\n'));
    let markers = memchr::memmem::find_iter(text, b"\n---").filter(is_marker);
    let levels = |to: usize| {
        let document = text.get(from..to).unwrap_or_default();
        from = to;
        count(document, |it| (it == b'[') | (it == b'{') | (it == b':'))
    };
    let most = markers.chain([text.len()]).map(levels).max()?;
    (most <= LEVELS).then_some(most + 2 * (INDENT + 1))
}

/// Number of the bytes for which a test without branches holds.
fn count(bytes: &[u8], test: impl Fn(u8) -> bool) -> usize {
    // As long as a byte can count them, many are tested in one step.
    let part = |part: &[u8]| part.iter().fold(0_u8, |sum, it| sum + u8::from(test(*it)));
    bytes.chunks(usize::from(u8::MAX)).map(|it| usize::from(part(it))).sum()
}

/// True when blanks and indicators of blocks follow each other [`INDENT`] times.
fn has_long_run(text: &[u8]) -> bool {
    let is_indent = |it: &&u8| matches!(it, b' ' | b'\t' | b'-' | b'?' | b':');
    // Such a run covers one of these places.
    (0..text.len()).step_by(INDENT / 2).any(|at| {
        let (before, after) = text.split_at(at);
        let ahead = after.iter().take(INDENT).take_while(is_indent).count();
        ahead > 0
            && ahead + before.iter().rev().take(INDENT).take_while(is_indent).count() >= INDENT
    })
}

#[cfg(test)]
mod tests;
