//! What a value is by its form alone, before anybody asks whether it is random.

use crate::shape;
use crate::words;

/// Forms that are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Empty,
    /// A boolean, `null` or the like.
    Word,
    /// A number; so many digits.
    Number(usize),
    Date,
    Duration,
    Path,
    Url,
    Arn,
    Uuid,
    /// Hexadecimal digits, at least 16.
    Hex,
    Image,
    Email,
    Host,
    /// A certificate, public key or hash.
    Public,
    /// Several words of prose.
    Prose,
    /// A name in kebab, snake, dotted or camel case, made of words.
    Name,
    /// None of these.
    Opaque,
}

type Test = fn(&str) -> bool;

/// The form of a trimmed value.
pub(crate) fn form(value: &str) -> Form {
    if value.is_empty() {
        return Form::Empty;
    }
    let rules: &[(Test, Form)] = &[
        (is_word, Form::Word),
        (is_date, Form::Date),
        (is_duration, Form::Duration),
        (is_uuid, Form::Uuid),
        (is_public, Form::Public),
        (|it| it.starts_with("arn:"), Form::Arn),
        (is_url, Form::Url),
        (is_path, Form::Path),
        (is_email, Form::Email),
        (is_image, Form::Image),
        (is_host, Form::Host),
    ];
    if let Some(digits) = number(value) {
        return Form::Number(digits);
    }
    if let Some((_, form)) = rules.iter().find(|(is, _)| is(value)) {
        return *form;
    }
    if value.len() >= 16 && value.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Form::Hex;
    }
    if is_prose(value) {
        return Form::Prose;
    }
    if is_name(value) { Form::Name } else { Form::Opaque }
}

fn number(value: &str) -> Option<usize> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_number = digits.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        && digits.starts_with(|it: char| it.is_ascii_digit())
        && digits.matches('.').count() <= 1;
    is_number.then(|| digits.bytes().filter(u8::is_ascii_digit).count())
}

/// A UUID, also behind the few letters by which an issuer tells its keys: `ctx7sk-<uuid>`.
fn is_uuid(value: &str) -> bool {
    let Some(start) = value.len().checked_sub(36) else { return false };
    let (Some(prefix), Some(uuid)) = (value.get(..start), value.get(start..)) else { return false };
    let is_prefix = prefix.is_empty()
        || prefix.len() <= 12
            && prefix.ends_with(['-', '_'])
            && prefix.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
    is_prefix && shape::is_uuid(uuid.as_bytes())
}

fn is_word(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "true"
            | "false"
            | "yes"
            | "no"
            | "on"
            | "off"
            | "null"
            | "nil"
            | "none"
            | "undefined"
            | "n/a"
            | "~"
            | "auto"
            | "disabled"
            | "enabled"
            | "required"
            | "optional"
            | "never"
            | "always"
            | "not-needed"
            | "not_needed"
            | "unused"
            | "string"
            | "plain"
            | "basic"
            | "bearer"
            | "sensitive"
            | "(sensitive value)"
            | "sensitive value"
            | "any"
            | "all"
    )
}

fn is_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    matches!(bytes.get(..10), Some([a, b, c, d, b'-' | b'/', e, f, b'-' | b'/', g, h])
        if [a, b, c, d, e, f, g, h].iter().all(|it| it.is_ascii_digit()))
        && bytes.get(10).is_none_or(|it| matches!(it, b'T' | b' '))
}

fn is_duration(value: &str) -> bool {
    let rest = value.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
    rest.len() < value.len()
        && matches!(
            rest,
            "s" | "m"
                | "h"
                | "d"
                | "w"
                | "y"
                | "ms"
                | "us"
                | "ns"
                | "min"
                | "sec"
                | "days"
                | "hours"
                | "minutes"
                | "seconds"
                | "Gi"
                | "Mi"
                | "Ki"
                | "G"
                | "M"
                | "MB"
                | "GB"
                | "KB"
        )
        || value.starts_with("PT")
            && value.bytes().all(|it| it.is_ascii_digit() || b"PTHMS".contains(&it))
}

