//! Credentials that show themselves in any text: known formats, private keys, URLs with
//! passwords, authorization values, connection strings.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use model::{Certainty, CredentialKind, Expiry, ExpirySource, Lifetime, LiteralClass, Secret};

use crate::check::Checked;
use crate::format::{self, Format};
use crate::url::UrlPlace;
use crate::{
    Found, base64_text, encrypted, lines, pem, placeholder, reference, replacement, strength, url,
};

/// Texts at which something other than a token of the table may stand.
const MARKS: &[&str] = &[
    "-----BEGIN ",
    "://",
    "Bearer ",
    "bearer ",
    "Basic ",
    "basic ",
    "sig=",
    "X-Amz-Signature=",
    "X-Goog-Signature=",
    "AccountKey=",
    "SharedAccessKey=",
    "assword=",
    "Pwd=",
    ";Secret=",
    ":oracle:thin:",
    "PuTTY-User-Key-File-",
];

/// What shows itself in a text.
#[derive(Default)]
pub(crate) struct Scan {
    /// Everything found, in order and without overlaps.
    pub(crate) found: Vec<Found>,
    /// True when the whole text has the shape of a format with a checksum, and the sum is wrong:
    /// printed in documentation, or mangled. Its issuer would not take it.
    pub(crate) is_mangled: bool,
    /// The lines that may hold anything by themselves.
    pub(crate) lines: Vec<Range<usize>>,
}

/// Everything found, in order and without overlaps.
pub(crate) fn scan(text: &str) -> Vec<Found> {
    read(text).found
}

/// Reads a text once.
pub(crate) fn read(text: &str) -> Scan {
    let table = format::formats(MARKS, lines::MENTIONS);
    let mut scan = Scan::default();
    table.anchors.each(text, |hit| match table.of_anchor.get(hit.word) {
        Some(formats) => formats
            .iter()
            .filter_map(|it| table.formats.get(*it))
            .for_each(|it| token(text, hit.range.clone(), it, &mut scan)),
        None => {
            let mark = hit.word.checked_sub(table.of_anchor.len());
            match mark.and_then(|it| table.marks.get(it)) {
                Some(mark) => marked(text, hit.range, mark, &mut scan.found),
                None => lines::add_mentioning(text, &hit.range, &mut scan.lines),
            }
        }
    });
    if scan.found.len() > 1 {
        scan.found = without_overlaps(scan.found);
    }
    scan
}

/// The longest of several readings of the same bytes wins; then the more certain one.
fn without_overlaps(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|it| (Reverse(it.range.len()), it.certainty, it.range.start));
    let mut kept: BTreeMap<usize, Found> = BTreeMap::new();
    for it in found {
        // What is kept does not overlap, so that only the last one before this end can.
        let last = kept.range(..it.range.end).next_back();
        if last.is_none_or(|(_, last)| last.range.end <= it.range.start) {
            kept.insert(it.range.start, it);
        }
    }
    kept.into_values().collect()
}

fn token(text: &str, anchor: Range<usize>, format: &Format, scan: &mut Scan) {
    let Some(range) = format.shape.locate(text.as_bytes(), anchor) else { return };
    let Some(value) = text.get(range.clone()) else { return };
    match format.check.apply(value, format.anchor) {
        Some(checked) => scan.found.push(of_format(range, value, format, checked)),
        None => scan.is_mangled |= format.check.is_checksum() && range == (0..text.len()),
    }
}

fn of_format(range: Range<usize>, value: &str, format: &Format, checked: Checked) -> Found {
    let mut found = Found {
        range,
        secret: Secret::new(value),
        kind: format.kind,
        provider: format.provider.map(Cow::Borrowed),
        format: Some(format.describe()),
        certainty: checked.certainty,
        class: format.class,
        well_known: false,
        expiry: checked.expiry.unwrap_or_else(|| format.expiry.clone()),
        replacement: format.replacement.map(Cow::Borrowed),
        decoded: Vec::new(),
    };
    if let Some(account) = checked.account {
        found.format = Some(format!("{} of account {account:012}", format.describe()).into());
    }
    let Some(claims) = checked.jwt.filter(|_| format.provider.is_none()) else { return found };
    if claims.is_service_account() {
        found.kind = CredentialKind::ServiceAccountToken;
        found.provider = Some("Kubernetes".into());
        found.format = Some("Kubernetes service account token".into());
        found.replacement = replacement::sentence("k8s").map(Cow::Borrowed);
    } else if claims.is_public() {
        found.class = LiteralClass::Public;
        found.format = Some("Supabase anonymous key".into());
    }
    found
}

