//! Functions on texts.

use model::{Data, Piece, Value};

use super::verb::{self, Refusal};
use super::{Call, pattern};
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let one =
        |change: &dyn Fn(&str) -> String| Some(values::text(change(&call.text(0)?), call.source()));
    match call.name {
        "lower" => one(&|it| it.to_lowercase()),
        "upper" => one(&|it| it.to_uppercase()),
        "title" => one(&title),
        "trimspace" => one(&|it| it.trim().to_owned()),
        "chomp" => one(&|it| it.trim_end_matches(['\r', '\n']).to_owned()),
        "strrev" => one(&|it| it.chars().rev().collect()),
        "trim" => {
            let set = call.text(1)?;
            one(&|it| it.trim_matches(|c| set.contains(c)).to_owned())
        }
        "trimprefix" => {
            let prefix = call.text(1)?;
            one(&|it| it.strip_prefix(&prefix).unwrap_or(it).to_owned())
        }
        "trimsuffix" => {
            let suffix = call.text(1)?;
            one(&|it| it.strip_suffix(&suffix).unwrap_or(it).to_owned())
        }
        "replace" => replace(call),
        "substr" => substring(call),
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
        "split" => split(call),
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
    let (text, from, to) = (call.text(0)?, call.text(1)?, call.text(2)?);
    let between = from.strip_prefix('/').and_then(|it| it.strip_suffix('/'));
    if let Some(between) = between {
        return pattern::replace(call, between);
    }
    // An empty text stands before, between and after all characters.
    if (text.len() + 1).saturating_mul(to.len().max(1)) > super::super::TEXT {
        return None;
    }
    Some(values::text(text.replace(&from, &to), call.source()))
}

fn substring(call: &Call<'_, '_>) -> Option<Value> {
    let text: Vec<char> = call.text(0)?.chars().collect();
    let number = |at: usize| call.arguments.get(at)?.as_number().filter(|it| it.abs() < 1e9);
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    let (start, length) = (number(1)? as i64, number(2)? as i64);
    let size = i64::try_from(text.len()).ok()?;
    let from = if start < 0 { size + start } else { start }.clamp(0, size);
    let to = if length < 0 { size } else { (from + length).min(size) };
    let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
    Some(values::text(text.get(from..to)?.iter().collect::<String>(), call.source()))
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

fn split(call: &Call<'_, '_>) -> Option<Value> {
    let (separator, text) = (call.text(0)?, call.arguments.get(1)?);
    let known = values::known_text(text)?;
    let parts: Vec<Value> = if separator.is_empty() {
        known.chars().map(|it| values::text(it.to_string(), text.origin.clone())).collect()
    } else {
        known.split(&separator).map(|it| values::text(it, text.origin.clone())).collect()
    };
    Some(values::list(parts, call.origin()))
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
