//! Patterns for paths, as CODEOWNERS, exceptions and owners in the configuration write them.
//!
//! The rules are those of GitHub's CODEOWNERS: a pattern with a slash that is not at its end
//! is anchored, one without matches at any depth; a folder covers everything in it; a last
//! segment of `*` covers the files of a folder and not those of its folders.

use globset::{GlobBuilder, GlobMatcher};

/// Which paths are meant.
#[derive(Clone, Debug)]
pub(crate) struct PathPattern {
    here: GlobMatcher,
    /// Matches what lies in a matched folder.
    below: Option<GlobMatcher>,
    covers_everything: bool,
    /// As it was written.
    text: String,
}

impl PartialEq for PathPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl PathPattern {
    /// Reads a pattern; says what is wrong with one that cannot be read.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let pattern = pattern.trim();
        let text = pattern.to_owned();
        let covers_everything = matches!(pattern.trim_matches('/'), "" | "*" | "**" | "**/*");
        let folder = pattern.ends_with('/');
        let path = pattern.trim_start_matches("./").trim_end_matches('/');
        let anchored = path.contains('/');
        let path = path.trim_start_matches('/');
        let stem = if anchored { path.to_owned() } else { format!("**/{path}") };
        let last = model::path::name(path);
        let below = match last {
            "**" => None,
            "*" if anchored => None,
            _ => Some(glob(&format!("{stem}/**"))?),
        };
        let here = if folder { glob(&format!("{stem}/**"))? } else { glob(&stem)? };
        Ok(Self { here, below, covers_everything, text })
    }

    /// True when the pattern means a path.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.here.is_match(path) || self.below.as_ref().is_some_and(|it| it.is_match(path))
    }

    /// True for patterns that say nothing about a path: `*`, `**`, `/`.
    pub(crate) fn covers_everything(&self) -> bool {
        self.covers_everything
    }
}

fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    // CODEOWNERS knows neither classes nor alternatives: the characters stand for themselves.
    let mut literal = String::with_capacity(pattern.len());
    let mut escaped = false;
    for c in pattern.chars() {
        if !escaped && matches!(c, '[' | ']' | '{' | '}' | '!') {
            literal.push('\\');
        }
        escaped = !escaped && c == '\\';
        literal.push(c);
    }
    GlobBuilder::new(&literal)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map(|it| it.compile_matcher())
        .map_err(|it| it.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_github_documents_them() {
        for (pattern, path, expected) in [
            ("*.tf", "a/b/main.tf", true),
            ("*.tf", "main.tf", true),
            ("/*.tf", "a/main.tf", false),
            ("docs/*", "docs/a.md", true),
            ("docs/*", "docs/b/a.md", false),
            ("docs/", "x/docs/b/a.md", true),
            ("/docs/", "x/docs/a.md", false),
            ("/docs/", "docs/b/a.md", true),
            ("apps/", "apps", false),
            ("/build/logs/", "build/logs/x/y", true),
            ("infra", "a/infra/b/main.tf", true),
            ("infra/prod", "infra/prod/main.tf", true),
            ("infra/prod", "x/infra/prod/main.tf", false),
            ("**/logs", "a/b/logs/c", true),
            ("a/**/z.tf", "a/b/c/z.tf", true),
            ("a/**", "a/b/c", true),
            ("*", "a/b", true),
            ("a?.tf", "ab.tf", true),
            ("a[b].tf", "a[b].tf", true),
            ("a\\ b/", "a b/c.tf", true),
            ("./infra/", "infra/a.tf", true),
            (".mcp.json", ".mcp.json", true),
        ] {
            let it = PathPattern::new(pattern).unwrap();
            assert_eq!(it.matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn patterns_that_mean_everything_are_told_apart() {
        for (pattern, expected) in [
            ("*", true),
            ("/", true),
            ("**", true),
            ("/**/*", true),
            ("*.tf", false),
            ("a/", false),
        ] {
            assert_eq!(
                PathPattern::new(pattern).unwrap().covers_everything(),
                expected,
                "{pattern}"
            );
        }
    }
}
