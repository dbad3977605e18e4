//! Functions that take a text apart or change it in places: what is left keeps where it was
//! written, and parts that are not known stay where they are.

use std::sync::Arc;

use model::{Data, Entry, Origin, Piece, Text, Value};

use super::Call;
use crate::values;

/// Nesting of encoded collections that is followed.
const DEPTH: usize = 32;

/// Pieces of a text that many parts are taken from. One with more is one piece.
const PIECES: usize = 128;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    match call.name {
        "trimspace" => trimmed(call, str::trim_start, str::trim_end),
        "chomp" => trimmed(call, |it| it, |it| it.trim_end_matches(['\r', '\n'])),
        "trim" => {
            let set = call.text(1)?;
            trimmed(
                call,
                |it| it.trim_start_matches(|c| set.contains(c)),
                |it| it.trim_end_matches(|c| set.contains(c)),
            )
        }
        "trimprefix" => {
            let prefix = call.text(1)?;
            outer(call, &prefix, false)
        }
        "trimsuffix" => {
            let suffix = call.text(1)?;
            outer(call, &suffix, true)
        }
        "lower" => cased(call, str::to_lowercase),
        "upper" => cased(call, str::to_uppercase),
        "substr" => substring(call),
        "split" => split(call),
        _ => None,
    }
}

/// The text of an argument, of which parts may be unknown.
fn text(call: &Call<'_, '_>, at: usize) -> Option<Text> {
    let value = call.arguments.get(at)?;
    match &value.data {
        Data::String(text) => Some(text.clone()),
        Data::Number(_) | Data::Bool(_) => Some(Text { pieces: values::pieces(value) }),
        _ => None,
    }
}

/// A known text that can be taken apart many times.
pub(super) fn few(text: Text, origin: &Origin) -> Text {
    match text.known().filter(|_| text.pieces.len() > PIECES) {
        Some(known) => Text::literal(known, origin.clone(), None),
        None => text,
    }
}

/// A part of a known text, in bytes. Its origin is the part when that stands in one place.
pub(super) fn part(text: &Text, start: usize, end: usize, origin: &Origin) -> Value {
    let mut pieces = Vec::new();
    let mut at = 0;
    for piece in &text.pieces {
        let Piece::Literal { text, .. } = piece else { continue };
        let (from, to) = (start.max(at), end.min(at + text.len()));
        if from == at && to == at + text.len() {
            pieces.push(piece.clone());
        } else if from < to {
            pieces.extend(values::slice(piece, from - at, to - at));
        }
        at += text.len();
    }
    let origin = match pieces.as_slice() {
        [Piece::Literal { origin, .. }] => origin.clone(),
        _ => origin.clone(),
    };
    values::text_of(pieces, origin)
}

/// The text without what `start` and `end` take away from its ends; unknown when an end that is
/// not known would have to be looked at.
fn trimmed(
    call: &Call<'_, '_>,
    start: impl Fn(&str) -> &str,
    end: impl Fn(&str) -> &str,
) -> Option<Value> {
    let first = call.arguments.first()?;
    // Encoded collections begin and end with brackets.
    if matches!(first.data, Data::List(_) | Data::Map(_)) && call.name != "trim" {
        return Some(first.clone());
    }
    let text = text(call, 0)?;
    if let Some(known) = text.known() {
        let from = known.len() - start(&known).len();
        let to = from + end(start(&known)).len();
        return Some(part(&text, from, to, &call.source()));
    }
    let mut pieces = text.pieces;
    let changes_start = call.name != "chomp";
    if let Some(Piece::Literal { text, .. }) = pieces.first().filter(|_| changes_start) {
        let left = start(text).len();
        let piece = pieces.first().and_then(|it| values::slice(it, text.len() - left, text.len()));
        replace_end(&mut pieces, piece.filter(|_| left > 0)?, false);
    } else if changes_start {
        return None;
    }
    let Some(Piece::Literal { text, .. }) = pieces.last() else { return None };
    let left = end(text).len();
    let piece = pieces.last().and_then(|it| values::slice(it, 0, left));
    replace_end(&mut pieces, piece.filter(|_| left > 0)?, true);
    Some(values::text_of(pieces, call.source()))
}

fn replace_end(pieces: &mut [Piece], with: Piece, last: bool) {
    let at = if last { pieces.last_mut() } else { pieces.first_mut() };
    if let Some(it) = at {
        *it = with;
    }
}

