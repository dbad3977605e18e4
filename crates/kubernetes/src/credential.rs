//! Credentials in the places of a manifest. What a literal is, `secrets` decides.

use std::borrow::Cow;
use std::sync::Arc;

use model::{
    Address, Credential, Origin, Party, Place, Reference, ReferenceSyntax, Slot, SlotKind, Storage,
    Text, Value,
};
use secrets::{Expectation, Found, Question, Verdict};

use crate::object::Object;

/// What holds credentials: an object, a file of values.
#[derive(Debug)]
pub(crate) struct Home {
    /// Its address.
    pub(crate) address: Address,
    /// Words for it: `Secret`, `Deployment web`.
    pub(crate) taker: String,
}

impl Home {
    /// The address of what stands under a path inside it.
    pub(crate) fn below(&self, path: &str) -> Address {
        Address::new(Arc::clone(&self.address.scope), format!("{}#{path}", self.address.name))
    }
}

/// What a place belongs to.
#[derive(Clone, Copy, Debug)]
enum Whose<'s> {
    Object(&'s Object<'s>),
    Home(&'s Home),
}

/// A place in an object in which a credential may stand. Few hold one, so that what only
/// findings need is made when there is one.
#[derive(Clone, Debug)]
pub(crate) struct Seat<'s> {
    home: Whose<'s>,
    kind: SlotKind,
    /// The key path inside the home.
    path: Cow<'s, str>,
    /// What people call it, unless that is the last key of the path.
    name: Option<Cow<'s, str>>,
    /// What takes it, unless the home does.
    taker: Option<String>,
    holder: Option<Party>,
    /// The entry or object it belongs to.
    pub(crate) region: Place,
    /// How the text was decoded before it was judged.
    decoded: Vec<Cow<'static, str>>,
}

impl<'s> Seat<'s> {
    /// The place under `path` in an object.
    pub(crate) fn new(
        object: &'s Object<'s>,
        kind: SlotKind,
        path: impl Into<Cow<'s, str>>,
    ) -> Self {
        Self::of(Whose::Object(object), kind, path.into(), object.region)
    }

    /// The place under `path` in what is no object.
    pub(crate) fn at(
        home: &'s Home,
        kind: SlotKind,
        path: impl Into<Cow<'s, str>>,
        region: Place,
    ) -> Self {
        Self::of(Whose::Home(home), kind, path.into(), region)
    }

    fn of(home: Whose<'s>, kind: SlotKind, path: Cow<'s, str>, region: Place) -> Self {
        Self {
            home,
            kind,
            path,
            name: None,
            taker: None,
            holder: None,
            region,
            decoded: Vec::new(),
        }
    }

    /// The same place, with the name people call it by.
    pub(crate) fn named(self, name: &'s str) -> Self {
        Self { name: Some(Cow::Borrowed(name)), ..self }
    }

    /// The same place, where something other than the object takes what it holds.
    pub(crate) fn taken_by(self, taker: String) -> Self {
        Self { taker: Some(taker), ..self }
    }

    /// The same place, inside an entry.
    pub(crate) fn in_region(self, region: Place) -> Self {
        Self { region, ..self }
    }

    /// The same place, used by somebody.
    pub(crate) fn held_by(self, holder: Party) -> Self {
        Self { holder: Some(holder), ..self }
    }

    /// The same place, read through one more coat.
    pub(crate) fn through(mut self, coat: impl Into<Cow<'static, str>>) -> Self {
        self.decoded.push(coat.into());
        self
    }

    /// A credential here of which only the storage is known.
    pub(crate) fn credential(&self, storage: Storage, place: Place) -> Credential {
        let last = || self.path.rsplit('.').next().unwrap_or(&self.path);
        let home = match self.home {
            Whose::Object(object) => object.home(),
            Whose::Home(home) => home,
        };
        let taker = self.taker.as_ref().unwrap_or(&home.taker).clone();
        Credential {
            holder: self.holder.clone(),
            ..Credential::new(
                home.below(&self.path),
                self.name.as_deref().unwrap_or_else(last).to_owned(),
                Slot { kind: self.kind, path: self.path.to_string(), taker },
                storage,
                place,
                self.region,
            )
        }
    }

