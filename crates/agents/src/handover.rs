//! Places where a credential is handed over, and what stands in them.
//!
//! Whether a text is a credential is decided by the `secrets` crate alone; this module knows
//! the places: which key names the value, what the place takes, and how the client reads a
//! reference there.

use std::borrow::Cow;
use std::ops::Range;

use model::{
    Address, Credential, CredentialKind, Origin, Party, Place, Reference, ReferenceSyntax, Slot,
    SlotKind, Storage,
};
use secrets::{Expectation, Found, Question, Verdict};

use crate::clients::Layout;
use crate::dialect::{self, Expands, Notation};
use crate::lowering::{Lowering, Snippet};
use crate::{powershell, shell};

/// Header names that take nothing but a credential.
const CREDENTIAL_HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "api-key",
    "apikey",
    "x-auth-token",
    "x-access-token",
    "x-goog-api-key",
    "private-token",
    "cookie",
];

/// Who is handed credentials, and under which key path.
#[derive(Clone, Debug)]
pub(crate) struct Taker {
    /// The identity that proves itself with them.
    pub(crate) holder: Address,
    /// In words: `MCP server github`.
    pub(crate) name: String,
    /// The key path of the entry: `mcpServers.github`.
    pub(crate) path: String,
    /// The entry.
    pub(crate) region: Place,
    /// Which references are replaced there.
    pub(crate) expands: Expands,
    /// A wrapper replaces names of a secret manager (`op run --`).
    pub(crate) resolves_secrets: bool,
    /// What its variables are called after; empty when nothing names it.
    pub(crate) label: String,
    /// How a reference is written in its values, where one is replaced.
    pub(crate) notation: Option<Notation>,
}

/// One place that may hold a credential.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'s> {
    pub(crate) kind: SlotKind,
    /// The key path below the taker's: `env.GITHUB_TOKEN`.
    pub(crate) path: &'s str,
    /// What names the value.
    pub(crate) key: &'s str,
    pub(crate) expects: Expectation,
}

/// A word of a command line, with the key path of the text it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) snippet: Snippet,
    /// The word as the program gets it: quotes and escapes of a shell removed.
    pub(crate) value: String,
    /// The key path below the server: `args[2]`.
    pub(crate) path: String,
}

impl Word {
    /// A word that a lexer found at some bytes of a line.
    pub(crate) fn of(line: &Snippet, range: Range<usize>, value: String, path: &str) -> Self {
        Self { snippet: line.part(range), value, path: path.to_owned() }
    }
}

/// Bytes of a home text that hold a secret, so that they can be left out of other facts.
pub(crate) type Secrets = Vec<Range<usize>>;

