//! Owners of what an identity stands in: the project of a Google service account, which cannot
//! carry labels, and the resource group of an Azure identity.

use model::{Data, Knowledge, Owner, OwnerSource, Ownership, Sourced, Value};

use crate::eval::Resource;
use crate::lower::Unit;
use crate::{ownership, values};

/// What a type stands in: the argument that names it, and its type.
const PARENTS: &[(&str, &str, &str)] = &[
    ("google_service_account", "project", "google_project"),
    ("azurerm_user_assigned_identity", "resource_group_name", "azurerm_resource_group"),
];

/// Inputs with which modules that are not here label what they make.
const INPUTS: &[&str] = &["project_labels", "labels", "tags"];

/// The owner of what a resource stands in; absent when that says nothing.
pub(crate) fn of(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    argument: &'static str,
) -> Ownership {
    let absent = Ownership::absent(argument);
    let kind = resource.declaration.kind;
    let Some((_, names, parent)) = PARENTS.iter().find(|it| it.0 == kind) else { return absent };
    let Some(value) = unit.get(resource, names) else { return absent };
    let declared = unit.addresses.target(&value, &[parent]);
    if let Some(parent) = declared.and_then(|it| unit.resource(&it)) {
        let labels = ownership::labels(unit, parent);
        return handed_down(ownership::of(unit, parent, &labels), argument);
    }
    called(unit, &value, argument).unwrap_or(absent)
}

/// The owner that a call of a module gives to what the module makes.
fn called(unit: &Unit<'_, '_>, value: &Value, argument: &'static str) -> Option<Ownership> {
    let remote = values::remote(value)?;
    let (path, name) = match remote.address.rsplit_once(".module.") {
        Some((path, name)) => (path, name),
        None => ("", remote.address.strip_prefix("module.")?),
    };
    let name = name.split_once(['[', '.']).map_or(name, |(name, _)| name);
    let mut instances = unit.instances.iter();
    let instance = *instances.find(|it| *unit.evaluator.instance(**it).path == *path)?;
    let call = unit.evaluator.module(instance)?.calls.get(name)?;
    if unit.evaluator.callee(instance, call).is_some() {
        return None;
    }
    let call = unit.evaluator.called(instance, call).into_iter().next()?;
    let found = INPUTS.iter().filter_map(|it| unit.get(&call, it));
    found
        .map(|labels| {
            let pairs = ownership::pairs(&labels);
            let pairs = pairs.iter().map(|(key, value)| (key.as_str(), value));
            let own = Ownership::from_pairs(pairs, OwnerSource::Parent, argument);
            match &labels.data {
                Data::Map(_) if values::rest(&labels).is_none() => own,
                _ => own.or(Ownership::unknown(labels.origin.place, argument)),
            }
        })
        .reduce(Ownership::or)
}

fn handed_down(ownership: Ownership, argument: &'static str) -> Ownership {
    match ownership.owner {
        Knowledge::Known(it) => {
            let owner = Owner { name: it.value.name, source: OwnerSource::Parent };
            let owner = Knowledge::Known(Sourced::new(owner, it.origin));
            Ownership { owner, ..Ownership::absent(argument) }
        }
        Knowledge::Unknown(place) => Ownership::unknown(place, argument),
        Knowledge::Absent => Ownership::absent(argument),
    }
}
