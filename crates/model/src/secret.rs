//! A text that must never be printed.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;

/// A literal credential. It can be compared and redacted; it cannot be shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(Box<str>);

/// Characters of a secret that output may show.
const SHOWN: usize = 4;

/// Shorter secrets are hidden whole: four characters of ten give too much away.
const SHORTEST_SHOWN: usize = 12;

impl Secret {
    /// Wraps a literal.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The first characters and an ellipsis, or only the ellipsis for a short secret.
    pub fn redacted(&self) -> String {
        if self.0.chars().count() < SHORTEST_SHOWN {
            return "…".to_owned();
        }
        let mut shown: String =
            self.0.chars().take(SHOWN).take_while(|it| it.is_ascii_graphic()).collect();
        // The dashes that begin every PEM block tell nobody which one it is.
        if shown.bytes().all(|it| it.is_ascii_punctuation()) {
            shown.clear();
        }
        shown.push('…');
        shown
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True for the empty text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when `text` contains this secret: lets output be checked without showing it.
    pub fn occurs_in(&self, text: &str) -> bool {
        !self.0.is_empty() && text.contains(&*self.0)
    }
}

/// Finds many secrets in texts, so that output can be masked.
#[derive(Debug)]
pub struct SecretFinder<'a> {
    secrets: Vec<&'a Secret>,
    /// `None` when there is nothing to find, or too much for a search.
    beginnings: Option<AhoCorasick>,
    /// What each beginning goes on with: the whole text, and whose it is.
    forms: Vec<(Cow<'a, str>, usize)>,
}

/// Bytes of a secret that are searched for; the rest is compared where they stand. Keys have
/// thousands of bytes, and tell themselves from each other early.
const SEARCHED: usize = 24;

impl<'a> SecretFinder<'a> {
    /// Looks for each secret as it is, and as a quoted string writes it, with escapes.
    pub fn new(secrets: Vec<&'a Secret>) -> Self {
        let mut forms: Vec<(Cow<'a, str>, usize)> = Vec::new();
        for (at, secret) in secrets.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
            let escaped: String = secret.0.chars().flat_map(char::escape_debug).collect();
            if escaped != *secret.0 {
                forms.push((escaped.into(), at));
            }
            forms.push((Cow::Borrowed(&secret.0), at));
        }
        let beginning = |it: &(Cow<'a, str>, usize)| it.0.bytes().take(SEARCHED).collect();
        let beginnings: Vec<Vec<u8>> = forms.iter().map(beginning).collect();
        let beginnings = AhoCorasick::new(beginnings).ok().filter(|_| !forms.is_empty());
        Self { secrets, beginnings, forms }
    }

    /// The byte ranges of a text in which secrets stand, with whose they are; overlaps and
    /// repetitions are possible.
    pub fn find(&self, text: &str) -> Vec<(Range<usize>, &'a Secret)> {
        let Some(beginnings) = &self.beginnings else { return Vec::new() };
        let whole = |found: aho_corasick::Match| {
            let (form, at) = self.forms.get(found.pattern().as_usize())?;
            let rest = text.as_bytes().get(found.start()..)?;
            let range = found.start()..found.start() + form.len();
            let secret = self.secrets.get(*at)?;
            rest.starts_with(form.as_bytes()).then_some((range, *secret))
        };
        beginnings.find_overlapping_iter(text).filter_map(whole).collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_short_prefix_of_a_long_secret() {
        assert_eq!(Secret::new("ghp_FAKE0123456789").redacted(), "ghp_…");
        assert_eq!(Secret::new("-----BEGIN PRIVATE KEY-----").redacted(), "…");
    }

    #[test]
    fn shows_nothing_of_a_short_secret() {
        assert_eq!(Secret::new("hunter2").redacted(), "…");
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(7 bytes)");
    }

    #[test]
    fn is_found_as_written_and_escaped() {
        let long = format!("{}\nEND", "k".repeat(SEARCHED + 9));
        let secrets = [Secret::new("ab\"cd"), Secret::new(""), Secret::new(&*long)];
        let finder = SecretFinder::new(secrets.iter().collect());
        let ranges = |text: &str| -> Vec<(usize, usize)> {
            finder.find(text).into_iter().map(|(it, _)| (it.start, it.end)).collect()
        };
        assert_eq!(ranges("x ab\"cd y"), [(2, 7)]);
        assert_eq!(ranges("x ab\\\"cd y"), [(2, 8)]);
        assert_eq!(ranges(&format!("-{long}-")), [(1, long.len() + 1)]);
        assert!(ranges(&format!("-{}-", "k".repeat(SEARCHED + 9))).is_empty());
        assert_eq!(ranges("ab\"cdab\"cd"), [(0, 5), (5, 10)]);
        assert!(SecretFinder::new(Vec::new()).find("x").is_empty());
    }

    #[test]
    fn never_passes_a_control_character_on() {
        assert_eq!(Secret::new("\u{1b}[31mabcdefghijkl").redacted(), "…");
    }
}
