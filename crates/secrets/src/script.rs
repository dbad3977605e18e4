//! Lines of a shell: how they fall into words and commands, and what their arguments hold.

use std::ops::Range;
use std::sync::LazyLock;

use crate::lines::{self, LONGEST_LINE, MOST_LINES};
use crate::search::Search;
use crate::{Expectation, Found, Question, Verdict, command, decide};

/// Programs whose arguments carry credentials. A line of prose begins with none of them.
const PROGRAMS: &[&str] = &[
    "7z",
    "7za",
    "7zr",
    "ansible",
    "ansible-playbook",
    "argocd",
    "aws",
    "az",
    "bao",
    "bcp",
    "buildah",
    "bundle",
    "cargo",
    "chpasswd",
    "clickhouse-client",
    "cloudflared",
    "codecov",
    "codecovcli",
    "composer",
    "consul",
    "cqlsh",
    "crane",
    "curl",
    "docker",
    "doctl",
    "dotnet",
    "etcdctl",
    "expdp",
    "firebase",
    "flyctl",
    "gcloud",
    "gh",
    "git",
    "glab",
    "gpg",
    "gradle",
    "gradlew",
    "helm",
    "heroku",
    "htpasswd",
    "http",
    "impdp",
    "influx",
    "isql",
    "k3s",
    "kcadm.sh",
    "keytool",
    "kubeadm",
    "kubectl",
    "ldapadd",
    "ldapcompare",
    "ldapdelete",
    "ldapmodify",
    "ldappasswd",
    "ldapsearch",
    "ldapwhoami",
    "lftp",
    "mariadb",
    "mariadb-admin",
    "mariadb-dump",
    "mc",
    "mcli",
    "mongo",
    "mongodump",
    "mongoexport",
    "mongoimport",
    "mongorestore",
    "mongosh",
    "mount.cifs",
    "mvn",
    "mysql",
    "mysqladmin",
    "mysqlcheck",
    "mysqldump",
    "mysqlimport",
    "mysqlpump",
    "mysqlsh",
    "nerdctl",
    "netlify",
    "ngrok",
    "nmcli",
    "nomad",
    "npm",
    "nuget",
    "oc",
    "openssl",
    "oras",
    "osql",
    "pip",
    "pip3",
    "pnpm",
    "podman",
    "poetry",
    "psql",
    "pulumi",
    "rabbitmqctl",
    "railway",
    "rclone",
    "redis-cli",
    "restic",
    "rman",
    "s3cmd",
    "s5cmd",
    "sentry-cli",
    "skopeo",
    "smbclient",
    "smbget",
    "snowsql",
    "snyk",
    "sonar-scanner",
    "sqlcmd",
    "sqlplus",
    "ssh-keygen",
    "sshpass",
    "sudo",
    "tailscale",
    "terraform",
    "twine",
    "unzip",
    "vault",
    "vercel",
    "wget",
    "wp",
    "yarn",
    "zip",
];

static PROGRAM_SEARCH: LazyLock<Search> = LazyLock::new(|| Search::new(&[], PROGRAMS));

/// What the commands in a text hold, as far as their programs are known and one of `lines`, the
/// ranges of lines that may hold anything, belongs to them.
pub(crate) fn known_commands(text: &str, lines: &[Range<usize>]) -> Vec<Found> {
    let mut read = 0;
    let commands = lines.iter().filter_map(|line| {
        let command = (line.start >= read).then(|| command_around(text, read, line))?;
        read = command.end;
        let line = text.get(command.clone())?;
        names_program(line).then_some((command.start, line))
    });
    of_commands(commands, false)
}

/// The command that a line belongs to, with the lines before it from `read` on and after it that
/// backslashes join to it.
fn command_around(text: &str, read: usize, line: &Range<usize>) -> Range<usize> {
    let mut command = line.clone();
    let goes_on = |at: usize| text.get(read..at).is_some_and(is_joined);
    while command.start > read && goes_on(command.start) {
        let before = text.get(read..command.start - 1).unwrap_or_default();
        command.start = before.rfind('\n').map_or(read, |it| read + it + 1);
    }
    while command.end < text.len() && goes_on(command.end) {
        let rest = text.get(command.end..).unwrap_or_default();
        command.end += rest.find('\n').map_or(rest.len(), |it| it + 1);
    }
    command
}

/// True for lines of which the last one goes on in the next one.
fn is_joined(lines: &str) -> bool {
    lines.strip_suffix('\n').is_some_and(|it| it.trim_end_matches('\r').ends_with('\\'))
}

/// What the words of a command line hold, whatever program it starts. A text of several lines is
/// as many commands.
pub fn command_line(text: &str) -> Vec<Found> {
    of_commands(command_lines(text), true)
}

/// True when a known program stands in the line as a word.
fn names_program(line: &str) -> bool {
    let bytes = line.as_bytes();
    let inside = |it: Option<&u8>| {
        it.is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.'))
    };
    PROGRAM_SEARCH.any(line, |range| {
        let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
        !inside(before) && !inside(bytes.get(range.end))
    })
}

