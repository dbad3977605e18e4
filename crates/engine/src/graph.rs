//! The facts, joined: who holds what, who may become whom, who uses whom.
//!
//! Joins go by address first and by the names that other systems use second (an ARN, an
//! e-mail address). A party that is declared nowhere in the workspace joins nothing.

use std::collections::BTreeMap;

use model::{
    Address, Credential, Facts, Grant, Identity, IdentityKind, Party, Place, Purpose, ToolServer,
    Trust, Use, UseMode,
};

/// Joined facts. Indexes only: everything lives in [`Facts`].
#[derive(Debug)]
pub struct Graph<'a> {
    facts: &'a Facts,
    by_address: BTreeMap<&'a Address, usize>,
    by_name: BTreeMap<&'a str, Vec<usize>>,
    grants: Vec<Vec<usize>>,
    credentials: Vec<Vec<usize>>,
    trusts: Vec<Vec<usize>>,
    uses_from: Vec<Vec<usize>>,
    uses_to: Vec<Vec<usize>>,
    uses_by: BTreeMap<&'a Address, Vec<usize>>,
    servers: BTreeMap<&'a Address, usize>,
}

impl<'a> Graph<'a> {
    /// Joins facts.
    pub fn new(facts: &'a Facts) -> Self {
        let count = facts.identities.len();
        let mut by_address = BTreeMap::new();
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, identity) in facts.identities.iter().enumerate() {
            by_address.entry(&identity.address).or_insert(index);
            for alias in &identity.aliases {
                by_name.entry(alias).or_default().push(index);
            }
        }
        let servers =
            facts.tool_servers.iter().enumerate().map(|(i, it)| (&it.address, i)).collect();
        let none = || vec![Vec::new(); count];
        let mut graph = Self {
            facts,
            by_address,
            by_name,
            grants: none(),
            credentials: none(),
            trusts: none(),
            uses_from: none(),
            uses_to: none(),
            uses_by: BTreeMap::new(),
            servers,
        };
        graph.join();
        graph
    }

    fn join(&mut self) {
        let facts = self.facts;
        let accounts = Accounts::of(facts);
        let mut room = MEMBERS;
        for (index, grant) in facts.grants.iter().enumerate() {
            for party in &grant.principals {
                let at = self.index(&party.value);
                link(&mut self.grants, at, index);
                for at in accounts.members(&party.value, grant).take(room) {
                    room -= 1;
                    link(&mut self.grants, Some(at), index);
                }
            }
        }
        for (index, credential) in facts.credentials.iter().enumerate() {
            let at = credential.holder.as_ref().and_then(|it| self.index(it));
            link(&mut self.credentials, at, index);
        }
        for (index, trust) in facts.trusts.iter().enumerate() {
            let at = self.index(&trust.identity);
            link(&mut self.trusts, at, index);
        }
        for (index, one) in facts.uses.iter().enumerate() {
            let (from, to) = (self.index(&one.from), self.index(&one.to));
            link(&mut self.uses_from, from, index);
            link(&mut self.uses_to, to, index);
            if let Party::Address(from) = &one.from {
                self.uses_by.entry(from).or_default().push(index);
            }
        }
    }

    fn index(&self, party: &Party) -> Option<usize> {
        match party {
            Party::Address(address) => self.by_address.get(address).copied(),
            Party::Named { kind, name } => self.named(name).or_else(|| {
                // A role is declared without its account, and an ARN begins with it.
                let (_, path) = name.split_once(":role/")?;
                let short = path.rsplit('/').next()?;
                let known = *kind == IdentityKind::AwsIamRole;
                known.then(|| self.named(&format!("role/{short}"))).flatten()
            }),
            _ => None,
        }
    }

    /// The identity with a name; one that two identities claim says nothing about either.
    fn named(&self, name: &str) -> Option<usize> {
        match self.by_name.get(name)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    fn position(&self, identity: &Identity) -> Option<usize> {
        self.by_address.get(&identity.address).copied()
    }

    fn linked<T>(&self, lists: &'a [Vec<usize>], all: &'a [T], identity: &Identity) -> Vec<&'a T> {
        let indexes = self.position(identity).and_then(|it| lists.get(it));
        indexes.into_iter().flatten().filter_map(|it| all.get(*it)).collect()
    }

    /// The identity that a party is, when the workspace declares it.
    pub fn identity(&self, party: &Party) -> Option<&'a Identity> {
        self.index(party).and_then(|it| self.facts.identities.get(it))
    }

    /// The identity with an address.
    pub fn identity_at(&self, address: &Address) -> Option<&'a Identity> {
        self.by_address.get(address).and_then(|it| self.facts.identities.get(*it))
    }

    /// The tool server with an address.
    pub fn tool_server_at(&self, address: &Address) -> Option<&'a ToolServer> {
        self.servers.get(address).and_then(|it| self.facts.tool_servers.get(*it))
    }

    /// What an identity may do by itself.
    pub fn grants_of(&'a self, identity: &Identity) -> Vec<&'a Grant> {
        self.linked(&self.grants, &self.facts.grants, identity)
    }

    /// What an identity proves itself with.
    pub fn credentials_of(&'a self, identity: &Identity) -> Vec<&'a Credential> {
        self.linked(&self.credentials, &self.facts.credentials, identity)
    }

    /// Who may become an identity.
    pub fn trusts_of(&'a self, identity: &Identity) -> Vec<&'a Trust> {
        self.linked(&self.trusts, &self.facts.trusts, identity)
    }

    /// What an identity runs as, calls or hands something to.
    pub fn uses_from(&'a self, identity: &Identity) -> Vec<&'a Use> {
        self.linked(&self.uses_from, &self.facts.uses, identity)
    }

    /// What the thing at an address runs as, calls or hands something to, whether it is an
    /// identity itself or only a machine or function that acts as one.
    pub fn uses_by(&'a self, address: &Address) -> Vec<&'a Use> {
        let indexes = self.uses_by.get(address);
        indexes.into_iter().flatten().filter_map(|it| self.facts.uses.get(*it)).collect()
    }

    /// Who runs as, calls or hands something to an identity.
    pub fn uses_of(&'a self, identity: &Identity) -> Vec<&'a Use> {
        self.linked(&self.uses_to, &self.facts.uses, identity)
    }

    /// True when an agent acts as an identity: by what the identity is for, or because an agent
    /// of the workspace runs as it.
    pub fn serves_agent(&'a self, identity: &Identity) -> bool {
        is_agent(identity) || self.agent_uses(identity).next().is_some()
    }

    /// Where agents and tool servers of the workspace are told to act as an identity, with who.
    pub fn agents_behind(&'a self, identity: &Identity) -> Vec<(Place, String)> {
        let described = self.agent_uses(identity).map(|(one, who)| {
            let name = who.name.value().cloned().unwrap_or_else(|| who.address.to_string());
            (one.place, format!("{} `{name}` acts as it", who.kind.describe()))
        });
        described.collect()
    }

    fn agent_uses(&'a self, identity: &Identity) -> impl Iterator<Item = (&'a Use, &'a Identity)> {
        self.uses_of(identity)
            .into_iter()
            .filter(|it| it.mode == UseMode::RunsAs)
            .filter_map(|it| Some((it, self.identity(&it.from)?)))
            .filter(|(_, it)| is_agent(it))
    }

    /// Everything an identity can act as, itself first, nearest first: over accounts it runs
    /// as, tools it calls and agents it delegates to. Each identity once.
    pub fn acts_as(&'a self, identity: &'a Identity) -> Vec<&'a Identity> {
        let mut seen = vec![identity];
        let mut next = 0;
        while let Some(current) = seen.get(next).copied() {
            next += 1;
            for one in self.uses_from(current) {
                if one.mode == UseMode::ReceivesCredential {
                    continue;
                }
                if let Some(to) = self.identity(&one.to)
                    && !seen.iter().any(|it| it.address == to.address)
                {
                    seen.push(to);
                }
            }
        }
        seen
    }
}

fn is_agent(identity: &Identity) -> bool {
    identity.purpose == Purpose::Agent
        || matches!(identity.kind, IdentityKind::Agent | IdentityKind::SubAgent)
}

/// Members of groups that one analysis links to grants. A file made to be slow could ask for the
/// product of its accounts and bindings.
const MEMBERS: usize = 1_000_000;

/// Service accounts by the folder or chart that declares them: namespaces of the same name
/// elsewhere may be in another cluster.
struct Accounts<'a>(BTreeMap<&'a str, Vec<(&'a str, usize)>>);

impl<'a> Accounts<'a> {
    fn of(facts: &'a Facts) -> Self {
        let mut found: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        for (index, identity) in facts.identities.iter().enumerate() {
            let account = identity.kind == IdentityKind::KubernetesServiceAccount;
            if let Some(realm) = identity.realm.as_deref().filter(|_| account) {
                found.entry(&identity.address.scope).or_default().push((realm, index));
            }
        }
        Self(found)
    }

    /// The accounts beside a binding that are in a group: that of all, or that of a namespace.
    fn members(&self, party: &'a Party, grant: &Grant) -> impl Iterator<Item = usize> {
        let group = match party {
            Party::Named { kind: IdentityKind::KubernetesGroup, name } => {
                name.strip_prefix("system:serviceaccounts")
            }
            _ => None,
        };
        let group = group.filter(|it| it.is_empty() || it.starts_with(':'));
        let beside = group.and_then(|_| self.0.get(&*grant.address.scope));
        let space = group.and_then(|it| it.strip_prefix(':'));
        let all = beside.into_iter().flatten();
        all.filter(move |(realm, _)| space.is_none_or(|it| it == *realm)).map(|(_, index)| *index)
    }
}

fn link(lists: &mut [Vec<usize>], at: Option<usize>, index: usize) {
    if let Some(list) = at.and_then(|it| lists.get_mut(it))
        && list.last() != Some(&index)
    {
        list.push(index);
    }
}

#[cfg(test)]
mod tests {
    use model::{Carrier, Knowledge, PermissionSystem, Sourced};

    use super::*;

    fn account(scope: &str, realm: &str) -> Identity {
        let at = Place::default();
        let address = Address::new(scope, format!("{realm}/ServiceAccount/app"));
        let kind = IdentityKind::KubernetesServiceAccount;
        Identity {
            realm: Some(realm.to_owned()),
            ..Identity::new(address, kind, Knowledge::Absent, at, at)
        }
    }

    fn granted_to(group: &str) -> Vec<String> {
        let at = Place::default();
        let party = Party::Named { kind: IdentityKind::KubernetesGroup, name: group.to_owned() };
        let grant = Grant {
            principals: vec![Sourced::at(party, at)],
            ..Grant::new(
                Address::new("k8s", "RoleBinding/b"),
                PermissionSystem::Kubernetes,
                Carrier::RoleBinding,
                at,
                at,
            )
        };
        let facts = Facts {
            identities: vec![account("k8s", "shop"), account("k8s", "mail"), account("z", "shop")],
            grants: vec![grant],
            ..Facts::default()
        };
        let graph = Graph::new(&facts);
        let holds = |it: &&Identity| !graph.grants_of(it).is_empty();
        facts.identities.iter().filter(holds).map(|it| format!("{:?}", it.address)).collect()
    }

    #[test]
    fn accounts_hold_what_their_groups_hold() {
        let (shop, mail) = ("k8s::shop/ServiceAccount/app", "k8s::mail/ServiceAccount/app");
        for (group, expected) in [
            ("system:serviceaccounts", &[shop, mail][..]),
            ("system:serviceaccounts:shop", &[shop]),
            ("system:serviceaccounts:sho", &[]),
            ("system:serviceaccountsx", &[]),
            ("shop", &[]),
        ] {
            assert_eq!(granted_to(group), expected, "{group}");
        }
    }
}
