//! Bytes of a file to text.

/// A file with more bytes that are not UTF-8 than this is in another encoding.
const MOST_BAD_BYTES: usize = 64;

/// Bytes that are looked at to tell binary files.
const HEAD: usize = 1024;

/// What bytes turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded<'a> {
    /// Text.
    Text(&'a str),
    /// Text in which this many bytes were replaced, each by `?`: every offset stays true.
    Repaired(String, usize),
    /// No text.
    Binary,
    /// Text in another encoding; which.
    Other(&'static str),
}

/// Reads bytes as UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Decoded::Other("it is UTF-16; nhilint reads UTF-8");
    }
    if bytes.iter().take(HEAD).any(|it| *it == 0) {
        return Decoded::Binary;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded::Text(text),
        Err(_) => repair(bytes),
    }
}

fn repair(bytes: &[u8]) -> Decoded<'_> {
    let mut text = String::with_capacity(bytes.len());
    let mut bad = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        bad += chunk.invalid().len();
        if bad > MOST_BAD_BYTES {
            return Decoded::Other("it is not UTF-8");
        }
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    Decoded::Repaired(text, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let latin = "é".repeat(100).chars().map(|it| it as u8).collect::<Vec<_>>();
        for (bytes, expected) in [
            (&b""[..], Decoded::Text("")),
            ("é".as_bytes(), Decoded::Text("é")),
            (b"a\xffb", Decoded::Repaired("a?b".to_owned(), 1)),
            (b"a\xe2\x82", Decoded::Repaired("a??".to_owned(), 2)),
            (b"a\0b", Decoded::Binary),
            (b"\xff\xfea\0", Decoded::Other("it is UTF-16; nhilint reads UTF-8")),
            (&latin, Decoded::Other("it is not UTF-8")),
        ] {
            assert_eq!(decode(bytes), expected);
        }
    }
}
