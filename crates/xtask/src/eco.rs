//! Compares the findings of two versions over real repositories: what a change adds and what
//! it takes away.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::repository;

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let mut base = "HEAD";
    let mut rule = None;
    let mut folder = "../shared/corpus";
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--base" => base = rest.next().context("--base needs a revision")?,
            "--rule" => rule = Some(*rest.next().context("--rule needs a rule")?),
            other if other.starts_with('-') => bail!("unknown option `{other}`"),
            other => folder = other,
        }
    }
    let folder = repository::root().join(folder);
    ensure!(folder.exists(), "{} does not exist", folder.display());

    repository::run("cargo", &["build", "--release", "--quiet", "-p", "nhilint"])?;
    let root = repository::root();
    let new = findings(&root.join("target/release/nhilint"), &folder, rule)?;
    let old = findings(&build_base(base)?, &folder, rule)?;

    let (mut added, mut removed) = (0, 0);
    for (key, message) in &new {
        if !old.contains_key(key) {
            added += 1;
            println!("+ {key}  {message}");
        }
    }
    for (key, message) in &old {
        if !new.contains_key(key) {
            removed += 1;
            println!("- {key}  {message}");
        }
    }
    println!("{} findings before, {} now: +{added} -{removed}", old.len(), new.len());
    Ok(())
}

/// Builds a revision in a folder of its own.
fn build_base(revision: &str) -> Result<PathBuf> {
    let folder = repository::root().join("target/eco");
    if folder.exists() {
        let path = folder.to_string_lossy().into_owned();
        repository::run("git", &["worktree", "remove", "--force", &path])?;
    }
    let path = folder.to_string_lossy().into_owned();
    repository::run("git", &["worktree", "add", "--quiet", "--detach", &path, revision])?;
    let status = Command::new("cargo")
        .args(["build", "--release", "--quiet", "-p", "nhilint"])
        .env("CARGO_TARGET_DIR", repository::root().join("target/eco-target"))
        .current_dir(&folder)
        .status()?;
    ensure!(status.success(), "{revision} does not build");
    // The binary is kept elsewhere; a work tree that is left behind confuses git.
    repository::run("git", &["worktree", "remove", "--force", &path])?;
    Ok(repository::root().join("target/eco-target/release/nhilint"))
}

/// Findings by rule, path and fingerprint.
fn findings(binary: &Path, folder: &Path, rule: Option<&str>) -> Result<BTreeMap<String, String>> {
    let mut command = Command::new(binary);
    command.args(["check", "--isolated", "--format", "json", "--fail-on", "never"]);
    if let Some(rule) = rule {
        command.args(["--select", rule]);
    }
    let output = command.arg(".").current_dir(folder).output()?;
    ensure!(
        output.status.success(),
        "{} failed: {}",
        binary.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = report["findings"].as_array().context("no findings in the report")?;
    Ok(all
        .iter()
        .map(|it| {
            let line = &it["range"]["start"]["line"];
            let key =
                format!("{} {} {}", text(&it["rule"]), text(&it["path"]), text(&it["fingerprint"]));
            (key, format!("line {line}: {}", text(&it["message"])))
        })
        .collect())
}
