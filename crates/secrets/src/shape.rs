//! Shapes of tokens: what stands around an anchor, matched in one pass without backtracking.

use std::ops::Range;

/// What stands before and after the anchor of a format.
#[derive(Debug)]
pub(crate) struct Shape {
    lead: Vec<Segment>,
    tail: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Run { class: u8, min: usize, max: usize },
    Literal(Box<[u8]>),
    Optional(Box<[u8]>),
    Uuid,
}

const UUID_LEN: usize = 36;

impl Shape {
    /// Reads the notation of `data/formats.tsv`; `None` when it is not well-formed.
    pub(crate) fn parse(notation: &str) -> Option<Self> {
        let (lead, tail) = notation.split_once('@')?;
        Some(Self { lead: segments(lead)?, tail: segments(tail)? })
    }

    /// Bytes that stand around the anchor at least.
    #[cfg(test)]
    pub(crate) fn shortest(&self) -> usize {
        let least = |it: &Segment| match it {
            Segment::Run { min, .. } => *min,
            Segment::Literal(it) => it.len(),
            Segment::Optional(_) => 0,
            Segment::Uuid => UUID_LEN,
        };
        self.lead.iter().chain(&self.tail).map(least).sum()
    }

    /// The bytes of the token whose anchor stands at `anchor`, when the text has this shape
    /// there and the token ends on both sides.
    pub(crate) fn locate(&self, text: &[u8], anchor: Range<usize>) -> Option<Range<usize>> {
        let mut start = anchor.start;
        for segment in self.lead.iter().rev() {
            start = segment.backward(text, start)?;
        }
        let mut end = anchor.end;
        for segment in &self.tail {
            end = segment.forward(text, end)?;
        }
        (begins(text, start) && self.ends(text, end)).then_some(start..end)
    }

    fn ends(&self, text: &[u8], end: usize) -> bool {
        let Some(&next) = text.get(end) else { return true };
        let goes_on = match self.tail.last() {
            Some(Segment::Run { class, .. }) => is_in(*class, next),
            _ => false,
        };
        !goes_on && !next.is_ascii_alphanumeric() && next != b'_'
    }
}

/// True when a token may begin at `start`: nothing before it continues into it. An escape
/// such as `\n` or `%3D` before it ends in a letter but is no part of it.
pub(crate) fn begins(text: &[u8], start: usize) -> bool {
    let Some(before) = text.get(..start) else { return false };
    match before {
        [] => true,
        [.., b'\\', b'n' | b't' | b'r'] => true,
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => true,
        [.., last] => !(last.is_ascii_alphanumeric() || matches!(last, b'_' | b'-')),
    }
}

impl Segment {
    fn forward(&self, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        match self {
            Self::Run { class, min, max } => {
                let run = rest.iter().take(*max).take_while(|it| is_in(*class, **it)).count();
                (run >= *min).then_some(at + run)
            }
            Self::Literal(it) => rest.starts_with(it).then_some(at + it.len()),
            Self::Optional(it) if rest.starts_with(it) => Some(at + it.len()),
            Self::Optional(_) => Some(at),
            Self::Uuid => is_uuid(rest.get(..UUID_LEN)?).then_some(at + UUID_LEN),
        }
    }

    fn backward(&self, text: &[u8], at: usize) -> Option<usize> {
        let before = text.get(..at)?;
        match self {
            Self::Run { class, min, max } => {
                let run =
                    before.iter().rev().take(*max).take_while(|it| is_in(*class, **it)).count();
                (run >= *min).then_some(at - run)
            }
            Self::Literal(it) => before.strip_suffix(&**it).map(<[u8]>::len),
            Self::Optional(it) => Some(before.strip_suffix(&**it).map_or(at, <[u8]>::len)),
            Self::Uuid => {
                let start = at.checked_sub(UUID_LEN)?;
                is_uuid(before.get(start..)?).then_some(start)
            }
        }
    }
}

