//! The decision: what the place expects and what the value is, brought together.

use std::ops::Range;

use model::{Certainty, CredentialKind, LiteralClass, ReferenceSyntax};

use crate::name::{self, Head};
use crate::scan::Scan;
use crate::value::{self, Form};
use crate::{
    Expectation, Found, Question, Verdict, encrypted, header, lines, named, nested, phrase,
    placeholder, reference, scan, strength, words,
};

/// A literal longer than this is a document; only what shows itself in it counts.
const LONGEST_LITERAL: usize = 4096;

/// References inside defaults inside references end here.
const MAX_DEPTH: usize = 8;

/// Words before a token in a header's value.
const SCHEMES: &[&str] = &[
    "Bearer ",
    "bearer ",
    "Basic ",
    "basic ",
    "token ",
    "Token ",
    "ApiKey ",
    "Apikey ",
    "apikey ",
    "APIKEY ",
    "Splunk ",
    "SSWS ",
    "GenieKey ",
    "Key ",
    "JWT ",
    "Bot ",
    "Digest ",
];

pub(crate) fn judge(text: &str, question: &Question<'_>, depth: usize) -> Verdict {
    match is_clearly_nothing(text, question) {
        true => Verdict::Nothing,
        false => judge_closely(text, question, depth),
    }
}

/// The same for a text that is not clearly nothing.
pub(crate) fn judge_closely(text: &str, question: &Question<'_>, depth: usize) -> Verdict {
    if question.expectation == Expectation::Text {
        return free_text(text, depth);
    }
    let trimmed = text.trim();
    if trimmed.is_empty() || depth >= MAX_DEPTH {
        return Verdict::Nothing;
    }
    let start = text.len() - text.trim_start().len();
    let scheme = match trimmed.contains(' ') {
        true => SCHEMES.iter().find(|it| trimmed.starts_with(**it)).map_or(0, |it| it.len()),
        false => 0,
    };
    let value = trimmed.get(scheme..).unwrap_or_default().trim_start();
    let start = start + trimmed.len() - value.len();
    shifted(in_place(value, scheme > 0, question, depth), start)
}

/// True for most values there are: words, under keys that say nothing.
pub(crate) fn is_clearly_nothing(text: &str, question: &Question<'_>) -> bool {
    question.expectation == Expectation::ByName
        && is_bare_word(text)
        && name::says_nothing(question.key)
}

/// A longer word may be a token; a test holds this against the table of formats.
pub(crate) const SHORTEST_TOKEN: usize = 20;

/// True for a word that is no token, reference, ciphertext or document: only its key could make a
/// credential of it.
fn is_bare_word(text: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    text.len() < SHORTEST_TOKEN
        && text.bytes().next().is_some_and(|it| it.is_ascii_alphanumeric())
        && text.bytes().all(is_plain)
        && !reference::asks(text)
}

/// Moves what was found in a part of a text to its place in the whole.
pub(crate) fn shifted(verdict: Verdict, by: usize) -> Verdict {
    let Verdict::Credentials(mut found) = verdict else { return verdict };
    for it in &mut found {
        it.range = it.range.start + by..it.range.end + by;
    }
    Verdict::Credentials(found)
}

fn free_text(text: &str, depth: usize) -> Verdict {
    let Scan { mut found, lines, .. } = scan::read(text);
    // Where nothing says that a password is meant to be one, a word everybody knows is prose.
    found.retain(|it| !it.well_known);
    let more = lines_of(text, &lines, &found, depth);
    if !more.is_empty() {
        found.extend(more);
        found.sort_by_key(|it| it.range.start);
    }
    if found.is_empty() && !text.contains(char::is_whitespace) {
        found = nested::credentials(text, depth);
        found.retain(|it| it.certainty <= Certainty::Format);
    }
    some(found)
}

/// What only the `lines` of a text tell that may hold anything, apart from what is known of it.
fn lines_of(text: &str, lines: &[Range<usize>], known: &[Found], depth: usize) -> Vec<Found> {
    if lines.is_empty() {
        return Vec::new();
    }
    let is_json = text.starts_with('{') || text.starts_with("[{") || text.starts_with("[\"");
    // A line of pgpass has no blank.
    let has_parts = || text.bytes().filter(|it| *it == b':').count() >= 4;
    let has_words = (text.contains(char::is_whitespace) || has_parts()) && !is_json;
    if depth >= MAX_DEPTH || !has_words {
        return Vec::new();
    }
    let mut found: Vec<Found> = Vec::new();
    for it in lines::credentials(text, lines, depth) {
        let apart =
            |known: &Found| known.range.end <= it.range.start || it.range.end <= known.range.start;
        if !it.well_known && known.iter().chain(&found).all(apart) {
            found.push(it);
        }
    }
    found
}

