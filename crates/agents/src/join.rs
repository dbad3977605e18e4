//! What shows only when all files are seen: parents, owners, who runs a command.

use std::collections::{BTreeMap, BTreeSet};

use model::path;
use model::{
    Address, ConfigScope, Facts, Identity, IdentityKind, Knowledge, Owner, OwnerSource, Party,
    Sourced, Use, UseMode,
};

use crate::clients::{ANY_CLIENT, formats};
use crate::detect;

/// Joins the facts of several files.
pub(crate) fn join(facts: &mut Facts) {
    merge_agents(facts);
    keep_named_variables(facts);
    let agents = Agents::of(facts);
    adopt(facts, &agents);
    name_runners(facts, &agents);
    name_servers(facts);
    switch_off_servers(facts);
    leave_out_idle_plugins(facts);
    inherit_owners(facts);
    crate::layers::mark(facts);
    crate::permission::overrule::mark(facts);
}

/// Keeps what a file of variables holds when a configuration names the file, and gives it to
/// whoever does.
fn keep_named_variables(facts: &mut Facts) {
    let mut named: BTreeMap<String, Party> = BTreeMap::new();
    for one in facts.uses.iter().filter(|it| it.mode == UseMode::ReceivesCredential) {
        if let Party::Address(to) = &one.to
            && is_variables(&to.name)
        {
            named.entry(to.name.to_string()).or_insert_with(|| one.from.clone());
        }
    }
    facts.uses.retain(|it| match &it.to {
        Party::Address(to) => it.mode != UseMode::ReceivesCredential || !is_variables(&to.name),
        _ => true,
    });
    facts.credentials.retain_mut(|it| {
        let file = it.address.name.split('#').next().unwrap_or("");
        if !is_variables(file) {
            return true;
        }
        match named.get(file) {
            Some(holder) => {
                it.holder = Some(holder.clone());
                true
            }
            None => false,
        }
    });
    facts.identities.retain(|it| !is_variables(&it.address.name));
}

/// True for the path of a file of variables.
fn is_variables(path: &str) -> bool {
    let name = path::foreign_name(path);
    !path.contains('#') && (name.starts_with(".env") || name.ends_with(".env"))
}

/// Makes one agent of a client's files in one folder: `.claude/settings.json`,
/// `.claude/settings.local.json` and `.mcp.json` configure the same Claude Code.
fn merge_agents(facts: &mut Facts) {
    let mut groups: BTreeMap<(&'static str, String), Vec<Address>> = BTreeMap::new();
    for it in facts.identities.iter().filter(|it| is_whole_client(it)) {
        let Some(client) = it.client.filter(|it| *it != ANY_CLIENT) else { continue };
        groups.entry((client, project(&it.address.name))).or_default().push(it.address.clone());
    }
    let mut renamed = BTreeMap::new();
    for addresses in groups.into_values() {
        let Some(first) = addresses.iter().min_by_key(|it| (rank(it), (*it).clone())) else {
            continue;
        };
        for other in addresses.iter().filter(|it| *it != first) {
            renamed.insert(other.clone(), first.clone());
        }
    }
    if renamed.is_empty() {
        return;
    }
    let old: BTreeSet<Address> = renamed.keys().cloned().collect();
    facts.identities.retain(|it| it.kind != IdentityKind::Agent || !old.contains(&it.address));
    rename(facts, &renamed);
}

/// True for the agent that a client is by its settings, not for one that a file defines.
fn is_whole_client(identity: &Identity) -> bool {
    let named_after_client = identity.name.value().map(String::as_str) == identity.client;
    identity.kind == IdentityKind::Agent && (named_after_client || is_plugin(identity))
}

fn is_plugin(identity: &Identity) -> bool {
    identity.scope == ConfigScope::Plugin && identity.kind == IdentityKind::Agent
}

/// Which of a client's files names its agent: a manifest knows its author, settings say more
/// than a list of servers.
fn rank(address: &Address) -> u8 {
    let name = address.name.rsplit('/').next().unwrap_or("");
    match name {
        "plugin.json" | "gemini-extension.json" => 0,
        "settings.json" | "config.toml" => 1,
        it if it.contains("settings") => 2,
        "hooks.json" => 4,
        _ => 3,
    }
}

fn rename(facts: &mut Facts, renamed: &BTreeMap<Address, Address>) {
    let change = |it: &mut Address| {
        if let Some(new) = renamed.get(it) {
            *it = new.clone();
        }
    };
    let party = |it: &mut Party| {
        if let Party::Address(address) = it {
            change(address);
        }
    };
    facts.identities.iter_mut().filter_map(|it| it.parent.as_mut()).for_each(change);
    facts.guards.iter_mut().for_each(|it| change(&mut it.agent));
    facts.tool_servers.iter_mut().filter_map(|it| it.agent.as_mut()).for_each(change);
    facts.credentials.iter_mut().filter_map(|it| it.holder.as_mut()).for_each(party);
    for it in &mut facts.uses {
        party(&mut it.from);
        party(&mut it.to);
    }
    for principal in facts.grants.iter_mut().flat_map(|it| &mut it.principals) {
        party(&mut principal.value);
    }
}

/// A plugin that brings no sub-agent, server, hook or permission does not act.
fn leave_out_idle_plugins(facts: &mut Facts) {
    let of = |it: &Party| match it {
        Party::Address(address) => Some(address.clone()),
        _ => None,
    };
    let mut busy: BTreeSet<Address> = BTreeSet::new();
    busy.extend(facts.identities.iter().filter_map(|it| it.parent.clone()));
    busy.extend(facts.guards.iter().map(|it| it.agent.clone()));
    busy.extend(facts.tool_servers.iter().filter_map(|it| it.agent.clone()));
    busy.extend(facts.credentials.iter().filter_map(|it| of(it.holder.as_ref()?)));
    busy.extend(facts.grants.iter().flat_map(|it| &it.principals).filter_map(|it| of(&it.value)));
    facts.identities.retain(|it| !is_plugin(it) || busy.contains(&it.address));
}

/// Whoever answers for an agent answers for its sub-agents and the servers it starts.
fn inherit_owners(facts: &mut Facts) {
    let owners: BTreeMap<Address, Sourced<Owner>> = facts
        .identities
        .iter()
        .filter(|it| matches!(it.kind, IdentityKind::Agent | IdentityKind::SubAgent))
        .filter_map(|it| Some((it.address.clone(), it.ownership.owner.known()?.clone())))
        .collect();
    if owners.is_empty() {
        return;
    }
    let users: BTreeMap<Address, Address> = facts
        .tool_servers
        .iter()
        .filter_map(|it| Some((it.address.clone(), it.agent.clone()?)))
        .collect();
    for it in &mut facts.identities {
        let above = it.parent.as_ref().or_else(|| users.get(&it.address));
        if let Some(owner) =
            above.and_then(|it| owners.get(it)).filter(|_| it.ownership.owner.is_absent())
        {
            let name = owner.value.name.clone();
            let inherited = Owner { name, source: OwnerSource::Parent };
            it.ownership.owner = Knowledge::Known(Sourced::new(inherited, owner.origin.clone()));
        }
    }
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
            folder = path::folder(&folder).to_owned();
        }
    }
}

