//! `fileset`: the files below a folder that a pattern names.

use std::collections::BTreeSet;

use model::Value;

use super::Call;
use crate::{path, values};

/// Alternatives that the braces of one pattern make.
const ALTERNATIVES: usize = 64;

/// Folders inside each other.
const DEPTH: usize = 32;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    if call.name != "fileset" {
        return None;
    }
    let base = path::join(&call.folder, &call.text(0)?)?;
    let pattern = call.text(1)?;
    // Terraform takes steps upwards out of a pattern; this keeps to the folder.
    if pattern.starts_with('/') || pattern.split('/').any(|it| it == "..") {
        return None;
    }
    let Some(patterns) = alternatives(&pattern) else { return Some(values::invalid(call.place)) };
    let mut walk = Walk { call, found: BTreeSet::new() };
    for pattern in &patterns {
        let parts: Option<Vec<Part>> =
            pattern.split('/').filter(|it| !matches!(*it, "" | ".")).map(Part::parse).collect();
        let Some(parts) = parts else { return Some(values::invalid(call.place)) };
        walk.folder(&base, "", &parts, 0)?;
    }
    let text = |it: String| values::text(it, call.origin());
    Some(values::list(walk.found.into_iter().map(text).collect(), call.origin()))
}

struct Walk<'w, 'c, 'p> {
    call: &'w Call<'c, 'p>,
    found: BTreeSet<String>,
}

impl Walk<'_, '_, '_> {
    /// Adds the files of a folder; `None` when it cannot be listed or there are too many.
    fn folder(&mut self, folder: &str, shown: &str, parts: &[Part], depth: usize) -> Option<()> {
        let Some((first, rest)) = parts.split_first() else { return Some(()) };
        if depth > DEPTH {
            return None;
        }
        if matches!(first, Part::Folders) {
            // No folder at all is a match as well.
            self.folder(folder, shown, rest, depth + 1)?;
        }
        let list = self.call.evaluator.project.options.list_folder?;
        let entries = list(folder)?;
        if !self.call.evaluator.spend(1 + entries.len(), self.call.place) {
            return None;
        }
        for entry in entries {
            let below = |base: &str| match base {
                "" => entry.name.clone(),
                base => format!("{base}/{}", entry.name),
            };
            let (path, name) = (below(folder), below(shown));
            match first {
                Part::Folders if entry.is_folder => self.folder(&path, &name, parts, depth + 1)?,
                Part::Folders if rest.is_empty() => {
                    self.found.insert(name);
                }
                Part::Folders => {}
                Part::Name(pattern) if !matches(pattern, &entry.name) => {}
                Part::Name(_) if rest.is_empty() => {
                    if !entry.is_folder {
                        self.found.insert(name);
                    }
                }
                Part::Name(_) if entry.is_folder => self.folder(&path, &name, rest, depth + 1)?,
                Part::Name(_) => {}
            }
        }
        Some(())
    }
}

/// One component of a pattern.
#[derive(Debug)]
enum Part {
    /// `**`: any number of folders.
    Folders,
    Name(Vec<Token>),
}

#[derive(Debug)]
enum Token {
    Any,
    One,
    Character(char),
    /// Ranges of characters, and whether they are the ones that do not match.
    Class(Vec<(char, char)>, bool),
}

impl Part {
    fn parse(text: &str) -> Option<Self> {
        if text == "**" {
            return Some(Self::Folders);
        }
        let mut tokens = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' if matches!(tokens.last(), Some(Token::Any)) => continue,
                '*' => Token::Any,
                '?' => Token::One,
                '\\' => Token::Character(characters.next()?),
                '[' => class(&mut characters)?,
                other => Token::Character(other),
            });
        }
        Some(Self::Name(tokens))
    }
}

