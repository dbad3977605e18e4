//! SARIF 2.1.0, in the shape that GitHub's rules accept without a remark.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::{Confidence, Finding, Place, Rule, Severity, Suppressed};
use serde_json::{Map, Value, json};

use crate::rule_page;
use crate::safe_json::write_pretty;
use crate::taxonomy::Taxonomies;
use crate::view::View;

/// GitHub keeps this many related locations of a result.
const MOST_RELATED: usize = 100;

/// GitHub keeps this many tags of a rule.
const MOST_TAGS: usize = 10;

/// The name under which viewers know the folder that paths start from.
const ROOT: &str = "%SRCROOT%";

pub(crate) fn render(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let excused = report.suppressed.iter().map(|it| (&it.finding, Some(it)));
    let results: Vec<(&Finding, Option<&Suppressed>)> =
        report.findings.iter().map(|it| (it, None)).chain(excused).collect();
    let mut rules: BTreeMap<&str, &'static Rule> = BTreeMap::new();
    for (finding, _) in &results {
        rules.insert(finding.rule.id, finding.rule);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let results: Vec<Value> = results
        .into_iter()
        .map(|(finding, excuse)| result(view, finding, excuse, index.get(finding.rule.id)))
        .collect();
    let taxonomies = Taxonomies::of(rules.values().copied());
    let version = env!("CARGO_PKG_VERSION");
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "nhilint",
                "organization": "nhilint",
                "version": version,
                "semanticVersion": version,
                "informationUri": "https://nhilint.dev",
                "rules": rules.values().map(|it| rule(it, &taxonomies)).collect::<Vec<_>>(),
                "supportedTaxonomies": taxonomies.supported(),
            }},
            "taxonomies": taxonomies.components(),
            "automationDetails": { "id": "nhilint/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                ROOT: { "description": { "text": "the root of the workspace" } },
            },
            "invocations": [invocation(view)],
            "results": results,
        }],
    });
    write_pretty(out, &log)
}

fn rule(rule: &Rule, taxonomies: &Taxonomies) -> Value {
    let docs = rule.docs();
    let what = docs.section("What").unwrap_or(&docs.summary);
    json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": { "text": docs.summary },
        "fullDescription": { "text": one_line(what) },
        "helpUri": rule.url(),
        "help": {
            "text": one_line(docs.section("Fix").unwrap_or(what)),
            "markdown": rule_page::markdown(rule),
        },
        "relationships": taxonomies.relationships(rule),
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "precision": precision(rule.confidence),
            "security-severity": score(rule.severity),
            "problem.severity": level(rule.severity),
            "tags": tags(rule),
        },
    })
}

fn result(
    view: &View<'_>,
    finding: &Finding,
    excuse: Option<&Suppressed>,
    rule_index: Option<&usize>,
) -> Value {
    let report = view.report;
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": location(view, finding.place),
            "logicalLocations": [{ "fullyQualifiedName": &*finding.address.name }],
        }],
        "partialFingerprints": { "nhilint/v1": finding.fingerprint },
        "properties": {
            "severity": finding.severity.id(),
            "confidence": finding.confidence.id(),
            "security-severity": score(finding.severity),
        },
    });
    let Some(fields) = result.as_object_mut() else { return result };
    if !finding.related.is_empty() {
        let related = finding.related.iter().take(MOST_RELATED).enumerate().map(|(id, it)| {
            json!({
                "id": id,
                "physicalLocation": location(view, it.place),
                "message": { "text": it.message },
            })
        });
        fields.insert("relatedLocations".to_owned(), related.collect());
    }
    if let Some(fix) = &finding.fix {
        let mut changes: BTreeMap<model::FileId, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            changes.entry(edit.file).or_default().push(json!({
                "deletedRegion": region(view, Place::new(edit.file, edit.span)),
                "insertedContent": { "text": edit.text },
            }));
        }
        let changes = changes.into_iter().map(|(file, replacements)| {
            let artifact = artifact(report.sources.path(file));
            json!({ "artifactLocation": artifact, "replacements": replacements })
        });
        let fix = json!({
            "description": { "text": fix.title },
            "artifactChanges": changes.collect::<Vec<_>>(),
        });
        fields.insert("fixes".to_owned(), json!([fix]));
    }
    if let Some(excuse) = excuse {
        let mut suppression = Map::new();
        let kind = if excuse.in_source { "inSource" } else { "external" };
        suppression.insert("kind".to_owned(), kind.into());
        suppression.insert("status".to_owned(), "accepted".into());
        if let Some(reason) = &excuse.reason {
            suppression.insert("justification".to_owned(), reason.as_str().into());
        }
        fields.insert("suppressions".to_owned(), json!([suppression]));
    }
    result
}

fn invocation(view: &View<'_>) -> Value {
    let notes = view.report.skipped.iter().map(|it| {
        let mut note = json!({ "level": "warning", "message": { "text": it.reason } });
        if let Some(fields) = note.as_object_mut()
            && !it.path.is_empty()
        {
            let place = json!([{ "physicalLocation": { "artifactLocation": artifact(&it.path) } }]);
            fields.insert("locations".to_owned(), place);
        }
        note
    });
    json!({
        "executionSuccessful": view.report.internal_errors == 0,
        "toolExecutionNotifications": notes.collect::<Vec<_>>(),
    })
}

fn location(view: &View<'_>, place: Place) -> Value {
    json!({
        "artifactLocation": artifact(view.report.sources.path(place.file)),
        "region": region(view, place),
    })
}

fn region(view: &View<'_>, place: Place) -> Value {
    let (start, end) = view.report.sources.range(place);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": ROOT })
}

/// A path as a relative reference (RFC 3986): everything but unreserved characters and `/`
/// is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.extend(HEX.get(usize::from(digit)).map(|it| char::from(*it)));
                }
            }
        }
    }
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium | Severity::Low => "warning",
        Severity::Info => "note",
    }
}

/// GitHub reads it as a CVSS score: critical from 9, high from 7, medium from 4.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Info => "1.0",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}

fn tags(rule: &Rule) -> Vec<String> {
    let own = ["security".to_owned(), rule.family.id().to_owned()];
    let guidance = rule.references.iter().flat_map(|(framework, items)| {
        items.iter().map(move |it| format!("{}/{it}", framework.id()))
    });
    own.into_iter().chain(guidance).take(MOST_TAGS).collect()
}

fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|it| it.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("a b/é#?%:\n.tf"), "a%20b/%C3%A9%23%3F%25%3A%0A.tf");
    }

    #[test]
    fn rule_names_are_pascal_case() {
        assert_eq!(pascal_case("non-expiring-credential"), "NonExpiringCredential");
    }
}
