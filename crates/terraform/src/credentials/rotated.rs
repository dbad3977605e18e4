//! Secrets that a resource beside them rotates.

use model::{Lifetime, Rotation, Sourced, Value};

use super::issuer::Format;
use super::lifetime;
use crate::eval::Resource;
use crate::lower::Unit;
use crate::values;

/// What `aws_secretsmanager_secret_rotation` says about a secret.
pub(super) fn beside(unit: &Unit<'_, '_>, secret: &Resource<'_>) -> Rotation {
    let kinds = [secret.declaration.kind];
    let mut found = Rotation::None;
    for rotation in unit.of_type("aws_secretsmanager_secret_rotation") {
        let Some(named) = unit.get(rotation, "secret_id") else { continue };
        match unit.addresses.target(&named, &kinds) {
            Some(address) if address == secret.address => return rules(unit, rotation),
            // Another secret, or one that is named and not declared here.
            Some(_) => {}
            None if values::known_text(&named).is_some() => {}
            None => found = Rotation::Unknown,
        }
    }
    found
}

fn rules(unit: &Unit<'_, '_>, rotation: &Resource<'_>) -> Rotation {
    let Some(blocks) = unit.get(rotation, "rotation_rules") else { return Rotation::Automatic };
    let items = values::items(&blocks);
    let Some(block) = items.first() else { return Rotation::Automatic };
    let days = values::member(block, "automatically_after_days");
    let days = days.as_ref().and_then(|it| every(unit, it, Format::Number(86_400_000.0)));
    let schedule = || rate(&values::member(block, "schedule_expression")?);
    days.or_else(schedule).unwrap_or(Rotation::Automatic)
}

fn every(unit: &Unit<'_, '_>, value: &Value, format: Format) -> Option<Rotation> {
    match lifetime::of(unit, value, format) {
        Lifetime::Seconds(it) => Some(Rotation::Every(Sourced::new(it, value.origin.clone()))),
        _ => None,
    }
}

/// `rate(10 days)`
fn rate(value: &Value) -> Option<Rotation> {
    let text = values::known_text(value)?;
    let inner = text.trim().strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = inner.trim().split_once(' ')?;
    let seconds = match unit.trim() {
        "hour" | "hours" => 3_600,
        "day" | "days" => 86_400,
        _ => return None,
    };
    let seconds = number.parse::<u64>().ok()?.checked_mul(seconds)?;
    Some(Rotation::Every(Sourced::new(seconds, value.origin.clone())))
}
