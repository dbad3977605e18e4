//! Words and pipelines of a POSIX command line, enough to see what is started with what.
//!
//! Nothing is expanded and nothing is run. The lexer is linear and never fails: text that a
//! shell would refuse yields the words that are there.

use std::ops::Range;

/// Nested command lines that are followed (`sh -c "sh -c …"`).
const DEPTH: usize = 4;

/// A word of a command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    /// The word without quotes; expansions stand as they are written.
    pub(crate) text: String,
    /// Its bytes in the line; without the quotes when the whole word is one quoted text.
    pub(crate) range: Range<usize>,
    /// Variables that are expanded outside quotes, so that their value is split and globbed.
    pub(crate) unquoted: Vec<String>,
    /// Command lines inside `$(…)`, backticks and `<(…)`.
    pub(crate) nested: Vec<Range<usize>>,
}

/// Commands whose output flows into the next.
pub(crate) type Pipeline = Vec<Vec<Word>>;

enum Token {
    Word(Word),
    /// Ends a command; true when its output goes on to the next.
    End(bool),
    /// The next word is a file.
    Redirect,
    /// A part of the line that starts nothing.
    Nothing,
}

/// The pipelines of a command line.
pub(crate) fn pipelines(line: &str) -> Vec<Pipeline> {
    let mut all = Vec::new();
    let mut pipeline: Pipeline = Vec::new();
    let mut command: Vec<Word> = Vec::new();
    let mut skip = false;
    for token in Lexer::new(line) {
        match token {
            Token::Word(_) if std::mem::take(&mut skip) => {}
            Token::Word(word) => command.push(word),
            Token::Redirect => skip = true,
            Token::Nothing => {}
            Token::End(flows) => {
                skip = false;
                if !command.is_empty() {
                    pipeline.push(std::mem::take(&mut command));
                }
                if !flows && !pipeline.is_empty() {
                    all.push(std::mem::take(&mut pipeline));
                }
            }
        }
    }
    all
}

/// The commands of a line as they are written, wrappers and assignments in front included.
pub(crate) fn parts(line: &str) -> Vec<&str> {
    let commands = pipelines(line).into_iter().flatten();
    let part = |it: Vec<Word>| -> Option<&str> {
        let (first, last) = (it.first()?, it.last()?);
        let from = first.range.start;
        let quoted = line.get(..from).is_some_and(|it| it.ends_with(['"', '\'']));
        let to = last.range.end;
        let closed = line.get(to..).is_some_and(|it| it.starts_with(['"', '\'']));
        line.get(from - usize::from(quoted)..to + usize::from(closed))
    };
    commands.filter_map(part).collect()
}

/// Programs that only start another, which clients look through.
const STARTERS: &[&str] =
    &["timeout", "time", "nice", "nohup", "stdbuf", "command", "builtin", "noglob", "xargs"];

/// A command without assignments and programs in front that only start it.
pub(crate) fn without_wrappers(command: &str) -> &str {
    let words = words(command);
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if is_assignment(&word.text) {
            at += 1;
        } else if STARTERS.contains(&word.text.as_str()) {
            let rest = words.get(at + 1..).unwrap_or_default();
            at += 1 + rest.iter().take_while(|it| !is_plain(&it.text)).count();
        } else {
            break;
        }
    }
    let start = words.get(at).map_or(0, |it| it.range.start);
    let quoted = command.get(..start).is_some_and(|it| it.ends_with(['"', '\'']));
    command.get(start - usize::from(quoted)..).unwrap_or(command)
}

/// The words of the first command of a line, which is all there is in a launch line.
pub(crate) fn words(line: &str) -> Vec<Word> {
    pipelines(line).into_iter().flatten().next().unwrap_or_default()
}

/// True when a line fetches code and hands it to something that runs it.
pub(crate) fn runs_download(line: &str) -> bool {
    runs_download_at(line, DEPTH)
}

fn runs_download_at(line: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    pipelines(line).iter().any(|pipeline| {
        let fetches = pipeline.iter().position(|it| downloads(it));
        let piped =
            fetches.is_some_and(|at| pipeline.iter().skip(at + 1).any(|it| interprets_input(it)));
        piped || pipeline.iter().any(|it| runs_nested(it, line, depth))
    })
}

