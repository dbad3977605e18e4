//! `csvdecode`: a table with a header as a list of objects.

use model::Value;

use super::Call;
use crate::eval::ITEMS;
use crate::values;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    if call.name != "csvdecode" {
        return None;
    }
    let text = call.text(0)?;
    let Some(rows) = rows(&text) else { return Some(values::invalid(call.place)) };
    let mut rows = rows.into_iter();
    let header = rows.next()?;
    let origin = call.source();
    let mut items = Vec::new();
    for row in rows {
        let cells = items.len().saturating_mul(header.len());
        if cells > ITEMS || !call.evaluator.spend(row.len(), call.place) {
            return None;
        }
        if row.len() != header.len() {
            return Some(values::invalid(call.place));
        }
        let entry = |(key, cell): (&String, String)| {
            values::entry(key.as_str(), origin.clone(), values::text(cell, origin.clone()))
        };
        let entries = header.iter().zip(row).map(entry).collect();
        items.push(values::map(entries, origin.clone()));
    }
    Some(values::list(items, call.origin()))
}

/// The cells of each line; `None` when a quote is not closed or stands inside a cell.
fn rows(text: &str) -> Option<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Vec::new(), String::new());
    let mut characters = text.chars().peekable();
    let (mut quoted, mut closed) = (false, false);
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => (quoted, closed) = (false, true),
            _ if quoted => cell.push(character),
            '"' if cell.is_empty() && !closed => quoted = true,
            '"' => return None,
            ',' => {
                row.push(std::mem::take(&mut cell));
                closed = false;
            }
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' => {
                // Empty lines are left out.
                if !row.is_empty() || !cell.is_empty() || closed {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                closed = false;
            }
            _ if closed => return None,
            _ => cell.push(character),
        }
    }
    if quoted {
        return None;
    }
    if !row.is_empty() || !cell.is_empty() || closed {
        row.push(cell);
        rows.push(row);
    }
    Some(rows)
}
