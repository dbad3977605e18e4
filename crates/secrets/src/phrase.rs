//! Words that a person chose as a password, told from words that name a thing.
//!
//! `AnchorRocket3956`, `Canal-garden-11` and `violet lunar kettle thimble` are passwords where a
//! key says so; `grafana-admin-credentials` and `the one you chose` are not.

use crate::{name, words};

/// Words that hold a sentence together. Nobody picks them for a passphrase. Sorted.
const SENTENCE: &[&str] = &[
    "above",
    "and",
    "any",
    "are",
    "ask",
    "been",
    "below",
    "but",
    "can",
    "characters",
    "contact",
    "could",
    "does",
    "empty",
    "every",
    "for",
    "from",
    "get",
    "has",
    "have",
    "her",
    "here",
    "his",
    "how",
    "into",
    "its",
    "least",
    "like",
    "long",
    "may",
    "must",
    "never",
    "not",
    "one",
    "only",
    "our",
    "per",
    "please",
    "same",
    "see",
    "shall",
    "should",
    "than",
    "that",
    "the",
    "their",
    "then",
    "there",
    "they",
    "this",
    "used",
    "using",
    "was",
    "when",
    "where",
    "which",
    "who",
    "will",
    "with",
    "would",
    "you",
    "your",
];

/// At least three words with one mark between them: four or more, of which at most a few are
/// words of configuration, or three of which none is. Names of things are made of those.
pub(crate) fn is_passphrase(value: &str) -> bool {
    let mut marks = value.chars().filter(|it| !it.is_ascii_alphanumeric());
    let first = marks.next();
    if !marks.all(|it| Some(it) == first) {
        return false;
    }
    let words = words::split(value);
    let numbers = words.iter().filter(|it| is_number(it)).count();
    let letters: Vec<&str> = words.iter().map(String::as_str).filter(|it| !is_number(it)).collect();
    let is_plain =
        |it: &&str| it.len() >= 3 && it.bytes().all(|it| it.is_ascii_lowercase()) && !reads(it);
    let listed = letters.iter().filter(|it| words::is_listed(it)).count();
    numbers <= 1 && letters.iter().all(is_plain) && most_listed(letters.len()) >= Some(listed)
}

/// True when words of configuration are among those of a passphrase: it may name a thing.
pub(crate) fn is_of_configuration(value: &str) -> bool {
    words::split(value).iter().any(|it| words::is_listed(it))
}

/// So many words of configuration may stand among so many words.
fn most_listed(words: usize) -> Option<usize> {
    match words {
        0..=2 => None,
        3 => Some(0),
        4 => Some(1),
        5 => Some(2),
        // Words of a wallet are common ones.
        _ => Some(words / 3),
    }
}

fn reads(word: &str) -> bool {
    SENTENCE.binary_search(&word).is_ok()
}

fn is_number(word: &str) -> bool {
    word.len() <= 4 && word.bytes().all(|it| it.is_ascii_digit())
}

/// `kestrel`, `winter2024`, `AnchorRocket3956`, `Canal-garden-11`, `Gl4ss.Onion`: a word that is
/// no word of configuration, or words with a number that are not written as names are.
pub(crate) fn is_chosen_name(value: &str) -> bool {
    if value.len() < 6 || value.contains(char::is_whitespace) {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let has_hump = value.bytes().skip(1).any(|it| it.is_ascii_uppercase());
    let is_one = value.bytes().all(|it| it.is_ascii_alphanumeric());
    if is_one && !has_hump && (digits >= 2 || digits == 0) {
        return digits >= 2 || !words::is_listed(value);
    }
    if digits == 0 || names_a_thing(value) {
        return false;
    }
    let number = value.bytes().rev().take_while(u8::is_ascii_digit).count();
    let is_numbered = (2..=6).contains(&number) && number == digits;
    let is_capital = value.starts_with(|it: char| it.is_ascii_uppercase());
    let has_small = value.bytes().any(|it| it.is_ascii_lowercase());
    // `bright-otter-4` and `kestrel.7` are what hosts and releases are called.
    let is_dressed = is_one || is_capital || has_hump || is_numbered;
    has_small && (is_numbered && is_capital || is_dressed && is_foreign(value))
}

/// True when a word of some length is no word of configuration.
fn is_foreign(value: &str) -> bool {
    let words = words::split(value);
    words.iter().any(|it| it.len() >= 3 && !is_number(it) && !words::is_listed(it))
}

/// `aws-secret-access-key-2`, `Token_01`: it says itself what it names.
fn names_a_thing(value: &str) -> bool {
    matches!(name::head(value), name::Head::Credential(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted() {
        assert!(SENTENCE.is_sorted());
    }

    #[test]
    fn words_that_were_chosen() {
        for value in [
            "kestrel",
            "mynewpassword",
            "winter2024",
            "AnchorRocket3956",
            "MeadowOrange94",
            "Kestrel-2041",
            "Canal-garden-11",
            "thunder-zephyr42",
            "pa55TheSalt",
            "LokomotivA5",
            "Sonn3nschein",
            "wombat7",
            "Gl4ss.Onion68",
            "p12-Basilisk",
        ] {
            assert!(is_chosen_name(value), "{value}");
        }
    }

    #[test]
    fn words_that_name_a_thing() {
        for value in [
            "grafana-admin",
            "postgres-15",
            "kestrel-db-1",
            "SCRAM-SHA-512",
            "redis2",
            "Sha1",
            "db-node-01",
            "AppToken01",
            "primary",
            "oauth2Client",
            "TypeScript",
        ] {
            assert!(!is_chosen_name(value), "{value}");
        }
    }

    #[test]
    fn phrases_that_were_chosen() {
        for value in [
            "harbor-velvet-walnut-ember",
            "violet lunar silver kettle",
            "walnut_barrel_zephyr",
            "silver-lunar-saddle-stone-signal",
            "harbor-velvet-walnut-ember-42",
            "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
        ] {
            assert!(is_passphrase(value), "{value}");
        }
    }

    #[test]
    fn sentences_and_names_are_no_phrases() {
        for value in [
            "the one you chose",
            "must contain twelve characters",
            "shop-database-password-prod",
            "my-cluster-admin",
            "red-hat-openshift",
            "enter the passphrase",
            "kestrel-harbor",
        ] {
            assert!(!is_passphrase(value), "{value}");
        }
    }
}
