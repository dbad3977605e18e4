use std::collections::{BTreeMap, BTreeSet};

use engine::{Context, Severity, rule};
use model::{Address, Identity, IdentityKind, Party, Place, ToolServer, UseMode};

rule! {
    /// Several service accounts or agents act as one cloud identity.
    ///
    /// ## What
    /// Two or more Kubernetes service accounts are joined to the same AWS role, Google service
    /// account or managed identity of Azure: by EKS Pod Identity, by the subjects of a trust, or by
    /// their annotations, wherever the identity is declared. Accounts
    /// of one namespace, which are mostly parts of one application, weigh less. Or different tool
    /// servers of different agents are told to act as it.
    ///
    /// ## Why
    /// Each application holds what the others need, and what one of them does in the cloud is
    /// logged under the name of all. When one is taken over, so is the rest.
    ///
    /// ## Fix
    /// Make one role for each service account and each agent.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "pods" { # error: 2 service accounts
    ///   name = "pods"
    /// }
    ///
    /// resource "aws_eks_pod_identity_association" "shop" {
    ///   cluster_name    = "main"
    ///   namespace       = "shop"
    ///   service_account = "shop"
    ///   role_arn        = aws_iam_role.pods.arn
    /// }
    ///
    /// resource "aws_eks_pod_identity_association" "mail" {
    ///   cluster_name    = "main"
    ///   namespace       = "mail"
    ///   service_account = "mail"
    ///   role_arn        = aws_iam_role.pods.arn
    /// }
    /// ```
    /// ```yaml,bad
    /// # file: roles.tf
    /// resource "aws_iam_role" "pods" { # error: 2 service accounts
    ///   name = "pods"
    /// }
    /// # file: accounts.yaml
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/pods
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: mail
    ///   namespace: mail
    ///   annotations:
    ///     eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/pods
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/pods
    /// ---
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: mail
    ///   namespace: mail
    ///   annotations:
    ///     eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/pods # error: 2 service accounts
    /// ```
    /// ```yaml,good
    /// # file: one/account.yaml
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     iam.gke.io/gcp-service-account: shop@example.iam.gserviceaccount.com
    /// # file: two/account.yaml
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    ///   annotations:
    ///     iam.gke.io/gcp-service-account: shop@example.iam.gserviceaccount.com
    /// # file: mail/account.yaml
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: mail
    ///   namespace: mail
    ///   annotations:
    ///     iam.gke.io/gcp-service-account: mail@example.iam.gserviceaccount.com
    /// ```
    /// ```tf,bad
    /// # file: roles.tf
    /// resource "aws_iam_role" "ops" { # error: 2 agents
    ///   name = "ops"
    /// }
    /// # file: triage/.mcp.json
    /// {"mcpServers": {"logs": {"command": "log-server", "env": {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/ops"}}}}
    /// # file: billing/.cursor/mcp.json
    /// {"mcpServers": {"costs": {"command": "cost-server", "env": {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/ops"}}}}
    /// ```
    /// ```tf,good
    /// # file: roles.tf
    /// resource "aws_iam_role" "ops" {
    ///   name = "ops"
    /// }
    /// # file: .mcp.json
    /// {"mcpServers": {"logs": {"command": "npx", "args": ["log-server@1.2.3"], "env": {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/ops"}}}}
    /// # file: .cursor/mcp.json
    /// {"mcpServers": {"logs": {"command": "npx", "args": ["log-server@1.2.3"], "env": {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/ops"}}}}
    /// ```
    /// ```tf,good
    /// variable "account" {}
    ///
    /// resource "aws_iam_role" "shop" {
    ///   name = "shop"
    /// }
    ///
    /// resource "aws_eks_pod_identity_association" "shop" {
    ///   cluster_name    = "main"
    ///   namespace       = "shop"
    ///   service_account = "shop"
    ///   role_arn        = aws_iam_role.shop.arn
    /// }
    ///
    /// resource "aws_eks_pod_identity_association" "other_cluster" {
    ///   cluster_name    = "second"
    ///   namespace       = "shop"
    ///   service_account = "shop"
    ///   role_arn        = aws_iam_role.shop.arn
    /// }
    ///
    /// resource "aws_eks_pod_identity_association" "chosen" {
    ///   cluster_name    = "main"
    ///   namespace       = "shop"
    ///   service_account = var.account
    ///   role_arn        = aws_iam_role.shop.arn
    /// }
    /// ```
    ///
    /// ## References
    /// - Amazon EKS User Guide: learn how EKS Pod Identity grants pods access (verified 2026-11-22)
    /// - OWASP NHI9:2025 NHI Reuse (verified 2026-11-22)
    id: "shared-cloud-role",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI9"],
        NistCsf: ["PR.AA-01", "PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    for identity in &cx.facts().identities {
        declared(identity, cx);
    }
    named(cx);
}

