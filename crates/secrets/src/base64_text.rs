//! Lenient base64: either alphabet, with or without padding.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// More than this is not decoded: a credential is small.
pub(crate) const MAX_DECODED: usize = 256 * 1024;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Decodes, when the text is base64 of at most [`MAX_DECODED`] bytes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() / 4 * 3 > MAX_DECODED {
        return None;
    }
    let alphabet =
        if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    GeneralPurpose::new(alphabet, LENIENT).decode(text).ok()
}

/// Decodes to text without control characters; line breaks may wrap the base64.
pub(crate) fn decode_text(text: &str) -> Option<String> {
    let joined;
    let text = if text.contains(['\n', '\r']) {
        joined = text.split_ascii_whitespace().collect::<String>();
        &joined
    } else {
        text
    };
    let decoded = String::from_utf8(decode(text)?).ok()?;
    let is_text = !decoded.is_empty()
        && decoded.chars().all(|it| !it.is_control() || matches!(it, '\n' | '\r' | '\t'));
    is_text.then_some(decoded)
}
