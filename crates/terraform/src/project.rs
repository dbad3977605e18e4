//! All Terraform files of a workspace, divided into units that are lowered independently.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use model::{Facts, FileId, Source};
use syntax::{Kind, Node};

use crate::lower;
use crate::module::{Declaration, Module};
use crate::path;
use crate::recorded::{self, Moment, Recording};
use crate::terragrunt;

/// Reads a file of the workspace by its path from the workspace root.
pub type ReadFile<'a> = &'a (dyn Fn(&str) -> Option<Arc<str>> + Sync);

/// Tells the id of a file of this analysis by its path.
pub type FindFile<'a> = &'a (dyn Fn(&str) -> Option<FileId> + Sync);

/// A file or folder of the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderEntry {
    /// The last component of its path.
    pub name: String,
    /// True for a folder. What is neither a file nor a folder is left out.
    pub is_folder: bool,
}

/// Lists a folder by its path from the workspace root; `None` when that is not possible.
pub type ListFolder<'a> = &'a (dyn Fn(&str) -> Option<Vec<FolderEntry>> + Sync);

/// Values for input variables from outside of the configuration: what `TF_VAR_…` and
/// `-var-file` are to a run.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// The folder of one root module, which it then surely is; `None` for every root module.
    pub folder: Option<&'a str>,
    /// A table of values and its file. It yields to every variables file.
    pub variables: Option<(FileId, Node<'a>)>,
    /// Variables files; they win over those that Terraform loads by itself, and later ones over
    /// earlier ones.
    pub files: Vec<Source<'a>>,
}

/// A module that was fetched for a root module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Installed<'a> {
    /// The folder of the root module.
    pub root: &'a str,
    /// The names of the calls that lead to it, with dots: `network.subnets`.
    pub key: &'a str,
    /// Where it lies. It is no module of its own: only calls evaluate it.
    pub folder: &'a str,
}

/// What an analysis offers and wants.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// For `file()` and `templatefile()`. The paths given here never leave the workspace by
    /// `..`; the caller keeps symbolic links inside.
    pub read_file: Option<ReadFile<'a>>,
    /// Lets values from files that are read in point into these files. Without it they point
    /// at the call that reads the file.
    pub find_file: Option<FindFile<'a>>,
    /// For `fileset()`. Without it the sets of files are unknown.
    pub list_folder: Option<ListFolder<'a>>,
    /// Values for input variables; those of one folder win over those of all.
    pub inputs: &'a [Inputs<'a>],
    /// Modules that were fetched.
    pub installed: &'a [Installed<'a>],
    /// Files that Terragrunt configurations generate: the configuration, with the tree that
    /// [`crate::generated`] makes.
    pub generated: &'a [Source<'a>],
    /// Whether [`Facts::resources`] is wanted.
    pub collect_resources: bool,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("read_file", &self.read_file.is_some())
            .field("find_file", &self.find_file.is_some())
            .field("list_folder", &self.list_folder.is_some())
            .field("installed", &self.installed.len())
            .field("generated", &self.generated.len())
            .field("inputs", &self.inputs)
            .field("collect_resources", &self.collect_resources)
            .finish()
    }
}

/// All Terraform files of a workspace.
///
/// A unit is a directory that no local module call of the workspace points at. Called modules
/// are lowered through their callers, so that their inputs are known.
#[derive(Debug)]
pub struct Project<'a> {
    pub(crate) modules: Vec<Module<'a>>,
    /// Plans and states, plans first.
    pub(crate) recordings: Vec<Recording<'a>>,
    by_folder: BTreeMap<&'a str, usize>,
    /// Terragrunt configurations by path.
    configurations: BTreeMap<&'a str, usize>,
    /// What configurations launch.
    targets: BTreeMap<usize, usize>,
    /// Fetched modules by root folder and key.
    fetched: BTreeMap<(&'a str, &'a str), usize>,
    units: Vec<Unit>,
    pub(crate) options: Options<'a>,
}

#[derive(Debug)]
struct Unit {
    root: usize,
    /// Modules whose literals this unit reports: each module belongs to one unit.
    literals: Vec<usize>,
    /// Plans and states of this root module.
    recordings: Vec<usize>,
}

