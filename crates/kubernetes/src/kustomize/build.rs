//! One build: the layers of a root, from the bases up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{FileId, Note, NoteKind, Overlay, Place, Source};
use syntax::{Language, Limits, Tree};

use super::definition::Named;
use super::path::{self, Target};
use super::resource::Resource;
use super::{Built, Kustomizations, State, WorkspaceFile, pages, references, transform};
use crate::kinds;
use crate::object::{Object, Objects, Options};
use crate::page::Page;
use crate::template;

/// Layers on top of each other.
const DEPTH: usize = 32;

/// Kustomizations that one build goes through, a base again for every overlay that uses it.
const VISITS: u32 = 2_000;

/// Values that one build may look at while it changes objects.
const BUDGET: u64 = 20_000_000;

/// A build on its way.
#[derive(Debug)]
pub(super) struct Build<'b, 'a> {
    pub(super) all: &'b Kustomizations<'a>,
    root: usize,
    pub(super) used: BTreeSet<FileId>,
    /// Work that is left.
    pub(super) budget: u64,
    /// Objects that may still be added.
    room: usize,
    visits: u32,
    /// The kustomizations from the root to the one that is built.
    stack: Vec<usize>,
    states: BTreeMap<usize, State>,
    notes: Vec<Note>,
    /// Files that were opened since the root asked for something.
    touched: Vec<FileId>,
    overlays: BTreeMap<FileId, Place>,
}

impl<'b, 'a> Build<'b, 'a> {
    /// A build of a root that takes in at most so many objects.
    pub(super) fn new(all: &'b Kustomizations<'a>, root: usize, room: usize) -> Self {
        Self {
            all,
            root,
            used: BTreeSet::new(),
            budget: BUDGET,
            room,
            visits: VISITS,
            stack: Vec::new(),
            states: BTreeMap::new(),
            notes: Vec::new(),
            touched: Vec::new(),
            overlays: BTreeMap::new(),
        }
    }

    /// Builds it.
    pub(super) fn run(mut self, options: &Options) -> Built {
        let resources = self.layer(self.root, Vec::new());
        let definition = self.all.definitions.get(self.root);
        let unit: Arc<str> = definition.map_or("", |it| it.folder()).into();
        let file = definition.map(|it| it.file).unwrap_or_default();
        let mut objects = Objects::of_file(file);
        // What was cut short is neither what is written nor what is deployed.
        let resources = if self.budget == 0 { Vec::new() } else { resources };
        let empty = syntax::parse("".into(), Language::Yaml, &Limits::default());
        for (number, resource) in (1..).zip(resources) {
            self.lower(resource, &unit, number, &empty, options, &mut objects);
        }
        let overlays = self.overlays.into_iter();
        let overlays =
            overlays.map(|(file, place)| Overlay { scope: Arc::clone(&unit), file, place });
        Built {
            objects,
            used: self.used,
            overlays: overlays.collect(),
            notes: self.notes,
            states: self.states,
        }
    }

    fn lower(
        &self,
        resource: Resource,
        unit: &Arc<str>,
        number: u32,
        empty: &Tree,
        options: &Options,
        into: &mut Objects,
    ) {
        let file = resource.file;
        let source = match self.all.sources.get(&file) {
            Some(it) => *it,
            None => Source { file, path: self.all.path_of(file), tree: empty },
        };
        let page = Page::plain(&source);
        let place = resource.kind_place;
        let mut object = Object::built(page, resource.value, place, unit, number);
        object.today = options.today;
        if let Some(lower) = kinds::of_value(&object.class, &object.value) {
            lower(&object, into);
        }
        if options.collect_resources {
            into.resources.push(object.into_resource());
        }
    }

    /// Spends work; false when none is left.
    pub(super) fn work(&mut self, amount: u64) -> bool {
        let had = self.budget > 0;
        self.budget = self.budget.saturating_sub(amount);
        if had && self.budget == 0 {
            self.exhausted();
        }
        self.budget > 0
    }

    /// Says once that the build takes more work than is done.
    pub(super) fn exhausted(&mut self) {
        self.budget = 0;
        let words = "patches and objects multiply to more than is read: all of it is unknown";
        if self.notes.iter().all(|it| it.message != words) {
            let place = self.all.definitions.get(self.root).map(|it| it.place());
            self.note(NoteKind::Limit, place.unwrap_or_default(), words);
            let all = std::mem::take(&mut self.states);
            self.states = all.into_keys().map(|it| (it, State::Unresolved)).collect();
        }
    }

    /// Says what is unknown, and that the layers above are so in part.
    pub(super) fn note(&mut self, kind: NoteKind, place: Place, message: &str) {
        self.notes.push(Note { kind, place, message: message.to_owned() });
        for number in self.stack.clone() {
            self.settle(number, State::Partly);
        }
    }

    fn settle(&mut self, number: usize, state: State) {
        let known = self.states.entry(number).or_insert(state);
        *known = (*known).max(state);
    }

