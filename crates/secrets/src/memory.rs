//! What was judged to be nothing, for as long as one piece of work takes.
//!
//! Repositories repeat themselves: the licence at the head of every file, the name of an image,
//! the format of a log. The answer depends on nothing but the text and the question, so that a
//! thread need not find it twice.

use std::cell::RefCell;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::{Expectation, Question, Verdict};

/// Texts that are kept; with this many, the memory begins anew.
const MOST: usize = 1 << 14;

/// Texts for which there is room at first.
const FIRST: usize = 1 << 12;

/// Bytes of a text that is kept: longer ones hardly repeat.
const LONGEST: usize = 256;

thread_local! {
    static NOTHING: RefCell<Option<Memory>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Memory {
    /// Texts with the questions asked of them, as [`Memory::ask`] writes them. Their hashes
    /// cannot be foreseen, because files choose the texts.
    nothing: HashSet<Box<str>, RandomState>,
    /// The text and the question at hand.
    asked: String,
}

impl Memory {
    /// Writes the text and the question down, so that no two cases are written alike.
    fn ask(&mut self, text: &str, key_length: u8, question: &Question<'_>) {
        self.asked.clear();
        self.asked.push(char::from(key_length));
        self.asked.push(match question.expectation {
            Expectation::Credential => 'c',
            Expectation::ByName => 'n',
            Expectation::Text => 't',
        });
        self.asked.push_str(question.key);
        self.asked.push_str(text);
    }

    fn keep(&mut self) {
        if self.nothing.len() >= MOST {
            self.nothing.clear();
        }
        if self.nothing.capacity() == 0 {
            // To grow is to hash all texts again.
            self.nothing.reserve(FIRST);
        }
        self.nothing.insert(self.asked.as_str().into());
    }
}

/// Does some work, and judges no short text twice meanwhile that is nothing. Only this thread
/// remembers, and only until the work is done.
pub fn remembering<R>(work: impl FnOnce() -> R) -> R {
    /// Puts back what was remembered before, also when the work panics.
    struct Before(Option<Memory>);
    impl Drop for Before {
        fn drop(&mut self) {
            NOTHING.set(self.0.take());
        }
    }
    let _before = Before(NOTHING.replace(Some(Memory::default())));
    work()
}

/// The verdict on a text, unless it is remembered to be nothing.
pub(crate) fn recall(
    text: &str,
    question: &Question<'_>,
    judge: impl FnOnce() -> Verdict,
) -> Verdict {
    let key_length = u8::try_from(question.key.len()).ok().filter(|_| text.len() <= LONGEST);
    let Some(key_length) = key_length else { return judge() };
    let is_known = NOTHING.with_borrow_mut(|it| {
        let Some(memory) = it else { return false };
        memory.ask(text, key_length, question);
        memory.nothing.contains(memory.asked.as_str())
    });
    if is_known {
        return Verdict::Nothing;
    }
    let verdict = judge();
    if matches!(verdict, Verdict::Nothing) {
        // Judging asks nothing of the memory, so that the case at hand is still this one.
        NOTHING.with_borrow_mut(|it| it.iter_mut().for_each(Memory::keep));
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a text was judged.
    fn times_judged(cases: &[(&str, &str, Expectation)]) -> usize {
        let mut times = 0;
        for (text, key, expectation) in cases {
            let question = Question { key, expectation: *expectation };
            let verdict = recall(text, &question, || {
                times += 1;
                crate::decide::judge(text, &question, 0)
            });
            let judged = crate::decide::judge(text, &question, 0);
            assert_eq!(format!("{verdict:?}"), format!("{judged:?}"), "{key}: {text}");
        }
        times
    }

    const NAME: Expectation = Expectation::ByName;

    #[test]
    fn what_is_nothing_is_judged_once() {
        let cases = [("web:v1", "image", NAME); 3];
        assert_eq!(remembering(|| times_judged(&cases)), 1);
    }

    #[test]
    fn what_is_something_is_judged_each_time() {
        let cases = [("Kestrel@2023", "password", NAME), ("${DB_PASSWORD}", "password", NAME)];
        assert_eq!(remembering(|| times_judged(&cases.repeat(2))), 4);
    }

    #[test]
    fn another_question_is_another_case() {
        let text = "Kestrel@2023";
        let cases = [
            (text, "image", NAME),
            (text, "password", NAME),
            (text, "image", Expectation::Credential),
            (text, "image", Expectation::Text),
            ("dKestrel@2023", "passwor", NAME),
            ("Kestrel@2023", "password", NAME),
        ];
        assert_eq!(remembering(|| times_judged(&cases)), 6);
    }

    #[test]
    fn nothing_is_remembered_after_the_work_or_without_it() {
        let cases = [("web:v1", "image", NAME); 2];
        assert_eq!(times_judged(&cases), 2);
        assert_eq!(remembering(|| times_judged(&cases)), 1);
        assert_eq!(remembering(|| times_judged(&cases)), 1);
        assert_eq!(times_judged(&cases), 2);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let long = "a b".repeat(LONGEST);
        assert_eq!(remembering(|| times_judged(&[(long.as_str(), "image", NAME); 2])), 2);
        remembering(|| {
            for number in 0..MOST + 10 {
                times_judged(&[(&format!("web:v{number}"), "image", NAME)]);
            }
            NOTHING.with_borrow(|it| {
                assert!(it.as_ref().is_some_and(|it| it.nothing.len() <= MOST));
            });
        });
    }
}