/// The text without a beginning or an end, when it has it.
fn outer(call: &Call<'_, '_>, affix: &str, at_end: bool) -> Option<Value> {
    let text = text(call, 0)?;
    if let Some(known) = text.known() {
        let stripped = if at_end { known.strip_suffix(affix) } else { known.strip_prefix(affix) };
        let Some(rest) = stripped else {
            return Some(values::text_of(text.pieces, call.source()));
        };
        let (from, to) = match at_end {
            true => (0, rest.len()),
            false => (known.len() - rest.len(), known.len()),
        };
        return Some(part(&text, from, to, &call.source()));
    }
    let mut pieces = text.pieces;
    let piece = if at_end { pieces.last() } else { pieces.first() };
    let Some(Piece::Literal { text, .. }) = piece else { return None };
    let length = text.len();
    if length < affix.len() {
        return None;
    }
    let stripped = if at_end { text.strip_suffix(affix) } else { text.strip_prefix(affix) };
    let Some(rest) = stripped.map(str::len) else {
        return Some(values::text_of(pieces, call.source()));
    };
    let range = if at_end { 0..rest } else { length - rest..length };
    let cut = piece.and_then(|it| values::slice(it, range.start, range.end))?;
    replace_end(&mut pieces, cut, at_end);
    Some(values::text_of(pieces, call.source()))
}

/// The text in other letters, piece by piece.
fn cased(call: &Call<'_, '_>, change: impl Fn(&str) -> String) -> Option<Value> {
    let changed = |piece: &Piece| match piece {
        Piece::Literal { text, origin, map } => {
            let map = map.clone().filter(|_| text.is_ascii());
            Piece::Literal { text: change(text).into(), origin: origin.clone(), map }
        }
        Piece::Unknown { origin, .. } => Piece::Unknown { origin: origin.clone(), remote: None },
    };
    let pieces = text(call, 0)?.pieces.iter().map(changed).collect();
    Some(call.evaluator.bounded(pieces, call.source()))
}

fn substring(call: &Call<'_, '_>) -> Option<Value> {
    let text = text(call, 0)?;
    let number = |at: usize| call.arguments.get(at)?.as_number().filter(|it| it.abs() < 1e9);
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    let (start, length) = (number(1)? as i64, number(2)? as i64);
    let Some(known) = text.known() else {
        // The known beginning may be all that is wanted.
        let Some(Piece::Literal { text: first, .. }) = text.pieces.first() else { return None };
        let wanted = usize::try_from(start.checked_add(length)?).ok()?;
        if start < 0 || length < 0 || wanted > first.chars().count() {
            return None;
        }
        let first = Text { pieces: text.pieces.into_iter().take(1).collect() };
        let all = first.known()?;
        let from = byte_of(&all, usize::try_from(start).ok()?);
        return Some(part(&first, from, byte_of(&all, wanted), &call.source()));
    };
    let size = i64::try_from(known.chars().count()).ok()?;
    let from = if start < 0 { size + start } else { start }.clamp(0, size);
    let to = if length < 0 { size } else { (from + length).min(size) };
    let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
    Some(part(&text, byte_of(&known, from), byte_of(&known, to.max(from)), &call.source()))
}

/// Where the character of this number begins.
fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

fn split(call: &Call<'_, '_>) -> Option<Value> {
    let (separator, text) = (call.text(0)?, text(call, 1)?);
    let origin = call.arguments.get(1).map_or(call.origin(), |it| it.origin.clone());
    let text = few(text, &origin);
    let known = text.known()?;
    let mut ends = Vec::new();
    if separator.is_empty() {
        ends.extend(known.char_indices().map(|(at, it)| (at, at + it.len_utf8())));
    } else {
        let mut from = 0;
        for (at, _) in known.match_indices(&separator) {
            ends.push((from, at));
            from = at + separator.len();
        }
        ends.push((from, known.len()));
    }
    if !call.evaluator.spend(ends.len().saturating_mul(text.pieces.len()) / 8, call.place) {
        return None;
    }
    let parts = ends.into_iter().map(|(from, to)| part(&text, from, to, &origin)).collect();
    Some(values::list(parts, call.origin()))
}

