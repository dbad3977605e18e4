//! Resources that make a credential, and how long it lives.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::{
    Credential, CredentialKind, Date, Expiry, ExpirySource, Knowledge, Lifetime, Party, Rotation,
    Slot, SlotKind, Sourced, Storage, Value,
};

use crate::aws;
use crate::azure;
use crate::eval::{NOW, Resource, duration};
use crate::google;
use crate::lower::{Collector, Unit};
use crate::values;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../../data/issued.tsv");

#[derive(Clone, Copy, Debug)]
enum Format {
    Date,
    Duration,
    Seconds,
    Days,
    Hours,
}

#[derive(Clone, Copy, Debug)]
enum Default {
    Inherent,
    Never,
    Unknown,
    Seconds(u64),
}

/// A resource type that makes a credential.
#[derive(Debug)]
struct Issuer {
    kind: CredentialKind,
    provider: Option<&'static str>,
    holders: Vec<&'static str>,
    ends: Vec<(&'static str, Format)>,
    default: Default,
}

static ISSUERS: LazyLock<BTreeMap<&'static str, Issuer>> =
    LazyLock::new(|| ROWS.lines().filter(|it| !it.starts_with('#')).filter_map(read).collect());

fn read(line: &'static str) -> Option<(&'static str, Issuer)> {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let [resource, kind, provider, holders, ends, default] = columns.as_slice() else {
        return None;
    };
    let split = |it: &'static str| it.split(',').filter(|it| !it.is_empty());
    let end = |it: &'static str| {
        let (argument, format) = it.split_once(':')?;
        Some((argument, format_of(format)?))
    };
    let issuer = Issuer {
        kind: kind_of(kind)?,
        provider: Some(*provider).filter(|it| !it.is_empty()),
        holders: split(holders).collect(),
        ends: split(ends).filter_map(end).collect(),
        default: match *default {
            "inherent" => Default::Inherent,
            "never" => Default::Never,
            "unknown" => Default::Unknown,
            seconds => Default::Seconds(seconds.parse().ok()?),
        },
    };
    Some((*resource, issuer))
}

fn format_of(text: &str) -> Option<Format> {
    Some(match text {
        "date" => Format::Date,
        "duration" => Format::Duration,
        "seconds" => Format::Seconds,
        "days" => Format::Days,
        "hours" => Format::Hours,
        _ => return None,
    })
}

fn kind_of(text: &str) -> Option<CredentialKind> {
    use CredentialKind as Kind;
    let all = [
        Kind::AccessKey,
        Kind::ServiceAccountKey,
        Kind::ApplicationPassword,
        Kind::ServiceAccountToken,
        Kind::ApiKey,
        Kind::Token,
        Kind::Password,
        Kind::PrivateKey,
        Kind::Certificate,
        Kind::SharedKey,
        Kind::SharedAccessSignature,
        Kind::SshKey,
    ];
    all.into_iter().find(|it| format!("{it:?}") == text)
}

pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        if let Some(issuer) = ISSUERS.get(resource.declaration.kind) {
            out.credential(credential(unit, resource, issuer));
        }
        if matches!(resource.declaration.kind, "azuread_application" | "azuread_service_principal")
        {
            inline_passwords(unit, resource, out);
        }
    }
}

fn credential(unit: &Unit<'_, '_>, resource: &Resource<'_>, issuer: &Issuer) -> Credential {
    let get = |name: &str| unit.get(resource, name);
    let name = ["name", "display_name", "description"]
        .iter()
        .find_map(|it| get(it).as_ref().and_then(values::known_text))
        .unwrap_or_else(|| resource.declaration.name.to_owned());
    let encrypted = get("pgp_key").is_some();
    Credential {
        audience: Knowledge::Absent,
        address: unit.address(resource),
        name,
        kind: issuer.kind,
        provider: issuer.provider.map(Into::into),
        holder: issuer.holders.iter().find_map(|it| holder(unit, resource, it)),
        storage: Storage::Generated,
        slot: Slot {
            kind: SlotKind::Issued,
            path: String::new(),
            taker: resource.declaration.kind.to_owned(),
        },
        expiry: expiry(unit, &get, issuer),
        rotation: rotation(&get),
        active: active(&get),
        in_state: !encrypted
            && !matches!(issuer.kind, CredentialKind::Certificate | CredentialKind::SshKey),
        write_only_twin: None,
        replacement: None,
        place: resource.declaration.kind_place(),
        region: resource.declaration.region,
    }
}

/// `password` blocks inside an application.
fn inline_passwords(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(issuer) = ISSUERS.get("azuread_application_password") else { return };
    let Some(blocks) = unit.get(resource, "password") else { return };
    for block in values::items(&blocks) {
        if values::is_rest_item(&block) {
            continue;
        }
        let get = |name: &str| values::member(&block, name);
        let mut credential = credential(unit, resource, issuer);
        credential.address = unit.address_below(resource, "password");
        credential.holder = Some(Party::Address(unit.address(resource)));
        credential.expiry = expiry(unit, &get, issuer);
        credential.rotation = Rotation::Unknown;
        credential.place = block.origin.place;
        credential.region = block.origin.place;
        out.credential(credential);
    }
}

