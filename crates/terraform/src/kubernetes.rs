//! Resources of the Kubernetes provider.

use model::{IdentityKind, Knowledge, Party, Use, UseMode, Value};

use crate::aws::ROLE;
use crate::eval::Resource;
use crate::google::SERVICE_ACCOUNT;
use crate::lower::{Collector, Unit};
use crate::values;

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for kind in ["kubernetes_service_account", "kubernetes_service_account_v1"] {
        for resource in unit.of_type(kind) {
            service_account(unit, resource, out);
        }
    }
}

/// Annotations that let an account act as a role or account of a cloud.
const CLOUD: &[(&str, &[&str])] =
    &[("eks.amazonaws.com/role-arn", ROLE), ("iam.gke.io/gcp-service-account", SERVICE_ACCOUNT)];

fn service_account(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let metadata = unit.get(resource, "metadata");
    let metadata = metadata.and_then(|it| values::items(&it).into_iter().next());
    let member = |name: &str| metadata.as_ref().and_then(|it| values::member(it, name));
    let text = |it: Option<Value>| it.map_or(Knowledge::Absent, |it| it.to_text());
    let name = text(member("name"));
    let namespace = text(member("namespace"));
    let mut identity = unit.identity(resource, IdentityKind::KubernetesServiceAccount, name);
    let namespace = match &namespace {
        Knowledge::Known(it) => Some(it.value.clone()),
        Knowledge::Absent => Some("default".to_owned()),
        Knowledge::Unknown(_) => None,
    };
    if let (Some(namespace), Some(name)) = (&namespace, identity.name.value()) {
        identity.aliases.push(format!("system:serviceaccount:{namespace}:{name}"));
    }
    identity.realm = namespace;
    let annotations = member("annotations");
    for (key, kinds) in CLOUD {
        let Some(role) = annotations.as_ref().and_then(|it| values::member(it, key)) else {
            continue;
        };
        out.r#use(Use {
            from: Party::Address(identity.address.clone()),
            to: unit.addresses.party(&role, kinds),
            mode: UseMode::RunsAs,
            place: values::last_place(&role.origin),
        });
    }
    out.identity(identity);
}
