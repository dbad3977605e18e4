//! Values that are copied from one object to others, and variables.

use std::borrow::Cow;
use std::sync::Arc;

use model::{Data, NoteKind, Piece, Text, Value};

use super::build::Build;
use super::pages;
use super::resource::Resource;
use super::selector::Selector;
use crate::edit::{self, DEPTH};

/// A step of a field path.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    Key(String),
    /// All items.
    All,
    /// The items whose field has a value.
    Where(String, String),
}

/// The steps of a field path: dots between, `\.` for a dot, `[name=web]` for an item.
fn steps(path: &str) -> Vec<Step> {
    let mut words = vec![String::new()];
    let mut inside = false;
    let mut characters = path.chars().peekable();
    while let Some(it) = characters.next() {
        match it {
            '\\' if characters.peek() == Some(&'.') => {
                characters.next();
                words.last_mut().into_iter().for_each(|it| it.push('.'));
            }
            '.' if !inside => words.push(String::new()),
            it => {
                inside = (inside || it == '[') && it != ']';
                words.last_mut().into_iter().for_each(|word| word.push(it));
            }
        }
    }
    words.into_iter().filter(|it| !it.is_empty()).map(step).collect()
}

fn step(word: String) -> Step {
    let condition = word.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    match condition.and_then(|it| it.split_once('=')) {
        Some((key, value)) => Step::Where(key.to_owned(), value.to_owned()),
        None if word == "*" => Step::All,
        None => Step::Key(word),
    }
}

/// What is copied, and over which part of a target.
struct Copied {
    value: Value,
    part: Option<Part>,
}

impl Copied {
    /// What stands at a target afterwards.
    fn over(&self, old: &Value) -> Value {
        match &self.part {
            None => self.value.clone(),
            Some(part) => part
                .replaced(old, &self.value)
                .unwrap_or_else(|| Value::unknown(self.value.origin.clone())),
        }
    }
}

/// A part of a text between delimiters.
struct Part {
    /// `None` when it cannot be told.
    delimiter: Option<String>,
    index: Option<i64>,
}

impl Part {
    fn read(options: &Value) -> Option<Self> {
        let delimiter = options.get("delimiter")?.as_text().filter(|it| !it.is_empty());
        let index = match options.get("index") {
            Some(it) => edit::word(it).and_then(|it| it.parse().ok()),
            None => Some(0),
        };
        Some(Self { delimiter: delimiter.map(Cow::into_owned), index })
    }

    /// Where a part of a text begins and ends.
    fn bounds(&self, known: &str) -> Option<(usize, usize)> {
        let delimiter = self.delimiter.as_deref()?;
        let index = usize::try_from(self.index?).ok()?;
        let before: usize =
            known.split(delimiter).take(index).map(|it| it.len() + delimiter.len()).sum();
        let part = known.split(delimiter).nth(index)?;
        Some((before, before + part.len()))
    }

    /// The part of a value that is copied.
    fn of(&self, value: &Value) -> Option<Value> {
        let text = pages::as_text(value)?;
        let (start, end) = self.bounds(&text.known()?)?;
        Some(super::text::part(text, start, end, &value.origin))
    }

    /// A target with its part replaced; an index before or behind all parts adds one there.
    fn replaced(&self, old: &Value, new: &Value) -> Option<Value> {
        let (text, added) = (pages::as_text(old)?, pages::as_text(new)?);
        let known = text.known()?;
        let whole = |from, to| super::text::slice(text, from, to).pieces;
        let delimiter = || Piece::Literal {
            text: self.delimiter.as_deref().unwrap_or_default().into(),
            origin: new.origin.clone(),
            map: None,
        };
        let added = added.pieces.clone();
        let mut pieces = Vec::new();
        match self.bounds(&known) {
            Some((start, end)) => {
                pieces.extend(whole(0, start));
                pieces.extend(added);
                pieces.extend(whole(end, known.len()));
            }
            None if self.delimiter.is_none() => return None,
            None if self.index? < 0 => {
                pieces.extend(added);
                pieces.push(delimiter());
                pieces.extend(whole(0, known.len()));
            }
            None => {
                pieces.extend(whole(0, known.len()));
                pieces.push(delimiter());
                pieces.extend(added);
            }
        }
        Some(Value { data: Data::String(Text { pieces }), origin: new.origin.clone() })
    }
}

