//! Standard base64, as Secrets store their values.

/// Decodes padded or unpadded base64; white space is skipped. `None` for anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    let mut symbols = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        symbols += 1;
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).unwrap_or(0));
        }
    }
    (symbols % 4 != 1 && padding <= 2).then_some(bytes)
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
