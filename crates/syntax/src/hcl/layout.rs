//! What lines and indentation say about broken text.
//!
//! People indent what is inside brackets, even while a bracket is missing. These rules only
//! decide where a broken item ends; they never change how sound text is read.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::scan::{Bracket, Frame};
use crate::span::Span;

/// Brackets deeper than this are left alone: each rule looks through all open ones.
pub(super) const LOOKS: usize = 256;

/// Blank and comment lines that a rule looks past.
const BLANK_LINES: usize = 32;

/// Blocks that stand only at the top level of Terraform and Terragrunt files.
const TOP_LEVEL: [&[u8]; 14] = [
    b"resource",
    b"data",
    b"variable",
    b"output",
    b"module",
    b"provider",
    b"terraform",
    b"locals",
    b"moved",
    b"import",
    b"removed",
    b"check",
    b"ephemeral",
    b"include",
];

/// What a line looks like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) indent: u32,
    /// Begins with a closing bracket.
    closes: bool,
    /// `name =` or `"name" =`.
    assigns: bool,
    /// `name "label" {`.
    header: bool,
    /// A header of a block that only stands at the top level.
    top_level: bool,
    start: usize,
    end: usize,
}

/// Offset of the first byte of the line that `at` is on.
pub(super) fn line_start(bytes: &[u8], at: usize) -> usize {
    bytes.get(..at).and_then(|it| memrchr(b'\n', it)).map_or(0, |it| it + 1)
}

/// Offset of the line break after `at`, or the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|it| memchr(b'\n', it)).map_or(bytes.len(), |it| at + it)
}

/// Blanks at the beginning of a line.
pub(super) fn indent(bytes: &[u8], line: usize) -> u32 {
    let rest = bytes.get(line..).unwrap_or_default();
    let blanks = rest.iter().position(|it| !is_blank(*it)).unwrap_or(rest.len());
    u32::try_from(blanks).unwrap_or(u32::MAX)
}

/// The end of `start..end` without trailing blanks and line breaks.
pub(super) fn trim_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let text = bytes.get(start..end).unwrap_or_default();
    start + text.trim_ascii_end().len()
}

/// The marker of the heredoc that begins at `at`, and where its text begins.
pub(super) fn heredoc_start(text: &str, bytes: &[u8], at: usize) -> Option<(Span, usize)> {
    let dash = usize::from(bytes.get(at + 2) == Some(&b'-'));
    let start = at + 2 + dash;
    let word = text.get(start..bytes.len())?;
    let end = start + word.find(|it| !is_name(it)).unwrap_or(word.len());
    let first = word.chars().next()?;
    let line_break = match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b'\n'), _) => 1,
        (Some(b'\r'), Some(b'\n')) => 2,
        _ => return None,
    };
    (is_name(first) && !first.is_ascii_digit() && first != '-')
        .then(|| (Span::from_usize(start, end), end + line_break))
}

/// True when a line holds nothing but the heredoc's marker.
pub(super) fn is_marker(bytes: &[u8], line: usize, end: usize, marker: Span) -> bool {
    let word = bytes.get(marker.range()).unwrap_or_default();
    bytes.get(line..end).unwrap_or_default().trim_ascii() == word
}

/// The next line that is neither blank nor a comment.
pub(super) fn next_line(bytes: &[u8], from: usize) -> Option<Line> {
    let mut start = from;
    for _ in 0..BLANK_LINES {
        if start >= bytes.len() {
            return None;
        }
        let end = line_end(bytes, start);
        let text = bytes.get(start..end).unwrap_or_default().trim_ascii();
        if !(text.is_empty() || text.starts_with(b"#") || text.starts_with(b"//")) {
            return Some(line(bytes, start, end));
        }
        start = end + 1;
    }
    None
}

/// How many of the open brackets still are open in view of the next line.
pub(super) fn kept(stack: &[Frame], line: &Line, bytes: &[u8]) -> usize {
    let mut keep = stack.len();
    // A line that is the marker of an open heredoc ends whatever was opened in its text.
    let heredoc = stack.iter().rposition(|it| match it.bracket {
        Bracket::Heredoc(marker) => is_marker(bytes, line.start, line.end, marker),
        _ => false,
    });
    if let Some(at) = heredoc {
        return at + 1;
    }
    if !line.assigns && !line.header {
        return keep;
    }
    // Assignments and blocks stand in braces only.
    while let Some(frame) = keep.checked_sub(1).and_then(|it| stack.get(it)) {
        if frame.is_brace() || matches!(frame.bracket, Bracket::Heredoc(_)) {
            break;
        }
        keep -= 1;
    }
    // What was opened on a line stands further in than that line, unless nothing in the file
    // is indented: then only a block of the top level tells. A closing bracket right behind
    // says that the line only stands too far left.
    let after = next_line(bytes, line.end + 1).filter(|it| it.closes);
    let overdue = |frame: &Frame| {
        frame.is_brace()
            && line.indent <= frame.indent
            && (frame.indent > 0 || line.top_level)
            && after.is_none_or(|it| it.indent != frame.indent)
    };
    let in_heredoc = stack.iter().rposition(|it| matches!(it.bracket, Bracket::Heredoc(_)));
    let from = in_heredoc.map_or(0, |it| it + 1);
    let overdue = stack.iter().take(keep).skip(from).position(overdue);
    overdue.map_or(keep, |it| from + it)
}

