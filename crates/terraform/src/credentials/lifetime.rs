//! How long the value of an argument lets a credential live.
//!
//! A date is known when it is written out, when it is counted from the moment of the apply, and
//! when a clock of the `time` provider makes it. Everything else is unknown.

use model::{
    Data, Date, Lifetime, Origin, Piece, Remote, Rotation, Sourced, Value, date_in, days_after,
};

use super::issuer::Format;
use crate::eval::{NOW, duration};
use crate::lower::Unit;
use crate::values;

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;
const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 365 * DAY;

/// Longer than any credential: three hundred centuries.
const LONGEST: f64 = 1e12;

/// How long a stated end lets a credential live.
pub(super) fn of(unit: &Unit<'_, '_>, value: &Value, format: Format) -> Lifetime {
    if let Some(remote) = values::remote(value) {
        return by_clock(unit, remote).unwrap_or(Lifetime::Unknown);
    }
    if let Some(lifetime) = by_day(unit, value) {
        return lifetime;
    }
    let text = values::known_text(value);
    if text.as_deref().is_some_and(is_endless) {
        return Lifetime::Never;
    }
    match (format, value.as_number()) {
        (Format::Date, _) => {
            text.and_then(|it| date_in(&it)).map_or(Lifetime::Unknown, Lifetime::Until)
        }
        // Minus one, and zero where it is accepted, stand for "no end".
        (Format::Number(_), Some(0.0 | -1.0)) => Lifetime::Never,
        (Format::Number(unit), Some(it)) => whole(it * unit / 1_000.0),
        (Format::Ttl, Some(it)) if it > 0.0 => whole(it),
        (Format::Duration | Format::Ttl, None) => {
            text.and_then(|it| span(&it)).map_or(Lifetime::Unknown, Lifetime::Seconds)
        }
        (Format::Period, Some(it)) if it > 0.0 => Lifetime::Never,
        (Format::Period, None) if text.and_then(|it| span(&it)).is_some_and(|it| it > 0) => {
            Lifetime::Never
        }
        (Format::Epoch, Some(it)) => {
            let day = number(it / 86_400e6).and_then(|it| i32::try_from(it).ok());
            let date =
                day.zip(Date::new(1970, 1, 1).ok()).and_then(|(it, from)| days_after(from, it));
            date.map_or(Lifetime::Unknown, Lifetime::Until)
        }
        _ => Lifetime::Unknown,
    }
}

/// True when the end is counted from the moment of the apply.
pub(super) fn slides(value: &Value) -> bool {
    values::remote(value).is_some_and(|it| *it.address == *NOW)
}

fn is_endless(text: &str) -> bool {
    ["forever", "never", "infinity"].iter().any(|it| text.eq_ignore_ascii_case(it))
}

fn whole(seconds: f64) -> Lifetime {
    number(seconds).map_or(Lifetime::Unknown, Lifetime::Seconds)
}

fn number(it: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked"
    )]
    (0.0..LONGEST).contains(&it).then_some(it as u64)
}

/// `timeadd(timestamp(), "8760h")`, `time_rotating.x.rotation_rfc3339`. The moment at which a
/// clock begins is no end.
fn by_clock(unit: &Unit<'_, '_>, remote: &Remote) -> Option<Lifetime> {
    let seconds = unit.evaluator.moment(remote)?;
    u64::try_from(seconds).ok().filter(|it| *it > 0).map(Lifetime::Seconds)
}

/// A text that begins with the day of a moment: `"${formatdate(…)}T00:00:00Z"`.
fn by_day(unit: &Unit<'_, '_>, value: &Value) -> Option<Lifetime> {
    let Data::String(text) = &value.data else { return None };
    match text.pieces.as_slice() {
        [Piece::Unknown { remote: Some(remote), .. }, Piece::Literal { text, .. }]
            if text.starts_with(['T', ' ']) =>
        {
            by_clock(unit, remote)
        }
        _ => None,
    }
}

/// How often a `time_rotating` that a value comes from changes.
fn period(unit: &Unit<'_, '_>, value: &Value) -> Option<u64> {
    let found = unit.addresses.target(value, &["time_rotating"])?;
    let resource = unit.resource(&found)?;
    // From a base that is written out it changes once.
    if unit.get(resource, "rfc3339").is_some() {
        return None;
    }
    let seconds = unit.evaluator.step(resource)?.seconds()?;
    u64::try_from(seconds).ok().filter(|it| *it > 0)
}

/// What makes the `time_static` that a value comes from change.
fn held(unit: &Unit<'_, '_>, value: &Value) -> Option<Value> {
    let found = unit.addresses.target(value, &["time_static"])?;
    let resource = unit.resource(&found)?;
    unit.get(resource, "rfc3339").or_else(|| unit.get(resource, "triggers"))
}

