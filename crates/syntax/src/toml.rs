//! TOML: the tables of the `toml` crate, put into the tree in source order.
//!
//! The library recovers from errors by inventing values, which nobody may take for real. So
//! a broken line is masked and the text read again until only repeated keys are left.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Error};

use crate::builder::{Builder, Key};
use crate::escape;
use crate::masked::{Mask, Masked};
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Comment, Flags, Kind, OffsetMap, Style, Tree};

/// Bytes that may be read again because of broken lines, per file.
const BUDGET: usize = 8 << 20;

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    if source.trim_ascii().is_empty() {
        return builder.finish();
    }
    let mut text = Masked::plain(&source);
    repair(&mut builder, &mut text);
    let masked = text.text().to_owned();
    let (table, errors) = DeTable::parse_recoverable(&masked);
    for error in errors.iter().filter(|it| is_duplicate(it)) {
        let message = "this key or table stands earlier in the file: the first one is kept";
        builder.problem(ProblemKind::DuplicateKey, place(error), message);
    }
    let scan = Scan::new(&masked);
    for span in scan.comments {
        builder.comment(Comment { span, text: Span::new(span.start + 1, span.end) });
    }
    let headers = scan.headers;
    let mut lowering = Lowering { text: &text, headers, builder, depth: 0 };
    let span = Span::from_usize(0, source.len());
    lowering.table(table.get_ref(), span, Style::None, Key::default());
    lowering.builder.finish()
}

fn is_duplicate(error: &Error) -> bool {
    error.message().contains("duplicate key")
}

fn place(error: &Error) -> Span {
    error.span().map_or(Span::default(), |it| Span::from_usize(it.start, it.end))
}

/// Masks broken lines until none is left, or none can be found.
fn repair(builder: &mut Builder, text: &mut Masked<'_>) {
    let mut budget = BUDGET;
    let limit = builder.limits().errors;
    for count in 0.. {
        let current = text.text().to_owned();
        let Some((at, kind)) = first_error(&current) else { return };
        let line = suspect(&current, at, kind).map(|it| line(&current, it));
        let Some(line) = line.filter(|_| count < limit && budget >= current.len()) else {
            builder.problem(kind, Span::new(at, at), message(kind));
            // What the library makes of the rest is not to be trusted.
            hide(text, Span::from_usize(line_start(&current, at), current.len()));
            return;
        };
        budget -= current.len();
        let hidden = hide_value(text, &current, line)
            .filter(|_| first_error(text.text()).is_none_or(|(next, _)| next > line.end))
            .unwrap_or_else(|| {
                let span = broken_part(&current, line);
                hide(text, span);
                span
            });
        let raw = current.get(hidden.range()).unwrap_or("");
        let first = raw.trim_ascii_start();
        let start = hidden.start + clamp(raw.len() - first.len());
        let len = first.lines().next().unwrap_or("").trim_ascii_end().len();
        builder.problem(kind, Span::new(start, start + clamp(len)), message(kind));
    }
}

/// Where the cause of an error is: what is never closed makes errors of all that follows.
fn suspect(current: &str, at: u32, kind: ProblemKind) -> Option<u32> {
    let scan = Scan::new(current);
    match kind {
        // The library does not say where.
        ProblemKind::Limit => scan.deep,
        _ => Some(scan.open_string.or(scan.open_bracket).filter(|it| *it <= at).unwrap_or(at)),
    }
}

fn message(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Limit => "nested too deep: this was left out",
        _ => "this is not valid TOML",
    }
}

/// The first error that is not a repeated key.
fn first_error(text: &str) -> Option<(u32, ProblemKind)> {
    let (_, errors) = DeTable::parse_recoverable(text);
    let broken = errors.iter().filter(|it| !is_duplicate(it));
    let found = broken.min_by_key(|it| place(it).start)?;
    let deep = found.message().contains("recursion limit");
    let kind = if deep { ProblemKind::Limit } else { ProblemKind::Syntax };
    Some((place(found).start, kind))
}

/// `key = broken` becomes `key = "xxxx"`, so that the key stays.
fn hide_value(text: &mut Masked<'_>, current: &str, line: Span) -> Option<Span> {
    let raw = current.get(line.range())?;
    let (key, value) = raw.split_once('=')?;
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"_-. \t\"'".contains(&it);
    if key.trim_ascii().is_empty() || !key.bytes().all(plain) {
        return None;
    }
    let trimmed = value.trim_ascii();
    let start = line.end - clamp(value.trim_ascii_start().len());
    let new = match trimmed.len() {
        0 => return None,
        1 => "0".to_owned(),
        len => format!("\"{}\"", "x".repeat(len - 2)),
    };
    let span = Span::new(start, start + clamp(trimmed.len()));
    text.replace(start as usize, &new)?;
    text.add(Mask::unknown(span, true));
    Some(span)
}

