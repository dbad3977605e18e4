//! Sets of Applications of Argo CD, as far as plain data generates them: lists, folders and files
//! of the repository, products of two of these, several laid over each other by a key, and what
//! selectors choose of them.
//!
//! Clusters, pull requests and what other services say are not in the repository: what such a
//! generator has a part in is unknown, and nothing is said of it. A set with patches that are
//! templates of their own is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Data, Entry, Origin, Piece, Text, Value};
use syntax::{Language, Limits};

use super::{Charts, join};
use crate::kustomize::slice;
use crate::load::{Found, Loader};
use crate::page::Page;
use crate::repository::roots_of_file;

/// Applications that one set stands for at most.
const MOST: usize = 64;

/// Keys of a parameter that are followed down.
const DEPTH: u32 = 16;

/// Keys that one file or element gives at most.
const KEYS: usize = 1_000;

/// What fills in a template: names with points between, and values.
type Parameters = Vec<(String, Value)>;

impl Charts<'_> {
    /// The Applications that a set in a file makes, as its template says them.
    pub(super) fn applications(&self, file: &str, set: &Value) -> Vec<Value> {
        let Some(spec) = Found::at(set, &["spec"]).value() else { return Vec::new() };
        let Some(template) = spec.get("template") else { return Vec::new() };
        if spec.get("templatePatch").is_some() {
            return Vec::new();
        }
        let generators = spec.items("generators");
        let all = generators.iter().filter_map(|it| self.generated(file, it, DEPTH)).flatten();
        all.take(MOST).map(|it| fill(template, &it, DEPTH)).collect()
    }

    /// What a generator yields; `None` when that is not in the repository.
    fn generated(&self, file: &str, generator: &Value, depth: u32) -> Option<Vec<Parameters>> {
        let depth = depth.checked_sub(1)?;
        // One that says a template of its own makes something else.
        let one = |key: &str| generator.get(key).filter(|it| it.get("template").is_none());
        let mut all = if let Some(list) = one("list") {
            // Elements that a template makes out of a text are unknown.
            if list.get("elementsYaml").is_some() {
                return None;
            }
            list.items("elements").iter().take(MOST).map(flat).collect()
        } else if let Some(git) = one("git") {
            self.of_git(file, git)
        } else if let Some(matrix) = one("matrix") {
            self.product(file, matrix, depth)?
        } else if let Some(merge) = one("merge") {
            self.merged(file, merge, depth)?
        } else {
            return None;
        };
        all.truncate(MOST);
        match generator.get("selector") {
            Some(selector) => selected(all, selector),
            None => Some(all),
        }
    }

    fn of_git(&self, file: &str, git: &Value) -> Vec<Parameters> {
        let values = git.get("values").map(|it| named(it, "values")).unwrap_or_default();
        let mut found = self.folders(file, git);
        found.extend(self.files(file, git));
        found.iter_mut().for_each(|it| it.extend(values.iter().cloned()));
        found
    }

    /// Everything of one generator with everything of another one.
    fn product(&self, file: &str, matrix: &Value, depth: u32) -> Option<Vec<Parameters>> {
        let [left, right] = matrix.get("generators").map(Value::one_or_many)? else { return None };
        let mut all = Vec::new();
        for first in self.generated(file, left, depth)? {
            // The second may use what the first one says.
            for second in self.generated(file, &fill(right, &first, DEPTH), depth)? {
                if all.len() < MOST {
                    all.push([first.clone(), second].concat());
                }
            }
        }
        Some(all)
    }

    /// What the first generator says, changed by what others say under the same keys.
    fn merged(&self, file: &str, merge: &Value, depth: u32) -> Option<Vec<Parameters>> {
        let keys = merge.items("mergeKeys").iter().map(Value::as_text);
        let keys: Vec<_> = keys.collect::<Option<_>>()?;
        let (first, others) = merge.items("generators").split_first()?;
        if keys.is_empty() {
            return None;
        }
        let of =
            |it: &Parameters| keys.iter().map(|key| known(it, key)).collect::<Option<Vec<_>>>();
        let mut all = self.generated(file, first, depth)?;
        // Argo takes no generator that says the same keys twice.
        let indexed = |all: &[Parameters]| {
            let mut found = BTreeMap::new();
            for (at, it) in all.iter().enumerate() {
                if found.insert(of(it)?, at).is_some() {
                    return None;
                }
            }
            Some(found)
        };
        let found = indexed(&all)?;
        for other in others {
            let mut over = self.generated(file, other, depth)?;
            for (key, at) in indexed(&over)? {
                // What the first one does not have is left out.
                let base = found.get(&key).and_then(|it| all.get_mut(*it));
                if let (Some(base), Some(over)) = (base, over.get_mut(at)) {
                    base.append(over);
                }
            }
        }
        Some(all)
    }

    /// The folders with charts that a generator names.
    fn folders(&self, file: &str, git: &Value) -> Vec<Parameters> {
        let rows = git.items("directories");
        let leaves_out = |it: &&Value| it.get("exclude").and_then(Value::as_bool) == Some(true);
        let mut found = Vec::new();
        for row in rows.iter().filter(|it| !leaves_out(it)) {
            let Some((pattern, origin)) = pattern(row) else { continue };
            for root in roots_of_file(file) {
                let mut folders: Vec<&str> = self
                    .by_folder
                    .keys()
                    .filter_map(|it| below(it, root))
                    .filter(|it| matches(&pattern, it))
                    .filter(|it| {
                        let mut left = rows.iter().filter(leaves_out).filter_map(self::pattern);
                        !left.any(|(pattern, _)| matches(&pattern, it))
                    })
                    .collect();
                folders.sort_unstable();
                if folders.is_empty() {
                    continue;
                }
                found.extend(folders.into_iter().take(MOST).map(|it| of_path(it, origin)));
                break;
            }
        }
        found
    }

    /// The files that a generator names, with what each of them says.
    fn files(&self, file: &str, git: &Value) -> Vec<Parameters> {
        let rows = git.items("files");
        let mut found = Vec::new();
        for (pattern, origin) in rows.iter().filter_map(pattern) {
            for root in roots_of_file(file) {
                let start = join(root, pattern.split('*').next().unwrap_or(""));
                let at = self.files.partition_point(|it| it.path < start.as_str());
                let near = self.files.iter().skip(at).take_while(|it| it.path.starts_with(&start));
                let read =
                    near.filter(|it| below(it.path, root).is_some_and(|it| matches(&pattern, it)));
                let before = found.len();
                for it in read.take(MOST) {
                    let folder = below(it.path, root).and_then(|it| it.rsplit_once('/'));
                    let mut parameters = of_path(folder.map_or("", |it| it.0), origin);
                    parameters.extend(read_in(it));
                    found.push(parameters);
                }
                if found.len() > before {
                    break;
                }
            }
        }
        found
    }
}

