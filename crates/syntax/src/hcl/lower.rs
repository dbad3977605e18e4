//! From `hcl-edit`'s tree to ours.
//!
//! Positions are `hcl-edit`'s; text is always taken from the source, because the parser may
//! have read a patched copy. Recursion here is bounded by the parser's own limits (64 nested
//! levels, 128 operators) and by [`crate::Limits::depth`] for what it does not count.

use std::borrow::Cow;
use std::ops::Range;

use hcl_edit::expr::{
    BinaryOperator, Expression, ForExpr, FuncCall, Object, ObjectKey, UnaryOperator,
};
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body, Structure};
use hcl_edit::{Decorated, Ident, Span as _};

use super::text;
use crate::builder::{Builder, Key, Open};
use crate::keys::KeySet;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Flags, Kind, Operator, Style};

/// A lowering of one parsed piece of the source.
pub(super) struct Lowering<'b, 'a> {
    pub(super) builder: &'b mut Builder,
    pub(super) source: &'a str,
    /// Offset of the piece in the source.
    pub(super) base: u32,
    /// Values that were replaced by a placeholder before parsing, in source order.
    pub(super) masked: &'b [Span],
    /// Keys that were renamed before parsing because they stand twice.
    pub(super) renamed: &'b [Span],
    /// Nesting of the node that comes next.
    pub(super) depth: usize,
}