/// The line; of a table's header also what stands below it, which would else belong to the
/// table before.
fn broken_part(current: &str, line: Span) -> Span {
    let raw = current.get(line.range()).unwrap_or("");
    if !raw.trim_ascii_start().starts_with('[') {
        return line;
    }
    let rest = current.get(line.end as usize..).unwrap_or("");
    let lines = rest.split_inclusive('\n').skip(1);
    let below = lines.take_while(|it| !it.trim_ascii_start().starts_with('['));
    let len: usize = below.map(str::len).sum();
    let line_break = rest.split_inclusive('\n').next().map_or(0, str::len);
    Span::new(line.start, line.end + clamp(line_break + len))
}

fn hide(text: &mut Masked<'_>, span: Span) {
    let raw = text.text().get(span.range()).unwrap_or("");
    let byte = |it| if matches!(it, b'\n' | b'\r') { char::from(it) } else { ' ' };
    let new: String = raw.bytes().map(byte).collect();
    if text.replace(span.start as usize, &new).is_some() {
        text.add(Mask::unknown(span, true));
    }
}

fn line_start(text: &str, at: u32) -> usize {
    let before = text.as_bytes().get(..at as usize).unwrap_or(text.as_bytes());
    memchr::memrchr(b'\n', before).map_or(0, |it| it + 1)
}

fn line(text: &str, at: u32) -> Span {
    let start = line_start(text, at);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    Span::from_usize(start, start + memchr::memchr(b'\n', rest).unwrap_or(rest.len()))
}

fn clamp(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// What the library does not keep: comments, and where each table's header stands.
#[derive(Default)]
struct Scan {
    comments: Vec<Span>,
    headers: Vec<u32>,
    /// A string of several lines that is never closed.
    open_string: Option<u32>,
    /// The outermost bracket that is never closed.
    open_bracket: Option<u32>,
    /// A line that nests deeper than the library reads.
    deep: Option<u32>,
}

/// A little less than what the library refuses, in brackets and in parts of a key.
const DEEP: usize = 60;

impl Scan {
    fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut scan = Self::default();
        let (mut at, mut brackets, mut blank_line, mut dots) = (0, 0_usize, true, 0_usize);
        while let Some(&byte) = bytes.get(at) {
            let rest = bytes.get(at..).unwrap_or_default();
            let len = match byte {
                b'#' => {
                    let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                    scan.comments.push(Span::from_usize(at, at + len));
                    len
                }
                b'"' | b'\'' => string_len(rest, byte).unwrap_or_else(|| {
                    scan.open_string.get_or_insert(clamp(at));
                    rest.len()
                }),
                b'[' if blank_line && brackets == 0 => {
                    scan.headers.push(clamp(at));
                    memchr::memchr2(b'\n', b'#', rest).unwrap_or(rest.len())
                }
                b'[' | b'{' => {
                    brackets += 1;
                    let outer = *scan.open_bracket.get_or_insert(clamp(at));
                    if brackets > DEEP {
                        scan.deep.get_or_insert(outer);
                    }
                    1
                }
                b']' | b'}' => {
                    brackets = brackets.saturating_sub(1);
                    scan.open_bracket = scan.open_bracket.filter(|_| brackets > 0);
                    1
                }
                _ => 1,
            };
            let part = bytes.get(at..at + len).unwrap_or_default();
            dots = if byte == b'\n' { 0 } else { dots + memchr::memchr_iter(b'.', part).count() };
            if dots > DEEP && brackets == 0 {
                scan.deep.get_or_insert(clamp(at));
            }
            blank_line = byte == b'\n' || (blank_line && matches!(byte, b' ' | b'\t' | b'\r'));
            at += len;
        }
        scan
    }
}

/// Length of a string with its quotes. A string of one line ends with its line at the
/// latest; `None` for one of several lines that never ends.
fn string_len(text: &[u8], quote: u8) -> Option<usize> {
    let triple = [quote; 3];
    if text.starts_with(&triple) {
        let mut at = 3;
        while let Some(&byte) = text.get(at) {
            if byte == b'\\' && quote == b'"' {
                at += 2;
            } else if text.get(at..).is_some_and(|it| it.starts_with(&triple)) {
                // Up to two quotes may stand before the closing three.
                let more = text.get(at..).unwrap_or_default();
                return Some(at + more.iter().take(5).take_while(|it| **it == quote).count());
            } else {
                at += 1;
            }
        }
        return None;
    }
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' => return Some(at),
            b'\\' if quote == b'"' && text.get(at + 1) != Some(&b'\n') => at += 2,
            _ if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    Some(text.len())
}

struct Lowering<'t, 's> {
    text: &'t Masked<'s>,
    headers: Vec<u32>,
    builder: Builder,
    depth: usize,
}