/// `replace` with a plain text. Around parts that are not known nothing may begin or end that
/// could be meant.
pub(super) fn replace(call: &Call<'_, '_>, from: &str, to: &Value) -> Option<Value> {
    let first = call.arguments.first()?;
    if matches!(first.data, Data::List(_) | Data::Map(_)) {
        return encoded(first, from, &values::known_text(to)?, 0);
    }
    let text = text(call, 0)?;
    let with = values::pieces(to);
    // An empty text stands before, between and after all characters.
    if from.is_empty() {
        let known = text.known()?;
        let to = values::known_text(to)?;
        let grown = (known.len() + 1).saturating_mul(to.len().max(1));
        return (grown <= super::super::TEXT)
            .then(|| values::text(known.replace(from, &to), call.source()));
    }
    Some(call.evaluator.bounded(replaced(&text, from, &with)?, call.source()))
}

/// The pieces of a text with all that is known between its unknown parts replaced.
fn replaced(text: &Text, from: &str, with: &[Piece]) -> Option<Vec<Piece>> {
    let (mut out, mut run) = (Vec::new(), Vec::new());
    let known = text.is_known();
    for piece in &text.pieces {
        match piece {
            Piece::Literal { .. } => run.push(piece.clone()),
            Piece::Unknown { .. } => {
                replace_run(&mut run, from, with, known, &mut out)?;
                out.push(piece.clone());
            }
        }
    }
    replace_run(&mut run, from, with, known, &mut out)?;
    Some(out)
}

/// Replaces in known pieces that follow each other.
fn replace_run(
    run: &mut Vec<Piece>,
    from: &str,
    with: &[Piece],
    all_known: bool,
    out: &mut Vec<Piece>,
) -> Option<()> {
    let pieces = std::mem::take(run);
    let origin = match pieces.first() {
        Some(Piece::Literal { origin, .. }) => origin.clone(),
        _ => Origin::default(),
    };
    let text = few(Text { pieces }, &origin);
    let known = text.known()?;
    if !all_known && straddles(&known, from) {
        return None;
    }
    let mut at = 0;
    for (start, _) in known.match_indices(from) {
        out.extend(cut(&text, at, start));
        out.extend(with.iter().cloned());
        at = start + from.len();
        if out.len() > super::super::ITEMS {
            return None;
        }
    }
    out.extend(cut(&text, at, known.len()));
    Some(())
}

fn cut(text: &Text, start: usize, end: usize) -> Vec<Piece> {
    match part(text, start, end, &Origin::default()).data {
        Data::String(text) if start < end => text.pieces,
        _ => Vec::new(),
    }
}

/// True when `what` could begin before a text or end after it.
fn straddles(text: &str, what: &str) -> bool {
    what.char_indices().skip(1).any(|(at, _)| {
        let (head, tail) = what.split_at(at);
        text.starts_with(tail) || text.ends_with(head)
    }) || (!text.is_empty() && text.len() < what.len() && what.contains(text))
}

/// `replace(jsonencode(…), …)`: inside of the texts, as long as the change can touch nothing
/// but them.
fn encoded(value: &Value, from: &str, to: &str, depth: usize) -> Option<Value> {
    let syntax = |it: char| "\"\\{}[]<>&".contains(it) || it.is_control();
    let within = !from.is_empty()
        && !from.contains(syntax)
        && !to.contains(syntax)
        && !from.starts_with([':', ',', ' '])
        && depth < DEPTH;
    if !within || values::rest(value).is_some() {
        return None;
    }
    let data = match &value.data {
        Data::Null => leaf("null", value, from)?,
        Data::Bool(_) | Data::Number(_) => leaf(&values::known_text(value)?, value, from)?,
        Data::Unknown(_) => value.data.clone(),
        Data::String(text) => {
            let with =
                [Piece::Literal { text: to.into(), origin: value.origin.clone(), map: None }];
            values::text_of(replaced(text, from, &with)?, value.origin.clone()).data
        }
        Data::List(items) => {
            let items: Option<Vec<Value>> =
                items.iter().map(|it| encoded(it, from, to, depth + 1)).collect();
            Data::List(Arc::new(items?))
        }
        Data::Map(entries) => {
            let entry = |it: &Entry| {
                Some(Entry {
                    key: it.key.replace(from, to).into(),
                    key_origin: it.key_origin.clone(),
                    value: encoded(&it.value, from, to, depth + 1)?,
                })
            };
            Data::Map(Arc::new(entries.iter().map(entry).collect::<Option<_>>()?))
        }
    };
    Some(Value { data, origin: value.origin.clone() })
}

/// A part that is no text and must not be touched.
fn leaf(written: &str, value: &Value, from: &str) -> Option<Data> {
    (!written.contains(from)).then(|| value.data.clone())
}
