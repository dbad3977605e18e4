//! `docs/configuration.md` names every key that there is, and its examples are accepted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use serde_json::Value;

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    std::fs::read_to_string(path).unwrap()
}

/// The keys of a schema and of the tables below it.
fn keys(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                found.extend(properties.keys().cloned());
            }
            map.values().for_each(|it| keys(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| keys(it, found)),
        _ => {}
    }
}

#[test]
fn every_key_is_described() {
    let page = page();
    let mut all = BTreeSet::new();
    keys(&serde_json::to_value(nhilint_workspace::config_schema()).unwrap(), &mut all);
    assert!(all.contains("until") && all.contains("var-files") && all.contains("secret-days"));
    for key in all {
        let written = [format!("`{key}`"), format!("[{key}]"), format!(".{key}]]")];
        assert!(written.iter().any(|it| page.contains(it)), "`{key}` is not described");
    }
}

#[test]
fn examples_are_accepted() {
    let page = page();
    let examples: Vec<&str> =
        page.split("```toml\n").skip(1).map(|it| it.split("```").next().unwrap()).collect();
    assert!(examples.len() > 5);
    for text in examples {
        let read = nhilint_workspace::parse_config("nhilint.toml", "nhilint.toml", "", text);
        assert!(read.is_ok(), "{text}\n{:?}", read.err());
    }
}
