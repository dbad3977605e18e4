//! Bodies as values: attributes, nested blocks and `dynamic` blocks.

use model::{Data, Entry, Origin, StepKind, Value};
use syntax::{Kind, Node};

use super::expression::with_own_keys;
use super::{Evaluator, Frame, MemoKey, Resource, Scope};
use crate::module::Part;
use crate::values;

/// Meta-arguments that are not part of a resource's own attributes.
const META: &[&str] =
    &["count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"];

/// Attributes and blocks of one resource that are looked at. Real ones have dozens.
const ATTRIBUTES: usize = 1_000;

impl<'p> Evaluator<'p> {
    /// What is written for an attribute or nested block of a resource; nested blocks are a
    /// list of maps. `None` when nothing is written.
    pub(crate) fn written(&self, resource: &Resource<'_>, name: &str) -> Option<Value> {
        match resource.recorded {
            Some(recorded) => self.recorded_attribute(recorded, name),
            None => Some(self.completed(resource, name, self.configured(resource, name)?)),
        }
    }

    /// As [`Evaluator::written`], from the configuration alone.
    pub(crate) fn configured(&self, resource: &Resource<'_>, name: &str) -> Option<Value> {
        let parts = &resource.declaration.parts;
        let found = parts.iter().rev().find_map(|part| Some((part, first(part, name)?)));
        let Some((part, node)) = found else { return self.written_in_json(resource, name) };
        let memo = MemoKey {
            instance: resource.instance,
            key: resource.index,
            file: part.file,
            node: node.id().0,
        };
        let scope = Scope::new(resource.instance, part.file, &resource.key);
        let place = scope.place(node);
        Some(self.memoised(memo, place, || {
            if node.kind() == Kind::Block {
                let blocks = self.block_list(part.body, name, &scope);
                self.nest(self.nesting.get() + 2);
                blocks
            } else {
                self.eval(node, &scope)
            }
        }))
    }

    /// What the `dynamic` objects of Terraform's JSON syntax make.
    fn written_in_json(&self, resource: &Resource<'_>, name: &str) -> Option<Value> {
        let mut parts = resource.declaration.parts.iter().rev();
        let (part, all) = parts.find_map(|it| Some((it, it.body.get("dynamic")?)))?;
        let scope = Scope::new(resource.instance, part.file, &resource.key);
        let mut items = Vec::new();
        for objects in one_or_many(all) {
            for body in objects.get(name).into_iter().flat_map(one_or_many) {
                let content = body.get("content").and_then(|it| one_or_many(it).into_iter().next());
                self.dynamic(body, Some(body).zip(content), name, &scope, &mut items);
            }
        }
        let place = scope.place(all);
        (!items.is_empty()).then(|| values::list(items, Origin::at(place)))
    }

    /// Everything that is written in a resource. What a plan or state tells beyond the
    /// configuration is left out: it is not written there.
    pub(crate) fn all_written(&self, resource: &Resource<'_>) -> Value {
        let mut names: Vec<&str> = Vec::new();
        for part in &resource.declaration.parts {
            for child in part.body.children().take(ATTRIBUTES) {
                let Some(name) = block_type(child) else { continue };
                if !names.contains(&name) && !META.contains(&name) {
                    names.push(name);
                }
            }
        }
        let entries = names.into_iter().filter_map(|name| {
            let value = match resource.recorded {
                Some(recorded) => self.recorded_attribute(recorded, name)?,
                None => self.configured(resource, name)?,
            };
            Some(values::entry(name, Origin::at(value.origin.place), value))
        });
        let region = resource.declaration.region;
        values::map(entries.collect(), Origin::at(region))
    }

    /// A body as a map; blocks of one type are a list under its name.
    pub(crate) fn body(&self, body: Node<'_>, scope: &Scope<'_>) -> Value {
        let mut entries: Vec<Entry> = Vec::new();
        for child in body.children() {
            let Some(name) = block_type(child) else {
                if child.kind() == Kind::Opaque {
                    entries.push(values::rest_entry(values::unknown(scope.place(child))));
                }
                continue;
            };
            let key = Origin::at(scope.place_of_key(child));
            if child.kind() != Kind::Block {
                let value = self.eval(child, scope);
                entries.push(values::entry(name, key, value));
            } else if !entries.iter().any(|it| &*it.key == name) {
                let value = self.block_list(body, name, scope);
                entries.push(values::entry(name, key, value));
            }
        }
        values::map(entries, Origin::at(scope.place(body)))
    }

