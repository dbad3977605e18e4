//! Texts of several lines that are no document of their own: scripts, INI and properties files,
//! YAML in a block, npmrc, netrc, pgpass. Each line is read for what it says by itself.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::name;
#[cfg(test)]
use crate::program;
use crate::{Expectation, Found, Question, Verdict, command, decide};

/// Lines that are read; a longer text is data.
const MOST_LINES: usize = 4096;

/// A longer line is data.
const LONGEST_LINE: usize = 4096;

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

/// What the lines of a text hold, apart from what shows itself in any text.
pub(crate) fn credentials(text: &str, depth: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut add = |inside: Vec<Found>, at: usize| {
        found.extend(
            inside
                .into_iter()
                .map(|it| Found { range: it.range.start + at..it.range.end + at, ..it }),
        );
    };
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        if line.len() <= LONGEST_LINE && !is_comment(line) {
            add(of_line(line.trim_end_matches(['\n', '\r']), depth), at);
        }
        at += line.len();
    }
    if has(PROGRAMS, &PROGRAM_SEARCH, text) {
        for (at, line) in command_lines(text) {
            add(of_command(line), at);
        }
    }
    for (at, line) in cloud_logins(text) {
        add(login_of_list(line), at);
    }
    found.sort_by_key(|it| (it.range.start, it.range.end));
    found.dedup_by(|a, b| a.range == b.range);
    found
}

/// The lines under `chpasswd: list: |` of cloud-init: `user:password`.
fn cloud_logins(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let Some((before, _)) = text.split_once("chpasswd:") else { return lines };
    let (mut at, mut indent) = (before.len(), None);
    for line in text.get(at..).unwrap_or_default().split_inclusive('\n').take(256) {
        let depth = line.len() - line.trim_start().len();
        match indent {
            None if line.trim_start().starts_with("list:") => indent = Some(depth),
            Some(outer) if depth <= outer && !line.trim().is_empty() => break,
            Some(_) => lines.push((at, line.trim_end())),
            None => {}
        }
        at += line.len();
    }
    lines
}

/// `user:password`, unless it asks for a drawn one.
fn login_of_list(line: &str) -> Vec<Found> {
    let Some((user, password)) = line.split_once(':') else { return Vec::new() };
    if user.trim().contains(' ') || matches!(password, "R" | "RANDOM") {
        return Vec::new();
    }
    let start = user.len() + 1;
    let range = start..line.len();
    in_place("password", &Word { text: password.to_owned(), range })
}

/// The lines of a script that are no comments; a backslash at the end joins the next line.
fn command_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut goes_on) = (0, false);
    for line in text.split_inclusive('\n').take(MOST_LINES) {
        match lines.last_mut().filter(|_| goes_on) {
            Some((_, end)) => *end = at + line.len(),
            None => lines.push((at, at + line.len())),
        }
        goes_on = line.trim_end_matches(['\n', '\r']).ends_with('\\') && line.ends_with('\n');
        at += line.len();
    }
    let of = |(start, end)| text.get(start..end).map(|line| (start, line));
    let is_read = |it: &(usize, &str)| it.1.len() <= LONGEST_LINE && !is_comment(it.1);
    lines.into_iter().filter_map(of).filter(is_read)
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

fn of_line(line: &str, depth: usize) -> Vec<Found> {
    if let Some(found) = login_of_machine(line).or_else(|| pgpass(line)) {
        return found;
    }
    let mut found = Vec::new();
    if let Some(pair) = assignment(line) {
        found.extend(judged(line, pair, depth));
    }
    found.extend(settings(line));
    found
}

/// `-Dname=value` of a Java machine, `-Pname=value` of its builders, and the quoted settings of
/// a JAAS login module.
fn settings(line: &str) -> Vec<Found> {
    let is_login = line.contains("LoginModule");
    if !is_login && !line.contains("-D") && !line.contains("-P") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for word in words(line, Language::Words) {
        let setting = match word.text.strip_prefix("-D").or_else(|| word.text.strip_prefix("-P")) {
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
    let words = words(line, Language::Words);
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

/// How a line falls into words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    /// At blanks, as far as quotes go.
    Words,
    /// Also at `;` and `|`, which are words of their own.
    Shell,
}

/// Splits as a shell does, as far as quotes go.
fn words(line: &str, language: Language) -> Vec<Word> {
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

/// What the words of a command line hold, whatever program it starts. A text of several lines is
/// as many commands.
pub fn command_line(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, line) in command_lines(text) {
        let inside = of_words(line, true).into_iter();
        found
            .extend(inside.map(|it| Found { range: it.range.start + at..it.range.end + at, ..it }));
    }
    found
}

fn of_command(line: &str) -> Vec<Found> {
    of_words(line, false)
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
            found.extend(in_place(key, text));
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
    "pw",
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
    "ldap",
    "openssl",
    "ssh-keygen",
    "unzip -",
    "zip -",
    "7z",
    "rabbitmqctl",
    "smb",
    "lftp",
    "sqlplus",
    "snyk",
    "codecov",
    "mongo",
    "cqlsh",
    "twine",
    "poetry",
    "sonar.",
    "bundle",
    "mc alias",
    "sudo -s",
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
        let is_known = |it: &&str| PROGRAMS.binary_search(it).is_ok() || *it == "https";
        assert_eq!(program::names().find(|it| !is_known(it)), None);
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
            "cd /tmp; mysqladmin -uroot -pKestrel@2023 ping",
            "ldapsearch -x -D cn=admin -w Kestrel@2023 -b dc=example",
            "htpasswd -bc users ci Kestrel@2023",
            "openssl rsa -passin pass:Kestrel@2023 -in key.pem",
            "smbclient //fs/share -U 'ci%Kestrel@2023' -c ls",
            "lftp -u ci,Kestrel@2023 sftp://files.example.org",
            "rabbitmqctl add_user ci Kestrel@2023",
            "curl -d 'user=ci&password=Kestrel-2023&x=1' https://example.org",
            "curl -X POST -d '{\"password\":\"Kestrel@2023\"}' https://example.org",
            "echo 'Kestrel@2023' | docker login -u ci --password-stdin",
            "gradle publish -PmavenPassword=Kestrel@2023",
            "docker login \\\n  -u ci \\\n  -p Kestrel@2023 registry.example.org",
        ] {
            let found: Vec<String> =
                found(text).iter().map(|it| it.replace("l-2", "l@2")).collect();
            assert_eq!(found, ["Kestrel@2023"], "{text}");
        }
    }

    #[test]
    fn reads_the_logins_of_cloud_init() {
        let text = "#cloud-config\nchpasswd:\n  expire: false\n  list: |\n    \
                    root:Kestrel@2023\n    ci:RANDOM\nruncmd:\n  - a:b\n";
        assert_eq!(found(text), ["Kestrel@2023"]);
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
            "echo \"$TOKEN\" | docker login -u ci --password-stdin",
            "mysql -uroot -p$MYSQL_PW shop < dump.sql",
            "ssh-keygen -t ed25519 -N \"\" -f key",
            "openssl pkcs12 -export -passout env:P12_PASSWORD -out a.p12",
            "curl -d @body.json https://example.org/token",
            "kubectl get secret db -o jsonpath='{.data.password}' | base64 -d",
            "docker login -u ci -p ${{ secrets.TOKEN }} registry.example.org",
            "a:b:c:d:e",
            "key=value",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
