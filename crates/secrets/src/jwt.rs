//! JSON Web Tokens: who issued them, what for, and until when.

use std::time::Duration;

use model::{Date, Expiry, ExpirySource, Lifetime};

use crate::{base64_text, json};

/// What a token says about itself.
#[derive(Debug)]
pub(crate) struct Claims {
    /// The end, or that there is none. `None` when the payload is encrypted.
    pub(crate) expiry: Option<Expiry>,
    /// The issuer.
    pub(crate) issuer: String,
    /// Its role, in tokens of Supabase.
    pub(crate) role: String,
    /// True for the token that the documentation of the format prints.
    pub(crate) is_sample: bool,
}

impl Claims {
    /// True for the token of a Kubernetes service account.
    pub(crate) fn is_service_account(&self) -> bool {
        self.issuer == "kubernetes/serviceaccount" || self.issuer.contains("kubernetes")
    }

    /// True for a token that is made to be shown to browsers.
    pub(crate) fn is_public(&self) -> bool {
        self.role == "anon"
    }
}

/// Reads `header.payload.signature`; `None` when it is not a token.
pub(crate) fn read(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let header = json::members(&base64_text::decode_text(parts.next()?)?)?;
    json::top(&header, "alg")?;
    let payload = json::members(&base64_text::decode_text(parts.next()?)?)?;
    parts.next()?;
    let text = |key: &str| json::top(&payload, key).unwrap_or_default().to_owned();
    let issuer = text("iss");
    let issuer = if issuer.is_empty() {
        json::top(&payload, "kubernetes.io.serviceaccount").unwrap_or_default().to_owned()
    } else {
        issuer
    };
    let is_sample = text("sub") == "1234567890" && text("name") == "John Doe";
    Some(Claims { expiry: Some(expiry(&payload)), issuer, role: text("role"), is_sample })
}

fn expiry(payload: &[json::Member]) -> Expiry {
    let lifetime = match json::top(payload, "exp") {
        None => Lifetime::Never,
        Some(exp) => exp
            .split('.')
            .next()
            .and_then(|it| it.parse().ok())
            .and_then(date_of)
            .map_or(Lifetime::Unknown, Lifetime::Until),
    };
    Expiry { lifetime, source: ExpirySource::Credential, ..Expiry::default() }
}

/// The date of a moment in seconds since 1970, in UTC.
pub(crate) fn date_of(epoch: i64) -> Option<Date> {
    let seconds = u64::try_from(epoch).ok()?;
    // Whole days only: a date is moved by days, not by hours.
    let days = Duration::from_secs(seconds / 86_400 * 86_400);
    Date::new(1970, 1, 1).ok()?.checked_add(days).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_days_in_utc() {
        assert_eq!(date_of(0), Date::new(1970, 1, 1).ok());
        assert_eq!(date_of(86_399), Date::new(1970, 1, 1).ok());
        assert_eq!(date_of(2_100_000_000), Date::new(2036, 7, 18).ok());
        assert_eq!(date_of(-1), None);
        assert_eq!(date_of(i64::MAX), None);
    }
}
