//! Many words, looked for in one pass.
//!
//! Most texts that are judged are short, and hardly any holds one of the words. An automaton over
//! the anchors of all formats takes hundreds of kilobytes, which no cache keeps from one text to
//! the next. How the words begin takes sixteen, and rules out nearly every offset before the
//! automaton is asked.

use std::ops::{ControlFlow, Range};

use aho_corasick::automaton::{Automaton, OverlappingState};
use aho_corasick::{Anchored, Input, MatchKind, nfa::contiguous};

/// Words that are looked for together.
#[derive(Debug)]
pub(crate) struct Search {
    words: Vec<&'static str>,
    /// Number of the words that stand in a text only as they are written. They come first.
    exact: usize,
    /// The codes of the first three bytes at which a word may stand.
    begins: Codes,
    /// The codes of the first, third and fourth byte there. With the second instead of the
    /// first, a word of one byte would fill the set.
    goes_on: Codes,
    /// Tells the words that begin at an offset, in either case of their letters. `None` never
    /// happens with our own words; it makes the search find nothing.
    automaton: Option<contiguous::NFA>,
}

/// A set of codes of three bytes: for each code of two, the bits of those that may follow.
#[derive(Debug)]
struct Codes(Box<[u32; 1 << (FIRST_BITS + BITS)]>);

/// A word in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Which of the words.
    pub(crate) word: usize,
    pub(crate) range: Range<usize>,
}

/// Bits of a byte that count in a code: those that a capital and its small letter share.
const BITS: u32 = 5;

/// Bits of the first byte, by which a capital differs from its small letter.
const FIRST_BITS: u32 = 6;

/// The code of three bytes: that of the first two, and the bit of the third.
fn code([first, second, third]: [u8; 3]) -> (usize, u32) {
    let part = |byte: u8, bits: u32| usize::from(byte) % (1 << bits);
    let pair = (part(first, FIRST_BITS) << BITS) | part(second, BITS);
    (pair, 1 << (u32::from(third) % (1 << BITS)))
}

impl Codes {
    /// The codes of the bytes at three offsets of each word: of all that may stand where the word
    /// has ended.
    fn of(at: [usize; 3], exact: &[&str], in_any_case: &[&str]) -> Self {
        let mut codes = Self(Box::new([0; _]));
        let exact = exact.iter().flat_map(|it| codes_at(it.as_bytes(), at));
        let in_any_case = in_any_case.iter().flat_map(|it| {
            let (small, large) = (it.to_ascii_lowercase(), it.to_ascii_uppercase());
            [small, large].into_iter().flat_map(move |it| codes_at(it.as_bytes(), at))
        });
        for (pair, bit) in exact.chain(in_any_case) {
            codes.0.get_mut(pair).into_iter().for_each(|it| *it |= bit);
        }
        codes
    }

    fn has(&self, bytes: [u8; 3]) -> bool {
        let (pair, bit) = code(bytes);
        self.0.get(pair).is_some_and(|it| it & bit != 0)
    }
}

/// The codes of the bytes at three offsets of a word.
fn codes_at(word: &[u8], at: [usize; 3]) -> Vec<(usize, u32)> {
    let [first, second, third] = at.map(|at| match word.get(at) {
        Some(it) => *it..=*it,
        None => 0..=(1 << BITS) - 1,
    });
    let pairs = first.flat_map(|it| second.clone().map(move |next| (it, next)));
    pairs.flat_map(|(a, b)| third.clone().map(move |c| code([a, b, c]))).collect()
}

impl Search {
    /// Words as they are written, and after them others in either case of their letters.
    pub(crate) fn new(exact: &[&'static str], in_any_case: &[&'static str]) -> Self {
        let words = [exact, in_any_case].concat();
        let automaton = contiguous::Builder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(&words);
        Self {
            exact: exact.len(),
            begins: Codes::of([0, 1, 2], exact, in_any_case),
            goes_on: Codes::of([0, 2, 3], exact, in_any_case),
            words,
            automaton: automaton.ok(),
        }
    }

    /// Shows every occurrence of every word, in the order of their starts.
    pub(crate) fn each(&self, text: &str, mut show: impl FnMut(Hit)) {
        let _ = self.search(text, &mut |hit| {
            show(hit);
            ControlFlow::Continue(())
        });
    }

    /// True when an occurrence of one of the words is as asked.
    pub(crate) fn any(&self, text: &str, is: impl Fn(Range<usize>) -> bool) -> bool {
        let mut stop = |hit: Hit| match is(hit.range) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        self.search(text, &mut stop).is_break()
    }

    fn search(&self, text: &str, show: &mut impl FnMut(Hit) -> ControlFlow<()>) -> ControlFlow<()> {
        let bytes = text.as_bytes();
        for (at, four) in bytes.array_windows().enumerate() {
            if self.may_stand(*four) {
                self.at(text, at, show)?;
            }
        }
        // A short word may stand at the end.
        for at in bytes.len().saturating_sub(3)..bytes.len() {
            let mut four = [0; 4];
            four.iter_mut().zip(bytes.iter().skip(at)).for_each(|(to, it)| *to = *it);
            if self.may_stand(four) {
                self.at(text, at, show)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// True when a word may stand where these bytes do.
    fn may_stand(&self, [first, second, third, fourth]: [u8; 4]) -> bool {
        self.begins.has([first, second, third]) && self.goes_on.has([first, third, fourth])
    }

    /// Shows the words at an offset, the shortest first.
    fn at(
        &self,
        text: &str,
        at: usize,
        show: &mut impl FnMut(Hit) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(automaton) = &self.automaton else { return ControlFlow::Continue(()) };
        let input = Input::new(text).span(at..text.len()).anchored(Anchored::Yes);
        let mut state = OverlappingState::start();
        while automaton.try_find_overlapping(&input, &mut state).is_ok()
            && let Some(found) = state.get_match()
        {
            let (word, range) = (found.pattern().as_usize(), found.range());
            let is_written = || self.words.get(word).copied() == text.get(range.clone());
            // It also tells the words that a longer one ends with.
            if range.start == at && (word >= self.exact || is_written()) {
                show(Hit { word, range })?;
            }
        }
        ControlFlow::Continue(())
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

    #[test]
    fn the_automaton_is_built() {
        assert!(Search::new(WORDS, &[]).automaton.is_some());
    }

    proptest! {
        #[test]
        fn nothing_is_missed(text in "(pass|word|pw|:|//|Q|~|s|-| |x|P|W|é|@|`){0,12}") {
            for exact in [0, 5, WORDS.len()] {
                let (cased, any) = WORDS.split_at(exact);
                let search = Search::new(cased, any);
                let hits = slow(&text, exact);
                prop_assert_eq!(search.any(&text, |_| true), !hits.is_empty());
                let mut found = Vec::new();
                search.each(&text, |it| found.push(it));
                prop_assert_eq!(found, hits);
            }
        }
    }
}
