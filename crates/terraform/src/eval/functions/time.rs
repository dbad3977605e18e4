//! Dates: moments that are written out, and those that count from when the plan is applied.

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};
use model::{Data, Remote, StepKind, Value};

use super::Call;
use crate::values;

/// Address of the moment at which a plan is applied.
pub(crate) const NOW: &str = "timestamp()";

/// Address of the moment at which a clock is first applied, which later applies leave alone.
pub(in crate::eval) const THEN: &str = "clock";

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let first = call.arguments.first();
    match call.name {
        "timestamp" | "plantimestamp" => Some(values::computed(&NOW.into(), "+0s", call.place)),
        "timeadd" => match values::remote(first?) {
            Some(clock) => later(call, clock),
            None => {
                let (text, by) = (call.text(0)?, duration(&call.text(1)?)?);
                match moment(&text) {
                    Some(it) => Some(values::text(it.plus(by)?.text(), call.source())),
                    None => Some(values::invalid(call.place)),
                }
            }
        },
        "timecmp" => {
            let (left, right) = (call.text(0)?, call.text(1)?);
            let (Some(left), Some(right)) = (moment(&left), moment(&right)) else {
                return Some(values::invalid(call.place));
            };
            let order = match left.utc()?.cmp(&right.utc()?) {
                std::cmp::Ordering::Less => -1.0,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => 1.0,
            };
            Some(values::number(order, call.origin()))
        }
        "formatdate" => {
            let format = call.text(0)?;
            if let Some(clock) = call.arguments.get(1).and_then(values::remote) {
                // A day is near enough for whoever asks when something ends.
                let whole = ["YYYY", "MM", "DD"].iter().all(|it| format.contains(it));
                let seconds = call.evaluator.moment(clock).filter(|_| whole)?;
                return Some(after(call, call.arguments.get(1)?, seconds));
            }
            match moment(&call.text(1)?).and_then(|it| it.format(&format)) {
                Some(it) => Some(values::text(it, call.origin())),
                None => Some(values::invalid(call.place)),
            }
        }
        _ => None,
    }
}

fn later(call: &Call<'_, '_>, clock: &Remote) -> Option<Value> {
    let start = call.evaluator.moment(clock)?;
    let seconds = start.checked_add(duration(&call.text(1)?)?)?;
    Some(after(call, call.arguments.first()?, seconds))
}

/// A moment so many seconds after an apply, by the clock that `from` is an attribute of.
fn after(call: &Call<'_, '_>, from: &Value, seconds: i64) -> Value {
    let clock = values::remote(from).filter(|it| &*it.address != NOW);
    let address = if clock.is_some() { THEN } else { NOW };
    let remote = Remote { address: address.into(), attribute: format!("{seconds:+}s").into() };
    let mut origin = call.origin();
    if let Some(clock) = clock {
        let name = format!("{}.{}", clock.address, clock.attribute);
        origin = origin.through(StepKind::Attribute, name, call.place);
    }
    Value { data: Data::Unknown(Some(Arc::new(remote))), origin }
}

/// Seconds of a duration in Go's notation: `8760h`, `1h30m`, `-24h`.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let mut seconds = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let units = [("ms", 0.001), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];
        let (unit, factor) = units.iter().find(|(unit, _)| rest.starts_with(unit))?;
        seconds += number * factor;
        rest = rest.get(unit.len()..)?;
    }
    let seconds: f64 = sign * seconds;
    if seconds.abs() > 1e12 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Some(seconds as i64)
}

/// How far two moments are apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Seconds(i64),
    /// By the calendar.
    Months(i64),
}

impl Step {
    /// Seconds, with years of 365 days and other months of 30.
    pub(crate) fn seconds(self) -> Option<i64> {
        match self {
            Self::Seconds(it) => Some(it),
            Self::Months(it) => (it / 12 * 365 + it % 12 * 30).checked_mul(86_400),
        }
    }
}

/// A moment, some way further.
pub(in crate::eval) fn shifted(text: &str, by: Step) -> Option<String> {
    let start = moment(text)?;
    let moved = match by {
        Step::Seconds(seconds) => start.plus(seconds)?,
        Step::Months(months) => {
            let span = Span::new().try_months(months).ok()?;
            Moment { local: start.local.checked_add(span).ok()?, ..start }
        }
    };
    Some(moved.text())
}

/// A local time with its distance from UTC.
#[derive(Clone, Copy)]
struct Moment {
    local: DateTime,
    /// Minutes east of UTC.
    offset: i64,
}

