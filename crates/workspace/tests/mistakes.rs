//! The mistakes that users of static analysers complain about most are not made here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod marked;

use engine::{Finding, Profile};
use marked::{files, inputs};
use nhilint_workspace::{Config, analyze};

/// Name, scope and text of the cases of a file.
fn cases(text: &str) -> Vec<(&str, Vec<&str>, &str)> {
    let sections = text.split("=== ").skip(1);
    sections
        .map(|section| {
            let (title, text) = section.split_once('\n').unwrap();
            let (name, scope) = title.strip_suffix(']').unwrap().rsplit_once(" [").unwrap();
            (name, scope.split(' ').collect(), text)
        })
        .collect()
}

#[test]
fn none_of_them_is_made() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/mistakes");
    let mut pages: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    pages.retain(|it| it.extension().is_some_and(|it| it == "txt"));
    pages.sort();
    let mut config = Config::default();
    config.settings.today = Some("2026-11-22".parse().unwrap());
    config.settings.profile = Profile::Strict;
    let mut wrong = Vec::new();
    let mut seen = 0;
    for page in &pages {
        let text = std::fs::read_to_string(page).unwrap();
        for (name, scope, text) in cases(&text) {
            seen += 1;
            let report = analyze(inputs("", text), &config);
            let counts = |it: &&Finding| {
                scope.iter().any(|name| *name == it.rule.id || *name == it.rule.family.id())
            };
            let found: Vec<_> = report
                .findings
                .iter()
                .filter(counts)
                .map(|it| {
                    let span = it.place.span;
                    (
                        report.sources.path(it.place.file).to_owned(),
                        span.start as usize,
                        span.end as usize,
                    )
                })
                .collect();
            let mut expected: Vec<_> = files(text)
                .into_iter()
                .filter_map(|it| it.token.map(|(start, end)| (it.path, start, end)))
                .collect();
            expected.sort();
            if found != expected {
                let rules: Vec<_> = report
                    .findings
                    .iter()
                    .filter(counts)
                    .map(|it| (it.rule.id, &it.message))
                    .collect();
                wrong.push(format!(
                    "{}: {name}: {found:?} but wanted {expected:?}: {rules:?}",
                    page.display()
                ));
            }
        }
    }
    assert!(seen > 40, "only {seen} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