impl<'a> Project<'a> {
    /// Divides files into modules and units. The order of `sources` does not matter.
    pub fn new(mut sources: Vec<Source<'a>>, options: &Options<'a>) -> Self {
        sources.sort_by_key(|it| it.path);
        let mut folders: BTreeMap<&'a str, Vec<Source<'a>>> = BTreeMap::new();
        let mut recordings = Vec::new();
        let mut launchers = Vec::new();
        for source in sources {
            if terragrunt::is_configuration(source.path) {
                launchers.push(source);
                continue;
            }
            if let Some(recording) = Recording::read(&source) {
                recordings.push(recording);
                continue;
            }
            if recorded::is_named_like_one(source.path) {
                // It only looked like a plan or state.
                continue;
            }
            folders.entry(path::folder(source.path)).or_default().push(source);
        }
        let module = |(folder, sources)| Module::new(folder, sources).with_inputs(options.inputs);
        let mut modules: Vec<Module<'a>> = folders.into_iter().map(module).collect();
        let by_folder: BTreeMap<&'a str, usize> =
            modules.iter().enumerate().map(|(at, it)| (it.folder, at)).collect();
        let mut configurations = BTreeMap::new();
        for source in launchers {
            let generated = options.generated.iter().filter(|it| it.file == source.file);
            let generated: Vec<Source<'a>> = generated.copied().collect();
            configurations.insert(source.path, modules.len());
            modules.push(Module::of_configuration(source, &generated));
        }
        let lies = |it: &Installed<'a>| Some(((it.root, it.key), *by_folder.get(it.folder)?));
        let fetched = options.installed.iter().filter_map(lies).collect();
        recordings.sort_by_key(|it| it.moment);
        let options = *options;
        let units = Vec::new();
        let targets = BTreeMap::new();
        let mut project = Self {
            modules,
            recordings,
            by_folder,
            configurations,
            targets,
            fetched,
            units,
            options,
        };
        project.targets = project.launches();
        project.units = project.divide();
        project.place_recordings();
        project
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.units.len()
    }

    /// The folder of a unit, for messages; empty for the workspace root.
    pub fn folder(&self, unit: usize) -> &'a str {
        let module = self.units.get(unit).and_then(|it| self.modules.get(it.root));
        module.map_or("", |it| it.folder)
    }

    /// The facts of a unit; nothing for a number that is too large.
    pub fn lower(&self, unit: usize) -> Facts {
        let Some(unit) = self.units.get(unit) else { return Facts::default() };
        lower::unit(self, unit.root, &unit.literals, &unit.recordings)
    }

    /// True for a file that says what input variables are.
    pub(crate) fn is_variables_file(&self, file: FileId) -> bool {
        self.options.inputs.iter().flat_map(|it| &it.files).any(|it| it.file == file)
    }

    /// The folders that local calls name and that hold none of the files, from the workspace
    /// root.
    pub fn absent_folders(&self) -> BTreeSet<String> {
        let called = self.modules.iter().flat_map(|module| {
            module.calls.values().filter_map(|call| local_folder(module.folder, call))
        });
        called.filter(|it| !self.by_folder.contains_key(it.as_str())).collect()
    }

    /// The local module that a call runs.
    pub(crate) fn callee(&self, caller: usize, call: &Declaration<'_>) -> Option<usize> {
        let folder = local_folder(self.modules.get(caller)?.folder, call)?;
        let found = *self.by_folder.get(folder.as_str())?;
        self.modules.get(found)?.is_configuration().then_some(found)
    }

    /// The module that was fetched for a root module under a key.
    pub(crate) fn fetched(&self, root: usize, key: &str) -> Option<usize> {
        self.fetched.get(&(self.modules.get(root)?.folder, key)).copied()
    }

    /// The Terragrunt configuration in a file.
    pub(crate) fn configuration(&self, path: &str) -> Option<usize> {
        self.configurations.get(path).copied()
    }

    /// The directory of a path, when it holds configuration of Terraform.
    pub(crate) fn configured_module(&self, folder: &str) -> Option<usize> {
        let found = *self.by_folder.get(folder)?;
        self.modules.get(found)?.is_configuration().then_some(found)
    }

    /// The module that a Terragrunt configuration launches.
    pub(crate) fn target(&self, configuration: usize) -> Option<usize> {
        self.targets.get(&configuration).copied()
    }

    /// What each Terragrunt configuration launches.
    fn launches(&self) -> BTreeMap<usize, usize> {
        let launched = self.configurations.iter().filter(|(path, _)| terragrunt::is_launched(path));
        let target = |(_, at): (&&'a str, &usize)| {
            Some((*at, crate::eval::Evaluator::new(self, *at, &[]).launch_target()?))
        };
        launched.filter_map(target).collect()
    }

    fn divide(&self) -> Vec<Unit> {
        let fetched: BTreeSet<usize> = self.fetched.values().copied().collect();
        let mut callees: Vec<Vec<usize>> = Vec::with_capacity(self.modules.len());
        let mut called = BTreeSet::new();
        for (at, module) in self.modules.iter().enumerate() {
            let mut targets: Vec<usize> = self.target(at).into_iter().collect();
            called.extend(targets.iter().filter(|it| !fetched.contains(it)));
            for call in module.calls.values() {
                let Some(target) = self.callee(at, call) else { continue };
                if fetched.contains(&at) || fetched.contains(&target) {
                    continue;
                }
                targets.push(target);
                let is_root = self.modules.get(target).is_some_and(|it| it.is_root);
                if target != at && !is_root && is_certain(call) {
                    called.insert(target);
                }
            }
            callees.push(targets);
        }
        let mut roots: Vec<usize> = (0..self.modules.len())
            .filter(|it| !called.contains(it) && !fetched.contains(it))
            .collect();
        let mut owner = BTreeMap::new();
        for root in &roots {
            claim(*root, *root, &callees, &mut owner);
        }
        // Modules that only call each other have no root: the first one stands in.
        for at in 0..self.modules.len() {
            if !owner.contains_key(&at) && !fetched.contains(&at) {
                claim(at, at, &callees, &mut owner);
                roots.push(at);
            }
        }
        roots.sort_unstable();
        let mut literals: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (module, root) in owner {
            literals.entry(root).or_default().push(module);
        }
        let mut unit = |root| Unit {
            root,
            literals: literals.remove(&root).unwrap_or_default(),
            recordings: Vec::new(),
        };
        roots.into_iter().map(&mut unit).collect()
    }
}

