//! YAML inside Go templates (Helm): the actions are masked by text of the same length that
//! YAML can read, then the rest is read as YAML with its true offsets.
//!
//! What a replacement must look like depends on where the action stands:
//!
//! - A line of actions alone becomes line breaks: blanks would be too deep for a block
//!   scalar, and a column would mean something.
//! - A value that is a block (`labels: {{ … | nindent 4 }}`) becomes blanks, so that lines
//!   below stay what they are.
//! - Control flow prints nothing and becomes blanks; what stands behind it on its line keeps
//!   the column at which the template prints it.
//! - Everything else prints a piece of text and becomes letters.

use crate::builder::Builder;
use crate::masked::{Mask, Masked};
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::Tree;
use crate::yaml::{self, Dialect};
use crate::{Word, mentions};

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    let mut masker = Masker::new(&source);
    masker.run();
    for span in masker.unclosed.drain(..).take(builder.limits().errors) {
        let message = "this template action is never closed: write `}}`";
        builder.problem(ProblemKind::Syntax, span, message);
    }
    let mut text = masker.finish();
    yaml::stream(&mut builder, &mut text, Dialect::Template);
    builder.finish()
}

/// True when a text contains Go template actions (`{{ … }}`).
pub fn has_template_actions(text: &str) -> bool {
    static OPEN: Word = Word::new("{{");
    OPEN.find(text).is_some_and(|it| mentions(text.get(it + 2..).unwrap_or_default(), "}}"))
}

/// One action, from `{{` to `}}`.
#[derive(Clone, Copy, Debug)]
struct Action {
    start: usize,
    end: usize,
    closed: bool,
    what: What,
    /// Column of what it prints, when it says so.
    indent: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// `if`, `range`, `with`: ends with an [`What::End`].
    Opens,
    /// `end`.
    End,
    /// `else`, assignments, comments: prints nothing, changes nothing for the mask.
    Silent,
    /// Prints text.
    Prints,
}

/// Unclosed actions after which the rest of a file is read line by line: looking for the
/// end of each through the whole file would take quadratic time.
const UNCLOSED: usize = 64;

/// Lines in which to look for the first that is not an action.
const LINES_AHEAD: usize = 64;

/// Bytes and actions within which `{{ if … }}a{{ end }}` counts as one value.
const CHOICE: (usize, usize) = (1024, 16);

struct Masker<'s> {
    source: &'s str,
    bytes: &'s [u8],
    out: Vec<u8>,
    masks: Vec<Mask>,
    unclosed: Vec<Span>,
    line: Line,
    /// The end of the last mask.
    filled: usize,
    /// The last answer of [`Masker::ends_line`], and the offset up to which it holds.
    rest: (usize, bool),
}

/// What is known about the line of the current action.
#[derive(Default)]
struct Line {
    start: usize,
    /// The offset at which its first column would be, without what was masked so far and
    /// prints nothing.
    printed: usize,
    /// The text before this offset was looked at.
    seen: usize,
    /// The first byte that is not blank.
    first: Option<usize>,
    /// The last byte that is not blank.
    last: Option<usize>,
}

impl<'s> Masker<'s> {
    fn new(source: &'s str) -> Self {
        let bytes = source.as_bytes();
        Self {
            source,
            bytes,
            out: bytes.to_vec(),
            masks: Vec::new(),
            unclosed: Vec::new(),
            line: Line::default(),
            filled: 0,
            rest: (0, false),
        }
    }

