//! AWS: roles, users, groups, policies and everything that hands them on.

mod agent;
mod attachment;
mod cluster;
mod foreign;
mod grant;
mod identity;
mod machine;
mod open;
mod people;
mod resource_policy;
mod store;
mod uses;

pub use foreign::read_policies;

use model::{Carrier, Party, Sourced, Value};

use crate::argument;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};

/// Resource types that can hold permissions.
pub(crate) const ROLE: &[&str] = &["aws_iam_role"];
pub(crate) const USER: &[&str] = &["aws_iam_user"];
pub(crate) const GROUP: &[&str] = &["aws_iam_group"];

pub(crate) fn lower(unit: &Unit<'_, '_>, out: &mut Collector) {
    let attachments = attachment::Attachments::find(unit);
    for resource in &unit.resources {
        match resource.declaration.kind {
            "aws_iam_role" => identity::role(unit, resource, out),
            "aws_iam_user" => identity::user(unit, resource, out),
            "aws_iam_group" => identity::group(unit, resource, out),
            "aws_iam_policy" => grant::managed_policy(unit, resource, &attachments, out),
            "aws_iam_role_policy" => grant::inline(unit, resource, "role", ROLE, out),
            "aws_iam_user_policy" => grant::inline(unit, resource, "user", USER, out),
            "aws_iam_group_policy" => grant::inline(unit, resource, "group", GROUP, out),
            "aws_organizations_policy" => grant::limit(unit, resource, "content", out),
            "aws_ssoadmin_permission_set_inline_policy" => {
                grant::permission_set(unit, resource, out);
            }
            people::PERMISSION_SET => people::permission_set(unit, resource, out),
            _ => resource_policy::lower(unit, resource, out),
        }
        uses::lower(unit, resource, out);
        machine::lower(unit, resource, out);
        cluster::lower(unit, resource, out);
        agent::lower(unit, resource, out);
        store::lower(unit, resource, out);
        open::lower(unit, resource, out);
    }
    attachments.lower(out);
    grant::unused_documents(unit, out);
}

pub(crate) use grant::managed;

/// Adds the statements of a policy that a module is given, for what it makes.
pub(crate) fn input_policy(
    unit: &Unit<'_, '_>,
    called: &Resource<'_>,
    path: &str,
    document: &Value,
    holder: Option<Sourced<Party>>,
    out: &mut Collector,
) {
    let bound = holder.is_some().then_some(true);
    let holder = grant::Holder {
        carrier: Carrier::IdentityPolicy,
        principals: holder.into_iter().collect(),
        bound,
        bindings: Vec::new(),
    };
    grant::policy(unit, called, path, document, &holder, out);
}

/// Adds the statements of a policy that an identity outside of AWS's own resources holds.
pub(crate) fn inline_policy(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &str,
    document: &Value,
    holder: Sourced<Party>,
    out: &mut Collector,
) {
    let holder = grant::Holder {
        carrier: Carrier::IdentityPolicy,
        principals: vec![holder],
        bound: Some(true),
        bindings: Vec::new(),
    };
    grant::policy(unit, resource, path, document, &holder, out);
}