fn holder(unit: &Unit<'_, '_>, resource: &Resource<'_>, argument: &str) -> Option<Party> {
    let value = unit.get(resource, argument)?;
    let kinds = match resource.declaration.kind.split('_').next() {
        Some("aws") => aws::USER,
        Some("google") => google::SERVICE_ACCOUNT,
        _ => azure::PRINCIPALS,
    };
    Some(unit.addresses.party(&value, kinds))
}

/// A key may be switched off.
fn active(get: &dyn Fn(&str) -> Option<Value>) -> Knowledge<bool> {
    let Some(value) = get("status").or_else(|| get("state")) else { return Knowledge::Absent };
    match values::known_text(&value) {
        Some(text) => {
            let active = !text.eq_ignore_ascii_case("inactive");
            Knowledge::Known(Sourced::new(active, value.origin))
        }
        None => Knowledge::Unknown(value.origin.place),
    }
}

/// Arguments whose change makes a new credential.
fn rotation(get: &dyn Fn(&str) -> Option<Value>) -> Rotation {
    if get("keepers").is_some()
        || get("rotate_when_changed").is_some()
        || get("rotation_configuration").is_some()
    {
        Rotation::Automatic
    } else {
        Rotation::None
    }
}

fn expiry(unit: &Unit<'_, '_>, get: &dyn Fn(&str) -> Option<Value>, issuer: &Issuer) -> Expiry {
    for (argument, format) in &issuer.ends {
        let Some(value) = get(argument) else { continue };
        // An empty text sets no end.
        if values::known_text(&value).is_some_and(|it| it.is_empty()) {
            continue;
        }
        return Expiry {
            lifetime: lifetime(unit, &value, *format),
            source: ExpirySource::Stated,
            origin: Some(value.origin.clone()),
            argument: Some(argument),
        };
    }
    let argument = issuer.ends.first().map(|(argument, _)| *argument);
    match issuer.default {
        Default::Inherent => Expiry::never_by_kind(),
        Default::Never => Expiry {
            lifetime: Lifetime::Never,
            source: ExpirySource::ProviderDefault,
            origin: None,
            argument,
        },
        Default::Unknown => Expiry { argument, ..Expiry::default() },
        Default::Seconds(seconds) => Expiry {
            lifetime: Lifetime::Seconds(seconds),
            source: ExpirySource::ProviderDefault,
            origin: None,
            argument,
        },
    }
}

/// How long a stated end lets a credential live.
fn lifetime(unit: &Unit<'_, '_>, value: &Value, format: Format) -> Lifetime {
    if let Some(remote) = values::remote(value) {
        return from_now(&remote.address, &remote.attribute)
            .or_else(|| rotating(unit, value))
            .unwrap_or(Lifetime::Unknown);
    }
    let seconds = |it: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        if (0.0..1e12).contains(&it) { Lifetime::Seconds(it as u64) } else { Lifetime::Unknown }
    };
    let number =
        |factor: f64| value.as_number().map_or(Lifetime::Unknown, |it| seconds(it * factor));
    match format {
        Format::Date => values::known_text(value)
            .and_then(|it| date(&it))
            .map_or(Lifetime::Unknown, Lifetime::Until),
        Format::Duration => values::known_text(value)
            .and_then(|it| duration(&it))
            .and_then(|it| u64::try_from(it).ok())
            .map_or(Lifetime::Unknown, Lifetime::Seconds),
        // Zero stands for "no end" wherever it is accepted.
        Format::Seconds | Format::Days | Format::Hours if value.as_number() == Some(0.0) => {
            Lifetime::Never
        }
        Format::Seconds => number(1.0),
        Format::Days => number(86_400.0),
        Format::Hours => number(3_600.0),
    }
}

/// `timeadd(timestamp(), "8760h")`
fn from_now(address: &str, attribute: &str) -> Option<Lifetime> {
    if address != NOW {
        return None;
    }
    let seconds: i64 = attribute.strip_suffix('s')?.parse().ok()?;
    u64::try_from(seconds).ok().map(Lifetime::Seconds)
}

/// `time_rotating.x.rotation_rfc3339`, `time_offset.x.rfc3339`
fn rotating(unit: &Unit<'_, '_>, value: &Value) -> Option<Lifetime> {
    let found = unit.addresses.target(value, &["time_rotating", "time_offset"])?;
    let resource = unit.resource(&found)?;
    let units = [
        ("minutes", 60.0),
        ("hours", 3_600.0),
        ("days", 86_400.0),
        ("months", 2_592_000.0),
        ("years", 31_536_000.0),
    ];
    let prefix = if resource.declaration.kind == "time_rotating" { "rotation" } else { "offset" };
    units.iter().find_map(|(name, factor)| {
        let number = unit.get(resource, &format!("{prefix}_{name}"))?.as_number()?;
        if !(0.0..1e6).contains(&number) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        Some(Lifetime::Seconds((number * factor) as u64))
    })
}

/// The day of a date or a moment: `2027-03-31`, `2027-03-31T00:00:00Z`.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.get(..10)?.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Date::new(year, month, day).ok()
}
