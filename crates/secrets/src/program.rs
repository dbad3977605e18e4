//! Programs whose arguments carry credentials without saying so: the table
//! `data/commands.tsv`, and where in a command line a row of it points.

use std::sync::OnceLock;

/// The table; its header names source, date and columns.
const TABLE: &str = include_str!("../data/commands.tsv");

/// What an argument holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holds {
    /// A credential and nothing else, which its own name does not tell.
    Only(&'static str),
    /// A user and a password with this between them.
    Login(char),
    /// `user/password@database`.
    Oracle,
    /// `pass:password`, as OpenSSL takes it.
    Pass,
    /// JSON or a form.
    Body,
    /// `NAME=value`.
    Variable,
}

#[derive(Debug)]
enum Argument {
    After(&'static str),
    Behind(&'static str),
    Nth(usize),
    Last,
}

#[derive(Debug)]
struct Row {
    programs: Vec<&'static str>,
    with: Vec<&'static str>,
    argument: Argument,
    holds: Holds,
}

/// What the argument at `index` holds, and from which of its bytes on.
pub(crate) fn holds(program: &str, args: &[Option<&str>], index: usize) -> Option<(Holds, usize)> {
    let mut rows = table().iter().filter(|it| it.programs.contains(&program));
    rows.find_map(|row| row.points_at(args, index).map(|start| (row.holds, start)))
}

/// Every program of the table.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    table().iter().flat_map(|it| it.programs.iter().copied())
}

impl Row {
    fn points_at(&self, args: &[Option<&str>], index: usize) -> Option<usize> {
        let arg = args.get(index).copied().flatten()?;
        // The program itself stands first.
        let with = match self.with.as_slice() {
            ["-"] => Some(0),
            words => args
                .iter()
                .take(index)
                .position(|it| it.is_some_and(|it| words.iter().any(|word| fits(word, it)))),
        }?;
        let previous = index.checked_sub(1).and_then(|it| args.get(it)).copied().flatten();
        let is_flag = arg.starts_with('-') && arg.len() > 1;
        match self.argument {
            Argument::After(flag) => (previous == Some(flag) && !is_flag).then_some(0),
            Argument::Behind(flag) => {
                let rest = arg.strip_prefix(flag)?;
                (!rest.is_empty() && !rest.starts_with('=')).then_some(flag.len())
            }
            Argument::Nth(count) => {
                let is_word = |it: &&Option<&str>| it.is_none_or(|it| !it.starts_with('-'));
                let before = args.get(with + 1..index)?.iter().filter(is_word).count();
                (!is_flag && before + 1 == count).then_some(0)
            }
            Argument::Last => (!is_flag && index > 1 && index + 1 == args.len()).then_some(0),
        }
    }
}

/// A word of the table; `http-basic.*` stands for all that begin so.
fn fits(word: &str, arg: &str) -> bool {
    match word.strip_suffix('*') {
        Some(start) => arg.starts_with(start),
        None => arg == word,
    }
}

fn table() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| model::rows(TABLE).filter_map(row).collect())
}

fn row(columns: Vec<&'static str>) -> Option<Row> {
    let [programs, with, argument, holds] = columns.as_slice() else { return None };
    Some(Row {
        programs: programs.split('|').collect(),
        with: with.split('|').collect(),
        argument: self::argument(argument)?,
        holds: held(holds)?,
    })
}

fn argument(text: &'static str) -> Option<Argument> {
    Some(match text {
        "last" => Argument::Last,
        _ => match (text.strip_prefix('+'), text.strip_suffix('*')) {
            (Some(count), _) => Argument::Nth(count.parse().ok()?),
            (_, Some(flag)) => Argument::Behind(flag),
            _ => Argument::After(text),
        },
    })
}

fn held(text: &'static str) -> Option<Holds> {
    Some(match text {
        "password" | "token" | "secret" => Holds::Only(text),
        "login" => Holds::Login(':'),
        "percent" => Holds::Login('%'),
        "comma" => Holds::Login(','),
        "slash" => Holds::Oracle,
        "pass" => Holds::Pass,
        "body" => Holds::Body,
        "variable" => Holds::Variable,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(table().len(), model::rows(TABLE).count());
    }
}