fn read<'v>(value: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match (step, &value.data) {
        (Step::Key(key), Data::List(items)) => items.get(key.parse::<usize>().ok()?),
        (Step::Key(key), _) => value.get(key),
        (Step::Where(key, word), Data::List(items)) => {
            items.iter().find(|it| it.get(key).and_then(edit::word).as_ref() == Some(word))
        }
        (Step::All | Step::Where(..), _) => None,
    })
}

/// Writes `new` wherever the steps lead; with `create`, maps are made on the way.
fn write(value: &mut Value, steps: &[Step], new: &Copied, create: bool, budget: &mut u64) {
    *budget = budget.saturating_sub(1);
    if *budget == 0 {
        return;
    }
    let Some((step, rest)) = steps.split_first() else {
        *value = new.over(value);
        return;
    };
    match (step, &mut value.data) {
        (Step::Key(key), Data::List(items)) => {
            let at = key.parse::<usize>().ok();
            if let Some(it) = at.and_then(|it| Arc::make_mut(items).get_mut(it)) {
                write(it, rest, new, create, budget);
            }
        }
        (Step::Key(key), Data::Map(_)) => {
            if create && edit::child(value, key).is_none() {
                edit::set(value, edit::entry(key, edit::map(Vec::new(), &new.value.origin)));
            }
            if let Some(it) = edit::child(value, key) {
                write(it, rest, new, create, budget);
            }
        }
        (Step::All | Step::Where(..), Data::List(items)) => {
            for item in Arc::make_mut(items) {
                let fits = match step {
                    Step::Where(key, word) => {
                        item.get(key).and_then(edit::word).as_ref() == Some(word)
                    }
                    _ => true,
                };
                if fits {
                    write(item, rest, new, create, budget);
                }
            }
        }
        _ => {}
    }
}

impl Build<'_, '_> {
    /// Copies values as `replacements` says; what cannot be resolved is unknown at its target.
    pub(super) fn replace(&mut self, number: usize, all: &mut [Resource]) {
        let Some(definition) = self.all.definitions.get(number) else { return };
        for item in definition.list("replacements").to_vec() {
            match item.get("path").and_then(Value::as_text) {
                None => self.replace_one(&item, all),
                Some(path) => {
                    let place = item.origin.place;
                    let Some(file) = self.named_file(number, &path, place) else { continue };
                    self.used.insert(file.file);
                    let source = self.all.sources.get(&file.file);
                    let read = pages::of_file(file.file, file.path, file.text, source);
                    for item in read.iter().flat_map(Value::one_or_many) {
                        self.replace_one(item, all);
                    }
                }
            }
        }
    }

    fn replace_one(&mut self, item: &Value, all: &mut [Resource]) {
        if !self.work(all.len() as u64 + 1) {
            return;
        }
        let source = item.get("source").and_then(|it| source(it, all));
        if source.is_none() {
            let words = "what this replacement copies is unknown";
            self.note(NoteKind::Outside, item.origin.place, words);
        }
        for target in item.items("targets") {
            let select = target.get("select").map(Selector::read).unwrap_or_default();
            let reject = target.items("reject");
            let reject: Vec<_> = reject.iter().map(Selector::read).collect();
            let option = |key: &str| target.get("options").and_then(|it| it.get(key));
            let create = option("create").and_then(Value::as_bool) == Some(true);
            let new = Copied {
                value: source.clone().unwrap_or_else(|| Value::unknown(target.origin.clone())),
                part: target.get("options").and_then(Part::read),
            };
            let paths: Vec<_> = target
                .items("fieldPaths")
                .iter()
                .filter_map(|it| Some(steps(&it.as_text()?)))
                .collect();
            if !self.work(all.len() as u64 + 1) {
                return;
            }
            for resource in all.iter_mut().filter(|it| select.fits(it)) {
                if reject.iter().any(|it| !it.is_empty() && it.fits(resource)) {
                    continue;
                }
                resource.remember_name();
                for path in &paths {
                    write(&mut resource.value, path, &new, create, &mut self.budget);
                }
            }
        }
    }

