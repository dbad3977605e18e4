//! The Secrets Store CSI driver: as whom it fetches what pods mount.

use model::{IdentityKind, Party, Use, UseMode, Value};

use crate::object::{Object, Objects};

/// Lowers a SecretProviderClass of Azure. With a managed identity of the machines, every pod on
/// them can fetch the same; with `clientID`, the account of the pod stands for that identity.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    let provider = object.at(&["spec", "provider"]).value().and_then(Value::as_text);
    if provider.as_deref() != Some("azure") {
        return;
    }
    let parameter = |key: &str| object.at(&["spec", "parameters", key]).value();
    let machine = match parameter("useVMManagedIdentity") {
        None => false,
        Some(it) => match it.as_bool().or_else(|| it.as_text()?.parse().ok()) {
            Some(flag) => flag,
            None => return,
        },
    };
    // Without an id, it is the identity that the machines have by themselves.
    let key = if machine { "userAssignedIdentityID" } else { "clientID" };
    let Some(id) = parameter(key) else { return };
    let Some(name) = id.as_text().filter(|it| !it.is_empty()) else { return };
    let name = name.into_owned();
    objects.facts.uses.push(Use {
        from: Party::Address(object.scoped(object.address())),
        to: Party::Named { kind: IdentityKind::AzureManagedIdentity, name },
        mode: UseMode::RunsAs,
        place: id.origin.place,
    });
}
