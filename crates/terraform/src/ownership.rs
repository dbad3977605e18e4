//! Who answers for a resource: its effective tags and labels.

use model::{Data, Knowledge, OwnerSource, Ownership, Place, Value};

use crate::eval::Resource;
use crate::lower::Unit;
use crate::values;

/// Tags or labels as far as they are known, the resource's own.
pub(crate) type Labels = Vec<(String, Knowledge<String>)>;

/// How a family of resource types carries labels.
struct Carrier {
    /// The argument on the resource.
    argument: &'static str,
    /// Where an owner would be written, for messages.
    owner: &'static str,
    source: OwnerSource,
    /// The way to defaults in the provider block.
    defaults: &'static [&'static str],
}

/// Types of the AWS provider that cannot carry tags.
const UNTAGGED_AWS: &[&str] = &["aws_iam_access_key", "aws_iam_group"];

fn carrier(kind: &str) -> Option<Carrier> {
    if kind.starts_with("aws_") && !UNTAGGED_AWS.contains(&kind) {
        return Some(Carrier {
            argument: "tags",
            owner: "tags.owner",
            source: OwnerSource::Tag,
            defaults: &["default_tags", "tags"],
        });
    }
    // A Google service account has no labels; its owner can only stand in its description.
    if kind.starts_with("google_") && kind != "google_service_account" {
        return Some(Carrier {
            argument: "labels",
            owner: "labels.owner",
            source: OwnerSource::Label,
            defaults: &["default_labels"],
        });
    }
    if kind.starts_with("azurerm_") {
        return Some(Carrier {
            argument: "tags",
            owner: "tags.owner",
            source: OwnerSource::Tag,
            defaults: &[],
        });
    }
    None
}

