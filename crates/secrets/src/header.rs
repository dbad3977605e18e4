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
        || matches!(name::head(name), Head::Credential(_))
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
