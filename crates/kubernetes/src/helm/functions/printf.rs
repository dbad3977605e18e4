//! `printf` and its relatives.

use super::super::text::Text;
use super::super::value::{Data, Val};
use super::{go_text, known};

pub(super) fn call(name: &str, arguments: &[Val]) -> Option<Val> {
    match name {
        "printf" => {
            let (format, rest) = arguments.split_first()?;
            printf(format, rest).map(Val::text)
        }
        "print" => {
            let mut out = Text::default();
            let mut before_is_text = true;
            for (at, it) in arguments.iter().enumerate() {
                // Go puts a blank between two operands of which none is a text.
                let is_text = matches!(it.data, Data::Text(_) | Data::Unknown(_));
                if at > 0 && !is_text && !before_is_text {
                    out.push_made(" ");
                }
                before_is_text = is_text;
                out.append(part(it)?);
            }
            Some(Val::text(out))
        }
        "println" => {
            let mut out = Text::default();
            for (at, it) in arguments.iter().enumerate() {
                if at > 0 {
                    out.push_made(" ");
                }
                out.append(part(it)?);
            }
            out.push_made("\n");
            Some(Val::text(out))
        }
        _ => None,
    }
}

fn part(value: &Val) -> Option<Text> {
    match &value.data {
        Data::Unknown(_) | Data::Text(_) => value.to_text(),
        _ => go_text(value),
    }
}

fn printf(format: &Val, arguments: &[Val]) -> Option<Text> {
    let text = known(format)?;
    let Data::Text(pieces) = &format.data else { return None };
    let mut out = Text::default();
    let mut arguments = arguments.iter();
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('%').map(|it| it + from) {
        out.append(pieces.slice(from, at));
        let rest = text.get(at + 1..)?;
        let flags = rest.find(|it: char| !it.is_ascii_digit() && !"+-# .".contains(it))?;
        let verb = rest.get(flags..)?.chars().next()?;
        from = at + 1 + flags + verb.len_utf8();
        match (verb, flags) {
            ('%', 0) => out.push_made("%"),
            ('s' | 'v' | 'd' | 't', 0) => out.append(part(arguments.next()?)?),
            ('q', 0) => {
                out.push_made("\"");
                out.append(super::super::print::quoted(&part(arguments.next()?)?));
                out.push_made("\"");
            }
            ('d', _) => {
                let number = arguments.next()?.as_int()?;
                let spec = rest.get(..flags)?;
                let (zero, width) = match spec.strip_prefix('0') {
                    Some(width) => (true, width),
                    None => (false, spec),
                };
                let width: usize = width.parse().ok().filter(|it| *it <= 64)?;
                out.push_made(&match zero {
                    true => format!("{number:0width$}"),
                    false => format!("{number:width$}"),
                });
            }
            _ => return None,
        }
    }
    out.append(pieces.slice(from, text.len()));
    Some(out)
}