/// The resource's own tags or labels.
pub(crate) fn labels(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Labels {
    let Some(carrier) = carrier(resource.declaration.kind) else { return Vec::new() };
    unit.evaluator.written(resource, carrier.argument).map(|it| pairs(&it)).unwrap_or_default()
}

/// The owner of a resource, through its own labels and its provider's defaults.
pub(crate) fn of(unit: &Unit<'_, '_>, resource: &Resource<'_>, labels: &Labels) -> Ownership {
    let kind = resource.declaration.kind;
    if kind.starts_with("azuread_") {
        return entra(unit, resource);
    }
    if kind == "google_service_account" {
        return described(unit, resource);
    }
    if kind.starts_with("kubernetes_") {
        return kubernetes(unit, resource);
    }
    let Some(carrier) = carrier(kind) else { return Ownership::default() };
    let own = from_labels(labels, carrier.source, carrier.owner);
    if !own.owner.is_absent() {
        return own;
    }
    if let Some(place) = unit.get(resource, carrier.argument).as_ref().and_then(open) {
        return Ownership { owner: Knowledge::Unknown(place), ..own };
    }
    defaults(unit, resource, &carrier)
}

fn defaults(unit: &Unit<'_, '_>, resource: &Resource<'_>, carrier: &Carrier) -> Ownership {
    use crate::lower::Provider;
    let unknown = || Ownership {
        owner: Knowledge::Unknown(resource.declaration.place),
        argument: Some(carrier.owner),
    };
    let absent = Ownership::absent(carrier.owner);
    let Some((first, rest)) = carrier.defaults.split_first() else { return absent };
    let block = match unit.provider(resource) {
        Provider::Known(block) => block,
        Provider::Absent => return absent,
        Provider::Unknown => return unknown(),
    };
    let Some(value) = values::member(&block, first) else {
        return if values::rest(&block).is_some() { unknown() } else { absent };
    };
    // A nested block is a list of one map.
    let value = match (rest, values::items(&value).as_slice()) {
        ([], _) => Some(value.clone()),
        ([name, ..], [only]) => values::member(only, name),
        _ => None,
    };
    let Some(tags) = value else { return absent };
    let owner = from_labels(&pairs(&tags), OwnerSource::DefaultTags, carrier.owner);
    match open(&tags) {
        Some(place) if owner.owner.is_absent() => {
            Ownership { owner: Knowledge::Unknown(place), ..owner }
        }
        _ => owner,
    }
}

fn from_labels(labels: &Labels, source: OwnerSource, argument: &'static str) -> Ownership {
    let pairs = labels.iter().map(|(key, value)| (key.as_str(), value));
    Ownership::from_pairs(pairs, source, argument)
}

/// The known entries of a map of texts.
pub(crate) fn pairs(value: &Value) -> Labels {
    values::entries(value)
        .map(|it| {
            let value = values::inherit(&value.origin, it.value.clone());
            let text = match &value.data {
                Data::Number(_) | Data::Bool(_) => values::known_text(&value)
                    .map_or(Knowledge::Unknown(value.origin.place), |it| {
                        Knowledge::Known(model::Sourced::new(it, value.origin.clone()))
                    }),
                _ => value.to_text(),
            };
            (it.key.to_string(), text)
        })
        .collect()
}

/// Where a map stands that may have more entries than are known.
fn open(value: &Value) -> Option<Place> {
    let unknown = match &value.data {
        Data::Map(_) => values::rest(value).is_some(),
        Data::Null => false,
        _ => true,
    };
    unknown.then_some(value.origin.place)
}

/// Entra objects have owners of their own, and `tags` that are plain texts.
fn entra(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Ownership {
    let mut ownership = Ownership::absent("owners");
    if let Some(owners) = unit.get(resource, "owners") {
        match values::items(&owners).first() {
            Some(first) => {
                let name = values::known_text(first).or_else(|| declared(first));
                let owner = name.map(|name| model::Owner { name, source: OwnerSource::Argument });
                ownership.owner = match owner {
                    Some(it) => Knowledge::Known(model::Sourced::new(it, first.origin.clone())),
                    None => Knowledge::Unknown(first.origin.place),
                };
                return ownership;
            }
            None if owners.is_unknown() => {
                ownership.owner = Knowledge::Unknown(owners.origin.place);
                return ownership;
            }
            None => {}
        }
    }
    for argument in ["tags", "notes", "description", "service_management_reference"] {
        let Some(value) = unit.get(resource, argument) else { continue };
        for item in values::items(&value) {
            match written_owner(&item) {
                Knowledge::Absent => {}
                owner => return Ownership { owner, ..ownership },
            }
        }
    }
    ownership
}

/// The address of the object that an id belongs to; the value of an input names nobody.
fn declared(id: &Value) -> Option<String> {
    let remote = values::remote(id)?;
    (!remote.attribute.is_empty()).then(|| remote.address.to_string())
}

/// `owner: team-x` inside a free text.
fn described(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Ownership {
    let mut ownership = Ownership::absent("description");
    for argument in ["description", "display_name"] {
        let Some(value) = unit.get(resource, argument) else { continue };
        match written_owner(&value) {
            Knowledge::Absent => {}
            owner => {
                ownership.owner = owner;
                break;
            }
        }
    }
    ownership
}

/// An owner in a free text: `owner=team-x`, `Owner: Payments`.
fn written_owner(value: &Value) -> Knowledge<model::Owner> {
    let Some(text) = values::known_text(value) else {
        return Knowledge::Unknown(value.origin.place);
    };
    for part in text.split([';', ',', '\n', '|']) {
        let Some((key, name)) = part.split_once([':', '=']) else { continue };
        let key = key.trim().rsplit(char::is_whitespace).next().unwrap_or("");
        let name = name.trim();
        if model::is_owner_key(key) && !model::is_nobody(name) {
            let owner = model::Owner { name: name.to_owned(), source: OwnerSource::Argument };
            return Knowledge::Known(model::Sourced::new(owner, value.origin.clone()));
        }
    }
    Knowledge::Absent
}

/// Labels and annotations in the `metadata` block.
fn kubernetes(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Ownership {
    let mut ownership = Ownership::absent("metadata.labels.owner");
    let Some(metadata) = unit.get(resource, "metadata") else { return ownership };
    for block in values::items(&metadata) {
        for (name, source) in
            [("labels", OwnerSource::Label), ("annotations", OwnerSource::Annotation)]
        {
            let Some(map) = values::member(&block, name) else { continue };
            let found = from_labels(&pairs(&map), source, "metadata.labels.owner");
            match found.owner {
                Knowledge::Known(_) => return found,
                Knowledge::Unknown(_) => ownership.owner = found.owner,
                Knowledge::Absent => {
                    if let Some(place) = open(&map) {
                        ownership.owner = Knowledge::Unknown(place);
                    }
                }
            }
        }
    }
    ownership
}
