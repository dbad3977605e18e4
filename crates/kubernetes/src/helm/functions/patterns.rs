//! Regular expressions. Go's and Rust's are the same dialect; both take linear time.

use regex::{Regex, RegexBuilder};

use super::super::value::Val;
use super::{derived, known};

/// Longest pattern and longest text that are matched.
const PATTERN: usize = 1_000;
const TEXT: usize = 1 << 16;

/// Bytes that a pattern may compile to.
const COMPILED: usize = 1 << 20;

/// Most matches that are listed.
const MATCHES: usize = 2_000;

pub(super) fn call(name: &str, arguments: &[Val]) -> Option<Val> {
    let first = known(arguments.first()?)?;
    let name = name.strip_prefix("must").map_or_else(|| name.to_owned(), uncapital);
    if name == "regexQuoteMeta" {
        return Some(derived(regex::escape(&first), &[arguments.first()?]));
    }
    if !name.starts_with("regex") {
        return None;
    }
    let subject = arguments.get(1)?;
    let text = known(subject)?;
    let pattern = compiled(&first).filter(|_| text.len() <= TEXT)?;
    let made = |text: String| Some(derived(text, &[subject]));
    match name.as_str() {
        "regexMatch" => Some(Val::bool(pattern.is_match(&text))),
        "regexFind" => {
            made(pattern.find(&text).map_or_else(String::new, |it| it.as_str().to_owned()))
        }
        "regexFindAll" => {
            let count = usize::try_from(arguments.get(2)?.as_int()?).unwrap_or(MATCHES);
            let found = pattern.find_iter(&text).take(count.min(MATCHES));
            Some(Val::list(found.map(|it| derived(it.as_str().to_owned(), &[subject])).collect()))
        }
        "regexReplaceAll" => {
            let with = known(arguments.get(2)?)?;
            bounded(&text, &with)
                .then(|| pattern.replace_all(&text, with.as_str()).into_owned())
                .and_then(made)
        }
        "regexReplaceAllLiteral" => {
            let with = known(arguments.get(2)?)?;
            let with = bounded(&text, &with).then_some(regex::NoExpand(&with));
            made(pattern.replace_all(&text, with?).into_owned())
        }
        "regexSplit" => {
            let count = arguments.get(2)?.as_int()?;
            let most = usize::try_from(count).map_or(MATCHES, |it| it.min(MATCHES));
            let parts = pattern.splitn(&text, most);
            Some(Val::list(parts.map(|it| derived(it.to_owned(), &[subject])).collect()))
        }
        _ => None,
    }
}

/// `RegexMatch` after `must`.
fn uncapital(rest: &str) -> String {
    rest.replacen("Regex", "regex", 1)
}

/// Each character may be replaced, and the replacement may hold all groups.
fn bounded(text: &str, with: &str) -> bool {
    text.len().saturating_mul(with.len().max(1)) <= 1 << 20
}

fn compiled(pattern: &str) -> Option<Regex> {
    if pattern.len() > PATTERN {
        return None;
    }
    RegexBuilder::new(pattern).size_limit(COMPILED).dfa_size_limit(COMPILED).build().ok()
}
