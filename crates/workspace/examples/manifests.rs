//! Measures plain manifests, on one thread, stage by stage and as a whole:
//! `cargo xtask bench kubernetes [FOLDER]`.

#![expect(clippy::print_stdout, reason = "it prints its measurements")]

mod measure;

use std::path::Path;

use measure::{best, bytes, megabytes, millis, rate, read};
use nhilint_workspace::{self as workspace, Config, FrontEnd, InputFile, Prepared};

/// Copies of the folder in the runs that show how the cost grows.
const COPIES: [usize; 3] = [1, 8, 64];

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let config = Config { threads: 1, ..Config::default() };
    let is_yaml = |it: &str| it.ends_with(".yaml") || it.ends_with(".yml");
    let all = read(Path::new(&folder), is_yaml);
    let is_manifest = |it: &InputFile| {
        let format = workspace::prepare(it.clone(), &config.limits).format;
        format.is_some_and(|(it, _)| it == FrontEnd::Kubernetes)
            && !syntax::has_template_actions(&it.text)
    };
    let manifests: Vec<InputFile> = all.into_iter().filter(is_manifest).collect();
    let is_schema = |it: &InputFile| syntax::mentions(&it.text, "openAPIV3Schema");
    let (schemas, plain): (Vec<_>, Vec<_>) = manifests.iter().cloned().partition(is_schema);
    measure("all manifests", &manifests, &config);
    measure("resource definitions with their schemas", &schemas, &config);
    measure("all other manifests", &plain, &config);
    for copies in COPIES {
        let copy = |(at, it): (usize, &InputFile)| InputFile {
            path: format!("copy{}/{}", at / plain.len().max(1), it.path).into(),
            text: it.text.clone(),
        };
        let count = plain.len() * copies;
        let files: Vec<_> = plain.iter().cycle().enumerate().take(count).map(copy).collect();
        let time = best(|| workspace::analyze(files.clone(), &config));
        let bytes = bytes(&files);
        println!(
            "{count:>6} files, {:5.1} MB: {:8.1} ms, {:5.1} MB/s",
            megabytes(bytes),
            millis(time),
            rate(bytes, time)
        );
    }
}

fn measure(name: &str, files: &[InputFile], config: &Config) {
    let size = bytes(files);
    println!("{name}: {} files, {:.2} MB", files.len(), megabytes(size));
    let prepare = || files.iter().map(|it| workspace::prepare(it.clone(), &config.limits));
    let line = |stage: &str, time| {
        println!("{stage:>8}: {:7.1} ms  {:6.1} MB/s", millis(time), rate(size, time));
    };
    line("parse", best(|| prepare().count()));
    let prepared: Vec<Prepared> = prepare().collect();
    line("lower", best(|| workspace::lower(prepared.clone(), config)));
    line("whole", best(|| workspace::analyze(files.to_vec(), config)));
}