    fn literal(&self, found: Found, origin: Origin) -> Credential {
        let place = origin.place;
        let mut literal = found.literal(origin);
        literal.decoded.splice(..0, self.decoded.iter().cloned());
        Credential {
            kind: found.kind,
            provider: found.provider,
            expiry: found.expiry,
            replacement: found.replacement,
            fix: None,
            ..self.credential(Storage::Literal(literal), place)
        }
    }
}

/// Judges a text and adds what it holds. Most texts hold nothing, and need no `seat`.
pub(crate) fn judge<'s>(
    seat: impl FnOnce() -> Seat<'s>,
    key: &str,
    text: &Text,
    expectation: Expectation,
    into: &mut Vec<Credential>,
) {
    let (verdict, origins) = secrets::judge_text(text, &Question { key, expectation });
    match verdict {
        Verdict::Credentials(found) => {
            let seat = seat();
            for (found, origin) in found.into_iter().zip(origins) {
                add(into, seat.literal(found, origin));
            }
        }
        Verdict::Encrypted => {
            let seat = seat();
            let place = text.locate(0, 0).map_or(seat.region, |it| it.place);
            add(into, seat.credential(Storage::Encrypted, place));
        }
        Verdict::Nothing | Verdict::Placeholder | Verdict::Reference { .. } => {}
    }
}

/// Judges a text that was decoded from `whole`: every credential in it is placed at the spot
/// that `locate` names.
pub(crate) fn judge_decoded<'s>(
    seat: impl FnOnce() -> Seat<'s>,
    key: &str,
    text: &str,
    expectation: Expectation,
    locate: impl Fn(std::ops::Range<usize>) -> Origin,
    into: &mut Vec<Credential>,
) {
    if let Verdict::Credentials(all) = secrets::judge(text, &Question { key, expectation }) {
        found(&seat(), all, locate, into);
    }
}

/// Where a part of a text is written; its region, when nobody can tell.
pub(crate) fn spot(
    text: &Text,
    range: std::ops::Range<usize>,
    region: impl FnOnce() -> Place,
) -> Origin {
    text.locate(range.start, range.end).unwrap_or_else(|| Origin::at(region()))
}

/// Adds what was found in a text, each credential at the spot that `locate` names.
pub(crate) fn found(
    seat: &Seat<'_>,
    all: Vec<Found>,
    locate: impl Fn(std::ops::Range<usize>) -> Origin,
    into: &mut Vec<Credential>,
) {
    for found in all {
        let origin = locate(found.range.clone());
        add(into, seat.literal(found, origin));
    }
}

/// Adds a credential. Bytes that are one already are not another: a known format is found by
/// free search and again by the name of its key, and an alias only repeats its anchor.
fn add(into: &mut Vec<Credential>, credential: Credential) {
    // Seats are visited in order, so only the last few can be the same bytes.
    const NEAR: usize = 16;
    let known = into.iter_mut().rev().take(NEAR).find(|it| is_same(it, &credential));
    let Some(known) = known else {
        into.push(credential);
        return;
    };
    let alias = credential.literal().and_then(|it| it.origin.steps().last().map(|it| it.place));
    if let (Storage::Literal(literal), Some(alias)) = (&mut known.storage, alias)
        && !literal.copies.contains(&alias)
    {
        literal.copies.push(alias);
    }
}

/// Says of a literal that its neighbours are encrypted.
pub(crate) fn beside_encryption(credential: &mut Credential) {
    if let Storage::Literal(literal) = &mut credential.storage {
        literal.beside_encryption = true;
    }
}

fn is_same(known: &Credential, new: &Credential) -> bool {
    let inside = known.place.file == new.place.file && known.place.span.contains(new.place.span);
    match (known.literal(), new.literal()) {
        (Some(a), Some(b)) => inside && a.secret == b.secret,
        _ => known.place == new.place && known.address == new.address,
    }
}

/// A reference to a key of a Secret: `parts` are its name and key.
pub(crate) fn reference(
    seat: &Seat<'_>,
    at: &Value,
    parts: &[&Value],
    fixed: Option<&str>,
) -> Option<Credential> {
    let texts: Option<Vec<_>> = parts.iter().map(|it| it.as_text()).collect();
    let mut target = texts?.join("/");
    if let Some(fixed) = fixed {
        target = format!("{target}/{fixed}");
    }
    let reference = Reference {
        syntax: ReferenceSyntax::SecretKeyRef,
        target,
        expanded: Some(true),
        origin: at.origin.clone(),
    };
    Some(seat.credential(Storage::Reference(reference), at.origin.place))
}
