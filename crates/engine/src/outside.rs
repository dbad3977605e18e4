//! Findings in files that nobody here edits come home to the call that brings them in.

use model::Facts;

use crate::cause::Calls;
use crate::finding::Finding;

/// What a person can do about a module that is not theirs.
const HELP: &str = "pass an argument to the module that changes this, or call another module";

/// The same for what comes in an archive.
const PACKED_HELP: &str =
    "set a value that changes this where the chart is given its values, or bring in another chart";

/// Moves findings out of fetched modules to the innermost call that is written here. A value
/// that an argument brings in has its place at the argument already. What stands in an archive
/// goes to the line that brings the archive in. One that nothing leads to is of no use to anybody.
pub(crate) fn bring_home(found: Vec<Finding>, facts: &Facts, calls: &Calls<'_>) -> Vec<Finding> {
    if facts.outside.is_empty() {
        return found;
    }
    found.into_iter().filter_map(|it| home(it, facts, calls)).collect()
}

fn home(mut finding: Finding, facts: &Facts, calls: &Calls<'_>) -> Option<Finding> {
    let is_outside = |place: &model::Place| facts.outside.contains(&place.file);
    // Nobody can write into a copy.
    let edits_copy = |it: &model::Edit| facts.outside.contains(&it.file);
    if finding.fix.as_ref().is_some_and(|it| it.edits.iter().any(edits_copy)) {
        finding.fix = None;
    }
    if !is_outside(&finding.place) {
        return Some(finding);
    }
    let address = finding.address.clone();
    let chain = calls.of(&address);
    let packed = facts.packed.get(&finding.place.file);
    let (name, call, help) = match packed {
        Some(it) => (&*it.name, it.place, PACKED_HELP),
        None => {
            let (name, call) = chain.into_iter().find(|(_, place)| !is_outside(place))?;
            (name, call, HELP)
        }
    };
    let written = std::mem::replace(&mut finding.place, call);
    finding.related.retain(|it| it.place != call);
    finding.related(written, format!("written inside of `{name}`"));
    finding.help(help);
    finding.fix = None;
    Some(finding)
}
