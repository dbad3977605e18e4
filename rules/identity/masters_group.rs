use engine::{Context, rule};
use model::{Address, Grant, IdentityKind, Party, Sourced, Trust};

rule! {
    /// Somebody is a member of the group that no rule can limit.
    ///
    /// ## What
    /// A binding, an access entry or a mapping of cloud roles names the Kubernetes group
    /// `system:masters`.
    ///
    /// ## Why
    /// The API server lets members of this group do everything before it looks at any role. Taking
    /// roles away has no effect; a certificate that names the group cannot be revoked.
    ///
    /// ## Fix
    /// Use a group of your own and bind it to the role it needs, to `cluster-admin` if it must be.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: operators
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: view
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:masters # error: `system:masters`
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "ci" {
    ///   name = "ci"
    /// }
    ///
    /// resource "aws_eks_access_entry" "ci" {
    ///   cluster_name      = "shop"
    ///   principal_arn     = aws_iam_role.ci.arn
    ///   kubernetes_groups = ["system:masters"] # error: `system:masters`
    /// }
    /// ```
    /// ```tf,bad
    /// module "eks" {
    ///   source  = "terraform-aws-modules/eks/aws"
    ///   version = "~> 19.0"
    ///
    ///   aws_auth_roles = [
    ///     {
    ///       rolearn  = "arn:aws:iam::123456789012:role/ci"
    ///       username = "ci"
    ///       groups   = ["system:masters"] # error: `system:masters`
    ///     },
    ///     {
    ///       rolearn  = "arn:aws:iam::123456789012:role/node"
    ///       username = "node"
    ///       groups   = ["system:nodes"]
    ///     },
    ///   ]
    /// }
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: operators
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: view
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: shop:operators
    /// ```
    ///
    /// ```tf,good
    /// resource "aws_iam_role" "ci" {
    ///   name = "ci"
    /// }
    ///
    /// resource "aws_eks_access_entry" "ci" {
    ///   cluster_name      = "shop"
    ///   principal_arn     = aws_iam_role.ci.arn
    ///   kubernetes_groups = ["shop:deployers"]
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: aws-auth
    ///   namespace: kube-system
    /// data:
    ///   mapRoles: |
    ///     - rolearn: arn:aws:iam::123456789012:role/ci
    ///       username: ci
    ///       groups:
    ///         - system:masters # error: above every rule
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata:
    ///   name: admin
    ///   namespace: shop
    /// spec:
    ///   secretName: admin
    ///   subject:
    ///     organizations:
    ///       - system:masters # error: above every rule
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: aws-auth
    ///   namespace: kube-system
    /// data:
    ///   mapRoles: |
    ///     - rolearn: arn:aws:iam::123456789012:role/nodes
    ///       username: system:node:{{EC2PrivateDNSName}}
    ///       groups:
    ///         - system:bootstrappers
    ///         - system:nodes
    /// ```
    ///
    /// ## References
    /// - Kubernetes RBAC good practices: avoid system:masters (verified 2026-11-22)
    id: "masters-group",
    family: Identity,
    severity: Critical,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    members(cx);
    let facts = cx.facts();
    let grants = facts.grants.iter().map(|it: &Grant| (&it.address, &it.principals));
    let trusts = facts.trusts.iter().map(|it: &Trust| (&it.address, &it.principals));
    for (address, principals) in grants.chain(trusts) {
        for principal in principals.iter().filter(|it| is_masters(it)) {
            let message = "`system:masters` is above every rule and cannot be limited";
            cx.report(address, "subject", &principal.origin, message)
                .help("bind a group of your own to the role it needs");
        }
    }
}

/// A role or user that access entries or mappings of a cluster make a member.
fn members(cx: &mut Context<'_>) {
    for one in cx.facts().uses.iter().filter(|it| is_masters_party(&it.to)) {
        let member = match &one.from {
            Party::Address(member) => member.clone(),
            Party::Named { name, .. } => Address::new("", name.as_str()),
            _ => continue,
        };
        let message = "`system:masters` is above every rule and cannot be limited";
        cx.report_at(&member, "group", one.place, message)
            .help("use a group of your own, bound to the role it needs");
    }
}

fn is_masters(principal: &Sourced<Party>) -> bool {
    is_masters_party(&principal.value)
}

fn is_masters_party(party: &Party) -> bool {
    matches!(
        party,
        Party::Named { kind: IdentityKind::KubernetesGroup, name } if name == "system:masters"
    )
}
