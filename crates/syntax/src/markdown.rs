//! Markdown with YAML front matter, as agents, skills and commands are written.
//!
//! The programs that read these files split front matter line by line and accept much that
//! YAML does not (`tools: *`, `description: CRITICAL: …`). Such a value is the string that
//! stands there; only what nobody can read is a problem.

use crate::builder::{Builder, Key};
use crate::masked::{Mask, Masked};
use crate::span::Span;
use crate::tree::{Comment, Kind, Style, Tree};
use crate::yaml::{self, Dialect};

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    if source.is_empty() {
        return builder.finish();
    }
    let start = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let whole = Span::from_usize(start, source.len());
    let stream = builder.open(Kind::Stream, Style::None, whole, Key::default());
    let front = front_matter(&source, whole);
    let body = match front {
        Some(front) => {
            yaml_part(&mut builder, &source, front.yaml);
            Span::new(front.end, whole.end)
        }
        None => {
            let nothing = Span::new(whole.start, whole.start);
            builder.leaf(Kind::Null, Style::None, nothing, Key::default());
            whole
        }
    };
    builder.leaf(Kind::String, Style::None, body, Key::default());
    builder.markdown();
    for comment in comments(&source, body) {
        builder.comment(comment);
    }
    builder.close(stream, whole.end);
    builder.finish()
}

struct FrontMatter {
    /// Between the fences.
    yaml: Span,
    /// Behind the closing fence and its line break.
    end: u32,
}

fn front_matter(source: &str, whole: Span) -> Option<FrontMatter> {
    let text = source.get(whole.range())?;
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let start = whole.start + clamp(first.len());
    let mut end = start;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            let yaml = Span::new(start, end);
            // A rule above a paragraph is not front matter.
            let is_map = yaml::is_map(source.get(yaml.range())?);
            return is_map.then(|| FrontMatter { yaml, end: end + clamp(line.len()) });
        }
        end += clamp(line.len());
    }
    None
}

/// Adds the front matter's map, or nothing where there is none.
fn yaml_part(builder: &mut Builder, source: &str, part: Span) {
    let before = builder.len();
    let mut text = Masked::plain(source);
    let mut left = builder.limits().errors;
    while let Some(suspects) = yaml::suspects(&text, part) {
        let literal = suspects.into_iter().find_map(|at| literal_value(&text, part, at));
        let Some((span, filler)) = literal.filter(|_| left > 0) else { break };
        left -= 1;
        if text.replace(span.start as usize, &filler).is_none() {
            break;
        }
        text.add(Mask::literal(span));
    }
    yaml::documents(builder, &mut text, Dialect::FrontMatter, part);
    if builder.len() == before {
        builder.leaf(Kind::Null, Style::None, part, Key::default());
    }
}

/// The value on the line of `at`, or on the line before, when it is not YAML by itself; with
/// what to read instead.
fn literal_value(text: &Masked<'_>, part: Span, at: u32) -> Option<(Span, String)> {
    let here = line(text.text(), part, at)?;
    let before = here.start.checked_sub(1).and_then(|it| line(text.text(), part, it));
    [Some(here), before].into_iter().flatten().find_map(|line| {
        let raw = text.text().get(line.range())?.trim_end();
        let colon = raw.find(": ")?;
        let key = raw.get(..colon)?.trim_start_matches([' ', '-']);
        let plain = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | ' ');
        if key.is_empty() || !key.chars().all(plain) {
            return None;
        }
        let value = raw.get(colon + 2..)?.trim_start();
        if value.is_empty() || value.starts_with(['|', '>', '&']) || text.text().is_empty() {
            return None;
        }
        let start = line.start + clamp(raw.len() - value.len());
        let span = Span::new(start, start + clamp(value.len()));
        let own = Masked::plain(raw);
        let alone = yaml::suspects(&own, Span::from_usize(0, raw.len()));
        alone.map(|_| (span, "x".repeat(value.len())))
    })
}

/// The line of an offset inside a part of a text, without its line break.
fn line(text: &str, part: Span, at: u32) -> Option<Span> {
    let at = at.min(part.end);
    if at < part.start {
        return None;
    }
    let before = text.as_bytes().get(part.start as usize..at as usize)?;
    let start = memchr::memrchr(b'\n', before).map_or(0, |it| it + 1);
    let start = part.start as usize + start;
    let rest = text.as_bytes().get(start..part.end as usize)?;
    Some(Span::from_usize(start, start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())))
}

/// HTML comments of the body; what stands in code is text.
fn comments(source: &str, body: Span) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut fence: Option<(u8, usize)> = None;
    let mut at = body.start as usize;
    while let Some(rest) = source.get(at..body.end as usize).filter(|it| !it.is_empty()) {
        let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |it| it + 1);
        let line = rest.get(..len).unwrap_or(rest);
        let marker = fence_marker(line);
        match (fence, marker) {
            (Some((open, width)), Some((byte, count, bare))) => {
                if byte == open && count >= width && bare {
                    fence = None;
                }
            }
            (Some(_), None) => {}
            (None, Some((byte, count, _))) => fence = Some((byte, count)),
            (None, None) => {
                at = comments_of_line(source, body, at, len, &mut found);
                continue;
            }
        }
        at += len;
    }
    found
}

/// Adds the comments that begin on a line; returns where to go on.
fn comments_of_line(
    source: &str,
    body: Span,
    line: usize,
    len: usize,
    found: &mut Vec<Comment>,
) -> usize {
    let bytes = source.as_bytes();
    let mut at = line;
    while at < line + len {
        let rest = bytes.get(at..body.end as usize).unwrap_or_default();
        if rest.starts_with(b"`") {
            let ticks = rest.iter().take_while(|it| **it == b'`').count();
            let in_line = rest.get(ticks..line + len - at).unwrap_or_default();
            at += ticks + code_len(in_line, ticks).unwrap_or(0);
        } else if rest.starts_with(b"<!--") {
            let Some(end) = memchr::memmem::find(rest.get(4..).unwrap_or_default(), b"-->") else {
                return line + len;
            };
            let span = Span::from_usize(at, at + end + 7);
            found.push(Comment { span, text: Span::new(span.start + 4, span.end - 3) });
            at += end + 7;
            if at > line + len {
                return at;
            }
        } else {
            let in_line = rest.get(1..(line + len).saturating_sub(at)).unwrap_or_default();
            let Some(next) = memchr::memchr2(b'`', b'<', in_line) else { return line + len };
            at += next + 1;
        }
    }
    line + len
}

/// Length from behind opening backticks to behind the closing ones.
fn code_len(rest: &[u8], ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'`', rest.get(at..)?) {
        at += found;
        let count = rest.get(at..)?.iter().take_while(|it| **it == b'`').count();
        at += count;
        if count == ticks {
            return Some(at);
        }
    }
    None
}

/// A code fence: its character, its width, and whether nothing follows.
fn fence_marker(line: &str) -> Option<(u8, usize, bool)> {
    let text = line.trim_start_matches(' ');
    if line.len() - text.len() > 3 {
        return None;
    }
    let byte = *text.as_bytes().first().filter(|it| matches!(it, b'`' | b'~'))?;
    let count = text.bytes().take_while(|it| *it == byte).count();
    let info = text.get(count..)?.trim();
    // Backticks in the info string make it a code span.
    let fence = count >= 3 && !(byte == b'`' && info.contains('`'));
    fence.then_some((byte, count, info.is_empty()))
}

fn clamp(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
