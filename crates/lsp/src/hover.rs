//! What the pointer shows: on a finding its rule, on an identity its card.

use engine::{Graph, Report, Rule};
use model::{FileId, Identity, Lifetime};

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
        parts.push(identity_card(identity, &graph));
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

fn identity_card(identity: &Identity, graph: &Graph<'_>) -> String {
    let owner = match identity.ownership.owner.value() {
        Some(owner) => format!("{} ({})", escape(&owner.name), owner.source.describe()),
        None if identity.ownership.owner.is_unknown() => "not known".to_owned(),
        None => "nobody".to_owned(),
    };
    let mut card = format!(
        "**{}** `{}`\n\n- owner: {owner}",
        identity.kind.describe(),
        identity.address.to_string().replace('`', "'")
    );
    for credential in graph.credentials_of(identity) {
        let lifetime = match credential.expiry.lifetime {
            Lifetime::Never => "never expires".to_owned(),
            Lifetime::Seconds(it) => format!("lives {} days", it / 86_400),
            Lifetime::Until(date) => format!("ends on {date}"),
            Lifetime::Unknown => "lifetime not known".to_owned(),
        };
        card.push_str(&format!("\n- {}: {lifetime}", credential.kind.describe()));
    }
    let (grants, users) = (graph.grants_of(identity).len(), graph.uses_of(identity).len());
    card.push_str(&format!("\n- grants: {grants}\n- used by: {users}"));
    card
}

/// Text from files must not become Markdown.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for it in text.chars() {
        if it.is_ascii_punctuation() {
            safe.push('\\');
        }
        safe.push(if it.is_control() { ' ' } else { it });
    }
    safe
}
