//! Settings of programs, which nothing but their place and name tells: variables of Ansible,
//! configuration of servers, files that SOPS encrypts, keys of WireGuard and age.

use syntax::{Language, mentions};

use crate::format::Format;

/// Programs and roles by which a file of settings is called. Sorted.
const STEMS: &[&str] = &[
    "alertmanager",
    "config",
    "configuration",
    "credentials",
    "creds",
    "database",
    "datadog",
    "grafana",
    "loki",
    "odbc",
    "otel",
    "otelcol",
    "pgbouncer",
    "prometheus",
    "promtail",
    "redis",
    "render",
    "secret",
    "secrets",
    "settings",
    "telegraf",
    "vector",
];

/// Folders of which every file holds settings.
const FOLDERS: &[&str] = &["config", "conf", "conf.d", "settings", "secrets"];

/// Folders of Ansible's variables.
const ANSIBLE: &[&str] = &["group_vars", "host_vars", "vars", "defaults"];

/// Longest file that is read for its name alone; what is longer is data.
const LONGEST: usize = 256 << 10;

/// The format of a file that no format by name or content and no other front end claims.
pub(crate) fn recognise(path: &str, text: &str) -> Option<Format> {
    if text.len() > LONGEST {
        return None;
    }
    let path = path.replace('\\', "/").to_ascii_lowercase();
    let (folder, name) = model::path::split(&path);
    let (stem, extension) = name.rsplit_once('.')?;
    let language = language(extension, text)?;
    let is_one = is_settings(folder, stem) && !is_schema(text)
        || is_encrypted(text)
        || is_ansible(folder, extension, text)
        || is_key(extension, text);
    is_one.then_some(Format::Settings(language))
}

fn language(extension: &str, text: &str) -> Option<Language> {
    Some(match extension {
        "yaml" | "yml" => Language::Yaml,
        "json" => Language::Json,
        "toml" => Language::Toml,
        "ini" | "properties" | "cnf" => Language::Ini,
        "conf" | "cfg" => match text.lines().any(|it| it.starts_with('[') && it.contains(']')) {
            true => Language::Ini,
            false => Language::Text,
        },
        "txt" => Language::Text,
        _ => return None,
    })
}

/// SOPS keeps what it needs beside the values it has encrypted.
fn is_encrypted(text: &str) -> bool {
    mentions(text, "ENC[AES256_GCM,") && mentions(text, "sops")
}

fn is_ansible(folder: &str, extension: &str, text: &str) -> bool {
    matches!(extension, "yml" | "yaml")
        && (folder.split('/').any(|it| ANSIBLE.contains(&it)) || mentions(text, "!vault"))
}

/// A tunnel's own key, or a file of age keys.
fn is_key(extension: &str, text: &str) -> bool {
    extension == "conf" && mentions(text, "[Interface]") && mentions(text, "PrivateKey")
        || extension == "txt" && mentions(text, "AGE-SECRET-KEY-1")
}

fn is_settings(folder: &str, stem: &str) -> bool {
    // `prometheus-eu.yml`, `config.prod.toml`.
    let first = stem.trim_start_matches('.').split(['.', '-', '_']).next().unwrap_or(stem);
    let last = model::path::name(folder);
    STEMS.binary_search(&first).is_ok() || FOLDERS.contains(&last)
}

/// A schema says what settings look like, and a lock file what was installed.
fn is_schema(text: &str) -> bool {
    let start: String = text.chars().take(2048).collect();
    ["json-schema.org", "\"properties\"", "openapi", "swagger", "\"lockfileVersion\""]
        .iter()
        .any(|it| start.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stems_are_sorted() {
        assert!(STEMS.is_sorted());
    }

    #[test]
    fn tells_settings_from_other_files() {
        for (path, text) in [
            ("group_vars/all.yml", "a: b"),
            ("roles/db/defaults/main.yml", "a: b"),
            ("site.yml", "password: !vault |\n  x"),
            ("prometheus-eu.yml", "a: b"),
            ("config/prod.toml", "a = 1"),
            ("redis.conf", "requirepass x"),
            ("wg0.conf", "[Interface]\nPrivateKey = x"),
            ("keys.txt", "AGE-SECRET-KEY-1X"),
            ("db.enc.yaml", "a: ENC[AES256_GCM,data:x]\nsops:\n  mac: x"),
        ] {
            assert!(recognise(path, text).is_some(), "{path}");
        }
        for (path, text) in [
            ("notes.txt", "a: b"),
            ("i18n/en.json", "{}"),
            ("nginx.conf", "listen 80;"),
            ("config/schema.json", "{\"$schema\": \"https://json-schema.org/x\"}"),
            ("playbook.yml", "a: b"),
            ("config.py", "A = 1"),
        ] {
            assert!(recognise(path, text).is_none(), "{path}");
        }
    }
}
