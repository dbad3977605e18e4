//! The raw block, document or table, for rules of users' own.

use crate::identity::Address;
use crate::place::Place;
use crate::value::Value;

/// A declared thing, whatever it means.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its type: `aws_iam_role`, `ServiceAccount`, `mcpServers`.
    pub kind: String,
    /// Its address.
    pub address: Address,
    /// Its evaluated attributes.
    pub attributes: Value,
    /// The token that names it.
    pub place: Place,
    /// The whole declaration.
    pub region: Place,
}
