//! Files that kustomizations name: where to find them, and what building them yields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::{KustomizeStatistics, Skipped};
use kubernetes::{Kustomizations, Mention, MentionRole, Objects, Options, WorkspaceFile, Written};
use model::{Facts, FileId, Source};
use syntax::{Language, Limits};

use crate::analyze::{Config, FrontEnd, InputFile, Prepared, guarded, internal_error, prepare};
use crate::reader::Reader;

/// Files that are read because kustomizations name them.
const FILES: usize = 20_000;

/// Their bytes.
const BYTES: usize = 256 << 20;

/// What a kustomization names.
fn mentions(file: &Prepared) -> Vec<Mention> {
    if !kubernetes::is_kustomization(&file.input.path) {
        return Vec::new();
    }
    let Some(tree) = file.tree.as_deref() else { return Vec::new() };
    kubernetes::mentions(&Source { file: FileId(0), path: &file.input.path, tree })
}

/// Reads the files that kustomizations name and that are not here, and the files that those
/// name. `is_wanted` says of a path whether it may be read.
pub(crate) fn read(
    files: &[Prepared],
    reader: &Reader,
    limits: &Limits,
    is_wanted: &dyn Fn(&str) -> bool,
    skipped: &mut Vec<Skipped>,
) -> Vec<Prepared> {
    let known: BTreeSet<&str> = files.iter().map(|it| &*it.input.path).collect();
    let mut found: BTreeMap<Arc<str>, Prepared> = BTreeMap::new();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut waiting: Vec<Mention> = files.iter().flat_map(mentions).collect();
    let mut bytes = 0;
    while let Some(mention) = waiting.pop() {
        let paths = match mention.role {
            MentionRole::Resource => folder_or_file(&mention.path),
            MentionRole::Patch | MentionRole::Data => vec![mention.path],
        };
        for path in paths {
            if known.contains(&*path) || asked.contains(&path) || !is_wanted(&path) {
                continue;
            }
            asked.insert(path.clone());
            if found.len() >= FILES || bytes >= BYTES {
                let reason = "kustomizations name more than nhilint reads: the rest is unknown";
                skipped.push(Skipped { path, reason: reason.to_owned() });
                return found.into_values().collect();
            }
            let Some(text) = reader.read(&path) else { continue };
            bytes += text.len();
            let input = InputFile { path: path.as_str().into(), text };
            let prepared = match mention.role {
                MentionRole::Resource => prepare(input, limits),
                MentionRole::Patch => as_yaml(input, limits),
                MentionRole::Data => Prepared::unread(input),
            };
            waiting.extend(mentions(&prepared));
            found.insert(Arc::clone(&prepared.input.path), prepared);
        }
    }
    found.into_values().collect()
}

/// The files that a resource may be: itself, or the kustomization of a folder.
fn folder_or_file(path: &str) -> Vec<String> {
    let slash = if path.is_empty() { "" } else { "/" };
    let names = kubernetes::KUSTOMIZATION_NAMES.iter();
    names.map(|it| format!("{path}{slash}{it}")).chain([path.to_owned()]).collect()
}

/// A patch need not look like an object: it is read all the same.
fn as_yaml(input: InputFile, limits: &Limits) -> Prepared {
    let tree = Arc::new(syntax::parse(Arc::clone(&input.text), Language::Yaml, limits));
    let format = Some((FrontEnd::Kubernetes, Language::Yaml));
    Prepared { input, format, tree: Some(tree), archive: None }
}

/// The paths that kustomizations name and the analysis has to keep.
pub(crate) fn named(files: &[Prepared]) -> BTreeSet<String> {
    files.iter().flat_map(mentions).map(|it| it.path).collect()
}

/// What all builds yield.
pub(crate) struct Built {
    /// The objects of each build.
    pub(crate) objects: Vec<Objects>,
    used: BTreeSet<FileId>,
    written: Written,
    pub(crate) statistics: KustomizeStatistics,
}

/// Builds all kustomizations. Of the files that `deploy`, the objects may lay more over folders.
pub(crate) fn build(
    files: &[Prepared],
    sources: &[Source<'_>],
    deploy: &BTreeSet<FileId>,
    config: &Config,
    options: &Options,
    facts: &mut Facts,
    skipped: &mut Vec<Skipped>,
) -> Built {
    let inputs = (0..).zip(files).map(|(index, it)| WorkspaceFile {
        file: FileId(index),
        path: &it.input.path,
        text: &it.input.text,
    });
    let all = Kustomizations::find(inputs.collect(), sources, deploy);
    let numbers: Vec<usize> = (0..all.len()).collect();
    let results = guarded(config.threads, &numbers, |it| all.build(*it, options));
    let mut built = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Some(it) => built.extend(it),
            None => skipped.push(internal_error("a kustomization".to_owned())),
        }
    }
    let shares = all.shares(built.iter());
    let mut out = Built {
        objects: Vec::with_capacity(built.len()),
        used: built.iter().flat_map(|it| it.used.iter().copied()).collect(),
        written: Written::of(built.iter()),
        statistics: KustomizeStatistics {
            resolved: shares.resolved,
            partly: shares.partly,
            unresolved: shares.unresolved,
        },
    };
    for it in built {
        facts.notes.extend(it.notes);
        facts.overlays.extend(it.overlays);
        out.objects.push(it.objects);
    }
    out
}

impl Built {
    /// What is left to say of the objects of a file once builds have used it.
    pub(crate) fn left(&self, read: Box<Objects>) -> Box<Objects> {
        match self.used.contains(&read.file()) {
            true => Box::new(self.written.beyond(*read)),
            false => read,
        }
    }
}
