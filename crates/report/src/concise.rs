//! One line a finding: `path:line:column: severity rule message`.

use std::io::{self, Write};

use crate::style::{self, paint};
use crate::view::View;
use crate::{summary, visible};

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &view.report.findings {
        let (start, _) = view.report.sources.range(finding.place);
        let path = view.path(finding);
        writeln!(
            out,
            "{}:{}:{}: {} {} {}",
            paint(view.color, style::BOLD, &visible(&path)),
            start.line,
            start.column,
            paint(view.color, style::severity(finding.severity), finding.severity.id()),
            finding.rule.id,
            visible(&finding.message),
        )?;
    }
    if !view.quiet {
        summary(view, out)?;
    }
    Ok(())
}
