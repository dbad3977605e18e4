//! What a variable is called that takes a credential's place.

use std::collections::BTreeMap;

use model::{CredentialKind, Secret};

/// The name of a variable for the credential under a key. `part` is true when the credential is
/// only a part of the value, as the password in a URL.
pub fn variable(key: &str, kind: CredentialKind, part: bool) -> String {
    let name = upper(key.rsplit(['/', ':']).next().unwrap_or(key));
    let noun = upper(kind.describe());
    if name.is_empty() {
        return noun;
    }
    if !part {
        return name;
    }
    let stem = ["_URL", "_URI", "_DSN"].iter().find_map(|it| name.strip_suffix(it));
    match stem {
        Some(stem) => format!("{stem}_PASSWORD"),
        // `MYSQL_ROOT_PASSWORD=…` in a list says it already.
        None if name == noun || name.ends_with(&format!("_{noun}")) => name,
        None => format!("{name}_{noun}"),
    }
}

/// The same for a credential whose key says little alone, as a header's name does: `owner` is
/// what the credential belongs to, as people call it.
pub fn variable_of(owner: &str, key: &str, kind: CredentialKind) -> String {
    let stem = upper(owner.rsplit(['/', ':']).next().unwrap_or(owner));
    let name = upper(key.rsplit(['/', ':']).next().unwrap_or(key));
    let name = match name.strip_prefix("X_").unwrap_or(&name) {
        "" | "AUTHORIZATION" | "PROXY_AUTHORIZATION" | "COOKIE" | "HEADER" => {
            upper(kind.describe())
        }
        name => name.to_owned(),
    };
    if stem.is_empty() || name == stem || name.starts_with(&format!("{stem}_")) {
        return name;
    }
    format!("{stem}_{name}")
}

/// The names that the repairs of one file give, and for what: two values never share one.
#[derive(Debug, Default)]
pub struct VariableNames {
    taken: BTreeMap<String, Option<Secret>>,
}

impl VariableNames {
    /// Keeps a name that the file uses already, for a value that nobody knows.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned(), None);
    }

    /// The first of the names that is free, or the last with a number behind it.
    pub fn choose<const N: usize>(&mut self, wanted: [String; N], secret: &Secret) -> String {
        let last = wanted.last().cloned().unwrap_or_default();
        let numbered = (2..=99).map(|it| format!("{last}_{it}"));
        let is_free =
            |it: &String| self.taken.get(it).is_none_or(|known| known.as_ref() == Some(secret));
        let chosen = wanted.into_iter().chain(numbered).find(is_free).unwrap_or(last);
        self.taken.insert(chosen.clone(), Some(secret.clone()));
        chosen
    }
}

/// `dbPassword`, `spring.datasource.password` → `DB_PASSWORD`, `SPRING_DATASOURCE_PASSWORD`.
fn upper(text: &str) -> String {
    let mut name = String::new();
    let mut lower = false;
    for it in text.chars() {
        if it.is_ascii_alphanumeric() {
            if it.is_ascii_uppercase() && lower {
                name.push('_');
            }
            lower = it.is_ascii_lowercase();
            name.push(it.to_ascii_uppercase());
        } else {
            lower = false;
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
        }
    }
    let name = name.trim_end_matches('_').to_owned();
    if name.starts_with(|it: char| it.is_ascii_digit()) { format!("X{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_keys() {
        for (key, part, expected) in [
            ("POSTGRES_PASSWORD", false, "POSTGRES_PASSWORD"),
            ("dbPassword", false, "DB_PASSWORD"),
            ("spring.datasource.password", false, "SPRING_DATASOURCE_PASSWORD"),
            ("//npm.example.org/:_authToken", false, "AUTH_TOKEN"),
            ("DATABASE_URL", true, "DATABASE_PASSWORD"),
            ("command", true, "COMMAND_PASSWORD"),
            ("MYSQL_ROOT_PASSWORD", true, "MYSQL_ROOT_PASSWORD"),
            ("", false, "PASSWORD"),
            ("2fa", false, "X2FA"),
        ] {
            assert_eq!(variable(key, CredentialKind::Password, part), expected, "{key}");
        }
    }

    #[test]
    fn keys_that_say_little_are_called_after_their_owner() {
        for (owner, key, expected) in [
            ("github", "Authorization", "GITHUB_TOKEN"),
            ("github.com/a/servers/github", "Authorization", "GITHUB_TOKEN"),
            ("tavily", "tavilyApiKey", "TAVILY_API_KEY"),
            ("web-search", "X-Api-Key", "WEB_SEARCH_API_KEY"),
            ("anthropic", "apiKey", "ANTHROPIC_API_KEY"),
            ("", "apiKey", "API_KEY"),
            ("", "", "TOKEN"),
        ] {
            assert_eq!(variable_of(owner, key, CredentialKind::Token), expected, "{owner} {key}");
        }
    }

    #[test]
    fn two_values_never_share_a_name() {
        let mut names = VariableNames::default();
        let (one, other) = (Secret::new("one"), Secret::new("other"));
        let wanted = || ["TOKEN".to_owned(), "A_TOKEN".to_owned()];
        names.reserve("USED");
        assert_eq!(names.choose(["USED".to_owned()], &one), "USED_2");
        assert_eq!(names.choose(wanted(), &one), "TOKEN");
        assert_eq!(names.choose(wanted(), &one), "TOKEN");
        assert_eq!(names.choose(wanted(), &other), "A_TOKEN");
        assert_eq!(names.choose(wanted(), &Secret::new("third")), "A_TOKEN_2");
    }
}
