//! Roles, users and groups, with what is written inside them.

use model::{
    Address, Carrier, Identity, IdentityKind, Knowledge, Mechanism, Party, Patterns, Place,
    Purpose, Sourced, Trust, Use, UseMode,
};

use super::cluster;
use super::grant::{self, Holder};
use crate::eval::Resource;
use crate::lower::{Addresses, Collector, Unit};
use crate::policy::{self, Statement};
use crate::values;

pub(super) fn role(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let name = unit.text(resource, "name");
    let mut identity = unit.identity(resource, IdentityKind::AwsIamRole, name);
    identity.session_seconds = seconds(unit, resource, "max_session_duration");
    identity.boundary = boundary(unit, resource);
    // Systems beside AWS know a role by its ARN, of which the account is not written here.
    identity.aliases.extend(identity.name.value().map(|it| format!("role/{it}")));
    let trusts = trusts(unit, resource, &identity);
    identity.purpose = purpose(&trusts);
    inline_policies(unit, resource, &identity, out);
    for trust in trusts {
        uses(&trust).into_iter().for_each(|it| out.r#use(it));
        out.trust(trust);
    }
    out.identity(identity);
}

/// Who acts as a role, as far as what it trusts says so.
pub(super) fn uses(trust: &Trust) -> Vec<Use> {
    let acts = |from: Party, place: Place| Use {
        from,
        to: trust.identity.clone(),
        mode: UseMode::RunsAs,
        place,
    };
    // A declared identity that may assume a role acts as it.
    let declared = trust.principals.iter().filter(|it| matches!(it.value, Party::Address(_)));
    let declared = declared.map(|it| acts(it.value.clone(), it.place()));
    let accounts = trust.subject.items.iter();
    let accounts =
        accounts.filter_map(|it| Some(acts(cluster::account_of(&it.value)?, it.place())));
    declared.chain(accounts).collect()
}

pub(super) fn user(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let name = unit.text(resource, "name");
    let mut identity = unit.identity(resource, IdentityKind::AwsIamUser, name);
    identity.boundary = boundary(unit, resource);
    // A console password is for a person.
    let signs_in = unit.of_type("aws_iam_user_login_profile").any(|it| {
        unit.get(it, "user").is_some_and(|user| {
            unit.addresses.party(&user, super::USER) == Party::Address(identity.address.clone())
        })
    });
    identity.human = signs_in.then_some(true);
    out.identity(identity);
}

pub(super) fn group(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let name = unit.text(resource, "name");
    out.identity(unit.identity(resource, IdentityKind::AwsIamGroup, name));
}

fn seconds(unit: &Unit<'_, '_>, resource: &Resource<'_>, argument: &str) -> Knowledge<u64> {
    let Some(value) = unit.get(resource, argument) else { return Knowledge::Absent };
    match value.as_whole() {
        Some(it) => Knowledge::Known(Sourced::new(it, value.origin.clone())),
        None => Knowledge::Unknown(value.origin.place),
    }
}

/// The permissions boundary; a declared policy is named by its address.
fn boundary(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Knowledge<String> {
    let Some(value) = unit.get(resource, "permissions_boundary") else {
        return Knowledge::Absent;
    };
    match unit.addresses.target(&value, &["aws_iam_policy"]) {
        Some(policy) => Knowledge::Known(Sourced::new(policy.to_string(), value.origin.clone())),
        None => value.to_text(),
    }
}

/// `inline_policy` blocks.
fn inline_policies(
    unit: &Unit<'_, '_>,
    resource: &Resource<'_>,
    identity: &Identity,
    out: &mut Collector,
) {
    let Some(blocks) = unit.get(resource, "inline_policy") else { return };
    for (at, block) in values::items(&blocks).iter().enumerate() {
        let Some(value) = values::member(block, "policy") else { continue };
        let own = Party::Address(identity.address.clone());
        let holder = Holder {
            carrier: Carrier::IdentityPolicy,
            principals: vec![Sourced::at(own, identity.place)],
            bound: Some(true),
            bindings: vec![identity.place],
        };
        grant::policy(unit, resource, &format!("inline_policy[{at}]"), &value, &holder, out);
    }
}

fn trusts(unit: &Unit<'_, '_>, resource: &Resource<'_>, identity: &Identity) -> Vec<Trust> {
    let Some(value) = unit.get(resource, "assume_role_policy") else { return Vec::new() };
    let allowed = |it: &Statement| it.effect == model::Effect::Allow;
    policy::document(&value)
        .statements
        .into_iter()
        .filter(allowed)
        .map(|it| {
            let below = format!("assume_role_policy.Statement[{}]", it.index);
            let own = Party::Address(identity.address.clone());
            trust(unit.address_below(resource, &below), own, it, &unit.addresses)
        })
        .collect()
}

/// What a statement of a trust policy says about an identity.
pub(super) fn trust(
    address: Address,
    identity: Party,
    statement: Statement,
    addresses: &Addresses,
) -> Trust {
    let principals = match &statement.principal {
        Some(it) if statement.principal_negated => {
            vec![Sourced::new(Party::EveryoneBut, it.origin.clone())]
        }
        Some(it) => policy::parties(it, addresses),
        None => Vec::new(),
    };
    let federated = principals.iter().find_map(|it| match &it.value {
        Party::Federated(issuer) => Some(Sourced::new(issuer_of(issuer), it.origin.clone())),
        _ => None,
    });
    let exchanges = statement.actions.texts().any(|it| {
        it.eq_ignore_ascii_case("sts:AssumeRoleWithWebIdentity")
            || it.eq_ignore_ascii_case("sts:AssumeRoleWithSAML")
    });
    let mechanism =
        if federated.is_some() || exchanges { Mechanism::Federation } else { Mechanism::Assume };
    let first = principals.first().map(Sourced::place);
    Trust {
        address,
        identity,
        issuer: match federated {
            Some(issuer) => Knowledge::Known(issuer),
            None if mechanism == Mechanism::Federation => Knowledge::Unknown(statement.place),
            None => Knowledge::Absent,
        },
        audience: claims(&statement, ":aud"),
        subject: claims(&statement, ":sub"),
        principals,
        mechanism,
        conditions: statement.conditions,
        conditions_known: statement.conditions_known,
        // Who is trusted is what a finding on a trust is about.
        place: first.unwrap_or(statement.place),
        region: statement.region,
    }
}

/// The issuer inside the ARN of an identity provider.
fn issuer_of(federated: &str) -> String {
    match federated.split_once(":oidc-provider/") {
        Some((_, issuer)) => issuer.to_owned(),
        None => federated.to_owned(),
    }
}

/// What conditions on a claim accept.
fn claims(statement: &Statement, suffix: &str) -> Patterns {
    let mut patterns = Patterns::default();
    for condition in &statement.conditions {
        let negated = condition.operator.to_ascii_lowercase().contains("not");
        if negated || !condition.key.to_ascii_lowercase().ends_with(suffix) {
            continue;
        }
        patterns.stated = true;
        patterns.partial |= condition.values.partial;
        patterns.items.extend(condition.values.items.iter().cloned());
    }
    patterns.partial |= !statement.conditions_known;
    patterns
}

/// Services of AWS that run what a purpose says.
const AGENT_SERVICES: &[&str] = &["bedrock", "bedrock-agentcore"];
const PIPELINE_SERVICES: &[&str] = &["codebuild", "codepipeline", "codedeploy"];

/// Issuers of tokens for pipelines.
const PIPELINE_ISSUERS: &[&str] = &[
    "token.actions.githubusercontent.com",
    "gitlab",
    "app.terraform.io",
    "bitbucket",
    "circleci",
    "buildkite",
    "vstoken.dev.azure.com",
];

/// What a role is for, as whom it trusts shows.
pub(super) fn purpose(trusts: &[Trust]) -> Purpose {
    let mut purpose = Purpose::Unknown;
    for principal in trusts.iter().flat_map(|it| &it.principals) {
        let found = match &principal.value {
            Party::Service(service) => {
                let name = service.split('.').next().unwrap_or(service);
                match name {
                    _ if AGENT_SERVICES.contains(&name) => Purpose::Agent,
                    _ if PIPELINE_SERVICES.contains(&name) => Purpose::Pipeline,
                    _ => Purpose::Workload,
                }
            }
            Party::Federated(issuer) if issuer.contains(":saml-provider/") => Purpose::Human,
            Party::Federated(issuer) if PIPELINE_ISSUERS.iter().any(|it| issuer.contains(it)) => {
                Purpose::Pipeline
            }
            Party::Federated(issuer) if issuer.contains("oidc.eks.") => Purpose::Workload,
            _ => continue,
        };
        if purpose != Purpose::Unknown && purpose != found {
            return Purpose::Unknown;
        }
        purpose = found;
    }
    purpose
}
