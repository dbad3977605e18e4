//! Who holds which policy of AWS, over all files.

use std::collections::{BTreeMap, BTreeSet};

use model::{Facts, IdentityKind, Party, Place, PolicyDocument, PolicyHolders, PolicyUse, Sourced};

use super::{Attachment, How, Item, Kind, Named, Refers};
use crate::locality::{Declared, Index, Meaning, Reference};
use crate::term::Term;

/// Things of one kind, by both of their names.
#[derive(Default)]
struct Known {
    all: Vec<Named>,
    by_name: Index,
    by_external: Index,
    /// The numbers of those that have a name in AWS, in the order of that index.
    external: Vec<usize>,
}

/// What a reference means.
enum Found {
    /// The one with this number.
    This(usize),
    /// Something that is not declared here, by its name or ARN.
    Elsewhere(String),
    Unknown,
}

impl Known {
    fn add(&mut self, it: Named) {
        self.by_name.add(it.declared.clone());
        if let Some(name) = &it.external {
            let name = Term::known(name);
            self.by_external.add(Declared { name, namespace: Term::Absent, ..it.declared.clone() });
            self.external.push(self.all.len());
        }
        self.all.push(it);
    }

    fn find(&self, refers: &Refers) -> Found {
        let from = &refers.from;
        let home = |namespace, name, namespaced| Reference {
            file: from.file,
            site: &from.site,
            namespace,
            name,
            namespaced,
        };
        let single = |meaning: Meaning| match meaning {
            Meaning::These(numbers) => match numbers.as_slice() {
                [one] => Some(*one),
                _ => None,
            },
            Meaning::Ambiguous(_) | Meaning::Nothing | Meaning::Unknown => None,
        };
        let this = |it: Option<usize>| it.map_or(Found::Unknown, Found::This);
        match &refers.how {
            How::Object(name, namespace) => {
                let namespace =
                    if *namespace == Term::Absent { &from.namespace } else { namespace };
                let namespaced = *namespace != Term::Absent;
                this(single(self.by_name.resolve(home(namespace, name, namespaced))))
            }
            How::External(name) => {
                let last = name.rsplit('/').next().unwrap_or(name);
                let named = Term::known(last);
                match self.by_external.resolve(home(&Term::Absent, &named, false)) {
                    Meaning::Nothing => Found::Elsewhere(name.clone()),
                    meaning => this(single(meaning).and_then(|it| self.external.get(it).copied())),
                }
            }
            How::Labels(labels, made_by) => {
                let fits = |it: &Named| labels.iter().all(|label| it.labels.contains(label));
                let near = |it: &Named| match made_by {
                    Some(_) => it.made_by == *made_by,
                    None => it.declared.site.unit == from.site.unit,
                };
                let mut found =
                    (0..).zip(&self.all).filter(|(_, it)| near(it) && fits(it)).map(|it| it.0);
                match (found.next(), found.next()) {
                    (Some(one), None) => Found::This(one),
                    _ => Found::Unknown,
                }
            }
            How::Itself(address) => this(self.all.iter().position(|it| it.address == *address)),
            How::Unknown => Found::Unknown,
        }
    }
}

/// Gives policies to those who hold them.
pub(crate) fn join(items: Vec<Item>, facts: &mut Facts) {
    if items.is_empty() {
        return;
    }
    let mut known: [Known; 4] = Default::default();
    let mut documents = Vec::new();
    let (mut attachments, mut inline, mut boundaries) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Declared(it) => known[it.kind as usize].add(it),
            Item::Policy(it, document) => {
                known[it.kind as usize].add(it);
                documents.push(document);
            }
            Item::Attachment(it) => attachments.push(it),
            Item::Inline(holder, document) => inline.push((holder, document)),
            Item::Boundary(it) => boundaries.push(it),
        }
    }
    for (holder, document) in inline {
        let party = party(&known, &holder);
        let holders = PolicyHolders {
            principals: vec![party],
            bound: Some(true),
            bindings: vec![document.place],
            is_limit: false,
        };
        facts.policies.push(PolicyDocument { says: PolicyUse::Rights(holders), ..document });
    }
    let mut attached: BTreeMap<usize, (Vec<Sourced<Party>>, Vec<Place>)> = BTreeMap::new();
    let mut unresolved = false;
    for it in attachments {
        let holder = party(&known, &it.holder);
        match known[Kind::Policy as usize].find(&it.policy) {
            Found::This(policy) => {
                let (principals, bindings) = attached.entry(policy).or_default();
                principals.push(holder);
                bindings.push(it.place);
            }
            Found::Elsewhere(_) => facts.policies.push(named(it, holder)),
            Found::Unknown => unresolved = true,
        }
    }
    let limits = boundaries.iter().filter_map(|it| match known[Kind::Policy as usize].find(it) {
        Found::This(number) => Some(number),
        Found::Elsewhere(_) | Found::Unknown => None,
    });
    let limits: BTreeSet<usize> = limits.collect();
    for (number, document) in documents.into_iter().enumerate() {
        let Some(document) = document else { continue };
        let holders = match attached.remove(&number) {
            Some((principals, bindings)) => {
                PolicyHolders { principals, bound: Some(true), bindings, is_limit: false }
            }
            None => {
                let is_limit = limits.contains(&number);
                let bound = if is_limit { Some(true) } else { (!unresolved).then_some(false) };
                PolicyHolders { bound, is_limit, ..PolicyHolders::default() }
            }
        };
        facts.policies.push(PolicyDocument { says: PolicyUse::Rights(holders), ..document });
    }
}

/// A policy that is declared elsewhere.
fn named(it: Attachment, holder: Sourced<Party>) -> PolicyDocument {
    let holders = PolicyHolders {
        principals: vec![holder],
        bound: Some(true),
        bindings: vec![it.place],
        is_limit: false,
    };
    PolicyDocument {
        address: it.address,
        document: it.policy.value,
        says: PolicyUse::Named(holders),
        place: it.place,
        region: it.region,
    }
}

/// Who a reference means.
fn party(known: &[Known; 4], refers: &Refers) -> Sourced<Party> {
    let all = &known[refers.kind as usize];
    let party = match all.find(refers) {
        Found::This(number) => {
            all.all.get(number).map_or(Party::Unknown, |it| Party::Address(it.address.clone()))
        }
        Found::Elsewhere(name) => match refers.kind {
            Kind::Role => Party::Named { kind: IdentityKind::AwsIamRole, name },
            Kind::User => Party::Named { kind: IdentityKind::AwsIamUser, name },
            Kind::Group => Party::Named { kind: IdentityKind::AwsIamGroup, name },
            Kind::Policy => Party::Unknown,
        },
        Found::Unknown => Party::Unknown,
    };
    Sourced::new(party, refers.value.origin.clone())
}