impl Lowering<'_> {
    /// Records what stands in a place, and says which of its bytes are secret.
    pub(crate) fn hand_over(&mut self, snippet: &Snippet, at: At<'_>, taker: &Taker) -> Secrets {
        let text = snippet.as_str();
        if text.is_empty() {
            return Vec::new();
        }
        match secrets::judge(text, &Question { key: at.key, expectation: at.expects }) {
            Verdict::Nothing | Verdict::Placeholder => Vec::new(),
            Verdict::Encrypted => {
                self.store(Storage::Encrypted, snippet, at, taker);
                Vec::new()
            }
            Verdict::Reference { syntax, target } => {
                let expanded = self.expanded(text, taker);
                let origin = snippet.origin();
                let reference = Reference { syntax, target, expanded, origin };
                self.store(Storage::Reference(reference), snippet, at, taker);
                Vec::new()
            }
            Verdict::Credentials(found) => {
                found.into_iter().map(|it| self.literal(it, snippet, at, taker)).collect()
            }
        }
    }

    /// Whether the client replaces the reference in `text`.
    fn expanded(&self, text: &str, taker: &Taker) -> Option<bool> {
        let Some(notation) = dialect::notation(text) else {
            // A name of a secret manager's; only a wrapper replaces it for sure.
            return taker.resolves_secrets.then_some(true);
        };
        if notation == Notation::Input
            && self.format.layout == Layout::VsCodeServers
            && !self.declares_input(text)
        {
            return Some(false);
        }
        taker.expands.expands(notation)
    }

    /// True when the file declares the input that a text asks for.
    fn declares_input(&self, text: &str) -> bool {
        let id = text.split_once("${input:").and_then(|(_, rest)| rest.split_once('}'));
        let inputs = self.document().and_then(|it| it.get("inputs"));
        let declared = |id: &str| {
            let mut items = inputs.into_iter().flat_map(|it| it.items());
            items.any(|it| it.get("id").and_then(|it| it.as_str()) == Some(id))
        };
        id.is_some_and(|(id, _)| declared(id))
    }

    fn literal(
        &mut self,
        found: Found,
        snippet: &Snippet,
        at: At<'_>,
        taker: &Taker,
    ) -> Range<usize> {
        let exact = snippet.part(found.range.clone());
        let range = exact.range.clone();
        let origin = exact.origin();
        // One secret is one fact, however many ways lead to it.
        if !self.literals.insert(origin.place) {
            return range;
        }
        self.repairable(origin.place, at, taker);
        let advice = || self.advice(at, found.kind, taker);
        let literal = found.literal(origin.clone());
        let mut credential = self.credential(Storage::Literal(literal), origin, at, taker);
        credential.kind = found.kind;
        credential.provider = found.provider;
        credential.expiry = found.expiry;
        credential.replacement = found.replacement.or_else(advice);
        self.facts.credentials.push(credential);
        range
    }

    /// How a value that is kept elsewhere is written for this client, in this place.
    fn advice(&self, at: At<'_>, kind: CredentialKind, taker: &Taker) -> Option<Cow<'static, str>> {
        let is_codex = matches!(self.format.layout, Layout::Codex | Layout::CodexAgent);
        if is_codex && at.kind == SlotKind::Header {
            return Some(match at.key {
                "bearer_token" => "name the variable that holds it: `bearer_token_env_var`".into(),
                _ => "name the variable that holds it in `env_http_headers`".into(),
            });
        }
        if self.format.layout == Layout::VsCodeServers {
            return Some("have it asked for: an input with `password`, and `${input:ID}`".into());
        }
        let name = match at.kind {
            SlotKind::Environment => secrets::variable(at.key, kind, false),
            _ => secrets::variable_of(&taker.label, at.key, kind),
        };
        let reference = taker.notation.or_else(|| taker.expands.preferred())?.reference(&name)?;
        Some(format!("refer to an environment variable: `{reference}`").into())
    }

    fn store(&mut self, storage: Storage, snippet: &Snippet, at: At<'_>, taker: &Taker) {
        let credential = self.credential(storage, snippet.origin(), at, taker);
        self.facts.credentials.push(credential);
    }

    pub(crate) fn credential(
        &self,
        storage: Storage,
        origin: Origin,
        at: At<'_>,
        taker: &Taker,
    ) -> Credential {
        let path = [taker.path.as_str(), at.path].into_iter().filter(|it| !it.is_empty());
        let path = path.collect::<Vec<_>>().join(".");
        Credential {
            kind: kind_by_name(at.key),
            holder: Some(Party::Address(taker.holder.clone())),
            ..Credential::new(
                self.address(&path),
                at.key.to_owned(),
                Slot { kind: at.kind, path, taker: taker.name.clone() },
                storage,
                origin.place,
                taker.region,
            )
        }
    }

    /// Records a reference that is made by naming a variable instead of a value.
    pub(crate) fn hand_over_variable(&mut self, snippet: &Snippet, at: At<'_>, taker: &Taker) {
        let reference = Reference {
            syntax: ReferenceSyntax::Environment,
            target: snippet.as_str().to_owned(),
            expanded: Some(true),
            origin: snippet.origin(),
        };
        self.store(Storage::Reference(reference), snippet, at, taker);
    }

    /// The value of an HTTP header.
    pub(crate) fn hand_over_header(
        &mut self,
        name: &str,
        value: &Snippet,
        path: &str,
        taker: &Taker,
    ) -> Secrets {
        let lower = name.trim().to_ascii_lowercase();
        let only = CREDENTIAL_HEADERS.contains(&lower.as_str());
        let expects = if only { Expectation::Credential } else { Expectation::ByName };
        self.hand_over(value, At { kind: SlotKind::Header, path, key: name.trim(), expects }, taker)
    }

    /// A header written as `Name: value`.
    fn hand_over_header_line(&mut self, line: &Snippet, path: &str, taker: &Taker) -> Secrets {
        let text = line.as_str();
        let Some((name, value)) = text.split_once(':') else {
            return self.hand_over(line, free_text(SlotKind::Header, path), taker);
        };
        let start = text.len() - value.trim_start().len();
        let value = line.part(start..start + value.trim().len());
        self.hand_over_header(name, &value, path, taker)
    }

    /// A URL: its user part and its query by name, and the rest as text.
    pub(crate) fn hand_over_url(&mut self, url: &Snippet, path: &str, taker: &Taker) -> Secrets {
        let text = url.as_str();
        let mut secret = Vec::new();
        if let Some((before, query)) = text.split_once('?') {
            let query = query.split('#').next().unwrap_or(query);
            let mut start = before.len() + 1;
            for pair in query.split('&') {
                if let Some((key, value)) = pair.split_once('=') {
                    let from = start + key.len() + 1;
                    let at = At { kind: SlotKind::Url, path, key, expects: Expectation::ByName };
                    secret.extend(self.hand_over(&url.part(from..from + value.len()), at, taker));
                }
                start += pair.len() + 1;
            }
        }
        if secret.is_empty() {
            secret = self.hand_over(url, free_text(SlotKind::Url, path), taker);
        }
        secret
    }

    /// `NAME=value`.
    pub(crate) fn hand_over_assignment(
        &mut self,
        word: &Snippet,
        path: &str,
        taker: &Taker,
    ) -> Secrets {
        let text = word.as_str();
        let Some((name, value)) = text.split_once('=') else { return Vec::new() };
        let from = unquoted_start(value, name.len() + 1);
        let to = text.len() - usize::from(from > name.len() + 1 && text.ends_with(['"', '\'']));
        let at = At { kind: SlotKind::Environment, path, key: name, expects: Expectation::ByName };
        self.hand_over(&word.part(from..to.max(from)), at, taker)
    }

    /// Goes through the words of a command line; for each word, which bytes are secret.
    pub(crate) fn hand_over_words(
        &mut self,
        words: &[Word],
        kind: SlotKind,
        taker: &Taker,
    ) -> Vec<Secrets> {
        let mut secret: Vec<Secrets> = vec![Vec::new(); words.len()];
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let next = words.get(at + 1).filter(|it| takes_value(&word.value, &it.value));
            let (index, found) = match next {
                Some(value) => (at + 1, self.hand_over_option(&word.value, value, kind, taker)),
                None => (at, self.hand_over_word(word, kind, taker)),
            };
            if let Some(slot) = secret.get_mut(index) {
                slot.extend(found);
            }
            at = index + 1;
        }
        secret
    }

    /// The value that follows an option.
    fn hand_over_option(
        &mut self,
        option: &str,
        value: &Word,
        kind: SlotKind,
        taker: &Taker,
    ) -> Secrets {
        let path = &value.path;
        let name = option.trim_start_matches('-');
        match option {
            "-H" | "--header" | "--headers" => {
                self.hand_over_header_line(&value.snippet, path, taker)
            }
            "-Command" | "-command" if value.value.contains(' ') => {
                self.hand_over_powershell(&value.snippet, path, kind, taker)
            }
            "-c" | "/c" | "/C" | "-lc" if value.value.contains(' ') => {
                self.hand_over_command(&value.snippet, path, kind, taker)
            }
            _ if is_assignment(&value.value) => {
                self.hand_over_assignment(&value.snippet, path, taker)
            }
            _ if value.value.contains("://") => self.hand_over_url(&value.snippet, path, taker),
            _ => {
                // A single letter names nothing (`-p 5432`, `-u root`).
                let key = if name.len() > 1 { name } else { "" };
                let expects = if key.is_empty() { Expectation::Text } else { Expectation::ByName };
                self.hand_over(&value.snippet, At { kind, path, key, expects }, taker)
            }
        }
    }

    fn hand_over_word(&mut self, word: &Word, kind: SlotKind, taker: &Taker) -> Secrets {
        let (snippet, path) = (&word.snippet, &word.path);
        let text = snippet.as_str();
        if let Some((option, value)) = text.split_once('=').filter(|it| it.0.starts_with('-')) {
            let rest = snippet.tail(option.len() + 1);
            if matches!(option, "-H" | "--header") {
                return self.hand_over_header_line(&rest, path, taker);
            }
            if is_assignment(value) {
                return self.hand_over_assignment(&rest, path, taker);
            }
            if value.contains("://") {
                return self.hand_over_url(&rest, path, taker);
            }
            let key = option.trim_start_matches('-');
            let at = At { kind, path, key, expects: Expectation::ByName };
            return self.hand_over(&rest, at, taker);
        }
        if is_assignment(text) {
            return self.hand_over_assignment(snippet, path, taker);
        }
        if text.contains("://") {
            return self.hand_over_url(snippet, path, taker);
        }
        self.hand_over(snippet, free_text(kind, path), taker)
    }

    /// A command line of PowerShell: the variables that it sets, and what it starts last.
    pub(crate) fn hand_over_powershell(
        &mut self,
        line: &Snippet,
        path: &str,
        kind: SlotKind,
        taker: &Taker,
    ) -> Secrets {
        let found = powershell::line(line.as_str());
        let mut secret = Vec::new();
        for (name, value) in &found.variables {
            let expects = Expectation::ByName;
            let at = At { kind: SlotKind::Environment, path, key: name, expects };
            secret.extend(self.hand_over(&line.part(value.range.clone()), at, taker));
        }
        let word = |it: powershell::Word| Word::of(line, it.range, it.text, path);
        let words: Vec<Word> = found.command.into_iter().map(word).collect();
        secret.extend(self.hand_over_words(&words, kind, taker).into_iter().flatten());
        if secret.is_empty() {
            secret = self.hand_over(line, free_text(kind, path), taker);
        }
        secret
    }

    /// A whole command line, every command of it.
    pub(crate) fn hand_over_command(
        &mut self,
        line: &Snippet,
        path: &str,
        kind: SlotKind,
        taker: &Taker,
    ) -> Secrets {
        let text = line.as_str().to_owned();
        let mut secret = Vec::new();
        for command in shell::pipelines(&text).into_iter().flatten() {
            let (input, words): (Vec<_>, Vec<_>) = command.into_iter().partition(|it| it.is_input);
            // `export NAME=value` hands over the same as `NAME=value command`.
            let words: Vec<Word> =
                words.into_iter().map(|it| Word::of(line, it.range, it.text, path)).collect();
            secret.extend(self.hand_over_words(&words, kind, taker).into_iter().flatten());
            // `cat > .env <<EOF` has lines of its own; a shorter text ends this.
            for input in input.into_iter().filter(|it| it.range.len() < text.len()) {
                let lines = line.part(input.range);
                secret.extend(self.hand_over_command(&lines, path, kind, taker));
            }
        }
        // What stands in substitutions and comments is only seen as text.
        if secret.is_empty() {
            secret = self.hand_over(line, free_text(kind, path), taker);
        }
        secret
    }
}

