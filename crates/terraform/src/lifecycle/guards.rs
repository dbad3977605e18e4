//! Settings that keep identities and credentials alive, or hide how they change.

use std::collections::BTreeSet;

use model::{Address, Fix, Guard, GuardKind, Ignored, Lifecycle, Place, Safety};
use syntax::{Kind, Node};

use crate::credentials;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::module::Declaration;
use crate::{remedy, values};

/// Resource types that are identities. `removed` blocks name what is declared no longer, and
/// only its type is left of it.
const IDENTITIES: &[&str] = &[
    "aws_iam_role",
    "aws_iam_user",
    "aws_ssoadmin_permission_set",
    "azuread_application",
    "azuread_application_registration",
    "azuread_service_principal",
    "azurerm_user_assigned_identity",
    "google_service_account",
    "google_sql_user",
    "kubernetes_service_account",
    "kubernetes_service_account_v1",
    "mongodbatlas_database_user",
    "okta_app_oauth",
    "snowflake_service_user",
    "vault_approle_auth_backend_role",
];

/// Arguments that say who may become an identity.
const TRUST: &[&str] = &["assume_role_policy"];

/// Arguments that say what an identity may do.
const RIGHTS: &[&str] = &[
    "inline_policy",
    "managed_policy_arns",
    "permissions_boundary",
    "required_resource_access",
    "token_policies",
];

/// Values of `deletion_policy` and `skip_destroy` under which the thing stays.
const KEEPS: &[(&str, &str)] = &[("deletion_policy", "ABANDON"), ("skip_destroy", "true")];

/// Adds the settings of everything that is an identity or a credential.
pub(super) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    let identities = out.identities();
    for resource in &unit.resources {
        let thing = Thing::of(unit, resource, &identities);
        let Some(thing) = thing else { continue };
        prevented(&thing, out);
        ignored(&thing, out);
        abandoned(unit, resource, &thing, out);
        swept(unit, resource, &thing, out);
    }
    removed(unit, out);
}

/// Something that is an identity or a credential.
struct Thing<'a> {
    address: Address,
    declaration: &'a Declaration<'a>,
    is_identity: bool,
}

impl<'a> Thing<'a> {
    fn of(
        unit: &Unit<'_, '_>,
        resource: &'a Resource<'_>,
        identities: &BTreeSet<Address>,
    ) -> Option<Self> {
        let declaration = resource.declaration;
        let address = unit.address(resource);
        let listed = IDENTITIES.contains(&declaration.kind);
        let is_identity = listed || identities.contains(&address);
        let made = credentials::accepted_elsewhere(declaration.kind);
        let counts = (is_identity || made.is_some()) && !declaration.is_ephemeral();
        counts.then_some(Self { address, declaration, is_identity })
    }

    fn guard(&self, setting: &str, says: Lifecycle, place: Place) -> Guard {
        Guard::new(
            self.address.clone(),
            "Terraform",
            setting.to_owned(),
            GuardKind::Lifecycle(says),
            place,
            self.declaration.region,
        )
    }

    /// The last thing that a `lifecycle` block says about a name.
    fn setting(&self, name: &str) -> Option<(Place, Node<'a>)> {
        self.declaration.parts.iter().rev().find_map(|part| {
            let node = super::bodies(part.body).into_iter().find_map(|it| it.get(name))?;
            Some((Place::new(part.file, node.span()), node))
        })
    }

    fn set(&self, path: &[&str], text: &str) -> Option<Box<Fix>> {
        remedy::set(self.declaration, path, text, Safety::Unsafe)
    }
}

/// `prevent_destroy`, of what can be revoked.
fn prevented(thing: &Thing<'_>, out: &mut Collector) {
    let Some((place, node)) = thing.setting("prevent_destroy") else { return };
    if node.as_bool() != Some(true) {
        return;
    }
    let path = ["lifecycle", "prevent_destroy"];
    let mut guard = thing.guard(&path.join("."), Lifecycle::DestroyPrevented, place);
    guard.fix = thing.set(&path, "false");
    out.guard(guard);
}

