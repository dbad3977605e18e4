//! One cause, one finding: what is written once and used through several calls is reported
//! once, with the calls.

use std::collections::{BTreeMap, BTreeSet};

use model::{Address, Call, Facts, FileId, Place};

use crate::finding::Finding;

/// Calls that a finding lists; the last one says how many more there are.
const LISTED: usize = 10;

/// Calls by the address that they give to what they make.
#[derive(Debug)]
pub(crate) struct Calls<'a> {
    places: BTreeMap<(&'a str, &'a str), Place>,
    twins: BTreeMap<&'a Address, Vec<&'a Address>>,
    /// By folder and file, the line that brings the file in.
    overlays: BTreeMap<(&'a str, FileId), Place>,
}

impl<'a> Calls<'a> {
    pub(crate) fn new(facts: &'a Facts) -> Self {
        let call = |it: &'a Call| ((&*it.address.scope, &*it.address.name), it.place);
        let mut twins: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (kept, other) in &facts.twins {
            twins.entry(kept).or_default().push(other);
        }
        Self {
            places: facts.calls.iter().map(call).collect(),
            twins,
            overlays: facts.overlays.iter().map(|it| ((&*it.scope, it.file), it.place)).collect(),
        }
    }

    /// The folder that deploys what has an address, when it brings `file` in from elsewhere.
    fn overlay<'s>(&'s self, address: &'s Address, file: FileId) -> Option<(&'s str, Place)> {
        let scope = &*address.scope;
        Some((scope, *self.overlays.get(&(scope, file))?))
    }

    /// An address and those that its fact stands for too.
    fn all<'s>(&'s self, address: &'s Address) -> impl Iterator<Item = &'s Address> {
        let twins = self.twins.get(address).into_iter().flatten().copied();
        std::iter::once(address).chain(twins)
    }

    /// The calls through which an address came to be, innermost first.
    pub(crate) fn of<'s>(&'s self, address: &'s Address) -> Vec<(&'s str, Place)> {
        let scope = &*address.scope;
        let mut found = Vec::new();
        let mut rest = &*address.name;
        // The longest prefix is the greatest key that is not beyond the name, or shares a
        // shorter beginning with it; each step shortens what is left.
        while let Some(((at, name), place)) = self.places.range(..=(scope, rest)).next_back() {
            if *at != scope {
                break;
            }
            let shared = shared_prefix(name, rest);
            if shared == name.len() && !shared_goes_on(&address.name, shared) {
                found.push((*name, *place));
            }
            let shorter = if shared == name.len() { shared.saturating_sub(1) } else { shared };
            match rest.get(..floor(rest, shorter)) {
                Some(it) if !it.is_empty() => rest = it,
                _ => break,
            }
        }
        found
    }
}

/// Bytes that two names have in common at their start.
fn shared_prefix(one: &str, other: &str) -> usize {
    one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count()
}

/// True when a name does not end a step of an address at `at`: `module.a` in `module.ab`.
fn shared_goes_on(address: &str, at: usize) -> bool {
    !matches!(address.as_bytes().get(at), Some(b'.' | b'#'))
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0)
}

/// Joins findings of one rule at one place, given in order: the first one stays and lists the
/// calls that tell the others apart.
pub(crate) fn join(found: Vec<Finding>, calls: &Calls<'_>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(found.len());
    let mut addresses: Vec<Vec<Address>> = Vec::with_capacity(found.len());
    for finding in found {
        match (kept.last_mut(), addresses.last_mut()) {
            (Some(last), Some(all))
                if last.rule.id == finding.rule.id && last.place == finding.place =>
            {
                for related in finding.related {
                    last.related(related.place, related.message);
                }
                last.severity = last.severity.max(finding.severity);
                all.push(finding.address);
            }
            _ => {
                addresses.push(vec![finding.address.clone()]);
                kept.push(finding);
            }
        }
    }
    for (finding, addresses) in kept.iter_mut().zip(&addresses) {
        list(finding, addresses, calls);
    }
    kept
}

/// Names what brought the addresses here: every overlay, and the calls that some of them came
/// through and others did not.
fn list(finding: &mut Finding, addresses: &[Address], calls: &Calls<'_>) {
    let file = finding.place.file;
    let mut seen = BTreeSet::new();
    let overlays = addresses.iter().filter_map(|it| calls.overlay(it, file));
    let overlays: Vec<_> = overlays.filter(|(_, place)| seen.insert(*place)).collect();
    name(finding, "deployed by", overlays);
    let chains: Vec<_> =
        addresses.iter().flat_map(|it| calls.all(it)).map(|it| calls.of(it)).collect();
    let Some((first, others)) = chains.split_first().filter(|(_, it)| !it.is_empty()) else {
        return;
    };
    let mut everywhere = places(first);
    for chain in others {
        let here = places(chain);
        everywhere.retain(|it| here.contains(it));
    }
    let mut seen = BTreeSet::new();
    let mut telling: Vec<_> = chains.into_iter().flatten().collect();
    telling.retain(|(_, place)| !everywhere.contains(place) && seen.insert(*place));
    name(finding, "used by", telling);
}

/// Adds places with their names; the last one that is listed says how many more there are.
fn name(finding: &mut Finding, words: &str, places: Vec<(&str, Place)>) {
    let more = places.len().saturating_sub(LISTED);
    for (at, (name, place)) in places.into_iter().take(LISTED).enumerate() {
        let name = if name.is_empty() { "." } else { name };
        let tail = if more > 0 && at + 1 == LISTED {
            format!(" and by {more} more")
        } else {
            String::new()
        };
        finding.related(place, format!("{words} `{name}`{tail}"));
    }
}

fn places(chain: &[(&str, Place)]) -> BTreeSet<Place> {
    chain.iter().map(|(_, place)| *place).collect()
}

#[cfg(test)]
mod tests {
    use model::{FileId, Span};

    use super::*;

    fn call(name: &str, at: u32) -> Call {
        let place = Place::new(FileId(0), Span::new(at, at + 1));
        Call { address: Address::new("infra", name), place }
    }

    #[test]
    fn finds_every_call_on_the_way() {
        let calls = vec![
            call("module.a", 1),
            call("module.a.module.b", 2),
            call("module.a.module.b[\"x.y\"]", 3),
            call("module.ab", 4),
            call("module.z", 5),
        ];
        let facts = Facts { calls, ..Facts::default() };
        let calls = Calls::new(&facts);
        let through = |scope: &str, name: &str| -> Vec<u32> {
            let address = Address::new(scope, name);
            let chain = calls.of(&address);
            chain.iter().map(|(_, it)| it.span.start).collect()
        };
        assert_eq!(through("infra", "module.a.module.b.aws_iam_role.r"), [2, 1]);
        assert_eq!(through("infra", "module.a.module.b[\"x.y\"].aws_iam_role.r"), [3, 1]);
        assert_eq!(through("infra", "module.ab.aws_iam_role.r#policy"), [4]);
        assert_eq!(through("infra", "module.abc.aws_iam_role.r"), [] as [u32; 0]);
        assert_eq!(through("infra", "aws_iam_role.r"), [] as [u32; 0]);
        assert_eq!(through("other", "module.a.aws_iam_role.r"), [] as [u32; 0]);
        assert_eq!(through("infra", "module.é.aws_iam_role.r"), [] as [u32; 0]);
    }
}
