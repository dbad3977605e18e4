//! Service accounts and namespaces.

use std::sync::Arc;

use model::kubernetes::CLOUD_ANNOTATIONS;
use model::{
    Credential, Identity, IdentityKind, Knowledge, Ownership, Party, Place, Purpose, Sourced, Value,
};

use crate::credential::{self, Seat};
use crate::environment;
use crate::load::Found;
use crate::locality::Declared;
use crate::object::{Object, Objects};
use crate::rbac::declared;
use crate::term::{self, Term};

/// A service account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) declared: Declared,
    pub(crate) identity: Identity,
    pub(crate) automount: Knowledge<bool>,
    /// The cloud identities it acts as, and where that is said.
    pub(crate) acts_as: Vec<Sourced<Party>>,
}

/// A namespace and who answers for it.
#[derive(Debug)]
pub(crate) struct NamespaceOwner {
    pub(crate) declared: Declared,
    pub(crate) ownership: Ownership,
}

/// The kind in addresses.
pub(crate) const KIND: &str = "ServiceAccount";

/// Lowers a ServiceAccount.
pub(crate) fn service_account(object: &Object<'_>, objects: &mut Objects) {
    let acts_as = CLOUD_ANNOTATIONS
        .iter()
        .filter_map(|(key, kind)| {
            let referred = object.cloud.iter().find(|(annotation, _)| annotation == key);
            if let Some((_, party)) = referred {
                return Some(party.clone());
            }
            let found = object.annotation(key).filter(|it| !it.value.is_empty())?;
            let party = Party::Named { kind: *kind, name: found.value };
            Some(Sourced::new(party, found.origin))
        })
        .collect();
    let mut identity = identity(object, IdentityKind::KubernetesServiceAccount);
    identity.aliases = user_name(&object.namespace, &object.name).into_iter().collect();
    identity.built_in = object.name.text() == Some("default");
    objects.credentials.extend(pull_secrets(object, &object.value, "imagePullSecrets"));
    objects.accounts.push(Account {
        declared: declared(object, true),
        identity,
        automount: object.at(&["automountServiceAccountToken"]).to_bool(),
        acts_as,
    });
}

/// The name under which the API server and outside issuers know an account.
fn user_name(namespace: &Term, name: &Term) -> Option<String> {
    Some(format!("system:serviceaccount:{}:{}", namespace.text()?, name.text()?))
}

/// An identity that an object declares.
pub(crate) fn identity(object: &Object<'_>, kind: IdentityKind) -> Identity {
    let description = ["kubernetes.io/description", "description"]
        .iter()
        .find_map(|key| object.annotation(key))
        .map_or(Knowledge::Absent, Knowledge::Known);
    Identity {
        realm: object.namespace.text().map(str::to_owned),
        ownership: object.ownership(),
        environment: environment::of(object),
        human: Some(false),
        description,
        purpose: Purpose::Workload,
        ..Identity::new(
            object.scoped(object.address()),
            kind,
            object.at(&["metadata", "name"]).to_text(),
            object.place,
            object.region,
        )
    }
}

/// The `default` account of a namespace, which exists without being declared.
pub(crate) fn built_in(declared: &Declared, place: Place, region: Place) -> Account {
    let name = Term::known("default");
    let declared = Declared { name: name.clone(), ..declared.clone() };
    let address = term::address(&declared.namespace, KIND, &name);
    // Nobody writes it, so nobody could write its owner.
    let identity = Identity {
        realm: declared.namespace.text().map(str::to_owned),
        aliases: user_name(&declared.namespace, &name).into_iter().collect(),
        human: Some(false),
        built_in: true,
        purpose: Purpose::Workload,
        ..Identity::new(
            model::Address::new(Arc::clone(&declared.site.unit), address),
            IdentityKind::KubernetesServiceAccount,
            Knowledge::Known(Sourced::at("default".to_owned(), place)),
            place,
            region,
        )
    };
    Account { declared, identity, automount: Knowledge::Absent, acts_as: Vec::new() }
}

/// The registry credentials that a pod or account names.
pub(crate) fn pull_secrets(object: &Object<'_>, holder: &Value, path: &str) -> Vec<Credential> {
    let list = Found::at(holder, &["imagePullSecrets"]).value();
    let names = list.into_iter().flat_map(|it| it.one_or_many());
    names
        .filter_map(|it| Found::at(it, &["name"]).value())
        .filter_map(|name| {
            let seat = Seat::new(object, model::SlotKind::Argument, path);
            let found = credential::reference(&seat, name, &[name], None)?;
            Some(Credential { kind: model::CredentialKind::RegistryCredential, ..found })
        })
        .collect()
}

/// Lowers a Namespace.
pub(crate) fn namespace(object: &Object<'_>, objects: &mut Objects) {
    objects
        .namespaces
        .push(NamespaceOwner { declared: declared(object, false), ownership: object.ownership() });
}
