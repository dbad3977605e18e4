//! From the JSON of a plan or state to its resources.
//!
//! The formats: <https://developer.hashicorp.com/terraform/internals/json-format> (1.x), and
//! version 4 of the state file. Nothing is trusted: what does not have the documented shape is
//! left out, and of two instances with one address the first counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Origin, Place, Source};
use syntax::{Kind, Node};

use super::address;
use super::configuration::Configuration;
use super::sniff::is_named_like_one;
use super::{Moment, Recorded, Recording, Sensitive, Unknown};
use crate::eval::Key;
use crate::module::{Declaration, Part};

/// Module levels that are entered.
const LEVELS: usize = 32;

impl<'a> Recording<'a> {
    /// Reads a parsed file; `None` for one that is neither plan nor state.
    pub(crate) fn read(source: &Source<'a>) -> Option<Self> {
        let is_named = is_named_like_one(source.path);
        let root = source.tree.root().filter(|it| it.kind() == Kind::Map && is_named)?;
        let mut reader = Reader { source, instances: Vec::new(), deleted: BTreeSet::new() };
        let (moment, outputs) = reader.root(root)?;
        let mut recording = Self {
            path: source.path,
            file: source.file,
            moment,
            resources: Vec::new(),
            positions: BTreeMap::new(),
            single: BTreeMap::new(),
            keys: BTreeMap::new(),
            deleted: reader.deleted,
            configuration: Configuration::read(root),
            outputs: outputs.map(outputs_of).unwrap_or_default(),
            sensitive: sensitive(source, root),
        };
        for instance in reader.instances {
            recording.add(instance);
        }
        Some(recording)
    }

    fn add(&mut self, instance: Recorded<'a>) {
        if self.positions.contains_key(&instance.address) {
            return;
        }
        let (module, _) = address::module(&instance.address);
        let parts = address::parts(&module);
        // Each module call on the way has instances too.
        for end in (2..=parts.len()).step_by(2) {
            let (Some(way), Some(last)) = (parts.get(..end), parts.get(end - 1)) else { break };
            let origin = Origin::at(instance.declaration.place);
            self.note_key(&way.join("."), last, address::key(last, &origin));
        }
        let address = Arc::clone(&instance.address);
        if let Some(last) = address::parts(&address).last() {
            self.note_key(&address, last, instance.key.clone());
        }
        let at = self.resources.len();
        let single = self.single.entry(instance.base.clone());
        single.and_modify(|it| *it = None).or_insert(Some(at));
        self.positions.insert(address, at);
        self.resources.push(instance);
    }

    fn note_key(&mut self, address: &str, last: &str, key: Key) {
        let base = without_last_index(address, last);
        self.keys.entry(base).or_default().insert(key.suffix(), key);
    }
}

fn without_last_index(address: &str, last: &str) -> String {
    let before = address.len().saturating_sub(last.len());
    format!("{}{}", address.get(..before).unwrap_or(""), address::without_indexes(last))
}

struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    instances: Vec<Recorded<'a>>,
    deleted: BTreeSet<&'a str>,
}

/// A resource as one of the formats writes it.
struct Entry<'a> {
    /// The object that describes it.
    node: Node<'a>,
    /// The node that names it.
    named: Option<Node<'a>>,
    address: String,
    key: Key,
    body: Option<Node<'a>>,
    unknown: Unknown<'a>,
    sensitive: Sensitive<'a>,
}