/// A text without its secrets. `secret` counts from the start of the home text.
pub(crate) fn redacted(snippet: &Snippet, secret: &[Range<usize>]) -> String {
    let text = snippet.as_str();
    let start = snippet.range.start;
    let mut ranges: Vec<_> = secret
        .iter()
        .map(|it| it.start.saturating_sub(start)..it.end.saturating_sub(start).min(text.len()))
        .filter(|it| it.start < it.end)
        .collect();
    ranges.sort_by_key(|it| it.start);
    let (mut all, mut at) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        if range.start < at {
            continue;
        }
        all.push_str(text.get(at..range.start).unwrap_or(""));
        all.push('…');
        at = range.end;
    }
    all.push_str(text.get(at..).unwrap_or(""));
    all
}

fn free_text(kind: SlotKind, path: &str) -> At<'_> {
    At { kind, path, key: "", expects: Expectation::Text }
}

/// True when the word after an option belongs to it.
fn takes_value(option: &str, next: &str) -> bool {
    let option = option.strip_prefix('/').filter(|it| it.len() == 1).map_or(option, |_| "-c");
    option.starts_with('-') && option.len() > 1 && !option.contains('=') && !next.starts_with('-')
}

fn is_assignment(word: &str) -> bool {
    // A URL with a query is none, and neither is a flag.
    shell::is_assignment(word) && !word.split('=').next().unwrap_or("").contains("://")
}

