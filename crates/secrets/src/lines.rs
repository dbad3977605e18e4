//! Texts of several lines that are no document of their own: scripts, INI and properties files,
//! YAML in a block, npmrc, netrc, pgpass. Each line is read for what it says by itself.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::name;
use crate::{Expectation, Found, Question, Verdict, command, decide};

/// Lines that are read; a longer text is data.
const MOST_LINES: usize = 4096;

/// A longer line is data.
const LONGEST_LINE: usize = 4096;

/// Programs whose arguments carry credentials. A line of prose begins with none of them.
const PROGRAMS: &[&str] = &[
    "ansible-playbook",
    "argocd",
    "aws",
    "az",
    "buildah",
    "chpasswd",
    "crane",
    "curl",
    "docker",
    "doctl",
    "gcloud",
    "gh",
    "git",
    "glab",
    "helm",
    "htpasswd",
    "http",
    "kubeadm",
    "kubectl",
    "mariadb",
    "mongo",
    "mongosh",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "npm",
    "oc",
    "openssl",
    "oras",
    "podman",
    "psql",
    "redis-cli",
    "skopeo",
    "sqlcmd",
    "sshpass",
    "terraform",
    "vault",
    "wget",
];

/// What the lines of a text hold, apart from what shows itself in any text.
pub(crate) fn credentials(text: &str, depth: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    let has_commands = has(PROGRAMS, &PROGRAM_SEARCH, text);
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        if line.len() <= LONGEST_LINE && !is_comment(line) {
            let mut inside = of_line(line.trim_end_matches(['\n', '\r']), has_commands, depth);
            inside.iter_mut().for_each(|it| it.range = it.range.start + at..it.range.end + at);
            found.append(&mut inside);
        }
        at += line.len();
    }
    found
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["#", ";", "//", "!", "--", "<!--", "*"].iter().any(|it| line.starts_with(it))
        // npm names registries by the rest of their URL.
        && !line.contains("/:_")
}

static PROGRAM_SEARCH: OnceLock<Option<AhoCorasick>> = OnceLock::new();
static MENTION_SEARCH: OnceLock<Option<AhoCorasick>> = OnceLock::new();

/// True when one of the words occurs, in either case.
fn has(words: &[&str], search: &OnceLock<Option<AhoCorasick>>, text: &str) -> bool {
    let search = search.get_or_init(|| {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words)
            .ok()
    });
    search.as_ref().is_some_and(|it| it.is_match(text))
}

fn of_line(line: &str, has_commands: bool, depth: usize) -> Vec<Found> {
    if let Some(found) = login_of_machine(line).or_else(|| pgpass(line)) {
        return found;
    }
    // A command may follow the variables it is given.
    let mut found = if has_commands { of_command(line) } else { Vec::new() };
    if let Some(pair) = assignment(line) {
        found.extend(judged(line, pair, depth));
    }
    found.extend(settings(line));
    found
}

/// `-Dname=value` of a Java machine, and the quoted settings of a JAAS login module.
fn settings(line: &str) -> Vec<Found> {
    let is_login = line.contains("LoginModule");
    if !is_login && !line.contains("-D") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for word in words(line) {
        let setting = match word.text.strip_prefix("-D") {
            Some(setting) => setting,
            None if is_login => word.text.as_str(),
            None => continue,
        };
        let Some((name, value)) = setting.trim_end_matches(';').split_once('=') else { continue };
        let start = word.text.len() - setting.len() + name.len() + 1;
        let question = Question { key: name, expectation: Expectation::ByName };
        let verdict = decide::shifted(decide::judge(value, &question, 0), start);
        if let Verdict::Credentials(inside) = verdict {
            found.extend(inside.into_iter().map(|it| word.place(it)));
        }
    }
    found
}

/// A key, and where its value stands in the line.
struct Pair<'a> {
    key: &'a str,
    value: Range<usize>,
}

