//! Names and what follows them: `var.x`, `local.x.y[0]`, `aws_iam_role.ci["a"].arn`.

use std::sync::Arc;

use model::{Data, Origin, Place, Remote, StepKind, Value};
use syntax::{Kind, Node};

use super::{Evaluator, Key, MemoKey, Object, Resource, Scope, data};
use crate::module::{Declaration, Part};
use crate::{path, values};

/// What is applied to a name.
#[derive(Clone, Copy)]
pub(super) enum Step<'n> {
    Attribute(&'n str),
    Index(Node<'n>),
}

impl<'p> Evaluator<'p> {
    pub(super) fn traversal(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let mut steps = Vec::new();
        let mut base = node;
        while matches!(base.kind(), Kind::GetAttr | Kind::Index) {
            let (Some(target), Some(with)) = (base.child(0), base.child(1)) else {
                return values::unknown(place);
            };
            steps.push(match base.kind() {
                Kind::GetAttr => Step::Attribute(with.text().unwrap_or("")),
                _ => Step::Index(with),
            });
            base = target;
        }
        steps.reverse();
        match base.text().filter(|_| base.kind() == Kind::Name) {
            Some(name) => self.named(name, &steps, scope, place),
            None => {
                let value = self.eval(base, scope);
                self.apply(value, &steps, scope, place)
            }
        }
    }

    fn named(&self, name: &str, steps: &[Step<'_>], scope: &Scope<'_>, place: Place) -> Value {
        if let Some(value) = scope.lookup(name) {
            return self.apply(value.clone(), steps, scope, place);
        }
        if scope.detached {
            return values::invalid(place);
        }
        match (name, steps) {
            ("var", [Step::Attribute(name), rest @ ..]) => {
                let value = self.variable(scope.instance, name, place);
                self.apply(value, rest, scope, place)
            }
            ("local", [Step::Attribute(name), rest @ ..]) => {
                let value = self.local(scope.instance, name, place);
                self.apply(value, rest, scope, place)
            }
            ("each" | "count", [Step::Attribute(part), rest @ ..]) => {
                if let Key::Each { nesting, .. } = scope.key {
                    self.nest(*nesting);
                }
                let value = loop_value(scope.key, name, part, place);
                self.apply(value, rest, scope, place)
            }
            ("path", [Step::Attribute(part)]) => self.path(scope.instance, part, place),
            ("data", [Step::Attribute(kind), Step::Attribute(name), rest @ ..]) => {
                let module = self.module(scope.instance);
                let found = module.and_then(|it| it.data.get(*kind)?.get(*name));
                self.declared(found, true, rest, scope, place)
            }
            ("ephemeral", [Step::Attribute(kind), Step::Attribute(name), rest @ ..]) => {
                let module = self.module(scope.instance);
                let found = module.and_then(|it| it.ephemeral.get(*kind)?.get(*name));
                self.declared(found, false, rest, scope, place)
            }
            ("module", [Step::Attribute(name), rest @ ..]) => {
                self.module_value(name, rest, scope, place)
            }
            ("include", steps) => {
                self.included(steps, scope, place).unwrap_or_else(|| values::unknown(place))
            }
            (
                "var" | "local" | "each" | "count" | "path" | "terraform" | "self" | "data"
                | "ephemeral" | "module",
                _,
            ) => values::unknown(place),
            (kind, [Step::Attribute(name), rest @ ..]) => {
                let module = self.module(scope.instance);
                let found = module.and_then(|it| it.resources.get(kind)?.get(*name));
                self.declared(found, false, rest, scope, place)
            }
            _ => values::unknown(place),
        }
    }

    /// The value of an input variable in a module instance.
    pub(crate) fn variable(&self, instance: usize, name: &str, place: Place) -> Value {
        let Some(declared) = self.module(instance).and_then(|it| it.variables.get(name)) else {
            return values::unknown(place);
        };
        let memo = MemoKey { instance, key: 0, file: declared.file(), node: declared.block.id().0 };
        let value = self.memoised(memo, place, || self.input(instance, declared, place));
        let through =
            |kind| values::through(value.clone(), kind, &format!("var.{name}").into(), place);
        match self.input_source(instance, declared) {
            Some(kind) => through(kind),
            // Nothing is written for it: all there is of it is this reference.
            None => Value { origin: Origin::at(place), ..value },
        }
    }

    /// Where the value of a variable comes from.
    fn input_source(&self, instance: usize, declared: &Declaration<'_>) -> Option<StepKind> {
        match &self.instance(instance).caller {
            Some(caller) => {
                let module = self.module(caller.instance)?;
                let call = module.calls.get(caller.call.as_str())?;
                if call.attribute(declared.name).is_some() {
                    return Some(StepKind::ModuleArgument);
                }
            }
            None => {
                let module = self.module(instance)?;
                if module.values.iter().any(|it| it.body.get(declared.name).is_some()) {
                    return Some(StepKind::VariableFile);
                }
                if instance == 0 && self.launch_input(declared.name, declared.place).is_some() {
                    return Some(StepKind::ModuleArgument);
                }
            }
        }
        declared.attribute("default").map(|_| StepKind::VariableDefault)
    }

    fn input(&self, instance: usize, declared: &Declaration<'p>, place: Place) -> Value {
        let value = match &self.instance(instance).caller {
            Some(caller) => {
                let call =
                    self.module(caller.instance).and_then(|it| it.calls.get(caller.call.as_str()));
                let argument = call.and_then(|it| it.attribute(declared.name));
                argument.map(|(file, node)| {
                    self.eval(node, &Scope::new(caller.instance, file, &caller.key))
                })
            }
            None => {
                let module = self.module(instance);
                let files = module.into_iter().flat_map(|it| it.values.iter().rev());
                let entry = |it: &Part<'p>| Some((it.file, it.body.get(declared.name)?));
                files
                    .filter_map(entry)
                    .next()
                    .map(|(file, node)| {
                        let scope =
                            Scope { detached: true, ..Scope::new(instance, file, &Key::Single) };
                        self.eval(node, &scope)
                    })
                    .or_else(|| self.launch_input(declared.name, place).filter(|_| instance == 0))
            }
        };
        let is_nullable =
            declared.attribute("nullable").is_none_or(|(_, node)| node.as_bool() != Some(false));
        let value =
            value.filter(|it| is_nullable || !matches!(it.data, Data::Null)).or_else(|| {
                let (file, node) = declared.attribute("default")?;
                let default = self.eval(node, &Scope::new(instance, file, &Key::Single));
                Some(self.as_input(default, instance))
            });
        match value {
            Some(value) => self.typed(value, declared, instance),
            None => {
                let path = &self.instance(instance).path;
                let dot = if path.is_empty() { "" } else { "." };
                let address: Arc<str> = format!("{path}{dot}var.{}", declared.name).into();
                values::computed(&address, "", place)
            }
        }
    }

    /// An empty map as the default of a reusable module's input says "whatever the caller
    /// gives": it has entries that are not known.
    fn as_input(&self, default: Value, instance: usize) -> Value {
        let empty = matches!(&default.data, Data::Map(entries) if entries.is_empty());
        let reusable = self.instance(instance).caller.is_none()
            && self.launch_folder().is_none()
            && self.module(instance).is_some_and(crate::module::Module::is_reusable);
        if !empty || !reusable {
            return default;
        }
        let rest = values::rest_entry(values::unknown(default.origin.place));
        values::map(vec![rest], default.origin)
    }

    pub(super) fn local(&self, instance: usize, name: &str, place: Place) -> Value {
        let Some(part) = self.module(instance).and_then(|it| it.locals.get(name)) else {
            return values::unknown(place);
        };
        let memo = MemoKey { instance, key: 0, file: part.file, node: part.body.id().0 };
        let value = self.memoised(memo, place, || {
            self.eval(part.body, &Scope::new(instance, part.file, &Key::Single))
        });
        values::through(value, StepKind::Local, &format!("local.{name}").into(), place)
    }

    fn path(&self, instance: usize, part: &str, place: Place) -> Value {
        let origin = Origin::at(place);
        match part {
            "root" => values::text(".", origin),
            "module" => {
                let folder = self.module(instance).map_or("", |it| it.folder);
                values::text(path::relative(self.root_folder(), folder), origin)
            }
            _ => values::unknown(place),
        }
    }

    /// A resource or data source, with what follows its name.
    fn declared(
        &self,
        found: Option<&'p Declaration<'p>>,
        is_data: bool,
        steps: &[Step<'_>],
        scope: &Scope<'_>,
        place: Place,
    ) -> Value {
        let Some(declaration) = found else { return values::unknown(place) };
        let instances = self.resources(scope.instance, declaration, is_data);
        if let [only] = instances.as_slice()
            && matches!(only.key, Key::Single)
        {
            let object = values::object(&only.address, place);
            return self.apply(object, steps, scope, place);
        }
        let objects: Vec<(Key, Value)> = instances
            .iter()
            .map(|it| (it.key.clone(), values::object(&it.address, place)))
            .collect();
        let counted = declaration.attribute("count").is_some();
        self.instances(&objects, counted, steps, scope, place)
    }

    /// Picks from the instances of a block, or makes a collection of them.
    fn instances(
        &self,
        objects: &[(Key, Value)],
        counted: bool,
        steps: &[Step<'_>],
        scope: &Scope<'_>,
        place: Place,
    ) -> Value {
        if let [Step::Index(index), rest @ ..] = steps {
            let index = self.eval(*index, scope);
            let picked = pick(objects, &index, place);
            return self.apply(picked, rest, scope, place);
        }
        let collection = collect(objects, counted, place);
        self.apply(collection, steps, scope, place)
    }

    fn module_value(
        &self,
        name: &str,
        steps: &[Step<'_>],
        scope: &Scope<'_>,
        place: Place,
    ) -> Value {
        let path = self.instance(scope.instance).path.clone();
        let dot = if path.is_empty() { "" } else { "." };
        let calls = self.calls(scope.instance, name);
        let call = self.module(scope.instance).and_then(|it| it.calls.get(name));
        let local = call.is_some_and(|it| self.callee(scope.instance, it).is_some());
        if !local {
            let address: Arc<str> = format!("{path}{dot}module.{name}").into();
            return self.apply(values::object(&address, place), steps, scope, place);
        }
        let objects: Vec<(Key, Value)> = calls
            .iter()
            .map(|(key, id)| {
                let address = Arc::clone(&self.instance(*id).path);
                self.register(&address, Object::Module(*id));
                (key.clone(), values::object(&address, place))
            })
            .collect();
        match objects.as_slice() {
            [(Key::Single, object)] => self.apply(object.clone(), steps, scope, place),
            _ => {
                let counted = call.is_some_and(|it| it.attribute("count").is_some());
                self.instances(&objects, counted, steps, scope, place)
            }
        }
    }

    /// An output of a module instance.
    fn output(&self, instance: usize, name: &str, place: Place) -> Value {
        let Some(output) = self.module(instance).and_then(|it| it.outputs.get(name)) else {
            return values::invalid(place);
        };
        let Some((file, node)) = output.attribute("value") else { return values::unknown(place) };
        let memo = MemoKey { instance, key: 0, file, node: node.id().0 };
        let value = self
            .memoised(memo, place, || self.eval(node, &Scope::new(instance, file, &Key::Single)));
        let step: Arc<str> = format!("{}.{name}", self.instance(instance).path).into();
        values::through(value, StepKind::ModuleOutput, &step, place)
    }

    /// An attribute of a resource as an expression sees it.
    pub(crate) fn attribute(&self, resource: &Resource<'_>, name: &str, place: Place) -> Value {
        if resource.is_data
            && let Some(value) = data::attribute(self, resource, name, place)
        {
            // Documents put what they take in some levels deeper.
            self.nest(self.nesting.get() + 4);
            return value;
        }
        if let Some(value) = self.clock_attribute(resource, name) {
            let step: Arc<str> = format!("{}.{name}", resource.address).into();
            return values::through(value, StepKind::Attribute, &step, place);
        }
        let computed = || values::computed(&resource.address, name, place);
        let written = match (resource.declaration.kind, name) {
            // Terraform's own resource hands its input on.
            ("terraform_data", "output") => "input",
            _ => name,
        };
        let value = match self.written(resource, written) {
            Some(value) => match &value.data {
                // What is written as null is filled in by the provider.
                Data::Null => return computed(),
                Data::Unknown(None) => return computed(),
                Data::Unknown(_) if values::is_invalid(&value) => return computed(),
                Data::List(_) => self.with_computed(value, resource, name, place),
                _ => value,
            },
            None => return computed(),
        };
        let step: Arc<str> = format!("{}.{name}", resource.address).into();
        values::through(value, StepKind::Attribute, &step, place)
    }

    /// Nested blocks have attributes of their own that only an apply can tell.
    fn with_computed(
        &self,
        value: Value,
        resource: &Resource<'_>,
        name: &str,
        place: Place,
    ) -> Value {
        if resource.declaration.attribute(name).is_some() {
            return value;
        }
        let open = |(at, item): (usize, &Value)| match &item.data {
            Data::Map(entries) => {
                let mut entries = entries.to_vec();
                let attribute = format!("{name}[{at}]");
                let computed = values::computed(&resource.address, &attribute, place);
                entries.push(values::rest_entry(computed));
                values::map(entries, item.origin.clone())
            }
            _ => item.clone(),
        };
        let items = value.one_or_many().iter().enumerate().map(open).collect();
        values::list(items, value.origin.clone())
    }

    pub(super) fn apply(
        &self,
        value: Value,
        steps: &[Step<'_>],
        scope: &Scope<'_>,
        place: Place,
    ) -> Value {
        let mut value = value;
        for step in steps {
            value = match step {
                Step::Attribute(name) => self.get(&value, name, place),
                Step::Index(index) => {
                    let index = self.eval(*index, scope);
                    self.index(&value, &index, place)
                }
            };
        }
        value
    }

    /// `value.name`
    pub(super) fn get(&self, value: &Value, name: &str, place: Place) -> Value {
        // Entries are looked through one by one.
        if !self.spend(value.entries().len() / 64, place) {
            return values::unknown(place);
        }
        match &value.data {
            Data::Map(_) => {
                if let Some(found) = values::member(value, name) {
                    return found;
                }
                match values::rest(value) {
                    Some(rest) => self.get_rest(rest, name, place),
                    None => values::invalid(place),
                }
            }
            Data::Unknown(_) => beneath(value, &format!(".{name}"), place),
            Data::List(items) => match name.parse::<usize>() {
                Ok(at) => item_at(value, items, at, place),
                // Old configurations read `x.attribute` of a counted resource.
                Err(_) => values::invalid(place),
            },
            _ => values::invalid(place),
        }
    }

    /// An attribute that is not among the known entries of a map.
    fn get_rest(&self, rest: &Value, name: &str, place: Place) -> Value {
        let Data::Unknown(Some(remote)) = &rest.data else { return values::unknown(place) };
        if !remote.attribute.is_empty() {
            return beneath(rest, &format!(".{name}"), place);
        }
        match self.object(&remote.address) {
            Some(Object::Resource(resource)) => self.attribute(&resource, name, place),
            Some(Object::Module(instance)) => self.output(instance, name, place),
            None => values::computed(&remote.address, name, place),
        }
    }

    /// `value[index]`
    pub(super) fn index(&self, value: &Value, index: &Value, place: Place) -> Value {
        if values::is_invalid(value) || values::is_invalid(index) {
            return values::invalid(place);
        }
        match &value.data {
            Data::List(items) => match whole(index) {
                Some(at) => item_at(value, items, at, place),
                None if index.is_unknown() => values::unknown(place),
                None => values::invalid(place),
            },
            Data::Map(_) => match values::known_text(index) {
                Some(key) => self.get(value, &key, place),
                None if index.is_unknown() => values::unknown(place),
                None => values::invalid(place),
            },
            Data::Unknown(_) => match values::known_text(index) {
                Some(key) => beneath(value, &format!("[{key}]"), place),
                None => values::unknown(place),
            },
            _ => values::invalid(place),
        }
    }
}

fn loop_value(key: &Key, name: &str, part: &str, place: Place) -> Value {
    match (key, name, part) {
        (Key::Each { key, origin, .. }, "each", "key") => {
            let step = StepKind::Iteration;
            let text = values::text(Arc::clone(key), origin.clone());
            values::through(text, step, &"each.key".into(), place)
        }
        (Key::Each { value, .. }, "each", "value") => {
            values::through(value.clone(), StepKind::Iteration, &"each.value".into(), place)
        }
        (Key::Index(at), "count", "index") => {
            #[expect(clippy::cast_precision_loss, reason = "instances are few")]
            let at = *at as f64;
            values::number(at, Origin::at(place))
        }
        _ => values::unknown(place),
    }
}

/// The instance under an index.
fn pick(objects: &[(Key, Value)], index: &Value, place: Place) -> Value {
    if let [(Key::Unknown, object)] = objects {
        return object.clone();
    }
    let text = values::known_text(index);
    let found = objects.iter().find(|(key, _)| match (key, &text) {
        (Key::Index(at), Some(text)) => *text == at.to_string(),
        (Key::Each { key, .. }, Some(text)) => **key == **text,
        _ => false,
    });
    match found.or_else(|| objects.iter().find(|(key, _)| matches!(key, Key::Unknown))) {
        Some((_, object)) => object.clone(),
        None if text.is_some() => values::invalid(place),
        None => values::unknown(place),
    }
}

/// All instances of a block as a list or map.
fn collect(objects: &[(Key, Value)], counted: bool, place: Place) -> Value {
    let origin = Origin::at(place);
    if counted {
        let mut items: Vec<Value> = objects.iter().map(|(_, it)| it.clone()).collect();
        if objects.iter().any(|(key, _)| matches!(key, Key::Unknown)) {
            items.push(values::rest_item(origin.clone()));
        }
        return values::list(items, origin);
    }
    let mut entries = Vec::with_capacity(objects.len());
    for (key, object) in objects {
        match key {
            Key::Each { key, origin, .. } => {
                entries.push(values::entry(Arc::clone(key), origin.clone(), object.clone()));
            }
            _ => entries.push(values::rest_entry(values::unknown(place))),
        }
    }
    values::map(entries, origin)
}

fn item_at(list: &Value, items: &[Value], at: usize, place: Place) -> Value {
    let known = items.iter().position(values::is_rest_item);
    match items.get(at) {
        Some(item) if known.is_none_or(|rest| at < rest) => {
            values::inherit(&list.origin, item.clone())
        }
        _ if known.is_some() => values::unknown(place),
        _ => values::invalid(place),
    }
}

/// A whole number that is not negative.
pub(super) fn whole(value: &Value) -> Option<usize> {
    let number = value.as_number().filter(|it| it.fract() == 0.0 && (0.0..1e9).contains(it))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked"
    )]
    Some(number as usize)
}

/// A part of something unknown.
fn beneath(value: &Value, path: &str, place: Place) -> Value {
    if values::is_invalid(value) {
        return values::invalid(place);
    }
    let Some(remote) = values::remote(value) else { return values::unknown(place) };
    let mut attribute = remote.attribute.to_string();
    // A chain that grows without end is of no use as a name.
    if attribute.len() > 256 {
        return values::unknown(place);
    }
    attribute.push_str(if attribute.is_empty() { path.trim_start_matches('.') } else { path });
    let remote = Remote { address: Arc::clone(&remote.address), attribute: attribute.into() };
    Value { data: Data::Unknown(Some(Arc::new(remote))), origin: Origin::at(place) }
}
