//! Comparing, choosing, and asking for kinds.

use super::super::value::{Data, Unknown, Val};
use super::{known, same};

pub(super) fn call(name: &str, arguments: &[Val]) -> Option<Val> {
    let first = arguments.first();
    match name {
        "and" => Some(and(arguments)),
        "or" => Some(or(arguments)),
        "not" => Some(flag(first?.truth().map(|it| !it), name, arguments)),
        "eq" => Some(flag(eq(arguments), name, arguments)),
        "ne" => Some(flag(same(first?, arguments.get(1)?).map(|it| !it), name, arguments)),
        "lt" | "le" | "gt" | "ge" => Some(flag(compare(name, arguments), name, arguments)),
        "default" => default(arguments),
        "empty" => Some(flag(first?.truth().map(|it| !it), name, arguments)),
        "coalesce" => coalesce(arguments),
        "ternary" => match arguments.get(2)?.truth()? {
            true => first.cloned(),
            false => arguments.get(1).cloned(),
        },
        "required" => {
            let value = arguments.get(1)?;
            // Whoever installs the chart must set it.
            match (&value.data, value.truth()) {
                (Data::Nil, _) => Some(present(value)),
                (Data::Text(text), Some(false)) if text.pieces.is_empty() => Some(present(value)),
                _ => Some(value.clone()),
            }
        }
        "fail" => Some(Val::made("")),
        "all" => Some(flag(each(arguments, true), name, arguments)),
        "any" => Some(flag(each(arguments, false), name, arguments)),
        "kindIs" | "typeIs" | "typeIsLike" => {
            let wanted = known(first?)?;
            let value = arguments.get(1)?;
            let kind = if name == "kindIs" { kind(value) } else { type_of(value) };
            Some(flag(kind.map(|it| is_kind(it, &wanted, value)), name, arguments))
        }
        // One of a values file is a float to Helm, and one that `int` makes is not.
        "kindOf" | "typeOf" if matches!(first?.data, Data::Int(_)) => None,
        "kindOf" => kind(first?).map(Val::made),
        "typeOf" => type_of(first?).map(Val::made),
        "deepEqual" => Some(flag(same(first?, arguments.get(1)?), name, arguments)),
        _ => None,
    }
}

fn flag(found: Option<bool>, name: &str, arguments: &[Val]) -> Val {
    match found {
        Some(found) => Val::bool(found),
        None => {
            let words: Vec<_> = arguments.iter().map(Val::symbol).collect();
            Val::unknown(Some(format!("({name} {})", words.join(" ")).into()))
        }
    }
}

fn present(value: &Val) -> Val {
    let unknown = Unknown { truth: Some(true), ..Unknown::default() };
    Val { data: Data::Unknown(unknown), origin: value.origin.clone() }
}

/// An unknown value of which it is known whether it counts as true.
fn undecided(truth: Option<bool>) -> Val {
    Val { data: Data::Unknown(Unknown { truth, ..Unknown::default() }), origin: None }
}

fn and(arguments: &[Val]) -> Val {
    let mut sure = true;
    for argument in arguments {
        match argument.truth() {
            Some(true) => {}
            Some(false) if sure => return argument.clone(),
            Some(false) => return undecided(Some(false)),
            None => sure = false,
        }
    }
    if sure { arguments.last().cloned().unwrap_or_default() } else { undecided(None) }
}

fn or(arguments: &[Val]) -> Val {
    let mut sure = true;
    for argument in arguments {
        match argument.truth() {
            Some(false) => {}
            Some(true) if sure => return argument.clone(),
            Some(true) => return undecided(Some(true)),
            None => sure = false,
        }
    }
    if sure { arguments.last().cloned().unwrap_or_default() } else { undecided(None) }
}

fn eq(arguments: &[Val]) -> Option<bool> {
    let (first, rest) = arguments.split_first()?;
    let mut answer = Some(false);
    for other in rest {
        match same(first, other) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => answer = None,
        }
    }
    answer
}

fn compare(name: &str, arguments: &[Val]) -> Option<bool> {
    let (a, b) = (arguments.first()?, arguments.get(1)?);
    let number = |it: &Val| match it.data {
        Data::Int(it) => Some(it as f64),
        Data::Float(it) => Some(it),
        _ => None,
    };
    let order = match (number(a), number(b)) {
        (Some(a), Some(b)) => a.partial_cmp(&b)?,
        _ => a.as_str()?.cmp(&b.as_str()?),
    };
    Some(match name {
        "lt" => order.is_lt(),
        "le" => order.is_le(),
        "gt" => order.is_gt(),
        _ => order.is_ge(),
    })
}

/// `default FALLBACK VALUE`.
fn default(arguments: &[Val]) -> Option<Val> {
    let (fallback, value) = (arguments.first()?, arguments.get(1));
    let Some(value) = value else { return Some(fallback.clone()) };
    match value.truth() {
        Some(true) => Some(value.clone()),
        Some(false) => Some(fallback.clone()),
        None if fallback.truth() == Some(true) => Some(undecided(Some(true))),
        None => None,
    }
}

fn coalesce(arguments: &[Val]) -> Option<Val> {
    for argument in arguments {
        match argument.truth() {
            Some(true) => return Some(argument.clone()),
            Some(false) => {}
            None => return None,
        }
    }
    Some(Val::default())
}

fn each(arguments: &[Val], wanted: bool) -> Option<bool> {
    let mut sure = true;
    for argument in arguments {
        match argument.truth() {
            Some(it) if it == wanted => {}
            Some(_) => return Some(!wanted),
            None => sure = false,
        }
    }
    sure.then_some(wanted)
}

fn kind(value: &Val) -> Option<&'static str> {
    Some(match &value.data {
        Data::Unknown(_) | Data::Files(_) => return None,
        Data::Nil => "invalid",
        Data::Bool(_) => "bool",
        Data::Int(_) => "int64",
        Data::Float(_) => "float64",
        Data::Text(_) => "string",
        Data::List(_) => "slice",
        Data::Map(_) => "map",
    })
}

fn type_of(value: &Val) -> Option<&'static str> {
    Some(match kind(value)? {
        "slice" => "[]interface {}",
        "map" => "map[string]interface {}",
        "invalid" => "<nil>",
        it => it,
    })
}

/// Numbers of a values file are floats in Helm, and whole ones are kept as integers here.
fn is_kind(kind: &str, wanted: &str, value: &Val) -> bool {
    let number = matches!(value.data, Data::Int(_));
    kind == wanted || (number && matches!(wanted, "float64" | "int" | "int64"))
}
