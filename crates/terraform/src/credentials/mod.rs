//! Credentials: what resources issue, and what is written out.
//!
//! Typed places come first: an argument that takes nothing but a credential is evaluated, so
//! that a literal is found behind a variable or a local. Then the text of every module is read
//! for literals whose key or format gives them away, used or not.

mod computed;
mod exposed;
mod flow;
mod found;
mod generated;
mod handover;
mod issued;
mod issuer;
mod lifetime;
mod recorded;
mod refer;
mod scan;
mod store;
mod table;
mod typed;
mod version;

pub(crate) use lifetime::span;

use model::CredentialKind;

use crate::lower::{Collector, Unit};
use issuer::Renewal;

pub(crate) fn lower(unit: &Unit<'_, '_>, literals: &[usize], out: &mut Collector) {
    issued::lower(unit, out);
    typed::lower(unit, out);
    scan::lower(unit, literals, out);
    recorded::lower(unit, out);
    exposed::lower(unit, out);
    handover::lower(unit, out);
    generated::lower(unit, out);
    store::lower(unit, out);
    refer::lower(unit, out);
}

/// What the resources of a type make that someone else accepts: not what only encrypts, and not
/// what exists only in a state.
pub(crate) fn accepted_elsewhere(kind: &str) -> Option<CredentialKind> {
    let local = ["random_", "tls_"].iter().any(|it| kind.starts_with(it));
    let issuer = issuer::of(kind).first().filter(|_| !local)?;
    // What a role or a mount hands out goes to others, and ends when they are done.
    let handed_out = !issuer.in_state
        && issuer.kind != CredentialKind::Certificate
        && issuer.renewals.iter().any(|it| matches!(it, Renewal::Unknown));
    let inward = matches!(issuer.kind, CredentialKind::Other | CredentialKind::EncryptionKey);
    (!inward && !handed_out).then_some(issuer.kind)
}

/// True when an argument sets until when a credential of a type is good.
pub(crate) fn sets_end(kind: &str, argument: &str) -> bool {
    let ends = issuer::of(kind).iter().flat_map(|it| &it.ends);
    ends.into_iter().any(|(name, _)| first(name) == argument)
}

/// True when a change of an argument makes a new credential of a type.
pub(crate) fn sets_renewal(kind: &str, argument: &str) -> bool {
    let names = |it: &Renewal| match it {
        Renewal::Trigger(name)
        | Renewal::Present(name)
        | Renewal::Flag(name)
        | Renewal::Every(name, _) => first(name) == argument,
        Renewal::Always | Renewal::Unknown => false,
    };
    issuer::of(kind).iter().flat_map(|it| &it.renewals).any(names)
}

/// The argument itself, of a way through blocks.
fn first(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}
