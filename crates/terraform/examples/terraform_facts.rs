//! Lowers a folder of Terraform and prints what came out: counts, shares, time, and, with
//! `--show KIND [FROM [COUNT]]`, facts next to the bytes they point at.
#![expect(clippy::print_stdout, reason = "a developer command")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use model::{Facts, FileId, Knowledge, Place, Source};
use nhilint_terraform::{Options, Project, language};
use syntax::{Limits, Tree};

fn collect(folder: &Path, root: &Path, out: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, root, out);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            out.push((name, text));
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = arguments.first().map_or("../shared/corpus/terraform", String::as_str);
    let mut files = Vec::new();
    collect(Path::new(root), Path::new(root), &mut files);
    files.sort();
    let parsing = Instant::now();
    let trees: Vec<Option<Tree>> = files
        .iter()
        .map(|(path, text)| {
            let language = language(path)?;
            Some(syntax::parse(Arc::from(text.as_str()), language, &Limits::default()))
        })
        .collect();
    let parsed = parsing.elapsed();
    let by_path: BTreeMap<&str, (usize, &str)> =
        files.iter().enumerate().map(|(at, (path, text))| (path.as_str(), (at, &**text))).collect();
    let id = |at: usize| FileId(u32::try_from(at).unwrap_or(0));
    let read = |path: &str| by_path.get(path).map(|(_, text)| Arc::from(*text));
    let find = |path: &str| by_path.get(path).map(|(at, _)| id(*at));
    let sources: Vec<Source<'_>> = files
        .iter()
        .zip(&trees)
        .enumerate()
        .filter_map(|(at, ((path, _), tree))| {
            Some(Source { file: id(at), path, tree: tree.as_ref()? })
        })
        .collect();
    let count = sources.len();
    let options = Options { read_file: Some(&read), find_file: Some(&find), ..Options::default() };
    let lowering = Instant::now();
    let project = Project::new(sources, &options);
    let mut facts = Facts::default();
    let mut slowest = (0.0, String::new());
    for unit in 0..project.units() {
        let start = Instant::now();
        facts.extend(project.lower(unit));
        let took = start.elapsed().as_secs_f64();
        if took > slowest.0 {
            slowest = (took, project.folder(unit).to_owned());
        }
    }
    let lowered = lowering.elapsed();
    let files_of = |place: Place| files.get(place.file.0 as usize);
    let slice = |place: Place| {
        let text = files_of(place).and_then(|(_, text)| text.get(place.span.range()));
        let short: String = text.unwrap_or("?").chars().take(60).collect();
        short.replace('\n', "⏎")
    };
    let at = |place: Place| {
        let (path, text) = files_of(place).map_or(("?", ""), |(path, text)| (path, text));
        let line = text.get(..place.span.start as usize).map_or(0, |it| it.matches('\n').count());
        format!("{path}:{}", line + 1)
    };
    if arguments.get(1).map(String::as_str) == Some("--show") {
        let number =
            |at: usize, or: usize| arguments.get(at).and_then(|it| it.parse().ok()).unwrap_or(or);
        let (from, take) = (number(3, 0), number(4, 40));
        let kind = arguments.get(2).map_or("grants", String::as_str);
        show(kind, from, take, &facts, &slice, &at);
        return;
    }
    println!("{count} files, {} units, parse {parsed:?}, lower {lowered:?}", project.units());
    println!("slowest {:.1} ms {}", slowest.0 * 1000.0, slowest.1);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut add = |name: String| *counts.entry(name).or_default() += 1;
    for it in &facts.identities {
        add(format!("identity {}", it.kind.id()));
        let owner = match it.ownership.owner {
            Knowledge::Known(_) => "known",
            Knowledge::Unknown(_) => "unknown",
            Knowledge::Absent => "absent",
        };
        add(format!("owner {owner}"));
    }
    for it in &facts.credentials {
        let storage = format!("{:?}", it.storage);
        let storage = storage.split(['(', ' ']).next().unwrap_or("").to_owned();
        add(format!("credential {storage} {:?}", it.slot.kind));
    }
    for it in &facts.grants {
        add(format!("grant {:?} {:?}", it.system, it.carrier));
        if it.system == model::PermissionSystem::Aws && it.role.is_absent() {
            let known = if it.actions.items.is_empty() {
                "unknown"
            } else if it.actions.partial {
                "partly known"
            } else {
                "known"
            };
            add(format!("statement actions {known}"));
        }
    }
    for it in &facts.trusts {
        add(format!("trust {:?}", it.mechanism));
    }
    for it in &facts.uses {
        add(format!("use {:?}", it.mode));
    }
    for it in &facts.notes {
        add(format!("note {:?} {}", it.kind, it.message));
    }
    for (name, count) in counts {
        println!("{count:7} {name}");
    }
}

