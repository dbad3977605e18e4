//! Well-formed tokens of fake bodies. They are put together when a test runs, so that no file
//! of the repository holds one.

#![allow(dead_code, reason = "each test binary uses some of them")]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// A body of so many letters and digits that repeats nothing and says nothing.
pub(crate) fn body(len: usize) -> String {
    from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", len)
}

pub(crate) fn hex(len: usize) -> String {
    from(b"0123456789abcdef", len)
}

pub(crate) fn upper(len: usize) -> String {
    from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", len)
}

pub(crate) fn lower(len: usize) -> String {
    from(b"abcdefghijklmnopqrstuvwxyz0123456789", len)
}

/// Draws from an alphabet with a fixed seed.
fn from(alphabet: &[u8], len: usize) -> String {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15 ^ (len as u64 * alphabet.len() as u64);
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(alphabet[(state % alphabet.len() as u64) as usize])
        })
        .collect()
}

pub(crate) fn uuid() -> String {
    let all = hex(32);
    format!("{}-{}-{}-{}-{}", &all[..8], &all[8..12], &all[12..16], &all[16..20], &all[20..])
}

fn in_base(mut number: u32, digits: &[u8], width: usize) -> String {
    let mut out = vec![b'0'; width];
    for place in out.iter_mut().rev() {
        *place = digits[number as usize % digits.len()];
        number /= digits.len() as u32;
    }
    String::from_utf8(out).unwrap()
}

fn crc(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// GitHub and npm.
pub(crate) fn crc_base62(prefix: &str) -> String {
    let body = body(30);
    let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    format!("{prefix}{body}{}", in_base(crc(&body), digits, 6))
}

pub(crate) fn cloudflare(prefix: &str) -> String {
    let body = body(40);
    format!("{prefix}{body}{:08x}", crc(&body))
}

pub(crate) fn atlassian() -> String {
    let all = format!("{}{}=", "ATATT3", body(177));
    format!("{all}{:08X}", crc(&all))
}

pub(crate) fn bitbucket() -> String {
    let all = format!("{}{}", "ATBB", body(24));
    format!("{all}{:08X}", crc(&all))
}

pub(crate) fn grafana() -> String {
    let all = format!("{}{}", "glsa_", body(32));
    format!("{all}_{:08x}", crc(&all).swap_bytes())
}

pub(crate) fn gitlab_routable() -> String {
    let all = format!("{}{}.01.0r", "glpat-", body(27));
    format!("{all}{}", in_base(crc(&all), b"0123456789abcdefghijklmnopqrstuvwxyz", 7))
}

pub(crate) fn jwt(payload: &str) -> String {
    let part = |it: &str| URL_SAFE_NO_PAD.encode(it);
    format!("{}.{}.{}", part(r#"{"alg":"RS256","typ":"JWT"}"#), part(payload), body(43))
}

pub(crate) fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

pub(crate) fn pem(label: &str) -> String {
    let dashes = "-----";
    let lines: String = (1..6).map(|it| format!("{}\n", body(60 + it))).collect();
    format!("{dashes}BEGIN {label}{dashes}\n{lines}{dashes}END {label}{dashes}\n")
}

pub(crate) fn service_account_json() -> String {
    let key = pem("PRIVATE KEY").replace('\n', "\\n");
    let kind = "service_account";
    format!(
        r#"{{"type": "{kind}", "private_key_id": "{}", "private_key": "{key}", "client_email": "ci@p.iam.gserviceaccount.com"}}"#,
        hex(40)
    )
}
