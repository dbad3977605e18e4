//! Values written as YAML and JSON, each part still knowing where it came from.

use super::text::{Lit, Piece, Text};
use super::value::{DEPTH, Data, Val};

/// As `toYaml` writes it, without a line break at the end.
pub(super) fn yaml(value: &Val) -> Option<Text> {
    let mut out = Text::default();
    let mut printer = Printer { out: &mut out, json: false };
    printer.block(value, "", DEPTH)?;
    Some(out.trimmed(|_| 0, |it| it.len() - it.trim_end_matches('\n').len()))
}

/// As `toJson` writes it; both spellings are YAML.
pub(super) fn json(value: &Val) -> Option<Text> {
    let mut out = Text::default();
    Printer { out: &mut out, json: true }.flow(value, DEPTH)?;
    Some(out)
}

struct Printer<'o> {
    out: &'o mut Text,
    json: bool,
}

impl Printer<'_> {
    /// Lines of a value that begins at the start of a line, or behind `- `.
    fn block(&mut self, value: &Val, indent: &str, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match &value.data {
            Data::Map(map) if !map.entries.borrow().is_empty() || map.open.get() => {
                let mut first = true;
                for (key, slot) in map.entries.borrow().iter() {
                    if !std::mem::take(&mut first) {
                        self.out.push_made(indent);
                    }
                    let origin = slot.key_origin.clone();
                    self.scalar(&Text::at(std::rc::Rc::clone(key), origin), indent, false);
                    self.out.push_made(":");
                    self.below(&slot.value, indent, depth)?;
                }
                if map.open.get() {
                    if !first {
                        self.out.push_made(indent);
                    }
                    // Entries that nobody can list.
                    self.out.append(Val::unknown(None).to_text()?);
                    self.out.push_made("\n");
                }
            }
            Data::List(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.out.push_made(indent);
                    }
                    self.out.push_made("- ");
                    self.block(item, &format!("{indent}  "), depth)?;
                }
            }
            _ => {
                self.leaf(value, indent, depth)?;
                self.out.push_made("\n");
            }
        }
        Some(())
    }

    /// What stands behind a key.
    fn below(&mut self, value: &Val, indent: &str, depth: u32) -> Option<()> {
        let nested = match &value.data {
            Data::Map(map) => !map.entries.borrow().is_empty() || map.open.get(),
            Data::List(items) => !items.is_empty(),
            _ => false,
        };
        if nested {
            // Lists too are put below their key's column: the same to every reader.
            let deeper = format!("{indent}  ");
            self.out.push_made(&format!("\n{deeper}"));
            return self.block(value, &deeper, depth);
        }
        self.out.push_made(" ");
        self.leaf(value, indent, depth)?;
        self.out.push_made("\n");
        Some(())
    }

    fn leaf(&mut self, value: &Val, indent: &str, depth: u32) -> Option<()> {
        match &value.data {
            Data::Text(text) => self.scalar(text, indent, true),
            Data::Files(_) => return None,
            _ => self.flow(value, depth)?,
        }
        Some(())
    }

    fn flow(&mut self, value: &Val, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match &value.data {
            Data::Nil => self.out.push_made("null"),
            Data::Text(text) => self.quoted(text),
            Data::List(items) => {
                self.out.push_made("[");
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.out.push_made(",");
                    }
                    self.flow(item, depth)?;
                }
                self.out.push_made("]");
            }
            Data::Map(map) => {
                if map.open.get() {
                    return None;
                }
                self.out.push_made("{");
                for (index, (key, slot)) in map.entries.borrow().iter().enumerate() {
                    if index > 0 {
                        self.out.push_made(",");
                    }
                    self.quoted(&Text::at(std::rc::Rc::clone(key), slot.key_origin.clone()));
                    self.out.push_made(":");
                    self.flow(&slot.value, depth)?;
                }
                self.out.push_made("}");
            }
            Data::Unknown(_) if self.json => return None,
            Data::Unknown(_) | Data::Bool(_) | Data::Int(_) | Data::Float(_) => {
                self.out.append(value.to_text()?);
            }
            Data::Files(_) => return None,
        }
        Some(())
    }

    /// A text in the plainest style that reads as the same text.
    fn scalar(&mut self, text: &Text, indent: &str, block: bool) {
        let known = text.known();
        match known.as_deref() {
            Some(it) if is_plain(it) => self.out.append(text.clone()),
            Some(it) if block && is_block(it) => self.literal(text, it, indent),
            // Quotes as the library writes them: a template in the text must stay one.
            Some(it) if it.is_empty() || is_other(it) || it.chars().any(char::is_control) => {
                self.quoted(text);
            }
            _ => {
                self.out.push_made("'");
                self.out.append(text.map(|it| it.replace('\'', "''")));
                self.out.push_made("'");
            }
        }
    }

    /// A literal block.
    fn literal(&mut self, text: &Text, known: &str, indent: &str) {
        let chomp = match known.strip_suffix('\n') {
            None => "|-",
            Some(rest) if rest.ends_with('\n') => "|+",
            Some(_) => "|",
        };
        self.out.push_made(chomp);
        let mut at = 0;
        for line in known.split_inclusive('\n') {
            let end = at + line.trim_end_matches('\n').len();
            self.out.push_made("\n");
            if end > at {
                self.out.push_made(&format!("{indent}  "));
                self.out.append(text.slice(at, end));
            }
            at += line.len();
        }
        // `|+` keeps all line breaks but the one that the caller writes.
    }

    fn quoted(&mut self, text: &Text) {
        self.out.push_made("\"");
        self.out.append(quoted(text));
        self.out.push_made("\"");
    }
}

