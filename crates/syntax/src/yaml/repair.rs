//! Finds the line that makes a YAML document unreadable, and masks it.
//!
//! The library tells where it noticed an error, which is on the broken line or behind it.
//! So a few small edits of the lines around are tried, the gentlest first, and the one
//! after which the document can be read furthest is kept. All edits keep every offset.

use granit_parser::{ErrorKind, Event, Options, Parser, StructureStyle};

use crate::masked::{Mask, Masked};
use crate::problem::ProblemKind;
use crate::span::Span;

use super::{Fault, fault};

/// Bytes that may be read in search of repairs, per file.
pub(super) const BUDGET: usize = 32 << 20;

/// What became of a document.
pub(super) struct Repair {
    /// The broken lines, one problem each.
    pub(super) problems: Vec<(ProblemKind, Span, &'static str)>,
}

/// Masks broken lines of the document that `document` begins with, at most `errors` of them.
/// Where no edit helps, the text stays as it is and the error with it.
pub(super) fn repair(
    text: &mut Masked<'_>,
    document: Span,
    first: &Fault,
    options: &Options,
    errors: usize,
    budget: &mut usize,
) -> Repair {
    let mut problems = Vec::new();
    let mut error = first.clone();
    let Some(_) = probe(text, document, options) else {
        // Only what stood before the document made an error of its beginning.
        let place = text.whole_characters(Span::new(error.at, error.at));
        problems.push((error.kind, place, error.message));
        return Repair { problems };
    };
    while problems.len() < errors && error.kind == ProblemKind::Syntax {
        let Some((edit, next)) = best(text, document, &error, options, budget) else { break };
        edit.apply(text);
        if let Some(mask) = edit.mask() {
            text.add(mask);
        }
        if edit.what != What::Fillers {
            // Where hiding the value of a bracket helped, the bracket was the error.
            let bracket = edit.what == What::Value && error.bracket == Some(edit.at);
            let message = if bracket { super::UNCLOSED } else { error.message };
            let place = text.whole_characters(edit.place(text.original, error.at));
            problems.push((error.kind, place, message));
        }
        match next {
            None => break,
            Some(it) => error = it,
        }
    }
    Repair { problems }
}

/// The edit that lets the document be read furthest, with the error that is left.
fn best(
    text: &mut Masked<'_>,
    document: Span,
    error: &Fault,
    options: &Options,
    budget: &mut usize,
) -> Option<(Edit, Option<Fault>)> {
    let mut found: Option<(Edit, Fault, (bool, bool, u32))> = None;
    for edit in edits(text, document, error) {
        if *budget == 0 {
            break;
        }
        let Some(old) = edit.apply(text) else { continue };
        let next = probe(text, document, options);
        text.replace(edit.at as usize, &old);
        let read = next.as_ref().map_or(document.end, |it| it.at).saturating_sub(document.start);
        *budget = budget.saturating_sub(read as usize);
        let Some(next) = next else { return Some((edit, None)) };
        if next.at <= error.at.max(edit.end()) {
            continue;
        }
        // A bracket that stays open makes an error of every line: close it first. And a line
        // is worth more than the distance to the next error.
        let closes = error.bracket.is_none() || next.bracket != error.bracket;
        let rank = (closes, edit.what != What::Block, next.at);
        if found.as_ref().is_none_or(|(.., best)| *best < rank) {
            found = Some((edit, next, rank));
        }
    }
    found.map(|(edit, next, _)| (edit, Some(next)))
}

/// Reads one document without building it.
pub(super) fn probe(text: &Masked<'_>, document: Span, options: &Options) -> Option<Fault> {
    let rest = text.text().get(document.range())?;
    let mut options = options.clone();
    options.set_emit_comments(false);
    // Collections inside a bracket are in brackets too, so a counter finds the outermost.
    let (mut open, mut bracket) = (0_usize, None);
    let mut ended = false;
    for next in Parser::new_from_str_with_options(rest, options) {
        let (event, span) = match next {
            // Text that follows without a marker still belongs to this document.
            Err(error) if ended && *error.kind() != ErrorKind::ExpectedDocumentStart => {
                return None;
            }
            Ok(it) => it,
            Err(error) => return Some(fault(&error, document, bracket)),
        };
        match event {
            Event::DocumentEnd => ended = true,
            Event::Comment(..) => {}
            _ if ended => return None,
            Event::MappingStart(StructureStyle::Flow, ..)
            | Event::SequenceStart(StructureStyle::Flow, ..) => {
                open += 1;
                let start = span.byte_range().map_or(0, |it| clamp(it.start));
                bracket.get_or_insert(document.start + start);
            }
            Event::MappingEnd | Event::SequenceEnd if open > 0 => {
                open -= 1;
                bracket = bracket.filter(|_| open > 0);
            }
            _ => {}
        }
    }
    None
}

/// A replacement of some bytes by as many others.
#[derive(Clone, Debug)]
struct Edit {
    at: u32,
    new: String,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// Hides a value.
    Value,
    /// Hides a line.
    Line,
    /// Hides a line and what is indented below it.
    Block,
    /// Puts blanks for tabs; hides nothing.
    Tabs,
    /// Puts other fillers for masked actions, which is no error of the file.
    Fillers,
}

impl Edit {
    fn end(&self) -> u32 {
        self.at + clamp(self.new.len())
    }

