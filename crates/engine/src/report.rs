//! The result of an analysis, as renderers, the editor and tests receive it.

use std::sync::{Arc, OnceLock};

use model::{Facts, FileId, Place};
use syntax::{LineIndex, Position, ProblemKind};

use crate::finding::{Finding, Suppressed};

/// An input file: its path and text.
#[derive(Debug)]
pub struct SourceText {
    /// Relative to the workspace root, with `/`.
    pub path: Arc<str>,
    /// The text.
    pub text: Arc<str>,
    lines: OnceLock<LineIndex>,
}

impl SourceText {
    /// A file.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// Its lines; indexed when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// All inputs of an analysis, sorted by path; a [`FileId`] is an index.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceText>,
}

impl Sources {
    /// Inputs that are already sorted by path.
    pub fn new(files: Vec<SourceText>) -> Self {
        Self { files }
    }

    /// All files in order.
    pub fn files(&self) -> &[SourceText] {
        &self.files
    }

    /// A file.
    pub fn get(&self, file: FileId) -> Option<&SourceText> {
        self.files.get(file.0 as usize)
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |it| &it.path)
    }

    /// Start and end of a place as a person counts.
    pub fn range(&self, place: Place) -> (Position, Position) {
        match self.get(place.file) {
            Some(it) => {
                (it.lines().position(place.span.start), it.lines().position(place.span.end))
            }
            None => (Position { line: 1, column: 1 }, Position { line: 1, column: 1 }),
        }
    }

    /// The id of a path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.files.binary_search_by(|it| (*it.path).cmp(path)).ok()?;
        u32::try_from(at).ok().map(FileId)
    }
}

/// A region of an input that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub kind: ProblemKind,
    /// Where.
    pub place: Place,
    /// In one line.
    pub message: String,
}

/// Something that was left out, for the person who asked for the run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path.
    pub path: String,
    /// Why, in one line.
    pub reason: String,
}

/// Counts for `--statistics`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Files that were read.
    pub files: usize,
    /// Their bytes.
    pub bytes: usize,
    /// How far the templates of Helm charts could be run.
    pub charts: ChartStatistics,
    /// How far kustomizations could be built.
    pub kustomizations: KustomizeStatistics,
}

/// How far kustomizations could be built, bases and components too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KustomizeStatistics {
    /// Everything in them and below them is known.
    pub resolved: u32,
    /// Something is not: a remote base, a plugin, a file that is not here.
    pub partly: u32,
    /// Nothing came of them.
    pub unresolved: u32,
}

/// How far the templates of Helm charts could be run with the charts' own values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChartStatistics {
    /// Charts, sub-charts too.
    pub charts: u32,
    /// Templates of manifests.
    pub templates: u32,
    /// Templates that print nothing.
    pub empty: u32,
    /// Templates that could not be run.
    pub undecided: u32,
    /// Printed documents of which everything is known.
    pub decided: u32,
    /// Documents of which all is known but parts of texts, such as the release's name.
    pub named: u32,
    /// Documents with conditions or blocks that are unknown.
    pub partly: u32,
}

/// The result of an analysis.
#[derive(Debug, Default)]
pub struct Report {
    /// The inputs.
    pub sources: Sources,
    /// What is wrong, sorted by path, place and rule.
    pub findings: Vec<Finding>,
    /// What somebody has excused, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// All facts.
    pub facts: Facts,
    /// Regions that could not be read.
    pub problems: Vec<Problem>,
    /// Files that were left out.
    pub skipped: Vec<Skipped>,
    /// Counts.
    pub statistics: Statistics,
    /// What a change added or replaced in files with findings, when a change was looked at.
    /// Sorted.
    pub changed: Vec<Place>,
    /// Parts that were not finished because of a bug in nhilint; `skipped` names them.
    pub internal_errors: usize,
}

impl Report {
    /// True when a change touched a place.
    pub fn is_changed(&self, place: Place) -> bool {
        let touches = |it: &Place| {
            let (changed, span) = (it.span, place.span);
            it.file == place.file && changed.start < span.end && span.start < changed.end
        };
        self.changed.iter().any(touches)
    }
}