/// A text as it stands between double quotes.
pub(super) fn quoted(text: &Text) -> Text {
    let mut out = Text::default();
    for piece in &text.pieces {
        let Piece::Lit(lit) = piece else {
            out.push(piece.clone());
            continue;
        };
        let mut from = 0;
        for (at, it) in lit.text.char_indices() {
            let escape = match it {
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\n' => "\\n".to_owned(),
                '\t' => "\\t".to_owned(),
                '\r' => "\\r".to_owned(),
                it if it.is_control() => format!("\\u{:04x}", u32::from(it)),
                _ => continue,
            };
            out.append(part(lit, from, at));
            out.push(Piece::Lit(Lit { text: escape.into(), map: None, ..lit.clone() }));
            from = at + it.len_utf8();
        }
        out.append(part(lit, from, lit.text.len()));
    }
    out
}

fn part(lit: &Lit, from: usize, to: usize) -> Text {
    Text { pieces: vec![Piece::Lit(lit.clone())] }.slice(from, to)
}

/// True for texts that would be something else without quotes.
fn is_other(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", ".inf", ".nan", "."];
    let number = text.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it));
    number || WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// True for texts that YAML 1.1 and 1.2 read as that text without quotes.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let inside = |it: char| it.is_ascii_alphanumeric() || "_./-+=@%,;()<>*&!?~^|$".contains(it);
    let starts = first.is_ascii_alphabetic() || matches!(first, '_' | '/');
    let spaced =
        |it: char| it == ' ' || it == ':' || inside(it) || !it.is_ascii() && !it.is_control();
    if !starts
        || !text.chars().all(spaced)
        || text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains('\u{2028}')
        || text.contains('\u{2029}')
        || text.contains('\u{85}')
        || text.contains('\u{feff}')
    {
        return false;
    }
    !is_other(text)
}

/// True for texts of several lines that a literal block can hold.
fn is_block(text: &str) -> bool {
    let printable = |it: char| {
        it == '\n' || (!it.is_control() && !"\u{2028}\u{2029}\u{85}\u{feff}".contains(it))
    };
    text.contains('\n')
        && text.trim_end_matches('\n').chars().all(printable)
        && !text.starts_with([' ', '\n'])
        && text.lines().all(|it| it.trim_end() == it)
}
