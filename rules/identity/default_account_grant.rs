use engine::{Context, Severity, rule};
use model::{
    Address, Carrier, Grant, Identity, IdentityKind, Party, PermissionSystem, Place, Reach, Use, UseMode, google, wildcard,
};

rule! {
    /// A role is bound to an account that workloads get without asking.
    ///
    /// ## What
    /// The subject of a grant is a service account named `default`, the group of all service
    /// accounts (`system:serviceaccounts`), or the default account of a Google project. A machine
    /// that runs as the default account with the scope `cloud-platform` holds all its roles.
    ///
    /// In Kubernetes also: the `default` account of a namespace is annotated with an identity of a
    /// cloud.
    ///
    /// ## Why
    /// Every workload that says nothing about its account runs as the default one. The permission
    /// that one of them needed is held by all of them, and by whatever is deployed next.
    ///
    /// ## Fix
    /// Make a service account for the workload, bind the role to it and name it in the workload.
    ///
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: reader
    ///   namespace: shop
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: reader
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: default # error: default service account
    ///     namespace: shop
    /// ```
    /// ```tf,bad
    /// resource "google_project_iam_member" "compute" {
    ///   project = "shop"
    ///   role    = "roles/storage.objectAdmin"
    ///   member  = "serviceAccount:1234567890-compute@developer.gserviceaccount.com" # error: default service account
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_compute_instance" "app" {
    ///   service_account {
    ///     scopes = ["logging-write", "cloud-platform"] # error: all that default service account
    ///   }
    /// }
    ///
    /// resource "google_container_node_pool" "jobs" {
    ///   node_config {
    ///     service_account = "default"
    ///     oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"] # error: default service account
    ///   }
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: default
    ///   namespace: shop
    ///   annotations:
    ///     eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/shop # error: every pod
    /// ```
    /// ```tf,good
    /// variable "account" {}
    ///
    /// resource "google_compute_instance" "own" {
    ///   service_account {
    ///     email  = "app@shop.iam.gserviceaccount.com"
    ///     scopes = ["cloud-platform"]
    ///   }
    /// }
    ///
    /// resource "google_compute_instance" "chosen" {
    ///   service_account {
    ///     email  = var.account
    ///     scopes = ["cloud-platform"]
    ///   }
    /// }
    ///
    /// resource "google_compute_instance" "narrow" {
    ///   service_account {
    ///     scopes = ["logging-write"]
    ///   }
    /// }
    ///
    /// resource "google_container_cluster" "shop" {
    ///   remove_default_node_pool = true
    ///   node_config {
    ///     oauth_scopes = ["https://www.googleapis.com/auth/cloud-platform"]
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "kubernetes_default_service_account_v1" "shop" {
    ///   metadata {
    ///     namespace = "shop"
    ///   }
    /// }
    ///
    /// resource "kubernetes_role_binding_v1" "reader" {
    ///   metadata {
    ///     name      = "reader"
    ///     namespace = "shop"
    ///   }
    ///   role_ref {
    ///     api_group = "rbac.authorization.k8s.io"
    ///     kind      = "Role"
    ///     name      = "reader"
    ///   }
    ///   subject {
    ///     kind      = "ServiceAccount"
    ///     name      = "default" # error: default service account
    ///     namespace = "shop"
    ///   }
    /// }
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: default
    ///   namespace: default
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: default
    /// subjects:
    ///   - kind: ServiceAccount
    ///     name: shop
    ///     namespace: default
    ///   - kind: User
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: default
    /// ```
    ///
    /// ## References
    /// - CIS Kubernetes Benchmark 5.1.5: default service accounts are not used (verified 2026-11-22)
    /// - OWASP NHI9:2025 NHI Reuse (verified 2026-11-22)
    id: "default-account-grant",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI9", "NHI5"],
        NistCsf: ["PR.AA-01"],
        NistZeroTrust: ["3"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    for grant in &cx.facts().grants {
        bound(grant, cx);
    }
    for one in &cx.facts().uses {
        cloud(one, cx);
    }
}

/// The cloud identity of a namespace's default account.
fn cloud(one: &Use, cx: &mut Context<'_>) {
    let kubernetes = |it: &Identity| it.kind == IdentityKind::KubernetesServiceAccount;
    let account = cx.graph().identity(&one.from).filter(|it| it.built_in && kubernetes(it));
    let Some(account) = account.filter(|_| one.mode == UseMode::RunsAs) else { return };
    let message = format!("every pod that names no account acts as the cloud identity of `{}`", account.address);
    let users = users(account, cx);
    let finding = cx.report_at(&account.address, "cloud", one.place, message);
    finding
        .severity(Severity::High)
        .help("annotate an account of the workload's own instead");
    for (name, place) in users {
        finding.related(place, format!("`{name}` runs as it"));
    }
}

/// Workloads that a finding names.
const LISTED: usize = 4;

/// Some of the workloads that run as an account.
fn users(account: &Identity, cx: &Context<'_>) -> Vec<(Address, Place)> {
    let uses = cx.graph().uses_of(account).into_iter();
    let uses = uses.filter(|it| it.mode == UseMode::RunsAs);
    uses.filter_map(|it| Some((cx.graph().identity(&it.from)?.address.clone(), it.place)))
        .take(LISTED)
        .collect()
}

fn bound(grant: &Grant, cx: &mut Context<'_>) {
    if !matches!(grant.carrier, Carrier::RoleBinding | Carrier::Scope) || !wildcard::gives(grant) {
        return;
    }
    for principal in &grant.principals {
        let Some(what) = shared(&principal.value, grant, cx) else { continue };
        let role = grant.role.value().map_or_else(String::new, |it| format!(" `{it}`"));
        let message = match grant.carrier {
            Carrier::Scope => format!("scope{role} opens all that {what} may"),
            _ => format!("role{role} is bound to {what}"),
        };
        let wide = matches!(grant.reach, Reach::Cluster | Reach::Account | Reach::Organization);
        let account = cx.graph().identity(&principal.value);
        let users = account.map(|it| users(it, cx)).unwrap_or_default();
        let finding = cx.report(&grant.address, "subject", &principal.origin, message);
        finding
            .severity(if wide { Severity::High } else { Severity::Medium })
            .help("make an account for the workload and bind the role to that");
        for (name, place) in users {
            finding.related(place, format!("`{name}` runs as it"));
        }
    }
}

fn shared(party: &Party, grant: &Grant, cx: &Context<'_>) -> Option<String> {
    match party {
        Party::Address(address) => {
            let identity = cx.graph().identity_at(address)?;
            let default = identity.built_in
                && matches!(
                    identity.kind,
                    IdentityKind::KubernetesServiceAccount | IdentityKind::GcpServiceAccount
                );
            default.then(|| format!("default service account `{address}`"))
        }
        Party::Named { kind: IdentityKind::KubernetesServiceAccount, name } => {
            let last = name.rsplit('/').next();
            (last == Some("default")).then(|| format!("default service account `{name}`"))
        }
        Party::Named { kind: IdentityKind::KubernetesGroup, name } => {
            let group = name.strip_prefix("system:serviceaccounts")?;
            match group.strip_prefix(':') {
                Some(namespace) => {
                    Some(format!("every service account of namespace `{namespace}`"))
                }
                None => group.is_empty().then(|| "every service account of the cluster".to_owned()),
            }
        }
        Party::Named { name, .. } if grant.system == PermissionSystem::Google => {
            google::is_default_account(name).then(|| format!("default service account `{name}`"))
        }
        _ => None,
    }
}
