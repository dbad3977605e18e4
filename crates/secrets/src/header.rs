//! HTTP headers: which of them carry a credential.

use crate::name::{self, Head};
use crate::{Expectation, Question, Verdict, decide};

/// Judges the value of an HTTP header.
///
/// `Authorization`, `Cookie` and headers whose name says so take nothing but a credential;
/// in any other header only known formats count.
pub fn header(name: &str, value: &str) -> Verdict {
    let expectation =
        if takes_credential(name) { Expectation::Credential } else { Expectation::Text };
    let is_cookie = name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("set-cookie");
    if is_cookie && expectation == Expectation::Credential {
        return cookie(name, value);
    }
    decide::judge(value, &Question { key: name, expectation }, 0)
}

/// True for a header that takes nothing but a credential.
pub fn takes_credential(name: &str) -> bool {
    const WHOLE: &[&str] =
        &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth", "apikey"];
    WHOLE.iter().any(|it| name.eq_ignore_ascii_case(it))
        || is_own_key(name)
        || matches!(name::head(name), Head::Credential(_))
}

/// Judges headers that are one text: `name: value` in lines, or `name=value` with commas.
pub(crate) fn list(text: &str) -> Verdict {
    let mut found = Vec::new();
    let mut at = 0;
    // Code that sets headers has quotes and braces.
    if text.contains(['{', '}', '"', '\'', '>', '$']) {
        return Verdict::Nothing;
    }
    for part in text.split_inclusive(['\n', ',']) {
        let start = at;
        at += part.len();
        let bare = part.trim_end_matches(['\n', '\r', ',']);
        let Some(mark) = bare.find([':', '=']) else { continue };
        let (Some(name), Some(value)) = (bare.get(..mark), bare.get(mark + 1..)) else { continue };
        let from = start + mark + 1;
        if let Verdict::Credentials(inside) = decide::shifted(header(name.trim(), value), from) {
            found.extend(inside);
        }
    }
    if found.is_empty() { Verdict::Nothing } else { Verdict::Credentials(found) }
}

/// `X-Proxy-Key`: services name their own headers so. Some keys only tell requests apart.
fn is_own_key(name: &str) -> bool {
    const OTHER: &[&str] =
        &["cache", "idempotency", "object", "partition", "public", "request", "routing", "sort"];
    let lower = name.to_ascii_lowercase();
    let middle = lower.strip_prefix("x-").and_then(|it| it.strip_suffix("-key"));
    middle.is_some_and(|it| !it.split('-').any(|it| OTHER.contains(&it)))
}

/// A cookie is a credential when one of its values looks drawn; `theme=dark` is none.
fn cookie(name: &str, value: &str) -> Verdict {
    let mut at = 0;
    for pair in value.split_inclusive(';') {
        let bare = pair.trim_end_matches(';');
        let inner = bare.split_once('=').map_or(bare, |(_, value)| value);
        let start = at + bare.len() - inner.len();
        at += pair.len();
        let question = Question { key: name, expectation: Expectation::ByName };
        match decide::judge(inner, &question, 0) {
            Verdict::Nothing => {}
            verdict => return decide::shifted(verdict, start),
        }
    }
    Verdict::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "q9X2vLr7TzK4mWn8YbC3dFg6HjP1";

    #[test]
    fn headers_in_one_text() {
        for (text, count) in [
            (format!("X-Proxy-Key: {KEY}"), 1),
            (format!("api-key={KEY},x-tenant=shop"), 1),
            (format!("X-Tenant: shop\nAuthorization: Bearer {KEY}"), 1),
            (format!("X-Idempotency-Key: {KEY}"), 0),
            ("headers: { 'Authorization' => \"Bearer #{token}\" }".to_owned(), 0),
            ("api-key=$KEY".to_owned(), 0),
        ] {
            let found = match list(&text) {
                Verdict::Credentials(found) => found,
                _ => Vec::new(),
            };
            assert_eq!(found.len(), count, "{text}");
            let all = found.iter().all(|it| text.get(it.range.clone()) == Some(KEY));
            assert!(all, "{text}");
        }
    }
}
