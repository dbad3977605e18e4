//! What stands in the output for something unknown, and the names of the ways that values take.

use model::{Origin, Place, StepKind};
use syntax::gotemplate::{Command, ExpressionKind, Pipeline, Tag as Action};

use super::frame::Frame;
use super::text::{Hole, NAMELESS};
use super::value::Unknown;

/// What stands in the output for an unknown value.
pub(super) fn hole(
    unknown: &Unknown,
    tag: Action,
    pipeline: Option<&Pipeline>,
    frame: &Frame<'_>,
    here: Option<Place>,
) -> Hole {
    let symbol = unknown.symbol.clone().unwrap_or_else(|| NAMELESS.into());
    let (before, after) = match unknown.line {
        true => ("", ""),
        false => (frame.slice(tag.before), frame.slice(tag.after)),
    };
    let last = pipeline.and_then(|it| it.commands.last());
    let block = last.and_then(|it| match &it.words.first()?.kind {
        ExpressionKind::Function(name) if matches!(name.as_str(), "nindent" | "indent") => {
            it.words.get(1).map(|it| match it.kind {
                ExpressionKind::Int(columns) => format!(" | {name} {columns}"),
                _ => format!(" | {name} 2"),
            })
        }
        _ => None,
    });
    let dash = if before.is_empty() { "" } else { "-" };
    let action = match block {
        Some(block) => format!("{before}{{{{{dash} {}{block} }}}}{after}", NAMELESS),
        None => {
            let name = if symbol.contains("}}") { NAMELESS } else { &symbol };
            format!("{before}{{{{{dash} {name} }}}}{after}")
        }
    };
    Hole {
        action: action.into(),
        symbol,
        origin: here.map(Origin::at),
        filled: unknown.truth == Some(true),
        line: unknown.line,
    }
}

/// How a value came into an action: the first template or field that the pipeline names.
pub(super) fn way(pipeline: &Pipeline) -> (StepKind, String) {
    for command in &pipeline.commands {
        if let Some(found) = way_of(command, 0) {
            return found;
        }
    }
    (StepKind::Values, "values".to_owned())
}

fn way_of(command: &Command, depth: u32) -> Option<(StepKind, String)> {
    let mut words = command.words.iter();
    if let (Some(ExpressionKind::Function(name)), Some(ExpressionKind::Text(text, _))) =
        (command.words.first().map(|it| &it.kind), command.words.get(1).map(|it| &it.kind))
        && name == "include"
    {
        return Some((StepKind::Template, text.clone()));
    }
    words.find_map(|word| match &word.kind {
        ExpressionKind::Fields(base, fields) => {
            let names: Vec<_> = fields.iter().map(|it| it.name.as_str()).collect();
            let start = match &base.kind {
                ExpressionKind::Variable(name) => name.as_str(),
                _ => "",
            };
            Some((StepKind::Values, format!("{start}.{}", names.join("."))))
        }
        ExpressionKind::Variable(name) => Some((StepKind::Values, name.clone())),
        ExpressionKind::Dot => Some((StepKind::Values, ".".to_owned())),
        ExpressionKind::Pipeline(inner) if depth < 8 => {
            inner.commands.iter().find_map(|it| way_of(it, depth + 1))
        }
        _ => None,
    })
}
