//! Values that say where a credential is, in every notation that some program expands.

use std::ops::Range;

use model::ReferenceSyntax;

/// A value that is wholly a reference, or one whose parts are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pointer {
    pub(crate) syntax: ReferenceSyntax,
    /// What is named: a variable, a path, an address.
    pub(crate) target: String,
    /// The bytes of a default that is used when nothing stands there: `${X:-default}`.
    pub(crate) default: Option<Range<usize>>,
}

/// Reads a value that is one reference and nothing else.
pub(crate) fn parse(value: &str) -> Option<Pointer> {
    // Nearly all values are none, and most of them tell by how they begin.
    let marked = || {
        braced(value)
            .or_else(|| interpolated(value))
            .or_else(|| shell(value))
            .or_else(|| template(value))
    };
    let is_marked = value.starts_with(['$', '%', '`', '!', '{', '=', '(', '<', '#', '@', '_']);
    let found = if is_marked { marked() } else { None };
    if found.is_some() || !has_early_mark(value) {
        return found;
    }
    call(value).or_else(|| address(value))
}

/// Calls and addresses show themselves near their start, or are one of two words.
fn has_early_mark(value: &str) -> bool {
    const LONGEST_PREFIX: usize = 24;
    let is_mark = |it: &u8| matches!(it, b'/' | b'(' | b'[' | b'.' | b':' | b'+');
    value.as_bytes().iter().take(LONGEST_PREFIX).any(is_mark) || asks(value)
}

/// True for a word that stands for an answer which somebody is asked for.
pub(crate) fn asks(value: &str) -> bool {
    matches!(value, "user_provided" | "prompt")
}

/// The first interpolation inside a longer value: `prefix-${X}`, `{{ .Values.a }}:x`. Such a
/// value is not a literal, and what stands around the interpolation is not a credential.
pub(crate) fn mixed(value: &str) -> Option<Pointer> {
    let bytes = value.as_bytes();
    // Each opening has one of three bytes.
    let opening = |at: usize| {
        let before = at.checked_sub(1).and_then(|it| bytes.get(it));
        match (before, bytes.get(at)?, bytes.get(at + 1)) {
            (Some(b'$'), b'{', _) => Some((at - 1, "}")),
            (Some(b'$'), b'(', _) => Some((at - 1, ")")),
            (_, b'{', Some(b'{')) => Some((at, "}}")),
            (_, b'{', Some(b'%')) => Some((at, "%}")),
            (_, b'(', Some(b'(')) => Some((at, "))")),
            (_, b'<', Some(b'%')) => Some((at, "%>")),
            _ => None,
        }
    };
    let (start, close) = memchr::memchr3_iter(b'{', b'(', b'<', bytes).find_map(opening)?;
    let rest = value.get(start..)?;
    // `${{ x }}` closes with two braces, `${ x }` with one.
    let close = if rest.starts_with("${{") { "}}" } else { close };
    let end = rest.find(close)? + close.len();
    parse(rest.get(..end)?).map(|it| Pointer { default: None, ..it })
}

fn pointer(syntax: ReferenceSyntax, target: &str) -> Option<Pointer> {
    Some(Pointer { syntax, target: target.trim().to_owned(), default: None })
}

/// True for the name of a variable: `HOME`, `my_var`, `Values.a-b`.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_' || it == '.')
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-/:[]".contains(&it))
}

/// `%(NAME)s`, as INI files of Python and supervisors write it.
fn interpolated(value: &str) -> Option<Pointer> {
    let name = value.strip_prefix("%(")?.strip_suffix(")s")?;
    is_name(name).then(|| pointer(ReferenceSyntax::Template, name))?
}

