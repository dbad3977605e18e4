//! The environment an object belongs to, as its labels and its namespace say.

use model::Environment;

use crate::object::Object;

/// Words for environments, and whether they mean production.
const WORDS: &[(&str, bool)] = &[
    ("prod", true),
    ("prd", true),
    ("production", true),
    ("live", true),
    ("staging", false),
    ("stage", false),
    ("stg", false),
    ("preprod", false),
    ("uat", false),
    ("qa", false),
    ("dev", false),
    ("development", false),
    ("sandbox", false),
    ("test", false),
];

/// Label keys whose value is an environment.
const LABELS: &[&str] = &["environment", "env", "stage", "app.kubernetes.io/environment"];

/// The environment of an object, when a label or a word of its namespace names one.
pub(crate) fn of(object: &Object<'_>) -> Option<Environment> {
    let label = object
        .metadata("labels")
        .filter(|(key, _)| LABELS.contains(key))
        .find_map(|(_, value)| named(&value.as_text()?));
    label.or_else(|| named(object.namespace.text()?))
}

fn named(text: &str) -> Option<Environment> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<_> = lower.split(|it: char| !it.is_ascii_alphanumeric()).collect();
    // `non-prod` and `pre-prod` are what production is not.
    let negated = words.iter().any(|it| matches!(*it, "non" | "nonprod" | "pre"));
    WORDS.iter().find(|(word, _)| words.contains(word)).map(|(word, production)| Environment {
        name: (*word).to_owned(),
        production: *production && !negated,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name_tell_the_environment() {
        let cases = [
            ("prod", Some(true)),
            ("payments-prod-eu", Some(true)),
            ("Production", Some(true)),
            ("non-prod", Some(false)),
            ("dev", Some(false)),
            ("products", None),
            ("kube-system", None),
        ];
        for (name, expected) in cases {
            assert_eq!(named(name).map(|it| it.production), expected, "{name}");
        }
    }
}
