//! Texts of several lines that are no document of their own: scripts, INI and properties files,
//! YAML in a block, npmrc, netrc, pgpass. Each line is read for what it says by itself.

use std::ops::Range;

use crate::name;
use crate::script::{self, Language, Word, words};
use crate::{Expectation, Found, Question, Verdict, decide};

/// Lines that are read; a longer text is data.
pub(crate) const MOST_LINES: usize = 4096;

/// A longer line is data.
pub(crate) const LONGEST_LINE: usize = 4096;

/// What the lines of a text hold, apart from what shows itself in any text. `lines` are those
/// with one of the [`MENTIONS`], as [`add_mentioning`] finds them.
pub(crate) fn credentials(text: &str, lines: &[Range<usize>], depth: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |inside: Vec<Found>, at: usize| {
        found.extend(
            inside
                .into_iter()
                .map(|it| Found { range: it.range.start + at..it.range.end + at, ..it }),
        );
    };
    for range in lines {
        let line = text.get(range.clone()).unwrap_or_default();
        if line.len() <= LONGEST_LINE && !is_comment(line) {
            add(of_line(line.trim_end_matches(['\n', '\r']), depth), range.start);
        }
    }
    script::known_commands(text, lines).into_iter().for_each(|it| add(vec![it], 0));
    for (at, line) in cloud_logins(text) {
        add(login_of_list(line), at);
    }
    found.sort_by_key(|it| (it.range.start, it.range.end));
    found.dedup_by(|a, b| a.range == b.range);
    found
}

/// Adds the line of a mention, with its line end, to the lines before it that may hold anything.
/// Most lines of a long text hold nothing.
pub(crate) fn add_mentioning(text: &str, mention: &Range<usize>, lines: &mut Vec<Range<usize>>) {
    let known = lines.last().map_or(0, |it| it.end);
    if mention.start < known || lines.len() >= MOST_LINES {
        return;
    }
    let bytes = text.as_bytes();
    let before = bytes.get(known..mention.start).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(known, |it| known + it + 1);
    let rest = bytes.get(mention.end..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest).map_or(text.len(), |it| mention.end + it + 1);
    lines.push(start..end);
}

/// The lines under `chpasswd: list: |` of cloud-init: `user:password`.
fn cloud_logins(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let Some(start) = memchr::memmem::find(text.as_bytes(), b"chpasswd:") else { return lines };
    let (mut at, mut indent) = (start, None);
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

pub(crate) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["#", ";", "//", "!", "-- ", "<!--", "*"].iter().any(|it| line.starts_with(it))
        // npm names registries by the rest of their URL.
        && !line.contains("/:_")
}

fn of_line(line: &str, depth: usize) -> Vec<Found> {
    if let Some(found) = login_of_machine(line).or_else(|| pgpass(line)) {
        return found;
    }
    let mut found = directive(line);
    found.extend(sql(line));
    if let Some(pair) = assignment(line) {
        found.extend(judged(line, pair, depth));
    }
    found.extend(settings(line));
    found
}

/// `-Dname=value` of a Java machine, `-Pname=value` of its builders, and the quoted settings of
/// a JAAS login module.
fn settings(line: &str) -> Vec<Found> {
    if !line.contains('=') {
        return Vec::new();
    }
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
    const BEFORE: [&str; 12] = [
        "export ",
        "set ",
        "SET ",
        "ENV ",
        "ARG ",
        "local ",
        "declare -x ",
        "- ",
        "echo ",
        "-e ",
        "-n ",
        "printf ",
    ];
    let mut start = line.len() - line.trim_start().len();
    for word in BEFORE {
        if line.get(start..)?.starts_with(word) {
            start += word.len();
        }
    }
    let (start, line) = printed(line, start).unwrap_or((start, line));
    of_assignment(line, start)
}

/// `echo "NAME=value" >> file`: what stands between the quotes, which hold the whole assignment.
fn printed(line: &str, start: usize) -> Option<(usize, &str)> {
    let is_printed = ["echo ", "printf ", "-e ", "-n "]
        .iter()
        .any(|it| line.get(..start).is_some_and(|before| before.ends_with(it)));
    let quote =
        line.get(start..)?.chars().next().filter(|it| is_printed && matches!(it, '"' | '\''))?;
    let inner = line.get(start + 1..)?;
    let end = inner.find(quote)?;
    // printf ends its lines itself.
    let inner = inner.get(..end)?.trim_end_matches("\\n");
    inner
        .contains(['=', ':'])
        .then(|| line.get(..start + 1 + inner.len()).map(|it| (start + 1, it)))?
}

