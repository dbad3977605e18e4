//! Config Connector: accounts and rights of Google Cloud that are declared as objects.

use std::borrow::Cow;

use model::{
    Condition, Credential, CredentialKind, Expiry, IdentityKind, Knowledge, Mechanism, Party,
    Patterns, PermissionSystem, Place, Purpose, Reach, Rotation, SlotKind, Sourced, Storage, Trust,
    Value, google,
};

use crate::account;
use crate::controller;
use crate::credential::Seat;
use crate::load::{self, Found};
use crate::object::{Object, Objects};

/// Where the project of an object is said.
const PROJECT: &str = "cnrm.cloud.google.com/project-id";

/// Lowers an IAMServiceAccount.
pub(crate) fn service_account(object: &Object<'_>, objects: &mut Objects) {
    let mut identity = account::identity(object, IdentityKind::GcpServiceAccount);
    let id = object.at(&["spec", "resourceID"]).to_text();
    let id = id.value().cloned().or_else(|| object.name.text().map(str::to_owned));
    let project = object.annotation(PROJECT).map(|it| it.value);
    if let (Some(id), Some(project)) = (id, project) {
        identity.aliases = vec![format!("{id}@{project}.iam.gserviceaccount.com")];
    }
    identity.purpose = Purpose::Workload;
    identity.disabled = object.at(&["spec", "disabled"]).to_bool();
    let description = object.at(&["spec", "description"]).to_text();
    if !description.is_absent() {
        identity.description = description;
    } else if identity.description.is_absent() {
        identity.description = object.at(&["spec", "displayName"]).to_text();
    }
    objects.facts.identities.push(identity);
}

/// Lowers an IAMServiceAccountKey, which ends only when it is deleted.
pub(crate) fn key(object: &Object<'_>, objects: &mut Objects) {
    let name = object.name.to_string();
    let seat = Seat::new(object, SlotKind::Issued, "spec").named(&name);
    let refer = object.at(&["spec", "serviceAccountRef"]).value();
    let holder = refer.map(|it| referred(object, it)).filter(|it| *it != Party::Unknown);
    let instead = "attach the service account to the workload, or use workload identity";
    objects.credentials.push(Credential {
        kind: CredentialKind::ServiceAccountKey,
        provider: Some(Cow::Borrowed("Google Cloud")),
        holder,
        expiry: Expiry::never_by_kind(),
        rotation: Rotation::None,
        replacement: Some(Cow::Borrowed(instead)),
        ..seat.credential(Storage::Generated, object.place)
    });
}

/// Lowers an IAMPolicyMember: one role for one member.
pub(crate) fn policy_member(object: &Object<'_>, objects: &mut Objects) {
    let Some(spec) = object.at(&["spec"]).value() else { return };
    let Some(role) = spec.get("role") else { return };
    let members = member(object, spec).into_iter().collect();
    let binding = Binding { role, members, condition: spec.get("condition"), path: String::new() };
    binding.lower(object, object.region, objects);
}

/// Lowers an IAMPolicy or IAMPartialPolicy: all members of some roles.
pub(crate) fn policy(object: &Object<'_>, objects: &mut Objects) {
    let bindings = object.at(&["spec", "bindings"]).items();
    for (index, it) in bindings.iter().enumerate() {
        let Some(role) = it.get("role") else { continue };
        let members = it.items("members");
        let members = members.iter().filter_map(|it| member(object, it)).collect();
        let path = format!("#spec.bindings[{index}]");
        let binding = Binding { role, members, condition: it.get("condition"), path };
        binding.lower(object, it.origin.place, objects);
    }
}

/// A member as a text, or in the key `member` or `memberFrom` of a map.
fn member(object: &Object<'_>, value: &Value) -> Option<Sourced<Party>> {
    let written = match value.entries().is_empty() {
        true => Some(value),
        false => value.get("member"),
    };
    if let Some(text) = written {
        let party = text.as_text().map_or(Party::Unknown, |it| google::member(&it));
        return Some(Sourced::new(party, text.origin.clone()));
    }
    let from = Found::at(value, &["memberFrom", "serviceAccountRef"]).value()?;
    Some(Sourced::new(referred(object, from), from.origin.clone()))
}

