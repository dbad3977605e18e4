//! Policies on resources, which name their principals themselves.

use model::{Carrier, Grant, Party, Patterns, PermissionSystem, Reach, Sourced};

use super::argument;
use super::grant::{self, Holder};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::policy;
use crate::values;

/// Resource types with a policy, and the argument that holds it.
const POLICIES: &[(&str, &str)] = &[
    ("aws_api_gateway_rest_api", "policy"),
    ("aws_api_gateway_rest_api_policy", "policy"),
    ("aws_backup_vault_policy", "policy"),
    ("aws_cloudwatch_event_bus_policy", "policy"),
    ("aws_cloudwatch_log_resource_policy", "policy_document"),
    ("aws_codeartifact_domain_permissions_policy", "policy_document"),
    ("aws_codeartifact_repository_permissions_policy", "policy_document"),
    ("aws_dynamodb_resource_policy", "policy"),
    ("aws_ecr_repository_policy", "policy"),
    ("aws_ecrpublic_repository_policy", "policy"),
    ("aws_efs_file_system_policy", "policy"),
    ("aws_elasticsearch_domain", "access_policies"),
    ("aws_elasticsearch_domain_policy", "access_policies"),
    ("aws_glacier_vault", "access_policy"),
    ("aws_glue_resource_policy", "policy"),
    ("aws_kinesis_resource_policy", "policy"),
    ("aws_kms_external_key", "policy"),
    ("aws_kms_key", "policy"),
    ("aws_kms_key_policy", "policy"),
    ("aws_kms_replica_key", "policy"),
    ("aws_media_store_container_policy", "policy"),
    ("aws_opensearch_domain", "access_policies"),
    ("aws_opensearch_domain_policy", "access_policies"),
    ("aws_s3_access_point", "policy"),
    ("aws_s3_bucket", "policy"),
    ("aws_s3_bucket_policy", "policy"),
    ("aws_s3control_access_point_policy", "policy"),
    ("aws_secretsmanager_secret", "policy"),
    ("aws_secretsmanager_secret_policy", "policy"),
    ("aws_ses_identity_policy", "policy"),
    ("aws_sesv2_email_identity_policy", "policy"),
    ("aws_sns_topic", "policy"),
    ("aws_sns_topic_policy", "policy"),
    ("aws_sqs_queue", "policy"),
    ("aws_sqs_queue_policy", "policy"),
    ("aws_vpclattice_auth_policy", "policy"),
    ("aws_vpclattice_resource_policy", "policy"),
];

/// Policies that only narrow what others permit.
const LIMITS: &[(&str, &str)] =
    &[("aws_vpc_endpoint", "policy"), ("aws_vpc_endpoint_policy", "policy")];

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let kind = resource.declaration.kind;
    let named = |it: &&(&str, &'static str)| it.0 == kind;
    if let Some((_, argument)) = LIMITS.iter().find(named) {
        grant::limit(unit, resource, argument, out);
    } else if kind == "aws_lambda_permission" {
        lambda_permission(unit, resource, out);
    } else if let Some((_, argument)) = POLICIES.iter().find(named)
        && let Some(value) = unit.get(resource, argument)
    {
        let closed = is_closed(unit, resource);
        for statement in policy::document(&value).statements {
            let principals = match &statement.principal {
                Some(it) if statement.principal_negated => {
                    vec![Sourced::new(Party::EveryoneBut, it.origin.clone())]
                }
                Some(it) if closed => policy::parties(it, &unit.addresses)
                    .into_iter()
                    .map(|it| Sourced { value: within_account(it.value), ..it })
                    .collect(),
                Some(it) => policy::parties(it, &unit.addresses),
                None => Vec::new(),
            };
            let holder = Holder {
                carrier: Carrier::ResourcePolicy,
                principals,
                bound: Some(true),
                bindings: Vec::new(),
            };
            let below = format!("{argument}.Statement[{}]", statement.index);
            let address = unit.address_below(resource, &below);
            out.grant(grant::statement_grant(address, statement, &holder));
        }
    }
}

/// True when a block on public access, of the bucket or of the account, lets nobody in whom a
/// policy does not name.
fn is_closed(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> bool {
    let restricts = |it: &&Resource<'_>| {
        argument::truth(unit, it, &["restrict_public_buckets"]).value() == Some(&true)
    };
    let bucket = match resource.declaration.kind {
        "aws_s3_bucket" => Some(std::sync::Arc::clone(&resource.address)),
        "aws_s3_bucket_policy" => bucket_of(unit, resource),
        _ => return false,
    };
    // A block of another account stands behind another provider.
    let mine = |it: &&Resource<'_>| it.instance == resource.instance;
    unit.of_type("aws_s3_account_public_access_block").filter(mine).any(|it| restricts(&it))
        || bucket.is_some_and(|bucket| {
            unit.of_type("aws_s3_bucket_public_access_block")
                .filter(|it| bucket_of(unit, it).as_ref() == Some(&bucket))
                .any(|it| restricts(&it))
        })
}

fn bucket_of(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Option<std::sync::Arc<str>> {
    let value = unit.get(resource, "bucket")?;
    unit.addresses.target(&value, &["aws_s3_bucket"])
}

/// What is left of everyone behind a block on public access: the bucket's own account, whose
/// number is not written.
fn within_account(party: Party) -> Party {
    if party == Party::Everyone { Party::Unknown } else { party }
}

/// `aws_lambda_permission` is one statement written as arguments.
fn lambda_permission(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(principal) = unit.get(resource, "principal") else { return };
    let party = match values::known_text(&principal) {
        Some(text) if text == "*" => Party::Everyone,
        Some(text) if text.ends_with(".amazonaws.com") => Party::Service(text),
        Some(text) => policy::account_or_arn(&text),
        None => unit.addresses.identity(&principal).map_or(Party::Unknown, Party::Address),
    };
    let mut conditions = Vec::new();
    let narrowing = [
        ("source_arn", "aws:SourceArn"),
        ("source_account", "aws:SourceAccount"),
        ("principal_org_id", "aws:PrincipalOrgID"),
        ("event_source_token", "lambda:EventSourceToken"),
    ];
    for (argument, key) in narrowing {
        if let Some(value) = unit.get(resource, argument) {
            conditions.push(model::Condition {
                operator: "StringLike".to_owned(),
                key: key.to_owned(),
                values: policy::patterns(&value),
                place: value.origin.place,
            });
        }
    }
    let patterns = |argument: &str| match unit.get(resource, argument) {
        Some(value) => policy::patterns(&value),
        None => Patterns::default(),
    };
    out.grant(Grant {
        principals: vec![Sourced::new(party, principal.origin.clone())],
        actions: patterns("action"),
        resources: patterns("function_name"),
        conditions,
        reach: Reach::Resource,
        bound: Some(true),
        ..Grant::new(
            unit.address(resource),
            PermissionSystem::Aws,
            Carrier::ResourcePolicy,
            principal.origin.place,
            resource.declaration.region,
        )
    });
}
