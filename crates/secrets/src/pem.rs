//! Armoured private keys.

use std::ops::Range;

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
        Label::Pem => body.contains("Proc-Type: 4,ENCRYPTED"),
        Label::Pgp => false,
    }
}

/// The last character boundary at or before `at`.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}
