//! Credentials inside other formats: base64, JSON in a string, a registry's login.
//!
//! Depth and size are bounded: three layers, 256 KiB.

use std::borrow::Cow;
use std::ops::Range;

use model::{Certainty, CredentialKind, LiteralClass};

use crate::name::{self, Head};
use crate::{Expectation, Found, Question, Verdict, base64_text, decide, json, placeholder, scan};

const MAX_DEPTH: usize = 3;

/// What a value holds once it is decoded. A range in JSON is exact; behind base64 it is the
/// whole value.
pub(crate) fn credentials(value: &str, depth: usize) -> Vec<Found> {
    if depth >= MAX_DEPTH || value.len() > base64_text::MAX_DECODED {
        return Vec::new();
    }
    if value.starts_with(['{', '[']) {
        return of_json(value, depth);
    }
    of_base64(value, depth)
}

fn of_base64(value: &str, depth: usize) -> Vec<Found> {
    let is_long_enough = value.len() >= 24 && value.len() % 4 != 1 || value.contains('\n');
    let is_base64 = is_long_enough
        && value.bytes().all(|it| {
            it.is_ascii_alphanumeric()
                || matches!(it, b'+' | b'/' | b'=' | b'-' | b'_' | b'\n' | b'\r')
        });
    let Some(decoded) = is_base64.then(|| base64_text::decode_text(value)).flatten() else {
        return Vec::new();
    };
    let inner = decoded.trim();
    let mut found = scan::scan(inner);
    if found.is_empty() {
        found = credentials(inner, depth + 1);
    }
    found.into_iter().map(|it| behind(it, "base64".into(), 0..value.len())).collect()
}

fn behind(mut found: Found, layer: Cow<'static, str>, range: Range<usize>) -> Found {
    found.range = range;
    found.decoded.insert(0, layer);
    found
}

fn of_json(text: &str, depth: usize) -> Vec<Found> {
    let Some(members) = json::members(text) else { return Vec::new() };
    let mut found = Vec::new();
    for member in members.iter().filter(|it| it.is_string) {
        let login = registry_login(member);
        let inner = match login {
            Some(login) => vec![login],
            None => of_member(member, depth),
        };
        for mut it in inner {
            // Exact when the string has no escapes; otherwise the string.
            let is_verbatim = text.get(member.range.clone()) == Some(member.value.as_str());
            it.range = if is_verbatim {
                member.range.start + it.range.start..member.range.start + it.range.end
            } else {
                member.range.clone()
            };
            it.decoded.insert(0, format!("JSON .{}", member.path).into());
            found.push(it);
        }
    }
    found
}

fn of_member(member: &json::Member, depth: usize) -> Vec<Found> {
    let question = Question { key: &member.key, expectation: Expectation::ByName };
    match decide::judge(&member.value, &question, depth + 1) {
        Verdict::Credentials(found) => found,
        _ => Vec::new(),
    }
}

/// `auths.<registry>.auth` of a Docker configuration: base64 of `user:password`.
fn registry_login(member: &json::Member) -> Option<Found> {
    let is_auth =
        matches!(name::head(&member.key), Head::Credential(CredentialKind::RegistryCredential));
    if !is_auth {
        return None;
    }
    let password = scan::base64_password(&member.value)?;
    let well_known = placeholder::is_well_known(&password);
    if !well_known && placeholder::is_placeholder(&password, "") {
        return None;
    }
    let kind = CredentialKind::RegistryCredential;
    Some(Found {
        format: Some("registry login".into()),
        class: LiteralClass::Secret,
        well_known,
        decoded: vec!["base64".into()],
        ..scan::plain(0..member.value.len(), &member.value, kind, Certainty::Place)
    })
}
