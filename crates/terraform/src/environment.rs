//! Which environment something belongs to, as far as its names say so.

use model::{Environment, Knowledge};

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
        let production = Environment::word(value).is_some_and(|it| it.production);
        return Some(Environment { name: value.clone(), production });
    }
    let word = Environment::word;
    name.and_then(word).or_else(|| word(block)).or_else(|| word(folder))
}
