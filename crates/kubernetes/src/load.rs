//! Documents as evaluated values, which is what everything after this reads.
//!
//! Lowering works on values and not on trees, because a value may later come from somewhere
//! else than where it stands: a patch, a values file, a generator.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::Document;
use crate::page::Page;
use model::{Data, Entry, Origin, Piece, Place, StepKind, Text, Value};
use syntax::{Flags, Kind, Node, Span, Style};

/// The key of an entry that stands for entries nobody can list: a template writes them, or an
/// alias that leads nowhere.
const REST: &str = model::kubernetes::OPEN;

/// Deepest nesting that is followed. Parsers bound the tree; aliases can stack trees.
const DEPTH: u32 = 256;

/// Values that all aliases of one file may stand for together; a long text counts for several.
/// Hand-written files come to some hundreds.
const BUDGET: u32 = 200_000;

/// Bytes of an aliased text that count for one value.
const TEXT_UNIT: u32 = 16;

/// Turns trees of one file into values.
#[derive(Debug)]
pub(crate) struct Loader<'a> {
    page: Page<'a>,
    template: bool,
    budget: u32,
    unknowns: u32,
    /// Conditions around the current document that cannot be known.
    conditions: u16,
}

/// What a nested value needs to know.
#[derive(Clone, Copy)]
struct Frame<'v> {
    depth: u32,
    /// The alias that led here.
    via: Option<&'v Origin>,
}

impl<'a> Loader<'a> {
    /// A loader for one file; `template` says whether it is a Helm template.
    pub(crate) fn new(page: Page<'a>, template: bool) -> Self {
        Self { page, template, budget: BUDGET, unknowns: 0, conditions: 0 }
    }

    /// Loads a document that is no object: the values of a chart.
    pub(crate) fn read(&mut self, node: Node<'_>) -> Value {
        self.value(node, Frame { depth: 0, via: None })
    }

    /// Loads a document or an item of a list.
    pub(crate) fn document(&mut self, document: Document<'_>) -> Value {
        let frame = Frame { depth: 0, via: None };
        // A condition around all of it is about the object, not about what is in it.
        let around = document.children().map(|it| self.page.conditions(it.key_span().start));
        self.conditions = around.min().unwrap_or(0);
        let origin = Origin::at(self.page.site(document.span()));
        let entries = self.map(|| document.children(), document.is_open(), &origin, frame);
        Value { data: Data::Map(Arc::new(entries)), origin }
    }

    /// Unknown values so far.
    pub(crate) fn unknowns(&self) -> u32 {
        self.unknowns
    }

    /// True when the file unfolds to more than is read.
    pub(crate) fn exhausted(&self) -> bool {
        self.budget == 0
    }

    fn value(&mut self, node: Node<'_>, frame: Frame<'_>) -> Value {
        let origin = match node.kind() {
            Kind::Map | Kind::Seq if self.page.is_printed() => self.page.cover(node.span()),
            _ => self.origin(node.span(), frame.via),
        };
        if frame.via.is_some() {
            let cost = 1 + if node.text().is_some() { node.span().len() / TEXT_UNIT } else { 0 };
            self.budget = self.budget.saturating_sub(cost);
        }
        if self.budget == 0 || frame.depth > DEPTH {
            return self.unknown(origin);
        }
        let data = match node.kind() {
            Kind::Alias => return self.alias(node, frame),
            Kind::Null if node.flags().has(Flags::MASKED) => return self.unknown(origin),
            Kind::Null => Data::Null,
            Kind::Bool | Kind::Number | Kind::String => self.scalar(node, &origin),
            Kind::Opaque if self.page.is_printed() => self.printed(node),
            Kind::Seq => Data::List(Arc::new(self.list(node, frame))),
            Kind::Map => {
                let open = node.flags().has(Flags::MASKED);
                Data::Map(Arc::new(self.map(|| node.children(), open, &origin, frame)))
            }
            _ => return self.unknown(origin),
        };
        let value = Value { data, origin };
        if value.is_unknown() {
            self.unknowns += 1;
        }
        value
    }

    fn origin(&self, span: Span, via: Option<&Origin>) -> Origin {
        // Nearly all values are used where they are written.
        let Some(step) = via.and_then(|it| it.steps().last().copied().cloned()) else {
            return self.page.origin(span);
        };
        self.page.origin(span).through(step.kind, step.name, step.place)
    }

    fn unknown(&mut self, origin: Origin) -> Value {
        self.unknowns += 1;
        Value::unknown(origin)
    }

    fn alias(&mut self, node: Node<'_>, frame: Frame<'_>) -> Value {
        let place = self.page.origin(node.span()).place;
        let target = node.resolved();
        if target.kind() == Kind::Alias {
            return self.unknown(Origin::at(place));
        }
        let name = self.page.tree.source().get(node.span().range()).unwrap_or("*");
        let via = Origin::at(place).through(StepKind::Anchor, name, place);
        self.value(target, Frame { depth: frame.depth + 1, via: Some(&via) })
    }

