//! Keys and certificates that parse and open nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::draw::Draw;

fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = body.len();
    match length {
        0..=127 => out.push(length as u8),
        128..=255 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend(body);
    out
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn integer(draw: &mut Draw, bytes: usize) -> Vec<u8> {
    let mut value = draw.bytes(bytes);
    if let Some(first) = value.first_mut() {
        *first = 0x40 | (*first & 0x3f);
    }
    tlv(2, &value)
}

fn small(number: u8) -> Vec<u8> {
    tlv(2, &[number])
}

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0d];

fn rsa(draw: &mut Draw) -> Vec<u8> {
    let sizes = [256, 3, 256, 128, 128, 128, 128, 128];
    let mut parts = vec![small(0)];
    parts.extend(sizes.map(|it| integer(draw, it)));
    sequence(&parts)
}

fn algorithm(oid: &[u8]) -> Vec<u8> {
    sequence(&[tlv(6, oid), tlv(5, &[])])
}

fn ssh_string(body: &[u8]) -> Vec<u8> {
    let mut out = (body.len() as u32).to_be_bytes().to_vec();
    out.extend(body);
    out
}

fn openssh(draw: &mut Draw, cipher: &[u8]) -> Vec<u8> {
    let mut out = b"openssh-key-v1\0".to_vec();
    out.extend(ssh_string(cipher));
    out.extend(ssh_string(if cipher == b"none" { b"none" } else { b"bcrypt" }));
    out.extend(ssh_string(&if cipher == b"none" { Vec::new() } else { draw.bytes(24) }));
    out.extend([0, 0, 0, 1]);
    let mut public = ssh_string(b"ssh-ed25519");
    public.extend(ssh_string(&draw.bytes(32)));
    out.extend(ssh_string(&public));
    out.extend(ssh_string(&draw.bytes(136)));
    out
}

/// The lines of an armoured block of a kind; `None` for an unknown kind.
pub(crate) fn pem(draw: &mut Draw, kind: &str) -> Option<Vec<String>> {
    let (label, der) = match kind {
        "rsa" => ("RSA PRIVATE KEY", rsa(draw)),
        "ec" => {
            let key = tlv(4, &draw.bytes(32));
            let curve = tlv(0xa0, &tlv(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]));
            ("EC PRIVATE KEY", sequence(&[small(1), key, curve]))
        }
        "pkcs8" => {
            let inner = tlv(4, &rsa(draw));
            ("PRIVATE KEY", sequence(&[small(0), algorithm(RSA), inner]))
        }
        "pkcs8-encrypted" => {
            let scheme = sequence(&[tlv(6, PBES2), sequence(&[algorithm(RSA)])]);
            ("ENCRYPTED PRIVATE KEY", sequence(&[scheme, tlv(4, &draw.bytes(1200))]))
        }
        "openssh" => ("OPENSSH PRIVATE KEY", openssh(draw, b"none")),
        "openssh-encrypted" => ("OPENSSH PRIVATE KEY", openssh(draw, b"aes256-ctr")),
        "certificate" => {
            let inner = sequence(&[tlv(0xa0, &small(2)), integer(draw, 16), algorithm(RSA)]);
            let signature = tlv(3, &draw.bytes(257));
            ("CERTIFICATE", sequence(&[inner, algorithm(RSA), signature]))
        }
        "public" => {
            let key = tlv(3, &draw.bytes(271));
            ("PUBLIC KEY", sequence(&[algorithm(RSA), key]))
        }
        _ => return None,
    };
    let encoded = STANDARD.encode(der);
    let letters: Vec<char> = encoded.chars().collect();
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    lines.extend(letters.chunks(64).map(|it| it.iter().collect()));
    lines.push(format!("-----END {label}-----"));
    Some(lines)
}
