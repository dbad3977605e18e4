//! Services that accept a stored key or password although they accept identities, too.

use std::sync::LazyLock;

use model::{Guard, GuardKind, Knowledge, Safety};

use crate::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::remedy;

/// The table; its header names source, date and columns.
const ROWS: &str = include_str!("../data/static-keys.tsv");

/// A setting that decides whether keys are accepted.
#[derive(Debug)]
struct Switch {
    kind: &'static str,
    path: Vec<&'static str>,
    accepts: bool,
    /// What holds when nothing is written; `None` when another argument decides.
    default: Option<bool>,
    what: &'static str,
}

static SWITCHES: LazyLock<Vec<Switch>> =
    LazyLock::new(|| model::rows(ROWS).filter_map(read).collect());

fn read(columns: Vec<&'static str>) -> Option<Switch> {
    let mut columns = columns.into_iter();
    let mut next = || columns.next();
    Some(Switch {
        kind: next()?,
        path: next()?.split('.').collect(),
        accepts: next()?.parse().ok()?,
        default: next()?.parse().ok(),
        what: next()?,
    })
}

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let kind = resource.declaration.kind;
        organization_policy(unit, resource, out);
        for switch in SWITCHES.iter().filter(|it| it.kind == kind) {
            one(unit, resource, switch, out);
        }
    }
}

/// Rules of an organisation of Google Cloud on keys of service accounts, and what they decide.
const CONSTRAINTS: &[(&str, &str)] = &[
    ("iam.disableServiceAccountKeyCreation", "keys of service accounts"),
    ("iam.disableServiceAccountKeyUpload", "uploaded keys of service accounts"),
];

/// A rule that forbids keys, switched off for an organisation, a folder or a project.
fn organization_policy(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let (name, path): (_, &[&str]) = match resource.declaration.kind {
        "google_org_policy_policy" => ("name", &["spec", "rules", "enforce"]),
        "google_folder_organization_policy"
        | "google_organization_policy"
        | "google_project_organization_policy" => ("constraint", &["boolean_policy", "enforced"]),
        _ => return,
    };
    // The beginning of a name may be unknown: `organizations/…/policies/iam.…`.
    let Some(written) = unit.get(resource, name) else { return };
    let text = match &written.data {
        model::Data::String(text) => text.with_stand_in("…"),
        _ => return,
    };
    let constraint = text.rsplit('/').next().unwrap_or_default();
    let Some((_, what)) = CONSTRAINTS.iter().find(|(it, _)| *it == constraint) else { return };
    let Knowledge::Known(enforced) = argument::text(unit, resource, path) else { return };
    let accepted = enforced.value.eq_ignore_ascii_case("false");
    let on = if path.len() == 3 { "\"TRUE\"" } else { "true" };
    out.guard(Guard {
        fix: accepted
            .then(|| remedy::set(resource.declaration, path, on, Safety::Unsafe))
            .flatten(),
        ..Guard::new(
            unit.address(resource),
            "Google Cloud",
            path.join("."),
            GuardKind::StaticKeys { accepted, what },
            enforced.place(),
            resource.declaration.region,
        )
    });
}

fn one(unit: &Unit<'_, '_>, resource: &Resource<'_>, switch: &Switch, out: &mut Collector) {
    let declaration = resource.declaration;
    let written = argument::truth(unit, resource, &switch.path);
    let (value, place) = match (&written, switch.default) {
        (Knowledge::Known(it), _) => (it.value, it.place()),
        (Knowledge::Absent, Some(default)) => (default, declaration.place),
        (Knowledge::Absent, None) | (Knowledge::Unknown(_), _) => return,
    };
    let accepted = value == switch.accepts;
    let refuse = if switch.accepts { "false" } else { "true" };
    let client = if switch.kind.starts_with("google") { "Google Cloud" } else { "Azure" };
    out.guard(Guard {
        stated: !written.is_absent(),
        // Whoever signs in with a key has to change before.
        fix: accepted
            .then(|| remedy::set(declaration, &switch.path, refuse, Safety::Unsafe))
            .flatten(),
        ..Guard::new(
            unit.address(resource),
            client,
            switch.path.join("."),
            GuardKind::StaticKeys { accepted, what: switch.what },
            place,
            declaration.region,
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows = model::rows(ROWS).count();
        assert_eq!(SWITCHES.len(), rows);
        assert!(SWITCHES.iter().all(|it| !it.what.is_empty()));
    }
}