/// The text of a parameter; `None` when it is unknown or not there. The last one counts.
fn known(parameters: &Parameters, name: &str) -> Option<String> {
    let (_, value) = parameters.iter().rev().find(|(key, _)| key == name)?;
    match &value.data {
        Data::Bool(flag) => Some(flag.to_string()),
        Data::Number(number) => Some(number.to_string()),
        _ => Some(value.as_text()?.into()),
    }
}

/// The parameters that a selector lets through; `None` when that cannot be told.
fn selected(all: Vec<Parameters>, selector: &Value) -> Option<Vec<Parameters>> {
    let mut kept = Vec::new();
    for it in all {
        if fits(&it, selector)? {
            kept.push(it);
        }
    }
    Some(kept)
}

fn fits(parameters: &Parameters, selector: &Value) -> Option<bool> {
    let has = |key: &str| parameters.iter().any(|(name, _)| name == key);
    // Something that is there and unknown may be anything.
    let text = |key: &str| match known(parameters, key) {
        None if has(key) => None,
        found => Some(found),
    };
    let labels = selector.get("matchLabels").map_or(&[][..], Value::entries);
    for label in labels {
        if text(&label.key)? != Some(label.value.as_text()?.into()) {
            return Some(false);
        }
    }
    for rule in selector.items("matchExpressions") {
        let found = text(&rule.get("key")?.as_text()?)?;
        let values = rule.items("values").iter().map(|it| Some(it.as_text()?.into()));
        let values: Vec<String> = values.collect::<Option<_>>()?;
        let is_in = found.as_ref().is_some_and(|it| values.contains(it));
        let fits = match &*rule.get("operator")?.as_text()? {
            "In" => is_in,
            "NotIn" => !is_in,
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            _ => return None,
        };
        if !fits {
            return Some(false);
        }
    }
    Some(true)
}

/// What a file of parameters says.
fn read_in(file: &super::ChartFile<'_>) -> Parameters {
    let language = match file.path.ends_with(".json") {
        true => Language::Json,
        false => Language::Yaml,
    };
    let tree = syntax::parse(Arc::clone(file.text), language, &Limits::default());
    let source = model::Source { file: file.file, path: file.path, tree: &tree };
    let mut loader = Loader::new(Page::plain(&source), false);
    tree.documents().next().map(|it| flat(&loader.read(it))).unwrap_or_default()
}

