//! Credentials in comments. Every language has comments, so no front end looks at them; only
//! what shows by itself that it is a credential counts there.

use std::ops::Range;

use model::{
    Address, Credential, Literal, LiteralClass, Origin, Place, Slot, SlotKind, Source, Storage,
};
use secrets::{Expectation, Found, Question, Verdict};
use syntax::Span;

/// Comments of one file that are read.
const MOST: usize = 20_000;

/// The credentials that stand in the comments of a file.
pub(crate) fn credentials(source: &Source<'_>) -> Vec<Credential> {
    let text = source.tree.source();
    let question = Question { key: "", expectation: Expectation::Text };
    let mut credentials = Vec::new();
    for comment in source.tree.comments().iter().take(MOST) {
        let Some(words) = text.get(comment.text.range()) else { continue };
        let Verdict::Credentials(found) = secrets::judge(words, &question) else { continue };
        for it in found.into_iter().filter(shows_itself) {
            let start = comment.text.range().start;
            credentials.push(credential(source, it, start, comment.span));
        }
    }
    credentials
}

/// A value that was commented out is often an example; a format with its checksum is none.
fn shows_itself(found: &Found) -> bool {
    found.class == LiteralClass::Secret
        && !found.well_known
        && (found.certainty <= model::Certainty::Format || found.format.is_some())
}

fn credential(source: &Source<'_>, found: Found, start: usize, comment: Span) -> Credential {
    let Range { start: from, end } = found.range.clone();
    let place = Place::new(source.file, Span::from_usize(start + from, start + end));
    let literal = Literal { well_known: false, ..found.literal(Origin::at(place)) };
    Credential {
        kind: found.kind,
        provider: found.provider,
        expiry: found.expiry,
        replacement: found.replacement,
        ..Credential::new(
            Address::new(source.path, format!("{}#comment", source.path)),
            "comment".to_owned(),
            Slot { kind: SlotKind::Comment, path: "comment".to_owned(), taker: String::new() },
            Storage::Literal(literal),
            place,
            Place::new(source.file, comment),
        )
    }
}
