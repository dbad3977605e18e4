//! Findings as the editor's diagnostics, and which files beside the open ones show theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

use engine::{Finding, Report};
use model::FileId;
use syntax::{LineIndex, Unit};
use workspace::ConfigError;

use crate::documents::to_uri;
use crate::position::range_of;
use crate::proto::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, NumberOrString, Position, Range, Uri,
};
use crate::settings::Levels;

/// The name under which editors show the findings.
pub(crate) const SOURCE: &str = "nhilint";

/// How findings are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) report: &'a Report,
    pub(crate) root: &'a Path,
    pub(crate) unit: Unit,
    pub(crate) levels: &'a Levels,
}

impl View<'_> {
    /// The findings of all files that have some.
    pub(crate) fn by_file(
        &self,
        wanted: impl Fn(FileId) -> bool,
    ) -> BTreeMap<FileId, Vec<Diagnostic>> {
        let mut files: BTreeMap<FileId, Vec<Diagnostic>> = BTreeMap::new();
        for finding in self.report.findings.iter().filter(|it| wanted(it.place.file)) {
            files.entry(finding.place.file).or_default().push(self.diagnostic(finding));
        }
        files
    }

    /// The findings of one file.
    pub(crate) fn of_file(&self, file: FileId) -> Vec<Diagnostic> {
        self.by_file(|it| it == file).remove(&file).unwrap_or_default()
    }

    fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let message = match &finding.help {
            Some(help) => format!("{}\nhelp: {help}", finding.message),
            None => finding.message.clone(),
        };
        let related = finding.related.iter().filter_map(|it| {
            let path = self.root.join(self.report.sources.path(it.place.file));
            let range = range_of(&self.report.sources, it.place, self.unit);
            let location = Location { uri: to_uri(&path)?, range };
            Some(DiagnosticRelatedInformation { location, message: it.message.clone() })
        });
        let related: Vec<_> = related.collect();
        Diagnostic {
            range: range_of(&self.report.sources, finding.place, self.unit),
            severity: Some(self.levels.of(finding.severity)),
            code: Some(NumberOrString::String(finding.rule.id.to_owned())),
            code_description: Uri::from_str(&finding.rule.url())
                .ok()
                .map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: (finding.rule.id == "unused-exception").then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: Some(serde_json::Value::String(finding.fingerprint.clone())),
        }
    }
}

/// What is wrong with a configuration that cannot be accepted.
pub(crate) fn of_configuration(error: &ConfigError, unit: Unit) -> Diagnostic {
    let lines = LineIndex::new(&error.text);
    let at = |offset| {
        let (line, character) = lines.line_column(offset, unit);
        Position { line, character }
    };
    let message = match &error.remedy {
        Some(remedy) => format!("{}\nhelp: {remedy}", error.message),
        None => error.message.clone(),
    };
    Diagnostic {
        range: Range { start: at(error.span.start), end: at(error.span.end) },
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(SOURCE.to_owned()),
        message,
        ..Diagnostic::default()
    }
}

/// The files that a change of one of `open` may be judged by: those of the same module, chart
/// or overlay.
pub(crate) fn neighbours<'a>(
    report: &Report,
    open: impl Iterator<Item = &'a str>,
) -> BTreeSet<FileId> {
    let units: BTreeSet<Neighbourhood> = open.map(|it| neighbourhood(report, it)).collect();
    let files = (0..).map(FileId).zip(report.sources.files());
    files.filter(|(_, it)| units.iter().any(|unit| unit.holds(&it.path))).map(|it| it.0).collect()
}

/// A folder, with or without what lies below.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Neighbourhood {
    folder: String,
    deep: bool,
}

impl Neighbourhood {
    fn holds(&self, path: &str) -> bool {
        let below = match self.folder.as_str() {
            "" => Some(path),
            folder => path.strip_prefix(folder).and_then(|it| it.strip_prefix('/')),
        };
        below.is_some_and(|it| self.deep || !it.contains('/'))
    }
}

/// A chart reaches down from its `Chart.yaml`, an overlay from its `kustomization.yaml`; a
/// module is a folder.
fn neighbourhood(report: &Report, path: &str) -> Neighbourhood {
    const TOPS: [&str; 3] = ["Chart.yaml", "kustomization.yaml", "kustomization.yml"];
    let parent = |it: &str| model::path::folder(it).to_owned();
    let mut folder = parent(path);
    loop {
        let inside = |name: &str| match folder.as_str() {
            "" => report.sources.find(name).is_some(),
            folder => report.sources.find(&format!("{folder}/{name}")).is_some(),
        };
        if TOPS.iter().any(|it| inside(it)) {
            return Neighbourhood { folder, deep: true };
        }
        if folder.is_empty() {
            return Neighbourhood { folder: parent(path), deep: false };
        }
        folder = parent(&folder);
    }
}