/// The open bracket that a closing one belongs to. `indent` is given when the closing one
/// stands first on its line.
pub(super) fn partner(
    stack: &[Frame],
    fits: impl Fn(&Frame) -> bool,
    indent: Option<u32>,
) -> Option<usize> {
    if let Some(top) = stack.last()
        && fits(top)
        && indent.is_none_or(|it| it == top.indent)
    {
        return Some(stack.len() - 1);
    }
    let barrier = |it: &Frame| matches!(it.bracket, Bracket::Quote | Bracket::Heredoc(_));
    let mut reach = stack.len().saturating_sub(LOOKS);
    let near = stack.get(reach..).unwrap_or_default();
    reach += near.iter().rposition(barrier).map_or(0, |it| it + 1);
    let near = stack.get(reach..).unwrap_or_default();
    if let Some(indent) = indent
        && let Some(at) = near.iter().rposition(|it| fits(it) && it.indent == indent)
    {
        return Some(reach + at);
    }
    let at = near.iter().rposition(&fits)?;
    let crossed = near.get(at + 1..).unwrap_or_default();
    let loose = crossed.iter().any(|it| it.is_brace());
    (!loose).then_some(reach + at)
}

/// True for `name`, `name "label"` and the like, alone on a line.
pub(super) fn is_bare_header(bytes: &[u8], start: usize) -> bool {
    let end = line_end(bytes, start);
    let text = bytes.get(start..end).unwrap_or_default().trim_ascii();
    let (_, rest) = words(text);
    !text.is_empty() && rest.is_empty() && !text.starts_with(b"\"")
}

fn line(bytes: &[u8], start: usize, end: usize) -> Line {
    let text = bytes.get(start..end).unwrap_or_default().trim_ascii();
    let (count, rest) = words(text);
    let assigns = count == 1 && rest.starts_with(b"=") && !matches!(rest.get(1), Some(b'=' | b'>'));
    let named = count >= 1 && !text.starts_with(b"\"");
    let header = named && (rest.starts_with(b"{") || (count >= 2 && rest.is_empty()));
    let first = text.split(|it| !is_name_byte(*it)).next().unwrap_or_default();
    Line {
        indent: indent(bytes, start),
        closes: matches!(text.first(), Some(b'}' | b']' | b')')),
        assigns,
        header,
        top_level: header && TOP_LEVEL.contains(&first) && (count >= 2 || is_unlabelled(first)),
        start,
        end,
    }
}

fn is_unlabelled(name: &[u8]) -> bool {
    matches!(name, b"terraform" | b"locals" | b"moved" | b"import" | b"removed")
}

/// Skips names and quoted labels; returns how many there were, and what follows.
fn words(text: &[u8]) -> (usize, &[u8]) {
    let mut rest = text;
    let mut count = 0;
    loop {
        rest = rest.trim_ascii_start();
        let len = match rest.first() {
            Some(b'"') => match rest.get(1..).and_then(|it| memchr(b'"', it)) {
                Some(len) => len + 2,
                None => return (count, rest),
            },
            Some(byte) if is_name_byte(*byte) => {
                rest.iter().position(|it| !is_name_byte(*it)).unwrap_or(rest.len())
            }
            _ => return (count, rest),
        };
        count += 1;
        rest = rest.get(len..).unwrap_or_default();
    }
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-')
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Reads the labels of a header whose name ends at `from`: where they end, and the offset of
/// what follows on the line.
pub(super) fn header(text: &[u8], from: usize) -> (usize, usize) {
    let mut end = from;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let blank = rest.iter().position(|it| !is_blank(*it)).unwrap_or(rest.len());
        let next = end + blank;
        let word = text.get(next..).unwrap_or_default();
        let len = match word.first() {
            Some(b'"') => {
                let line = word.get(..line_end(word, 0)).unwrap_or_default();
                match line.get(1..).and_then(|it| memchr(b'"', it)) {
                    Some(len) => len + 2,
                    None => return (end, next),
                }
            }
            Some(byte) if is_name_byte(*byte) => {
                word.iter().position(|it| !is_name_byte(*it)).unwrap_or(word.len())
            }
            _ => return (end, next),
        };
        end = next + len;
    }
}

/// The value of a line like `key = value,`.
pub(super) fn entry_value(line: &[u8]) -> Option<Range<usize>> {
    let (count, rest) = words(line);
    let assigns = rest.starts_with(b"=") && !matches!(rest.get(1), Some(b'=' | b'>'));
    if count != 1 || !(assigns || rest.starts_with(b":")) {
        return None;
    }
    let value = rest.get(1..).unwrap_or_default().trim_ascii_start();
    let start = line.len() - value.len();
    let value = value.trim_ascii_end();
    let value = value.strip_suffix(b",").unwrap_or(value).trim_ascii_end();
    (!value.is_empty()).then(|| start..start + value.len())
}
