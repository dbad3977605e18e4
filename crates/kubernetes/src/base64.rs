//! Standard base64, as Secrets store their values.

use ::base64::Engine;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padding is taken off before; hand-written values leave bits over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes padded or unpadded base64 of either alphabet; white space is skipped. `None` for
/// anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let plain: String = text
        .chars()
        .filter(|it| !matches!(it, ' ' | '\t' | '\r' | '\n'))
        .map(|it| match it {
            '-' => '+',
            '_' => '/',
            it => it,
        })
        .collect();
    let body = plain.trim_end_matches('=');
    if plain.len() - body.len() > 2 {
        return None;
    }
    LENIENT.decode(body).ok()
}

/// Decodes base64 of UTF-8 text.
pub(crate) fn decode_text(text: &str) -> Option<String> {
    String::from_utf8(decode(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_kubectl_writes() {
        let cases = [
            ("", Some("")),
            ("aHVudGVyMg==", Some("hunter2")),
            ("aHVudGVyMg", Some("hunter2")),
            ("aHVu\n  dGVyMg==\n", Some("hunter2")),
            ("ENC[AES256_GCM,data:x]", None),
            ("a", None),
            ("aHVu=dGVy", None),
            ("/////w==", None),
        ];
        for (text, expected) in cases {
            assert_eq!(decode_text(text).as_deref(), expected, "{text}");
        }
    }
}
