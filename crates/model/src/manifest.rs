//! Kubernetes objects in files of another language.

use crate::identity::{Address, Party};
use crate::knowledge::Sourced;
use crate::place::Place;
use crate::value::Value;

/// An object of the Kubernetes API that is written in another language: a resource of
/// Terraform's Kubernetes provider, a manifest in a text.
///
/// Whoever finds it writes it down in the API's own terms and does not judge it; what it means
/// is then said once, for all languages.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its address in the language it is written in. All that shares the address's scope counts
    /// as one place when names are looked up.
    pub address: Address,
    /// The object: `apiVersion`, `kind`, `metadata` and the rest. A map with the key
    /// [`crate::kubernetes::OPEN`] may hold more entries than are known.
    pub object: Value,
    /// Whom an annotation of [`crate::kubernetes::CLOUD_ANNOTATIONS`] means, when that is a
    /// reference and not a name.
    pub cloud: Vec<(&'static str, Sourced<Party>)>,
    /// The smallest token that names it.
    pub place: Place,
    /// The declaration.
    pub region: Place,
}
