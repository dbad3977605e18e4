//! EKS: who may do what in a cluster, and which of its accounts act as which role.

use model::{
    Carrier, IdentityKind, Knowledge, Mechanism, Party, Patterns, Reach, Sourced, Trust, Use,
    UseMode,
};

use super::{ROLE, USER, argument, grant};
use crate::eval::Resource;
use crate::lower::{Collector, Unit};
use crate::values;

pub(super) fn lower(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    match resource.declaration.kind {
        "aws_eks_access_policy_association" => access_policy(unit, resource, out),
        "aws_eks_access_entry" => access_entry(unit, resource, out),
        "aws_eks_pod_identity_association" => pod_identity(unit, resource, out),
        _ => {}
    }
}

/// One of the policies that EKS keeps, in somebody's hands.
fn access_policy(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let arn = unit.get(resource, "policy_arn");
    let Some((arn, text)) = arn.and_then(|it| Some((it.clone(), values::known_text(&it)?))) else {
        return;
    };
    let scope = argument::text(unit, resource, &["access_scope", "type"]);
    let reach = match scope.value().map(String::as_str) {
        Some("cluster") => Reach::Cluster,
        Some("namespace") => Reach::Namespace,
        _ => Reach::Unknown,
    };
    let declaration = resource.declaration;
    out.grant(model::Grant {
        reach,
        carrier: Carrier::RoleBinding,
        ..grant::managed(
            unit.address(resource),
            Sourced::new(text, arn.origin),
            principal(unit, resource).into_iter().collect(),
            declaration.place,
            declaration.region,
        )
    });
}

fn principal(unit: &Unit<'_, '_>, resource: &Resource<'_>) -> Option<Sourced<Party>> {
    let value = unit.get(resource, "principal_arn")?;
    let kinds = [ROLE, USER].concat();
    let declared = unit.addresses.target(&value, &kinds);
    let party = match (declared, values::known_text(&value)) {
        (Some(address), _) => Party::Address(unit.named(&address)),
        (None, Some(text)) => crate::policy::account_or_arn(&text),
        (None, None) => Party::Unknown,
    };
    Some(Sourced::new(party, value.origin))
}

/// A role that is known in the cluster as a member of groups.
fn access_entry(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(principal) = principal(unit, resource) else { return };
    let Some(groups) = unit.get(resource, "kubernetes_groups") else { return };
    for group in values::items(&groups) {
        let Some(name) = values::known_text(&group) else { continue };
        out.r#use(Use {
            from: principal.value.clone(),
            to: Party::Named { kind: IdentityKind::KubernetesGroup, name },
            mode: UseMode::RunsAs,
            place: group.origin.place,
        });
    }
}

/// An account of the cluster that acts as a role.
fn pod_identity(unit: &Unit<'_, '_>, resource: &Resource<'_>, out: &mut Collector) {
    let Some(value) = unit.get(resource, "role_arn") else { return };
    let role = match unit.addresses.party(&value, ROLE) {
        Party::Unknown => return,
        it => it,
    };
    let text = |argument: &str| unit.get(resource, argument).and_then(|it| values::known_text(&it));
    let account = match (text("namespace"), text("service_account")) {
        (Some(namespace), Some(name)) => account(&namespace, &name),
        _ => Party::Unknown,
    };
    let place = values::last_place(&value.origin);
    out.r#use(Use {
        from: account.clone(),
        to: role.clone(),
        mode: UseMode::RunsAs,
        place: resource.declaration.place,
    });
    out.trust(Trust {
        address: unit.address(resource),
        identity: role,
        principals: vec![Sourced::at(account, resource.declaration.place)],
        mechanism: Mechanism::Binding,
        issuer: Knowledge::Absent,
        audience: Patterns::default(),
        subject: Patterns::default(),
        conditions: Vec::new(),
        conditions_known: true,
        place,
        region: resource.declaration.region,
    });
}

/// A service account, named as the API server names it.
pub(super) fn account(namespace: &str, name: &str) -> Party {
    Party::Named {
        kind: IdentityKind::KubernetesServiceAccount,
        name: format!("system:serviceaccount:{namespace}:{name}"),
    }
}

/// The service account that a subject of a cluster's issuer names alone.
pub(super) fn account_of(subject: &str) -> Option<Party> {
    let (namespace, name) = subject.strip_prefix("system:serviceaccount:")?.split_once(':')?;
    let plain = |it: &str| !it.is_empty() && !it.contains(['*', '?', ':', '$']);
    (plain(namespace) && plain(name)).then(|| account(namespace, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_subject_names_an_account() {
        assert_eq!(account_of("system:serviceaccount:ns:app"), Some(account("ns", "app")));
        for subject in ["system:serviceaccount:ns:*", "system:serviceaccount:ns", "repo:a/b", ""] {
            assert_eq!(account_of(subject), None, "{subject}");
        }
    }
}
