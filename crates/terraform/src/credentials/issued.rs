//! Resources that make a credential, and how long it lives.

use model::{
    Credential, CredentialKind, Data, Expiry, ExpirySource, Knowledge, Lifetime, Party, Place,
    Rotation, Slot, SlotKind, Sourced, Storage, Value,
};

use super::issuer::{self, Condition, Default, Issuer, Renewal};
use super::lifetime;
use crate::aws;
use crate::azure;
use crate::eval::Resource;
use crate::google;
use crate::lifecycle;
use crate::lower::{Collector, Unit};
use crate::values;

/// Looks an argument up; null counts as nothing.
type Get<'g> = &'g dyn Fn(&str) -> Option<Value>;

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let kind = resource.declaration.kind;
        if let Some(issuer) = first(unit, resource, issuer::of(kind)) {
            out.credential(of_resource(unit, resource, issuer));
        }
        for (part, issuers) in issuer::parts(kind) {
            if let Some(issuer) = first(unit, resource, issuers) {
                let mut found = of_resource(unit, resource, issuer);
                found.address = unit.address_below(resource, part);
                out.credential(found);
            }
        }
        for (block, issuers) in issuer::blocks(kind) {
            if let Some(issuer) = first(unit, resource, issuers) {
                of_blocks(unit, resource, block, issuer, out);
            }
        }
    }
    for resource in &unit.data {
        let issuers = issuer::of(&format!("data.{}", resource.declaration.kind));
        if let Some(issuer) = first(unit, resource, issuers) {
            out.credential(of_resource(unit, resource, issuer));
        }
    }
}

/// The first row that says what a resource makes.
fn first<'i>(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    issuers: &'i [Issuer],
) -> Option<&'i Issuer> {
    issuers.iter().find(|it| makes_one(unit, resource, it))
}

/// True when every condition of the row holds, as far as is known.
fn makes_one(unit: &Unit<'_, '_>, resource: &Resource<'_>, issuer: &Issuer) -> bool {
    let get = |name: &str| unit.get(resource, name);
    issuer.conditions.iter().all(|it| match it {
        Condition::Written(paths) => paths.split('|').any(|it| at(&get, it).is_some()),
        Condition::Is(argument, wanted) => unit.get(resource, argument).is_none_or(|it| {
            values::known_text(&it).is_some_and(|it| wanted.split('|').any(|wanted| it == wanted))
        }),
        Condition::IsNot(argument, refused) => unit
            .get(resource, argument)
            .is_none_or(|it| values::known_text(&it).is_none_or(|it| it != *refused)),
    })
}

fn of_resource(unit: &Unit<'_, '_>, resource: &Resource<'_>, issuer: &Issuer) -> Credential {
    let declaration = &resource.declaration;
    let get = |name: &str| unit.get(resource, name);
    let mut found = credential(unit, resource, issuer, &get, declaration.kind_place());
    found.region = declaration.region;
    found
}

/// Blocks of which each makes a credential, such as `password` inside an application.
fn of_blocks(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    name: &str,
    issuer: &Issuer,
    out: &mut Collector,
) {
    let Some(blocks) = unit.get(resource, name) else { return };
    let items = values::items(&blocks);
    let single = items.len() == 1;
    for (at, block) in items.iter().enumerate() {
        // Whether there is another one, and what it says, is not known.
        if values::is_rest_item(block) || !matches!(block.data, Data::Map(_)) {
            continue;
        }
        let get = |name: &str| inside(block, name);
        let mut found = credential(unit, resource, issuer, &get, block.origin.place);
        let path = if single { name.to_owned() } else { format!("{name}[{at}]") };
        found.address = unit.address_below(resource, &path);
        out.credential(found);
    }
}

