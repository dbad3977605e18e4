//! Compares the linter's findings with labels: the whole program runs, not a part of it.
//!
//! A line labelled as a credential counts as found when a finding about a literal credential
//! covers it, or names it as another place of the same value. Findings on lines without a
//! label are listed and count for nothing: nobody said what they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::label::{self, Label};
use super::set;
use crate::repository;

/// Rules that say: a usable credential is written out here.
const LITERAL_RULES: &[&str] = &["embedded-secret", "plain-secret-manifest"];

/// Rules that say something weaker about a literal: that everybody knows it. They count with
/// `--strict`, and only for labels whose kind says that this is what the line holds.
const WEAK_RULES: &[&str] = &["well-known-password"];

struct Options {
    folder: Option<PathBuf>,
    strict: bool,
    release: bool,
    min_precision: f64,
    min_recall: f64,
}

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let options = options(arguments)?;
    let (folder, labels) = match &options.folder {
        Some(folder) => (folder.clone(), label::read(folder)?),
        None => (set::folder(), set::write(&set::folder())?),
    };
    let covered = covered(&folder, options.release)?;
    let (weak, labels): (Vec<Label>, Vec<Label>) =
        labels.into_iter().partition(|it| it.secret && it.is_weak());
    let verdicts = judge(&labels, &weak, &covered, options.strict);
    print(&verdicts, &labels, &weak, &covered, options.strict);
    let (precision, recall) = verdicts.iter().fold(Count::default(), Count::add).rates();
    ensure!(
        precision >= options.min_precision && recall >= options.min_recall,
        "precision {precision:.3} and recall {recall:.3} are below {} and {}",
        options.min_precision,
        options.min_recall
    );
    Ok(())
}

fn options(arguments: &[&str]) -> Result<Options> {
    let mut options = Options {
        folder: None,
        strict: false,
        release: false,
        min_precision: 0.0,
        min_recall: 0.0,
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut number = || -> Result<f64> {
            let text = rest.next().with_context(|| format!("{argument} needs a number"))?;
            Ok(text.parse()?)
        };
        match *argument {
            "--strict" => options.strict = true,
            "--release" => options.release = true,
            "--min-precision" => options.min_precision = number()?,
            "--min-recall" => options.min_recall = number()?,
            other if other.starts_with('-') => bail!("unknown option `{other}`"),
            other => options.folder = Some(PathBuf::from(other)),
        }
    }
    Ok(options)
}

/// Lines that findings are about, with the rules; `same` marks another place of one value.
#[derive(Default)]
struct Covered {
    lines: BTreeMap<(String, usize), BTreeSet<String>>,
    same: BTreeSet<(String, usize)>,
    weak: BTreeSet<(String, usize)>,
    /// The first line of each finding about a credential, with what else it covers.
    findings: Vec<(String, usize, usize, String)>,
}

/// Runs the linter as its user would.
fn covered(folder: &Path, release: bool) -> Result<Covered> {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    repository::output("cargo", &[&["build", "--quiet", "-p", "nhilint"], profile].concat())?;
    let binary = if release { "target/release/nhilint" } else { "target/debug/nhilint" };
    let output = Command::new(repository::root().join(binary))
        .args(["check", "--isolated", "--no-ignore", "--profile", "strict"])
        .args(["--format", "json", "--fail-on", "never", "."])
        .current_dir(folder)
        .output()
        .context("cannot start nhilint")?;
    ensure!(output.status.success(), "nhilint failed: {}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let mut covered = Covered::default();
    for finding in report["findings"].as_array().context("no findings in the report")? {
        let rule = finding["rule"].as_str().unwrap_or_default();
        let (path, first, last) = lines_of(finding);
        if WEAK_RULES.contains(&rule) {
            covered.weak.extend((first..=last).map(|it| (path.clone(), it)));
        }
        if !LITERAL_RULES.contains(&rule) {
            continue;
        }
        for line in first..=last {
            covered.lines.entry((path.clone(), line)).or_default().insert(rule.to_owned());
        }
        covered.findings.push((path, first, last, rule.to_owned()));
        for related in finding["related"].as_array().into_iter().flatten() {
            let says_same = related["message"].as_str().is_some_and(|it| it.contains("same value"));
            if says_same {
                let (path, first, last) = lines_of(related);
                covered.same.extend((first..=last).map(|it| (path.clone(), it)));
            }
        }
    }
    Ok(covered)
}

fn lines_of(place: &Value) -> (String, usize, usize) {
    let number = |it: &Value| it.as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
    let range = &place["range"];
    let first = number(&range["start"]["line"]);
    let last = number(&range["end"]["line"]);
    // The end is exclusive: at the first column it is still the line before.
    let last = if number(&range["end"]["column"]) <= 1 { last.saturating_sub(1) } else { last };
    (place["path"].as_str().unwrap_or_default().to_owned(), first, last.max(first))
}

struct Verdict {
    kind: String,
    place: String,
    secret: bool,
    reported: bool,
    text: String,
}

fn judge(labels: &[Label], weak: &[Label], covered: &Covered, strict: bool) -> Vec<Verdict> {
    let counted = labels.iter().map(|it| (it, false));
    let counted = counted.chain(weak.iter().filter(|_| strict).map(|it| (it, true)));
    counted
        .map(|(label, is_weak)| {
            let at = (label.file.clone(), label.line);
            // Another place of a value counts as found, but accuses nobody.
            let reported = covered.lines.contains_key(&at)
                || label.secret && covered.same.contains(&at)
                || is_weak && covered.weak.contains(&at);
            Verdict {
                kind: label.kind.clone(),
                place: place_of(&label.file),
                secret: label.secret,
                reported,
                text: format!("{}:{} {}: {}", label.file, label.line, label.kind, label.why),
            }
        })
        .collect()
}

/// The kind of file, by its name.
fn place_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let named = [
        (".github/workflows/", "GitHub workflow"),
        (".gitlab-ci", "GitLab pipeline"),
        ("compose", "Compose"),
        (".env", "dotenv"),
        ("values", "chart values"),
        (".tfstate", "Terraform state"),
        ("kubeconfig", "kubeconfig"),
        (".kube/config", "kubeconfig"),
        ("template.y", "CloudFormation"),
        ("mcp", "tool servers"),
    ];
    if let Some((_, place)) = named.iter().find(|(part, _)| {
        if part.contains('/') { path.contains(part) } else { name.contains(part) }
    }) {
        return (*place).to_owned();
    }
    name.rsplit_once('.').map_or(name, |(_, it)| it).to_owned()
}

