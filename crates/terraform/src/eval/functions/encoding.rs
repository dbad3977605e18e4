//! Encodings and dates.
//!
//! `jsonencode` and `yamlencode` yield the value itself, so that every part keeps its place;
//! it is written as text only where it becomes part of a longer text.

use std::sync::Arc;

use model::{Data, Remote, Text, Value};

use super::Call;
use crate::policy::json;
use crate::values;

/// Address of the moment at which a plan is applied.
pub(crate) const NOW: &str = "timestamp()";

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
            Data::String(text) => json::value(text, &first?.origin),
            _ => None,
        },
        "yamldecode" => match &first?.data {
            Data::List(_) | Data::Map(_) => first.cloned(),
            // JSON is YAML; other YAML would need its own schema here.
            Data::String(text) => json::value(text, &first?.origin),
            _ => None,
        },
        "base64encode" | "textencodebase64" => {
            let text = Text { pieces: values::pieces(first?) }.known()?;
            Some(values::text(encode_base64(text.as_bytes()), call.source()))
        }
        "base64decode" => {
            let bytes = decode_base64(&call.text(0)?)?;
            Some(values::text(String::from_utf8(bytes).ok()?, call.source()))
        }
        "urlencode" => Some(values::text(encode_url(&call.text(0)?), call.source())),
        "timestamp" | "plantimestamp" => Some(values::computed(&NOW.into(), "+0s", call.place)),
        "timeadd" => {
            let now = values::remote(first?).filter(|it| &*it.address == NOW)?;
            let offset: i64 = now.attribute.strip_suffix('s')?.parse().ok()?;
            let seconds = offset.checked_add(duration(&call.text(1)?)?)?;
            let remote = Remote { address: NOW.into(), attribute: format!("{seconds:+}s").into() };
            Some(Value { data: Data::Unknown(Some(Arc::new(remote))), origin: call.origin() })
        }
        _ => None,
    }
}

/// Seconds of a duration in Go's notation: `8760h`, `1h30m`, `-24h`.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let mut seconds = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let units = [("ms", 0.001), ("h", 3600.0), ("m", 60.0), ("s", 1.0)];
        let (unit, factor) = units.iter().find(|(unit, _)| rest.starts_with(unit))?;
        seconds += number * factor;
        rest = rest.get(unit.len()..)?;
    }
    let seconds: f64 = sign * seconds;
    if seconds.abs() > 1e12 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Some(seconds as i64)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode_base64(bytes: &[u8]) -> String {
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

    #[test]
    fn durations_are_gos() {
        assert_eq!(duration("8760h"), Some(31_536_000));
        assert_eq!(duration("1h30m"), Some(5400));
        assert_eq!(duration("-24h"), Some(-86_400));
        assert_eq!(duration("90d"), None);
        assert_eq!(duration(""), None);
    }
}
