//! Checks beyond the shape: checksums, embedded structure, and whether a body looks made up.

use model::{Certainty, Expiry, ExpirySource, Lifetime};

use crate::{base64_text, jwt, placeholder, structure};

/// What else must hold for a token of a format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Check {
    None,
    /// Upper, lower and digits mixed: for anchors that words contain too.
    Mixed,
    Openai,
    Anthropic,
    AwsKeyId,
    Bedrock,
    AzureAnnotated,
    CrcBase62,
    CrcHexBody,
    CrcHexAll,
    Grafana,
    GitlabRoutable,
    Nuget,
    Jfrog,
    Jwt,
    JwtTail,
    Bech32,
    Nkey,
    Macaroon,
}

/// What a check says about a token of the right shape.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) certainty: Certainty,
    /// A date or lifetime read from the token itself.
    pub(crate) expiry: Option<Expiry>,
    /// A better name for the format, read from the token itself.
    pub(crate) jwt: Option<jwt::Claims>,
    /// The account it belongs to, read from the token itself.
    pub(crate) account: Option<u64>,
}

impl Checked {
    fn new(certainty: Certainty) -> Self {
        Self { certainty, expiry: None, jwt: None, account: None }
    }
}

impl Check {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "-" => Self::None,
            "mixed" => Self::Mixed,
            "openai" => Self::Openai,
            "anthropic" => Self::Anthropic,
            "aws-key-id" => Self::AwsKeyId,
            "bedrock" => Self::Bedrock,
            "azure-annotated" => Self::AzureAnnotated,
            "crc-base62" => Self::CrcBase62,
            "crc-hex-body" => Self::CrcHexBody,
            "crc-hex-all" => Self::CrcHexAll,
            "grafana" => Self::Grafana,
            "gitlab-routable" => Self::GitlabRoutable,
            "nuget" => Self::Nuget,
            "jfrog" => Self::Jfrog,
            "jwt" => Self::Jwt,
            "jwt-tail" => Self::JwtTail,
            "bech32" => Self::Bech32,
            "nkey" => Self::Nkey,
            "macaroon" => Self::Macaroon,
            _ => return None,
        })
    }

    /// True when a token proves by a checksum that it is whole.
    pub(crate) fn is_checksum(self) -> bool {
        matches!(
            self,
            Self::CrcBase62
                | Self::CrcHexBody
                | Self::CrcHexAll
                | Self::Grafana
                | Self::GitlabRoutable
        )
    }

    /// Judges a token; `None` when it is not of this format after all.
    pub(crate) fn apply(self, token: &str, anchor: &str) -> Option<Checked> {
        let checksum = match self {
            Self::CrcBase62 => Some(crc_base62(token, anchor)),
            Self::CrcHexBody => Some(crc_hex_body(token, anchor)),
            Self::CrcHexAll => Some(crc_hex_all(token)),
            Self::Grafana => Some(grafana(token)),
            Self::GitlabRoutable => Some(gitlab_routable(token)),
            _ => None,
        };
        if let Some(is_right) = checksum {
            return is_right.then(|| Checked::new(Certainty::Verified));
        }
        match self {
            Self::Jwt => return jwt_token(token),
            Self::JwtTail => return jwt_token(jwt_part(token)),
            Self::Jfrog => return jfrog(token),
            Self::Nkey => {
                return structure::is_nkey_seed(token).then(|| Checked::new(Certainty::Verified));
            }
            Self::Macaroon => return macaroon(token, anchor),
            Self::Bech32 if structure::is_bech32(&token.to_ascii_lowercase()) => {
                return Some(Checked::new(Certainty::Verified));
            }
            _ => {}
        }
        let has_structure = match self {
            Self::Openai => token.contains("T3BlbkFJ"),
            Self::Anthropic => token.ends_with("AA"),
            Self::AwsKeyId => return aws_key_id(token),
            Self::Bedrock => return bedrock(token),
            Self::AzureAnnotated => azure_annotated(token),
            Self::Nuget => nuget(token),
            Self::Mixed => is_mixed(token, anchor),
            _ => true,
        };
        (has_structure && is_plausible(token, anchor)).then(|| Checked::new(Certainty::Format))
    }
}