fn segments(notation: &str) -> Option<Vec<Segment>> {
    notation.split_whitespace().map(segment).collect()
}

fn segment(word: &str) -> Option<Segment> {
    let quoted = |it: &str| {
        it.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).map(|it| it.as_bytes().into())
    };
    if let Some(literal) = quoted(word) {
        return Some(Segment::Literal(literal));
    }
    let (class, count) = word.split_at_checked(1)?;
    match class {
        "g" if count.is_empty() => return Some(Segment::Uuid),
        "o" => return quoted(count).map(Segment::Optional),
        _ => {}
    }
    let class = *class.as_bytes().first()?;
    let (min, max) = match count.split_once('-') {
        Some((min, max)) => (min.parse().ok()?, max.parse().ok()?),
        None => (count.parse().ok()?, count.parse().ok()?),
    };
    // The class letter is checked by asking it about its own members.
    (0..=127).any(|it| is_in(class, it)).then_some(Segment::Run { class, min, max })
}

/// True when a byte belongs to a class of `data/formats.tsv`.
pub(crate) fn is_in(class: u8, it: u8) -> bool {
    match class {
        b'd' => it.is_ascii_digit(),
        b'h' => it.is_ascii_digit() || matches!(it, b'a'..=b'f'),
        b'H' => it.is_ascii_hexdigit(),
        b'X' => it.is_ascii_digit() || matches!(it, b'A'..=b'F'),
        b'l' => it.is_ascii_digit() || it.is_ascii_lowercase(),
        b'U' => it.is_ascii_digit() || it.is_ascii_uppercase(),
        b'a' => it.is_ascii_alphabetic(),
        b'b' => it.is_ascii_alphanumeric(),
        b'w' => it.is_ascii_alphanumeric() || it == b'_',
        b'u' => it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'),
        b'T' => it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'~' | b'.'),
        b'j' => it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.'),
        b's' => it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'+' | b'/'),
        b'S' => it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/'),
        b'p' => it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'+' | b'/' | b'%'),
        b't' => it.is_ascii_uppercase() || matches!(it, b'2'..=b'7'),
        b'v' => it.is_ascii_lowercase() || matches!(it, b'2'..=b'7'),
        b'e' => it == b'=',
        _ => false,
    }
}

/// True for the 36 characters of a UUID.
pub(crate) fn is_uuid(text: &[u8]) -> bool {
    text.len() == UUID_LEN
        && text.iter().enumerate().all(|(at, it)| match at {
            8 | 13 | 18 | 23 => *it == b'-',
            _ => it.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(notation: &str, text: &str, anchor: &str) -> Option<Range<usize>> {
        let at = text.find(anchor).unwrap();
        Shape::parse(notation).unwrap().locate(text.as_bytes(), at..at + anchor.len())
    }

    #[test]
    fn takes_exactly_the_token() {
        assert_eq!(locate("@ d4", "x k-1234 y", "k-"), Some(2..8));
        assert_eq!(locate("d3 @ d4", "123:4567", ":"), Some(0..8));
        assert_eq!(locate("@ d2 o'-' d0-1", "k-12-3", "k-"), Some(0..6));
        assert_eq!(locate("@ d2 o'-' d0-1", "k-12", "k-"), Some(0..4));
    }

    #[test]
    fn refuses_a_part_of_something_longer() {
        assert_eq!(locate("@ d4", "k-12345", "k-"), None);
        assert_eq!(locate("@ d4", "k-1234a", "k-"), None);
        assert_eq!(locate("@ d4", "ak-1234", "k-"), None);
        assert_eq!(locate("@ d4", "k-123", "k-"), None);
    }

    #[test]
    fn an_escape_before_a_token_is_no_part_of_it() {
        assert_eq!(locate("@ d4", r"\nk-1234", "k-"), Some(2..8));
        assert_eq!(locate("@ d4", "%3Dk-1234", "k-"), Some(3..9));
    }
}
