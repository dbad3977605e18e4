//! Whether a file configures an agent: first by its path, then by its shape.

use model::ConfigScope;
use syntax::{Kind, Language, Node, Word, mentions};

use crate::clients::{Format, PLUGIN_AGENT, PLUGIN_COMMAND, SHAPES};
use crate::glob;
use crate::published::BY_CONTENT;
use crate::table;

/// Keys at the top of a file that are looked at; a file with more is not a configuration.
const MOST_KEYS: usize = 256;

/// A recognised file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recognised {
    pub(crate) format: &'static Format,
    pub(crate) scope: ConfigScope,
}

/// The language of a file that this front end reads; `None` leaves it to others.
pub(crate) fn language(path: &str, text: &str) -> Option<Language> {
    if is_documentation(path) {
        return None;
    }
    if let Some(found) = by_path(path, text) {
        return Some(found.format.language);
    }
    if let Some(found) = by_folder(path, text) {
        return Some(found.format.language);
    }
    if let Some(format) = by_content(path, text) {
        return Some(format.language);
    }
    let (_, extension) = path.rsplit_once('.')?;
    match extension {
        "json" | "jsonc" | "json5" => json_shape(text).then_some(Language::Json),
        "toml" => toml_shape(text).then_some(Language::Toml),
        "yaml" | "yml" => yaml_shape(text).then_some(Language::Yaml),
        _ => None,
    }
}

/// The format of a parsed file.
pub(crate) fn recognise(path: &str, text: &str, root: Option<Node<'_>>) -> Option<Recognised> {
    if is_documentation(path) {
        return None;
    }
    let named = by_path(path, text).or_else(|| by_folder(path, text));
    let told = || {
        let scope = at_home(path, ConfigScope::Project);
        by_content(path, text).map(|format| Recognised { format, scope })
    };
    named.or_else(told).or_else(|| by_shape(path, root?))
}

/// A page that explains a folder is not one of the things in it.
fn is_documentation(path: &str) -> bool {
    let name = model::path::foreign_name(path);
    name.eq_ignore_ascii_case("readme.md")
}

fn by_path(path: &str, text: &str) -> Option<Recognised> {
    let (format, pattern, scope) =
        table::rows(path).find(|(format, ..)| has_content(format, text))?;
    let scope = if is_in_home(path, pattern) { ConfigScope::User } else { scope };
    Some(Recognised { format, scope: at_home(path, scope) })
}

/// The pattern that recognises a path.
pub(crate) fn pattern(path: &str) -> Option<&'static str> {
    table::rows(path).next().map(|(_, pattern, _)| pattern)
}

/// True when a text has what its format asks for beside a name.
fn has_content(format: &Format, text: &str) -> bool {
    format.words.iter().all(|it| mentions(text, it)) && has_keys(format, text)
}

fn has_keys(format: &Format, text: &str) -> bool {
    if format.needs.is_empty() {
        return true;
    }
    let keys = match format.language {
        Language::Json => top_level_keys(text),
        _ => top_level_lines(text),
    };
    format.needs.iter().all(|it| keys.contains(it))
}

/// A format that only its content tells.
fn by_content(path: &str, text: &str) -> Option<&'static Format> {
    let (_, extension) = path.rsplit_once('.')?;
    let language = match extension {
        "json" => Language::Json,
        "yaml" | "yml" => Language::Yaml,
        _ => return None,
    };
    // Manifests of Kubernetes have all kinds of things below their own keys.
    if language == Language::Yaml && is_manifest(text) {
        return None;
    }
    BY_CONTENT.iter().find(|it| {
        // Searching for the words is cheaper than listing keys, and rules nearly all out.
        it.language == language
            && it.needs.iter().chain(it.words).all(|it| mentions(text, it))
            && has_keys(it, text)
    })
}

fn is_manifest(text: &str) -> bool {
    static KEY: Word = Word::new("\napiVersion:");
    text.starts_with("apiVersion:")
        || KEY.is_in(text)
        || mentions(text, "apiVersion") && top_level_lines(text).contains(&"apiVersion")
}

/// The keys at the outermost level of a YAML or TOML text, as far as they start a line.
fn top_level_lines(text: &str) -> Vec<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let key = |line: &'_ str| -> Option<std::ops::Range<usize>> {
        let end = line.find([':', '='])?;
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.' | '"');
        let key = line.get(..end)?;
        (!key.is_empty() && key.chars().all(plain)).then_some(0..end)
    };
    text.lines()
        .filter(|it| !it.starts_with([' ', '#', '-', '\t']))
        .filter_map(|it| it.get(key(it)?))
        .map(|it| it.trim_matches('"'))
        .take(MOST_KEYS)
        .collect()
}

/// Folders that hold the home folders of a system's users.
const HOMES: &[&str] = &["home", "Users"];

/// True when what a client fixes of a path lies directly in somebody's home folder.
fn is_in_home(path: &str, pattern: &str) -> bool {
    let path: Vec<&str> = path.split(['/', '\\']).filter(|it| !it.is_empty()).collect();
    let first = pattern.split('/').next().unwrap_or("");
    let Some(at) = path.iter().position(|it| glob::component(first, it)) else { return false };
    match path.get(..at) {
        Some(["root"]) => true,
        Some([.., folder, _]) => HOMES.contains(folder) && at <= 3,
        _ => false,
    }
}