/// True unless a body of this shape is plainly made up: too few different characters, words of
/// a placeholder, or long and without any digit.
fn is_plausible(token: &str, anchor: &str) -> bool {
    let body: Vec<u8> = token.replacen(anchor, "", 1).into_bytes();
    let mut seen = [false; 256];
    body.iter().for_each(|it| seen[usize::from(*it)] = true);
    let distinct = seen.iter().filter(|it| **it).count();
    let letters_only = body.iter().all(u8::is_ascii_alphabetic);
    let has_digit = body.iter().any(u8::is_ascii_digit);
    // Letters are the whole alphabet of some formats; then they must at least look random.
    let is_varied = if letters_only {
        body.iter().any(u8::is_ascii_lowercase) && body.iter().any(u8::is_ascii_uppercase)
    } else {
        has_digit || body.len() < 30
    };
    distinct >= (body.len() / 3).min(8) && is_varied && !placeholder::is_made_up(token, anchor)
}

fn is_mixed(token: &str, anchor: &str) -> bool {
    let body = token.replacen(anchor, "", 1);
    let lower = body.bytes().any(|it| it.is_ascii_lowercase());
    let upper = body.bytes().any(|it| it.is_ascii_uppercase());
    let digit = body.bytes().any(|it| it.is_ascii_digit());
    if anchor.len() <= 4 {
        digit && (lower && upper || body.bytes().all(|it| !it.is_ascii_lowercase()))
    } else {
        u8::from(lower) + u8::from(upper) + u8::from(digit) >= 2
    }
}

