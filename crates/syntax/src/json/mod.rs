//! JSON and JSONC: a tolerant reader over the tokens of `jsonc-parser`.
//!
//! The library's own tree builder stops at the first error and recurses. Its scanner does
//! neither, so the grammar (a stack and five states) lives here and every error costs only
//! the tokens it touches: a half-typed entry leaves all others in the tree.

mod tokens;

use std::borrow::Cow;

use jsonc_parser::tokens::Token;

use crate::builder::{Builder, Key, Open};
use crate::escape;
use crate::keys::KeySet;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Comment, Flags, Kind, Style, Tree};

use tokens::{Item, Tokens};

pub(crate) fn parse(builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    let start = builder.checkpoint();
    let mut reader = Reader::new(&source, builder, false);
    reader.run();
    if !reader.unbalanced {
        return reader.builder.finish();
    }
    // Somewhere a bracket is missing. The indentation tells where, in files that have one.
    let errors = reader.errors;
    let mut builder = reader.builder;
    builder.rollback(start);
    let mut reader = Reader::new(&source, builder, true);
    reader.run();
    if reader.errors <= errors {
        return reader.builder.finish();
    }
    let mut builder = reader.builder;
    builder.rollback(start);
    let mut reader = Reader::new(&source, builder, false);
    reader.run();
    reader.builder.finish()
}

/// Reads the JSON that stands in a part of the source into an open builder, as the value of
/// `key`. False, with nothing added, when it is none.
pub(crate) fn embedded(
    builder: Builder,
    range: std::ops::Range<usize>,
    key: Key,
) -> (Builder, bool) {
    let source = std::sync::Arc::clone(builder.source());
    let start = builder.checkpoint();
    // Blanks in front keep the places; the text ends where the part does.
    let mut text = " ".repeat(range.start);
    text.push_str(source.get(range).unwrap_or_default());
    let mut reader = Reader::new(&text, builder, false);
    reader.key = key;
    reader.run();
    let whole = reader.errors == 0 && !reader.unbalanced;
    let mut builder = reader.builder;
    if !whole {
        builder.rollback(start);
    }
    (builder, whole)
}

/// What the grammar allows next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expect {
    Key,
    Colon,
    Value,
    CommaOrClose,
    End,
}

struct Frame<'a> {
    open: Open,
    bracket: Span,
    /// Column of the line on which the bracket opens.
    indent: usize,
    /// `None` for an array.
    keys: Option<KeySet<'a>>,
}

/// A collection beyond the depth limit: an opaque node, and how many brackets are open in it.
struct Skipping {
    open: Open,
    brackets: usize,
}

/// The line of the current token.
#[derive(Default)]
struct Line {
    start: usize,
    indent: usize,
    /// The text before this offset was looked at.
    seen: usize,
}