impl<'a> Reader<'_, 'a> {
    /// Reads the top of the file: what it is, and its outputs.
    fn root(&mut self, root: Node<'a>) -> Option<(Moment, Option<Node<'a>>)> {
        let text = |name: &str| root.get(name).and_then(Node::as_str);
        if text("format_version").is_some() && text("terraform_version").is_some() {
            if root.get("planned_values").is_some() || root.get("resource_changes").is_some() {
                self.plan(root);
                return Some((Moment::Plan, root.path(&["planned_values", "outputs"])));
            }
            let values = root.get("values")?;
            self.modules(values.get("root_module"), |_| true, false);
            return Some((Moment::State, values.get("outputs")));
        }
        let is_state = root.get("version").and_then(Node::text) == Some("4")
            && text("lineage").is_some()
            && root.get("resources").is_some_and(|it| it.kind() == Kind::Seq);
        if !is_state {
            return None;
        }
        for resource in root.get("resources").into_iter().flat_map(Node::items) {
            self.stored(resource);
        }
        Some((Moment::State, root.get("outputs")))
    }

    fn plan(&mut self, root: Node<'a>) {
        for change in root.get("resource_changes").into_iter().flat_map(Node::items) {
            self.change(change);
        }
        // Data sources that were read while planning, and everything that a plan without a list
        // of changes has.
        self.modules(root.path(&["planned_values", "root_module"]), |_| true, true);
        let is_data = |it: Node<'_>| it.get("mode").and_then(Node::as_str) == Some("data");
        self.modules(root.path(&["prior_state", "values", "root_module"]), is_data, false);
    }

    /// An entry of `resource_changes`.
    fn change(&mut self, node: Node<'a>) {
        let Some(change) = node.get("change") else { return };
        let Some(named) = node.get("address") else { return };
        let Some(address) = named.as_str() else { return };
        let is_deposed = node.get("deposed").is_some_and(|it| it.as_str().is_some());
        let actions = || change.get("actions").into_iter().flat_map(Node::items);
        let is_end = |it: Node<'_>| matches!(it.as_str(), Some("delete" | "forget"));
        let leaves = actions().any(is_end) && actions().all(is_end);
        if is_deposed {
            return;
        }
        if leaves {
            self.deleted.insert(address);
            return;
        }
        let nothing = Unknown::Nothing;
        let entry = Entry {
            node,
            named: Some(named),
            address: address.to_owned(),
            key: self.key(node.get("index"), named),
            body: change.get("after"),
            unknown: change.get("after_unknown").map_or(nothing, Unknown::Marks),
            sensitive: change.get("after_sensitive").map_or(Sensitive::Nothing, Sensitive::Marks),
        };
        self.push(entry);
    }

    /// The resources of a module and of the modules below it.
    fn modules(
        &mut self,
        root: Option<Node<'a>>,
        wanted: impl Fn(Node<'a>) -> bool,
        is_partial: bool,
    ) {
        let mut open: Vec<(Node<'a>, usize)> = root.into_iter().map(|it| (it, 0)).collect();
        while let Some((module, level)) = open.pop() {
            for node in module.get("resources").into_iter().flat_map(Node::items) {
                let Some(named) = node.get("address").filter(|_| wanted(node)) else { continue };
                let Some(address) = named.as_str() else { continue };
                if self.deleted.contains(address) {
                    continue;
                }
                let marks = node.get("sensitive_values");
                let entry = Entry {
                    node,
                    named: Some(named),
                    address: address.to_owned(),
                    key: self.key(node.get("index"), named),
                    body: node.get("values"),
                    unknown: if is_partial { Unknown::Missing } else { Unknown::Nothing },
                    sensitive: marks.map_or(Sensitive::Nothing, Sensitive::Marks),
                };
                self.push(entry);
            }
            if level < LEVELS {
                let below = module.get("child_modules").into_iter().flat_map(Node::items);
                let mut below: Vec<_> = below.map(|it| (it, level + 1)).collect();
                below.reverse();
                open.append(&mut below);
            }
        }
    }

    /// An entry of `resources` in a state file.
    fn stored(&mut self, node: Node<'a>) {
        let text = |name: &str| node.get(name).and_then(Node::as_str);
        let (Some(kind), Some(name)) = (text("type"), text("name")) else { return };
        let module = text("module").map(|it| format!("{it}.")).unwrap_or_default();
        let data = if text("mode") == Some("data") { "data." } else { "" };
        let Some(named) = node.get("name") else { return };
        for instance in node.get("instances").into_iter().flat_map(Node::items) {
            if instance.get("deposed").is_some_and(|it| it.as_str().is_some()) {
                continue;
            }
            let key = self.key(instance.get("index_key"), named);
            let address = format!("{module}{data}{kind}.{name}{}", key.suffix());
            let paths = instance.get("sensitive_attributes");
            let entry = Entry {
                node,
                named: instance.get("index_key").or(Some(named)),
                address,
                key,
                body: instance.get("attributes"),
                unknown: Unknown::Nothing,
                sensitive: paths.map_or(Sensitive::Nothing, Sensitive::Paths),
            };
            self.push(entry);
        }
    }

    fn key(&self, index: Option<Node<'a>>, named: Node<'a>) -> Key {
        let Some(index) = index else { return Key::Single };
        match index.kind() {
            Kind::Number => {
                index.text().and_then(|it| it.parse().ok()).map_or(Key::Single, Key::Index)
            }
            Kind::String => {
                let origin = Origin::at(self.place(index));
                address::each(index.text().unwrap_or(""), &origin)
            }
            // `address` tells, when there is one.
            _ => address::key(named.as_str().unwrap_or(""), &Origin::at(self.place(named))),
        }
    }

    fn place(&self, node: Node<'_>) -> Place {
        self.source.place(node.span())
    }

    fn push(&mut self, entry: Entry<'a>) {
        let text = |name: &str| entry.node.get(name).and_then(Node::as_str);
        let (Some(kind), Some(name)) = (text("type"), text("name")) else { return };
        let body = entry.body.filter(|it| it.kind() == Kind::Map);
        let parts = body.map(|body| Part { file: self.source.file, body }).into_iter().collect();
        let named = entry.named.unwrap_or(entry.node);
        self.instances.push(Recorded {
            declaration: Declaration {
                kind,
                name,
                block: entry.node,
                parts,
                place: self.place(named),
                region: self.place(entry.node),
            },
            base: address::without_indexes(&entry.address),
            address: entry.address.into(),
            is_data: text("mode") == Some("data"),
            key: entry.key,
            unknown: entry.unknown,
            sensitive: entry.sensitive,
        });
    }
}

fn outputs_of(outputs: Node<'_>) -> Vec<(&str, Node<'_>, bool)> {
    let entries = outputs.entries().into_iter();
    entries
        .filter_map(|(name, it)| {
            let is_sensitive = it.get("sensitive").and_then(Node::as_bool) == Some(true);
            Some((name, it.get("value")?, is_sensitive))
        })
        .collect()
}

/// Pairs of keys: values, and what says which of them are sensitive.
const MARKED: [(&str, &str); 5] = [
    ("values", "sensitive_values"),
    ("before", "before_sensitive"),
    ("after", "after_sensitive"),
    ("attributes", "sensitive_attributes"),
    ("value", "sensitive"),
];

/// Every value that a file marks as sensitive.
fn sensitive(source: &Source<'_>, root: Node<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    for node in std::iter::once(root).chain(root.descendants()) {
        if node.kind() != Kind::Map {
            continue;
        }
        // One look at the keys decides about nearly every object.
        if !node.children().any(|it| it.key().is_some_and(|it| it.contains("sensitive"))) {
            continue;
        }
        for (values, marks) in MARKED {
            let (Some(values), Some(marks)) = (node.get(values), node.get(marks)) else { continue };
            if marks.kind() == Kind::Seq && marks.items().any(|it| it.kind() == Kind::Seq) {
                marks.items().filter_map(|it| follow(values, it)).for_each(|it| {
                    leaves(source, it, &mut places);
                });
            } else {
                marked(source, values, marks, &mut places);
            }
        }
    }
    sensitive_variables(source, root, &mut places);
    places.sort_unstable();
    places.dedup();
    places
}

