//! What conditions on the claims of a token say about whose token it is.
//!
//! The conditions are expressions (CEL of Google Cloud). They are not evaluated: it is only
//! looked at which claims they compare, and how.

/// What a condition leaves open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening<'t> {
    /// It compares nothing that belongs to an owner; the claims it does compare.
    Anyone,
    /// It compares the beginning of an owner's name, or a part of a name, which others can have.
    Lookalikes(&'t str),
}

/// Claims that anybody's token can have with any value.
const OPEN: &[&str] = &[
    "aud",
    "base_ref",
    "environment",
    "event_name",
    "exp",
    "head_ref",
    "iat",
    "iss",
    "nbf",
    "pipeline_source",
    "ref",
    "ref_path",
    "ref_protected",
    "ref_type",
    "repository_visibility",
    "runner_environment",
    "terraform_run_phase",
    "workflow",
];

/// Claims that begin with the owner's name.
const NAMES: &[&str] = &[
    "namespace_path",
    "project_path",
    "repository",
    "repository_owner",
    "terraform_organization_name",
];

/// What a condition leaves open; `None` when it tells whose token it wants, or cannot be told.
pub fn opening(expression: &str) -> Option<Opening<'_>> {
    let mut claims = claims(expression).peekable();
    if claims.peek().is_none() {
        // A macro or a function may hide a claim; a plain truth hides nothing.
        return (expression.trim() == "true").then_some(Opening::Anyone);
    }
    let mut owned = false;
    for (name, rest) in claims {
        if OPEN.contains(&name) {
            continue;
        }
        owned = true;
        if let Some(text) = lookalike(name, rest)
            && !expression.contains("&&")
        {
            return Some(Opening::Lookalikes(text));
        }
    }
    (!owned).then_some(Opening::Anyone)
}

/// The claims that an expression names, each with the text that follows it.
fn claims(expression: &str) -> impl Iterator<Item = (&str, &str)> {
    let starts = ["assertion", "attribute", "google"];
    expression.match_indices(['.', '[']).filter_map(move |(at, mark)| {
        let before = expression.get(..at)?;
        if !starts.iter().any(|it| before.ends_with(it)) {
            return None;
        }
        let after = expression.get(at + mark.len()..)?.trim_start_matches(['\'', '"']);
        let end =
            after.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(after.len());
        let name = after.get(..end)?;
        let rest = after.get(end..)?.trim_start_matches(['\'', '"']);
        Some((name, rest.strip_prefix(']').unwrap_or(rest)))
    })
}

/// The text that a claim begins with or has in it, when strangers can have it too.
fn lookalike<'t>(name: &str, rest: &'t str) -> Option<&'t str> {
    let names_owner = NAMES.contains(&name) || name == "sub";
    if !names_owner {
        return None;
    }
    let (begins, call) = match rest.strip_prefix(".startsWith(") {
        Some(call) => (true, call),
        None => (false, rest.strip_prefix(".contains(")?),
    };
    let quote = call.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
    let (text, _) = call.get(1..)?.split_once(quote)?;
    // The name of an owner ends at the delimiter.
    (!begins || !text.contains('/')).then_some(text).filter(|it| name != "sub" || known(it))
}

/// True for subjects whose delimiters are known: those of GitHub and GitLab.
fn known(subject: &str) -> bool {
    subject.starts_with("repo:") || subject.starts_with("project_path:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_say_whose_token_they_want() {
        let anyone = Some(Opening::Anyone);
        let cases = [
            ("assertion.repository_owner == 'shop'", None),
            ("assertion['repository_owner_id'] == '123'", None),
            ("attribute.repository == \"shop/app\" && assertion.ref == 'refs/heads/main'", None),
            ("google.subject in ['repo:shop/app:ref:refs/heads/main']", None),
            ("assertion.sub.startsWith('repo:shop/')", None),
            ("assertion.sub.startsWith('organization:shop:')", None),
            ("has(token.repository)", None),
            ("true", anyone),
            ("assertion.ref == 'refs/heads/main'", anyone),
            ("assertion.aud == 'x' || assertion[\"event_name\"] == 'push'", anyone),
            ("assertion.repository.startsWith('shop')", Some(Opening::Lookalikes("shop"))),
            ("assertion.repository_owner.contains('shop')", Some(Opening::Lookalikes("shop"))),
            ("assertion.sub.startsWith('repo:shop')", Some(Opening::Lookalikes("repo:shop"))),
            (
                "assertion.repository.startsWith('shop') && assertion.repository_owner_id == '1'",
                None,
            ),
            ("assertion.repository.startsWith(", None),
            ("", None),
            ("assertion.", None),
        ];
        for (expression, expected) in cases {
            assert_eq!(opening(expression), expected, "{expression}");
        }
    }
}