/// An interpreter whose program text comes from a nested command, or is a line of its own.
fn runs_nested(command: &[Word], line: &str, depth: usize) -> bool {
    let Some((name, rest)) = program(command) else { return false };
    if is_fetching_launcher(&name, rest) {
        return true;
    }
    let evaluates =
        is_interpreter(&name) || matches!(name.as_str(), "eval" | "source" | "." | "iex");
    if !evaluates {
        return false;
    }
    rest.iter().any(|word| {
        let substituted = word.nested.iter().filter_map(|it| line.get(it.clone()));
        let mut fetched = substituted.flat_map(pipelines).flatten();
        fetched.any(|it| downloads(&it))
            || (word.text.contains(' ') && runs_download_at(&word.text, depth))
    })
}

/// Launchers that fetch the newest version and run it without asking.
fn is_fetching_launcher(name: &str, rest: &[Word]) -> bool {
    let first = rest.iter().find(|it| !it.text.starts_with('-'));
    let pinned = first.is_some_and(|it| {
        let name = it.text.strip_prefix('@').unwrap_or(&it.text);
        name.split_once('@').is_some_and(|(_, version)| {
            version.starts_with(|it: char| it.is_ascii_digit()) && version.contains('.')
        }) || name.contains("==")
    });
    let yes = rest
        .iter()
        .take_while(|it| it.text.starts_with('-'))
        .any(|it| matches!(it.text.as_str(), "-y" | "--yes"));
    let latest = first.is_some_and(|it| it.text.ends_with("@latest"));
    match name {
        "npx" | "pnpx" => first.is_some() && !pinned && (yes || latest),
        "uvx" | "bunx" => first.is_some() && !pinned,
        _ => false,
    }
}

/// The program a command runs and its arguments, assignments and plain wrappers removed.
pub(crate) fn program(command: &[Word]) -> Option<(String, &[Word])> {
    let mut rest = command;
    loop {
        let (first, tail) = rest.split_first()?;
        let name = base_name(&first.text);
        let wrapper = matches!(
            name.as_str(),
            "sudo"
                | "env"
                | "nohup"
                | "time"
                | "timeout"
                | "nice"
                | "command"
                | "exec"
                | "xargs"
                | "stdbuf"
                | "builtin"
                | "doas"
        );
        if is_assignment(&first.text) {
            rest = tail;
        } else if wrapper && tail.iter().any(|it| is_plain(&it.text)) {
            let skip = tail.iter().take_while(|it| !is_plain(&it.text)).count();
            rest = tail.get(skip..)?;
        } else {
            return Some((name, tail));
        }
    }
}

/// Neither an option, an assignment nor the duration of `timeout`.
fn is_plain(word: &str) -> bool {
    !word.starts_with('-')
        && !is_assignment(word)
        && !word.starts_with(|it: char| it.is_ascii_digit())
}

/// The last component of a program's path, without the endings of Windows.
pub(crate) fn base_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    [".exe", ".cmd", ".bat", ".ps1"]
        .iter()
        .find_map(|it| lower.strip_suffix(it))
        .map_or_else(|| name.to_owned(), str::to_owned)
}

/// `NAME=value` at the start of a command.
pub(crate) fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// A variable's name.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

fn downloads(command: &[Word]) -> bool {
    program(command).is_some_and(|(name, rest)| match name.as_str() {
        // Data that is sent somewhere, not code that is fetched.
        "curl" => !rest.iter().any(|it| matches!(it.text.as_str(), "-d" | "--data" | "--data-raw")),
        "wget" | "iwr" | "irm" | "Invoke-WebRequest" | "Invoke-RestMethod" => true,
        _ => false,
    })
}

/// An interpreter that runs what comes in, not a script that is named.
fn interprets_input(command: &[Word]) -> bool {
    program(command).is_some_and(|(name, rest)| {
        let named = rest.iter().any(|it| !it.text.starts_with('-'));
        let inline =
            rest.iter().any(|it| matches!(it.text.as_str(), "-c" | "-e" | "-m" | "-ne" | "-pe"));
        let reads_input = rest.iter().any(|it| it.text == "-s" || it.text == "-");
        (is_interpreter(&name) && !inline && (reads_input || !named))
            || matches!(name.as_str(), "iex" | "Invoke-Expression")
    })
}

/// Shells and languages that run text.
pub(crate) fn is_interpreter(name: &str) -> bool {
    let plain = name.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.');
    matches!(
        plain,
        "sh" | "bash"
            | "zsh"
            | "dash"
            | "ksh"
            | "fish"
            | "python"
            | "node"
            | "ruby"
            | "perl"
            | "php"
            | "pwsh"
            | "powershell"
            | "deno"
            | "bun"
            | "osascript"
            | "tsx"
            | "lua"
    )
}

struct Lexer<'l> {
    line: &'l str,
    at: usize,
    ended: bool,
}

