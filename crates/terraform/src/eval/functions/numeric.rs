//! Functions on numbers, and conversions between plain types.

use model::{Data, Value};

use super::Call;
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let first = call.arguments.first();
    let number = |it: f64| Some(values::number(it, call.origin()));
    match call.name {
        "abs" => number(first?.as_number()?.abs()),
        "ceil" => number(first?.as_number()?.ceil()),
        "floor" => number(first?.as_number()?.floor()),
        "signum" => number(first?.as_number().map(|it| if it == 0.0 { 0.0 } else { it.signum() })?),
        "pow" => number(first?.as_number()?.powf(call.arguments.get(1)?.as_number()?)),
        "log" => {
            let (of, base) = (first?.as_number()?, call.arguments.get(1)?.as_number()?);
            number(logarithm(of, base)).filter(|it| it.as_number().is_some_and(f64::is_finite))
        }
        "max" => number(numbers(call)?.into_iter().reduce(f64::max)?),
        "min" => number(numbers(call)?.into_iter().reduce(f64::min)?),
        "sum" => {
            let Data::List(items) = &first?.data else { return None };
            let all: Option<Vec<f64>> = items.iter().map(Value::as_number).collect();
            number(all?.iter().sum())
        }
        "parseint" => {
            let base =
                u32::try_from(super::super::reference::whole(call.arguments.get(1)?)?).ok()?;
            if !(2..=36).contains(&base) {
                return None;
            }
            let Ok(parsed) = i64::from_str_radix(&call.text(0)?, base) else {
                return Some(values::invalid(call.place));
            };
            #[expect(clippy::cast_precision_loss, reason = "numbers are floating point")]
            number(parsed as f64)
        }
        "tonumber" => convert(call, first?, first?.as_number().map(Data::Number)),
        "tobool" => convert(call, first?, first?.as_bool().map(Data::Bool)),
        _ => None,
    }
}

/// Terraform divides natural logarithms, which is not exact; whole results are meant whole.
fn logarithm(of: f64, base: f64) -> f64 {
    let result = of.ln() / base.ln();
    if (result - result.round()).abs() < 1e-12 { result.round() } else { result }
}

fn numbers(call: &Call<'_, '_>) -> Option<Vec<f64>> {
    call.arguments.iter().map(Value::as_number).collect()
}

/// A conversion that fails for a known value is an error, which `try` and `can` see.
fn convert(call: &Call<'_, '_>, from: &Value, to: Option<Data>) -> Option<Value> {
    match to {
        Some(data) => Some(Value { data, origin: from.origin.clone() }),
        None if matches!(from.data, Data::Null) => Some(values::null(call.place)),
        None if from.is_unknown() => None,
        None => Some(values::invalid(call.place)),
    }
}
