//! Parses every data file below the given directories, and prints speed and problems.
//!
//! `cargo run --release -p nhilint-syntax --example parse_data -- --dump FILE` prints a tree.

#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nhilint_syntax::{Language, Limits, ProblemKind, dump, parse};

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let show = args.first().is_some_and(|it| it == "--dump");
    if show {
        args.remove(0);
    }
    let mut totals = Vec::new();
    for arg in &args {
        let mut files = Vec::new();
        collect(Path::new(arg), &mut files);
        files.sort();
        for file in files {
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            let Some(language) = language(&file, &text) else { continue };
            run(&file, text, language, show, &mut totals);
        }
    }
    for (language, total) in &totals {
        println!(
            "{language:?}: {} files, {:.1} MB, {:.0} MB/s, {} clean, {} with duplicates only, \
             {} broken ({} with an empty tree)",
            total.files,
            total.bytes as f64 / 1e6,
            total.bytes as f64 / 1e6 / total.time.as_secs_f64(),
            total.files - total.broken - total.duplicates,
            total.duplicates,
            total.broken,
            total.empty,
        );
    }
}

#[derive(Default)]
struct Total {
    files: usize,
    bytes: usize,
    time: Duration,
    broken: usize,
    duplicates: usize,
    empty: usize,
}

fn run(
    file: &Path,
    text: String,
    language: Language,
    show: bool,
    totals: &mut Vec<(Language, Total)>,
) {
    let at = totals.iter().position(|(it, _)| *it == language).unwrap_or_else(|| {
        totals.push((language, Total::default()));
        totals.len() - 1
    });
    let total = &mut totals[at].1;
    let source: Arc<str> = text.into();
    let start = Instant::now();
    let tree = parse(Arc::clone(&source), language, &Limits::default());
    total.time += start.elapsed();
    total.files += 1;
    total.bytes += source.len();
    if show {
        print!("{}", dump(&tree));
    }
    let broken = tree.problems().iter().any(|it| it.kind != ProblemKind::DuplicateKey);
    total.broken += usize::from(broken);
    total.duplicates += usize::from(!broken && !tree.problems().is_empty());
    total.empty += usize::from(broken && tree.len() < 2);
    for problem in tree.problems() {
        let line = source.as_bytes()[..problem.span.start as usize]
            .iter()
            .filter(|it| **it == b'\n')
            .count();
        println!(
            "{language:?} {}:{} {:?} {}",
            file.display(),
            line + 1,
            problem.kind,
            problem.message
        );
    }
}

fn language(file: &Path, text: &str) -> Option<Language> {
    let path = file.to_str()?;
    let extension = file.extension()?.to_str()?;
    Some(match extension {
        "yaml" | "yml" | "tpl" if path.contains("/templates/") && text.contains("{{") => {
            if extension == "tpl" {
                return None;
            }
            Language::HelmTemplate
        }
        "yaml" | "yml" => Language::Yaml,
        "json" | "jsonc" | "tfstate" if !path.ends_with(".tf.json") => Language::Json,
        "toml" => Language::Toml,
        "md" | "mdc" => Language::Markdown,
        _ => return None,
    })
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(path) else {
        files.push(path.to_path_buf());
        return;
    };
    for entry in entries.flatten() {
        match entry.file_type() {
            Ok(it) if it.is_dir() => collect(&entry.path(), files),
            Ok(it) if it.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
}
