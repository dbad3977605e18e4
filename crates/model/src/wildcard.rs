//! The wildcards of a statement, in the notation of every permission system.
//!
//! More than one rule has to know them: the one that reports them, and those that stay silent
//! because it does.

use crate::aws::{self, Breadth, ManagedPolicy};
use crate::azure::{self, AzureRole};
use crate::google::{self, GoogleRole};
use crate::grant::{Carrier, Effect, Grant, PermissionSystem};
use crate::identity::Party;
use crate::knowledge::Sourced;
use crate::tool_pattern::{ToolClass, ToolPattern};

/// How much a wildcard in place of actions covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WildcardReach {
    /// Every action of one service or provider.
    Service,
    /// Every action there is.
    Everything,
}

/// A wildcard in place of actions.
#[derive(Clone, Copy, Debug)]
pub struct Wildcard<'a> {
    /// The pattern.
    pub pattern: &'a Sourced<String>,
    /// How much it covers.
    pub reach: WildcardReach,
}

/// True when a statement gives something: it allows, and is not merely a limit on what other
/// statements give.
pub fn gives(grant: &Grant) -> bool {
    grant.effect == Effect::Allow
        && grant.carrier != Carrier::Limit
        && grant.tool.as_ref().is_none_or(ToolPattern::is_in_force)
}

/// The wildcards that stand for all actions of a system or of a service, widest first. Empty
/// for a statement that gives nothing, and for one that names what it leaves out.
pub fn wildcards(grant: &Grant) -> Vec<Wildcard<'_>> {
    if !gives(grant) || grant.actions.negated {
        return Vec::new();
    }
    let mut found: Vec<_> = grant
        .actions
        .items
        .iter()
        .filter_map(|pattern| Some(Wildcard { pattern, reach: reach(grant, &pattern.value)? }))
        .collect();
    // A stable sort: the first of equals is the one that is read first.
    found.sort_by_key(|it| std::cmp::Reverse(it.reach));
    found
}

/// The actions of a statement that none of its wildcards covers, in reading order. What a
/// wildcard gives is told where the wildcard is; these have to be judged by themselves.
pub fn beside(grant: &Grant) -> Vec<&Sourced<String>> {
    let found = wildcards(grant);
    if found.iter().any(|it| it.reach == WildcardReach::Everything) {
        return Vec::new();
    }
    let separator = if grant.system == PermissionSystem::Azure { '/' } else { ':' };
    let service = |it: &'_ str| it.split(separator).next().map(str::to_ascii_lowercase);
    let covered: Vec<_> = found.iter().map(|it| service(&it.pattern.value)).collect();
    grant.actions.items.iter().filter(|it| !covered.contains(&service(&it.value))).collect()
}

fn reach(grant: &Grant, pattern: &str) -> Option<WildcardReach> {
    let all = |it: &str| !it.is_empty() && it.bytes().all(|b| b == b'*');
    match grant.system {
        PermissionSystem::Aws => match pattern.split_once(':') {
            None => all(pattern).then_some(WildcardReach::Everything),
            Some((service, name)) if all(name) => {
                if all(service) {
                    return Some(WildcardReach::Everything);
                }
                aws::is_service(service).then_some(WildcardReach::Service)
            }
            Some(_) => None,
        },
        PermissionSystem::Kubernetes => all(pattern).then_some(WildcardReach::Everything),
        PermissionSystem::Azure => match pattern.rsplit_once('/') {
            None => all(pattern).then_some(WildcardReach::Everything),
            Some((provider, last)) if all(last) => Some(if all(provider) {
                WildcardReach::Everything
            } else if provider.contains('/') {
                return None;
            } else {
                WildcardReach::Service
            }),
            Some(_) => None,
        },
        PermissionSystem::AgentTools => {
            let tool = grant.tool.as_ref()?;
            let open = match tool.class {
                ToolClass::Any | ToolClass::Shell => true,
                ToolClass::ToolServer => tool.server.as_deref().is_some_and(all),
                _ => false,
            };
            if !tool.everything {
                return None;
            }
            // Files of a whole disk, every host, every tool of one server: all of one kind.
            let kind = match tool.class {
                ToolClass::Read | ToolClass::Write => tool.argument.is_some(),
                // A search takes words, not addresses.
                ToolClass::Network => !tool.tool.to_ascii_lowercase().contains("search"),
                ToolClass::ToolServer => tool.server.is_some(),
                _ => false,
            };
            let whole = if open { WildcardReach::Everything } else { WildcardReach::Service };
            (open || kind).then_some(whole)
        }
        _ => None,
    }
}

/// True when what a statement covers is limited to the one thing that carries it: a policy of
/// a bucket, queue or key, whatever its `Resource` says.
pub fn is_about_its_carrier(grant: &Grant) -> bool {
    match grant.carrier {
        Carrier::ResourcePolicy => true,
        // Only a policy of a resource names principals in its statements.
        Carrier::PolicyDocument => !grant.principals.is_empty(),
        _ => false,
    }
}

/// True when one of the principals of a statement is open to everyone.
pub fn is_public(grant: &Grant) -> bool {
    grant.principals.iter().any(|it| matches!(it.value, Party::Everyone | Party::Authenticated))
}

/// True for a role or managed policy that gives control of an account, project, subscription,
/// tenant or cluster.
pub fn is_admin_role(grant: &Grant) -> bool {
    let Some(role) = grant.role.value().filter(|_| gives(grant)) else { return false };
    match grant.system {
        PermissionSystem::Aws => aws::managed_policy(role) == Some(ManagedPolicy::Admin),
        PermissionSystem::Google => {
            matches!(google::role(role), Some(GoogleRole::Basic | GoogleRole::Admin))
        }
        PermissionSystem::Azure | PermissionSystem::EntraDirectory => matches!(
            azure::role(role),
            Some((_, AzureRole::Full | AzureRole::Access | AzureRole::Directory))
        ),
        PermissionSystem::Kubernetes => role == "cluster-admin" && !grant.local_role,
        _ => false,
    }
}

/// How much a statement's resources cover, whatever its system.
pub fn breadth(grant: &Grant) -> Breadth {
    match grant.system {
        _ if is_about_its_carrier(grant) => Breadth::Named,
        PermissionSystem::Aws => aws::breadth_of(&grant.resources).0,
        PermissionSystem::Kubernetes => {
            if grant.resources.find("*").is_some() {
                Breadth::Everything
            } else if grant.resources.partial {
                Breadth::Unknown
            } else {
                Breadth::Named
            }
        }
        _ => Breadth::Unknown,
    }
}
