//! What two front ends read in the same text is one fact.

use model::{Facts, Place, Storage};

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
