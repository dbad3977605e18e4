//! Saves what can be saved of an item that does not parse.
//!
//! A block is taken apart: its header is read alone, and each item of its body again on its
//! own, so that an error costs one attribute. An attribute over several lines loses the line
//! with the error. What cannot be saved is [`Kind::Opaque`].

use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Body, Structure};

use super::layout;
use super::lower::Lowering;
use super::piece::{Fault, Piece};
use super::reader::Reader;
use super::scan::{self, Mode};
use super::text;
use crate::builder::Key;
use crate::keys::KeySet;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Flags, Kind, Style};

/// Lines of one attribute that are left out before the whole attribute is.
const LINES: usize = 6;

/// What the beginning of an item says it is.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Attribute {
        key: Span,
        value: u32,
    },
    Block {
        key: Span,
        header_end: u32,
        /// Where the body begins: at the brace, or behind the header when there is none.
        body: u32,
        brace: bool,
    },
    Unknown,
}

/// An item that parses without some of its lines.
struct Saved<'a> {
    piece: Piece<'a>,
    body: Body,
    left_out: Vec<Span>,
}

impl<'a> Reader<'a> {
    pub(super) fn recover(
        &mut self,
        span: Span,
        fault: &Fault,
        keys: &mut KeySet<'a>,
        depth: usize,
    ) {
        match self.shape(span) {
            Shape::Block { key, header_end, body, brace } if depth < self.deepest() => {
                self.block(span, fault, key, header_end, (body, brace), depth);
            }
            _ if matches!(fault, Fault::Limit) => self.too_deep(span, keys),
            Shape::Attribute { key, value } => {
                self.attribute(span, fault, key, value, keys, depth);
            }
            Shape::Block { .. } => self.too_deep(span, keys),
            Shape::Unknown => self.unknown(span, fault, keys, depth),
        }
    }

    fn deepest(&self) -> usize {
        self.builder.limits().depth
    }

    fn too_deep(&mut self, span: Span, keys: &mut KeySet<'a>) {
        self.errors += 1;
        let message = "nested too deep, or too many operators in one expression: left out";
        self.builder.problem(ProblemKind::Limit, span, message);
        let (key, value) = match self.shape(span) {
            Shape::Attribute { key, value } => (self.key(key, keys), value),
            _ => (Key::default(), span.start),
        };
        self.opaque(Span::new(value, span.end), key);
    }

    fn key(&mut self, span: Span, keys: &mut KeySet<'a>) -> Key {
        let mut key = Key { span, ..Key::default() };
        self.lowering(span.start, 0).mark_duplicate(&mut key, keys);
        key
    }

    fn lowering(&mut self, base: u32, depth: usize) -> Lowering<'_, 'a> {
        Lowering {
            builder: &mut self.builder,
            source: self.source,
            base,
            masked: &[],
            renamed: &[],
            depth,
        }
    }

    fn block(
        &mut self,
        span: Span,
        fault: &Fault,
        key: Span,
        header_end: u32,
        (body, brace): (u32, bool),
        depth: usize,
    ) {
        let enough = !self.may_repair() || !self.spend(span.len() as usize);
        let header = self.header(Span::new(span.start, header_end));
        let Some(header) = header.filter(|_| !enough) else {
            self.report(span, fault);
            return self.opaque(span, Key::default());
        };
        let inside = body + u32::from(brace);
        let close = scan::closing(self.source, body, span.end, brace);
        let end = close.map_or(span.end, |it| it + 1);
        let before = self.errors;
        let whole = Span::new(span.start, end);
        let key = Key { span: key, ..Key::default() };
        let open = self.builder.open(Kind::Block, Style::None, whole, key);
        if let Structure::Block(block) = &header {
            for label in &block.labels {
                self.lowering(span.start, depth).label(label);
            }
        }
        let body_span = Span::new(body, end);
        let inner = self.builder.open(Kind::Body, Style::None, body_span, Key::default());
        let region = Span::new(inside, close.unwrap_or(span.end));
        if !brace || close.is_none() {
            let header = Span::new(span.start, header_end);
            let missing = if brace { "this block is never closed" } else { "`{` is missing here" };
            self.error(header, missing);
            self.builder.add_flags(self.builder.id(inner), Flags::MASKED);
        }
        let scan = scan::scan(self.source, region, Mode::Layout);
        let first = self.builder.len();
        self.items(&scan.items, &mut KeySet::default(), depth + 2);
        self.builder.close(inner, end);
        self.builder.close(open, end);
        self.rest(Span::new(end, span.end), first);
        if self.errors == before {
            // The parts parse although the whole does not: they are not separated as they
            // must be, as in `a { b = 1 } c {}`.
            self.report(span, fault);
        }
    }