/// What another value of a trigger tells about rotation: its clock, when it has one.
pub(super) fn trigger(unit: &Unit<'_, '_>, value: &Value) -> Rotation {
    let mut parts = PARTS;
    clock(unit, value, DEPTH, &mut parts)
}

/// What an item of `replace_triggered_by` tells about rotation. It does not see a clock, which
/// is created anew and not replaced (hashicorp/terraform-provider-time#118); what works is a
/// `time_static` between them.
pub(super) fn replacement(unit: &Unit<'_, '_>, value: &Value) -> Rotation {
    let found = |kind| unit.addresses.target(value, &[kind]).is_some();
    if found("time_rotating") && !found("time_static") {
        Rotation::Unknown
    } else {
        trigger(unit, value)
    }
}

/// Levels of a trigger that are looked at.
const DEPTH: usize = 4;

/// Parts of a trigger that are looked at.
const PARTS: usize = 256;

fn clock(unit: &Unit<'_, '_>, value: &Value, depth: usize, parts: &mut usize) -> Rotation {
    if let Some(seconds) = period(unit, value) {
        return Rotation::Every(Sourced::new(seconds, Origin::clone(&value.origin)));
    }
    let Some(left) = parts.checked_sub(1).filter(|_| depth > 0) else { return Rotation::Automatic };
    *parts = left;
    if let Some(base) = held(unit, value) {
        return clock(unit, &base, depth - 1, parts);
    }
    let inner: Vec<&Value> = match &value.data {
        Data::List(items) => items.iter().collect(),
        Data::Map(entries) => entries.iter().map(|it| &it.value).collect(),
        // What is written out changes when somebody changes it.
        _ if values::known_text(value).is_some() => return Rotation::None,
        Data::Null => return Rotation::None,
        _ => return Rotation::Automatic,
    };
    let mut found = Rotation::None;
    for part in inner {
        match (clock(unit, part, depth - 1, parts), &found) {
            (Rotation::Every(it), Rotation::Every(old)) if it.value >= old.value => {}
            (every @ Rotation::Every(_), _) => found = every,
            (Rotation::Automatic, Rotation::None) => found = Rotation::Automatic,
            _ => {}
        }
    }
    found
}

/// Seconds of a duration as people and programs write it: `8760h`, `1h30m`, `30d`, `1y`,
/// `2592000s`, `P1Y6M`, `PT12H`.
pub(crate) fn span(text: &str) -> Option<u64> {
    if let Some(seconds) = duration(text) {
        return u64::try_from(seconds).ok();
    }
    let total = match text.strip_prefix('P') {
        Some(rest) => {
            let (days, time) = rest.split_once('T').map_or((rest, None), |(a, b)| (a, Some(b)));
            let units = [("Y", YEAR), ("M", MONTH), ("W", 7 * DAY), ("D", DAY)];
            let clock = [("H", HOUR), ("M", MINUTE), ("S", 1)];
            if days.is_empty() && time.is_none() {
                return None;
            }
            let days = if days.is_empty() { 0.0 } else { sum(days, &units)? };
            days + time.map_or(Some(0.0), |it| sum(it, &clock))?
        }
        None => {
            let units = [
                ("mo", MONTH),
                ("y", YEAR),
                ("w", 7 * DAY),
                ("d", DAY),
                ("h", HOUR),
                ("m", MINUTE),
                ("s", 1),
            ];
            sum(text, &units)?
        }
    };
    number(total)
}

/// Numbers, each with a unit.
fn sum(text: &str, units: &[(&str, u64)]) -> Option<f64> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let (number, after) = rest.split_at_checked(digits)?;
        let number: f64 = number.parse().ok()?;
        let (name, factor) = units.iter().find(|(name, _)| after.starts_with(name))?;
        #[expect(clippy::cast_precision_loss, reason = "units are small")]
        let factor = *factor as f64;
        total += number * factor;
        rest = after.strip_prefix(name)?;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_notation() {
        let cases = [
            ("8760h", Some(YEAR)),
            ("1h30m", Some(5_400)),
            ("2592000s", Some(30 * DAY)),
            ("1500ms", Some(1)),
            ("30d", Some(30 * DAY)),
            ("1y", Some(YEAR)),
            ("2w", Some(14 * DAY)),
            ("3mo", Some(3 * MONTH)),
            ("P1Y", Some(YEAR)),
            ("P90D", Some(90 * DAY)),
            ("P1Y2M3DT4H5M6S", Some(YEAR + 2 * MONTH + 3 * DAY + 4 * HOUR + 5 * MINUTE + 6)),
            ("PT12H", Some(12 * HOUR)),
            ("", None),
            ("P", None),
            ("90", None),
            ("h", None),
            ("-24h", None),
            ("1x", None),
            ("1.2.3h", None),
            ("99999999999999999999y", None),
            ("30Tage", None),
            ("1é", None),
        ];
        for (text, expected) in cases {
            assert_eq!(span(text), expected, "{text}");
        }
    }
}
