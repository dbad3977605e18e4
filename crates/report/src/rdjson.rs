//! The diagnostic format of reviewdog.
//!
//! <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>. Columns count bytes of the
//! line's UTF-8, from one.

use std::io::{self, Write};

use engine::{Finding, Place, Safety, Severity};
use serde_json::{Value, json};

use crate::safe_json::write_pretty;
use crate::view::View;

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics: Vec<Value> =
        view.report.findings.iter().map(|it| diagnostic(view, it)).collect();
    let result = json!({
        "source": { "name": "nhilint", "url": "https://nhilint.dev" },
        "diagnostics": diagnostics,
    });
    write_pretty(out, &result)
}

fn diagnostic(view: &View<'_>, finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Critical | Severity::High => "ERROR",
        Severity::Medium | Severity::Low => "WARNING",
        Severity::Info => "INFO",
    };
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let related = finding
        .related
        .iter()
        .map(|it| json!({ "message": it.message, "location": location(view, it.place) }));
    json!({
        "message": message,
        "location": location(view, finding.place),
        "severity": severity,
        "code": { "value": finding.rule.id },
        "suggestions": suggestions(view, finding),
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

/// A suggestion can be accepted with one click, so only safe repairs of this file are one.
fn suggestions(view: &View<'_>, finding: &Finding) -> Vec<Value> {
    let Some(fix) = finding.fix.as_ref().filter(|it| it.safety == Safety::Safe) else {
        return Vec::new();
    };
    if fix.edits.iter().any(|it| it.file != finding.place.file) {
        return Vec::new();
    }
    let edits = fix
        .edits
        .iter()
        .map(|it| json!({ "range": range(view, Place::new(it.file, it.span)), "text": it.text }));
    edits.collect()
}

fn location(view: &View<'_>, place: Place) -> Value {
    // reviewdog wants paths of the repository, wherever the command was run.
    json!({ "path": view.report.sources.path(place.file), "range": range(view, place) })
}

fn range(view: &View<'_>, place: Place) -> Value {
    let (start, end) = view.report.sources.range(place);
    let text = view.report.sources.get(place.file).map_or("", |it| &it.text);
    let column = |offset: u32| {
        let before = text.get(..offset as usize).unwrap_or_default();
        before.len() - before.rfind('\n').map_or(0, |it| it + 1) + 1
    };
    json!({
        "start": { "line": start.line, "column": column(place.span.start) },
        "end": { "line": end.line, "column": column(place.span.end) },
    })
}
