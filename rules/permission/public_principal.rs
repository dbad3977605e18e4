use std::collections::BTreeMap;

use engine::{Context, Severity, rule};
use model::aws::{self, Level, Sensitivity};
use model::service::{self, ServiceRole};
use model::{
    Carrier, Grant, Mechanism, Origin, Party, PermissionSystem, Place, Reach, Sourced, Trust,
    kubernetes, wildcard,
};

rule! {
    /// Anyone at all holds a permission or can become an identity.
    ///
    /// ## What
    /// A policy, binding or trust names everyone: the principal `*` in AWS without a condition that
    /// says who, `allUsers` or `allAuthenticatedUsers` in Google Cloud, `system:unauthenticated`,
    /// `system:anonymous` or `system:authenticated` in Kubernetes. Also a whole `domain:` in Google
    /// Cloud that may change something, which weighs less.
    ///
    /// Conditions on the organisation, account, source or network count as saying who. The
    /// bindings that every cluster has are left alone.
    ///
    /// ## Why
    /// No credential is needed, so none has to be stolen. "Authenticated" does not help: it means
    /// everybody with an account at the provider, or every workload of the cluster.
    ///
    /// ## Fix
    /// Name the accounts, roles or service accounts. Where a service of the cloud calls, add a
    /// condition on the source. Serve public content through a distribution in front.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = "*" } # error: anyone can become
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_sqs_queue_policy" "jobs" {
    ///   queue_url = "https://sqs.example.com/jobs"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sqs:SendMessage"
    ///       Principal = "*" # error: `sqs:SendMessage`
    ///       Resource  = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_storage_bucket_iam_member" "upload" {
    ///   bucket = "uploads"
    ///   role   = "roles/storage.objectAdmin"
    ///   member = "allUsers" # error: roles/storage.objectAdmin
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: open
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: view
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:unauthenticated # error: `view`
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "guest" {
    ///   name = "guest"
    /// }
    ///
    /// resource "aws_iam_role_policy" "guest" {
    ///   role = aws_iam_role.guest.name
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = "s3:PutObject"
    ///       Resource = "arn:aws:s3:::uploads/*"
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_cognito_identity_pool" "app" {
    ///   identity_pool_name               = "app"
    ///   allow_unauthenticated_identities = true
    /// }
    ///
    /// resource "aws_cognito_identity_pool_roles_attachment" "app" {
    ///   identity_pool_id = aws_cognito_identity_pool.app.id
    ///   roles = {
    ///     unauthenticated = aws_iam_role.guest.arn # error: anyone can become
    ///   }
    /// }
    ///
    /// resource "aws_lambda_function_url" "hook" {
    ///   function_name      = "hook"
    ///   authorization_type = "NONE" # error: `lambda:InvokeFunctionUrl`
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_storage_bucket_iam_member" "uploads" {
    ///   bucket = "uploads"
    ///   role   = "roles/storage.objectAdmin"
    ///   member = "domain:example.com" # error: everybody of `example.com`
    /// }
    /// ```
    /// ```tf,good
    /// variable "role" {}
    ///
    /// resource "google_storage_bucket_iam_member" "handbook" {
    ///   bucket = "handbook"
    ///   role   = "roles/storage.objectViewer"
    ///   member = "domain:example.com"
    /// }
    ///
    /// resource "google_storage_bucket_iam_member" "chosen" {
    ///   bucket = "chosen"
    ///   role   = var.role
    ///   member = "domain:example.com"
    /// }
    ///
    /// resource "google_storage_bucket_iam_member" "team" {
    ///   bucket = "uploads"
    ///   role   = "roles/storage.objectAdmin"
    ///   member = "group:uploads@example.com"
    /// }
    /// ```
    /// ```tf,good
    /// variable "principal" {}
    ///
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "sts:AssumeRole"
    ///         Principal = { AWS = "*" }
    ///         Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-example" } }
    ///       },
    ///       { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = var.principal } },
    ///     ]
    ///   })
    /// }
    ///
    /// resource "aws_s3_bucket_policy" "logs" {
    ///   bucket = "logs"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Deny"
    ///       Action    = "s3:*"
    ///       Principal = "*"
    ///       Resource  = "arn:aws:s3:::logs/*"
    ///       Condition = { Bool = { "aws:SecureTransport" = "false" } }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_vpc_endpoint" "s3" {
    ///   vpc_id       = "vpc-1"
    ///   service_name = "com.amazonaws.eu-west-1.s3"
    ///   policy = jsonencode({
    ///     Statement = [{ Effect = "Allow", Action = "*", Principal = "*", Resource = "*" }]
    ///   })
    /// }
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: system:public-info-viewer
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: system:public-info-viewer
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:unauthenticated
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: token-verification
    /// rules:
    ///   - nonResourceURLs: [/.well-known/openid-configuration, /openid/v1/jwks]
    ///     verbs: [get]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: token-verification
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: token-verification
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:unauthenticated
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: RoleBinding
    /// metadata:
    ///   name: kubeadm:bootstrap-signer-clusterinfo
    ///   namespace: kube-public
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: Role
    ///   name: kubeadm:bootstrap-signer-clusterinfo
    /// subjects:
    ///   - kind: User
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:anonymous
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: metrics
    /// rules:
    ///   - nonResourceURLs: [/healthz, /metrics]
    ///     verbs: [get]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRoleBinding
    /// metadata:
    ///   name: metrics
    /// roleRef:
    ///   apiGroup: rbac.authorization.k8s.io
    ///   kind: ClusterRole
    ///   name: metrics
    /// subjects:
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:authenticated
    ///   - kind: Group
    ///     apiGroup: rbac.authorization.k8s.io
    ///     name: system:unauthenticated # error: anyone may act
    /// ```
    ///
    /// ```tf,good
    /// resource "aws_cognito_identity_pool" "app" {
    ///   identity_pool_name               = "app"
    ///   allow_unauthenticated_identities = false
    /// }
    ///
    /// resource "aws_cognito_identity_pool_roles_attachment" "app" {
    ///   identity_pool_id = aws_cognito_identity_pool.app.id
    ///   roles = {
    ///     unauthenticated = "arn:aws:iam::123456789012:role/guest"
    ///   }
    /// }
    ///
    /// resource "aws_lambda_function_url" "hook" {
    ///   function_name      = "hook"
    ///   authorization_type = "AWS_IAM"
    /// }
    ///
    /// resource "aws_s3_account_public_access_block" "account" {
    ///   restrict_public_buckets = true
    /// }
    ///
    /// resource "aws_s3_bucket_policy" "site" {
    ///   bucket = "site"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "s3:GetObject"
    ///       Principal = "*"
    ///       Resource  = "arn:aws:s3:::site/*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: argocd-rbac-cm
    ///   namespace: argocd
    /// data:
    ///   policy.default: role:admin # error: anyone who is signed in may act with `Argo CD role:admin`
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: argocd-rbac-cm
    ///   namespace: argocd
    /// data:
    ///   policy.default: role:readonly
    /// ```
    ///
    /// ## References
    /// - OWASP NHI4:2025 Insecure Authentication, NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - AWS IAM Access Analyzer: findings for public access (verified 2026-11-22)
    id: "public-principal",
    family: Permission,
    severity: Critical,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI5", "NHI6"],
        NistCsf: ["PR.AA-03", "PR.AA-05"],
        NistZeroTrust: ["6"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    let mut bound: Bound<'_> = BTreeMap::new();
    for grant in facts.grants.iter().filter(|it| it.carrier == Carrier::Role) {
        for binding in &grant.bindings {
            bound.entry(*binding).or_default().push(grant);
        }
    }
    for grant in &facts.grants {
        check_grant(grant, &bound, cx);
    }
    for trust in &facts.trusts {
        check_trust(trust, cx);
    }
}

/// The rules of declared roles by the bindings that hand them over.
type Bound<'a> = BTreeMap<Place, Vec<&'a Grant>>;

/// The first principal that is open, with words for it.
fn open(principals: &[Sourced<Party>]) -> Option<(&Origin, &'static str)> {
    let named = |party: &Party| principals.iter().find(|it| it.value == *party);
    // Who need not even sign in counts first.
    let all = named(&Party::Everyone).map(|it| (&it.origin, "anyone"));
    all.or_else(|| named(&Party::Authenticated).map(|it| (&it.origin, "anyone who is signed in")))
}

fn check_trust(trust: &Trust, cx: &mut Context<'_>) {
    let Some((origin, who)) = open(&trust.principals) else { return };
    // The token of an outside issuer says who: the rule on federation looks at that.
    let federated = trust.mechanism == Mechanism::Federation;
    if !trust.conditions_known || aws::narrows_principals(&trust.conditions) || federated {
        return;
    }
    let identity = cx.graph().identity(&trust.identity);
    let what = identity.map_or("identity", |it| it.kind.describe());
    let message = format!("{who} can become this {what}");
    // Guests of an application get what the role holds, which is meant to be little.
    let guests = trust.mechanism == Mechanism::Binding;
    let changes = |it: &&Grant| {
        !wildcard::wildcards(it).is_empty()
            || it.actions.texts().flat_map(aws::expand).any(|it| it.level >= Level::Write)
    };
    let severity = match identity.map(|it| cx.graph().grants_of(it)) {
        _ if !guests => Severity::Critical,
        Some(grants) if grants.iter().any(changes) => Severity::High,
        _ => Severity::Medium,
    };
    cx.report(&trust.address, "principals", origin, message)
        .severity(severity)
        .help("name the accounts or roles, or add a condition that says who");
}

fn check_grant(grant: &Grant, bound: &Bound<'_>, cx: &mut Context<'_>) {
    let Some((origin, who)) = open(&grant.principals) else {
        check_domain(grant, cx);
        return;
    };
    if !wildcard::gives(grant) || !grant.conditions_known {
        return;
    }
    let found = match grant.system {
        PermissionSystem::Aws => aws(grant),
        PermissionSystem::Google => google(grant),
        PermissionSystem::Kubernetes => kubernetes(grant, bound),
        PermissionSystem::Saas => service(grant),
        _ => None,
    };
    let Some((severity, what)) = found else { return };
    cx.report(&grant.address, "principals", origin, format!("{who} may {what}"))
        .severity(severity)
        .help("name who is meant, or add a condition that says who");
}

fn aws(grant: &Grant) -> Option<(Severity, String)> {
    if aws::narrows_principals(&grant.conditions) || grant.actions.items.is_empty() {
        return None;
    }
    // A public registry and a public API are public.
    let meant = |it: &str| {
        it.starts_with("ecr-public:") || it.to_ascii_lowercase().starts_with("execute-api:")
    };
    if !grant.actions.negated && grant.actions.texts().all(meant) {
        return None;
    }
    let worst = grant
        .actions
        .items
        .iter()
        .map(|it| (severity_of(&it.value), it))
        .reduce(|a, b| if b.0 > a.0 { b } else { a })?;
    let (severity, action) = worst;
    let severity = if grant.actions.negated { Severity::Critical } else { severity };
    let but = if grant.actions.negated { "all but " } else { "" };
    let more = match grant.actions.items.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    Some((severity, format!("call {but}`{}`{more}", action.value)))
}

/// How bad it is when anyone may do this to one resource.
fn severity_of(pattern: &str) -> Severity {
    if pattern.bytes().all(|it| matches!(it, b'*' | b':')) {
        return Severity::Critical;
    }
    let level = |it: &aws::Action| match (it.sensitivity, it.level) {
        // A search domain inside a network is open to it by design; the network is not a fact.
        _ if matches!(it.service, "es" | "aoss") => Severity::High,
        // A function behind an address may ask its callers itself.
        _ if it.service == "lambda" && it.name == "InvokeFunctionUrl" => Severity::High,
        // The content of a website is read by anyone.
        _ if it.service == "s3" && it.name.starts_with("GetObject") => Severity::Low,
        _ if it.service == "s3" && it.level == Level::List => Severity::Medium,
        (Some(Sensitivity::Credential | Sensitivity::Secret), _) => Severity::Critical,
        (_, Level::Permissions | Level::Write) => Severity::Critical,
        _ => Severity::High,
    };
    aws::expand(pattern).map(level).max().unwrap_or(Severity::High)
}

/// A role of a service for everybody who can log in to it.
fn service(grant: &Grant) -> Option<(Severity, String)> {
    let (name, class, gives) = service::role_of(grant)?;
    let severity = match class {
        ServiceRole::Admin | ServiceRole::Access => Severity::High,
        ServiceRole::Wide => Severity::Medium,
        _ => return None,
    };
    Some((severity, format!("act with `{}`: {gives}", name.value)))
}

/// Everybody with an address in a domain: people, their guests, and accounts that they make.
fn check_domain(grant: &Grant, cx: &mut Context<'_>) {
    if grant.system != PermissionSystem::Google || !grant.conditions.is_empty() {
        return;
    }
    let domain = grant.principals.iter().find_map(|it| match &it.value {
        Party::Account(name) => Some((&it.origin, name)),
        _ => None,
    });
    let (Some((origin, domain)), Some(role)) = (domain, grant.role.value()) else { return };
    // Roles that control a project are the concern of who looks at administrators.
    let elsewhere = grant.reach != Reach::Resource && model::google::role(role).is_some();
    let last = role.rsplit(['.', '/']).next().unwrap_or(role).to_ascii_lowercase();
    if elsewhere || !CHANGES.iter().any(|it| last.contains(it)) {
        return;
    }
    let message = format!("everybody of `{domain}` may act with `{role}`");
    cx.report(&grant.address, "principals", origin, message)
        .severity(Severity::Medium)
        .help("name the group or the accounts that need it");
}

/// Words in the names of roles that change something.
const CHANGES: &[&str] = &["admin", "creator", "developer", "editor", "owner", "writer"];

/// Roles that are given to everyone on purpose: public websites and content.
const FOR_CONTENT: &[&str] = &[
    "roles/artifactregistry.reader",
    "roles/cloudfunctions.invoker",
    "roles/run.invoker",
    "roles/storage.legacyObjectReader",
    "roles/storage.objectViewer",
];

fn google(grant: &Grant) -> Option<(Severity, String)> {
    if !grant.conditions.is_empty() {
        return None;
    }
    let role = grant.role.value()?;
    let reads = ["viewer", "Viewer", "reader", "Reader"].iter().any(|it| role.ends_with(it));
    let severity = if FOR_CONTENT.contains(&role.as_str()) {
        Severity::Low
    } else if reads {
        Severity::High
    } else {
        Severity::Critical
    };
    Some((severity, format!("act with `{role}`")))
}

/// Roles that every cluster gives to everyone.
const DEFAULT_ROLES: &[&str] = &[
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
];

/// The binding by which kubeadm lets machines read whom they are about to join.
fn is_of_kubeadm(grant: &Grant) -> bool {
    grant.local_role
        && grant.realm.as_deref() == Some("kube-public")
        && grant.role.value().is_some_and(|it| it == "kubeadm:bootstrap-signer-clusterinfo")
}

/// What a cluster says about itself to whoever asks: that it is well, what version it is, and
/// how its tokens are checked by others.
const PUBLIC: &[&str] = &[
    "/.well-known/openid-configuration",
    "/healthz",
    "/livez",
    "/openid/v1/jwks",
    "/readyz",
    "/version",
];

fn shows_itself(rule: &Grant) -> bool {
    let Some(scope) = &rule.kubernetes else { return false };
    let urls = &scope.non_resource_urls;
    let public = |it: &str| {
        let it = it.strip_suffix('*').unwrap_or(it);
        PUBLIC.contains(&it.strip_suffix('/').unwrap_or(it))
    };
    !rule.resources.stated
        && !urls.items.is_empty()
        && !urls.partial
        && urls.texts().all(public)
        && rule.actions.texts().all(|it| matches!(it, "get" | "head"))
}

fn kubernetes(grant: &Grant, bound: &Bound<'_>) -> Option<(Severity, String)> {
    let role = grant.role.value()?;
    let default = !grant.local_role && DEFAULT_ROLES.contains(&role.as_str());
    if grant.carrier != Carrier::RoleBinding || default || is_of_kubeadm(grant) {
        return None;
    }
    let anonymous = grant.principals.iter().any(|it| it.value == Party::Everyone);
    let severity = if anonymous { Severity::Critical } else { Severity::High };
    // What the role holds is known when it is declared beside the binding.
    let rules = bound.get(&grant.place).map_or(&[][..], Vec::as_slice);
    let reads = |it: &&Grant| it.actions.texts().all(|it| matches!(it, "get" | "list" | "watch"));
    if !rules.is_empty() && rules.iter().all(|it| shows_itself(it)) {
        return None;
    }
    let harmless =
        !rules.is_empty() && rules.iter().all(|it| reads(it) && kubernetes::risks(it).is_empty());
    let severity = if harmless { severity.lowered().lowered() } else { severity };
    let severity = if grant.reach == Reach::Namespace { severity.lowered() } else { severity };
    Some((severity, format!("act with role `{role}`")))
}