fn some(found: Vec<Found>) -> Verdict {
    if found.is_empty() { Verdict::Nothing } else { Verdict::Credentials(found) }
}

fn in_place(value: &str, has_scheme: bool, question: &Question<'_>, depth: usize) -> Verdict {
    if encrypted::is_ciphertext(value) {
        return Verdict::Encrypted;
    }
    let head = name::head(question.key);
    // Before references: a command that prints a token may well contain one.
    let scan = scan::read(value);
    if !scan.found.is_empty() {
        return Verdict::Credentials(in_public_place(scan.found, head));
    }
    if scan.is_mangled {
        return Verdict::Placeholder;
    }
    if let Some(pointer) = reference::parse(value) {
        return of_reference(value, pointer, head, question, depth);
    }
    let found = nested::credentials(value, depth);
    if !found.is_empty() {
        return Verdict::Credentials(found);
    }
    if has_scheme && scan::base64_password(value).is_some() {
        return basic(value);
    }
    if let Some(pointer) = reference::mixed(value) {
        return referring(pointer.syntax, pointer.target, head, question);
    }
    match pointing_syntax(head) {
        // A token pasted where the name of its variable belongs.
        Some(ReferenceSyntax::Environment) if strength::is_random(value) => {
            literal(value, question, Head::Credential(CredentialKind::Token))
        }
        Some(syntax) => referring(syntax, value.to_owned(), head, question),
        None => match literal(value, question, head) {
            // `command`, `JAVA_OPTS`, `.netrc`: the parts of the value may say more.
            Verdict::Nothing if head == Head::Other && name::is_headers(question.key) => {
                header::list(value)
            }
            Verdict::Nothing if head == Head::Other => {
                some(lines_of(value, &scan.lines, &[], depth))
            }
            verdict => verdict,
        },
    }
}

/// A default is used when nothing else stands there, so it is judged like a value.
fn of_reference(
    value: &str,
    pointer: reference::Pointer,
    head: Head,
    question: &Question<'_>,
    depth: usize,
) -> Verdict {
    if let Some(range) = pointer.default {
        let inner = value.get(range.clone()).unwrap_or_default();
        // `FALLBACK: ${{ secrets.API_KEY || 'literal' }}`: what is replaced says what replaces it.
        let says_nothing = head == Head::Other && pointer.target.len() <= 128;
        let key = if says_nothing { pointer.target.trim() } else { question.key };
        let key = key.rsplit('.').next().unwrap_or(key);
        let verdict = judge(inner, &Question { key, ..*question }, depth + 1);
        if matches!(verdict, Verdict::Credentials(_)) {
            return shifted(verdict, range.start);
        }
    }
    referring(pointer.syntax, pointer.target, head, question)
}

/// Under a key that says nothing, `${IMAGE}` is no concern; `${DB_PASSWORD}` is.
fn referring(
    syntax: ReferenceSyntax,
    target: String,
    head: Head,
    question: &Question<'_>,
) -> Verdict {
    let concerns = question.expectation == Expectation::Credential
        || head != Head::Other
        || matches!(syntax, ReferenceSyntax::SecretManager | ReferenceSyntax::Input)
        || target.len() <= 128 && matches!(name::head(&target), Head::Credential(_));
    if !concerns {
        return Verdict::Nothing;
    }
    // The words after the program may hold anything.
    let target = match syntax {
        ReferenceSyntax::Command => target.split_whitespace().next().unwrap_or("").to_owned(),
        _ => target,
    };
    Verdict::Reference { syntax, target }
}

fn pointing_syntax(head: Head) -> Option<ReferenceSyntax> {
    match head {
        Head::FileOf => Some(ReferenceSyntax::File),
        Head::VariableOf => Some(ReferenceSyntax::Environment),
        Head::CommandOf => Some(ReferenceSyntax::Command),
        _ => None,
    }
}

/// Browser keys are public where their name says that they go to browsers.
fn in_public_place(mut found: Vec<Found>, head: Head) -> Vec<Found> {
    if head == Head::Public {
        for it in &mut found {
            let is_google = it.format.as_deref() == Some("Google API key");
            if is_google {
                it.class = LiteralClass::Public;
            }
        }
    }
    found
}

/// `Basic` with a pair behind it that the scan did not take: its password is a stand-in.
fn basic(value: &str) -> Verdict {
    let Some(password) = scan::base64_password(value) else { return Verdict::Nothing };
    let well_known = placeholder::is_well_known(&password);
    if !well_known && placeholder::is_placeholder(&password, "") {
        return Verdict::Placeholder;
    }
    Verdict::Credentials(vec![Found {
        format: Some("basic authentication".into()),
        well_known,
        decoded: vec!["base64".into()],
        ..scan::plain(0..value.len(), value, CredentialKind::Password, Certainty::Place)
    }])
}

