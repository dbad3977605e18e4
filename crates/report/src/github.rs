//! Workflow commands of GitHub Actions: annotations on the lines of a pull request.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>. GitHub
//! shows ten annotations of a level and drops the rest in the order of the output, so those on
//! lines of the change come first, and of these the worst.

use std::io::{self, Write};

use engine::{Finding, Severity};

use crate::view::View;
use crate::visible;

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = view.report.findings.iter().collect();
    let rank = |it: &&Finding| (view.report.is_changed(it.place), it.severity);
    findings.sort_by_key(|it| std::cmp::Reverse(rank(it)));
    for finding in findings {
        write_annotation(view, finding, out)?;
    }
    Ok(())
}

fn write_annotation(view: &View<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let level = match finding.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Low => "warning",
        Severity::Info => "notice",
    };
    // GitHub wants paths of the repository, wherever the command was run.
    let path = property(view.report.sources.path(finding.place.file));
    let (start, end) = view.report.sources.range(finding.place);
    write!(out, "::{level} file={path},line={},endLine={}", start.line, end.line)?;
    // Columns are only taken when both are on one line.
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    let title = property(&format!("{} ({})", finding.rule.id, finding.severity));
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("; help: ");
        text.push_str(help);
    }
    writeln!(out, ",title={title}::{}", data(&text))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    // What the runner would read as an end is escaped; what a log reader's terminal would
    // act on is made visible.
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    visible(&text).into_owned()
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_injected() {
        for (text, escaped) in [
            ("a\n::error::b", "a%0A%3A%3Aerror%3A%3Ab"),
            ("50%0A", "50%250A"),
            ("x,col=1\r", "x%2Ccol=1%0D"),
            ("\u{1b}]0;t\u{7}", "\\u{1b}]0;t\\u{7}"),
        ] {
            assert_eq!(property(text), escaped);
        }
    }
}
