//! Stand-ins: values that a person was meant to replace, printed examples, and the words that
//! everybody tries first.
//!
//! Words count only as whole words. A random value may well contain `foo`; it does not consist
//! of `foo`.

use crate::words;

/// True for a value that was never meant to be used: `<your-token>`, `changeme`, `xxxx`,
/// `sk-...`, a key that a vendor prints in its documentation.
pub(crate) fn is_placeholder(value: &str, key: &str) -> bool {
    let value = value.trim();
    is_bracketed(value)
        || is_filler(value)
        || is_published(value)
        || is_key_itself(value, key)
        || value.contains("...")
        || value.contains('…')
        || value.contains("***")
        || is_worded(value)
        || is_well_known(value)
}

/// True for a word that works as a password where it is deployed, because it is the default of
/// the software or the first thing anybody types. Instructions to the reader (`your-password`,
/// `replace-me`) are not among them: they are placeholders wherever they stand.
pub(crate) fn is_well_known(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    WELL_KNOWN.binary_search(&lower.as_str()).is_ok()
}

/// True for a key that documentation prints; it opens nothing, or only an emulator.
pub(crate) fn is_published(value: &str) -> bool {
    PUBLISHED.contains(&value)
}

/// True when the body of a well-formed token is plainly made up.
pub(crate) fn is_made_up(token: &str, anchor: &str) -> bool {
    let body = token.replacen(anchor, "", 1);
    let lower = body.to_ascii_lowercase();
    ["example", "placeholder", "changeme", "redacted"].iter().any(|it| lower.contains(it))
        || has_run(&lower, 6)
        || has_sequence(&lower, 10)
        || is_published(token)
        || is_worded(&body)
}

/// `<…>`, `[…]`, also after a prefix: `ghp_<token>`.
fn is_bracketed(value: &str) -> bool {
    let wraps = |open: char, close: char| {
        value.starts_with(open) && value.ends_with(close) && value.len() > 1
    };
    let inner = value.split_once('<').and_then(|(_, rest)| rest.split_once('>')).is_some_and(
        |(inner, _)| {
            !inner.is_empty()
                && inner.bytes().all(|it| it.is_ascii_alphanumeric() || b" _-./:'".contains(&it))
        },
    );
    inner || wraps('[', ']') && !value.contains('"') || wraps('<', '>')
}

/// One character again and again, dots, or counting up.
fn is_filler(value: &str) -> bool {
    let mut letters = value.chars().filter(|it| !matches!(it, '-' | '_' | '.' | ' ' | '/'));
    let Some(first) = letters.next() else { return !value.is_empty() };
    let is_one = letters.all(|it| it.eq_ignore_ascii_case(&first)) && value.chars().count() > 2;
    let lower = value.to_ascii_lowercase();
    is_one
        || lower == "deadbeef"
        || lower.len() >= 4 && sequence_at(lower.as_bytes(), 0) == lower.len()
        || has_sequence(&lower, 10)
}

fn has_run(text: &str, least: usize) -> bool {
    let mut run = 0;
    let mut last = None;
    text.bytes().any(|it| {
        run = if last == Some(it) { run + 1 } else { 1 };
        last = Some(it);
        run >= least
    })
}

/// True when the text counts up (`123456…`, `abcdef…`) for a while.
fn has_sequence(text: &str, least: usize) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let run = sequence_at(bytes, at);
        if run >= least {
            return true;
        }
        at += run.max(1);
    }
    false
}

fn sequence_at(bytes: &[u8], at: usize) -> usize {
    let Some(rest) = bytes.get(at..) else { return 0 };
    let follows = |pair: &[u8]| match pair {
        [b'9', b'0' | b'a'] => true,
        [a, b] => a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() && a + 1 == *b,
        _ => false,
    };
    1 + rest.windows(2).take_while(|it| follows(it)).count()
}

/// `GITHUB_TOKEN: github-token`: the key again.
fn is_key_itself(value: &str, key: &str) -> bool {
    let plain = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|it| it.to_ascii_lowercase())
            .collect::<String>()
    };
    !key.is_empty() && plain(value) == plain(key)
}

/// True when the words of the value tell the reader to put something else here. At least six
/// of ten letters must belong to ordinary words, so that a random tail counts.
fn is_worded(value: &str) -> bool {
    let (mut told, mut known, mut all) = (false, 0, 0);
    for word in words::split(value) {
        let is_crossed_out = word.len() >= 3 && word.bytes().all(|it| it == b'x');
        let tells = TELLING.binary_search(&word.as_str()).is_ok();
        told |= is_crossed_out || tells;
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        all += word.len();
        if is_crossed_out || tells || letters == word.len() && words::is_ordinary(&word) {
            known += word.len();
        }
    }
    told && known * 10 >= all * 6
}