/// A literal that shows no known format.
fn literal(value: &str, question: &Question<'_>, head: Head) -> Verdict {
    let kind = match head {
        Head::Credential(kind) => kind,
        _ if question.expectation == Expectation::Credential => CredentialKind::Other,
        // `AZURE_COGNITIVE_SERVICES_KEY`: the issuer's name makes a bare `key` one.
        Head::Other if name::ends_in_key(question.key) => {
            let mut known = whole(value, CredentialKind::ApiKey, question);
            let is_known = named::describe(&mut known, question.key, value)
                && strength::is_key(value)
                && !placeholder::is_placeholder(value, question.key);
            return if is_known { Verdict::Credentials(vec![known]) } else { Verdict::Nothing };
        }
        _ => return Verdict::Nothing,
    };
    if value.len() > LONGEST_LITERAL {
        return Verdict::Nothing;
    }
    if kind == CredentialKind::RegistryCredential {
        if scan::base64_password(value).is_some() {
            return basic(value);
        }
        if let Some((user, password)) = plain_login(value) {
            let inner = Question { key: "password", ..*question };
            let head = Head::Credential(CredentialKind::Password);
            return shifted(literal(password, &inner, head), user.len() + 1);
        }
    }
    // `mailer:password` under `SMTP_CREDENTIALS`.
    if kind == CredentialKind::Other
        && let Some((user, password)) = plain_login(value)
        && phrase::is_chosen_name(password)
    {
        let inner = Question { key: "password", ..*question };
        let head = Head::Credential(CredentialKind::Password);
        return shifted(literal(password, &inner, head), user.len() + 1);
    }
    if let Some(variable) = variable_name(value) {
        return Verdict::Reference { syntax: ReferenceSyntax::Environment, target: variable };
    }
    let mut known = whole(value, kind, question);
    if named::describe(&mut known, question.key, value)
        && !placeholder::is_placeholder(value, question.key)
    {
        return Verdict::Credentials(vec![known]);
    }
    let form = value::form(value);
    // Forms before stand-ins: `none` and `2026-01-01` ask nobody to replace them.
    if let Some(verdict) = of_form(value, form, kind) {
        return verdict;
    }
    if is_chosen(kind) && placeholder::is_well_known(value) {
        let mut found = whole(value, kind, question);
        found.well_known = true;
        return Verdict::Credentials(vec![found]);
    }
    if placeholder::is_placeholder(value, question.key) {
        return Verdict::Placeholder;
    }
    if form == Form::Name {
        if matches!(name::head(value), Head::Credential(_)) && !value.contains(' ') {
            // `aws-secret-access-key`, `github-token`: it names one.
            return Verdict::Nothing;
        }
        if is_drawn(kind) {
            return Verdict::Placeholder;
        }
    }
    let is_credential = match question.expectation {
        Expectation::Credential => is_enough_in_place(value, form, kind),
        _ => looks_like(value, form, kind, question.key),
    };
    if is_credential {
        return Verdict::Credentials(vec![whole(value, kind, question)]);
    }
    Verdict::Nothing
}

/// `user:password` under `BASIC_AUTH`.
fn plain_login(value: &str) -> Option<(&str, &str)> {
    let (user, password) = value.split_once(':')?;
    let is_user = !user.is_empty()
        && user.len() <= 64
        && user.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-@+".contains(&it));
    (is_user && !password.contains([':', '/', ' '])).then_some((user, password))
}

fn whole(value: &str, kind: CredentialKind, question: &Question<'_>) -> Found {
    let certainty = match question.expectation {
        Expectation::Credential => Certainty::Place,
        _ => Certainty::Name,
    };
    let range: Range<usize> = 0..value.len();
    scan::plain(range, value, kind, certainty)
}

/// `apiKey: OPENAI_API_KEY`: the name of the variable where its value was meant.
fn variable_name(value: &str) -> Option<String> {
    let is_name = value.contains('_')
        && value.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
        && !placeholder::is_placeholder(value, "")
        && matches!(name::head(value), Head::Credential(_));
    is_name.then(|| value.to_owned())
}

/// Tokens and keys are drawn by a machine; nobody is issued `azure-test-key`.
fn is_drawn(kind: CredentialKind) -> bool {
    matches!(
        kind,
        CredentialKind::Token
            | CredentialKind::ApiKey
            | CredentialKind::AccessKey
            | CredentialKind::PrivateKey
            | CredentialKind::ClientSecret
            | CredentialKind::SshKey
    )
}

/// Passwords are what the file says they are, so that a default word works. A service checks
/// the tokens it has issued, so that `changeme` as a token is a note to the reader.
fn takes_any_word(kind: CredentialKind) -> bool {
    matches!(kind, CredentialKind::Password | CredentialKind::ConnectionString)
}