/// Cloud identities that are declared elsewhere: only the annotations of accounts name them.
fn named(cx: &mut Context<'_>) {
    let mut users: BTreeMap<(&str, &str), BTreeMap<String, Place>> = BTreeMap::new();
    for one in cx.facts().uses.iter().filter(|it| it.mode == UseMode::RunsAs) {
        let Party::Named { kind, name } = &one.to else { continue };
        let elsewhere = cx.graph().identity(&one.to).is_none();
        let cloud = matches!(
            kind,
            IdentityKind::AwsIamRole
                | IdentityKind::GcpServiceAccount
                | IdentityKind::AzureManagedIdentity
        );
        if let Some(user) = account(&one.from, cx).filter(|_| cloud && elsewhere) {
            let of_one = users.entry((kind.describe(), name.as_str())).or_default();
            of_one.entry(user).or_insert(one.place);
        }
    }
    for ((what, name), accounts) in users {
        let Some(place) = accounts.values().next().filter(|_| accounts.len() > 1) else { continue };
        let message = format!("{} service accounts act as this {what}", accounts.len());
        let severity = severity(&accounts);
        let finding = cx.report_at(&Address::new("", name), "uses", *place, message);
        finding.severity(severity).help("make one for each service account");
        for (user, place) in accounts.iter().take(LISTED) {
            finding.related(*place, format!("by `{user}`"));
        }
    }
}

/// Users that a finding names.
const LISTED: usize = 8;

/// Accounts of one namespace are mostly parts of one application.
fn severity(accounts: &BTreeMap<String, Place>) -> Severity {
    let namespaces: BTreeSet<&str> =
        accounts.keys().map(|it| it.split('/').next().unwrap_or_default()).collect();
    if namespaces.len() > 1 { Severity::Medium } else { Severity::Low }
}

fn declared(identity: &Identity, cx: &mut Context<'_>) {
    let cloud = [IdentityKind::AwsIamRole, IdentityKind::GcpServiceAccount];
    if !cloud.contains(&identity.kind) {
        return;
    }
    let mut accounts: BTreeMap<String, Place> = BTreeMap::new();
    for one in cx.graph().uses_of(identity).iter().filter(|it| it.mode == UseMode::RunsAs) {
        if let Some(name) = account(&one.from, cx) {
            accounts.entry(name).or_insert(one.place);
        }
    }
    if accounts.len() < 2 {
        return agents(identity, cx);
    }
    let severity = severity(&accounts);
    let what = identity.kind.describe();
    let message = format!("{} service accounts act as this {what}", accounts.len());
    let finding = cx.report_at(&identity.address, "uses", identity.place, message);
    finding.severity(severity).help("make one for each service account");
    for (name, place) in accounts.iter().take(LISTED) {
        finding.related(*place, format!("by `{name}`"));
    }
}

/// Agents whose different tool servers act as one identity. One server that several clients
/// start is one user.
fn agents(identity: &Identity, cx: &mut Context<'_>) {
    let mut users: BTreeMap<&Address, (Place, &ToolServer)> = BTreeMap::new();
    for one in cx.graph().uses_of(identity).iter().filter(|it| it.mode == UseMode::RunsAs) {
        let Party::Address(from) = &one.from else { continue };
        let Some(server) = cx.graph().tool_server_at(from) else { continue };
        if let Some(agent) = &server.agent {
            users.entry(agent).or_insert((one.place, server));
        }
    }
    let different: BTreeSet<&str> = users.values().map(|(_, it)| it.sameness.as_str()).collect();
    if users.len() < 2 || different.len() < 2 {
        return;
    }
    let message = format!("{} agents act as this {}", users.len(), identity.kind.describe());
    let finding = cx.report_at(&identity.address, "agents", identity.place, message);
    finding.help("make one for each agent");
    for (place, server) in users.into_values().take(LISTED) {
        finding.related(place, format!("by tool server `{}`", server.name));
    }
}

/// The name by which a cluster knows an account, however it is named.
fn account(party: &Party, cx: &Context<'_>) -> Option<String> {
    const PREFIX: &str = "system:serviceaccount:";
    let bare = |it: &str| it.strip_prefix(PREFIX).map(|it| it.replacen(':', "/", 1));
    match (party, cx.graph().identity(party)) {
        (Party::Named { kind: IdentityKind::KubernetesServiceAccount, name }, _) => bare(name),
        (_, Some(it)) if it.kind == IdentityKind::KubernetesServiceAccount => {
            // One without a known namespace may be another one that is known.
            it.aliases.iter().find_map(|it| bare(it))
        }
        _ => None,
    }
}
