//! Finds where the items of a body begin and end, without understanding them.
//!
//! The scanner knows comments, quoted strings, templates, heredocs and brackets: enough to
//! split a body into its attributes and blocks, so that a parser error costs one item and not
//! the file. It keeps its own stack on the heap, so no nesting is too deep for it.
//!
//! On sound text it follows the brackets alone. On broken text ([`Mode::Layout`]) it also
//! trusts the way people write: a quote ends on its line, `name =` never stands inside `[`
//! or `(`, and a closing brace belongs to the line that is indented like it.

use memchr::{memchr, memmem};

use super::layout;
use crate::span::Span;
use crate::tree::Comment;

/// How to read text whose brackets do not match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Stop and say so.
    Strict,
    /// Guess from lines and indentation where brackets end.
    Layout,
}

/// An attribute or a block, or broken text where one should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// From the first to the last byte that is not blank; comments behind it included.
    pub(super) span: Span,
    /// Most brackets open at once.
    pub(super) depth: usize,
}

/// Bytes that the parser must not see: it would read them differently than Terraform does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    pub(super) span: Span,
    pub(super) fill: u8,
}

/// What a scan found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) items: Vec<Item>,
    pub(super) comments: Vec<Comment>,
    pub(super) patches: Vec<Patch>,
    /// Objects with many entries, and how many.
    pub(super) crowds: Vec<(Span, usize)>,
    /// Openers and lines that do not fit. Empty for sound text.
    pub(super) culprits: Vec<u32>,
}

/// Objects with fewer entries are not worth recording.
const CROWD: usize = 256;

/// Heredocs whose end was searched in vain before further ones are not searched at all:
/// each search reads to the end of the text.
const FUTILE_SEARCHES: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bracket {
    Brace,
    /// Braces around a `for`, in which line breaks mean nothing.
    ForBrace,
    Square,
    Round,
    Interp,
    Quote,
    Heredoc(Span),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) bracket: Bracket,
    pub(super) at: u32,
    /// Indentation of the line on which it was opened.
    pub(super) indent: u32,
    /// Entries of an object; the attributes of a block do not count.
    entries: Option<usize>,
}

impl Frame {
    pub(super) fn is_brace(self) -> bool {
        matches!(self.bracket, Bracket::Brace | Bracket::ForBrace)
    }
}

/// Splits `region` of `source` into items.
pub(super) fn scan(source: &str, region: Span, mode: Mode) -> Scan {
    let mut scanner = Scanner::new(source, region, mode);
    scanner.run();
    scanner.scan
}

/// Offset of the brace that closes the body beginning at `body`, in broken text. Without
/// `brace` the body has no opening one.
pub(super) fn closing(source: &str, body: u32, end: u32, brace: bool) -> Option<u32> {
    let mut scanner = Scanner::new(source, Span::new(body, end), Mode::Layout);
    if brace {
        scanner.code();
    } else {
        scanner.open(Bracket::Brace, 0);
    }
    while scanner.at < scanner.bytes.len() {
        scanner.step();
        if scanner.stack.is_empty() {
            let last = scanner.at.saturating_sub(1);
            return (scanner.bytes.get(last) == Some(&b'}')).then(|| offset(last));
        }
    }
    None
}

