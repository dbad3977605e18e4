//! Functions on texts.

use model::{Data, Piece, Value};

use super::verb::{self, Refusal};
use super::{Call, cut, pattern};
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let one =
        |change: &dyn Fn(&str) -> String| Some(values::text(change(&call.text(0)?), call.source()));
    match call.name {
        "title" => one(&title),
        "strrev" => one(&|it| it.chars().rev().collect()),
        "replace" => replace(call),
        "indent" => indent(call),
        "startswith" => test(call, |text, part| text.starts_with(part)),
        "endswith" => test(call, |text, part| text.ends_with(part)),
        "strcontains" => test(call, |text, part| text.contains(part)),
        "tostring" => match &call.arguments.first()?.data {
            Data::Null => Some(values::null(call.place)),
            Data::String(_) => call.arguments.first().cloned(),
            Data::List(_) | Data::Map(_) => Some(values::invalid(call.place)),
            _ => one(&str::to_owned),
        },
        "join" => join(call),
        "format" => {
            let (template, arguments) = call.arguments.split_first()?;
            formatted(call, template, arguments)
        }
        "formatlist" => format_list(call),
        _ => None,
    }
}

fn title(text: &str) -> String {
    let mut upper = true;
    text.chars()
        .map(|it| {
            let change = upper && it.is_alphabetic();
            upper = !it.is_alphanumeric();
            if change { it.to_uppercase().next().unwrap_or(it) } else { it }
        })
        .collect()
}

fn test(call: &Call<'_, '_>, holds: impl Fn(&str, &str) -> bool) -> Option<Value> {
    let part = call.text(1)?;
    if let Some(text) = call.text(0) {
        return Some(values::boolean(holds(&text, &part), call.origin()));
    }
    // The known beginning of a text decides about a prefix.
    let Data::String(text) = &call.arguments.first()?.data else { return None };
    let Piece::Literal { text, .. } = text.pieces.first()? else { return None };
    let decided = call.name == "startswith" && text.len() >= part.len();
    decided.then(|| values::boolean(holds(text, &part), call.origin()))
}

fn replace(call: &Call<'_, '_>) -> Option<Value> {
    let from = call.text(1)?;
    let between = from.strip_prefix('/').and_then(|it| it.strip_suffix('/'));
    match between {
        Some(between) => pattern::replace(call, between),
        None => cut::replace(call, &from, call.arguments.get(2)?),
    }
}

fn indent(call: &Call<'_, '_>) -> Option<Value> {
    let blanks = super::super::reference::whole(call.arguments.first()?)?;
    if blanks > 200 {
        return None;
    }
    let text = call.arguments.get(1)?;
    let known = values::known_text(text)?;
    let separator = format!("\n{}", " ".repeat(blanks));
    Some(values::text(known.replace('\n', &separator), text.origin.clone()))
}

fn join(call: &Call<'_, '_>) -> Option<Value> {
    let (separator, lists) = call.arguments.split_first()?;
    let separator = values::pieces(separator);
    let mut pieces = Vec::new();
    for list in lists {
        if !matches!(list.data, Data::List(_)) {
            return None;
        }
        for item in values::items(list) {
            if !pieces.is_empty() {
                pieces.extend(separator.iter().cloned());
            }
            pieces.extend(values::pieces(&item));
        }
    }
    Some(call.evaluator.bounded(pieces, call.origin()))
}

fn formatted(call: &Call<'_, '_>, template: &Value, arguments: &[Value]) -> Option<Value> {
    match verb::format(template, arguments) {
        Ok(pieces) => Some(call.evaluator.bounded(pieces, call.origin())),
        Err(Refusal::Invalid) => Some(values::invalid(call.place)),
        Err(Refusal::Unknown) => None,
    }
}

fn format_list(call: &Call<'_, '_>) -> Option<Value> {
    let (template, arguments) = call.arguments.split_first()?;
    let lists: Vec<Option<Vec<Value>>> = arguments
        .iter()
        .map(|it| match &it.data {
            Data::List(items) if !values::is_open_list(items) => Some(values::items(it)),
            _ => None,
        })
        .collect();
    if arguments.iter().any(|it| matches!(it.data, Data::Unknown(_))) {
        return None;
    }
    let length = lists.iter().flatten().map(Vec::len).max()?;
    let mut items = Vec::with_capacity(length);
    for at in 0..length {
        let row: Option<Vec<Value>> = lists
            .iter()
            .zip(arguments)
            .map(|(list, single)| match list {
                Some(list) => list.get(at).cloned(),
                None => Some(single.clone()),
            })
            .collect();
        items.push(formatted(call, template, &row?)?);
    }
    Some(values::list(items, call.origin()))
}
