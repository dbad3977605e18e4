//! Reads every manifest below a folder and prints what was learned.
//!
//! `cargo run --release -p nhilint-kubernetes --example kubernetes_facts -- FOLDER [WHAT]`, where
//! WHAT is one of `grants`, `uses`, `identities`, `credentials`, `problems`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a developer's look at real files, not product code"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nhilint_kubernetes as kubernetes;

use kubernetes::{ChartFile, Charts, Options, Shares, Statistics};
use model::{Facts, FileId, Knowledge, Place, Source, Storage};
use syntax::Limits;

struct File {
    path: String,
    text: String,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| "../shared/corpus".to_owned()));
    let what = arguments.next();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let files: Vec<_> = paths.iter().filter_map(|it| read(&root, it)).collect();
    let (facts, statistics) = analyze(&files, what.as_deref() == Some("problems"));
    println!("{statistics:?}");
    summary(&facts);
    match what.as_deref() {
        Some("grants") => grants(&files, &facts),
        Some("uses") => uses(&files, &facts),
        Some("identities") => identities(&files, &facts),
        Some("credentials") => credentials(&files, &facts),
        _ => {}
    }
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            walk(&entry.path(), into);
        } else if kind.is_file() {
            into.push(entry.path());
        }
    }
}

fn read(root: &Path, path: &Path) -> Option<File> {
    let text = fs::read_to_string(path).ok()?;
    let path = path.strip_prefix(root).ok()?.to_string_lossy().into_owned();
    Some(File { path, text })
}

fn analyze(files: &[File], show_problems: bool) -> (Facts, Statistics) {
    let options = Options::default();
    let mut objects = Vec::new();
    let mut statistics = Statistics::default();
    let (mut detect, mut parse, mut lower) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let (mut bytes, mut read, mut kinds) = (0, 0, BTreeMap::<String, u32>::new());
    let start = Instant::now();
    let texts: Vec<Arc<str>> = files.iter().map(|it| it.text.as_str().into()).collect();
    let inputs = files.iter().zip(&texts).enumerate().map(|(number, (it, text))| ChartFile {
        file: FileId(u32::try_from(number).unwrap()),
        path: &it.path,
        text,
    });
    let charts = Charts::find(inputs.collect(), None);
    let mut printed = BTreeMap::new();
    let mut shares = Shares::default();
    for evaluated in (0..charts.len()).map(|it| charts.evaluate(it, &options)) {
        shares.add(evaluated.shares);
        printed.extend(evaluated.objects.into_iter().map(|it| (it.file(), it)));
    }
    println!("charts {:?}, {shares:?}", start.elapsed());
    for (number, file) in files.iter().enumerate() {
        let start = Instant::now();
        let language = kubernetes::language(&file.path, &file.text);
        detect += start.elapsed();
        let Some(language) = language else { continue };
        *kinds.entry(format!("{language:?}")).or_default() += 1;
        bytes += file.text.len();
        read += 1;
        let start = Instant::now();
        let tree = syntax::parse(file.text.as_str().into(), language, &Limits::default());
        parse += start.elapsed();
        if show_problems {
            for problem in tree.problems() {
                println!("{}: {:?} {}", file.path, problem.kind, problem.message);
            }
        }
        let start = Instant::now();
        let id = FileId(u32::try_from(number).unwrap());
        let source = Source { file: id, path: &file.path, tree: &tree };
        let mut found = kubernetes::collect(&source, &options);
        lower += start.elapsed();
        if let Some(mut printed) = printed.remove(&id) {
            printed.add_literals(found);
            found = printed;
        }
        statistics.add(found.statistics());
        objects.push(found);
    }
    objects.extend(printed.into_values());
    let start = Instant::now();
    let facts = kubernetes::join(objects);
    let join = start.elapsed();
    println!("{read} of {} files, {bytes} bytes, {kinds:?}", files.len());
    println!("detect {detect:?}, parse {parse:?}, collect {lower:?}, join {join:?}");
    (facts, statistics)
}