/// `${…}` and `${{ … }}`.
fn braced(value: &str) -> Option<Pointer> {
    use ReferenceSyntax as S;
    if let Some(inner) = value.strip_prefix("${{").and_then(|it| it.strip_suffix("}}")) {
        let inner = inner.trim();
        let syntax = if inner.starts_with("env.") { S::Environment } else { S::Pipeline };
        let target = inner.split("||").next().unwrap_or(inner);
        let found = (!inner.contains("${{")).then(|| pointer(syntax, target))?;
        return found.map(|it| Pointer { default: fallback(value), ..it });
    }
    let inner = value.strip_prefix("${")?.strip_suffix('}')?;
    if inner.contains("${") && !inner.contains(":-") || inner.contains("}${") {
        return None;
    }
    let (head, rest) = inner.split_once(':').unwrap_or((inner, ""));
    let syntax = match head {
        "input" | "prompt" => Some(S::Input),
        "env" | "localEnv" | "containerEnv" | "ENV" => Some(S::Environment),
        "file" => Some(S::File),
        "command" | "cmd" | "exec" | "amp" => Some(S::Command),
        "config" | "workspaceFolder" => Some(S::Configuration),
        "ssm" | "sm" | "secret" | "secrets" | "vault" | "aws" | "gcp" | "azure" | "op"
        | "secretsmanager" | "sops" => Some(S::SecretManager),
        _ => None,
    };
    if let Some(syntax) = syntax.filter(|_| inner.contains(':')) {
        return pointer(syntax, rest);
    }
    if let Some(key) = inner.strip_prefix("user_config.") {
        return pointer(S::Input, key);
    }
    variable(inner)
}

/// `${{ secrets.TOKEN || 'literal' }}`: what a workflow takes where the secret is not set.
fn fallback(value: &str) -> Option<Range<usize>> {
    let (_, last) = value.rsplit_once("||")?;
    let literal = last.trim_end_matches('}').trim();
    let inner = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    let start = value.len() - last.len() + last.find('\'')? + 1;
    (!inner.contains('\'') && !inner.is_empty()).then(|| start..start + inner.len())
}

/// `NAME`, `NAME:-default`, `NAME:?message`, or an expression of another language.
fn variable(inner: &str) -> Option<Pointer> {
    use ReferenceSyntax as S;
    let end =
        inner.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).unwrap_or(inner.len());
    let (name, rest) = inner.split_at_checked(end)?;
    if name.is_empty() {
        return pointer(S::Template, inner);
    }
    if rest.is_empty() {
        let is_environment = !name.chars().all(|it| it.is_ascii_lowercase());
        let syntax = if is_environment { S::Environment } else { S::Template };
        return pointer(syntax, name);
    }
    let assigned = [":-", ":=", "-", "="].iter().find(|it| rest.starts_with(**it));
    let default = assigned.map(|it| 2 + end + it.len()).map(|start| start..2 + inner.len());
    if let Some(default) = default {
        let default = Some(default).filter(|it| !it.is_empty());
        return Some(Pointer { syntax: S::Environment, target: name.to_owned(), default });
    }
    // Spring, Quarkus, Logstash and Beats write the default behind a bare colon; a shell cuts a
    // part out of the value there: `${X:0:8}`.
    if let Some(default) = rest.strip_prefix(':') {
        let is_default = default.starts_with(|it: char| !it.is_ascii_digit() && it != ' ')
            && !default.starts_with(['?', '+']);
        let start = 2 + end + 1;
        let default = Some(start..2 + inner.len()).filter(|_| is_default);
        return Some(Pointer { syntax: S::Environment, target: name.to_owned(), default });
    }
    if rest.starts_with(['?', '+', '#', '%', '/', '^', ',', '@']) {
        return pointer(S::Environment, name);
    }
    // `${var.token}`, `${random_password.db.result}`: an expression of this configuration.
    let syntax = if rest.starts_with('.') { S::Configuration } else { S::Template };
    pointer(syntax, inner)
}

