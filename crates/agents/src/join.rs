//! What shows only when all files are seen: parents, who runs a command, which layer decides.

use std::collections::BTreeMap;

use model::{Address, ConfigScope, Facts, GuardKind, Identity, IdentityKind, Party, Use, UseMode};

use crate::clients::{CLAUDE_CODE, FORMATS};
use crate::detect;

/// Joins the facts of several files.
pub(crate) fn join(facts: &mut Facts) {
    let agents = Agents::of(facts);
    adopt(facts, &agents);
    name_runners(facts, &agents);
    layer(facts);
}

/// The agents of the workspace by client and project folder.
struct Agents {
    by_place: BTreeMap<(&'static str, String), Vec<Address>>,
}

impl Agents {
    fn of(facts: &Facts) -> Self {
        let mut by_place: BTreeMap<_, Vec<Address>> = BTreeMap::new();
        for it in facts.identities.iter().filter(|it| it.kind == IdentityKind::Agent) {
            if let Some(client) = it.client {
                by_place
                    .entry((client, project(&it.address.name)))
                    .or_default()
                    .push(it.address.clone());
            }
        }
        for addresses in by_place.values_mut() {
            // A client's own settings say more about it than a list of servers.
            addresses.sort_by_key(|it| (!it.name.contains("settings"), it.clone()));
        }
        Self { by_place }
    }

    /// The agent of a client that works on the file at `path`: in its folder, or the nearest
    /// one above.
    fn near(&self, client: &'static str, path: &str) -> Option<&Address> {
        let mut folder = project(path);
        loop {
            if let Some(found) = self.by_place.get(&(client, folder.clone())) {
                return found.first();
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent(&folder).to_owned();
        }
    }
}

/// The folder whose configuration a file is: what stands before the part that a client fixes.
fn project(path: &str) -> String {
    let path = path.split('#').next().unwrap_or(path);
    let mut kept = parent(path);
    let Some(pattern) = detect::pattern(path).filter(|it| it.contains('/')) else {
        return kept.to_owned();
    };
    let first = pattern.split('/').next().unwrap_or("");
    let mut folder = parent(path);
    while !folder.is_empty() {
        let above = parent(folder);
        if folder.rsplit('/').next() == Some(first) {
            kept = above;
            break;
        }
        folder = above;
    }
    kept.to_owned()
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Gives each sub-agent the agent that can call it.
fn adopt(facts: &mut Facts, agents: &Agents) {
    let mut uses = Vec::new();
    for it in &mut facts.identities {
        let orphan = it.kind == IdentityKind::SubAgent && it.parent.is_none();
        let found = orphan.then(|| near(it, agents)).flatten();
        if let Some(found) = found {
            uses.push(Use {
                from: Party::Address(found.clone()),
                to: Party::Address(it.address.clone()),
                mode: UseMode::DelegatesTo,
                place: it.place,
            });
            it.parent = Some(found);
        }
    }
    facts.uses.extend(uses);
}

fn near(identity: &Identity, agents: &Agents) -> Option<Address> {
    agents.near(identity.client?, &identity.address.name).cloned()
}

/// Commands and skills name only the client; the agent of their folder runs them.
fn name_runners(facts: &mut Facts, agents: &Agents) {
    for grant in &mut facts.grants {
        let path = grant.address.name.clone();
        for principal in &mut grant.principals {
            let Party::Named { kind: IdentityKind::Agent, name } = &principal.value else {
                continue;
            };
            let client = FORMATS.iter().map(|it| it.client).find(|it| it == name);
            if let Some(found) = client.and_then(|it| agents.near(it, &path)) {
                principal.value = Party::Address(found.clone());
            }
        }
    }
}

/// Marks settings of one value that a stronger layer of the same project sets too.
///
/// Lists are added up by every client that has layers, so their entries all stay in force.
fn layer(facts: &mut Facts) {
    let mut strongest: BTreeMap<(&'static str, String, String), u8> = BTreeMap::new();
    let keys: Vec<_> = facts
        .guards
        .iter()
        .map(|it| {
            let single = it.client == CLAUDE_CODE
                && matches!(
                    it.kind,
                    GuardKind::Approval(_) | GuardKind::Sandbox(_) | GuardKind::TrustsAllServers
                )
                && !it.agent.name.ends_with(".md");
            single.then(|| (it.client, project(&it.agent.name), it.setting.clone()))
        })
        .collect();
    for (guard, key) in facts.guards.iter().zip(&keys) {
        if let Some(key) = key {
            let rank = strongest.entry(key.clone()).or_default();
            *rank = (*rank).max(strength(guard.scope));
        }
    }
    for (guard, key) in facts.guards.iter_mut().zip(keys) {
        let best = key.and_then(|it| strongest.get(&it).copied());
        guard.effective &= best.is_none_or(|it| it == strength(guard.scope));
    }
}

/// Claude Code: managed over local over project over user.
fn strength(scope: ConfigScope) -> u8 {
    match scope {
        ConfigScope::Plugin => 0,
        ConfigScope::User => 1,
        ConfigScope::Project => 2,
        ConfigScope::Local => 3,
        ConfigScope::Managed => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::project;

    #[test]
    fn the_project_folder_stands_before_what_the_client_fixes() {
        for (path, folder) in [
            (".mcp.json", ""),
            ("a/.mcp.json#mcpServers.x", "a"),
            ("a/.claude/settings.json", "a"),
            (".claude/agents/b/c.md", ""),
            ("x/y/.cursor/mcp.json", "x/y"),
        ] {
            assert_eq!(project(path), folder, "{path}");
        }
    }
}
