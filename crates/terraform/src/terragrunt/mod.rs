//! Terragrunt: configurations that call a module with inputs, and share what they say.
//!
//! A configuration is a module of its own whose locals and inputs are evaluated like any others;
//! the module that it launches takes its inputs. What a configuration generates belongs to the
//! launched module, and is evaluated in the configuration.

mod generated;

pub use generated::generated;
use model::Source;
use syntax::Node;

use crate::path;

/// True for a file that may be a Terragrunt configuration. Other tools whose files end alike
/// put a word of theirs before the ending.
pub(crate) fn is_configuration(file: &str) -> bool {
    let name = path::name(file);
    name.strip_suffix(".hcl").is_some_and(|stem| !stem.is_empty() && !stem.contains('.'))
}

/// True for the name that makes a folder something to run.
pub(crate) fn is_launched(file: &str) -> bool {
    path::name(file) == "terragrunt.hcl"
}

/// A configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Configuration<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) root: Node<'a>,
}

impl<'a> Configuration<'a> {
    pub(crate) fn new(source: Source<'a>) -> Option<Self> {
        Some(Self { source, root: source.tree.root()? })
    }

    pub(crate) fn folder(&self) -> &'a str {
        path::folder(self.source.path)
    }

    /// Whether it sets variables in ways that are not followed.
    pub(crate) fn has_extra_arguments(&self) -> bool {
        let terraform = self.root.blocks("terraform").filter_map(Node::body);
        terraform.flat_map(|it| it.blocks("extra_arguments")).filter_map(Node::body).any(|it| {
            let files = ["required_var_files", "optional_var_files", "env_vars"];
            let flags = it.get("arguments");
            files.iter().any(|name| it.get(name).is_some())
                || flags.is_some_and(|it| {
                    it.descendants().any(|it| it.text().is_none_or(|it| it.contains("-var")))
                })
        })
    }
}
