//! Resources that take over all grants of a policy, or on a project, folder or organisation.

use model::{Guard, GuardKind, Lifecycle, Place};

use crate::lower::{Collector, Unit};
use crate::values;

/// Resource types that set the whole policy of something that many share.
const WHOLE_POLICIES: &[&str] = &[
    "google_billing_account_iam_policy",
    "google_folder_iam_policy",
    "google_organization_iam_policy",
    "google_project_iam_policy",
];

/// The type that sets everybody who holds a managed policy.
const EVERYBODY: &str = "aws_iam_policy_attachment";

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    for resource in &unit.resources {
        let declaration = resource.declaration;
        let found: Option<(&str, Place)> = if WHOLE_POLICIES.contains(&declaration.kind) {
            Some(("policy_data", declaration.kind_place()))
        } else if declaration.kind == EVERYBODY {
            // Nobody else holds a policy that the configuration declares for itself.
            let arn = unit.get(resource, "policy_arn");
            let shared = arn.filter(|it| values::known_text(it).is_some_and(|it| is_of_aws(&it)));
            shared.map(|it| ("policy_arn", it.origin.place))
        } else {
            None
        };
        let Some((setting, place)) = found else { continue };
        out.guard(Guard::new(
            unit.address(resource),
            "Terraform",
            setting.to_owned(),
            GuardKind::Lifecycle(Lifecycle::TakesOverGrants),
            place,
            declaration.region,
        ));
    }
}

/// True for a policy that AWS keeps, which is the same one for all of an account.
fn is_of_aws(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), Some(_), Some("iam")) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    parts.nth(1) == Some("aws") && parts.next().is_some_and(|it| it.starts_with("policy/"))
}

#[cfg(test)]
mod tests {
    use super::is_of_aws;

    #[test]
    fn policies_of_aws_are_told_by_their_account() {
        assert!(is_of_aws("arn:aws:iam::aws:policy/ReadOnlyAccess"));
        assert!(is_of_aws("arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess"));
        for arn in ["arn:aws:iam::123456789012:policy/own", "arn:aws:iam::aws:role/x", "aws", ""] {
            assert!(!is_of_aws(arn), "{arn}");
        }
    }
}
