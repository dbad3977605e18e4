//! AWS policies in files of a language whose reader does not know them.

use crate::identity::{Address, Party};
use crate::knowledge::Sourced;
use crate::place::Place;
use crate::value::Value;

/// An AWS policy that is written in another language than Terraform: in an object of
/// Kubernetes that a controller makes a policy of.
///
/// Whoever finds it says whose it is and does not read it; what it permits is then said once,
/// for all languages.
#[derive(Clone, Debug)]
pub struct PolicyDocument {
    /// The address that those of its statements continue.
    pub address: Address,
    /// The document, mostly as JSON in a text; of [`PolicyUse::Named`] the ARN.
    pub document: Value,
    /// What it is for.
    pub says: PolicyUse,
    /// The smallest token that names what holds it.
    pub place: Place,
    /// The declaration.
    pub region: Place,
}

/// What a policy is for.
#[derive(Clone, Debug)]
pub enum PolicyUse {
    /// It says what its holders may do.
    Rights(PolicyHolders),
    /// It is declared elsewhere and known by its ARN.
    Named(PolicyHolders),
    /// It says who may become an identity.
    Trust(Party),
}

/// Who holds a policy.
#[derive(Clone, Debug, Default)]
pub struct PolicyHolders {
    /// The holders that are known.
    pub principals: Vec<Sourced<Party>>,
    /// Whether anybody does; `None` when that cannot be told.
    pub bound: Option<bool>,
    /// Where it is handed to them.
    pub bindings: Vec<Place>,
    /// True for a policy that is only the limit of others.
    pub is_limit: bool,
}
