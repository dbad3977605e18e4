//! Texts close to real ones: fixtures with a few bytes changed, and soups of the pieces
//! that mean something to a parser.

use proptest::prelude::*;

/// A change to a text, by places counted in characters.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Delete(usize, usize),
    Insert(usize, String),
    Truncate(usize),
    Repeat(usize, usize),
}

pub(crate) fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "\"",
        "'",
        "\n",
        "\n  ",
        "\n- ",
        "- ",
        "\t",
        "#",
        " # ",
        "|\n",
        ">-\n ",
        "&a ",
        "*a",
        "<<: ",
        "!t ",
        "---\n",
        "...\n",
        "? ",
        "{{ ",
        " }}",
        "{{- if .x }}",
        "{{ end }}",
        "{{ .v | nindent 2 }}",
        "a",
        "b: 1",
        "key",
        "true",
        "1",
        "é",
        "𝒳",
        "\r\n",
        "\\",
        "\\n",
        "\\u00e9",
        "= ",
        "[t]\n",
        "[[t]]\n",
        "\"\"\"",
        "'''",
        "//",
        "/*",
        "*/",
        "<!--",
        "-->",
        "```\n",
        "\0",
        "\u{feff}",
        "%",
        "@",
        "~",
        "`",
        "nhilint: ignore[",
        "x]",
        "until=",
        "--",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|it| it.concat())
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let at = 0..2000_usize;
    prop_oneof![
        (at.clone(), 1..8_usize).prop_map(|(at, len)| Change::Delete(at, len)),
        (at.clone(), pieces())
            .prop_map(|(at, text)| { Change::Insert(at, text.chars().take(6).collect()) }),
        at.clone().prop_map(Change::Truncate),
        (at, 1..30_usize).prop_map(|(at, len)| Change::Repeat(at, len)),
    ]
}

pub(crate) fn apply(text: &str, changes: &[Change]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for change in changes {
        let len = chars.len();
        match change {
            Change::Delete(at, count) if len > 0 => {
                let at = at % len;
                chars.drain(at..(at + count).min(len));
            }
            Change::Insert(at, text) => {
                let at = at % (len + 1);
                chars.splice(at..at, text.chars());
            }
            Change::Truncate(at) if len > 0 => chars.truncate(at % len),
            Change::Repeat(at, count) if len > 0 => {
                let at = at % len;
                let again: Vec<char> = chars[at..(at + count).min(len)].to_vec();
                chars.splice(at..at, again);
            }
            _ => {}
        }
    }
    chars.into_iter().collect()
}
