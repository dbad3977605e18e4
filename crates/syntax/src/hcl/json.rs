//! Terraform's JSON syntax, in the shape of native syntax.
//!
//! Top-level properties that name a block type become blocks, their nested keys labels.
//! Inside a block objects stay maps: which of them are blocks only a provider's schema tells.
//! Labels are keys of enclosing objects, so all but the last one lie before their block's
//! span.

use std::sync::Arc;

use super::graft;
use crate::builder::{Builder, Key};
use crate::escape;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Comment, Flags, Kind, Node, Style, Tree};

/// Block types and how many labels they have.
const BLOCKS: [(&str, usize); 13] = [
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("module", 1),
    ("check", 1),
    ("terraform", 0),
    ("locals", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
];

/// The property that Terraform ignores wherever a body is expected.
const COMMENT: &str = "//";

pub(super) fn parse(builder: Builder) -> Tree {
    let limits = *builder.limits();
    let source = Arc::clone(builder.source());
    let json = crate::json::parse(builder);
    let mut writer = Writer { builder: Builder::new(source, &limits), templates: true };
    for comment in json.comments() {
        writer.builder.comment(*comment);
    }
    for problem in json.problems() {
        writer.builder.problem(problem.kind, problem.span, problem.message.clone());
    }
    if json.is_relaxed_json() {
        writer.builder.relax();
    }
    writer.root(&json);
    writer.builder.finish()
}

struct Writer {
    builder: Builder,
    /// Strings are templates here.
    templates: bool,
}

/// The way to a block: its type and the labels so far.
#[derive(Clone)]
struct Header<'t> {
    kind: Node<'t>,
    labels: Vec<Node<'t>>,
}

impl Writer {
    fn root(&mut self, json: &Tree) {
        let whole = Span::from_usize(0, json.source().len());
        let open = self.builder.open(Kind::Body, Style::None, whole, Key::default());
        match json.root() {
            Some(root) if root.kind() == Kind::Map => self.top(root, open),
            Some(root) if root.kind() == Kind::Opaque => self.value(root, Key::default()),
            Some(root) => {
                let message = "expected an object with the blocks of the file";
                self.builder.problem(ProblemKind::Syntax, root.span(), message);
                self.opaque(root, Key::default());
            }
            None => {}
        }
        self.builder.close(open, whole.end);
    }

    fn top(&mut self, root: Node<'_>, open: crate::builder::Open) {
        if root.flags().has(Flags::MASKED) {
            let id = self.builder.id(open);
            self.builder.add_flags(id, Flags::MASKED);
        }
        for property in root.children() {
            let labels = BLOCKS.iter().find(|(name, _)| property.key() == Some(name));
            match labels {
                _ if self.comment(property) => {}
                Some((_, labels)) => {
                    // A variable is read before any value is known: its strings are literal.
                    self.templates = property.key() != Some("variable");
                    let header = Header { kind: property, labels: Vec::new() };
                    self.blocks(property, &header, *labels);
                    self.templates = true;
                }
                None => self.value(property, key(property)),
            }
        }
    }

    /// Adds the blocks below `node`, which still lack `labels` labels. At each level an array
    /// stands for several objects.
    fn blocks(&mut self, node: Node<'_>, header: &Header<'_>, labels: usize) {
        match node.kind() {
            Kind::Seq => {
                for item in node.children() {
                    self.blocks(item, header, labels);
                }
            }
            Kind::Map if labels == 0 => self.block(node, header),
            Kind::Map => {
                for property in node.children() {
                    if !self.comment(property) {
                        let mut header = header.clone();
                        header.labels.push(property);
                        self.blocks(property, &header, labels - 1);
                    }
                }
            }
            Kind::Null => {}
            _ => {
                if node.kind() != Kind::Opaque {
                    let message = "expected an object: this is the place of a block";
                    self.builder.problem(ProblemKind::Syntax, node.span(), message);
                }
                self.opaque(node, Key::default());
            }
        }
    }

    fn block(&mut self, body: Node<'_>, header: &Header<'_>) {
        let start = header.labels.last().map_or(header.kind, |it| *it).key_span();
        // The body of an array item lies behind the bodies before it.
        let quote = start.start.saturating_sub(1);
        let span = Span::new(quote.min(body.span().start), body.span().end);
        let open = self.builder.open(Kind::Block, Style::None, span, key(header.kind));
        for label in &header.labels {
            self.label(label.key_span());
        }
        let flags = Key { flags: body.flags(), ..Key::default() };
        let inner = self.builder.open(Kind::Body, Style::None, body.span(), flags);
        for property in body.children() {
            if !self.comment(property) {
                self.value(property, key(property));
            }
        }
        self.builder.close(inner, body.span().end);
        self.builder.close(open, span.end);
    }

    fn label(&mut self, span: Span) {
        let source = Arc::clone(self.builder.source());
        let raw = source.get(span.range()).unwrap_or("");
        let (kind, style) = (Kind::Label, Style::None);
        if raw.contains('\\') {
            let (text, map) = escape::unescape(raw, span.start, escape::Syntax::Json);
            self.builder.cooked(kind, style, span, Key::default(), &text, map);
        } else {
            self.builder.leaf(kind, style, span, Key::default());
        }
    }

    /// Copies a value. The JSON reader bounds how deep values nest.
    fn value(&mut self, node: Node<'_>, key: Key) {
        match (node.kind(), node.text()) {
            (Kind::String, Some(text)) if self.templates && graft::is_template(text) => {
                let map = node.offset_map();
                let template = graft::parse(text, self.builder.limits());
                let place = (key, node.style(), node.span());
                graft::graft(&mut self.builder, &template, &map, place);
            }
            (kind, Some(text)) => {
                if self.builder.source().get(node.content_span().range()) == Some(text) {
                    self.builder.leaf(kind, node.style(), node.span(), key);
                } else {
                    let map = node.offset_map();
                    self.builder.cooked(kind, node.style(), node.span(), key, text, map);
                }
            }
            (kind, None) => {
                let open = self.builder.open(kind, node.style(), node.span(), key);
                for child in node.children() {
                    self.value(child, self::key(child));
                }
                self.builder.close(open, node.span().end);
            }
        }
    }

    fn opaque(&mut self, node: Node<'_>, key: Key) {
        self.builder.leaf(Kind::Opaque, Style::None, node.span(), key);
    }

    /// Takes a `"//"` property as a comment; false for any other one.
    fn comment(&mut self, property: Node<'_>) -> bool {
        if property.key() != Some(COMMENT) {
            return false;
        }
        if property.kind() == Kind::String {
            let text = property.content_span();
            self.builder.comment(Comment { span: property.span(), text });
        }
        true
    }
}

fn key(node: Node<'_>) -> Key {
    Key { span: node.key_span(), text: node.key().map(str::to_owned), flags: node.flags() }
}
