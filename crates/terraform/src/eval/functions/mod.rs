//! Terraform's functions. One that is not here, or is given something unknown, yields
//! unknown, never a wrong value.

mod collection;
mod cut;
mod encoding;
mod fileset;
mod hash;
mod network;
mod numeric;
mod pattern;
mod provider;
mod sensitive;
pub(super) mod set;
mod table;
mod text;
pub(super) mod time;
mod verb;

pub(super) use encoding::encode_base64;
use model::{Data, Origin, Piece, Place, Value};
use syntax::{Flags, Kind, Node};

use super::{Evaluator, Scope, files};
use crate::values;

/// A call whose arguments are evaluated.
pub(super) struct Call<'c, 'p> {
    pub(super) evaluator: &'c Evaluator<'p>,
    pub(super) name: &'c str,
    pub(super) arguments: &'c [Value],
    pub(super) place: Place,
    /// The folder that paths start from.
    pub(super) folder: String,
}

impl Call<'_, '_> {
    pub(super) fn origin(&self) -> Origin {
        Origin::at(self.place)
    }

    /// Where a text that was made from the first argument was written.
    fn source(&self) -> Origin {
        self.arguments.first().map_or(self.origin(), |it| it.origin.clone())
    }

    /// The known text of an argument.
    pub(super) fn text(&self, at: usize) -> Option<String> {
        self.arguments.get(at).and_then(values::known_text)
    }
}

impl Evaluator<'_> {
    pub(super) fn call_function(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let name = node.text().unwrap_or("");
        let name = name.strip_prefix("core::").unwrap_or(name);
        match name {
            "try" => return self.first_valid(node, scope),
            "can" => return self.is_valid(node, scope),
            "issensitive" => return self.is_sensitive(node, scope),
            _ => {}
        }
        if let Some(value) = self.terragrunt_function(name, node, scope) {
            return value;
        }
        let mut arguments: Vec<Value> = node.children().map(|it| self.eval(it, scope)).collect();
        if node.flags().has(Flags::EXPAND) && !expand_last(&mut arguments) {
            return values::unknown(place);
        }
        if arguments.iter().any(values::is_invalid) {
            return values::invalid(place);
        }
        if !self.spend(arguments.iter().map(weight).sum(), place) {
            return values::unknown(place);
        }
        let folder = self.config_folder(scope.instance);
        let folder = folder.unwrap_or_else(|| self.root_folder().to_owned());
        let call = Call { evaluator: self, name, arguments: &arguments, place, folder };
        let result = text::call(&call)
            .or_else(|| cut::call(&call))
            .or_else(|| collection::call(&call))
            .or_else(|| set::call(&call))
            .or_else(|| encoding::call(&call))
            .or_else(|| numeric::call(&call))
            .or_else(|| pattern::call(&call))
            .or_else(|| time::call(&call))
            .or_else(|| hash::call(&call))
            .or_else(|| network::call(&call))
            .or_else(|| table::call(&call))
            .or_else(|| files::call(&call))
            .or_else(|| fileset::call(&call))
            .or_else(|| provider::call(&call))
            .unwrap_or_else(|| values::unknown(place));
        match &result.data {
            Data::Unknown(None) => handed_on(&call).unwrap_or(result),
            _ => result,
        }
    }

    fn first_valid(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        node.children()
            .map(|it| self.eval(it, scope))
            .find(|it| !values::is_invalid(it))
            .unwrap_or_else(|| values::invalid(scope.place(node)))
    }

    fn is_valid(&self, node: Node<'_>, scope: &Scope<'_>) -> Value {
        let place = scope.place(node);
        let Some(argument) = node.children().find(|it| it.kind() != Kind::Label) else {
            return values::unknown(place);
        };
        let value = self.eval(argument, scope);
        match &value.data {
            _ if values::is_invalid(&value) => values::boolean(false, Origin::at(place)),
            Data::Unknown(_) => values::unknown(place),
            _ => values::boolean(true, Origin::at(place)),
        }
    }
}

/// Functions whose result stands for the same thing as their argument, in another notation.
const NOTATIONS: &[&str] = &[
    "base64decode",
    "base64encode",
    "chomp",
    "jsondecode",
    "one",
    "textdecodebase64",
    "tostring",
    "trimspace",
    "urlencode",
    "yamldecode",
];

/// An attribute that only an apply can tell is still that attribute in another notation.
fn handed_on(call: &Call<'_, '_>) -> Option<Value> {
    let first = call.arguments.first().filter(|_| NOTATIONS.contains(&call.name))?;
    values::remote(first).is_some().then(|| first.clone())
}

/// What a function costs that looks at all of an argument.
fn weight(value: &Value) -> usize {
    match &value.data {
        Data::String(text) => {
            let length = |it: &Piece| match it {
                Piece::Literal { text, .. } => 1 + text.len() / 16,
                Piece::Unknown { .. } => 1,
            };
            text.pieces.iter().map(length).sum()
        }
        Data::List(items) => items.len() / 4,
        Data::Map(entries) => entries.len() / 4,
        _ => 0,
    }
}

/// `f(list...)`; false when the list is not known.
fn expand_last(arguments: &mut Vec<Value>) -> bool {
    let Some(last) = arguments.pop() else { return true };
    match &last.data {
        Data::List(items) if !values::is_open_list(items) => {
            arguments.extend(values::items(&last));
            true
        }
        _ => false,
    }
}