fn judged(line: &str, pair: Pair<'_>, depth: usize) -> Vec<Found> {
    let value = line.get(pair.value.clone()).unwrap_or_default();
    // What shows itself in any text is known already, and a variable is no value.
    let is_variable = value.starts_with(['$', '<', '%']) && !value.contains(":-");
    let is_document = value.starts_with('{') && value.contains('"');
    if is_variable || !is_document && !name::names_or_points(pair.key) {
        return Vec::new();
    }
    let question = Question { key: pair.key, expectation: Expectation::ByName };
    let verdict = decide::judge(value, &question, depth + 1);
    let Verdict::Credentials(mut found) = decide::shifted(verdict, pair.value.start) else {
        return Vec::new();
    };
    found.iter_mut().for_each(|it| it.decoded.insert(0, format!("line {}", pair.key).into()));
    found
}

/// `NAME=value`, `name: value`, `"name": "value",`, also after `export`, `ENV` or `- `.
fn assignment(line: &str) -> Option<Pair<'_>> {
    const BEFORE: [&str; 8] =
        ["export ", "set ", "SET ", "ENV ", "ARG ", "local ", "declare -x ", "- "];
    let mut start = line.len() - line.trim_start().len();
    for word in BEFORE {
        if line.get(start..)?.starts_with(word) {
            start += word.len();
        }
    }
    let rest = line.get(start..)?;
    let (end, mark) = rest.char_indices().find(|(at, it)| {
        matches!(it, '=') || *it == ':' && follows_key(rest.get(at + 1..).unwrap_or_default())
    })?;
    let key = rest.get(..end)?.trim_end();
    let key = key.trim_matches(['"', '\'']);
    let plain = |it: char| it.is_ascii_alphanumeric() || "_.-/:$[]@".contains(it);
    if key.is_empty() || key.len() > 256 || !key.chars().all(plain) || key.contains("://") {
        return None;
    }
    let after = rest.get(end + mark.len_utf8()..)?;
    let after = after.strip_prefix(['=', '>']).unwrap_or(after);
    let from = line.len() - after.trim_start().len();
    let is_shell = mark == '=' && !after.starts_with(char::is_whitespace);
    Some(Pair { key, value: bare_value(line, from, is_shell)? })
}

/// A colon in a name such as `//registry.example.org/:_authToken` does not end it.
fn follows_key(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t', '"', '\''])
}

/// The value without its quotes, or without what follows it.
fn bare_value(line: &str, from: usize, is_shell: bool) -> Option<Range<usize>> {
    let rest = line.get(from..)?;
    for quote in ['"', '\''] {
        if let Some(inner) = rest.strip_prefix(quote) {
            let end = inner.find(quote)?;
            return Some(from + 1..from + 1 + end);
        }
    }
    let mut end = rest.trim_end().trim_end_matches([',', ';']).len();
    if let Some(comment) = rest.find(" #").filter(|it| *it < end) {
        end = rest.get(..comment)?.trim_end().len();
    }
    // `NAME=value command`: a shell's value ends at the blank.
    if is_shell {
        end = rest.get(..end)?.find([' ', '\t']).unwrap_or(end);
    }
    Some(from..from + end)
}

/// `machine HOST login USER password PASSWORD`, or one of its lines.
fn login_of_machine(line: &str) -> Option<Vec<Found>> {
    let words = words(line);
    let is = |at: usize, word: &str| words.get(at).is_some_and(|it| it.text == word);
    let is_netrc = is(0, "machine") || is(0, "default") && is(1, "login") || is(0, "password");
    if !is_netrc || words.len() > 8 {
        return None;
    }
    let at = words.iter().position(|it| it.text == "password")?;
    let password = words.get(at + 1).filter(|_| words.len().is_multiple_of(2))?;
    Some(in_place("password", password))
}

/// `host:port:database:user:password`.
fn pgpass(line: &str) -> Option<Vec<Found>> {
    let parts: Vec<&str> = line.trim().splitn(5, ':').collect();
    let [host, port, _, user, password] = parts.as_slice() else { return None };
    let is_port = *port == "*" || port.len() >= 4 && port.bytes().all(|it| it.is_ascii_digit());
    if !is_port || host.contains([' ', '/']) || user.contains(' ') || password.contains(' ') {
        return None;
    }
    let start = line.trim_end().len() - password.len();
    let word = Word { text: (*password).to_owned(), range: start..start + password.len() };
    Some(in_place("password", &word))
}

