//! What somebody said about a line.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// One line of `labels.jsonl`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Label {
    /// Relative to the folder of the labels, with `/`.
    pub(crate) file: String,
    /// Counting from 1.
    pub(crate) line: usize,
    /// Whether the line holds a credential that must be reported.
    pub(crate) secret: bool,
    /// What it is, in a word or two.
    #[serde(default)]
    pub(crate) kind: String,
    /// Why it counts as that.
    #[serde(default)]
    pub(crate) why: String,
}

impl Label {
    /// True for words that everybody knows: other rules, of another profile, tell of them.
    pub(crate) fn is_weak(&self) -> bool {
        ["well-known", "weak", "default-password"].iter().any(|it| self.kind.contains(it))
    }
}

/// Reads the labels of a folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<Label>> {
    let path = folder.join("labels.jsonl");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty());
    lines
        .map(|(at, it)| {
            serde_json::from_str(it).with_context(|| format!("labels.jsonl:{}", at + 1))
        })
        .collect()
}
