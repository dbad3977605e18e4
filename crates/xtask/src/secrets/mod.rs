//! The labelled set of credentials and look-alikes, and what the linter makes of it.
//!
//! The set is written when it is needed, from `testdata/secrets/` and a fixed seed, into a
//! folder that git ignores: no file of the repository holds a token that works on paper.

mod checksum;
mod der;
mod draw;
mod eval;
mod label;
mod places;
mod set;
mod template;

pub(crate) use eval::run as eval;
pub(crate) use set::{check_manifest, run as set};
