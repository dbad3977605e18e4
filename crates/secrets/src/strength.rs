//! Whether a value looks chosen by a machine or by a person as a password.

use crate::words;

/// Above this many bits a character, a text was not written to be read.
const RANDOM: f32 = 5.7;

/// True for text that a machine drew: no words, no pattern of names.
pub(crate) fn is_random(value: &str) -> bool {
    value.len() >= 8 && words::surprise(value) > RANDOM
}

/// True for what a service issues as a key: long hexadecimal digits or drawn letters.
pub(crate) fn is_key(value: &str) -> bool {
    value.len() >= 20
        && (value.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-') || is_random(value))
}

/// True for a word or two with a number or symbol, as people make passwords: `Kestrel@2023`.
/// Names with separators and versions (`postgres-15`, `v1.2.3`) are not.
pub(crate) fn is_human_password(value: &str) -> bool {
    let any = |is: fn(u8) -> bool| value.bytes().any(is);
    let letter = any(|it| it.is_ascii_alphabetic());
    let mixed = any(|it| it.is_ascii_lowercase()) && any(|it| it.is_ascii_uppercase());
    let digit = any(|it| it.is_ascii_digit());
    let symbol = any(|it| b"!@#$%^&*+=?~|;,<>(){}\"'`\\".contains(&it));
    let space = any(|it| it.is_ascii_whitespace());
    let classes = u8::from(mixed) + u8::from(digit) + u8::from(symbol);
    value.len() >= 6 && letter && !space && classes >= 2
}
