//! How much the resources of a statement cover.

use crate::grant::Patterns;
use crate::knowledge::Sourced;

/// How much a resource pattern covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Breadth {
    /// Cannot be told.
    Unknown,
    /// Named things, or those under a prefix.
    Named,
    /// All things of a kind: every role, every secret.
    Kind,
    /// Everything, or everything of a service.
    Everything,
}

/// How much a resource pattern covers.
pub fn breadth(resource: &str) -> Breadth {
    let open = |it: &str| !it.is_empty() && it.bytes().all(|b| matches!(b, b'*' | b'/' | b':'));
    if open(resource) {
        return Breadth::Everything;
    }
    let mut parts = resource.splitn(6, ':');
    if parts.next() != Some("arn") {
        return Breadth::Named;
    }
    let service = parts.nth(1).unwrap_or_default();
    let Some(name) = parts.nth(2) else {
        // `arn:aws:s3*` and the like: AWS fills the missing parts from the star.
        return if resource.ends_with(":*") { Breadth::Everything } else { Breadth::Named };
    };
    if open(name) {
        return Breadth::Everything;
    }
    // The first part of an object's name is its bucket; elsewhere it is the kind.
    match name.split_once(['/', ':']) {
        Some((_, rest)) if service != "s3" && open(rest) => Breadth::Kind,
        _ => Breadth::Named,
    }
}

/// The widest of some resources, and which it is. Unknown when none is known.
pub fn breadth_of(resources: &Patterns) -> (Breadth, Option<&Sourced<String>>) {
    let widest = resources
        .items
        .iter()
        .map(|it| (breadth(&it.value), it))
        // The first of equals: the one that is read first.
        .reduce(|a, b| if b.0 > a.0 { b } else { a });
    match widest {
        Some((Breadth::Named, _)) | None if resources.partial => (Breadth::Unknown, None),
        Some((breadth, it)) => (breadth, Some(it)),
        None => (Breadth::Unknown, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breadth_follows_the_arn() {
        let table = [
            ("*", Breadth::Everything),
            ("**", Breadth::Everything),
            ("arn:aws:s3:::*", Breadth::Everything),
            ("arn:aws:s3:::*/*", Breadth::Everything),
            ("arn:aws:logs:*:*:*", Breadth::Everything),
            ("arn:aws:iam::*", Breadth::Everything),
            ("arn:aws:iam::123456789012:role/*", Breadth::Kind),
            ("arn:aws:secretsmanager:*:*:secret:*", Breadth::Kind),
            ("arn:aws:logs:*:*:log-group:*:*", Breadth::Kind),
            ("arn:aws:s3:::bucket/*", Breadth::Named),
            ("arn:aws:s3:::logs-*", Breadth::Named),
            ("arn:aws:iam::*:role/app-*", Breadth::Named),
            ("arn:aws:sqs:eu-west-1:123456789012:jobs", Breadth::Named),
            ("bucket", Breadth::Named),
            ("", Breadth::Named),
        ];
        for (resource, expected) in table {
            assert_eq!(breadth(resource), expected, "{resource}");
        }
    }

    #[test]
    fn a_set_is_as_wide_as_its_widest_and_unknown_when_it_may_hold_more() {
        let set = |items: &[&str], partial| Patterns {
            items: items
                .iter()
                .map(|it| Sourced { value: (*it).to_owned(), ..Sourced::default() })
                .collect(),
            partial,
            negated: false,
            stated: true,
        };
        assert_eq!(breadth_of(&set(&["arn:aws:s3:::b", "*"], true)).0, Breadth::Everything);
        assert_eq!(breadth_of(&set(&["arn:aws:s3:::b"], true)).0, Breadth::Unknown);
        assert_eq!(breadth_of(&set(&["arn:aws:s3:::b"], false)).0, Breadth::Named);
        assert_eq!(breadth_of(&set(&[], true)).0, Breadth::Unknown);
    }
}
