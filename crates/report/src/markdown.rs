//! Markdown for a comment on a pull request, or for the summary of a CI run.

use std::io::{self, Write};

use engine::Finding;

use crate::summary::counts;
use crate::view::View;
use crate::visible;

/// Findings that are listed: comments and summaries have limits, and so have readers.
const LISTED: usize = 100;

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### nhilint: {}\n", counts(view))?;
    let mut findings: Vec<&Finding> = view.report.findings.iter().collect();
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort_by_key(|it| std::cmp::Reverse(it.severity));
    writeln!(out, "| severity | place | what | what to do |\n|---|---|---|---|")?;
    for finding in findings.iter().take(LISTED) {
        let (start, _) = view.report.sources.range(finding.place);
        let place = format!("{}:{}", view.path(finding), start.line);
        writeln!(
            out,
            "| {} | {} | {}<br>{} | {} |",
            finding.severity,
            code(&place),
            words(&finding.message),
            code(finding.rule.id),
            finding.help.as_deref().map(words).unwrap_or_default(),
        )?;
    }
    if findings.len() > LISTED {
        writeln!(out, "\n{} more are not listed here.", findings.len() - LISTED)?;
    }
    Ok(())
}

/// A message, in which names stand in backquotes. Names come from files that nobody vouches
/// for: they are shown as code, and nothing in them is Markdown or HTML.
fn words(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let shown = |(at, part): (usize, &&str)| if at % 2 == 1 { code(part) } else { plain(part) };
    parts.iter().enumerate().map(shown).collect()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' => {
                out.push('\\');
                out.push(c);
            }
            // Nobody is to be called.
            '@' => out.push_str("@<!-- -->"),
            // No link of its own.
            ':' => out.push_str(":<!-- -->"),
            c => out.push(c),
        }
    }
    out
}

/// Text without HTML, on one line of a table.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' => out.push_str("&#124;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        for (text, shown) in [
            ("`a|b` is *", "<code>a&#124;b</code> is \\*"),
            ("`<img src=x>` and <b>", "<code>&lt;img src=x&gt;</code> and &lt;b&gt;"),
            ("one ` alone [x](y)", "one \\` alone \\[x\\](y)"),
            ("ask @everyone", "ask @<!-- -->everyone"),
            ("a\nb", "a\\\\nb"),
        ] {
            assert_eq!(words(text), shown);
        }
    }
}
