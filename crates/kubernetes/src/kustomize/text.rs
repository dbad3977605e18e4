//! Parts of texts that still know where they were written.

use model::{Data, Origin, Piece, Place, Text, Value};
use syntax::Span;

/// A part of a text; offsets count bytes of the known text.
pub(crate) fn slice(text: &Text, from: usize, to: usize) -> Text {
    let mut at = 0;
    let mut pieces = Vec::new();
    for piece in &text.pieces {
        let Piece::Literal { text, origin, map } = piece else {
            pieces.push(piece.clone());
            continue;
        };
        let (start, end) = (from.max(at).min(at + text.len()), to.max(at).min(at + text.len()));
        let inside = Span::from_usize(start - at, end.max(start) - at);
        at += text.len();
        let Some(part) = text.get(inside.range()).filter(|it| !it.is_empty()) else { continue };
        let map = map.as_ref().map(|it| it.part(inside.start, inside.end));
        let mut origin = origin.clone();
        if let Some(map) = &map {
            origin.place = Place::new(origin.place.file, map.to_span(0, inside.len()));
        }
        pieces.push(Piece::Literal { text: part.into(), origin, map });
    }
    Text { pieces }
}

/// A part of a text as a value.
pub(super) fn part(text: &Text, from: usize, to: usize, whole: &Origin) -> Value {
    let mut text = slice(text, from, to);
    if text.pieces.is_empty() {
        text = Text::literal("", whole.clone(), None);
    }
    let mut places = text.pieces.iter().map(|it| match it {
        Piece::Literal { origin, .. } | Piece::Unknown { origin, .. } => origin,
    });
    let first = places.next().unwrap_or(whole).clone();
    let last = places.next_back().map_or(first.place, |it| it.place);
    let mut origin = first;
    if last.file == origin.place.file {
        origin.place = Place::new(last.file, origin.place.span.cover(last.span));
    }
    Value { data: Data::String(text), origin }
}

/// A name with something before and behind it. Its place stays its own.
pub(super) fn around(before: Option<&Value>, name: &Value, behind: Option<&Value>) -> Value {
    let pieces = |value: &Value| match &value.data {
        Data::String(text) => text.pieces.clone(),
        Data::Null => Vec::new(),
        _ => match crate::edit::word(value) {
            Some(word) => {
                vec![Piece::Literal { text: word.into(), origin: value.origin.clone(), map: None }]
            }
            None => vec![Piece::Unknown { origin: value.origin.clone(), remote: None }],
        },
    };
    let all = [before, Some(name), behind];
    let text = Text { pieces: all.into_iter().flatten().flat_map(pieces).collect() };
    Value { data: Data::String(text), origin: name.origin.clone() }
}
