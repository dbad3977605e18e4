//! Go's `text/template` language, as Helm charts use it: the tree of a template with the
//! bytes of each part.
//!
//! Only the language is read here. What an action prints is for an evaluator to say; what the
//! text between actions means is for the reader of that text.

mod parse;
mod scan;

use crate::problem::Problem;
use crate::span::Span;

pub use parse::parse;

/// A parsed template file.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// What the file itself prints.
    pub items: Vec<Item>,
    /// The templates it defines, those of `block` too, in source order.
    pub defines: Vec<Define>,
    /// What could not be read. A file with problems must not be evaluated: Go refuses it.
    pub problems: Vec<Problem>,
}

/// `{{ define "name" }} … {{ end }}`.
#[derive(Clone, Debug)]
pub struct Define {
    /// The name under which others include it.
    pub name: String,
    /// From the opening to the closing action.
    pub span: Span,
    /// What it prints.
    pub body: Vec<Item>,
}

/// A part of a template, in the order of printing.
#[derive(Clone, Debug)]
pub enum Item {
    /// Text that is printed as it stands; what `{{-` and `-}}` trim is not in it.
    Text(Span),
    /// A comment.
    Comment(Tag),
    /// A pipeline whose value is printed, or kept in a variable.
    Print(Tag, Pipeline),
    /// `if … else if … else … end`.
    If(Choice),
    /// `with … else with … else … end`.
    With(Choice),
    /// `range … else … end`.
    Range(Choice),
    /// `template "name" pipeline`.
    Call {
        /// The action.
        tag: Tag,
        /// The template that is called.
        name: String,
        /// Its `.`; without one it is nil.
        argument: Option<Pipeline>,
    },
    /// `break`.
    Break(Tag),
    /// `continue`.
    Continue(Tag),
}

/// Where an action stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// From `{{` to `}}`.
    pub span: Span,
    /// The blanks before it that it trims.
    pub before: Span,
    /// The blanks behind it that it trims.
    pub after: Span,
}

/// A control structure.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The branches with a pipeline, the first of which opens the structure. A `range` has one.
    pub branches: Vec<Branch>,
    /// The branch of a bare `else`.
    pub otherwise: Option<(Tag, Vec<Item>)>,
    /// The closing action.
    pub end: Tag,
}

/// A branch of a control structure.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The action that opens it.
    pub tag: Tag,
    /// The condition, or what is iterated.
    pub pipeline: Pipeline,
    /// What it prints.
    pub body: Vec<Item>,
}

/// `$a, $b := first | second`.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The whole, without the action's braces.
    pub span: Span,
    /// The variables on the left, with their `$`.
    pub variables: Vec<String>,
    /// The variables exist and get another value (`=`, not `:=`).
    pub assigns: bool,
    /// The commands; each takes the value of the one before as its last argument.
    pub commands: Vec<Command>,
}

/// A function or value with arguments.
#[derive(Clone, Debug)]
pub struct Command {
    /// The words; at least one.
    pub words: Vec<Expression>,
    /// All words.
    pub span: Span,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Its bytes.
    pub span: Span,
}

/// What a word of a command is.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// An integer, or a character.
    Int(i64),
    /// A number with a point or exponent.
    Float(f64),
    /// A text, with escapes resolved. The flag says that it has none, so that its bytes are
    /// the ones between the quotes.
    Text(String, bool),
    /// The name of a function.
    Function(String),
    /// `$` or `$name`.
    Variable(String),
    /// `( … )`
    Pipeline(Box<Pipeline>),
    /// `base.a.b`; `.a.b` has [`ExpressionKind::Dot`] as its base.
    Fields(Box<Expression>, Vec<Field>),
}

/// A name in a chain of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// Its bytes, without the dot.
    pub span: Span,
}
