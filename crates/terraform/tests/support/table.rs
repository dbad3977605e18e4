//! Tables of small workspaces in `testdata/terraform`; the README there has the format.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// One entry of the table.
#[derive(Default)]
pub(crate) struct Case {
    /// File and line, for messages.
    pub(crate) at: String,
    pub(crate) name: String,
    pub(crate) files: Vec<(String, String)>,
    pub(crate) expression: String,
    pub(crate) expected: String,
    pub(crate) slices: Vec<String>,
}

/// What the lines of a case belong to.
enum Part {
    Nothing,
    File,
    Expression,
}

/// The cases of every file of a folder below `testdata/terraform`.
pub(crate) fn cases(folder: &str) -> Vec<Case> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/terraform");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(all.join(folder)).unwrap().map(|it| it.unwrap().path()).collect();
    paths.retain(|it| it.extension().is_some_and(|it| it == "txt"));
    paths.sort();
    paths.iter().flat_map(|it| read(it)).collect()
}

fn read(path: &Path) -> Vec<Case> {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    let mut part = Part::Nothing;
    for (number, line) in text.lines().enumerate() {
        let at = format!("{file}:{}", number + 1);
        if let Some(name) = line.strip_prefix("== ") {
            cases.push(Case { at, name: name.to_owned(), ..Case::default() });
            part = Part::Nothing;
        } else if let Some(path) = line.strip_prefix("> ") {
            cases.last_mut().unwrap().files.push((path.to_owned(), String::new()));
            part = Part::File;
        } else if let Some(expression) = line.strip_prefix("? ") {
            if cases.last().is_none_or(|it| !it.expected.is_empty()) {
                cases.push(Case { at, ..Case::default() });
            }
            cases.last_mut().unwrap().expression = expression.to_owned();
            part = Part::Expression;
        } else if let Some(expected) = line.strip_prefix("= ") {
            cases.last_mut().unwrap().expected = expected.to_owned();
            part = Part::Nothing;
        } else if let Some(slice) = line.strip_prefix("@ ") {
            cases.last_mut().unwrap().slices.push(slice.to_owned());
        } else {
            match part {
                Part::Nothing => {
                    assert!(line.is_empty() || line.starts_with("# "), "{at}: a stray line");
                }
                Part::File => {
                    let (_, text) = cases.last_mut().unwrap().files.last_mut().unwrap();
                    writeln!(text, "{line}").unwrap();
                }
                Part::Expression => {
                    write!(cases.last_mut().unwrap().expression, "\n{line}").unwrap();
                }
            }
        }
    }
    cases
}