    fn list(&mut self, node: Node<'_>, frame: Frame<'_>) -> Vec<Value> {
        let below = Frame { depth: frame.depth + 1, ..frame };
        let mut open = node.flags().has(Flags::MASKED);
        let mut items = Vec::with_capacity(node.children().count());
        for item in node.children() {
            if self.is_possible(item.span().start) {
                open = true;
            } else {
                items.push(self.value(item, below));
            }
        }
        if open {
            let origin = self.origin(node.span(), frame.via);
            items.push(self.unknown(origin));
        }
        items
    }

    fn map<'t, I: Iterator<Item = Node<'t>>>(
        &mut self,
        children: impl Fn() -> I,
        mut open: bool,
        origin: &Origin,
        frame: Frame<'_>,
    ) -> Vec<Entry> {
        let below = Frame { depth: frame.depth + 1, ..frame };
        let mut map = MapBuilder::new(self.template, children().count());
        let mut merges = Vec::new();
        for child in children() {
            if child.flags().has(Flags::MERGE) {
                merges.push(child);
                continue;
            }
            let key = child.key().filter(|_| {
                !child.flags().has(Flags::MASKED_KEY) && !self.is_possible(child.key_span().start)
            });
            let Some(key) = key.filter(|_| child.kind() != Kind::Pair) else {
                open = true;
                continue;
            };
            let value = self.value(child, below);
            let key_origin = self.origin(child.key_span(), frame.via);
            map.push(Entry { key: key.into(), key_origin, value });
        }
        for merge in merges {
            open |= self.merge(merge, below, &mut map);
        }
        if open {
            let value = self.unknown(origin.clone());
            map.push(Entry { key: REST.into(), key_origin: origin.clone(), value });
        }
        map.entries
    }

    /// True for what stands under a condition that cannot be known, and its document does not.
    fn is_possible(&self, offset: u32) -> bool {
        self.page.is_printed() && self.page.conditions(offset) > self.conditions
    }

    /// The inside of a quoted text that the parser left whole.
    fn unquoted(&self, span: Span) -> Span {
        let text = self.page.tree.source().get(span.range()).unwrap_or("");
        let quoted = |mark: char| text.len() > 1 && text.starts_with(mark) && text.ends_with(mark);
        match quoted('"') || quoted('\'') {
            true => Span::new(span.start + 1, span.end - 1),
            false => span,
        }
    }

    /// A printed value that is not wholly known.
    fn printed(&self, node: Node<'_>) -> Data {
        let text = self.page.slice(self.unquoted(node.content_span()));
        match text.pieces.as_slice() {
            [Piece::Unknown { remote, .. }] => Data::Unknown(remote.clone()),
            pieces if pieces.iter().all(is_line) => Data::String(text),
            _ => Data::Unknown(None),
        }
    }

    /// The schema of sigs.k8s.io/yaml: YAML 1.1, in which `yes` and `off` are booleans.
    fn scalar(&self, node: Node<'_>, origin: &Origin) -> Data {
        let text = node.text().unwrap_or("");
        let tag = node.tag();
        if tag.is_some_and(|it| !it.starts_with("!!") && !it.starts_with("tag:yaml.org")) {
            return Data::Unknown(None);
        }
        let is_text = tag.is_some_and(|it| it.ends_with("str"));
        if node.flags().has(Flags::MASKED) {
            if self.page.is_printed() {
                return self.printed(node);
            }
            let unknown = Piece::Unknown { origin: origin.clone(), remote: None };
            return Data::String(Text { pieces: vec![unknown] });
        }
        match node.kind() {
            Kind::Bool if !is_text => {
                return node.as_bool().map_or(Data::Unknown(None), Data::Bool);
            }
            Kind::Number if !is_text => {
                return text.parse().map_or(Data::Unknown(None), Data::Number);
            }
            _ => {}
        }
        if node.style() == Style::Plain
            && !is_text
            && let Some(flag) = yaml11_bool(text)
        {
            return Data::Bool(flag);
        }
        Data::String(match self.page.is_printed() {
            true => self.page.text(node),
            false => Text::literal(text, origin.clone(), Some(node.offset_map())),
        })
    }

    /// Adds what a merge key brings; true when a part of that is unknown.
    fn merge(&mut self, merge: Node<'_>, frame: Frame<'_>, map: &mut MapBuilder) -> bool {
        let value = self.value(merge, frame);
        let mut open = false;
        for source in value.one_or_many() {
            match &source.data {
                Data::Map(entries) => {
                    for entry in entries.iter() {
                        map.push_missing(entry);
                    }
                }
                _ => open = true,
            }
        }
        open
    }
}

/// True for what stands on one line.
fn is_line(piece: &Piece) -> bool {
    match piece {
        Piece::Literal { text, .. } => !text.contains('\n'),
        Piece::Unknown { .. } => true,
    }
}

