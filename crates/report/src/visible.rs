//! Makes text from untrusted files safe to print on a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// True for characters that act on a terminal or hide what a reader sees: controls, line
/// separators, zero-width characters and changes of direction.
pub(crate) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// What CI runners take for a command wherever it stands in a log: `##[`, `##vso[`.
const COMMANDS: [&str; 2] = ["##", "##vso"];

/// True when a bracket behind `text` would make a command of it.
pub(crate) fn opens_command(text: &str) -> bool {
    COMMANDS.iter().any(|it| text.ends_with(it))
}

/// The text on one line, with what could forge output written as escapes (`\n`, `\u{1b}`,
/// `\u{202e}`).
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) || (c == '[' && opens_command(&out)) => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// One character for one character, for source lines in which columns must stay true.
pub(crate) fn visible_char(c: char) -> char {
    match c {
        '\t' => '\t',
        // The pictures of the C0 controls start at U+2400 in their order.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if is_hostile(c) => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_acts_on_a_terminal() {
        for (text, expected) in [
            ("plain é𝒳", "plain é𝒳"),
            ("a\nb\u{1b}[31m", "a\\nb\\u{1b}[31m"),
            ("x\u{202e}y\u{9b}z", "x\\u{202e}y\\u{9b}z"),
            ("a ##[error]b ##vso[x] #[c]", "a ##\\u{5b}error]b ##vso\\u{5b}x] #[c]"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn source_characters_keep_their_column() {
        let shown: String = "a\u{1b}b\u{202e}\u{7f}\t".chars().map(visible_char).collect();
        assert_eq!(shown, "a␛b\u{fffd}␡\t");
    }
}
