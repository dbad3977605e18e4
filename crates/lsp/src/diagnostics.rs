//! Findings as the editor's diagnostics.

use std::path::Path;
use std::str::FromStr;

use engine::{Finding, Report, Severity};
use model::FileId;
use syntax::Unit;

use crate::documents::to_uri;
use crate::position::range_of;
use crate::proto::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, NumberOrString, Uri,
};

/// The name under which editors show the findings.
pub(crate) const SOURCE: &str = "nhilint";

/// The findings of one file.
pub(crate) fn of_file(report: &Report, file: FileId, root: &Path, unit: Unit) -> Vec<Diagnostic> {
    let findings = report.findings.iter().filter(|it| it.place.file == file);
    findings.map(|it| diagnostic(report, it, root, unit)).collect()
}

fn diagnostic(report: &Report, finding: &Finding, root: &Path, unit: Unit) -> Diagnostic {
    let message = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    let related = finding.related.iter().filter_map(|it| {
        let path = root.join(report.sources.path(it.place.file));
        let range = range_of(&report.sources, it.place, unit);
        let location = Location { uri: to_uri(&path)?, range };
        Some(DiagnosticRelatedInformation { location, message: it.message.clone() })
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        range: range_of(&report.sources, finding.place, unit),
        severity: Some(severity(finding.severity)),
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

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low => DiagnosticSeverity::INFORMATION,
        Severity::Info => DiagnosticSeverity::HINT,
    }
}