fn below<'p>(path: &'p str, root: &str) -> Option<&'p str> {
    match root {
        "" => Some(path),
        _ => path.strip_prefix(root)?.strip_prefix('/'),
    }
}

fn pattern(row: &Value) -> Option<(String, &Origin)> {
    let path = row.get("path")?;
    Some((model::follow("", &path.as_text()?)?, &path.origin))
}

/// True when a path fits a pattern in which `*` stands for a part of one name.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut names) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), names.next()) {
            (None, None) => return true,
            (Some(wanted), Some(name)) if model::glob(wanted, name) => {}
            _ => return false,
        }
    }
}

/// What a path is called in both languages of templates.
fn of_path(path: &str, origin: &Origin) -> Parameters {
    let text = |text: &str| Value {
        data: Data::String(Text::literal(text, origin.clone(), None)),
        origin: origin.clone(),
    };
    let base = path.rsplit('/').next().unwrap_or(path);
    let mut all = vec![
        ("path".to_owned(), text(path)),
        ("path.path".to_owned(), text(path)),
        ("path.basename".to_owned(), text(base)),
    ];
    let parts = path.split('/').take(MOST).enumerate();
    all.extend(parts.map(|(at, it)| (format!("path[{at}]"), text(it))));
    all
}

/// What a map says, with the names of its keys joined.
fn flat(value: &Value) -> Parameters {
    let mut all = Vec::new();
    flat_to(value, "", &mut all, DEPTH);
    all
}

fn named(value: &Value, name: &str) -> Parameters {
    let mut all = Vec::new();
    flat_to(value, name, &mut all, DEPTH);
    all
}

fn flat_to(value: &Value, name: &str, into: &mut Parameters, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if into.len() >= KEYS {
        return;
    }
    match &value.data {
        Data::Map(entries) => {
            for entry in entries.iter() {
                let name = match name {
                    "" => entry.key.to_string(),
                    _ => format!("{name}.{}", entry.key),
                };
                flat_to(&entry.value, &name, into, depth);
            }
        }
        _ => into.push((name.to_owned(), value.clone())),
    }
}

/// A template with its parameters filled in; what is not known is unknown.
fn fill(template: &Value, parameters: &Parameters, depth: u32) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return Value::unknown(template.origin.clone());
    };
    let data = match &template.data {
        Data::Map(entries) => {
            let filled = entries.iter().map(|it| Entry {
                key: Arc::clone(&it.key),
                key_origin: it.key_origin.clone(),
                value: fill(&it.value, parameters, depth),
            });
            Data::Map(Arc::new(filled.collect()))
        }
        Data::List(items) => {
            Data::List(Arc::new(items.iter().map(|it| fill(it, parameters, depth)).collect()))
        }
        Data::String(text) => match text.known().filter(|it| it.contains("{{")) {
            Some(known) => Data::String(fill_text(text, &known, parameters)),
            None => template.data.clone(),
        },
        other => other.clone(),
    };
    Value { data, origin: template.origin.clone() }
}

fn fill_text(text: &Text, known: &str, parameters: &Parameters) -> Text {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(start) = known.get(at..).and_then(|it| it.find("{{")).map(|it| at + it) {
        let Some(end) = known.get(start..).and_then(|it| it.find("}}")).map(|it| start + it) else {
            break;
        };
        pieces.extend(slice(text, at, start).pieces);
        let name = known.get(start + 2..end).unwrap_or("").trim();
        let name = name.strip_prefix('.').unwrap_or(name);
        // The last one wins, as of two generators.
        let found = parameters.iter().rev().find(|(key, _)| key == name);
        match found.map(|(_, value)| (&value.data, value)) {
            Some((Data::String(text), _)) => pieces.extend(text.pieces.iter().cloned()),
            Some((Data::Bool(_) | Data::Number(_), value)) => pieces.extend(word(value)),
            _ => {
                let origin = text.locate(start, end + 2);
                let origin = origin.unwrap_or_default();
                pieces.push(Piece::Unknown { origin, remote: None });
            }
        }
        at = end + 2;
    }
    pieces.extend(slice(text, at, known.len()).pieces);
    Text { pieces }
}

fn word(value: &Value) -> Option<Piece> {
    let text = match value.data {
        Data::Bool(flag) => flag.to_string(),
        Data::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(Piece::Literal { text: text.into(), origin: value.origin.clone(), map: None })
}