/// The folder that a call from `folder` names; `None` for a module from elsewhere.
fn local_folder(folder: &str, call: &Declaration<'_>) -> Option<String> {
    let source = call.literal("source")?;
    let local = source == "." || source == ".." || source.starts_with("./");
    (local || source.starts_with("../")).then(|| path::join(folder, source))?
}

/// How well a recording fits a root module.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    same_folder: bool,
    shared: usize,
}

impl Project<'_> {
    /// Gives each plan and state to the root module that it was made from, or to a unit of its
    /// own where that is not here.
    fn place_recordings(&mut self) {
        for at in 0..self.recordings.len() {
            if let Some(unit) = self.home(at).and_then(|it| self.units.get_mut(it)) {
                unit.recordings.push(at);
                continue;
            }
            let Some(recording) = self.recordings.get(at) else { continue };
            let folder = path::folder(recording.path);
            self.units.push(Unit {
                root: self.modules.len(),
                literals: Vec::new(),
                recordings: vec![at],
            });
            self.modules.push(Module { folder, ..Module::default() });
        }
    }

    /// The unit whose root module declares what a recording holds. Where several do so equally
    /// well it cannot be told which one was meant.
    fn home(&self, recording: usize) -> Option<usize> {
        let recording = self.recordings.get(recording)?;
        let names = recording.root_names();
        let folder = path::folder(recording.path);
        let mut best: Option<(Fit, usize)> = None;
        let mut tied = false;
        for (at, unit) in self.units.iter().enumerate() {
            let Some(module) = self.modules.get(unit.root) else { continue };
            let shared = names.iter().filter(|it| module.declares(it)).count();
            // A state may hold what the configuration no longer has; a plan may not.
            let enough = match recording.moment {
                Moment::Plan => shared == names.len(),
                Moment::State => shared * 2 >= names.len(),
            };
            if shared == 0 || !enough {
                continue;
            }
            let fit = Fit { same_folder: module.folder == folder, shared };
            match best {
                Some((known, _)) if known > fit => {}
                Some((known, _)) if known == fit => tied = true,
                _ => {
                    best = Some((fit, at));
                    tied = false;
                }
            }
        }
        best.filter(|_| !tied).map(|(_, at)| at)
    }
}

/// True for a call that surely happens. A wrapper that loops over an input would otherwise
/// hide the module it wraps.
fn is_certain(call: &Declaration<'_>) -> bool {
    !["count", "for_each"].iter().any(|name| {
        let looped = call.attribute(name).map(|(_, node)| node);
        looped.is_some_and(|it| {
            let reads_input =
                |node: Node<'_>| node.kind() == Kind::Name && node.text() == Some("var");
            reads_input(it) || it.descendants().any(reads_input)
        })
    })
}

fn claim(root: usize, at: usize, callees: &[Vec<usize>], owner: &mut BTreeMap<usize, usize>) {
    let mut open = vec![at];
    while let Some(next) = open.pop() {
        if owner.contains_key(&next) {
            continue;
        }
        owner.insert(next, root);
        open.extend(callees.get(next).into_iter().flatten());
    }
}