/// Words that address the reader. Sorted.
const TELLING: &[&str] = &[
    "actual",
    "bar",
    "censored",
    "change",
    "changeit",
    "changeme",
    "dummy",
    "enter",
    "example",
    "examplekey",
    "fake",
    "fill",
    "fixme",
    "foo",
    "foobar",
    "goes",
    "here",
    "hidden",
    "insert",
    "masked",
    "mock",
    "my",
    "mykey",
    "mytoken",
    "notarealkey",
    "notarealpassword",
    "notneeded",
    "notset",
    "notused",
    "obtain",
    "paste",
    "placeholder",
    "redacted",
    "removed",
    "replace",
    "replaceme",
    "sample",
    "set",
    "tbd",
    "todo",
    "undefined",
    "unset",
    "update",
    "your",
    "yourapikey",
    "yourkey",
    "yourpassword",
    "yoursecret",
    "yourtoken",
];

/// Words that open things. Sorted.
const WELL_KNOWN: &[&str] = &[
    "111111",
    "123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "abc123",
    "admin",
    "admin123",
    "admin@123",
    "adminadmin",
    "administrator",
    "adminpassword",
    "bitnami",
    "calvin",
    "change-it",
    "change-me",
    "change_it",
    "change_me",
    "changeit",
    "changeme",
    "changeme123",
    "correct-horse",
    "default",
    "demo",
    "docker",
    "elastic",
    "grafana",
    "guest",
    "hunter2",
    "keycloak",
    "letmein",
    "mariadb",
    "minio",
    "minio123",
    "minioadmin",
    "mongo",
    "mongodb",
    "mypassword",
    "mysecret",
    "mysecretpassword",
    "mysql",
    "neo4j",
    "oracle",
    "p@ssw0rd",
    "p@ssword",
    "pass",
    "pass123",
    "passw0rd",
    "passw0rd!",
    "password",
    "password!",
    "password1",
    "password123",
    "passwort",
    "postgres",
    "postgresql",
    "prom-operator",
    "qwerty",
    "qwerty123",
    "rabbitmq",
    "raspberry",
    "redis",
    "root",
    "root123",
    "rootpassword",
    "rootroot",
    "sa",
    "secret",
    "secret123",
    "secretpassword",
    "supersecret",
    "superuser",
    "sysadmin",
    "temp",
    "test",
    "test123",
    "test1234",
    "testing",
    "testpassword",
    "testtest",
    "toor",
    "ubuntu",
    "user",
    "user123",
    "username",
    "userpassword",
    "vagrant",
    "welcome",
    "welcome1",
    "welcome123",
];

/// Printed by vendors. In parts, so that this file is no finding of another scanner.
const PUBLISHED: &[&str] = &[
    concat!("AKIA", "IOSFODNN7EXAMPLE"),
    concat!("AKIA", "I44QH8DHBEXAMPLE"),
    concat!("ASIA", "IOSFODNN7EXAMPLE"),
    concat!("wJalrXUtnFEMI", "/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    concat!("je7MtGbClwBF", "/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"),
    concat!("sk_test_", "4eC39HqLyjWDarjtT1zdp7dc"),
    concat!("sk_test_", "BQokikJOvBiI2HlWgH4olfQ2"),
    concat!("pk_test_", "TYooMQauvdEDq54NiTphI7jx"),
    concat!(
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
        "/K1SZFPTOtr/KBHBeksoGMGw=="
    ),
    concat!(
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw",
        "/Jw=="
    ),
    "abcdef.0123456789abcdef",
    "07401b.f395accd246ae52d",
    "014df517-39d1-4453-b7b3-9930c563627c",
    "sk-1234",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(TELLING.is_sorted());
        assert!(WELL_KNOWN.is_sorted());
    }

    #[test]
    fn knows_stand_ins() {
        for value in [
            "<your-token>",
            "YOUR_API_KEY",
            "your-api-key-here",
            "replace-with-real-value",
            "xxxxxxxx",
            "ghp_xxxxxxxxxxxx",
            "sk-...",
            "sk-ant-api03-your-key-here",
            "****",
            "changeme",
            "CHANGE_ME",
            "TODO",
            "[token]",
            "00000000",
            "12345678",
            "abcdefgh",
            "insert token here",
            "ghp_<token>",
            "YourPasswordHere",
            "my-secret-token",
            "sk-proj-xxxx",
            "…",
            "example-password",
            "foo",
            "foobar",
            "hunter2",
            "dummy-key",
            "xxxx-xxxx-xxxx",
            "abcdef.0123456789abcdef",
        ] {
            assert!(is_placeholder(value, ""), "{value}");
        }
        assert!(is_placeholder("github-token", "GITHUB_TOKEN"));
    }

    #[test]
    fn a_random_value_may_contain_a_word() {
        for value in [
            "Nil1Jiifoov6hook",
            "kT9foo2mQx81",
            "Kestrel@2023",
            "correcthorsebatterystaple",
            "your8Kd93jXq02LmZ71pQ",
            "b7Qexample9",
            "tr0ub4dor&3",
        ] {
            assert!(!is_placeholder(value, ""), "{value}");
        }
    }
}
