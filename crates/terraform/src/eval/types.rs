//! Type constraints of variables, as far as they change values: plain types are converted,
//! sets put in order, and attributes that an object type makes optional filled in.

use model::{Data, Entry, Origin, Value};
use syntax::{Kind, Node};

use super::functions::set;
use super::{Evaluator, Key, Scope};
use crate::module::Declaration;
use crate::values;

impl<'p> Evaluator<'p> {
    /// A value as the type of its variable makes it.
    pub(super) fn typed(&self, value: Value, of: &Declaration<'p>, instance: usize) -> Value {
        match of.attribute("type") {
            Some((file, node)) => {
                let scope = Scope::new(instance, file, &Key::Single);
                self.converted(value, node, &scope)
            }
            None => value,
        }
    }

    /// Recursion follows the type expression, whose depth the parser bounds.
    fn converted(&self, value: Value, ty: Node<'_>, scope: &Scope<'_>) -> Value {
        if !self.spend(1, value.origin.place) {
            return value;
        }
        let inner = ty.child(0);
        match (ty.kind(), ty.text(), inner) {
            (Kind::Name, Some("string"), _) => set::as_text(&value),
            (Kind::Name, Some("number"), _) => match (&value.data, value.as_number()) {
                (Data::String(_), Some(it)) => values::number(it, value.origin),
                _ => value,
            },
            (Kind::Name, Some("bool"), _) => match (&value.data, value.as_bool()) {
                (Data::String(_), Some(it)) => values::boolean(it, value.origin),
                _ => value,
            },
            (Kind::Call, Some("tuple"), Some(inner)) => self.tuple_of(value, inner, scope),
            (Kind::Call, Some("object"), Some(inner)) => self.object_of(value, inner, scope),
            (Kind::Call, Some("optional"), Some(inner)) => self.converted(value, inner, scope),
            (Kind::Call, Some("list"), Some(inner)) => self.list_of(value, inner, scope),
            (Kind::Call, Some("set"), Some(inner)) => as_set(self.list_of(value, inner, scope)),
            (Kind::Call, Some("map"), Some(inner)) => self.map_of(value, inner, scope),
            _ => value,
        }
    }

    fn list_of(&self, value: Value, inner: Node<'_>, scope: &Scope<'_>) -> Value {
        let Data::List(items) = &value.data else { return value };
        let convert = |it: &Value| self.converted(it.clone(), inner, scope);
        values::list(items.iter().map(convert).collect(), value.origin.clone())
    }

    fn tuple_of(&self, value: Value, inner: Node<'_>, scope: &Scope<'_>) -> Value {
        let Data::List(items) = &value.data else { return value };
        let types: Vec<Node<'_>> = inner.children().collect();
        if values::is_open_list(items) || types.len() != items.len() {
            return value;
        }
        let convert = |(it, ty): (&Value, Node<'_>)| self.converted(it.clone(), ty, scope);
        values::list(items.iter().zip(types).map(convert).collect(), value.origin.clone())
    }

    fn map_of(&self, value: Value, inner: Node<'_>, scope: &Scope<'_>) -> Value {
        let Data::Map(entries) = &value.data else { return value };
        let convert = |it: &Entry| {
            if values::is_rest_entry(it) {
                return it.clone();
            }
            Entry { value: self.converted(it.value.clone(), inner, scope), ..it.clone() }
        };
        values::map(entries.iter().map(convert).collect(), value.origin.clone())
    }

    fn object_of(&self, value: Value, inner: Node<'_>, scope: &Scope<'_>) -> Value {
        let Data::Map(entries) = &value.data else { return value };
        if values::rest(&value).is_some() {
            return value;
        }
        let mut converted: Vec<Entry> = Vec::with_capacity(entries.len());
        for (name, ty) in inner.keyed_nodes() {
            let written = value.entry(name);
            let optional = ty.kind() == Kind::Call && ty.text() == Some("optional");
            match written {
                // An optional attribute that is written as null takes its default.
                Some(entry) if !(optional && matches!(entry.value.data, Data::Null)) => {
                    let value = self.converted(entry.value.clone(), ty, scope);
                    converted.push(Entry { value, ..entry.clone() });
                }
                _ if optional => {
                    let default = match ty.child(1) {
                        Some(default) => self.eval(default, scope),
                        None => values::null(scope.place(ty)),
                    };
                    let default = match ty.child(0) {
                        Some(inner) => self.converted(default, inner, scope),
                        None => default,
                    };
                    converted.push(values::entry(name, Origin::at(scope.place(ty)), default));
                }
                _ => {}
            }
        }
        values::map(converted, value.origin.clone())
    }
}

/// A list as a set, unless something in it is not known.
fn as_set(value: Value) -> Value {
    let Data::List(items) = &value.data else { return value };
    if items.iter().any(Value::is_unknown) {
        return value;
    }
    values::list(set::ordered(items.to_vec()).0, value.origin)
}
