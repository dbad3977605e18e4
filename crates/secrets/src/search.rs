//! Many words, looked for in one pass.
//!
//! Most texts that are judged are short, and hardly any holds one of the words. An automaton over
//! the anchors of all formats takes hundreds of kilobytes, which no cache keeps from one text to
//! the next. How the words begin takes eight, and rules out nearly every offset.

use std::ops::{ControlFlow, Range};

/// Words that are looked for together.
#[derive(Debug)]
pub(crate) struct Search {
    words: Vec<&'static str>,
    /// The codes of the first three bytes at which a word may stand.
    begins: Codes,
    /// The codes of the second, third and fourth byte there.
    goes_on: Codes,
    /// Where in `starts` the words stand that begin with a code of two bytes.
    by_pair: Box<[Range<u16>]>,
    /// Shortest first.
    starts: Box<[Start]>,
}

/// How a word begins.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// Its first bytes, and which of them it has.
    bytes: u32,
    mask: u32,
    word: u16,
    in_any_case: bool,
}

/// A set of codes of three bytes.
#[derive(Debug)]
struct Codes(Box<[u32]>);

/// A word in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Which of the words.
    pub(crate) word: usize,
    pub(crate) range: Range<usize>,
}

/// Bits of a byte that count in a code: those that a capital and its small letter share.
const BITS: u32 = 5;

/// What a capital lacks of its small letter, in four bytes.
const SMALL: u32 = 0x2020_2020;

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

/// The first four bytes, with zeros behind the last one.
fn first_bytes(text: &[u8]) -> u32 {
    match text.first_chunk() {
        Some(bytes) => u32::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |all, it| (all << 8) | u32::from(*it)),
    }
}

impl Codes {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut bits = vec![0_u32; 1 << (3 * BITS - 5)];
        for code in words.flat_map(|it| codes(it, 3)) {
            bits.get_mut(code / 32).into_iter().for_each(|it| *it |= 1 << (code % 32));
        }
        Self(bits.into())
    }

    fn has(&self, code: usize) -> bool {
        self.0.get(code / 32).is_some_and(|it| (it >> (code % 32)) & 1 == 1)
    }
}

impl Start {
    fn of(index: u16, word: &str, in_any_case: bool) -> Self {
        let bytes = first_bytes(word.as_bytes());
        let mask = word.bytes().take(4).fold(0, |mask, _| (mask << 8) | 0xff);
        let bytes = if in_any_case { (bytes | SMALL) & mask } else { bytes };
        Self { bytes, mask, word: index, in_any_case }
    }

    /// True for the first bytes of a text in which the word may stand there.
    fn fits(self, bytes: u32) -> bool {
        let bytes = if self.in_any_case { bytes | SMALL } else { bytes };
        bytes & self.mask == self.bytes
    }
}

impl Search {
    /// Words as they are written, and after them others in either case of their letters.
    pub(crate) fn new(exact: &[&'static str], in_any_case: &[&'static str]) -> Self {
        let words = [exact, in_any_case].concat();
        let mut of_pair = vec![Vec::new(); 1 << (2 * BITS)];
        for (index, word) in (0_u16..).zip(&words) {
            let start = Start::of(index, word, usize::from(index) >= exact.len());
            for it in codes(word, 2) {
                of_pair.get_mut(it).into_iter().for_each(|all: &mut Vec<_>| all.push(start));
            }
        }
        let (mut by_pair, mut starts) = (Vec::with_capacity(of_pair.len()), Vec::new());
        for mut all in of_pair {
            all.sort_by_key(|it| words.get(usize::from(it.word)).map(|it| it.len()));
            let from = starts.len();
            starts.append(&mut all);
            by_pair.push(to_u16(from)..to_u16(starts.len()));
        }
        Self {
            begins: Codes::of(words.iter().copied()),
            goes_on: Codes::of(words.iter().map(|it| it.get(1..).unwrap_or_default())),
            words,
            by_pair: by_pair.into(),
            starts: starts.into(),
        }
    }

    /// Shows every occurrence of every word, in the order of their starts.
    pub(crate) fn each(&self, text: &str, mut show: impl FnMut(Hit)) {
        let _: ControlFlow<()> = self.search(text, 0, &mut |hit| {
            show(hit);
            ControlFlow::Continue(())
        });
    }

    /// The first occurrence of any word that begins at or after an offset.
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let found = self.search(text, from, &mut |hit| ControlFlow::Break(hit.range));
        found.break_value()
    }

    /// True when an occurrence of one of the words is as asked.
    pub(crate) fn any(&self, text: &str, is: impl Fn(Range<usize>) -> bool) -> bool {
        let mut stop = |hit: Hit| match is(hit.range) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        self.search(text, 0, &mut stop).is_break()
    }

    fn search<T>(
        &self,
        text: &str,
        from: usize,
        show: &mut impl FnMut(Hit) -> ControlFlow<T>,
    ) -> ControlFlow<T> {
        let text = text.as_bytes();
        let rest = text.get(from..).unwrap_or_default();
        for (at, bytes) in (from..).zip(rest.windows(4)) {
            if let Some(bytes) = bytes.first_chunk()
                && self.may_stand(*bytes)
            {
                self.at(text, at, show)?;
            }
        }
        // A short word may stand at the end.
        for at in text.len().saturating_sub(3).max(from)..text.len() {
            let rest = text.get(at..).unwrap_or_default();
            if self.may_stand(first_bytes(rest).to_le_bytes()) {
                self.at(text, at, show)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// True when a word may stand where these bytes do.
    fn may_stand(&self, bytes: [u8; 4]) -> bool {
        let code = |bytes: [u8; 3]| bytes.iter().fold(0, |all, it| code(all, *it, 3));
        let [first, second, third, fourth] = bytes;
        self.begins.has(code([first, second, third]))
            && self.goes_on.has(code([second, third, fourth]))
    }

    /// Shows the words at an offset.
    fn at<T>(
        &self,
        text: &[u8],
        at: usize,
        show: &mut impl FnMut(Hit) -> ControlFlow<T>,
    ) -> ControlFlow<T> {
        let rest = text.get(at..).unwrap_or_default();
        let bytes = first_bytes(rest);
        let [first, second, ..] = bytes.to_le_bytes();
        let range = self.by_pair.get(code(code(0, first, 2), second, 2)).cloned();
        let range = range.map(|it| usize::from(it.start)..usize::from(it.end));
        let starts = range.and_then(|it| self.starts.get(it)).unwrap_or_default();
        for start in starts.iter().filter(|it| it.fits(bytes)) {
            let word = usize::from(start.word);
            let Some(wanted) = self.words.get(word) else { continue };
            let Some(found) = rest.get(..wanted.len()) else { continue };
            let stands = match start.in_any_case {
                true => found.eq_ignore_ascii_case(wanted.as_bytes()),
                false => found == wanted.as_bytes(),
            };
            if stands {
                show(Hit { word, range: at..at + wanted.len() })?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Our own words come to some hundreds.
fn to_u16(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
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
                prop_assert_eq!(search.any(&text, |_| true), !hits.is_empty());
                for from in 0..=text.len() {
                    let first = hits.iter().find(|it| it.range.start >= from);
                    prop_assert_eq!(search.find(&text, from), first.map(|it| it.range.clone()));
                }
                let mut found = Vec::new();
                search.each(&text, |it| found.push(it));
                prop_assert_eq!(found, hits);
            }
        }
    }
}
