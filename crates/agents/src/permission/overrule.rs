//! Entries that never decide anything, because others of the same agent decide in their place.
//!
//! This shows only when every layer of an agent's settings is seen, so it is part of joining.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Address, ConfigScope, Effect, Facts, Grant, Overruled, Party, PermissionSystem, ToolClass,
};

use crate::clients::CLAUDE_CODE;

use crate::permission::evaluate::{Call, Rule, covers, decide};
use crate::permission::order::Order;

/// Entries of one agent that are compared with each other; more than that is generated.
const MOST_ENTRIES: usize = 512;

/// Marks the entries that others overrule, with the one that decides.
pub(crate) fn mark(facts: &mut Facts) {
    let clients: BTreeMap<Address, &'static str> =
        facts.identities.iter().filter_map(|it| Some((it.address.clone(), it.client?))).collect();
    let mut lists: BTreeMap<Address, Vec<usize>> = BTreeMap::new();
    for (at, grant) in facts.grants.iter().enumerate() {
        let [principal] = grant.principals.as_slice() else { continue };
        let Party::Address(agent) = &principal.value else { continue };
        if grant.system == PermissionSystem::AgentTools && grant.tool.is_some() {
            lists.entry(agent.clone()).or_default().push(at);
        }
    }
    let everywhere = everywhere(facts, &clients, &lists);
    let (mut found, mut open) = (Vec::new(), Vec::new());
    for (agent, list) in &lists {
        let Some(client) = clients.get(agent) else { continue };
        let mut list = list.clone();
        let own = list.len();
        let others = everywhere.get(client).into_iter().flatten();
        list.extend(others.filter(|(of, _)| of != agent).map(|(_, at)| *at));
        if list.len() <= MOST_ENTRIES {
            let own: BTreeSet<usize> = list.iter().take(own).copied().collect();
            let rules = rules(facts, &list);
            // What another agent's entries come to is decided with that agent's own.
            let here = |it: &(usize, Overruled)| own.contains(&it.0);
            found.extend(overruled(facts, Order::of(client), &rules).into_iter().filter(here));
            open.extend(bypassed(facts, client, &rules).into_iter().filter(here));
        }
    }
    for (at, by) in found {
        if let Some(tool) = facts.grants.get_mut(at).and_then(|it| it.tool.as_mut()) {
            tool.overruled = Some(by);
        }
    }
    for (at, by) in open {
        if let Some(tool) = facts.grants.get_mut(at).and_then(|it| it.tool.as_mut()) {
            tool.bypassed = Some(by);
        }
    }
}

/// Entries by client that hold in every project: an organisation's, and a person's own.
fn everywhere(
    facts: &Facts,
    clients: &BTreeMap<Address, &'static str>,
    lists: &BTreeMap<Address, Vec<usize>>,
) -> BTreeMap<&'static str, Vec<(Address, usize)>> {
    let mut found: BTreeMap<&'static str, Vec<(Address, usize)>> = BTreeMap::new();
    for (agent, list) in lists {
        let Some(client) = clients.get(agent) else { continue };
        for at in list {
            let scope = facts.grants.get(*at).and_then(|it| it.tool.as_ref()).map(|it| it.scope);
            if matches!(scope, Some(ConfigScope::Managed | ConfigScope::User)) {
                found.entry(client).or_default().push((agent.clone(), *at));
            }
        }
    }
    found
}

/// The entry that decides a call of an agent; `None` when no entry speaks of it.
pub(crate) fn deciding<'f>(
    facts: &'f Facts,
    agent: &Address,
    call: &Call<'_>,
) -> Option<&'f Grant> {
    let own = Party::Address(agent.clone());
    let client = facts.identities.iter().find(|it| it.address == *agent)?.client?;
    let held = |it: &Grant| it.principals.iter().any(|it| it.value == own);
    let list: Vec<usize> =
        facts.grants.iter().enumerate().filter(|(_, it)| held(it)).map(|(at, _)| at).collect();
    let rules = rules(facts, &list);
    let bare: Vec<Rule<'_>> = rules.iter().map(|(_, it)| *it).collect();
    let (at, _) = rules.get(decide(Order::of(client), &bare, call)?)?;
    facts.grants.get(*at)
}

