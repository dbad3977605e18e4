//! A stretch of source that is handed to the parser, with the bytes that it must not see
//! replaced. Every replacement keeps the length, so the parser's positions stay true.

use std::borrow::Cow;

use hcl_edit::parser::{Error, parse_body};
use hcl_edit::structure::Body;

use super::scan::{self, Patch};
use crate::span::Span;

/// Duplicate keys of one piece that are renamed before the piece is given up: each costs
/// one more parse.
const RENAMES: usize = 48;

/// Why a piece could not be parsed.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// The text is wrong at this offset of the source, or somewhat before.
    Syntax { at: u32, message: String },
    /// The parser's own limit on nesting or operators.
    Limit,
}

#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    pub(super) span: Span,
    text: Cow<'a, str>,
    /// Values that a placeholder stands for, in source order.
    pub(super) masked: Vec<Span>,
    /// Keys that stand twice and go by another name here.
    pub(super) renamed: Vec<Span>,
    names: usize,
}

impl<'a> Piece<'a> {
    pub(super) fn new(source: &'a str, span: Span, patches: &[Patch]) -> Self {
        let text = Cow::Borrowed(source.get(span.range()).unwrap_or(""));
        let mut piece = Self { span, text, masked: Vec::new(), renamed: Vec::new(), names: 0 };
        let from = patches.partition_point(|it| it.span.start < span.start);
        for patch in patches.iter().skip(from).take_while(|it| it.span.end <= span.end) {
            piece.fill(patch.span, patch.fill);
        }
        piece
    }

    /// Overwrites every byte of `span`.
    pub(super) fn fill(&mut self, span: Span, byte: u8) {
        let mut bytes = std::mem::take(&mut self.text).into_owned().into_bytes();
        let range = Span::new(self.local(span.start), self.local(span.end)).range();
        if let Some(part) = bytes.get_mut(range) {
            part.fill(byte);
        }
        // Callers replace whole characters by ASCII.
        self.text = Cow::Owned(String::from_utf8(bytes).unwrap_or_default());
    }

    /// Replaces a value by a placeholder.
    pub(super) fn mask(&mut self, span: Span) {
        self.fill(span, b' ');
        self.fill(Span::new(span.start, span.start + 1), b'0');
        let at = self.masked.partition_point(|it| it.start < span.start);
        self.masked.insert(at, span);
    }

    /// Parses the piece. `spend` is told the bytes of each attempt and says whether there
    /// may be another one.
    ///
    /// The parser refuses a key that stands twice. Such a key gets a name of the same
    /// length that no other key has; the tree takes its text from the source.
    pub(super) fn parse(&mut self, mut spend: impl FnMut(usize) -> bool) -> Result<Body, Fault> {
        loop {
            let more = spend(self.text.len());
            match parse_body(&self.text) {
                Ok(body) => return Ok(body),
                Err(error) => {
                    let again = more && is_duplicate(&error) && self.rename(&error);
                    if !again {
                        return Err(self.fault(&error));
                    }
                }
            }
        }
    }

    fn fault(&self, error: &Error) -> Fault {
        let message = error.message();
        if message.contains("nesting depth") || message.contains("chained binary operators") {
            return Fault::Limit;
        }
        let at = u32::try_from(error.location().offset()).unwrap_or(0);
        let at = self.span.start.saturating_add(at).min(self.span.end);
        Fault::Syntax { at, message: message.lines().collect::<Vec<_>>().join(" ") }
    }

    fn rename(&mut self, error: &Error) -> bool {
        if self.names >= RENAMES {
            return false;
        }
        let start = error.location().offset();
        let Some(end) = scan::key_end(&self.text, start) else { return false };
        if end <= start {
            return false;
        }
        let name = name(end - start, self.names);
        self.names += 1;
        let mut bytes = std::mem::take(&mut self.text).into_owned().into_bytes();
        if let Some(part) = bytes.get_mut(start..end) {
            part.copy_from_slice(&name);
        }
        self.text = Cow::Owned(String::from_utf8(bytes).unwrap_or_default());
        let span = Span::from_usize(start, end);
        let base = self.span.start;
        let span = Span::new(span.start + base, span.end + base);
        if !self.renamed.contains(&span) {
            self.renamed.push(span);
        }
        true
    }

    fn local(&self, offset: u32) -> u32 {
        offset.saturating_sub(self.span.start)
    }
}

fn is_duplicate(error: &Error) -> bool {
    error.message().contains("unique attribute key")
        || error.message().contains("unique object key")
}

/// The `number`th name of a length, beginning with letters that names seldom have.
fn name(len: usize, number: usize) -> Vec<u8> {
    const LETTERS: &[u8] = b"zqxjkvwyZQXJKVWY_bcdfghlmnprstaeiouABCDEFGHILMNOPRSTU";
    let mut name = vec![b'z'; len];
    let mut rest = number;
    for byte in name.iter_mut().rev() {
        *byte = LETTERS.get(rest % LETTERS.len()).copied().unwrap_or(b'z');
        rest /= LETTERS.len();
    }
    name
}
