//! Charts under `testdata/charts`: what they yield, and where each value is written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken test may panic"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{Facts, FileId, Knowledge, Origin, Party, Patterns, Place, Source, Storage};
use nhilint_kubernetes::{ChartFile, Charts, Options, Shares, collect, join, language};
use syntax::{Limits, LineIndex};

#[test]
fn charts_yield_the_expected_facts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/charts");
    let mut wrong = Vec::new();
    let mut cases: Vec<_> = fs::read_dir(&root).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    for case in cases.into_iter().filter(|it| it.is_dir()) {
        let found = Case::read(&case).facts();
        let file = case.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&file, &found).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of a chart.
struct Case {
    files: Vec<(String, Arc<str>)>,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let mut files = Vec::new();
        walk(folder, folder, &mut files);
        files.retain(|(path, _)| path != "expected.txt");
        files.sort();
        Self { files }
    }

    /// The facts, as a workspace makes them.
    fn facts(&self) -> String {
        let inputs = self.numbered().map(|(file, path, text)| ChartFile { file, path, text });
        let read = |_: &str| None;
        let charts = Charts::find(inputs.collect(), Some(&read));
        let options = Options::default();
        let mut printed = BTreeMap::new();
        let (mut shares, mut notes) = (Shares::default(), Vec::new());
        for evaluated in (0..charts.len()).map(|it| charts.evaluate(it, &options)) {
            shares.add(evaluated.shares);
            notes.extend(evaluated.notes);
            printed.extend(evaluated.objects.into_iter().map(|it| (it.file(), it)));
        }
        let mut objects = Vec::new();
        for (file, path, text) in self.numbered() {
            let Some(language) = language(path, text) else { continue };
            let tree = syntax::parse(Arc::clone(text), language, &Limits::default());
            let masked = collect(&Source { file, path, tree: &tree }, &options);
            match printed.remove(&file) {
                Some(mut it) => {
                    it.add_literals(masked);
                    objects.push(it);
                }
                None => objects.push(masked),
            }
        }
        objects.extend(printed.into_values());
        let mut facts = join(objects);
        facts.notes.extend(notes);
        self.describe(&facts, shares)
    }

    fn numbered(&self) -> impl Iterator<Item = (FileId, &str, &Arc<str>)> {
        let number = |it: usize| FileId(u32::try_from(it).unwrap());
        self.files.iter().enumerate().map(move |(at, (path, text))| (number(at), &**path, text))
    }

    fn describe(&self, facts: &Facts, shares: Shares) -> String {
        let mut out = String::new();
        for it in &facts.identities {
            let owner = match &it.ownership.owner {
                Knowledge::Known(it) => format!("{} {}", it.value.name, self.origin(&it.origin)),
                Knowledge::Unknown(_) => "unknown".to_owned(),
                Knowledge::Absent => "absent".to_owned(),
            };
            writeln!(out, "identity {} {}", it.address, self.at(it.place)).unwrap();
            writeln!(out, "  owner {owner}").unwrap();
        }
        for it in &facts.grants {
            writeln!(out, "grant {} {:?} {:?}", it.address, it.reach, it.bound).unwrap();
            match &it.role {
                Knowledge::Known(role) => {
                    writeln!(out, "  role {} {}", role.value, self.origin(&role.origin)).unwrap();
                }
                _ => {
                    self.patterns(&mut out, "verb", &it.actions);
                    self.patterns(&mut out, "resource", &it.resources);
                }
            }
            for principal in &it.principals {
                let who = party(&principal.value);
                writeln!(out, "  to {who} {}", self.origin(&principal.origin)).unwrap();
            }
        }
        for it in &facts.uses {
            let (from, to) = (party(&it.from), party(&it.to));
            writeln!(out, "use {from} -> {to} {}", self.at(it.place)).unwrap();
        }
        for it in &facts.credentials {
            let what = match &it.storage {
                Storage::Literal(literal) => {
                    let coats: String =
                        literal.decoded.iter().map(|it| format!(" via {it}")).collect();
                    format!("literal{coats} {}", self.origin(&literal.origin))
                }
                Storage::Reference(it) => format!("-> {} {}", it.target, self.origin(&it.origin)),
                Storage::Generated => format!("mounted {}", self.at(it.place)),
                other => format!("{other:?}"),
            };
            writeln!(out, "credential {} {:?} {what}", it.address, it.slot.kind).unwrap();
        }
        for it in &facts.notes {
            writeln!(out, "note {:?} {} {}", it.kind, it.message, self.at(it.place)).unwrap();
        }
        writeln!(
            out,
            "charts {}, templates {}, documents {} decided, {} but for names, {} in part; {} not run, {} empty",
            shares.charts,
            shares.templates,
            shares.decided,
            shares.named,
            shares.partly,
            shares.undecided,
            shares.empty
        )
        .unwrap();
        out
    }

    fn patterns(&self, out: &mut String, name: &str, set: &Patterns) {
        for it in &set.items {
            writeln!(out, "  {name} {:?} {}", it.value, self.origin(&it.origin)).unwrap();
        }
        if set.partial {
            writeln!(out, "  {name} …").unwrap();
        }
    }

    /// `path:line:column` and the text there.
    fn at(&self, place: Place) -> String {
        let (path, text) = &self.files[place.file.0 as usize];
        let slice = text.get(place.span.range()).expect("a place lies inside its file");
        let position = LineIndex::new(text).position(place.span.start);
        let slice = slice.split_whitespace().collect::<Vec<_>>().join(" ");
        let slice: String = slice.chars().take(60).collect();
        format!("@{path}:{}:{} `{slice}`", position.line, position.column)
    }

    fn origin(&self, origin: &Origin) -> String {
        let mut out = self.at(origin.place);
        for step in origin.steps() {
            let words = step.kind.describe();
            write!(out, " through {words} {} {}", step.name, self.at(step.place)).unwrap();
        }
        out
    }
}

fn party(party: &Party) -> String {
    match party {
        Party::Address(it) => it.to_string(),
        other => format!("{other:?}"),
    }
}

fn walk(root: &Path, folder: &Path, into: &mut Vec<(String, Arc<str>)>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(root, &path, into);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            into.push((path, text.into()));
        }
    }
}
