//! GitLab's code quality report.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use engine::{Finding, Severity};
use serde_json::{Value, json};

use crate::safe_json::write_pretty;
use crate::view::View;

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Value> = view.report.findings.iter().map(|it| issue(view, it)).collect();
    write_pretty(out, &issues)
}

fn issue(view: &View<'_>, finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    };
    let (start, end) = view.report.sources.range(finding.place);
    json!({
        "type": "issue",
        "check_name": finding.rule.id,
        "description": finding.message,
        "content": { "body": finding.help },
        "categories": ["Security"],
        "severity": severity,
        "fingerprint": finding.fingerprint,
        "location": {
            // GitLab wants paths of the repository, wherever the command was run.
            "path": view.report.sources.path(finding.place.file),
            "lines": { "begin": start.line, "end": end.line },
        },
    })
}
