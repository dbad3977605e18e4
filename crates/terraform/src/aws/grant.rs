//! Policies that permit something, wherever they are written.

use std::collections::BTreeSet;

use model::{
    Address, Carrier, Grant, Knowledge, Party, PermissionSystem, Place, Reach, Sourced, Value,
};

use super::attachment::Attachments;
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy::{self, Statement};
use crate::values;

/// Who holds the grants of a policy, and how they come to it.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) carrier: Carrier,
    pub(super) principals: Vec<Sourced<Party>>,
    pub(super) bound: Option<bool>,
    pub(super) bindings: Vec<Place>,
}

/// Adds a grant for every statement of a policy.
pub(super) fn policy(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    path: &str,
    value: &Value,
    holder: &Holder,
    out: &mut Collector,
) {
    let dot = if path.is_empty() { "" } else { "." };
    let document = policy::document(value);
    // Who holds a policy is known even where its text is not.
    if document.is_unknown
        && holder.carrier == Carrier::IdentityPolicy
        && !holder.principals.is_empty()
    {
        let (place, region) = (value.origin.place, resource.declaration.region);
        out.grant(unread(unit.address(resource), place, region, holder));
    }
    for statement in document.statements {
        let below = format!("{path}{dot}Statement[{}]", statement.index);
        out.grant(statement_grant(unit.address_below(resource, &below), statement, holder));
    }
}

pub(super) fn statement_grant(address: Address, statement: Statement, holder: &Holder) -> Grant {
    Grant {
        principals: holder.principals.clone(),
        effect: statement.effect,
        reach: reach(&statement),
        actions: statement.actions,
        resources: statement.resources,
        conditions: statement.conditions,
        conditions_known: statement.conditions_known,
        bound: holder.bound,
        bindings: holder.bindings.clone(),
        ..Grant::new(
            address,
            PermissionSystem::Aws,
            holder.carrier,
            statement.place,
            statement.region,
        )
    }
}

/// A grant of which only the holder can be told.
pub(super) fn unread(address: Address, place: Place, region: Place, holder: &Holder) -> Grant {
    Grant {
        principals: holder.principals.clone(),
        actions: model::Patterns::unknown(),
        resources: model::Patterns::unknown(),
        conditions_known: false,
        bound: holder.bound,
        bindings: holder.bindings.clone(),
        ..Grant::new(address, PermissionSystem::Aws, holder.carrier, place, region)
    }
}

fn reach(statement: &Statement) -> Reach {
    let resources = &statement.resources;
    if !resources.negated && resources.find("*").is_some() {
        Reach::Account
    } else if resources.negated || resources.partial || !resources.stated {
        Reach::Unknown
    } else {
        Reach::Resource
    }
}

/// `aws_iam_policy`, with the principals that attachments hand it to.
pub(super) fn managed_policy(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    attachments: &Attachments,
    out: &mut Collector,
) {
    let Some(value) = unit.get(resource, "policy") else { return };
    let holder = attachments.holder(unit, resource);
    policy(unit, resource, "", &value, &holder, out);
}

/// A policy that is written into a role, user or group from outside of it.
pub(super) fn inline(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    argument: &str,
    kinds: &[&str],
    out: &mut Collector,
) {
    let Some(value) = unit.get(resource, "policy") else { return };
    let principals = unit
        .get(resource, argument)
        .map(|it| Sourced::new(unit.addresses.party(&it, kinds), it.origin.clone()));
    let holder = Holder {
        carrier: Carrier::IdentityPolicy,
        principals: principals.into_iter().collect(),
        bound: Some(true),
        bindings: vec![resource.declaration.place],
    };
    policy(unit, resource, "", &value, &holder, out);
}

/// Inline policy of an Identity Center permission set.
pub(super) fn permission_set(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(value) = unit.get(resource, "inline_policy") else { return };
    let set = unit.get(resource, "permission_set_arn").map(|it| {
        let party = unit.addresses.party(&it, &[super::people::PERMISSION_SET]);
        Sourced::new(party, it.origin)
    });
    let holder = Holder {
        carrier: Carrier::IdentityPolicy,
        principals: set.into_iter().collect(),
        bound: None,
        bindings: Vec::new(),
    };
    policy(unit, resource, "", &value, &holder, out);
}

/// A policy that grants nothing and only limits.
pub(super) fn limit(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    argument: &str,
    out: &mut Collector,
) {
    let Some(value) = unit.get(resource, argument) else { return };
    let holder = Holder {
        carrier: Carrier::Limit,
        principals: Vec::new(),
        bound: Some(true),
        bindings: Vec::new(),
    };
    policy(unit, resource, "", &value, &holder, out);
}

/// Policy documents that nothing we understand uses: a module elsewhere may.
pub(super) fn unused_documents(unit: &Unit<'_, '_>, out: &mut Collector) {
    let taken_in = taken_in(unit);
    for resource in &unit.data {
        if resource.declaration.kind != "aws_iam_policy_document" {
            continue;
        }
        let value = unit.evaluator.attribute(resource, "json", resource.declaration.region);
        let mut used = Vec::new();
        for statement in policy::document(&value).statements {
            // A statement of another document is reported with that document.
            let own = resource.declaration.region;
            let elsewhere =
                statement.region.file != own.file || !own.span.contains(statement.region.span);
            let known = out.has_statement(statement.region);
            if elsewhere || known || taken_in.contains(&statement.region) {
                continue;
            }
            used.push(statement);
        }
        for statement in used {
            let principals = statement
                .principal
                .as_ref()
                .filter(|_| !statement.principal_negated)
                .map(|it| policy::parties(it, &unit.addresses));
            let holder = Holder {
                carrier: Carrier::PolicyDocument,
                principals: principals.unwrap_or_default(),
                bound: None,
                bindings: Vec::new(),
            };
            let below = format!("Statement[{}]", statement.index);
            out.grant(statement_grant(unit.address_below(resource, &below), statement, &holder));
        }
    }
}

/// Statements of documents that other documents are made from. Those documents say what is
/// left of them: a statement with the same `Sid` may have replaced one.
fn taken_in(unit: &Unit<'_, '_>) -> BTreeSet<Place> {
    let documents = unit.data.iter().filter(|it| it.declaration.kind == "aws_iam_policy_document");
    let arguments = ["source_policy_documents", "override_policy_documents"];
    let taken = documents.flat_map(|it| arguments.iter().map(move |name| unit.get(it, name)));
    let statements =
        taken.flat_map(arns).flat_map(|it| policy::document(&it).statements).map(|it| it.region);
    statements.collect()
}

/// A grant of a whole managed policy.
pub(crate) fn managed(
    address: Address,
    arn: Sourced<String>,
    principals: Vec<Sourced<Party>>,
    binding: Place,
    region: Place,
) -> Grant {
    let place = arn.place();
    Grant {
        principals,
        role: Knowledge::Known(arn),
        reach: Reach::Account,
        bound: Some(true),
        bindings: vec![binding],
        ..Grant::new(address, PermissionSystem::Aws, Carrier::IdentityPolicy, place, region)
    }
}

/// The texts of a list of ARNs, each with the value it was read from.
pub(super) fn arns(value: Option<Value>) -> Vec<Value> {
    value.map(|it| values::items(&it)).unwrap_or_default()
}
