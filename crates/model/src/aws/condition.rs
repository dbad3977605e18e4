//! Which conditions limit a statement.

use std::sync::LazyLock;

use crate::grant::Condition;
use crate::table;

/// What a condition key limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Limits {
    Resources,
    Principals,
    Both,
}

static KEYS: LazyLock<Vec<(&'static str, Limits)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../../data/aws-conditions.tsv"));
    rows.filter_map(|row| {
        let [key, limits] = row[..] else { return None };
        let limits = match limits {
            "resource" => Limits::Resources,
            "principal" => Limits::Principals,
            _ => Limits::Both,
        };
        Some((key, limits))
    })
    .collect()
});

/// True when one of the conditions limits what an Allow statement applies to.
pub fn narrows_resources(conditions: &[Condition]) -> bool {
    conditions.iter().any(|it| limits(it, Limits::Resources))
}

/// True when one of the conditions limits who an Allow statement with an open principal
/// applies to.
pub fn narrows_principals(conditions: &[Condition]) -> bool {
    conditions.iter().any(|it| limits(it, Limits::Principals))
}

/// Why a condition on who is let in does not limit anybody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Hole {
    /// `ForAllValues` holds when the request has no such key.
    EmptySet,
    /// `…IfExists` holds when the request has no such key.
    IfExists,
    /// The value fits everything.
    AnyValue,
}

/// The hole in a condition that is there to say who is let in, when it has one. `all` are the
/// conditions of its statement: one that demands the key closes the hole. Unknown values and
/// tags, which are there or not, have none.
pub fn hole(condition: &Condition, all: &[Condition]) -> Option<Hole> {
    let key = condition.key.to_ascii_lowercase();
    let names_callers = key.ends_with(":sub")
        || KEYS.iter().any(|(pattern, limits)| {
            *limits != Limits::Resources && table::glob(pattern, &condition.key)
        });
    let operator = condition.operator.to_ascii_lowercase();
    if !names_callers || key.contains("tag/") || operator == "null" || operator.contains("not") {
        return None;
    }
    let demanded = all.iter().any(|it| {
        it.key.eq_ignore_ascii_case(&condition.key)
            && it.operator.eq_ignore_ascii_case("Null")
            && it.values.texts().all(|it| it.eq_ignore_ascii_case("false"))
    });
    let like = operator.contains("like") || operator.starts_with("arn") || operator == "ipaddress";
    let any = |it: &str| matches!(it, "*" | "**" | "0.0.0.0/0" | "::/0");
    if like && condition.values.texts().any(any) {
        Some(Hole::AnyValue)
    } else if operator.starts_with("forallvalues:") && !demanded {
        Some(Hole::EmptySet)
    } else if operator.ends_with("ifexists") && !demanded {
        Some(Hole::IfExists)
    } else {
        None
    }
}

fn limits(condition: &Condition, wanted: Limits) -> bool {
    let known = KEYS.iter().any(|(pattern, limits)| {
        (*limits == wanted || *limits == Limits::Both) && table::glob(pattern, &condition.key)
    });
    known && (is_strict(condition) || wanted == Limits::Resources && wants_tag(condition))
}

/// True when a request without a certain tag would be refused: `Null` with `false` says that
/// the key must be there.
fn wants_tag(condition: &Condition) -> bool {
    let mut values = condition.values.texts().peekable();
    condition.operator.eq_ignore_ascii_case("Null")
        && condition.key.to_ascii_lowercase().contains("tag/")
        && values.peek().is_some()
        && values.all(|it| it.eq_ignore_ascii_case("false"))
}

