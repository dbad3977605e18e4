//! Terragrunt configurations: what they include, read, compute and hand to a module.
//!
//! Only what is pure is known. What the environment, a command or another module's outputs
//! would tell is unknown.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use model::{Data, Entry, NoteKind, Origin, Place, Value};
use syntax::Node;

use super::reference::Step;
use super::{Evaluator, Instance, Key, MODULES, Scope};
use crate::module::Declaration;
use crate::terragrunt::Configuration;
use crate::{path, values};

/// Includes of one configuration.
const INCLUDES: usize = 16;

/// Levels of maps that are merged or looked through.
const DEPTH: usize = 32;

/// What a run knows about the configurations that take part in it.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The instance of the configuration that is launched.
    launched: usize,
    includes: Option<Rc<Includes>>,
    /// Files that were read, with what they say; nothing while one is read.
    reads: BTreeMap<String, Option<Value>>,
    /// The folder of a file that was read, by its instance.
    folders: BTreeMap<usize, String>,
}

impl Run {
    pub(super) fn new(launched: usize) -> Self {
        Self { launched, ..Self::default() }
    }
}

/// What a configuration includes.
#[derive(Debug, Default)]
struct Includes {
    all: Vec<Include>,
    /// There is one that is not here.
    open: bool,
}

#[derive(Debug)]
struct Include {
    name: String,
    instance: usize,
    merge: Merge,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Merge {
    Shallow,
    Deep,
    No,
}

impl<'p> Evaluator<'p> {
    fn configuration(&self, instance: usize) -> Option<&'p Configuration<'p>> {
        self.module(instance)?.configuration.as_ref()
    }

    fn launched(&self) -> Option<usize> {
        self.run.as_ref().map(|it| it.borrow().launched)
    }

    /// The folder of the configuration that is launched.
    pub(crate) fn launch_folder(&self) -> Option<&'p str> {
        self.configuration(self.launched()?).map(Configuration::folder)
    }