/// A credential without a known token format.
pub(crate) fn plain(
    range: Range<usize>,
    value: &str,
    kind: CredentialKind,
    certainty: Certainty,
) -> Found {
    Found {
        range,
        secret: Secret::new(value),
        kind,
        provider: None,
        format: None,
        certainty,
        class: LiteralClass::Secret,
        well_known: false,
        expiry: lifetime_of(kind),
        replacement: None,
        decoded: Vec::new(),
    }
}

/// Passwords and keys do not end by themselves; of other kinds nothing is known.
fn lifetime_of(kind: CredentialKind) -> Expiry {
    use CredentialKind as K;
    match kind {
        K::Password | K::ConnectionString | K::PrivateKey | K::SshKey | K::WebhookUrl => {
            Expiry::never_by_kind()
        }
        _ => Expiry::default(),
    }
}

fn marked(text: &str, hit: Range<usize>, mark: &str, found: &mut Vec<Found>) {
    match mark {
        "-----BEGIN " => found.extend(private_key(text, hit.start)),
        "://" => found.extend(url::parts(text, hit.start).into_iter().filter_map(of_url)),
        "Bearer " | "bearer " => found.extend(bearer(text, hit.end)),
        "Basic " | "basic " => found.extend(basic(text, hit.end)),
        "sig=" | "X-Amz-Signature=" | "X-Goog-Signature=" => {
            found.extend(signature(text, hit, mark));
        }
        "AccountKey=" | "SharedAccessKey=" => found.extend(azure_key(text, hit.end, mark)),
        "assword=" | "Pwd=" => found.extend(connection_password(text, hit)),
        ";Secret=" => found.extend(app_configuration_key(text, hit)),
        ":oracle:thin:" => found.extend(oracle_password(text, hit.end)),
        "PuTTY-User-Key-File-" => found.extend(putty(text, hit.start)),
        _ => {}
    }
}

fn private_key(text: &str, start: usize) -> Option<Found> {
    let block = pem::at(text, start)?;
    // An encrypted key needs its passphrase too.
    let class = if block.is_encrypted { LiteralClass::Identifier } else { LiteralClass::Secret };
    let value = text.get(block.range.clone())?;
    let (kind, name, advice) = match block.label {
        pem::Label::OpenSsh => (CredentialKind::SshKey, "OpenSSH private key", "ssh"),
        pem::Label::Pgp => (CredentialKind::PrivateKey, "PGP private key", "kms"),
        pem::Label::Pem => (CredentialKind::PrivateKey, "PEM private key", "certificate"),
    };
    let is_google = is_service_account_json(text);
    let mut found = Found {
        class,
        format: Some(name.into()),
        replacement: replacement::sentence(advice).map(Cow::Borrowed),
        ..plain(block.range, value, kind, Certainty::Format)
    };
    if is_google {
        found = of_service_account(found);
    }
    Some(found)
}

/// A private key that stands in the JSON file of a Google service account.
pub fn of_service_account(found: Found) -> Found {
    Found {
        kind: CredentialKind::ServiceAccountKey,
        provider: Some("Google".into()),
        format: Some("Google service account key".into()),
        replacement: replacement::sentence("gcp").map(Cow::Borrowed),
        ..found
    }
}

/// True for the JSON file that Google issues for a service account, or a text that is one.
fn is_service_account_json(text: &str) -> bool {
    text.len() < 16 * 1024
        && text.contains("service_account")
        && text.contains("private_key_id")
        && text.contains("client_email")
}