fn show(
    kind: &str,
    from: usize,
    take: usize,
    facts: &Facts,
    slice: &dyn Fn(Place) -> String,
    at: &dyn Fn(Place) -> String,
) {
    match kind {
        "identities" => {
            for it in facts.identities.iter().skip(from).take(take) {
                println!("{} {} [{}] {:?}", at(it.place), it.address, slice(it.place), it.kind);
                println!(
                    "    name {:?} owner {:?} {} env {:?} purpose {:?}",
                    it.name.value(),
                    it.ownership.owner.value().map(|it| (&it.name, it.source)),
                    it.ownership.owner.is_unknown(),
                    it.environment.as_ref().map(|it| &it.name),
                    it.purpose
                );
            }
        }
        "credentials" => {
            for it in facts.credentials.iter().skip(from).take(take) {
                println!("{} {} [{}] {:?}", at(it.place), it.address, slice(it.place), it.kind);
                println!(
                    "    {:?} {:?} {:?} {:?} holder {:?}",
                    it.storage, it.slot, it.expiry.lifetime, it.expiry.source, it.holder
                );
            }
        }
        "trusts" => {
            for it in facts.trusts.iter().skip(from).take(take) {
                println!(
                    "{} {} [{}] {:?}",
                    at(it.place),
                    it.address,
                    slice(it.place),
                    it.mechanism
                );
                let who: Vec<_> = it.principals.iter().map(|it| &it.value).collect();
                let subject: Vec<_> = it.subject.texts().collect();
                println!(
                    "    {who:?} issuer {:?} sub {subject:?} known {}",
                    it.issuer.value(),
                    it.conditions_known
                );
            }
        }
        "uses" => {
            for it in facts.uses.iter().skip(from).take(take) {
                println!(
                    "{} [{}] {:?} {:?} {:?}",
                    at(it.place),
                    slice(it.place),
                    it.from,
                    it.mode,
                    it.to
                );
            }
        }
        "notes" => {
            for it in facts.notes.iter().skip(from).take(take) {
                println!("{} [{}] {:?} {}", at(it.place), slice(it.place), it.kind, it.message);
            }
        }
        _ => {
            for it in facts.grants.iter().skip(from).take(take) {
                println!("{} {} [{}]", at(it.place), it.address, slice(it.place));
                let who: Vec<_> = it.principals.iter().map(|it| &it.value).collect();
                println!(
                    "    {:?} {:?} bound {:?} role {:?} {who:?} reach {:?} conditions {} {}",
                    it.effect,
                    it.carrier,
                    it.bound,
                    it.role.value(),
                    it.reach,
                    it.conditions.len(),
                    it.conditions_known
                );
                for action in it.actions.items.iter().take(3) {
                    println!(
                        "      action {} = [{}] {}",
                        action.value,
                        slice(action.place()),
                        at(action.place())
                    );
                }
                for resource in it.resources.items.iter().take(2) {
                    println!("      on {} = [{}]", resource.value, slice(resource.place()));
                }
            }
        }
    }
}