fn of_commands<'a>(lines: impl Iterator<Item = (usize, &'a str)>, any: bool) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, line) in lines.filter(|it| it.1.len() <= LONGEST_LINE && !lines::is_comment(it.1)) {
        found.extend(
            of_words(line, any)
                .into_iter()
                .map(|it| Found { range: it.range.start + at..it.range.end + at, ..it }),
        );
    }
    found
}

/// The lines of a script; a backslash at the end joins the next line.
fn command_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut goes_on) = (0, false);
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        match lines.last_mut().filter(|_| goes_on) {
            Some((_, end)) => *end = at + line.len(),
            None => lines.push((at, at + line.len())),
        }
        goes_on = is_joined(line);
        at += line.len();
    }
    lines.into_iter().filter_map(|(start, end)| text.get(start..end).map(|line| (start, line)))
}

/// A word of a command line.
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

impl Word {
    /// Moves what was found in the word to its place in the line. A word with quotes inside is
    /// written otherwise than it reads; then it is the whole word.
    pub(crate) fn place(&self, mut found: Found) -> Found {
        let is_verbatim = self.text.len() == self.range.len();
        found.range = match is_verbatim {
            true => self.range.start + found.range.start..self.range.start + found.range.end,
            false => self.range.clone(),
        };
        found
    }
}

/// How a line falls into words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// At blanks, as far as quotes go.
    Words,
    /// Also at `;` and `|`, which are words of their own.
    Shell,
}

/// Splits as a shell does, as far as quotes go.
pub(crate) fn words(line: &str, language: Language) -> Vec<Word> {
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
        // A line that goes on in the next one ends a word, too.
        if quote.is_none() && it.is_whitespace() && (!escaped || matches!(it, '\n' | '\r')) {
            escaped &= it == '\r';
            words.extend(open.take());
            continue;
        }
        if quote.is_none() && !escaped && language == Language::Shell && matches!(it, ';' | '|') {
            words.extend(open.take());
            words.push((at, end, it.to_string()));
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

/// Each command of the line, as far as its program is known; `any` takes the first word of a
/// command for a program that nobody knows.
fn of_words(line: &str, any: bool) -> Vec<Found> {
    let words = words(line, Language::Shell);
    let mut found = chpasswd(&words);
    found.extend(printed(&words));
    for command in words.split(is_end) {
        let start = command.iter().position(|it| is_program(&it.text)).or(any.then_some(0));
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

fn is_end(word: &Word) -> bool {
    matches!(word.text.as_str(), "|" | "||" | "&&" | ";" | "&" | "then" | "do")
}

/// `echo PASSWORD | docker login --password-stdin`: what a program is told to read.
fn printed(words: &[Word]) -> Vec<Found> {
    let commands: Vec<&[Word]> = words.split(is_end).collect();
    let mut found = Vec::new();
    for pair in commands.windows(2) {
        let [from, to] = pair else { continue };
        let [program, text] = from else { continue };
        let has = |word: &str| to.iter().any(|it| it.text == word);
        let key = match () {
            () if has("--password-stdin") || has("sudo") && has("-S") => "password",
            () if has("passwd") && has("--stdin") => "password",
            () if has("--with-token") => "token",
            () => continue,
        };
        if matches!(program.text.as_str(), "echo" | "printf") && !text.text.contains(' ') {
            found.extend(lines::in_place(key, text));
        }
    }
    found
}

fn is_program(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    // What it starts is the program.
    name != "sudo" && PROGRAMS.binary_search(&name).is_ok()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program;

    #[test]
    fn the_programs_are_sorted() {
        assert!(PROGRAMS.is_sorted());
        let is_known = |it: &&str| PROGRAMS.binary_search(it).is_ok() || *it == "https";
        assert_eq!(program::names().find(|it| !is_known(it)), None);
    }

    /// Commands told by [`command_lines`] and by the lines that mention something are the same.
    #[test]
    fn a_command_is_found_around_any_of_its_lines() {
        let cases = [
            ("mysql -u app \\\n  --password=Kestrel@2023 db\n", 1),
            ("mysql -u app \\\r\n  -h db \\\r\n  -pKestrel@2023 --token x\r\n", 1),
            ("echo token\nmysql --password=Kestrel@2023 \\\n -h db\nls\n", 1),
            ("mysql --password=Kestrel@2023\nmysql --password=Kestrel@2024", 2),
            ("mysql \\\n\n--password=Kestrel@2023\n", 0),
            ("mysql \\\n # x\n--password=Kestrel@2023\n", 0),
            ("\\\n\\\nmysql --password=Kestrel@2023\\", 1),
        ];
        for (text, expected) in cases {
            let lines = crate::scan::read(text).lines;
            let found = known_commands(text, &lines);
            let all = of_commands(command_lines(text).filter(|it| names_program(it.1)), false);
            let ranges =
                |found: &[Found]| -> Vec<_> { found.iter().map(|it| it.range.clone()).collect() };
            assert_eq!(ranges(&found), ranges(&all), "{text}");
            assert_eq!(found.len(), expected, "{text}");
        }
    }
}