fn putty(text: &str, start: usize) -> Option<Found> {
    let rest = text.get(start..)?;
    let lines = rest.split_once("Private-Lines:")?;
    let is_encrypted = !lines.0.contains("Encryption: none");
    let end = rest.find("Private-MAC:").unwrap_or(rest.len()).min(pem::floor(rest, 16 * 1024));
    let value = rest.get(..end)?;
    Some(Found {
        format: Some("PuTTY private key".into()),
        class: if is_encrypted { LiteralClass::Identifier } else { LiteralClass::Secret },
        replacement: replacement::sentence("ssh").map(Cow::Borrowed),
        ..plain(start..start + end, value, CredentialKind::SshKey, Certainty::Format)
    })
}

fn of_url(part: url::Part<'_>) -> Option<Found> {
    if !is_written_out(part.value) {
        return None;
    }
    match part.place {
        UrlPlace::Password { scheme, user, host } => url_password(&part, scheme, user, host),
        UrlPlace::Query { key } => {
            let kind = crate::key_names_credential(key)?;
            let is_real = !placeholder::is_placeholder(part.value, key)
                && part.value.len() >= 8
                && (strength::is_random(part.value)
                    || is_long_hex(part.value)
                    || kind == CredentialKind::Password && strength::is_human_password(part.value));
            is_real.then(|| Found {
                format: Some("URL query parameter".into()),
                ..plain(part.range, part.value, kind, Certainty::Place)
            })
        }
    }
}

