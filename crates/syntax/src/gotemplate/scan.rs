//! Text and actions of a template, and the words of an action.

use crate::span::Span;

/// A piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text between actions, untrimmed.
    Text(Span),
    /// An action.
    Action {
        /// From `{{` to `}}`.
        span: Span,
        /// The part between braces and trim markers.
        inside: Span,
        trims_left: bool,
        trims_right: bool,
    },
    /// An action without its end.
    Unclosed(Span),
}

/// Cuts a file into text and actions.
pub(super) fn pieces(source: &str) -> Vec<Piece> {
    let bytes = source.as_bytes();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(start) = find(bytes, at, b"{{") {
        if start > at {
            pieces.push(Piece::Text(Span::from_usize(at, start)));
        }
        let trims_left = bytes.get(start + 2) == Some(&b'-')
            && bytes.get(start + 3).is_some_and(u8::is_ascii_whitespace);
        let from = start + 2 + if trims_left { 2 } else { 0 };
        let Some(close) = close(bytes, from) else {
            pieces.push(Piece::Unclosed(Span::from_usize(start, bytes.len())));
            return pieces;
        };
        let inner = bytes.get(from..close).unwrap_or_default();
        let trims_right = inner.last() == Some(&b'-')
            && inner.len().checked_sub(2).and_then(|it| inner.get(it)).is_none_or(|it| {
                // `{{- -}}` shares its blank.
                it.is_ascii_whitespace()
            })
            && (inner.len() > 1 || trims_left);
        let until = if trims_right { close - 1 } else { close };
        at = close + 2;
        pieces.push(Piece::Action {
            span: Span::from_usize(start, at),
            inside: Span::from_usize(from, until),
            trims_left,
            trims_right,
        });
    }
    if at < bytes.len() {
        pieces.push(Piece::Text(Span::from_usize(at, bytes.len())));
    }
    pieces
}

/// The offset of the `}}` that closes an action.
fn close(bytes: &[u8], from: usize) -> Option<usize> {
    let inside = bytes.get(from..)?;
    let blanks = inside.len() - inside.trim_ascii_start().len();
    if inside.get(blanks..)?.starts_with(b"/*") {
        return find(bytes, find(bytes, from + blanks + 2, b"*/")? + 2, b"}}");
    }
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            quote @ (b'"' | b'\'' | b'`') => at = quoted_end(bytes, at, *quote)?,
            _ => at += 1,
        }
    }
}

/// The offset behind a quoted text that begins at `at`.
pub(super) fn quoted_end(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    let mut at = at + 1;
    loop {
        match bytes.get(at)? {
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return None,
            it if *it == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, needle).map(|it| it + from)
}

/// A word of an action.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Open,
    Close,
    Pipe,
    Comma,
    Declare,
    Assign,
    Name(String),
    /// With its `$`.
    Variable(String),
    /// `.`
    Dot,
    /// `.name`
    Field(String),
    Int(i64),
    Float(f64),
    Text(String, bool),
}

/// A word, where it stands, and whether blanks stand before it.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) span: Span,
    pub(super) spaced: bool,
}

/// Cuts the inside of an action into words; the offset of what is no word on error.
pub(super) fn words(source: &str, inside: Span) -> Result<Vec<Token>, usize> {
    let mut tokens = Vec::new();
    let (mut at, end) = (inside.start as usize, inside.end as usize);
    let mut spaced = true;
    while at < end {
        let rest = source.get(at..end).ok_or(at)?;
        let first = rest.chars().next().ok_or(at)?;
        if first.is_whitespace() {
            at += first.len_utf8();
            spaced = true;
            continue;
        }
        let (word, len) = word(rest, first).ok_or(at)?;
        tokens.push(Token { word, span: Span::from_usize(at, at + len), spaced });
        at += len;
        spaced = false;
    }
    Ok(tokens)
}