/// `$NAME`, `$env:NAME`, `%NAME%`, `$(NAME)`, `$(command)`, backticks, `!command`.
fn shell(value: &str) -> Option<Pointer> {
    use ReferenceSyntax as S;
    if let Some(inner) = value.strip_prefix("$(").and_then(|it| it.strip_suffix(')')) {
        let syntax = if is_name(inner) { S::Environment } else { S::Command };
        return pointer(syntax, inner);
    }
    if let Some(inner) = value.strip_prefix('`').and_then(|it| it.strip_suffix('`')) {
        return pointer(S::Command, inner).filter(|it| !it.target.is_empty());
    }
    if let Some(name) = value.strip_prefix("$env:").or_else(|| value.strip_prefix("$ENV:")) {
        return is_name(name).then(|| pointer(S::Environment, name))?;
    }
    if let Some(found) = provided(value) {
        return Some(found);
    }
    if let Some(name) = value.strip_prefix('$') {
        let is_variable =
            name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') && is_word(name);
        return is_variable.then(|| pointer(S::Environment, name))?;
    }
    if let Some(name) = value.strip_prefix('%').and_then(|it| it.strip_suffix('%')) {
        let is_variable = is_word(name) && !name.is_empty();
        // Envoy writes its operators `%NAME(argument)%`.
        let is_operator = name.ends_with(')') && name.contains('(') && !name.contains('%');
        let syntax = if is_operator { S::Template } else { S::Environment };
        return (is_variable || is_operator).then(|| pointer(syntax, name))?;
    }
    let command = value.strip_prefix('!')?;
    let program = command.split_once(' ')?.0;
    (is_name(program) && program.starts_with(|it: char| it.is_ascii_lowercase()))
        .then(|| pointer(S::Command, command))?
}

/// `$__env{NAME}`, `$__file{PATH}`: what Grafana looks up when it starts.
fn provided(value: &str) -> Option<Pointer> {
    let (provider, rest) = value.strip_prefix("$__")?.split_once('{')?;
    let syntax = match provider {
        "env" => ReferenceSyntax::Environment,
        "file" => ReferenceSyntax::File,
        "vault" => ReferenceSyntax::SecretManager,
        _ => return None,
    };
    pointer(syntax, rest.strip_suffix('}')?)
}

fn is_word(name: &str) -> bool {
    name.len() <= 128 && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

/// `{{ … }}`, `{env:X}`, `{name}`, `<%= … %>`, `#{…}`, `#{…}#`, `((x))`, `@@x@@`, `%%X%%`,
/// `__X__`, `%s`.
fn template(value: &str) -> Option<Pointer> {
    use ReferenceSyntax as S;
    let between = |open: &str, close: &str| {
        value
            .strip_prefix(open)
            .and_then(|it| it.strip_suffix(close))
            .filter(|it| !it.is_empty() && !it.contains(open))
    };
    if let Some(inner) = between("{{", "}}").or_else(|| between("={{", "}}")) {
        let inner = inner.trim_matches([' ', '-', '{', '}']);
        let syntax = match inner.split([':', ' ', '.', '"', '(']).next() {
            Some("resolve") => S::SecretManager,
            Some("env" | "$env" | "getenv" | "ENV") => S::Environment,
            _ => S::Template,
        };
        return pointer(syntax, inner);
    }
    if let Some(name) = between("{env:", "}") {
        return pointer(S::Environment, name);
    }
    if let Some(path) = between("{file:", "}") {
        return pointer(S::File, path);
    }
    if let Some(name) = between("{", "}") {
        return is_name(name).then(|| pointer(S::Template, name))?;
    }
    if let Some(name) = between("((", "))") {
        return pointer(S::Pipeline, name);
    }
    const MARKS: [(&str, &str); 6] =
        [("<%=", "%>"), ("<%", "%>"), ("{%", "%}"), ("#{", "}#"), ("#{", "}"), ("@@", "@@")];
    for (open, close) in MARKS {
        if let Some(inner) = between(open, close) {
            return pointer(S::Template, inner);
        }
    }
    let names = [between("__", "__"), between("%%", "%%"), between("@", "@")];
    if let Some(name) = names.into_iter().flatten().next() {
        return is_name(name).then(|| pointer(S::Template, name))?;
    }
    matches!(value, "%s" | "%v" | "%d" | "{}" | "{0}").then(|| pointer(S::Template, value))?
}

/// Calls that read something: `env(X)`, `process.env.X`, `os.environ/X`, `lookup(…)`.
fn call(value: &str) -> Option<Pointer> {
    use ReferenceSyntax as S;
    const ENVIRONMENT: &[&str] = &[
        "os.environ/",
        "os.environ[",
        "os.environ.get(",
        "os.getenv(",
        "process.env.",
        "process.env[",
        "System.getenv(",
        "getenv(",
        "get_env(",
        "env(",
        "ENV[",
        "ENV.fetch(",
        "=Env.",
        "env:",
        "environ:",
        "Env.",
    ];
    let named = |rest: &str| {
        let name = rest.trim_matches(['(', ')', '[', ']', '"', '\'', ' ']);
        is_name(name).then(|| name.to_owned())
    };
    if let Some(name) = after_prefixes(value, ENVIRONMENT).find_map(named) {
        return pointer(S::Environment, &name);
    }
    let is_call = value.ends_with(')')
        && ["lookup(", "valueFrom(", "secret(", "sops(", "jsondecode(", "file(", "base64decode("]
            .iter()
            .any(|it| value.starts_with(it));
    if is_call {
        return pointer(S::Configuration, value);
    }
    // Expressions of Azure resource templates: `[parameters('password')]`.
    if let Some(inner) = value.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        let is_expression = inner.ends_with(')')
            && inner.split_once('(').is_some_and(|(name, _)| is_word(name) && !name.is_empty());
        return is_expression.then(|| pointer(S::Configuration, inner))?;
    }
    asks(value).then(|| pointer(S::Input, value))?
}

