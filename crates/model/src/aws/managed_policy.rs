//! What the policies that AWS keeps amount to.

use std::sync::LazyLock;

use crate::table;

/// What a managed policy amounts to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ManagedPolicy {
    /// Control of an account or cluster.
    Admin,
    /// Leads to more rights.
    Escalation,
    /// Reads stored secrets.
    Secrets,
    /// Everything of one service.
    Wide,
    /// Changes what is in one service, but not the service itself.
    Writer,
    /// Content, without changing it.
    Reader,
    /// Reads settings, not content.
    Audit,
    /// Made for one service role.
    Service,
}

static POLICIES: LazyLock<Vec<(&'static str, ManagedPolicy)>> = LazyLock::new(|| {
    let rows = table::rows(include_str!("../../data/aws-managed-policies.tsv"));
    rows.filter_map(|row| {
        let [name, class] = row[..] else { return None };
        let class = match class {
            "admin" => ManagedPolicy::Admin,
            "escalation" => ManagedPolicy::Escalation,
            "secrets" => ManagedPolicy::Secrets,
            "wide" => ManagedPolicy::Wide,
            "writer" => ManagedPolicy::Writer,
            "reader" => ManagedPolicy::Reader,
            "audit" => ManagedPolicy::Audit,
            _ => ManagedPolicy::Service,
        };
        Some((name, class))
    })
    .collect()
});

/// What the managed policy with an ARN amounts to; `None` for a policy of one's own and for
/// one that is not remarkable.
pub fn managed_policy(arn: &str) -> Option<ManagedPolicy> {
    let mut parts = arn.splitn(6, ':');
    let (is_arn, owner) = (parts.next() == Some("arn"), parts.nth(3));
    let name = parts.next().and_then(|it| it.split_once('/')).map(|(_, name)| name);
    let (true, Some("aws"), Some(name)) = (is_arn, owner, name) else { return None };
    POLICIES.iter().find(|(pattern, _)| table::glob(pattern, name)).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn managed_policies_are_known_in_every_partition() {
        let table = [
            ("arn:aws:iam::aws:policy/AdministratorAccess", Some(ManagedPolicy::Admin)),
            ("arn:aws-us-gov:iam::aws:policy/IAMFullAccess", Some(ManagedPolicy::Admin)),
            (
                "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                Some(ManagedPolicy::Admin),
            ),
            ("arn:aws:iam::aws:policy/AmazonS3FullAccess", Some(ManagedPolicy::Wide)),
            (
                "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
                Some(ManagedPolicy::Service),
            ),
            ("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", None),
            ("arn:aws:iam::123456789012:policy/AdministratorAccess", None),
            ("AdministratorAccess", None),
        ];
        for (arn, expected) in table {
            assert_eq!(managed_policy(arn), expected, "{arn}");
        }
    }
}
