//! Words: how a name falls into them, and how far a text is from being made of them.

use std::ops::Range;
use std::sync::OnceLock;

const ORDINARY: &str = include_str!("../data/words.txt");

/// The words of a name or value in lower case: split at everything that is no letter or digit,
/// at humps, and between letters and digits.
pub(crate) fn split(text: &str) -> Vec<String> {
    Words::of(text).iter().map(str::to_owned).collect()
}

/// The last word as [`split`] tells them, as it is written. `None` when there is none, and for a
/// text that is not ASCII.
pub(crate) fn last(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let end = bytes.iter().rposition(u8::is_ascii_alphanumeric)? + 1;
    let start = (0..end).rev().find(|it| begins_word(bytes, *it))?;
    text.is_ascii().then(|| text.get(start..end))?
}

/// True when a letter or digit of an ASCII text is the first of a word.
fn begins_word(text: &[u8], at: usize) -> bool {
    let Some(last) = at.checked_sub(1).and_then(|it| text.get(it)) else { return true };
    let Some(it) = text.get(at) else { return false };
    let is_hump = it.is_ascii_uppercase()
        && (last.is_ascii_lowercase()
            || last.is_ascii_uppercase() && text.get(at + 1).is_some_and(u8::is_ascii_lowercase));
    is_hump || !last.is_ascii_alphanumeric() || last.is_ascii_digit() != it.is_ascii_digit()
}

/// Words as [`split`] tells them, in one text.
pub(crate) struct Words {
    lower: String,
    ranges: Vec<Range<usize>>,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        if text.is_ascii() { Self::of_ascii(text) } else { Self::of_any(text) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.ranges.iter().filter_map(|it| self.lower.get(it.clone()))
    }

    /// As [`Self::of_any`]; nearly all names are ASCII, and each value has one.
    fn of_ascii(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut start = 0;
        let mut add = |range: Range<usize>| {
            if !range.is_empty() {
                ranges.push(range);
            }
        };
        for (at, it) in bytes.iter().enumerate() {
            if !it.is_ascii_alphanumeric() {
                add(start..at);
                start = at + 1;
            } else if begins_word(bytes, at) {
                add(start..at);
                start = at;
            }
        }
        add(start..bytes.len());
        Self { lower: text.to_ascii_lowercase(), ranges }
    }

    fn of_any(text: &str) -> Self {
        let mut words = Self { lower: String::with_capacity(text.len()), ranges: Vec::new() };
        let mut start = 0;
        let mut chars = text.chars().peekable();
        let mut last = ' ';
        while let Some(it) = chars.next() {
            let next_is_lower = chars.peek().is_some_and(|it| it.is_lowercase());
            let begins = !last.is_alphanumeric()
                || last.is_ascii_digit() != it.is_ascii_digit()
                || it.is_uppercase()
                    && (last.is_lowercase() || next_is_lower && last.is_uppercase());
            if begins {
                words.end(start);
                start = words.lower.len();
            }
            if it.is_alphanumeric() {
                words.lower.extend(it.to_lowercase());
            }
            last = it;
        }
        words.end(start);
        words
    }

    /// Ends the word that began at `start`.
    fn end(&mut self, start: usize) {
        if start < self.lower.len() {
            self.ranges.push(start..self.lower.len());
        }
    }
}

/// True for a word of the list, or one that reads like one.
pub(crate) fn is_ordinary(word: &str) -> bool {
    model().words.binary_search(&word).is_ok() || word.len() >= 3 && surprise(word) < READABLE
}

/// True for a word of the list itself.
pub(crate) fn is_listed(word: &str) -> bool {
    model().words.binary_search(&word).is_ok()
}

/// Below this many bits a character, letters read like a word.
const READABLE: f32 = 4.6;

/// Mean bits a character that the text surprises somebody who knows words and how names are
/// written. Words lie near 4, random letters and digits above 6.
pub(crate) fn surprise(text: &str) -> f32 {
    let model = model();
    let mut bits = 0.0;
    let mut count = 0.0_f32;
    let mut last = EDGE;
    let mut last_char = ' ';
    for it in text.chars() {
        let symbol = symbol(it);
        bits += model.bits[last][symbol];
        if is_odd_case(last_char, it) {
            bits += ODD_CASE;
        }
        last = symbol;
        last_char = it;
        count += 1.0;
    }
    if count == 0.0 { 0.0 } else { bits / count }
}

/// Extra bits for a letter after a digit and for a capital after a small letter: both are rare
/// in names and common in random text.
const ODD_CASE: f32 = 1.5;

fn is_odd_case(last: char, it: char) -> bool {
    last.is_ascii_digit() && it.is_ascii_alphabetic()
        || last.is_ascii_lowercase() && it.is_ascii_uppercase()
}

const DIGIT: usize = 26;
const EDGE: usize = 27;
const OTHER: usize = 28;
const SYMBOLS: usize = 29;

fn symbol(it: char) -> usize {
    match it {
        'a'..='z' => usize::from(it as u8 - b'a'),
        'A'..='Z' => usize::from(it as u8 - b'A'),
        '0'..='9' => DIGIT,
        '-' | '_' | '.' | '/' | ' ' | ':' => EDGE,
        _ => OTHER,
    }
}

struct Model {
    words: Vec<&'static str>,
    bits: [[f32; SYMBOLS]; SYMBOLS],
}

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let mut words: Vec<&'static str> = ORDINARY.split_whitespace().collect();
        words.sort_unstable();
        words.dedup();
        let bits = bits(&words);
        Model { words, bits }
    })
}

/// Bits of every pair of neighbours, counted in the word list and smoothed.
fn bits(words: &[&str]) -> [[f32; SYMBOLS]; SYMBOLS] {
    // A little of everything, so that no pair is impossible.
    let mut counts = [[0.15_f32; SYMBOLS]; SYMBOLS];
    for word in words {
        let mut last = EDGE;
        for it in word.chars() {
            let symbol = symbol(it);
            counts[last][symbol] += 1.0;
            last = symbol;
        }
        counts[last][EDGE] += 1.0;
    }
    // Names carry numbers at their ends (`node-2`, `v1`): common after an edge or a digit.
    for row in &mut counts {
        let all: f32 = row.iter().sum();
        row[DIGIT] += all * 0.02;
    }
    counts[EDGE][DIGIT] += counts[EDGE].iter().sum::<f32>() * 0.15;
    counts[DIGIT][EDGE] += 10.0;
    counts[DIGIT][DIGIT] += 10.0;
    let mut bits = [[0.0_f32; SYMBOLS]; SYMBOLS];
    for (row, out) in counts.iter().zip(bits.iter_mut()) {
        let all: f32 = row.iter().sum();
        for (count, out) in row.iter().zip(out.iter_mut()) {
            *out = -(count / all).log2();
        }
    }
    // A digit is one of ten, a symbol one of many.
    for row in &mut bits {
        row[DIGIT] += 3.3;
        row[OTHER] += 2.0;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Words, last};

    proptest! {
        #[test]
        fn both_ways_to_split_agree(text in "[ -~]{0,24}|[A-Za-z0-9_]{0,24}") {
            let (ascii, any) = (Words::of_ascii(&text), Words::of_any(&text));
            prop_assert!(ascii.iter().eq(any.iter()));
            let last = last(&text).map(str::to_ascii_lowercase);
            prop_assert_eq!(last.as_deref(), ascii.iter().last());
        }
    }
}
