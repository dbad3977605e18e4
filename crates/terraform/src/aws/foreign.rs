//! AWS policies that stand in files of other languages: there is one reader of policies.

use std::collections::BTreeMap;

use model::{
    Address, Carrier, Effect, Facts, Note, NoteKind, Party, PolicyDocument, PolicyHolders,
    PolicyUse, Sourced, Trust,
};

use super::grant::{self, Holder};
use super::identity;
use crate::lower::Addresses;
use crate::policy;
use crate::values;

/// Statements of one policy times its holders. Real ones come to some dozens.
const HELD: usize = 500_000;

/// Reads the policies that another front end found, into grants and trusts beside them.
pub fn read_policies(facts: &mut Facts) {
    let mut trusts: BTreeMap<Address, Vec<Trust>> = BTreeMap::new();
    for it in std::mem::take(&mut facts.policies) {
        match &it.says {
            PolicyUse::Rights(holders) => rights(&it, holders, facts),
            PolicyUse::Named(holders) => named(&it, holders, facts),
            PolicyUse::Trust(Party::Address(of)) => {
                trusts.entry(of.clone()).or_default().extend(trusts_of(&it, of));
            }
            PolicyUse::Trust(_) => {}
        }
    }
    for it in &mut facts.identities {
        if let Some(trusts) = trusts.get(&it.address).filter(|it| !it.is_empty()) {
            it.purpose = identity::purpose(trusts);
        }
    }
    for trust in trusts.into_values().flatten() {
        facts.uses.extend(identity::uses(&trust));
        facts.trusts.push(trust);
    }
}

/// An address below that of a policy.
fn below(it: &PolicyDocument, index: usize) -> Address {
    Address::new(it.address.scope.clone(), format!("{}.Statement[{index}]", it.address.name))
}

fn rights(it: &PolicyDocument, holders: &PolicyHolders, facts: &mut Facts) {
    let document = policy::document(&it.document);
    let most = (HELD / document.statements.len().max(1)).max(1);
    if holders.principals.len() > most {
        facts.notes.push(Note {
            kind: NoteKind::Limit,
            place: it.place,
            message: format!("more than {most} hold this long policy; the others are left out"),
        });
    }
    let carrier = if holders.is_limit { Carrier::Limit } else { Carrier::IdentityPolicy };
    let holder = Holder {
        carrier,
        principals: holders.principals.iter().take(most).cloned().collect(),
        bound: holders.bound,
        bindings: holders.bindings.iter().take(most).copied().collect(),
    };
    // Who holds a policy is known even where its text is not.
    if document.is_unknown && carrier == Carrier::IdentityPolicy && !holder.principals.is_empty() {
        let (place, region) = (it.document.origin.place, it.region);
        facts.grants.push(grant::unread(it.address.clone(), place, region, &holder));
    }
    for statement in document.statements {
        let address = below(it, statement.index);
        facts.grants.push(grant::statement_grant(address, statement, &holder));
    }
}

fn named(it: &PolicyDocument, holders: &PolicyHolders, facts: &mut Facts) {
    let Some(arn) = values::known_text(&it.document) else { return };
    let arn = Sourced::new(arn, it.document.origin.clone());
    let holders = holders.principals.clone();
    facts.grants.push(grant::managed(it.address.clone(), arn, holders, it.place, it.region));
}

fn trusts_of(it: &PolicyDocument, identity: &Address) -> Vec<Trust> {
    // Nothing is declared by name in such a document: what it means, it writes out.
    let addresses = Addresses::default();
    let statements = policy::document(&it.document).statements.into_iter();
    let allowed = statements.filter(|it| it.effect == Effect::Allow);
    let trust = |statement: policy::Statement| {
        let address = below(it, statement.index);
        identity::trust(address, Party::Address(identity.clone()), statement, &addresses)
    };
    allowed.map(trust).collect()
}