fn is_long_hex(value: &str) -> bool {
    value.len() >= 16 && value.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

fn url_password(part: &url::Part<'_>, scheme: &str, user: &str, host: &str) -> Option<Found> {
    let value = part.value;
    let is_database = matches!(
        scheme,
        "postgres"
            | "postgresql"
            | "mysql"
            | "mariadb"
            | "mongodb"
            | "srv"
            | "mongodb+srv"
            | "redis"
            | "rediss"
            | "amqp"
            | "amqps"
            | "sqlserver"
            | "clickhouse"
            | "cockroachdb"
    ) || scheme.contains("sql");
    let kind =
        if is_database { CredentialKind::ConnectionString } else { CredentialKind::Password };
    let is_default = placeholder::is_well_known(value) || value.eq_ignore_ascii_case(user);
    let is_pattern = ["user", "username", "login"].iter().any(|it| user.eq_ignore_ascii_case(it));
    if is_default && (is_pattern || url::is_nowhere(host)) {
        return None;
    }
    if !is_default && (placeholder::is_placeholder(value, "") || user.contains(['$', '{', '<'])) {
        return None;
    }
    let advice = if is_database { "database" } else { "sm" };
    Some(Found {
        format: Some("URL password".into()),
        well_known: is_default,
        replacement: replacement::sentence(advice).map(Cow::Borrowed),
        ..plain(part.range.clone(), value, kind, Certainty::Place)
    })
}

/// False for references, ciphertext and templates.
fn is_written_out(value: &str) -> bool {
    reference::parse(value).is_none()
        && reference::mixed(value).is_none()
        && !encrypted::is_ciphertext(value)
        && !value.contains("${")
        && !value.contains("%s")
        && !value.contains("{{")
        && !value.contains("$(")
}

/// The run of bytes from `start` that `is` accepts.
fn run(text: &str, start: usize, is: fn(u8) -> bool) -> Option<(Range<usize>, &str)> {
    let rest = text.get(start..)?;
    let len = rest.bytes().take(4096).take_while(|it| is(*it)).count();
    let range = start..start + len;
    text.get(range.clone()).map(|it| (range, it))
}

fn bearer(text: &str, start: usize) -> Option<Found> {
    let is = |it: u8| it.is_ascii_alphanumeric() || b"-._~+/=".contains(&it);
    let (range, value) = run(text, start, is)?;
    let is_real = value.len() >= 16
        && (strength::is_random(value) || is_long_hex(value))
        && !placeholder::is_placeholder(value, "")
        && text.as_bytes().get(range.end).is_none_or(|it| !b"{[(<$".contains(it));
    is_real.then(|| Found {
        format: Some("bearer token".into()),
        ..plain(range, value, CredentialKind::Token, Certainty::Place)
    })
}

/// `Basic <base64 of user:password>`.
fn basic(text: &str, start: usize) -> Option<Found> {
    let is = |it: u8| it.is_ascii_alphanumeric() || b"+/=_-".contains(&it);
    let (range, value) = run(text, start, is)?;
    if value.len() < 8 {
        return None;
    }
    let password = base64_password(value)?;
    let well_known = placeholder::is_well_known(&password);
    if !well_known && placeholder::is_placeholder(&password, "") || !is_written_out(&password) {
        return None;
    }
    Some(Found {
        format: Some("basic authentication".into()),
        well_known,
        decoded: vec!["base64".into()],
        ..plain(range, value, CredentialKind::Password, Certainty::Place)
    })
}

/// The password of a base64 `user:password`.
pub(crate) fn base64_password(value: &str) -> Option<String> {
    let pair = base64_text::decode_text(value)?;
    let (user, password) = pair.split_once(':')?;
    let is_pair = user.len() <= 256
        && !password.is_empty()
        && !pair.contains(['\n', '\t'])
        && user.chars().all(|it| it.is_ascii_graphic());
    is_pair.then(|| password.to_owned())
}

/// A signed URL: the signature, good until the date beside it.
fn signature(text: &str, hit: Range<usize>, mark: &str) -> Option<Found> {
    let starts = text.as_bytes().get(..hit.start)?.last();
    if starts.is_some_and(|it| it.is_ascii_alphanumeric()) {
        return None;
    }
    let is = |it: u8| it.is_ascii_alphanumeric() || b"%+/=_-".contains(&it);
    let (range, value) = run(text, hit.end, is)?;
    let query = query_around(text, &range);
    let (provider, advice, lifetime) = match mark {
        "sig=" => {
            url::parameter(query, "sp").or_else(|| url::parameter(query, "sr"))?;
            let lifetime = url::parameter(query, "se").and_then(url::date);
            ("Azure", "sas", lifetime)
        }
        _ => {
            let prefix = mark.strip_suffix("Signature=")?;
            let made = url::parameter(query, &format!("{prefix}Date")).and_then(url::date)?;
            let seconds: u64 = url::parameter(query, &format!("{prefix}Expires"))?.parse().ok()?;
            let days = std::time::Duration::from_secs(seconds / 86_400 * 86_400);
            let provider = if prefix == "X-Amz-" { "AWS" } else { "Google" };
            (provider, "presigned", made.checked_add(days).ok())
        }
    };
    if value.len() < 20 || placeholder::is_made_up(value, "\0") {
        return None;
    }
    Some(Found {
        provider: Some(provider.into()),
        format: Some(format!("{provider} signed URL").into()),
        expiry: Expiry {
            lifetime: lifetime.map_or(Lifetime::Unknown, Lifetime::Until),
            source: ExpirySource::Credential,
            ..Expiry::default()
        },
        replacement: replacement::sentence(advice).map(Cow::Borrowed),
        ..plain(range, value, CredentialKind::SharedAccessSignature, Certainty::Format)
    })
}

/// The query string that holds a range.
fn query_around<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    let ends = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | '<' | '>' | '?');
    let before = text.get(..range.start).unwrap_or_default();
    let before = before.get(ceiling_back(before, 2048)..).unwrap_or_default();
    let start = before.rfind(ends).map_or(0, |it| it + 1);
    let start = range.start - before.len() + start;
    let after = text.get(range.end..).unwrap_or_default();
    let end = range.end + after.find(ends).unwrap_or(after.len()).min(pem::floor(after, 2048));
    text.get(start..end).unwrap_or_default()
}

/// The first boundary at most `count` bytes before the end.
fn ceiling_back(text: &str, count: usize) -> usize {
    let from = text.len().saturating_sub(count);
    (from..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len())
}

/// `AccountKey=` and `SharedAccessKey=` of an Azure connection string.
fn azure_key(text: &str, start: usize, mark: &str) -> Option<Found> {
    let is = |it: u8| it.is_ascii_alphanumeric() || b"+/=".contains(&it);
    let (range, value) = run(text, start, is)?;
    let is_key = (40..=100).contains(&value.len()) && base64_text::decode(value).is_some();
    let name = match mark {
        "AccountKey=" => "storage",
        "Secret=" => "App Configuration",
        _ => "Service Bus",
    };
    (is_key && !placeholder::is_made_up(value, "\0")).then(|| Found {
        provider: Some("Azure".into()),
        format: Some(format!("Azure {name} connection string").into()),
        expiry: Expiry::never_by_kind(),
        replacement: replacement::sentence("azure").map(Cow::Borrowed),
        ..plain(range, value, CredentialKind::SharedKey, Certainty::Format)
    })
}