/// The pair that begins at an offset.
fn of_assignment(line: &str, start: usize) -> Option<Pair<'_>> {
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
    let start = line.trim_start();
    if !["machine", "default", "password"].iter().any(|it| start.starts_with(it)) {
        return None;
    }
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
    if line.bytes().filter(|it| *it == b':').count() < 4 {
        return None;
    }
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

/// Settings that servers write with a blank between name and value.
const DIRECTIVES: &[&str] = &["requirepass", "masterauth", "bindpw", "rootpw"];

/// `requirepass VALUE` of Redis, `bindpw VALUE` of an LDAP client.
fn directive(line: &str) -> Vec<Found> {
    let start = line.trim_start();
    if !DIRECTIVES.iter().any(|it| start.starts_with(it)) {
        return Vec::new();
    }
    match words(line, Language::Words).as_slice() {
        [name, value] if DIRECTIVES.contains(&name.text.as_str()) => in_place("password", value),
        _ => Vec::new(),
    }
}

/// `CREATE USER app WITH PASSWORD 'x'`, `ALTER ROLE app PASSWORD 'x'`,
/// `CREATE USER app IDENTIFIED BY 'x'`, `CREATE LOGIN app WITH PASSWORD = 'x'`.
fn sql(line: &str) -> Vec<Found> {
    if !line.contains('\'') {
        return Vec::new();
    }
    let lower = line.to_ascii_lowercase();
    let makes = |verb: &str| {
        ["user ", "role ", "login "].iter().any(|it| lower.contains(&format!("{verb} {it}")))
    };
    if !makes("create") && !makes("alter") && !lower.contains("identified by '") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for mark in ["password '", "password = '", "password='", "identified by '", " by '"] {
        let Some(at) = lower.find(mark) else { continue };
        let start = at + mark.len();
        let Some(len) = line.get(start..).and_then(|it| it.find('\'')) else { continue };
        let Some(text) = line.get(start..start + len) else { continue };
        // The hash of a password proves nothing by itself.
        let is_hash = text.starts_with("md5") && text.len() == 35 || text.starts_with('*');
        if !is_hash {
            let word = Word { text: text.to_owned(), range: start..start + len };
            found.extend(in_place("password", &word));
        }
        break;
    }
    found
}

pub(crate) fn in_place(key: &str, word: &Word) -> Vec<Found> {
    let question = Question { key, expectation: Expectation::Credential };
    match decide::judge(&word.text, &question, 0) {
        Verdict::Credentials(found) => found.into_iter().map(|it| word.place(it)).collect(),
        _ => Vec::new(),
    }
}

/// Words without which no line can hold anything.
pub(crate) const MENTIONS: &[&str] = &[
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
    "masterauth",
    "identified ",
    "5432",
    ":*:",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let found = credentials(text, &crate::scan::read(text).lines, 0);
        found.iter().map(|it| text.get(it.range.clone()).unwrap_or_default()).collect()
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
            ("echo \"DB_PASSWORD=Kestrel@2023\" >> /etc/app.env", "Kestrel@2023"),
            ("printf 'DB_PASSWORD=Kestrel@2023\\n' > .env", "Kestrel@2023"),
            ("echo 'password: Kestrel@2023' | tee -a app.yaml", "Kestrel@2023"),
            ("echo DB_PASSWORD=Kestrel@2023 >> .env", "Kestrel@2023"),
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
            "requirepass Kestrel@2023",
            "  masterauth \"Kestrel@2023\"",
            "bindpw Kestrel@2023",
            "CREATE USER shop WITH PASSWORD 'Kestrel@2023';",
            "ALTER ROLE shop PASSWORD 'Kestrel@2023'",
            "create user 'shop'@'%' identified by 'Kestrel@2023';",
            "CREATE LOGIN shop WITH PASSWORD = 'Kestrel@2023', CHECK_POLICY = ON",
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
            "requirepass $REDIS_PASSWORD",
            "ALTER ROLE shop PASSWORD '${password}'",
            "ALTER USER shop PASSWORD 'md50123456789abcdef0123456789abcdef'",
            "GRANT shop TO ci; -- password 'policy' is set elsewhere",
            "echo \"DB_PASSWORD=$DB_PASSWORD\" >> .env",
            "echo \"the password: $1\"",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