fn in_place(key: &str, word: &Word) -> Vec<Found> {
    let question = Question { key, expectation: Expectation::Credential };
    match decide::judge(&word.text, &question, 0) {
        Verdict::Credentials(found) => found.into_iter().map(|it| word.place(it)).collect(),
        _ => Vec::new(),
    }
}

/// A word of a command line.
struct Word {
    text: String,
    range: Range<usize>,
}

impl Word {
    /// Moves what was found in the word to its place in the line. A word with quotes inside is
    /// written otherwise than it reads; then it is the whole word.
    fn place(&self, mut found: Found) -> Found {
        let is_verbatim = self.text.len() == self.range.len();
        found.range = match is_verbatim {
            true => self.range.start + found.range.start..self.range.start + found.range.end,
            false => self.range.clone(),
        };
        found
    }
}

/// Splits as a shell does, as far as quotes go.
fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open: Option<(usize, usize, String)> = None;
    let mut quote: Option<char> = None;
    let mut escaped = false;
    let (mut depth, mut last_char) = (0_usize, ' ');
    for (at, it) in line.char_indices() {
        let end = at + it.len_utf8();
        // What `$(…)` prints is one word, blanks and quotes and all, and so is `${{ … }}`.
        if quote != Some('\'') && matches!(it, '(' | '{') && (last_char == '$' || depth > 0) {
            depth += 1;
        }
        last_char = it;
        if depth > 0 {
            depth -= usize::from(matches!(it, ')' | '}'));
            let (_, last, text) = open.get_or_insert((at, at, String::new()));
            *last = end;
            text.push(it);
            continue;
        }
        let is_quote = quote.map_or(matches!(it, '"' | '\''), |mark| mark == it) && !escaped;
        if quote.is_none() && !escaped && it.is_whitespace() {
            words.extend(open.take());
            continue;
        }
        if is_quote {
            // The range of a word that is quoted as a whole lies between its quotes.
            if quote.is_none() && open.is_none() {
                open = Some((end, end, String::new()));
            }
            quote = if quote.is_some() { None } else { Some(it) };
            continue;
        }
        if it == '\\' && quote != Some('\'') && !escaped {
            escaped = true;
            continue;
        }
        escaped = false;
        let (_, last, text) = open.get_or_insert((at, at, String::new()));
        *last = end;
        text.push(it);
    }
    words.extend(open);
    words.into_iter().map(|(start, end, text)| Word { text, range: start..end }).collect()
}

/// Each command of the line, as far as its program is known.
/// What the words of a command line hold, whatever program it starts. A text of several lines is
/// as many commands.
pub fn command_line(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        if line.len() <= LONGEST_LINE && !is_comment(line) {
            let inside = of_words(line, |_| true).into_iter();
            found.extend(
                inside.map(|it| Found { range: it.range.start + at..it.range.end + at, ..it }),
            );
        }
        at += line.len();
    }
    found
}

fn of_command(line: &str) -> Vec<Found> {
    of_words(line, is_program)
}

fn of_words(line: &str, is_program: impl Fn(&str) -> bool) -> Vec<Found> {
    let words = words(line);
    let mut found = chpasswd(&words);
    let ends =
        |it: &Word| matches!(it.text.as_str(), "|" | "||" | "&&" | ";" | "&" | "then" | "do");
    for command in words.split(ends) {
        let start = command.iter().position(|it| is_program(&it.text));
        let command = start.and_then(|it| command.get(it..)).unwrap_or_default();
        let texts: Vec<Option<&str>> = command.iter().map(|it| Some(it.text.as_str())).collect();
        for argument in command::arguments(&texts) {
            let Verdict::Credentials(inside) = argument.verdict else { continue };
            let Some(word) = command.get(argument.index) else { continue };
            // What shows itself in any text is found without the command, too.
            found.extend(inside.into_iter().map(|it| word.place(it)));
        }
    }
    found
}

fn is_program(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    PROGRAMS.binary_search(&name).is_ok()
}