    /// Text behind a block's closing brace.
    fn rest(&mut self, span: Span, first: u32) {
        let scan = scan::scan(self.source, span, Mode::Layout);
        let (Some(start), Some(end)) = (scan.items.first(), scan.items.last()) else { return };
        let span = start.span.cover(end.span);
        self.error(span, "expected a line break behind the closing brace");
        self.opaque(span, Key::default());
        self.mark_partial(first.saturating_sub(1), span.start);
    }

    /// Type and labels of a block, read alone.
    fn header(&self, span: Span) -> Option<Structure> {
        let mut header = self.source.get(span.range())?.to_owned();
        header.push_str("{}");
        parse_body(&header).ok()?.into_iter().next()
    }

    fn attribute(
        &mut self,
        span: Span,
        fault: &Fault,
        key: Span,
        value: u32,
        keys: &mut KeySet<'a>,
        depth: usize,
    ) {
        if let Some(saved) = self.without_lines(span, fault) {
            let first = self.builder.len();
            self.lower(&saved.piece, &saved.body, keys, depth);
            for line in saved.left_out {
                self.report_line(span, line, fault);
                self.mark_partial(first, line.start);
            }
            return;
        }
        self.report(span, fault);
        let key = self.key(key, keys);
        self.opaque(Span::new(value.min(span.end), span.end), key);
    }