/// Root variables whose declaration says that they are sensitive.
fn sensitive_variables(source: &Source<'_>, root: Node<'_>, places: &mut Vec<Place>) {
    let declared = root.path(&["configuration", "root_module", "variables"]);
    let declared: BTreeMap<&str, Node<'_>> =
        declared.map(Node::entries).into_iter().flatten().collect();
    for (name, variable) in root.get("variables").map(Node::entries).into_iter().flatten() {
        let is_sensitive =
            |it: &Node<'_>| it.get("sensitive").and_then(Node::as_bool) == Some(true);
        if declared.get(name).is_some_and(is_sensitive)
            && let Some(value) = variable.get("value")
        {
            leaves(source, value, places);
        }
    }
}

/// The value at the end of a path of a state file.
fn follow<'a>(values: Node<'a>, path: Node<'_>) -> Option<Node<'a>> {
    path.items().try_fold(values, |at, step| {
        let value = step.get("value")?;
        let index = value.get("value").unwrap_or(value);
        match index.kind() {
            Kind::Number => at.items().nth(index.text()?.parse().ok()?),
            _ => at.get(index.text()?),
        }
    })
}

/// Walks values and marks side by side. Recursion is bounded by the depth of the tree.
fn marked(source: &Source<'_>, values: Node<'_>, marks: Node<'_>, places: &mut Vec<Place>) {
    match marks.kind() {
        Kind::Bool if marks.as_bool() == Some(true) => leaves(source, values, places),
        Kind::Map => {
            // Both have as many keys as an attacker likes.
            let values: BTreeMap<&str, Node<'_>> = values.entries().into_iter().collect();
            for (key, marks) in marks.entries() {
                if let Some(value) = values.get(key) {
                    marked(source, *value, marks, places);
                }
            }
        }
        Kind::Seq => {
            for (value, marks) in values.items().zip(marks.items()) {
                marked(source, value, marks, places);
            }
        }
        _ => {}
    }
}

fn leaves(source: &Source<'_>, node: Node<'_>, places: &mut Vec<Place>) {
    for leaf in std::iter::once(node).chain(node.descendants()) {
        if matches!(leaf.kind(), Kind::String | Kind::Number) {
            places.push(source.place(leaf.content_span()));
        }
    }
}