/// `Endpoint=https://….azconfig.io;Id=…;Secret=…`.
fn app_configuration_key(text: &str, hit: Range<usize>) -> Option<Found> {
    let before = text.get(..hit.start)?;
    let near = before.get(ceiling_back(before, 512)..)?;
    if !near.contains(".azconfig.") || !near.contains("Id=") {
        return None;
    }
    azure_key(text, hit.end, "Secret=")
}

/// `Password=…` in a connection string: other settings of one must stand beside it.
fn connection_password(text: &str, hit: Range<usize>) -> Option<Found> {
    let before = text.get(..hit.start)?;
    let line = before.get(ceiling_back(before, 512)..)?.rsplit('\n').next()?;
    let lower = line.to_ascii_lowercase();
    let separated = lower.trim_end_matches(['p', ' ']).ends_with([';', '\'', '"', '?', '&']);
    let after = text.get(hit.start..)?.lines().next().unwrap_or_default();
    let after = after.get(..pem::floor(after, 512)).unwrap_or_default().to_ascii_lowercase();
    let beside = [
        "server=",
        "host=",
        "data source=",
        "user id=",
        "uid=",
        "user=",
        "username=",
        "database=",
        "initial catalog=",
    ];
    // libpq: `host=… user=… password=…`, in any order, with blanks between.
    let is_libpq = lower.trim_end_matches('p').ends_with(' ')
        && ["host=", "dbname="].iter().any(|it| lower.contains(it) || after.contains(it))
        && !lower.contains("://");
    let is_listed = separated && beside.iter().any(|it| lower.contains(it)) && lower.contains(';');
    if !is_libpq && !is_listed {
        return None;
    }
    let is = |it: u8| !it.is_ascii_control() && !b";\"'` <>\\".contains(&it);
    let (range, value) = run(text, hit.end, is)?;
    let (range, value) = unbraced(range, value);
    let is_default = placeholder::is_well_known(value);
    let is_real = value.len() >= 4
        && is_written_out(value)
        && (is_default || !placeholder::is_placeholder(value, ""));
    is_real.then(|| Found {
        format: Some("connection string".into()),
        well_known: is_default,
        replacement: replacement::sentence("database").map(Cow::Borrowed),
        ..plain(range, value, CredentialKind::ConnectionString, Certainty::Place)
    })
}

/// ODBC puts braces around a value; a template puts them around a name.
fn unbraced(range: Range<usize>, value: &str) -> (Range<usize>, &str) {
    let inner = value.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    match inner.filter(|it| !it.contains(['{', '}']) && strength::is_human_password(it)) {
        Some(inner) => (range.start + 1..range.end - 1, inner),
        None => (range, value),
    }
}

/// `jdbc:oracle:thin:user/password@//host:1521/service`.
fn oracle_password(text: &str, start: usize) -> Option<Found> {
    let is = |it: u8| !it.is_ascii_control() && !b"\"'` <>\\".contains(&it);
    let (range, value) = run(text, start, is)?;
    let (login, _) = value.split_once('@')?;
    let (user, password) = login.split_once('/')?;
    let is_default = placeholder::is_well_known(password) || password.eq_ignore_ascii_case(user);
    let is_real = !user.is_empty()
        && password.len() >= 4
        && is_written_out(password)
        && (is_default || !placeholder::is_placeholder(password, ""));
    let from = range.start + user.len() + 1;
    is_real.then(|| Found {
        format: Some("connection string".into()),
        well_known: is_default,
        replacement: replacement::sentence("database").map(Cow::Borrowed),
        ..plain(
            from..from + password.len(),
            password,
            CredentialKind::ConnectionString,
            Certainty::Place,
        )
    })
}
