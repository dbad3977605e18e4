//! Encodings.
//!
//! `jsonencode` and `yamlencode` yield the value itself, so that every part keeps its place;
//! it is written as text only where it becomes part of a longer text.

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
            let text = Text { pieces: values::pieces(first?) }.known()?;
            Some(values::text(encode_base64(text.as_bytes()), call.source()))
        }
        "base64decode" => decoded(call),
        "textdecodebase64" if is_utf8(call) => decoded(call),
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

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(in crate::eval) fn encode_base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let index = (bits >> (18 - 6 * at) & 63) as usize;
            let padding = at > chunk.len();
            let letter = ALPHABET.get(index).copied().map_or('=', char::from);
            out.push(if padding { '=' } else { letter });
        }
    }
    out
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let (mut bits, mut held, mut out) = (0_u32, 0, Vec::with_capacity(text.len() * 3 / 4));
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|it| *it == byte)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(out)
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
