//! `.Files` of a chart: what lies in its folder beside its templates and values.
//!
//! Helm leaves out what `.helmignore` names, and nothing outside of the folder can be reached.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::follow;
use regex::RegexBuilder;

use super::print;
use super::render::source_text;
use super::text::{Lit, Piece, Text};
use super::value::{Data, Map, Val};
use super::{Chart, Charts, inside, join};

/// Files that one pattern names at most.
const MOST: usize = 1_000;

/// Lines of one file that are told apart.
const LINES: usize = 20_000;

/// Longest pattern.
const PATTERN: usize = 500;

/// Files that Helm reads by themselves.
const OWN: [&str; 8] = [
    ".helmignore",
    "Chart.lock",
    "Chart.yaml",
    "requirements.lock",
    "requirements.yaml",
    "values.schema.json",
    "values.yaml",
    "values.yml",
];

/// Reads files of one chart.
pub(super) trait Files {
    /// How many there are, at most.
    fn len(&self) -> usize;

    /// The text of a file; `None` when it is not here.
    fn get(&self, path: &str) -> Option<Text>;

    /// The files that a pattern names, by path.
    fn matching(&self, pattern: &str) -> Option<Vec<(String, Text)>>;
}

/// The files of a chart among those of the workspace.
pub(super) struct OfChart<'c> {
    charts: &'c Charts<'c>,
    number: usize,
}

impl<'c> OfChart<'c> {
    pub(super) fn new(charts: &'c Charts<'c>, number: usize) -> Self {
        Self { charts, number }
    }

    fn chart(&self) -> Option<&'c Chart> {
        self.charts.charts.get(self.number)
    }
}

impl Files for OfChart<'_> {
    fn len(&self) -> usize {
        self.chart().map_or(0, |it| it.files.len())
    }

    fn get(&self, path: &str) -> Option<Text> {
        let path = follow("", path).filter(|it| is_data(it))?;
        let chart = self.chart()?;
        let number = self.charts.number_at(&join(&chart.folder, &path));
        match number.is_some_and(|it| chart.left_out.contains(&it)) {
            true => None,
            false => self.charts.read_below(&chart.folder, &path),
        }
    }

    fn matching(&self, pattern: &str) -> Option<Vec<(String, Text)>> {
        let pattern = compiled(pattern)?;
        let chart = self.chart()?;
        let mut found = Vec::new();
        let files = chart.files.iter().filter(|it| !chart.left_out.contains(it));
        for file in files.filter_map(|it| self.charts.files.get(*it)) {
            let Some(path) = inside(file.path, &chart.folder) else { continue };
            if !is_data(path) || !pattern.is_match(path) {
                continue;
            }
            if found.len() == MOST {
                return None;
            }
            found.push((path.to_owned(), source_text(file.file, file.text)));
        }
        // What is no text is not here, so nothing found does not mean that there is nothing.
        (!found.is_empty()).then_some(found)
    }
}

/// True for what is neither a template nor read by Helm itself.
fn is_data(path: &str) -> bool {
    let folder = path.split_once('/').map_or("", |it| it.0);
    !OWN.contains(&path) && !matches!(folder, "templates" | "charts")
}

/// A pattern as Helm takes it: `*` and `?` stay inside of a name, `**` does not.
fn compiled(pattern: &str) -> Option<regex::Regex> {
    if pattern.len() > PATTERN {
        return None;
    }
    let mut out = String::from("^");
    let mut chars = pattern.chars().peekable();
    let mut braces = 0_u32;
    while let Some(it) = chars.next() {
        match it {
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
                out.push_str(".*");
            }
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            '[' => {
                out.push('[');
                if chars.next_if(|it| *it == '!').is_some() {
                    out.push('^');
                }
                loop {
                    match chars.next()? {
                        ']' => break,
                        it if it == '-' || it.is_alphanumeric() => out.push(it),
                        it => out.push_str(&regex::escape(&it.to_string())),
                    }
                }
                out.push(']');
            }
            '\\' => out.push_str(&regex::escape(&chars.next()?.to_string())),
            it => out.push_str(&regex::escape(&it.to_string())),
        }
    }
    out.push('$');
    RegexBuilder::new(&out).size_limit(1 << 20).dot_matches_new_line(true).build().ok()
}

