//! Expressions, one kind after the other.

use model::{Data, Entry, Origin, StepKind, Text, Value};
use syntax::{Flags, Kind, Node};

use super::{Evaluator, Frame, ITEMS, Scope, functions, operators};
use crate::values;

/// Functions that yield sets.
const SETS: &[&str] =
    &["toset", "set", "setunion", "setsubtract", "setintersection", "setproduct", "fileset"];

impl<'p> Evaluator<'p> {
    pub(super) fn expression(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let origin = Origin::at(place);
        match node.kind() {
            Kind::Null => values::null(place),
            Kind::Bool => match node.as_bool() {
                Some(it) => values::boolean(it, origin),
                None => values::unknown(place),
            },
            Kind::Number => match node.text().and_then(|it| it.parse().ok()) {
                Some(it) => values::number(it, origin),
                None => values::unknown(place),
            },
            Kind::String => Value { data: Data::String(self.literal(node, scope)), origin },
            Kind::Template => self.template(node, scope),
            Kind::Interp | Kind::Paren => self.only_child(node, scope),
            Kind::Seq => self.sequence(node, scope),
            Kind::Map | Kind::Body => self.object_literal(node, scope),
            Kind::Name | Kind::GetAttr | Kind::Index => self.traversal(node, scope),
            Kind::SplatItem => scope.element.cloned().unwrap_or_else(|| values::unknown(place)),
            Kind::Splat => self.splat(node, scope),
            Kind::Call => self.call_function(node, scope),
            Kind::Cond => self.conditional(node, scope),
            Kind::Binary | Kind::Unary => operators::apply(self, node, scope),
            Kind::ForSeq => self.for_list(node, scope),
            Kind::ForMap => self.for_map(node, scope),
            Kind::Alias => self.eval(node.resolved(), scope),
            Kind::Stream
            | Kind::Pair
            | Kind::Opaque
            | Kind::Block
            | Kind::Label
            | Kind::IfDirective
            | Kind::ForDirective => values::unknown(place),
        }
    }

    /// The text of a string as it stands in its file.
    pub(super) fn literal(&self, node: Node<'_>, scope: &Scope<'_>) -> Text {
        match scope.fixed {
            Some(place) => Text::literal(node.text().unwrap_or(""), Origin::at(place), None),
            None => Text::from_node(node, scope.file),
        }
    }

    fn only_child(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        match node.child(0) {
            Some(child) => self.eval(child, scope),
            None => values::unknown(scope.place(node)),
        }
    }

    fn sequence(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let items = node.children().take(ITEMS).map(|it| self.eval(it, scope)).collect();
        values::list(items, Origin::at(scope.place(node)))
    }

    fn object_literal(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let mut entries: Vec<Entry> = Vec::new();
        for child in node.children().take(ITEMS) {
            if let Some(key) = child.key().filter(|_| child.kind() != Kind::Block) {
                let origin = Origin::at(scope.place_of_key(child));
                let value = self.eval(child, scope);
                entries.push(values::entry(key, origin, value));
            } else if child.kind() == Kind::Pair {
                let (Some(key), Some(value)) = (child.child(0), child.child(1)) else { continue };
                let key = self.eval(key, scope);
                let value = self.eval(value, scope);
                match values::known_text(&key) {
                    Some(text) => entries.push(values::entry(text, key.origin, value)),
                    None => entries.push(values::rest_entry(values::unknown(scope.place(child)))),
                }
            } else if child.kind() == Kind::Opaque {
                entries.push(values::rest_entry(values::unknown(scope.place(child))));
            }
        }
        values::map(entries, Origin::at(scope.place(node)))
    }

    fn conditional(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let (Some(condition), Some(yes), Some(no)) = (node.child(0), node.child(1), node.child(2))
        else {
            return values::unknown(place);
        };
        let condition = self.eval(condition, scope);
        if values::is_invalid(&condition) {
            return values::invalid(place);
        }
        match condition.as_bool() {
            Some(true) => one_of(self.eval(yes, scope), no),
            Some(false) => one_of(self.eval(no, scope), yes),
            None => {
                let (yes, no) = (self.eval(yes, scope), self.eval(no, scope));
                if values::equal(&yes, &no) == Some(true) {
                    return yes;
                }
                let found =
                    if values::is_empty(&yes) { undecided(no, &yes) } else { undecided(yes, &no) };
                found.unwrap_or_else(|| values::unknown(place))
            }
        }
    }

