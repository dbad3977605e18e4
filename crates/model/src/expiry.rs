//! Until when a credential is good.

use crate::place::Origin;

/// A calendar date.
pub type Date = jiff::civil::Date;

/// How long a credential is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lifetime {
    /// It does not end by itself.
    Never,
    /// It ends this many seconds after it was made.
    Seconds(u64),
    /// It ends on this date.
    Until(Date),
    /// Cannot be told.
    #[default]
    Unknown,
}

/// Where the knowledge about a lifetime comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ExpirySource {
    /// It is written in the file.
    Stated,
    /// The provider's default, because the file says nothing.
    ProviderDefault,
    /// It can be read from the credential itself (a token's `exp`, a signature's `se`).
    Credential,
    /// The kind of credential has no expiry at all.
    Inherent,
    /// Nothing is known.
    #[default]
    Unknown,
}

/// A credential's end, and what sets it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expiry {
    /// How long.
    pub lifetime: Lifetime,
    /// How we know.
    pub source: ExpirySource,
    /// Where the end is written, when it is.
    pub origin: Option<Origin>,
    /// The argument or key that would set an end here, such as `end_date`; `None` when this
    /// kind of credential cannot have one.
    pub argument: Option<&'static str>,
    /// True when the end is counted from the moment of each run of the tool, so that it moves
    /// on before it is reached.
    pub slides: bool,
    /// The longest that is sensible for this kind, in seconds, where that is known.
    pub maximum: Option<u64>,
}

impl Expiry {
    /// Ends never, because the kind of credential has no expiry.
    pub fn never_by_kind() -> Self {
        Self { lifetime: Lifetime::Never, source: ExpirySource::Inherent, ..Self::default() }
    }

    /// Ends as it is written at `origin`, under `argument`.
    pub fn stated(lifetime: Lifetime, origin: &Origin, argument: &'static str) -> Self {
        Self {
            lifetime,
            source: ExpirySource::Stated,
            origin: Some(origin.clone()),
            argument: Some(argument),
            ..Self::default()
        }
    }

    /// Ends never, because `argument` is not written.
    pub fn never_by_default(argument: &'static str) -> Self {
        Self {
            lifetime: Lifetime::Never,
            source: ExpirySource::ProviderDefault,
            argument: Some(argument),
            ..Self::default()
        }
    }
}

/// The day of a date or a moment: `2027-03-31`, `2027-03-31T00:00:00Z`.
pub fn date_in(text: &str) -> Option<Date> {
    let (day, rest) = text.trim().split_at_checked(10)?;
    if !(rest.is_empty() || rest.starts_with(['T', 't', ' '])) {
        return None;
    }
    let mut parts = day.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Date::new(year, month, day).ok()
}

/// The day a number of days later; `None` past the end of the calendar.
pub fn days_after(date: Date, days: i32) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Days from one date to a later one; negative when it is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |it| i64::from(it.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_or_moments() {
        let day = Date::new(2027, 3, 31).ok();
        for text in ["2027-03-31", "2027-03-31T00:00:00Z", "2027-03-31 10:00:00+00"] {
            assert_eq!(date_in(text), day, "{text}");
        }
        for text in
            ["", "2027-13-31", "2027-02-30", "2027-3-1", "2027-03-311", "éééééé", "31.03.2027"]
        {
            assert_eq!(date_in(text), None, "{text}");
        }
    }
}
