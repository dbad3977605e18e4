//! Ciphertext: what may stand in a repository because the key stands elsewhere.

use crate::base64_text;

const STARTS: &[&str] = &[
    "ENC[AES256_GCM,",
    "ENC[PKCS7,",
    "$ANSIBLE_VAULT;",
    "{cipher}",
    "vault:v1:",
    "-----BEGIN AGE ENCRYPTED FILE-----",
    "-----BEGIN PGP MESSAGE-----",
    "-----BEGIN PKCS7-----",
    "YWdlLWVuY3J5cHRpb24ub3JnL3Yx",
];

/// True for a value that is encrypted: SOPS, eyaml, Sealed Secrets, ansible-vault, age, PGP,
/// KMS, Jasypt, dotenvx, Spring Cloud Config, Vault's transit engine.
pub(crate) fn is_ciphertext(value: &str) -> bool {
    STARTS.iter().any(|it| value.starts_with(it))
        || is_wrapped(value, "ENC(", ')')
        || value.strip_prefix("encrypted:").is_some_and(|it| is_base64(it, 40))
        || value.starts_with("AQICAH") && is_base64(value, 80)
        || is_sealed(value)
}

fn is_wrapped(value: &str, open: &str, close: char) -> bool {
    value
        .strip_prefix(open)
        .and_then(|it| it.strip_suffix(close))
        .is_some_and(|it| is_base64(it, 8))
}

fn is_base64(value: &str, least: usize) -> bool {
    value.len() >= least && base64_text::decode(value).is_some()
}

/// Sealed Secrets start with the length of an RSA-encrypted session key: 512 or 256 bytes.
fn is_sealed(value: &str) -> bool {
    value.starts_with("Ag")
        && value.len() >= 360
        && base64_text::decode(value).is_some_and(|it| it.starts_with(&[2, 0]))
}
