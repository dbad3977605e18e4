//! Parses every HCL file below a folder and prints speed and problems.
//!
//! `cargo run --release -p nhilint-syntax --example parse_corpus -- FOLDER [--dump]`
#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use nhilint_syntax::{Kind, Language, Limits, LineIndex, Tree, dump, parse};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().unwrap_or_else(|| "../shared/corpus".to_owned());
    let dumps = arguments.any(|it| it == "--dump");
    let mut files = Vec::new();
    collect(Path::new(&root), &mut files);
    files.sort();
    let texts: Vec<_> =
        files.iter().filter_map(|path| Some((path, std::fs::read_to_string(path).ok()?))).collect();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let mut counts = BTreeMap::new();
    let mut nodes = 0;
    let mut bad_spans = 0;
    let mut seconds = 0.0;
    for (path, text) in &texts {
        let started = Instant::now();
        let tree = parse(text.as_str().into(), language(path), &Limits::default());
        seconds += started.elapsed().as_secs_f64();
        nodes += tree.len();
        bad_spans += report_spans(path, &tree);
        let lines = LineIndex::new(text);
        for problem in tree.problems() {
            *counts.entry(format!("{:?}", problem.kind)).or_insert(0) += 1;
            let line = lines.position(problem.span.start).line;
            println!("{}:{line}: {:?} {}", path.display(), problem.kind, problem.message);
        }
        if dumps {
            println!("{}", dump(&tree));
        }
    }
    let speed = bytes as f64 / 1e6 / seconds;
    println!("{} files, {bytes} bytes, {nodes} nodes, {speed:.1} MB/s", texts.len());
    println!("problems {counts:?}, nodes outside their parent {bad_spans}");
}

fn language(path: &Path) -> Language {
    if path.extension().is_some_and(|it| it == "json") {
        Language::TerraformJson
    } else {
        Language::Hcl
    }
}

/// Counts nodes that do not lie inside their parent.
fn report_spans(path: &Path, tree: &Tree) -> usize {
    let mut wrong = 0;
    for node in tree.nodes() {
        for child in node.children() {
            // In JSON the labels of a block are keys of the objects around it.
            if child.kind() == Kind::Label {
                continue;
            }
            if !node.span().contains(child.entry_span()) && node.kind() != Kind::Opaque {
                println!("{}: {child:?} is outside {node:?}", path.display());
                wrong += 1;
            }
        }
    }
    wrong
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|it| it.path()) {
        let name = path.to_string_lossy();
        let known = [".tf", ".tofu", ".hcl", ".tfvars", ".tf.json"];
        if path.is_dir() && !path.is_symlink() {
            collect(&path, files);
        } else if path.is_file() && known.iter().any(|it| name.ends_with(it)) {
            files.push(path);
        }
    }
}
