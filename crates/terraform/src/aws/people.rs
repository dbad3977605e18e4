//! Identity Center: permission sets, the roles that people take in every account.

use model::{IdentityKind, Knowledge, Purpose, Sourced};

use super::argument;
use crate::credentials;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};

pub(super) const PERMISSION_SET: &str = "aws_ssoadmin_permission_set";

pub(super) fn permission_set(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let name = unit.text(resource, "name");
    let mut identity = unit.identity(resource, IdentityKind::AwsPermissionSet, name);
    identity.human = Some(true);
    identity.purpose = Purpose::Human;
    identity.session_seconds = match unit.text(resource, "session_duration") {
        Knowledge::Known(it) => match credentials::span(&it.value) {
            Some(seconds) => Knowledge::Known(Sourced::new(seconds, it.origin)),
            None => Knowledge::Unknown(it.place()),
        },
        Knowledge::Unknown(place) => Knowledge::Unknown(place),
        Knowledge::Absent => Knowledge::Absent,
    };
    identity.boundary = boundary(unit, resource);
    out.identity(identity);
}

/// The boundary that an attachment puts above a set.
fn boundary(unit: &Unit<'_, '_>, set: &Resource<'_>) -> Knowledge<String> {
    let attachments = unit.of_type("aws_ssoadmin_permissions_boundary_attachment");
    let mut own = attachments.filter(|it| {
        let named = unit.get(it, "permission_set_arn");
        let target = named.and_then(|it| unit.addresses.target(&it, &[PERMISSION_SET]));
        target.as_deref() == Some(&*set.address)
    });
    let Some(attachment) = own.next() else { return Knowledge::Absent };
    let managed = argument::text(unit, attachment, &["permissions_boundary", "managed_policy_arn"]);
    if managed.is_absent() {
        return Knowledge::Unknown(attachment.declaration.place);
    }
    managed
}
