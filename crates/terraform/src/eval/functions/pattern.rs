//! Regular expressions: `regex`, `regexall`, and `replace` with a pattern between slashes.
//!
//! Terraform uses RE2. The `regex` crate is of the same family and as safe; where the two
//! differ the result is unknown.

use model::{Origin, Text, Value};
use regex::{Captures, Regex, RegexBuilder};

use super::{Call, cut};
use crate::eval::{ITEMS, TEXT};
use crate::values;

/// Bytes of one pattern.
const PATTERN: usize = 2048;

/// Bytes of one compiled pattern.
const COMPILED: usize = 1 << 20;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    match call.name {
        "regex" => {
            let (pattern, text) = matched(call)?;
            let Some(found) = pattern.captures(&text) else {
                return Some(values::invalid(call.place));
            };
            Some(result(&pattern, &found, &Matched::of(call)?))
        }
        "regexall" => {
            let (pattern, text) = matched(call)?;
            let matched = Matched::of(call)?;
            let found: Vec<Value> = pattern
                .captures_iter(&text)
                .take(ITEMS)
                .map(|it| result(&pattern, &it, &matched))
                .collect();
            Some(values::list(found, call.origin()))
        }
        _ => None,
    }
}

/// `replace(text, "/pattern/", replacement)`
pub(super) fn replace(call: &Call<'_, '_>, pattern: &str) -> Option<Value> {
    let (text, to) = (call.text(0)?, call.text(2)?);
    let pattern = compile(pattern, &text)?;
    if text.len().saturating_mul(to.len().max(1)) > TEXT || !spend(call, &text) {
        return None;
    }
    Some(values::text(pattern.replace_all(&text, to.as_str()).into_owned(), call.source()))
}

fn matched(call: &Call<'_, '_>) -> Option<(Regex, String)> {
    let (pattern, text) = (call.text(0)?, call.text(1)?);
    let pattern = compile(&pattern, &text)?;
    spend(call, &text).then_some((pattern, text))
}

/// Compiling costs more than matching a text of the usual length.
fn spend(call: &Call<'_, '_>, text: &str) -> bool {
    call.evaluator.spend(200 + text.len() / 16, call.place)
}

/// The text that is looked at, with the places of its parts.
struct Matched {
    text: Text,
    origin: Origin,
}

impl Matched {
    fn of(call: &Call<'_, '_>) -> Option<Self> {
        let value = call.arguments.get(1)?;
        let text = cut::few(Text { pieces: values::pieces(value) }, &value.origin);
        Some(Self { text, origin: value.origin.clone() })
    }

    fn part(&self, found: &regex::Match<'_>) -> Value {
        cut::part(&self.text, found.start(), found.end(), &self.origin)
    }
}

fn compile(pattern: &str, text: &str) -> Option<Regex> {
    if pattern.len() > PATTERN || text.len() > TEXT || differs(pattern, text) {
        return None;
    }
    RegexBuilder::new(pattern).size_limit(COMPILED).dfa_size_limit(COMPILED).build().ok()
}

/// True where RE2 would read the pattern differently: set operations and nested classes do
/// not exist there, and `\w` is ASCII.
fn differs(pattern: &str, text: &str) -> bool {
    let set_operation = ["&&", "--", "~~"].iter().any(|it| pattern.contains(it));
    let mut inside = false;
    let mut nested = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '[' if inside && characters.peek() != Some(&':') => nested = true,
            '[' if !inside => inside = true,
            ']' => inside = false,
            _ => {}
        }
    }
    set_operation || nested || !text.is_ascii() && pattern.contains('\\')
}

/// A text, a list of groups, or a map of named groups.
fn result(pattern: &Regex, found: &Captures<'_>, matched: &Matched) -> Value {
    let origin = &matched.origin;
    let group = |it: Option<regex::Match<'_>>| match it {
        Some(it) => matched.part(&it),
        None => values::null(origin.place),
    };
    let named: Vec<&str> = pattern.capture_names().flatten().collect();
    if !named.is_empty() {
        let entry = |name: &&str| values::entry(*name, origin.clone(), group(found.name(name)));
        return values::map(named.iter().map(entry).collect(), origin.clone());
    }
    if found.len() == 1 {
        return group(found.get(0));
    }
    values::list(found.iter().skip(1).map(group).collect(), origin.clone())
}
