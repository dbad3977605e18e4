//! Files inside values: a ConfigMap's `application.yaml`, a Secret's `.env`.
//!
//! Only formats that can be told for sure are taken apart; everything else is free text.

use std::ops::Range;

use model::{Credential, Origin, Text};
use secrets::Expectation;
use syntax::{Kind, Language, Limits, Node};

use crate::credential::{self, Seat};

/// Judges a value that may be a whole file.
pub(crate) fn judge<'s>(
    seat: &dyn Fn() -> Seat<'s>,
    key: &str,
    text: &Text,
    expectation: Expectation,
    into: &mut Vec<Credential>,
) {
    let Some(known) = text.known().filter(|it| is_file(it)) else {
        credential::judge(seat, key, text, expectation, into);
        return;
    };
    let locate = |range| credential::spot(text, range, || seat().region);
    judge_decoded(seat, key, &known, expectation, &locate, into);
}

/// The same for a text that is not written as it is.
pub(crate) fn judge_decoded<'s>(
    seat: &dyn Fn() -> Seat<'s>,
    key: &str,
    text: &str,
    expectation: Expectation,
    locate: &dyn Fn(Range<usize>) -> Origin,
    into: &mut Vec<Credential>,
) {
    if !is_file(text) {
        credential::judge_decoded(seat, key, text, expectation, locate, into);
        return;
    }
    // The name of a file says nothing about its parts, unless the place takes only one thing.
    let whole = match expectation {
        Expectation::Credential => Expectation::Credential,
        Expectation::ByName | Expectation::Text => Expectation::Text,
    };
    // The parser of the format knows the key; what it does not see may show itself.
    match Format::of(key, text).filter(|_| mentions_credentials(text)) {
        Some(Format::Tree(language)) => tree(seat, text, language, locate, into),
        Some(Format::Lines) => lines(seat, text, locate, into),
        None => {}
    }
    credential::judge_decoded(seat, key, text, whole, locate, into);
}

/// Several lines, or a JSON document.
fn is_file(text: &str) -> bool {
    let text = text.trim();
    text.contains('\n') || (text.starts_with('{') && text.ends_with('}') && text.contains('"'))
}

/// A word without which no key names a credential.
fn mentions_credentials(text: &str) -> bool {
    const WORDS: [&str; 9] =
        ["pass", "secret", "token", "key", "cred", "auth", "dsn", "conn", "pwd"];
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|it| syntax::mentions(&lower, it))
}

#[derive(Clone, Copy)]
enum Format {
    Tree(Language),
    Lines,
}

impl Format {
    fn of(key: &str, text: &str) -> Option<Self> {
        let extension = key.rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase());
        match extension.as_deref() {
            Some("json") => return Some(Self::Tree(Language::Json)),
            Some("yaml" | "yml") => return Some(Self::Tree(Language::Yaml)),
            Some("properties" | "env" | "ini" | "conf" | "cfg" | "cnf" | "toml") => {
                return Some(Self::Lines);
            }
            _ => {}
        }
        if text.trim_start().starts_with('{') {
            return Some(Self::Tree(Language::Json));
        }
        if text.lines().all(is_assignment_or_empty) {
            return Some(Self::Lines);
        }
        is_yaml_map(text).then_some(Self::Tree(Language::Yaml))
    }
}

/// True when every line at the margin begins an entry of a map, or an item of the list before it.
fn is_yaml_map(text: &str) -> bool {
    let mut lines = text
        .lines()
        .filter(|it| !it.is_empty() && !it.starts_with([' ', '\t', '#', '-', '\r']))
        .peekable();
    let begins = |line: &str| {
        let Some((key, rest)) = line.split_once(':') else { return false };
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-' | '/');
        let named = !key.is_empty() && key.chars().all(plain);
        named && (rest.trim().is_empty() || rest.starts_with(' '))
    };
    lines.peek().is_some() && lines.all(begins)
}

fn is_assignment_or_empty(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || assignment(line).is_some()
}

/// `NAME=value`, also after `export`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
    (!name.is_empty() && name.chars().all(plain)).then_some((name, value))
}

fn lines<'s>(
    seat: &dyn Fn() -> Seat<'s>,
    text: &str,
    locate: &dyn Fn(Range<usize>) -> Origin,
    into: &mut Vec<Credential>,
) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim_start().starts_with(['#', ';', '!', '/']) {
            continue;
        }
        let Some((name, value)) = assignment(line) else { continue };
        let from = start + line.len() - value.len();
        let trimmed = value.trim_start();
        let from = from + value.len() - trimmed.len();
        let trimmed = trimmed.trim_end();
        let bare = trimmed
            .strip_prefix(['"', '\''])
            .and_then(|it| it.strip_suffix(['"', '\'']))
            .filter(|it| it.len() + 2 == trimmed.len());
        let from = from + usize::from(bare.is_some());
        let value = bare.unwrap_or(trimmed);
        let seat = || seat().named(name).through(format!("line {name}"));
        let place = |range: Range<usize>| locate(from + range.start..from + range.end);
        credential::judge_decoded(seat, name, value, Expectation::ByName, place, into);
    }
}

fn tree<'s>(
    seat: &dyn Fn() -> Seat<'s>,
    text: &str,
    language: Language,
    locate: &dyn Fn(Range<usize>) -> Origin,
    into: &mut Vec<Credential>,
) {
    let tree = syntax::parse(text.into(), language, &Limits::default());
    let format = if language == Language::Json { "JSON" } else { "YAML" };
    // `- name: DB_PASSWORD` with its `value`, as charts hand variables on.
    for node in tree.nodes().filter(|it| it.kind() == Kind::Map) {
        let (Some(name), Some(value)) = (node.get("name"), node.get("value")) else { continue };
        if let Some(key) = name.as_str().filter(|_| value.kind() == Kind::String) {
            let seat = || seat().named(key).through(format!("{format} .{key}"));
            leaf(seat, key, value, Expectation::ByName, locate, into);
        }
    }
    for node in tree.nodes() {
        let Some(key) = node.key() else { continue };
        let items = (node.kind() == Kind::Seq).then(|| node.children());
        let texts = [node].into_iter().chain(items.into_iter().flatten());
        for text in texts.filter(|it| it.kind() == Kind::String) {
            let seat = || seat().named(key).through(format!("{format} .{key}"));
            leaf(seat, key, text, Expectation::ByName, locate, into);
        }
    }
}

/// Judges a text of a document inside a value.
pub(crate) fn leaf<'s>(
    seat: impl FnOnce() -> Seat<'s>,
    key: &str,
    node: Node<'_>,
    expectation: Expectation,
    locate: &dyn Fn(Range<usize>) -> Origin,
    into: &mut Vec<Credential>,
) {
    let Some(text) = node.as_str() else { return };
    let map = node.offset_map();
    let place = |range: Range<usize>| {
        let inside = syntax::Span::from_usize(range.start, range.end);
        locate(map.to_span(inside.start, inside.end).range())
    };
    credential::judge_decoded(seat, key, text, expectation, place, into);
}
