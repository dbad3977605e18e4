//! What the pointer shows: on a finding its rule, on an identity its card.

use engine::{Graph, Report, Rule};
use model::FileId;

use crate::card;
use crate::proto::{Hover, HoverContents, MarkupContent, MarkupKind, Range};

/// The text for an offset of a file; `None` where there is nothing to say.
pub(crate) fn at(report: &Report, file: FileId, offset: u32) -> Option<String> {
    let here = |place: model::Place| place.file == file && place.span.touches(offset);
    let mut parts: Vec<String> = Vec::new();
    for finding in report.findings.iter().filter(|it| here(it.place)) {
        let part = rule_card(finding.rule);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let graph = Graph::new(&report.facts);
    for identity in report.facts.identities.iter().filter(|it| here(it.place)) {
        let part = card::card(identity, &graph);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    (!parts.is_empty()).then(|| parts.join("\n\n---\n\n"))
}

/// Wraps Markdown for the editor.
pub(crate) fn markdown(value: String, range: Option<Range>) -> Hover {
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Hover { contents, range }
}

fn rule_card(rule: &Rule) -> String {
    let docs = rule.docs();
    let mut card = format!("**{}** · {}\n\n{}", rule.id, rule.severity, docs.summary);
    for heading in ["Why", "Fix"] {
        if let Some(text) = docs.section(heading) {
            card.push_str(&format!("\n\n**{heading}.** {text}"));
        }
    }
    card.push_str(&format!("\n\n[Documentation]({})", rule.url()));
    card
}