fn unquoted_start(value: &str, from: usize) -> usize {
    from + usize::from(value.starts_with(['"', '\'']))
}

/// The words of a key, split at separators and humps, in lower case.
fn words_of(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for next in key.chars() {
        let starts = !before.is_alphanumeric() || (next.is_uppercase() && before.is_lowercase());
        if next.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if !starts => word.extend(next.to_lowercase()),
                _ => words.push(next.to_lowercase().collect()),
            }
        }
        before = next;
    }
    words
}

/// True when a variable or header of this name takes a credential, by the judgement that a
/// reference in it would get.
pub(crate) fn names_credential(key: &str) -> bool {
    let question = Question { key, expectation: Expectation::ByName };
    matches!(secrets::judge("${VALUE}", &question), Verdict::Reference { .. })
}

/// True when a header of this name takes a credential. What stands before is the maker's name,
/// whatever it means elsewhere: `x-browser-use-api-key`.
pub(crate) fn header_names_credential(name: &str) -> bool {
    let words = words_of(name);
    let last = words.get(words.len().saturating_sub(2)..).unwrap_or_default().join("-");
    names_credential(name) || names_credential(&last)
}

/// The kind of a credential as its key names it.
fn kind_by_name(key: &str) -> CredentialKind {
    let words = words_of(key);
    let has = |word: &str| words.iter().any(|it| it == word);
    if has("password") || has("passwd") || has("pwd") || has("pass") {
        CredentialKind::Password
    } else if has("client") && has("secret") {
        CredentialKind::ClientSecret
    } else if has("private") && has("key") {
        CredentialKind::PrivateKey
    } else if has("key") || has("apikey") {
        CredentialKind::ApiKey
    } else if has("token") || has("authorization") || has("bearer") || has("pat") || has("jwt") {
        CredentialKind::Token
    } else if has("cookie") {
        CredentialKind::Cookie
    } else if has("webhook") {
        CredentialKind::WebhookUrl
    } else if has("dsn") || has("url") || has("uri") || has("connection") {
        CredentialKind::ConnectionString
    } else {
        CredentialKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_prove_something_are_known_by_their_last_words() {
        for (name, proves) in [
            ("x-browser-use-api-key", true),
            ("X-Api-Key", true),
            ("Authorization", true),
            ("x-request-id", false),
            ("x-public-key", false),
            ("content-type", false),
            ("", false),
        ] {
            assert_eq!(header_names_credential(name), proves, "{name}");
        }
    }

    #[test]
    fn names_of_credentials_are_told_from_names_of_places() {
        for key in
            ["GITHUB_TOKEN", "apiKey", "api-key", "DATABASE_URL", "Authorization", "clientSecret"]
        {
            assert!(names_credential(key), "{key}");
        }
        for key in
            ["HOME", "PATH", "BASE_URL", "PUBLIC_KEY", "KEY_FILE", "monkey", "TOKEN_ENDPOINT"]
        {
            assert!(!names_credential(key), "{key}");
        }
    }
}
