//! What the policy languages of Vault, Consul and Nomad give.
//!
//! A Vault policy is a list of paths with capabilities; the longest matching path counts. A
//! Consul or Nomad policy names kinds of things, each with a level. Grants of all three have the
//! path or thing as their only resource and the capabilities or level as actions.

use crate::grant::{Grant, PermissionSystem};
use crate::knowledge::Sourced;

/// How much of Vault a path covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum VaultReach {
    /// One path, or paths below one.
    Named,
    /// Every secret of a store that is mounted under the name that is everybody's default.
    Store,
    /// Every path of every engine.
    Everything,
}

/// Names under which the documentation mounts its key-value store.
const STORES: &[&str] = &["secret", "secrets", "kv", "kv-v1", "kv-v2", "kvv1", "kvv2"];

/// How much a Vault path covers.
pub fn vault_reach(path: &str) -> VaultReach {
    let path = path.trim_start_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    let open = |it: &&str| matches!(*it, "*" | "+");
    if path.ends_with('*') && segments.iter().all(open) {
        return VaultReach::Everything;
    }
    match segments.as_slice() {
        [store, "*"] | [store, "data" | "+", "*"] if STORES.contains(store) => VaultReach::Store,
        _ => VaultReach::Named,
    }
}

/// True when a capability changes something.
pub fn vault_writes(capability: &str) -> bool {
    matches!(capability, "create" | "update" | "patch" | "delete" | "write" | "sudo" | "root")
}

/// What a Vault statement lets its holder make of itself, after "can".
pub fn vault_escalation(path: &str, capabilities: &Capabilities) -> Option<&'static str> {
    let path = path.trim_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    let is_open = |it: &str| it.ends_with('*') || it == "+";
    match segments.as_slice() {
        ["sys", "raw"] | ["sys", "raw", ..] if capabilities.sudo => {
            Some("read and change the storage below every policy")
        }
        ["sys", "*"] | ["sys", "policies" | "policy", ..]
            if capabilities.writes && segments.last().is_some_and(|it| is_open(it)) =>
        {
            Some("rewrite every policy, its own too")
        }
        ["sys", "auth", last] if capabilities.writes && capabilities.sudo && is_open(last) => {
            Some("add a way to log in as anybody")
        }
        ["auth", "token", "create" | "create-orphan" | "*"] if capabilities.sudo => {
            Some("create tokens with every policy")
        }
        ["auth", "*"] | ["auth", _, "*"]
            if capabilities.writes && segments.get(1) != Some(&"token") =>
        {
            Some("let any login have any policy")
        }
        ["auth", _, "role" | "roles" | "users" | "user" | "groups" | "map" | "certs", last]
            if capabilities.writes && is_open(last) =>
        {
            Some("let any login have any policy")
        }
        ["identity"]
        | ["identity", "*"]
        | ["identity", "entity" | "group"]
        | ["identity", "entity" | "group", "*"]
            if capabilities.writes =>
        {
            Some("give any policy to any identity")
        }
        _ => None,
    }
}

/// The capabilities of a Vault statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Capabilities {
    /// It reads.
    pub reads: bool,
    /// It creates, changes or deletes.
    pub writes: bool,
    /// It works on paths that are kept for root.
    pub sudo: bool,
}

impl Capabilities {
    /// The capabilities that a grant lists.
    pub fn of(grant: &Grant) -> Self {
        let any = |test: &dyn Fn(&str) -> bool| grant.actions.texts().any(test);
        Self {
            reads: any(&|it| matches!(it, "read" | "write" | "sudo" | "root")),
            writes: any(&vault_writes),
            sudo: any(&|it| matches!(it, "sudo" | "root")),
        }
    }
}

/// The only resource of a grant in one of the three languages.
pub fn target(grant: &Grant) -> Option<&Sourced<String>> {
    let is_one = matches!(
        grant.system,
        PermissionSystem::Vault | PermissionSystem::Consul | PermissionSystem::Nomad
    );
    grant.resources.items.first().filter(|_| is_one && grant.resources.items.len() == 1)
}

/// The kind and the name of a thing in a Consul or Nomad policy: `key_prefix:`, `operator`.
pub fn kind_and_name(target: &str) -> (&str, Option<&str>) {
    match target.split_once(':') {
        Some((kind, name)) => (kind, Some(name)),
        None => (target, None),
    }
}

/// What the writer of everything of a kind can do in Consul, after "can".
pub fn consul_everything(target: &str) -> Option<&'static str> {
    match kind_and_name(target) {
        ("key_prefix", Some("")) => Some("change every key"),
        ("service_prefix", Some("")) => Some("register as every service"),
        ("node_prefix", Some("")) => Some("register as every node"),
        ("agent_prefix", Some("")) => Some("reconfigure every agent"),
        _ => None,
    }
}

/// The worst that a Nomad statement on every namespace lets its holder do, after "can", and
/// whether it leads to other identities.
pub fn nomad_everything(grant: &Grant) -> Option<(&'static str, bool)> {
    let has = |name: &str| grant.actions.find(name).is_some();
    if has("alloc-node-exec") {
        Some(("run commands on every client node", true))
    } else if has("write") || has("alloc-exec") {
        Some(("run commands in every allocation", true))
    } else if has("submit-job") || has("scale") {
        Some(("run jobs in every namespace", false))
    } else if has("read-fs") || has("variables-read") {
        Some(("read the files of every allocation", false))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_reach_as_far_as_their_globs() {
        for (path, expected) in [
            ("*", VaultReach::Everything),
            ("+/*", VaultReach::Everything),
            ("+/+/*", VaultReach::Everything),
            ("secret/*", VaultReach::Store),
            ("secret/data/*", VaultReach::Store),
            ("kv/+/*", VaultReach::Store),
            ("secret/data/app/*", VaultReach::Named),
            ("team-a/*", VaultReach::Named),
            ("+", VaultReach::Named),
            ("sys/health", VaultReach::Named),
        ] {
            assert_eq!(vault_reach(path), expected, "{path}");
        }
    }

    #[test]
    fn paths_that_lead_further_are_told_from_those_that_do_not() {
        let writes = Capabilities { writes: true, ..Capabilities::default() };
        let sudo = Capabilities { sudo: true, ..writes };
        for (path, capabilities, expected) in [
            ("sys/policies/acl/*", writes, true),
            ("sys/policy/*", writes, true),
            ("sys/*", writes, true),
            ("sys/policies/acl/app", writes, false),
            ("sys/leases/*", writes, false),
            ("auth/*", writes, true),
            ("auth/approle/role/*", writes, true),
            ("auth/approle/role/app/secret-id", writes, false),
            ("auth/token/create", writes, false),
            ("auth/token/create", sudo, true),
            ("auth/token/*", writes, false),
            ("identity/entity", writes, true),
            ("identity/lookup/entity", writes, false),
            ("sys/raw/*", sudo, true),
            ("sys/policies/acl/*", Capabilities::default(), false),
        ] {
            let found = vault_escalation(path, &capabilities).is_some();
            assert_eq!(found, expected, "{path} {capabilities:?}");
        }
    }
}
