//! The closing line, and counts per rule.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::{ChartStatistics, Finding, KustomizeStatistics, Severity};

use crate::style::{self, paint};
use crate::table::Table;
use crate::view::View;

/// Writes one line: findings by severity, files, and how many findings are excused.
pub fn summary(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let files = counted(report.statistics.files, "file");
    let total = report.findings.len();
    if total == 0 {
        write!(out, "{} in {files}", paint(view.color, style::GOOD, "no findings"))?;
    } else {
        let parts: Vec<String> = by_severity(&report.findings)
            .map(|(severity, count)| {
                let text = format!("{count} {severity}");
                paint(view.color, style::severity(severity), &text)
            })
            .collect();
        write!(out, "{} in {files}: {}", counted(total, "finding"), parts.join(", "))?;
    }
    match report.suppressed.len() {
        0 => writeln!(out),
        some => writeln!(out, "; {some} suppressed"),
    }
}

/// The same without colours, for a line of another text.
pub(crate) fn counts(view: &View<'_>) -> String {
    let mut text = Vec::new();
    let plain = View { color: false, ..*view };
    match summary(&plain, &mut text) {
        Ok(()) => String::from_utf8_lossy(&text).trim_end().to_owned(),
        // Writing to memory does not fail.
        Err(_) => String::new(),
    }
}

/// Writes a table of rules with the number of their findings, most first, in place of the
/// findings.
pub fn statistics(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for finding in &view.report.findings {
        let entry = counts.entry(finding.rule.id).or_insert((0, finding.severity));
        entry.0 += 1;
        entry.1 = entry.1.max(finding.severity);
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(id, (count, _))| (std::cmp::Reverse(*count), *id));
    let mut table = Table::new(&["findings", "worst", "rule"]);
    for (id, (count, worst)) in rows {
        table.row([count.to_string(), worst.id().to_owned(), id.to_owned()]);
    }
    if !table.is_empty() {
        table.write(out, view.color, view.width)?;
    }
    let kilobytes = view.report.statistics.bytes.div_ceil(1024);
    writeln!(out, "{} read ({kilobytes} KiB)", counted(view.report.statistics.files, "file"))?;
    charts(&view.report.statistics.charts, out)?;
    kustomizations(&view.report.statistics.kustomizations, out)
}

/// How far Helm's templates could be run.
fn charts(charts: &ChartStatistics, out: &mut dyn Write) -> io::Result<()> {
    if charts.charts == 0 {
        return Ok(());
    }
    let documents = charts.decided + charts.named + charts.partly;
    let share = |part: u32| (part * 100 + documents / 2) / documents.max(1);
    writeln!(
        out,
        "{}, {}: {}, {} % decided, {} % but for names, {} % in part; {} not run, {} without output",
        counted(charts.charts as usize, "chart"),
        counted(charts.templates as usize, "template"),
        counted(documents as usize, "document"),
        share(charts.decided),
        share(charts.named),
        share(charts.partly),
        charts.undecided,
        charts.empty,
    )
}

/// How far kustomizations could be built.
fn kustomizations(built: &KustomizeStatistics, out: &mut dyn Write) -> io::Result<()> {
    let all = built.resolved + built.partly + built.unresolved;
    if all == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "{}: {} resolved, {} in part, {} not",
        counted(all as usize, "kustomization"),
        built.resolved,
        built.partly,
        built.unresolved,
    )
}

/// Severities that occur, worst first, with their number.
pub(crate) fn by_severity(findings: &[Finding]) -> impl Iterator<Item = (Severity, usize)> {
    Severity::ALL.into_iter().rev().filter_map(move |severity| {
        let count = findings.iter().filter(|it| it.severity == severity).count();
        (count > 0).then_some((severity, count))
    })
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
