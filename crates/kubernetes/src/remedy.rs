//! Repairs: how a key is written into a map of a manifest.
//!
//! Only where a person writes the map by hand: not where a template or an overlay prints it, not
//! through an alias, and not into a map that may hold more than is known.

use model::{Data, Edit, Entry, Fix, Place, Safety, Value};
use syntax::Span;

use crate::load;
use crate::object::Object;

/// What is written under a key.
#[derive(Clone, Debug)]
pub(crate) enum Written<'a> {
    /// A word that needs no quotes in any notation: a number, a boolean.
    Bare(&'a str),
    /// A text.
    Text(&'a str),
    /// A map.
    Map(Vec<(&'a str, Written<'a>)>),
}

/// The repair that makes `key` in a map say a bare word. What is written there is replaced when
/// it is one word; a missing key is added.
pub(crate) fn set(object: &Object<'_>, map: &Value, key: &str, word: &str) -> Option<Box<Fix>> {
    let sheet = Sheet::of(object, map)?;
    let edit = match map.entry(key) {
        Some(entry) => {
            let plain = match &entry.value.data {
                Data::Bool(_) | Data::Number(_) => true,
                Data::String(text) => text.known().is_some_and(|it| is_word(&it)),
                _ => false,
            };
            Edit::replace(sheet.own(entry).filter(|_| plain)?, word)
        }
        None => sheet.insert(key, &Written::Bare(word))?,
    };
    let title = format!("Write `{key}: {word}`");
    Some(Box::new(Fix { title, safety: Safety::Unsafe, edits: vec![edit] }))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric())
}

/// The repair that writes another key in the place of one, with its value.
pub(crate) fn exchange(
    object: &Object<'_>,
    map: &Value,
    old: &str,
    new: &str,
    value: &Written<'_>,
) -> Option<Box<Fix>> {
    let sheet = Sheet::of(object, map)?;
    let entry = map.entry(old)?;
    let (start, _) = key_start(sheet.source, entry);
    let end = sheet.own(entry)?.span.end;
    let place = Place::new(sheet.file, Span::new(start, end));
    let text = sheet.render(new, value);
    let title = format!("Write `{new}` instead of `{old}`");
    let edits = vec![Edit::replace(place, text)];
    Some(Box::new(Fix { title, safety: Safety::Unsafe, edits }))
}

/// Where a key begins, with its quote, and whether it has a double one.
fn key_start(source: &str, entry: &Entry) -> (u32, bool) {
    let span = entry.key_origin.place.span;
    let mark = span.start.checked_sub(1).filter(|_| !span.is_empty());
    let (before, after) = (mark.and_then(|it| byte(source, it)), byte(source, span.end));
    match (before, after) {
        (Some(b'"'), Some(b'"')) => (span.start - 1, true),
        (Some(b'\''), Some(b'\'')) => (span.start - 1, false),
        _ => (span.start, false),
    }
}

fn byte(source: &str, at: u32) -> Option<u8> {
    source.as_bytes().get(at as usize).copied()
}

/// How the line ends that holds an offset.
fn newline(source: &str, offset: usize) -> &'static str {
    let rest = source.get(offset..).unwrap_or("");
    let line = rest.find('\n').and_then(|it| rest.get(..it)).unwrap_or("");
    if line.ends_with('\r') { "\r\n" } else { "\n" }
}

/// A map as it stands in its file.
struct Sheet<'a> {
    source: &'a str,
    map: &'a Value,
    file: model::FileId,
    /// What stands before its keys when they are on lines of their own: blanks as wide.
    indent: String,
    /// Keys stand between braces.
    flow: bool,
    /// Keys stand in quotes.
    quoted: bool,
    newline: &'static str,
}

impl<'a> Sheet<'a> {
    fn of(object: &'a Object<'_>, map: &'a Value) -> Option<Self> {
        let written = object.is_written
            && map.origin.place.file == object.page.file
            && map.origin.steps().is_empty()
            && !load::is_open(map);
        let source: &str = object.page.tree.source();
        let (first, quoted) = key_start(source, map.entries().first()?);
        let before = source.get(..first as usize)?;
        let line = before.rfind('\n').map_or(0, |it| it + 1);
        let blank = |it: char| if it == '\t' { '\t' } else { ' ' };
        written.then_some(Self {
            source,
            map,
            file: object.page.file,
            indent: before.get(line..)?.chars().map(blank).collect(),
            flow: byte(source, map.origin.place.span.start) == Some(b'{'),
            quoted,
            newline: newline(source, first as usize),
        })
    }

