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
}

impl Expiry {
    /// Ends never, because the kind of credential has no expiry.
    pub fn never_by_kind() -> Self {
        Self { lifetime: Lifetime::Never, source: ExpirySource::Inherent, ..Self::default() }
    }

    /// Ends never, because `argument` is not written.
    pub fn never_by_default(argument: &'static str) -> Self {
        Self {
            lifetime: Lifetime::Never,
            source: ExpirySource::ProviderDefault,
            origin: None,
            argument: Some(argument),
        }
    }
}

/// The day a number of days later; `None` past the end of the calendar.
pub fn days_after(date: Date, days: i32) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Days from one date to a later one; negative when it is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |it| i64::from(it.get_days()))
}