impl<'a> Lowering<'_, 'a> {
    pub(super) fn structures(&mut self, body: &Body, keys: &mut KeySet<'a>) {
        for structure in body {
            if self.builder.is_full() {
                return;
            }
            match structure {
                Structure::Attribute(attribute) => self.attribute(attribute, keys),
                Structure::Block(block) => self.block(block),
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, keys: &mut KeySet<'a>) {
        let span = self.span(attribute.key.span());
        let mut key = Key { span, ..Key::default() };
        self.mark_duplicate(&mut key, keys);
        self.expression(&attribute.value, key);
    }

    fn block(&mut self, block: &Block) {
        let span = self.span(block.span());
        let key = Key { span: self.span(block.ident.span()), ..Key::default() };
        let mut header_end = key.span.end;
        let open = self.builder.open(Kind::Block, Style::None, span, key);
        for label in &block.labels {
            header_end = self.label(label).end;
        }
        let brace = text::opening_brace(self.source, header_end).min(span.end);
        let inside = Span::new(brace, span.end);
        let body = self.builder.open(Kind::Body, Style::None, inside, Key::default());
        if self.enter(inside) {
            self.structures(&block.body, &mut KeySet::default());
            self.depth -= 1;
        }
        self.builder.close(body, span.end);
        self.builder.close(open, span.end);
    }

    pub(super) fn label(&mut self, label: &BlockLabel) -> Span {
        let span = self.span(label.span());
        match label {
            BlockLabel::Ident(_) => {
                self.builder.leaf(Kind::Label, Style::None, span, Key::default());
            }
            BlockLabel::String(_) => {
                text::quoted(self.builder, self.source, Kind::Label, span, Key::default());
            }
        }
        span
    }

    /// Lowers a value; `key` is the key it stands under, if any.
    pub(super) fn expression(&mut self, expression: &Expression, key: Key) {
        let span = self.span(expression.span());
        if self.builder.is_full() || !self.enter(span) {
            self.builder.leaf(Kind::Opaque, Style::None, span, key);
            return;
        }
        self.value(expression, span, key);
        self.depth -= 1;
    }

    fn value(&mut self, expression: &Expression, span: Span, key: Key) {
        match expression {
            Expression::Null(_) => self.leaf(Kind::Null, span, key),
            Expression::Bool(_) => self.leaf(Kind::Bool, span, key),
            Expression::Number(_) => self.number(span, key),
            Expression::Variable(_) => self.leaf(Kind::Name, span, key),
            Expression::String(_) => {
                text::quoted(self.builder, self.source, Kind::String, span, key);
            }
            Expression::StringTemplate(template) => self.quoted_template(template, span, key),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc, span, key),
            Expression::Array(array) => {
                let open = self.builder.open(Kind::Seq, Style::None, span, key);
                for item in array {
                    self.expression(item, Key::default());
                }
                self.builder.close(open, span.end);
            }
            Expression::Object(object) => self.object(object, span, key),
            Expression::Parenthesis(inner) => {
                self.parent(Kind::Paren, span, key, &[inner.inner()]);
            }
            Expression::Conditional(it) => {
                let parts = [&it.cond_expr, &it.true_expr, &it.false_expr];
                self.parent(Kind::Cond, span, key, &parts);
            }
            Expression::FuncCall(call) => self.call(call, span, key),
            Expression::Traversal(traversal) => self.traversal(traversal, span, key),
            Expression::UnaryOp(it) => {
                let operator = match it.operator.value() {
                    UnaryOperator::Neg => Operator::Negate,
                    UnaryOperator::Not => Operator::Not,
                };
                let open = self.builder.open_operation(Kind::Unary, operator, span, key);
                self.children(open, span, &[&it.expr]);
            }
            Expression::BinaryOp(it) => {
                let operator = binary(*it.operator.value());
                let open = self.builder.open_operation(Kind::Binary, operator, span, key);
                self.children(open, span, &[&it.lhs_expr, &it.rhs_expr]);
            }
            Expression::ForExpr(it) => self.for_expression(it, span, key),
        }
    }

    fn leaf(&mut self, kind: Kind, span: Span, key: Key) {
        self.builder.leaf(kind, Style::None, span, key);
    }

    /// A number, or the placeholder of something that could not be read.
    fn number(&mut self, span: Span, key: Key) {
        match self.masked.binary_search_by_key(&span.start, |it| it.start) {
            Ok(at) => {
                let masked = self.masked.get(at).copied().unwrap_or(span);
                self.leaf(Kind::Opaque, masked, key);
            }
            Err(_) => self.leaf(Kind::Number, span, key),
        }
    }

    fn parent(&mut self, kind: Kind, span: Span, key: Key, children: &[&Expression]) {
        let open = self.builder.open(kind, Style::None, span, key);
        self.children(open, span, children);
    }

    fn children(&mut self, open: Open, span: Span, children: &[&Expression]) {
        for child in children {
            self.expression(child, Key::default());
        }
        self.builder.close(open, span.end);
    }

    fn object(&mut self, object: &Object, span: Span, key: Key) {
        let open = self.builder.open(Kind::Map, Style::None, span, key);
        let mut keys = KeySet::default();
        for (key, value) in object {
            match self.object_key(key, &mut keys) {
                Some(key) => self.expression(value.expr(), key),
                None => self.pair(key, value.expr()),
            }
        }
        self.builder.close(open, span.end);
    }

    /// The key of an entry, or `None` when it is an expression.
    fn object_key(&mut self, key: &ObjectKey, keys: &mut KeySet<'a>) -> Option<Key> {
        let span = self.span(key.span());
        let (span, quoted) = match key {
            // A renamed key reads as a name, whatever stands in the source.
            ObjectKey::Ident(_) if self.renamed.contains(&span) => {
                let raw = self.source.get(span.range()).unwrap_or("");
                if raw.starts_with('"') && !raw.contains("${") && !raw.contains("%{") {
                    (span, true)
                } else if text::is_name(raw) {
                    (span, false)
                } else {
                    return None;
                }
            }
            ObjectKey::Ident(_) => (span, false),
            ObjectKey::Expression(Expression::String(_)) => (span, true),
            ObjectKey::Expression(
                Expression::Number(_) | Expression::Bool(_) | Expression::Null(_),
            ) => (span, false),
            ObjectKey::Expression(_) => return None,
        };
        let mut key = if quoted { text::quoted_key(self.source, span) } else { plain_key(span) };
        self.mark_duplicate(&mut key, keys);
        Some(key)
    }

    fn pair(&mut self, key: &ObjectKey, value: &Expression) {
        let start = self.span(key.span());
        let span = start.cover(self.span(value.span()));
        let open = self.builder.open(Kind::Pair, Style::None, span, Key::default());
        match key {
            ObjectKey::Expression(key) => self.expression(key, Key::default()),
            ObjectKey::Ident(_) => self.renamed_key(start),
        }
        self.expression(value, Key::default());
        self.builder.close(open, span.end);
    }

    /// Reads the expression that was renamed for the parse of its object.
    fn renamed_key(&mut self, span: Span) {
        let raw = self.source.get(span.range()).unwrap_or("");
        match hcl_edit::parser::parse_expr(raw) {
            Ok(expression) => {
                let base = std::mem::replace(&mut self.base, span.start);
                self.expression(&expression, Key::default());
                self.base = base;
            }
            Err(_) => self.leaf(Kind::Opaque, span, Key::default()),
        }
    }

    /// Flags a key that its map or body already has. Terraform takes the last value of an
    /// object; we keep both.
    pub(super) fn mark_duplicate(&mut self, key: &mut Key, keys: &mut KeySet<'a>) {
        let text = match &key.text {
            Some(text) => Cow::Owned(text.clone()),
            None => Cow::Borrowed(self.source.get(key.span.range()).unwrap_or("")),
        };
        if !keys.insert(text) {
            key.flags = key.flags.with(Flags::DUPLICATE_KEY);
            let message = "the same key stands earlier at this level";
            self.builder.problem(ProblemKind::DuplicateKey, key.span, message);
        }
    }

    fn call(&mut self, call: &FuncCall, span: Span, key: Key) {
        let first = call.name.namespace.first().unwrap_or(&call.name.name);
        let name_span = self.span(first.span()).cover(self.span(call.name.name.span()));
        let mut name = String::new();
        for part in call.name.namespace.iter().chain([&call.name.name]) {
            if !name.is_empty() {
                name.push_str("::");
            }
            name.push_str(part.as_str());
        }
        let open = self.builder.open_call(&name, name_span, span, key);
        if call.args.expand_final() {
            let id = self.builder.id(open);
            self.builder.add_flags(id, Flags::EXPAND);
        }
        for argument in &call.args {
            self.expression(argument, Key::default());
        }
        self.builder.close(open, span.end);
    }

    fn for_expression(&mut self, it: &ForExpr, span: Span, mut key: Key) {
        let kind = if it.key_expr.is_some() { Kind::ForMap } else { Kind::ForSeq };
        if it.cond.is_some() {
            key.flags = key.flags.with(Flags::CONDITION);
        }
        if it.grouping {
            key.flags = key.flags.with(Flags::EXPAND);
        }
        let open = self.builder.open(kind, Style::None, span, key);
        self.names(it.intro.key_var.as_ref(), &it.intro.value_var);
        self.expression(&it.intro.collection_expr, Key::default());
        if let Some(key) = &it.key_expr {
            self.expression(key, Key::default());
        }
        self.expression(&it.value_expr, Key::default());
        if let Some(condition) = &it.cond {
            self.expression(&condition.expr, Key::default());
        }
        self.builder.close(open, span.end);
    }

    /// The loop variables of a `for`.
    pub(super) fn names(&mut self, key: Option<&Decorated<Ident>>, value: &Decorated<Ident>) {
        for name in key.into_iter().chain([value]) {
            let span = self.span(name.span());
            self.leaf(Kind::Label, span, Key::default());
        }
    }

    /// Goes one level deeper, or records that this is too deep.
    pub(super) fn enter(&mut self, span: Span) -> bool {
        // The parser allows 64 levels of nesting and 128 operators on top of the blocks.
        if self.depth >= self.builder.limits().depth.saturating_mul(2) {
            self.builder.depth_limit(span);
            return false;
        }
        self.depth += 1;
        true
    }

    /// A parser position in the source.
    pub(super) fn span(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or_default();
        let span = Span::from_usize(range.start, range.end);
        Span::new(span.start.saturating_add(self.base), span.end.saturating_add(self.base))
    }
}

fn plain_key(span: Span) -> Key {
    Key { span, ..Key::default() }
}

fn binary(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessEqual,
        BinaryOperator::GreaterEq => Operator::GreaterEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Add,
        BinaryOperator::Minus => Operator::Subtract,
        BinaryOperator::Mul => Operator::Multiply,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Modulo,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}