fn credential(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    issuer: &Issuer,
    get: Get<'_>,
    place: Place,
) -> Credential {
    let outer = |name: &str| unit.get(resource, name);
    let name = ["name", "display_name", "description"]
        .iter()
        .find_map(|it| outer(it).as_ref().and_then(values::known_text))
        .filter(|it| !it.is_empty())
        .unwrap_or_else(|| resource.declaration.name.to_owned());
    let (mut expiry, by_clock) = expiry(unit, get, issuer);
    expiry.maximum = maximum(&outer, issuer);
    // What is read anew each time is as good as the end says, and an end that Terraform does
    // not look at again stays where it was.
    expiry.slides &= !resource.is_data && !is_ignored(resource, expiry.argument);
    let storage = match issuer.kind {
        CredentialKind::Other | CredentialKind::EncryptionKey => Storage::SecretStore,
        _ => Storage::Generated,
    };
    Credential {
        kind: issuer.kind,
        provider: issuer.provider.map(Into::into),
        holder: issuer.holders.iter().find_map(|it| holder(unit, resource, it)),
        expiry,
        rotation: rotation(unit, get, &outer, issuer, by_clock),
        active: active(&outer),
        in_state: issuer.in_state
            && !resource.declaration.is_ephemeral()
            && outer("pgp_key").is_none(),
        replacement: issuer.instead.map(Into::into),
        ..Credential::new(
            unit.address(resource),
            name,
            Slot {
                kind: SlotKind::Issued,
                path: String::new(),
                taker: resource.declaration.kind.to_owned(),
            },
            storage,
            place,
            place,
        )
    }
}

/// The longest sensible life; an authority's certificate lives longer than others.
fn maximum(get: Get<'_>, issuer: &Issuer) -> Option<u64> {
    match get("is_ca_certificate").map(|it| it.as_bool()) {
        Some(Some(true)) => Some(AUTHORITY),
        Some(None) => None,
        Some(Some(false)) | None => issuer.maximum,
    }
}

/// Ten years, in seconds.
const AUTHORITY: u64 = 10 * 365 * 86_400;

fn is_ignored(resource: &Resource<'_>, argument: Option<&str>) -> bool {
    let first = argument.and_then(|it| it.split('.').next());
    let ignored = lifecycle::ignored(resource.declaration);
    ignored.iter().any(|(name, _)| name == "all" || Some(name.as_str()) == first)
}

fn holder(unit: &Unit<'_, '_>, resource: &Resource<'_>, argument: &str) -> Option<Party> {
    if argument == "self" {
        return Some(Party::Address(unit.address(resource)));
    }
    let value = unit.get(resource, argument)?;
    let kinds = match resource.declaration.kind.split('_').next() {
        Some("aws") => aws::USER,
        Some("google") => google::SERVICE_ACCOUNT,
        _ => azure::PRINCIPALS,
    };
    Some(unit.addresses.party(&value, kinds))
}

/// A key may be switched off.
fn active(get: Get<'_>) -> Knowledge<bool> {
    let Some(value) = get("status").or_else(|| get("state")) else { return Knowledge::Absent };
    match values::known_text(&value) {
        Some(text) => {
            let active = !text.eq_ignore_ascii_case("inactive");
            Knowledge::Known(Sourced::new(active, value.origin))
        }
        None => Knowledge::Unknown(value.origin.place),
    }
}

/// Whether something makes a new one: a clock that its end comes from, an argument of its own,
/// or `replace_triggered_by`.
fn rotation(
    unit: &Unit<'_, '_>,
    get: Get<'_>,
    outer: Get<'_>,
    issuer: &Issuer,
    by_clock: Rotation,
) -> Rotation {
    let renewals = issuer.renewals.iter().map(|it| renewal(unit, get, *it));
    let replaced = outer("lifecycle")
        .iter()
        .flat_map(values::items)
        .filter_map(|it| values::member(&it, "replace_triggered_by"))
        .flat_map(|it| values::items(&it))
        .map(|it| lifetime::replacement(unit, &it))
        .collect::<Vec<_>>();
    let all: Vec<Rotation> = std::iter::once(by_clock).chain(renewals).chain(replaced).collect();
    let find = |test: fn(&Rotation) -> bool| all.iter().find(|it| test(it)).cloned();
    find(|it| matches!(it, Rotation::Every(_)))
        .or_else(|| find(|it| matches!(it, Rotation::Automatic)))
        .or_else(|| find(|it| matches!(it, Rotation::Unknown)))
        .unwrap_or(Rotation::None)
}

