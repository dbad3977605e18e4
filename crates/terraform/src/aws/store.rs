//! Keys and stored secrets, and what replaces them.

use model::{
    Credential, CredentialKind, Knowledge, Rotation, Safety, Slot, SlotKind, Sourced, Storage,
};

use super::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::remedy;

const DAY: u64 = 86_400;

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    match resource.declaration.kind {
        "aws_kms_key" => key(unit, resource, out),
        "aws_secretsmanager_secret" => secret(unit, resource, out),
        _ => {}
    }
}

/// A key that KMS makes and can replace: a symmetric one, with material of its own.
fn key(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let is = |name: &str, wanted: &str| match argument::text(unit, resource, &[name]) {
        Knowledge::Known(it) => it.value == wanted,
        Knowledge::Absent => true,
        Knowledge::Unknown(_) => false,
    };
    let replaceable = is("key_usage", "ENCRYPT_DECRYPT")
        && is("customer_master_key_spec", "SYMMETRIC_DEFAULT")
        && is("key_spec", "SYMMETRIC_DEFAULT")
        && is("is_enabled", "true")
        && unit.get(resource, "custom_key_store_id").is_none();
    if !replaceable {
        return;
    }
    let enabled = argument::truth(unit, resource, &["enable_key_rotation"]);
    let period = argument::whole(unit, resource, &["rotation_period_in_days"]);
    let rotation = match (&enabled, period) {
        (Knowledge::Unknown(_), _) => Rotation::Unknown,
        (Knowledge::Known(it), Knowledge::Known(days)) if it.value => {
            Rotation::Every(Sourced::new(days.value.saturating_mul(DAY), days.origin))
        }
        (Knowledge::Known(it), Knowledge::Absent) if it.value => {
            Rotation::Every(Sourced::new(365 * DAY, it.origin.clone()))
        }
        (Knowledge::Known(it), Knowledge::Unknown(_)) if it.value => Rotation::Automatic,
        _ => Rotation::None,
    };
    let fix = matches!(rotation, Rotation::None)
        .then(|| remedy::set(resource.declaration, &["enable_key_rotation"], "true", Safety::Safe))
        .flatten();
    let place = enabled.place().unwrap_or(resource.declaration.place);
    out.credential(Credential {
        fix,
        place,
        ..stored(unit, resource, CredentialKind::EncryptionKey, rotation)
    });
}

/// A secret in Secrets Manager, and the rotation that is declared for it.
fn secret(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let name = ["name", "name_prefix"].iter().find_map(|it| {
        let name = unit.text(resource, it).value().cloned();
        name.filter(|it| !it.is_empty())
    });
    out.credential(Credential {
        name: name.unwrap_or_else(|| resource.declaration.name.to_owned()),
        ..stored(unit, resource, CredentialKind::Other, rotation(unit, resource))
    });
}

fn rotation(unit: &Unit<'_, '_>, secret: &Resource<'_>) -> Rotation {
    const SECRET: &[&str] = &["aws_secretsmanager_secret"];
    // Copies in other regions follow, and a service that owns a secret rotates it.
    let mut found = Rotation::None;
    for rotation in unit.of_type("aws_secretsmanager_secret_rotation") {
        let Some(id) = unit.get(rotation, "secret_id") else { continue };
        match unit.addresses.target(&id, SECRET) {
            Some(address) if *address == *secret.address => return every(unit, rotation),
            Some(_) => {}
            // Which secret this one rotates is not known: it may be any.
            None => found = Rotation::Unknown,
        }
    }
    found
}

fn every(unit: &Unit<'_, '_>, rotation: &Resource<'_>) -> Rotation {
    let rules = |name: &'static str| ["rotation_rules", name];
    let days = argument::whole(unit, rotation, &rules("automatically_after_days"));
    if let Knowledge::Known(days) = days {
        return Rotation::Every(Sourced::new(days.value.saturating_mul(DAY), days.origin));
    }
    let schedule = argument::text(unit, rotation, &rules("schedule_expression"));
    match schedule {
        Knowledge::Known(it) => match rate(&it.value) {
            Some(seconds) => Rotation::Every(Sourced::new(seconds, it.origin)),
            None => Rotation::Automatic,
        },
        _ => Rotation::Automatic,
    }
}

/// Seconds of `rate(30 days)`.
fn rate(text: &str) -> Option<u64> {
    let inner = text.trim().strip_prefix("rate(")?.strip_suffix(')')?;
    let (count, unit) = inner.trim().split_once(' ')?;
    let unit = match unit.trim().trim_end_matches('s') {
        "hour" => 3600,
        "day" => DAY,
        _ => return None,
    };
    count.parse::<u64>().ok()?.checked_mul(unit)
}

fn stored(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    kind: CredentialKind,
    rotation: Rotation,
) -> Credential {
    Credential {
        kind,
        provider: Some("AWS".into()),
        rotation,
        ..Credential::new(
            unit.address(resource),
            resource.declaration.name.to_owned(),
            Slot {
                kind: SlotKind::Issued,
                path: String::new(),
                taker: resource.declaration.kind.to_owned(),
            },
            Storage::SecretStore,
            resource.declaration.place,
            resource.declaration.region,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_durations() {
        assert_eq!(rate("rate(30 days)"), Some(30 * DAY));
        assert_eq!(rate("rate(1 hour)"), Some(3600));
        assert_eq!(rate("cron(0 0 1 * ? *)"), None);
        assert_eq!(rate("rate(many days)"), None);
    }
}
