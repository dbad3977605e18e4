//! Clocks of the `time` provider: `time_static`, `time_rotating`, `time_offset`.
//!
//! A clock whose base is written out tells dates. The others begin when they are first applied,
//! and their moments are counted from then.

use model::{Data, Remote, Value};

use super::functions::time::{NOW, Step, THEN, shifted};
use super::{Evaluator, Object, Resource};
use crate::values;

/// A clock may be based on another one. More of them have no use.
const DEPTH: usize = 8;

/// A unit of a step: its name, and what a number of it makes.
type Unit = (&'static str, fn(i64) -> Step);

impl<'p> Evaluator<'p> {
    /// An attribute that follows from a base that is written out.
    pub(super) fn clock_attribute(&self, resource: &Resource<'_>, name: &str) -> Option<Value> {
        let kind = resource.declaration.kind;
        let argument = match (kind, name) {
            ("time_static", "id") | ("time_rotating", "id" | "rotation_rfc3339") => "rfc3339",
            ("time_offset", "rfc3339") => "base_rfc3339",
            _ => return None,
        };
        let base = self.stated(resource, argument)?;
        let text = values::known_text(&base)?;
        let moved = match name {
            "id" => text,
            _ => shifted(&text, self.step(resource)?)?,
        };
        Some(values::text(moved, base.origin))
    }

    /// Seconds from the apply that makes a clock to one of its moments.
    pub(crate) fn moment(&self, remote: &Remote) -> Option<i64> {
        self.moment_within(remote, DEPTH)
    }

    fn moment_within(&self, remote: &Remote, depth: usize) -> Option<i64> {
        let depth = depth.checked_sub(1)?;
        if [NOW, THEN].contains(&&*remote.address) {
            return remote.attribute.strip_suffix('s')?.parse().ok();
        }
        let Some(Object::Resource(resource)) = self.object(&remote.address) else { return None };
        let (base, moves) = match (resource.declaration.kind, &*remote.attribute) {
            ("time_static" | "time_rotating", "rfc3339" | "id") => ("rfc3339", false),
            ("time_rotating", "rotation_rfc3339") => ("rfc3339", true),
            ("time_offset", "rfc3339") => ("base_rfc3339", true),
            ("time_offset", "base_rfc3339") => ("base_rfc3339", false),
            _ => return None,
        };
        let start = match self.stated(&resource, base) {
            None => 0,
            Some(it) => self.moment_within(values::remote(&it)?, depth)?,
        };
        let by = if moves { self.step(&resource)?.seconds()? } else { 0 };
        start.checked_add(by)
    }

    /// How far the second moment of a clock is from its base.
    pub(crate) fn step(&self, clock: &Resource<'_>) -> Option<Step> {
        let prefix = match clock.declaration.kind {
            "time_rotating" => "rotation",
            "time_offset" => "offset",
            _ => return None,
        };
        // The provider goes through them in this order, and the last one counts.
        let units: [Unit; 6] = [
            ("seconds", Step::Seconds),
            ("days", |it| Step::Seconds(it.saturating_mul(86_400))),
            ("hours", |it| Step::Seconds(it.saturating_mul(3_600))),
            ("minutes", |it| Step::Seconds(it.saturating_mul(60))),
            ("months", Step::Months),
            ("years", |it| Step::Months(it.saturating_mul(12))),
        ];
        let written = units
            .iter()
            .filter_map(|(unit, step)| {
                Some((self.stated(clock, &format!("{prefix}_{unit}"))?, *step))
            })
            .collect::<Vec<_>>();
        // For offsets it is nowhere written how several of them work together.
        if prefix == "offset" && written.len() != 1 {
            return None;
        }
        let (last, step) = written.last()?;
        // A date of its own takes the place of everything but years.
        let years = self.stated(clock, "rotation_years").is_some();
        if prefix == "rotation" && !years && self.stated(clock, "rotation_rfc3339").is_some() {
            return None;
        }
        let number = last.as_number().filter(|it| it.fract() == 0.0 && it.abs() < 1e9)?;
        #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
        Some(step(number as i64))
    }

    /// What is written for an argument; null counts as nothing.
    fn stated(&self, resource: &Resource<'_>, name: &str) -> Option<Value> {
        self.written(resource, name).filter(|it| !matches!(it.data, Data::Null))
    }
}
