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
    WELL_KNOWN.binary_search(&lower.as_str()).is_ok() || is_dressed_up(&lower)
}

/// `P@ssw0rd1234!`: the first word everybody tries, with the digits and the symbol that a
/// policy asks for.
fn is_dressed_up(lower: &str) -> bool {
    const STEMS: &[&str] = &["password", "admin", "welcome", "changeme", "qwerty", "letmein"];
    let letters: String = lower
        .chars()
        .map(|it| match it {
            '@' | '4' => 'a',
            '0' => 'o',
            '$' | '5' => 's',
            '3' => 'e',
            _ => it,
        })
        .collect();
    STEMS.iter().any(|stem| {
        letters.starts_with(stem)
            && lower
                .get(stem.len()..)
                .is_some_and(|it| it.len() <= 6 && !it.bytes().any(|it| it.is_ascii_alphabetic()))
    })
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
        || counts_up(&lower)
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
        || counts_up(&lower)
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

/// True when half of the text or more counts up or down: `1234567890abcdef`, `zyxwvuts`.
fn counts_up(text: &str) -> bool {
    let mut bytes = text.as_bytes().to_vec();
    let up = counts(&bytes);
    bytes.reverse();
    up || counts(&bytes)
}

fn counts(bytes: &[u8]) -> bool {
    let (mut at, mut counted) = (0, 0);
    while at < bytes.len() {
        let run = sequence_at(bytes, at).max(1);
        counted += if run >= 6 { run } else { 0 };
        at += run;
    }
    counted >= 10 && counted * 2 >= bytes.len()
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
    let words = words::split(value);
    // Names of products are no ordinary words, but between `your` and `here` they are words.
    let addresses = words.iter().any(|it| ADDRESSING.contains(&it.as_str()));
    for word in words {
        let is_crossed_out = word.len() >= 3 && word.bytes().all(|it| it == b'x');
        let tells = TELLING.binary_search(&word.as_str()).is_ok();
        told |= is_crossed_out || tells;
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        all += word.len();
        let reads = addresses && is_readable(&word) || words::is_ordinary(&word);
        if is_crossed_out || tells || letters == word.len() && reads {
            known += word.len();
        }
    }
    told && known * 10 >= all * 6
}

fn is_readable(word: &str) -> bool {
    (3..=12).contains(&word.len()) && word.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// Words that only an instruction contains.
const ADDRESSING: &[&str] =
    &["your", "here", "insert", "enter", "paste", "replace", "placeholder", "change"];

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
            "YOUR_FIRECRAWL_KEY_HERE",
            "abcdef.0123456789abcdef",
        ] {
            assert!(is_placeholder(value, ""), "{value}");
        }
        assert!(is_placeholder("github-token", "GITHUB_TOKEN"));
    }

    #[test]
    fn dressing_a_word_up_changes_nothing() {
        for value in ["P@ssw0rd1234!", "Password1234!", "Admin@2024", "welcome1!"] {
            assert!(is_well_known(value), "{value}");
        }
        assert!(!is_well_known("PasswordManager7"));
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
