//! Applications of Entra ID that other tenants can use.

use model::{Guard, GuardKind, Knowledge, Safety};

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
        fix: open
            .then(|| remedy::set(resource.declaration, &path, "\"AzureADMyOrg\"", Safety::Unsafe))
            .flatten(),
        ..Guard::new(
            unit.address(resource),
            "Entra",
            path.join("."),
            GuardKind::OpenToOutsiders(open),
            audience.place(),
            resource.declaration.region,
        )
    });
}
