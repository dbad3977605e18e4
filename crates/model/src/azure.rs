//! What Azure and Entra roles, actions and Graph permissions are worth.

use std::sync::LazyLock;

use crate::grant::{Carrier, Grant, PermissionSystem};
use crate::knowledge::Sourced;
use crate::table;

/// What a role or Graph permission amounts to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AzureRole {
    /// Controls everything in its scope.
    Full,
    /// Hands out roles.
    Access,
    /// Leads to other identities.
    Escalation,
    /// Reads stored secrets.
    Secrets,
    /// An Entra role that leads to all others.
    Directory,
    /// An Entra role close to that.
    DirectoryHigh,
    /// A Graph permission that leads to all others.
    GraphTakeover,
    /// A Graph permission close to that.
    GraphHigh,
}

struct Row {
    name: &'static str,
    id: &'static str,
    class: AzureRole,
}

static ROLES: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/azure-roles.tsv"));
    rows.filter_map(|row| {
        let [name, id, class] = row[..] else { return None };
        let class = match class {
            "full" => AzureRole::Full,
            "access" => AzureRole::Access,
            "escalation" => AzureRole::Escalation,
            "secrets" => AzureRole::Secrets,
            "directory" => AzureRole::Directory,
            "directory-high" => AzureRole::DirectoryHigh,
            "graph-takeover" => AzureRole::GraphTakeover,
            _ => AzureRole::GraphHigh,
        };
        Some(Row { name, id, class })
    })
    .collect()
});

/// An action, what it gives, and whether that is a stored key.
type Action = (&'static str, &'static str, bool);

static ACTIONS: LazyLock<Vec<Action>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../data/azure-actions.tsv"));
    rows.filter_map(|row| match row[..] {
        [name, gives, class] => Some((name, gives, class == "keys")),
        _ => None,
    })
    .collect()
});

/// The plain name of a role or Graph permission and what it amounts to. It may be named by its
/// name, its id, or the path of its definition that ends in the id.
pub fn role(name_or_id: &str) -> Option<(&'static str, AzureRole)> {
    let last = name_or_id.rsplit('/').next().unwrap_or(name_or_id);
    let row = ROLES
        .iter()
        .find(|it| it.name.eq_ignore_ascii_case(name_or_id) || it.id.eq_ignore_ascii_case(last));
    row.map(|it| (it.name, it.class))
}

/// What an action of a custom role gives beyond its name, after "can".
pub fn action(pattern: &str) -> Option<&'static str> {
    covered(pattern, false)
}

/// Which stored keys, that no role limits, an action of a custom role reads, after "can".
pub fn key_reading(pattern: &str) -> Option<&'static str> {
    covered(pattern, true)
}

fn covered(pattern: &str, keys: bool) -> Option<&'static str> {
    let mut rows = ACTIONS.iter().filter(|it| it.2 == keys);
    rows.find(|(name, ..)| table::glob(pattern, name)).map(|(_, gives, _)| *gives)
}

/// Permissions of a key vault's access policy that together leave nothing out, by what they are
/// about. Source: Azure Key Vault access policies, 2026-11-22.
const WHOLE_VAULT: &[(&str, &[&str])] = &[
    ("certificates", &["get", "list", "create", "delete", "purge"]),
    ("keys", &["get", "list", "create", "delete", "purge"]),
    ("secrets", &["get", "list", "set", "delete", "purge"]),
    ("storage", &["get", "list", "set", "delete", "purge"]),
];

/// What an access policy of a key vault gives everything of, and the permission that goes
/// farthest: the one that makes what was deleted gone for good.
pub fn whole_vault(grant: &Grant) -> Option<(&str, &Sourced<String>)> {
    let access_policy =
        grant.system == PermissionSystem::Azure && grant.carrier == Carrier::ResourcePolicy;
    let about = grant.resources.items.first().filter(|_| access_policy)?;
    let (_, needed) = WHOLE_VAULT.iter().find(|(name, _)| *name == about.value)?;
    let find =
        |name: &str| grant.actions.items.iter().find(|it| it.value.eq_ignore_ascii_case(name));
    let farthest = find("all").or_else(|| {
        let all = needed.iter().all(|it| find(it).is_some());
        find("purge").filter(|_| all)
    })?;
    Some((&about.value, farthest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_known_by_name_id_and_path() {
        let owner = Some(("Owner", AzureRole::Full));
        assert_eq!(role("owner"), owner);
        assert_eq!(role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635"), owner);
        let path = "/subscriptions/0/providers/Microsoft.Authorization/roleDefinitions/\
                    8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
        assert_eq!(role(path), owner);
        assert_eq!(role("Reader"), None);
    }

    #[test]
    fn custom_actions_are_patterns() {
        assert!(action("Microsoft.Authorization/roleAssignments/write").is_some());
        assert!(action("Microsoft.Authorization/*").is_some());
        assert!(action("Microsoft.Compute/virtualMachines/read").is_none());
        assert!(action("Microsoft.Storage/storageAccounts/listKeys/action").is_none());
        assert!(key_reading("Microsoft.Storage/storageAccounts/listKeys/action").is_some());
        assert!(key_reading("*/listKeys/action").is_some());
        assert!(key_reading("Microsoft.Storage/storageAccounts/read").is_none());
    }
}
