//! Agents' files, client by client: what is insecure in each is reported, at exactly the
//! characters that are wrong, and its safe twin is not.
//!
//! `testdata/agents/README.md` describes the format of the cases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use engine::Profile;
use nhilint_workspace::{Config, InputFile, analyze};

/// A file without its marks, and the rules with the bytes that they stand around.
struct File {
    path: String,
    text: String,
    marks: Vec<(String, usize, usize)>,
}

/// `«rule|token»` marks a token.
fn file(section: &str) -> File {
    let (path, marked) = section.split_once('\n').unwrap();
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('«') {
        text.push_str(before);
        let (inner, after) = after.split_once('»').unwrap();
        let (rules, token) = inner.split_once('|').unwrap();
        for rule in rules.split(' ') {
            marks.push((rule.to_owned(), text.len(), text.len() + token.len()));
        }
        text.push_str(token);
        rest = after;
    }
    text.push_str(rest);
    File { path: path.to_owned(), text, marks }
}

/// Tokens are put together here, so that no scanner takes this repository for a leak.
fn filled(text: &str) -> String {
    let token = ["q7Rf", "2LwZ", "x9Tn", "4KbV", "m1Hc", "8YpD"].concat();
    let hex = ["sbp", "_", "4f1d8a02", "c93be756", "0a7d41fe", "92c85b3d", "6e10f7a4"].concat();
    text.replace("TOKEN_VALUE", &token).replace("HEX_VALUE", &hex)
}

/// Rules that say something about nearly every agent; the cases name them only where they are
/// what the case is about.
const GENERAL: &[&str] = &[
    "missing-owner",
    "undescribed-identity",
    "unreviewed-identity",
    "readable-secret-files",
    "image-without-digest",
    "inherited-tools",
];

#[test]
fn each_format_is_judged_at_its_characters() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/agents");
    let mut pages: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    pages.retain(|it| it.extension().is_some_and(|it| it == "txt"));
    pages.sort();
    let mut config = Config::default();
    config.settings.today = Some("2026-11-22".parse().unwrap());
    config.settings.profile = Profile::Strict;
    let (mut wrong, mut formats) = (Vec::new(), BTreeSet::new());
    for page in &pages {
        let text = filled(&std::fs::read_to_string(page).unwrap());
        for case in text.split("=== ").skip(1) {
            let (name, body) = case.split_once('\n').unwrap();
            formats.insert(name.split(':').next().unwrap().to_owned());
            let files: Vec<File> = body.split("--- ").skip(1).map(file).collect();
            let inputs = files.iter().map(|it| InputFile {
                path: it.path.as_str().into(),
                text: it.text.as_str().into(),
            });
            let report = analyze(inputs.collect(), &config);
            let mut expected: Vec<(String, String, usize, usize)> = files
                .iter()
                .flat_map(|file| {
                    file.marks.iter().map(|it| (it.0.clone(), file.path.clone(), it.1, it.2))
                })
                .collect();
            let named: BTreeSet<&str> = expected.iter().map(|it| it.0.as_str()).collect();
            let mut found: Vec<(String, String, usize, usize)> = report
                .findings
                .iter()
                .filter(|it| !GENERAL.contains(&it.rule.id) || named.contains(it.rule.id))
                .map(|it| {
                    let (span, path) = (it.place.span, report.sources.path(it.place.file));
                    (it.rule.id.to_owned(), path.to_owned(), span.start as usize, span.end as usize)
                })
                .collect();
            expected.sort();
            found.sort();
            if found != expected {
                let show = |all: &[(String, String, usize, usize)]| -> String {
                    let line = |it: &(String, String, usize, usize)| {
                        let text = files.iter().find(|file| file.path == it.1);
                        let token = text.and_then(|file| file.text.get(it.2..it.3)).unwrap_or("?");
                        format!("    {} {} `{token}`", it.0, it.1)
                    };
                    all.iter().map(line).collect::<Vec<_>>().join("\n")
                };
                wrong.push(format!(
                    "{name}\n  expected\n{}\n  found\n{}",
                    show(&expected),
                    show(&found)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(formats.len() >= 40, "only {} formats", formats.len());
}
