//! Runs the examples in every rule's documentation: each marked line of a bad example is
//! reported by its rule, no other line is, and good examples stay silent.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use engine::{Check, Example, Finding, Report, Rule};
use nhilint_rules as rules;
use workspace::{Config, InputFile};

/// The day on which the examples are judged; they may hold dates before and after it.
const TODAY: &str = "2026-11-22";

fn analyze(rule: &Rule, example: &Example) -> Report {
    let inputs = example
        .files
        .iter()
        .map(|it| InputFile { path: it.path.as_str().into(), text: it.text.as_str().into() })
        .collect();
    let mut config = Config::default();
    config.settings.today = Some(TODAY.parse().unwrap());
    // What became of an exception shows only when the rules that it names run too.
    match rule.check {
        Check::Exception(_) => config.settings.extend = vec![rule.id.to_owned()],
        _ => config.settings.select = vec![rule.id.to_owned()],
    }
    let mut report = workspace::analyze(inputs, &config);
    report.findings.retain(|it| it.rule.id == rule.id);
    report
}

/// What is wrong with an example, or nothing.
fn complaints(rule: &Rule, example: &Example) -> Vec<String> {
    let report = analyze(rule, example);
    let at = |it: &Finding| {
        let file = report.sources.path(it.place.file).to_owned();
        (file, report.sources.range(it.place).0.line)
    };
    let mut complaints = Vec::new();
    let mut expected = Vec::new();
    for file in &example.files {
        for (line, words) in &file.markers {
            let place = (file.path.clone(), *line);
            let found = report.findings.iter().find(|it| at(it) == place);
            match found {
                None => complaints.push(format!("{}:{line}: marked, but not found", file.path)),
                Some(it) if !it.message.contains(words.as_str()) => complaints
                    .push(format!("{}:{line}: `{}` lacks `{words}`", file.path, it.message)),
                Some(_) => {}
            }
            expected.push(place);
        }
    }
    for finding in &report.findings {
        let place = at(finding);
        if !expected.contains(&place) {
            complaints.push(format!("{}:{}: not marked: {}", place.0, place.1, finding.message));
        }
        if finding.message.chars().count() > 140 {
            complaints.push(format!("the message is too long: {}", finding.message));
        }
    }
    for file in &example.files {
        let broken = report.problems.iter().filter(|it| {
            rule.id != "unreadable-input" && report.sources.path(it.place.file) == file.path
        });
        for problem in broken {
            complaints.push(format!("{} does not parse: {}", file.path, problem.message));
        }
    }
    complaints
}

#[test]
fn every_example_says_what_its_rule_does() {
    let mut complaints_of_all = String::new();
    for rule in rules::ALL {
        let docs = rule.docs();
        for kind in [true, false] {
            if !docs.examples.iter().any(|it| it.bad == kind) {
                let word = if kind { "bad" } else { "good" };
                writeln!(complaints_of_all, "{}: no {word} example", rule.id).unwrap();
            }
        }
        for example in &docs.examples {
            if example.bad && example.files.iter().all(|it| it.markers.is_empty()) {
                writeln!(complaints_of_all, "{}: a bad example marks nothing", rule.id).unwrap();
            }
            for complaint in complaints(rule, example) {
                writeln!(complaints_of_all, "{} (line {}): {complaint}", rule.id, example.line)
                    .unwrap();
            }
        }
    }
    assert!(complaints_of_all.is_empty(), "\n{complaints_of_all}");
}

#[test]
fn every_repair_mends_what_it_was_offered_for() {
    let mut tried = 0;
    for rule in rules::ALL {
        for example in rule.docs().examples.iter().filter(|it| it.bad) {
            let report = analyze(rule, example);
            let made = workspace::repairs(&report, true, &Config::default().limits);
            assert_eq!(made.refused, 0, "{} (line {})", rule.id, example.line);
            if made.applied.is_empty() {
                continue;
            }
            let mut mended = example.clone();
            for file in &mut mended.files {
                let change = made.files.iter().find(|it| *it.path == *file.path);
                file.text = change.map_or_else(|| file.text.clone(), |it| it.after());
            }
            let left = analyze(rule, &mended).findings.len();
            let expected = report.findings.len() - made.applied.len();
            assert_eq!(left, expected, "{} (line {}): {mended:?}", rule.id, example.line);
            tried += 1;
        }
    }
    assert!(tried > 0, "no example has a repair");
}

#[test]
fn every_rule_is_documented() {
    for rule in rules::ALL {
        let docs = rule.docs();
        assert!(docs.summary.ends_with('.'), "{}: the summary is a sentence", rule.id);
        for heading in ["What", "Why", "Fix", "References"] {
            assert!(docs.section(heading).is_some(), "{}: no section {heading}", rule.id);
        }
    }
}

#[test]
fn messages_stay_as_they_were_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/rules");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for rule in rules::ALL {
            let mut page = String::new();
            for example in rule.docs().examples.iter().filter(|it| it.bad) {
                let report = analyze(rule, example);
                for finding in &report.findings {
                    page.push_str(&describe(&report, finding));
                }
            }
            insta::assert_snapshot!(rule.id, page);
        }
    });
}

fn describe(report: &Report, finding: &Finding) -> String {
    let slice = |place: engine::Place| {
        let text = report.sources.get(place.file).map_or("", |it| &it.text);
        text.get(place.span.range()).unwrap_or("?").lines().next().unwrap_or("").to_owned()
    };
    // A snapshot is output too: it shows where the finding is by its length, not its text.
    let shown = |place: engine::Place| {
        let (start, end) = report.sources.range(place);
        format!(
            "{}:{}:{}-{}:{}",
            report.sources.path(place.file),
            start.line,
            start.column,
            end.line,
            end.column
        )
    };
    let mut text = format!("{} [{}] {}\n", shown(finding.place), finding.severity, finding.message);
    if finding.rule.family != engine::Family::Secret {
        writeln!(text, "  at: {}", slice(finding.place)).unwrap();
    }
    if let Some(help) = &finding.help {
        writeln!(text, "  help: {help}").unwrap();
    }
    for related in &finding.related {
        writeln!(text, "  related: {} {}", shown(related.place), related.message).unwrap();
    }
    text
}
