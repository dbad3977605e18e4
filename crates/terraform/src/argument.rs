//! Arguments inside nested blocks, as what is known of them.

use model::{Data, Knowledge, Sourced, Value};

use crate::eval::Resource;
use crate::lower::Unit;
use crate::values;

/// What is written at a path through nested blocks that stand there once. Several blocks, or
/// blocks that something unknown makes, are unknown; null counts as nothing.
fn nested(unit: &Unit<'_, '_>, resource: &Resource<'_>, path: &[&str]) -> Knowledge<Value> {
    let Some((first, rest)) = path.split_first() else { return Knowledge::Absent };
    let Some(mut value) = unit.get(resource, first) else { return Knowledge::Absent };
    for name in rest {
        let place = value.origin.place;
        let blocks = values::items(&value);
        let block = match blocks.as_slice() {
            [] => return Knowledge::Absent,
            [one] if matches!(one.data, Data::Map(_)) && !values::is_rest_item(one) => one,
            _ => return Knowledge::Unknown(place),
        };
        value = match values::member(block, name) {
            Some(it) if matches!(it.data, Data::Null) => return Knowledge::Absent,
            Some(it) => it,
            None if values::rest(block).is_some() => return Knowledge::Unknown(place),
            None => return Knowledge::Absent,
        };
    }
    Knowledge::Known(Sourced::new(value.clone(), value.origin))
}

/// What stands at a path, a reference to something else perhaps.
pub(crate) fn reference(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &[&str],
) -> Option<Value> {
    nested(unit, resource, path).value().cloned()
}

/// The known text at a path.
pub(crate) fn text(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &[&str],
) -> Knowledge<String> {
    convert(nested(unit, resource, path), values::known_text)
}

/// The known truth at a path; Terraform takes the words for it too.
pub(crate) fn truth(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &[&str],
) -> Knowledge<bool> {
    convert(nested(unit, resource, path), |it| match values::known_text(it)?.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

/// The known whole number at a path.
pub(crate) fn whole(unit: &Unit<'_, '_>, resource: &Resource<'_>, path: &[&str]) -> Knowledge<u64> {
    convert(nested(unit, resource, path), |it| values::known_text(it)?.parse().ok())
}

fn convert<T>(value: Knowledge<Value>, read: impl Fn(&Value) -> Option<T>) -> Knowledge<T> {
    match value {
        Knowledge::Known(it) => match read(&it.value) {
            Some(read) => Knowledge::Known(Sourced::new(read, it.origin)),
            None => Knowledge::Unknown(it.place()),
        },
        Knowledge::Unknown(place) => Knowledge::Unknown(place),
        Knowledge::Absent => Knowledge::Absent,
    }
}
