//! Tokens of JSON: the scanner of `jsonc-parser`, restarted behind each error.

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

use crate::span::Span;

/// A token, or what stands where the scanner found none.
#[derive(Debug)]
pub(super) enum Item<'a> {
    Token(Token<'a>),
    /// A string with a wrong escape, or without its closing quote.
    BadString,
    /// A block comment without its end.
    OpenComment,
    /// Anything else.
    Junk,
}

/// Extras of JSON5 that change what a value is are errors; its quotes are only a looser
/// spelling.
const OPTIONS: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The library's scanner, restarted behind each error.
pub(super) struct Tokens<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    base: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let base = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let rest = text.get(base..).unwrap_or("");
        Self { text, scanner: Scanner::new(rest, &OPTIONS), base }
    }

    pub(super) fn restart(&mut self, at: usize) {
        self.base = at;
        let rest = self.text.get(at..).unwrap_or("");
        self.scanner = Scanner::new(rest, &OPTIONS);
    }

    pub(super) fn next(&mut self) -> Option<(Item<'a>, Span)> {
        let token = self.scanner.scan();
        let start = self.base + self.scanner.token_start();
        match token {
            Ok(None) => None,
            Ok(Some(token)) => {
                let end = self.base + self.scanner.token_end();
                Some((Item::Token(token), Span::from_usize(start, end)))
            }
            Err(_) => {
                let (item, end) = self.broken(start);
                self.restart(end);
                Some((item, Span::from_usize(start, end)))
            }
        }
    }

    /// What a token that cannot be read is, and where it ends.
    fn broken(&self, start: usize) -> (Item<'a>, usize) {
        let rest = self.text.get(start..).unwrap_or("").as_bytes();
        match rest {
            [quote @ (b'"' | b'\''), ..] => (Item::BadString, start + string_end(rest, *quote)),
            [b'/', b'*', ..] => (Item::OpenComment, self.text.len()),
            _ => {
                let ends = |it: &u8| it.is_ascii_whitespace() || b",:{}[]\"".contains(it);
                let len = rest.iter().position(ends).unwrap_or(rest.len());
                // Always get on, by at least one character.
                let first = self.text.get(start..).and_then(|it| it.chars().next());
                (Item::Junk, start + len.max(first.map_or(1, char::len_utf8)))
            }
        }
    }
}

/// Length of a string up to its closing quote or the end of its line.
fn string_end(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'\n' => return at,
            b'\\' if rest.get(at + 1).is_some_and(|it| *it != b'\n') => at += 2,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}
