//! Command lines: which argument carries a credential.

use model::path::foreign_name;

use crate::name::{self, Head};
use crate::program::{self, Holds};
use crate::{Expectation, Found, Question, Verdict, decide, header};

/// What one argument of a command line says about credentials.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Which argument, counting as the caller does.
    pub index: usize,
    /// What it is handed over as: the flag, variable or header name; empty for a bare argument.
    pub name: String,
    /// Never [`Verdict::Nothing`]. Ranges count bytes of the whole argument.
    pub verdict: Verdict,
}

/// Judges the arguments of a command, the program's own name first when the caller knows it.
///
/// Understands `--token X`, `--token=X`, `-e NAME=value`, `NAME=value`, `--header "Name: value"`,
/// URLs, and the short flags of well-known programs (`curl -u`, `mysql -p`). `None` stands for
/// an argument that cannot be resolved; it is skipped and still separates its neighbours.
pub fn arguments(args: &[Option<&str>]) -> Vec<Argument> {
    let program = args.first().copied().flatten().map_or("", foreign_name);
    let mut judged = Vec::new();
    let mut flag: Option<Role> = None;
    for (index, arg) in args.iter().enumerate() {
        let role = flag.take();
        let Some(arg) = arg else { continue };
        // A flag that takes no value after all is followed by the next flag.
        let role = role.filter(|_| !(arg.starts_with("--") && arg.len() > 2));
        let known = program::holds(program, args, index);
        let (name, verdict) = match (known, role) {
            (Some((holds, start)), _) => {
                let inner = arg.get(start..).unwrap_or_default();
                (told(holds, args, index, start), decide::shifted(held(holds, inner), start))
            }
            (None, Some(role)) => (role.name(), role.judge(arg)),
            (None, None) => {
                flag = takes_next(program, args, arg);
                alone(arg)
            }
        };
        if !matches!(verdict, Verdict::Nothing) {
            judged.push(Argument { index, name, verdict });
        }
    }
    judged
}

/// What the value after a flag is.
enum Role {
    /// The value of a flag whose name says that it is a credential.
    Credential(String),
    /// `NAME=value`.
    Variable,
    /// `Name: value`.
    Header,
    /// A value that is none of these; its neighbour must not be taken for it.
    Plain,
}

impl Role {
    fn name(&self) -> String {
        match self {
            Self::Credential(flag) => flag.clone(),
            Self::Variable => "environment".to_owned(),
            Self::Header => "header".to_owned(),
            Self::Plain => String::new(),
        }
    }

    fn judge(&self, value: &str) -> Verdict {
        match self {
            Self::Credential(flag) => in_place(flag, value),
            Self::Variable => assignment(value).map_or_else(|| free(value), |(_, it)| it),
            Self::Header => header_line(value),
            Self::Plain => free(value),
        }
    }
}

fn is_flag(arg: &str) -> bool {
    arg.len() >= 2 && arg.starts_with('-') && !arg.contains(char::is_whitespace)
}

/// What the argument after this one is.
fn takes_next(program: &str, args: &[Option<&str>], arg: &str) -> Option<Role> {
    if sets_by_words(program, args) && names_credential(arg) && !arg.starts_with('-') {
        return Some(Role::Credential(arg.to_owned()));
    }
    if !is_flag(arg) || arg.contains('=') {
        return None;
    }
    let bare = arg.trim_start_matches('-');
    if matches!(program, "mysql" | "mysqldump" | "mariadb" | "psql") && matches!(arg, "-e" | "-p") {
        return Some(Role::Plain);
    }
    match bare {
        "e" | "env" | "build-arg" | "set" | "set-string" | "setenv" | "var" | "from-literal" => {
            Some(Role::Variable)
        }
        "H" | "header" | "headers" | "add-header" => Some(Role::Header),
        _ => names_credential(bare).then(|| Role::Credential(arg.to_owned())),
    }
}

/// `aws configure set NAME VALUE`, `npm config set NAME VALUE`.
fn sets_by_words(program: &str, args: &[Option<&str>]) -> bool {
    let has = |word: &str| args.iter().flatten().any(|it| *it == word);
    matches!(program, "aws" | "npm" | "git" | "gcloud" | "pulumi")
        && (has("configure") || has("config"))
        && (has("set") || program == "git")
}

/// True for a flag or name that says so; `-p$MYSQL_PW` is a value with its flag.
fn names_credential(flag: &str) -> bool {
    flag.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_./:".contains(&it))
        && matches!(name::head(flag), Head::Credential(_))
}

/// What a word of the table is announced by: the flag before it or at its start.
fn told(holds: Holds, args: &[Option<&str>], index: usize, start: usize) -> String {
    if matches!(holds, Holds::Login(_)) {
        return "user".to_owned();
    }
    let own = args.get(index).copied().flatten().and_then(|it| it.get(..start));
    let before = index.checked_sub(1).and_then(|it| args.get(it)).copied().flatten();
    let flag = own.filter(|it| !it.is_empty()).or(before.filter(|it| it.starts_with('-')));
    flag.unwrap_or_default().to_owned()
}

