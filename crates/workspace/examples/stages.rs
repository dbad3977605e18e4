//! Measures each stage over a folder: `cargo xtask bench [FOLDER]`.
//!
//! Stages run one after the other on one thread, so that their figures can be compared; the
//! whole run is then repeated as the command line does it, on all cores.

#![expect(clippy::print_stdout, reason = "it prints its measurements")]

mod measure;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use measure::{best, best_after, bytes, megabytes, millis, rate};
use nhilint_workspace::{self as workspace, Config, FrontEnd, InputFile, Prepared};
use secrets::{Expectation, Question, Verdict};

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let files = read(Path::new(&folder));
    let bytes = bytes(&files);
    println!("{folder}: {} files, {:.1} MB", files.len(), megabytes(bytes));

    let count = best(|| files.iter().map(|it| it.text.lines().count()).sum::<usize>());
    let reading = best(|| read(Path::new(&folder)).len());
    stage("read", bytes, reading, count);

    let config = Config { threads: 1, ..Config::default() };
    let prepare = || files.iter().map(|it| workspace::prepare(it.clone(), &config.limits));
    let parsing = best(|| prepare().count());
    stage("parse", bytes, parsing, count);
    let prepared: Vec<Prepared> = prepare().collect();
    by_front_end(&prepared, &config);

    let lowering = best(|| workspace::lower(prepared.clone(), &config));
    stage("lower", bytes, lowering, count);
    let judging = best_after(
        || workspace::lower(prepared.clone(), &config),
        |lowered| workspace::judge(lowered, &config),
    );
    stage("rules", bytes, judging, count);
    println!("line count of the same texts: {:.1} ms", millis(count));
    literals(&prepared, parsing + lowering + judging);

    let report = workspace::finish(prepared, &config);
    println!(
        "{} findings, {} identities, {} credentials, {} grants",
        report.findings.len(),
        report.facts.identities.len(),
        report.facts.credentials.len(),
        report.facts.grants.len()
    );
    let one = Path::new(&folder).join(&*files.first().map_or("".into(), |it| it.path.clone()));
    whole("whole run", &folder);
    whole("one file", &one.to_string_lossy());
}

/// The decision about literals, over every literal there is: front ends ask about fewer, so that
/// the share of all stages is at most what is printed.
fn literals(prepared: &[Prepared], stages: Duration) {
    let trees: Vec<_> = prepared.iter().filter_map(|it| it.tree.as_ref()).collect();
    let values: Vec<(&str, &str)> = trees
        .iter()
        .flat_map(|tree| tree.nodes())
        .filter_map(|it| Some((it.key().unwrap_or_default(), it.as_str()?)))
        .collect();
    let bytes: usize = values.iter().map(|(_, text)| text.len()).sum();
    let time = best(|| {
        let judge = |(key, text): &(&str, &str)| {
            secrets::judge(text, &Question { key, expectation: Expectation::ByName })
        };
        values.iter().map(judge).filter(|it| matches!(it, Verdict::Credentials(_))).count()
    });
    println!(
        "secrets: {:.1} ms over {} literals of {:.1} MB, {:.0} MB/s, at most {:.0} % of the stages",
        millis(time),
        values.len(),
        megabytes(bytes),
        rate(bytes, time),
        100.0 * time.as_secs_f64() / stages.as_secs_f64().max(1e-9)
    );
}

/// Parsing by front end: bytes and time.
fn by_front_end(prepared: &[Prepared], config: &Config) {
    for front_end in
        [FrontEnd::Terraform, FrontEnd::Kubernetes, FrontEnd::Agents, FrontEnd::Pipelines]
    {
        let mine: Vec<&InputFile> = prepared
            .iter()
            .filter(|it| it.format.is_some_and(|(it, _)| it == front_end))
            .map(|it| &it.input)
            .collect();
        let bytes: usize = mine.iter().map(|it| it.text.len()).sum();
        let time = best(|| {
            mine.iter().for_each(|it| drop(workspace::prepare((*it).clone(), &config.limits)));
        });
        println!(
            "  {front_end:?}: {} files, {:.1} MB, {:.0} MB/s",
            mine.len(),
            megabytes(bytes),
            rate(bytes, time)
        );
    }
}

fn stage(name: &str, bytes: usize, time: Duration, count: Duration) {
    println!(
        "{name:>6}: {:7.1} ms  {:6.0} MB/s  {:5.1} × a line count",
        millis(time),
        rate(bytes, time),
        time.as_secs_f64() / count.as_secs_f64().max(1e-9)
    );
}

/// The command line over a path: wall clock of the best round; CPU time and peak memory of one.
fn whole(name: &str, path: &str) {
    let arguments = ["check", "--isolated", "--fail-on", "never", "--format", "json", path];
    let binary = Path::new("target/release/nhilint");
    let wall = best(|| Command::new(binary).args(arguments).output().is_ok());
    // The shell reads the peak from /proc while the program runs, and asks for its CPU time.
    let script = "\"$@\" >/dev/null 2>&1 & peak=0; \
        while line=$(grep VmHWM /proc/$!/status 2>/dev/null); do peak=${line//[^0-9]/}; done; \
        wait; echo $peak; times";
    let output = Command::new("bash")
        .args(["-c", script, "measure"])
        .arg(binary)
        .args(arguments)
        .output()
        .map(|it| String::from_utf8_lossy(&it.stdout).into_owned())
        .unwrap_or_default();
    let mut lines = output.lines();
    let peak = lines.next().and_then(|it| it.parse::<u64>().ok()).unwrap_or_default() / 1024;
    // The first line is the shell's own time.
    let cpu = lines.nth(1).unwrap_or("unknown");
    println!("{name}: {:.1} ms wall, {cpu} CPU (user system), {peak} MB peak", millis(wall));
}

fn read(root: &Path) -> Vec<InputFile> {
    measure::read(root, |_| true)
}
