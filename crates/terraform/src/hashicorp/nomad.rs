//! Nomad jobs: the identities that tasks are given.

use model::{
    Credential, CredentialKind, Data, Expiry, ExpirySource, Knowledge, Lifetime, Rotation, Slot,
    SlotKind, Sourced, Storage, Value,
};

use super::{Site, blocks, labelled};
use crate::eval::duration;
use crate::lower::Collector;
use crate::policy::patterns;
use crate::values;

/// A job file: `job "x" { group "y" { task "z" { identity { … } } } }`.
pub(super) fn job(site: &Site<'_, '_, '_>, value: &Value, out: &mut Collector) {
    for job in labelled(value, "job") {
        for group in labelled(&job.value, "group") {
            for task in labelled(&group.value, "task") {
                let path = format!("{}.{}.{}", job.key, group.key, task.key);
                for identity in blocks(&task.value, "identity") {
                    out_identity(site, identity, &path, out);
                }
            }
        }
    }
}

/// A token that Nomad signs for a task, to be shown to other systems.
fn out_identity(site: &Site<'_, '_, '_>, block: &Value, path: &str, out: &mut Collector) {
    if !matches!(block.data, Data::Map(_)) {
        return;
    }
    let name = match block.get("name") {
        Some(name) => match values::known_text(name) {
            Some(name) => name,
            None => return,
        },
        None => return,
    };
    // The default one is for Nomad itself, and takes no lifetime.
    if name.is_empty() || name == "default" {
        return;
    }
    let place = block.entry("name").map_or(block.origin.place, |it| it.value.origin.place);
    let audience = match block.get("aud").map(patterns) {
        Some(aud) if aud.partial => Knowledge::Unknown(place),
        Some(aud) => match aud.items.into_iter().next() {
            Some(first) => Knowledge::Known(Sourced::new(first.value, first.origin)),
            None => Knowledge::Absent,
        },
        None => Knowledge::Absent,
    };
    out.credential(Credential {
        address: site.address(&format!("{path}.identity.{name}")),
        name,
        kind: CredentialKind::Token,
        provider: Some("HashiCorp Nomad".into()),
        storage: Storage::Generated,
        slot: Slot {
            kind: SlotKind::Issued,
            path: path.to_owned(),
            taker: "Nomad task".to_owned(),
        },
        audience,
        expiry: expiry(block.get("ttl"), "ttl", Lifetime::Never),
        ..issued(place, block.origin.place)
    });
}

/// The end that an argument sets, or what holds without it.
pub(super) fn expiry(written: Option<&Value>, argument: &'static str, default: Lifetime) -> Expiry {
    let Some(value) = written.filter(|it| !matches!(it.data, Data::Null)) else {
        return Expiry {
            lifetime: default,
            source: ExpirySource::ProviderDefault,
            origin: None,
            argument: Some(argument),
            ..Expiry::default()
        };
    };
    let seconds = values::known_text(value).and_then(|it| duration(&it));
    let seconds = seconds.and_then(|it| u64::try_from(it).ok());
    let lifetime = seconds.map_or(Lifetime::Unknown, Lifetime::Seconds);
    Expiry::stated(lifetime, &value.origin, argument)
}

/// A credential of which only the place is known.
pub(super) fn issued(place: model::Place, region: model::Place) -> Credential {
    Credential {
        rotation: Rotation::Automatic,
        ..Credential::new(
            model::Address::default(),
            String::new(),
            Slot::default(),
            Storage::Generated,
            place,
            region,
        )
    }
}