/// True when a request without the key, or with any value of it, would be refused.
fn is_strict(condition: &Condition) -> bool {
    let operator = condition.operator.to_ascii_lowercase();
    // `ForAllValues` and `IfExists` hold when the key is missing; `Null` and the negated
    // operators leave nearly everything.
    let loose = operator.starts_with("forallvalues:")
        || operator.ends_with("ifexists")
        || operator == "null"
        || operator.contains("not");
    let any = |it: &str| matches!(it, "*" | "**" | "0.0.0.0/0" | "::/0");
    !loose && !condition.values.texts().any(any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::Patterns;
    use crate::knowledge::Sourced;
    use crate::place::Place;

    fn condition(operator: &str, key: &str, value: &str) -> Vec<Condition> {
        let values = Patterns::known(vec![Sourced::at(value.to_owned(), Place::default())]);
        let (operator, key) = (operator.to_owned(), key.to_owned());
        vec![Condition { operator, key, values, place: Place::default() }]
    }

    #[test]
    fn tags_limit_resources_and_organisations_limit_principals() {
        let tag = condition("StringEquals", "aws:ResourceTag/team", "a");
        assert!(narrows_resources(&tag) && !narrows_principals(&tag));
        let service_tag = condition("StringLike", "ec2:ResourceTag/Name", "a-*");
        assert!(narrows_resources(&service_tag));
        let org = condition("StringEquals", "aws:PrincipalOrgID", "o-1");
        assert!(!narrows_resources(&org) && narrows_principals(&org));
        let service = condition("StringEquals", "kms:ViaService", "s3.eu-west-1.amazonaws.com");
        assert!(narrows_resources(&service) && narrows_principals(&service));
    }

    #[test]
    fn operators_that_hold_without_the_key_limit_nothing() {
        for operator in
            ["StringEqualsIfExists", "ForAllValues:StringEquals", "Null", "StringNotEquals"]
        {
            let it = condition(operator, "aws:PrincipalOrgID", "o-1");
            assert!(!narrows_principals(&it), "{operator}");
        }
        assert!(narrows_principals(&condition(
            "ForAnyValue:StringLike",
            "aws:PrincipalOrgPaths",
            "o-1/r-1/*"
        )));
    }

    #[test]
    fn holes_are_told_from_limits() {
        let org = "aws:PrincipalOrgID";
        let table = [
            ("ForAllValues:StringEquals", org, "o-1", Some(Hole::EmptySet)),
            ("StringEqualsIfExists", org, "o-1", Some(Hole::IfExists)),
            ("StringLike", "aws:SourceArn", "*", Some(Hole::AnyValue)),
            ("ArnLike", "aws:SourceArn", "*", Some(Hole::AnyValue)),
            ("StringEquals", org, "o-1", None),
            ("StringNotEqualsIfExists", org, "o-1", None),
            ("ForAllValues:StringEquals", "aws:TagKeys", "a", None),
            ("StringLike", "aws:PrincipalTag/team", "*", None),
            ("StringEquals", "aws:SourceArn", "*", None),
        ];
        for (operator, key, value, expected) in table {
            let all = condition(operator, key, value);
            assert_eq!(hole(&all[0], &all), expected, "{operator} {key} {value}");
        }
        let mut all = condition("ForAllValues:StringEquals", org, "o-1");
        all.extend(condition("Null", org, "false"));
        assert_eq!(hole(&all[0], &all), None);
    }

    #[test]
    fn a_tag_that_must_be_there_limits_resources() {
        let tag = "aws:ResourceTag/cluster";
        assert!(narrows_resources(&condition("Null", tag, "false")));
        assert!(!narrows_resources(&condition("Null", tag, "true")));
        assert!(!narrows_principals(&condition("Null", "aws:PrincipalOrgID", "false")));
    }

    #[test]
    fn values_that_fit_all_limit_nothing() {
        assert!(!narrows_principals(&condition("StringLike", "aws:SourceArn", "*")));
        assert!(!narrows_principals(&condition("IpAddress", "aws:SourceIp", "0.0.0.0/0")));
        assert!(narrows_principals(&condition("IpAddress", "aws:SourceIp", "192.0.2.0/24")));
        assert!(!narrows_resources(&condition("Bool", "aws:SecureTransport", "true")));
    }
}
