//! Ways in which a credential lies open although its value is not written out.

use crate::credential::CredentialKind;
use crate::identity::Address;
use crate::place::{Origin, Place};
use crate::remedy::Fix;

/// A way in which a credential lies open although its value is not written out: somebody who
/// was not meant to hold it can read it where a tool prints, keeps or hands it over.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// What shows, keeps or takes it: `output.key`, `aws_db_instance.main`.
    pub address: Address,
    /// The key path below that: `password`, `environment.variables.TOKEN`.
    pub field: String,
    /// What people call the credential.
    pub name: String,
    /// What it is.
    pub credential: CredentialKind,
    /// How it lies open.
    pub kind: ExposureKind,
    /// What shows, keeps or takes it, in words: `output "key"`, `aws_db_instance`.
    pub taker: String,
    /// Where its value comes from: `var.token`, `random_password.db.result`; `None` when that
    /// is not one place.
    pub source: Option<String>,
    /// The smallest token that lets it lie open.
    pub origin: Origin,
    /// The block it belongs to.
    pub region: Place,
    /// How to mend it, when the text allows.
    pub fix: Option<Box<Fix>>,
}

/// How a credential lies open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ExposureKind {
    /// Nothing says that an input of a configuration is secret, so its tool prints it.
    UnmarkedInput {
        /// True when a place takes it that takes nothing but a credential.
        used_as_one: bool,
    },
    /// Nothing says that an output of a configuration is secret, so its tool prints it.
    UnmarkedOutput {
        /// True when a person runs this configuration; false for a part that others call.
        is_root: bool,
    },
    /// A function takes the mark off that keeps it from being printed.
    MarkRemoved,
    /// An output of a configuration with a shared state hands it to all who read that.
    Exported,
    /// It is kept in the state of its tool although an argument takes it without keeping it.
    Kept {
        /// That argument.
        instead: &'static str,
    },
    /// A store keeps it as something that is not secret.
    PlainEntry {
        /// What would keep it: `type = "SecureString"`.
        instead: &'static str,
    },
    /// It is filled in as plain text where the platform could read it from a store itself.
    PlainText {
        /// The kind of place.
        slot: PlainSlot,
        /// What the platform offers, as an imperative.
        instead: &'static str,
    },
    /// What made it was not made for secrets.
    Weak(Weakness),
}

/// Places in which a filled-in credential can be read by many.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PlainSlot {
    /// The environment in the definition of a workload.
    Environment,
    /// A script that runs when a machine starts.
    StartScript,
    /// A command that is run or copied to a machine.
    Command,
    /// A value of a chart.
    ChartValue,
}

/// Why a generated credential is weak.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Weakness {
    /// So few characters that they can be tried.
    Short(u32),
    /// Its tool prints it: the generator makes names, not secrets.
    Shown(&'static str),
    /// It follows from something that is no secret.
    Derived(&'static str),
}
