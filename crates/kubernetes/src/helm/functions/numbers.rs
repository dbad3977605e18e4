//! Numbers, as far as charts count.

use super::super::value::{Data, Val};

pub(super) fn call(name: &str, arguments: &[Val]) -> Option<Val> {
    let at = |index: usize| number(arguments.get(index)?);
    let fold = |with: fn(i64, i64) -> Option<i64>| {
        let mut numbers = arguments.iter().map(number);
        let first = numbers.next()??;
        numbers.try_fold(first, |all, it| with(all, it?)).map(Val::int)
    };
    match name {
        "int" | "int64" | "toDecimal" | "atoi" => Some(Val::int(at(0)?)),
        "float64" => match &arguments.first()?.data {
            Data::Float(it) => Some(Val { data: Data::Float(*it), origin: None }),
            Data::Text(it) => it.known()?.parse().ok().map(float),
            _ => Some(Val::int(at(0)?)),
        },
        "add" => fold(i64::checked_add),
        "add1" => at(0)?.checked_add(1).map(Val::int),
        "sub" => fold(i64::checked_sub),
        "mul" => fold(i64::checked_mul),
        "div" => fold(i64::checked_div),
        "mod" => fold(i64::checked_rem),
        "max" | "biggest" => fold(|a, b| Some(a.max(b))),
        "min" => fold(|a, b| Some(a.min(b))),
        // To some digits after the point.
        "round" if arguments.get(1).is_some_and(|it| it.as_int() != Some(0)) => None,
        "floor" | "ceil" | "round" => match arguments.first()?.data {
            Data::Float(it) => {
                let whole = match name {
                    "floor" => it.floor(),
                    "ceil" => it.ceil(),
                    _ => it.round(),
                };
                (whole.abs() < 9e15).then_some(float(whole))
            }
            _ => Some(Val::int(at(0)?)),
        },
        "until" => Some(Val::list((0..at(0)?).map(Val::int).collect())),
        "seq" => {
            let numbers: Option<Vec<i64>> = arguments.iter().map(number).collect();
            let (from, step, to) = match numbers?[..] {
                [to] if to < 1 => (1, -1, to),
                [to] => (1, 1, to),
                [from, to] if to < from => (from, -1, to),
                [from, to] => (from, 1, to),
                [from, step, to] => (from, step, to),
                _ => return None,
            };
            let mut words = Vec::new();
            let mut next = from;
            while step != 0 && ((step > 0 && next <= to) || (step < 0 && next >= to)) {
                words.push(next.to_string());
                next = next.checked_add(step)?;
            }
            Some(Val::made(words.join(" ")))
        }
        "untilStep" => {
            let (from, to, step) = (at(0)?, at(1)?, at(2)?);
            let mut items = Vec::new();
            let mut next = from;
            while step != 0 && ((step > 0 && next < to) || (step < 0 && next > to)) {
                items.push(Val::int(next));
                next = next.checked_add(step)?;
            }
            Some(Val::list(items))
        }
        _ => None,
    }
}

/// A number of which a whole one counts as such.
fn float(number: f64) -> Val {
    match number.fract() == 0.0 && number.abs() < 9e15 {
        true => Val::int(number as i64),
        false => Val { data: Data::Float(number), origin: None },
    }
}

fn number(value: &Val) -> Option<i64> {
    value.as_int()
}