    fn splat(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let (Some(target), Some(body)) = (node.child(0), node.child(1)) else {
            return values::unknown(place);
        };
        let target = self.eval(target, scope);
        let over = match &target.data {
            Data::Unknown(_) => return target,
            Data::Null => return values::list(Vec::new(), Origin::at(place)),
            _ => values::items(&target),
        };
        let mut items = Vec::with_capacity(over.len());
        for item in &over {
            if values::is_rest_item(item) {
                items.push(item.clone());
                continue;
            }
            let inner = Scope { element: Some(item), ..*scope };
            items.push(self.eval(body, &inner));
        }
        values::list(items, Origin::at(place))
    }

    /// The items of a collection as key and value, and whether there may be more.
    pub(super) fn elements(&self, over: &Value) -> Option<(Vec<(Value, Value)>, bool)> {
        match &over.data {
            Data::List(items) => {
                let known = items.iter().filter(|it| !values::is_rest_item(it));
                let pairs = known.enumerate().map(|(at, item)| {
                    #[expect(clippy::cast_precision_loss, reason = "lists are short")]
                    let key = values::number(at as f64, item.origin.clone());
                    (key, values::inherit(&over.origin, item.clone()))
                });
                Some((pairs.collect(), values::is_open_list(items)))
            }
            Data::Map(_) => {
                let mut pairs: Vec<_> = values::entries(over)
                    .map(|it| {
                        let key = values::text(it.key.clone(), it.key_origin.clone());
                        (key, values::inherit(&over.origin, it.value.clone()))
                    })
                    .collect();
                // Terraform walks maps in key order.
                pairs.sort_by_cached_key(|(key, _)| values::known_text(key));
                Some((pairs, values::rest(over).is_some()))
            }
            Data::Null => Some((Vec::new(), false)),
            _ => None,
        }
    }