    fn apply(&self, text: &mut Masked<'_>) -> Option<String> {
        text.replace(self.at as usize, &self.new)
    }

    fn mask(&self) -> Option<Mask> {
        let span = Span::new(self.at, self.end());
        match self.what {
            What::Value => Some(Mask::unknown(span, false)),
            What::Line | What::Block => Some(Mask::unknown(span, true)),
            What::Tabs | What::Fillers => None,
        }
    }

    /// Where to report: the first line of what was hidden, without blanks, or the first tab.
    fn place(&self, original: &str, error: u32) -> Span {
        let span = Span::new(self.at, self.end());
        let raw = original.get(span.range()).unwrap_or("");
        let blank = raw.len() - raw.trim_ascii_start().len();
        let first = raw.trim_ascii_start().lines().next().unwrap_or("").trim_ascii_end();
        if self.what == What::Tabs {
            return Span::new(self.at, self.at + 1);
        }
        if first.is_empty() {
            return Span::new(error, error);
        }
        let start = self.at + clamp(blank);
        Span::new(start, start + clamp(first.len()))
    }
}

/// Edits worth trying for an error, the gentlest first.
fn edits(text: &Masked<'_>, document: Span, error: &Fault) -> Vec<Edit> {
    let source = text.text();
    let here = line_at(source, error.at);
    let here =
        if is_blank(source, here) { line_before(source, document, here) } else { Some(here) };
    let before = here.and_then(|it| line_before(source, document, it));
    let bracket = error.bracket.map(|it| line_at(source, it));
    // A scalar that runs on into the broken line is where the library reports it.
    let after = here.and_then(|it| line_after(source, document, it));
    let mut lines: Vec<Span> = Vec::new();
    for mut line in [here, before, bracket, after].into_iter().flatten() {
        // A byte order mark or a document's marker may stand before it on the line.
        line.start = line.start.max(document.start);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let mut edits = Vec::new();
    edits.extend(lines.iter().find_map(|it| untab(source, document, *it)));
    for line in &lines {
        edits.extend(refill(text, *line));
    }
    edits.extend(lines.iter().filter_map(|it| hide_value(source, *it)));
    edits.extend(lines.iter().map(|it| blank_out(source, *it)));
    edits.extend(lines.iter().filter_map(|it| hide_block(source, document, *it)));
    edits
}

/// Tabs that indent become blanks, through the whole document: one level stays one level.
/// Not where blanks and tabs are mixed, as nobody knows how wide a tab was meant to be.
fn untab(source: &str, document: Span, line: Span) -> Option<Edit> {
    let raw = source.get(line.range())?;
    if !raw.starts_with('\t') {
        return None;
    }
    let rest = source.get(line.start as usize..document.end as usize)?;
    let mut new = String::with_capacity(rest.len());
    for line in rest.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let (blank, tail) = line.split_at_checked(indent)?;
        if blank.contains(' ') && blank.contains('\t') {
            return None;
        }
        new.push_str(&blank.replace('\t', " "));
        new.push_str(tail);
        if line.starts_with("---") {
            new.push_str(rest.get(new.len()..)?);
            break;
        }
    }
    Some(Edit { at: line.start, new, what: What::Tabs })
}

/// A masked action that prints a value where a block was expected, or the other way round.
fn refill(text: &Masked<'_>, line: Span) -> Option<Edit> {
    let masks = text.within(line);
    let (first, last) = (masks.first()?, masks.last()?);
    let span = Span::new(first.span.start.max(line.start), last.span.end.min(line.end));
    let raw = text.text().get(span.range())?;
    if !raw.contains('x') {
        return None;
    }
    let new = raw.replace('x', " ");
    // Outside the masks an `x` is an `x`.
    let covered = text.hides(span);
    covered.then_some(Edit { at: span.start, new, what: What::Fillers })
}

/// `key: broken` becomes `key: xxxxxx`.
fn hide_value(source: &str, line: Span) -> Option<Edit> {
    let raw = source.get(line.range())?;
    let body = raw.trim_start_matches([' ', '\t', '-']);
    let key = body.len() - body.trim_start_matches(is_key_char).len();
    let rest = body.get(key..)?;
    let value = rest.strip_prefix(": ")?.trim_ascii();
    if key == 0 || value.is_empty() {
        return None;
    }
    let start = raw.len() - rest.strip_prefix(": ")?.trim_ascii_start().len();
    Some(Edit { at: line.start + clamp(start), new: "x".repeat(value.len()), what: What::Value })
}

fn is_key_char(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | '$' | '"' | '\'' | ' ')
}

