//! Encodings.
//!
//! `jsonencode` and `yamlencode` yield the value itself, so that every part keeps its place;
//! it is written as text only where it becomes part of a longer text.

use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};
use model::{Data, Text, Value};

use super::Call;
use crate::policy::json;
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    let first = call.arguments.first();
    match call.name {
        "jsonencode" => match &first?.data {
            Data::List(_) | Data::Map(_) => first.cloned(),
            Data::Unknown(_) => None,
            _ => {
                let mut pieces = Vec::new();
                values::write_json(first?, 0, &mut pieces);
                Some(call.evaluator.bounded(pieces, first?.origin.clone()))
            }
        },
        "yamlencode" => first.filter(|it| !it.is_unknown()).cloned(),
        "jsondecode" => match &first?.data {
            Data::List(_) | Data::Map(_) => first.cloned(),
            Data::String(text) => parsed(call, text, json::value(text, &first?.origin)),
            _ => None,
        },
        "yamldecode" => match &first?.data {
            Data::List(_) | Data::Map(_) => first.cloned(),
            Data::String(text) => parsed(
                call,
                text,
                json::value(text, &first?.origin).or_else(|| json::yaml(text, &call.source())),
            ),
            _ => None,
        },
        "base64encode" | "textencodebase64" => {
            if call.name == "textencodebase64" && !is_utf8(call) {
                return None;
            }
            let text = Text { pieces: values::pieces(first?) };
            Some(values::text(encode_base64(text.known()?.as_bytes()), call.source()))
        }
        "base64decode" => decoded(call),
        "textdecodebase64" if is_utf8(call) => decoded(call),
        // What `base64gzip` makes is not told by its standard, so it stays unknown.
        "urldecode" => match decode_url(&call.text(0)?) {
            Some(text) => Some(values::text(text, call.source())),
            None => Some(values::invalid(call.place)),
        },
        "urlencode" => Some(values::text(encode_url(&call.text(0)?), call.source())),
        _ => None,
    }
}

/// A decoded document; a known text that is none is an error.
fn parsed(call: &Call<'_, '_>, text: &Text, value: Option<Value>) -> Option<Value> {
    match value {
        None if text.is_known() => Some(values::invalid(call.place)),
        value => value,
    }
}

/// Other encodings than this one are rare, and unknown.
fn is_utf8(call: &Call<'_, '_>) -> bool {
    call.text(1).is_some_and(|it| it.eq_ignore_ascii_case("UTF-8"))
}

fn decoded(call: &Call<'_, '_>) -> Option<Value> {
    let bytes = decode_base64(&call.text(0)?);
    match bytes.and_then(|it| String::from_utf8(it).ok()) {
        Some(text) => Some(values::text(text, call.source())),
        None => Some(values::invalid(call.place)),
    }
}

/// Padding is taken off before.
const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

pub(in crate::eval) fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    UNPADDED.decode(text.trim_end_matches('=')).ok()
}

fn encode_url(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// `None` for a text that is no encoding of text.
fn decode_url(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    let plain = |part: &str| part.replace('+', " ").into_bytes();
    bytes.extend(plain(parts.next()?));
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(plain(rest));
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_there_and_back() {
        for text in ["", "a", "ab", "abc", "abcd", "päss wörd"] {
            let encoded = encode_base64(text.as_bytes());
            assert_eq!(decode_base64(&encoded).unwrap(), text.as_bytes(), "{encoded}");
        }
        assert_eq!(encode_base64(b"Man"), "TWFu");
        assert_eq!(encode_base64(b"Ma"), "TWE=");
        assert_eq!(decode_base64("not base64!"), None);
    }
}
