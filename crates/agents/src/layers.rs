//! Settings of one value that several layers set: which of them decides.
//!
//! Every client that has layers lets the organisation's file win, then what one person keeps in
//! the project, then the project, then the person's own file, then what plugins bring (Claude
//! Code, Gemini CLI, Codex, OpenCode, VS Code, Copilot CLI and Amp, read 2026-08). A person's
//! file holds in other projects too, so no project takes its settings out of force. Lists are
//! added up by all of them, so their entries stay.

use std::collections::{BTreeMap, BTreeSet};

use model::{ApprovalMode, ConfigScope, Facts, Guard, GuardKind};

use crate::clients::ANY_CLIENT;
use crate::join::project;

/// Stands for the folder of settings that hold in every project; no path is written so.
const EVERYWHERE: &str = "*";

/// A setting of a client in a folder.
type Key = (&'static str, String, String);

/// Marks the settings that are not in force.
pub(crate) fn mark(facts: &mut Facts) {
    take_out_forbidden(facts);
    take_out_weaker(facts);
}

/// Marks what a stronger layer of the same project, or the organisation, sets too.
fn take_out_weaker(facts: &mut Facts) {
    let keys: Vec<Option<Key>> = facts.guards.iter().map(key).collect();
    let mut strongest: BTreeMap<&Key, u8> = BTreeMap::new();
    for (guard, key) in facts.guards.iter().zip(&keys) {
        if let Some(key) = key {
            let rank = strongest.entry(key).or_default();
            *rank = (*rank).max(strength(guard.scope));
        }
    }
    for (guard, key) in facts.guards.iter_mut().zip(&keys) {
        let Some(key) = key else { continue };
        let everywhere = (key.0, EVERYWHERE.to_owned(), key.2.clone());
        let best = strongest.get(&everywhere).max(strongest.get(key));
        guard.effective &= best.is_none_or(|it| *it == strength(guard.scope));
    }
}

fn key(guard: &Guard) -> Option<Key> {
    let is_single = matches!(
        guard.kind,
        GuardKind::Approval(_)
            | GuardKind::Sandbox(_)
            | GuardKind::Network(_)
            | GuardKind::TrustsAllServers
            | GuardKind::ModelEndpoint(_)
            | GuardKind::Logging(_)
            | GuardKind::RecordsContent
    );
    // What a sub-agent says about itself is no layer of the client's settings.
    let is_document = guard.agent.name.ends_with(".md");
    let applies = is_single && guard.stated && !is_document && guard.client != ANY_CLIENT;
    applies.then(|| (guard.client, folder(guard), guard.setting.clone()))
}

/// The folder in which a setting holds; an organisation's holds in every one.
fn folder(guard: &Guard) -> String {
    match guard.scope {
        ConfigScope::Managed => EVERYWHERE.to_owned(),
        _ => project(&guard.agent.name),
    }
}

/// Marks modes without approval that a setting of the project or the organisation forbids.
fn take_out_forbidden(facts: &mut Facts) {
    let forbids = |it: &&Guard| matches!(it.kind, GuardKind::BypassForbidden(true));
    let forbidden: BTreeSet<(&'static str, String)> =
        facts.guards.iter().filter(forbids).map(|it| (it.client, folder(it))).collect();
    if forbidden.is_empty() {
        return;
    }
    for guard in &mut facts.guards {
        let is_bypass = matches!(guard.kind, GuardKind::Approval(ApprovalMode::Bypass));
        let places = [EVERYWHERE.to_owned(), project(&guard.agent.name)];
        if is_bypass && places.into_iter().any(|it| forbidden.contains(&(guard.client, it))) {
            guard.effective = false;
        }
    }
}

/// User below project below local below managed; what a plugin brings is weakest.
pub(crate) fn strength(scope: ConfigScope) -> u8 {
    match scope {
        ConfigScope::Plugin => 0,
        ConfigScope::User => 1,
        ConfigScope::Project => 2,
        ConfigScope::Local => 3,
        ConfigScope::Managed => 4,
    }
}
