//! Everything one root module declares, with its local modules.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Address, Data, Identity, IdentityKind, Knowledge, Place, Value};
use syntax::{Kind, Node};

use super::addresses::Addresses;
use crate::environment;
use crate::eval::{Evaluator, Key, Resource, Scope};
use crate::module::Declaration;
use crate::{ownership, values};

/// One root module with everything that it and its local modules declare.
pub(crate) struct Unit<'e, 'p> {
    pub(crate) evaluator: &'e Evaluator<'p>,
    /// Managed resources, instance by instance.
    pub(crate) resources: Vec<Resource<'p>>,
    /// Data sources, instance by instance.
    pub(crate) data: Vec<Resource<'p>>,
    /// Module instances, callers first.
    pub(crate) instances: Vec<usize>,
    pub(crate) addresses: Addresses,
    scope: Arc<str>,
    providers: RefCell<BTreeMap<(usize, Place), Value>>,
}

/// The configuration of the provider that manages a resource.
pub(crate) enum Provider {
    /// Its evaluated block.
    Known(Value),
    /// There is none.
    Absent,
    /// It is configured outside of what is analysed.
    Unknown,
}

impl<'e, 'p> Unit<'e, 'p> {
    pub(crate) fn new(evaluator: &'e Evaluator<'p>) -> Self {
        let scope: Arc<str> = evaluator.launch_folder().unwrap_or(evaluator.root_folder()).into();
        let mut unit = Self {
            evaluator,
            resources: Vec::new(),
            data: Vec::new(),
            instances: vec![0],
            addresses: Addresses::new(Arc::clone(&scope)),
            scope,
            providers: RefCell::default(),
        };
        let mut at = 0;
        while let Some(instance) = unit.instances.get(at).copied() {
            at += 1;
            let Some(module) = evaluator.module(instance) else { continue };
            let lasting = module.resources.values().flat_map(|it| it.values());
            let passing = module.ephemeral.values().flat_map(|it| it.values());
            for declaration in lasting.chain(passing) {
                unit.resources.extend(evaluator.resources(instance, declaration, false));
            }
            for declaration in module.data.values().flat_map(|it| it.values()) {
                unit.data.extend(evaluator.resources(instance, declaration, true));
            }
            for name in module.calls.keys() {
                unit.instances.extend(evaluator.calls(instance, name).iter().map(|(_, id)| *id));
            }
        }
        unit.add_recorded();
        let mut addresses = std::mem::take(&mut unit.addresses);
        addresses.index(&unit);
        unit.addresses = addresses;
        unit
    }

    /// Adds what only a plan or state knows: resources of modules that are not here, and those
    /// whose configuration is not.
    fn add_recorded(&mut self) {
        let declared = self.resources.iter().chain(&self.data);
        let mut known: BTreeSet<Arc<str>> = declared.map(|it| Arc::clone(&it.address)).collect();
        for recording in self.evaluator.recorded() {
            // What an apply takes away is not worth a word.
            known.extend(recording.deleted.iter().map(|it| Arc::from(*it)));
            for recorded in &recording.resources {
                if !known.insert(Arc::clone(&recorded.address)) {
                    continue;
                }
                let resource = self.evaluator.recorded_resource(recorded);
                if recorded.is_data {
                    self.data.push(resource);
                } else {
                    self.resources.push(resource);
                }
            }
        }
    }

    pub(crate) fn address(&self, resource: &Resource<'_>) -> Address {
        Address::new(Arc::clone(&self.scope), Arc::clone(&resource.address))
    }

    /// An address below a resource: `aws_iam_policy.p#Statement[0]`.
    pub(crate) fn address_below(&self, resource: &Resource<'_>, path: &str) -> Address {
        self.named(&format!("{}#{path}", resource.address))
    }

    pub(crate) fn named(&self, name: &str) -> Address {
        Address::new(Arc::clone(&self.scope), name)
    }

    /// What is written for an attribute or nested block; null counts as nothing.
    pub(crate) fn get(&self, resource: &Resource<'_>, name: &str) -> Option<Value> {
        let value = self.evaluator.written(resource, name)?;
        (!matches!(value.data, Data::Null)).then_some(value)
    }

    pub(crate) fn text(&self, resource: &Resource<'_>, name: &str) -> Knowledge<String> {
        self.get(resource, name).map_or(Knowledge::Absent, |it| it.to_text())
    }

