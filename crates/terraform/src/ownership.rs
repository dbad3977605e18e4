//! Who answers for a resource: its effective tags and labels.

use model::{Data, Knowledge, OwnerSource, Ownership, Place, Value};

use crate::eval::Resource;
use crate::lower::Unit;
use crate::{handover, lifecycle, parent, values};

/// Tags or labels as far as they are known, the resource's own.
pub(crate) type Labels = Vec<(String, Knowledge<String>)>;

/// How labels are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `{ owner = "x" }`
    Map,
    /// `[{ key = "owner", value = "x" }]`
    Pairs,
    /// `["owner:x"]`
    Texts,
}

/// How a family of resource types carries labels.
struct Carrier {
    /// What its types begin with.
    family: &'static str,
    /// The arguments on the resource.
    arguments: &'static [&'static str],
    shape: Shape,
    /// Where an owner would be written, for messages.
    owner: &'static str,
    source: OwnerSource,
    /// The way to defaults in the provider block.
    defaults: &'static [&'static str],
}

/// Families of types with tags or labels, as the providers document them.
const CARRIERS: &[Carrier] = &[
    tags("aws_", Shape::Map, &["default_tags", "tags"]),
    tags("awscc_", Shape::Pairs, &[]),
    labels_of("google_", &["default_labels"]),
    tags("azurerm_", Shape::Map, &[]),
    tags("azapi_", Shape::Map, &["default_tags"]),
    Carrier {
        arguments: &["freeform_tags", "defined_tags"],
        owner: "freeform_tags.owner",
        ..tags("oci_", Shape::Map, &[])
    },
    tags("alicloud_", Shape::Map, &[]),
    tags("tencentcloud_", Shape::Map, &[]),
    tags("digitalocean_", Shape::Texts, &[]),
    tags("scaleway_", Shape::Texts, &[]),
    tags("linode_", Shape::Texts, &[]),
    tags("ibm_", Shape::Texts, &[]),
    tags("openstack_", Shape::Texts, &[]),
    labels_of("hcloud_", &[]),
    labels_of("yandex_", &[]),
];

const fn tags(family: &'static str, shape: Shape, defaults: &'static [&'static str]) -> Carrier {
    let source = OwnerSource::Tag;
    Carrier { family, arguments: &["tags"], shape, owner: "tags.owner", source, defaults }
}

const fn labels_of(family: &'static str, defaults: &'static [&'static str]) -> Carrier {
    Carrier {
        family,
        arguments: &["labels"],
        shape: Shape::Map,
        owner: "labels.owner",
        source: OwnerSource::Label,
        defaults,
    }
}

/// Types that cannot carry tags or labels. A Google service account has a description only.
const UNTAGGED: &[&str] = &[
    "aws_bedrockagent_agent_action_group",
    "aws_iam_access_key",
    "aws_iam_group",
    "google_service_account",
];

fn carrier(kind: &str) -> Option<&'static Carrier> {
    let found = CARRIERS.iter().find(|it| kind.starts_with(it.family))?;
    (!UNTAGGED.contains(&kind)).then_some(found)
}

/// The resource's own tags or labels.
pub(crate) fn labels(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Labels {
    let Some(carrier) = carrier(resource.declaration.kind) else { return Vec::new() };
    if let Some(effective) = effective(unit, resource) {
        return pairs(&effective);
    }
    let written = carrier.arguments.iter();
    written
        .filter_map(|it| unit.evaluator.written(resource, it))
        .flat_map(|it| match carrier.shape {
            Shape::Map => pairs(&it),
            Shape::Pairs => listed_pairs(&it),
            Shape::Texts => texts(&it),
        })
        .collect()
}

/// What a plan or state records of the tags or labels, the provider's defaults among them.
fn effective(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Option<Value> {
    resource.recorded?;
    let names = ["tags_all", "terraform_labels", "effective_labels"];
    names.iter().find_map(|it| unit.get(resource, it))
}

/// The owner of a resource, through its own labels and its provider's defaults.
pub(crate) fn of(unit: &Unit<'_, '_>, resource: &Resource<'_>, labels: &Labels) -> Ownership {
    let kind = resource.declaration.kind;
    if kind.starts_with("azuread_") {
        return entra(unit, resource);
    }
    if kind == "google_service_account" {
        let own = described(unit, resource, "description");
        return own.or(parent::of(unit, resource, "description"));
    }
    let Some(carrier) = carrier(kind) else { return Ownership::default() };
    let mut own = from_labels(labels, carrier.source, carrier.owner);
    if matches!(own.owner, Knowledge::Known(_)) {
        return own;
    }
    // A text that is not known rarely names an owner where there are tags for it.
    let described = described(unit, resource, carrier.owner);
    if matches!(described.owner, Knowledge::Known(_)) {
        return own.or(described);
    }
    if let Some(effective) = effective(unit, resource) {
        // The provider's defaults are among them.
        let unknown = open(&effective).map(|it| Ownership::unknown(it, carrier.owner));
        return unknown.map_or(own.clone(), |it| own.or(it));
    }
    let ignored = lifecycle::ignored(resource.declaration);
    // Somebody else writes the tags, and what they write is not here.
    let elsewhere = ignored
        .into_iter()
        .find(|(name, _)| name == "all" || name == "tags_all" || carrier.writes(name))
        .map(|(_, place)| place);
    let open = carrier.arguments.iter().find_map(|it| open(&unit.get(resource, it)?));
    if let Some(place) = elsewhere.or(open) {
        own = own.or(Ownership::unknown(place, carrier.owner));
    }
    own = own.or(defaults(unit, resource, carrier));
    own = own.or(parent::of(unit, resource, carrier.owner));
    if own.owner.is_absent() {
        own.handed_in =
            carrier.arguments.iter().find_map(|it| handover::of(unit.evaluator, resource, it));
    }
    own
}

impl Carrier {
    fn writes(&self, argument: &str) -> bool {
        self.arguments.contains(&argument)
    }
}

fn defaults(unit: &Unit<'_, '_>, resource: &Resource<'_>, carrier: &Carrier) -> Ownership {
    use crate::lower::Provider;
    let unknown = || Ownership::unknown(resource.declaration.place, carrier.owner);
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
    let found = from_labels(&pairs(&tags), OwnerSource::DefaultTags, carrier.owner);
    match open(&tags) {
        Some(place) => found.or(Ownership::unknown(place, carrier.owner)),
        None => found,
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

/// `[{ key = "owner", value = "x" }]`
fn listed_pairs(value: &Value) -> Labels {
    let items = values::items(value);
    let pair = |it: &Value| {
        let key = values::known_text(&values::member(it, "key")?)?;
        Some((key, values::member(it, "value")?.to_text()))
    };
    items.iter().filter_map(pair).collect()
}

/// `["owner:x", "env=prod"]`
fn texts(value: &Value) -> Labels {
    let pair = |it: &Value| {
        let text = values::known_text(it)?;
        let (key, value) = text.split_once([':', '='])?;
        let value = model::Sourced::new(value.trim().to_owned(), it.origin.clone());
        Some((key.trim().to_owned(), Knowledge::Known(value)))
    };
    values::items(value).iter().filter_map(pair).collect()
}

/// Where a map or list stands that may have more entries than are known.
fn open(value: &Value) -> Option<Place> {
    let unknown = match &value.data {
        Data::Map(_) => values::rest(value).is_some(),
        Data::List(items) => items.iter().any(Value::is_unknown),
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
fn described(unit: &Unit<'_, '_>, resource: &Resource<'_>, argument: &'static str) -> Ownership {
    let mut ownership = Ownership::absent(argument);
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
