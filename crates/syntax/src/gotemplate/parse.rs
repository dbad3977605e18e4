//! Builds the tree of a template.

use super::scan::{self, Piece, Token, Word};
use super::{
    Branch, Choice, Command, Define, Expression, ExpressionKind, Field, Item, Pipeline, Tag,
    Template,
};
use crate::problem::{Problem, ProblemKind};
use crate::span::Span;

/// Deepest nesting of control structures and parentheses. Real charts stay below ten.
const DEPTH: usize = 64;

/// Most actions of one file.
const ACTIONS: usize = 100_000;

/// Parses a template. Never fails: what could not be read is a problem.
pub fn parse(source: &str) -> Template {
    let mut parser = Parser { source, tags: Vec::new(), at: 0, template: Template::default() };
    parser.tags = parser.pieces();
    let mut items = Vec::new();
    while parser.template.problems.is_empty() {
        match parser.body(0, &mut items) {
            Stop::End => break,
            Stop::Closing(Closing { tag, .. }) => {
                parser.problem(tag.span, "nothing is open that this action could close");
            }
        }
    }
    parser.template.items = items;
    parser.template
}

/// Text or an action, with what it trims.
#[derive(Clone, Copy, Debug)]
enum Part {
    Text(Span),
    Action(Tag, Span),
}

struct Parser<'s> {
    source: &'s str,
    tags: Vec<Part>,
    at: usize,
    template: Template,
}

/// Why a body ended.
enum Stop {
    End,
    Closing(Closing),
}

/// `end` or `else …`.
struct Closing {
    tag: Tag,
    /// The words behind `else`; `None` for `end`.
    otherwise: Option<Vec<Token>>,
}

type Parsed<T> = Result<T, Problem>;

fn broken<T>(span: Span, message: &str) -> Parsed<T> {
    Err(Problem { kind: ProblemKind::Syntax, span, message: message.to_owned() })
}

