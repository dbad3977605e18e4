//! Files of `NAME=value` lines: dotenv and INI with its relatives (properties, npmrc, pip.conf),
//! and texts without any structure.
//!
//! No line is ever wrong: the programs that read these files pass over what they do not know,
//! and so does this parser.

use crate::builder::{Builder, Key};
use crate::span::Span;
use crate::tree::{Comment, Flags, Kind, OffsetMap, Style, Tree};

/// A quoted value of a dotenv file longer than this was never closed.
const LONGEST_QUOTED: usize = 64 << 10;

/// A dotenv file as one map: `export`, quotes over several lines, comments.
pub(crate) fn dotenv(mut builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    let mut at = bom(&source);
    if source.len() == at {
        return builder.finish();
    }
    let map = builder.open(Kind::Map, Style::None, Span::from_usize(at, at), Key::default());
    while at < source.len() && !builder.is_full() {
        let end = line_end(&source, at);
        at = match pair(&source, at, end) {
            Some((key, from)) => {
                let (value, next) = Value::read(&source, from, end);
                value.add(&mut builder, &source, key);
                if let Some(start) = value.comment {
                    comment(
                        &mut builder,
                        start,
                        trimmed_end(&source, start, line_end(&source, start)),
                    );
                }
                next
            }
            None => {
                whole_comment(&mut builder, &source, at, end, &["#"]);
                end
            }
        };
        at += usize::from(at < source.len());
    }
    builder.close(map, offset(source.len()));
    builder.finish()
}

/// An INI or properties file as a map of its sections; what stands above the first one is in the
/// map itself. A line that only continues a value is a string of its own under the same key.
pub(crate) fn ini(mut builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    let mut at = bom(&source);
    if source.len() == at {
        return builder.finish();
    }
    let map = builder.open(Kind::Map, Style::None, Span::from_usize(at, at), Key::default());
    let mut section = None;
    let mut last: Option<Span> = None;
    while at < source.len() && !builder.is_full() {
        let end = trimmed_end(&source, at, line_end(&source, at));
        let start = at + blanks(&source, at, end);
        let line = source.get(start..end).unwrap_or_default();
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.split_once(']')) {
            if let Some(open) = section.take() {
                builder.close(open, offset(at));
            }
            let span = Span::from_usize(start + 1, start + 1 + name.0.len());
            let key = Key { span, ..Key::default() };
            section = Some(builder.open(Kind::Map, Style::None, Span::from_usize(end, end), key));
            last = None;
        } else if is_comment(line) {
            comment(&mut builder, start, end);
        } else if let Some((span, from)) =
            setting(&source, start, end, start > at && last.is_some())
        {
            scalar(&mut builder, &source, span, from, end);
            last = Some(span);
        } else if let Some(span) = last.filter(|_| start > at && !line.is_empty()) {
            scalar(&mut builder, &source, span, start, end);
        }
        at = line_end(&source, at) + 1;
    }
    if let Some(open) = section.take() {
        builder.close(open, offset(source.len()));
    }
    builder.close(map, offset(source.len()));
    builder.finish()
}

/// A text as one string.
pub(crate) fn text(mut builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    let mut at = bom(&source);
    if source.len() == at {
        return builder.finish();
    }
    let whole = Span::from_usize(at, source.len());
    builder.leaf(Kind::String, Style::None, whole, Key::default());
    while at < source.len() {
        let end = line_end(&source, at);
        whole_comment(&mut builder, &source, at, end, &["#"]);
        at = end + 1;
    }
    builder.finish()
}