struct Reader<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    builder: Builder,
    frames: Vec<Frame<'a>>,
    expect: Expect,
    /// The key whose value comes next.
    key: Key,
    /// The comma before the current position, when nothing followed it yet.
    after_comma: Option<Span>,
    skipping: Option<Skipping>,
    errors: usize,
    /// True between an error and the next thing that reads well: one mistake, one problem.
    recovering: bool,
    loose: bool,
    /// True to close brackets by indentation, where a closing one is known to be missing.
    by_indent: bool,
    line: Line,
    /// True when a bracket was missing somewhere.
    unbalanced: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, builder: Builder, by_indent: bool) -> Self {
        Self {
            text,
            tokens: Tokens::new(text),
            builder,
            frames: Vec::new(),
            expect: Expect::Value,
            key: Key::default(),
            after_comma: None,
            skipping: None,
            errors: 0,
            recovering: false,
            loose: false,
            by_indent,
            line: Line::default(),
            unbalanced: false,
        }
    }

    fn run(&mut self) {
        while let Some((item, span)) = self.tokens.next() {
            if self.errors >= self.builder.limits().errors || self.builder.is_full() {
                break;
            }
            match item {
                Item::Token(Token::CommentLine(_)) => self.comment(span, 2, 0),
                Item::Token(Token::CommentBlock(_)) => self.comment(span, 2, 2),
                Item::OpenComment => {
                    self.error(span, "the comment is never closed: write `*/` at its end");
                    self.comment(span, 2, 0);
                }
                _ if self.skipping.is_some() => self.skip(&item, span),
                item => {
                    if self.by_indent {
                        self.close_by_indent(&item, span);
                    }
                    self.step(item, span);
                }
            }
        }
        self.finish();
    }

    /// Ends collections that a line cannot belong to: it begins no deeper than the line that
    /// opens them, and does not close them.
    fn close_by_indent(&mut self, item: &Item<'_>, span: Span) {
        let (indent, true) = self.indent(span.start) else { return };
        let closes = matches!(item, Item::Token(Token::CloseBrace | Token::CloseBracket));
        // The outermost bracket is the file itself.
        while let [_, .., inner] = self.frames.as_slice() {
            if inner.indent < indent || (closes && inner.indent == indent) {
                return;
            }
            if self.expect == Expect::Colon || (self.expect == Expect::Value && self.in_object()) {
                self.missing_value(span);
            }
            self.unclosed(span.start);
            self.key = Key::default();
            self.expect = self.after_value();
            self.recovering = true;
        }
    }

    /// Column of the first text on the line of a token, and whether the token is that text.
    fn indent(&mut self, at: u32) -> (usize, bool) {
        let at = at as usize;
        let bytes = self.text.as_bytes();
        let new = bytes.get(self.line.seen..at).unwrap_or_default();
        if let Some(found) = memchr::memrchr(b'\n', new) {
            let start = self.line.seen + found + 1;
            let line = bytes.get(start..at).unwrap_or_default();
            let blank = line.iter().take_while(|it| it.is_ascii_whitespace()).count();
            self.line = Line { start, indent: blank, seen: at };
        }
        self.line.seen = at;
        (self.line.indent, self.line.start + self.line.indent == at)
    }

    /// Handles one token, after putting right what is missing before it.
    fn step(&mut self, item: Item<'a>, span: Span) {
        match self.expect {
            Expect::Key => self.key(item, span),
            Expect::Colon => self.colon(item, span),
            Expect::Value => self.value(item, span),
            Expect::CommaOrClose => self.comma_or_close(item, span),
            Expect::End => {
                if self.errors == 0 {
                    self.error(span, "a JSON file holds one value: this is a second one");
                }
            }
        }
    }

    fn key(&mut self, item: Item<'a>, span: Span) {
        match item {
            Item::Token(Token::String(_)) => {
                self.key = match self.line_break_in_string(span) {
                    Some(part) => Key { span: part, flags: Flags::MASKED_KEY, text: None },
                    None => self.quoted_key(span),
                };
                self.expect = Expect::Colon;
            }
            Item::Token(Token::Word(_) | Token::Number(_) | Token::Boolean(_) | Token::Null) => {
                let message = "a key is written in double quotes";
                if self.is_key(span) {
                    self.loose(span, message);
                } else {
                    self.error(span, message);
                }
                self.key = Key { span, ..Key::default() };
                self.expect = Expect::Colon;
            }
            Item::Token(Token::CloseBrace) => self.close_bracket(true, span),
            Item::Token(Token::CloseBracket) => self.close_bracket(false, span),
            Item::Token(Token::Comma) => self.error(span, "expected a key before this comma"),
            Item::Token(Token::Colon) => {
                self.error(span, "expected a key before this colon");
                self.expect = Expect::Value;
            }
            Item::BadString => {
                self.error(span, "the key is not a valid string");
                self.key = Key { span, flags: Flags::MASKED_KEY, text: None };
                self.expect = Expect::Colon;
            }
            item => {
                self.error(span, "expected a key");
                self.expect = Expect::Value;
                self.value(item, span);
            }
        }
    }

    fn colon(&mut self, item: Item<'a>, span: Span) {
        let missing = "expected `:` and a value after this key";
        let key_span = self.key.span;
        match item {
            Item::Token(Token::Colon) => self.expect = Expect::Value,
            Item::Token(Token::Comma | Token::CloseBrace | Token::CloseBracket) => {
                self.error(key_span, missing);
                self.opaque(Span::new(key_span.end, key_span.end));
                self.comma_or_close(item, span);
            }
            Item::Token(Token::String(_)) => {
                // More likely the next entry than a value without its colon.
                self.error(key_span, missing);
                self.opaque(Span::new(key_span.end, key_span.end));
                self.key(item, span);
            }
            item => {
                self.error(key_span, "expected `:` after this key");
                self.value(item, span);
            }
        }
    }

    fn value(&mut self, item: Item<'a>, span: Span) {
        let opens = matches!(item, Item::Token(Token::OpenBrace | Token::OpenBracket));
        if !opens && self.frames.is_empty() && self.is_before_bracket(span) {
            // Something typed above the file's one object does not stand for it.
            return self.error(span, "a JSON file holds one value: this stands before it");
        }
        match item {
            Item::Token(Token::OpenBrace) => self.open_bracket(true, span),
            Item::Token(Token::OpenBracket) => self.open_bracket(false, span),
            Item::Token(Token::String(value)) => self.string(value, span),
            Item::Token(Token::Number(_)) => self.leaf(Kind::Number, span),
            Item::Token(Token::Boolean(_)) => self.leaf(Kind::Bool, span),
            Item::Token(Token::Null) => self.leaf(Kind::Null, span),
            Item::Token(Token::Comma) => {
                self.missing_value(span);
                self.comma_or_close(Item::Token(Token::Comma), span);
            }
            Item::Token(Token::CloseBrace) => self.close_bracket(true, span),
            Item::Token(Token::CloseBracket) => self.close_bracket(false, span),
            Item::Token(Token::Colon) => self.error(span, "this colon does not follow a key"),
            Item::BadString => {
                self.error(span, "the string is not closed on its line, or has a wrong escape");
                self.opaque(span);
            }
            _ => {
                self.error(span, "expected a value");
                self.opaque(span);
            }
        }
    }

    fn comma_or_close(&mut self, item: Item<'a>, span: Span) {
        let in_object = self.in_object();
        match item {
            Item::Token(Token::Comma) => {
                self.recovering = false;
                self.after_comma = Some(span);
                self.expect = if in_object { Expect::Key } else { Expect::Value };
            }
            Item::Token(Token::CloseBrace) => self.close_bracket(true, span),
            Item::Token(Token::CloseBracket) => self.close_bracket(false, span),
            Item::Token(Token::Colon) => self.error(span, "this colon does not follow a key"),
            item => {
                let at = Span::new(span.start, span.start);
                self.error(at, "expected a comma before this");
                if in_object {
                    self.key(item, span);
                } else {
                    self.value(item, span);
                }
            }
        }
    }

    fn string(&mut self, value: Cow<'a, str>, span: Span) {
        if self.is_key(span) {
            // `"a": ⏎ "b": 1` and `"a": [ ⏎ "b": 1`: a half-typed entry before a whole one.
            // A key that stands where the items of a list stand was typed into that list.
            if self.in_object() {
                self.missing_value(span);
                return self.key(Item::Token(Token::String(value)), span);
            }
            let (indent, first) = self.indent(span.start);
            let in_place = first && self.frames.last().is_some_and(|it| it.indent < indent);
            if !in_place && self.frames.iter().any(|it| it.keys.is_some()) {
                while !self.in_object() {
                    self.unclosed(span.start);
                }
                return self.key(Item::Token(Token::String(value)), span);
            }
        }
        if let Some(part) = self.line_break_in_string(span) {
            return self.opaque(part);
        }
        if self.is_key(span) {
            self.error(span, "a list holds values: a key is not allowed here");
            return self.opaque(span);
        }
        self.recovering = false;
        let style = self.quotes(span);
        let key = self.take_key();
        let content = inner(span);
        match value {
            Cow::Borrowed(_) => self.builder.leaf(Kind::String, style, span, key),
            Cow::Owned(_) => {
                let raw = self.slice(content);
                let (text, map) = escape::unescape(raw, content.start, escape::Syntax::Json);
                self.builder.cooked(Kind::String, style, span, key, &text, map)
            }
        };
        self.expect = self.after_value();
    }

    fn leaf(&mut self, kind: Kind, span: Span) {
        self.recovering &= kind == Kind::Opaque;
        let key = self.take_key();
        self.builder.leaf(kind, Style::None, span, key);
        self.expect = self.after_value();
    }

    fn opaque(&mut self, span: Span) {
        self.leaf(Kind::Opaque, span);
    }

    /// Records that a value is missing before `next`; in an object its key stays visible.
    fn missing_value(&mut self, next: Span) {
        self.error(Span::new(next.start, next.start), "expected a value before this");
        if self.in_object() {
            // Behind a colon without a key there is no key to stand at.
            let at = if self.key.span.end > 0 { self.key.span.end } else { next.start };
            self.opaque(Span::new(at, at));
        }
        self.expect = self.after_value();
    }

    fn open_bracket(&mut self, object: bool, bracket: Span) {
        let key = self.take_key();
        let depth = self.builder.limits().depth;
        if self.frames.len() >= depth {
            if self.skipping.is_none() {
                self.builder.depth_limit(bracket);
            }
            let open = self.builder.open(Kind::Opaque, Style::None, bracket, key);
            self.skipping = Some(Skipping { open, brackets: 1 });
            return;
        }
        let kind = if object { Kind::Map } else { Kind::Seq };
        let open = self.builder.open(kind, Style::None, bracket, key);
        self.recovering = false;
        let (indent, _) = self.indent(bracket.start);
        self.frames.push(Frame { open, bracket, indent, keys: object.then(KeySet::default) });
        self.after_comma = None;
        self.expect = if object { Expect::Key } else { Expect::Value };
    }

    fn close_bracket(&mut self, object: bool, span: Span) {
        let Some(at) = self.frames.iter().rposition(|it| it.keys.is_some() == object) else {
            self.unbalanced = true;
            self.error(span, "nothing is open that this bracket could close");
            return;
        };
        let pending_value = self.expect == Expect::Value && self.in_object();
        if pending_value {
            self.missing_value(span);
        } else if self.after_comma.take().is_some() && self.expect != Expect::CommaOrClose {
            self.builder.relax();
        }
        while self.frames.len() > at + 1 {
            self.unclosed(span.start);
        }
        if let Some(frame) = self.frames.pop() {
            self.builder.close(frame.open, span.end);
        }
        self.key = Key::default();
        self.after_comma = None;
        self.expect = self.after_value();
    }

    /// Ends the innermost collection although its bracket is missing.
    fn unclosed(&mut self, end: u32) {
        let Some(frame) = self.frames.last() else { return };
        self.unbalanced = true;
        let bracket = frame.bracket;
        self.error(bracket, "this bracket is never closed");
        if let Some(frame) = self.frames.pop() {
            self.builder.close(frame.open, end);
        }
    }

    fn skip(&mut self, item: &Item<'a>, span: Span) {
        let Some(skipping) = &mut self.skipping else { return };
        match item {
            Item::Token(Token::OpenBrace | Token::OpenBracket) => skipping.brackets += 1,
            Item::Token(Token::CloseBrace | Token::CloseBracket) => skipping.brackets -= 1,
            _ => return,
        }
        if skipping.brackets == 0 {
            self.builder.close(skipping.open, span.end);
            self.skipping = None;
            self.expect = self.after_value();
        }
    }

    fn finish(&mut self) {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        if let Some(skipping) = self.skipping.take() {
            self.builder.close(skipping.open, end);
        } else if !self.frames.is_empty() {
            let value_missing =
                self.expect == Expect::Colon || (self.expect == Expect::Value && self.in_object());
            if value_missing {
                let at = if self.key.span.end > 0 { self.key.span.end } else { end };
                self.opaque(Span::new(at, at));
            }
        }
        self.unbalanced |= !self.frames.is_empty();
        if let Some(frame) = self.frames.last() {
            let bracket = frame.bracket;
            if self.errors < self.builder.limits().errors && !self.builder.is_full() {
                self.error(bracket, "this bracket is never closed");
            }
        }
        while let Some(frame) = self.frames.pop() {
            let id = self.builder.id(frame.open);
            self.builder.add_flags(id, Flags::MASKED);
            self.builder.close(frame.open, end);
        }
    }

    /// Records an error; the collection it stands in is only partly known.
    fn error(&mut self, span: Span, message: &str) {
        if !self.recovering {
            self.recovering = true;
            self.errors += 1;
            self.builder.problem(ProblemKind::Syntax, span, message);
        }
        if let Some(frame) = self.frames.last() {
            let id = self.builder.id(frame.open);
            self.builder.add_flags(id, Flags::MASKED);
        }
    }

    /// Records, once, that the file is written in a looser dialect (JSON5). Nothing is lost.
    fn loose(&mut self, span: Span, message: &str) {
        self.builder.relax();
        if !self.loose {
            self.loose = true;
            self.builder.problem(ProblemKind::Syntax, span, message);
        }
    }

    /// JSON strings end on their line. The scanner would run on to the next quote and
    /// swallow an entry, so the reader goes back to the line break.
    /// Returns the part that stands on the line.
    fn line_break_in_string(&mut self, span: Span) -> Option<Span> {
        let at = memchr::memchr(b'\n', self.slice(span).as_bytes())?;
        let part = Span::new(span.start, span.start + u32::try_from(at).unwrap_or(u32::MAX));
        self.error(part, "the string is not closed on its line");
        self.tokens.restart(part.end as usize);
        Some(part)
    }

    fn comment(&mut self, span: Span, open: u32, close: u32) {
        self.builder.relax();
        let text = Span::new(span.start + open, span.end.saturating_sub(close));
        self.builder.comment(Comment { span, text });
    }

    fn quoted_key(&mut self, span: Span) -> Key {
        self.quotes(span);
        let span = inner(span);
        let raw = self.slice(span);
        let escaped = memchr::memchr(b'\\', raw.as_bytes()).is_some();
        let text = escaped.then(|| escape::unescape(raw, span.start, escape::Syntax::Json).0);
        let name = text.clone().map_or(Cow::Borrowed(raw), Cow::Owned);
        let mut flags = Flags::default();
        if let Some(keys) = self.frames.last_mut().and_then(|it| it.keys.as_mut())
            && !keys.insert(name)
        {
            flags = Flags::DUPLICATE_KEY;
            let message = "this key stands earlier in the same object";
            self.builder.problem(ProblemKind::DuplicateKey, span, message);
        }
        // Without a text of its own an empty key would read as no key.
        let text = if span.is_empty() { Some(String::new()) } else { text };
        Key { span, text, flags }
    }

    fn quotes(&mut self, span: Span) -> Style {
        if self.text.as_bytes().get(span.start as usize) == Some(&b'\'') {
            self.loose(span, "strings are written in double quotes");
            Style::Single
        } else {
            Style::Double
        }
    }

    /// True when a colon follows the string.
    fn is_key(&self, span: Span) -> bool {
        self.byte_after(span) == Some(b':')
    }

    fn is_before_bracket(&self, span: Span) -> bool {
        matches!(self.byte_after(span), Some(b'{' | b'['))
    }

    /// The first byte behind a token that is not blank.
    fn byte_after(&self, span: Span) -> Option<u8> {
        let rest = self.text.as_bytes().get(span.end as usize..)?;
        rest.iter().copied().find(|it| !it.is_ascii_whitespace())
    }

    fn in_object(&self) -> bool {
        self.frames.last().is_some_and(|it| it.keys.is_some())
    }

    fn after_value(&self) -> Expect {
        if self.frames.is_empty() { Expect::End } else { Expect::CommaOrClose }
    }

    fn take_key(&mut self) -> Key {
        self.after_comma = None;
        std::mem::take(&mut self.key)
    }

    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// The bytes between the quotes.
fn inner(span: Span) -> Span {
    Span::new(span.start + 1, span.end.saturating_sub(1))
}