impl Parser<'_> {
    /// Cuts the file, and gives every blank that is trimmed to the action that trims it.
    fn pieces(&mut self) -> Vec<Part> {
        let pieces = scan::pieces(self.source);
        let mut parts = Vec::with_capacity(pieces.len());
        let mut actions = 0;
        for (index, piece) in pieces.iter().enumerate() {
            match *piece {
                Piece::Text(span) => {
                    let before = index.checked_sub(1).and_then(|it| pieces.get(it));
                    let (mut from, mut to) = (span.start, span.end);
                    let text = self.source.get(span.range()).unwrap_or("");
                    if let Some(Piece::Action { trims_right: true, .. }) = before {
                        from = span.end - len(text.trim_start_matches(BLANK));
                    }
                    if let Some(Piece::Action { trims_left: true, .. }) = pieces.get(index + 1) {
                        to = (span.start + len(text.trim_end_matches(BLANK))).max(from);
                    }
                    if let Some(Part::Action(tag, _)) = parts.last_mut() {
                        tag.after = Span::new(span.start, from);
                    }
                    if to > from {
                        parts.push(Part::Text(Span::new(from, to)));
                    }
                }
                Piece::Action { span, inside, .. } => {
                    let before = index.checked_sub(1).and_then(|it| pieces.get(it));
                    let text = match before {
                        Some(Piece::Text(text)) => text.start,
                        _ => span.start,
                    };
                    let printed = match parts.last() {
                        Some(Part::Text(it)) => it.end,
                        Some(Part::Action(it, _)) => it.after.end.max(it.span.end),
                        None => text,
                    };
                    let before = Span::new(printed.max(text).min(span.start), span.start);
                    let tag = Tag { span, before, after: Span::new(span.end, span.end) };
                    parts.push(Part::Action(tag, inside));
                    actions += 1;
                    if actions > ACTIONS {
                        self.problem(span, "more actions than are read");
                        break;
                    }
                }
                Piece::Unclosed(span) => {
                    self.problem(span, "this template action is never closed: write `}}`");
                }
            }
        }
        parts
    }

    fn problem(&mut self, span: Span, message: &str) {
        let message = message.to_owned();
        self.template.problems.push(Problem { kind: ProblemKind::Syntax, span, message });
    }

    /// Reads items up to an `end` or `else`.
    fn body(&mut self, depth: usize, items: &mut Vec<Item>) -> Stop {
        while let Some(part) = self.tags.get(self.at).copied() {
            self.at += 1;
            let (tag, inside) = match part {
                Part::Text(span) => {
                    items.push(Item::Text(span));
                    continue;
                }
                Part::Action(tag, inside) => (tag, inside),
            };
            match self.action(tag, inside, depth, items) {
                Ok(None) => {}
                Ok(Some(closing)) => return Stop::Closing(closing),
                Err(problem) => {
                    self.template.problems.push(problem);
                    return Stop::End;
                }
            }
        }
        Stop::End
    }

    fn action(
        &mut self,
        tag: Tag,
        inside: Span,
        depth: usize,
        items: &mut Vec<Item>,
    ) -> Parsed<Option<Closing>> {
        let text = self.source.get(inside.range()).unwrap_or("").trim();
        if text.starts_with("/*") {
            items.push(Item::Comment(tag));
            return Ok(None);
        }
        let tokens = match scan::words(self.source, inside) {
            Ok(it) => it,
            Err(at) => return broken(Span::from_usize(at, at), "this is no word of a template"),
        };
        let (first, rest) = match tokens.split_first() {
            Some((Token { word: Word::Name(name), .. }, rest)) => (name.as_str(), rest),
            _ => ("", &tokens[..]),
        };
        match first {
            "end" => return Ok(Some(Closing { tag, otherwise: None })),
            "else" => return Ok(Some(Closing { tag, otherwise: Some(rest.to_vec()) })),
            "break" if rest.is_empty() => items.push(Item::Break(tag)),
            "continue" if rest.is_empty() => items.push(Item::Continue(tag)),
            "if" | "with" | "range" => {
                let choice = self.choice(first, tag, rest, depth)?;
                items.push(match first {
                    "if" => Item::If(choice),
                    "with" => Item::With(choice),
                    _ => Item::Range(choice),
                });
            }
            "define" | "block" => {
                let Some((Token { word: Word::Text(name, _), .. }, rest)) = rest.split_first()
                else {
                    return broken(tag.span, "a template's name is a quoted text");
                };
                let mut body = Vec::new();
                let end = self.closed(tag, depth, &mut body)?;
                let span = tag.span.cover(end.span);
                self.template.defines.push(Define { name: name.clone(), span, body });
                if first == "block" {
                    let argument = Some(pipeline(tag.span, rest, 0)?);
                    let after = end.after;
                    items.push(Item::Call {
                        tag: Tag { after, ..tag },
                        name: name.clone(),
                        argument,
                    });
                }
            }
            "template" => {
                let Some((Token { word: Word::Text(name, _), .. }, rest)) = rest.split_first()
                else {
                    return broken(tag.span, "a template's name is a quoted text");
                };
                let argument = match rest {
                    [] => None,
                    rest => Some(pipeline(tag.span, rest, 0)?),
                };
                items.push(Item::Call { tag, name: name.clone(), argument });
            }
            _ => items.push(Item::Print(tag, pipeline(tag.span, &tokens, 0)?)),
        }
        Ok(None)
    }

    /// Reads a body that must end with `end`.
    fn closed(&mut self, opened: Tag, depth: usize, body: &mut Vec<Item>) -> Parsed<Tag> {
        match self.nested(opened, depth, body)? {
            Closing { tag, otherwise: None } => Ok(tag),
            Closing { tag, .. } => broken(tag.span, "this `else` belongs to nothing"),
        }
    }

    fn nested(&mut self, opened: Tag, depth: usize, body: &mut Vec<Item>) -> Parsed<Closing> {
        if depth >= DEPTH {
            return broken(opened.span, "nested too deep");
        }
        let problems = self.template.problems.len();
        match self.body(depth + 1, body) {
            Stop::Closing(it) => Ok(it),
            // The problem further in is the cause.
            Stop::End => match self.template.problems.get(problems) {
                Some(_) => self
                    .template
                    .problems
                    .pop()
                    .map_or_else(|| broken(opened.span, "this is never closed"), Err),
                None => broken(opened.span, "this is never closed: write `{{ end }}`"),
            },
        }
    }

    fn choice(&mut self, kind: &str, tag: Tag, words: &[Token], depth: usize) -> Parsed<Choice> {
        let mut branches = Vec::new();
        let (mut opened, mut words) = (tag, words.to_vec());
        loop {
            let pipeline = pipeline(opened.span, &words, 0)?;
            let mut body = Vec::new();
            let closing = self.nested(tag, depth, &mut body)?;
            branches.push(Branch { tag: opened, pipeline, body });
            let Some(otherwise) = closing.otherwise else {
                return Ok(Choice { branches, otherwise: None, end: closing.tag });
            };
            match otherwise.split_first() {
                None => {
                    let mut body = Vec::new();
                    let end = self.closed(tag, depth, &mut body)?;
                    return Ok(Choice { branches, otherwise: Some((closing.tag, body)), end });
                }
                Some((Token { word: Word::Name(name), .. }, rest))
                    if name == kind && kind != "range" && branches.len() < ACTIONS =>
                {
                    (opened, words) = (closing.tag, rest.to_vec());
                }
                Some(_) => return broken(closing.tag.span, "this `else` cannot be read"),
            }
        }
    }
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

