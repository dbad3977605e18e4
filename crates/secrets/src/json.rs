//! A reader of small JSON texts that keeps the bytes of every value.
//!
//! It lists the scalar members of all objects instead of building a tree: the questions asked
//! here are "which string stands under which key". Depth and size are bounded.

use std::ops::Range;

use crate::pem;

const MAX_DEPTH: usize = 64;
const MAX_MEMBERS: usize = 10_000;

/// Longer keys and paths are cut: every member holds its own copy.
const MAX_PATH: usize = 256;

/// A scalar inside a JSON text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The keys and indexes that lead to it, joined by dots.
    pub(crate) path: String,
    /// The nearest key above it.
    pub(crate) key: String,
    /// Its text; escapes are resolved in a string.
    pub(crate) value: String,
    /// The bytes of the value, without quotes.
    pub(crate) range: Range<usize>,
    /// False for numbers, booleans and null.
    pub(crate) is_string: bool,
}

/// The scalars of an object or array, in order; `None` when the text is not JSON.
pub(crate) fn members(text: &str) -> Option<Vec<Member>> {
    let mut reader = Reader { text, at: 0, members: Vec::new() };
    reader.space();
    if !matches!(reader.peek(), Some(b'{' | b'[')) {
        return None;
    }
    reader.value("", "", 0)?;
    reader.space();
    (reader.at == text.len()).then_some(reader.members)
}

/// The text under a key at the top of an object.
pub(crate) fn top<'a>(members: &'a [Member], key: &str) -> Option<&'a str> {
    members.iter().find(|it| it.path == key).map(|it| it.value.as_str())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    members: Vec<Member>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|it| matches!(it, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, path: &str, key: &str, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH || self.members.len() > MAX_MEMBERS {
            return None;
        }
        self.space();
        match self.peek()? {
            b'{' => self.object(path, depth),
            b'[' => self.array(path, key, depth),
            b'"' => {
                let (value, range) = self.string()?;
                self.push(path, key, value, range, true);
                Some(())
            }
            _ => {
                let start = self.at;
                while self.peek().is_some_and(|it| {
                    it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.')
                }) {
                    self.at += 1;
                }
                let value = self.text.get(start..self.at).filter(|it| !it.is_empty())?;
                self.push(path, key, value.to_owned(), start..self.at, false);
                Some(())
            }
        }
    }

    fn push(&mut self, path: &str, key: &str, value: String, range: Range<usize>, is_string: bool) {
        self.members.push(Member {
            path: path.to_owned(),
            key: key.to_owned(),
            value,
            range,
            is_string,
        });
    }

    fn object(&mut self, path: &str, depth: usize) -> Option<()> {
        self.at += 1;
        if self.eat(b'}') {
            return Some(());
        }
        loop {
            self.space();
            let (key, _) = self.string()?;
            if !self.eat(b':') {
                return None;
            }
            let key = key.get(..pem::floor(&key, MAX_PATH)).unwrap_or_default();
            let path = below(path, key);
            self.value(&path, key, depth + 1)?;
            if self.eat(b'}') {
                return Some(());
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, path: &str, key: &str, depth: usize) -> Option<()> {
        self.at += 1;
        if self.eat(b']') {
            return Some(());
        }
        let mut index = 0_usize;
        loop {
            self.value(&below(path, &index.to_string()), key, depth + 1)?;
            index += 1;
            if self.eat(b']') {
                return Some(());
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<(String, Range<usize>)> {
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        let start = self.at;
        let mut value = String::new();
        let mut rest = self.text.get(start..)?.char_indices();
        while let Some((offset, it)) = rest.next() {
            match it {
                '"' => {
                    self.at = start + offset + 1;
                    return Some((value, start..start + offset));
                }
                '\\' => value.push(escaped(rest.next()?.1, &mut rest)),
                _ => value.push(it),
            }
        }
        None
    }
}

fn below(path: &str, step: &str) -> String {
    match path {
        "" => step.to_owned(),
        _ if path.len() > MAX_PATH => path.to_owned(),
        _ => format!("{path}.{step}"),
    }
}

fn escaped(it: char, rest: &mut std::str::CharIndices<'_>) -> char {
    match it {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' | 'f' => ' ',
        // A lone surrogate has no character; half a pair is never part of a credential.
        'u' => (0..4)
            .try_fold(0_u32, |code, _| Some(code * 16 + rest.next()?.1.to_digit(16)?))
            .and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_bytes_and_the_nearest_key() {
        let text = r#"{"a": {"b": ["x\n", 1]}, "c": true}"#;
        let all = members(text).unwrap();
        let seen: Vec<_> =
            all.iter().map(|it| (it.path.as_str(), it.key.as_str(), it.value.as_str())).collect();
        assert_eq!(seen, [("a.b.0", "b", "x\n"), ("a.b.1", "b", "1"), ("c", "c", "true")]);
        assert_eq!(text.get(all[0].range.clone()), Some(r"x\n"));
        assert_eq!(top(&all, "c"), Some("true"));
    }

    #[test]
    fn refuses_what_is_not_json() {
        for text in ["", "x", "{", "{\"a\"}", "{\"a\":1}x", "[1,]", &"[".repeat(100_000)] {
            assert_eq!(members(text), None);
        }
    }
}