    fn finish(self) -> Masked<'s> {
        match String::from_utf8(self.out) {
            Ok(text) => Masked::new(self.source, text, self.masks),
            // Whole actions are replaced by ASCII, so this is valid UTF-8.
            Err(_) => Masked::plain(self.source),
        }
    }

    fn run(&mut self) {
        let mut at = 0;
        while let Some(start) = find(self.bytes, at, b"{{") {
            let action = self.action(start);
            if !action.closed {
                self.unclosed.push(Span::from_usize(action.start, action.end));
            }
            self.advance(start);
            at = self.mask(action);
            self.filled = at;
        }
    }

    /// Looks at the text up to `to`, with what was masked in it.
    fn advance(&mut self, to: usize) {
        for at in self.line.seen..to {
            if self.bytes.get(at) == Some(&b'\n') {
                self.line = Line { start: at + 1, printed: at + 1, ..Line::default() };
            } else if self.out.get(at).is_some_and(|it| !it.is_ascii_whitespace()) {
                self.line.first.get_or_insert(at);
                self.line.last = Some(at);
            }
        }
        self.line.seen = to;
    }

    /// Masks an action, or several that belong together; returns where to go on.
    fn mask(&mut self, action: Action) -> usize {
        let Action { start, end, what, indent, .. } = action;
        let prints = what == What::Prints;
        let own_line = self.line.first.is_none();
        if own_line && self.ends_line(end) {
            // The blanks before go too: a blank line may not be indented more than its block.
            self.fill(self.line.start.max(self.filled), end, b'\n', b'\n');
            self.record(Mask { own_line, ..mask(start, end, prints, indent) });
            return end;
        }
        if own_line && !prints {
            let width = start.saturating_sub(self.line.printed);
            let text = end.saturating_sub(width).max(start);
            self.line.printed = text;
            self.fill(start, text, b'\n', b'\n');
            self.fill(text, end, b' ', b' ');
            self.record(mask(start, end, false, None));
            return end;
        }
        if what == What::Opens
            && let Some(end) = self.choice_end(action)
        {
            self.fill(start, end, b'x', b' ');
            self.record(mask(start, end, true, None));
            return end;
        }
        let fill = if prints && !self.prints_block(action) { b'x' } else { b' ' };
        self.fill(start, end, fill, b' ');
        self.record(mask(start, end, prints, indent));
        end
    }

    /// The end of `{{ if … }}a{{ else }}b{{ end }}` on one line: one value of several.
    fn choice_end(&self, open: Action) -> Option<usize> {
        let (bytes, actions) = CHOICE;
        let window = self.bytes.get(..self.bytes.len().min(open.end + bytes))?;
        let mut depth = 1_usize;
        let mut at = open.end;
        let mut quotes = 0_usize;
        for _ in 0..actions {
            let start = find(window, at, b"{{")?;
            let between = window.get(at..start)?;
            if between.contains(&b'\n') {
                return None;
            }
            quotes += memchr::memchr_iter(b'"', between).count();
            let action = self.action(start);
            at = action.end;
            match action.what {
                What::Opens => depth += 1,
                What::End => depth -= 1,
                What::Silent | What::Prints => {}
            }
            if depth == 0 {
                // A quote that opens inside and closes outside cannot be hidden.
                return (quotes.is_multiple_of(2) && action.closed).then_some(at);
            }
            if !action.closed {
                return None;
            }
        }
        None
    }

    /// True for `key: {{ … }}` where the template prints a block below the key.
    fn prints_block(&self, action: Action) -> bool {
        let last = self.line.last.and_then(|it| self.out.get(it));
        let item = last == Some(&b'-') && self.line.first == self.line.last;
        if !(item || last == Some(&b':')) || !self.is_line_over(action.end) {
            return false;
        }
        let indent = indentation(self.bytes.get(self.line.start..).unwrap_or_default());
        action.indent.is_some() || self.next_line_is_below(action.end, indent, item)
    }

    /// True when the next line of text belongs to the value of a key at `indent`.
    fn next_line_is_below(&self, from: usize, indent: usize, in_list: bool) -> bool {
        let mut at = self.line_end(from);
        for _ in 0..LINES_AHEAD {
            if at >= self.bytes.len() {
                break;
            }
            let start = at + 1;
            at = self.line_end(start);
            let line = self.bytes.get(start..at).unwrap_or_default();
            let text = line.trim_ascii();
            if text.is_empty() || text.starts_with(b"#") || text.starts_with(b"{{") {
                continue;
            }
            let deep = indentation(line);
            return deep > indent || (deep == indent && text.starts_with(b"- ") && !in_list);
        }
        false
    }

    /// True when only actions, blanks and a comment follow on the line.
    fn ends_line(&mut self, from: usize) -> bool {
        if from <= self.rest.0 {
            return self.rest.1;
        }
        let mut at = from;
        self.rest = loop {
            at = self.skip_blanks(at);
            if self.is_line_over(at) {
                break (at, true);
            }
            if !self.bytes.get(at..).is_some_and(|it| it.starts_with(b"{{")) {
                break (at, false);
            }
            at = self.action(at).end;
        };
        self.rest.1
    }

    /// True when only blanks and a comment follow on the line.
    fn is_line_over(&self, from: usize) -> bool {
        matches!(self.bytes.get(self.skip_blanks(from)), None | Some(b'\n' | b'\r' | b'#'))
    }

    fn skip_blanks(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + indentation(rest)
    }

    /// Fills bytes; line breaks stay, and behind the first one `below` is used.
    fn fill(&mut self, from: usize, to: usize, byte: u8, below: u8) {
        let mut fill = byte;
        for it in self.out.get_mut(from..to).unwrap_or_default() {
            match *it {
                b'\n' => fill = below,
                b'\r' => {}
                _ => *it = fill,
            }
        }
    }

    fn record(&mut self, mask: Mask) {
        self.masks.push(mask);
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |it| at + it)
    }

    /// The action that begins at `start`. One without its end is taken to be one line.
    fn action(&self, start: usize) -> Action {
        let inside = self.bytes.get(start + 2..).unwrap_or_default();
        let trimmed = inside.strip_prefix(b"-").unwrap_or(inside).trim_ascii_start();
        let comment = trimmed.starts_with(b"/*");
        let len = if self.unclosed.len() >= UNCLOSED {
            let line = inside.get(..self.line_end(start + 2) - start - 2).unwrap_or_default();
            find(line, 0, b"}}").map(|it| it + 2)
        } else if comment {
            comment_len(inside)
        } else {
            action_len(inside)
        };
        let (end, closed) = match len {
            Some(len) => (start + 2 + len, true),
            None => (self.line_end(start), false),
        };
        let body = self.bytes.get(start + 2..end.saturating_sub(2)).unwrap_or_default();
        let left_trim = body.starts_with(b"-");
        let body = body.strip_prefix(b"-").unwrap_or(body);
        let body = body.strip_suffix(b"-").unwrap_or(body).trim_ascii();
        let first = start == 0 || self.bytes.get(start - 1) == Some(&b'\n');
        let indent = printed_column(body, left_trim || first);
        let what = match (closed, comment) {
            // What cannot be read may print anything.
            (false, _) => What::Prints,
            (true, true) => What::Silent,
            (true, false) => what(body),
        };
        Action { start, end, closed, what, indent }
    }
}