/// `ignore_changes`, as far as it hides what matters here.
fn ignored(thing: &Thing<'_>, out: &mut Collector) {
    let kind = thing.declaration.kind;
    for (name, place) in super::ignored(thing.declaration) {
        let what = match name.as_str() {
            "all" => Ignored::All,
            it if credentials::sets_end(kind, it) => Ignored::End,
            it if credentials::sets_renewal(kind, it) => Ignored::Renewal,
            it if thing.is_identity && TRUST.contains(&it) => Ignored::Trust,
            it if thing.is_identity && RIGHTS.contains(&it) => Ignored::Rights,
            _ => continue,
        };
        let setting = format!("lifecycle.ignore_changes.{name}");
        out.guard(thing.guard(&setting, Lifecycle::ChangesIgnored(what), place));
    }
}

/// Arguments under which the thing stays when it is removed here.
fn abandoned(unit: &Unit<'_, '_>, resource: &Resource<'_>, thing: &Thing<'_>, out: &mut Collector) {
    for (argument, keeps) in KEEPS {
        let Some(value) = unit.get(resource, argument) else { continue };
        if values::known_text(&value).is_some_and(|it| it == *keeps) {
            out.guard(thing.guard(argument, Lifecycle::Abandoned, value.origin.place));
        }
    }
}

/// An IAM user that takes undeclared keys with it.
fn swept(unit: &Unit<'_, '_>, resource: &Resource<'_>, thing: &Thing<'_>, out: &mut Collector) {
    if thing.declaration.kind != "aws_iam_user" {
        return;
    }
    let Some(value) = unit.get(resource, "force_destroy") else { return };
    if value.as_bool() == Some(true) {
        let place = value.origin.place;
        out.guard(thing.guard("force_destroy", Lifecycle::SweepsCredentials, place));
    }
}

/// `removed` blocks that forget an identity or a credential.
fn removed(unit: &Unit<'_, '_>, out: &mut Collector) {
    for id in &unit.instances {
        let Some(module) = unit.evaluator.module(*id) else { continue };
        for declaration in &module.removed {
            let Some((_, from)) = declaration.attribute("from") else { continue };
            let Some((kind, name)) = resource_of(from) else { continue };
            let counts = IDENTITIES.contains(&kind.as_str())
                || credentials::accepted_elsewhere(&kind).is_some();
            if !counts {
                continue;
            }
            let path = &unit.evaluator.instance(*id).path;
            let address = if path.is_empty() { name } else { format!("{path}.{name}") };
            let thing = Thing { address: unit.named(&address), declaration, is_identity: true };
            let Some((place, node)) = thing.setting("destroy") else { continue };
            if node.as_bool() == Some(false) {
                let path = ["lifecycle", "destroy"];
                let mut guard = thing.guard(&path.join("."), Lifecycle::Abandoned, place);
                guard.fix = thing.set(&path, "true");
                out.guard(guard);
            }
        }
    }
}

/// The type of the resource that a `from` names, and its address.
fn resource_of(from: Node<'_>) -> Option<(String, String)> {
    let parts = parts(from)?;
    let [.., kind, _] = parts.as_slice() else { return None };
    (kind != "module").then(|| (kind.clone(), parts.join(".")))
}

/// The names of a reference, which JSON writes as a text.
fn parts(from: Node<'_>) -> Option<Vec<String>> {
    if let Some(text) = from.as_str() {
        let plain = |it: &str| {
            !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'))
        };
        let all: Vec<String> = text.split('.').map(str::to_owned).collect();
        return all.iter().all(|it| plain(it)).then_some(all);
    }
    let mut found = Vec::new();
    let mut node = from;
    for _ in 0..DEPTH {
        match node.kind() {
            Kind::Name => {
                found.push(node.text()?.to_owned());
                found.reverse();
                return Some(found);
            }
            Kind::GetAttr => {
                found.push(node.child(1)?.text()?.to_owned());
                node = node.child(0)?;
            }
            _ => return None,
        }
    }
    None
}

/// Names of one reference that are looked at.
const DEPTH: usize = 64;