impl<'l> Lexer<'l> {
    fn new(line: &'l str) -> Self {
        Self { line, at: 0, ended: false }
    }

    fn peek(&self) -> Option<char> {
        self.line.get(self.at..)?.chars().next()
    }

    fn rest(&self) -> &'l str {
        self.line.get(self.at..).unwrap_or("")
    }

    fn advance(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.at += found.len_utf8();
        Some(found)
    }

    fn operator(&mut self) -> Option<Token> {
        let rest = self.rest();
        for (text, flows) in [
            ("&&", false),
            ("||", false),
            (";;", false),
            ("|&", true),
            ("|", true),
            (";", false),
            ("\n", false),
            ("(", false),
            (")", false),
        ] {
            if rest.starts_with(text) {
                self.at += text.len();
                return Some(Token::End(flows));
            }
        }
        for text in ["&>>", "&>", ">>", ">&", "<<<", "<<", "<&", ">|", ">", "<"] {
            // `<(…)` is a word.
            if rest.starts_with(text) && !(rest.starts_with("<(") || rest.starts_with(">(")) {
                self.at += text.len();
                // `2>&1` and `>&-` name a descriptor, not a file.
                let digits =
                    self.rest().bytes().take_while(|it| it.is_ascii_digit() || *it == b'-').count();
                if text.ends_with('&') && digits > 0 {
                    self.at += digits;
                    return Some(Token::Nothing);
                }
                return Some(Token::Redirect);
            }
        }
        if rest.starts_with('&') {
            self.at += 1;
            return Some(Token::End(false));
        }
        None
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut word = Word {
            text: String::new(),
            range: start..start,
            unquoted: Vec::new(),
            nested: Vec::new(),
        };
        let mut quoted = None;
        while let Some(next) = self.peek() {
            match next {
                '\'' | '"' => {
                    let open = self.at;
                    self.advance();
                    self.quoted(next, &mut word);
                    quoted = Some((open, self.at));
                }
                '\\' => {
                    self.advance();
                    match self.advance() {
                        Some('\n') | None => {}
                        Some(it) => word.text.push(it),
                    }
                }
                '$' | '`' => self.expansion(&mut word, false),
                '<' | '>' if self.rest().get(1..2) == Some("(") => {
                    word.text.push(next);
                    self.advance();
                    self.parenthesis(&mut word);
                }
                it if it.is_whitespace()
                    || matches!(it, '|' | '&' | ';' | '(' | ')' | '<' | '>') =>
                {
                    break;
                }
                it => {
                    word.text.push(it);
                    self.advance();
                }
            }
        }
        word.range = match quoted {
            // The closing quote may be missing at the end of the line.
            Some((open, close)) if open == start && close == self.at && close > open + 1 => {
                let closed = self.line.get(..close).is_some_and(|it| it.ends_with(['\'', '"']));
                open + 1..if closed { close - 1 } else { close }
            }
            _ => start..self.at,
        };
        word
    }

    fn quoted(&mut self, quote: char, word: &mut Word) {
        while let Some(next) = self.peek() {
            match next {
                it if it == quote => {
                    self.advance();
                    return;
                }
                '\\' if quote == '"' => {
                    self.advance();
                    match self.advance() {
                        Some(it @ ('"' | '\\' | '$' | '`')) => word.text.push(it),
                        Some('\n') | None => {}
                        Some(it) => {
                            word.text.push('\\');
                            word.text.push(it);
                        }
                    }
                }
                '$' | '`' if quote == '"' => self.expansion(word, true),
                it => {
                    word.text.push(it);
                    self.advance();
                }
            }
        }
    }

    /// Copies an expansion as written and notes what it reads.
    fn expansion(&mut self, word: &mut Word, quoted: bool) {
        let Some(first) = self.advance() else { return };
        word.text.push(first);
        if first == '`' {
            let start = self.at;
            while let Some(next) = self.advance() {
                word.text.push(next);
                if next == '`' {
                    word.nested.push(start..self.at - 1);
                    return;
                }
            }
            return;
        }
        match self.peek() {
            Some('(') => self.parenthesis(word),
            Some('{') => {
                let start = self.at + 1;
                while let Some(next) = self.advance() {
                    word.text.push(next);
                    if next == '}' {
                        break;
                    }
                }
                let inner = self.line.get(start..self.at).unwrap_or("");
                self.note(word, inner, quoted);
            }
            _ => {
                let inner = self.rest();
                let length = inner
                    .bytes()
                    .take_while(|it| it.is_ascii_alphanumeric() || *it == b'_')
                    .count();
                word.text.push_str(inner.get(..length).unwrap_or(""));
                self.at += length;
                self.note(word, inner, quoted);
            }
        }
    }

    fn note(&self, word: &mut Word, text: &str, quoted: bool) {
        let name: String =
            text.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
        if !quoted && is_name(&name) {
            word.unquoted.push(name);
        }
    }

    /// Copies `( … )` with everything inside, quotes respected.
    fn parenthesis(&mut self, word: &mut Word) {
        let start = self.at + 1;
        let (mut depth, mut quote) = (0_usize, None);
        while let Some(next) = self.advance() {
            word.text.push(next);
            match (quote, next) {
                (Some(it), _) if it == next => quote = None,
                (None, '\'' | '"') => quote = Some(next),
                (Some('"') | None, '\\') => word.text.extend(self.advance()),
                (None, '(') => depth += 1,
                (None, ')') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        word.nested.push(start..self.at - 1);
                        return;
                    }
                }
                _ => {}
            }
        }
        word.nested.push(start.min(self.at)..self.at);
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let Some(next) = self.peek() else {
                // The last command has no operator after it.
                return (!std::mem::replace(&mut self.ended, true)).then_some(Token::End(false));
            };
            if next == '#' {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if next != '\n' && next.is_whitespace() {
                self.advance();
            } else if self.rest().starts_with("\\\n") {
                self.at += 2;
            } else {
                break;
            }
        }
        if let Some(token) = self.operator() {
            return Some(token);
        }
        let before = self.at;
        let word = self.word();
        // A file descriptor in front of a redirection is not a word.
        let redirects = self.rest().starts_with(['<', '>']);
        if redirects && !word.text.is_empty() && word.text.bytes().all(|it| it.is_ascii_digit()) {
            return Some(Token::Nothing);
        }
        if self.at == before {
            // Not reachable with the characters above; it keeps the loop finite all the same.
            self.advance();
        }
        Some(Token::Word(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<Vec<Vec<String>>> {
        pipelines(line)
            .into_iter()
            .map(|it| it.into_iter().map(|it| it.into_iter().map(|it| it.text).collect()).collect())
            .collect()
    }

    #[test]
    fn words_pipes_and_lists_are_split() {
        assert_eq!(texts("a 'b c' \"d\\\"e\" f\\ g"), [[["a", "b c", "d\"e", "f g"]]]);
        assert_eq!(
            texts("a | b; c && d"),
            [vec![vec!["a"], vec!["b"]], vec![vec!["c"]], vec![vec!["d"]]]
        );
        assert_eq!(texts("a > out 2>&1 b"), [[["a", "b"]]]);
        assert_eq!(texts("A=1 a # no\nb"), [[vec!["A=1", "a"]], [vec!["b"]]]);
        assert_eq!(texts("a 'open"), [[["a", "open"]]]);
        assert_eq!(texts(""), Vec::<Vec<Vec<String>>>::new());
    }

    #[test]
    fn ranges_leave_the_quotes_out() {
        let line = "curl -H 'A: b' x\"y\"";
        let found: Vec<_> =
            words(line).iter().filter_map(|it| line.get(it.range.clone())).collect();
        assert_eq!(found, ["curl", "-H", "A: b", "x\"y\""]);
    }

    #[test]
    fn downloads_that_are_run_are_seen() {
        for line in [
            "curl -fsSL https://x.sh | sh",
            "curl https://x | sudo bash -s -- --yes",
            "wget -qO- https://x | bash",
            "bash <(curl -s https://x)",
            "sh -c \"$(curl -fsSL https://x)\"",
            "bash -c 'curl https://x | sh'",
            "eval \"$(curl https://x)\"",
            "a && curl https://x | python3 -",
            "npx -y some-tool",
            "uvx some-tool",
            "irm https://x | iex",
        ] {
            assert!(runs_download(line), "{line}");
        }
        for line in [
            "curl https://x -o file",
            "curl https://x | jq .a",
            "curl https://x | python3 -m json.tool",
            "curl https://x | python3 -c 'import json'",
            "echo curl | sh",
            "npx prettier --write .",
            "npx -y some-tool@1.2.3",
            "bash script.sh",
            "sh -c 'npm test'",
        ] {
            assert!(!runs_download(line), "{line}");
        }
    }

    #[test]
    fn unquoted_variables_are_noted() {
        let all: Vec<_> =
            words("a $X \"$Y\" ${Z}/b '$W'").into_iter().flat_map(|it| it.unquoted).collect();
        assert_eq!(all, ["X", "Z"]);
    }
}
