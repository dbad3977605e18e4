//! A text that must never be printed.

use std::fmt;
use std::ops::Range;

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

    /// Where this secret stands in `text`, as byte ranges: lets output be masked. Also finds
    /// it as a quoted string writes it, with escapes.
    pub fn find_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.0.is_empty() {
            return found;
        }
        let escaped: String = self.0.chars().flat_map(char::escape_debug).collect();
        let forms = [&*self.0, escaped.as_str()];
        let count = if escaped == *self.0 { 1 } else { 2 };
        for form in forms.into_iter().take(count) {
            found.extend(text.match_indices(form).map(|(at, it)| at..at + it.len()));
        }
        found
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
    }

    #[test]
    fn shows_nothing_of_a_short_secret() {
        assert_eq!(Secret::new("hunter2").redacted(), "…");
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(7 bytes)");
    }

    #[test]
    fn is_found_as_written_and_escaped() {
        let secret = Secret::new("ab\"cd");
        assert_eq!(secret.find_in("x ab\"cd y").first(), Some(&(2..7)));
        assert_eq!(secret.find_in("x ab\\\"cd y").first(), Some(&(2..8)));
        assert!(Secret::new("").find_in("x").is_empty());
    }

    #[test]
    fn never_passes_a_control_character_on() {
        assert_eq!(Secret::new("\u{1b}[31mabcdefghijkl").redacted(), "…");
    }
}
