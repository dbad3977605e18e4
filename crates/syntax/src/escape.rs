//! Escapes in quoted strings, with the way back to the source for every character.

use crate::tree::OffsetMap;

/// Whose escapes apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Syntax {
    /// JSON.
    Json,
    /// YAML in double quotes: also `\u`-like escapes of two and eight digits and line folding.
    Yaml,
    /// TOML: as YAML, and an escaped line break takes all blanks behind it.
    Toml,
}

/// Text under construction, with a run for every place where it leaves the source.
#[derive(Debug, Default)]
pub(crate) struct Cook {
    text: String,
    runs: Vec<(u32, u32)>,
}

impl Cook {
    /// Adds text that begins at `source`.
    pub(crate) fn push(&mut self, text: &str, source: usize) {
        if text.is_empty() {
            return;
        }
        let at = offset(self.text.len());
        let source = offset(source);
        let continues = self.runs.last().is_some_and(|(text, from)| from + (at - text) == source);
        if !continues {
            self.runs.push((at, source));
        }
        self.text.push_str(text);
    }

    /// Adds one character that stands for the escape or line break at `source`.
    pub(crate) fn push_char(&mut self, char: char, source: usize) {
        self.runs.push((offset(self.text.len()), offset(source)));
        self.text.push(char);
    }

    pub(crate) fn finish(self, end: usize) -> (String, OffsetMap) {
        (self.text, OffsetMap::runs(self.runs, offset(end)))
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Resolves the escapes of `raw`, the text between the quotes, which begins at `base`.
///
/// The scanners have already refused wrong escapes; what is unknown here stays as written.
pub(crate) fn unescape(raw: &str, base: u32, syntax: Syntax) -> (String, OffsetMap) {
    let base = base as usize;
    let mut cook = Cook::default();
    let mut at = 0;
    while let Some(rest) = raw.get(at..) {
        let Some(special) = next_special(rest, syntax) else {
            cook.push(rest, base + at);
            break;
        };
        let plain = rest.get(..special).unwrap_or("");
        let tail = rest.get(special..).unwrap_or("");
        let here = base + at + special;
        if tail.starts_with('\\') {
            cook.push(plain, base + at);
            let (char, len) = escape(tail, syntax);
            match char {
                Some(char) => cook.push_char(char, here),
                None if is_line_break(tail) => {}
                None => cook.push(tail.get(..len).unwrap_or(""), here),
            }
            at += special + len;
        } else {
            // Folding takes the blanks around a line break.
            let kept = plain.trim_end_matches([' ', '\t']);
            cook.push(kept, base + at);
            let blank = tail.len() - tail.trim_start_matches([' ', '\t', '\r', '\n']).len();
            let breaks = line_breaks(tail.get(..blank).unwrap_or(""));
            if breaks <= 1 {
                cook.push_char(' ', here);
            }
            for _ in 1..breaks {
                cook.push_char('\n', here);
            }
            at += special + blank;
        }
    }
    cook.finish(base + raw.len())
}

fn next_special(rest: &str, syntax: Syntax) -> Option<usize> {
    match syntax {
        Syntax::Json | Syntax::Toml => memchr::memchr(b'\\', rest.as_bytes()),
        Syntax::Yaml => memchr::memchr3(b'\\', b'\n', b'\r', rest.as_bytes()),
    }
}

fn is_line_break(escape: &str) -> bool {
    // In TOML blanks may stand between the backslash and the line break.
    matches!(escape.as_bytes().get(1), Some(b'\n' | b'\r' | b' ' | b'\t'))
}

/// Number of line breaks in a run of blanks; `\r\n` is one.
pub(crate) fn line_breaks(blank: &str) -> usize {
    let bytes = blank.as_bytes();
    let lone = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    bytes
        .iter()
        .enumerate()
        .filter(|(at, it)| **it == b'\n' || (**it == b'\r' && lone(*at)))
        .count()
}

/// The character that an escape stands for, and the length of the escape in bytes.
fn escape(rest: &str, syntax: Syntax) -> (Option<char>, usize) {
    let Some(letter) = rest.chars().nth(1) else { return (None, rest.len()) };
    let simple = |char| (Some(char), 2);
    match letter {
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'v' => simple('\u{b}'),
        '0' => simple('\0'),
        '"' | '\\' | '/' | '\'' => simple(letter),
        'x' => hex(rest, 2),
        'u' => unicode(rest),
        '\r' | '\n' => (None, continuation(rest, syntax)),
        '\t' | ' ' if syntax == Syntax::Toml => (None, continuation(rest, syntax)),
        _ if syntax == Syntax::Json => (None, 1 + letter.len_utf8()),
        'a' => simple('\u{7}'),
        'e' => simple('\u{1b}'),
        '\t' | ' ' => simple(letter),
        'N' => simple('\u{85}'),
        '_' => simple('\u{a0}'),
        'L' => simple('\u{2028}'),
        'P' => simple('\u{2029}'),
        'U' => hex(rest, 8),
        _ => (None, 1 + letter.len_utf8()),
    }
}

/// Length of an escaped line break; in YAML with the indentation of the next line, in TOML
/// with all blanks.
fn continuation(rest: &str, syntax: Syntax) -> usize {
    let line = if rest.get(1..).is_some_and(|it| it.starts_with("\r\n")) {
        3
    } else {
        1 + rest.chars().nth(1).map_or(0, char::len_utf8)
    };
    let next = rest.get(line..).unwrap_or("");
    match syntax {
        Syntax::Json => return line,
        Syntax::Toml => return rest.len() - next.trim_ascii_start().len(),
        Syntax::Yaml => {}
    }
    line + next.len() - next.trim_start_matches([' ', '\t']).len()
}

fn hex(rest: &str, digits: usize) -> (Option<char>, usize) {
    let code = digits_at(rest, 2, digits);
    (code.and_then(char::from_u32), if code.is_some() { 2 + digits } else { 2 })
}

fn unicode(rest: &str) -> (Option<char>, usize) {
    let Some(first) = digits_at(rest, 2, 4) else { return (None, 2) };
    if let Some(char) = char::from_u32(first) {
        return (Some(char), 6);
    }
    let second = rest.get(6..).filter(|it| it.starts_with("\\u")).and(digits_at(rest, 8, 4));
    let pair = second
        .filter(|low| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(low))
        .and_then(|low| char::from_u32(0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)));
    match pair {
        Some(char) => (Some(char), 12),
        None => (Some(char::REPLACEMENT_CHARACTER), 6),
    }
}

fn digits_at(rest: &str, from: usize, len: usize) -> Option<u32> {
    let digits = rest.get(from..from + len)?;
    let hex = digits.bytes().all(|it| it.is_ascii_hexdigit());
    if hex { u32::from_str_radix(digits, 16).ok() } else { None }
}