fn rules<'f>(facts: &'f Facts, list: &[usize]) -> Vec<(usize, Rule<'f>)> {
    list.iter()
        .filter_map(|at| {
            let grant = facts.grants.get(*at)?;
            let pattern = grant.tool.as_ref().filter(|it| it.ignored.is_none())?;
            Some((*at, Rule { effect: grant.effect, pattern }))
        })
        .collect()
}

/// Paths that are forbidden to the tool that reads them, and open to a command.
fn bypassed(facts: &Facts, client: &str, rules: &[(usize, Rule<'_>)]) -> Vec<(usize, Overruled)> {
    let mut found = Vec::new();
    let bare: Vec<Rule<'_>> = rules.iter().map(|(_, it)| *it).collect();
    for (at, rule) in rules {
        let tool = rule.pattern;
        let closes = rule.effect == Effect::Deny && tool.class == ToolClass::Read;
        let Some(path) = tool.argument.as_deref().filter(|_| closes) else { continue };
        let path: String = path.trim_start_matches('/').replace("**/", "").replace('*', "x");
        let decided = |line: &String| {
            let call = Call { class: ToolClass::Shell, tool: "", server: None, argument: line };
            let (by, winner) =
                decide(Order::of(client), &bare, &call).and_then(|it| rules.get(it))?;
            (winner.effect == Effect::Allow).then_some((*by, winner.effect))
        };
        let Some((by, effect)) = readers(client, &path).iter().find_map(decided) else { continue };
        if let Some(grant) = facts.grants.get(by) {
            found.push((*at, as_overruling(grant, effect)));
        }
    }
    found
}

/// Commands that read a path in spite of an entry that forbids the tool to.
fn readers(client: &str, path: &str) -> Vec<String> {
    if client != CLAUDE_CODE {
        return vec![format!("cat {path}")];
    }
    // It looks into commands that read files, but not into programs.
    vec![
        format!("python3 -c \"print(open('{path}').read())\""),
        format!("node -e \"console.log(require('fs').readFileSync('{path}', 'utf8'))\""),
        format!("ruby -e \"puts File.read('{path}')\""),
        format!("perl -pe 1 {path}"),
        format!("go run read.go {path}"),
    ]
}

fn as_overruling(grant: &Grant, effect: Effect) -> Overruled {
    let text = grant.actions.items.first().map_or_else(String::new, |it| it.value.clone());
    Overruled { by: grant.address.clone(), effect, text, place: grant.place }
}

fn overruled(facts: &Facts, order: Order, rules: &[(usize, Rule<'_>)]) -> Vec<(usize, Overruled)> {
    let mut found = Vec::new();
    for (index, (at, rule)) in rules.iter().enumerate() {
        // What covers the whole entry and wins against it decides every call of it.
        let stronger = rules.iter().enumerate().find(|(other, (_, it))| {
            *other != index
                && it.effect != rule.effect
                && speaks_for(it, rule)
                && order.winner([(index, *rule), (*other, *it)].into_iter()) == Some(*other)
        });
        let Some((_, (by, winner))) = stronger else { continue };
        let Some(grant) = facts.grants.get(*by) else { continue };
        found.push((*at, as_overruling(grant, winner.effect)));
    }
    found
}

/// True when one entry speaks of every call of another. Reads and edits of one path are
/// different calls, but to ask about all tools is to ask about each.
fn speaks_for(wide: &Rule<'_>, narrow: &Rule<'_>) -> bool {
    let any = wide.pattern.class == ToolClass::Any && wide.effect != Effect::Allow;
    any || covers(wide.pattern, narrow.pattern)
}
