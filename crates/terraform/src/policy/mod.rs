//! AWS policy documents in every shape they are written in.

pub(crate) mod json;
mod principal;
mod statement;

use model::{Data, Value};

pub(crate) use principal::{account_or_arn, parties};
pub(crate) use statement::{Statement, patterns};

use crate::values;

/// A policy, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) statements: Vec<Statement>,
    /// True when nothing can be told of it: not even that it says nothing.
    pub(crate) is_unknown: bool,
}

/// Reads a policy from whatever an argument holds: an object, a text, a list of statements
/// with unknown ones among them. What is malformed or unknown yields no statements.
pub(crate) fn document(value: &Value) -> Document {
    let parsed;
    let value = match &value.data {
        Data::Map(_) => value,
        Data::String(text) => match json::value(text, &value.origin) {
            Some(value) => {
                parsed = value;
                &parsed
            }
            None => return Document { is_unknown: value.is_unknown(), ..Document::default() },
        },
        _ => return Document { is_unknown: value.is_unknown(), ..Document::default() },
    };
    let Some(statements) = element(value, "Statement") else { return Document::default() };
    let statements = values::items(&statements)
        .iter()
        .enumerate()
        .filter_map(|(at, it)| Statement::read(at, it))
        .collect();
    Document { statements, is_unknown: false }
}

/// The value of an element; AWS does not mind the case of element names.
fn element(value: &Value, name: &str) -> Option<Value> {
    let found = value.entries().iter().rev().find(|it| it.key.eq_ignore_ascii_case(name))?;
    Some(values::inherit(&value.origin, found.value.clone()))
}
