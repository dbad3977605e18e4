//! Texts. What is known of a partly known text stays known where the function allows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::print;
use super::super::text::Text;
use super::super::value::{Data, Map, Unknown, Val};
use super::{derived, go_text, known, text};

pub(super) fn call(name: &str, arguments: &[Val]) -> Option<Val> {
    let last = arguments.last();
    let first = arguments.first();
    match name {
        "quote" => quoted(arguments, "\"", print::quoted),
        "squote" => quoted(arguments, "'", |it| it.map(|it| it.replace('\'', "''"))),
        "nindent" | "indent" => {
            let columns = usize::try_from(first?.as_int()?).ok().filter(|it| *it <= 256)?;
            let blanks = " ".repeat(columns);
            let text = visible(arguments.get(1)?)?;
            let mut out =
                Text::made(if name == "nindent" { format!("\n{blanks}") } else { blanks.clone() });
            out.append(text.indented(&blanks));
            Some(Val::text(out))
        }
        "toString" | "toStrings" => match &first?.data {
            // Charts compare with what Go prints of nothing.
            Data::Nil | Data::List(_) | Data::Map(_) if name == "toString" => {
                go_text(first?).map(Val::text)
            }
            _ => text(first?).map(Val::text),
        },
        "trim" => on(last?, |it| {
            it.trimmed(|it| it.len() - it.trim_start().len(), |it| it.len() - it.trim_end().len())
        }),
        "trimSuffix" => {
            let suffix = known(first?)?;
            on(last?, |it| {
                it.trimmed(|_| 0, |it| if it.ends_with(&suffix) { suffix.len() } else { 0 })
            })
        }
        "trimPrefix" => {
            let prefix = known(first?)?;
            on(last?, |it| {
                it.trimmed(|it| if it.starts_with(&prefix) { prefix.len() } else { 0 }, |_| 0)
            })
        }
        "trimAll" | "trimall" => {
            let chars: Vec<char> = known(first?)?.chars().collect();
            on(last?, |it| {
                it.trimmed(
                    |it| it.len() - it.trim_start_matches(chars.as_slice()).len(),
                    |it| it.len() - it.trim_end_matches(chars.as_slice()).len(),
                )
            })
        }
        "trunc" => trunc(first?.as_int()?, last?),
        "lower" => on(last?, |it| it.map(str::to_lowercase)),
        "upper" => on_known(last?, |it| it.to_uppercase()),
        "title" | "camelcase" | "snakecase" | "kebabcase" | "untitle" | "nospace" | "swapcase"
        | "initials" | "wrap" | "abbrev" | "substr" | "plural" => variant(name, arguments),
        "replace" => {
            let (old, new) = (known(first?)?, known(arguments.get(1)?)?);
            if old.is_empty() {
                return None;
            }
            on(last?, |it| it.map(|it| it.replace(&old, &new)))
        }
        "repeat" => {
            let count = usize::try_from(first?.as_int()?).ok()?;
            on_known(last?, |it| {
                if it.len().saturating_mul(count) > 1 << 20 {
                    String::new()
                } else {
                    it.repeat(count)
                }
            })
        }
        "cat" => {
            let words: Option<Vec<_>> = arguments.iter().map(known).collect();
            Some(derived(words?.join(" "), &arguments.iter().collect::<Vec<_>>()))
        }
        "contains" => check(arguments, |part, whole| whole.contains(part)),
        "hasPrefix" => check(arguments, |part, whole| whole.starts_with(part)),
        "hasSuffix" => check(arguments, |part, whole| whole.ends_with(part)),
        "b64enc" => {
            let plain = known(first?)?;
            Some(derived(STANDARD.encode(plain), &[first?]))
        }
        "b64dec" => {
            let plain = STANDARD.decode(known(first?)?.trim()).ok()?;
            Some(derived(String::from_utf8(plain).ok()?, &[first?]))
        }
        // What comes out is never a secret and never a name; only that it is there.
        "sha256sum" | "sha1sum" | "sha512sum" | "adler32sum" => {
            let unknown =
                Unknown { symbol: Some("checksum".into()), truth: Some(true), line: true };
            Some(Val { data: Data::Unknown(unknown), origin: None })
        }
        "splitList" => {
            let separator = known(first?)?;
            let value = last?;
            let whole = known(value)?;
            let Data::Text(pieces) = &value.data else { return None };
            let mut items = Vec::new();
            let mut at = 0;
            for part in whole.split(separator.as_str()) {
                items.push(Val::text(pieces.slice(at, at + part.len())));
                at += part.len() + separator.len();
            }
            Some(Val::list(items))
        }
        "base" | "dir" | "ext" | "clean" => {
            let value = last?;
            path(name, &known(value)?).map(|it| derived(it, &[value]))
        }
        "toYaml" | "toYamlPretty" | "mustToYaml" => print::yaml(first?).map(Val::text),
        "toJson" | "toPrettyJson" | "toRawJson" | "mustToJson" | "mustToPrettyJson"
        | "mustToRawJson" => match &first?.data {
            Data::Unknown(_) => None,
            _ => print::json(first?).map(Val::text),
        },
        "splitn" | "isAbs" => parts(name, arguments),
        _ => None,
    }
}

/// A text as it is printed; not of values that print nothing of their own.
fn visible(value: &Val) -> Option<Text> {
    match &value.data {
        Data::Unknown(_) => None,
        _ => text(value),
    }
}

