//! The identity that a finding is about.

use std::collections::BTreeMap;

use engine::Graph;
use model::{Address, Facts, Identity, Party};

/// Finds identities by the address of anything that belongs to them.
#[derive(Debug)]
pub(crate) struct Subjects<'a> {
    graph: Graph<'a>,
    parties: BTreeMap<&'a Address, Party>,
}

impl<'a> Subjects<'a> {
    pub(crate) fn new(facts: &'a Facts) -> Self {
        let mut parties = BTreeMap::new();
        for it in &facts.credentials {
            if let Some(holder) = &it.holder {
                parties.entry(&it.address).or_insert_with(|| holder.clone());
            }
        }
        for it in &facts.grants {
            // A policy that several hold is not about one of them.
            if let [only] = it.principals.as_slice() {
                parties.entry(&it.address).or_insert_with(|| only.value.clone());
            }
        }
        for it in &facts.trusts {
            parties.entry(&it.address).or_insert_with(|| it.identity.clone());
        }
        for it in &facts.tool_servers {
            if let Some(agent) = &it.agent {
                parties.entry(&it.address).or_insert_with(|| Party::Address(agent.clone()));
            }
        }
        Self { graph: Graph::new(facts), parties }
    }

    /// The identity at an address, or the one that the thing at the address belongs to.
    pub(crate) fn find(&self, address: &Address) -> Option<&'a Identity> {
        self.graph
            .identity_at(address)
            .or_else(|| self.parties.get(address).and_then(|it| self.graph.identity(it)))
    }
}
