//! Events of a YAML parser, made into nodes.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, ScalarStyle, Span as EventSpan, StructureStyle, Tag};

use crate::builder::{Builder, Checkpoint, Key, Open};
use crate::escape;
use crate::keys::KeySet;
use crate::limits::Limits;
use crate::masked::Masked;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Comment, Flags, Kind, NodeId, OffsetMap, Style};

use super::align::{Quoting, align};
use super::{Dialect, Fault, schema};

/// Nodes under construction. One serves all documents that one parser reads.
pub(super) struct Nodes<'b, 's, 't> {
    builder: &'b mut Builder,
    text: &'t Masked<'s>,
    dialect: Dialect,
    /// Offset at which the parser's text begins.
    base: u32,
    frames: Vec<Frame>,
    /// The keys of the maps that are open, outermost first, and room for those to come.
    keys: Vec<KeySet<'s>>,
    /// How many are open.
    maps: usize,
    /// The text of the key whose value comes next, when it is not written like that.
    key_text: Option<String>,
    /// Collections open inside one that was left out.
    skipping: usize,
    /// End of the last content, which is where a block collection really ends.
    last_end: u32,
    /// Nodes so far with aliases counted as what they stand for.
    expanded: usize,
    /// Nodes that the aliases of this document stand for.
    aliased: usize,
    alias_limit_hit: bool,
    anchors: HashMap<usize, Anchor>,
    /// Block scalars that hold actions, in order: what these print stays inside.
    printed_into: Vec<Span>,
}

/// An anchored node that is complete: an alias inside its own target names nothing.
#[derive(Clone, Copy)]
struct Anchor {
    node: NodeId,
    size: usize,
}

struct Frame {
    open: Open,
    anchor: usize,
    expanded_before: usize,
    start: u32,
    /// From where a template may print entries: behind the key, before the first entry.
    extent: u32,
    column: u32,
    flow: bool,
    /// `None` in a sequence.
    slot: Option<Slot>,
}

/// What the next node of a map is.
#[derive(Clone, Copy)]
enum Slot {
    Key,
    /// The value of a scalar key.
    Value(KeyParts),
    /// The key of a pair was begun; the next node is its value.
    PairValue(Open),
    /// A pair is complete but not closed.
    PairEnd(Open),
}

/// A scalar key, but for a text that is not written like that.
#[derive(Clone, Copy)]
struct KeyParts {
    /// Inside of its quotes.
    span: Span,
    flags: Flags,
    /// Where it ends.
    end: u32,
}

