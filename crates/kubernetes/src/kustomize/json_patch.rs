//! Patches of the form of RFC 6902: a list of operations on paths.

use std::sync::Arc;

use model::{Data, Entry, Value};

use crate::edit::{self, DEPTH};
use crate::load;

/// Operations of one patch that are read.
const OPERATIONS: usize = 10_000;

/// One operation.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    kind: Kind,
    path: Vec<String>,
    from: Vec<String>,
    value: Value,
    path_origin: model::Origin,
}

impl Operation {
    /// The value that it brings.
    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// The same operation with another value.
    pub(super) fn with(&self, value: Value) -> Self {
        Self { value, ..self.clone() }
    }

    /// Where its path is written.
    pub(super) fn origin(&self) -> &model::Origin {
        &self.path_origin
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

/// Why a patch does not apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Misfit {
    /// A path leads nowhere, or a test fails: kustomize refuses to build.
    Refused,
    /// It grows beyond the budget.
    Limit,
}

/// Reads a list of operations; `None` when it is none.
pub(super) fn read(value: &Value) -> Option<Vec<Operation>> {
    let Data::List(items) = &value.data else { return None };
    if items.len() > OPERATIONS {
        return None;
    }
    items.iter().map(operation).collect()
}

fn operation(item: &Value) -> Option<Operation> {
    let kind = match &*item.get("op")?.as_text()? {
        "add" => Kind::Add,
        "remove" => Kind::Remove,
        "replace" => Kind::Replace,
        "move" => Kind::Move,
        "copy" => Kind::Copy,
        "test" => Kind::Test,
        _ => return None,
    };
    let path = item.get("path")?;
    let from = match kind {
        Kind::Move | Kind::Copy => pointer(&item.get("from")?.as_text()?)?,
        _ => Vec::new(),
    };
    let value = item.get("value").cloned().unwrap_or_default();
    Some(Operation {
        kind,
        path: pointer(&path.as_text()?)?,
        from,
        value,
        path_origin: path.origin.clone(),
    })
}

/// The steps of a JSON pointer.
fn pointer(text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let steps = text.strip_prefix('/')?.split('/');
    let steps: Vec<_> = steps.map(|it| it.replace("~1", "/").replace("~0", "~")).collect();
    (steps.len() <= DEPTH as usize).then_some(steps)
}

/// Applies operations in order. Where one does not apply, the value is left half done: the
/// caller has a copy.
pub(super) fn apply(
    value: &mut Value,
    operations: &[Operation],
    budget: &mut u64,
) -> Result<(), Misfit> {
    for it in operations {
        *budget = budget.saturating_sub(1 + it.path.len() as u64);
        if *budget == 0 {
            return Err(Misfit::Limit);
        }
        match it.kind {
            Kind::Add => {
                afford(&it.value, it, budget)?;
                add(value, &it.path, it.value.clone(), it)?;
            }
            Kind::Remove => {
                remove(value, &it.path)?;
            }
            Kind::Replace => replace(value, it)?,
            Kind::Move => {
                let Some(moved) = remove(value, &it.from)? else { continue };
                afford(&moved, it, budget)?;
                add(value, &it.path, moved, it)?;
            }
            Kind::Copy => {
                let copied = get(value, &it.from)?;
                afford(&copied, it, budget)?;
                add(value, &it.path, copied, it)?;
            }
            Kind::Test => test(value, it)?,
        }
    }
    Ok(())
}

/// Makes sure that a value may be put in place: copies of copies double, and what is moved into
/// itself nests without end.
fn afford(value: &Value, operation: &Operation, budget: &mut u64) -> Result<(), Misfit> {
    let limit = usize::try_from(*budget).unwrap_or(usize::MAX);
    let (count, depth) = edit::measure(value, limit);
    *budget = budget.saturating_sub(count as u64);
    match *budget == 0 || depth + operation.path.len() > DEPTH as usize {
        true => Err(Misfit::Limit),
        false => Ok(()),
    }
}

/// Where a step leads to.
enum Step<'v> {
    Here(&'v mut Value),
    /// A map that is not wholly known may hold it.
    Maybe,
}

fn step<'v>(value: &'v mut Value, key: &str) -> Result<Step<'v>, Misfit> {
    let otherwise = if load::is_open(value) { Ok(Step::Maybe) } else { Err(Misfit::Refused) };
    match &mut value.data {
        Data::List(items) => {
            let at: usize = key.parse().map_err(|_| Misfit::Refused)?;
            Arc::make_mut(items).get_mut(at).map(Step::Here).ok_or(Misfit::Refused)
        }
        Data::Map(entries) => match entries.iter().rposition(|it| &*it.key == key) {
            Some(at) => {
                let entry = Arc::make_mut(entries).get_mut(at);
                entry.map_or(otherwise, |it| Ok(Step::Here(&mut it.value)))
            }
            None => otherwise,
        },
        _ => otherwise,
    }
}