/// What both ends are told rather than issued: passwords, and the keys that two ends share
/// (tunnels, signatures of tokens, webhooks), so that a word everybody tries is the working one.
fn is_chosen(kind: CredentialKind) -> bool {
    takes_any_word(kind) || kind == CredentialKind::SharedKey
}

/// Forms that answer the question for every key.
fn of_form(value: &str, form: Form, kind: CredentialKind) -> Option<Verdict> {
    Some(match form {
        Form::Empty
        | Form::Word
        | Form::Date
        | Form::Duration
        | Form::Arn
        | Form::Image
        | Form::Email
        | Form::Public => Verdict::Nothing,
        Form::Number(digits) if digits < 6 && !placeholder::is_well_known(value) => {
            Verdict::Nothing
        }
        Form::Path if kind != CredentialKind::Other || !value.ends_with('=') => {
            Verdict::Reference { syntax: ReferenceSyntax::File, target: value.to_owned() }
        }
        Form::Url if kind != CredentialKind::WebhookUrl => Verdict::Nothing,
        _ => return None,
    })
}

/// The place takes nothing but a credential: what is no other thing is one.
fn is_enough_in_place(value: &str, form: Form, kind: CredentialKind) -> bool {
    let is_one_line = !value.contains(['\n', '\r']);
    match form {
        Form::Host => false,
        Form::Prose => takes_any_word(kind) && is_one_line && value.len() <= 80,
        Form::Url => has_random_segment(value),
        _ => is_one_line && (value.len() >= 8 || takes_any_word(kind) && value.len() >= 3),
    }
}

/// The key says so, and the value must agree.
fn looks_like(value: &str, form: Form, kind: CredentialKind, key: &str) -> bool {
    let is_password = takes_any_word(kind);
    match form {
        Form::Hex => value.len() >= if is_password { 16 } else { 20 },
        // `secret: <uuid>` may name an entry of a store; `token: <uuid>` names nothing.
        Form::Uuid => kind != CredentialKind::Other || words::split(key).len() >= 2,
        Form::Number(digits) => is_password && digits >= 6,
        Form::Url => has_random_segment(value),
        Form::Prose | Form::Name if is_app_password(value) => is_password,
        Form::Prose => is_chosen(kind) && phrase::is_passphrase(value),
        Form::Name | Form::Opaque if phrase::is_passphrase(value) => {
            is_chosen(kind) || kind == CredentialKind::Other && !phrase::is_of_configuration(value)
        }
        // `ADMIN_SECRET` is chosen like a password; a lone `secret` may name an entry of a store.
        Form::Name if kind == CredentialKind::Other => {
            words::split(key).len() >= 2
                && value.starts_with(|it: char| it.is_ascii_uppercase())
                && value.bytes().filter(u8::is_ascii_digit).count() >= 2
                && phrase::is_chosen_name(value)
        }
        Form::Name => is_password && phrase::is_chosen_name(value),
        Form::Opaque if is_password => {
            value.len() >= 6
                && !value.contains(char::is_whitespace)
                && (strength::is_human_password(value)
                    || strength::is_random(value)
                    || phrase::is_chosen_name(value))
        }
        Form::Opaque => {
            value.len() >= 12 && !value.contains(char::is_whitespace) && strength::is_random(value)
        }
        _ => false,
    }
}

/// `abcd efgh ijkl mnop`, `abcd-efgh-ijkl-mnop`: what mail providers issue to programs.
fn is_app_password(value: &str) -> bool {
    let groups: Vec<&str> = value.split([' ', '-']).collect();
    groups.len() == 4
        && groups.iter().all(|it| it.len() == 4 && it.bytes().all(|it| it.is_ascii_lowercase()))
        && !groups.iter().any(|it| words::is_listed(it))
}

/// A capability URL: one segment of its path is the secret.
fn has_random_segment(url: &str) -> bool {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    path.split(['/', '?', '=', '&']).skip(1).any(|it| it.len() >= 20 && strength::is_random(it))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bare_words_under_keys_that_say_nothing_are_nothing(
            text in "[A-Za-z0-9]([A-Za-z0-9_-]{0,20}|(key|pass|token|ghp_|sk-|AKIA|prompt)[a-z0-9]{0,12})",
            key in "[a-z]{0,5}(name|type|Key|Headers|secretRef|TOKEN_TYPE|id|.?)[0-9]?",
        ) {
            let question = Question { key: &key, expectation: Expectation::ByName };
            if is_bare_word(&text) && name::says_nothing(&key) {
                prop_assert!(matches!(in_place(&text, false, &question, 0), Verdict::Nothing));
            }
        }
    }

    #[test]
    fn what_asks_for_a_value_is_no_bare_word() {
        for text in ["prompt", "user_provided", "__TOKEN__", "a b", "a/b", "${X}", ""] {
            assert!(!is_bare_word(text), "{text}");
        }
    }
}