/// The rest of `[a-z]` or `[^a-z]`.
fn class(characters: &mut std::str::Chars<'_>) -> Option<Token> {
    let mut inside = Vec::new();
    let mut closed = false;
    while let Some(character) = characters.next() {
        match character {
            ']' if !inside.is_empty() => {
                closed = true;
                break;
            }
            '\\' => inside.push((characters.next()?, true)),
            other => inside.push((other, false)),
        }
    }
    let negated = inside.first().is_some_and(|it| matches!(it, ('^', false)));
    let mut rest = inside.get(usize::from(negated)..)?;
    let mut ranges = Vec::new();
    while let Some(((from, _), after)) = rest.split_first() {
        let (to, left) = match after {
            [('-', false), (to, _), left @ ..] => (to, left),
            _ => (from, after),
        };
        ranges.push((*from, *to));
        rest = left;
    }
    (closed && !ranges.is_empty()).then_some(Token::Class(ranges, negated))
}

/// Whether a name matches. Only the last `*` is ever tried again, so that the work stays
/// quadratic.
fn matches(pattern: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = name.get(read) {
        let step = match pattern.get(at) {
            Some(Token::Any) => {
                star = Some((at, read));
                at += 1;
                continue;
            }
            Some(Token::One) => true,
            Some(Token::Character(it)) => it == character,
            Some(Token::Class(ranges, negated)) => {
                ranges.iter().any(|(from, to)| from <= character && character <= to) != *negated
            }
            None => false,
        };
        if step {
            at += 1;
            read += 1;
        } else if let Some((position, start)) = star {
            at = position + 1;
            read = start + 1;
            star = Some((position, start + 1));
        } else {
            return false;
        }
    }
    pattern.iter().skip(at).all(|it| matches!(it, Token::Any))
}

/// A pattern with its braces written out; `None` when one is not closed or there are too many.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(next) = open.pop() {
        if done.len() + open.len() > ALTERNATIVES {
            return None;
        }
        let Some((before, inner, after)) = first_braces(&next)? else {
            done.push(next);
            continue;
        };
        open.extend(inner.into_iter().map(|it| format!("{before}{it}{after}")));
    }
    Some(done)
}

/// What stands before, between the commas of, and behind the first braces.
type Braces<'a> = (&'a str, Vec<&'a str>, &'a str);

/// The first braces of a pattern; `Some(None)` when there are none.
fn first_braces(pattern: &str) -> Option<Option<Braces<'_>>> {
    let (mut depth, mut start, mut from) = (0_usize, 0, 0);
    let mut inner = Vec::new();
    let mut characters = pattern.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '{' => {
                depth += 1;
                if depth == 1 {
                    (start, from) = (at, at + 1);
                }
            }
            ',' if depth == 1 => {
                inner.push(pattern.get(from..at)?);
                from = at + 1;
            }
            '}' if depth == 1 => {
                inner.push(pattern.get(from..at)?);
                return Some(Some((pattern.get(..start)?, inner, pattern.get(at + 1..)?)));
            }
            '}' if depth > 1 => depth -= 1,
            _ => {}
        }
    }
    (depth == 0).then_some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_in_a_shell() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("*", ".hidden", true),
            ("*.json", "a.json", true),
            ("*.json", "a.jso", false),
            ("a*b*c", "aXXbYYbZc", true),
            ("a*b*c", "aXXbYY", false),
            ("?.t?f", "é.tXf", true),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("[!a]x", "bx", false),
            ("[\\]]", "]", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
        ] {
            let Some(Part::Name(tokens)) = Part::parse(pattern) else { panic!("{pattern}") };
            assert_eq!(matches(&tokens, name), expected, "{pattern} {name}");
        }
        for broken in ["[", "[a", "[]", "a\\"] {
            assert!(Part::parse(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn many_stars_end_soon() {
        let pattern = "*a".repeat(2_000) + "b";
        let Some(Part::Name(tokens)) = Part::parse(&pattern) else { panic!() };
        assert!(!matches(&tokens, &"a".repeat(4_000)));
    }

    #[test]
    fn braces_are_written_out() {
        let mut all = alternatives("a/{b,c{d,e}}.{x,y}").unwrap();
        all.sort();
        assert_eq!(all, ["a/b.x", "a/b.y", "a/cd.x", "a/cd.y", "a/ce.x", "a/ce.y"]);
        assert_eq!(alternatives("\\{a,b").unwrap(), ["\\{a,b"]);
        assert!(alternatives("{a,b").is_none());
        assert!(alternatives(&"{a,b}".repeat(40)).is_none());
    }
}