/// A project file that lies in a home folder is the user's.
fn at_home(path: &str, scope: ConfigScope) -> ConfigScope {
    if scope == ConfigScope::Project && path.starts_with("~/") { ConfigScope::User } else { scope }
}

/// Documents of plugins: the folder's name alone says little, so the front matter must agree.
fn by_folder(path: &str, text: &str) -> Option<Recognised> {
    if !path.ends_with(".md") {
        return None;
    }
    // Translations and explanations of agents lie in folders of documentation.
    if path.split(['/', '\\']).any(|it| it.eq_ignore_ascii_case("docs")) {
        return None;
    }
    // Any folder further up may be called `agents` too; only the nearest one counts.
    let format = if glob::matches("agents/*.md", path) {
        has_front_matter(text, &["name:", "description:"]).then_some(&PLUGIN_AGENT)
    } else if glob::matches("commands/**/*.md", path) {
        let kinds: [&[&str]; 3] = [&["allowed-tools:"], &["argument-hint:"], &["description:"]];
        kinds.iter().any(|it| has_front_matter(text, it)).then_some(&PLUGIN_COMMAND)
    } else {
        None
    }?;
    Some(Recognised { format, scope: ConfigScope::Plugin })
}

/// True when the front matter has a line that starts with each of the keys.
fn has_front_matter(text: &str, keys: &[&str]) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(rest) = text.strip_prefix("---") else { return false };
    let lines = || rest.lines().skip(1).take(MOST_KEYS).take_while(|it| it.trim_end() != "---");
    keys.iter().all(|key| lines().any(|line| line.starts_with(key)))
}

fn by_shape(path: &str, root: Node<'_>) -> Option<Recognised> {
    // Prose has no shape; a front matter outside the known folders says nothing.
    if path.ends_with(".md") {
        return None;
    }
    let document = if root.kind() == Kind::Stream { root.child(0)? } else { root };
    let format = SHAPES.iter().find_map(|(key, format)| {
        let servers = document.get(key)?;
        is_server_map(key, servers).then_some(format)
    })?;
    Some(Recognised { format, scope: at_home(path, ConfigScope::Project) })
}

/// True when a value under a container key really holds tool servers.
fn is_server_map(key: &str, value: Node<'_>) -> bool {
    if key == "mcp" {
        let servers = value.get("servers").unwrap_or(value);
        return !servers.entries().is_empty()
            && servers.entries().iter().all(|(_, it)| {
                matches!(it.get("type").and_then(Node::as_str), Some("local" | "remote"))
            });
    }
    let entries = value.entries();
    let like_server = |it: Node<'_>| {
        ["command", "url", "httpUrl", "serverUrl"].iter().any(|key| it.get(key).is_some())
    };
    match key {
        "servers" | "context_servers" => {
            !entries.is_empty() && entries.iter().all(|(_, it)| like_server(*it))
        }
        // A name that nobody uses for anything else, also while it is still empty.
        _ => matches!(value.kind(), Kind::Map | Kind::Seq),
    }
}

fn json_shape(text: &str) -> bool {
    let candidates = || SHAPES.iter().map(|(key, _)| *key);
    // Most files hold none of the words; only the others are scanned for their top level.
    if !candidates().any(|key| mentions(text, key)) {
        return false;
    }
    let keys = top_level_keys(text);
    keys.iter().any(|key| match *key {
        "servers" => mentions(text, "\"command\"") || mentions(text, "\"url\""),
        "mcp" => mentions(text, "\"local\"") || mentions(text, "\"remote\""),
        key => candidates().any(|it| it == key),
    })
}

/// The keys of the outermost object of a JSON text, comments skipped.
fn top_level_keys(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut keys = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(bytes, at);
                let colon =
                    bytes.get(end..).and_then(|it| it.iter().find(|it| !it.is_ascii_whitespace()));
                if depth == 1 && colon == Some(&b':') {
                    keys.extend(text.get(at + 1..end.saturating_sub(1)));
                    if keys.len() >= MOST_KEYS {
                        return keys;
                    }
                }
                at = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = find(bytes, at, b"\n").unwrap_or(bytes.len());
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = find(bytes, at + 2, b"*/").map_or(bytes.len(), |it| it + 1);
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(needle.len()).position(|it| it == needle).map(|it| it + from)
}

fn toml_shape(text: &str) -> bool {
    mentions(text, "mcp_servers")
        && text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches('[').trim_start();
            line.starts_with("mcp_servers.") || line.starts_with("mcp_servers]")
        })
}

fn yaml_shape(text: &str) -> bool {
    static SERVERS: Word = Word::new("mcpServers:");
    SERVERS.is_in(text) && text.lines().any(|line| line.starts_with("mcpServers:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_outermost_keys_count() {
        let text = r#"/* "a": */ {"x": {"mcpServers": {}}, // "b":
            "y\"": ["z"], "mcp" : 1}"#;
        assert_eq!(top_level_keys(text), ["x", "y\\\"", "mcp"]);
        assert_eq!(top_level_keys("[\"a\""), Vec::<&str>::new());
        assert_eq!(top_level_keys("{\"a"), Vec::<&str>::new());
    }
}
