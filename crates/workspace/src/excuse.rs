//! Accepts findings: comments above what they are about, and exceptions in the configuration for
//! files that have no comments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::{Edit, Finding, Report};
use model::{Date, FileId};
use syntax::{Language, Limits, Span, comment_markers, insertion_point};

use crate::analyze::{InputFile, prepare};
use crate::repair::{Repaired, edited, errors};
use crate::run::Checked;

/// Why findings are accepted.
#[derive(Clone, Copy, Debug)]
pub struct Excuse<'a> {
    /// The reason, on one line.
    pub reason: &'a str,
    /// The last day.
    pub until: Option<Date>,
    /// Who decided.
    pub owner: Option<&'a str>,
}

/// What accepts the findings of a report. Nothing of it is written yet.
#[derive(Clone, Debug, Default)]
pub struct Excused {
    /// Files with comments in them, by path.
    pub files: Vec<Repaired>,
    /// Entries for the configuration; empty when no file needs one.
    pub exceptions: String,
    /// Findings that these accept.
    pub count: usize,
    /// Findings for which there is no place.
    pub left: usize,
    /// Findings that nothing can excuse.
    pub refused: usize,
}

impl Excuse<'_> {
    /// The comment, without indentation and line break; `None` when the language has none.
    pub fn comment(&self, language: Language, rules: &[&str]) -> Option<String> {
        let (open, close) = comment_markers(language)?;
        let mut text = format!("{open}nhilint: ignore[{}]", rules.join(", "));
        if let Some(until) = self.until {
            text.push_str(&format!(" until={until}"));
        }
        if let Some(owner) = self.owner {
            text.push_str(&format!(" owner={owner}"));
        }
        text.push_str(&format!(" -- {}{close}", self.reason));
        Some(text)
    }

    /// An `[[exception]]` for one finding. `path` starts from the folder of the configuration.
    pub fn exception(&self, path: &str, finding: &Finding) -> String {
        let mut table =
            format!("[[exception]]\npath = {}\nrule = \"{}\"\n", quoted(path), finding.rule.id);
        // A star would stand for anything.
        if !finding.address.name.is_empty() && !finding.address.name.contains('*') {
            table.push_str(&format!("address = {}\n", quoted(&finding.address.name)));
        }
        table.push_str(&format!("reason = {}\n", quoted(self.reason)));
        if let Some(owner) = self.owner {
            table.push_str(&format!("owner = {}\n", quoted(owner)));
        }
        if let Some(until) = self.until {
            table.push_str(&format!("until = {until}\n"));
        }
        table
    }
}

/// Works out what accepts all findings of a run.
pub fn excuses(checked: &Checked, excuse: &Excuse<'_>) -> Excused {
    let Checked { report, root, config, settings, limits, .. } = checked;
    // Paths of exceptions start from the folder of the configuration.
    let folder = config.as_deref().and_then(|it| it.parent()?.strip_prefix(root).ok());
    let folder = folder.map(|it| it.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let mut by_file: BTreeMap<FileId, Vec<&Finding>> = BTreeMap::new();
    let mut excused = Excused::default();
    for finding in &report.findings {
        if settings.can_excuse(finding.rule) {
            by_file.entry(finding.place.file).or_default().push(finding);
        } else {
            excused.refused += 1;
        }
    }
    let mut tables = BTreeSet::new();
    for (file, findings) in by_file {
        let count = findings.len();
        if let Some(commented) = commented(report, file, &findings, excuse, limits) {
            excused.files.push(commented);
            excused.count += count;
            continue;
        }
        let path = report.sources.path(file);
        let below = match folder.as_str() {
            "" => Some(path),
            folder => path.strip_prefix(folder).and_then(|it| it.strip_prefix('/')),
        };
        match below {
            Some(path) => {
                tables.extend(findings.iter().map(|it| excuse.exception(path, it)));
                excused.count += count;
            }
            None => excused.left += count,
        }
    }
    excused.exceptions = tables.into_iter().collect::<Vec<_>>().join("\n");
    excused
}

/// A file with a comment above each thing that has findings; `None` when it takes none, or when
/// it could not be read afterwards.
fn commented(
    report: &Report,
    file: FileId,
    findings: &[&Finding],
    excuse: &Excuse<'_>,
    limits: &Limits,
) -> Option<Repaired> {
    let source = report.sources.get(file)?;
    let input = InputFile { path: Arc::clone(&source.path), text: Arc::clone(&source.text) };
    let prepared = prepare(input, limits);
    let ((_, language), tree) = (prepared.format?, prepared.tree?);
    let mut points: BTreeMap<u32, (String, BTreeSet<&str>)> = BTreeMap::new();
    for finding in findings {
        let point = insertion_point(&tree, language, finding.place.span.start)?;
        let (_, rules) = points.entry(point.offset).or_insert((point.indent, BTreeSet::new()));
        rules.insert(finding.rule.id);
    }
    let line_break = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
    let edit = |(offset, (indent, rules)): (u32, (String, BTreeSet<&str>))| {
        let rules: Vec<&str> = rules.into_iter().collect();
        let comment = excuse.comment(language, &rules)?;
        let text = format!("{indent}{comment}{line_break}");
        Some(Edit { file, span: Span::new(offset, offset), text })
    };
    let edits: Vec<Edit> = points.into_iter().map(edit).collect::<Option<_>>()?;
    let after = edited(&source.text, &edits)?;
    if errors(&source.path, after.into(), limits) > tree.problems().len() {
        return None;
    }
    let before = Arc::clone(&source.text);
    Some(Repaired { file, path: Arc::clone(&source.path), before, edits })
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        match it {
            '"' | '\\' => {
                out.push('\\');
                out.push(it);
            }
            it if it.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_it() {
        assert_eq!(quoted("a\"b\\\n\u{7f}é"), "\"a\\\"b\\\\\\u000A\\u007Fé\"");
    }
}
