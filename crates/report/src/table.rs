//! Aligned columns of text.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::style::{self, paint};
use crate::visible::visible;

/// Columns between two cells.
const GAP: usize = 2;

/// A cell wider than this is cut when the table does not fit.
const NARROWEST: usize = 12;

/// Rows of cells. Every cell is made safe to print.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    head: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(head: &[&'static str; N]) -> Self {
        Self { head: *head, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|it| visible(&it).into_owned()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table; cells are cut where it would be wider than `width`.
    pub(crate) fn write(&self, out: &mut dyn Write, color: bool, width: usize) -> io::Result<()> {
        let widths = self.widths(width);
        let head = self.head.map(str::to_owned);
        self.line(out, &head, &widths, |it| paint(color, style::HEADING, it))?;
        for row in &self.rows {
            self.line(out, row, &widths, str::to_owned)?;
        }
        Ok(())
    }

    fn line(
        &self,
        out: &mut dyn Write,
        cells: &[String; N],
        widths: &[usize; N],
        paint: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let cell = cut(cell, *width);
            out.write_all(paint(&cell).as_bytes())?;
            if index + 1 < N {
                let blanks = width.saturating_sub(cell.width()) + GAP;
                write!(out, "{:blanks$}", "")?;
            }
        }
        writeln!(out)
    }

    /// The width of each column: what its cells need, less where they do not fit together.
    fn widths(&self, available: usize) -> [usize; N] {
        let mut widths = self.head.map(UnicodeWidthStr::width);
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let gaps = GAP * N.saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > available {
            match widths.iter_mut().max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
        widths
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_cells_are_cut_and_escaped() {
        let mut table = Table::new(&["name", "place"]);
        table.row(["a\nb".to_owned(), "x".to_owned()]);
        table.row(["日本".to_owned(), "a-very-long-place-name".to_owned()]);
        let mut out = Vec::new();
        table.write(&mut out, false, 22).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "name  place\na\\nb  x\n日本  a-very-long-pla…\n");
    }
}
