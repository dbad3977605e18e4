//! `count` and `for_each`: which instances a block has.

use std::rc::Rc;
use std::sync::Arc;

use model::{Data, NoteKind, Origin, Place, Value};

use super::{
    Caller, Calls, Evaluator, Instance, MODULE_DEPTH, MODULES, MemoKey, Object, Resource, Scope,
};
use crate::module::Declaration;
use crate::values;

/// Instances of one block. The loops of real modules stay below 100.
const INSTANCES: usize = 256;

/// Which instance of a block.
#[derive(Clone, Debug, Default)]
pub(crate) enum Key {
    /// The block has no loop.
    #[default]
    Single,
    /// `count.index`
    Index(usize),
    /// The loop goes over a map or set.
    Each {
        /// `each.key`, and where it is written.
        key: Arc<str>,
        origin: Origin,
        /// `each.value`
        value: Value,
        /// The nesting of what the loop goes over.
        nesting: u32,
    },
    /// The block has a loop over something unknown; this stands for all of its instances.
    Unknown,
}

impl Key {
    /// `[0]`, `["a"]` or nothing.
    pub(crate) fn suffix(&self) -> String {
        match self {
            Self::Single | Self::Unknown => String::new(),
            Self::Index(at) => format!("[{at}]"),
            Self::Each { key, .. } => format!("[{}]", values::json_string(key)),
        }
    }
}

impl<'p> Evaluator<'p> {
    /// The instances of a block, in order.
    pub(super) fn expansion(&self, instance: usize, block: &Declaration<'p>) -> Rc<Vec<Key>> {
        let memo = MemoKey { instance, key: 0, file: block.file(), node: block.block.id().0 };
        if let Some(found) = self.expansions.borrow().get(&memo) {
            return Rc::clone(found);
        }
        // While a loop is evaluated its own block has no instances: a loop over itself.
        self.expansions.borrow_mut().insert(memo, Rc::new(vec![Key::Unknown]));
        let keys = Rc::new(self.expand(instance, block));
        self.expansions.borrow_mut().insert(memo, Rc::clone(&keys));
        keys
    }

    fn expand(&self, instance: usize, block: &Declaration<'p>) -> Vec<Key> {
        if let Some((file, node)) = block.attribute("count") {
            let scope = Scope::new(instance, file, &Key::Single);
            let count = self.eval(node, &scope);
            return self.counted(&count, scope.place(node));
        }
        if let Some((file, node)) = block.attribute("for_each") {
            let scope = Scope::new(instance, file, &Key::Single);
            let outer = self.nesting.replace(0);
            let over = self.eval(node, &scope);
            let nesting = self.nesting.replace(outer);
            return self.each(&over, nesting, scope.place(node));
        }
        vec![Key::Single]
    }

    fn counted(&self, count: &Value, place: Place) -> Vec<Key> {
        let Some(count) = count.as_number() else { return vec![Key::Unknown] };
        if !(0.0..=1e18).contains(&count) {
            return Vec::new();
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        let count = count as usize;
        if count > INSTANCES {
            self.note(NoteKind::Limit, place, "more instances than nhilint looks at");
        }
        (0..count.min(INSTANCES)).map(Key::Index).collect()
    }

    fn each(&self, over: &Value, nesting: u32, place: Place) -> Vec<Key> {
        let mut keys = Vec::new();
        match &over.data {
            Data::Map(_) => {
                for entry in values::entries(over) {
                    let value = values::inherit(&over.origin, entry.value.clone());
                    let key = values::text(Arc::clone(&entry.key), entry.key_origin.clone());
                    let origin = values::inherit(&over.origin, key).origin;
                    keys.push(Key::Each { key: Arc::clone(&entry.key), origin, value, nesting });
                }
                if values::rest(over).is_some() {
                    keys.push(Key::Unknown);
                }
            }
            Data::List(items) => {
                for item in items.iter() {
                    match values::known_text(item) {
                        Some(text) => {
                            let value = values::inherit(&over.origin, item.clone());
                            let origin = value.origin.clone();
                            keys.push(Key::Each { key: text.into(), origin, value, nesting });
                        }
                        None => keys.push(Key::Unknown),
                    }
                }
            }
            Data::Null => {}
            _ => keys.push(Key::Unknown),
        }
        keys.sort_by(|a, b| match (a, b) {
            (Key::Each { key: a, .. }, Key::Each { key: b, .. }) => a.cmp(b),
            (Key::Each { .. }, _) => std::cmp::Ordering::Less,
            (_, Key::Each { .. }) => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Equal,
        });
        keys.dedup_by(|a, b| match (a, b) {
            (Key::Each { key: a, .. }, Key::Each { key: b, .. }) => a == b,
            (Key::Unknown, Key::Unknown) => true,
            _ => false,
        });
        if keys.len() > INSTANCES {
            self.note(NoteKind::Limit, place, "more instances than nhilint looks at");
            keys.truncate(INSTANCES);
        }
        keys
    }

    /// Keys of a block whose own are not all known, from what was recorded of it.
    fn recorded_keys(
        &self,
        base: &str,
        block: &Declaration<'p>,
        own: Rc<Vec<Key>>,
    ) -> Rc<Vec<Key>> {
        if self.recordings.is_empty() || !own.iter().any(|it| matches!(it, Key::Unknown)) {
            return own;
        }
        let looped = block.attribute("for_each").or_else(|| block.attribute("count"));
        let place = looped.map_or(block.place, |(file, node)| Place::new(file, node.span()));
        let mut keys: Vec<Key> = Vec::new();
        for key in self.recorded().flat_map(|it| it.keys(base)).take(INSTANCES) {
            let mut key = key.clone();
            if let Key::Each { origin, value, .. } = &mut key {
                *origin = Origin::at(place);
                *value = values::unknown(place);
            }
            keys.push(key);
        }
        if keys.is_empty() { own } else { Rc::new(keys) }
    }

    /// The instances of a resource or data source.
    pub(crate) fn resources(
        &self,
        instance: usize,
        declaration: &'p Declaration<'p>,
        is_data: bool,
    ) -> Vec<Resource<'p>> {
        let path = &self.instance(instance).path;
        let dot = if path.is_empty() { "" } else { "." };
        let prefix = match declaration.is_ephemeral() {
            true => "ephemeral.",
            false if is_data => "data.",
            false => "",
        };
        let Declaration { kind, name, .. } = declaration;
        let base = format!("{path}{dot}{prefix}{kind}.{name}");
        let keys = self.recorded_keys(&base, declaration, self.expansion(instance, declaration));
        let make = |(index, key): (usize, &Key)| {
            let address: Arc<str> = format!("{base}{}", key.suffix()).into();
            let key = key.clone();
            let resource =
                Resource { instance, declaration, is_data, key, index, address, recorded: None };
            self.register(&resource.address, Object::Resource(resource.clone()));
            resource
        };
        keys.iter().enumerate().map(make).collect()
    }

