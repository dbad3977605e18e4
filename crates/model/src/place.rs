//! Where a value was written, and the way it took from there.

use std::sync::Arc;

use syntax::Span;

/// A file of one analysis; its meaning is the order of the inputs, sorted by path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FileId(pub u32);

/// Some bytes of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

impl Place {
    /// A place in a file.
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}

/// How a value went on from where it was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StepKind {
    /// The default of a variable.
    VariableDefault,
    /// A line of a variables file.
    VariableFile,
    /// An argument of a module call.
    ModuleArgument,
    /// An output of a module.
    ModuleOutput,
    /// A local value.
    Local,
    /// An attribute of another resource or data source.
    Attribute,
    /// An element of a `for`, `for_each`, `count` or `dynamic`.
    Iteration,
    /// A file that was read in.
    File,
    /// A YAML anchor or merge key.
    Anchor,
    /// A value of a chart or an overlay.
    Values,
    /// A template that another one includes.
    Template,
    /// A patch that an overlay lays over an object.
    Patch,
    /// An attachment or binding that hands the value on.
    Binding,
    /// A plan or state that tells what the configuration does not.
    Recording,
}

impl StepKind {
    /// Words for a related location: "through …".
    pub fn describe(self) -> &'static str {
        match self {
            Self::VariableDefault => "variable default",
            Self::VariableFile => "variables file",
            Self::ModuleArgument => "module argument",
            Self::ModuleOutput => "module output",
            Self::Local => "local value",
            Self::Attribute => "attribute",
            Self::Iteration => "loop",
            Self::File => "file",
            Self::Anchor => "anchor",
            Self::Values => "values",
            Self::Template => "template",
            Self::Patch => "patch of",
            Self::Binding => "binding",
            Self::Recording => "plan or state",
        }
    }
}

/// One station on the way of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it went through.
    pub kind: StepKind,
    /// The name of that, such as `var.token`.
    pub name: Arc<str>,
    /// Where: the reference that read it, or the definition that passed it on.
    pub place: Place,
    /// The step before; `None` for the first one after the literal.
    before: Option<Arc<Step>>,
}

/// Where a value was written and the steps it took to where it is used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// Where the literal stands. A finding points here.
    pub place: Place,
    last: Option<Arc<Step>>,
}

impl Origin {
    /// A value used where it is written.
    pub fn at(place: Place) -> Self {
        Self { place, last: None }
    }

    /// The same value, one step further.
    #[must_use]
    pub fn through(&self, kind: StepKind, name: impl Into<Arc<str>>, place: Place) -> Self {
        let step = Step { kind, name: name.into(), place, before: self.last.clone() };
        Self { place: self.place, last: Some(Arc::new(step)) }
    }

    /// The steps in the order in which the value took them.
    pub fn steps(&self) -> Vec<&Step> {
        let mut steps: Vec<_> =
            std::iter::successors(self.last.as_deref(), |it| it.before.as_deref()).collect();
        steps.reverse();
        steps
    }
}
