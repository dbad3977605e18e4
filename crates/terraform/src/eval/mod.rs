//! Evaluation: three-valued, lazy, memoised and bounded.
//!
//! What cannot be resolved is unknown and leaves its siblings known. Cycles, runaway loops and
//! deep recursion end as unknown values with a note; nothing here can fail.

mod body;
mod clock;
mod data;
mod expand;
mod expression;
mod files;
mod functions;
mod operators;
mod recorded;
mod reference;
mod template;
mod terragrunt;
mod types;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use model::{Data, FileId, Note, NoteKind, Place, Value};
use rustc_hash::FxHashMap;
use syntax::{Kind, Node};

use crate::module::{Declaration, Module};
use crate::project::Project;
use crate::recorded::Recorded;
use crate::values;

pub(crate) use body::blocks;
pub(crate) use data::as_statements;
pub(crate) use expand::Key;
pub(crate) use functions::time::{NOW, duration};

/// Evaluation steps for one unit: below a second of work. The largest root modules of the
/// corpora need less than a twentieth of it.
const FUEL: u64 = 1_000_000;

/// Nested evaluations. Real chains of references stay below 60.
const DEPTH: u32 = 160;

/// Bytes of one text.
pub(super) const TEXT: usize = 256 << 10;

/// Items of one list or map, and pieces of one text.
pub(super) const ITEMS: usize = 20_000;

/// Collections inside each other. Shared parts make deep values cheap to build and dangerous
/// to walk.
const NESTING: u32 = 96;

/// Module calls inside each other.
const MODULE_DEPTH: usize = 12;

/// Module instances of one unit.
const MODULES: usize = 2_000;

/// A module instance: which module, called from where.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) module: usize,
    /// `module.a.module.b["x"]`; empty for the root.
    pub(crate) path: Arc<str>,
    depth: usize,
    caller: Option<Caller>,
}

#[derive(Debug)]
struct Caller {
    instance: usize,
    call: String,
    key: Key,
}

/// What evaluation of an expression can see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'s> {
    pub(crate) instance: usize,
    file: FileId,
    key: &'s Key,
    frame: Option<&'s Frame<'s>>,
    /// The names that a template is rendered with.
    names: &'s [(String, Value)],
    element: Option<&'s Value>,
    /// The text was read in from a file: only the names in frames exist, and every place is
    /// this one unless the file is part of the analysis.
    detached: bool,
    fixed: Option<Place>,
}

/// A name that a `for`, a `dynamic` block or a template brings in.
#[derive(Debug)]
struct Frame<'s> {
    name: &'s str,
    value: &'s Value,
    outer: Option<&'s Frame<'s>>,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(instance: usize, file: FileId, key: &'s Key) -> Self {
        Self {
            instance,
            file,
            key,
            frame: None,
            names: &[],
            element: None,
            detached: false,
            fixed: None,
        }
    }

    pub(crate) fn place(&self, node: Node<'_>) -> Place {
        self.fixed.unwrap_or(Place::new(self.file, node.span()))
    }

    fn place_of_key(&self, node: Node<'_>) -> Place {
        self.fixed.unwrap_or(Place::new(self.file, node.key_span()))
    }

    fn lookup(&self, name: &str) -> Option<&'s Value> {
        let frame = std::iter::successors(self.frame, |it| it.outer).find(|it| it.name == name);
        let given = || self.names.iter().find(|(it, _)| it == name).map(|(_, value)| value);
        frame.map(|it| it.value).or_else(given)
    }
}

/// A syntax node in an instance of its module and its block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct MemoKey {
    instance: usize,
    key: usize,
    file: FileId,
    node: u32,
}

/// The instances that a module call makes, by their key.
type Calls = Rc<Vec<(Key, usize)>>;

/// Something whose attributes are evaluated when they are asked for.
#[derive(Clone, Debug)]
pub(crate) enum Object<'p> {
    Resource(Resource<'p>),
    Module(usize),
}

/// One instance of a resource or data source.
#[derive(Clone, Debug)]
pub(crate) struct Resource<'p> {
    pub(crate) instance: usize,
    pub(crate) declaration: &'p Declaration<'p>,
    pub(crate) is_data: bool,
    pub(crate) key: Key,
    /// Position among the instances of its block.
    index: usize,
    /// `module.a.aws_iam_role.x["k"]`
    pub(crate) address: Arc<str>,
    /// What a plan or state says, when nothing else declares it.
    pub(crate) recorded: Option<&'p Recorded<'p>>,
}

/// Evaluates one unit. Not shared between threads.
#[derive(Debug)]
pub(crate) struct Evaluator<'p> {
    pub(crate) project: &'p Project<'p>,
    root: usize,
    /// Plans and states of this root module, plans first.
    recordings: &'p [usize],
    instances: RefCell<Vec<Rc<Instance>>>,
    children: RefCell<BTreeMap<(usize, String), Calls>>,
    expansions: RefCell<FxHashMap<MemoKey, Rc<Vec<Key>>>>,
    /// Values with their nesting; `None` while a value is evaluated.
    memo: RefCell<FxHashMap<MemoKey, Option<(Value, u32)>>>,
    objects: RefCell<FxHashMap<Arc<str>, Object<'p>>>,
    /// What is known of the Terragrunt configuration that launches the root module.
    run: Option<RefCell<terragrunt::Run>>,
    /// What that hands to it.
    inputs: RefCell<Option<Value>>,
    fuel: Cell<u64>,
    depth: Cell<u32>,
    /// Deepest nesting among the values that the current expression has read so far.
    nesting: Cell<u32>,
    notes: RefCell<BTreeMap<(NoteKind, Place), String>>,
}

