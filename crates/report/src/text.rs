//! For people: each finding with the source lines it is about.
//!
//! The only module that knows `miette`. Drawing costs a hundred times more than a line of the
//! other formats and nobody reads thousands of excerpts, so the number is capped.

use std::fmt;
use std::io::{self, Write};

use engine::{Finding, Severity};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::excerpt::{Excerpt, Mark};
use crate::redact::Redactions;
use crate::style::{self, paint};
use crate::summary::counted;
use crate::view::View;
use crate::{summary, visible};

/// Findings that are drawn; of more, the worst.
const MOST: usize = 200;

/// Related places that are drawn.
const MOST_RELATED: usize = 6;

/// Lines are wrapped at least here: drawing needs some room.
const NARROWEST: usize = 60;

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let redactions = Redactions::new(view.report);
    let theme =
        if view.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(view.width.max(NARROWEST))
        .with_links(view.links)
        .without_syntax_highlighting();
    let mut drawn = String::new();
    for finding in worst(&view.report.findings) {
        drawn.clear();
        let drawing = Drawing::new(view, &redactions, finding);
        handler
            .render_report(&mut drawn, &drawing)
            .map_err(|_| io::Error::other("a finding could not be drawn"))?;
        out.write_all(drawn.as_bytes())?;
        if finding.related.len() > MOST_RELATED {
            let more = counted(finding.related.len() - MOST_RELATED, "more place");
            writeln!(out, "  {}", paint(view.color, style::DIM, &format!("… and {more}")))?;
        }
        writeln!(out)?;
    }
    let left = view.report.findings.len().saturating_sub(MOST);
    if left > 0 {
        let left = counted(left, "more finding");
        writeln!(out, "… and {left}; `--format concise` shows all of them")?;
    }
    if !view.quiet {
        summary(view, out)?;
    }
    Ok(())
}

/// The findings to draw, in their order.
fn worst(findings: &[Finding]) -> Vec<&Finding> {
    let mut chosen: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    chosen.sort_by_key(|(index, it)| (std::cmp::Reverse(it.severity), *index));
    chosen.truncate(MOST);
    chosen.sort_by_key(|(index, _)| *index);
    chosen.into_iter().map(|(_, it)| it).collect()
}

/// A finding as `miette` wants it.
#[derive(Debug)]
struct Drawing<'a> {
    finding: &'a Finding,
    links: bool,
    message: String,
    help: Option<String>,
    excerpt: Excerpt,
    labels: Vec<Option<String>>,
}

impl<'a> Drawing<'a> {
    fn new(view: &View<'_>, redactions: &Redactions<'_>, finding: &'a Finding) -> Self {
        let mut marks = vec![Mark { place: finding.place, label: None }];
        let related = finding.related.iter().take(MOST_RELATED);
        marks.extend(related.map(|it| Mark { place: it.place, label: Some(&it.message) }));
        let labels = marks.iter().map(|it| it.label.map(|it| visible(it).into_owned())).collect();
        Self {
            finding,
            links: view.links,
            message: visible(&finding.message).into_owned(),
            help: finding.help.as_deref().map(|it| visible(it).into_owned()),
            excerpt: Excerpt::new(view.report, redactions, view.paths, &marks),
            labels,
        }
    }
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(format!("{}[{}]", self.finding.severity, self.finding.rule.id)))
    }

    fn url<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.links.then(|| Box::new(self.finding.rule.url()) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Critical | Severity::High => miette::Severity::Error,
            Severity::Medium | Severity::Low => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|it| Box::new(it) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.excerpt.spans.iter().zip(&self.labels).enumerate();
        Some(Box::new(labels.map(|(index, (span, label))| {
            let (label, span) = (label.clone(), *span);
            if index == 0 {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            }
        })))
    }
}
