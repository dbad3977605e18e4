//! Google Cloud: service accounts and who may do what.

mod binding;
mod machine;
mod member;
mod pool;

use model::{IdentityKind, Party, Use, UseMode};

use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

pub(crate) const SERVICE_ACCOUNT: &[&str] = &["google_service_account"];

pub(crate) use member::party as member;

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let kind = resource.declaration.kind;
        if !kind.starts_with("google_") {
            continue;
        }
        if kind == "google_service_account" {
            service_account(unit, resource, out);
        } else if kind.ends_with("_iam_custom_role") {
            binding::custom_role(unit, resource, out);
        } else if kind == "google_iam_workload_identity_pool_provider" {
            pool::provider(unit, resource, out);
        } else {
            binding::lower(unit, resource, out);
            runs_as(unit, resource, out);
            machine::lower(unit, resource, out);
        }
    }
}

fn service_account(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let name = unit.text(resource, "account_id");
    let mut identity = unit.identity(resource, IdentityKind::GcpServiceAccount, name);
    if identity.description.is_absent() {
        identity.description = unit.text(resource, "display_name");
    }
    if let Some(value) = unit.get(resource, "disabled") {
        identity.disabled = match value.as_bool() {
            Some(it) => model::Knowledge::Known(model::Sourced::new(it, value.origin)),
            None => model::Knowledge::Unknown(value.origin.place),
        };
    }
    // The address under which other systems know it, when every part of it is written.
    let project = unit.text(resource, "project");
    if let (Some(name), Some(project)) = (identity.name.value(), project.value()) {
        identity.aliases.push(format!("{name}@{project}.iam.gserviceaccount.com"));
    }
    out.identity(identity);
}

/// Workloads name their service account in a nested block or an argument.
fn runs_as(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    for argument in ["service_account", "service_account_email", "node_config", "template"] {
        let Some(value) = unit.get(resource, argument) else { continue };
        for block in values::items(&value) {
            let nested = ["service_account", "email", "service_account_email"]
                .iter()
                .find_map(|it| values::member(&block, it));
            let account = nested.unwrap_or(block);
            let Some(found) = unit.addresses.target(&account, SERVICE_ACCOUNT) else { continue };
            out.r#use(Use {
                from: Party::Address(unit.address(resource)),
                to: Party::Address(unit.named(&found)),
                mode: UseMode::RunsAs,
                place: values::last_place(&account.origin),
            });
        }
    }
}
