//! Resources of the Kubernetes provider.

use model::{IdentityKind, Knowledge};

use crate::lower::{Collector, Unit};
use crate::values;

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for kind in ["kubernetes_service_account", "kubernetes_service_account_v1"] {
        for resource in unit.of_type(kind) {
            let metadata = unit.get(resource, "metadata");
            let name = metadata
                .map(|it| values::items(&it))
                .and_then(|it| values::member(it.first()?, "name"))
                .map_or(Knowledge::Absent, |it| it.to_text());
            let kind = IdentityKind::KubernetesServiceAccount;
            out.identity(unit.identity(resource, kind, name));
        }
    }
}