    /// Variables stand for values that are looked up in other objects: unknown where they are
    /// used.
    pub(super) fn unsettle_variables(&mut self, number: usize, all: &mut [Resource]) {
        let Some(definition) = self.all.definitions.get(number) else { return };
        let names: Vec<_> = definition
            .list("vars")
            .iter()
            .filter_map(|it| it.get("name")?.as_text())
            .map(|it| format!("$({it})"))
            .collect();
        let Some(place) = definition.list("vars").first().map(|it| it.origin.place) else { return };
        if names.is_empty() {
            return;
        }
        self.note(NoteKind::Outside, place, "variables are not looked up: unknown where used");
        for resource in all {
            if !self.work(edit::size(&resource.value)) {
                return;
            }
            edit::visit(&mut resource.value, &mut Vec::new(), DEPTH, &mut |_, value| {
                unknown_parts(value, &names)
            });
        }
    }
}

/// The value that a replacement copies, when it is one that can be told.
fn source(item: &Value, all: &[Resource]) -> Option<Value> {
    let selector = Selector::read(item);
    if selector.is_empty() {
        return None;
    }
    let part = item.get("options").and_then(Part::read);
    let path = match item.get("fieldPath") {
        Some(it) => it.as_text()?.into_owned(),
        None => "metadata.name".to_owned(),
    };
    let mut fitting = all.iter().filter(|it| selector.fits(it));
    let (found, more) = (fitting.next()?, fitting.next());
    if more.is_some() {
        return None;
    }
    let value = read(&found.value, &steps(&path))?;
    match part {
        Some(part) => part.of(value),
        None => matches!(value.data, Data::String(_) | Data::Number(_) | Data::Bool(_))
            .then(|| value.clone()),
    }
}

/// A text in which variables are unknown; `None` when there are none.
fn unknown_parts(value: &Value, names: &[String]) -> Option<Value> {
    let known = edit::word(value).filter(|it| names.iter().any(|name| it.contains(name)))?;
    let text = pages::as_text(value)?;
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some((start, name)) = next(&known, at, names) {
        pieces.extend(super::text::slice(text, at, start).pieces);
        pieces.push(Piece::Unknown { origin: value.origin.clone(), remote: None });
        at = start + name.len();
    }
    pieces.extend(super::text::slice(text, at, known.len()).pieces);
    Some(Value { data: Data::String(Text { pieces }), origin: value.origin.clone() })
}

fn next<'n>(text: &str, from: usize, names: &'n [String]) -> Option<(usize, &'n String)> {
    let rest = text.get(from..)?;
    let found = names.iter().filter_map(|it| Some((from + rest.find(it.as_str())?, it)));
    found.min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Value {
        edit::made(text, &model::Origin::default())
    }

    #[test]
    fn parts_of_texts_are_copied_and_replaced() {
        let part = |delimiter: &str, index| Part { delimiter: Some(delimiter.into()), index };
        for (index, copied, replaced) in [
            (0, Some("ns"), "new/sa/x"),
            (1, Some("sa"), "ns/new/x"),
            (2, Some("x"), "ns/sa/new"),
            (3, None, "ns/sa/x/new"),
            (-1, None, "new/ns/sa/x"),
        ] {
            let part = part("/", Some(index));
            let found = part.of(&word("ns/sa/x")).as_ref().and_then(edit::word);
            assert_eq!(found.as_deref(), copied, "{index}");
            let found = part.replaced(&word("ns/sa/x"), &word("new"));
            assert_eq!(found.as_ref().and_then(edit::word).as_deref(), Some(replaced), "{index}");
        }
        assert!(part("/", None).of(&word("a/b")).is_none());
        assert!(part("/", None).replaced(&word("a/b"), &word("new")).is_none());
        let unknown = Value::unknown(model::Origin::default());
        assert!(part("/", Some(0)).replaced(&unknown, &word("new")).is_none());
    }

    #[test]
    fn field_paths_are_taken_apart() {
        let key = |it: &str| Step::Key(it.to_owned());
        for (path, expected) in [
            ("spec.template", vec![key("spec"), key("template")]),
            (
                "metadata.annotations.a\\.b/c",
                vec![key("metadata"), key("annotations"), key("a.b/c")],
            ),
            (
                "containers.[name=a.b].env.*",
                vec![
                    key("containers"),
                    Step::Where("name".to_owned(), "a.b".to_owned()),
                    key("env"),
                    Step::All,
                ],
            ),
            ("subjects.0.namespace", vec![key("subjects"), key("0"), key("namespace")]),
        ] {
            assert_eq!(steps(path), expected, "{path}");
        }
    }
}