    /// Evaluates `body` for each element with the loop's names in scope.
    pub(super) fn for_each_element(
        &self,
        names: &[&str],
        pairs: &[(Value, Value)],
        scope: &Scope<'_>,
        mut body: impl FnMut(&Scope<'_>),
    ) {
        for (key, value) in pairs {
            let place = key.origin.place;
            if !self.spend(1, place) {
                return;
            }
            match names {
                [name] => {
                    let frame = Frame { name, value, outer: scope.frame };
                    body(&Scope { frame: Some(&frame), ..*scope });
                }
                [first, second] => {
                    let outer = Frame { name: first, value: key, outer: scope.frame };
                    let frame = Frame { name: second, value, outer: Some(&outer) };
                    body(&Scope { frame: Some(&frame), ..*scope });
                }
                _ => {}
            }
        }
    }

    /// True when an expression surely is a set. Sets are values like lists: only what makes
    /// them tells them apart.
    pub(super) fn is_set(&self, node: Node<'_>, scope: &Scope<'_>, depth: usize) -> bool {
        if depth > 8 {
            return false;
        }
        match node.kind() {
            Kind::Call => SETS.contains(&node.text().unwrap_or("")),
            Kind::Paren | Kind::Interp => {
                node.child(0).is_some_and(|it| self.is_set(it, scope, depth + 1))
            }
            Kind::Cond => {
                let branch =
                    |at| node.child(at).is_some_and(|it| self.is_set(it, scope, depth + 1));
                branch(1) && branch(2)
            }
            Kind::GetAttr => {
                let base = node.child(0).filter(|it| it.kind() == Kind::Name);
                let name = node.child(1).and_then(Node::text).unwrap_or("");
                let module = self.module(scope.instance);
                match (base.and_then(Node::text), module) {
                    (Some("local"), Some(module)) => {
                        let local = module.locals.get(name);
                        local.is_some_and(|it| self.is_set(it.body, scope, depth + 1))
                    }
                    (Some("var"), Some(module)) => {
                        let declared = module.variables.get(name);
                        let ty = declared.and_then(|it| it.attribute("type"));
                        ty.is_some_and(|(_, it)| {
                            it.kind() == Kind::Call && it.text() == Some("set")
                        })
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn for_list(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let Some(parts) = ForParts::of(node, 1) else { return values::unknown(place) };
        let over = self.eval(parts.over, scope);
        if values::is_invalid(&over) {
            return over;
        }
        let Some((mut pairs, open)) = self.elements(&over) else { return values::unknown(place) };
        if self.is_set(parts.over, scope, 0) {
            with_own_keys(&mut pairs);
        }
        let mut items = Vec::new();
        self.for_each_element(&parts.names, &pairs, scope, |inner| {
            match parts.condition.map(|it| self.eval(it, inner).as_bool()) {
                Some(Some(false)) => {}
                Some(None) => items.push(values::rest_item(Origin::at(place))),
                Some(Some(true)) | None => {
                    let value = self.eval(parts.value, inner);
                    let step = StepKind::Iteration;
                    items.push(values::through(value, step, &"for".into(), place));
                }
            }
        });
        if open {
            items.push(values::rest_item(Origin::at(place)));
        }
        values::list(items, Origin::at(place))
    }

    fn for_map(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let Some(parts) = ForParts::of(node, 2) else { return values::unknown(place) };
        let Some(key) = parts.key else { return values::unknown(place) };
        let over = self.eval(parts.over, scope);
        if values::is_invalid(&over) {
            return over;
        }
        let Some((mut pairs, mut open)) = self.elements(&over) else {
            return values::unknown(place);
        };
        if self.is_set(parts.over, scope, 0) {
            with_own_keys(&mut pairs);
        }
        let mut entries: Vec<Entry> = Vec::new();
        let grouped = node.flags().has(Flags::EXPAND);
        self.for_each_element(&parts.names, &pairs, scope, |inner| {
            match parts.condition.map(|it| self.eval(it, inner).as_bool()) {
                Some(Some(false)) => return,
                Some(None) => {
                    open = true;
                    return;
                }
                Some(Some(true)) | None => {}
            }
            let key = self.eval(key, inner);
            let value = self.eval(parts.value, inner);
            match values::known_text(&key) {
                Some(text) if grouped => group(&mut entries, &text, key.origin, value),
                Some(text) => entries.push(values::entry(text, key.origin, value)),
                None => open = true,
            }
        });
        if open {
            entries.push(values::rest_entry(values::unknown(place)));
        }
        values::map(entries, Origin::at(place))
    }
}

/// The items of a set are their own keys.
pub(super) fn with_own_keys(pairs: &mut [(Value, Value)]) {
    for (key, value) in pairs {
        key.clone_from(value);
    }
}

/// The result of a condition whose other branch is `other`: both have one type, so a number
/// beside a text is a text.
fn one_of(value: Value, other: Node<'_>) -> Value {
    if matches!(other.kind(), Kind::String) { functions::set::as_text(&value) } else { value }
}

/// The result of a condition that cannot be told and whose other branch is `none`: with an empty
/// one, what the first holds is there or not, as with `count = var.on ? 1 : 0`.
fn undecided(mut some: Value, none: &Value) -> Option<Value> {
    if !values::is_empty(none) {
        return None;
    }
    let open = values::unknown(none.origin.place);
    match &mut some.data {
        Data::List(items) if !values::is_open_list(items) => {
            std::sync::Arc::make_mut(items).push(values::rest_item(open.origin));
        }
        Data::Map(entries) if !entries.iter().any(values::is_rest_entry) => {
            std::sync::Arc::make_mut(entries).push(values::rest_entry(open));
        }
        Data::List(_) | Data::Map(_) => {}
        _ => return None,
    }
    Some(some)
}

/// Adds a value to the list under a key.
fn group(entries: &mut Vec<Entry>, key: &str, origin: Origin, value: Value) {
    if let Some(found) = entries.iter_mut().find(|it| &*it.key == key) {
        if let Data::List(items) = &mut found.value.data {
            std::sync::Arc::make_mut(items).push(value);
        }
        return;
    }
    let list = values::list(vec![value], origin.clone());
    entries.push(values::entry(key, origin, list));
}

/// The parts of a `for` expression.
struct ForParts<'n> {
    names: Vec<&'n str>,
    over: Node<'n>,
    key: Option<Node<'n>>,
    value: Node<'n>,
    condition: Option<Node<'n>>,
}

impl<'n> ForParts<'n> {
    /// `results` is the number of expressions that make an element.
    fn of(node: Node<'n>, results: usize) -> Option<Self> {
        let names: Vec<&str> = node
            .children()
            .take_while(|it| it.kind() == Kind::Label)
            .filter_map(Node::text)
            .collect();
        let mut rest = node.children().skip(names.len());
        let over = rest.next()?;
        let key = if results == 2 { Some(rest.next()?) } else { None };
        let value = rest.next()?;
        let condition = if node.flags().has(Flags::CONDITION) { Some(rest.next()?) } else { None };
        Some(Self { names, over, key, value, condition })
    }
}
