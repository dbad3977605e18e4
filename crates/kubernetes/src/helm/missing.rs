//! Charts that a chart needs and that are not here: those that only a registry has. What they
//! make is not known, and that is said.

use model::{Note, NoteKind};

use super::chart::Dependency;
use super::release::Below;
use super::value::Val;

/// A note for each dependency that is on, or may be, and of which there are no files.
pub(super) fn notes(listed: &[Dependency], below: &[Below], values: &Val, tags: &Val) -> Vec<Note> {
    let is_here = |at: usize| below.iter().any(|it| it.dependency == Some(at));
    let missing = listed.iter().enumerate().filter(|(at, it)| {
        // A chart may list another one several times, under other names.
        let same = listed.iter().position(|other| other.name == it.name);
        !is_here(*at) && !same.is_some_and(is_here) && it.is_enabled(values, tags) != Some(false)
    });
    let note = |(_, it): (usize, &Dependency)| {
        Some(Note {
            kind: NoteKind::Outside,
            place: it.place?,
            message: format!(
                "the files of the chart `{}` are not here: what it makes is not known",
                it.name
            ),
        })
    };
    missing.filter_map(note).collect()
}
