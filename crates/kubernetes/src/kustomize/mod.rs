//! Kustomizations without kustomize: bases, components, patches, generators and transformers
//! are applied to values that still know where they were written.
//!
//! A kustomization that another one uses is judged through it; what nobody uses is the root of
//! a build. Every object of a build has an address in the folder of the root, so that two
//! overlays of one base are two deployments. A file that some build uses is not read by itself
//! any more: what is written in it means what the builds make of it. Only literals that are
//! written there count in any case, for whoever reads the repository reads them.
//!
//! Names keep the form that people know: the hash that kustomize adds to what it generates is
//! left out, in the name and in every reference alike.
//!
//! What has to be fetched or run (remote bases, plugins, charts) is unknown, with a note.

mod build;
mod configuration;
mod definition;
mod deployed;
mod env_file;
mod generate;
mod json_patch;
mod knowledge;
mod merge;
mod pages;
mod patch;
mod path;
mod references;
mod replacement;
mod resource;
mod selector;
mod text;
mod transform;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{FileId, Note, Overlay, Source};
use rustc_hash::FxHashMap;

use crate::object::{Objects, Options};
use build::Build;
use definition::Definition;

pub use definition::{Mention, Role, mentions};
pub use written::Written;

pub(crate) use text::slice;

/// Objects of all builds together.
const OBJECTS: usize = 2_000_000;

/// Objects of one build, at most and at least.
const PER_BUILD: (usize, usize) = (200, 20_000);

/// True for files that are kustomizations by their name.
pub fn is_kustomization(path: &str) -> bool {
    KUSTOMIZATION_NAMES.contains(&path::name(path))
}

/// The names of a kustomization, first one first.
pub const KUSTOMIZATION_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A file of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct WorkspaceFile<'a> {
    /// Its id in this analysis.
    pub file: FileId,
    /// Its path, relative to the workspace root, with `/`.
    pub path: &'a str,
    /// Its text.
    pub text: &'a Arc<str>,
}

/// The kustomizations of a workspace.
#[derive(Debug)]
pub struct Kustomizations<'a> {
    files: Vec<WorkspaceFile<'a>>,
    sources: FxHashMap<FileId, Source<'a>>,
    definitions: Vec<Definition>,
    by_folder: FxHashMap<String, usize>,
    roots: Vec<usize>,
    /// Of the definitions, those that are files; what Applications lay over them comes after.
    written: usize,
}

/// What a build yields.
#[derive(Debug)]
pub struct Built {
    /// Its objects.
    pub objects: Objects,
    /// Files that it reads as objects or patches.
    pub used: BTreeSet<FileId>,
    /// The lines that bring in what is written elsewhere.
    pub overlays: Vec<Overlay>,
    /// What is unknown, and limits that were reached.
    pub notes: Vec<Note>,
    /// How far each kustomization on the way could be built.
    states: BTreeMap<usize, State>,
}

/// How far a kustomization could be built; the worst comes last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum State {
    Resolved,
    Partly,
    Unresolved,
}

/// How many kustomizations could be built.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KustomizeShares {
    /// Everything in them is known.
    pub resolved: u32,
    /// Something is not.
    pub partly: u32,
    /// Nothing came of them.
    pub unresolved: u32,
}

