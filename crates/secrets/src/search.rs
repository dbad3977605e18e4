//! Many words, looked for in one pass.
//!
//! Most texts that are judged are short, and hardly any holds one of the words. An automaton over
//! the anchors of all formats takes hundreds of kilobytes, which no cache keeps from one text to
//! the next. How the words begin takes four, and rules out nearly every offset.

use std::ops::Range;

/// Words that are looked for together.
#[derive(Debug)]
pub(crate) struct Search {
    words: Vec<&'static str>,
    /// How many of them, from the first one, count only as they are written.
    exact: usize,
    /// A bit for each code of three bytes at which a word may stand.
    begins: Box<[u32]>,
    /// The words that may stand at each code of two bytes, shortest first.
    by_start: Box<[Vec<usize>]>,
}

/// A word in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Which of the words.
    pub(crate) word: usize,
    pub(crate) range: Range<usize>,
}

/// Bits of a byte that count in a code: those that a capital and its small letter share.
const BITS: u32 = 5;

/// The code of some bytes and the one after them, of which the last `count` count.
fn code(before: usize, next: u8, count: u32) -> usize {
    ((before << BITS) | (usize::from(next) % (1 << BITS))) % (1 << (BITS * count))
}

/// The codes of `count` bytes at which a word may stand: of all that go on where it ends.
fn codes(word: &str, count: u32) -> Vec<usize> {
    let mut bytes = word.bytes();
    (0..count).fold(vec![0], |codes, _| {
        let next = bytes.next().map_or(0..1 << BITS, |it| it..it + 1);
        codes.iter().flat_map(|all| next.clone().map(|it| code(*all, it, count))).collect()
    })
}

impl Search {
    /// Words as they are written, and after them others in either case of their letters.
    pub(crate) fn new(exact: &[&'static str], in_any_case: &[&'static str]) -> Self {
        let words = [exact, in_any_case].concat();
        let mut begins = vec![0_u32; 1 << (3 * BITS - 5)];
        let mut by_start = vec![Vec::new(); 1 << (2 * BITS)];
        for (index, word) in words.iter().enumerate() {
            for it in codes(word, 3) {
                begins.get_mut(it / 32).into_iter().for_each(|bits| *bits |= 1 << (it % 32));
            }
            for it in codes(word, 2) {
                by_start.get_mut(it).into_iter().for_each(|all: &mut Vec<_>| all.push(index));
            }
        }
        for all in &mut by_start {
            all.sort_by_key(|it| words.get(*it).map(|it| it.len()));
        }
        let (begins, by_start) = (begins.into(), by_start.into());
        Self { words, exact: exact.len(), begins, by_start }
    }

    /// Every occurrence of every word, in the order of their starts.
    pub(crate) fn hits<'s>(&'s self, text: &'s str) -> impl Iterator<Item = Hit> + 's {
        self.hits_from(text, 0)
    }

    /// The first occurrence of any word that begins at or after an offset.
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        self.hits_from(text, from).next().map(|it| it.range)
    }

    /// True when one of the words occurs.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }

    fn hits_from<'s>(&'s self, text: &'s str, from: usize) -> impl Iterator<Item = Hit> + 's {
        let text = text.as_bytes();
        let mut from = from;
        let starts = std::iter::from_fn(move || {
            let at = self.next(text, from)?;
            from = at + 1;
            Some(at)
        });
        starts.flat_map(move |at| self.at(text, at))
    }

    /// The first offset from this one at which a word may stand.
    fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let (first, rest) = rest.split_first()?;
        let (second, rest) = rest.split_first().unwrap_or((&0, &[]));
        let mut last = code(code(0, *first, 2), *second, 2);
        // The last words end with the text.
        let at = rest.iter().chain(&[0, 0]).position(|it| {
            last = code(last, *it, 3);
            self.begins.get(last / 32).is_some_and(|bits| (bits >> (last % 32)) & 1 == 1)
        })?;
        Some(from + at)
    }

    /// The words at an offset.
    fn at<'s>(&'s self, text: &'s [u8], at: usize) -> impl Iterator<Item = Hit> + 's {
        let rest = text.get(at..).unwrap_or_default();
        let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
        let words = self.by_start.get(code(code(0, byte(0), 2), byte(1), 2));
        words.into_iter().flatten().filter_map(move |index| {
            let word = self.words.get(*index)?;
            let stands = match *index >= self.exact {
                true => rest.get(..word.len())?.eq_ignore_ascii_case(word.as_bytes()),
                false => rest.starts_with(word.as_bytes()),
            };
            stands.then(|| Hit { word: *index, range: at..at + word.len() })
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &[":", "pw", "pass", "password", "word", "://", "ss-", "Q~", "s ", " x"];

    /// Held against every offset.
    fn slow(text: &str, exact: usize) -> Vec<Hit> {
        let mut hits = Vec::new();
        for at in 0..text.len() {
            let mut found: Vec<Hit> = (0..)
                .zip(WORDS)
                .filter(|(index, word)| match text.get(at..at + word.len()) {
                    Some(it) if *index >= exact => it.eq_ignore_ascii_case(word),
                    it => it == Some(**word),
                })
                .map(|(index, word)| Hit { word: index, range: at..at + word.len() })
                .collect();
            found.sort_by_key(|it| it.range.end);
            hits.extend(found);
        }
        hits
    }

    proptest! {
        #[test]
        fn nothing_is_missed(text in "(pass|word|pw|:|//|Q|~|s|-| |x|P|W|é|@|`){0,12}") {
            for exact in [0, 5, WORDS.len()] {
                let (cased, any) = WORDS.split_at(exact);
                let search = Search::new(cased, any);
                let hits = slow(&text, exact);
                prop_assert_eq!(search.is_in(&text), !hits.is_empty());
                for from in 0..=text.len() {
                    let first = hits.iter().find(|it| it.range.start >= from);
                    prop_assert_eq!(search.find(&text, from), first.map(|it| it.range.clone()));
                }
                prop_assert_eq!(search.hits(&text).collect::<Vec<_>>(), hits);
            }
        }
    }
}
