//! Credentials: what resources issue, and what is written out.
//!
//! Typed places come first: an argument that takes nothing but a credential is evaluated, so
//! that a literal is found behind a variable or a local. Then the text of every module is read
//! for literals whose key or format gives them away, used or not.

mod exposed;
mod flow;
mod found;
mod generated;
mod handover;
mod issued;
mod issuer;
mod lifetime;
mod recorded;
mod scan;
mod store;
mod table;
mod typed;
mod version;

pub(crate) use lifetime::span;

use crate::lower::{Collector, Unit};

pub(crate) fn lower(unit: &Unit<'_, '_>, literals: &[usize], out: &mut Collector) {
    issued::lower(unit, out);
    typed::lower(unit, out);
    scan::lower(unit, literals, out);
    recorded::lower(unit, out);
    exposed::lower(unit, out);
    handover::lower(unit, out);
    generated::lower(unit, out);
    store::lower(unit, out);
}
