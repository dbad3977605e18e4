//! Expressions on the claims of a token: `claims['sub'] matches 'repo:org/app:*'`.

use model::{Condition, Patterns, Sourced, Value};

use crate::values;

/// The comparisons of an expression, all of which have to hold; `None` when a part of it is
/// unknown or says something else.
pub(super) fn conditions(expression: &Value) -> Option<Vec<Condition>> {
    let text = values::known_text(expression)?;
    let mut rest = text.as_str();
    let mut found = Vec::new();
    loop {
        let (claim, operator, value, after) = comparison(rest)?;
        let operator = match operator {
            "eq" => "StringEquals",
            "matches" => "StringLike",
            _ => return None,
        };
        let origin = expression.origin.clone();
        found.push(Condition {
            operator: operator.to_owned(),
            key: format!("claims:{claim}"),
            values: Patterns::known(vec![Sourced::new(value.to_owned(), origin)]),
            place: expression.origin.place,
        });
        let after = after.trim();
        if after.is_empty() {
            return Some(found);
        }
        rest = after.strip_prefix("and ")?;
    }
}

/// The first comparison: its claim, its operator, its value, and what follows.
fn comparison(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (claim, rest) = text.trim_start().strip_prefix("claims[")?.split_once(']')?;
    let claim = claim.trim_matches(['\'', '"']);
    let (operator, rest) = rest.trim_start().split_once(' ')?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|it| matches!(it, '\'' | '"'))?;
    let (value, after) = rest.strip_prefix(quote)?.split_once(quote)?;
    Some((claim, operator, value, after))
}

#[cfg(test)]
mod tests {
    use super::comparison;

    #[test]
    fn comparisons_have_three_parts() {
        let text = "claims['sub'] matches 'repo:shop/*' and claims['ref'] eq 'x'";
        let rest = " and claims['ref'] eq 'x'";
        assert_eq!(comparison(text), Some(("sub", "matches", "repo:shop/*", rest)));
        assert_eq!(comparison("claims[\"sub\"]  eq  \"a\""), Some(("sub", "eq", "a", "")));
        for text in
            ["", "claims['sub'", "claims['sub'] matches", "claims['sub'] eq 'x", "sub eq 'x'"]
        {
            assert_eq!(comparison(text), None, "{text}");
        }
    }
}
