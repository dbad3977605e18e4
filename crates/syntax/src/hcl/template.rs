//! Templates: quoted strings with interpolations, heredocs, and their directives.

use hcl_edit::Span as _;
use hcl_edit::template::{
    Directive, Element, ForDirective, HeredocTemplate, IfDirective, StringTemplate, Template,
};

use super::lower::Lowering;
use super::text::{self, Escapes};
use crate::builder::Key;
use crate::escape::Cook;
use crate::span::Span;
use crate::tree::{Flags, Kind, Style};

/// How literal text reads in the template at hand.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    escapes: Escapes,
    /// The whole content of a heredoc, and how many characters its lines lose at the front.
    heredoc: Option<(Span, usize)>,
}

impl Shape {
    /// A template without quotes around it.
    pub(super) const BARE: Self = Self { escapes: Escapes::Markers, heredoc: None };
    const QUOTED: Self = Self { escapes: Escapes::Quoted, heredoc: None };
}

/// Strip markers (`~`) of the sequences around a template.
#[derive(Clone, Copy, Default)]
pub(super) struct Strips {
    left: bool,
    right: bool,
}

impl Lowering<'_, '_> {
    pub(super) fn quoted_template(&mut self, template: &StringTemplate, span: Span, key: Key) {
        let open = self.builder.open(Kind::Template, Style::Double, span, key);
        self.elements(template, Shape::QUOTED, Strips::default());
        self.builder.close(open, span.end);
    }

    pub(super) fn heredoc(&mut self, heredoc: &HeredocTemplate, span: Span, mut key: Key) {
        key.flags = key.flags.with(Flags::HEREDOC);
        let content = self.span(heredoc.template.span());
        let flush = self.source.get(span.range()).is_some_and(|it| it.starts_with("<<-"));
        let indent = if flush { self.indentation(&heredoc.template, content) } else { 0 };
        let shape = Shape { escapes: Escapes::Markers, heredoc: Some((content, indent)) };
        if heredoc.template.iter().all(Element::is_literal) {
            let mut cook = Cook::default();
            self.literal(&mut cook, content, shape, Strips::default());
            text::heredoc(self.builder, self.source, content, key, cook);
            return;
        }
        let open = self.builder.open(Kind::Template, Style::Block, content, key);
        self.elements(&heredoc.template, shape, Strips::default());
        self.builder.close(open, content.end);
    }

    /// Adds a template without sequences: the text with its escapes resolved.
    pub(super) fn bare_text(&mut self, span: Span) {
        let mut cook = Cook::default();
        self.literal(&mut cook, span, Shape::BARE, Strips::default());
        let (text, map) = cook.finish(span.end as usize);
        let (kind, style) = (Kind::String, Style::None);
        if self.source.get(span.range()) == Some(&text) {
            self.builder.leaf(kind, style, span, Key::default());
        } else {
            self.builder.cooked(kind, style, span, Key::default(), &text, map);
        }
    }

    pub(super) fn elements(&mut self, template: &Template, shape: Shape, outer: Strips) {
        let mut left = outer.left;
        let mut elements = template.iter().peekable();
        while let Some(element) = elements.next() {
            if self.builder.is_full() {
                return;
            }
            let right = elements.peek().map_or(outer.right, |it| strips(it).left);
            let span = self.span(element.span());
            match element {
                Element::Literal(_) => {
                    let mut cook = Cook::default();
                    self.literal(&mut cook, span, shape, Strips { left, right });
                    text::piece(self.builder, self.source, span, cook);
                }
                Element::Interpolation(interpolation) => {
                    let open = self.builder.open(Kind::Interp, Style::None, span, Key::default());
                    self.expression(&interpolation.expr, Key::default());
                    self.builder.close(open, span.end);
                }
                Element::Directive(directive) => self.directive(directive, span, shape),
            }
            left = strips(element).right;
        }
    }

    fn directive(&mut self, directive: &Directive, span: Span, shape: Shape) {
        if !self.enter(span) {
            self.builder.leaf(Kind::Opaque, Style::None, span, Key::default());
            return;
        }
        match directive {
            Directive::If(it) => self.if_directive(it, span, shape),
            Directive::For(it) => self.for_directive(it, span, shape),
        }
        self.depth -= 1;
    }

    fn if_directive(&mut self, it: &IfDirective, span: Span, shape: Shape) {
        let open = self.builder.open(Kind::IfDirective, Style::None, span, Key::default());
        self.expression(&it.if_expr.cond_expr, Key::default());
        let end = it.endif_expr.strip.strip_start();
        let middle = it.else_expr.as_ref().map_or(end, |it| it.strip.strip_start());
        let strips = Strips { left: it.if_expr.strip.strip_end(), right: middle };
        self.branch(&it.if_expr.template, shape, strips);
        if let Some(otherwise) = &it.else_expr {
            let strips = Strips { left: otherwise.strip.strip_end(), right: end };
            self.branch(&otherwise.template, shape, strips);
        }
        self.builder.close(open, span.end);
    }