    /// The nested blocks of one type, `dynamic` ones expanded.
    fn block_list(&self, body: Node<'_>, name: &str, scope: &Scope<'_>) -> Value {
        let mut items = Vec::new();
        let mut first = None;
        for block in body.children().filter(|it| it.kind() == Kind::Block) {
            if block_type(block) != Some(name) {
                continue;
            }
            first.get_or_insert(scope.place(block));
            if block.key() == Some("dynamic") {
                let body = block.body();
                let content = body.and_then(|it| it.blocks("content").next()?.body());
                self.dynamic(block, body.zip(content), name, scope, &mut items);
            } else if let Some(inner) = block.body() {
                items.push(self.block(block, inner, scope));
            }
        }
        values::list(items, Origin::at(first.unwrap_or(scope.place(body))))
    }

    /// One nested block; its origin is the whole block.
    fn block(&self, block: Node<'_>, body: Node<'_>, scope: &Scope<'_>) -> Value {
        let mut value = self.body(body, scope);
        value.origin = Origin::at(scope.place(block));
        value
    }

    /// Adds what a `dynamic` block makes; `parts` are its body and the body of its content.
    fn dynamic(
        &self,
        block: Node<'_>,
        parts: Option<(Node<'_>, Node<'_>)>,
        name: &str,
        scope: &Scope<'_>,
        items: &mut Vec<Value>,
    ) {
        let place = scope.place(block);
        let unknown = || values::rest_item(Origin::at(place));
        let parts = parts.and_then(|(body, content)| Some((body, content, body.get("for_each")?)));
        let Some((body, content, over)) = parts else { return items.push(unknown()) };
        let iterator = body.get("iterator").and_then(Node::text).unwrap_or(name);
        let over = self.eval(over, scope);
        let Some((mut pairs, open)) = self.elements(&over) else { return items.push(unknown()) };
        if body.get("for_each").is_some_and(|it| self.is_set(it, scope, 0)) {
            with_own_keys(&mut pairs);
        }
        for (key, element) in pairs {
            if !self.spend(1, place) {
                return items.push(unknown());
            }
            let step = |value, part: &str| {
                let name = format!("{iterator}.{part}");
                values::through(value, StepKind::Iteration, &name.into(), place)
            };
            let entries = vec![
                values::entry("key", key.origin.clone(), step(key, "key")),
                values::entry("value", element.origin.clone(), step(element, "value")),
            ];
            let element = values::map(entries, Origin::at(place));
            let frame = Frame { name: iterator, value: &element, outer: scope.frame };
            let inner = Scope { frame: Some(&frame), ..*scope };
            items.push(self.block(block, content, &inner));
        }
        if open {
            items.push(unknown());
        }
    }
}

/// The type of a block, seen through `dynamic`, or the name of an attribute.
fn block_type(node: Node<'_>) -> Option<&str> {
    if node.kind() == Kind::Block && node.key() == Some("dynamic") {
        return node.labels().next()?.text();
    }
    node.key()
}

/// The items of a list, or the node itself.
fn one_or_many(node: Node<'_>) -> Vec<Node<'_>> {
    if node.kind() == Kind::Seq { node.children().collect() } else { vec![node] }
}

/// The attribute, or the first block, of a name.
fn first<'a>(part: &Part<'a>, name: &str) -> Option<Node<'a>> {
    part.body.get(name).or_else(|| part.body.children().find(|it| block_type(*it) == Some(name)))
}

/// Blocks in Terraform's JSON syntax may be written as one object in place of a list.
pub(crate) fn blocks(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(value) if matches!(value.data, Data::List(_) | Data::Map(_)) => values::items(value),
        Some(value) if value.is_unknown() => vec![values::rest_item(value.origin.clone())],
        _ => Vec::new(),
    }
}