/// What follows each prefix that a value has. Nearly always the first byte tells that it has none.
fn after_prefixes<'v>(value: &'v str, prefixes: &[&str]) -> impl Iterator<Item = &'v str> {
    let first = value.as_bytes().first();
    let may_fit = move |it: &&&str| it.as_bytes().first() == first;
    prefixes.iter().filter(may_fit).filter_map(move |it| value.strip_prefix(*it))
}

/// Addresses in secret managers and files.
fn address(value: &str) -> Option<Pointer> {
    use ReferenceSyntax as S;
    const MANAGERS: &[&str] = &[
        "op://",
        "vault://",
        "bao://",
        "ref+",
        "sm://",
        "gcpsm:",
        "gcp-sm://",
        "awssm://",
        "aws-sm://",
        "awsssm://",
        "akv://",
        "akvs:",
        "azkv://",
        "keyvault:",
        "keyvault://",
        "secretref:",
        "secretkeyref:",
        "doppler://",
        "infisical://",
        "bws:",
        "bws://",
        "keyring:",
        "keychain:",
        "secretsmanager:",
        "secretsmanager://",
        "secret://",
        "secrets://",
        "@Microsoft.KeyVault(",
        "lastpass://",
        "bitwarden://",
        "pass://",
        "gopass://",
        "conjur://",
        "berglas://",
        "chamber://",
        "k8s://",
        "kubernetes://",
        "ssm://",
        "summon:",
    ];
    if value.len() > 1024 || value.contains(['\n', '\r']) {
        return None;
    }
    // Every one has a mark, and most values have none of them.
    if !value.contains([':', '+', '(', '[']) && !value.starts_with("projects/") {
        return None;
    }
    if after_prefixes(value, MANAGERS).next().is_some() {
        return pointer(S::SecretManager, value);
    }
    if value.starts_with("arn:aws") {
        let service = value.split(':').nth(2)?;
        return matches!(service, "secretsmanager" | "ssm")
            .then(|| pointer(S::SecretManager, value))?;
    }
    if value.starts_with("projects/") && value.contains("/secrets/") {
        return pointer(S::SecretManager, value);
    }
    if value.starts_with("<path:") && value.ends_with('>') {
        return pointer(S::SecretManager, value);
    }
    let path_after = |prefix: &str| value.strip_prefix(prefix).filter(|it| is_path_like(it));
    if let Some(path) =
        path_after("vault:").or_else(|| path_after("bao:")).or_else(|| path_after("ssm:"))
    {
        return pointer(S::SecretManager, path);
    }
    // Datadog's handles; SOPS and eyaml write `ENC[` too, and are told apart before.
    if let Some(handle) = value.strip_prefix("ENC[").and_then(|it| it.strip_suffix(']')) {
        return pointer(S::SecretManager, handle);
    }
    let file = value.strip_prefix("file://").or_else(|| value.strip_prefix("file:"))?;
    pointer(S::File, file)
}

