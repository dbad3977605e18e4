//! YAML: the events of `granit-parser`, put into the tree.
//!
//! An error ends a document for the library. Here it costs a line where possible: the
//! broken line is masked and the document read again ([`repair`]); otherwise everything
//! before the error stays, and reading goes on with the next document.

mod align;
mod nodes;
mod repair;
mod schema;
mod well_formed;

use granit_parser::{ErrorKind, Event, Options, Parser, ScanError};

use crate::builder::{Builder, Checkpoint, Key};
use crate::masked::Masked;
use crate::problem::ProblemKind;
use crate::span::Span;
use crate::tree::{Kind, Style, Tree};

use nodes::Nodes;

/// Collections that the library may nest. Ours is the smaller limit: beyond it a collection
/// is left out, while the library gives up the document.
const NESTING: usize = 1024;

pub(crate) fn parse(mut builder: Builder) -> Tree {
    let source = std::sync::Arc::clone(builder.source());
    let mut text = Masked::plain(&source);
    stream(&mut builder, &mut text, Dialect::Plain);
    builder.finish()
}

/// What the text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    /// YAML.
    Plain,
    /// YAML between masked template actions: keys may repeat, as branches do.
    Template,
    /// YAML of which only the first document counts.
    FrontMatter,
}

/// Adds a [`Kind::Stream`] with all documents of a text.
pub(crate) fn stream(builder: &mut Builder, text: &mut Masked<'_>, dialect: Dialect) {
    let start = if text.original.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let end = text.original.len();
    if text.original.get(start..).is_none_or(|it| it.trim_ascii().is_empty()) {
        return;
    }
    let span = Span::from_usize(start, end);
    let stream = builder.open(Kind::Stream, Style::None, span, Key::default());
    documents(builder, text, dialect, span);
    builder.close(stream, span.end);
}

/// Adds the documents of a part of a text.
pub(crate) fn documents(
    builder: &mut Builder,
    text: &mut Masked<'_>,
    dialect: Dialect,
    part: Span,
) {
    if dialect != Dialect::Plain || well_formed::documents(builder, text, part).is_none() {
        recover(builder, text, dialect, part);
    }
}

/// Adds what can be read of the documents of a part of a text.
fn recover(builder: &mut Builder, text: &mut Masked<'_>, dialect: Dialect, part: Span) {
    let mut run = Run {
        part,
        dialect,
        options: options(memchr::memchr(b'#', text.original.as_bytes()).is_some()),
        mark: Mark { from: part.start, builder: builder.checkpoint() },
        documents: 0,
        errors: 0,
        repaired: None,
        budget: repair::BUDGET,
    };
    while let Stop::Error(error) = run.read(builder, text) {
        builder.rollback(run.mark.builder);
        let document = Span::new(run.mark.from, part.end);
        let left = builder.limits().errors.saturating_sub(run.errors);
        let repair = repair::repair(text, document, &error, &run.options, left, &mut run.budget);
        run.errors += repair.problems.len();
        for (kind, span, message) in repair.problems {
            builder.problem(kind, span, message);
        }
        run.mark.builder = builder.checkpoint();
        run.repaired = Some(run.mark.from);
    }
}

/// A place between documents to which reading can return.
#[derive(Clone, Copy, Debug)]
struct Mark {
    from: u32,
    builder: Checkpoint,
}

/// The state of reading a stream.
struct Run {
    part: Span,
    dialect: Dialect,
    options: Options,
    /// Where the current document begins, comments before it included.
    mark: Mark,
    documents: usize,
    errors: usize,
    /// The document that was already repaired: a further error in it is final.
    repaired: Option<u32>,
    budget: usize,
}

enum Stop {
    End,
    Error(Fault),
}

/// An error of the library: where, and what it means for a person.
#[derive(Clone, Debug)]
struct Fault {
    at: u32,
    kind: ProblemKind,
    message: &'static str,
    /// Where the outermost bracket that is still open stands.
    bracket: Option<u32>,
}