    /// Where a value of this map stands, unless it stands elsewhere.
    fn direct(&self, value: &Value) -> Option<Place> {
        let place = value.origin.place;
        let inside = self.map.origin.place.span.contains(place.span);
        (place.file == self.file && inside && value.origin.steps().is_empty()).then_some(place)
    }

    /// Where the value of an entry stands, unless something else refers to it: an anchor.
    fn own(&self, entry: &Entry) -> Option<Place> {
        let place = self.direct(&entry.value)?;
        let key = entry.key_origin.place.span.end as usize;
        let between = self.source.get(key..place.span.start as usize)?;
        (between.trim_start_matches(['"', '\'']).trim() == ":").then_some(place)
    }

    fn insert(&self, key: &str, value: &Written<'_>) -> Option<Edit> {
        let text = self.render(key, value);
        if self.flow {
            let (first, _) = key_start(self.source, self.map.entries().first()?);
            let line = self.line_start(first)?;
            let alone = self.source.get(line..first as usize)?.trim().is_empty();
            let gap = if alone { format!("{}{}", self.newline, self.indent) } else { " ".into() };
            return self.at(first, format!("{text},{gap}"));
        }
        let after = self.map.entries().iter().find_map(|it| self.line_after(&it.value));
        if let Some(end) = after {
            return self.at(end, format!("{}{}{text}", self.newline, self.indent));
        }
        // What a comment above a key says is about that key.
        let mut keys = self.map.entries().iter().map(|it| key_start(self.source, it).0);
        let free = keys.find(|it| !self.is_commented(*it).unwrap_or(true))?;
        self.at(free, format!("{text}{}{}", self.newline, self.indent))
    }

    fn at(&self, offset: u32, text: String) -> Option<Edit> {
        (offset as usize <= self.source.len()).then(|| Edit {
            file: self.file,
            span: Span::new(offset, offset),
            text,
        })
    }

    fn line_start(&self, offset: u32) -> Option<usize> {
        Some(self.source.get(..offset as usize)?.rfind('\n').map_or(0, |it| it + 1))
    }

    /// The end of the line on which a short value ends, when only a comment follows it.
    fn line_after(&self, value: &Value) -> Option<u32> {
        let short = matches!(value.data, Data::Bool(_) | Data::Number(_) | Data::String(_));
        let span = self.direct(value).filter(|_| short)?.span;
        if self.source.get(span.range())?.contains('\n') {
            return None;
        }
        let rest = self.source.get(span.end as usize..)?.lines().next().unwrap_or("");
        let rest = rest.trim_end_matches('\r');
        let comment = rest.trim_start();
        let clear = comment.is_empty() || (comment.starts_with('#') && rest != comment);
        clear.then(|| span.end.saturating_add(u32::try_from(rest.len()).unwrap_or(u32::MAX)))
    }

    /// True when the line above a key is a comment.
    fn is_commented(&self, key: u32) -> Option<bool> {
        let line = self.line_start(key)?;
        let above = self.source.get(..line)?.lines().last().unwrap_or("");
        Some(above.trim_start().starts_with('#'))
    }

    fn render(&self, key: &str, value: &Written<'_>) -> String {
        let mut out = String::new();
        self.entry(key, value, &self.indent, &mut out);
        out
    }

    fn entry(&self, key: &str, value: &Written<'_>, indent: &str, out: &mut String) {
        out.push_str(&if self.quoted { format!("\"{key}\"") } else { key.to_owned() });
        out.push(':');
        match value {
            Written::Bare(word) => *out += &format!(" {word}"),
            Written::Text(text) => *out += &format!(" {}", self.text(text)),
            Written::Map(entries) if self.flow => {
                out.push_str(" {");
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    self.entry(key, value, indent, out);
                }
                out.push('}');
            }
            Written::Map(entries) => {
                let below = format!("{indent}  ");
                for (key, value) in entries {
                    *out += &format!("{}{below}", self.newline);
                    self.entry(key, value, &below, out);
                }
            }
        }
    }

    /// A text that reads as one: words that could be something else stand in quotes.
    fn text(&self, text: &str) -> String {
        let mut letters = text.chars();
        let word = letters.next().is_some_and(|it| it.is_ascii_alphabetic())
            && letters.all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'));
        const OTHER: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
        let other = OTHER.contains(&text.to_ascii_lowercase().as_str());
        if word && !other && !self.quoted {
            return text.to_owned();
        }
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", escaped.replace(char::is_control, " "))
    }
}