fn len(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// Reads a pipeline that takes all of the words.
fn pipeline(span: Span, tokens: &[Token], depth: usize) -> Parsed<Pipeline> {
    let mut reader = Words { tokens, at: 0, span };
    let pipeline = reader.pipeline(depth)?;
    match reader.peek() {
        None => Ok(pipeline),
        Some(it) => broken(it.span, "this does not belong here"),
    }
}

struct Words<'t> {
    tokens: &'t [Token],
    at: usize,
    /// The action.
    span: Span,
}

impl<'t> Words<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Token> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn here(&self) -> Span {
        self.peek().map_or(self.span, |it| it.span)
    }

    fn pipeline(&mut self, depth: usize) -> Parsed<Pipeline> {
        if depth >= DEPTH {
            return broken(self.here(), "nested too deep");
        }
        let (variables, assigns) = self.variables();
        let start = self.here();
        let mut commands = vec![self.command(depth)?];
        while self.peek().is_some_and(|it| it.word == Word::Pipe) {
            self.at += 1;
            commands.push(self.command(depth)?);
        }
        let span = commands.last().map_or(start, |it| start.cover(it.span));
        Ok(Pipeline { span, variables, assigns, commands })
    }

    /// `$a, $b :=`; nothing when the words are no declaration.
    fn variables(&mut self) -> (Vec<String>, bool) {
        let word = |at: usize| self.tokens.get(self.at + at).map(|it| &it.word);
        let (names, operator) = match (word(0), word(1), word(2), word(3)) {
            (Some(Word::Variable(a)), Some(operator), _, _)
                if matches!(operator, Word::Declare | Word::Assign) =>
            {
                (vec![a.clone()], operator)
            }
            (
                Some(Word::Variable(a)),
                Some(Word::Comma),
                Some(Word::Variable(b)),
                Some(operator),
            ) if matches!(operator, Word::Declare | Word::Assign) => {
                (vec![a.clone(), b.clone()], operator)
            }
            _ => return (Vec::new(), false),
        };
        let assigns = *operator == Word::Assign;
        self.at += names.len() * 2;
        (names, assigns)
    }

    fn command(&mut self, depth: usize) -> Parsed<Command> {
        let mut words = Vec::new();
        while let Some(token) = self.peek() {
            if matches!(token.word, Word::Pipe | Word::Close) {
                break;
            }
            words.push(self.operand(depth)?);
        }
        match (words.first(), words.last()) {
            (Some(first), Some(last)) => Ok(Command { span: first.span.cover(last.span), words }),
            _ => broken(self.here(), "a value is missing here"),
        }
    }

    fn operand(&mut self, depth: usize) -> Parsed<Expression> {
        let Some(token) = self.next() else { return broken(self.span, "a value is missing here") };
        let mut span = token.span;
        let mut fields = Vec::new();
        let kind = match &token.word {
            Word::Dot => ExpressionKind::Dot,
            Word::Field(name) => {
                fields.push(field(name, token.span));
                ExpressionKind::Dot
            }
            Word::Variable(name) => ExpressionKind::Variable(name.clone()),
            Word::Int(it) => ExpressionKind::Int(*it),
            Word::Float(it) => ExpressionKind::Float(*it),
            Word::Text(it, exact) => ExpressionKind::Text(it.clone(), *exact),
            Word::Name(name) => match name.as_str() {
                "true" => ExpressionKind::Bool(true),
                "false" => ExpressionKind::Bool(false),
                "nil" => ExpressionKind::Nil,
                _ => ExpressionKind::Function(name.clone()),
            },
            Word::Open => {
                let pipeline = self.pipeline(depth + 1)?;
                match self.next() {
                    Some(Token { word: Word::Close, span: close, .. }) => span = span.cover(*close),
                    _ => return broken(token.span, "this parenthesis is never closed"),
                }
                ExpressionKind::Pipeline(Box::new(pipeline))
            }
            Word::Close | Word::Pipe | Word::Comma | Word::Declare | Word::Assign => {
                return broken(token.span, "this does not belong here");
            }
        };
        let base = span;
        while let Some(Token { word: Word::Field(name), span: at, spaced: false }) = self.peek() {
            self.at += 1;
            fields.push(field(name, *at));
            span = span.cover(*at);
        }
        if fields.is_empty() {
            return Ok(Expression { kind, span });
        }
        let base = Expression { kind, span: base };
        Ok(Expression { kind: ExpressionKind::Fields(Box::new(base), fields), span })
    }
}

fn field(name: &str, span: Span) -> Field {
    Field { name: name.to_owned(), span: Span::new(span.start + 1, span.end) }
}
