//! One literal, one credential: what stands in a values file and what templates print of it.

use std::collections::BTreeMap;

use model::{Credential, Place, SlotKind, Storage};

/// Joins credentials that are the same bytes, printed by several templates or read in a values
/// file and printed again. The one in the values file stays: there a person would mend it.
pub(crate) fn join(credentials: &mut Vec<Credential>) {
    let printed = |it: &Credential| it.literal().is_some_and(|it| !it.origin.steps().is_empty());
    if !credentials.iter().any(printed) {
        return;
    }
    // The first credential of each place, one in a values file before all others.
    let mut first: BTreeMap<Place, usize> = BTreeMap::new();
    for values in [true, false] {
        for (index, it) in credentials.iter().enumerate() {
            if it.literal().is_some() && (it.slot.kind == SlotKind::ChartValue) == values {
                first.entry(it.place).or_insert(index);
            }
        }
    }
    let mut joined = Vec::new();
    for (index, it) in credentials.iter().enumerate().filter(|(_, it)| printed(it)) {
        let kept = first.get(&it.place).copied().or_else(|| around(&first, it.place));
        if let Some(kept) = kept.filter(|it| *it != index) {
            joined.push((kept, index));
        }
    }
    let mut gone = vec![false; credentials.len()];
    for (kept, index) in joined {
        let Some(way) = credentials.get(index).and_then(Credential::literal) else { continue };
        let way = way.origin.clone();
        let Some(it) = credentials.get_mut(kept) else { continue };
        let Storage::Literal(literal) = &mut it.storage else { continue };
        if literal.origin.steps().is_empty() && literal.origin.place == way.place {
            literal.origin = way;
        }
        if let Some(it) = gone.get_mut(index) {
            *it = true;
        }
    }
    let mut gone = gone.into_iter();
    credentials.retain(|_| !gone.next().unwrap_or(false));
}

/// The credential whose place holds another one.
fn around(first: &BTreeMap<Place, usize>, place: Place) -> Option<usize> {
    let (found, index) = first.range(..=place).next_back()?;
    let holds = found.file == place.file && found.span.contains(place.span);
    holds.then_some(*index)
}
