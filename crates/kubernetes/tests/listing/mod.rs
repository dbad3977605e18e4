//! Facts as lines with the place of every value, for folders of cases with `expected.txt`.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test binary uses some of it, and a broken test may panic"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{Facts, FileId, Knowledge, Origin, Party, Patterns, Place, Storage};
use syntax::LineIndex;

/// Runs every folder of `testdata/<name>` and compares what `facts` makes of its files with the
/// `expected.txt` beside them.
pub(crate) fn run(name: &str, facts: impl Fn(&Files) -> String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name);
    let mut wrong = Vec::new();
    let mut cases: Vec<_> = fs::read_dir(&root).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    for case in cases.into_iter().filter(|it| it.is_dir()) {
        let found = facts(&Files::read(&case));
        let file = case.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&file, &found).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files of a case.
pub(crate) struct Files(Vec<(String, Arc<str>)>);

impl Files {
    fn read(folder: &Path) -> Self {
        let mut files = Vec::new();
        walk(folder, folder, &mut files);
        files.retain(|(path, _)| path != "expected.txt");
        files.sort();
        Self(files)
    }

    /// Files that are written in a test.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut files: Vec<(String, Arc<str>)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect();
        files.sort();
        Self(files)
    }

    pub(crate) fn numbered(&self) -> impl Iterator<Item = (FileId, &str, &Arc<str>)> {
        let number = |it: usize| FileId(u32::try_from(it).unwrap());
        self.0.iter().enumerate().map(move |(at, (path, text))| (number(at), &**path, text))
    }

    /// One line per fact and value.
    pub(crate) fn describe(&self, facts: &Facts) -> String {
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
    pub(crate) fn at(&self, place: Place) -> String {
        let (path, text) = &self.0[place.file.0 as usize];
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
