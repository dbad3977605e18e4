//! Applies the repairs that findings carry.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use engine::{Edit, Fix, Report, Safety, SourceText, Span};
use model::FileId;
use syntax::Limits;

use crate::analyze::{InputFile, prepare};
use crate::error::WorkspaceError;
use crate::write::write_atomically;

/// A file with the repairs of one run in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repaired {
    /// The file.
    pub file: FileId,
    /// Relative to the workspace root.
    pub path: Arc<str>,
    /// What was analysed.
    pub before: Arc<str>,
    /// What changes; sorted, without overlaps.
    pub edits: Vec<Edit>,
}

impl Repaired {
    /// The text with the repairs in it.
    pub fn after(&self) -> String {
        // Every set of edits was tried out on this text.
        edited(&self.before, &self.edits).unwrap_or_else(|| self.before.to_string())
    }
}

/// What became of the repairs of a report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Repairs {
    /// The files that change, in the order of their paths.
    pub files: Vec<Repaired>,
    /// Findings whose repair is in there, by their place in [`Report::findings`].
    pub applied: Vec<usize>,
    /// Findings whose repair touches the same text as an earlier one: another run takes them.
    pub overlapping: usize,
    /// Findings whose repair would leave a file that cannot be read.
    pub refused: usize,
    /// Findings whose repair needs a person to look, when those were not asked for.
    pub withheld: usize,
}

/// Works out what a report's repairs make of its files; nothing is written.
///
/// A repair is taken whole or not at all. One that overlaps an earlier one is left for the
/// next run, and one after which a file has more errors than before is refused.
pub fn repairs(report: &Report, with_unsafe: bool, limits: &Limits) -> Repairs {
    collect(report, |_| true, with_unsafe, limits)
}

/// As [`repairs`], but only what changes one file and no other.
pub fn repairs_of(report: &Report, file: FileId, limits: &Limits) -> Repairs {
    collect(report, |fix| fix.edits.iter().all(|it| it.file == file), false, limits)
}

fn collect(
    report: &Report,
    wanted: impl Fn(&Fix) -> bool,
    with_unsafe: bool,
    limits: &Limits,
) -> Repairs {
    let mut repairs = Repairs::default();
    let mut texts: BTreeMap<FileId, Changed<'_>> = BTreeMap::new();
    let mut taken: BTreeMap<(FileId, Span), &Fix> = BTreeMap::new();
    for (at, finding) in report.findings.iter().enumerate() {
        let Some(fix) = finding.fix.as_ref().filter(|it| wanted(it)) else { continue };
        if fix.safety == Safety::Unsafe && !with_unsafe {
            repairs.withheld += 1;
            continue;
        }
        // The same repair may hang on several findings.
        let key = fix.edits.first().map(|it| (it.file, it.span));
        if key.and_then(|it| taken.get(&it)).is_some_and(|it| *it == fix) {
            repairs.applied.push(at);
            continue;
        }
        match take(report, &texts, fix, limits) {
            Taken::Whole(changed) => {
                texts.extend(changed);
                taken.extend(key.map(|it| (it, fix)));
                repairs.applied.push(at);
            }
            Taken::Overlaps => repairs.overlapping += 1,
            Taken::Breaks => repairs.refused += 1,
        }
    }
    repairs.files = texts.into_iter().map(|(file, it)| it.finish(file)).collect();
    repairs.files.sort_by(|a, b| a.path.cmp(&b.path));
    repairs
}

/// Writes repaired files below `root`, each atomically.
///
/// # Errors
/// When a file cannot be written, is no longer what was analysed, or lies outside the root.
/// Files before it are written then, files after it are not.
pub fn write_repairs(root: &Path, files: &[Repaired]) -> Result<(), WorkspaceError> {
    // Everything is checked before the first file changes.
    for file in files {
        let path = root.join(&*file.path);
        let target = path.canonicalize().unwrap_or_else(|_| path.clone());
        let unchanged = fs::read(&target).is_ok_and(|it| it == file.before.as_bytes());
        if !target.starts_with(root) || !unchanged {
            return Err(WorkspaceError::Changed { path });
        }
    }
    for file in files {
        write_atomically(&root.join(&*file.path), file.after().as_bytes())?;
    }
    Ok(())
}

enum Taken<'a> {
    Whole(Vec<(FileId, Changed<'a>)>),
    Overlaps,
    Breaks,
}

/// A text and the edits that have been taken into it, which do not overlap.
#[derive(Clone)]
struct Changed<'a> {
    source: &'a SourceText,
    edits: Vec<Edit>,
}

impl Changed<'_> {
    /// Takes in one more edit; false when it touches one that is there.
    fn add(&mut self, edit: &Edit) -> bool {
        let touches = |it: &Edit| {
            let (a, b) = (it.span, edit.span);
            // Two insertions at one point have no order.
            (a.start < b.end && b.start < a.end) || (a.start == b.start && a.end == b.end)
        };
        if self.edits.iter().any(touches) {
            return false;
        }
        self.edits.push(edit.clone());
        self.edits.sort_by_key(|it| (it.span.start, it.span.end));
        true
    }

    fn finish(self, file: FileId) -> Repaired {
        Repaired {
            file,
            path: Arc::clone(&self.source.path),
            before: Arc::clone(&self.source.text),
            edits: self.edits,
        }
    }
}

fn take<'a>(
    report: &'a Report,
    texts: &BTreeMap<FileId, Changed<'a>>,
    fix: &Fix,
    limits: &Limits,
) -> Taken<'a> {
    let mut changed: BTreeMap<FileId, Changed<'a>> = BTreeMap::new();
    for edit in &fix.edits {
        let Some(source) = report.sources.get(edit.file) else { return Taken::Breaks };
        let fresh = || texts.get(&edit.file).cloned().unwrap_or(Changed { source, edits: vec![] });
        if !changed.entry(edit.file).or_insert_with(fresh).add(edit) {
            return Taken::Overlaps;
        }
    }
    for it in changed.values() {
        let Some(after) = edited(&it.source.text, &it.edits) else { return Taken::Breaks };
        let path = &it.source.path;
        if errors(path, after.into(), limits) > errors(path, Arc::clone(&it.source.text), limits) {
            return Taken::Breaks;
        }
    }
    Taken::Whole(changed.into_iter().collect())
}

/// A text with edits, which are sorted and do not overlap; `None` when one lies outside of it
/// or inside a character.
pub fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize)?);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// How many errors a file has.
pub(crate) fn errors(path: &Arc<str>, text: Arc<str>, limits: &Limits) -> usize {
    let input = InputFile { path: Arc::clone(path), text };
    prepare(input, limits).tree.map_or(0, |it| it.problems().len())
}

#[cfg(test)]
mod tests {
    use model::Span;

    use super::*;

    #[test]
    fn edits_are_applied_in_order_and_inside_the_text() {
        let edit = |start, end, text: &str| Edit {
            file: FileId(0),
            span: Span::new(start, end),
            text: text.into(),
        };
        let text = "aé𝒳b";
        assert_eq!(edited(text, &[edit(0, 1, "x"), edit(3, 7, "")]).as_deref(), Some("xéb"));
        assert_eq!(edited(text, &[edit(8, 8, "!")]).as_deref(), Some("aé𝒳b!"));
        assert_eq!(edited(text, &[edit(2, 3, "x")]), None);
        assert_eq!(edited(text, &[edit(9, 9, "x")]), None);
        assert_eq!(edited(text, &[edit(3, 7, ""), edit(0, 1, "x")]), None);
    }
}
