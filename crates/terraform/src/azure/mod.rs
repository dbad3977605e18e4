//! Azure and Entra ID: applications, managed identities, role assignments.

mod claims;
mod cluster;
mod entra;
mod role;
mod schedule;
mod tenants;
mod vault;

use model::{IdentityKind, Knowledge, Party, Use, UseMode};

pub(crate) use role::reach;

use crate::lower::{Collector, Unit};
use crate::values;

/// Resource types that a principal id can belong to.
pub(crate) const PRINCIPALS: &[&str] =
    &["azurerm_user_assigned_identity", "azuread_service_principal", "azuread_application"];

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let name = |argument: &str| unit.text(resource, argument);
        match resource.declaration.kind {
            "azuread_application" | "azuread_application_registration" => {
                let kind = IdentityKind::EntraApplication;
                out.identity(unit.identity(resource, kind, name("display_name")));
                entra::requested_permissions(unit, resource, out);
                tenants::audience(unit, resource, out);
            }
            "azuread_service_principal" => {
                let kind = IdentityKind::EntraServicePrincipal;
                let mut identity = unit.identity(resource, kind, Knowledge::Absent);
                entra::belongs_to(unit, resource, &mut identity);
                out.identity(identity);
            }
            "azurerm_user_assigned_identity" => {
                let kind = IdentityKind::AzureManagedIdentity;
                out.identity(unit.identity(resource, kind, name("name")));
            }
            "azuread_application_federated_identity_credential"
            | "azuread_application_flexible_federated_identity_credential"
            | "azurerm_federated_identity_credential" => entra::federation(unit, resource, out),
            "azuread_service_principal_delegated_permission_grant" => {
                entra::delegated(unit, resource, out);
            }
            "azuread_app_role_assignment" => entra::app_role(unit, resource, out),
            "azuread_directory_role_assignment" | "azuread_directory_role_member" => {
                entra::directory_role(unit, resource, out);
            }
            "azurerm_kubernetes_cluster" => {
                runs_as(unit, resource, out);
                cluster::lower(unit, resource, out);
            }
            "azurerm_role_assignment" | "azurerm_pim_active_role_assignment" => {
                role::assignment(unit, resource, out);
            }
            "azurerm_key_vault_access_policy" => vault::access_policy(unit, resource, out),
            "azurerm_key_vault" => vault::inline_policies(unit, resource, out),
            "azurerm_role_definition" => role::definition(unit, resource, out),
            kind if kind.starts_with("azurerm_") => runs_as(unit, resource, out),
            _ => {}
        }
        schedule::lower(unit, resource, out);
    }
}

/// User-assigned identities in the `identity` block of a workload.
fn runs_as(unit: &Unit<'_, '_>, resource: &crate::eval::Resource<'_>, out: &mut Collector) {
    let Some(blocks) = unit.get(resource, "identity") else { return };
    for block in values::items(&blocks) {
        let Some(ids) = values::member(&block, "identity_ids") else { continue };
        for id in values::items(&ids) {
            let Some(found) = unit.addresses.target(&id, PRINCIPALS) else { continue };
            out.r#use(Use {
                from: Party::Address(unit.address(resource)),
                to: Party::Address(unit.named(&found)),
                mode: UseMode::RunsAs,
                place: values::last_place(&id.origin),
            });
        }
    }
}