impl Run {
    /// Reads from the mark to the end, or to an error that repair has not seen.
    fn read(&mut self, builder: &mut Builder, text: &Masked<'_>) -> Stop {
        let base = self.mark.from;
        let part = Span::new(base, self.part.end);
        let Some(rest) = text.text().get(part.range()) else { return Stop::End };
        let mut parser = Parser::new_from_str_with_options(rest, self.options.clone());
        let mut nodes = Nodes::new(builder, text, self.dialect, base);
        loop {
            let Some(next) = parser.next_event() else { return Stop::End };
            let (event, span) = match next {
                Ok(it) => it,
                Err(error) => {
                    let fault = fault(&error, part, nodes.bracket());
                    if self.repaired != Some(self.mark.from) && fault.kind != ProblemKind::Limit {
                        return Stop::Error(fault);
                    }
                    self.errors += 1;
                    nodes.give_up(&fault);
                    let last = self.dialect == Dialect::FrontMatter;
                    if last || self.errors > nodes.limits().errors {
                        return Stop::End;
                    }
                    match parser.proceed_next_document() {
                        Ok(true) => continue,
                        _ => return Stop::End,
                    }
                }
            };
            let at = span.byte_range().map_or(part.end, |it| base + clamp(it.start));
            if nodes.is_full() {
                return Stop::End;
            }
            match &event {
                Event::DocumentStart(..) => {
                    if self.documents >= nodes.limits().documents {
                        nodes.too_many_documents(at);
                        return Stop::End;
                    }
                    self.documents += 1;
                }
                Event::DocumentEnd => {
                    let end = span.byte_range().map_or(part.end, |it| base + clamp(it.end));
                    nodes.end_document();
                    if self.dialect == Dialect::FrontMatter {
                        return Stop::End;
                    }
                    self.mark = Mark { from: end, builder: nodes.checkpoint() };
                    continue;
                }
                _ => {}
            }
            nodes.event(event, &span);
        }
    }
}

/// Where reading a part of a text would stop, as strictly as YAML says: the places at which
/// the error may lie, the likeliest first.
pub(crate) fn suspects(text: &Masked<'_>, part: Span) -> Option<Vec<u32>> {
    let mut options = options(false);
    options.emit_unresolved_aliases = false;
    let fault = repair::probe(text, part, &options)?;
    Some(fault.bracket.into_iter().chain([fault.at]).collect())
}

/// True when a part of a text begins like a map, or cannot be read at all.
pub(crate) fn is_map(text: &str) -> bool {
    let events = Parser::new_from_str_with_options(text, options(false));
    for event in events {
        match event {
            Ok((Event::MappingStart(..), _)) | Err(_) => return true,
            Ok((Event::Scalar(..) | Event::SequenceStart(..) | Event::Alias(_), _)) => {
                return false;
            }
            Ok(_) => {}
        }
    }
    true
}

fn options(comments: bool) -> Options {
    let mut options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_comments: comments,
        // Bounded by the size of the file, and long comment blocks are common in charts.
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: NESTING,
        block_nesting_limit: NESTING,
    };
    options.set_emit_comments(comments);
    options
}

fn clamp(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Translates an error. Messages never show text of the file.
fn fault(error: &ScanError, part: Span, bracket: Option<u32>) -> Fault {
    let at = error.marker().byte_offset().map_or(part.end, |it| part.start + clamp(it));
    let kind = match error.kind() {
        ErrorKind::RecursionLimitExceeded | ErrorKind::TooManyComments => ProblemKind::Limit,
        _ => ProblemKind::Syntax,
    };
    Fault { at: at.min(part.end), kind, message: message(error.kind()), bracket }
}

const UNCLOSED: &str = "this bracket is never closed";

fn message(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::RecursionLimitExceeded => "nested too deep: the document was left out",
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => "YAML is indented with spaces: a tab is not allowed here",
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent => "this quote is never closed",
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator => UNCLOSED,
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => {
            "nothing is open that this bracket could close"
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => "this escape does not exist in YAML",
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => "expected `:` after this key",
        ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed => {
            "a key is not allowed here: quote the text, or check the indentation"
        }
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation
        | ErrorKind::BlockSequenceEntryNotAllowed => {
            "this line does not fit the lines before it: check the indentation"
        }
        ErrorKind::UnexpectedCharacter { .. } => {
            "a value cannot begin with this character: quote it"
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar
        | ErrorKind::InvalidTrailingSingleQuotedScalar => "nothing may follow a closing quote",
        ErrorKind::UndeclaredTagHandle => "this tag's handle is not declared",
        _ => "this is not valid YAML",
    }
}
