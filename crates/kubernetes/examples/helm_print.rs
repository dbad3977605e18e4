//! Prints what the templates of all charts below a folder print, unknown parts as actions.
//!
//! `cargo run -p nhilint-kubernetes --example helm_print -- FOLDER [PART OF A PATH]`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a developer's look at real files, not product code"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use model::FileId;
use nhilint_kubernetes::{ChartFile, Charts, Options, Shares};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| "../shared/corpus".to_owned()));
    let wanted = arguments.next();
    let mut files: Vec<(String, Arc<str>)> = Vec::new();
    walk(&root, &root, &mut files);
    files.sort();
    let inputs = files.iter().enumerate().map(|(number, (path, text))| ChartFile {
        file: FileId(u32::try_from(number).unwrap()),
        path,
        text,
    });
    let charts = Charts::find(inputs.collect(), None);
    let start = Instant::now();
    let mut shares = Shares::default();
    for number in 0..charts.len() {
        let evaluated = charts.evaluate(number, &Options::default());
        shares.add(evaluated.shares);
        for note in evaluated.notes {
            println!("{}: {}", files[note.place.file.0 as usize].0, note.message);
        }
    }
    println!("{shares:?} in {:?}", start.elapsed());
    for (file, text) in (0..charts.len()).flat_map(|it| charts.print(it)) {
        let path = &files[file.0 as usize].0;
        let shown = wanted.as_deref().is_some_and(|it| path.contains(it));
        match text {
            None => println!("=== {path}: not decided"),
            Some(text) if shown => println!("=== {path}\n{text}"),
            Some(_) => {}
        }
    }
}

fn walk(root: &Path, folder: &Path, into: &mut Vec<(String, Arc<str>)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(root, &path, into);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            into.push((path, text.into()));
        }
    }
}
