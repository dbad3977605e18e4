//! Hashes of texts and files, and name-based UUIDs.

use md5::Md5;
use model::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::Call;
use super::encoding::encode_base64;
use crate::eval::files;
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    if call.name == "uuidv5" {
        return uuid(call);
    }
    let (hash, is_file) = match call.name.strip_prefix("file") {
        Some(hash) => (hash, true),
        None => (call.name, false),
    };
    let known = ["md5", "sha1", "sha256", "sha512", "base64sha256", "base64sha512"];
    if !known.contains(&hash) {
        return None;
    }
    let text = call.text(0)?;
    let text = if is_file { files::content(call, &text)? } else { text.into() };
    let bytes = text.as_bytes();
    let result = match hash {
        "md5" => hexadecimal(&Md5::digest(bytes)),
        "sha1" => hexadecimal(&Sha1::digest(bytes)),
        "sha256" => hexadecimal(&Sha256::digest(bytes)),
        "sha512" => hexadecimal(&Sha512::digest(bytes)),
        "base64sha256" => encode_base64(&Sha256::digest(bytes)),
        "base64sha512" => encode_base64(&Sha512::digest(bytes)),
        _ => return None,
    };
    Some(values::text(result, call.origin()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// The namespaces of RFC 4122 differ in one byte.
fn namespace(name: &str) -> Option<[u8; 16]> {
    let well_known = |byte| {
        [
            0x6b, 0xa7, 0xb8, byte, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0, 0xc0, 0x4f, 0xd4, 0x30,
            0xc8,
        ]
    };
    match name {
        "dns" => Some(well_known(0x10)),
        "url" => Some(well_known(0x11)),
        "oid" => Some(well_known(0x12)),
        "x500" => Some(well_known(0x14)),
        written => {
            let digits: String = written.chars().filter(|it| *it != '-').collect();
            let number = u128::from_str_radix(&digits, 16).ok()?;
            (digits.len() == 32).then(|| number.to_be_bytes())
        }
    }
}

fn uuid(call: &Call<'_, '_>) -> Option<Value> {
    let (space, name) = (namespace(&call.text(0)?)?, call.text(1)?);
    let digest = Sha1::new().chain_update(space).chain_update(name).finalize();
    let mut bytes: [u8; 16] = digest.get(..16)?.try_into().ok()?;
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = *version & 0x0f | 0x50;
    *variant = *variant & 0x3f | 0x80;
    let digits = hexadecimal(&bytes);
    let parts: Option<Vec<&str>> = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        .iter()
        .map(|(from, to)| digits.get(*from..*to))
        .collect();
    Some(values::text(parts?.join("-"), call.origin()))
}
