//! Armoured private keys.

use std::ops::Range;

use crate::base64_text;

/// A private key block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) range: Range<usize>,
    pub(crate) label: Label,
    pub(crate) is_encrypted: bool,
}

/// Whose format the block is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    OpenSsh,
    Pgp,
    /// PKCS#1, PKCS#8, SEC 1.
    Pem,
}

/// A block must hold this much: documentation shows header and footer with dots between.
const LEAST_BODY: usize = 40;

/// A key file larger than this is no key.
const LONGEST: usize = 16 * 1024;

/// The private key that begins at `start`, where `-----BEGIN ` stands. Line ends may be written
/// as `\n`. Public keys, certificates and messages are none.
pub(crate) fn at(text: &str, start: usize) -> Option<Block> {
    let limit = floor(text, (start + LONGEST).min(text.len()));
    let rest = text.get(start..limit)?;
    let header = rest.strip_prefix("-----BEGIN ")?;
    let (name, body) = header.split_once("-----")?;
    let name_is_short = name.len() <= 40;
    let label = match name {
        "OPENSSH PRIVATE KEY" => Label::OpenSsh,
        "PGP PRIVATE KEY BLOCK" => Label::Pgp,
        _ if name_is_short && name.ends_with("PRIVATE KEY") => Label::Pem,
        _ => return None,
    };
    let footer = format!("-----END {name}-----");
    let end = body.find(&footer)?;
    let body = body.get(..end)?;
    let is_encrypted = name.contains("ENCRYPTED") || is_encrypted(label, body);
    let letters = body.replace("\\r", "").replace("\\n", "");
    let size = letters
        .bytes()
        .filter(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/'))
        .count();
    let is_made_up = letters.contains("...")
        || letters.contains('…')
        || letters.contains("xxxxxx")
        || letters.contains("XXXXXX");
    if size < LEAST_BODY || is_made_up || letters.contains("${") || letters.contains("{{") {
        return None;
    }
    let length = rest.len() - body_tail(rest, &footer)?;
    Some(Block { range: start..start + length, label, is_encrypted })
}

fn body_tail(rest: &str, footer: &str) -> Option<usize> {
    let end = rest.find(footer)? + footer.len();
    rest.len().checked_sub(end)
}

fn is_encrypted(label: Label, body: &str) -> bool {
    match label {
        // The cipher's name follows `openssh-key-v1`; "none" in base64 at that offset.
        Label::OpenSsh => {
            let joined: String = body.replace("\\n", "").split_whitespace().collect();
            joined.starts_with("b3BlbnNzaC1rZXktdjE") && !joined.contains("AAAABG5vbmU")
        }
        Label::Pem => body.contains("Proc-Type: 4,ENCRYPTED") || is_encrypted_der(body),
        Label::Pgp => is_encrypted_pgp(body) == Some(true),
    }
}

/// The base64 of a block, without what stands around it.
fn bytes(body: &str) -> Option<Vec<u8>> {
    let text = body.replace("\\r", "").replace("\\n", "\n");
    let mut joined = String::new();
    // Headers end at an empty line; a checksum begins with `=`.
    let start = text.find("\n\n").filter(|_| text.contains(": ")).map_or(0, |it| it + 2);
    for line in text.get(start..)?.lines().map(str::trim) {
        if line.starts_with('=') && line.len() == 5 {
            break;
        }
        joined.push_str(line);
    }
    base64_text::decode(&joined)
}

/// PKCS#8 begins with its version; where an algorithm stands first, what follows is encrypted.
fn is_encrypted_der(body: &str) -> bool {
    let Some(bytes) = bytes(body) else { return false };
    let Some((0x30, rest)) = bytes.split_first().map(|(tag, rest)| (*tag, rest)) else {
        return false;
    };
    // The length is one byte, or says of how many bytes it is.
    let inner = match rest.first() {
        Some(it @ 0x81..=0x84) => rest.get(1 + usize::from(it & 0x7f)..),
        _ => rest.get(1..),
    };
    inner.and_then(<[u8]>::first) == Some(&0x30)
}

/// Whether the first secret key packet of an OpenPGP block is protected by a passphrase: RFC 4880,
/// 5.5.3. `None` when it cannot be told.
fn is_encrypted_pgp(body: &str) -> Option<bool> {
    let bytes = bytes(body)?;
    let (tag, rest) = bytes.split_first()?;
    let header = match tag {
        0x94 => 1,
        0x95 => 2,
        0x96 => 4,
        0xc5 => match rest.first()? {
            0..=191 => 1,
            192..=223 => 2,
            _ => 5,
        },
        _ => return None,
    };
    let packet = rest.get(header..)?;
    if packet.first() != Some(&4) {
        return None;
    }
    let algorithm = packet.get(5)?;
    let mut rest = packet.get(6..)?;
    let numbers = match algorithm {
        1..=3 => 2,
        16 => 3,
        17 => 4,
        18 | 19 | 22 => {
            // The curve by name, then a point.
            let length = usize::from(*rest.first()?);
            rest = rest.get(1 + length..)?;
            1
        }
        _ => return None,
    };
    for _ in 0..numbers {
        let bits = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        rest = rest.get(2 + bits.div_ceil(8)..)?;
    }
    if *algorithm == 18 {
        rest = rest.get(1 + usize::from(*rest.first()?)..)?;
    }
    Some(*rest.first()? != 0)
}

/// The last character boundary at or before `at`.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;

    fn armour(bytes: &[u8]) -> String {
        let body = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!("\nVersion: none\n\n{body}\n=AAAA\n")
    }

    #[test]
    fn tells_protected_keys_of_openpgp() {
        let packet = |usage: u8| {
            let mut body = vec![4, 0, 0, 0, 0, 1, 0, 8, 0xff, 0, 2, 3, usage];
            body.extend([7; 40]);
            let mut all = vec![0x94, u8::try_from(body.len()).unwrap()];
            all.append(&mut body);
            armour(&all)
        };
        assert_eq!(is_encrypted_pgp(&packet(0)), Some(false));
        assert_eq!(is_encrypted_pgp(&packet(254)), Some(true));
        assert_eq!(is_encrypted_pgp("AAAA"), None);
    }

    #[test]
    fn tells_encrypted_pkcs8_whatever_its_label_says() {
        let text = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
        assert!(!is_encrypted_der(&text(&[0x30, 0x82, 1, 0, 2, 1, 0])));
        assert!(is_encrypted_der(&text(&[0x30, 0x82, 1, 0, 0x30, 1, 0])));
        assert!(!is_encrypted_der("none"));
    }
}