    /// The instances of a call of a module that is not here, to be asked for their arguments.
    pub(crate) fn called(&self, instance: usize, call: &'p Declaration<'p>) -> Vec<Resource<'p>> {
        let path = &self.instance(instance).path;
        let dot = if path.is_empty() { "" } else { "." };
        let base = format!("{path}{dot}module.{}", call.name);
        let keys = self.expansion(instance, call);
        let make = |(index, key): (usize, &Key)| Resource {
            instance,
            declaration: call,
            is_data: false,
            key: key.clone(),
            index,
            address: format!("{base}{}", key.suffix()).into(),
            recorded: None,
        };
        keys.iter().enumerate().map(make).collect()
    }

    /// The instances of a module that a call makes; nothing for a module that is not local.
    pub(crate) fn calls(&self, instance: usize, name: &str) -> Calls {
        let memo = (instance, name.to_owned());
        if let Some(found) = self.children.borrow().get(&memo) {
            return Rc::clone(found);
        }
        let made = Rc::new(self.call(instance, name).unwrap_or_default());
        self.children.borrow_mut().insert(memo, Rc::clone(&made));
        made
    }

    /// The module that a call runs, when it is here: a local one, or one that was fetched for
    /// this way to it.
    pub(crate) fn callee(&self, instance: usize, call: &Declaration<'_>) -> Option<usize> {
        let local = self.project.callee(self.instance(instance).module, call);
        local.or_else(|| {
            let mut names = vec![call.name.to_owned()];
            let mut at = self.instance(instance);
            while let Some(caller) = &at.caller {
                names.push(caller.call.clone());
                at = self.instance(caller.instance);
            }
            names.reverse();
            self.project.fetched(self.root, &names.join("."))
        })
    }

    fn call(&self, instance: usize, name: &str) -> Option<Vec<(Key, usize)>> {
        let caller = self.instance(instance);
        let call = self.module(instance)?.calls.get(name)?;
        let Some(module) = self.callee(instance, call) else {
            self.note(NoteKind::Outside, call.place, "this module is not here: it is unknown");
            return None;
        };
        if caller.depth >= MODULE_DEPTH {
            self.note(NoteKind::Limit, call.place, "modules call each other too deep to follow");
            return None;
        }
        let dot = if caller.path.is_empty() { "" } else { "." };
        let base = format!("{}{dot}module.{name}", caller.path);
        let keys = self.recorded_keys(&base, call, self.expansion(instance, call));
        let mut made = Vec::with_capacity(keys.len());
        for key in keys.iter() {
            let mut instances = self.instances.borrow_mut();
            if instances.len() >= MODULES {
                drop(instances);
                self.note(NoteKind::Limit, call.place, "more module calls than nhilint looks at");
                break;
            }
            let path: Arc<str> = format!("{base}{}", key.suffix()).into();
            made.push((key.clone(), instances.len()));
            let caller_of = Caller { instance, call: name.to_owned(), key: key.clone() };
            let depth = caller.depth + 1;
            instances.push(Rc::new(Instance { module, path, depth, caller: Some(caller_of) }));
        }
        Some(made)
    }
}
