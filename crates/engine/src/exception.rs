//! Suppression comments and configured exceptions: what they excuse, and what became of them.

use model::{Date, Place};

use crate::finding::{Finding, Suppressed};
use crate::rule::Rule;
use crate::settings::Settings;

/// Somebody's decision that a finding is accepted.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Where it is written.
    pub source: ExceptionSource,
    /// Rule ids, each with its place.
    pub rules: Vec<(String, Place)>,
    /// Its last day.
    pub until: Option<Date>,
    /// A date that could not be read, with its place.
    pub bad_date: Option<Place>,
    /// Who decided.
    pub owner: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Where it is written: the comment, or the table of the configuration. `None` when the
    /// configuration is not among the analysed files.
    pub place: Option<Place>,
}

/// Where an exception is written, and what it covers.
#[derive(Clone, Debug)]
pub enum ExceptionSource {
    /// A comment; findings that start inside are covered.
    Comment(Place),
    /// A comment that cannot be read as one; what is wrong.
    Malformed(String),
    /// The configuration.
    Configuration {
        /// Matches a path; every path when `None`.
        path: Option<PathPattern>,
        /// An address; every address when `None`. `*` stands for any characters.
        address: Option<String>,
    },
}

/// Decides whether a path is meant. Made where globs are known.
#[derive(Clone)]
pub struct PathPattern(pub std::sync::Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl std::fmt::Debug for PathPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PathPattern")
    }
}

/// An exception after the run.
#[derive(Clone, Debug)]
pub struct ExceptionState {
    /// The exception.
    pub exception: Exception,
    /// Findings it excuses, or would if it had not ended.
    pub matched: usize,
    /// True when its last day is past.
    pub expired: bool,
    /// Names that are no rule, with the nearest one that is.
    pub unknown: Vec<UnknownRule>,
    /// True when at least one of its rules ran: only then can it be called unused.
    pub judged: bool,
}

/// A name that is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// The nearest rule.
    pub suggestion: Option<&'static str>,
}

/// Splits findings into those that stand and those that are excused.
///
/// A finding whose exception has ended stands, one level up, and says so.
pub(crate) fn apply(
    findings: Vec<Finding>,
    exceptions: Vec<Exception>,
    rules: &[&'static Rule],
    settings: &Settings,
    paths: &[&str],
) -> (Vec<Finding>, Vec<Suppressed>, Vec<ExceptionState>) {
    let mut states: Vec<ExceptionState> =
        exceptions.into_iter().map(|it| state_of(it, rules, settings)).collect();
    let mut standing = Vec::with_capacity(findings.len());
    let mut excused = Vec::new();
    for mut finding in findings {
        let path = paths.get(finding.place.file.0 as usize).copied().unwrap_or_default();
        let open = settings.can_excuse(finding.rule);
        let mut excuse = None;
        for state in &mut states {
            if !covers(&state.exception, &finding, path) {
                continue;
            }
            state.matched += 1;
            if !open {
                continue;
            }
            if state.expired {
                finding.severity = finding.severity.raised();
                if let (Some(place), Some(until)) = (state.exception.place, state.exception.until) {
                    finding.related(place, format!("the exception for this ended on {until}"));
                }
            } else if excuse.is_none() {
                let in_source = matches!(state.exception.source, ExceptionSource::Comment(_));
                excuse = Some((in_source, state.exception.reason.clone()));
            }
        }
        match excuse {
            Some((in_source, reason)) => excused.push(Suppressed { finding, in_source, reason }),
            None => standing.push(finding),
        }
    }
    (standing, excused, states)
}

fn state_of(exception: Exception, rules: &[&'static Rule], settings: &Settings) -> ExceptionState {
    let find = |name: &str| rules.iter().find(|it| it.id == name);
    let unknown = exception
        .rules
        .iter()
        .filter(|(name, _)| find(name).is_none())
        .map(|(name, place)| UnknownRule {
            name: name.clone(),
            place: *place,
            suggestion: nearest(name, rules.iter().map(|it| it.id)),
        })
        .collect();
    let judged = exception.rules.iter().any(|(it, _)| find(it).is_some_and(|it| settings.runs(it)));
    let expired = match (exception.until, settings.today) {
        (Some(until), Some(today)) => until < today,
        _ => false,
    };
    ExceptionState { exception, matched: 0, expired, unknown, judged }
}

fn covers(exception: &Exception, finding: &Finding, path: &str) -> bool {
    if !exception.rules.iter().any(|(it, _)| it == finding.rule.id) {
        return false;
    }
    match &exception.source {
        ExceptionSource::Comment(covered) => {
            covered.file == finding.place.file
                && covered.span.start <= finding.place.span.start
                && finding.place.span.start < covered.span.end.max(covered.span.start + 1)
        }
        ExceptionSource::Malformed(_) => false,
        ExceptionSource::Configuration { path: pattern, address } => {
            pattern.as_ref().is_none_or(|it| (it.0)(path))
                && address.as_ref().is_none_or(|it| matches_stars(it, &finding.address.name))
        }
    }
}

/// True when `text` matches `pattern`, in which `*` stands for any characters.
pub(crate) fn matches_stars(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            match rest.find(middle) {
                Some(at) => rest = rest.get(at + middle.len()..).unwrap_or_default(),
                None => return false,
            }
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}

/// The candidate that a person most likely meant, or `None` when none is near.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.len() / 3).max(2);
    candidates
        .map(|it| (distance(name, it), it))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, it)| it)
}

/// Edits from one text to the other; texts are short, so the simple table is enough.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let next = if x == y { diagonal } else { 1 + diagonal.min(left).min(*cell) };
            diagonal = *cell;
            *cell = next;
            left = next;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (a, b, expected) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "ba", 2)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_typo_finds_the_rule() {
        let rules = ["wildcard-action", "embedded-secret"];
        assert_eq!(nearest("wildcrd-action", rules.into_iter()), Some("wildcard-action"));
        assert_eq!(nearest("zebra", rules.into_iter()), None);
    }

    #[test]
    fn stars_match_any_run() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abde", false),
            ("*", "", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(matches_stars(pattern, text), expected, "{pattern} {text}");
        }
    }
}
