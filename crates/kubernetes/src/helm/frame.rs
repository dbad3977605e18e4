//! One run of one template: what its names mean, and where its parts stand.

use model::Place;
use syntax::Span;
use syntax::gotemplate::{Item, Pipeline};

use super::text::{Lit, Text};
use super::value::Val;

/// One run of one template.
pub(super) struct Frame<'t> {
    /// The source, whose spans the items hold.
    pub(super) source: &'t str,
    /// The same as pieces, for places.
    pub(super) text: &'t Text,
    /// `.`
    pub(super) dot: Val,
    /// `$`
    pub(super) root: Val,
    pub(super) variables: Vec<Variable>,
    /// Conditions that cannot be known around the innermost loop.
    pub(super) loop_level: u32,
    /// The file itself, not a template that it includes.
    pub(super) is_file: bool,
}

pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: Val,
    pub(super) level: u32,
}

impl Frame<'_> {
    pub(super) fn slice(&self, span: Span) -> &str {
        self.source.get(span.range()).unwrap_or("")
    }

    /// The place of a part of the source.
    pub(super) fn place(&self, span: Span) -> Option<Place> {
        let text = self.text.slice(span.start as usize, span.end as usize);
        let mut places = text.lits().filter_map(Lit::place);
        let first = places.next()?;
        let same = |it: &Place| it.file == first.file;
        Some(
            places
                .filter(same)
                .fold(first, |all, it| Place::new(all.file, all.span.cover(it.span))),
        )
    }

    /// Where a part of the source stands in the file; of no meaning outside of it.
    pub(super) fn site(&self, span: Span) -> Span {
        if self.is_file { span } else { Span::default() }
    }

    pub(super) fn declare(&mut self, name: &str, value: Val, level: u32) {
        self.variables.push(Variable { name: name.to_owned(), value, level });
    }
}

pub(super) fn declare_round(
    pipeline: &Pipeline,
    key: Val,
    item: Val,
    level: u32,
    frame: &mut Frame<'_>,
) {
    match pipeline.variables.as_slice() {
        [name] => frame.declare(name, item, level),
        [first, second] => {
            frame.declare(first, key, level);
            frame.declare(second, item, level);
        }
        _ => {}
    }
}

/// Makes variables unknown that a body assigns.
pub(super) fn forget_assigned(items: &[Item], frame: &mut Frame<'_>) {
    for item in items {
        match item {
            Item::Print(_, pipeline) if pipeline.assigns => {
                for name in &pipeline.variables {
                    let known = frame.variables.iter_mut().rev().find(|it| it.name == *name);
                    if let Some(variable) = known {
                        variable.value = Val::unknown(None);
                    }
                }
            }
            Item::If(choice) | Item::With(choice) | Item::Range(choice) => {
                for branch in &choice.branches {
                    forget_assigned(&branch.body, frame);
                }
                if let Some((_, body)) = &choice.otherwise {
                    forget_assigned(body, frame);
                }
            }
            _ => {}
        }
    }
}
