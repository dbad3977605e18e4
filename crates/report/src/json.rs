//! JSON: the shape that people script against.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::{Finding, Fix, Place, Report, Severity};
use serde::Serialize;

use crate::safe_json::write_line;
use crate::subject::Subjects;
use crate::view::View;

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    family: &'a str,
    severity: &'a str,
    confidence: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    path: String,
    range: JsonRange,
    identity: Option<JsonIdentity<'a>>,
    related: Vec<JsonRelated<'a>>,
    fingerprint: &'a str,
    references: BTreeMap<&'a str, &'a [&'a str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
}

/// Start and end; the end is exclusive.
#[derive(Serialize)]
pub(crate) struct JsonRange {
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct JsonIdentity<'a> {
    address: &'a str,
    kind: &'a str,
    owner: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    path: String,
    range: JsonRange,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    safety: &'a str,
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    path: String,
    range: JsonRange,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonSummary<'a> {
    findings: usize,
    severities: BTreeMap<Severity, usize>,
    suppressed: usize,
    files: usize,
    skipped: Vec<JsonSkipped<'a>>,
}

#[derive(Serialize)]
struct JsonSkipped<'a> {
    path: String,
    reason: &'a str,
}

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"version\":1,\"findings\":[")?;
    let subjects = Subjects::new(&view.report.facts);
    for (index, finding) in view.report.findings.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        write_line(out, &convert(view, &subjects, finding))?;
    }
    out.write_all(b"\n],\"summary\":")?;
    write_line(out, &summary(view))?;
    out.write_all(b"}\n")
}

pub(crate) fn render_lines(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let subjects = Subjects::new(&view.report.facts);
    for finding in &view.report.findings {
        write_line(out, &convert(view, &subjects, finding))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The range of a place.
pub(crate) fn range(report: &Report, place: Place) -> JsonRange {
    let (start, end) = report.sources.range(place);
    JsonRange {
        start: JsonPosition { line: start.line, column: start.column },
        end: JsonPosition { line: end.line, column: end.column },
    }
}

fn convert<'a>(view: &View<'a>, subjects: &Subjects<'a>, finding: &'a Finding) -> JsonFinding<'a> {
    let report = view.report;
    let path = |place: Place| view.paths.shown(report.sources.path(place.file));
    let related = finding.related.iter().map(|it| JsonRelated {
        path: path(it.place),
        range: range(report, it.place),
        message: &it.message,
    });
    JsonFinding {
        rule: finding.rule.id,
        family: finding.rule.family.id(),
        severity: finding.severity.id(),
        confidence: finding.confidence.id(),
        message: &finding.message,
        help: finding.help.as_deref(),
        path: path(finding.place),
        range: range(report, finding.place),
        identity: subjects.find(&finding.address).map(|it| JsonIdentity {
            address: &it.address.name,
            kind: it.kind.id(),
            owner: it.ownership.name(),
        }),
        related: related.collect(),
        fingerprint: &finding.fingerprint,
        references: finding.rule.references.iter().map(|(it, items)| (it.id(), *items)).collect(),
        fix: finding.fix.as_ref().map(|it| convert_fix(view, it)),
    }
}

fn convert_fix<'a>(view: &View<'_>, fix: &'a Fix) -> JsonFix<'a> {
    let edits = fix.edits.iter().map(|it| JsonEdit {
        path: view.paths.shown(view.report.sources.path(it.file)),
        range: range(view.report, Place::new(it.file, it.span)),
        text: &it.text,
    });
    JsonFix { safety: fix.safety.id(), title: &fix.title, edits: edits.collect() }
}

fn summary<'a>(view: &View<'a>) -> JsonSummary<'a> {
    let report = view.report;
    let count = |severity| report.findings.iter().filter(|it| it.severity == severity).count();
    let skipped = report
        .skipped
        .iter()
        .map(|it| JsonSkipped { path: view.paths.shown(&it.path), reason: &it.reason });
    JsonSummary {
        findings: report.findings.len(),
        severities: Severity::ALL.into_iter().map(|it| (it, count(it))).collect(),
        suppressed: report.suppressed.len(),
        files: report.statistics.files,
        skipped: skipped.collect(),
    }
}