#[derive(Clone, Copy, Default)]
struct Count {
    found: usize,
    missed: usize,
    wrong: usize,
    quiet: usize,
}

impl Count {
    fn add(mut self, verdict: &Verdict) -> Self {
        match (verdict.secret, verdict.reported) {
            (true, true) => self.found += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => self.quiet += 1,
        }
        self
    }

    /// Precision and recall; 1 where nothing was asked.
    fn rates(self) -> (f64, f64) {
        let rate = |part: usize, other: usize| match part + other {
            0 => 1.0,
            all => part as f64 / all as f64,
        };
        (rate(self.found, self.wrong), rate(self.found, self.missed))
    }
}

fn print(verdicts: &[Verdict], labels: &[Label], weak: &[Label], covered: &Covered, strict: bool) {
    list("missed", verdicts.iter().filter(|it| it.secret && !it.reported));
    list("false alarms", verdicts.iter().filter(|it| !it.secret && it.reported));
    let known: BTreeSet<(&str, usize)> =
        labels.iter().chain(weak).map(|it| (it.file.as_str(), it.line)).collect();
    let unlabelled: Vec<_> = covered
        .findings
        .iter()
        .filter(|(path, first, last, _)| {
            !(*first..=*last).any(|it| known.contains(&(path.as_str(), it)))
        })
        .collect();
    println!("\nunlabelled: {}", unlabelled.len());
    for (path, line, _, rule) in &unlabelled {
        println!("  {path}:{line} {rule}");
    }
    table("kind", verdicts, |it| &it.kind);
    table("place", verdicts, |it| &it.place);
    let all = verdicts.iter().fold(Count::default(), Count::add);
    let (precision, recall) = all.rates();
    println!(
        "\n{} credentials, {} look-alikes: found {}, missed {}, false alarms {}",
        all.found + all.missed,
        all.wrong + all.quiet,
        all.found,
        all.missed,
        all.wrong
    );
    if !strict && !weak.is_empty() {
        println!("{} lines of words that everybody knows are left out (--strict)", weak.len());
    }
    println!("precision {precision:.4}  recall {recall:.4}");
}

/// Lines by file, number and label; what stands on them is not printed.
fn list<'a>(title: &str, verdicts: impl Iterator<Item = &'a Verdict>) {
    let texts: Vec<&str> = verdicts.map(|it| it.text.as_str()).collect();
    println!("\n{title}: {}", texts.len());
    for text in texts {
        println!("  {text}");
    }
}

fn table(title: &str, verdicts: &[Verdict], by: impl Fn(&Verdict) -> &String) {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for verdict in verdicts {
        let count = counts.entry(by(verdict)).or_default();
        *count = count.add(verdict);
    }
    println!(
        "\n{title:<34} {:>6} {:>6} {:>6} {:>6}  {:>9} {:>6}",
        "found", "missed", "wrong", "quiet", "precision", "recall"
    );
    for (name, count) in counts {
        let (precision, recall) = count.rates();
        println!(
            "{name:<34} {:>6} {:>6} {:>6} {:>6}  {precision:>9.3} {recall:>6.3}",
            count.found, count.missed, count.wrong, count.quiet
        );
    }
}