    fn config_scope(&self, instance: usize) -> Option<Scope<'static>> {
        static SINGLE: Key = Key::Single;
        let file = self.configuration(instance)?.source.file;
        Some(Scope::new(instance, file, &SINGLE))
    }

    fn includes(&self) -> Rc<Includes> {
        let Some(run) = &self.run else { return Rc::default() };
        if let Some(found) = &run.borrow().includes {
            return Rc::clone(found);
        }
        // An include that reads what it includes gets nothing.
        run.borrow_mut().includes = Some(Rc::new(Includes { all: Vec::new(), open: true }));
        let launched = run.borrow().launched;
        let found = Rc::new(self.find_includes(launched).unwrap_or_default());
        run.borrow_mut().includes = Some(Rc::clone(&found));
        found
    }

    fn find_includes(&self, launched: usize) -> Option<Includes> {
        let scope = self.config_scope(launched)?;
        let mut includes = Includes::default();
        for block in self.configuration(launched)?.root.blocks("include").take(INCLUDES) {
            let name = block.labels().next().and_then(Node::text).unwrap_or("").to_owned();
            let body = block.body()?;
            let found = body.get("path").map(|it| self.eval(it, &scope)).and_then(|it| {
                let file = self.here(&values::known_text(&it)?, launched)?;
                self.project.configuration(&file)
            });
            let merge = match body.get("merge_strategy").map(Node::as_str) {
                None | Some(Some("shallow")) => Merge::Shallow,
                Some(Some("no_merge")) => Merge::No,
                Some(_) => Merge::Deep,
            };
            match found.and_then(|it| self.add_instance(it)) {
                Some(instance) => includes.all.push(Include { name, instance, merge }),
                None => includes.open = true,
            }
        }
        Some(includes)
    }

    fn add_instance(&self, module: usize) -> Option<usize> {
        let mut instances = self.instances.borrow_mut();
        if instances.len() >= MODULES {
            return None;
        }
        instances.push(Rc::new(Instance { module, path: "".into(), depth: 0, caller: None }));
        Some(instances.len() - 1)
    }

    /// The module that a configuration launches: its own `source` or an included one, or the
    /// folder itself.
    pub(crate) fn launch_target(&self) -> Option<usize> {
        let launched = self.launched()?;
        let includes = self.includes();
        let all = std::iter::once(launched).chain(includes.all.iter().map(|it| it.instance));
        for instance in all {
            let root = self.configuration(instance)?.root;
            let mut terraform = root.blocks("terraform").filter_map(Node::body);
            let Some(source) = terraform.find_map(|it| it.get("source")) else { continue };
            let source = self.eval(source, &self.config_scope(instance)?);
            let text = values::known_text(&source)?;
            let local = text == "." || text.starts_with("./") || text.starts_with("../");
            if !local && !text.starts_with(path::ROOT) {
                return None;
            }
            return self.project.configured_module(&self.here(&text, launched)?);
        }
        // Nobody keeps a module beside a configuration that launches another one.
        self.project.configured_module(self.configuration(launched)?.folder())
    }

    /// The value that a configuration hands to a variable of the module that it launches; an
    /// unknown one where it cannot be told whether it hands one.
    pub(super) fn launch_input(&self, name: &str, place: Place) -> Option<Value> {
        let launched = self.launched()?;
        let inputs = self.launch_inputs(launched);
        match values::member(&inputs, name) {
            Some(found) => Some(found),
            None if inputs.is_unknown() || values::rest(&inputs).is_some() => {
                Some(values::unknown(place))
            }
            None => None,
        }
    }

    /// The inputs of a configuration and of what it includes.
    fn launch_inputs(&self, launched: usize) -> Value {
        if let Some(found) = &*self.inputs.borrow() {
            return found.clone();
        }
        let includes = self.includes();
        let mut merged = self.own_inputs(launched);
        let mut open = includes.open;
        for include in includes.all.iter().rev().filter(|it| it.merge != Merge::No) {
            let below = self.own_inputs(include.instance);
            merged = merge(below, merged, include.merge == Merge::Deep, DEPTH);
        }
        let all = includes.all.iter().map(|it| it.instance).chain([launched]);
        open |= all.filter_map(|it| self.configuration(it)).any(Configuration::has_extra_arguments);
        let mut merged = without_root(&merged, DEPTH, &mut { values::PARTS });
        if open && let Data::Map(entries) = &merged.data {
            let mut entries = entries.to_vec();
            entries.push(values::rest_entry(values::unknown(merged.origin.place)));
            merged = values::map(entries, merged.origin);
        }
        *self.inputs.borrow_mut() = Some(merged.clone());
        merged
    }

    fn own_inputs(&self, instance: usize) -> Value {
        let nowhere = || values::map(Vec::new(), Origin::at(self.start_of(instance)));
        let Some(configuration) = self.configuration(instance) else { return nowhere() };
        let scope = self.config_scope(instance);
        match configuration.root.get("inputs").zip(scope) {
            Some((inputs, scope)) => self.eval(inputs, &scope),
            None => nowhere(),
        }
    }

    fn start_of(&self, instance: usize) -> Place {
        let file = self.configuration(instance).map(|it| it.source.file).unwrap_or_default();
        Place::new(file, syntax::Span::new(0, 0))
    }

    /// The provider blocks that configurations generate for the launched module.
    pub(crate) fn launch_providers(&self) -> Vec<(usize, &'p Declaration<'p>)> {
        let blocks = |it: usize| {
            let providers = self.module(it).map(|it| &it.providers).into_iter().flatten();
            providers.map(move |block| (it, block)).collect::<Vec<_>>()
        };
        self.configurations().into_iter().flat_map(blocks).collect()
    }

    /// The instances of the launched configuration and of what it includes.
    pub(crate) fn configurations(&self) -> Vec<usize> {
        let Some(launched) = self.launched() else { return Vec::new() };
        let includes = self.includes();
        std::iter::once(launched).chain(includes.all.iter().map(|it| it.instance)).collect()
    }

    /// True when an include is not here, so that anything may be in it.
    pub(crate) fn launch_is_open(&self) -> bool {
        self.run.is_some() && self.includes().open
    }

    /// `include.root.locals.x`; unknown for everything else that is not of this file.
    pub(super) fn included(
        &self,
        steps: &[Step<'_>],
        scope: &Scope<'_>,
        place: Place,
    ) -> Option<Value> {
        self.configuration(scope.instance)?;
        let includes = self.includes();
        let (name, rest) = match steps {
            [Step::Attribute("locals" | "inputs"), ..] => ("", steps),
            [Step::Attribute(name), rest @ ..] => (*name, rest),
            _ => return None,
        };
        let include = includes.all.iter().find(|it| it.name == name)?;
        match rest {
            [Step::Attribute("locals"), Step::Attribute(local), rest @ ..] => {
                let value = self.local(include.instance, local, place);
                Some(self.apply(value, rest, scope, place))
            }
            [Step::Attribute("inputs"), rest @ ..] => {
                let value = self.own_inputs(include.instance);
                Some(self.apply(value, rest, scope, place))
            }
            _ => None,
        }
    }

    /// A path of the workspace from a text, seen from the folder of a configuration.
    fn here(&self, text: &str, instance: usize) -> Option<String> {
        path::join(&self.config_folder(instance)?, text)
    }

    /// The folder that relative paths of a configuration start from: an included one is read
    /// in place of the one that includes it.
    pub(super) fn config_folder(&self, instance: usize) -> Option<String> {
        self.configuration(instance)?;
        if let Some(folder) = self.run.as_ref()?.borrow().folders.get(&instance) {
            return Some(folder.clone());
        }
        self.launch_folder().map(str::to_owned)
    }

    /// Terragrunt's own functions; `None` for those that it shares with Terraform.
    pub(super) fn terragrunt_function(
        &self,
        name: &str,
        node: Node<'_>,
        scope: &Scope<'_>,
    ) -> Option<Value> {
        self.configuration(scope.instance)?;
        let place = scope.place(node);
        let origin = || Origin::at(place);
        let argument = |at: usize| node.child(at).map(|it| self.eval(it, scope));
        let rooted = |folder: &str| {
            let slash = if folder.is_empty() { "" } else { "/" };
            values::text(format!("{}{slash}{folder}", path::ROOT), origin())
        };
        let folder = self.config_folder(scope.instance)?;
        Some(match name {
            "find_in_parent_folders" => {
                let wanted = match argument(0) {
                    Some(it) => values::known_text(&it),
                    None => Some("terragrunt.hcl".to_owned()),
                };
                match wanted.and_then(|it| self.upwards(&folder, &it)) {
                    Some(found) => rooted(&found),
                    None => argument(1).unwrap_or_else(|| values::unknown(place)),
                }
            }
            "path_relative_to_include" => {
                values::text(path::relative(&self.include_folder(node, scope)?, &folder), origin())
            }
            "path_relative_from_include" => {
                values::text(path::relative(&folder, &self.include_folder(node, scope)?), origin())
            }
            "get_parent_terragrunt_dir" => rooted(&self.include_folder(node, scope)?),
            "get_terragrunt_dir" => rooted(&folder),
            "get_original_terragrunt_dir" => rooted(self.launch_folder()?),
            "get_repo_root" => rooted(""),
            "get_path_from_repo_root" => values::text(folder, origin()),
            "get_path_to_repo_root" => values::text(path::relative(&folder, ""), origin()),
            "mark_as_read" => argument(0)?,
            "read_terragrunt_config" => {
                let text = argument(0).as_ref().and_then(values::known_text);
                let file = text.and_then(|it| path::join(&folder, &it));
                let read = file.and_then(|it| self.read_configuration(&it, place));
                read.or_else(|| argument(1)).unwrap_or_else(|| values::unknown(place))
            }
            "get_env"
            | "get_platform"
            | "run_cmd"
            | "sops_decrypt_file"
            | "read_tfvars_file"
            | "get_terraform_command"
            | "get_working_dir" => values::unknown(place),
            _ => return None,
        })
    }

    /// The folder of the included configuration: the one that is evaluated, or the one that is
    /// named, or the only one.
    fn include_folder(&self, node: Node<'_>, scope: &Scope<'_>) -> Option<String> {
        let includes = self.includes();
        let named = node.child(0).and_then(Node::as_str);
        let own = includes.all.iter().find(|it| it.instance == scope.instance);
        let found = match named {
            Some(name) => includes.all.iter().find(|it| it.name == name),
            None => own.or_else(|| includes.all.first()),
        }?;
        self.configuration(found.instance).map(|it| it.folder().to_owned())
    }

    /// The nearest file of a name above a folder.
    fn upwards(&self, folder: &str, name: &str) -> Option<String> {
        let mut at = folder;
        while !at.is_empty() {
            at = path::folder(at);
            let file = path::join(at, name)?;
            let exists = || (self.project.options.read_file?)(&file);
            if self.project.configuration(&file).is_some() || exists().is_some() {
                return Some(file);
            }
        }
        None
    }

    /// What another configuration says: its locals and inputs.
    fn read_configuration(&self, file: &str, place: Place) -> Option<Value> {
        let run = self.run.as_ref()?;
        match run.borrow().reads.get(file) {
            Some(Some(value)) => return Some(value.clone()),
            Some(None) => {
                self.note(NoteKind::Cycle, place, "this configuration reads itself");
                return Some(values::unknown(place));
            }
            None => {}
        }
        let module = self.project.configuration(file)?;
        let instance = self.add_instance(module)?;
        run.borrow_mut().reads.insert(file.to_owned(), None);
        run.borrow_mut().folders.insert(instance, path::folder(file).to_owned());
        let locals = self.module(instance).map(|it| &it.locals);
        let entry = |(name, part): (&&'p str, &crate::module::Part<'p>)| {
            let key = Place::new(part.file, part.body.key_span());
            values::entry(*name, Origin::at(key), self.local(instance, name, place))
        };
        let locals = locals.into_iter().flatten().map(entry).collect();
        let origin = || Origin::at(self.start_of(instance));
        let known = vec![
            values::entry("locals", origin(), values::map(locals, origin())),
            values::entry("inputs", origin(), self.own_inputs(instance)),
            // Its blocks are objects as well.
            values::rest_entry(values::unknown(place)),
        ];
        let value = values::map(known, origin());
        run.borrow_mut().reads.insert(file.to_owned(), Some(value.clone()));
        Some(value)
    }
}