fn mask(start: usize, end: usize, emits: bool, indent: Option<u32>) -> Mask {
    let span = Span::from_usize(start, end);
    Mask { span, emits, indent, own_line: false, literal: false }
}

/// Length from behind `{{/*` to behind `*/}}`.
fn comment_len(inside: &[u8]) -> Option<usize> {
    let text = find(inside, 0, b"/*")?;
    let close = find(inside, text + 2, b"*/")?;
    Some(find(inside, close, b"}}")? + 2)
}

/// Length from behind `{{` to behind the `}}` that no string holds.
fn action_len(inside: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(&byte) = inside.get(at) {
        match byte {
            b'}' if inside.get(at + 1) == Some(&b'}') => return Some(at + 2),
            b'"' | b'`' | b'\'' => match string_len(inside.get(at..)?, byte) {
                Some(len) => at += len,
                // A quote without its partner: the author's `}}` is the next one.
                None => return Some(find(inside, at, b"}}")? + 2),
            },
            _ => at += 1,
        }
    }
    None
}

/// Length of a Go string or character with its quotes.
fn string_len(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return None,
            _ if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

fn what(body: &[u8]) -> What {
    let word = body.iter().position(|it| !it.is_ascii_alphanumeric()).unwrap_or(body.len());
    match body.get(..word).unwrap_or_default() {
        b"if" | b"range" | b"with" | b"define" | b"block" => What::Opens,
        b"end" => What::End,
        b"else" | b"break" | b"continue" | b"fail" => What::Silent,
        b"" if is_assignment(body) || body.is_empty() => What::Silent,
        _ => What::Prints,
    }
}

/// `$x := …` and `$x = …`.
fn is_assignment(body: &[u8]) -> bool {
    let Some(name) = body.strip_prefix(b"$") else { return false };
    let len = name.iter().position(|it| !is_word(*it)).unwrap_or(name.len());
    let rest = name.get(len..).unwrap_or_default().trim_ascii_start();
    rest.starts_with(b":=") || (rest.starts_with(b"=") && !rest.starts_with(b"=="))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The column at which `… | nindent 4` or, at the start of a line, `… | indent 4` prints.
fn printed_column(body: &[u8], from_line_start: bool) -> Option<u32> {
    let last = memchr::memrchr(b'|', body)?;
    let text = std::str::from_utf8(body.get(last + 1..)?).ok()?.trim();
    let digits = match text.strip_prefix("nindent ") {
        Some(digits) => digits,
        None if from_line_start => text.strip_prefix("indent ")?,
        None => return None,
    };
    digits.trim().trim_end_matches(')').parse().ok()
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, needle).map(|it| from + it)
}

fn indentation(line: &[u8]) -> usize {
    line.iter().take_while(|it| matches!(it, b' ' | b'\t')).count()
}
