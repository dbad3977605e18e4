//! Templates inside strings of another format, such as Terraform's JSON.
//!
//! The template is parsed as a file of its own. Its nodes are then copied into the tree of
//! the file around it, each position led back through the escapes of the outer string.

use hcl_edit::template::Element;

use super::lower::Lowering;
use super::template::{Shape, Strips};
use crate::builder::{Builder, Key, Open};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;
use crate::tree::{Flags, Kind, Node, OffsetMap, Style, Tree};

/// Parses `text` with positions in `text` itself.
pub(super) fn parse(text: &str, limits: &Limits) -> Tree {
    let mut builder = Builder::new(text.into(), limits);
    let span = Span::from_usize(0, text.len());
    if !is_template(text) {
        builder.leaf(Kind::String, Style::None, span, Key::default());
        return builder.finish();
    }
    match hcl_edit::parser::parse_template(text) {
        Ok(template) => {
            let mut lowering = Lowering {
                builder: &mut builder,
                source: text,
                base: 0,
                masked: &[],
                renamed: &[],
                depth: 1,
            };
            if template.iter().all(Element::is_literal) {
                lowering.bare_text(span);
            } else {
                let open = lowering.builder.open(Kind::Template, Style::None, span, Key::default());
                lowering.elements(&template, Shape::BARE, Strips::default());
                builder.close(open, span.end);
            }
        }
        Err(_) => {
            let message = "this is not a template that Terraform can read";
            builder.problem(ProblemKind::Syntax, span, message);
            builder.leaf(Kind::Opaque, Style::None, span, Key::default());
        }
    }
    builder.finish()
}

/// True when a text may have interpolations, directives, or escapes of them.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}

/// Copies a parsed template below the current node. The root takes `key`, `style` and `span`.
pub(super) fn graft(
    builder: &mut Builder,
    template: &Tree,
    map: &OffsetMap,
    (key, style, span): (Key, Style, Span),
) {
    let mut root = Some((key, style, span));
    let mut open: Vec<(Open, u32, u32)> = Vec::new();
    for node in template.nodes() {
        while let Some((parent, end, _)) = open.pop_if(|(_, _, next)| *next <= node.id().0) {
            builder.close(parent, end);
        }
        let (mut key, style, span) = match root.take() {
            Some(root) => root,
            None => placed(node, map),
        };
        let style = if node.kind() == Kind::Opaque { Style::None } else { style };
        key.flags = key.flags.with(node.flags());
        let next = node.descendants().last().map_or(node.id().0, |it| it.id().0) + 1;
        if let Some(parent) = copy(builder, node, map, (key, style, span)) {
            open.push((parent, span.end, next));
        }
    }
    while let Some((parent, end, _)) = open.pop() {
        builder.close(parent, end);
    }
    for Problem { kind, span, message } in template.problems() {
        builder.problem(*kind, lead(map, *span), message.clone());
    }
}

/// Adds one node; returns it when it may have children.
fn copy(
    builder: &mut Builder,
    node: Node<'_>,
    map: &OffsetMap,
    (key, style, span): (Key, Style, Span),
) -> Option<Open> {
    match (node.kind(), node.operator(), node.text()) {
        (Kind::Call, _, Some(name)) => {
            let len = u32::try_from(name.len()).unwrap_or(u32::MAX);
            let name_span = lead(map, node.offset_map().to_span(0, len));
            Some(builder.open_call(name, name_span, span, key))
        }
        (kind, Some(operator), _) => Some(builder.open_operation(kind, operator, span, key)),
        (kind, None, Some(text)) => {
            let quoted = style == Style::Double && span.len() >= 2;
            let content = if quoted { Span::new(span.start + 1, span.end - 1) } else { span };
            if builder.source().get(content.range()) == Some(text) {
                builder.leaf(kind, style, span, key);
            } else {
                let map = compose(text, &node.offset_map(), map, content.end);
                builder.cooked(kind, style, span, key, text, map);
            }
            None
        }
        (kind, None, None) => Some(builder.open(kind, style, span, key)),
    }
}

/// Where a node of the template lies in the outer source.
fn placed(node: Node<'_>, map: &OffsetMap) -> (Key, Style, Span) {
    let mut style = node.style();
    let mut span = lead(map, node.span());
    // A quote may be written as an escape, and then is longer than one byte.
    let inner = lead(map, node.content_span());
    let quotes = (inner.start - span.start, span.end.saturating_sub(inner.end));
    if matches!(style, Style::Double | Style::Single) && quotes != (1, 1) {
        style = Style::None;
        span = inner;
    }
    let key = node.key().map(|text| Key {
        span: lead(map, node.key_span()),
        text: Some(text.to_owned()),
        flags: Flags::default(),
    });
    (key.unwrap_or_default(), style, span)
}

/// The outer source's span of a span in the template.
fn lead(map: &OffsetMap, span: Span) -> Span {
    Span::new(map.to_source(span.start), map.end_to_source(span.end))
}

/// From the text of a node in the template to the outer source.
fn compose(text: &str, inner: &OffsetMap, outer: &OffsetMap, end: u32) -> OffsetMap {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (at, _) in text.char_indices() {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let source = outer.to_source(inner.to_source(at));
        let continues = runs.last().is_some_and(|(text, from)| from + (at - text) == source);
        if !continues {
            runs.push((at, source));
        }
    }
    if runs.is_empty() {
        return OffsetMap::identity(end, end);
    }
    OffsetMap::runs(runs, end)
}
