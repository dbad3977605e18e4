//! Objects of all files into facts: roles to bindings, accounts to workloads and subjects,
//! owners of namespaces to what is inside.

use std::sync::Arc;

use model::{
    Carrier, Facts, FileId, Grant, IdentityKind, Knowledge, Note, NoteKind, Origin, Owner,
    OwnerSource, Ownership, Party, Place, Reach, Sourced, StepKind, Use, UseMode,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::account::{self, Account, NamespaceOwner};
use crate::argo;
use crate::aws_iam;
use crate::chart_values;
use crate::deployer::Deployers;
use crate::locality::{Declared, Index, Meaning, Reference, Site};
use crate::object::Objects;
use crate::rbac::{Binding, Role, Subject, Who, is_built_in};
use crate::secret_data::Issued;
use crate::term::{self, Term};
use crate::workload::Workload;

/// Links the objects of a whole workspace. The order of `files` does not matter.
///
/// Objects are large: whoever moves them between lists keeps each in a box.
pub fn join<O: Into<Box<Objects>>>(files: impl IntoIterator<Item = O>) -> Facts {
    let mut files: Vec<Box<Objects>> = files.into_iter().map(Into::into).collect();
    files.sort_by_key(|it| it.file);
    let mut facts = Facts::default();
    let mut all = Objects::default();
    for file in files {
        all.roles.extend(file.roles);
        all.bindings.extend(file.bindings);
        all.accounts.extend(file.accounts);
        all.workloads.extend(file.workloads);
        all.namespaces.extend(file.namespaces);
        all.deployers.extend(file.deployers);
        all.issued.extend(file.issued);
        all.iam.extend(file.iam);
        facts.credentials.extend(file.credentials);
        facts.resources.extend(file.resources);
        facts.notes.extend(file.notes);
        facts.extend(file.facts);
    }
    let namespaces = Namespaces::new(all.namespaces, Deployers::new(all.deployers));
    let mut accounts = Accounts::new(all.accounts);
    let runs = runs_as(&mut accounts, &all.workloads);
    bind(all.roles, all.bindings, &accounts, &mut facts);
    for (workload, run) in all.workloads.into_iter().zip(runs) {
        add_workload(workload, run, &namespaces, &mut facts);
    }
    for issued in all.issued {
        add_issued(issued, &accounts, &mut facts);
    }
    accounts.finish(&namespaces, &mut facts);
    aws_iam::join(all.iam, &mut facts);
    chart_values::join(&mut facts.credentials);
    argo::join(&mut facts);
    sort(&mut facts);
    facts
}

fn sort(facts: &mut Facts) {
    let key = |region: Place, place: Place| (region.file, place.span.start, region.span.start);
    facts.identities.sort_by_key(|it| key(it.region, it.place));
    facts.credentials.sort_by_key(|it| key(it.region, it.place));
    facts.grants.sort_by_key(|it| key(it.region, it.place));
    facts.uses.sort_by_key(|it| key(it.place, it.place));
    facts.guards.sort_by_key(|it| key(it.region, it.place));
    facts.trusts.sort_by_key(|it| key(it.region, it.place));
}

/// Owners of namespaces, and of what deploys a folder, for what is inside and says nothing
/// itself.
struct Namespaces {
    deployers: Deployers,
    owners: Vec<Ownership>,
    index: Index,
}

impl Namespaces {
    fn new(all: Vec<NamespaceOwner>, deployers: Deployers) -> Self {
        let mut index = Index::default();
        let owners = all
            .into_iter()
            .map(|it| {
                index.add(it.declared);
                it.ownership
            })
            .collect();
        Self { deployers, owners, index }
    }

    fn inherit(&self, ownership: &mut Ownership, inside: &Declared) {
        self.inherit_from_namespace(ownership, inside);
        self.deployers.inherit(ownership, &inside.site);
    }

    fn inherit_from_namespace(&self, ownership: &mut Ownership, inside: &Declared) {
        if !ownership.owner.is_absent() || ownership.argument.is_none() {
            return;
        }
        let meaning = self.index.resolve(Reference {
            file: inside.file,
            site: &inside.site,
            namespace: &Term::Absent,
            name: &inside.namespace,
            namespaced: false,
        });
        let Meaning::These(numbers) = meaning else { return };
        for owner in numbers.iter().filter_map(|it| self.owners.get(*it)).map(|it| &it.owner) {
            match owner {
                Knowledge::Known(known) => {
                    let owner =
                        Owner { name: known.value.name.clone(), source: OwnerSource::Namespace };
                    ownership.owner = Knowledge::Known(Sourced::new(owner, known.origin.clone()));
                    return;
                }
                Knowledge::Unknown(place) => ownership.owner = Knowledge::Unknown(*place),
                Knowledge::Absent => {}
            }
        }
    }
}

/// Service accounts that are declared, and the built-in ones that something uses.
struct Accounts {
    all: Vec<Account>,
    index: Index,
    /// The `default` accounts that nothing declares, by unit and namespace. A namespace of the
    /// same name somewhere else may be in another cluster.
    built_in: FxHashMap<(Arc<str>, Term), usize>,
}

/// The account of pods that name none.
const DEFAULT: &str = "default";

impl Accounts {
    fn new(all: Vec<Account>) -> Self {
        let mut index = Index::default();
        for account in &all {
            index.add(account.declared.clone());
        }
        Self { all, index, built_in: FxHashMap::default() }
    }

    /// The one account that is meant, when that can be told.
    fn find(&self, file: FileId, site: &Site, namespace: &Term, name: &Term) -> Option<&Account> {
        let reference = Reference { file, site, namespace, name, namespaced: true };
        let number = match self.index.resolve(reference) {
            Meaning::These(numbers) => numbers.first().copied(),
            Meaning::Nothing if name.text() == Some(DEFAULT) => {
                self.built_in.get(&(Arc::clone(&site.unit), namespace.clone())).copied()
            }
            Meaning::Ambiguous(_) | Meaning::Nothing | Meaning::Unknown => None,
        };
        number.and_then(|it| self.all.get(it))
    }

    /// Makes sure that the `default` account of a workload's namespace exists.
    fn add_built_in(&mut self, workload: &Workload) {
        let home = &workload.declared;
        let name = Term::known(DEFAULT);
        if self.find(home.file, &home.site, &home.namespace, &name).is_none() {
            let key = (Arc::clone(&home.site.unit), home.namespace.clone());
            let region = workload.identity.region;
            self.built_in.insert(key, self.all.len());
            self.all.push(account::built_in(home, workload.account_place, region));
        }
    }

    fn party(&self, file: FileId, site: &Site, namespace: &Term, name: &Term) -> Party {
        if let Some(account) = self.find(file, site, namespace, name) {
            return Party::Address(account.identity.address.clone());
        }
        match name {
            Term::Known(_) => Party::Named {
                kind: IdentityKind::KubernetesServiceAccount,
                name: term::address(namespace, account::KIND, name),
            },
            Term::Absent | Term::Masked { .. } => Party::Unknown,
        }
    }

    fn finish(self, namespaces: &Namespaces, facts: &mut Facts) {
        for mut account in self.all {
            namespaces.inherit(&mut account.identity.ownership, &account.declared);
            let from = Party::Address(account.identity.address.clone());
            facts.uses.extend(account.acts_as.into_iter().map(|to| Use {
                from: from.clone(),
                place: to.place(),
                to: to.value,
                mode: UseMode::RunsAs,
            }));
            facts.identities.push(account.identity);
        }
    }
}

/// What a workload runs as.
struct Run {
    party: Party,
    /// What the account says about mounting its token.
    automount: Knowledge<bool>,
}

fn runs_as(accounts: &mut Accounts, workloads: &[Workload]) -> Vec<Run> {
    let default = Term::known(DEFAULT);
    workloads
        .iter()
        .map(|workload| {
            let home = &workload.declared;
            let name = if workload.account == Term::Absent { &default } else { &workload.account };
            if *name == default {
                accounts.add_built_in(workload);
            }
            let automount = match accounts.find(home.file, &home.site, &home.namespace, name) {
                Some(account) => account.automount.clone(),
                None => Knowledge::Unknown(workload.account_place),
            };
            let party = accounts.party(home.file, &home.site, &home.namespace, name);
            Run { party, automount }
        })
        .collect()
}

fn add_workload(mut workload: Workload, run: Run, namespaces: &Namespaces, facts: &mut Facts) {
    namespaces.inherit(&mut workload.identity.ownership, &workload.declared);
    // The pod's field overrides the account's, and the default is to mount.
    let effective =
        if workload.automount.is_absent() { &run.automount } else { &workload.automount };
    let mounts = match effective {
        Knowledge::Known(flag) => flag.value,
        Knowledge::Unknown(_) => false,
        Knowledge::Absent => true,
    };
    let mounted = mounts.then_some(workload.mounted);
    for mut token in mounted.into_iter().chain(workload.tokens) {
        token.holder = Some(run.party.clone());
        facts.credentials.push(token);
    }
    facts.uses.push(Use {
        from: Party::Address(workload.identity.address.clone()),
        to: run.party,
        mode: UseMode::RunsAs,
        place: workload.account_place,
    });
    facts.identities.push(workload.identity);
}

fn add_issued(issued: Issued, accounts: &Accounts, facts: &mut Facts) {
    let party = accounts.party(issued.file, &issued.site, &issued.namespace, &issued.account);
    let holder = (party != Party::Unknown).then_some(party);
    facts.credentials.push(model::Credential { holder, ..issued.credential });
}

/// Principals that one analysis attaches to grants. A file made to be slow could ask for the
/// product of its roles, rules and subjects.
const ATTACHED: usize = 2_000_000;

fn bind(roles: Vec<Role>, bindings: Vec<Binding>, accounts: &Accounts, facts: &mut Facts) {
    let mut linker = Linker::new(&roles);
    let mut links = Vec::new();
    for binding in bindings {
        let principals = principals(&binding, accounts);
        linker.link(&binding, links.len());
        let mut grant = binding.grant.clone();
        grant.bound = Some(!principals.is_empty());
        grant.principals = principals.clone();
        facts.grants.push(grant);
        links.push(Link { binding, principals });
    }
    let Linker { bound_by, maybe, opaque, .. } = linker;
    let mut left = ATTACHED;
    for (number, role) in roles.into_iter().enumerate() {
        let by: Vec<_> =
            bound_by.get(number).into_iter().flatten().filter_map(|it| links.get(*it)).collect();
        let bound = bound(&role, &by, maybe.contains(&number), &opaque);
        for mut grant in role.grants {
            attach(&mut grant, role.cluster, &by, &mut left);
            grant.bound = bound;
            facts.grants.push(grant);
        }
    }
    if left == 0 {
        facts.notes.push(Note {
            kind: NoteKind::Limit,
            place: Place::default(),
            message: "roles, rules and subjects multiply to more than is read".to_owned(),
        });
    }
}

struct Link {
    binding: Binding,
    principals: Vec<Sourced<Party>>,
}

fn principals(binding: &Binding, accounts: &Accounts) -> Vec<Sourced<Party>> {
    let step = |origin: &Origin| {
        origin.through(StepKind::Binding, binding.name.as_str(), binding.role_place)
    };
    binding
        .subjects
        .iter()
        .map(|Subject { who, origin }| {
            let party = match who {
                Who::Party(party) => party.clone(),
                Who::Account { namespace, name } => {
                    let home = &binding.declared;
                    accounts.party(home.file, &home.site, namespace, name)
                }
            };
            Sourced::new(party, step(origin))
        })
        .collect()
}

fn attach(grant: &mut Grant, cluster: Option<bool>, by: &[&Link], left: &mut usize) {
    let mut reach = None;
    for link in by {
        let room = link.principals.len().min(*left);
        *left -= room;
        grant.principals.extend(link.principals.iter().take(room).cloned());
        grant.bindings.push(link.binding.role_place);
        reach =
            Some(reach.map_or(link.binding.grant.reach, |it| wider(it, link.binding.grant.reach)));
    }
    // A ClusterRole that only RoleBindings hand over reaches their namespaces.
    if let (Some(reach), Some(true) | None) = (reach, cluster) {
        grant.reach = reach;
    }
    debug_assert_eq!(grant.carrier, Carrier::Role, "only rules of roles are attached");
}

/// The wider of two reaches; one that cannot be told may be wider than any but a cluster.
fn wider(a: Reach, b: Reach) -> Reach {
    match (a, b) {
        (Reach::Cluster, _) | (_, Reach::Cluster) => Reach::Cluster,
        (Reach::Unknown, _) | (_, Reach::Unknown) => Reach::Unknown,
        _ => a,
    }
}

/// Whether something hands the role over. Only a role that nothing in the workspace could
/// bind is called unbound.
fn bound(role: &Role, by: &[&Link], maybe: bool, opaque: &FxHashSet<Arc<str>>) -> Option<bool> {
    if by.iter().any(|it| !it.principals.is_empty()) {
        return Some(true);
    }
    let aggregated = role.labels.iter().any(|(key, _)| key.contains("aggregate"));
    let hidden = maybe
        || aggregated
        || role.declared.name.text().is_none_or(is_built_in)
        || opaque.contains(role.declared.site.top());
    (!hidden).then_some(false)
}

/// Finds the roles that bindings mean.
struct Linker<'r> {
    roles: &'r [Role],
    cluster_roles: Index,
    cluster_numbers: Vec<usize>,
    local_roles: Index,
    local_numbers: Vec<usize>,
    /// For every role, the roles that it takes in.
    members: Vec<Vec<usize>>,
    /// For every role, the bindings that hand it over.
    bound_by: Vec<Vec<usize>>,
    /// Roles that a binding may mean, and nobody can tell.
    maybe: FxHashSet<usize>,
    /// Top folders with bindings whose role a template names.
    opaque: FxHashSet<Arc<str>>,
    /// Steps from a role to one that it takes in which may still be made.
    steps: usize,
}