fn is_url(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, _)| {
        scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.:".contains(&it))
    }) || value.starts_with("jdbc:")
        || value.starts_with("mailto:")
}

/// A path of words. Base64 may start with a slash too; its segments read like nothing.
fn is_path(value: &str) -> bool {
    let is_rooted = ["/", "./", "../", "~/", "C:\\", "c:\\", "D:\\", "%USERPROFILE%", "$HOME/"]
        .iter()
        .any(|it| value.starts_with(it));
    let has_extension = value.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty()
            && matches!(
                end,
                "json"
                    | "yaml"
                    | "yml"
                    | "pem"
                    | "key"
                    | "crt"
                    | "cer"
                    | "txt"
                    | "env"
                    | "pub"
                    | "p12"
                    | "pfx"
                    | "jks"
                    | "toml"
                    | "conf"
                    | "cfg"
                    | "ini"
                    | "sh"
                    | "py"
                    | "js"
            )
    });
    let has_space = value.contains(['\n', '\t']);
    !has_space
        && (is_rooted && (has_extension || words::surprise(value) < 5.2)
            || has_extension && value.len() < 200)
}

fn is_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && user.bytes().all(|it| it.is_ascii_alphanumeric() || b"._+-".contains(&it))
            && host.contains('.')
            && host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-".contains(&it))
            && host
                .rsplit('.')
                .next()
                .is_some_and(|it| it.len() >= 2 && it.bytes().all(|it| it.is_ascii_lowercase()))
    })
}

fn is_image(value: &str) -> bool {
    let Some((repository, tag)) = value.rsplit_once(':') else { return false };
    let plain = |it: &str| {
        !it.is_empty()
            && it
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"._-/:@".contains(&it))
    };
    repository.contains('/') && plain(repository) && plain(tag)
}

fn is_host(value: &str) -> bool {
    let (host, port) = value.rsplit_once(':').unwrap_or((value, ""));
    let labels: Vec<&str> = host.split('.').collect();
    port.bytes().all(|it| it.is_ascii_digit())
        && (labels.len() >= 3
            || labels.len() == 2
                && labels.last().is_some_and(|it| {
                    matches!(
                        *it,
                        "com"
                            | "org"
                            | "net"
                            | "io"
                            | "dev"
                            | "local"
                            | "internal"
                            | "svc"
                            | "cloud"
                            | "app"
                            | "ai"
                            | "sh"
                            | "uk"
                            | "de"
                    )
                }))
        && labels.iter().all(|it| {
            !it.is_empty()
                && it.len() <= 63
                && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        })
        && words::surprise(host) < 5.2
}

/// Certificates, public keys, fingerprints, and hashes that only verify.
fn is_public(value: &str) -> bool {
    const STARTS: &[&str] = &[
        "-----BEGIN CERTIFICATE",
        "-----BEGIN PUBLIC KEY",
        "-----BEGIN RSA PUBLIC KEY",
        "-----BEGIN PGP PUBLIC KEY",
        "-----BEGIN TRUSTED CERTIFICATE",
        "-----BEGIN X509",
        "-----BEGIN SSH2 PUBLIC",
        "-----BEGIN DH PARAMETERS",
        "-----BEGIN PGP SIGNATURE",
        "---- BEGIN SSH2 PUBLIC",
        "ssh-rsa ",
        "ssh-ed25519 ",
        "ssh-dss ",
        "ecdsa-sha2-",
        "sk-ssh-ed25519",
        "age1",
        "sha256:",
        "SHA256:",
        "sha1:",
        "sha512:",
        "sha256-",
        "sha384-",
        "sha512-",
        "md5:",
        "MD5:",
        "$2a$",
        "$2b$",
        "$2y$",
        "$1$",
        "$5$",
        "$6$",
        "$apr1$",
        "$argon2",
        "$pbkdf2",
        "$scrypt",
        "{SSHA",
        "{SHA",
        "{SSHA512}",
        "pbkdf2_sha256$",
        "pbkdf2:",
        "scrypt:",
        "SCRAM-SHA-",
        "h1:",
        "zh:",
        "LS0tLS1CRUdJTiBDRVJUSUZJQ0FU",
        "LS0tLS1CRUdJTiBQVUJMSUMg",
        "LS0tLS1CRUdJTiBUUlVTVEVE",
    ];
    // A line of htpasswd: `user:$2y$…`.
    let hash = value.split_once(':').map_or(value, |(_, it)| it);
    // Compose writes two for a dollar.
    let hash = hash.strip_prefix('$').filter(|it| it.starts_with('$')).unwrap_or(hash);
    STARTS.iter().any(|it| value.starts_with(it) || it.starts_with('$') && is_hash(hash, it))
}

