//! A text that must never be printed.

use std::fmt;

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
        assert_eq!(Secret::new("ghp_0123456789abcdef").redacted(), "ghp_…");
    }

    #[test]
    fn shows_nothing_of_a_short_secret() {
        assert_eq!(Secret::new("hunter2").redacted(), "…");
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(7 bytes)");
    }

    #[test]
    fn never_passes_a_control_character_on() {
        assert_eq!(Secret::new("\u{1b}[31mabcdefghijkl").redacted(), "…");
    }
}
