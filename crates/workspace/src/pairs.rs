//! A secret key and the id beside it are one credential: the id says whose key it is, and how
//! long it lives.

use std::collections::BTreeMap;

use model::{
    Credential, CredentialKind, Expiry, Facts, FileId, KeyId, Lifetime, Literal, LiteralClass,
    Place, Storage,
};

/// An id further away than this belongs to something else.
const FARTHEST: u32 = 600;

/// An id that is written out.
struct Id {
    place: Place,
    parent: String,
    taker: String,
    provider: Option<std::borrow::Cow<'static, str>>,
    what: String,
    expiry: Expiry,
    replacement: Option<std::borrow::Cow<'static, str>>,
}

/// Tells each secret key which id is written beside it.
pub(crate) fn join(facts: &mut Facts) {
    let mut ids: BTreeMap<FileId, Vec<Id>> = BTreeMap::new();
    for credential in &facts.credentials {
        let Some(literal) = credential.literal().filter(|it| is_id(it)) else { continue };
        let Some(what) = literal.format.as_deref() else { continue };
        ids.entry(credential.place.file).or_default().push(Id {
            place: literal.origin.place,
            parent: parent(&credential.slot.path).to_owned(),
            taker: credential.slot.taker.clone(),
            provider: credential.provider.clone(),
            what: what.to_owned(),
            expiry: credential.expiry.clone(),
            replacement: credential.replacement.clone(),
        });
    }
    for credential in &mut facts.credentials {
        let near = ids.get(&credential.place.file);
        let id = near.and_then(|ids| nearest(ids, credential));
        if let Some(id) = id {
            tell(credential, id);
        }
    }
}

fn is_id(literal: &Literal) -> bool {
    let names_id = literal.format.as_deref().is_some_and(|it| it.contains("key id"));
    literal.class == LiteralClass::Identifier && names_id
}

/// The path without its last name: what stands in one map has it in common.
fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(before, _)| before)
}

fn nearest<'i>(ids: &'i [Id], key: &Credential) -> Option<&'i Id> {
    let literal = key.literal().filter(|it| it.class == LiteralClass::Secret)?;
    let provider = key.provider.as_deref();
    let place = literal.origin.place;
    let distance = |it: &Id| it.place.span.start.abs_diff(place.span.start);
    let fits = |it: &&Id| {
        let is_key = provider.is_some() || key.kind == CredentialKind::AccessKey;
        is_key
            && provider.is_none_or(|own| it.provider.as_deref() == Some(own))
            && it.place.file == place.file
            && it.taker == key.slot.taker
            && it.parent == parent(&key.slot.path)
            && distance(it) <= FARTHEST
    };
    ids.iter().filter(fits).min_by_key(|it| distance(it))
}

fn tell(key: &mut Credential, id: &Id) {
    let is_nameless = key.provider.is_none();
    let Storage::Literal(literal) = &mut key.storage else { return };
    literal.key_id = Some(KeyId { place: id.place, what: id.what.clone() });
    if is_nameless {
        key.provider.clone_from(&id.provider);
        if let Some(provider) = &id.provider {
            literal.format = Some(format!("{provider} secret access key").into());
        }
        key.replacement.clone_from(&id.replacement);
    }
    // The key of a temporary id ends with it.
    if matches!(id.expiry.lifetime, Lifetime::Seconds(_)) {
        key.expiry = id.expiry.clone();
    }
}
