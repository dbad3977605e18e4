//! Words and operators of a POSIX command line.
//!
//! Linear, and never fails: text that a shell would refuse yields the words that are there.

use super::{Pipeline, Word};

enum Token {
    Word(Word),
    /// Ends a command; true when its output goes on to the next.
    End(bool),
    /// The next word is a file.
    Redirect,
    /// A part of the line that starts nothing.
    Nothing,
}

/// The pipelines of a line, as far as words and operators tell.
pub(super) fn pipelines(line: &str) -> Vec<Pipeline> {
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

/// The one word that a text is; `None` when it is more, or none.
pub(super) fn word(text: &str) -> Option<Word> {
    let mut lexer = Lexer::new(text);
    let word = lexer.word();
    (lexer.at == text.len()).then_some(word)
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
            is_input: false,
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
        if !quoted && super::is_name(&name) {
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
