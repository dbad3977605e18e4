//! From what was found in a text to a credential in its place.

use model::{Address, Credential, Origin, Party, Place, Reference, ReferenceSyntax, Slot, Storage};
use secrets::Found;

/// A place that hands over a credential.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) address: Address,
    /// What people call the credential.
    pub(super) name: String,
    pub(super) slot: Slot,
    pub(super) holder: Option<Party>,
    pub(super) in_state: bool,
    pub(super) twin: Option<&'static str>,
    /// The block that takes it.
    pub(super) region: Place,
}

impl Site {
    /// A credential that is written out.
    pub(super) fn literal(&self, found: Found, origin: Origin) -> Credential {
        let place = origin.place;
        let inside = self.region.file == place.file && self.region.span.contains(place.span);
        let storage = Storage::Literal(found.literal(origin));
        Credential {
            kind: found.kind,
            provider: found.provider,
            holder: self.holder.clone(),
            expiry: found.expiry,
            in_state: self.in_state,
            write_only_twin: self.twin,
            replacement: found.replacement,
            ..Credential::new(
                self.address.clone(),
                self.name.clone(),
                self.slot.clone(),
                storage,
                place,
                if inside { self.region } else { place },
            )
        }
    }

    /// A credential whose value is somewhere else.
    pub(super) fn stored(&self, storage: Storage, place: Place) -> Credential {
        Credential {
            holder: self.holder.clone(),
            in_state: self.in_state,
            write_only_twin: self.twin,
            ..Credential::new(
                self.address.clone(),
                self.name.clone(),
                self.slot.clone(),
                storage,
                place,
                self.region,
            )
        }
    }
}

/// A reference to something that is not known before an apply.
pub(super) fn reference(syntax: ReferenceSyntax, target: String, origin: Origin) -> Storage {
    Storage::Reference(Reference { syntax, target, expanded: Some(true), origin })
}
