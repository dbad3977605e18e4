//! Checksums that issuers put into their tokens, written down a second time: the linter's own
//! code must agree with these.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::draw::Draw;

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn crc(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

fn in_base(number: u64, digits: &[u8], width: usize) -> String {
    let base = digits.len() as u64;
    let mut out = Vec::new();
    let mut rest = number;
    while rest > 0 {
        out.push(digits.get((rest % base) as usize).copied().unwrap_or(b'0'));
        rest /= base;
    }
    out.resize(width.max(out.len()), b'0');
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

/// GitHub and npm: the body and its CRC-32 in six digits of base 62.
pub(crate) fn base62(body: &str) -> String {
    format!("{body}{}", in_base(u64::from(crc(body)), BASE62, 6))
}

/// Cloudflare: the body and its CRC-32 in lower hex.
pub(crate) fn hex_of_body(body: &str) -> String {
    format!("{body}{:08x}", crc(body))
}

/// Bitbucket and Atlassian: everything before, then its CRC-32 in upper hex.
pub(crate) fn hex_of_all(before: &str, between: &str) -> String {
    format!("{before}{between}{:08X}", crc(before))
}

/// Grafana: the CRC-32 of prefix and body with its bytes turned round.
pub(crate) fn grafana(body: &str) -> String {
    let start = format!("glsa_{body}");
    format!("{start}_{:08x}", crc(&start).swap_bytes())
}

/// GitLab: prefix and payload, a number, the payload's length in base 36, the CRC-32 of it all.
pub(crate) fn gitlab(start: &str) -> String {
    let payload = start.split_once('-').map_or(0, |(_, it)| it.len());
    let all = format!("{start}.01.{}", in_base(payload as u64, BASE36, 2));
    format!("{all}{}", in_base(u64::from(crc(&all)), BASE36, 7))
}

/// Azure identifiable keys: `length` bytes, the product's mark at a character of their base64,
/// and a Marvin32 of everything but the last four bytes as those four.
pub(crate) fn azure(draw: &mut Draw, mark: &str, at: usize, length: usize) -> String {
    loop {
        let mut bytes = draw.bytes(length);
        let encoded: String = STANDARD.encode(&bytes);
        let marked: String = encoded
            .chars()
            .take(at)
            .chain(mark.chars())
            .chain(encoded.chars().skip(at + mark.len()))
            .collect();
        if let Ok(decoded) = STANDARD.decode(&marked) {
            bytes = decoded;
        }
        bytes.truncate(length - 4);
        let sum = marvin32(&bytes, u64::from_be_bytes(*b"Default0"));
        bytes.extend(sum.to_le_bytes());
        let key = if mark == "AzFu" { URL_SAFE.encode(&bytes) } else { STANDARD.encode(&bytes) };
        let needs_plain = mark == "AzSe" && key.contains(['+', '/']);
        if key.get(at..at + mark.len()) == Some(mark) && !needs_plain {
            return key;
        }
    }
}

fn marvin32(bytes: &[u8], seed: u64) -> u32 {
    let (mut low, mut high) = (seed as u32, (seed >> 32) as u32);
    let mut chunks = bytes.chunks_exact(4);
    for chunk in chunks.by_ref() {
        let word = chunk.iter().rev().fold(0_u32, |word, it| (word << 8) | u32::from(*it));
        low = low.wrapping_add(word);
        mix(&mut low, &mut high);
    }
    let rest = chunks.remainder();
    let last = rest.iter().rev().fold(0x80_u32, |word, it| (word << 8) | u32::from(*it));
    low = low.wrapping_add(last);
    mix(&mut low, &mut high);
    mix(&mut low, &mut high);
    low ^ high
}

fn mix(low: &mut u32, high: &mut u32) {
    *high ^= *low;
    *low = low.rotate_left(20).wrapping_add(*high);
    *high = high.rotate_left(9) ^ *low;
    *low = low.rotate_left(27).wrapping_add(*high);
    *high = high.rotate_left(19);
}
