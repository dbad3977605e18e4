//! Text of HCL strings: what stands between quotes, with escapes resolved.

use std::ops::Range;

use crate::builder::{Builder, Key};
use crate::escape::Cook;
use crate::span::Span;
use crate::tree::{Kind, Style};

/// Which escapes a text has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Escapes {
    /// Between quotes: `\n`, `\"`, … and `$${`, `%%{`.
    Quoted,
    /// In heredocs and bare templates: `$${`, `%%{` only.
    Markers,
}

/// Adds a string or label in quotes. `span` includes the quotes.
pub(super) fn quoted(builder: &mut Builder, source: &str, kind: Kind, span: Span, key: Key) {
    let content = inside(span);
    let raw = source.get(content.range()).unwrap_or("");
    if !has_escape(raw, Escapes::Quoted) {
        builder.leaf(kind, Style::Double, span, key);
        return;
    }
    let mut cook = Cook::default();
    unescape(&mut cook, raw, content.start as usize, Escapes::Quoted);
    let (text, map) = cook.finish(content.end as usize);
    builder.cooked(kind, Style::Double, span, key, &text, map);
}

/// A key in quotes. `span` includes the quotes.
pub(super) fn quoted_key(source: &str, span: Span) -> Key {
    let span = inside(span);
    let raw = source.get(span.range()).unwrap_or("");
    // Without a text of its own an empty key would read as no key.
    let changed = raw.is_empty() || has_escape(raw, Escapes::Quoted);
    let text = changed.then(|| {
        let mut cook = Cook::default();
        unescape(&mut cook, raw, span.start as usize, Escapes::Quoted);
        cook.finish(span.end as usize).0
    });
    Key { span, text, ..Key::default() }
}

/// Adds a literal piece of a template, whose text was put together in `cook`. Nothing is
/// added for an empty text.
pub(super) fn piece(builder: &mut Builder, source: &str, span: Span, cook: Cook) {
    let (text, map) = cook.finish(span.end as usize);
    if text.is_empty() {
        return;
    }
    if source.get(span.range()) == Some(&text) {
        builder.leaf(Kind::String, Style::None, span, Key::default());
    } else {
        builder.cooked(Kind::String, Style::None, span, Key::default(), &text, map);
    }
}

/// Adds a heredoc without interpolation.
pub(super) fn heredoc(builder: &mut Builder, source: &str, span: Span, key: Key, cook: Cook) {
    let (text, map) = cook.finish(span.end as usize);
    if source.get(span.range()) == Some(&text) {
        builder.leaf(Kind::String, Style::Block, span, key);
    } else {
        builder.cooked(Kind::String, Style::Block, span, key, &text, map);
    }
}

/// Appends `raw`, which begins at `base`, with its escapes resolved. The parser has already
/// refused wrong escapes; what is unknown here stays as written.
pub(super) fn unescape(cook: &mut Cook, raw: &str, base: usize, escapes: Escapes) {
    let mut at = 0;
    while let Some(rest) = raw.get(at..).filter(|it| !it.is_empty()) {
        let Some(plain) = next_escape(rest, escapes) else {
            cook.push(rest, base + at);
            return;
        };
        cook.push(rest.get(..plain).unwrap_or(""), base + at);
        at += plain;
        at += escape(cook, rest.get(plain..).unwrap_or(""), base + at);
    }
}

/// Appends what the escape at the beginning of `rest` stands for; returns its length.
fn escape(cook: &mut Cook, rest: &str, at: usize) -> usize {
    let mut chars = rest.chars();
    let (first, second) = (chars.next(), chars.next());
    let char = match (first, second) {
        (Some('\\'), Some('n')) => '\n',
        (Some('\\'), Some('r')) => '\r',
        (Some('\\'), Some('t')) => '\t',
        (Some('\\'), Some(char @ ('"' | '\\'))) => char,
        (Some('\\'), Some(letter @ ('u' | 'U'))) => {
            let end = if letter == 'u' { 6 } else { 10 };
            let code = rest.get(2..end).and_then(|it| u32::from_str_radix(it, 16).ok());
            let char = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
            cook.push_char(char, at);
            return end.min(rest.len());
        }
        // `$${` and `%%{` stand for the last two of their three characters.
        (Some('$' | '%'), _) => {
            cook.push(rest.get(1..3).unwrap_or(""), at + 1);
            return 3;
        }
        _ => {
            let len = first.map_or(1, char::len_utf8);
            cook.push(rest.get(..len).unwrap_or(""), at);
            return len;
        }
    };
    cook.push_char(char, at);
    2
}

fn has_escape(raw: &str, escapes: Escapes) -> bool {
    next_escape(raw, escapes).is_some()
}

fn next_escape(raw: &str, escapes: Escapes) -> Option<usize> {
    let bytes = raw.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr3(b'\\', b'$', b'%', bytes.get(from..)?) {
        let at = from + found;
        let byte = bytes.get(at).copied();
        let escaped = match byte {
            Some(b'\\') => escapes == Escapes::Quoted,
            _ => bytes.get(at + 1).copied() == byte && bytes.get(at + 2) == Some(&b'{'),
        };
        if escaped {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// The bytes between the quotes.
fn inside(span: Span) -> Span {
    Span::new(span.start + 1, span.end.saturating_sub(1))
}

/// True for a bare key: a name, or a number.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'))
}

/// Offset of the `{` behind a block's header, which ends at `from`.
pub(super) fn opening_brace(source: &str, from: u32) -> u32 {
    let mut rest = source.get(from as usize..).unwrap_or("");
    loop {
        rest = rest.trim_start();
        let Some(comment) = rest.strip_prefix("/*") else { break };
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    u32::try_from(source.len() - rest.len()).unwrap_or(from)
}

/// `raw` without blank text at its ends: an escaped line break is blank too.
pub(super) fn trimmed(raw: &str, left: bool, right: bool, escapes: Escapes) -> Range<usize> {
    let (mut start, mut end, mut at) = (None, 0, 0);
    while let Some(rest) = raw.get(at..).filter(|it| !it.is_empty()) {
        let escape = rest.starts_with('\\') && escapes == Escapes::Quoted;
        let mut chars = rest.chars();
        let first = chars.next().unwrap_or(' ');
        let second = chars.next().unwrap_or(' ');
        let blank = if escape { matches!(second, 'n' | 'r' | 't') } else { first.is_whitespace() };
        let len = first.len_utf8() + if escape { second.len_utf8() } else { 0 };
        if !blank {
            start.get_or_insert(at);
            end = at + len;
        }
        at += len;
    }
    let start = if left { start.unwrap_or(raw.len()) } else { 0 };
    let end = if right { end } else { raw.len() };
    start..end.max(start).min(raw.len())
}

/// Length of the name that a text begins with.
pub(super) fn leading_name(text: &str) -> Option<usize> {
    let len = text
        .find(|it: char| !(it.is_alphanumeric() || matches!(it, '_' | '-')))
        .unwrap_or(text.len());
    let first = text.chars().next()?;
    (len > 0 && !first.is_ascii_digit() && first != '-').then_some(len)
}
