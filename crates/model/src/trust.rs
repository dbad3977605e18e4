//! Who may become an identity.

use crate::grant::{Condition, Patterns};
use crate::identity::{Address, Party};
use crate::knowledge::{Knowledge, Sourced};
use crate::place::Place;

/// One statement of trust: these principals may act as this identity, under these conditions.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The statement: `aws_iam_role.ci#assume_role_policy.Statement[0]`.
    pub address: Address,
    /// Who can be become.
    pub identity: Party,
    /// Who may.
    pub principals: Vec<Sourced<Party>>,
    /// How.
    pub mechanism: Mechanism,
    /// The issuer of a federation.
    pub issuer: Knowledge<String>,
    /// Accepted audiences.
    pub audience: Patterns,
    /// Accepted subjects.
    pub subject: Patterns,
    /// All conditions, those on audience and subject too.
    pub conditions: Vec<Condition>,
    /// False when a condition is written that could not be read.
    pub conditions_known: bool,
    /// The smallest token that stands for the statement.
    pub place: Place,
    /// The statement.
    pub region: Place,
}

/// How one becomes another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mechanism {
    /// An account or service of the same cloud assumes a role.
    Assume,
    /// An outside issuer's token is exchanged.
    Federation,
    /// An outside issuer's token is let into a pool; bindings say what it can become.
    Pool,
    /// One account acts as another.
    Impersonation,
    /// A binding names who may.
    Binding,
    /// Properties of a node or process that an attestor vouches for.
    Attestation,
}
