//! Machines and clusters: whose account they run as, and who can take its tokens.

use model::{
    Carrier, Data, Grant, Guard, GuardKind, IdentityKind, Knowledge, Party, PermissionSystem,
    Reach, Safety, Sourced, Value,
};

use crate::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::{remedy, values};

/// Resource types that make machines: the block of their account, its account and its scopes.
const MACHINES: &[(&str, &str, &str, &str)] = &[
    ("google_compute_instance", "service_account", "email", "scopes"),
    ("google_compute_instance_from_template", "service_account", "email", "scopes"),
    ("google_compute_instance_template", "service_account", "email", "scopes"),
    ("google_compute_region_instance_template", "service_account", "email", "scopes"),
    ("google_container_cluster", "node_config", "service_account", "oauth_scopes"),
    ("google_container_node_pool", "node_config", "service_account", "oauth_scopes"),
];

/// The scope under which the account may use all that its roles give.
const EVERYTHING: &[&str] = &["cloud-platform", "https://www.googleapis.com/auth/cloud-platform"];

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    let Some((_, block, account, scopes)) = MACHINES.iter().find(|it| it.0 == kind) else { return };
    if kind == "google_container_cluster" {
        cluster(unit, resource, out);
    }
    if *block == "node_config" {
        // The pool that comes with the cluster is gone before anything runs on it.
        let removed = argument::truth(unit, resource, &["remove_default_node_pool"]);
        if removed.is_unknown() || removed.value() == Some(&true) {
            return;
        }
        metadata(unit, resource, out);
    }
    let Some(blocks) = unit.get(resource, block) else { return };
    for (at, block_value) in values::items(&blocks).iter().enumerate() {
        if let Some(scope) = default_account(block_value, account, scopes) {
            let address = unit.address_below(resource, &format!("{block}[{at}].{scopes}"));
            out.grant(grant(address, scope, resource));
        }
    }
}

/// The scope that opens everything to a machine that runs as the default account.
fn default_account(block: &Value, account: &str, scopes: &str) -> Option<Sourced<String>> {
    let Data::Map(_) = &block.data else { return None };
    let email = values::member(block, account).filter(|it| !matches!(it.data, Data::Null));
    let default = match &email {
        None => values::rest(block).is_none(),
        Some(it) => values::known_text(it)
            .is_some_and(|it| it == "default" || model::google::is_default_account(&it)),
    };
    let scopes = values::member(block, scopes).filter(|_| default)?;
    let known = |it: Value| Some(Sourced::new(values::known_text(&it)?, it.origin));
    let mut found = values::items(&scopes).into_iter().filter_map(known);
    found.find(|it| EVERYTHING.contains(&it.value.as_str()))
}

fn grant(address: model::Address, scope: Sourced<String>, resource: &Resource<'_>) -> Grant {
    let name = "…-compute@developer.gserviceaccount.com".to_owned();
    let account = Party::Named { kind: IdentityKind::GcpServiceAccount, name };
    let place = scope.place();
    Grant {
        principals: vec![Sourced::new(account, scope.origin.clone())],
        role: Knowledge::Known(scope),
        reach: Reach::Account,
        bound: Some(true),
        ..Grant::new(
            address,
            PermissionSystem::Google,
            Carrier::Scope,
            place,
            resource.declaration.region,
        )
    }
}

/// A cluster without a pool of identities: its pods have only the account of their node.
fn cluster(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let autopilot = argument::truth(unit, resource, &["enable_autopilot"]);
    if autopilot.is_unknown() || autopilot.value() == Some(&true) {
        return;
    }
    // `identity_namespace` is the name in older providers.
    let path = ["workload_identity_config", "workload_pool"];
    let older = ["workload_identity_config", "identity_namespace"];
    let stated = [path, older].iter().any(|it| !argument::text(unit, resource, it).is_absent());
    out.guard(guard(unit, resource, &path, !stated, None));
}

/// What answers the pods of a node when they ask for credentials.
fn metadata(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let path = ["node_config", "workload_metadata_config", "mode"];
    let older = ["node_config", "workload_metadata_config", "node_metadata"];
    for path in [path, older] {
        let Knowledge::Known(mode) = argument::text(unit, resource, &path) else { continue };
        let open = match mode.value.as_str() {
            "GCE_METADATA" | "EXPOSE" => true,
            "GKE_METADATA" | "GKE_METADATA_SERVER" | "SECURE" => false,
            _ => continue,
        };
        out.guard(guard(unit, resource, &path, open, Some(mode.place())));
    }
}

fn guard(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &[&str],
    open: bool,
    stated: Option<model::Place>,
) -> Guard {
    let declaration = resource.declaration;
    let is_mode = path.last() == Some(&"mode");
    Guard {
        stated: stated.is_some(),
        // Pods that live on the node's account lose it.
        fix: (open && is_mode)
            .then(|| remedy::set(declaration, path, "\"GKE_METADATA\"", Safety::Unsafe))
            .flatten(),
        ..Guard::new(
            unit.address(resource),
            "Google Cloud",
            path.join("."),
            GuardKind::MachineCredentialsOpen(open),
            stated.unwrap_or(declaration.place),
            declaration.region,
        )
    }
}