fn renewal(unit: &Unit<'_, '_>, get: Get<'_>, renewal: Renewal) -> Rotation {
    match renewal {
        Renewal::Always => Rotation::Automatic,
        Renewal::Every(argument, format) => match at(get, argument) {
            Some(it) => match lifetime::of(unit, &it, format) {
                Lifetime::Seconds(seconds) => {
                    Rotation::Every(Sourced::new(seconds, it.origin.clone()))
                }
                _ => Rotation::Unknown,
            },
            None => Rotation::None,
        },
        Renewal::Unknown => Rotation::Unknown,
        Renewal::Trigger(argument) => {
            get(argument).map_or(Rotation::None, |it| lifetime::trigger(unit, &it))
        }
        Renewal::Present(argument) => match at(get, argument) {
            Some(it) if it.as_number() == Some(0.0) => Rotation::None,
            Some(_) => Rotation::Automatic,
            None => Rotation::None,
        },
        Renewal::Flag(argument) => match get(argument).map(|it| it.as_bool()) {
            Some(Some(true)) => Rotation::Automatic,
            Some(None) => Rotation::Unknown,
            Some(Some(false)) | None => Rotation::None,
        },
    }
}

/// The end of a credential, and the rotation that a clock behind it brings.
fn expiry(unit: &Unit<'_, '_>, get: Get<'_>, issuer: &Issuer) -> (Expiry, Rotation) {
    for (argument, format) in &issuer.ends {
        let Some(value) = at(get, argument) else { continue };
        // An empty text sets no end.
        if values::known_text(&value).is_some_and(|it| it.is_empty()) {
            continue;
        }
        let stated = Expiry {
            lifetime: lifetime::of(unit, &value, *format),
            source: ExpirySource::Stated,
            origin: Some(value.origin.clone()),
            argument: Some(argument),
            slides: lifetime::slides(&value),
            maximum: issuer.maximum,
        };
        let by_clock = match lifetime::trigger(unit, &value) {
            every @ Rotation::Every(_) => every,
            _ => Rotation::None,
        };
        return (stated, by_clock);
    }
    let argument = issuer.ends.first().map(|(argument, _)| *argument);
    let by_default = |lifetime| Expiry {
        lifetime,
        source: ExpirySource::ProviderDefault,
        argument,
        maximum: issuer.maximum,
        ..Expiry::default()
    };
    let expiry = match issuer.default {
        Default::Inherent => Expiry::never_by_kind(),
        Default::Never => by_default(Lifetime::Never),
        Default::Unknown => Expiry { argument, maximum: issuer.maximum, ..Expiry::default() },
        Default::Seconds(seconds) => by_default(Lifetime::Seconds(seconds)),
    };
    (expiry, Rotation::None)
}

/// The value at a path into the blocks of a resource. Where it cannot be told whether there is
/// one, the block itself stands for it, which is unknown.
fn at(get: Get<'_>, path: &str) -> Option<Value> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut value = get(first)?;
    for name in rest.split('.').filter(|it| !it.is_empty()) {
        let block = values::items(&value).into_iter().next()?;
        if values::is_rest_item(&block) || !matches!(block.data, Data::Map(_)) {
            return Some(values::unknown(block.origin.place));
        }
        value = inside(&block, name)?;
    }
    Some(value)
}

/// An argument of a block; it is unknown when the block may have more than is known.
fn inside(block: &Value, name: &str) -> Option<Value> {
    let value = values::member(block, name)
        .or_else(|| values::rest(block).map(|it| values::unknown(it.origin.place)))?;
    (!matches!(value.data, Data::Null)).then_some(value)
}
