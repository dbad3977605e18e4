//! Codex' rule files: calls of `prefix_rule` with plain arguments, in Starlark.
//!
//! Nothing is evaluated. Only literal strings and lists of them count; a call with anything
//! else in it says nothing, and neither does a text that does not close.

use std::ops::Range;

/// Bytes of a file that are read.
const LONGEST: usize = 1 << 20;
/// Brackets inside brackets that are followed.
const DEEPEST: usize = 8;

/// A call of `prefix_rule`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct PrefixRule {
    /// The words of the prefix; each a choice of texts.
    pub(crate) pattern: Vec<Vec<String>>,
    /// `allow`, `prompt` or `forbidden`; allow when it is not said.
    pub(crate) decision: Option<String>,
    /// The pattern's bytes.
    pub(crate) range: Range<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    Name(String),
    Text(String),
    Mark(u8),
}

/// The calls of `prefix_rule` in a text.
pub(crate) fn prefix_rules(text: &str) -> Vec<PrefixRule> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let tokens = tokens(text);
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let [(Token::Name(name), _), (Token::Mark(b'('), _)] = pair else { continue };
        if name == "prefix_rule" {
            let rest = tokens.get(at + 2..).unwrap_or_default();
            found.extend(call(rest));
        }
    }
    found
}

type Spanned = (Token, Range<usize>);

/// The arguments of a call up to its closing bracket.
fn call(tokens: &[Spanned]) -> Option<PrefixRule> {
    let mut rule = PrefixRule::default();
    let mut at = 0;
    loop {
        match (tokens.get(at), tokens.get(at + 1)) {
            (Some((Token::Mark(b')'), _)), _) => break,
            (Some((Token::Name(key), _)), Some((Token::Mark(b'='), _))) => {
                let value = tokens.get(at + 2..)?;
                at += 2;
                match (key.as_str(), value.first()?) {
                    ("decision", (Token::Text(text), _)) => rule.decision = Some(text.clone()),
                    ("pattern", (Token::Mark(b'['), open)) => {
                        let (words, end) = words(value.get(1..)?)?;
                        rule.pattern = words;
                        rule.range = open.start..end;
                    }
                    _ => {}
                }
                at += length(tokens.get(at..)?)?;
            }
            (Some(_), _) => at += 1,
            (None, _) => return None,
        }
    }
    (!rule.range.is_empty()).then_some(rule)
}

/// Texts and choices up to the closing bracket, and where that ends.
fn words(tokens: &[Spanned]) -> Option<(Vec<Vec<String>>, usize)> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut choice: Option<Vec<String>> = None;
    for (token, range) in tokens {
        match token {
            Token::Text(text) => match &mut choice {
                Some(texts) => texts.push(text.clone()),
                None => found.push(vec![text.clone()]),
            },
            Token::Mark(b'[') if choice.is_none() => choice = Some(Vec::new()),
            Token::Mark(b']') => match choice.take() {
                Some(texts) => found.push(texts),
                None => return Some((found, range.end)),
            },
            Token::Mark(b',') => {}
            _ => return None,
        }
    }
    None
}

/// How many tokens one value takes.
fn length(tokens: &[Spanned]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Mark(b'[' | b'(' | b'{') => depth += 1,
            Token::Mark(b']' | b')' | b'}') if depth == 0 => return Some(at),
            Token::Mark(b']' | b')' | b'}') => depth -= 1,
            Token::Mark(b',') if depth == 0 => return Some(at),
            _ => {}
        }
        if depth > DEEPEST {
            return None;
        }
    }
    None
}

fn tokens(text: &str) -> Vec<Spanned> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'#' => {
                while bytes.get(at).is_some_and(|it| *it != b'\n') {
                    at += 1;
                }
                continue;
            }
            b'"' | b'\'' => {
                at += 1;
                let mut value = Vec::new();
                while let Some(next) = bytes.get(at).filter(|it| *it != byte) {
                    if *next == b'\\' {
                        at += 1;
                    }
                    value.extend(bytes.get(at));
                    at += 1;
                }
                at += 1;
                let value = String::from_utf8_lossy(&value).into_owned();
                found.push((Token::Text(value), start..at.min(bytes.len())));
            }
            it if it.is_ascii_alphabetic() || *it == b'_' => {
                while bytes.get(at).is_some_and(|it| it.is_ascii_alphanumeric() || *it == b'_') {
                    at += 1;
                }
                let name = text.get(start..at).unwrap_or("").to_owned();
                found.push((Token::Name(name), start..at));
            }
            it if it.is_ascii_whitespace() => at += 1,
            it => {
                at += 1;
                found.push((Token::Mark(*it), start..at));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_with_their_choices() {
        let text = "# x\nprefix_rule(\n  pattern = [\"git\", [\"status\", 'log']],\n  decision=\"allow\", match=[\"git log\"],\n)\nprefix_rule(pattern=[\"rm\"], decision=\"forbidden\")\nprefix_rule(pattern=[\"bash\"])";
        let found = prefix_rules(text);
        let shown: Vec<_> =
            found.iter().map(|it| (it.pattern.len(), it.decision.as_deref())).collect();
        assert_eq!(shown, [(2, Some("allow")), (1, Some("forbidden")), (1, None)]);
        assert_eq!(found[0].pattern[1], ["status", "log"]);
        assert_eq!(text.get(found[1].range.clone()), Some("[\"rm\"]"));
    }

    #[test]
    fn what_is_not_literal_says_nothing() {
        for text in [
            "prefix_rule(pattern=[X])",
            "prefix_rule(pattern=[\"a\"",
            "prefix_rule(",
            "\"prefix_rule(\"",
            "prefix_rule(pattern=['a",
        ] {
            assert_eq!(prefix_rules(text), [], "{text}");
        }
    }
}
