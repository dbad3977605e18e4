//! Plans and states: resources whose values Terraform has written down.
//!
//! `terraform show -json` prints a plan or a state as JSON, and `terraform.tfstate` is one. Both
//! hold resources with the values that evaluation has found, so they are a second source of
//! resources for the lowering that configuration goes through. Where the configuration they
//! were made from is in the workspace, they only complete it (see `eval::completed`).

pub(crate) mod address;
mod configuration;
mod read;
mod sniff;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{FileId, Place};
use syntax::Node;

use crate::eval::Key;
use crate::module::Declaration;

pub(crate) use configuration::Configuration;
pub(crate) use sniff::is_named_like_one;
pub use sniff::is_recording;

/// What a file records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Moment {
    /// What an apply will make.
    Plan,
    /// What is there.
    State,
}

/// One plan or state.
#[derive(Debug)]
pub(crate) struct Recording<'a> {
    pub(crate) path: &'a str,
    pub(crate) file: FileId,
    pub(crate) moment: Moment,
    /// In the order of the file, each address once.
    pub(crate) resources: Vec<Recorded<'a>>,
    positions: BTreeMap<Arc<str>, usize>,
    /// Positions by the address without indexes, for blocks with one instance.
    single: BTreeMap<String, Option<usize>>,
    /// Keys of the instances below an address without its last index, for resources and modules.
    keys: BTreeMap<String, BTreeMap<String, Key>>,
    /// Resources that an apply takes away.
    pub(crate) deleted: BTreeSet<&'a str>,
    pub(crate) configuration: Configuration<'a>,
    /// Root outputs with their values, and whether they are marked as sensitive.
    pub(crate) outputs: Vec<(&'a str, Node<'a>, bool)>,
    /// Values that are marked as sensitive.
    pub(crate) sensitive: Vec<Place>,
}

/// One instance of a resource or data source.
#[derive(Debug)]
pub(crate) struct Recorded<'a> {
    /// Its body is the recorded object.
    pub(crate) declaration: Declaration<'a>,
    pub(crate) address: Arc<str>,
    /// The address without indexes.
    pub(crate) base: String,
    pub(crate) is_data: bool,
    pub(crate) key: Key,
    pub(crate) unknown: Unknown<'a>,
    pub(crate) sensitive: Sensitive<'a>,
}

/// What is not known of a recorded object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unknown<'a> {
    /// Nothing.
    Nothing,
    /// Whatever is missing.
    Missing,
    /// A tree of the same shape that is true where a value is not known.
    Marks(Node<'a>),
}

/// Which parts of a recorded object are marked as sensitive.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sensitive<'a> {
    Nothing,
    /// A tree of the same shape that is true where a value is sensitive.
    Marks(Node<'a>),
    /// A list of paths, each a list of steps.
    Paths(Node<'a>),
}

impl<'a> Recording<'a> {
    /// The recorded instance with an address.
    pub(crate) fn get(&self, address: &str) -> Option<&Recorded<'a>> {
        self.resources.get(*self.positions.get(address)?)
    }

    /// The only instance of a block, given its address without indexes.
    pub(crate) fn only(&self, base: &str) -> Option<&Recorded<'a>> {
        self.resources.get((*self.single.get(base)?)?)
    }

    /// Keys of the instances of a resource or module, given its address without the last index.
    pub(crate) fn keys(&self, address: &str) -> impl Iterator<Item = &Key> {
        self.keys.get(address).into_iter().flat_map(BTreeMap::values)
    }

    /// The root module's resources (`type.name`) and module calls (`module.name`).
    pub(crate) fn root_names(&self) -> BTreeSet<String> {
        let name = |it: &Recorded<'_>| -> Option<String> {
            let parts = address::parts(&it.base);
            match parts.as_slice() {
                ["data", ..] => None,
                [first, second, ..] => Some(format!("{first}.{second}")),
                _ => None,
            }
        };
        self.resources.iter().filter_map(name).collect()
    }
}

impl<'a> Recorded<'a> {
    /// The recorded object.
    pub(crate) fn body(&self) -> Option<Node<'a>> {
        self.declaration.parts.first().map(|it| it.body)
    }
}

impl<'a> Sensitive<'a> {
    /// The marks of an attribute.
    pub(crate) fn attribute(self, name: &str) -> Self {
        match self {
            Self::Nothing => Self::Nothing,
            Self::Marks(marks) if marks.as_bool() == Some(true) => self,
            Self::Marks(marks) => marks.get(name).map_or(Self::Nothing, Self::Marks),
            // A path may lead below the attribute; hiding all of it is the safe side.
            Self::Paths(paths) => {
                let leads = |path: Node<'_>| {
                    let first = path.items().next();
                    first.and_then(|it| it.get("value")).and_then(Node::text) == Some(name)
                };
                if paths.items().any(leads) { self } else { Self::Nothing }
            }
        }
    }

    /// True when the whole value is sensitive.
    pub(crate) fn is_whole(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Marks(marks) => marks.as_bool() == Some(true),
            Self::Paths(_) => true,
        }
    }
}
