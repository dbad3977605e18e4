use engine::{Context, Severity, rule};
use model::aws::{self, ManagedPolicy};
use model::azure::{self, AzureRole};
use model::google::{self, GoogleRole};
use model::service::{self, ServiceRole};
use model::{
    Carrier, Grant, IdentityKind, Party, PermissionSystem, Purpose, Reach, kubernetes, wildcard,
};

rule! {
    /// A machine identity holds an administrator's role.
    ///
    /// ## What
    /// A role or managed policy that is made for administrators, or for everything of a service, is
    /// handed to an identity: `AdministratorAccess` and its like in AWS, `roles/owner` and
    /// `roles/editor` in Google Cloud, `Owner` or `Contributor` on a subscription in Azure,
    /// directory roles in Entra, `cluster-admin` in Kubernetes, `ACCOUNTADMIN` in Snowflake, a
    /// superuser of a database, the root policy of Vault.
    ///
    /// ## Why
    /// Whoever takes the identity over owns what the role covers. Such a role is usually chosen
    /// because it ends the search for the missing permission, and stays for years.
    ///
    /// ## Fix
    /// Write a role with the actions that are used and hand that over, on the resources that are
    /// meant. Keep the administrator's role for people, for a limited time.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "worker" {
    ///   assume_role_policy = "{}"
    /// }
    ///
    /// resource "aws_iam_role_policy_attachment" "worker" {
    ///   role       = aws_iam_role.worker.name
    ///   policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess" # error: `AdministratorAccess`
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_project_iam_member" "worker" {
    ///   project = "shop"
    ///   role    = "roles/editor" # error: `roles/editor`
    ///   member  = "serviceAccount:worker@shop.iam.gserviceaccount.com"
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: deployer
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: cluster-admin # error: `cluster-admin`
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: deployer
    ///     namespace: ci
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: every-account
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: cluster-admin # error: control of the whole cluster
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:serviceaccounts
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: admin
    ///   namespace: shop
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: admin
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: shop
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: nobody
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: cluster-admin
    /// subjects: []
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: argocd-cm
    ///   namespace: argocd
    /// data:
    ///   accounts.ci: apiKey
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: argocd-rbac-cm
    ///   namespace: argocd
    /// data:
    ///   policy.csv: |
    ///     p, role:deployer, *, *, */*, allow # error: control of every application
    ///     g, ci, role:deployer
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: argocd-cm
    ///   namespace: argocd
    /// data:
    ///   accounts.ci: apiKey
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: argocd-rbac-cm
    ///   namespace: argocd
    /// data:
    ///   policy.default: role:readonly
    ///   policy.csv: |
    ///     p, role:deployer, applications, sync, shop/*, allow
    ///     p, role:nobody, *, *, */*, deny
    ///     g, ci, role:deployer
    ///     g, platform-team, role:admin
    /// ```
    /// ```tf,bad
    /// resource "aws_eks_access_policy_association" "ci" {
    ///   cluster_name  = "shop"
    ///   principal_arn = "arn:aws:iam::123456789012:role/ci"
    ///   policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy" # error: control of the whole cluster
    ///   access_scope {
    ///     type = "cluster"
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// module "eks" {
    ///   source = "terraform-aws-modules/eks/aws"
    ///
    ///   access_entries = {
    ///     ci = {
    ///       principal_arn = "arn:aws:iam::123456789012:role/ci"
    ///       policy_associations = {
    ///         admin = {
    ///           policy_arn   = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy" # error: control of the whole cluster
    ///           access_scope = { type = "cluster" }
    ///         }
    ///       }
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "kubernetes_cluster_role_binding_v1" "deployer" {
    ///   metadata {
    ///     name = "deployer"
    ///   }
    ///   role_ref {
    ///     api_group = "rbac.authorization.k8s.io"
    ///     kind      = "ClusterRole"
    ///     name      = "cluster-admin" # error: `cluster-admin`
    ///   }
    ///   subject {
    ///     kind      = "ServiceAccount"
    ///     name      = "deployer"
    ///     namespace = "ci"
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "snowflake_service_user" "etl" {
    ///   name = "ETL"
    /// }
    ///
    /// resource "snowflake_grant_account_role" "etl" {
    ///   role_name = "ACCOUNTADMIN" # error: service user `ETL` holds `Snowflake ACCOUNTADMIN`
    ///   user_name = snowflake_service_user.etl.name
    /// }
    ///
    /// resource "postgresql_role" "app" {
    ///   name      = "app"
    ///   superuser = true # error: database user `app`
    /// }
    ///
    /// resource "vault_database_secret_backend_role" "app" {
    ///   name                = "app"
    ///   creation_statements = ["CREATE ROLE \"{{name}}\" WITH LOGIN SUPERUSER PASSWORD '{{password}}'"] # error: superuser
    /// }
    ///
    /// resource "gitlab_project_access_token" "release" {
    ///   name         = "release"
    ///   access_level = "owner" # error: `GitLab owner`
    ///   scopes       = ["write_repository"]
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azuread_service_principal" "ci" {
    ///   client_id = "00000000-0000-0000-0000-000000000001"
    /// }
    ///
    /// resource "azuread_directory_role" "admins" {
    ///   display_name = "Global Administrator" # error: every role of the tenant
    /// }
    ///
    /// resource "azuread_directory_role_assignment" "ci" {
    ///   role_id             = azuread_directory_role.admins.template_id
    ///   principal_object_id = azuread_service_principal.ci.object_id
    /// }
    ///
    /// resource "azuread_directory_role_member" "ci" {
    ///   role_object_id   = "62e90394-69f5-4237-9190-012177145e10" # error: every role of the tenant
    ///   member_object_id = azuread_service_principal.ci.object_id
    /// }
    /// ```
    /// ```tf,bad
    /// data "azurerm_subscription" "shop" {}
    ///
    /// data "azurerm_role_definition" "contributor" {
    ///   name = "Contributor" # error: control of the whole subscription
    /// }
    ///
    /// resource "azurerm_role_assignment" "ci" {
    ///   scope              = data.azurerm_subscription.shop.id
    ///   role_definition_id = data.azurerm_role_definition.contributor.id
    ///   principal_id       = "00000000-0000-0000-0000-000000000002"
    /// }
    ///
    /// resource "azurerm_pim_active_role_assignment" "ops" {
    ///   scope              = data.azurerm_subscription.shop.id
    ///   role_definition_id = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635" # error: `Owner`
    ///   principal_id       = "00000000-0000-0000-0000-000000000003"
    /// }
    /// ```
    /// ```tf,good
    /// variable "name" {}
    ///
    /// data "azurerm_subscription" "shop" {}
    ///
    /// data "azurerm_role_definition" "chosen" {
    ///   name = var.name
    /// }
    ///
    /// data "azurerm_role_definition" "reader" {
    ///   name = "Reader"
    /// }
    ///
    /// resource "azurerm_role_assignment" "chosen" {
    ///   scope              = data.azurerm_subscription.shop.id
    ///   role_definition_id = data.azurerm_role_definition.chosen.id
    ///   principal_id       = "00000000-0000-0000-0000-000000000002"
    /// }
    ///
    /// resource "azurerm_role_assignment" "reader" {
    ///   scope              = data.azurerm_subscription.shop.id
    ///   role_definition_id = "${data.azurerm_subscription.shop.id}${data.azurerm_role_definition.reader.id}"
    ///   principal_id       = "00000000-0000-0000-0000-000000000002"
    /// }
    /// ```
    /// ```tf,good
    /// variable "role" {}
    ///
    /// resource "azuread_directory_role" "readers" {
    ///   display_name = "Directory Readers"
    /// }
    ///
    /// resource "azuread_directory_role_assignment" "ci" {
    ///   role_id             = azuread_directory_role.readers.template_id
    ///   principal_object_id = "00000000-0000-0000-0000-000000000002"
    /// }
    ///
    /// resource "azuread_directory_role_assignment" "chosen" {
    ///   role_id             = var.role
    ///   principal_object_id = "00000000-0000-0000-0000-000000000002"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "tfe_team" "ci" {
    ///   name = "ci"
    ///   organization_access {
    ///     manage_workspaces = true # error: every workspace, with its variables and state
    ///     manage_modules    = true
    ///   }
    /// }
    ///
    /// resource "tfe_team_token" "ci" {
    ///   team_id = tfe_team.ci.id
    /// }
    /// ```
    /// ```tf,good
    /// resource "tfe_team" "people" {
    ///   name = "people"
    ///   organization_access {
    ///     manage_workspaces = true
    ///   }
    /// }
    ///
    /// resource "tfe_team" "ci" {
    ///   name = "ci"
    ///   organization_access {
    ///     read_workspaces = true
    ///   }
    /// }
    ///
    /// resource "tfe_team_token" "ci" {
    ///   team_id = tfe_team.ci.id
    /// }
    /// ```
    /// ```tf,good
    /// variable "role" {}
    ///
    /// resource "snowflake_grant_account_role" "etl" {
    ///   role_name = "LOADER"
    ///   user_name = "ETL"
    /// }
    ///
    /// resource "snowflake_grant_account_role" "other" {
    ///   role_name = var.role
    ///   user_name = "ETL"
    /// }
    ///
    /// resource "postgresql_role" "app" {
    ///   name      = "app"
    ///   superuser = false
    /// }
    ///
    /// resource "vault_database_secret_backend_role" "app" {
    ///   name                = "app"
    ///   creation_statements = ["CREATE ROLE \"{{name}}\" WITH LOGIN NOSUPERUSER"]
    /// }
    /// ```
    /// ```tf,bad
    /// variable "deploys" {}
    ///
    /// resource "google_project_iam_member" "ci" {
    ///   for_each = toset(var.deploys ? ["roles/editor"] : []) # error: `roles/editor`
    ///   project  = "shop"
    ///   role     = each.key
    ///   member   = "serviceAccount:ci@shop.iam.gserviceaccount.com"
    /// }
    ///
    /// resource "google_organization_iam_member" "ci" {
    ///   org_id = "1234567890"
    ///   role   = "roles/orgpolicy.policyAdmin" # error: it sets what is forbidden
    ///   member = "serviceAccount:ci@shop.iam.gserviceaccount.com"
    /// }
    /// ```
    /// ```tf,good
    /// resource "google_project_iam_binding" "nobody" {
    ///   project = "shop"
    ///   role    = "roles/editor"
    ///   members = []
    /// }
    ///
    /// data "google_iam_policy" "nobody" {
    ///   binding {
    ///     role    = "roles/owner"
    ///     members = []
    ///   }
    /// }
    ///
    /// resource "google_project_iam_policy" "nobody" {
    ///   project     = "shop"
    ///   policy_data = data.google_iam_policy.nobody.policy_data
    /// }
    ///
    /// resource "google_sql_user" "person" {
    ///   name           = "ann@example.com"
    ///   type           = "CLOUD_IAM_USER"
    ///   database_roles = ["cloudsqlsuperuser"]
    /// }
    ///
    /// resource "google_project_iam_member" "limits" {
    ///   project = "shop"
    ///   role    = "roles/orgpolicy.policyAdmin"
    ///   member  = "serviceAccount:ci@shop.iam.gserviceaccount.com"
    /// }
    /// ```
    /// ```tf,good
    /// variable "policy" {}
    ///
    /// resource "aws_iam_role_policy_attachment" "worker" {
    ///   role       = "worker"
    ///   policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    /// }
    ///
    /// resource "aws_iam_role_policy_attachment" "own" {
    ///   role       = "worker"
    ///   policy_arn = var.policy
    /// }
    ///
    /// resource "google_project_iam_member" "agent" {
    ///   project = "shop"
    ///   role    = "roles/editor"
    ///   member  = "serviceAccount:1234567890@cloudservices.gserviceaccount.com"
    /// }
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: viewer
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: view
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: viewer
    ///     namespace: ci
    /// ```
    /// ```tf,good
    /// variable "role" {}
    ///
    /// resource "kubernetes_cluster_role_binding" "deployer" {
    ///   metadata {
    ///     name = "deployer"
    ///   }
    ///   role_ref {
    ///     api_group = "rbac.authorization.k8s.io"
    ///     kind      = "ClusterRole"
    ///     name      = var.role
    ///   }
    ///   subject {
    ///     kind      = "ServiceAccount"
    ///     name      = "cluster-admin"
    ///     namespace = "ci"
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "arn" {}
    ///
    /// module "eks" {
    ///   source = "terraform-aws-modules/eks/aws"
    ///
    ///   enable_cluster_creator_admin_permissions = true
    ///
    ///   access_entries = {
    ///     team = {
    ///       principal_arn = "arn:aws:iam::123456789012:role/team"
    ///       policy_associations = {
    ///         admin = {
    ///           policy_arn   = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"
    ///           access_scope = { type = "namespace", namespaces = ["team"] }
    ///         }
    ///         chosen = {
    ///           policy_arn   = var.arn
    ///           access_scope = { type = "cluster" }
    ///         }
    ///       }
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "scope" {}
    ///
    /// resource "aws_eks_access_policy_association" "team" {
    ///   cluster_name  = "shop"
    ///   principal_arn = "arn:aws:iam::123456789012:role/team"
    ///   policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"
    ///   access_scope {
    ///     type       = "namespace"
    ///     namespaces = ["team"]
    ///   }
    /// }
    ///
    /// resource "aws_eks_access_policy_association" "chosen" {
    ///   cluster_name  = "shop"
    ///   principal_arn = "arn:aws:iam::123456789012:role/chosen"
    ///   policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    ///   access_scope {
    ///     type = var.scope
    ///   }
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: iam.cnrm.cloud.google.com/v1beta1
    /// kind: IAMPolicyMember
    /// metadata:
    ///   name: worker-editor
    ///   namespace: shop
    /// spec:
    ///   memberFrom:
    ///     serviceAccountRef:
    ///       name: worker
    ///   role: roles/editor # error: `roles/editor`
    ///   resourceRef:
    ///     kind: Project
    ///     external: projects/shop
    /// ```
    /// ```yaml,good
    /// apiVersion: iam.cnrm.cloud.google.com/v1beta1
    /// kind: IAMPartialPolicy
    /// metadata:
    ///   name: shop
    ///   namespace: shop
    /// spec:
    ///   resourceRef:
    ///     kind: Project
    ///     external: projects/shop
    ///   bindings:
    ///     - role: roles/pubsub.publisher
    ///       members:
    ///         - memberFrom:
    ///             serviceAccountRef:
    ///               name: worker
    ///     - role: roles/owner
    ///       members: []
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - CIS Kubernetes Benchmark 5.1.1: cluster-admin only where required (verified 2026-11-22)
    /// - Google Cloud IAM: avoid basic roles (verified 2026-11-22)
    id: "admin-grant",
    family: Permission,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some(role) = grant.role.known() else { return };
    // A role in everyone's hands is the other rule's.
    if !wildcard::gives(grant) || wildcard::is_public(grant) {
        return;
    }
    let found = match grant.system {
        PermissionSystem::Aws => aws(&role.value, grant, cx),
        PermissionSystem::Google => google(&role.value, grant),
        PermissionSystem::Azure | PermissionSystem::EntraDirectory => azure(&role.value, grant),
        PermissionSystem::Kubernetes => kubernetes(grant),
        PermissionSystem::Saas | PermissionSystem::Database => service(grant),
        _ => None,
    };
    let Some((severity, name, what)) = found else { return };
    let people = is_for_people(grant, cx);
    // What eases a grant counts once.
    let is_eased = grant.system == PermissionSystem::Kubernetes && kubernetes::is_eased(grant);
    // Services have administrators, and there those are people.
    if people && matches!(grant.system, PermissionSystem::Saas | PermissionSystem::Database) {
        return;
    }
    let message = match holder(grant, cx) {
        Some(holder) => format!("{holder} holds `{name}`: {what}"),
        None => format!("`{name}` is handed out: {what}"),
    };
    let finding = cx.report(&grant.address, "role", &role.origin, message);
    finding
        .severity(if people && !is_eased { severity.lowered() } else { severity })
        .help("hand over a role with the actions that are used");
    for principal in &grant.principals {
        finding.related(principal.place(), "handed to this");
    }
}

type Found = Option<(Severity, String, &'static str)>;

/// Who holds a role, when it is one.
fn holder(grant: &Grant, cx: &Context<'_>) -> Option<String> {
    let [one] = grant.principals.as_slice() else { return None };
    if let Some(identity) = cx.graph().identity(&one.value) {
        return Some(format!("{} `{}`", identity.kind.describe(), identity.address));
    }
    match &one.value {
        Party::Named { kind, name } => Some(format!("{} `{name}`", kind.describe())),
        _ => None,
    }
}

fn is_for_people(grant: &Grant, cx: &Context<'_>) -> bool {
    let person = |it: &Party| match (cx.graph().identity(it), it) {
        (Some(identity), _) => identity.human == Some(true) || identity.purpose == Purpose::Human,
        (None, Party::Named { .. }) if kubernetes::is_machine(it) => false,
        (None, Party::Named { kind, name }) => {
            matches!(kind, IdentityKind::KubernetesUser | IdentityKind::KubernetesGroup)
                || name.starts_with("user:")
                || name.starts_with("group:")
        }
        _ => false,
    };
    !grant.principals.is_empty() && grant.principals.iter().all(|it| person(&it.value))
}

fn aws(arn: &str, grant: &Grant, cx: &Context<'_>) -> Found {
    let (severity, what) = match (aws::managed_policy(arn)?, grant.carrier) {
        // The policies that EKS keeps hold in the cluster, or in some of its namespaces.
        // Who made a cluster is often a person, and then the files do not say who.
        (ManagedPolicy::Admin, Carrier::RoleBinding)
            if grant.reach == Reach::Cluster
                && grant.principals.iter().any(|it| it.value != Party::Unknown) =>
        {
            (Severity::High, "control of the whole cluster")
        }
        (_, Carrier::RoleBinding) => return None,
        (ManagedPolicy::Admin, _) if arn.ends_with("/PowerUserAccess") => {
            (Severity::High, "everything but identities and their access")
        }
        (ManagedPolicy::Admin, _) => (Severity::High, "control of the whole account"),
        (ManagedPolicy::Escalation, _) => (Severity::Medium, "it leads to more rights"),
        (ManagedPolicy::Wide, _) => (Severity::Medium, "everything of a service"),
        (ManagedPolicy::Writer, _) => (Severity::Low, "it may write all of a service"),
        _ => return None,
    };
    // A permission set of single sign-on is in people's hands.
    if grant.principals.is_empty() {
        return None;
    }
    let runs_alone = |it: &&model::Identity| {
        matches!(it.purpose, Purpose::Workload | Purpose::Pipeline | Purpose::Agent)
            || (it.kind == IdentityKind::AwsIamUser && it.human != Some(true))
    };
    let holders = cx.holders(grant);
    let for_agent = holders.iter().any(|it| cx.graph().serves_agent(it));
    let raised = severity == Severity::High && (for_agent || holders.iter().any(runs_alone));
    let name = arn.rsplit_once("policy/").map_or(arn, |(_, name)| name);
    Some((if raised { Severity::Critical } else { severity }, name.to_owned(), what))
}

fn google(role: &str, grant: &Grant) -> Found {
    if !grant.conditions.is_empty() || !grant.conditions_known || only_managed(grant) {
        return None;
    }
    let wide = matches!(grant.reach, Reach::Account | Reach::Organization);
    let (severity, what) = match google::role(role)? {
        GoogleRole::Basic if wide => (Severity::High, "nearly every change in every service"),
        GoogleRole::Admin if wide => (Severity::High, "it hands out access"),
        GoogleRole::Guardrails if grant.reach == Reach::Organization => {
            (Severity::High, "it sets what is forbidden")
        }
        GoogleRole::Escalation if wide => (Severity::Medium, "it leads to other identities"),
        GoogleRole::ServiceAdmin if wide => (Severity::Medium, "everything of a service"),
        _ => return None,
    };
    let guards = google::role(role) == Some(GoogleRole::Guardrails);
    let raised = grant.reach == Reach::Organization && severity == Severity::High && !guards;
    Some((if raised { Severity::Critical } else { severity }, role.to_owned(), what))
}

/// True when only accounts that Google itself keeps hold the role.
fn only_managed(grant: &Grant) -> bool {
    let managed = |it: &Party| match it {
        Party::Named { name, .. } => google::is_managed_account(name),
        Party::Service(_) => true,
        _ => false,
    };
    !grant.principals.is_empty() && grant.principals.iter().all(|it| managed(&it.value))
}

fn azure(role: &str, grant: &Grant) -> Found {
    // A condition on an assignment limits which roles can be handed on.
    if !grant.conditions.is_empty() || !grant.conditions_known {
        return None;
    }
    let (name, class) = azure::role(role)?;
    let wide = matches!(grant.reach, Reach::Account | Reach::Organization);
    let (severity, what) = match class {
        AzureRole::Full if wide => (Severity::High, "control of the whole subscription"),
        AzureRole::Access if wide => (Severity::High, "it hands out every role"),
        AzureRole::Escalation if wide => (Severity::Medium, "it leads to other identities"),
        AzureRole::Directory => (Severity::Critical, "it leads to every role of the tenant"),
        AzureRole::DirectoryHigh => (Severity::High, "control of a part of the tenant"),
        _ => return None,
    };
    let severity = if grant.reach == Reach::Organization { severity.raised() } else { severity };
    Some((severity, name.to_owned(), what))
}

fn kubernetes(grant: &Grant) -> Found {
    // A binding without subjects gives nobody anything.
    let nobody = grant.principals.is_empty() && grant.bound == Some(false);
    if grant.carrier != Carrier::RoleBinding || nobody {
        return None;
    }
    let role = kubernetes::cluster_role(grant)?.value.as_str();
    let cluster = kubernetes::is_cluster_wide(grant);
    let accounts = grant.principals.iter().any(|it| is_account(&it.value));
    let (severity, what) = match (role, cluster) {
        ("cluster-admin", true) => (Severity::Critical, "control of the whole cluster"),
        ("cluster-admin", false) => (Severity::High, "control of the namespace"),
        ("admin", true) if accounts => (Severity::High, "control of every namespace"),
        ("edit", true) if accounts => (Severity::Medium, "changes in every namespace"),
        ("admin", false) if accounts => (Severity::Low, "control of the namespace"),
        _ => return None,
    };
    let severity = if kubernetes::is_eased(grant) { severity.lowered() } else { severity };
    Some((severity, role.to_owned(), what))
}

fn is_account(party: &Party) -> bool {
    match party {
        Party::Address(_) => true,
        _ => kubernetes::is_machine(party),
    }
}

/// Roles of services and databases; what is no role of an administrator is another rule's.
fn service(grant: &Grant) -> Found {
    let (name, class, gives) = service::role_of(grant)?;
    let severity = match class {
        ServiceRole::Admin | ServiceRole::Access => Severity::High,
        ServiceRole::Wide => Severity::Medium,
        _ => return None,
    };
    Some((severity, name.value.clone(), gives))
}
