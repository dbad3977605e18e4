//! Bytes to spanned trees, for every language nhilint reads.
//!
//! [`parse`] never fails: it returns a [`Tree`] whose broken regions are [`Kind::Opaque`]
//! nodes, and the [`Problem`]s beside it. It does no IO and is bounded by [`Limits`].
//! No parser library's type leaves this crate.

mod builder;
mod dump;
mod escape;
pub mod gotemplate;
mod hcl;
mod insertion;
mod json;
mod keys;
mod limits;
mod lines;
mod markdown;
mod mask;
mod masked;
mod pairs;
mod plist;
mod problem;
pub mod shell;
mod span;
mod suppression;
mod toml;
mod tree;
mod yaml;

use std::sync::{Arc, OnceLock};

pub use dump::dump;
pub use insertion::{InsertionPoint, comment_markers, insertion_point};
pub use limits::Limits;
pub use lines::{LineIndex, Position, Unit};
pub use mask::has_template_actions;
pub use problem::{Problem, ProblemKind};
pub use span::Span;
pub use suppression::{Suppression, SuppressionProblem, suppressions};
pub use tree::{Children, Comment, Flags, Kind, Node, NodeId, OffsetMap, Operator, Style, Tree};

/// A language with a parser.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Language {
    /// HCL native syntax: `.tf`, `.tofu`, `.hcl`, `.tfvars`. The root is a [`Kind::Body`].
    Hcl,
    /// Terraform's JSON syntax: `.tf.json`. The root is a [`Kind::Body`] of the same shape as
    /// in native syntax; strings with `${` or `%{` are [`Kind::Template`].
    TerraformJson,
    /// YAML, any number of documents. The root is a [`Kind::Stream`].
    Yaml,
    /// YAML inside a Go template (Helm). Actions are masked; what they touch is
    /// [`Kind::Opaque`] or [`Flags::MASKED`].
    HelmTemplate,
    /// JSON, with comments and trailing commas tolerated.
    Json,
    /// TOML.
    Toml,
    /// Markdown with YAML front matter: a [`Kind::Stream`] of the front matter's map (or
    /// [`Kind::Null`]) and the body as one [`Kind::String`].
    Markdown,
    /// `NAME=value` lines as dotenv reads them: one [`Kind::Map`] of strings.
    Dotenv,
    /// INI, properties and their relatives: a [`Kind::Map`] of strings and, for each section, of
    /// a map of strings.
    Ini,
    /// A property list of Apple's in XML: dictionaries, lists and scalars. A string that is JSON
    /// is read as what it holds, where its text has no entities.
    PropertyList,
    /// Lines without a structure that is known here: one [`Kind::String`].
    Text,
}

/// Parses `source` as `language`.
///
/// Text beyond [`Limits::bytes`] is not read: the tree is then empty and says so.
pub fn parse(source: Arc<str>, language: Language, limits: &Limits) -> Tree {
    let builder = builder::Builder::new(Arc::clone(&source), limits);
    if source.len() > limits.bytes {
        let mut builder = builder;
        let message =
            format!("the file has {} bytes; nhilint reads at most {}", source.len(), limits.bytes);
        builder.problem(ProblemKind::Limit, Span::default(), message);
        return builder.finish();
    }
    match language {
        Language::Hcl => hcl::parse(builder),
        Language::TerraformJson => hcl::parse_json(builder),
        Language::Yaml => yaml::parse(builder),
        Language::HelmTemplate => mask::parse(builder),
        Language::Json => json::parse(builder),
        Language::Toml => toml::parse(builder),
        Language::Markdown => markdown::parse(builder),
        Language::Dotenv => pairs::dotenv(builder),
        Language::Ini => pairs::ini(builder),
        Language::PropertyList => plist::parse(builder),
        Language::Text => pairs::text(builder),
    }
}

/// True when `word` stands anywhere in a text. Recognising files asks this of every file for
/// many words; it is several times as fast as [`str::contains`].
pub fn mentions(text: &str, word: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// A word that every file is asked for: what searching for it takes is prepared once.
#[derive(Debug)]
pub struct Word {
    word: &'static str,
    search: OnceLock<memchr::memmem::Finder<'static>>,
}

impl Word {
    /// The word, as it is written.
    pub const fn new(word: &'static str) -> Self {
        Self { word, search: OnceLock::new() }
    }

    /// Where it stands first in a text.
    pub fn find(&self, text: &str) -> Option<usize> {
        let search = self.search.get_or_init(|| memchr::memmem::Finder::new(self.word));
        search.find(text.as_bytes())
    }

    /// True when it stands anywhere in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.find(text).is_some()
    }
}

/// Parses the text of a string as an HCL template (`"a-${b}"`), with spans in the source that
/// `map` leads to. The root is a [`Kind::Template`], or a [`Kind::String`] without any
/// interpolation. Used for strings of JSON files that Terraform reads as templates.
pub fn parse_template(text: &str, map: &OffsetMap, limits: &Limits) -> Tree {
    hcl::parse_template(text, map, limits)
}
