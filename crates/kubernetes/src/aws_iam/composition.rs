//! Compositions of Crossplane: the objects they make, as far as no patch changes them.
//!
//! What a patch writes comes from whoever asks for the composition, and is unknown. Other
//! functions of a pipeline are programs; what they add is unknown too: tags, perhaps.

use std::sync::Arc;

use model::{Data, Entry, Value};

use super::{GROUPS, Reader};
use crate::custom;
use crate::edit;
use crate::load::{self, Found};
use crate::object::{Object, Objects};

/// Objects of one composition that are looked at.
const MOST: usize = 500;

/// Patches of one composition that are followed. Beyond that, the rest of it is unknown.
const PATCHES: usize = 20_000;

/// Keys of a path that are followed.
const DEPTH: usize = 16;

/// Lowers the IAM objects of a Composition.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    let (mut numbers, mut left) = (0..u32::MAX, PATCHES);
    let steps = object.at(&["spec", "pipeline"]).items();
    let tagged = steps.iter().take(MOST).any(may_tag);
    one(object, object.at(&["spec"]).value(), tagged, &mut numbers, &mut left, objects);
    for step in steps.iter().take(MOST) {
        one(object, step.get("input"), tagged, &mut numbers, &mut left, objects);
    }
    custom::lower(object, objects);
}

/// True for a function that may change what other ones made.
fn may_tag(step: &Value) -> bool {
    let name = Found::at(step, &["functionRef", "name"]).value().and_then(Value::as_text);
    let harmless = |it: &str| it.contains("patch-and-transform") || it.contains("auto-ready");
    let makes = step.get("input").is_some_and(|it| it.get("resources").is_some());
    !makes && !name.is_some_and(|it| harmless(&it))
}

/// A list of resources with the sets of patches beside it.
fn one(
    object: &Object<'_>,
    holder: Option<&Value>,
    tagged: bool,
    numbers: &mut impl Iterator<Item = u32>,
    left: &mut usize,
    objects: &mut Objects,
) {
    let Some(holder) = holder else { return };
    let sets = holder.items("patchSets");
    for (resource, number) in holder.items("resources").iter().take(MOST).zip(numbers) {
        let Some(base) = resource.get("base") else { continue };
        let group = Found::at(base, &["apiVersion"]).value().and_then(Value::as_text);
        let group = group.as_deref().and_then(|it| it.split_once('/')).map(|it| it.0);
        if !group.is_some_and(|it| GROUPS.contains(&it)) {
            continue;
        }
        let mut made = base.clone();
        for patch in resource.items("patches") {
            for path in paths(patch, sets) {
                let Some(less) = left.checked_sub(1) else { return };
                *left = less;
                forget(&mut made, &path);
            }
        }
        named(&mut made, resource, object, number);
        let kind = made.get("kind").map_or(object.place, |it| it.origin.place);
        let unit = &object.site.unit;
        let made = Object::built(object.page, made, kind, unit, number);
        if let Some(reader) = Reader::new(&made, Some(&object.address())) {
            Reader { tagged, ..reader }.lower(objects);
        }
    }
}

/// The paths that a patch writes to.
fn paths(patch: &Value, sets: &[Value]) -> Vec<String> {
    let text = |value: &Value, key: &str| {
        Some(value.get(key)?.as_text().map_or_else(String::new, |it| it.into_owned()))
    };
    let one = |patch: &Value| {
        let kind = text(patch, "type").unwrap_or_default();
        // These write into what asks for the composition.
        let outwards = kind.starts_with("To") || kind.starts_with("CombineTo");
        let to = text(patch, "toFieldPath").or_else(|| text(patch, "fromFieldPath"));
        (!outwards).then_some(to).flatten()
    };
    match text(patch, "patchSetName") {
        Some(name) => {
            let set = sets.iter().find(|it| text(it, "name").as_deref() == Some(&name));
            let patches = set.into_iter().flat_map(|it| it.items("patches"));
            patches.filter_map(one).take(PATCHES).collect()
        }
        None => one(patch).into_iter().collect(),
    }
}

/// Makes unknown what stands under a path such as `spec.forProvider.tags[0].value`: from the
/// first item of a list on.
fn forget(value: &mut Value, path: &str) {
    let path = path.split('[').next().unwrap_or(path);
    let keys: Vec<&str> = path.split('.').filter(|it| !it.is_empty()).take(DEPTH).collect();
    let origin = value.origin.clone();
    let mut here = value;
    for key in keys {
        if !matches!(here.data, Data::Map(_)) {
            here.data = Data::Map(Arc::default());
        }
        let Data::Map(entries) = &mut here.data else { return };
        let entries = Arc::make_mut(entries);
        let at = entries.iter().position(|it| &*it.key == key).unwrap_or_else(|| {
            entries.push(edit::entry(key, Value::unknown(origin.clone())));
            entries.len() - 1
        });
        let Some(entry) = entries.get_mut(at) else { return };
        here = &mut entry.value;
    }
    here.data = Data::Unknown(None);
}

/// Calls an object by its place in the composition, for it gets another name every time.
fn named(made: &mut Value, resource: &Value, object: &Object<'_>, number: u32) {
    let origin = resource.get("name").map_or(&resource.origin, |it| &it.origin).clone();
    let own = resource.get("name").and_then(Value::as_text);
    let own = own.map_or_else(|| number.to_string(), |it| it.into_owned());
    let name = edit::made(&format!("{}/{own}", object.name), &origin);
    let metadata = made.get("metadata").map(load::listed);
    let mut kept: Vec<Entry> =
        metadata.into_iter().flatten().filter(|it| &*it.key != "name").cloned().collect();
    kept.push(edit::entry("name", name));
    let metadata = edit::map(kept, &origin);
    match edit::child(made, "metadata") {
        Some(it) => *it = metadata,
        None => edit::set(made, edit::entry("metadata", metadata)),
    }
}