impl<'b, 's, 't> Nodes<'b, 's, 't> {
    pub(super) fn new(
        builder: &'b mut Builder,
        text: &'t Masked<'s>,
        dialect: Dialect,
        base: u32,
    ) -> Self {
        Self {
            builder,
            text,
            dialect,
            base,
            frames: Vec::new(),
            keys: Vec::new(),
            maps: 0,
            key_text: None,
            skipping: 0,
            last_end: base,
            expanded: 0,
            aliased: 0,
            alias_limit_hit: false,
            anchors: HashMap::new(),
            printed_into: Vec::new(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        self.builder.limits()
    }

    pub(super) fn is_full(&self) -> bool {
        self.builder.is_full()
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        self.builder.checkpoint()
    }

    /// Where the outermost bracket that is open stands.
    pub(super) fn bracket(&self) -> Option<u32> {
        self.frames.iter().find(|it| it.flow).map(|it| it.start)
    }

    pub(super) fn too_many_documents(&mut self, at: u32) {
        let message =
            format!("more than {} documents: the rest was left out", self.limits().documents);
        self.builder.problem(ProblemKind::Limit, Span::new(at, at), message);
    }

    /// Ends a document at an error that could not be put right.
    pub(super) fn give_up(&mut self, fault: &Fault) {
        let at = self.text.whole_characters(Span::new(fault.at, fault.at));
        self.builder.problem(fault.kind, at, fault.message);
        if let Some(Slot::Value(parts)) = self.take_slot() {
            let (key, end) = (self.whole_key(parts), parts.end);
            self.builder.leaf(Kind::Opaque, Style::None, Span::new(end, end), key);
        }
        while let Some(frame) = self.frames.pop() {
            let id = self.builder.id(frame.open);
            self.builder.add_flags(id, Flags::MASKED);
            self.builder.close(frame.open, self.last_end);
        }
        self.end_document();
    }

    pub(super) fn end_document(&mut self) {
        self.frames.clear();
        self.key_text = None;
        while self.maps > 0 {
            self.close_map();
        }
        self.skipping = 0;
        self.expanded = 0;
        self.aliased = 0;
        self.alias_limit_hit = false;
        self.anchors.clear();
    }

    /// Adds what an event of the recovering reader says.
    pub(super) fn event(&mut self, event: Event<'_>, at: &EventSpan) {
        let span = self.span(at);
        let collection = |kind, style, anchor, tag: Option<_>| Collection {
            kind,
            span,
            flow: style == StructureStyle::Flow,
            column: u32::try_from(at.start.col()).unwrap_or(u32::MAX),
            anchor,
            tag: tag.and_then(|_| at.tag_span()).map(|it| self.span(&it)),
        };
        match event {
            Event::Comment(..) => self.comment(span),
            Event::SequenceStart(style, anchor, tag) => {
                self.open(collection(Kind::Seq, style, anchor, tag));
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(collection(Kind::Map, style, anchor, tag));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Scalar(value, style, anchor, tag) => {
                let tag_span = tag.as_ref().and_then(|_| at.tag_span()).map(|it| self.span(&it));
                let tag = tag.as_deref();
                self.scalar(&Scalar { value: &value, style, anchor, tag, tag_span, span });
            }
            Event::Alias(target) => self.alias(Some(target), span),
            Event::UnresolvedAlias(_) => self.alias(None, span),
            _ => {}
        }
    }

    /// Adds a comment, whose span begins at the `#`.
    pub(super) fn comment(&mut self, span: Span) {
        let text = Span::new(span.start + 1, span.end);
        self.builder.comment(Comment { span, text });
    }

    /// Adds a collection, whose content follows until [`Nodes::close`].
    pub(super) fn open(&mut self, collection: Collection) {
        if self.skipping > 0 {
            self.skipping += 1;
            return;
        }
        let Collection { kind, span, flow, column, anchor, tag } = collection;
        let before = self.last_end;
        let (key, key_end) = self.begin_node(span);
        let extent = match key_end {
            Some(end) => end,
            None if self.frames.is_empty() => before,
            None => span.start,
        };
        if self.frames.len() >= self.limits().depth {
            self.builder.depth_limit(span);
            self.builder.leaf(Kind::Opaque, Style::None, span, key);
            self.skipping = 1;
            return;
        }
        let style = if flow { Style::Flow } else { Style::None };
        let expanded_before = self.expanded;
        self.expanded += 1;
        let slot = (kind == Kind::Map).then_some(Slot::Key);
        if slot.is_some() {
            if self.keys.len() == self.maps {
                self.keys.push(KeySet::default());
            }
            self.maps += 1;
        }
        let open = self.builder.open(kind, style, span, key);
        self.tag(self.builder.id(open), tag);
        self.last_end = span.end;
        self.frames.push(Frame {
            open,
            anchor,
            expanded_before,
            start: span.start,
            extent,
            column,
            flow,
            slot,
        });
    }

    /// Ends the innermost collection; `span` is that of its closing bracket, where it has one.
    pub(super) fn close(&mut self, span: Span) {
        if self.skipping > 0 {
            self.skipping -= 1;
            return;
        }
        self.close_pair();
        let Some(frame) = self.frames.pop() else { return };
        if frame.flow {
            self.last_end = span.end;
        }
        let id = self.builder.id(frame.open);
        if self.may_hold_more(&frame, span.start) {
            self.builder.add_flags(id, Flags::MASKED);
        }
        self.builder.close(frame.open, self.last_end);
        if frame.slot.is_some() {
            self.close_map();
        }
        if frame.anchor != 0 {
            let size = self.expanded.saturating_sub(frame.expanded_before);
            self.anchors.insert(frame.anchor, Anchor { node: id, size });
        }
    }

    fn close_map(&mut self) {
        self.maps = self.maps.saturating_sub(1);
        if let Some(keys) = self.keys.get_mut(self.maps) {
            keys.clear();
        }
    }

    /// True when something masked may add entries to a collection that ends before `end`.
    fn may_hold_more(&self, frame: &Frame, end: u32) -> bool {
        if self.text.is_plain() {
            return false;
        }
        let extent = Span::new(frame.extent, end);
        self.text.within(extent).iter().any(|mask| {
            mask.emits
                && (frame.flow || mask.own_line)
                && mask.indent.is_none_or(|it| it == frame.column)
                && !self.is_in_block_scalar(mask.span)
        })
    }

    fn is_in_block_scalar(&self, span: Span) -> bool {
        let at = self.printed_into.partition_point(|it| it.end < span.end);
        self.printed_into.get(at).is_some_and(|it| it.contains(span))
    }

    /// Adds a scalar: a key, an entry or a value.
    pub(super) fn scalar(&mut self, scalar: &Scalar<'_>) {
        if self.skipping > 0 {
            return;
        }
        if self.is_key() {
            return self.key(scalar);
        }
        let (key, key_end) = self.begin_node(scalar.span);
        let span = scalar.trimmed(self.text.text());
        self.last_end = self.last_end.max(span.end);
        self.expanded += 1;
        let id = self.leaf(scalar, span, key, key_end);
        self.tag(id, scalar.tag_span);
        if scalar.anchor != 0 {
            self.anchors.insert(scalar.anchor, Anchor { node: id, size: 1 });
        }
    }

    /// `span` is the scalar without the blank lines at its end.
    fn leaf(&mut self, scalar: &Scalar<'_>, span: Span, key: Key, key_end: Option<u32>) -> NodeId {
        let kind = schema::kind(scalar.value, scalar.style, scalar.tag);
        let style = schema::style(scalar.style);
        if scalar.is_absent() {
            let printed = self.printed_instead(scalar.span, key_end);
            return match printed {
                Some(span) => {
                    self.last_end = self.last_end.max(span.end);
                    self.builder.leaf(Kind::Opaque, Style::None, span, key)
                }
                // A tag makes an empty string of what would be nothing.
                None => self.builder.leaf(kind, Style::None, scalar.span, key),
            };
        }
        let content = scalar.content();
        if !self.text.is_plain() {
            let around = match scalar.is_block() {
                true => self.with_printed_lines(span, scalar.span.end),
                false => self.text.with_neighbours(span),
            };
            self.last_end = self.last_end.max(around.end);
            if scalar.is_block() {
                self.printed_into.push(around);
            }
            if self.text.hides(if around == span { content } else { around }) {
                return match self.text.within(around) {
                    [mask] if mask.literal => {
                        self.builder.leaf(Kind::String, Style::Plain, mask.span, key)
                    }
                    _ => self.builder.leaf(Kind::Opaque, Style::None, around, key),
                };
            }
            if around != span || !self.text.within(span).is_empty() {
                // The quotes of a part are not the quotes of the whole.
                let style = if around == span { style } else { Style::Plain };
                let id = self.builder.leaf(Kind::String, style, around, key);
                self.builder.add_flags(id, Flags::MASKED);
                return id;
            }
        }
        let content = scalar.content_of(span);
        let raw = self.slice(content);
        if is_same(raw, scalar.value) {
            return self.builder.leaf(kind, style, span, key);
        }
        let map = map(scalar, raw, content.start).unwrap_or_else(|| {
            // Unreachable as far as tests tell. One place for the whole text stays true.
            OffsetMap::identity(content.start, content.start)
        });
        self.builder.cooked(kind, style, span, key, scalar.value, map)
    }

    /// A block scalar with the actions that print lines into it, at its start or end.
    fn with_printed_lines(&self, span: Span, end: u32) -> Span {
        // Between the header and the text the masked text has only blanks.
        let header = self.text.text().get(..span.start as usize).unwrap_or("");
        let from = clamp(header.trim_end_matches([' ', '\t', '\r', '\n']).len());
        let masks = self.text.within(Span::new(from, end)).iter().filter(|it| it.emits);
        masks.fold(span, |span, it| if span.is_empty() { it.span } else { span.cover(it.span) })
    }

    /// What a template prints where YAML sees no value.
    fn printed_instead(&self, span: Span, key_end: Option<u32>) -> Option<Span> {
        if self.text.is_plain() {
            return None;
        }
        let bytes = self.text.original.as_bytes();
        let mut from = span.end.max(key_end.unwrap_or(0));
        if key_end.is_some() {
            // The empty value stands before the colon.
            let rest = bytes.get(from as usize..).unwrap_or_default();
            let blank = rest.iter().take_while(|it| matches!(it, b' ' | b'\t')).count();
            if rest.get(blank) == Some(&b':') {
                from += clamp(blank + 1);
            }
        }
        self.text.printed_after(from)
    }

    /// Adds an alias for the node with an anchor of this number, or for nothing.
    pub(super) fn alias(&mut self, target: Option<usize>, span: Span) {
        if self.skipping > 0 {
            return;
        }
        let (key, _) = self.begin_node(span);
        self.last_end = span.end;
        let anchor = target.and_then(|it| self.anchors.get(&it).copied());
        let size = anchor.map_or(1, |it| it.size);
        let limit = self.limits().alias_nodes;
        let within = self.aliased.saturating_add(size) <= limit && !self.is_full();
        let resolved = anchor.filter(|_| within).map(|it| it.node);
        if anchor.is_none() {
            let message = "no complete value before this alias carries its anchor";
            self.builder.problem(ProblemKind::Syntax, span, message);
        } else if !within && !self.alias_limit_hit {
            self.alias_limit_hit = true;
            let message =
                format!("aliases stand for more than {limit} values: the rest was left out");
            self.builder.problem(ProblemKind::Limit, span, message);
        }
        if resolved.is_some() {
            self.aliased += size;
        }
        self.expanded = self.expanded.saturating_add(if resolved.is_some() { size } else { 1 });
        self.builder.alias(resolved, span, key);
    }

    fn key(&mut self, scalar: &Scalar<'_>) {
        self.close_pair();
        self.last_end = self.last_end.max(scalar.span.end);
        let content = scalar.content();
        let raw = self.slice(content);
        let mut flags = Flags::default();
        let masked = !self.text.is_plain() && !self.text.within(content).is_empty();
        // An empty key has no bytes to tell it from no key at all.
        let cooked = (!is_same(raw, scalar.value) || raw.is_empty()) && !masked;
        let text = if scalar.is_absent() {
            Some(String::new())
        } else {
            cooked.then(|| scalar.value.to_owned())
        };
        if masked {
            flags = flags.with(Flags::MASKED_KEY);
        } else if scalar.value == "<<" && scalar.style == ScalarStyle::Plain {
            flags = flags.with(Flags::MERGE);
        } else if self.dialect != Dialect::Template {
            flags = flags.with(self.duplicate(
                if cooked { Cow::Owned(scalar.value.to_owned()) } else { raw.into() },
                content,
            ));
        }
        self.key_text = text;
        self.set_slot(Slot::Value(KeyParts { span: content, flags, end: scalar.span.end }));
    }

    fn whole_key(&mut self, KeyParts { span, flags, .. }: KeyParts) -> Key {
        Key { span, text: self.key_text.take(), flags }
    }

    fn duplicate(&mut self, key: Cow<'s, str>, span: Span) -> Flags {
        // A key is asked for in the innermost map.
        let keys = self.maps.checked_sub(1).and_then(|it| self.keys.get_mut(it));
        if keys.is_none_or(|it| it.insert(key)) {
            return Flags::default();
        }
        let message = "this key stands earlier in the same map";
        self.builder.problem(ProblemKind::DuplicateKey, span, message);
        Flags::DUPLICATE_KEY
    }

    fn is_key(&self) -> bool {
        let slot = self.frames.last().and_then(|it| it.slot.as_ref());
        slot.is_some_and(|it| matches!(it, Slot::Key | Slot::PairEnd(_)))
    }

    /// The key under which a node that begins here stands, and where that key ends. A key
    /// that is not a scalar opens a pair.
    fn begin_node(&mut self, span: Span) -> (Key, Option<u32>) {
        if self.is_key() {
            self.close_pair();
            let pair = self.builder.open(Kind::Pair, Style::None, span, Key::default());
            self.expanded += 1;
            self.set_slot(Slot::PairValue(pair));
            return (Key::default(), None);
        }
        match self.take_slot() {
            Some(Slot::Value(parts)) => (self.whole_key(parts), Some(parts.end)),
            Some(Slot::PairValue(pair)) => {
                self.set_slot(Slot::PairEnd(pair));
                (Key::default(), None)
            }
            _ => (Key::default(), None),
        }
    }

    fn close_pair(&mut self) {
        match self.take_slot() {
            Some(Slot::PairValue(pair) | Slot::PairEnd(pair)) => {
                self.builder.close(pair, self.last_end);
            }
            Some(slot) => self.set_slot(slot),
            None => {}
        }
    }

    /// Takes the slot of the innermost map, which then expects a key.
    fn take_slot(&mut self) -> Option<Slot> {
        let slot = self.frames.last_mut()?.slot.as_mut()?;
        Some(std::mem::replace(slot, Slot::Key))
    }

    fn set_slot(&mut self, slot: Slot) {
        if let Some(it) = self.frames.last_mut().and_then(|it| it.slot.as_mut()) {
            *it = slot;
        }
    }

    fn tag(&mut self, id: NodeId, tag: Option<Span>) {
        if let Some(span) = tag {
            self.builder.tag(id, span);
        }
    }

    fn span(&self, at: &EventSpan) -> Span {
        let Some(range) = at.byte_range() else { return Span::new(self.last_end, self.last_end) };
        let span = Span::new(self.base + clamp(range.start), self.base + clamp(range.end));
        self.text.whole_characters(span)
    }

    fn slice(&self, span: Span) -> &'s str {
        self.text.original.get(span.range()).unwrap_or("")
    }
}

/// A map or sequence that begins.
pub(super) struct Collection {
    pub(super) kind: Kind,
    pub(super) span: Span,
    pub(super) flow: bool,
    /// Column at which it begins; it tells which printed lines belong to it.
    pub(super) column: u32,
    /// Number of its anchor, or 0.
    pub(super) anchor: usize,
    pub(super) tag: Option<Span>,
}

/// A scalar with its quotes.
pub(super) struct Scalar<'e> {
    pub(super) value: &'e str,
    pub(super) style: ScalarStyle,
    /// Number of its anchor, or 0.
    pub(super) anchor: usize,
    pub(super) tag: Option<&'e Tag>,
    pub(super) tag_span: Option<Span>,
    pub(super) span: Span,
}

impl Scalar<'_> {
    /// True where nothing is written; the library says `~` and gives an empty span.
    fn is_absent(&self) -> bool {
        self.style == ScalarStyle::Plain && self.span.is_empty()
    }

