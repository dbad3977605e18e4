//! JUnit XML, which every CI system shows as test results: a suite for each file, a failed
//! case for each finding.

use std::io::{self, Write};

use engine::Finding;

use crate::view::View;
use crate::visible;

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = &view.report.findings;
    let total = findings.len();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="nhilint" tests="{}" failures="{total}">"#, total.max(1))?;
    if findings.is_empty() {
        // Some readers take a report without cases for a run that has failed.
        writeln!(out, r#"  <testsuite name="nhilint" tests="1" failures="0">"#)?;
        writeln!(out, r#"    <testcase classname="nhilint" name="no findings"/>"#)?;
        writeln!(out, "  </testsuite>")?;
    }
    for suite in findings.chunk_by(|a, b| a.place.file == b.place.file) {
        let count = suite.len();
        let path = suite.first().map(|it| escaped(&view.path(it))).unwrap_or_default();
        writeln!(out, r#"  <testsuite name="{path}" tests="{count}" failures="{count}">"#)?;
        for finding in suite {
            case(view, finding, &path, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(view: &View<'_>, finding: &Finding, path: &str, out: &mut dyn Write) -> io::Result<()> {
    let (start, _) = view.report.sources.range(finding.place);
    let rule = finding.rule.id;
    let severity = finding.severity;
    writeln!(
        out,
        r#"    <testcase classname="{rule}" name="{path}:{}:{}" file="{path}" line="{}">"#,
        start.line, start.column, start.line
    )?;
    let message = escaped(&finding.message);
    writeln!(out, r#"      <failure type="{severity}" message="{message}">"#)?;
    writeln!(out, "{path}:{}:{}: {severity} {rule} {message}", start.line, start.column)?;
    if let Some(help) = &finding.help {
        writeln!(out, "help: {}", escaped(help))?;
    }
    writeln!(out, "</failure>\n    </testcase>")
}

/// The text for an element or a quoted attribute. XML 1.0 has no way to write most control
/// characters; they are made visible before.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