/// `$2y$…`, also written `$2y$$…` where a dollar is doubled.
fn is_hash(value: &str, start: &str) -> bool {
    value.starts_with(start.trim_end_matches('$')) && value.matches('$').count() >= 2
}

fn is_prose(value: &str) -> bool {
    value.split_whitespace().count() >= 3
        && value
            .split_whitespace()
            .filter(|it| it.bytes().any(|it| it.is_ascii_alphabetic()))
            .count()
            >= 3
}

/// Words joined as names are, with at most a short number in each.
fn is_name(value: &str) -> bool {
    let joined = value.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_./: ".contains(&it));
    if !joined || value.len() > 200 {
        return false;
    }
    let words = words::split(value);
    let letters = |it: &String| it.bytes().all(|it| it.is_ascii_alphabetic());
    let long_number =
        words.iter().any(|it| it.len() > 4 && it.bytes().all(|it| it.is_ascii_digit()));
    // Without a mark between them, words hang together by their humps alone, and so do drawn
    // letters: then the scraps must not outnumber the words.
    let is_one = value.bytes().all(|it| it.is_ascii_alphanumeric());
    let scraps = words.iter().filter(|it| it.len() <= 2).count();
    let is_drawn = is_one && words.len() >= 4 && scraps * 2 > words.len();
    !long_number
        && !is_drawn
        && words.iter().any(letters)
        && words.iter().filter(|it| letters(it)).all(|it| it.len() <= 2 || words::is_ordinary(it))
        && words.iter().filter(|it| it.len() <= 2).count() <= words.len() / 2 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_forms_apart() {
        for (value, expected) in [
            ("", Form::Empty),
            ("true", Form::Word),
            ("None", Form::Word),
            ("42", Form::Number(2)),
            ("1.5", Form::Number(2)),
            ("2026-01-31", Form::Date),
            ("2026-01-31T10:00:00Z", Form::Date),
            ("30d", Form::Duration),
            ("512Mi", Form::Duration),
            ("6b29fc40-ca47-1067-b31d-00dd010662da", Form::Uuid),
            ("ctx7sk-6b29fc40-ca47-1067-b31d-00dd010662da", Form::Uuid),
            ("0123456789abcdef01", Form::Hex),
            ("arn:aws:iam::123456789012:role/x", Form::Arn),
            ("https://example.org/x", Form::Url),
            ("/etc/ssl/private/tls.key", Form::Path),
            ("./secrets/token.json", Form::Path),
            ("service-account.json", Form::Path),
            ("ci@example.org", Form::Email),
            ("ghcr.io/org/app:v1.2", Form::Image),
            ("db.prod.internal", Form::Host),
            ("db.prod.svc.cluster.local:5432", Form::Host),
            ("ssh-ed25519 AAAA", Form::Public),
            ("$2y$10$abcdef", Form::Public),
            ("ci:$2y$10$abcdef", Form::Public),
            ("ci:$$2y$$10$$abcdef", Form::Public),
            ("the token of the bot", Form::Prose),
            ("grafana-admin-credentials", Form::Name),
            ("my_secret_v2", Form::Name),
            ("oauth2Client", Form::Name),
            ("TypYQPitliK2HH", Form::Opaque),
            ("m0kvSsusmXButy", Form::Opaque),
            ("Kestrel@2023", Form::Opaque),
            ("kT9xQ2mLw81zR", Form::Opaque),
            ("/K7MDENG/bPxRfiCYkT9xQ2mLw81zRz", Form::Opaque),
        ] {
            assert_eq!(form(value), expected, "{value}");
        }
    }
}