impl<'p> Evaluator<'p> {
    pub(crate) fn new(project: &'p Project<'p>, root: usize, recordings: &'p [usize]) -> Self {
        let new = |module| Rc::new(Instance { module, path: "".into(), depth: 0, caller: None });
        let is_launcher = project.modules.get(root).is_some_and(|it| it.configuration.is_some());
        let target = project.target(root);
        // The launched module is the root, and its configuration an instance of its own.
        let instances: Vec<_> = target.into_iter().chain([root]).map(new).collect();
        let run = is_launcher.then(|| RefCell::new(terragrunt::Run::new(instances.len() - 1)));
        Self {
            project,
            root: target.unwrap_or(root),
            run,
            inputs: RefCell::default(),
            recordings,
            instances: RefCell::new(instances),
            children: RefCell::default(),
            expansions: RefCell::default(),
            memo: RefCell::default(),
            objects: RefCell::default(),
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
            nesting: Cell::new(0),
            notes: RefCell::default(),
        }
    }

    pub(crate) fn instance(&self, id: usize) -> Rc<Instance> {
        let instances = self.instances.borrow();
        // The root stands in for an id that was never given out.
        let found = instances.get(id).or_else(|| instances.first());
        found.map(Rc::clone).unwrap_or_else(|| {
            Rc::new(Instance { module: self.root, path: "".into(), depth: 0, caller: None })
        })
    }

    pub(crate) fn module(&self, instance: usize) -> Option<&'p Module<'p>> {
        self.project.modules.get(self.instance(instance).module)
    }

    pub(crate) fn root_folder(&self) -> &'p str {
        self.project.modules.get(self.root).map_or("", |it| it.folder)
    }

    /// Notes on what was cut off, in source order.
    pub(crate) fn take_notes(&self) -> Vec<Note> {
        let notes = std::mem::take(&mut *self.notes.borrow_mut());
        let mut notes: Vec<Note> = notes
            .into_iter()
            .map(|((kind, place), message)| Note { kind, place, message })
            .collect();
        notes.sort_by_key(|it| it.place);
        notes
    }

    pub(crate) fn note(&self, kind: NoteKind, place: Place, message: &str) {
        let mut notes = self.notes.borrow_mut();
        // A unit with hundreds of cut-off places says nothing more with thousands.
        if notes.len() < 256 {
            notes.entry((kind, place)).or_insert_with(|| message.to_owned());
        }
    }

    /// Takes fuel for `steps` steps; false when there is none left.
    fn spend(&self, steps: usize, place: Place) -> bool {
        let left = self.fuel.get();
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        if left == 0 {
            return false;
        }
        self.fuel.set(left.saturating_sub(steps));
        if steps >= left {
            self.note(NoteKind::Limit, place, "evaluation takes too long: the rest is unknown");
            return false;
        }
        true
    }

    /// Evaluates an expression.
    pub(crate) fn eval(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        if !self.spend(1, place) {
            return values::unknown(place);
        }
        let depth = self.depth.get();
        if depth >= DEPTH {
            self.note(NoteKind::Limit, place, "references are nested too deep to follow");
            return values::unknown(place);
        }
        self.depth.set(depth + 1);
        let outer = self.nesting.replace(0);
        let mut value = self.expression(node, scope);
        let mut nesting = self.nesting.get();
        match node.kind() {
            Kind::Seq | Kind::Map | Kind::ForSeq | Kind::ForMap | Kind::Splat | Kind::Call => {
                nesting += 1;
            }
            _ => {}
        }
        if !matches!(value.data, Data::List(_) | Data::Map(_)) {
            nesting = 0;
        } else if nesting > NESTING {
            self.note(NoteKind::Limit, place, "values are nested too deep to follow");
            value = values::unknown(place);
            nesting = 0;
        }
        self.nesting.set(outer.max(nesting));
        self.depth.set(depth);
        value
    }

    /// Counts a value into the nesting of the current expression.
    fn nest(&self, nesting: u32) {
        self.nesting.set(self.nesting.get().max(nesting));
    }

    /// Evaluates something once per place and instance; a cycle ends as unknown.
    fn memoised(&self, key: MemoKey, place: Place, evaluate: impl FnOnce() -> Value) -> Value {
        match self.memo.borrow().get(&key) {
            Some(Some((value, nesting))) => {
                self.nest(*nesting);
                return value.clone();
            }
            Some(None) => {
                self.note(NoteKind::Cycle, place, "this value depends on itself");
                return values::unknown(place);
            }
            None => {}
        }
        self.memo.borrow_mut().insert(key, None);
        let outer = self.nesting.replace(0);
        let value = evaluate();
        let nesting = self.nesting.replace(outer);
        self.memo.borrow_mut().insert(key, Some((value.clone(), nesting)));
        self.nest(nesting);
        value
    }

    /// The resource or module instance behind an address that evaluation has given out.
    pub(crate) fn object(&self, address: &str) -> Option<Object<'p>> {
        self.objects.borrow().get(address).cloned()
    }

    fn register(&self, address: &Arc<str>, object: Object<'p>) {
        self.objects.borrow_mut().entry(Arc::clone(address)).or_insert(object);
    }
}

impl<'p> Evaluator<'p> {
    /// Who calls a module instance, and the call.
    pub(crate) fn caller(&self, instance: usize) -> Option<(usize, &'p Declaration<'p>)> {
        let instance = self.instance(instance);
        let caller = instance.caller.as_ref()?;
        let call = self.module(caller.instance)?.calls.get(caller.call.as_str())?;
        Some((caller.instance, call))
    }
}
