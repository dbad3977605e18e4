//! Measures root modules one by one, and how the cost of a run grows with the number of
//! files: `cargo xtask bench terraform [FOLDER]`.

#![expect(clippy::print_stdout, reason = "it prints its measurements")]

mod measure;

use std::path::Path;
use std::time::Duration;

use measure::{best, megabytes, millis, rate, read};

use model::{FileId, Source};
use nhilint_workspace::{self as workspace, Config, InputFile};
use syntax::{Limits, Tree};
use terraform::{Options, Project};

/// Root modules that are listed, slowest first.
const LISTED: usize = 10;

/// Numbers of files in the runs that show how the cost grows.
const POINTS: [usize; 3] = [200, 2_000, 20_000];

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let files = read(Path::new(&folder), |path| terraform::language(path).is_some());
    println!("{folder}: {} files", files.len());
    units(&files);
    growth(&files);
}

/// The time that each root module takes, with the modules that it calls.
fn units(files: &[InputFile]) {
    let parsed: Vec<(&InputFile, Tree)> = files
        .iter()
        .filter_map(|it| {
            let language = terraform::language(&it.path)?;
            Some((it, syntax::parse(it.text.clone(), language, &Limits::default())))
        })
        .collect();
    let mut sources = Vec::with_capacity(parsed.len());
    for (file, (input, tree)) in (0..).map(FileId).zip(&parsed) {
        sources.push(Source { file, path: &input.path, tree });
    }
    let project = Project::new(sources, &Options::default());
    let mut times: Vec<_> =
        (0..project.units()).map(|it| (best(|| project.lower(it)), it)).collect();
    times.sort();
    let total: Duration = times.iter().map(|(time, _)| *time).sum();
    println!(
        "{} root modules: {:.1} ms in all, median {:.2} ms",
        times.len(),
        millis(total),
        times.get(times.len() / 2).map_or(0.0, |(time, _)| millis(*time))
    );
    for (time, unit) in times.iter().rev().take(LISTED) {
        println!("  {:7.2} ms  {}", millis(*time), project.folder(*unit));
    }
}

/// Whole analyses of as many files as the points say, made of copies of the folder.
fn growth(files: &[InputFile]) {
    let config = Config { threads: 1, ..Config::default() };
    for point in POINTS {
        let copy = |(at, it): (usize, &InputFile)| InputFile {
            path: format!("copy{}/{}", at / files.len().max(1), it.path).into(),
            text: it.text.clone(),
        };
        let inputs: Vec<_> = files.iter().cycle().enumerate().take(point).map(copy).collect();
        let bytes = measure::bytes(&inputs);
        let report = workspace::analyze(inputs.clone(), &config);
        let time = best(|| workspace::analyze(inputs.clone(), &config));
        println!(
            "{point:>6} files, {:5.1} MB: {:8.1} ms, {:5.1} µs a file, {:5.1} MB/s, {} findings",
            megabytes(bytes),
            millis(time),
            millis(time) * 1e3 / point as f64,
            rate(bytes, time),
            report.findings.len()
        );
    }
}