/// Steps from roles to what they take in, for all bindings together.
const STEPS: usize = 10_000_000;

/// Pairs of roles that are compared to find which takes in which.
const AGGREGATED: usize = 1_000_000;

impl<'r> Linker<'r> {
    fn new(roles: &'r [Role]) -> Self {
        let mut linker = Self {
            roles,
            cluster_roles: Index::default(),
            cluster_numbers: Vec::new(),
            local_roles: Index::default(),
            local_numbers: Vec::new(),
            members: vec![Vec::new(); roles.len()],
            bound_by: vec![Vec::new(); roles.len()],
            maybe: FxHashSet::default(),
            opaque: FxHashSet::default(),
            steps: STEPS,
        };
        for (number, role) in roles.iter().enumerate() {
            // A role whose kind a template decides is either.
            if role.cluster != Some(false) {
                linker.cluster_roles.add(role.declared.clone());
                linker.cluster_numbers.push(number);
            }
            if role.cluster != Some(true) {
                linker.local_roles.add(role.declared.clone());
                linker.local_numbers.push(number);
            }
        }
        linker.find_members();
        linker
    }

    fn find_members(&mut self) {
        let taking: Vec<_> = (0..self.roles.len())
            .filter(|it| self.roles.get(*it).is_some_and(|it| it.aggregation.is_stated()))
            .collect();
        let affordable = taking.len().saturating_mul(self.roles.len()) <= AGGREGATED;
        for number in taking {
            let Some(whole) = self.roles.get(number) else { continue };
            let near = |part: &Role| part.declared.site.top() == whole.declared.site.top();
            for (other, part) in self.roles.iter().enumerate().filter(|_| affordable) {
                if other == number || part.cluster == Some(false) || !near(part) {
                    continue;
                }
                if whole.aggregation.takes(&part.labels) {
                    if let Some(members) = self.members.get_mut(number) {
                        members.push(other);
                    }
                } else if whole.aggregation.unread && !part.labels.is_empty() {
                    self.maybe.insert(other);
                }
            }
        }
    }