fn summary(facts: &Facts) {
    println!(
        "identities {}, credentials {}, grants {}, uses {}, notes {}",
        facts.identities.len(),
        facts.credentials.len(),
        facts.grants.len(),
        facts.uses.len(),
        facts.notes.len()
    );
    let mut counts = BTreeMap::<String, u32>::new();
    for it in &facts.credentials {
        let storage = match &it.storage {
            Storage::Literal(_) => "literal",
            Storage::Reference(_) => "reference",
            Storage::Generated => "generated",
            Storage::Encrypted => "encrypted",
            _ => "other",
        };
        *counts.entry(format!("credential {storage} {:?}", it.slot.kind)).or_default() += 1;
    }
    for it in &facts.grants {
        *counts.entry(format!("grant {:?} bound {:?}", it.carrier, it.bound)).or_default() += 1;
    }
    for it in &facts.identities {
        let owner = match &it.ownership.owner {
            Knowledge::Known(owner) => format!("{:?}", owner.value.source),
            Knowledge::Unknown(_) => "unknown".to_owned(),
            Knowledge::Absent => "absent".to_owned(),
        };
        *counts.entry(format!("identity {:?} owner {owner}", it.kind)).or_default() += 1;
    }
    for (name, count) in counts {
        println!("  {name}: {count}");
    }
}

fn at(files: &[File], place: Place) -> String {
    let Some(file) = files.get(place.file.0 as usize) else { return "?".to_owned() };
    let line = file.text.as_bytes()[..place.span.start as usize].iter().filter(|it| **it == b'\n');
    format!("{}:{}", file.path, line.count() + 1)
}

fn slice(files: &[File], place: Place) -> String {
    let Some(file) = files.get(place.file.0 as usize) else { return "?".to_owned() };
    let text = file.text.get(place.span.range()).unwrap_or("?");
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(70).collect()
}

fn grants(files: &[File], facts: &Facts) {
    for it in &facts.grants {
        let texts = |set: &model::Patterns| {
            let open = if set.partial { "…" } else { "" };
            format!("[{}{open}]", set.texts().collect::<Vec<_>>().join(","))
        };
        println!("{} {}", at(files, it.place), it.address);
        println!("    {:?} bound {:?} reach {:?}", it.carrier, it.bound, it.reach);
        if let Some(role) = it.role.value() {
            println!("    role {role}");
        }
        if let Some(scope) = &it.kubernetes {
            println!(
                "    verbs {} groups {} resources {} names {} urls {}",
                texts(&it.actions),
                texts(&scope.api_groups),
                texts(&it.resources),
                texts(&scope.resource_names),
                texts(&scope.non_resource_urls)
            );
        }
        for principal in &it.principals {
            println!("    to {:?} `{}`", principal.value, slice(files, principal.place()));
        }
    }
}

fn uses(files: &[File], facts: &Facts) {
    for it in &facts.uses {
        println!(
            "{} {:?} -> {:?} `{}`",
            at(files, it.place),
            it.from,
            it.to,
            slice(files, it.place)
        );
    }
}

fn identities(files: &[File], facts: &Facts) {
    for it in &facts.identities {
        println!(
            "{} {:?} {} `{}` owner {:?} env {:?}{}",
            at(files, it.place),
            it.kind,
            it.address,
            slice(files, it.place),
            it.ownership.name(),
            it.environment.as_ref().map(|it| it.name.as_str()),
            if it.built_in { " built-in" } else { "" }
        );
    }
}

fn credentials(files: &[File], facts: &Facts) {
    for it in &facts.credentials {
        println!("{} {} {:?} {:?}", at(files, it.place), it.address, it.kind, it.slot.kind);
        match &it.storage {
            Storage::Literal(literal) => println!(
                "    literal {:?} {:?} {:?} {} decoded {:?}",
                literal.certainty,
                literal.format,
                literal.class,
                literal.secret.redacted(),
                literal.decoded,
            ),
            Storage::Reference(reference) => println!("    reference {}", reference.target),
            other => println!("    {other:?} holder {:?} {:?}", it.holder, it.expiry.lifetime),
        }
    }
}