    fn is_block(&self) -> bool {
        matches!(self.style, ScalarStyle::Literal | ScalarStyle::Folded)
    }

    /// The bytes inside the quotes.
    fn content(&self) -> Span {
        self.content_of(self.span)
    }

    fn content_of(&self, span: Span) -> Span {
        match self.style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                Span::new(span.start + 1, span.end.saturating_sub(1))
            }
            _ => span,
        }
    }

    /// The scalar without the blank lines that end a block scalar.
    fn trimmed(&self, source: &str) -> Span {
        if !self.is_block() {
            return self.span;
        }
        let raw = source.get(self.span.range()).unwrap_or("");
        let len = raw.trim_end_matches([' ', '\t', '\r', '\n']).len();
        Span::new(self.span.start, self.span.start + clamp(len))
    }
}

/// True for equal texts, of which most are the same bytes.
fn is_same(raw: &str, value: &str) -> bool {
    std::ptr::eq(raw, value) || raw == value
}

/// The way from a scalar's text to its source.
fn map(scalar: &Scalar<'_>, raw: &str, base: u32) -> Option<OffsetMap> {
    match scalar.style {
        ScalarStyle::DoubleQuoted if memchr::memchr(b'\\', raw.as_bytes()).is_some() => {
            let (text, map) = escape::unescape(raw, base, escape::Syntax::Yaml);
            (text == scalar.value).then_some(map)
        }
        ScalarStyle::SingleQuoted => align(scalar.value, raw, base, Quoting::Single),
        _ => align(scalar.value, raw, base, Quoting::None),
    }
}

fn clamp(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
