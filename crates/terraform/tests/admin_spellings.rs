//! One policy that allows everything, written in every way: each is found at the literal, and
//! its twins that do not allow everything are not found.
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests may panic")]

mod support;

use model::{Carrier, Effect, Grant, Place};
use support::lower;
use support::table::{Case, cases};

/// Actions that make an administrator on every resource.
const ALL: &[&str] = &["*", "*:*", "iam:*"];

/// The literal that makes a grant an administrator's.
fn administrator(grant: &Grant) -> Option<Place> {
    let free = grant.effect == Effect::Allow
        && grant.carrier != Carrier::Limit
        && grant.conditions.is_empty()
        && grant.conditions_known;
    if !free {
        return None;
    }
    if let model::Knowledge::Known(role) = &grant.role {
        return role.value.ends_with(":policy/AdministratorAccess").then(|| role.place());
    }
    grant.resources.find("*").filter(|_| !grant.resources.negated && !grant.actions.negated)?;
    let all = |it: &&model::Sourced<String>| ALL.contains(&it.value.to_lowercase().as_str());
    grant.actions.items.iter().find(all).map(model::Sourced::place)
}

fn found(case: &Case) -> Vec<String> {
    let files: Vec<(&str, &str)> =
        case.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let lowered = lower(&files);
    let places = lowered.facts.grants.iter().filter_map(administrator);
    places.map(|it| lowered.at(it).replacen(": ", " ", 1)).collect()
}

#[test]
fn every_spelling_is_found_at_the_literal_and_no_twin() {
    let cases = cases("admin");
    let mut wrong = Vec::new();
    for case in &cases {
        let found = found(case);
        if found != case.slices {
            let Case { at, name, slices, .. } = case;
            wrong.push(format!("{at}: {name}\n  is  {found:?}\n  not {slices:?}"));
        }
    }
    let spellings = cases.iter().filter(|it| !it.slices.is_empty()).count();
    assert!(spellings >= 30 && cases.len() - spellings >= 10, "the table is not whole");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