    /// Builds a kustomization on top of `under`, which only a component is given.
    fn layer(&mut self, number: usize, under: Vec<Resource>) -> Vec<Resource> {
        let Some(definition) = self.all.definitions.get(number) else { return under };
        self.stack.push(number);
        self.settle(number, State::Resolved);
        self.touched.push(definition.file);
        let mut all = under;
        for key in ["resources", "bases"] {
            for named in definition.names(key) {
                let start = self.touched.len();
                all.extend(self.bring(number, &named));
                self.brought(number, start, named.place);
            }
        }
        self.generate(number, &mut all);
        for named in definition.names("components") {
            let start = self.touched.len();
            all = self.component(number, &named, all);
            self.brought(number, start, named.place);
        }
        self.merge_patches(number, &mut all);
        self.patches(number, "patches", &mut all);
        let configuration = self.configuration(number, all.len());
        transform::namespace(definition, &mut all);
        transform::names(definition, &mut all);
        transform::metadata(definition, &mut all);
        configuration.apply(definition, &mut all);
        self.patches(number, "patchesJson6902", &mut all);
        self.replace(number, &mut all);
        references::update(&mut all, &configuration);
        self.unsettle_variables(number, &mut all);
        self.plugins(number, &mut all);
        self.stack.pop();
        all
    }

    /// What only a program could do.
    fn plugins(&mut self, number: usize, all: &mut [Resource]) {
        let Some(definition) = self.all.definitions.get(number) else { return };
        for (key, words) in [
            ("generators", "generators are not run: what they make is unknown"),
            ("transformers", "transformers are not run: what they change is unknown"),
            ("helmCharts", "charts are not inflated here: what they print is unknown"),
            ("helmChartInflationGenerator", "charts are not inflated here: it is unknown"),
        ] {
            if let Some(first) = definition.list(key).first() {
                self.note(NoteKind::Outside, first.origin.place, words);
                if key == "transformers" {
                    transform::unsettle(all);
                }
            }
        }
    }

    /// Keeps the line of the root that opened files, for those that lie elsewhere.
    fn brought(&mut self, number: usize, start: usize, place: Place) {
        if number != self.root || self.stack.len() != 1 {
            return;
        }
        let home = self.all.definitions.get(self.root).map_or("", |it| it.folder());
        let touched = self.touched.split_off(start.min(self.touched.len()));
        // A kustomization of its own brings in all it names; a file beside the root needs no
        // word.
        let is_layer = touched.len() > 1
            || touched.first().is_some_and(|it| super::is_kustomization(self.all.path_of(*it)));
        for file in touched {
            if is_layer || path::folder(self.all.path_of(file)) != home {
                self.overlays.entry(file).or_insert(place);
            }
        }
    }

    fn bring(&mut self, number: usize, named: &Named) -> Vec<Resource> {
        let folder = self.all.definitions.get(number).map_or("", |it| it.folder());
        let path = match path::resolve(folder, &named.text) {
            Target::Inside(path) => path,
            Target::Escapes => {
                self.note(NoteKind::Outside, named.place, "this leads out of the workspace");
                return Vec::new();
            }
            Target::Remote => {
                let words = "this has to be fetched: what it holds is unknown";
                self.note(NoteKind::Outside, named.place, words);
                return Vec::new();
            }
        };
        match self.all.by_folder.get(&path).copied() {
            Some(base) if self.enter(base, named.place) => self.layer(base, Vec::new()),
            Some(_) => Vec::new(),
            None => self.file(number, named),
        }
    }

    fn component(&mut self, number: usize, named: &Named, under: Vec<Resource>) -> Vec<Resource> {
        let folder = self.all.definitions.get(number).map_or("", |it| it.folder());
        let known = match path::resolve(folder, &named.text) {
            Target::Inside(path) => self.all.by_folder.get(&path).copied(),
            Target::Escapes | Target::Remote => None,
        };
        match known {
            Some(component) if self.enter(component, named.place) => self.layer(component, under),
            Some(_) => under,
            None => {
                let words = "this component is not here: what it changes is unknown";
                self.note(NoteKind::Outside, named.place, words);
                under
            }
        }
    }

    /// True when a kustomization may be built here.
    fn enter(&mut self, number: usize, place: Place) -> bool {
        if self.stack.contains(&number) {
            self.note(NoteKind::Cycle, place, "this leads back to where it came from");
            self.settle(number, State::Unresolved);
            return false;
        }
        if self.visits == 0 || self.stack.len() >= DEPTH {
            let words = "there are more layers than are followed: the rest is unknown";
            self.note(NoteKind::Limit, place, words);
            self.settle(number, State::Unresolved);
            return false;
        }
        self.visits -= 1;
        true
    }

    /// The objects of a file.
    fn file(&mut self, number: usize, named: &Named) -> Vec<Resource> {
        let Some(file) = self.named_file(number, &named.text, named.place) else {
            return Vec::new();
        };
        self.used.insert(file.file);
        // What is not recognised holds no objects that say anything.
        let Some(source) = self.all.sources.get(&file.file) else { return Vec::new() };
        let is_template = template::is_template(file.path, file.text);
        let values = pages::objects(Page::plain(source), is_template);
        let mut objects: Vec<_> =
            values.into_iter().filter_map(|it| Resource::new(it, file.file)).collect();
        if objects.len() > self.room {
            objects.truncate(self.room);
            let words = "this brings in more objects than are read: the rest is unknown";
            self.note(NoteKind::Limit, named.place, words);
        }
        self.room -= objects.len();
        objects
    }

    /// A file that a kustomization names.
    pub(super) fn named_file(
        &mut self,
        number: usize,
        path: &str,
        place: Place,
    ) -> Option<WorkspaceFile<'a>> {
        let folder = self.all.definitions.get(number).map_or("", |it| it.folder());
        let found = match path::resolve(folder, path) {
            Target::Inside(path) => self.all.file_at(&path).copied(),
            Target::Escapes | Target::Remote => None,
        };
        match &found {
            Some(file) => self.touched.push(file.file),
            None => {
                let words = "this is not among the files that are read: what it holds is unknown";
                self.note(NoteKind::Outside, place, words);
            }
        }
        found
    }
}
