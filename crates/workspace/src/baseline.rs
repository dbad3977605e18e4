//! A baseline: the findings that a project had when it began.
//!
//! One line for each, sorted, so that a person can review it and a merge touches only what
//! changed. It names rule, file and thing; it holds no value of a file and no hash of one.

use std::collections::BTreeMap;
use std::path::Path;

use engine::{Finding, Report, Skipped, Suppressed};
use serde::{Deserialize, Serialize};

use crate::error::WorkspaceError;
use crate::write::write_atomically;

/// The version of the format.
const VERSION: u32 = 1;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Baseline {
    version: u32,
    findings: Vec<Entry>,
}

/// A finding that is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    address: String,
    fingerprint: String,
}

impl Entry {
    fn of(finding: &Finding, report: &Report, name: &dyn Fn(&str) -> String) -> Self {
        Self {
            path: report.sources.path(finding.place.file).to_owned(),
            rule: finding.rule.id.to_owned(),
            address: name(&finding.address.name),
            fingerprint: finding.fingerprint.clone(),
        }
    }
}

/// Writes the findings of a report to a baseline. `name` makes an address fit to be shown.
/// Returns how many there are.
pub fn write_baseline(
    path: &Path,
    report: &Report,
    name: &dyn Fn(&str) -> String,
) -> Result<usize, WorkspaceError> {
    let mut entries: Vec<Entry> =
        report.findings.iter().map(|it| Entry::of(it, report, name)).collect();
    entries.sort();
    let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
    for (index, entry) in entries.iter().enumerate() {
        let line = serde_json::to_string(entry)
            .map_err(|it| WorkspaceError::Write { path: path.to_owned(), source: it.into() })?;
        text.push_str(if index == 0 { "\n    " } else { ",\n    " });
        text.push_str(&line);
    }
    text.push_str(if entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    write_atomically(path, text.as_bytes())?;
    Ok(entries.len())
}

/// Excuses what a baseline lists, and tells of entries that list nothing; not in a `partial`
/// run, which does not have all findings.
pub(crate) fn apply(path: &Path, partial: bool, report: &mut Report) -> Result<(), WorkspaceError> {
    let mut entries = read(path)?;
    let shown = path.display().to_string();
    let (known, new): (Vec<_>, Vec<_>) =
        std::mem::take(&mut report.findings).into_iter().partition(|finding| {
            let key = (
                report.sources.path(finding.place.file).to_owned(),
                finding.rule.id.to_owned(),
                finding.fingerprint.clone(),
            );
            entries.remove(&key).is_some()
        });
    report.findings = new;
    report.suppressed.extend(known.into_iter().map(|finding| Suppressed {
        finding,
        in_source: false,
        reason: Some(format!("listed in the baseline `{shown}`")),
    }));
    report.suppressed.sort_by_key(|it| (it.finding.place.file, it.finding.place.span));
    if !partial {
        report.skipped.extend(entries.into_values().map(|entry| Skipped {
            // It may lie outside of the workspace, whose paths these are.
            path: String::new(),
            reason: format!(
                "{shown}: `{}` of `{}` in {} is no longer found: take it out, or write the \
                 baseline again",
                entry.rule, entry.address, entry.path
            ),
        }));
    }
    Ok(())
}

/// The entries by path, rule and fingerprint.
fn read(path: &Path) -> Result<BTreeMap<(String, String, String), Entry>, WorkspaceError> {
    let text = std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => WorkspaceError::NoBaseline { path: path.to_owned() },
        _ => WorkspaceError::Read { path: path.to_owned(), source },
    })?;
    let wrong = |line, column, message: String| WorkspaceError::Baseline {
        path: path.display().to_string(),
        line,
        column,
        message,
    };
    let baseline: Baseline = serde_json::from_str(&text).map_err(|it| {
        let message = it.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        wrong(it.line(), it.column(), message)
    })?;
    if baseline.version != VERSION {
        let message = format!("version {} is not known; this is {VERSION}", baseline.version);
        return Err(wrong(1, 1, message));
    }
    let key = |it: &Entry| (it.path.clone(), it.rule.clone(), it.fingerprint.clone());
    Ok(baseline.findings.into_iter().map(|it| (key(&it), it)).collect())
}
