//! Logging commands of Azure Pipelines: issues in the summary of a run.
//!
//! <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>

use std::io::{self, Write};

use engine::Severity;

use crate::view::View;
use crate::visible;

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &view.report.findings {
        let level = match finding.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium | Severity::Low | Severity::Info => "warning",
        };
        let path = property(&view.path(finding));
        let (start, _) = view.report.sources.range(finding.place);
        write!(out, "##vso[task.logissue type={level};sourcepath={path};")?;
        write!(out, "linenumber={};columnnumber={};", start.line, start.column)?;
        write!(out, "code={}]{}", finding.rule.id, data(&finding.message))?;
        match &finding.help {
            Some(help) => writeln!(out, "; help: {}", data(help))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    let text = text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
    visible(&text).into_owned()
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_injected() {
        for (text, escaped) in [
            ("a]b;type=error", "a%5Db%3Btype=error"),
            ("50%0A\n", "50%AZP250A%0A"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
        ] {
            assert_eq!(property(text), escaped);
        }
        assert!(!data("##vso[task.setvariable]x").contains("##vso["));
    }
}
