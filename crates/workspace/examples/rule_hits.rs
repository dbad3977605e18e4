//! Prints what chosen rules find in folders, each folder a workspace of its own, with the line
//! they point at: for reading hits one by one.
//!
//! `cargo run --release -p nhilint-workspace --example rule_hits -- wildcard-action,… FOLDER…`

#![expect(clippy::print_stdout, reason = "it prints the hits")]

use std::path::Path;

use nhilint_workspace::{Config, InputFile};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let rules = arguments.next().unwrap_or_default();
    for folder in arguments {
        let mut inputs = Vec::new();
        collect(Path::new(&folder), Path::new(&folder), &mut inputs);
        let mut config = Config::default();
        config.settings.today = "2026-11-22".parse().ok();
        config.settings.select = rules.split(',').map(str::to_owned).collect();
        let report = nhilint_workspace::analyze(inputs, &config);
        for finding in &report.findings {
            let path = report.sources.path(finding.place.file);
            let start = report.sources.range(finding.place).0;
            let text = report.sources.get(finding.place.file).map_or("", |it| &*it.text);
            let line = text.lines().nth(start.line.saturating_sub(1) as usize).unwrap_or("");
            println!(
                "{}\t{}\t{folder}/{path}:{}:{}\t{}\t| {}",
                finding.rule.id,
                finding.severity,
                start.line,
                start.column,
                finding.message,
                line.trim()
            );
        }
    }
}

fn collect(root: &Path, folder: &Path, inputs: &mut Vec<InputFile>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.flatten().map(|it| it.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, inputs);
        } else if let Ok(text) = std::fs::read_to_string(&path)
            && let Ok(relative) = path.strip_prefix(root)
        {
            inputs.push(InputFile {
                path: relative.to_string_lossy().as_ref().into(),
                text: text.as_str().into(),
            });
        }
    }
}
