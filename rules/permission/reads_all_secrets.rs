use engine::{Context, Severity, rule};
use model::aws::{self, Breadth, ManagedPolicy, Sensitivity};
use model::azure::{self, AzureRole};
use model::google::{self, GoogleRole};
use model::hashicorp::{self, Capabilities, VaultReach};
use model::kubernetes::{self, RiskClass};
use model::{Grant, PermissionSystem, Reach, wildcard};

rule! {
    /// An identity can read every stored secret.
    ///
    /// ## What
    /// Reading secrets is allowed without saying which: `secretsmanager:GetSecretValue` or
    /// `ssm:GetParameter` on `*` in AWS, secret accessor on a project in Google Cloud, a Key Vault
    /// role on a subscription in Azure, `get`, `list` or `watch` on `secrets` without names in
    /// Kubernetes, where a list shows the contents too; `secret/data/*` in a Vault policy. A role
    /// of Kubernetes weighs less in one namespace, and where nobody or only people hold it.
    ///
    /// ## Why
    /// Secrets of others are identities of others: their database passwords, keys and tokens. The
    /// identity can become every one of them, in every environment that shares the store.
    ///
    /// ## Fix
    /// Name the secrets, or a prefix that belongs to the application. In Kubernetes list names in
    /// `resourceNames` and allow only `get`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "app" {
    ///   role = "app"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = "secretsmanager:GetSecretValue" # error: reads every secret
    ///       Resource = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_project_iam_member" "app" {
    ///   project = "shop"
    ///   role    = "roles/secretmanager.secretAccessor" # error: every secret of the project
    ///   member  = "serviceAccount:app@shop.iam.gserviceaccount.com"
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata:
    ///   name: app
    ///   namespace: shop
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["configmaps", "secrets"] # error: every secret of its namespace
    ///     verbs: ["get", "list"]
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: support
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["secrets"] # error: every secret of the cluster
    ///     verbs: ["list"]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: support
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: support
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: support-team
    /// ```
    /// ```tf,bad
    /// variable "name" {}
    ///
    /// resource "kubectl_manifest" "app" {
    ///   yaml_body = <<-YAML
    ///     apiVersion: rbac.authorization.k8s.io/v1
    ///     kind: ClusterRole
    ///     metadata:
    ///       name: ${var.name}
    ///     rules:
    ///       - apiGroups: [""]
    ///         resources: ["secrets"] # error: every secret of the cluster
    ///         verbs: ["list"]
    ///   YAML
    /// }
    /// ```
    /// ```tf,bad
    /// resource "vault_policy" "app" {
    ///   name   = "app"
    ///   policy = <<-EOT
    ///     path "secret/data/*" { # error: every secret of the store
    ///       capabilities = ["read"]
    ///     }
    ///   EOT
    /// }
    /// ```
    /// ```tf,good
    /// data "vault_policy_document" "app" {
    ///   rule {
    ///     path         = "secret/data/app/*"
    ///     capabilities = ["read"]
    ///   }
    ///   rule {
    ///     path         = "secret/metadata/*"
    ///     capabilities = ["list"]
    ///   }
    /// }
    ///
    /// resource "vault_policy" "app" {
    ///   name   = "app"
    ///   policy = data.vault_policy_document.app.hcl
    /// }
    /// ```
    /// ```tf,good
    /// variable "secret" {}
    ///
    /// resource "aws_iam_role_policy" "app" {
    ///   role = "app"
    ///   policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect   = "Allow"
    ///         Action   = "secretsmanager:GetSecretValue"
    ///         Resource = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/*"
    ///       },
    ///       { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = var.secret },
    ///       { Effect = "Allow", Action = "secretsmanager:ListSecrets", Resource = "*" },
    ///       { Effect = "Allow", Action = "ssm:DescribeParameters", Resource = "*" },
    ///     ]
    ///   })
    /// }
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata:
    ///   name: app
    ///   namespace: shop
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["secrets"]
    ///     resourceNames: ["database"]
    ///     verbs: ["get"]
    ///   - apiGroups: ["secrets.example.com"]
    ///     resources: ["secrets"]
    ///     verbs: ["get", "list"]
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI, NHI2:2025 Secret Leakage (verified 2026-11-22)
    /// - Kubernetes RBAC good practices: listing secrets (verified 2026-11-22)
    id: "reads-all-secrets",
    family: Permission,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5", "NHI2", "NHI8"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    if !wildcard::gives(grant) || wildcard::is_public(grant) {
        return;
    }
    match grant.system {
        PermissionSystem::Aws => aws(grant, cx),
        PermissionSystem::Kubernetes => kubernetes(grant, cx),
        PermissionSystem::Google | PermissionSystem::Azure => named_role(grant, cx),
        PermissionSystem::Vault => vault(grant, cx),
        _ => {}
    }
}