fn crc(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// Writes a number in base 62 or less, left-padded with zeros.
fn in_base(mut number: u32, digits: &[u8], width: usize) -> String {
    let base = u32::try_from(digits.len()).unwrap_or(1).max(2);
    let mut out = vec![b'0'; width];
    for place in out.iter_mut().rev() {
        let digit = usize::try_from(number % base).unwrap_or(0);
        *place = digits.get(digit).copied().unwrap_or(b'0');
        number /= base;
    }
    String::from_utf8(out).unwrap_or_default()
}

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn split_end(text: &str, count: usize) -> Option<(&str, &str)> {
    text.split_at_checked(text.len().checked_sub(count)?)
}

/// GitHub and npm: the last six characters are the CRC-32 of the body in base 62.
fn crc_base62(token: &str, anchor: &str) -> bool {
    token
        .strip_prefix(anchor)
        .and_then(|it| split_end(it, 6))
        .is_some_and(|(body, sum)| in_base(crc(body), BASE62, 6) == sum)
}

/// Cloudflare: CRC-32 of the body without the prefix, in hex.
fn crc_hex_body(token: &str, anchor: &str) -> bool {
    token
        .strip_prefix(anchor)
        .and_then(|it| split_end(it, 8))
        .is_some_and(|(body, sum)| format!("{:08x}", crc(body)) == sum)
}

/// Atlassian and Bitbucket: CRC-32 of everything before it, in upper hex. An equals sign in
/// front of the sum is not part of what is summed.
fn crc_hex_all(token: &str) -> bool {
    split_end(token, 8).is_some_and(|(body, sum)| {
        [body, body.strip_suffix('=').unwrap_or(body)]
            .iter()
            .any(|it| format!("{:08X}", crc(it)) == sum)
    })
}

/// Grafana: CRC-32 of prefix and body, its bytes little-endian, in hex.
fn grafana(token: &str) -> bool {
    token
        .rsplit_once('_')
        .is_some_and(|(body, sum)| format!("{:08x}", crc(body).swap_bytes()) == sum)
}

/// GitLab routable tokens: two base 36 digits of payload length, then the CRC-32 of all before.
fn gitlab_routable(token: &str) -> bool {
    split_end(token, 7).is_some_and(|(body, sum)| in_base(crc(body), BASE36, 7) == sum)
}

/// AWS key ids are base 32; the first bytes hold the account. A published example is none.
fn aws_key_id(token: &str) -> Option<Checked> {
    let is_example = token.ends_with("EXAMPLE") || placeholder::is_published(token);
    let has_digit = token.bytes().any(|it| it.is_ascii_digit());
    let is_made_up = placeholder::is_made_up(token, token.get(..4)?);
    let account = aws_account(token);
    // Sixteen letters without a digit happen once in 40 keys, and in every shouted word.
    (!is_example && !is_made_up && has_digit && account.is_some())
        .then(|| Checked { account, ..Checked::new(Certainty::Format) })
}

/// The account that an AWS key id belongs to.
pub(crate) fn aws_account(key_id: &str) -> Option<u64> {
    let body = key_id.get(4..14)?;
    let bits = body.bytes().try_fold(0_u64, |bits, it| {
        let five = match it {
            b'A'..=b'Z' => it - b'A',
            b'2'..=b'7' => it - b'2' + 26,
            _ => return None,
        };
        Some((bits << 5) | u64::from(five))
    })?;
    // Ten characters are 50 bits; the account is in the first 48, without the first and the
    // last seven.
    let account = ((bits >> 2) & 0x7fff_ffff_ff80) >> 7;
    (account <= 999_999_999_999).then_some(account)
}

/// Bedrock API keys are base64 of `BedrockAPIKey-…-at-<account>:<secret>`.
fn bedrock(token: &str) -> Option<Checked> {
    let decoded = base64_text::decode(token.strip_prefix("ABSK")?)?;
    decoded.starts_with(b"BedrockAPIKey-").then(|| Checked::new(Certainty::Verified))
}

/// Azure annotated keys name the year and month of their making after the signature.
fn azure_annotated(token: &str) -> bool {
    let month = token.split_once("JQQJ99").and_then(|(_, rest)| rest.as_bytes().get(..2));
    matches!(month, Some([b'A'..=b'Z', b'A'..=b'L']))
}

/// NuGet keys have fixed bits at three places.
fn nuget(token: &str) -> bool {
    let body = token.as_bytes();
    matches!(body.get(4), Some(b'a'..=b'p')) && matches!(body.get(20), Some(b'a' | b'q'))
}

/// JFrog reference tokens are base64 of `reftkn:<version>:<epoch or 0>:<secret>`.
fn jfrog(token: &str) -> Option<Checked> {
    let decoded = base64_text::decode_text(token)?;
    let mut parts = decoded.strip_prefix("reftkn:")?.split(':');
    let epoch: i64 = parts.nth(1)?.parse().ok()?;
    let lifetime = match epoch {
        0 => Lifetime::Never,
        _ => jwt::date_of(epoch).map_or(Lifetime::Unknown, Lifetime::Until),
    };
    let expiry = Expiry { lifetime, source: ExpirySource::Credential, ..Expiry::default() };
    Some(Checked { expiry: Some(expiry), ..Checked::new(Certainty::Verified) })
}

/// PyPI's tokens are macaroons. One that cannot be read to its end is cut or of a newer version,
/// and still not a thing to keep in a file.
fn macaroon(token: &str, anchor: &str) -> Option<Checked> {
    let Some(read) = token.strip_prefix("pypi-").and_then(structure::macaroon) else {
        return is_plausible(token, anchor).then(|| Checked::new(Certainty::Format));
    };
    let expiry = read.until.map(|date| Expiry {
        lifetime: Lifetime::Until(date),
        source: ExpirySource::Credential,
        ..Expiry::default()
    });
    Some(Checked { expiry, ..Checked::new(Certainty::Verified) })
}

fn jwt_part(token: &str) -> &str {
    token.find("_eyJ").and_then(|at| token.get(at + 1..)).unwrap_or(token)
}

fn jwt_token(token: &str) -> Option<Checked> {
    let claims = jwt::read(token)?;
    if placeholder::is_published(token) || claims.is_sample {
        return None;
    }
    Some(Checked {
        expiry: claims.expiry.clone(),
        jwt: Some(claims),
        ..Checked::new(Certainty::Verified)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_account_of_a_key_id() {
        // The published example of the algorithm.
        assert_eq!(aws_account(concat!("ASIA", "Y34FZKBOKMUTVV7A")), Some(609_629_065_308));
        assert_eq!(aws_account("AKIA0189"), None);
    }

    #[test]
    fn pads_checksums() {
        assert_eq!(in_base(0, BASE62, 6), "000000");
        assert_eq!(in_base(61, BASE62, 6), "00000z");
        assert_eq!(in_base(62, BASE62, 6), "000010");
        assert_eq!(in_base(35, BASE36, 7), "000000z");
    }
}
