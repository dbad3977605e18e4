//! Findings in files that nobody here edits come home to the call that brings them in.

use model::Facts;

use crate::cause::Calls;
use crate::finding::Finding;

/// What a person can do about a module that is not theirs.
const HELP: &str = "pass an argument to the module that changes this, or call another module";

/// Moves findings out of fetched modules to the innermost call that is written here. A value
/// that an argument brings in has its place at the argument already. One that no call leads to
/// is of no use to anybody.
pub(crate) fn bring_home(found: Vec<Finding>, facts: &Facts, calls: &Calls<'_>) -> Vec<Finding> {
    if facts.outside.is_empty() {
        return found;
    }
    found.into_iter().filter_map(|it| home(it, facts, calls)).collect()
}

fn home(mut finding: Finding, facts: &Facts, calls: &Calls<'_>) -> Option<Finding> {
    let is_outside = |place: &model::Place| facts.outside.contains(&place.file);
    if !is_outside(&finding.place) {
        return Some(finding);
    }
    let address = finding.address.clone();
    let chain = calls.of(&address);
    let (name, call) = chain.iter().find(|(_, place)| !is_outside(place))?;
    let written = std::mem::replace(&mut finding.place, *call);
    finding.related.retain(|it| it.place != *call);
    finding.related(written, format!("written inside of `{name}`"));
    finding.help(HELP);
    finding.fix = None;
    Some(finding)
}