fn quoted(arguments: &[Val], mark: &str, escape: impl Fn(&Text) -> Text) -> Option<Val> {
    let mut out = Text::default();
    for value in arguments.iter().filter(|it| !it.is_nil()) {
        let text = text(value)?;
        if text.has_tags() {
            return None;
        }
        if !out.pieces.is_empty() {
            out.push_made(" ");
        }
        out.push_made(mark);
        out.append(escape(&text));
        out.push_made(mark);
    }
    Some(Val::text(out))
}

fn on(value: &Val, change: impl Fn(&Text) -> Text) -> Option<Val> {
    match &value.data {
        // A hole keeps its name: releases are named so that they fit.
        Data::Unknown(Unknown { symbol: Some(symbol), .. }) if !symbol.contains('$') => {
            Some(value.clone())
        }
        Data::Text(text) => Some(Val::text(change(text))),
        Data::Unknown(_) | Data::List(_) | Data::Map(_) | Data::Files(_) => None,
        _ => Some(Val::text(change(&text(value)?))),
    }
}

fn on_known(value: &Val, change: impl Fn(&str) -> String) -> Option<Val> {
    Some(derived(change(&known(value)?), &[value]))
}

/// The first characters, or the last ones. A name of which a part is unknown counts as short
/// enough when its known part is.
fn trunc(count: i64, value: &Val) -> Option<Val> {
    on(value, |text| {
        let Some(known) = text.known() else { return text.clone() };
        let chars = known.chars().count() as u64;
        let keep = count.unsigned_abs();
        if chars <= keep {
            return text.clone();
        }
        let skip = if count < 0 { chars - keep } else { 0 };
        let at = |index: u64| {
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            known.char_indices().nth(index).map_or(known.len(), |(at, _)| at)
        };
        text.slice(at(skip), at(skip + keep))
    })
}

/// Spellings of a text.
fn variant(name: &str, arguments: &[Val]) -> Option<Val> {
    let value = arguments.last()?;
    let text = known(value)?;
    let words = || text.split(['-', '_', ' ', '.']).filter(|it| !it.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
        first + chars.as_str()
    };
    let made = match name {
        "title" => text.split(' ').map(capital).collect::<Vec<_>>().join(" "),
        "camelcase" => words().map(capital).collect(),
        "nospace" => text.split_whitespace().collect(),
        "untitle" => {
            let mut chars = text.chars();
            let first = chars.next().map(|it| it.to_lowercase().to_string()).unwrap_or_default();
            first + chars.as_str()
        }
        "snakecase" => joined(&text, '_'),
        "kebabcase" => joined(&text, '-'),
        "swapcase" => text
            .chars()
            .map(|it| match it.is_uppercase() {
                true => it.to_ascii_lowercase(),
                false => it.to_ascii_uppercase(),
            })
            .collect(),
        "initials" => text.split_whitespace().filter_map(|it| it.chars().next()).collect(),
        "abbrev" => {
            let most = usize::try_from(arguments.first()?.as_int()?).ok()?;
            match text.chars().count() > most && most > 3 {
                true => text.chars().take(most - 3).collect::<String>() + "...",
                false => text,
            }
        }
        "plural" => {
            let count = value.as_int()?;
            let word = if count == 1 { arguments.first()? } else { arguments.get(1)? };
            known(word)?
        }
        "substr" => {
            let (from, to) = (arguments.first()?.as_int()?, arguments.get(1)?.as_int()?);
            let from = usize::try_from(from).unwrap_or(0);
            match usize::try_from(to) {
                Ok(to) => text.get(from..to.min(text.len()))?.to_owned(),
                Err(_) => text.get(from..)?.to_owned(),
            }
        }
        _ => return None,
    };
    Some(derived(made, &[value]))
}

/// `SomeName` with a mark between its words, in small letters.
fn joined(text: &str, mark: char) -> String {
    let mut made = String::with_capacity(text.len() + 8);
    let mut after_small = false;
    for it in text.chars() {
        if !it.is_alphanumeric() {
            if !made.is_empty() && !made.ends_with(mark) {
                made.push(mark);
            }
            after_small = false;
            continue;
        }
        if it.is_uppercase() && after_small {
            made.push(mark);
        }
        after_small = it.is_lowercase() || it.is_numeric();
        made.extend(it.to_lowercase());
    }
    made.trim_end_matches(mark).to_owned()
}

fn parts(name: &str, arguments: &[Val]) -> Option<Val> {
    let value = arguments.last()?;
    let text = known(value)?;
    match name {
        "splitn" => {
            let separator = known(arguments.first()?)?;
            let count = usize::try_from(arguments.get(1)?.as_int()?).ok()?;
            let map = Map::default();
            for (at, part) in text.splitn(count, separator.as_str()).enumerate() {
                map.insert(format!("_{at}").into(), None, derived(part.to_owned(), &[value]));
            }
            Some(Val::map(map))
        }
        "isAbs" => Some(Val::bool(text.starts_with('/'))),
        _ => None,
    }
}

fn check(arguments: &[Val], holds: impl Fn(&str, &str) -> bool) -> Option<Val> {
    let part = known(arguments.first()?)?;
    let value = arguments.get(1)?;
    if let Some(whole) = known(value) {
        return Some(Val::bool(holds(&part, &whole)));
    }
    None
}

fn path(name: &str, path: &str) -> Option<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or((".", path));
    Some(match name {
        "base" => file.to_owned(),
        "dir" => folder.to_owned(),
        "ext" => file.rfind('.').and_then(|at| file.get(at..)).unwrap_or("").to_owned(),
        _ => return None,
    })
}
