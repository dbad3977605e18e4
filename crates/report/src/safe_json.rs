//! JSON in which characters that act on a terminal, and what a CI runner would take for a command,
//! are escaped even though JSON would let them stand: output is often printed.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::visible::{is_hostile, opens_command};

#[derive(Debug)]
struct Safe<F>(F);

macro_rules! pass_on {
    ($($name:ident($($arg:ident: $type:ty),*)),+ $(,)?) => {
        $(fn $name<W: ?Sized + Write>(&mut self, w: &mut W $(, $arg: $type)*) -> io::Result<()> {
            self.0.$name(w $(, $arg)*)
        })+
    };
}

impl<F: Formatter> Formatter for Safe<F> {
    pass_on!(
        begin_array(),
        end_array(),
        begin_array_value(first: bool),
        end_array_value(),
        begin_object(),
        end_object(),
        begin_object_key(first: bool),
        end_object_key(),
        begin_object_value(),
        end_object_value(),
    );

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        w: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        let acts = |text: &str, at: usize, c: char| {
            is_hostile(c) || c == '[' && text.get(..at).is_some_and(opens_command)
        };
        while let Some((at, c)) = rest.char_indices().find(|(at, it)| acts(rest, *at, *it)) {
            let (before, after) = rest.split_at(at);
            w.write_all(before.as_bytes())?;
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                write!(w, "\\u{unit:04x}")?;
            }
            rest = after.get(c.len_utf8()..).unwrap_or_default();
        }
        w.write_all(rest.as_bytes())
    }
}

/// Writes a value on one line, without a line break at the end.
pub(crate) fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Safe(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Writes a value over many lines, with a line break at the end.
pub(crate) fn write_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let formatter = Safe(PrettyFormatter::with_indent(b"  "));
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, formatter);
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_are_escaped_and_read_back() {
        let text = "a\u{1b}[0m\u{9b}\u{202e}b\u{e0041}\"\\ é𝒳";
        let mut out = Vec::new();
        write_line(&mut out, &text).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert!(!written.contains(is_hostile), "{written:?}");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);

        // The bracket that would make a command of it; others stand.
        for (text, expected) in [
            ("x ##vso[task.complete]", r###""x ##vso\u005btask.complete]""###),
            ("é##[error] [a]", r###""é##\u005berror] [a]""###),
            ("##", r###""##""###),
        ] {
            let mut out = Vec::new();
            write_line(&mut out, &text).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