    /// The resources of a type.
    pub(crate) fn of_type<'s>(&'s self, kind: &str) -> impl Iterator<Item = &'s Resource<'p>> {
        self.resources.iter().filter(move |it| it.declaration.kind == kind)
    }

    pub(crate) fn resource(&self, address: &str) -> Option<&Resource<'p>> {
        let at = self.addresses.position(address)?;
        self.resources.get(at)
    }

    /// An identity with everything that is common to all kinds.
    pub(crate) fn identity(
        &self,
        resource: &Resource<'_>,
        kind: IdentityKind,
        name: Knowledge<String>,
    ) -> Identity {
        let labels = ownership::labels(self, resource);
        let environment = environment::of(
            &labels,
            name.value().map(String::as_str),
            resource.declaration.name,
            self.evaluator.module(resource.instance).map_or("", |it| it.folder),
        );
        Identity {
            realm: None,
            address: self.address(resource),
            kind,
            name,
            aliases: Vec::new(),
            ownership: ownership::of(self, resource, &labels),
            environment,
            human: None,
            disabled: Knowledge::Absent,
            description: self.text(resource, "description"),
            built_in: false,
            purpose: model::Purpose::Unknown,
            parent: None,
            session_seconds: Knowledge::Absent,
            boundary: Knowledge::Absent,
            scope: model::ConfigScope::Project,
            client: None,
            place: resource.declaration.place,
            region: resource.declaration.region,
        }
    }

    /// The provider configuration of a resource, through module calls and aliases.
    pub(crate) fn provider(&self, resource: &Resource<'_>) -> Provider {
        let kind = resource.declaration.kind;
        let (name, alias) = resource
            .declaration
            .attribute("provider")
            .and_then(|(_, node)| provider_name(node))
            .unwrap_or_else(|| (kind.split('_').next().unwrap_or(kind).to_owned(), None));
        self.find_provider(resource.instance, &name, alias.as_deref(), 0)
    }

    fn find_provider(
        &self,
        instance: usize,
        name: &str,
        alias: Option<&str>,
        depth: usize,
    ) -> Provider {
        let Some(module) = self.evaluator.module(instance) else { return Provider::Unknown };
        let matches = |it: &&'p Declaration<'p>| it.name == name && it.literal("alias") == alias;
        if let Some(found) = module.providers.iter().find(matches) {
            return Provider::Known(self.provider_block(instance, found));
        }
        let Some((caller, call)) = self.evaluator.caller(instance).filter(|_| depth < 32) else {
            let generated = self.evaluator.launch_providers();
            if let Some((at, found)) = generated.into_iter().find(|(_, it)| matches(it)) {
                return Provider::Known(self.provider_block(at, found));
            }
            let launched = self.evaluator.launch_folder().is_some();
            let reusable = module.is_reusable() && !launched;
            let outside = alias.is_some() || reusable || self.evaluator.launch_is_open();
            return if outside { Provider::Unknown } else { Provider::Absent };
        };
        let passed = call.attribute("providers").and_then(|(_, node)| passed(node, name, alias));
        match (passed, alias) {
            (Some((name, alias)), _) => {
                self.find_provider(caller, &name, alias.as_deref(), depth + 1)
            }
            (None, None) => self.find_provider(caller, name, None, depth + 1),
            (None, Some(_)) => Provider::Unknown,
        }
    }

    /// An evaluated provider block.
    pub(crate) fn provider_block(&self, instance: usize, block: &Declaration<'p>) -> Value {
        let memo = (instance, block.region);
        if let Some(found) = self.providers.borrow().get(&memo) {
            return found.clone();
        }
        let mut value = values::map(Vec::new(), model::Origin::at(block.region));
        for part in &block.parts {
            value = self.evaluator.body(part.body, &Scope::new(instance, part.file, &Key::Single));
        }
        self.providers.borrow_mut().insert(memo, value.clone());
        value
    }
}

/// `aws` or `aws.us`, as a reference or as text.
fn provider_name(node: Node<'_>) -> Option<(String, Option<String>)> {
    match node.kind() {
        Kind::Name => Some((node.text()?.to_owned(), None)),
        Kind::GetAttr => {
            let name = node.child(0)?.text()?;
            Some((name.to_owned(), Some(node.child(1)?.text()?.to_owned())))
        }
        Kind::String => match node.text()?.split_once('.') {
            Some((name, alias)) => Some((name.to_owned(), Some(alias.to_owned()))),
            None => Some((node.text()?.to_owned(), None)),
        },
        _ => None,
    }
}

/// What a module call passes as one of its providers.
fn passed(
    providers: Node<'_>,
    name: &str,
    alias: Option<&str>,
) -> Option<(String, Option<String>)> {
    let wanted = (name.to_owned(), alias.map(str::to_owned));
    providers.children().find_map(|it| {
        if it.kind() == Kind::Pair {
            let key = provider_name(it.child(0)?)?;
            return if key == wanted { provider_name(it.child(1)?) } else { None };
        }
        let key = it.key()?;
        let key = match key.split_once('.') {
            Some((name, alias)) => (name.to_owned(), Some(alias.to_owned())),
            None => (key.to_owned(), None),
        };
        if key == wanted { provider_name(it) } else { None }
    })
}
