//! Command lines and scripts of a POSIX shell: what is started with which words.
//!
//! Nothing is expanded and nothing is run. A grammar reads what it can; text that it refuses is
//! split into words and operators, so that there is always an answer.

mod grammar;
mod lexer;

use std::ops::Range;

/// A word of a command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// The word without quotes; expansions stand as they are written.
    pub text: String,
    /// Its bytes in the line; without the quotes when the whole word is one quoted text.
    pub range: Range<usize>,
    /// Variables that are expanded outside quotes, so that their value is split and globbed.
    pub unquoted: Vec<String>,
    /// Command lines inside `$(…)`, backticks and `<(…)`.
    pub nested: Vec<Range<usize>>,
    /// It is no argument: the command reads it from its standard input (`<<EOF`, `<<< text`).
    pub is_input: bool,
}

/// Commands whose output flows into the next.
pub type Pipeline = Vec<Vec<Word>>;

/// What a text starts.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Script {
    /// Its pipelines, those inside of groups, loops, branches and functions included.
    pub pipelines: Vec<Pipeline>,
    /// It has a branch, a loop or a test: what is in it need not happen.
    pub decides: bool,
}

/// Longest text that is given to the grammar.
const LONGEST: usize = 64 << 10;

/// Words that open or go on with a compound command.
const KEYWORDS: &[&str] =
    &["if", "then", "elif", "else", "case", "while", "until", "for", "select", "[", "[[", "test"];

/// Words after which a command starts.
const LEADING: &[&str] = &["if", "then", "elif", "else", "while", "until", "do", "!", "{"];

/// Reads a command line or a script.
pub fn script(text: &str) -> Script {
    let is_plain = !text.contains(NOT_PLAIN);
    if !is_plain
        && text.len() <= LONGEST
        && let Some(found) = grammar::script(text)
    {
        return found;
    }
    let mut pipelines = lexer::pipelines(text);
    let decides = pipelines
        .iter()
        .flatten()
        .any(|it| it.first().is_some_and(|it| KEYWORDS.contains(&it.text.as_str())));
    // A keyword in front of a command is no program.
    for command in pipelines.iter_mut().flatten() {
        let leads = |it: &&Word| LEADING.contains(&it.text.as_str());
        let count = command.iter().take_while(leads).count();
        command.drain(..count.min(command.len().saturating_sub(1)));
    }
    Script { pipelines, decides }
}

/// The words of the first command of a line, which is all there is in a launch line.
pub fn words(line: &str) -> Vec<Word> {
    script(line).pipelines.into_iter().flatten().next().unwrap_or_default()
}

/// Characters without which a line is one command of plain or quoted words.
const NOT_PLAIN: [char; 13] = ['|', '&', ';', '<', '>', '(', ')', '{', '}', '`', '\n', '!', '['];

/// A variable's name.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

#[cfg(test)]
mod tests;
