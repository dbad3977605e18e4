//! Who holds which policy of AWS, over all files.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Address, Facts, IdentityKind, Party, Place, PolicyDocument, PolicyHolders, PolicyUse, Sourced,
};

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
    by_label: BTreeMap<(String, String), Vec<usize>>,
    by_maker: BTreeMap<String, Vec<usize>>,
    by_address: BTreeMap<Address, usize>,
}

/// Things with one label that are looked at. More would cost the square of a hostile file.
const CANDIDATES: usize = 128;

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
        let number = self.all.len();
        for label in &it.labels {
            self.by_label.entry(label.clone()).or_default().push(number);
        }
        if let Some(maker) = &it.made_by {
            self.by_maker.entry(maker.clone()).or_default().push(number);
        }
        self.by_address.insert(it.address.clone(), number);
        self.all.push(it);
    }

    /// The only one with some labels, here or made by the same composition.
    fn labelled(&self, labels: &[(String, String)], maker: Option<&str>, from: &Declared) -> Found {
        let candidates = match labels.first() {
            Some(label) => self.by_label.get(label),
            None => maker.and_then(|it| self.by_maker.get(it)),
        };
        let candidates = candidates.map_or(&[][..], Vec::as_slice);
        let fits = |it: &Named| {
            labels.iter().all(|label| it.labels.contains(label))
                && match maker {
                    Some(_) => it.made_by.as_deref() == maker,
                    None => it.declared.site.unit == from.site.unit,
                }
        };
        let looked_at = candidates.iter().copied().take(CANDIDATES);
        let mut found = looked_at.filter(|it| self.all.get(*it).is_some_and(fits));
        match (found.next(), found.next()) {
            (Some(one), None) if candidates.len() <= CANDIDATES => Found::This(one),
            _ => Found::Unknown,
        }
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
            How::Labels(labels, maker) => self.labelled(labels, maker.as_deref(), from),
            How::Itself(address) => this(self.by_address.get(address).copied()),
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
