#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]
//! Prints what the agent front end makes of a folder: files, facts, time.
//!
//! `cargo run --release -p nhilint-agents --example agent_facts -- PATH [--facts | --skipped]`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{Facts, FileId, Place, Source};
use syntax::{Limits, Tree};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = PathBuf::from(arguments.first().map_or(".", String::as_str));
    let flag = |name: &str| arguments.iter().any(|it| it == name);
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();

    let mut facts = Facts::default();
    let mut trees: Vec<(String, Tree)> = Vec::new();
    let mut skipped = BTreeMap::<String, Vec<String>>::new();
    let (mut spent, mut parsing) = (Duration::ZERO, Duration::ZERO);
    let mut bytes = 0;
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let name = path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
        let start = Instant::now();
        let language = nhilint_agents::language(&name, &text);
        spent += start.elapsed();
        let Some(language) = language else {
            let kind =
                path.extension().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
            skipped.entry(kind).or_default().push(name);
            continue;
        };
        bytes += text.len();
        let start = Instant::now();
        let tree = syntax::parse(Arc::from(text), language, &Limits::default());
        parsing += start.elapsed();
        let file = FileId(u32::try_from(trees.len()).unwrap_or(u32::MAX));
        let source = Source { file, path: &name, tree: &tree };
        let start = Instant::now();
        let found = nhilint_agents::lower(&source, &nhilint_agents::Options::default());
        spent += start.elapsed();
        if flag("--empty")
            && found.identities.is_empty()
            && found.credentials.is_empty()
            && found.grants.is_empty()
        {
            println!("empty: {name}");
        }
        facts.extend(found);
        trees.push((name, tree));
    }
    let start = Instant::now();
    nhilint_agents::join(&mut facts);
    spent += start.elapsed();

    println!(
        "{} files, {} claimed ({bytes} bytes); parse {parsing:?}, detect+lower+join {spent:?}",
        files.len(),
        trees.len()
    );
    println!(
        "identities {} credentials {} grants {} uses {} servers {} guards {} notes {}",
        facts.identities.len(),
        facts.credentials.len(),
        facts.grants.len(),
        facts.uses.len(),
        facts.tool_servers.len(),
        facts.guards.len(),
        facts.notes.len()
    );
    if flag("--skipped") {
        for (kind, names) in &skipped {
            println!("not claimed .{kind}: {}", names.len());
            for name in names.iter().filter(|it| !it.ends_with(".md") || flag("--all")) {
                println!("  {name}");
            }
        }
    }
    if flag("--facts") {
        print_facts(&facts, &trees);
    }
}

fn print_facts(facts: &Facts, trees: &[(String, Tree)]) {
    let at = |place: Place| -> String {
        let Some((name, tree)) = trees.get(place.file.0 as usize) else { return "?".to_owned() };
        let text = tree.source().get(place.span.range()).unwrap_or("<bad span>");
        let line = tree
            .source()
            .get(..place.span.start as usize)
            .map_or(0, |it| it.matches('\n').count() + 1);
        let short: String = text.chars().take(60).collect();
        format!("{name}:{line} «{}»", short.replace('\n', "⏎"))
    };
    for it in &facts.identities {
        println!(
            "identity {:?} {} owner={:?} parent={:?} {}",
            it.kind,
            it.address,
            it.ownership.name(),
            it.parent,
            at(it.place)
        );
    }
    for it in &facts.tool_servers {
        println!(
            "server {} {} transport={:?} auth={:?} package={:?} url={:?} enabled={} auto={:?} wide={:?} same={:?} command={:?} args={:?} {}",
            it.address,
            it.client,
            it.transport.value(),
            it.authentication,
            it.launch.as_ref().and_then(|it| it.package.as_ref()).map(|it| (
                &it.name,
                it.pin,
                &it.version
            )),
            it.url.value(),
            it.enabled,
            it.auto_approved.texts().collect::<Vec<_>>(),
            it.wide_access.iter().map(|it| it.value).collect::<Vec<_>>(),
            it.sameness,
            it.launch.as_ref().map(|it| it.command.value()),
            it.launch.as_ref().map(|it| it
                .arguments
                .iter()
                .map(|it| it.value())
                .collect::<Vec<_>>()),
            at(it.place)
        );
    }
    for it in &facts.credentials {
        println!(
            "credential {} {:?} {:?} {:?} {}",
            it.address,
            it.kind,
            it.storage,
            it.slot.kind,
            at(it.place)
        );
    }
    for it in &facts.grants {
        println!("grant {} {:?} {:?} {}", it.address, it.effect, it.tool, at(it.place));
    }
    for it in &facts.guards {
        println!(
            "guard {} {} {:?} effective={} {}",
            it.agent,
            it.setting,
            it.kind,
            it.effective,
            at(it.place)
        );
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|it| it.is_dir()) {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
