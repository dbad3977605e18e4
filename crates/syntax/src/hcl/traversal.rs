//! Attribute access, indexes and splats: `a.b[0].c[*].d`.
//!
//! The parser gives a flat list of steps. The tree nests them: each step is a node around
//! what it is applied to, and a splat holds what is applied to each element.

use hcl_edit::Decorated;
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use super::lower::Lowering;
use crate::builder::Key;
use crate::span::Span;
use crate::tree::{Kind, Style};

type Step = Decorated<TraversalOperator>;

/// What steps are applied to.
#[derive(Clone, Copy)]
enum Target<'t> {
    Expression(&'t Expression),
    /// The element of a splat; the span is the splat's own.
    Element(Span),
    Steps(&'t Target<'t>, &'t [Step]),
}

impl Lowering<'_, '_> {
    pub(super) fn traversal(&mut self, traversal: &Traversal, span: Span, key: Key) {
        let steps = &traversal.operators;
        // Each step is a level of the tree.
        if self.depth.saturating_add(steps.len()) >= self.builder.limits().depth * 2 {
            self.builder.depth_limit(span);
            self.builder.leaf(Kind::Opaque, Style::None, span, key);
            return;
        }
        self.depth += steps.len();
        self.steps(Target::Expression(&traversal.expr), steps, key);
        self.depth -= steps.len();
    }

    fn steps(&mut self, target: Target<'_>, steps: &[Step], key: Key) {
        let Some(splat) = steps.iter().position(is_splat) else {
            return self.chain(target, steps, key);
        };
        let (before, from) = steps.split_at(splat);
        let Some((operator, after)) = from.split_first() else { return };
        let applied = match operator.value() {
            // `.*` reaches only as far as attribute names follow.
            TraversalOperator::AttrSplat(_) => {
                after.iter().position(|it| !is_attribute(it)).unwrap_or(after.len())
            }
            _ => after.len(),
        };
        let (each, rest) = after.split_at(applied);
        if !rest.is_empty() {
            let (inner, _) = steps.split_at(steps.len() - rest.len());
            return self.steps(Target::Steps(&target, inner), rest, key);
        }
        let span = self.extent(target, steps);
        let open = self.builder.open(Kind::Splat, Style::None, span, key);
        self.steps(target, before, Key::default());
        let element = self.span(operator.span());
        self.steps(Target::Element(element), each, Key::default());
        self.builder.close(open, span.end);
    }

    /// Steps without a splat: the last one is the outermost node.
    fn chain(&mut self, target: Target<'_>, steps: &[Step], key: Key) {
        let mut key = Some(key);
        let mut opened = Vec::with_capacity(steps.len());
        for count in (1..=steps.len()).rev() {
            let (applied, _) = steps.split_at(count);
            let Some(step) = applied.last() else { continue };
            let span = self.extent(target, applied);
            let kind = match step.value() {
                TraversalOperator::GetAttr(_) => Kind::GetAttr,
                _ => Kind::Index,
            };
            let key = key.take().unwrap_or_default();
            opened.push((self.builder.open(kind, Style::None, span, key), span.end, step));
        }
        let key = key.take().unwrap_or_default();
        match target {
            Target::Expression(expression) => self.expression(expression, key),
            Target::Element(span) => {
                self.builder.leaf(Kind::SplatItem, Style::None, span, key);
            }
            Target::Steps(inner, steps) => self.steps(*inner, steps, key),
        }
        while let Some((open, end, step)) = opened.pop() {
            match step.value() {
                TraversalOperator::GetAttr(name) => {
                    let span = self.span(name.span());
                    self.builder.leaf(Kind::Label, Style::None, span, Key::default());
                }
                TraversalOperator::Index(index) => self.expression(index, Key::default()),
                TraversalOperator::LegacyIndex(index) => {
                    let span = self.span(index.span());
                    self.builder.leaf(Kind::Number, Style::None, span, Key::default());
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {}
            }
            self.builder.close(open, end);
        }
    }

    /// From the beginning of the target to the end of the last step.
    fn extent(&self, target: Target<'_>, steps: &[Step]) -> Span {
        let start = match target {
            Target::Expression(expression) => self.span(expression.span()),
            Target::Element(span) => span,
            Target::Steps(inner, steps) => self.extent(*inner, steps),
        };
        steps.last().map_or(start, |it| start.cover(self.span(it.span())))
    }
}

fn is_splat(step: &Step) -> bool {
    matches!(step.value(), TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_))
}

fn is_attribute(step: &Step) -> bool {
    matches!(step.value(), TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_))
}