/// The account that a reference names: another object of this folder, or one outside.
fn referred(object: &Object<'_>, reference: &Value) -> Party {
    if let Some(outside) = reference.get("external").and_then(Value::as_text) {
        // `projects/p/serviceAccounts/x@p.iam.gserviceaccount.com`, or the address alone.
        let name = outside.rsplit('/').next().unwrap_or(&outside).to_owned();
        return Party::Named { kind: IdentityKind::GcpServiceAccount, name };
    }
    let Some(name) = reference.get("name").and_then(Value::as_text) else { return Party::Unknown };
    let namespace = reference.get("namespace").and_then(Value::as_text);
    let namespace = namespace.or_else(|| object.namespace.text().map(Into::into));
    let address = match namespace {
        Some(namespace) => format!("{namespace}/IAMServiceAccount/{name}"),
        None => format!("IAMServiceAccount/{name}"),
    };
    Party::Address(object.scoped(address))
}

/// A role and who has it.
struct Binding<'v> {
    role: &'v Value,
    members: Vec<Sourced<Party>>,
    condition: Option<&'v Value>,
    /// Continues the address of the object.
    path: String,
}

impl Binding<'_> {
    fn lower(self, object: &Object<'_>, region: Place, objects: &mut Objects) {
        if self.members.is_empty() {
            return;
        }
        let (conditions, known) = self.condition.map_or((Vec::new(), true), conditions);
        let (reach, account) = resource(object);
        self.trust(object, account, &conditions, known, objects);
        objects.facts.grants.push(model::Grant {
            system: PermissionSystem::Google,
            principals: self.members,
            role: self.role.to_text(),
            conditions,
            conditions_known: known,
            reach,
            carrier: model::Carrier::RoleBinding,
            bound: Some(true),
            region,
            ..controller::grant(object, self.path, self.role.origin.place)
        });
    }

    /// A role on an account that lets others act as it.
    fn trust(
        &self,
        object: &Object<'_>,
        account: Option<Party>,
        conditions: &[Condition],
        known: bool,
        objects: &mut Objects,
    ) {
        let acts = self.role.as_text().is_some_and(|it| google::IMPERSONATION.contains(&&*it));
        let (Some(identity), true) = (account, acts) else { return };
        let federated: Vec<_> = self
            .members
            .iter()
            .filter_map(|it| match &it.value {
                Party::Federated(name) => Some(Sourced::new(name.clone(), it.origin.clone())),
                _ => None,
            })
            .collect();
        objects.facts.trusts.push(Trust {
            address: object.scoped(format!("{}{}", object.address(), self.path)),
            identity,
            principals: self.members.clone(),
            mechanism: match federated.is_empty() {
                true => Mechanism::Impersonation,
                false => Mechanism::Federation,
            },
            issuer: Knowledge::Absent,
            audience: Patterns::default(),
            subject: match federated.is_empty() {
                true => Patterns::default(),
                false => Patterns::known(federated),
            },
            conditions: conditions.to_vec(),
            conditions_known: known,
            place: self.members.first().map_or(object.place, Sourced::place),
            region: object.region,
        });
    }
}

fn conditions(value: &Value) -> (Vec<Condition>, bool) {
    let Some(expression) = value.get("expression") else {
        return (Vec::new(), !value.is_unknown() && !load::is_open(value));
    };
    let values = match expression.to_text().known() {
        Some(text) => Patterns::known(vec![text.clone()]),
        None => Patterns::unknown(),
    };
    let condition = Condition {
        operator: "expression".to_owned(),
        key: value.get("title").and_then(Value::as_text).unwrap_or_default().into_owned(),
        values,
        place: expression.origin.place,
    };
    (vec![condition], true)
}

/// How far a role on the resource reaches, and the account when it is one.
fn resource(object: &Object<'_>) -> (Reach, Option<Party>) {
    let Some(refer) = object.at(&["spec", "resourceRef"]).value() else {
        return (Reach::Unknown, None);
    };
    let kind = refer.get("kind").and_then(Value::as_text);
    let reach = match kind.as_deref() {
        Some("Project") => Reach::Account,
        Some("Folder" | "Organization" | "BillingAccount") => Reach::Organization,
        Some(_) => Reach::Resource,
        None => Reach::Unknown,
    };
    let account = kind.is_some_and(|it| it == "IAMServiceAccount");
    (reach, account.then(|| referred(object, refer)))
}
