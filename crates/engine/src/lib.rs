//! Rules, findings and the identity graph. Runs rules over facts; does no IO.

mod cause;
mod context;
mod docs;
mod exception;
mod finding;
mod graph;
mod outside;
mod report;
mod rule;
mod run;
mod settings;

pub use context::Context;
pub use docs::{Docs, Example, ExampleFile};
pub use exception::{
    Exception, ExceptionSource, ExceptionState, PathPattern, UnknownRule, nearest,
};
pub use finding::{Finding, Related, Suppressed};
pub use graph::Graph;
pub use model::{Edit, Fix, Place, Safety, Span};
pub use report::{
    ChartStatistics, KustomizeStatistics, Problem, Report, Skipped, SourceText, Sources, Statistics,
};
pub use rule::{Check, Confidence, Family, Framework, Profile, Rule, Severity};
pub use run::{Input, Outcome, run};
pub use settings::{Settings, Thresholds};