/// `echo 'user:password' | chpasswd`.
fn chpasswd(words: &[Word]) -> Vec<Found> {
    let feeds = words.iter().any(|it| it.text.ends_with("chpasswd"));
    let pair = words.iter().find(|it| it.text.contains(':')).filter(|_| feeds);
    let Some((word, at)) = pair.and_then(|it| Some((it, it.text.find(':')? + 1))) else {
        return Vec::new();
    };
    let question = Question { key: "password", expectation: Expectation::Credential };
    let password = word.text.get(at..).unwrap_or_default();
    match decide::shifted(decide::judge(password, &question, 0), at) {
        Verdict::Credentials(found) => found.into_iter().map(|it| word.place(it)).collect(),
        _ => Vec::new(),
    }
}

/// Words without which no line can hold anything.
const MENTIONS: &[&str] = &[
    "pass",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "dsn",
    "conn",
    "pwd",
    "curl",
    "login",
    "url",
    "psk",
    "mysql",
    "sqlcmd",
    "redis-cli",
    "hmac",
    "cookie",
    "sshpass",
    "5432",
    ":*:",
];

/// False for a text of which no line can hold anything: most are such.
pub(crate) fn mentions(text: &str) -> bool {
    has(MENTIONS, &MENTION_SEARCH, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let found = credentials(text, 0);
        found.iter().map(|it| text.get(it.range.clone()).unwrap_or_default()).collect()
    }

    #[test]
    fn the_programs_are_sorted() {
        assert!(PROGRAMS.is_sorted());
    }

    #[test]
    fn reads_assignments_of_every_spelling() {
        for (text, value) in [
            ("export DB_PASSWORD=Kestrel@2023 ./run", "Kestrel@2023"),
            ("db.password = Kestrel@2023", "Kestrel@2023"),
            ("password: \"Kestrel@2023\"", "Kestrel@2023"),
            ("  'password' => 'Kestrel@2023',", "Kestrel@2023"),
            ("  \"password\": \"Kestrel@2023\",", "Kestrel@2023"),
            ("- smtp_password: Kestrel@2023  # mail", "Kestrel@2023"),
            ("[mail]\nuser = shop\npassword=Kestrel@2023\n", "Kestrel@2023"),
            ("ENV DB_PASSWORD=Kestrel@2023", "Kestrel@2023"),
        ] {
            assert_eq!(found(text), [value], "{text}");
        }
    }

    #[test]
    fn reads_files_of_logins() {
        for text in [
            "machine git.example.org login ci password Kestrel@2023",
            "machine git.example.org\n  login ci\n  password Kestrel@2023\n",
            "db.example.org:5432:shop:ci:Kestrel@2023",
            "//npm.example.org/:_password=Kestrel@2023",
        ] {
            assert_eq!(found(text), ["Kestrel@2023"], "{text}");
        }
    }

    #[test]
    fn reads_commands() {
        for text in [
            "curl -sf -u ci:Kestrel@2023 https://example.org",
            "make && docker login -u ci -p Kestrel@2023 registry.example.org",
            "mysql -uroot -pKestrel@2023 shop < dump.sql",
            "PGDATABASE=shop sshpass -p 'Kestrel@2023' ssh ci@example.org",
            "echo 'root:Kestrel@2023' | chpasswd",
            "sudo sqlcmd -S db -U sa -P Kestrel@2023 -Q 'select 1'",
        ] {
            assert_eq!(found(text), ["Kestrel@2023"], "{text}");
        }
    }

    #[test]
    fn prose_and_references_are_silent() {
        for text in [
            "password: the one you chose",
            "# password=Kestrel@2023",
            "export DB_PASSWORD=$(aws secretsmanager get-secret-value)",
            "export DB_PASSWORD=$1",
            "password = ${db_password}",
            "TOKEN_FILE=/run/secrets/token",
            "the key: value",
            "curl -u \"$USER:$PASSWORD\" https://example.org",
            "argocd login --username admin --password $(argocd admin initial-password | head -1)",
            "docker login --password-stdin registry.example.org",
            "docker login -u ci -p ${{ secrets.TOKEN }} registry.example.org",
            "a:b:c:d:e",
            "key=value",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
