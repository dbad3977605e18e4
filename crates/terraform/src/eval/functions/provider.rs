//! Functions that providers bring: those of which the result follows from their arguments.
//!
//! They are called by the local name of a provider, `provider::aws::arn_build(…)`, which is
//! nearly always the provider's own.

use model::{Data, Text, Value};

use super::{Call, cut};
use crate::policy::json;
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    match call.name.strip_prefix("provider::")? {
        "terraform::decode_tfvars" => {
            let value = call.arguments.first()?;
            let Data::String(text) = &value.data else { return None };
            text.is_known().then(|| json::hcl(text, &value.origin)).flatten()
        }
        "aws::arn_build" => arn(call),
        "aws::arn_parse" => parsed(call),
        "aws::trim_iam_role_path" => without_path(call),
        _ => None,
    }
}

/// Parts of an ARN, as `arn_parse` names them.
const PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

/// `arn_build(partition, service, region, account, resource)`
fn arn(call: &Call<'_, '_>) -> Option<Value> {
    if call.arguments.len() != PARTS.len() {
        return Some(values::invalid(call.place));
    }
    let literal = |it: &str| values::pieces(&values::text(it, call.origin()));
    let mut pieces = literal("arn");
    for part in call.arguments {
        pieces.extend(literal(":"));
        let empty =
            matches!(&part.data, Data::String(it) if it.known().is_some_and(|it| it.is_empty()));
        if !empty {
            pieces.extend(values::pieces(part));
        }
    }
    Some(call.evaluator.bounded(pieces, call.origin()))
}

/// `arn_parse(arn)`
fn parsed(call: &Call<'_, '_>) -> Option<Value> {
    let value = call.arguments.first()?;
    let text = Text { pieces: values::pieces(value) };
    let known = text.known()?;
    let mut at = match known.strip_prefix("arn:") {
        Some(_) => "arn:".len(),
        None => return Some(values::invalid(call.place)),
    };
    let mut entries = Vec::new();
    for (number, name) in PARTS.iter().enumerate() {
        let rest = known.get(at..)?;
        let length = match number + 1 == PARTS.len() {
            true => Some(rest.len()),
            false => rest.find(':'),
        };
        let Some(length) = length else { return Some(values::invalid(call.place)) };
        let part = cut::part(&text, at, at + length, &value.origin);
        entries.push(values::entry(*name, call.origin(), part));
        at += length + 1;
    }
    Some(values::map(entries, call.origin()))
}

/// `trim_iam_role_path("arn:…:role/path/name")` is `arn:…:role/name`.
fn without_path(call: &Call<'_, '_>) -> Option<Value> {
    let value = call.arguments.first()?;
    let text = Text { pieces: values::pieces(value) };
    let known = text.known()?;
    let Some(start) = known.find(":role/").map(|it| it + ":role/".len()) else {
        return Some(values::invalid(call.place));
    };
    let name = known.rfind('/').map_or(start, |it| it + 1);
    let mut pieces = values::pieces(&cut::part(&text, 0, start, &value.origin));
    pieces.extend(values::pieces(&cut::part(&text, name.max(start), known.len(), &value.origin)));
    Some(call.evaluator.bounded(pieces, call.source()))
}