fn blank_out(source: &str, line: Span) -> Edit {
    let raw = source.get(line.range()).unwrap_or("");
    Edit { at: line.start, new: blanks(raw), what: What::Line }
}

/// The line and everything below it that is indented more.
fn hide_block(source: &str, document: Span, line: Span) -> Option<Edit> {
    let indent = indentation(source.get(line.range())?);
    let mut end = line.end;
    let rest = source.get(line.end as usize..document.end as usize)?;
    for next in rest.split_inclusive('\n').skip(1) {
        if !next.trim_ascii().is_empty() && indentation(next) <= indent {
            break;
        }
        end += clamp(next.len());
    }
    let end = end.min(document.end);
    let raw = source.get(line.start as usize..end as usize)?;
    (end > line.end).then(|| Edit { at: line.start, new: blanks(raw), what: What::Block })
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Blanks of the same length, line breaks kept.
fn blanks(raw: &str) -> String {
    let byte = |it| if matches!(it, b'\n' | b'\r') { char::from(it) } else { ' ' };
    raw.bytes().map(byte).collect()
}

/// The line of an offset, without its line break.
fn line_at(source: &str, at: u32) -> Span {
    let bytes = source.as_bytes();
    let at = (at as usize).min(bytes.len());
    let before = bytes.get(..at).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |it| it + 1);
    let after = bytes.get(at..).unwrap_or_default();
    let end = memchr::memchr(b'\n', after).map_or(bytes.len(), |it| at + it);
    Span::from_usize(start, end)
}

/// The nearest line above that is not blank.
fn line_before(source: &str, document: Span, line: Span) -> Option<Span> {
    let mut line = line;
    loop {
        let end = line.start.checked_sub(1).filter(|it| *it >= document.start)?;
        line = line_at(source, end);
        line.start = line.start.max(document.start);
        if !is_blank(source, line) {
            return Some(line);
        }
    }
}

/// The nearest line below that is not blank.
fn line_after(source: &str, document: Span, line: Span) -> Option<Span> {
    let mut line = line;
    loop {
        let start = line.end.checked_add(1).filter(|it| *it < document.end)?;
        line = line_at(source, start);
        if !is_blank(source, line) {
            return Some(line);
        }
    }
}

fn is_blank(source: &str, line: Span) -> bool {
    let raw = source.get(line.range()).unwrap_or("").trim_ascii();
    raw.is_empty() || raw.starts_with('#')
}

fn clamp(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