/// What a method of `.Files` yields; `held` are the files that an earlier pattern chose.
pub(super) fn call(
    files: &dyn Files,
    held: Option<&Rc<Map>>,
    name: &str,
    arguments: &[Val],
) -> Option<Val> {
    let path = || arguments.first().and_then(Val::as_str);
    let get = |path: &str| match held {
        None => files.get(path),
        Some(map) => match map.get(path)?.data {
            Data::Text(text) => Some(text),
            _ => None,
        },
    };
    match name {
        "Get" | "GetBytes" => Some(Val::text(get(&path()?)?)),
        "Lines" => Some(lines(&get(&path()?)?)),
        "Glob" => {
            let map = match held {
                None => listed(files.matching(&path()?)?),
                Some(map) => {
                    let pattern = compiled(&path()?)?;
                    let entries = map.entries.borrow();
                    let fits = entries.iter().filter(|(path, _)| pattern.is_match(path));
                    let chosen = Map::default();
                    fits.for_each(|(path, it)| {
                        chosen.insert(Rc::clone(path), None, it.value.clone());
                    });
                    chosen
                }
            };
            Some(Val { data: Data::Files(Some(Rc::new(map))), origin: None })
        }
        "AsConfig" => Some(named(&all(files, held)?, Val::text)),
        "AsSecrets" => Some(named(&all(files, held)?, encoded)),
        _ => None,
    }
}

/// The bytes of what a method yields, and something for each part.
pub(super) fn size(value: &Val) -> usize {
    let text = |it: &Val| match &it.data {
        Data::Text(text) => text.len(),
        _ => 0,
    };
    match &value.data {
        Data::List(items) => items.iter().map(|it| 64 + text(it)).sum(),
        Data::Files(Some(map)) => {
            map.entries.borrow().values().map(|it| 64 + text(&it.value)).sum()
        }
        _ => text(value),
    }
}

fn all(files: &dyn Files, held: Option<&Rc<Map>>) -> Option<Rc<Map>> {
    match held {
        Some(map) => Some(Rc::clone(map)),
        None => files.matching("**").map(|it| Rc::new(listed(it))),
    }
}

fn listed(files: Vec<(String, Text)>) -> Map {
    let map = Map::default();
    for (path, text) in files {
        map.insert(path.into(), None, Val::text(text));
    }
    map
}

/// A map of file names and texts, written as YAML.
fn named(files: &Rc<Map>, text: impl Fn(Text) -> Val) -> Val {
    let map = Map::default();
    for (path, slot) in files.entries.borrow().iter() {
        if let Data::Text(it) = &slot.value.data {
            map.insert(model::path::name(path).into(), None, text(it.clone()));
        }
    }
    print::yaml(&Val::map(map)).map_or_else(|| Val::unknown(None), Val::text)
}

fn encoded(text: Text) -> Val {
    match text.known() {
        Some(known) => Val::text(Text::at(STANDARD.encode(known), text.origin())),
        None => Val::unknown(None),
    }
}

/// The lines of a text, without the line break at its end.
fn lines(text: &Text) -> Val {
    let Some(known) = text.known() else { return Val::unknown(None) };
    if known.split('\n').count() > LINES {
        return Val::unknown(None);
    }
    let mut at = 0;
    let known = known.strip_suffix('\n').unwrap_or(&known);
    let line = |it: &str| {
        let line = match it.is_empty() {
            true => Text { pieces: vec![Piece::Lit(Lit::made(""))] },
            false => text.slice(at, at + it.len()),
        };
        at += it.len() + 1;
        Val::text(line)
    };
    Val::list(known.split('\n').map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_choose_as_helm_does() {
        let cases = [
            ("config/*", "config/a.txt", true),
            ("config/*", "config/b/a.txt", false),
            ("config/**", "config/b/a.txt", true),
            ("**.txt", "config/b/a.txt", true),
            ("*.txt", "config/a.txt", false),
            ("config/?.txt", "config/a.txt", true),
            ("config/{a,b}.txt", "config/b.txt", true),
            ("config/[a-c].txt", "config/b.txt", true),
            ("config/[!a-c].txt", "config/b.txt", false),
            ("config/a.t", "config/axt", false),
            ("config/\\*", "config/*", true),
            ("Config/*", "config/a", false),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(compiled(pattern).unwrap().is_match(path), expected, "{pattern} {path}");
        }
        assert!(compiled("[").is_none());
        assert!(compiled(&"a".repeat(501)).is_none());
    }
}
