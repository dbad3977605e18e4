//! Files of `NAME=value` lines.

use std::sync::Arc;

use model::{Entry, FileId, Origin, Place, Text, Value};
use syntax::{OffsetMap, Span};

use super::text;

/// Lines of one file that are read.
const LINES: usize = 20_000;

/// The entries of a file. A name without a value takes that of the environment: nobody here
/// knows it.
pub(super) fn entries(file: FileId, written: &Arc<str>) -> Vec<Entry> {
    let end = u32::try_from(written.len()).unwrap_or(u32::MAX);
    let place = Place::new(file, Span::new(0, end));
    let map = OffsetMap::identity(0, end);
    let whole = Text::literal(Arc::clone(written), Origin::at(place), Some(map));
    let mut entries = Vec::new();
    let mut at = 0;
    for line in written.split_inclusive('\n').take(LINES) {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        entries.extend(assignment(&whole, line, start));
    }
    entries
}

/// `NAME=value` at an offset of a text. Quotes around the value are no part of it.
pub(super) fn assignment(whole: &Text, line: &str, from: usize) -> Option<Entry> {
    let to = from + line.len();
    let at = Origin::default();
    let Some((name, value)) = line.split_once('=') else {
        let name = text::part(whole, from, to, &at);
        let key = line.trim();
        return (!key.is_empty()).then(|| Entry {
            key: key.into(),
            key_origin: name.origin.clone(),
            value: Value::unknown(name.origin),
        });
    };
    let bare = value
        .strip_prefix(['"', '\''])
        .and_then(|it| it.strip_suffix(['"', '\'']))
        .filter(|it| it.len() + 2 == value.len());
    let start = to - value.len() + usize::from(bare.is_some());
    let end = start + bare.unwrap_or(value).len();
    let key = text::part(whole, from, from + name.len(), &at);
    Some(Entry {
        key: name.trim().into(),
        key_origin: key.origin.clone(),
        value: text::part(whole, start, end, &key.origin),
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn lines_are_read_with_their_places() {
        let written: Arc<str> =
            "# a comment\nUSER=app\n\n  PASSWORD=\"a=b\"\r\nHOME\nEMPTY=\n".into();
        let found: Vec<_> = entries(FileId(3), &written)
            .into_iter()
            .map(|it| {
                let span = it.value.origin.place.span;
                assert_eq!(it.value.origin.place.file, FileId(3));
                let value = it.value.as_text().map(Cow::into_owned);
                (it.key.to_string(), value, written.get(span.range()).unwrap().to_owned())
            })
            .collect();
        let text = |it: &str| it.to_owned();
        let expected = [
            (text("USER"), Some(text("app")), text("app")),
            (text("PASSWORD"), Some(text("a=b")), text("a=b")),
            (text("HOME"), None, text("HOME")),
            (text("EMPTY"), Some(String::new()), text("EMPTY")),
        ];
        assert_eq!(found, expected);
    }
}