fn held(holds: Holds, value: &str) -> Verdict {
    match holds {
        Holds::Only(key) => in_place(key, value),
        Holds::Login(mark) => login(value, mark),
        Holds::Oracle => match value.split_once('/') {
            Some((user, rest)) if !rest.starts_with(['@', '/']) => {
                let password = rest.split('@').next().unwrap_or(rest);
                decide::shifted(in_place("password", password), user.len() + 1)
            }
            _ => Verdict::Nothing,
        },
        Holds::Pass => match value.strip_prefix("pass:") {
            Some(password) => decide::shifted(in_place("password", password), "pass:".len()),
            None => Verdict::Nothing,
        },
        Holds::Body => body(value),
        Holds::Variable => assignment(value).map_or_else(|| free(value), |(_, it)| it),
    }
}

/// What is sent: JSON, or `name=value&name=value`.
fn body(text: &str) -> Verdict {
    if text.starts_with(['{', '[']) {
        return decide::judge(text, &Question { key: "", expectation: Expectation::ByName }, 0);
    }
    let (mut at, mut found) = (0, Vec::<Found>::new());
    for pair in text.split('&') {
        if let Some((_, verdict)) = assignment(pair)
            && let Verdict::Credentials(inside) = decide::shifted(verdict, at)
        {
            found.extend(inside);
        }
        at += pair.len() + 1;
    }
    if found.is_empty() { free(text) } else { Verdict::Credentials(found) }
}

/// An argument that no flag announced.
fn alone(arg: &str) -> (String, Verdict) {
    if let Some((flag, value)) = arg.split_once('=').filter(|_| is_flag_with_value(arg)) {
        let verdict = decide::shifted(flag_value(flag, value), flag.len() + 1);
        return (flag.to_owned(), verdict);
    }
    if let Some(rest) = arg.strip_prefix("-H").filter(|it| it.contains(':')) {
        return ("-H".to_owned(), decide::shifted(header_line(rest), 2));
    }
    if !arg.starts_with('-')
        && let Some((name, verdict)) = assignment(arg)
    {
        return (name.to_owned(), verdict);
    }
    (String::new(), free(arg))
}

fn is_flag_with_value(arg: &str) -> bool {
    arg.split_once('=').is_some_and(|(flag, _)| is_flag(flag))
}

/// `--token=X`, `--env=NAME=value`, `--header=Name: value`.
fn flag_value(flag: &str, value: &str) -> Verdict {
    match flag.trim_start_matches('-') {
        "e" | "env" | "build-arg" | "set" | "set-string" | "var" | "from-literal" => {
            assignment(value).map_or_else(|| free(value), |(_, it)| it)
        }
        "H" | "header" | "headers" | "add-header" => header_line(value),
        bare if names_credential(bare) => in_place(flag, value),
        _ => decide::judge(value, &Question { key: flag, expectation: Expectation::ByName }, 0),
    }
}

/// `NAME=value`: the name decides. Ranges count bytes of the whole text.
fn assignment(text: &str) -> Option<(&str, Verdict)> {
    let (name, value) = text.split_once('=')?;
    let is_name = !name.is_empty()
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-[]".contains(&it));
    if !is_name {
        return None;
    }
    let unquoted = value.trim_matches(['"', '\'']);
    let start = name.len() + 1 + value.find(unquoted).unwrap_or(0);
    let question = Question { key: name, expectation: Expectation::ByName };
    Some((name, decide::shifted(decide::judge(unquoted, &question, 0), start)))
}

/// `Name: value` or `Name:value`.
fn header_line(text: &str) -> Verdict {
    let Some((name, value)) = text.split_once(':').or_else(|| text.split_once('=')) else {
        return free(text);
    };
    let quote = name.len() - name.trim_start_matches(['"', '\'']).len();
    let bare = name.get(quote..).unwrap_or(name).trim();
    let value = if quote > 0 { value.trim_end_matches(['"', '\'']) } else { value };
    decide::shifted(header(bare, value), name.len() + 1)
}

/// `user:password`, or with another mark between them.
fn login(text: &str, mark: char) -> Verdict {
    match text.split_once(mark) {
        Some((user, password)) => decide::shifted(in_place("password", password), user.len() + 1),
        None => Verdict::Nothing,
    }
}

fn in_place(key: &str, value: &str) -> Verdict {
    decide::judge(value, &Question { key, expectation: Expectation::Credential }, 0)
}

fn free(value: &str) -> Verdict {
    decide::judge(value, &Question { key: "", expectation: Expectation::Text }, 0)
}