fn yaml11_bool(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Builds a map in which a key may stand twice.
struct MapBuilder {
    entries: Vec<Entry>,
    /// Of the entries once they are many, with hashes that nobody can foresee: files choose the
    /// keys.
    index: Option<HashMap<Arc<str>, usize>>,
    template: bool,
}

impl MapBuilder {
    fn new(template: bool, capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity), index: None, template }
    }

    fn position(&mut self, key: &str) -> Option<usize> {
        // Real maps are short; the index is for those that are made to be slow.
        const SHORT: usize = 16;
        if self.entries.len() <= SHORT {
            return self.entries.iter().position(|it| &*it.key == key);
        }
        let index = self.index.get_or_insert_default();
        for at in index.len()..self.entries.len() {
            if let Some(entry) = self.entries.get(at) {
                index.insert(Arc::clone(&entry.key), at);
            }
        }
        index.get(key).copied()
    }

    /// Adds an entry. Of a key that stands twice the last one counts, as it does for kubectl;
    /// in a template both may be branches of an `if`, and only what they agree on is known.
    fn push(&mut self, entry: Entry) {
        let Some(at) = self.position(&entry.key) else {
            self.entries.push(entry);
            return;
        };
        let template = self.template;
        let Some(old) = self.entries.get_mut(at) else { return };
        if template {
            combine(&mut old.value, entry.value);
        } else {
            *old = entry;
        }
    }

    fn push_missing(&mut self, entry: &Entry) {
        if self.position(&entry.key).is_none() {
            self.entries.push(entry.clone());
        }
    }
}

/// Largest product of two maps that are combined key by key.
const COMBINED: usize = 10_000;

/// What is known of a value that two branches of a template write.
fn combine(old: &mut Value, new: Value) {
    match (&mut old.data, new.data) {
        (Data::Map(a), Data::Map(b)) if a.len().saturating_mul(b.len()) <= COMBINED => {
            let a = Arc::make_mut(a);
            for entry in b.iter() {
                match a.iter_mut().find(|it| it.key == entry.key) {
                    Some(same) => combine(&mut same.value, entry.value.clone()),
                    None => a.push(entry.clone()),
                }
            }
        }
        (Data::List(a), Data::List(b)) => Arc::make_mut(a).extend(b.iter().cloned()),
        (Data::Null, Data::Null) => {}
        (Data::Bool(a), Data::Bool(b)) if *a == b => {}
        (Data::String(a), Data::String(b)) if a.is_known() && a.known() == b.known() => {}
        (data, _) => *data = Data::Unknown(None),
    }
}

/// True when a map may hold more entries than are listed, or is not a known map at all.
pub(crate) fn is_open(value: &Value) -> bool {
    match &value.data {
        Data::Map(_) => value.entry(REST).is_some(),
        Data::Unknown(_) => true,
        _ => false,
    }
}

/// The entries of a map that can be listed.
pub(crate) fn listed(value: &Value) -> impl Iterator<Item = &Entry> {
    value.entries().iter().filter(|it| &*it.key != REST)
}

/// Follows keys; an entry that a template may add makes the answer unknown, not absent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'v> {
    /// The value is written.
    Here(&'v Value),
    /// It may be written; this is where.
    Maybe(Place),
    /// It is not written.
    Nowhere,
}

impl<'v> Found<'v> {
    /// Follows `keys` from `value`.
    pub(crate) fn at(value: &'v Value, keys: &[&str]) -> Self {
        let mut here = value;
        for key in keys {
            match here.get(key) {
                Some(next) => here = next,
                None if is_open(here) => return Self::Maybe(here.origin.place),
                None => return Self::Nowhere,
            }
        }
        match &here.data {
            Data::Null => Self::Nowhere,
            _ => Self::Here(here),
        }
    }

    /// The items of a written list, or the written value as the only one.
    pub(crate) fn items(self) -> &'v [Value] {
        self.value().map_or(&[], Value::one_or_many)
    }

    /// The value, when it is written.
    pub(crate) fn value(self) -> Option<&'v Value> {
        match self {
            Self::Here(value) => Some(value),
            Self::Maybe(_) | Self::Nowhere => None,
        }
    }

    /// As knowledge of a text.
    pub(crate) fn to_text(self) -> model::Knowledge<String> {
        match self {
            Self::Here(value) => value.to_text(),
            Self::Maybe(place) => model::Knowledge::Unknown(place),
            Self::Nowhere => model::Knowledge::Absent,
        }
    }

    /// As knowledge of a boolean.
    pub(crate) fn to_bool(self) -> model::Knowledge<bool> {
        match self {
            Self::Here(value) => match value.data {
                Data::Bool(flag) => {
                    model::Knowledge::Known(model::Sourced::new(flag, value.origin.clone()))
                }
                _ => model::Knowledge::Unknown(value.origin.place),
            },
            Self::Maybe(place) => model::Knowledge::Unknown(place),
            Self::Nowhere => model::Knowledge::Absent,
        }
    }
}