/// One map over another; what is above wins.
fn merge(below: Value, above: Value, deep: bool, depth: usize) -> Value {
    let (Data::Map(_), Data::Map(_)) = (&below.data, &above.data) else {
        return match (&below.data, &above.data) {
            // What is written above is known whatever is below.
            (Data::Unknown(_), Data::Map(entries)) => {
                let mut entries = entries.to_vec();
                entries.push(values::rest_entry(values::unknown(below.origin.place)));
                values::map(entries, above.origin)
            }
            _ => above,
        };
    };
    let mut entries: Vec<Entry> = Vec::new();
    for entry in values::entries(&below) {
        match above.entry(&entry.key) {
            None => {
                let value = values::inherit(&below.origin, entry.value.clone());
                entries.push(Entry { value, ..entry.clone() });
            }
            Some(other) if deep && depth > 0 => {
                let value = merge(entry.value.clone(), other.value.clone(), true, depth - 1);
                entries.push(Entry { value, ..other.clone() });
            }
            Some(other) => entries.push(other.clone()),
        }
    }
    for entry in values::entries(&above) {
        if below.entry(&entry.key).is_none() {
            entries.push(entry.clone());
        }
    }
    for value in [&below, &above] {
        if let Some(rest) = values::rest(value) {
            entries.push(values::rest_entry(rest.clone()));
            break;
        }
    }
    values::map(entries, above.origin)
}

/// The same value, in which texts that name the root of the workspace are unknown: where it
/// lies is nobody's business.
fn without_root(value: &Value, depth: usize, parts: &mut usize) -> Value {
    let left = parts.checked_sub(1).filter(|_| depth > 0);
    let Some(left) = left else { return values::unknown(value.origin.place) };
    *parts = left;
    let data = match &value.data {
        Data::String(text) if text.with_stand_in("").contains(path::ROOT) => {
            return values::unknown(value.origin.place);
        }
        Data::List(items) => {
            let items = items.iter().map(|it| without_root(it, depth - 1, parts));
            Data::List(Arc::new(items.collect()))
        }
        Data::Map(entries) => {
            let mut clean = |it: &Entry| Entry {
                value: without_root(&it.value, depth - 1, parts),
                ..it.clone()
            };
            Data::Map(Arc::new(entries.iter().map(&mut clean).collect()))
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}