    /// Parses an attribute without the lines that are in the way.
    fn without_lines(&mut self, span: Span, fault: &Fault) -> Option<Saved<'a>> {
        let inner = self.inner_lines(span)?;
        let mut suspects: Vec<u32> = scan::scan(self.source, span, Mode::Layout).culprits;
        suspects.reverse();
        let mut fault = fault.clone();
        let mut left_out: Vec<Span> = Vec::new();
        for _ in 0..LINES {
            let Fault::Syntax { at, .. } = fault else { return None };
            let fresh = |at: u32| {
                let line = self.line(at);
                let known = left_out.iter().any(|it| it.start == line.start);
                (inner.contains(line) && !line.is_empty() && !known).then_some(line)
            };
            // At the beginning of a line the parser missed something on the line before.
            let (here, before) = (at, self.line_before(at));
            let starts_line = at <= self.line(at).start;
            let order = if starts_line { [before, here] } else { [here, before] };
            let line = std::iter::from_fn(|| suspects.pop()).chain(order).find_map(fresh)?;
            left_out.push(line);
            match self.attempt(span, &left_out)? {
                Ok(saved) => return Some(self.with_fewest(span, saved)),
                Err(next) => fault = next,
            }
        }
        None
    }

    /// Takes lines back in that turn out not to be in the way.
    fn with_fewest(&mut self, span: Span, mut saved: Saved<'a>) -> Saved<'a> {
        let all = saved.left_out.clone();
        for line in all.iter().filter(|_| all.len() > 1) {
            let fewer: Vec<_> = saved.left_out.iter().filter(|it| *it != line).copied().collect();
            if let Some(Ok(better)) = self.attempt(span, &fewer) {
                saved = better;
            }
        }
        saved
    }

    /// Parses an item without some lines; `None` when there was enough work already.
    fn attempt(&mut self, span: Span, left_out: &[Span]) -> Option<Result<Saved<'a>, Fault>> {
        if !self.may_repair() {
            return None;
        }
        let mut piece = self.piece(span);
        for line in left_out {
            self.leave_out(&mut piece, *line);
        }
        let parsed = self.parse(&mut piece);
        Some(parsed.map(|body| Saved { piece, body, left_out: left_out.to_vec() }))
    }

    /// The lines between the first and the last of an item.
    fn inner_lines(&self, span: Span) -> Option<Span> {
        let bytes = self.source.as_bytes();
        let first = layout::line_end(bytes, span.start as usize);
        let last = layout::line_start(bytes, span.end as usize);
        (first + 1 < last).then(|| Span::from_usize(first + 1, last))
    }

    /// The text of the line that `at` is on, without blanks around it.
    fn line(&self, at: u32) -> Span {
        let bytes = self.source.as_bytes();
        let start = layout::line_start(bytes, at as usize);
        let end = layout::trim_end(bytes, start, layout::line_end(bytes, at as usize));
        let start = start + layout::indent(bytes, start) as usize;
        Span::from_usize(start.min(end), end)
    }

    fn line_before(&self, at: u32) -> u32 {
        let start = layout::line_start(self.source.as_bytes(), at as usize);
        u32::try_from(start.saturating_sub(1)).unwrap_or(0)
    }

    /// Replaces a line: the value of an entry by a placeholder, anything else by blanks.
    fn leave_out(&self, piece: &mut Piece<'a>, line: Span) {
        let raw = self.source.get(line.range()).unwrap_or("");
        match layout::entry_value(raw.as_bytes()) {
            Some(value) => {
                let start = line.start + u32::try_from(value.start).unwrap_or(0);
                let end = line.start + u32::try_from(value.end).unwrap_or(0);
                piece.mask(Span::new(start, end));
            }
            None => piece.fill(line, b' '),
        }
    }

    /// Gives up the first line of something that is neither attribute nor block, and reads on
    /// behind it.
    fn unknown(&mut self, span: Span, fault: &Fault, keys: &mut KeySet<'a>, depth: usize) {
        let bytes = self.source.as_bytes();
        let line_end = layout::line_end(bytes, span.start as usize);
        let end = layout::trim_end(bytes, span.start as usize, line_end.min(span.end as usize));
        let first = Span::from_usize(span.start as usize, end);
        let rest = Span::new(u32::try_from(line_end).unwrap_or(span.end), span.end);
        let repair = self.may_repair() && self.spend(span.len() as usize);
        let lost = if repair { first } else { span };
        self.report_line(span, lost, fault);
        self.opaque(lost, Key::default());
        if repair && !rest.is_empty() {
            let scan = scan::scan(self.source, rest, Mode::Layout);
            self.items(&scan.items, keys, depth);
        }
    }

    /// Records why an item could not be read, at the line where it went wrong: one with a
    /// bracket or quote that does not fit, or else where the parser stopped.
    fn report(&mut self, item: Span, fault: &Fault) {
        let culprit = self.culprits(item).into_iter().next();
        let at = match (culprit, fault) {
            (Some(at), _) => at,
            (None, Fault::Syntax { at, .. }) => *at,
            (None, Fault::Limit) => item.start,
        };
        let line = self.line(at.clamp(item.start, item.end));
        let start = line.start.max(item.start);
        let line = Span::new(start, line.end.min(item.end).max(start));
        self.report_line(item, line, fault);
    }

    fn report_line(&mut self, item: Span, line: Span, fault: &Fault) {
        let culprit = self.culprits(item).into_iter().find(|it| line.touches(*it));
        let byte = culprit.and_then(|it| self.source.as_bytes().get(it as usize));
        let message = match byte {
            Some(b'"') => "the string is not closed on its line",
            Some(b'{' | b'[' | b'(') => "this bracket is not closed where it should be",
            Some(b'}' | b']' | b')') => "nothing is open that this bracket could close",
            Some(b'$' | b'%') => "the interpolation is not closed",
            Some(b'<') => "the heredoc has no end",
            Some(b'/') => "the comment is never closed",
            _ => return self.error(line, self.reason(line, fault)),
        };
        self.error(line, message);
    }

    /// What does not fit in an item, its line break included: a heredoc is none without.
    fn culprits(&self, item: Span) -> Vec<u32> {
        let end = layout::line_end(self.source.as_bytes(), item.end as usize) + 1;
        let end = u32::try_from(end.min(self.source.len())).unwrap_or(item.end);
        scan::scan(self.source, Span::new(item.start, end), Mode::Layout).culprits
    }

    /// The parser's reason in words of ours, where it only lists what could have been there.
    fn reason(&self, line: Span, fault: &Fault) -> String {
        let reason = match (self.shape(line), fault) {
            (_, Fault::Limit) => "nested too deep",
            (Shape::Attribute { value, .. }, _) if value >= line.end => "a value is missing",
            (Shape::Unknown, Fault::Syntax { message, .. })
                if !message.contains("object") && !message.contains("escape") =>
            {
                "this is neither an attribute nor a block"
            }
            (_, Fault::Syntax { message, .. }) if message.starts_with("invalid expression") => {
                "this is not an expression"
            }
            (_, Fault::Syntax { message, .. }) => return message.clone(),
        };
        reason.to_owned()
    }

    fn shape(&self, span: Span) -> Shape {
        let raw = self.source.get(span.range()).unwrap_or("");
        let Some(name) = text::leading_name(raw) else { return Shape::Unknown };
        let at = |offset: usize| span.start + u32::try_from(offset).unwrap_or(0);
        let key = Span::new(span.start, at(name));
        let bytes = raw.as_bytes();
        let (header_end, next) = layout::header(bytes, name);
        let behind = bytes.get(next + 1);
        match bytes.get(next) {
            Some(b'=') if header_end == name && !matches!(behind, Some(b'=' | b'>')) => {
                let blank = bytes.iter().skip(next + 1).position(|it| !it.is_ascii_whitespace());
                Shape::Attribute { key, value: at(blank.map_or(raw.len(), |it| next + 1 + it)) }
            }
            Some(b'{') => {
                Shape::Block { key, header_end: at(header_end), body: at(next), brace: true }
            }
            Some(b'\n' | b'\r') => {
                Shape::Block { key, header_end: at(header_end), body: at(header_end), brace: false }
            }
            _ => Shape::Unknown,
        }
    }
}
