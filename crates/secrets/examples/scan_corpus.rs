//! Judges every file of a directory as one text, and prints redacted hits and the speed.
//!
//! `cargo run --release -p nhilint-secrets --example scan_corpus -- ../shared/corpus`

#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use nhilint_secrets::{Expectation, Question, Verdict, judge};

/// The fastest of several passes is printed: the machine is shared.
const PASSES: usize = 5;

fn main() {
    let root = std::env::args().nth(1).unwrap_or_else(|| "../shared/corpus".to_owned());
    let mut files = Vec::new();
    collect(Path::new(&root), &mut files);
    files.sort();
    let texts: Vec<(PathBuf, String)> = files
        .into_iter()
        .filter_map(|it| std::fs::read_to_string(&it).ok().map(|text| (it, text)))
        .collect();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let question = Question { key: "", expectation: Expectation::Text };
    judge("warm the tables up", &question);
    let mut verdicts = Vec::new();
    let mut seconds = f64::MAX;
    for _ in 0..PASSES {
        let start = Instant::now();
        verdicts = texts.iter().map(|(_, text)| judge(text, &question)).collect::<Vec<Verdict>>();
        seconds = seconds.min(start.elapsed().as_secs_f64());
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for ((path, text), verdict) in texts.iter().zip(&verdicts) {
        let Verdict::Credentials(found) = verdict else { continue };
        for it in found {
            let line = text.bytes().take(it.range.start).filter(|it| *it == b'\n').count() + 1;
            let format = it.format.as_deref().unwrap_or("?");
            println!(
                "{format:40} {:?} {:?} {} bytes {}  {}:{line}",
                it.class,
                it.certainty,
                it.secret.len(),
                it.secret.redacted(),
                path.display(),
            );
            *counts.entry(format.to_owned()).or_default() += 1;
        }
    }
    println!("\n{} files, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    println!("{:.0} MB/s", bytes as f64 / 1e6 / seconds);
    for (format, count) in counts {
        println!("{count:5} {format}");
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