fn bom(source: &str) -> usize {
    if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The offset of the line break, or of the end of the text.
fn line_end(source: &str, at: usize) -> usize {
    let rest = source.as_bytes().get(at..).unwrap_or_default();
    at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

fn trimmed_end(source: &str, start: usize, end: usize) -> usize {
    start + source.get(start..end).unwrap_or_default().trim_end().len()
}

fn blanks(source: &str, start: usize, end: usize) -> usize {
    let line = source.get(start..end).unwrap_or_default();
    line.len() - line.trim_start().len()
}

fn is_comment(line: &str) -> bool {
    line.starts_with(['#', ';', '!'])
}

fn whole_comment(builder: &mut Builder, source: &str, at: usize, end: usize, marks: &[&str]) {
    let start = at + blanks(source, at, end);
    let line = source.get(start..end).unwrap_or_default();
    if marks.iter().any(|it| line.starts_with(it)) {
        comment(builder, start, trimmed_end(source, start, end));
    }
}

/// Adds a comment whose mark is one byte.
fn comment(builder: &mut Builder, start: usize, end: usize) {
    let (span, text) =
        (Span::from_usize(start, end), Span::from_usize(start + 1, end.max(start + 1)));
    builder.comment(Comment { span, text });
}

/// The name in a line of a dotenv file, and where its value begins.
fn pair(source: &str, at: usize, end: usize) -> Option<(Span, usize)> {
    let mut start = at + blanks(source, at, end);
    let line = source.get(start..end)?;
    if let Some(rest) = line.strip_prefix("export").filter(|it| it.starts_with([' ', '\t'])) {
        start = end - rest.trim_start().len();
    }
    let line = source.get(start..end)?;
    let (name, value) = line.split_once('=')?;
    let bare = name.trim_end();
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
    if bare.is_empty() || !bare.chars().all(plain) {
        return None;
    }
    Some((Span::from_usize(start, start + bare.len()), end - value.len()))
}

/// A value of a dotenv file.
struct Value {
    /// With its quotes.
    span: Span,
    style: Style,
    comment: Option<usize>,
}

impl Value {
    /// Reads the value that begins at `from` in a line that ends at `end`, and says where the
    /// line it ends on ends.
    fn read(source: &str, from: usize, end: usize) -> (Self, usize) {
        let start = from + blanks(source, from, end);
        let rest = source.get(start..).unwrap_or_default();
        for (quote, style) in [('"', Style::Double), ('\'', Style::Single), ('`', Style::Single)] {
            let inner = rest.strip_prefix(quote).filter(|_| start < end);
            let Some(close) = inner.and_then(|it| closing(it, quote)) else { continue };
            let after = start + 1 + close + 1;
            let next = line_end(source, after);
            let tail = source.get(after..next).unwrap_or_default();
            let mark =
                tail.trim_start().starts_with('#').then(|| after + blanks(source, after, next));
            let span = Span::from_usize(start, after);
            return (Self { span, style, comment: mark }, next);
        }
        let line = source.get(start..end).unwrap_or_default();
        let mark = if line.starts_with('#') { Some(0) } else { line.find(" #") };
        let stop = mark.map_or(end, |it| start + it);
        let span = Span::from_usize(start, trimmed_end(source, start, stop));
        let comment = mark.map(|it| start + it + blanks(source, start + it, end));
        (Self { span, style: Style::Plain, comment }, end)
    }

    fn add(&self, builder: &mut Builder, source: &str, key: Span) {
        let key = Key { span: key, ..Key::default() };
        let inner = Span::new(self.span.start + 1, self.span.end.saturating_sub(1));
        let raw = source.get(inner.range()).unwrap_or_default();
        if self.style == Style::Double && raw.contains('\\') {
            let (text, map) = unescaped(raw, inner);
            builder.cooked(Kind::String, self.style, self.span, key, &text, map);
        } else {
            builder.leaf(Kind::String, self.style, self.span, key);
        }
    }
}

/// The offset of the quote that ends a value; only a double quote can be escaped.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, it) in text.char_indices() {
        if at > LONGEST_QUOTED {
            return None;
        }
        match it {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if it == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn unescaped(raw: &str, span: Span) -> (String, OffsetMap) {
    let mut text = String::with_capacity(raw.len());
    let mut runs = vec![(0, span.start)];
    let mut characters = raw.char_indices().peekable();
    while let Some((at, it)) = characters.next() {
        let next = characters.peek().map(|(_, it)| *it).filter(|_| it == '\\');
        let plain = match next {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(other @ ('"' | '\\' | '$')) => other,
            _ => {
                text.push(it);
                continue;
            }
        };
        characters.next();
        runs.push((offset(text.len()), span.start + offset(at)));
        text.push(plain);
        runs.push((offset(text.len()), span.start + offset(at) + 2));
    }
    (text, OffsetMap::runs(runs, span.end))
}

/// The key of a line of an INI file and where its value begins. An indented line is a setting
/// only when it begins with a name: otherwise it continues the value above (a URL has `=`, too).
fn setting(source: &str, start: usize, end: usize, indented: bool) -> Option<(Span, usize)> {
    let line = source.get(start..end)?;
    let equals = line.find('=');
    let colon = line.find(": ").filter(|it| equals.is_none_or(|equals| *it < equals));
    let at = colon.or(equals)?;
    let key = line.get(..at)?.trim_end();
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
    if key.is_empty() || indented && !key.chars().all(plain) {
        return None;
    }
    Some((Span::from_usize(start, start + key.len()), start + at + 1))
}

/// Adds the value of a line; quotes around all of it are not part of it.
fn scalar(builder: &mut Builder, source: &str, key: Span, from: usize, end: usize) {
    let start = from + blanks(source, from, end);
    let value = source.get(start..end).unwrap_or_default();
    let quoted = |mark: char| value.len() >= 2 && value.starts_with(mark) && value.ends_with(mark);
    let style = match value {
        _ if quoted('"') => Style::Double,
        _ if quoted('\'') => Style::Single,
        _ => Style::Plain,
    };
    let key = Key { span: key, flags: Flags::default(), ..Key::default() };
    builder.leaf(Kind::String, style, Span::from_usize(start, end.max(start)), key);
}
