//! Offsets to lines and columns, in the units that people and editors use.

use line_index::{LineCol, TextSize, WideEncoding, WideLineCol};

/// A place as a person counts: both start at 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Finds lines and columns. Every input is clamped: an offset past the end is the end, an
/// offset inside a character is the character's start.
///
/// Lines end with `\n` or `\r\n`. A lone `\r` is a character, as in every tool that counts
/// with `\n`.
#[derive(Clone, Debug)]
pub struct LineIndex {
    index: line_index::LineIndex,
    len: u32,
    /// Offsets of each `\r` before a `\n`: a line ends before both.
    returns: Vec<u32>,
}

/// Units in which an editor counts columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl LineIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let bytes = text.as_bytes();
        let returns = memchr::memchr_iter(b'\r', bytes)
            .filter(|at| bytes.get(at + 1) == Some(&b'\n'))
            .filter_map(|at| u32::try_from(at).ok())
            .collect();
        Self { index: line_index::LineIndex::new(text), len, returns }
    }

    /// Line and column of an offset, as a person counts.
    pub fn position(&self, offset: u32) -> Position {
        let (line, column) = self.line_column(offset, Unit::Utf32);
        Position { line: line + 1, column: column + 1 }
    }

    /// Line and column of an offset, both from 0, the column in `unit`.
    pub fn line_column(&self, offset: u32, unit: Unit) -> (u32, u32) {
        let mut offset = offset.min(self.len);
        // An offset inside a character has no line and column: step back to its start.
        let at = loop {
            match self.index.try_line_col(TextSize::from(offset)) {
                Some(at) => break at,
                None if offset == 0 => break LineCol { line: 0, col: 0 },
                None => offset -= 1,
            }
        };
        let wide = |encoding| self.index.to_wide(encoding, at).map_or(at.col, |it| it.col);
        let column = match unit {
            Unit::Utf8 => at.col,
            Unit::Utf16 => wide(WideEncoding::Utf16),
            Unit::Utf32 => wide(WideEncoding::Utf32),
        };
        (at.line, column)
    }

    /// Offset of a line and column, both from 0, the column in `unit`. Past the end of a line
    /// is its end, past the last line the end of the text.
    pub fn offset(&self, line: u32, column: u32, unit: Unit) -> u32 {
        let Some(range) = self.index.line(line) else { return self.len };
        let (start, mut end) = (u32::from(range.start()), u32::from(range.end()));
        // The line's range includes its line break.
        if end > start && self.index.line(line + 1).is_some() {
            end -= 1;
        }
        if end > start && self.returns.binary_search(&(end - 1)).is_ok() {
            end -= 1;
        }
        let col = match unit {
            Unit::Utf8 => column,
            Unit::Utf16 => self.to_utf8(WideEncoding::Utf16, line, column, end - start),
            Unit::Utf32 => self.to_utf8(WideEncoding::Utf32, line, column, end - start),
        };
        let mut offset = start.saturating_add(col).min(end);
        while offset > start && self.index.try_line_col(TextSize::from(offset)).is_none() {
            offset -= 1;
        }
        offset
    }

    /// Number of lines; at least 1.
    pub fn lines(&self) -> u32 {
        self.line_column(self.len, Unit::Utf8).0 + 1
    }

    fn to_utf8(&self, encoding: WideEncoding, line: u32, col: u32, max: u32) -> u32 {
        self.index.to_utf8(encoding, WideLineCol { line, col }).map_or(max, |it| it.col)
    }
}
