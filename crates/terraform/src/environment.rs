//! Which environment something belongs to, as far as its names say so.

use model::{Environment, Knowledge};

const PRODUCTION: &[&str] = &["prod", "production", "prd", "live"];

const OTHERS: &[&str] = &[
    "nonprod",
    "dev",
    "development",
    "test",
    "tst",
    "qa",
    "uat",
    "stage",
    "staging",
    "stg",
    "sandbox",
    "sbx",
    "preview",
    "demo",
];

/// Keys of tags and labels that name an environment.
const KEYS: &[&str] = &["environment", "env", "stage", "environmentname"];

/// The environment that labels, the name, the block or the folder tell, in this order.
pub(crate) fn of(
    labels: &[(String, Knowledge<String>)],
    name: Option<&str>,
    block: &str,
    folder: &str,
) -> Option<Environment> {
    let labelled = labels.iter().find_map(|(key, value)| {
        let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
        KEYS.contains(&key.to_ascii_lowercase().as_str()).then(|| value.value()).flatten()
    });
    if let Some(value) = labelled.filter(|it| !it.is_empty()) {
        let production = word(value).is_some_and(|it| it.production);
        return Some(Environment { name: value.clone(), production });
    }
    name.and_then(word).or_else(|| word(block)).or_else(|| word(folder))
}

/// The first whole word that names an environment.
fn word(text: &str) -> Option<Environment> {
    text.split(|it: char| !it.is_alphanumeric()).find_map(|it| {
        let lower = it.to_ascii_lowercase();
        let production = PRODUCTION.contains(&lower.as_str());
        let known = production || OTHERS.contains(&lower.as_str());
        known.then(|| Environment { name: it.to_owned(), production })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count() {
        assert!(word("deploy-prod").unwrap().production);
        assert!(!word("ci_staging").unwrap().production);
        assert_eq!(word("product-device"), None);
        assert_eq!(word("latest"), None);
    }
}
