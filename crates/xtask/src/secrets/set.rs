//! Writes the labelled set, and keeps a manifest of what it must be.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::label::Label;
use super::places;
use super::template::{self, Filled, Tokens};
use crate::repository;

const SOURCE: &str = "testdata/secrets";
const MANIFEST: &str = "testdata/secrets/manifest.tsv";

/// Where the set is written; git ignores it.
pub(crate) fn folder() -> PathBuf {
    repository::root().join("target/secrets-set")
}

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let folder = arguments.first().map_or_else(folder, PathBuf::from);
    let labels = write(&folder)?;
    println!("wrote {} labelled lines to {}", labels.len(), folder.display());
    Ok(())
}

/// Writes the set into a folder that only it uses.
pub(crate) fn write(folder: &Path) -> Result<Vec<Label>> {
    let files = files()?;
    if folder.exists() {
        ensure!(folder.join("labels.jsonl").exists(), "{} is not ours", folder.display());
        fs::remove_dir_all(folder)?;
    }
    let mut labels = Vec::new();
    let mut lines = String::new();
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().context("a file without a folder")?)?;
        fs::write(&path, &file.text)?;
        for label in &file.labels {
            lines.push_str(&serde_json::to_string(label)?);
            lines.push('\n');
        }
        labels.extend(file.labels);
    }
    fs::write(folder.join("labels.jsonl"), lines)?;
    Ok(labels)
}

fn files() -> Result<Vec<Filled>> {
    let rows = repository::read(&format!("{SOURCE}/tokens.tsv"))?;
    let rows = places::rows(&rows)?;
    let tokens: Tokens = rows.iter().map(|it| (it.name.clone(), it.pattern.clone())).collect();
    let mut files = places::files(&rows, &tokens)?;
    let mut bundles: Vec<PathBuf> = fs::read_dir(repository::root().join(SOURCE))?
        .filter_map(|it| it.ok().map(|it| it.path()))
        .filter(|it| it.extension().is_some_and(|it| it == "txt"))
        .collect();
    bundles.sort();
    for bundle in bundles {
        let text = fs::read_to_string(&bundle)?;
        let filled = template::bundle(&text, &tokens);
        files.extend(filled.with_context(|| bundle.display().to_string())?);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    for pair in files.windows(2) {
        let [a, b] = pair else { continue };
        ensure!(a.path != b.path, "{} is written twice", a.path);
    }
    Ok(files)
}

/// Compares the set that the seed gives with the manifest, or writes that.
pub(crate) fn check_manifest(check: bool) -> Result<()> {
    let current = fs::read_to_string(repository::root().join(MANIFEST)).unwrap_or_default();
    let new = manifest(&files()?)?;
    if current == new {
        return Ok(());
    }
    ensure!(!check, "{MANIFEST} is stale: run `cargo xtask gen`");
    fs::write(repository::root().join(MANIFEST), new)?;
    println!("wrote {MANIFEST}");
    Ok(())
}

fn manifest(files: &[Filled]) -> Result<String> {
    let mut text = String::from(
        "# Written by `cargo xtask gen`; do not edit. CRC-32 of text and labels of each file.\n\
         # file\tcredentials\tlook-alikes\tsum\n",
    );
    let mut total: BTreeMap<bool, usize> = BTreeMap::new();
    for file in files {
        let count = |secret| file.labels.iter().filter(|it| it.secret == secret).count();
        let labels = serde_json::to_string(&file.labels)?;
        let sum = crc32fast::hash(format!("{}\n{labels}", file.text).as_bytes());
        writeln!(text, "{}\t{}\t{}\t{sum:08x}", file.path, count(true), count(false))?;
        for secret in [true, false] {
            *total.entry(secret).or_default() += count(secret);
        }
    }
    let of = |secret| total.get(&secret).copied().unwrap_or_default();
    writeln!(text, "all\t{}\t{}\t", of(true), of(false))?;
    Ok(text)
}
