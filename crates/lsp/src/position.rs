//! Converts between byte offsets and the editor's positions, once, at the edge.

use engine::{Place, SourceText, Sources};
use syntax::{Span, Unit};

use crate::proto::{InitializeParams, Position, PositionEncodingKind, Range};

/// The unit that both sides understand: UTF-8 when the editor offers it, because it costs
/// nothing here; otherwise UTF-16, which every editor speaks.
pub(crate) fn negotiate(params: &InitializeParams) -> Unit {
    let offered =
        params.capabilities.general.as_ref().and_then(|it| it.position_encodings.as_ref());
    let offers = |kind: &PositionEncodingKind| offered.is_some_and(|it| it.contains(kind));
    if offers(&PositionEncodingKind::UTF8) {
        Unit::Utf8
    } else if offers(&PositionEncodingKind::UTF32) && !offers(&PositionEncodingKind::UTF16) {
        Unit::Utf32
    } else {
        Unit::Utf16
    }
}

/// The protocol's name of a unit.
pub(crate) fn encoding(unit: Unit) -> PositionEncodingKind {
    match unit {
        Unit::Utf8 => PositionEncodingKind::UTF8,
        Unit::Utf16 => PositionEncodingKind::UTF16,
        Unit::Utf32 => PositionEncodingKind::UTF32,
    }
}

/// A span as a range of the editor.
pub(crate) fn range(source: &SourceText, span: Span, unit: Unit) -> Range {
    let at = |offset| {
        let (line, character) = source.lines().line_column(offset, unit);
        Position { line, character }
    };
    Range { start: at(span.start), end: at(span.end) }
}

/// A place as a range; the file's start when the file is gone.
pub(crate) fn range_of(sources: &Sources, place: Place, unit: Unit) -> Range {
    sources.get(place.file).map_or_else(Range::default, |it| range(it, place.span, unit))
}

/// A position of the editor as an offset.
pub(crate) fn offset(source: &SourceText, position: Position, unit: Unit) -> u32 {
    source.lines().offset(position.line, position.character, unit)
}
