//! Which objects a patch or a replacement is for.

use model::{Data, Value};
use regex::{Regex, RegexBuilder};

use super::resource::Resource;
use crate::edit;
use crate::load;

/// Bytes that one pattern may compile to.
const PATTERN: usize = 1 << 20;

/// A selector: every field that is written must fit.
#[derive(Debug, Default)]
pub(super) struct Selector {
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: Vec<Requirement>,
    annotations: Vec<Requirement>,
    /// Some part of it cannot be read: nobody can tell what it fits.
    pub(super) is_unclear: bool,
}

/// A regular expression for the whole of a text.
#[derive(Debug)]
enum Pattern {
    /// One without a character that means anything but the dots of a domain.
    Word(String),
    Regex(Regex),
}

impl Pattern {
    fn new(text: &str) -> Option<Self> {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '/' | '.');
        if text.chars().all(is_plain) {
            return Some(Self::Word(text.to_owned()));
        }
        let anchored = format!("^(?:{text})$");
        RegexBuilder::new(&anchored).size_limit(PATTERN).build().ok().map(Self::Regex)
    }

    fn fits(pattern: Option<&Self>, text: &str) -> bool {
        pattern.is_none_or(|it| match it {
            Self::Word(word) => {
                let mut rest = text.chars();
                let fits = |a| rest.next().is_some_and(|b| a == b || a == '.' && b != '\n');
                word.chars().all(fits) && rest.next().is_none()
            }
            Self::Regex(regex) => regex.is_match(text),
        })
    }
}

/// A condition on the labels or annotations of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Requirement {
    Exists(String),
    Missing(String),
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
}

impl Selector {
    /// Reads a `target`, `select` or `source`.
    pub(super) fn read(value: &Value) -> Self {
        let mut selector = Self { is_unclear: load::is_open(value), ..Self::default() };
        selector.group = selector.pattern(value, "group");
        selector.version = selector.pattern(value, "version");
        selector.kind = selector.pattern(value, "kind");
        selector.name = selector.pattern(value, "name");
        selector.namespace = selector.pattern(value, "namespace");
        selector.labels = selector.requirements(value, "labelSelector");
        selector.annotations = selector.requirements(value, "annotationSelector");
        selector
    }

    /// True when nothing is asked for, which no selector may do.
    pub(super) fn is_empty(&self) -> bool {
        let fields = [&self.group, &self.version, &self.kind, &self.name, &self.namespace];
        fields.iter().all(|it| it.is_none())
            && self.labels.is_empty()
            && self.annotations.is_empty()
    }

    fn text(&mut self, value: &Value, key: &str) -> Option<String> {
        let value = value.get(key).filter(|it| !matches!(it.data, Data::Null))?;
        let text = edit::word(value);
        self.is_unclear |= text.is_none();
        text.filter(|it| !it.is_empty())
    }

    fn pattern(&mut self, value: &Value, key: &str) -> Option<Pattern> {
        let text = self.text(value, key)?;
        let pattern = Pattern::new(&text);
        self.is_unclear |= pattern.is_none();
        pattern
    }

    fn requirements(&mut self, value: &Value, key: &str) -> Vec<Requirement> {
        let Some(text) = self.text(value, key) else { return Vec::new() };
        let all: Option<Vec<_>> = terms(&text).into_iter().map(requirement).collect();
        self.is_unclear |= all.is_none();
        all.unwrap_or_default()
    }

    /// True when an object is meant, by its name of now or one that it had before.
    pub(super) fn fits(&self, resource: &Resource) -> bool {
        if self.is_unclear {
            return false;
        }
        let named = |name: &str, namespace: Option<&str>| {
            Pattern::fits(self.name.as_ref(), name)
                && Pattern::fits(self.namespace.as_ref(), namespace.unwrap_or("default"))
        };
        Pattern::fits(self.kind.as_ref(), &resource.kind)
            && Pattern::fits(self.group.as_ref(), resource.group())
            && Pattern::fits(self.version.as_ref(), resource.version())
            && resource.has_name(named)
            && holds(&resource.value, "labels", &self.labels)
            && holds(&resource.value, "annotations", &self.annotations)
    }
}

fn holds(object: &Value, key: &str, requirements: &[Requirement]) -> bool {
    let map = object.get("metadata").and_then(|it| it.get(key));
    let value = |key: &str| map.and_then(|it| it.get(key)).map(edit::word);
    requirements.iter().all(|it| match it {
        Requirement::Exists(key) => value(key).is_some(),
        Requirement::Missing(key) => value(key).is_none(),
        Requirement::In(key, words) => value(key).flatten().is_some_and(|it| words.contains(&it)),
        Requirement::NotIn(key, words) => match value(key) {
            Some(it) => it.is_some_and(|it| !words.contains(&it)),
            None => true,
        },
    })
}

/// The terms of a selector: commas inside parentheses belong to a term.
fn terms(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let split = text.split(|it: char| {
        match it {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        it == ',' && depth == 0
    });
    split.map(str::trim).filter(|it| !it.is_empty()).collect()
}

fn requirement(term: &str) -> Option<Requirement> {
    let words = |it: &str| -> Option<Vec<String>> {
        let inside = it.trim().strip_prefix('(')?.strip_suffix(')')?;
        Some(inside.split(',').map(|it| it.trim().to_owned()).collect())
    };
    if let Some((key, values)) = term.split_once(" notin ") {
        return Some(Requirement::NotIn(key.trim().to_owned(), words(values)?));
    }
    if let Some((key, values)) = term.split_once(" in ") {
        return Some(Requirement::In(key.trim().to_owned(), words(values)?));
    }
    if let Some((key, value)) = term.split_once("!=") {
        return Some(Requirement::NotIn(key.trim().to_owned(), vec![value.trim().to_owned()]));
    }
    if let Some((key, value)) = term.split_once('=') {
        let value = value.strip_prefix('=').unwrap_or(value).trim();
        return Some(Requirement::In(key.trim().to_owned(), vec![value.to_owned()]));
    }
    match term.strip_prefix('!') {
        Some(key) => Some(Requirement::Missing(key.trim().to_owned())),
        None if term.contains(char::is_whitespace) => None,
        None => Some(Requirement::Exists(term.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_selectors_are_read_as_kubectl_reads_them() {
        let text = |it: &str| it.to_owned();
        let words = |all: &[&str]| all.iter().map(|it| text(it)).collect::<Vec<_>>();
        for (term, expected) in [
            ("app=web", Some(Requirement::In(text("app"), words(&["web"])))),
            ("app == web", Some(Requirement::In(text("app"), words(&["web"])))),
            ("app!=web", Some(Requirement::NotIn(text("app"), words(&["web"])))),
            ("app in (a, b)", Some(Requirement::In(text("app"), words(&["a", "b"])))),
            ("app notin (a)", Some(Requirement::NotIn(text("app"), words(&["a"])))),
            ("app", Some(Requirement::Exists(text("app")))),
            ("!app", Some(Requirement::Missing(text("app")))),
            ("app in a", None),
            ("app web", None),
        ] {
            assert_eq!(requirement(term), expected, "{term}");
        }
        assert_eq!(terms("a=b, c in (d,e),!f"), ["a=b", "c in (d,e)", "!f"]);
    }
}