/// Where the key that begins at `from` ends.
pub(super) fn key_end(source: &str, from: usize) -> Option<usize> {
    let region = Span::from_usize(from, source.len());
    let mut scanner = Scanner::new(source, region, Mode::Strict);
    while scanner.at < scanner.bytes.len() && !scanner.stopped() {
        if scanner.stack.is_empty() {
            match scanner.peek(0) {
                b'=' | b':' => {
                    return Some(layout::trim_end(scanner.bytes, from, scanner.at));
                }
                b'\n' => return None,
                _ => {}
            }
        }
        scanner.step();
    }
    None
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    mode: Mode,
    stack: Vec<Frame>,
    /// Start of the current item.
    item: Option<u32>,
    depth: usize,
    /// Indentation of the first item.
    margin: Option<u32>,
    /// Indentation of the current line.
    indent: u32,
    futile: usize,
    scan: Scan,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, region: Span, mode: Mode) -> Self {
        let bytes = text.as_bytes().get(..region.end as usize).unwrap_or_default();
        let at = region.start as usize;
        Self {
            text,
            bytes,
            at,
            mode,
            stack: Vec::new(),
            item: None,
            depth: 0,
            margin: None,
            indent: layout::indent(bytes, layout::line_start(bytes, at)),
            futile: 0,
            scan: Scan::default(),
        }
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() && !self.stopped() {
            self.step();
        }
        while let Some(frame) = self.stack.pop() {
            self.scan.culprits.push(frame.at);
        }
        self.end_item(self.bytes.len());
        self.scan.culprits.sort_unstable();
    }

    fn step(&mut self) {
        match self.stack.last().map(|it| it.bracket) {
            Some(Bracket::Quote) => self.quoted(),
            Some(Bracket::Heredoc(marker)) => self.heredoc(marker),
            _ => self.code(),
        }
    }

    /// Sound text is the common case; the first culprit sends the caller to the other mode.
    fn stopped(&self) -> bool {
        self.mode == Mode::Strict && !self.scan.culprits.is_empty()
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn code(&mut self) {
        let byte = self.peek(0);
        match byte {
            b'\n' => return self.line_break(),
            b' ' | b'\t' | b'\r' => {
                self.at += 1;
                return;
            }
            b'#' => return self.line_comment(1),
            b'/' if self.peek(1) == b'/' => return self.line_comment(2),
            b'/' if self.peek(1) == b'*' => return self.block_comment(),
            _ => {}
        }
        self.item.get_or_insert(offset(self.at));
        match byte {
            b'"' => self.open(Bracket::Quote, 1),
            b'{' if self.starts_for() => self.open(Bracket::ForBrace, 1),
            b'{' => self.open(Bracket::Brace, 1),
            b'[' => self.open(Bracket::Square, 1),
            b'(' => self.open(Bracket::Round, 1),
            b'}' | b']' | b')' => self.close(byte),
            b'<' if self.peek(1) == b'<' => self.open_heredoc(),
            b',' => {
                self.count_entry();
                self.at += 1;
            }
            _ => self.word(),
        }
    }

    /// Skips bytes that mean nothing here.
    fn word(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let special = |it: &u8| {
            matches!(
                it,
                b'\n'
                    | b'\r'
                    | b' '
                    | b'\t'
                    | b'#'
                    | b'/'
                    | b'"'
                    | b'{'
                    | b'['
                    | b'('
                    | b'}'
                    | b']'
                    | b')'
                    | b'<'
                    | b','
            )
        };
        let skipped = rest.iter().skip(1).position(special).map_or(rest.len(), |it| it + 1);
        self.at += skipped.max(1);
    }

    fn open(&mut self, bracket: Bracket, len: usize) {
        let entries = (bracket == Bracket::Brace && !self.is_block()).then_some(0);
        self.stack.push(Frame { bracket, at: offset(self.at), indent: self.indent, entries });
        self.depth = self.depth.max(self.stack.len());
        self.at += len;
    }

    /// True when the brace here follows a name or label.
    fn is_block(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        let last = before.iter().rev().find(|it| !matches!(it, b' ' | b'\t'));
        last.is_some_and(|it| it.is_ascii_alphanumeric() || b"_-\"".contains(it) || !it.is_ascii())
    }

    fn pop(&mut self) {
        let Some(frame) = self.stack.pop() else { return };
        if let Some(entries) = frame.entries.filter(|it| *it >= CROWD) {
            let span = Span::new(frame.at, offset(self.at + 1));
            self.scan.crowds.push((span, entries));
        }
    }

    /// Gives up on the innermost bracket.
    fn abandon(&mut self) {
        if let Some(frame) = self.stack.pop() {
            self.scan.culprits.push(frame.at);
        }
    }

    fn close(&mut self, byte: u8) {
        let fits = |frame: &Frame| match byte {
            b'}' => frame.is_brace() || frame.bracket == Bracket::Interp,
            b']' => frame.bracket == Bracket::Square,
            _ => frame.bracket == Bracket::Round,
        };
        if self.mode == Mode::Layout {
            let first = layout::line_start(self.bytes, self.at) + self.indent as usize == self.at;
            let keep = layout::partner(&self.stack, fits, first.then_some(self.indent));
            while keep.is_some_and(|it| self.stack.len() > it + 1) {
                self.abandon();
            }
        }
        if self.stack.last().is_some_and(fits) {
            self.pop();
        } else {
            self.scan.culprits.push(offset(self.at));
        }
        self.at += 1;
    }

    /// A line break in code: the end of an item when no bracket is open.
    fn line_break(&mut self) {
        self.count_entry();
        let next = self.at + 1;
        if self.mode == Mode::Layout {
            self.abandon_unclosed(next);
        }
        match self.stack.last() {
            _ if self.mode == Mode::Layout && self.lacks_brace(next) => {
                self.scan.culprits.push(offset(layout::line_start(self.bytes, self.at)));
                self.open(Bracket::Brace, 0);
            }
            None => self.end_item(self.at),
            Some(frame) if frame.bracket == Bracket::ForBrace => {
                let start = if self.at > 0 && self.bytes.get(self.at - 1) == Some(&b'\r') {
                    self.at - 1
                } else {
                    self.at
                };
                let span = Span::from_usize(start, next);
                self.scan.patches.push(Patch { span, fill: b' ' });
            }
            Some(_) => {}
        }
        self.at = next;
        self.indent = layout::indent(self.bytes, next);
    }

    /// Ends brackets that, by the look of the next line, were never closed.
    fn abandon_unclosed(&mut self, next: usize) {
        if self.stack.is_empty() || self.stack.len() > layout::LOOKS {
            return;
        }
        let Some(line) = layout::next_line(self.bytes, next) else { return };
        let keep = layout::kept(&self.stack, &line, self.bytes);
        while self.stack.len() > keep {
            self.abandon();
        }
    }

    /// True when the line that ends here lacks nothing but the `{` of a block.
    fn lacks_brace(&self, next: usize) -> bool {
        let line = layout::line_start(self.bytes, self.at);
        let begins_here = match self.stack.last() {
            None => self.item.is_some_and(|it| it as usize >= line),
            Some(frame) => {
                frame.bracket == Bracket::Brace
                    && (frame.at as usize) < line
                    && frame.indent < self.indent
            }
        };
        begins_here
            && self.stack.len() <= layout::LOOKS
            && self.margin.is_none_or(|it| self.indent >= it)
            && layout::is_bare_header(self.bytes, line)
            && layout::next_line(self.bytes, next).is_some_and(|it| it.indent > self.indent)
    }

    fn end_item(&mut self, end: usize) {
        if let Some(start) = self.item.take() {
            let line = layout::line_start(self.bytes, start as usize);
            self.margin.get_or_insert(layout::indent(self.bytes, line));
            let end = layout::trim_end(self.bytes, start as usize, end);
            let span = Span::new(start, offset(end));
            self.scan.items.push(Item { span, depth: self.depth });
        }
        self.depth = 0;
    }

    fn count_entry(&mut self) {
        if let Some(entries) = self.stack.last_mut().and_then(|it| it.entries.as_mut()) {
            *entries += 1;
        }
    }

    /// True when the brace here begins a `for` expression.
    fn starts_for(&self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let blank = rest.iter().position(|it| !it.is_ascii_whitespace()).unwrap_or(rest.len());
        let word = rest.get(blank..).unwrap_or_default();
        word.starts_with(b"for") && matches!(word.get(3), Some(b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn line_comment(&mut self, marker: usize) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut end = self.at + memchr(b'\n', rest).unwrap_or(rest.len());
        if end > self.at && self.bytes.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        let span = Span::from_usize(self.at, end);
        let text = Span::from_usize((self.at + marker).min(end), end);
        self.scan.comments.push(Comment { span, text });
        if self.stack.last().is_some_and(|it| it.bracket == Bracket::ForBrace) {
            // Its line break is about to become a space.
            self.scan.patches.push(Patch { span, fill: b' ' });
        }
        self.at = end.max(self.at + 1);
    }

    fn block_comment(&mut self) {
        let inside = self.bytes.get(self.at + 2..).unwrap_or_default();
        let Some(len) = memmem::find(inside, b"*/") else {
            self.scan.culprits.push(offset(self.at));
            self.item.get_or_insert(offset(self.at));
            // Without its end it is no comment: read on behind the marker.
            self.at += 2;
            return;
        };
        let end = self.at + 2 + len + 2;
        let span = Span::from_usize(self.at, end);
        let text = Span::from_usize(self.at + 2, end - 2);
        self.scan.comments.push(Comment { span, text });
        self.at = end;
    }

    fn quoted(&mut self) {
        match self.peek(0) {
            b'"' => {
                self.pop();
                self.at += 1;
            }
            b'\\' if !matches!(self.peek(1), b'\n' | b'\r' | 0) => self.at += 2,
            b'\n' => self.unclosed_quote(),
            b'$' | b'%' => self.marker(),
            _ => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let special = |it: &u8| matches!(it, b'"' | b'\\' | b'\n' | b'$' | b'%');
                let skipped = rest.iter().skip(1).position(special);
                self.at += skipped.map_or(rest.len(), |it| it + 1).max(1);
            }
        }
    }

    /// A quoted string ends on its line.
    fn unclosed_quote(&mut self) {
        while let Some(frame) = self.stack.last() {
            let outermost = frame.bracket == Bracket::Quote;
            self.abandon();
            if outermost {
                break;
            }
        }
    }

    /// `$` or `%` in a template.
    fn marker(&mut self) {
        let byte = self.peek(0);
        if self.peek(1) == byte && self.peek(2) == b'{' {
            self.at += 3;
        } else if self.peek(1) == b'{' {
            self.open(Bracket::Interp, 2);
        } else {
            self.at += 1;
        }
    }

    fn open_heredoc(&mut self) {
        let Some((marker, content)) = layout::heredoc_start(self.text, self.bytes, self.at) else {
            self.at += 2;
            return;
        };
        if self.futile >= FUTILE_SEARCHES || !self.has_end(marker, content) {
            self.futile += 1;
            self.scan.culprits.push(offset(self.at));
            self.at = content - 1;
            return;
        }
        self.open(Bracket::Heredoc(marker), 0);
        self.at = content;
    }

    fn has_end(&self, marker: Span, content: usize) -> bool {
        let mut line = content;
        while line < self.bytes.len() {
            let end = layout::line_end(self.bytes, line);
            if layout::is_marker(self.bytes, line, end, marker) {
                return true;
            }
            line = end + 1;
        }
        false
    }

    /// The text of a heredoc, from the start of a line or behind an interpolation.
    fn heredoc(&mut self, marker: Span) {
        let starts_line = self.at > 0 && self.bytes.get(self.at - 1) == Some(&b'\n');
        let end = layout::line_end(self.bytes, self.at);
        if starts_line {
            if layout::is_marker(self.bytes, self.at, end, marker) {
                self.pop();
                self.indent = layout::indent(self.bytes, self.at);
                self.at = layout::trim_end(self.bytes, self.at, end);
                return;
            }
            self.hide_false_end(end, marker);
        }
        let line = self.bytes.get(self.at..end).unwrap_or_default();
        match line.iter().position(|it| matches!(it, b'$' | b'%')) {
            Some(special) => {
                self.at += special;
                self.marker();
            }
            None => self.at = end + 1,
        }
    }

    /// `hcl-edit` ends a heredoc at a line that only begins with the marker.
    fn hide_false_end(&mut self, end: usize, marker: Span) {
        let line = self.bytes.get(self.at..end).unwrap_or_default();
        let blank = line.iter().position(|it| !matches!(it, b' ' | b'\t')).unwrap_or(line.len());
        let word = self.bytes.get(marker.range()).unwrap_or_default();
        if !line.get(blank..).unwrap_or_default().starts_with(word) {
            return;
        }
        let start = self.at + blank;
        let first = self.text.get(start..).and_then(|it| it.chars().next());
        let span = Span::from_usize(start, start + first.map_or(1, char::len_utf8));
        let fill = if first == Some('_') { b'x' } else { b'_' };
        self.scan.patches.push(Patch { span, fill });
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
