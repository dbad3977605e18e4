//! Parses every Helm template below a folder and prints what could not be read, and how often
//! each function is called.
//!
//! `cargo run -p nhilint-syntax --example gotemplate -- FOLDER`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a developer's look at real files, not product code"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nhilint_syntax::gotemplate::{self, Branch, ExpressionKind, Item, Pipeline};

fn main() {
    let root = std::env::args().nth(1).unwrap_or_else(|| "../shared/corpus".to_owned());
    let mut paths = Vec::new();
    walk(Path::new(&root), &mut paths);
    let mut calls = BTreeMap::new();
    let (mut files, mut broken) = (0, 0);
    for path in paths {
        let shown = path.display().to_string();
        if !shown.contains("/templates/") {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if !text.contains("{{") {
            continue;
        }
        let template = gotemplate::parse(&text);
        files += 1;
        for problem in &template.problems {
            broken += 1;
            println!("{shown}:{:?} {}", problem.span, problem.message);
        }
        count(&template.items, &mut calls);
        template.defines.iter().for_each(|it| count(&it.body, &mut calls));
    }
    println!("{files} templates, {broken} problems");
    let mut calls: Vec<_> = calls.into_iter().collect();
    calls.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    println!("{}", calls.iter().map(|(n, c)| format!("{n}:{c}")).collect::<Vec<_>>().join(" "));
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn count(items: &[Item], calls: &mut BTreeMap<String, u32>) {
    for item in items {
        match item {
            Item::Print(_, it) => pipeline(it, calls),
            Item::Call { argument, .. } => argument.iter().for_each(|it| pipeline(it, calls)),
            Item::If(choice) | Item::With(choice) | Item::Range(choice) => {
                for Branch { pipeline: it, body, .. } in &choice.branches {
                    pipeline(it, calls);
                    count(body, calls);
                }
                choice.otherwise.iter().for_each(|(_, body)| count(body, calls));
            }
            Item::Text(_) | Item::Comment(_) | Item::Break(_) | Item::Continue(_) => {}
        }
    }
}

fn pipeline(pipe: &Pipeline, calls: &mut BTreeMap<String, u32>) {
    for word in pipe.commands.iter().flat_map(|it| &it.words) {
        let mut word = word;
        while let ExpressionKind::Fields(base, _) = &word.kind {
            word = base;
        }
        match &word.kind {
            ExpressionKind::Function(name) => *calls.entry(name.clone()).or_default() += 1,
            ExpressionKind::Pipeline(it) => pipeline(it, calls),
            _ => {}
        }
    }
}
