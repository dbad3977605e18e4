//! Offsets to lines and columns and back.

#![expect(clippy::string_slice, reason = "offsets come from the text")]

use nhilint_syntax::{LineIndex, Position, Unit};
use proptest::prelude::*;

const UNITS: [Unit; 3] = [Unit::Utf8, Unit::Utf16, Unit::Utf32];

#[test]
fn columns_count_in_the_unit_that_is_asked_for() {
    let text = "aé𝒳b\n𝒳c";
    let index = LineIndex::new(text);
    // Bytes: a 0, é 1, 𝒳 3, b 7, line break 8, 𝒳 9, c 13.
    for (offset, line, columns) in [
        (0, 0, [0, 0, 0]),
        (1, 0, [1, 1, 1]),
        (3, 0, [3, 2, 2]),
        (7, 0, [7, 4, 3]),
        (8, 0, [8, 5, 4]),
        (9, 1, [0, 0, 0]),
        (13, 1, [4, 2, 1]),
        (14, 1, [5, 3, 2]),
    ] {
        for (unit, column) in UNITS.into_iter().zip(columns) {
            assert_eq!(index.line_column(offset, unit), (line, column), "{offset} {unit:?}");
            assert_eq!(index.offset(line, column, unit), offset, "{line}:{column} {unit:?}");
        }
    }
    assert_eq!(index.position(7), Position { line: 1, column: 4 });
    assert_eq!(index.position(13), Position { line: 2, column: 2 });
}

#[test]
fn offsets_inside_a_character_are_its_start() {
    let index = LineIndex::new("a𝒳b");
    for inside in 1..5 {
        assert_eq!(index.line_column(inside, Unit::Utf8), (0, 1));
    }
    // A column between the two halves of a surrogate pair.
    assert_eq!(index.offset(0, 2, Unit::Utf16), 1);
    // A column inside the bytes of a character.
    for inside in 1..5 {
        assert_eq!(index.offset(0, inside, Unit::Utf8), 1);
    }
}

#[test]
fn what_lies_behind_the_end_is_the_end() {
    let text = "ab\ncé\n";
    let index = LineIndex::new(text);
    for unit in UNITS {
        assert_eq!(index.offset(0, 99, unit), 2, "{unit:?}");
        assert_eq!(index.offset(1, 99, unit), 6);
        assert_eq!(index.offset(2, 0, unit), 7);
        assert_eq!(index.offset(2, 5, unit), 7);
        assert_eq!(index.offset(99, 0, unit), 7);
        assert_eq!(index.offset(u32::MAX, u32::MAX, unit), 7);
        assert_eq!(index.line_column(99, unit), (2, 0));
        assert_eq!(index.line_column(u32::MAX, unit), (2, 0));
    }
}

#[test]
fn line_breaks_belong_to_their_line() {
    let index = LineIndex::new("a\r\nb\r\n");
    assert_eq!(index.lines(), 3);
    assert_eq!(index.line_column(3, Unit::Utf8), (1, 0));
    assert_eq!(index.position(4), Position { line: 2, column: 2 });
    for unit in UNITS {
        assert_eq!(index.offset(0, 99, unit), 1, "before `\\r\\n`");
        assert_eq!(index.offset(1, 1, unit), 4);
    }
}

/// A lone carriage return is no line break here, as in every tool that counts with `\n`.
/// The Language Server Protocol counts it as one; files that hold one are not edited there.
#[test]
fn a_lone_carriage_return_is_a_character() {
    let index = LineIndex::new("a\rb\nc");
    assert_eq!(index.lines(), 2);
    assert_eq!(index.line_column(2, Unit::Utf16), (0, 2));
}

#[test]
fn an_empty_text_has_one_line() {
    let index = LineIndex::new("");
    assert_eq!(index.lines(), 1);
    assert_eq!(index.position(0), Position { line: 1, column: 1 });
    assert_eq!(index.position(7), Position { line: 1, column: 1 });
    for unit in UNITS {
        assert_eq!(index.offset(0, 0, unit), 0);
        assert_eq!(index.offset(3, 3, unit), 0);
    }
}

proptest! {
    #[test]
    fn every_boundary_comes_back(text in "[aé𝒳\r\n\t\u{feff}e\u{301}]{0,60}") {
        let index = LineIndex::new(&text);
        let boundaries = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for offset in boundaries {
            for unit in UNITS {
                let (line, column) = index.line_column(offset as u32, unit);
                prop_assert!(line < index.lines());
                let back = index.offset(line, column, unit) as usize;
                // Between `\r` and `\n` there is no place.
                let inside = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                prop_assert_eq!(back, if inside { offset - 1 } else { offset }, "{:?}", unit);
            }
        }
    }

    #[test]
    fn lines_and_columns_are_those_of_the_text(text in "[aé𝒳\n]{0,60}") {
        let index = LineIndex::new(&text);
        prop_assert_eq!(index.lines() as usize, text.split('\n').count());
        for (offset, _) in text.char_indices() {
            let before = &text[..offset];
            let line = before.matches('\n').count();
            let column = before.rsplit('\n').next().unwrap();
            let position = index.position(offset as u32);
            prop_assert_eq!(position.line as usize, line + 1);
            prop_assert_eq!(position.column as usize, column.chars().count() + 1);
            let utf16 = column.encode_utf16().count() as u32;
            prop_assert_eq!(index.line_column(offset as u32, Unit::Utf16), (line as u32, utf16));
        }
    }

    #[test]
    fn any_place_gives_a_boundary(
        text in ".{0,40}",
        line in 0..6_u32,
        column in 0..60_u32,
        offset in 0..200_u32,
    ) {
        let index = LineIndex::new(&text);
        for unit in UNITS {
            let found = index.offset(line, column, unit) as usize;
            prop_assert!(text.is_char_boundary(found));
            index.line_column(offset, unit);
        }
        index.position(offset);
    }
}