fn word(rest: &str, first: char) -> Option<(Word, usize)> {
    let bytes = rest.as_bytes();
    match first {
        '(' => Some((Word::Open, 1)),
        ')' => Some((Word::Close, 1)),
        '|' => Some((Word::Pipe, 1)),
        ',' => Some((Word::Comma, 1)),
        '=' => Some((Word::Assign, 1)),
        ':' if rest.starts_with(":=") => Some((Word::Declare, 2)),
        '"' | '`' | '\'' => {
            let end = quoted_end(bytes, 0, bytes.first().copied()?)?;
            let inner = rest.get(1..end - 1)?;
            match first {
                '`' => Some((Word::Text(inner.replace('\r', ""), !inner.contains('\r')), end)),
                _ => {
                    let text = unquote(inner)?;
                    let exact = !inner.contains('\\');
                    if first == '"' {
                        return Some((Word::Text(text, exact), end));
                    }
                    let mut chars = text.chars();
                    let only = chars.next().filter(|_| chars.next().is_none())?;
                    Some((Word::Int(i64::from(u32::from(only))), end))
                }
            }
        }
        '$' => {
            let len = 1 + name_len(rest.get(1..)?);
            Some((Word::Variable(rest.get(..len)?.to_owned()), len))
        }
        '.' if bytes.get(1).is_some_and(u8::is_ascii_digit) => number(rest),
        '.' => match name_len(rest.get(1..)?) {
            0 => Some((Word::Dot, 1)),
            len => Some((Word::Field(rest.get(1..=len)?.to_owned()), len + 1)),
        },
        '+' | '-' | '0'..='9' => number(rest),
        _ => match name_len(rest) {
            0 => None,
            len => Some((Word::Name(rest.get(..len)?.to_owned()), len)),
        },
    }
}

fn name_len(rest: &str) -> usize {
    rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len())
}

fn number(rest: &str) -> Option<(Word, usize)> {
    let mut len = 0;
    let mut before = ' ';
    for it in rest.chars() {
        let sign = matches!(it, '+' | '-') && (len == 0 || matches!(before, 'e' | 'E' | 'p'));
        if !(it.is_ascii_alphanumeric() || sign || matches!(it, '.' | '_')) {
            break;
        }
        before = it;
        len += it.len_utf8();
    }
    let written = rest.get(..len)?.replace('_', "");
    let (negative, digits) = match written.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, written.strip_prefix('+').unwrap_or(&written)),
    };
    let lower = digits.to_ascii_lowercase();
    let radix = [("0x", 16), ("0b", 2), ("0o", 8)]
        .into_iter()
        .find_map(|(prefix, radix)| Some((lower.strip_prefix(prefix)?, radix)));
    let int = match radix {
        Some((digits, radix)) => i64::from_str_radix(digits, radix).ok(),
        // A leading zero is octal in Go.
        None if lower.len() > 1 && lower.starts_with('0') && !lower.contains(['.', 'e']) => {
            i64::from_str_radix(&lower, 8).ok()
        }
        None => lower.parse().ok(),
    };
    match int {
        Some(int) => Some((Word::Int(if negative { int.checked_neg()? } else { int }), len)),
        None => {
            let float: f64 = lower.parse().ok()?;
            Some((Word::Float(if negative { -float } else { float }), len))
        }
    }
}

/// Resolves the escapes of a Go string.
fn unquote(inner: &str) -> Option<String> {
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(it) = chars.next() {
        if it != '\\' {
            out.push(it);
            continue;
        }
        let next = match chars.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            it @ ('\\' | '"' | '\'') => it,
            kind @ ('x' | 'u' | 'U' | '0'..='7') => {
                let (digits, radix, first) = match kind {
                    'x' => (2, 16, 0),
                    'u' => (4, 16, 0),
                    'U' => (8, 16, 0),
                    octal => (2, 8, octal.to_digit(8)?),
                };
                let mut all = first;
                for _ in 0..digits {
                    all = all.checked_mul(radix)?.checked_add(chars.next()?.to_digit(radix)?)?;
                }
                char::from_u32(all)?
            }
            _ => return None,
        };
        out.push(next);
    }
    Some(out)
}
