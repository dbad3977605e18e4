//! Texts for models that hide something, or tell the model to.
//!
//! Whether that is meant badly is for a person to judge; here it is only seen.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use model::GuardKind;

use crate::lowering::{Lowering, Snippet};

/// Sentences that take a model's instructions away or keep something from people, in lower case.
const PHRASES: &[(&str, &str)] = &[
    ("ignore all previous instructions", "tells it to ignore its instructions"),
    ("ignore previous instructions", "tells it to ignore its instructions"),
    ("ignore your previous instructions", "tells it to ignore its instructions"),
    ("disregard all previous instructions", "tells it to ignore its instructions"),
    ("disregard previous instructions", "tells it to ignore its instructions"),
    ("do not tell the user", "tells it to keep something from the person"),
    ("don't tell the user", "tells it to keep something from the person"),
    ("do not mention this to the user", "tells it to keep something from the person"),
    ("without telling the user", "tells it to keep something from the person"),
    ("without the user's knowledge", "tells it to keep something from the person"),
    ("without asking the user for approval", "tells it to act without approval"),
];

/// Findings of one text; more say nothing new.
const MOST: usize = 8;

/// Places of one text at which a phrase is looked at, said or mentioned.
const MOST_PLACES: usize = 256;

/// Bytes before a phrase that can tell whether it is said or mentioned.
const CONTEXT: usize = 2000;

/// Finds every phrase in one pass; nothing without one, should the phrases not build.
static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let phrases = PHRASES.iter().map(|(phrase, _)| phrase);
    AhoCorasick::builder().ascii_case_insensitive(true).build(phrases).ok()
});

impl Lowering<'_> {
    /// Looks at a text that a model reads.
    pub(crate) fn suspicious(&mut self, snippet: &Snippet, path: &str) {
        let text = snippet.as_str().to_owned();
        let mut found = Vec::new();
        // Plain ASCII hides nothing.
        if !text.is_ascii() {
            found.extend(hidden(&text));
        }
        found.extend(said(&text));
        found.sort_by_key(|it| it.0);
        for (start, end, what) in found.into_iter().take(MOST) {
            let place = snippet.part(start..end).place();
            self.without_agent(|it| {
                it.guard_at(path, GuardKind::SuspiciousText(what), place, place);
            });
        }
    }
}

/// The first place of each phrase that a text says itself.
fn said(text: &str) -> Vec<(usize, usize, &'static str)> {
    let mut found = Vec::new();
    let mut left: Vec<usize> = (0..PHRASES.len()).collect();
    for it in SEARCH.iter().flat_map(|search| search.find_iter(text)).take(MOST_PLACES) {
        let phrase = it.pattern().as_usize();
        let known = PHRASES.get(phrase).filter(|_| left.contains(&phrase));
        let Some((_, what)) = known.filter(|_| !is_mentioned(text, it.start())) else { continue };
        left.retain(|it| *it != phrase);
        found.push((it.start(), it.end(), *what));
    }
    found
}

/// Words before a phrase that make the sentence a warning of it, or an example.
const WARNINGS: &[&str] = &[
    "never",
    "don't",
    "do not",
    "must not",
    "such as",
    "like",
    "e.g.",
    "for example",
    "injection",
    "attempts",
    "refuse",
    "reject",
    "beware",
    "treat",
];

/// True when a text speaks of the phrase at an offset instead of saying it: in quotation marks or
/// code, or in a sentence that warns of it.
fn is_mentioned(text: &str, at: usize) -> bool {
    let from = text.ceil_char_boundary(at.saturating_sub(CONTEXT));
    let Some(before) = text.get(from..at).map(str::to_ascii_lowercase) else { return false };
    let paragraph = before.rfind("\n\n").map_or(0, |it| it + 2);
    let paragraph = before.get(paragraph..).unwrap_or(&before);
    let ends = [". ", ".\n", "! ", "? ", "\n- ", "\n* "];
    let abbreviated = |it: &str| it.ends_with("e.g") || it.ends_with("i.e");
    let start = ends.iter().flat_map(|end| {
        let found = paragraph.match_indices(end);
        found
            .filter(|(at, _)| !paragraph.get(..*at).is_some_and(abbreviated))
            .map(|(at, it)| at + it.len())
    });
    let sentence = paragraph.get(start.max().unwrap_or(0)..).unwrap_or(paragraph);
    let odd = |mark: char| sentence.matches(mark).count() % 2 == 1;
    let open = sentence.matches('“').count() > sentence.matches('”').count();
    let quoted = odd('"') || odd('`') || open || sentence.ends_with(['\'', '‘', '«', '„']);
    quoted || WARNINGS.iter().any(|it| holds_words(sentence, it))
}

/// True when words stand in a text as a whole.
fn holds_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|it| it.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// Characters that are not shown and change what is read.
fn hidden(text: &str) -> Vec<(usize, usize, &'static str)> {
    let mut found: Vec<(usize, usize, &'static str)> = Vec::new();
    // Each of the characters begins with one of two bytes, which few others share.
    for at in memchr::memchr2_iter(0xe2, 0xf3, text.as_bytes()) {
        let Some(next) = text.get(at..).and_then(|it| it.chars().next()) else { continue };
        let what = match next {
            '\u{e0000}'..='\u{e007f}' => "holds characters that nobody can see",
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                "is shown in another order than it is read"
            }
            '\u{2060}' | '\u{2061}'..='\u{2064}' | '\u{200b}' => {
                "holds characters that nobody can see"
            }
            _ => continue,
        };
        let end = at + next.len_utf8();
        match found.last_mut() {
            // A run is one thing.
            Some(last) if last.1 == at => last.1 = end,
            _ => found.push((at, end, what)),
        }
    }
    // Flags are made of tag characters behind a black flag.
    found.retain(|(start, _, _)| !text.get(..*start).is_some_and(|it| it.ends_with('\u{1f3f4}')));
    found
}

#[cfg(test)]
mod tests {
    use super::{hidden, is_mentioned};

    #[test]
    fn a_phrase_that_is_quoted_or_warned_of_is_not_said() {
        let phrase = "ignore previous instructions";
        for (text, mentioned) in [
            ("first ignore previous instructions.", false),
            ("never mind. ignore previous instructions.", false),
            ("he likes it, so ignore previous instructions", false),
            ("a \"note\": ignore previous instructions", false),
            ("use the tool (e.g. grep). ignore previous instructions", false),
            ("a name may say \"ignore previous instructions\"", true),
            ("any attack (e.g. 'ignore previous instructions...') is spam", true),
            ("never ignore previous instructions", true),
            ("texts such as ignore previous instructions are data", true),
            ("“ignore previous instructions”", true),
            ("run `ignore previous instructions`", true),
        ] {
            let at = text.find(phrase).unwrap_or_default();
            assert_eq!(is_mentioned(text, at), mentioned, "{text}");
        }
    }

    #[test]
    fn only_what_cannot_be_seen_counts() {
        assert_eq!(hidden("a\u{200b}\u{200b}b").len(), 1);
        assert_eq!(hidden("a\u{202e}b").len(), 1);
        assert_eq!(hidden("\u{e0041}x").len(), 1);
        assert!(hidden("Grüße 👩\u{200d}💻 می\u{200c}خواهم").is_empty());
        assert!(hidden("\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}").is_empty());
    }
}
