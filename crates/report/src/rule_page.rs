//! The documentation of a rule: as Markdown, on a terminal, and as a list.

use std::io::{self, Write};

use engine::{Docs, Example, Rule};
use serde_json::json;

use crate::safe_json::write_pretty;
use crate::style::{self, paint};
use crate::table::Table;

/// Sections in the order of a page; examples and references follow.
const SECTIONS: [&str; 4] = ["What", "Why", "Fix", "Options"];

/// The page of a rule as Markdown, without its examples: they hold made-up credentials, which
/// scanners of reports would take for real ones.
pub(crate) fn markdown(rule: &Rule) -> String {
    let docs = rule.docs();
    let mut page = format!("# {}\n\n{}\n\n", rule.id, docs.summary);
    page.push_str(&format!(
        "Severity **{}** · confidence **{}** · family **{}** · profile **{}**\n",
        rule.severity,
        rule.confidence.id(),
        rule.family.id(),
        profile(rule),
    ));
    for (heading, body) in sections(&docs) {
        page.push_str(&format!("\n## {heading}\n\n{body}\n"));
    }
    page.push_str("\n## References\n\n");
    for (framework, items) in rule.references {
        page.push_str(&format!("- {}: {}\n", framework.title(), items.join(", ")));
    }
    if let Some(more) = docs.section("References") {
        page.push_str(more);
        page.push('\n');
    }
    page
}

/// Writes the page of a rule for a terminal.
pub fn rule_page(rule: &Rule, color: bool, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let docs = rule.docs();
    writeln!(out, "{}", paint(color, style::BOLD, rule.id))?;
    paragraph(&docs.summary, "", width, out)?;
    writeln!(out)?;
    let severity = paint(color, style::severity(rule.severity), rule.severity.id());
    writeln!(
        out,
        "severity {severity} · confidence {} · family {} · profile {} · since {}",
        rule.confidence.id(),
        rule.family.id(),
        profile(rule),
        rule.since,
    )?;
    for (heading, body) in sections(&docs) {
        writeln!(out, "\n{}", paint(color, style::HEADING, heading))?;
        prose(body, width, out)?;
    }
    for bad in [true, false] {
        let title = if bad { "Reported" } else { "Silent" };
        for example in docs.examples.iter().filter(|it| it.bad == bad) {
            writeln!(out, "\n{}", paint(color, style::HEADING, title))?;
            write_example(example, color, out)?;
        }
    }
    writeln!(out, "\n{}", paint(color, style::HEADING, "References"))?;
    for (framework, items) in rule.references {
        writeln!(out, "  - {}: {}", framework.title(), items.join(", "))?;
    }
    if let Some(more) = docs.section("References") {
        prose(more, width, out)?;
    }
    writeln!(out, "  - {}", rule.url())
}

/// Writes one line a rule.
pub fn rule_list(
    rules: &[&Rule],
    color: bool,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = Table::new(&["rule", "severity", "family", "profile", "summary"]);
    for rule in rules {
        table.row([
            rule.id.to_owned(),
            rule.severity.id().to_owned(),
            rule.family.id().to_owned(),
            profile(rule).to_owned(),
            rule.summary().to_owned(),
        ]);
    }
    table.write(out, color, width)
}

/// Writes the rules as JSON.
pub fn rule_list_json(rules: &[&Rule], out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| {
            let references: serde_json::Map<_, _> = rule
                .references
                .iter()
                .map(|(it, items)| (it.id().to_owned(), json!(items)))
                .collect();
            json!({
                "id": rule.id,
                "family": rule.family.id(),
                "severity": rule.severity.id(),
                "confidence": rule.confidence.id(),
                "profile": profile(rule),
                "since": rule.since,
                "summary": rule.summary(),
                "references": references,
                "url": rule.url(),
            })
        })
        .collect();
    write_pretty(out, &json!({ "version": 1, "rules": rules }))
}

fn profile(rule: &Rule) -> &'static str {
    match rule.profile {
        engine::Profile::Default => "default",
        engine::Profile::Strict => "strict",
    }
}

fn sections(docs: &Docs) -> impl Iterator<Item = (&str, &str)> {
    SECTIONS.iter().filter_map(|it| docs.section(it).map(|body| (*it, body)))
}

fn write_example(example: &Example, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for file in &example.files {
        writeln!(out, "  {}", paint(color, style::DIM, &file.path))?;
        for (number, line) in (1..).zip(file.text.lines()) {
            let marker = file.markers.iter().find(|(at, _)| *at == number);
            write!(out, "    {}", line.trim_end())?;
            if let Some((_, words)) = marker {
                let note = if words.is_empty() { "reported" } else { words };
                write!(
                    out,
                    "  {}",
                    paint(color, style::severity(engine::Severity::High), &format!("← {note}"))
                )?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

/// Writes Markdown prose, wrapped; lists, tables and fenced code keep their lines.
fn prose(text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut open = String::new();
    let mut fenced = false;
    for line in text.lines().chain([""]) {
        let fence = line.trim_start().starts_with("```");
        let own_line = fenced || fence || line.trim_start().starts_with(['-', '*', '|', '>']);
        if own_line || line.trim().is_empty() {
            paragraph(&open, "  ", width, out)?;
            open.clear();
        }
        if fence {
            fenced = !fenced;
        } else if own_line {
            writeln!(out, "  {line}")?;
        } else if !line.trim().is_empty() {
            open.push_str(line.trim());
            open.push(' ');
        }
    }
    Ok(())
}

fn paragraph(text: &str, indent: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width.clamp(40, 100) {
            writeln!(out)?;
            used = 0;
        }
        if used == 0 {
            write!(out, "{indent}{word}")?;
            used = indent.len() + length;
        } else {
            write!(out, " {word}")?;
            used += 1 + length;
        }
    }
    if used > 0 { writeln!(out) } else { Ok(()) }
}