/// The value that holds the last step of a path; `None` where nobody knows.
fn holder<'v>(value: &'v mut Value, before: &[String]) -> Result<Option<&'v mut Value>, Misfit> {
    let mut at = value;
    for key in before {
        match step(at, key)? {
            Step::Here(next) => at = next,
            Step::Maybe => return Ok(None),
        }
    }
    Ok(Some(at))
}

fn add(
    value: &mut Value,
    path: &[String],
    new: Value,
    operation: &Operation,
) -> Result<(), Misfit> {
    let Some((last, before)) = path.split_last() else {
        *value = new;
        return Ok(());
    };
    let Some(at) = holder(value, before)? else { return Ok(()) };
    match &mut at.data {
        Data::Map(_) => {
            let key_origin = operation.path_origin.clone();
            edit::set(at, Entry { key: last.as_str().into(), key_origin, value: new });
        }
        Data::List(items) => {
            let index = match last.as_str() {
                "-" => items.len(),
                it => it.parse().ok().filter(|it| *it <= items.len()).ok_or(Misfit::Refused)?,
            };
            Arc::make_mut(items).insert(index, new);
        }
        Data::Unknown(_) => {}
        _ => return Err(Misfit::Refused),
    }
    Ok(())
}

fn remove(value: &mut Value, path: &[String]) -> Result<Option<Value>, Misfit> {
    let Some((last, before)) = path.split_last() else { return Err(Misfit::Refused) };
    let Some(at) = holder(value, before)? else { return Ok(None) };
    let is_open = load::is_open(at);
    match &mut at.data {
        Data::Map(_) => match edit::remove(at, last) {
            Some(it) => Ok(Some(it.value)),
            None if is_open => Ok(None),
            None => Err(Misfit::Refused),
        },
        Data::List(items) => {
            let index: usize = last.parse().map_err(|_| Misfit::Refused)?;
            if index >= items.len() {
                return Err(Misfit::Refused);
            }
            Ok(Some(Arc::make_mut(items).remove(index)))
        }
        Data::Unknown(_) => Ok(None),
        _ => Err(Misfit::Refused),
    }
}

fn replace(value: &mut Value, operation: &Operation) -> Result<(), Misfit> {
    let Some((last, before)) = operation.path.split_last() else {
        *value = operation.value.clone();
        return Ok(());
    };
    let Some(at) = holder(value, before)? else { return Ok(()) };
    match step(at, last)? {
        Step::Here(it) => {
            *it = operation.value.clone();
            Ok(())
        }
        Step::Maybe => add(at, std::slice::from_ref(last), operation.value.clone(), operation),
    }
}

fn get(value: &Value, path: &[String]) -> Result<Value, Misfit> {
    let mut at = value;
    for key in path {
        let next = match &at.data {
            Data::Unknown(_) => return Ok(Value::unknown(at.origin.clone())),
            Data::List(items) => key.parse().ok().and_then(|it: usize| items.get(it)),
            _ => at.get(key),
        };
        match next {
            Some(it) => at = it,
            None if load::is_open(at) => return Ok(Value::unknown(at.origin.clone())),
            None => return Err(Misfit::Refused),
        }
    }
    Ok(at.clone())
}

fn test(value: &Value, operation: &Operation) -> Result<(), Misfit> {
    let found = get(value, &operation.path)?;
    match differs(&found, &operation.value, DEPTH) {
        true => Err(Misfit::Refused),
        false => Ok(()),
    }
}

/// True when two values are known not to be the same.
fn differs(a: &Value, b: &Value, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match (&a.data, &b.data) {
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => false,
        (Data::Null, Data::Null) => false,
        (Data::Bool(a), Data::Bool(b)) => a != b,
        (Data::Number(a), Data::Number(b)) => (a - b).abs() > f64::EPSILON,
        (Data::String(a), Data::String(b)) => {
            matches!((a.known(), b.known()), (Some(a), Some(b)) if a != b)
        }
        (Data::List(a), Data::List(b)) => {
            a.len() != b.len() || a.iter().zip(b.iter()).any(|(a, b)| differs(a, b, depth))
        }
        (Data::Map(entries), Data::Map(_)) => {
            if load::is_open(a) || load::is_open(b) {
                return false;
            }
            entries.len() != b.entries().len()
                || entries
                    .iter()
                    .any(|it| b.get(&it.key).is_none_or(|b| differs(&it.value, b, depth)))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_unescaped() {
        let steps = |it: &[&str]| Some(it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        for (text, expected) in [
            ("", steps(&[])),
            ("/a/b", steps(&["a", "b"])),
            ("/a~1b/c~0d", steps(&["a/b", "c~d"])),
            ("/~01", steps(&["~1"])),
            ("/a/", steps(&["a", ""])),
            ("a/b", None),
        ] {
            assert_eq!(pointer(text), expected, "{text}");
        }
    }
}