impl<'a> Kustomizations<'a> {
    /// Finds the kustomizations among the files of a workspace. `sources` are those that are
    /// parsed as Kubernetes; of those that `deploy`, as [`Objects::deploys`] says, the objects
    /// may lay kustomizations over folders.
    ///
    /// [`Objects::deploys`]: crate::Objects::deploys
    pub fn find(
        mut files: Vec<WorkspaceFile<'a>>,
        sources: &[Source<'a>],
        deploy: &BTreeSet<FileId>,
    ) -> Self {
        files.sort_by_key(|it| it.path);
        let mut found = Self {
            files,
            sources: sources.iter().map(|it| (it.file, *it)).collect(),
            definitions: Vec::new(),
            by_folder: FxHashMap::default(),
            roots: Vec::new(),
            written: 0,
        };
        for source in sources.iter().filter(|it| is_kustomization(it.path)) {
            let folder = path::folder(source.path);
            let rank =
                |path: &str| KUSTOMIZATION_NAMES.iter().position(|it| *it == path::name(path));
            let known = found.by_folder.get(folder).and_then(|it| found.definitions.get(*it));
            // kustomize takes no folder with two of them.
            if known.is_some_and(|it| rank(&it.path) <= rank(source.path)) {
                continue;
            }
            let Some(definition) = Definition::read(source) else { continue };
            found.by_folder.insert(folder.to_owned(), found.definitions.len());
            found.definitions.push(definition);
        }
        found.written = found.definitions.len();
        found.definitions.extend(deployed::definitions(sources, deploy, &found.by_folder));
        found.roots = found.find_roots();
        found
    }

    /// The number of builds.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// True when there is no kustomization.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Builds a root.
    pub fn build(&self, number: usize, options: &Options) -> Option<Built> {
        let root = *self.roots.get(number)?;
        let (least, most) = PER_BUILD;
        let objects = (OBJECTS / self.roots.len().max(1)).clamp(least, most);
        Some(Build::new(self, root, objects).run(options))
    }

    /// How many kustomizations could be built, over all builds.
    pub fn shares<'b>(&self, built: impl Iterator<Item = &'b Built>) -> KustomizeShares {
        let mut states: BTreeMap<usize, State> = BTreeMap::new();
        let all = built.flat_map(|it| &it.states);
        for (number, state) in all.filter(|(it, _)| **it < self.written) {
            let known = states.entry(*number).or_insert(*state);
            *known = (*known).max(*state);
        }
        let count = |state: State| {
            u32::try_from(states.values().filter(|it| **it == state).count()).unwrap_or(u32::MAX)
        };
        KustomizeShares {
            resolved: count(State::Resolved),
            partly: count(State::Partly),
            unresolved: count(State::Unresolved),
        }
    }

    /// The kustomizations that no other one uses; of those that only use each other, the first.
    fn find_roots(&self) -> Vec<usize> {
        let below: Vec<Vec<usize>> =
            (0..).zip(&self.definitions).map(|it| self.below(it)).collect();
        let mut is_used = vec![false; below.len()];
        for number in below.iter().flatten() {
            if let Some(it) = is_used.get_mut(*number) {
                *it = true;
            }
        }
        let mut order: Vec<usize> = (0..below.len()).collect();
        let path = |it: &usize| self.definitions.get(*it).map(|it| &it.path);
        order.sort_by(|a, b| path(a).cmp(&path(b)));
        let mut reached = vec![false; below.len()];
        let mut roots = Vec::new();
        let free = order.iter().filter(|it| is_used.get(**it) == Some(&false));
        for number in free.chain(&order).copied() {
            if reached.get(number) != Some(&false) {
                continue;
            }
            roots.push(number);
            let mut waiting = vec![number];
            while let Some(next) = waiting.pop() {
                match reached.get_mut(next) {
                    Some(it) if !*it => *it = true,
                    _ => continue,
                }
                waiting.extend(below.get(next).into_iter().flatten());
            }
        }
        roots
    }

    /// The kustomizations that one uses.
    fn below(&self, (_, definition): (usize, &Definition)) -> Vec<usize> {
        let layers = ["resources", "bases", "components"];
        let names = layers.iter().flat_map(|it| definition.names(it));
        names
            .filter_map(|it| match path::resolve(definition.folder(), &it.text) {
                path::Target::Inside(folder) => self.by_folder.get(&folder).copied(),
                path::Target::Escapes | path::Target::Remote => None,
            })
            .collect()
    }

    fn file_at(&self, path: &str) -> Option<&WorkspaceFile<'a>> {
        let at = self.files.binary_search_by(|it| it.path.cmp(path)).ok()?;
        self.files.get(at)
    }

    fn path_of(&self, file: FileId) -> &str {
        // Files are sorted by path, and so are ids.
        let at = self.files.binary_search_by_key(&file, |it| it.file).ok();
        at.and_then(|it| self.files.get(it)).map_or("", |it| it.path)
    }
}
