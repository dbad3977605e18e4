//! Credentials in URLs: the user part and the query.

use std::ops::Range;

use model::Date;

use crate::name::{self, Head};

/// A value inside a URL that is a credential by its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) range: Range<usize>,
    pub(crate) value: &'a str,
    pub(crate) place: UrlPlace<'a>,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) enum UrlPlace<'a> {
    /// The password of `user:password@host`.
    Password { scheme: &'a str, user: &'a str, host: &'a str },
    /// The value of a query parameter whose name says that it is a credential.
    Query { key: &'a str },
}

/// Longest URL that is looked at.
const LONGEST: usize = 2 * 1024;

/// What stands at `mark`, where the text has `://`.
pub(crate) fn parts(text: &str, mark: usize) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let start = mark + 3;
    let limit = crate::pem::floor(text, (start + LONGEST).min(text.len()));
    let Some(rest) = text.get(start..limit) else { return found };
    let scheme = scheme_before(text, mark);
    if scheme.is_empty() {
        return found;
    }
    let whole = rest.get(..length(rest)).unwrap_or_default();
    let authority = whole.split(['/', '?', '#']).next().unwrap_or_default();
    // An unescaped slash or hash in a password is wrong but common: look up to the last `@`
    // only when the first colon is followed by no port.
    if let Some(part) = password(whole, authority, scheme, start) {
        found.push(part);
    }
    if let Some((before, query)) = whole.split_once('?') {
        found.extend(query_parts(query, start + before.len() + 1));
    }
    found
}

/// Bytes of the URL behind `://`. A password may hold anything but a space or a quote. Another
/// `://` starts another URL, unless it stands in the query of this one.
fn length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut in_query = false;
    for (at, it) in bytes.iter().enumerate() {
        match it {
            b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' => return at,
            b'?' => in_query = true,
            b':' if !in_query && bytes.get(at + 1..at + 3) == Some(b"//") => return at,
            _ => {}
        }
    }
    bytes.len()
}

fn scheme_before(text: &str, mark: usize) -> &str {
    let before = text.get(..mark).unwrap_or_default();
    let start = before
        .bytes()
        .rposition(|it| !(it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.' | b':')))
        .map_or(0, |it| it + 1);
    let scheme = before.get(start..).unwrap_or_default();
    scheme.rsplit(':').next().unwrap_or_default()
}

fn password<'a>(
    whole: &'a str,
    authority: &'a str,
    scheme: &'a str,
    start: usize,
) -> Option<Part<'a>> {
    let (info, host) = authority.rsplit_once('@').or_else(|| unescaped(whole))?;
    let (user, password) = info.split_once(':')?;
    let at = start + user.len() + 1;
    (!password.is_empty() && user.len() <= 256).then_some(Part {
        range: at..at + password.len(),
        value: password,
        place: UrlPlace::Password { scheme, user, host },
    })
}

/// `user:pa/ss@host`: wrong, but it is a password all the same.
fn unescaped(whole: &str) -> Option<(&str, &str)> {
    let (info, rest) = whole.rsplit_once('@')?;
    let (user, password) = info.split_once(':')?;
    let is_port = password.split(['/', '?', '#']).next()?.bytes().all(|it| it.is_ascii_digit());
    let plain = !user.contains(['/', '?', '#', '.']) && !password.contains(['?', '&', '=', ',']);
    (plain && !is_port && password.matches('/').count() <= 1).then_some((info, rest))
}

fn query_parts(query: &str, start: usize) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut at = start;
    let query = query.split('#').next().unwrap_or_default();
    for pair in query.split_inclusive(['&', ';']) {
        let bare = pair.trim_end_matches(['&', ';']);
        if let Some((key, value)) = bare.split_once('=') {
            let range = at + key.len() + 1..at + bare.len();
            if !value.is_empty() && key_is_credential(key) {
                found.push(Part { range, value, place: UrlPlace::Query { key } });
            }
        }
        at += pair.len();
    }
    found
}

/// In a query, `key`, `sig` and `code` are credentials only on hosts that use them so; the
/// unambiguous names are enough here.
fn key_is_credential(key: &str) -> bool {
    let key = key.strip_prefix("amp;").unwrap_or(key);
    !key.is_empty() && key.len() <= 64 && matches!(name::head(key), Head::Credential(_))
}

/// The value of a query parameter anywhere in a text that contains one query.
pub(crate) fn parameter<'a>(query: &'a str, key: &str) -> Option<&'a str> {
    query
        .split(['?', '&', ';'])
        .filter_map(|it| it.split_once('='))
        .find(|(name, _)| name.strip_prefix("amp;").unwrap_or(name) == key)
        .map(|(_, value)| value)
}

/// Reads a date at the start of a text: `2031-01-31…`, also with the `%3A` of a URL after it,
/// or `20310131T…`.
pub(crate) fn date(text: &str) -> Option<Date> {
    let digits: String = text.chars().take(10).filter(char::is_ascii_digit).take(8).collect();
    let year = digits.get(..4)?.parse().ok()?;
    let month = digits.get(4..6)?.parse().ok()?;
    let day = digits.get(6..8)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

/// True for a host that only this machine or a document means.
pub(crate) fn is_nowhere(host: &str) -> bool {
    let name = host.split([':', '/', '?', ',']).next().unwrap_or_default();
    let name = if host.starts_with("[::1]") { "localhost" } else { name };
    matches!(name, "localhost" | "127.0.0.1" | "0.0.0.0" | "host" | "hostname" | "server" | "HOST")
        || name.ends_with(".example")
        || ["example.com", "example.org", "example.net"]
            .iter()
            .any(|it| name == *it || name.strip_suffix(it).is_some_and(|it| it.ends_with('.')))
}