    fn link(&mut self, binding: &Binding, link: usize) {
        let meanings = match binding.cluster_role {
            Some(true) => vec![self.resolve(binding, true)],
            Some(false) => vec![self.resolve(binding, false)],
            None => vec![self.resolve(binding, true), self.resolve(binding, false)],
        };
        for meaning in meanings {
            match meaning {
                Meaning::These(numbers) => numbers.into_iter().for_each(|it| self.add(it, link)),
                Meaning::Ambiguous(numbers) => self.maybe.extend(numbers),
                Meaning::Nothing => {}
                Meaning::Unknown => {
                    self.opaque.insert(binding.declared.site.top().into());
                }
            }
        }
    }

    fn add(&mut self, role: usize, link: usize) {
        // A role that is taken in brings what it takes in itself. Each is visited once.
        let mut waiting = vec![role];
        while let Some(number) = waiting.pop() {
            let Some(by) = self.bound_by.get_mut(number) else { continue };
            if by.last() == Some(&link) {
                continue;
            }
            by.push(link);
            let members = self.members.get(number).map_or(&[][..], Vec::as_slice);
            if members.len() <= self.steps {
                self.steps -= members.len();
                waiting.extend(members);
            } else {
                self.maybe.extend(members);
            }
        }
    }

    fn resolve(&self, binding: &Binding, cluster: bool) -> Meaning {
        let home = &binding.declared;
        let reference = Reference {
            file: home.file,
            site: &home.site,
            namespace: &home.namespace,
            name: &binding.role,
            namespaced: !cluster,
        };
        let (index, numbers) = match cluster {
            true => (&self.cluster_roles, &self.cluster_numbers),
            false => (&self.local_roles, &self.local_numbers),
        };
        let roles = |it: Vec<usize>| -> Vec<usize> {
            it.into_iter().filter_map(|it| numbers.get(it).copied()).collect()
        };
        match index.resolve(reference) {
            Meaning::These(it) => Meaning::These(roles(it)),
            Meaning::Ambiguous(it) => Meaning::Ambiguous(roles(it)),
            other => other,
        }
    }
}