fn vault(grant: &Grant, cx: &mut Context<'_>) {
    let Some(path) = hashicorp::target(grant) else { return };
    if hashicorp::vault_reach(&path.value) != VaultReach::Store
        || !Capabilities::of(grant).reads
        || !grant.conditions.is_empty()
    {
        return;
    }
    let message = format!("`{}` reads every secret of the store", path.value);
    cx.report(&grant.address, "path", &path.origin, message).severity(Severity::Medium).help(HELP);
}

const HELP: &str = "name the secrets, or a prefix that belongs to the application";

fn aws(grant: &Grant, cx: &mut Context<'_>) {
    if let Some(role) = grant.role.known() {
        if aws::managed_policy(&role.value) == Some(ManagedPolicy::Secrets) {
            let name = role.value.rsplit('/').next().unwrap_or_default();
            let message = format!("`{name}` reads every secret of the account");
            cx.report(&grant.address, "role", &role.origin, message).help(HELP);
        }
        return;
    }
    let limited = wildcard::is_about_its_carrier(grant)
        || grant.actions.negated
        || grant.resources.negated
        || !grant.conditions_known
        || aws::narrows_resources(&grant.conditions)
        || wildcard::breadth(grant) < Breadth::Kind;
    if limited {
        return;
    }
    let beside = wildcard::beside(grant);
    // Reading many at once takes `*` by nature and gives nothing without reading one.
    let reads = |service: &'static str| {
        beside.iter().copied().find(|it| {
            aws::expand(&it.value).any(|it| {
                it.service == service
                    && it.sensitivity == Some(Sensitivity::Secret)
                    && !it.needs_wildcard
            })
        })
    };
    let (pattern, severity, what) = match (reads("secretsmanager"), reads("ssm")) {
        (Some(it), _) => (it, Severity::High, "every secret"),
        // Parameters hold settings as well as secrets.
        (None, Some(it)) => (it, Severity::Medium, "every parameter, secret ones too,"),
        (None, None) => return,
    };
    let message = format!("`{}` reads {what} of the account", pattern.value);
    let for_agent = cx.holders(grant).iter().any(|it| cx.graph().serves_agent(it));
    // What steers an agent is text that others write.
    let severity = if for_agent { severity.raised() } else { severity };
    let agents = cx.agents_behind(grant);
    let finding = cx.report(&grant.address, "actions", &pattern.origin, message);
    finding.severity(severity).help(HELP);
    for (place, who) in agents {
        finding.related(place, who);
    }
    for resource in
        grant.resources.items.iter().filter(|it| aws::breadth(&it.value) >= Breadth::Kind)
    {
        finding.related(resource.place(), "on all of these");
    }
}

fn kubernetes(grant: &Grant, cx: &mut Context<'_>) {
    let Some(found) = kubernetes::named_risk(grant, RiskClass::Secrets) else { return };
    if kubernetes::has_names(grant) {
        return;
    }
    let cluster = kubernetes::is_cluster_wide(grant);
    let on = if cluster { "the cluster" } else { "its namespace" };
    let message = format!("`{}` reads every secret of {on}", found.verb.value);
    cx.report(&grant.address, "resources", &found.resource.origin, message)
        .severity(Severity::High.lowered_by(kubernetes::steps_down(grant)))
        .help("name the secrets in `resourceNames` and allow only `get`");
}

fn named_role(grant: &Grant, cx: &mut Context<'_>) {
    let Some(role) = grant.role.known() else { return };
    let reads = google::role(&role.value) == Some(GoogleRole::Secrets)
        || azure::role(&role.value).is_some_and(|(_, class)| class == AzureRole::Secrets);
    let on = match (grant.reach, grant.system) {
        (Reach::Account, PermissionSystem::Google) => "the project",
        (Reach::Account, _) => "the subscription",
        (Reach::Organization, _) => "the organisation",
        _ => return,
    };
    if !reads || !grant.conditions.is_empty() || !grant.conditions_known {
        return;
    }
    let message = format!("`{}` reads every secret of {on}", role.value);
    let finding = cx.report(&grant.address, "role", &role.origin, message);
    finding.help("grant it on the secrets that are meant");
    for principal in &grant.principals {
        finding.related(principal.place(), "handed to this");
    }
}