/// The folder whose configuration a file is: what stands before the part that a client fixes.
pub(crate) fn project(path: &str) -> String {
    let path = path.split('#').next().unwrap_or(path);
    let mut kept = path::folder(path);
    let Some(pattern) = detect::pattern(path).filter(|it| it.contains('/')) else {
        return kept.to_owned();
    };
    let first = pattern.split('/').next().unwrap_or("");
    let mut folder = path::folder(path);
    while !folder.is_empty() {
        let above = path::folder(folder);
        if folder.rsplit('/').next() == Some(first) {
            kept = above;
            break;
        }
        folder = above;
    }
    kept.to_owned()
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

/// Gives each sub-agent the servers of its agent that it names; other names say nothing.
fn name_servers(facts: &mut Facts) {
    let parents: BTreeMap<Address, Address> = facts
        .identities
        .iter()
        .filter_map(|it| Some((it.address.clone(), it.parent.clone()?)))
        .collect();
    let servers: BTreeMap<(Address, String), Address> = facts
        .tool_servers
        .iter()
        .filter_map(|it| Some(((it.agent.clone()?, it.name.clone()), it.address.clone())))
        .collect();
    facts.uses.retain_mut(|it| {
        let (Party::Named { kind: IdentityKind::ToolServer, name }, Party::Address(from)) =
            (&it.to, &it.from)
        else {
            return true;
        };
        let found = parents.get(from).and_then(|it| servers.get(&(it.clone(), name.clone())));
        match found {
            Some(found) => {
                it.to = Party::Address(found.clone());
                true
            }
            None => false,
        }
    });
}

/// A project's server that a list of the same agent switches off by its name is not started.
fn switch_off_servers(facts: &mut Facts) {
    let lists = ["#disabledMcpjsonServers[", "#deniedMcpServers["];
    let off: BTreeSet<(&Address, &str)> = facts
        .grants
        .iter()
        .filter(|it| lists.iter().any(|list| it.address.name.contains(list)))
        .filter_map(|it| {
            let server = it.tool.as_ref()?.server.as_deref()?;
            match &it.principals.first()?.value {
                Party::Address(agent) => Some((agent, server)),
                _ => None,
            }
        })
        .collect();
    for it in &mut facts.tool_servers {
        let named = it.agent.as_ref().is_some_and(|agent| off.contains(&(agent, it.name.as_str())));
        it.enabled &= !named;
    }
}

/// Commands and skills name only the client; the agent of their folder runs them.
fn name_runners(facts: &mut Facts, agents: &Agents) {
    let declared: BTreeSet<Address> =
        facts.identities.iter().map(|it| it.address.clone()).collect();
    for guard in facts.guards.iter_mut().filter(|it| !declared.contains(&it.agent)) {
        if let Some(found) = agents.near(guard.client, &guard.agent.name) {
            guard.agent = found.clone();
        }
    }
    for grant in &mut facts.grants {
        let path = grant.address.name.clone();
        for principal in &mut grant.principals {
            let Party::Named { kind: IdentityKind::Agent, name } = &principal.value else {
                continue;
            };
            let client = formats().map(|it| it.client).find(|it| it == name);
            if let Some(found) = client.and_then(|it| agents.near(it, &path)) {
                principal.value = Party::Address(found.clone());
            }
        }
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
