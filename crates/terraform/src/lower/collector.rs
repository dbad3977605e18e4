//! Gathers facts and keeps what several instances of one block say together.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Address, Carrier, Credential, CredentialKind, Effect, Exposure, Facts, Grant, Guard, Identity,
    Manifest, Party, Place, Secret, SlotKind, Sourced, Storage, Trust, Use,
};

/// What tells grants apart: those that agree are one statement seen through several instances
/// or attachments.
type GrantKey = (Carrier, Effect, Place, Place, Vec<String>, Option<String>);

/// Facts under construction.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    facts: Facts,
    grants: BTreeMap<GrantKey, usize>,
    credentials: BTreeMap<Place, usize>,
    /// Literals by their value, from when a state is read on.
    secrets: BTreeMap<Secret, usize>,
    /// Inputs of the root module that a place takes which takes nothing but a credential.
    used_inputs: BTreeSet<String>,
}

/// Places in a state that one finding names.
const COPIES: usize = 8;

impl Collector {
    pub(crate) fn identity(&mut self, identity: Identity) {
        self.facts.identities.push(identity);
    }

    pub(crate) fn manifest(&mut self, manifest: Manifest) {
        self.facts.manifests.push(manifest);
    }

    pub(crate) fn trust(&mut self, trust: Trust) {
        self.facts.trusts.push(trust);
    }

    pub(crate) fn guard(&mut self, guard: Guard) {
        self.facts.guards.push(guard);
    }

    pub(crate) fn r#use(&mut self, it: Use) {
        if it.from != Party::Unknown && it.to != Party::Unknown {
            self.facts.uses.push(it);
        }
    }

    /// Adds a grant, or its principals to an equal one.
    pub(crate) fn grant(&mut self, grant: Grant) {
        let texts = grant.actions.texts().chain(grant.resources.texts()).map(str::to_owned);
        let key = (
            grant.carrier,
            grant.effect,
            grant.place,
            grant.region,
            texts.collect(),
            grant.role.value().cloned(),
        );
        let Some(known) = self.grants.get(&key).and_then(|it| self.facts.grants.get_mut(*it))
        else {
            self.grants.insert(key, self.facts.grants.len());
            self.facts.grants.push(grant);
            return;
        };
        if known.address != grant.address {
            self.facts.twins.push((known.address.clone(), grant.address));
        }
        add(&mut known.principals, grant.principals);
        for place in grant.bindings {
            if !known.bindings.contains(&place) {
                known.bindings.push(place);
            }
        }
        known.bound = match (known.bound, grant.bound) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
    }

    /// Adds a credential that a resource makes; one without a literal.
    pub(crate) fn credential(&mut self, credential: Credential) {
        self.facts.credentials.push(credential);
    }

    /// The credentials that were added.
    pub(crate) fn credentials_mut(&mut self) -> &mut [Credential] {
        &mut self.facts.credentials
    }

    /// Adds a way in which a credential lies open.
    pub(crate) fn exposure(&mut self, exposure: Exposure) {
        self.facts.exposures.push(exposure);
    }

    /// Remembers that an input of the root module is used as a credential.
    pub(crate) fn used_as_credential(&mut self, input: String) {
        self.used_inputs.insert(input);
    }

    pub(crate) fn is_used_as_credential(&self, input: &str) -> bool {
        self.used_inputs.contains(input)
    }

    /// Adds a literal credential. One literal that is used in several places is one
    /// credential, and `used` is one more place.
    pub(crate) fn literal(&mut self, credential: Credential, used: Place) {
        let at = credential.place;
        if let Some(known) = self.overlapping(at) {
            let known = self.facts.credentials.get_mut(known).map(|it| &mut it.storage);
            if let Some(Storage::Literal(literal)) = known
                && (used.file != at.file || !used.span.contains(at.span))
                && !literal.copies.contains(&used)
                && literal.origin.steps().iter().all(|it| it.place != used)
            {
                literal.copies.push(used);
            }
            return;
        }
        self.credentials.insert(at, self.facts.credentials.len());
        self.facts.credentials.push(credential);
    }

    /// Adds a credential of a state. One that is known already, from the configuration or from
    /// another attribute, gets one more place.
    pub(crate) fn recorded(&mut self, credential: Credential) {
        let Storage::Literal(literal) = &credential.storage else { return };
        if self.secrets.is_empty() {
            let known = self.facts.credentials.iter().enumerate();
            let secret = |(at, it): (usize, &Credential)| {
                it.literal().map(|literal| (literal.secret.clone(), at))
            };
            self.secrets = known.filter_map(secret).collect();
        }
        // The encodings of one private key differ, and are one key.
        let same_key = self.facts.credentials.last().filter(|last| {
            last.kind == CredentialKind::PrivateKey
                && credential.kind == CredentialKind::PrivateKey
                && last.region == credential.region
                && last.slot.kind == SlotKind::State
        });
        let last = same_key.map(|_| self.facts.credentials.len() - 1);
        let found = last.or_else(|| self.secrets.get(&literal.secret).copied());
        let known = found.and_then(|it| self.facts.credentials.get_mut(it));
        if let Some(Storage::Literal(known)) = known.map(|it| &mut it.storage) {
            if known.copies.len() < COPIES && known.origin.place != credential.place {
                known.copies.push(credential.place);
            }
            return;
        }
        self.secrets.insert(literal.secret.clone(), self.facts.credentials.len());
        self.facts.credentials.push(credential);
    }

    /// The credential whose literal shares bytes with a place.
    fn overlapping(&self, at: Place) -> Option<usize> {
        let shares = |it: &(&Place, &usize)| {
            let (a, b) = (it.0.span, at.span);
            it.0.file == at.file && (*it.0 == at || (a.start < b.end && b.start < a.end))
        };
        let before = self.credentials.range(..=at).next_back().filter(shares);
        before.or_else(|| self.credentials.range(at..).next().filter(shares)).map(|(_, it)| *it)
    }

    /// True when a setting of a resource is known already.
    pub(crate) fn says(&self, address: &Address, setting: &str) -> bool {
        self.facts.guards.iter().any(|it| it.agent == *address && it.setting == setting)
    }

    /// Addresses of the identities that are known so far.
    pub(crate) fn identities(&self) -> BTreeSet<Address> {
        self.facts.identities.iter().map(|it| it.address.clone()).collect()
    }

    /// True when a grant of this statement is known already.
    pub(crate) fn has_statement(&self, region: Place) -> bool {
        self.facts.grants.iter().any(|it| it.region == region)
            || self.facts.trusts.iter().any(|it| it.region == region)
    }

    pub(crate) fn finish(self) -> Facts {
        self.facts
    }
}

fn add(known: &mut Vec<Sourced<Party>>, more: Vec<Sourced<Party>>) {
    for party in more {
        if !known.iter().any(|it| it.value == party.value) {
            known.push(party);
        }
    }
}