/// A moment in RFC 3339; nothing else is valid in Terraform.
fn moment(text: &str) -> Option<Moment> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let rest = rest.strip_prefix('T')?;
    let (time, zone) = rest.split_at_checked(rest.find(['Z', '+', '-'])?)?;
    let number = |text: &str, digits: usize| -> Option<i64> {
        let plain = text.len() == digits && text.bytes().all(|it| it.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let mut date = date.split('-');
    let (year, month, day) =
        (number(date.next()?, 4)?, number(date.next()?, 2)?, number(date.next()?, 2)?);
    let mut time = time.split(':');
    let (hour, minute, second) =
        (number(time.next()?, 2)?, number(time.next()?, 2)?, number(time.next()?, 2)?);
    if date.next().is_some() || time.next().is_some() {
        return None;
    }
    let offset = match zone {
        "Z" => 0,
        zone => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let minutes = number(hours, 2)? * 60 + number(minutes, 2)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let local = DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        0,
    );
    Some(Moment { local: local.ok()?, offset })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Moment {
    fn plus(self, seconds: i64) -> Option<Self> {
        let local = self.local.checked_add(SignedDuration::from_secs(seconds)).ok()?;
        Some(Self { local, ..self })
    }

    fn utc(self) -> Option<DateTime> {
        self.local.checked_sub(SignedDuration::from_mins(self.offset)).ok()
    }

    fn text(self) -> String {
        let it = self.local;
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
            it.year(),
            it.month(),
            it.day(),
            it.hour(),
            it.minute(),
            it.second(),
            self.zone("Z", ":")
        )
    }

    fn zone(self, utc: &str, between: &str) -> String {
        if self.offset == 0 && !utc.is_empty() {
            return utc.to_owned();
        }
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs();
        format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
    }

    /// The text that `formatdate` makes; `None` for a format that it refuses.
    fn format(self, format: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = format;
        while let Some(first) = rest.chars().next() {
            if first == '\'' {
                let (text, after) = quoted(rest.get(1..)?)?;
                out.push_str(&text);
                rest = after;
                continue;
            }
            let length = rest.find(|it| it != first).unwrap_or(rest.len());
            let (verb, after) = rest.split_at_checked(length)?;
            if first.is_ascii_alphabetic() {
                out.push_str(&self.field(verb)?);
            } else {
                out.push_str(verb);
            }
            rest = after;
        }
        Some(out)
    }

    fn field(self, verb: &str) -> Option<String> {
        let it = self.local;
        let month = MONTHS.get(usize::try_from(it.month() - 1).ok()?)?;
        let weekday = it.weekday().to_monday_zero_offset();
        let day = DAYS.get(usize::try_from(weekday).ok()?)?;
        let twelve = if it.hour() % 12 == 0 { 12 } else { it.hour() % 12 };
        let half = if it.hour() < 12 { "am" } else { "pm" };
        Some(match verb {
            "YYYY" => format!("{:04}", it.year()),
            "YY" => format!("{:02}", it.year() % 100),
            "MMMM" => (*month).to_owned(),
            "MMM" => month.get(..3)?.to_owned(),
            "MM" => format!("{:02}", it.month()),
            "M" => it.month().to_string(),
            "DD" => format!("{:02}", it.day()),
            "D" => it.day().to_string(),
            "EEEE" => (*day).to_owned(),
            "EEE" => day.get(..3)?.to_owned(),
            "hh" => format!("{:02}", it.hour()),
            "h" => it.hour().to_string(),
            "HH" => format!("{twelve:02}"),
            "H" => twelve.to_string(),
            "AA" => half.to_uppercase(),
            "aa" => half.to_owned(),
            "mm" => format!("{:02}", it.minute()),
            "m" => it.minute().to_string(),
            "ss" => format!("{:02}", it.second()),
            "s" => it.second().to_string(),
            "ZZZZZ" => self.zone("", ":"),
            "ZZZZ" => self.zone("", ""),
            "ZZZ" => self.zone("UTC", ""),
            "Z" => self.zone("Z", ":"),
            _ => return None,
        })
    }
}

/// A text up to its closing quote, in which two quotes stand for one, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('\'')?;
        out.push_str(rest.get(..end)?);
        rest = rest.get(end + 1..)?;
        match rest.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some((out, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_gos() {
        assert_eq!(duration("8760h"), Some(31_536_000));
        assert_eq!(duration("1h30m"), Some(5400));
        assert_eq!(duration("-24h"), Some(-86_400));
        assert_eq!(duration("90d"), None);
        assert_eq!(duration(""), None);
    }

    #[test]
    fn only_whole_moments_are_read() {
        for text in [
            "",
            "2024-01-01",
            "2024-01-01T00:00:00",
            "2024-13-01T00:00:00Z",
            "2024-01-01T00:00:00+x",
        ] {
            assert!(moment(text).is_none(), "{text}");
        }
        assert!(moment("2024-02-29T23:59:59-11:30").is_some());
    }
}
