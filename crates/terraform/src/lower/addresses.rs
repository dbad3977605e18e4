//! Joins: which declared thing a value stands for.
//!
//! A reference such as `aws_iam_role.ci.name` evaluates to the literal name when that is
//! written, and the join is not lost: the value's steps say through which attribute it came.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Address, IdentityKind, Knowledge, Party, StepKind, Value};

use super::Unit;
use crate::eval::Resource;
use crate::values;

/// Resource types that are identities, and the argument that names them.
pub(crate) const IDENTITIES: &[(&str, IdentityKind, &str)] = &[
    ("aws_iam_role", IdentityKind::AwsIamRole, "name"),
    ("aws_iam_user", IdentityKind::AwsIamUser, "name"),
    ("aws_iam_group", IdentityKind::AwsIamGroup, "name"),
    ("aws_ssoadmin_permission_set", IdentityKind::AwsPermissionSet, "name"),
    ("google_service_account", IdentityKind::GcpServiceAccount, "account_id"),
    ("azuread_application", IdentityKind::EntraApplication, "display_name"),
    ("azuread_application_registration", IdentityKind::EntraApplication, "display_name"),
    ("azuread_service_principal", IdentityKind::EntraServicePrincipal, "client_id"),
    ("azurerm_user_assigned_identity", IdentityKind::AzureManagedIdentity, "name"),
    ("kubernetes_service_account", IdentityKind::KubernetesServiceAccount, ""),
    ("kubernetes_service_account_v1", IdentityKind::KubernetesServiceAccount, ""),
];

/// What is declared, by address and by name.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    scope: Arc<str>,
    positions: BTreeMap<Arc<str>, (usize, String)>,
    names: BTreeMap<(&'static str, String), Option<Arc<str>>>,
    issuers: BTreeMap<Arc<str>, String>,
    emails: BTreeMap<String, Arc<str>>,
    /// What resources of plans and states are called, by type and text.
    recorded: BTreeMap<(String, String), Option<Arc<str>>>,
}

/// Attributes by which one resource names another one, in what a state records.
const IDENTIFIERS: &[&str] = &[
    "arn",
    "id",
    "name",
    "email",
    "member",
    "client_id",
    "application_id",
    "object_id",
    "principal_id",
    "unique_id",
    "self_link",
];

impl Addresses {
    pub(super) fn new(scope: Arc<str>) -> Self {
        Self { scope, ..Self::default() }
    }

    pub(super) fn index(&mut self, unit: &Unit<'_, '_>) {
        for (at, resource) in unit.resources.iter().enumerate() {
            let kind = resource.declaration.kind;
            let address = &resource.address;
            self.positions.insert(Arc::clone(address), (at, kind.to_owned()));
            if let Some((kind, _, argument)) = IDENTITIES.iter().find(|(it, ..)| *it == kind)
                && let Some(name) = unit.text(resource, argument).value()
            {
                // A name that two resources share names neither.
                self.names
                    .entry((kind, name.clone()))
                    .and_modify(|it| *it = None)
                    .or_insert_with(|| Some(Arc::clone(address)));
            }
            if resource.recorded.is_some() {
                self.index_recorded(unit, resource);
            }
            if kind == "google_service_account"
                && let Some(name) = unit.text(resource, "account_id").value()
                && let Some(project) = unit.text(resource, "project").value()
            {
                let email = format!("{name}@{project}.iam.gserviceaccount.com");
                self.emails.insert(email, Arc::clone(address));
            }
            if kind == "aws_iam_openid_connect_provider"
                && let Some(url) = unit.text(resource, "url").value()
            {
                let issuer = url.trim_start_matches("https://").to_owned();
                self.issuers.insert(Arc::clone(address), issuer);
            }
        }
    }

    /// A state tells no connection between resources: only texts that are the same.
    fn index_recorded(&mut self, unit: &Unit<'_, '_>, resource: &Resource<'_>) {
        for name in IDENTIFIERS {
            let Knowledge::Known(text) = unit.text(resource, name) else { continue };
            let key = (resource.declaration.kind.to_owned(), text.value);
            let address = &resource.address;
            self.recorded
                .entry(key)
                .and_modify(|it| {
                    if it.as_ref().is_some_and(|it| it != address) {
                        *it = None;
                    }
                })
                .or_insert_with(|| Some(Arc::clone(address)));
        }
    }

    pub(super) fn position(&self, address: &str) -> Option<usize> {
        self.positions.get(address).map(|(at, _)| *at)
    }

    /// The declared resource of one of `kinds` that a value is an attribute of.
    pub(crate) fn target(&self, value: &Value, kinds: &[&str]) -> Option<Arc<str>> {
        let steps = value.origin.steps();
        let through = steps
            .iter()
            .rev()
            .filter(|it| it.kind == StepKind::Attribute)
            .filter_map(|it| it.name.rsplit_once('.').map(|(address, _)| address));
        let remote = values::remote(value).map(|it| &*it.address);
        let object = values::object_address(value).map(|it| &**it);
        let declared = through.chain(remote).chain(object).find_map(|address| {
            let (key, (_, kind)) = self.positions.get_key_value(address)?;
            kinds.contains(&kind.as_str()).then(|| Arc::clone(key))
        });
        declared.or_else(|| self.recorded_target(value, kinds))
    }

    fn recorded_target(&self, value: &Value, kinds: &[&str]) -> Option<Arc<str>> {
        if self.recorded.is_empty() {
            return None;
        }
        let text = value.as_text()?.into_owned();
        kinds.iter().find_map(|it| self.recorded.get(&((*it).to_owned(), text.clone()))?.clone())
    }

    /// The declared identity that a value is an attribute of.
    pub(crate) fn identity(&self, value: &Value) -> Option<Address> {
        let kinds: Vec<&str> = IDENTITIES.iter().map(|(kind, ..)| *kind).collect();
        let found = self.target(value, &kinds)?;
        Some(Address::new(Arc::clone(&self.scope), found))
    }

    /// The service account with an e-mail address.
    pub(crate) fn by_email(&self, email: &str) -> Option<Address> {
        let found = self.emails.get(email)?;
        Some(Address::new(Arc::clone(&self.scope), Arc::clone(found)))
    }

    /// The issuer of the OIDC provider that a value is an attribute of.
    pub(crate) fn issuer(&self, value: &Value) -> Option<String> {
        let provider = self.target(value, &["aws_iam_openid_connect_provider"])?;
        self.issuers.get(&provider).cloned()
    }

    /// The identity that a value names: a declared one by reference or by name, or a name
    /// that is declared elsewhere.
    pub(crate) fn party(&self, value: &Value, kinds: &[&str]) -> Party {
        if let Some(found) = self.target(value, kinds) {
            return Party::Address(Address::new(Arc::clone(&self.scope), found));
        }
        let Some(name) = values::known_text(value) else { return Party::Unknown };
        // Identifiers may be written as `kind/name` or as an ARN that ends in the name.
        let short = name.rsplit('/').next().unwrap_or(&name).to_owned();
        for (kind, identity, _) in IDENTITIES.iter().filter(|(it, ..)| kinds.contains(it)) {
            match self.names.get(&(*kind, short.clone())) {
                Some(Some(found)) => {
                    let address = Address::new(Arc::clone(&self.scope), Arc::clone(found));
                    return Party::Address(address);
                }
                Some(None) => return Party::Unknown,
                None => {}
            }
            if kinds.last() == Some(kind) {
                return Party::Named { kind: *identity, name };
            }
        }
        Party::Unknown
    }
}