    fn for_directive(&mut self, it: &ForDirective, span: Span, shape: Shape) {
        let open = self.builder.open(Kind::ForDirective, Style::None, span, Key::default());
        self.names(it.for_expr.key_var.as_ref(), &it.for_expr.value_var);
        self.expression(&it.for_expr.collection_expr, Key::default());
        let left = it.for_expr.strip.strip_end();
        let right = it.endfor_expr.strip.strip_start();
        self.branch(&it.for_expr.template, shape, Strips { left, right });
        self.builder.close(open, span.end);
    }

    fn branch(&mut self, template: &Template, shape: Shape, strips: Strips) {
        let span = self.span(template.span());
        let open = self.builder.open(Kind::Template, Style::None, span, Key::default());
        self.elements(template, shape, strips);
        self.builder.close(open, span.end);
    }

    /// Appends the text of a literal without what strip markers and indentation take away.
    fn literal(&self, cook: &mut Cook, span: Span, shape: Shape, strips: Strips) {
        let raw = self.source.get(span.range()).unwrap_or("");
        let Some((content, indent)) = shape.heredoc else {
            let kept = text::trimmed(raw, strips.left, strips.right, shape.escapes);
            let base = span.start as usize + kept.start;
            text::unescape(cook, raw.get(kept).unwrap_or(""), base, shape.escapes);
            return;
        };
        // In a heredoc a marker strips to the end or beginning of its line only: each line
        // is a token of its own.
        let lines = raw.split_inclusive('\n').count();
        let mut base = span.start as usize;
        for (at, line) in raw.split_inclusive('\n').enumerate() {
            let starts = at > 0 || span.start == content.start;
            let mut skip = 0;
            if starts && !is_blank(line) {
                skip = line.chars().take(indent).map(char::len_utf8).sum();
            }
            let rest = line.get(skip..).unwrap_or("");
            let (left, right) = (strips.left && at == 0, strips.right && at + 1 == lines);
            let kept = text::trimmed(rest, left, right, shape.escapes);
            let from = base + skip + kept.start;
            text::unescape(cook, rest.get(kept).unwrap_or(""), from, shape.escapes);
            base += line.len();
        }
    }

    /// Blanks that every line of a `<<-` heredoc begins with. Blank lines do not count; a
    /// line that begins with an interpolation has none.
    fn indentation(&self, template: &Template, content: Span) -> usize {
        let mut least = usize::MAX;
        let mut behind_sequence = false;
        let mut spans = Vec::new();
        literals(self, template, &mut spans);
        if spans.first().is_none_or(|it| it.start > content.start) && !content.is_empty() {
            return 0;
        }
        for span in spans {
            let raw = self.source.get(span.range()).unwrap_or("");
            for (at, line) in raw.split_inclusive('\n').enumerate() {
                if (at == 0 && behind_sequence) || is_blank(line) {
                    continue;
                }
                let blanks = line.chars().take_while(|it| it.is_whitespace()).count();
                least = least.min(blanks);
            }
            if raw.ends_with('\n') && span.end < content.end {
                return 0;
            }
            behind_sequence = true;
        }
        if least == usize::MAX { 0 } else { least }
    }
}

/// Spans of all literals of a template, in source order, those in directives included.
fn literals(lowering: &Lowering<'_, '_>, template: &Template, spans: &mut Vec<Span>) {
    for element in template {
        match element {
            Element::Literal(_) => spans.push(lowering.span(element.span())),
            Element::Interpolation(_) => {}
            Element::Directive(directive) => match &**directive {
                Directive::If(it) => {
                    literals(lowering, &it.if_expr.template, spans);
                    if let Some(otherwise) = &it.else_expr {
                        literals(lowering, &otherwise.template, spans);
                    }
                }
                Directive::For(it) => literals(lowering, &it.for_expr.template, spans),
            },
        }
    }
}

fn is_blank(line: &str) -> bool {
    line.ends_with('\n') && line.trim().is_empty()
}

/// The strip markers at both ends of a sequence.
fn strips(element: &Element) -> Strips {
    let (first, last) = match element {
        Element::Literal(_) => return Strips::default(),
        Element::Interpolation(it) => (it.strip, it.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(it) => (it.if_expr.strip, it.endif_expr.strip),
            Directive::For(it) => (it.for_expr.strip, it.endfor_expr.strip),
        },
    };
    Strips { left: first.strip_start(), right: last.strip_end() }
}