impl Lowering<'_, '_> {
    /// Adds a table; returns the end of what belongs to it in the source.
    fn table(&mut self, table: &DeTable<'_>, span: Span, style: Style, key: Key) -> u32 {
        if self.is_too_deep(span, &key) {
            return span.end;
        }
        self.depth += 1;
        let open = self.builder.open(Kind::Map, style, span, key);
        // A table reaches to the next header; its own tables may stand anywhere after.
        let limit = self.next_header(span.start).max(span.end);
        let mut end = span.end;
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| (key.span().start, key.span().end));
        for (name, value) in entries {
            let key = self.key(name);
            let child = self.value(value, key);
            if child <= limit {
                end = end.max(child);
            }
        }
        let extent = match self.is_block(span) {
            true => Span::new(span.start, self.next_header(span.start)),
            false => Span::new(span.start, end),
        };
        if style != Style::Flow && !self.text.within(extent).is_empty() {
            let id = self.builder.id(open);
            self.builder.add_flags(id, Flags::MASKED);
        }
        self.builder.close(open, end);
        self.depth -= 1;
        end
    }

    fn array(&mut self, items: &DeArray<'_>, span: Span, style: Style, key: Key) -> u32 {
        if self.is_too_deep(span, &key) {
            return span.end;
        }
        self.depth += 1;
        let open = self.builder.open(Kind::Seq, style, span, key);
        for item in items {
            self.value(item, Key::default());
        }
        self.builder.close(open, span.end);
        self.depth -= 1;
        span.end
    }

    fn is_too_deep(&mut self, span: Span, key: &Key) -> bool {
        let deep = self.depth > self.builder.limits().depth;
        if deep {
            self.builder.depth_limit(span);
            self.builder.leaf(Kind::Opaque, Style::None, span, key.clone());
        }
        deep
    }

    /// True for the root and for a table with a header: lines below belong to them.
    fn is_block(&self, span: Span) -> bool {
        self.depth == 1 || self.headers.binary_search(&span.start).is_ok()
    }

    fn next_header(&self, after: u32) -> u32 {
        let at = self.headers.partition_point(|it| *it <= after);
        self.headers.get(at).copied().unwrap_or(clamp(self.text.original.len()))
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, key: Key) -> u32 {
        let span = Span::from_usize(value.span().start, value.span().end);
        if !self.text.is_plain() && self.text.hides(span) {
            self.builder.leaf(Kind::Opaque, Style::None, span, key);
            return span.end;
        }
        let in_line = self.text.original.as_bytes().get(span.start as usize);
        let style = match in_line {
            Some(b'[' | b'{') if self.headers.binary_search(&span.start).is_err() => Style::Flow,
            _ => Style::None,
        };
        match value.get_ref() {
            DeValue::Table(table) => return self.table(table, span, style, key),
            DeValue::Array(items) => return self.array(items, span, style, key),
            DeValue::String(text) => self.string(text, span, key),
            DeValue::Integer(_) | DeValue::Float(_) => {
                self.builder.leaf(Kind::Number, Style::None, span, key);
            }
            DeValue::Boolean(_) => {
                self.builder.leaf(Kind::Bool, Style::None, span, key);
            }
            DeValue::Datetime(_) => {
                self.builder.leaf(Kind::String, Style::Plain, span, key);
            }
        }
        span.end
    }

    fn string(&mut self, text: &str, span: Span, key: Key) {
        let raw = self.slice(span);
        let (style, quotes) = quotes(raw);
        let content = Span::new(span.start + quotes, span.end.saturating_sub(quotes));
        let inner = self.slice(content);
        if quotes == 1 && inner == text {
            self.builder.leaf(Kind::String, style, span, key);
            return;
        }
        // The line break behind the opening quotes does not count.
        let skipped = match quotes {
            3 => inner.len() - strip_line_break(inner).len(),
            _ => 0,
        };
        let content = Span::new(content.start + clamp(skipped), content.end);
        let inner = self.slice(content);
        let map = if inner == text {
            Some(OffsetMap::identity(content.start, content.end))
        } else {
            let (cooked, map) = escape::unescape(inner, content.start, escape::Syntax::Toml);
            (cooked == text).then_some(map)
        };
        // One place for the whole text is true where the way back is not known.
        let map = map.unwrap_or_else(|| OffsetMap::identity(content.start, content.start));
        self.builder.cooked(Kind::String, style, span, key, text, map);
    }

    fn key(&self, name: &Spanned<toml::de::DeString<'_>>) -> Key {
        let span = Span::from_usize(name.span().start, name.span().end);
        let (_, quotes) = quotes(self.slice(span));
        let span = Span::new(span.start + quotes, span.end.saturating_sub(quotes));
        let text = name.get_ref();
        let same = !span.is_empty() && self.slice(span) == &**text;
        Key { span, text: (!same).then(|| text.to_string()), flags: Flags::default() }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.original.get(span.range()).unwrap_or("")
    }
}

/// Style of a string, and how many quotes stand on each side.
fn quotes(raw: &str) -> (Style, u32) {
    match raw.as_bytes() {
        [b'"', b'"', b'"', ..] | [b'\'', b'\'', b'\'', ..] if raw.len() >= 6 => (Style::Block, 3),
        [b'"', _, ..] => (Style::Double, 1),
        [b'\'', _, ..] => (Style::Single, 1),
        _ => (Style::Plain, 0),
    }
}

fn strip_line_break(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text)
}
