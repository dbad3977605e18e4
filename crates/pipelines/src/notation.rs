//! How a format refers to a value that is kept elsewhere, and how such a value is called.

use model::CredentialKind;

/// A way to write a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Notation {
    /// `${NAME}`.
    Braced,
    /// `${{ secrets.NAME }}`.
    Workflow,
}

impl Notation {
    /// The reference to a name.
    pub(crate) fn reference(self, name: &str) -> String {
        match self {
            Self::Braced => format!("${{{name}}}"),
            // GitHub keeps names that begin with its own for itself.
            Self::Workflow => match name.strip_prefix("GITHUB_") {
                Some(rest) => format!("${{{{ secrets.GH_{rest} }}}}"),
                None => format!("${{{{ secrets.{name} }}}}"),
            },
        }
    }
}

/// The name of a variable for the credential under a key. `part` is true when the credential is
/// only a part of the value, as the password in a URL.
pub(crate) fn variable(key: &str, kind: CredentialKind, part: bool) -> String {
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
    fn github_keeps_its_own_names() {
        let reference = Notation::Workflow.reference("GITHUB_TOKEN");
        assert_eq!(reference, "${{ secrets.GH_TOKEN }}");
        assert_eq!(Notation::Braced.reference("A"), "${A}");
    }
}
