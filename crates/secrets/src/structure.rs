//! Structures that a token carries inside and that can be verified without its issuer: the
//! bech32 sum of age, the CRC of NATS seeds, the caveats of a macaroon.

use crate::{base64_text, json, jwt};
use model::Date;

/// The sum of a bech32 text of small letters, such as an age key: BIP 173.
pub(crate) fn is_bech32(text: &str) -> bool {
    const DIGITS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let Some((prefix, data)) = text.rsplit_once('1') else { return false };
    let mut sum: u32 = 1;
    let mut add = |value: u32| {
        const GENERATOR: [u32; 5] =
            [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
        let top = sum >> 25;
        sum = (sum & 0x01ff_ffff) << 5 ^ value;
        for (bit, it) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= it;
            }
        }
    };
    prefix.bytes().for_each(|it| add(u32::from(it >> 5)));
    add(0);
    prefix.bytes().for_each(|it| add(u32::from(it & 31)));
    for it in data.bytes() {
        let Some(value) = DIGITS.iter().position(|digit| *digit == it) else { return false };
        add(u32::try_from(value).unwrap_or(0));
    }
    sum == 1 && data.len() >= 6
}

/// A NATS seed: base 32 of two bytes of type, the seed and its CRC-16.
pub(crate) fn is_nkey_seed(text: &str) -> bool {
    let Some(bytes) = base32(text) else { return false };
    let Some((body, sum)) = bytes.len().checked_sub(2).and_then(|it| bytes.split_at_checked(it))
    else {
        return false;
    };
    let [low, high] = sum else { return false };
    crc16(body) == u16::from_le_bytes([*low, *high]) && bytes.len() == 36
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum, _| {
            if sum & 0x8000 == 0 { sum << 1 } else { sum << 1 ^ 0x1021 }
        })
    })
}

fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0_u32);
    for it in text.bytes() {
        let five = match it {
            b'A'..=b'Z' => it - b'A',
            b'2'..=b'7' => it - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(five)) & 0xffff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// What a macaroon says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Macaroon {
    /// Who takes it.
    pub(crate) location: String,
    /// Until when, when one of its caveats says so.
    pub(crate) until: Option<Date>,
}

/// Most caveats that are read.
const MOST_FIELDS: usize = 64;

/// Reads a macaroon of the second binary version, in base64.
pub(crate) fn macaroon(text: &str) -> Option<Macaroon> {
    let bytes = base64_text::decode(text)?;
    let mut rest = bytes.strip_prefix(&[2])?;
    let mut found = Macaroon { location: String::new(), until: None };
    for number in 0..MOST_FIELDS {
        let (kind, after) = rest.split_first()?;
        rest = after;
        if *kind == 0 {
            continue;
        }
        let (length, after) = varint(rest)?;
        let (data, after) = after.split_at_checked(length)?;
        rest = after;
        match kind {
            1 if number == 0 => found.location = String::from_utf8(data.to_vec()).ok()?,
            2 => found.until = found.until.or_else(|| expiry(data)),
            // The signature is the last field.
            6 => return rest.is_empty().then_some(found),
            _ => {}
        }
    }
    None
}

fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, it) in bytes.iter().take(3).enumerate() {
        value |= usize::from(it & 0x7f) << (7 * at);
        if it & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

/// `[0, expires, not before]` or `{"exp": …}`, as PyPI writes them.
fn expiry(caveat: &[u8]) -> Option<Date> {
    let text = std::str::from_utf8(caveat).ok()?.trim();
    if let Some(list) = text.strip_prefix("[0,").or_else(|| text.strip_prefix("[0 ,")) {
        return jwt::date_of(list.split([',', ']']).next()?.trim().parse().ok()?);
    }
    let members = json::members(text)?;
    jwt::date_of(json::top(&members, "exp")?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::string_slice, reason = "of digits only")]

    use super::*;
    use base64::Engine;

    #[test]
    fn bech32_sums() {
        // From BIP 173; the second has one letter changed.
        assert!(is_bech32("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"));
        assert!(!is_bech32("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxq"));
        assert!(!is_bech32("abcdef"));
    }

    #[test]
    fn crcs_of_nats() {
        // The check value of CRC-16/XMODEM.
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert!(!is_nkey_seed("SUAFAKE"));
        // The type of a user's seed, 32 bytes, and their sum.
        let mut bytes = vec![0x95, 0];
        bytes.extend((0..32).map(|it| it * 7));
        bytes.extend(crc16(&bytes).to_le_bytes());
        let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: String = bytes.iter().map(|it| format!("{it:08b}")).collect();
        let five = |at: usize| {
            usize::from_str_radix(&format!("{:0<5}", &bits[at..bits.len().min(at + 5)]), 2)
        };
        let seed: String =
            (0..bits.len()).step_by(5).map(|at| char::from(digits[five(at).unwrap()])).collect();
        assert!(seed.starts_with("SUA") && is_nkey_seed(&seed));
        assert!(!is_nkey_seed(&seed.replacen("SUA", "SUB", 1)));
    }

    #[test]
    fn macaroons() {
        let field = |kind: u8, data: &str| {
            let mut all = vec![kind, u8::try_from(data.len()).unwrap()];
            all.extend(data.bytes());
            all
        };
        let all = [
            vec![2],
            field(1, "pypi.org"),
            field(2, "id"),
            vec![0],
            field(2, "[0,2100000000,1]"),
            vec![0, 0],
            field(6, "signature-signature-signature-si"),
        ]
        .concat();
        let encoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&all);
        let read = macaroon(&encoded).unwrap();
        assert_eq!(read.location, "pypi.org");
        assert_eq!(read.until, Date::new(2036, 7, 18).ok());
        assert_eq!(macaroon(encoded.get(..20).unwrap()), None);
        assert_eq!(macaroon("AgEIcHlwaS5vcmcAAA"), None);
    }
}
