//! Applications of Entra ID that other tenants can use.

use model::{ConfigScope, Guard, GuardKind, Knowledge, Safety};

use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::{argument, remedy};

/// Who can sign in to an application.
pub(super) fn audience(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let path = ["sign_in_audience"];
    let Knowledge::Known(audience) = argument::text(unit, resource, &path) else { return };
    let open = match audience.value.as_str() {
        "AzureADMyOrg" => false,
        "AzureADMultipleOrgs" | "AzureADandPersonalMicrosoftAccount" => true,
        _ => return,
    };
    out.guard(Guard {
        agent: unit.address(resource),
        client: "Entra",
        setting: path.join("."),
        kind: GuardKind::OpenToOutsiders(open),
        scope: ConfigScope::Project,
        effective: true,
        stated: true,
        place: audience.place(),
        region: resource.declaration.region,
        fix: open
            .then(|| remedy::set(resource.declaration, &path, "\"AzureADMyOrg\"", Safety::Unsafe))
            .flatten(),
    });
}