fn is_path_like(text: &str) -> bool {
    text.contains(['/', '#']) && is_name(text.replace('#', "/").trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReferenceSyntax as S;

    #[test]
    fn reads_every_notation() {
        for (value, syntax, target) in [
            ("${TOKEN}", S::Environment, "TOKEN"),
            ("${TOKEN:-}", S::Environment, "TOKEN"),
            ("${TOKEN:?not set}", S::Environment, "TOKEN"),
            ("$TOKEN", S::Environment, "TOKEN"),
            ("%TOKEN%", S::Environment, "TOKEN"),
            ("$(TOKEN)", S::Environment, "TOKEN"),
            ("$(pass show x)", S::Command, "pass show x"),
            ("`pass show x`", S::Command, "pass show x"),
            ("!op read x", S::Command, "op read x"),
            ("${env:TOKEN}", S::Environment, "TOKEN"),
            ("${localEnv:TOKEN}", S::Environment, "TOKEN"),
            ("$env:TOKEN", S::Environment, "TOKEN"),
            ("${input:token}", S::Input, "token"),
            ("${user_config.key}", S::Input, "key"),
            ("{env:TOKEN}", S::Environment, "TOKEN"),
            ("{file:~/.token}", S::File, "~/.token"),
            ("{api_key}", S::Template, "api_key"),
            ("${{ secrets.TOKEN }}", S::Pipeline, "secrets.TOKEN"),
            ("${{ env.TOKEN }}", S::Environment, "env.TOKEN"),
            ("{{ .Values.token }}", S::Template, ".Values.token"),
            ("={{ $env.TOKEN }}", S::Environment, "$env.TOKEN"),
            ("{{resolve:secretsmanager:a:b}}", S::SecretManager, "resolve:secretsmanager:a:b"),
            ("os.environ/TOKEN", S::Environment, "TOKEN"),
            ("process.env.TOKEN", S::Environment, "TOKEN"),
            ("env(TOKEN)", S::Environment, "TOKEN"),
            ("=Env.TOKEN", S::Environment, "TOKEN"),
            ("${var.token}", S::Configuration, "var.token"),
            ("((token))", S::Pipeline, "token"),
            ("@@TOKEN@@", S::Template, "TOKEN"),
            ("__TOKEN__", S::Template, "TOKEN"),
            ("%%TOKEN%%", S::Template, "TOKEN"),
            ("#{token}", S::Template, "token"),
            ("#{token}#", S::Template, "token"),
            ("$__env{TOKEN}", S::Environment, "TOKEN"),
            ("$__file{/run/secrets/token}", S::File, "/run/secrets/token"),
            ("$__vault{kv/data/x:y}", S::SecretManager, "kv/data/x:y"),
            ("<%= token %>", S::Template, "token"),
            ("op://vault/item/field", S::SecretManager, "op://vault/item/field"),
            ("vault:secret/data/x#key", S::SecretManager, "secret/data/x#key"),
            ("ref+vault://a/b", S::SecretManager, "ref+vault://a/b"),
            ("<path:a/b#c>", S::SecretManager, "<path:a/b#c>"),
            ("ENC[handle]", S::SecretManager, "handle"),
            ("file:/run/secrets/x", S::File, "/run/secrets/x"),
            ("[parameters('password')]", S::Configuration, "parameters('password')"),
            ("%REQ(:authority)%", S::Template, "REQ(:authority)"),
            ("user_provided", S::Input, "user_provided"),
        ] {
            let got = parse(value).map(|it| (it.syntax, it.target));
            assert_eq!(got, Some((syntax, target.to_owned())), "{value}");
        }
    }

    #[test]
    fn keeps_the_place_of_a_default() {
        let value = "${TOKEN:-abc}";
        let range = parse(value).unwrap().default.unwrap();
        assert_eq!(value.get(range), Some("abc"));
    }

    #[test]
    fn a_literal_is_no_reference() {
        for value in [
            "$__other{x}",
            "#{x}y#",
            "hunter2",
            "$ecret!",
            "Pa$$word1",
            "a%b%c",
            "!Abc123",
            "{",
            "${",
            "$",
            "$5a",
        ] {
            assert_eq!(parse(value), None, "{value}");
        }
        assert_eq!(mixed("abc-${X}-def").map(|it| it.target), Some("X".to_owned()));
        assert_eq!(mixed("${A}:${B}").map(|it| it.target), Some("A".to_owned()));
        assert_eq!(mixed("a$b"), None);
    }
}
