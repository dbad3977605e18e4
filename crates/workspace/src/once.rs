//! What two front ends read in the same text is one fact.

use std::collections::BTreeMap;

use model::{
    Certainty, Credential, Facts, Literal, LiteralClass, Place, Secret, SlotKind, Storage,
};

/// Shorter values are the same by chance.
const SHORTEST_SAME: usize = 8;

/// Places of one value that are named.
const COPIES: usize = 50;

/// Leaves out the literals that share bytes with one that is known already: the front end that
/// read the text itself knows more about it.
pub(crate) fn without_known_literals(mut facts: Facts, known: &Facts) -> Facts {
    let mut places: Vec<Place> = known
        .credentials
        .iter()
        .filter(|it| matches!(it.storage, Storage::Literal(_)))
        .map(|it| it.place)
        .collect();
    places.sort_unstable();
    facts
        .credentials
        .retain(|it| !matches!(it.storage, Storage::Literal(_)) || !overlaps(&places, it.place));
    facts
}

/// True when a place shares bytes with one of `places`, which are sorted and do not overlap.
fn overlaps(places: &[Place], at: Place) -> bool {
    let shares = |it: &Place| {
        it.file == at.file && it.span.start < at.span.end && at.span.start < it.span.end
    };
    let next = places.partition_point(|it| *it < at);
    let before = next.checked_sub(1).and_then(|it| places.get(it));
    before.is_some_and(shares) || places.get(next).is_some_and(shares)
}

/// Marks credentials that repeat the value of another, and names their places there: one
/// secret is revoked once, and is one finding.
///
/// Values are compared, and neither hashed nor kept.
pub(crate) fn mark_copies(facts: &mut Facts) {
    let mut groups: BTreeMap<&Secret, Vec<usize>> = BTreeMap::new();
    for (at, credential) in facts.credentials.iter().enumerate() {
        if let Some(literal) = credential.literal().filter(|it| is_compared(it)) {
            groups.entry(&literal.secret).or_default().push(at);
        }
    }
    let groups: Vec<Vec<usize>> = groups.into_values().filter(|it| it.len() > 1).collect();
    for mut group in groups {
        group.sort_by_key(|it| facts.credentials.get(*it).map(rank));
        let Some((first, others)) = group.split_first() else { continue };
        let mut places = Vec::new();
        for other in others {
            let Some(credential) = facts.credentials.get_mut(*other) else { continue };
            let place = credential.place;
            if let Storage::Literal(literal) = &mut credential.storage {
                literal.is_copy = true;
                places.push(literal.origin.place);
                places.extend(literal.copies.iter().filter(|it| **it != place));
            }
        }
        let first = facts.credentials.get_mut(*first).map(|it| &mut it.storage);
        if let Some(Storage::Literal(literal)) = first {
            places.retain(|it| *it != literal.origin.place && !literal.copies.contains(it));
            places.sort_unstable();
            places.dedup();
            places.truncate(COPIES);
            literal.copies.append(&mut places);
        }
    }
}

fn is_compared(literal: &Literal) -> bool {
    literal.class == LiteralClass::Secret
        && !literal.well_known
        && literal.certainty != Certainty::Guess
        && literal.secret.len() >= SHORTEST_SAME
}

/// The credential that knows most about the value comes first.
fn rank(credential: &Credential) -> (bool, Option<Certainty>, Place) {
    // `kubectl` keeps a copy of the whole object in an annotation of it.
    let aside = [SlotKind::Annotation, SlotKind::Comment, SlotKind::State];
    let is_aside = aside.contains(&credential.slot.kind);
    (is_aside, credential.literal().map(|it| it.certainty), credential.place)
}

#[cfg(test)]
mod tests {
    use model::{FileId, Span};

    use super::*;

    #[test]
    fn shared_bytes_are_noticed_on_both_sides() {
        let place = |file, start, end| Place::new(FileId(file), Span::new(start, end));
        let known = [place(1, 10, 20), place(1, 30, 40)];
        for (at, expected) in [
            (place(1, 10, 20), true),
            (place(1, 12, 14), true),
            (place(1, 5, 11), true),
            (place(1, 20, 30), false),
            (place(1, 25, 31), true),
            (place(0, 10, 20), false),
            (place(2, 10, 20), false),
        ] {
            assert_eq!(overlaps(&known, at), expected, "{at:?}");
        }
    }
}
