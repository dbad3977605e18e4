//! Charts under `testdata/charts`: what they yield, and where each value is written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken test may panic"
)]

mod listing;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use listing::Files;
use model::Source;
use nhilint_kubernetes::{ChartFile, Charts, Options, Shares, collect, join, language};
use syntax::Limits;

#[test]
fn charts_yield_the_expected_facts() {
    listing::run("charts", facts);
}

/// The facts, as a workspace makes them.
fn facts(files: &Files) -> String {
    let inputs = files.numbered().map(|(file, path, text)| ChartFile { file, path, text });
    let read = |_: &str| None;
    let charts = Charts::find(inputs.collect(), Some(&read));
    let options = Options::default();
    let mut printed = BTreeMap::new();
    let (mut shares, mut notes) = (Shares::default(), Vec::new());
    for evaluated in (0..charts.len()).map(|it| charts.evaluate(it, &options)) {
        shares.add(evaluated.shares);
        notes.extend(evaluated.notes);
        printed.extend(evaluated.objects.into_iter().map(|it| (it.file(), it)));
    }
    let mut objects = Vec::new();
    for (file, path, text) in files.numbered() {
        let Some(language) = language(path, text) else { continue };
        let tree = syntax::parse(Arc::clone(text), language, &Limits::default());
        let masked = collect(&Source { file, path, tree: &tree }, &options);
        match printed.remove(&file) {
            Some(mut it) => {
                it.add_literals(masked);
                objects.push(it);
            }
            None => objects.push(masked),
        }
    }
    objects.extend(printed.into_values());
    let mut facts = join(objects);
    facts.notes.extend(notes);
    let mut out = files.describe(&facts);
    writeln!(
        out,
        "charts {}, templates {}, documents {} decided, {} but for names, {} in part; {} not run, {} empty",
        shares.charts,
        shares.templates,
        shares.decided,
        shares.named,
        shares.partly,
        shares.undecided,
        shares.empty
    )
    .unwrap();
    out
}
