use std::collections::BTreeSet;

use engine::{Context, Severity, rule};
use model::aws::{self, Breadth, Escalation};
use model::azure::{self, AzureRole};
use model::google::{self, GoogleRole};
use model::hashicorp::{self, Capabilities, VaultReach};
use model::kubernetes::{self, RiskClass};
use model::{Carrier, Grant, Identity, PermissionSystem, Reach, Sourced, wildcard};

rule! {
    /// A permission lets an identity give itself more rights.
    ///
    /// ## What
    /// An identity may change policies, roles or trusts, hand any role to a service, or act as
    /// others, on everything rather than on what is named: `iam:PassRole` or `iam:PutRolePolicy`
    /// on `*` in AWS, token creator or service account user on a project in Google Cloud, writing
    /// role assignments in Azure, the verbs `escalate`, `bind` and `impersonate` or tokens of
    /// service accounts in Kubernetes, writing policies, logins or identities in Vault, writing
    /// ACLs in Consul. Sets of actions that do so together count too.
    ///
    /// ## Why
    /// What its other permissions say does not matter: the identity is one step from all of them.
    ///
    /// ## Fix
    /// Name the roles, users or service accounts in the resource. Limit the rest by a condition: a
    /// permissions boundary, the policies that may be attached, the service a role may be passed
    /// to.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "ci" {
    ///   role = "ci"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["ec2:RunInstances", "iam:PassRole"] # error: run a machine with any role
    ///       Resource = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "tracer" {
    ///   role = "tracer"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["xray:*", "iam:PutRolePolicy"] # error: `iam:PutRolePolicy`
    ///       Resource = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_project_iam_member" "ci" {
    ///   project = "shop"
    ///   role    = "roles/iam.serviceAccountTokenCreator" # error: every service account
    ///   member  = "serviceAccount:ci@shop.iam.gserviceaccount.com"
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: proxy
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["users", "groups"]
    ///     verbs: ["impersonate"] # error: act as any user
    ///   - apiGroups: ["rbac.authorization.k8s.io"]
    ///     resources: ["clusterroles"]
    ///     resourceNames: ["shop-viewer"]
    ///     verbs: ["bind"] # error: as far as `resourceNames` goes
    ///   - apiGroups: ["rbac.authorization.k8s.io"]
    ///     resources: ["clusterroles"]
    ///     resourceNames: ["cluster-admin"]
    ///     verbs: ["bind"] # error: bind any role
    /// ```
    /// ```tf,bad
    /// # file: ci.hcl
    /// path "sys/policies/acl/*" { # error: rewrite every policy
    ///   capabilities = ["create", "update"]
    /// }
    /// path "auth/approle/role/*" { # error: let any login have any policy
    ///   capabilities = ["create", "read", "update"]
    /// }
    /// # file: consul.hcl
    /// acl = "write" # error: create tokens with every policy
    /// ```
    /// ```tf,good
    /// # file: ci.hcl
    /// path "sys/policies/acl/*" {
    ///   capabilities = ["read", "list"]
    /// }
    /// path "auth/approle/role/app/secret-id" {
    ///   capabilities = ["update"]
    /// }
    /// # file: consul.hcl
    /// acl = "read"
    /// ```
    /// ```tf,good
    /// resource "aws_iam_role_policy" "ci" {
    ///   role = "ci"
    ///   policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect   = "Allow"
    ///         Action   = "iam:PassRole"
    ///         Resource = "arn:aws:iam::123456789012:role/shop-*"
    ///       },
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "iam:AttachRolePolicy"
    ///         Resource  = "*"
    ///         Condition = { ArnEquals = { "iam:PolicyARN" = "arn:aws:iam::123456789012:policy/shop" } }
    ///       },
    ///       { Effect = "Allow", Action = ["iam:GetRole", "ec2:RunInstances"], Resource = "*" },
    ///       { Effect = "Allow", Action = ["iam:*", "iam:PutRolePolicy"], Resource = "*" },
    ///       {
    ///         Effect   = "Allow"
    ///         Action   = "iam:CreateAccessKey"
    ///         Resource = "arn:aws:iam::*:user/$${aws:username}"
    ///       },
    ///     ]
    ///   })
    /// }
    ///
    /// resource "google_service_account_iam_member" "ci" {
    ///   service_account_id = "projects/shop/serviceAccounts/app@shop.iam.gserviceaccount.com"
    ///   role               = "roles/iam.serviceAccountTokenCreator"
    ///   member             = "serviceAccount:ci@shop.iam.gserviceaccount.com"
    /// }
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: issuer
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["serviceaccounts/token"]
    ///     resourceNames: ["vault"]
    ///     verbs: ["create"]
    ///   - apiGroups: ["rbac.authorization.k8s.io"]
    ///     resources: ["roles"]
    ///     verbs: ["get", "list"]
    /// ```
    /// ```tf,bad
    /// resource "azurerm_role_definition" "backup" {
    ///   name  = "backup"
    ///   scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
    ///   permissions {
    ///     actions = ["Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/listKeys/action"] # error: past every role
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// resource "azurerm_role_definition" "backup" {
    ///   name  = "backup"
    ///   scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
    ///   permissions {
    ///     actions      = ["Microsoft.Storage/storageAccounts/read"]
    ///     data_actions = ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - Rhino Security Labs: AWS IAM privilege escalation methods (verified 2026-11-22)
    /// - Kubernetes RBAC good practices: privilege escalation risks (verified 2026-11-22)
    id: "self-escalation",
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
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    for grant in facts.grants.iter().filter(|it| wildcard::gives(it)) {
        match grant.system {
            PermissionSystem::Aws => aws(grant, cx),
            PermissionSystem::Kubernetes => kubernetes(grant, cx),
            PermissionSystem::Google => google(grant, cx),
            PermissionSystem::Azure | PermissionSystem::EntraDirectory => azure(grant, cx),
            PermissionSystem::Vault => vault(grant, cx),
            PermissionSystem::Consul => consul(grant, cx),
            _ => {}
        }
    }
    for identity in &facts.identities {
        combination(identity, cx);
    }
}

/// True for a statement whose actions count on everything of a kind, with nothing to limit them.
fn is_open(grant: &Grant) -> bool {
    grant.system == PermissionSystem::Aws
        && wildcard::gives(grant)
        && !grant.actions.negated
        && !grant.resources.negated
        && grant.conditions_known
        && !aws::narrows_resources(&grant.conditions)
        && wildcard::breadth(grant) >= Breadth::Kind
}

fn aws(grant: &Grant, cx: &mut Context<'_>) {
    if !is_open(grant) {
        return;
    }
    let beside = wildcard::beside(grant);
    let found: Vec<(&Escalation, &Sourced<String>)> = aws::escalations()
        .iter()
        .filter_map(|it| {
            let pattern = *beside.iter().find(|p| it.alone(&p.value).is_some())?;
            Some((it, pattern))
        })
        .collect();
    let Some((first, pattern)) = found.first() else { return };
    // With what it may do besides, a passed role is more than a possibility.
    let texts: Vec<&str> = grant.actions.texts().collect();
    let together = aws::escalations().iter().find(|it| {
        it.steps.first().is_some_and(|step| first.steps.first() == Some(step))
            && it.combines(&texts)
    });
    let gives = together.map_or(first.gives, |it| it.gives);
    let message = format!("`{}` lets its holder {gives}", pattern.value);
    let for_agent = cx.holders(grant).iter().any(|it| cx.graph().serves_agent(it));
    let agents = cx.agents_behind(grant);
    let finding = cx.report(&grant.address, "actions", &pattern.origin, message);
    // What steers an agent is text that others write.
    finding.severity(if for_agent { Severity::Critical } else { Severity::High });
    finding.help(if pattern.value.starts_with("sagemaker:") {
        "name the notebooks"
    } else {
        "name the roles or users, or limit it by a condition such as a boundary"
    });
    for (other, place) in found.iter().skip(1) {
        finding.related(place.place(), format!("also: {}", other.gives));
    }
    for (place, who) in agents {
        finding.related(place, who);
    }
    for resource in
        grant.resources.items.iter().filter(|it| aws::breadth(&it.value) >= Breadth::Kind)
    {
        finding.related(resource.place(), "on all of these");
    }
    for binding in &grant.bindings {
        finding.related(*binding, "handed over here");
    }
}

/// A set of actions from several statements of one identity.
fn combination(identity: &Identity, cx: &mut Context<'_>) {
    let grants = cx.graph().grants_of(identity);
    let open: Vec<&Grant> = grants.into_iter().filter(|it| is_open(it)).collect();
    let patterns: Vec<&Sourced<String>> =
        open.iter().flat_map(|it| wildcard::beside(it)).collect();
    let texts: BTreeSet<&str> = patterns.iter().map(|it| it.value.as_str()).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    // An action that is enough alone is reported where it stands.
    if texts.iter().any(|text| aws::escalations().iter().any(|it| it.alone(text).is_some())) {
        return;
    }
    let found = aws::escalations().iter().find(|it| it.combines(&texts));
    let Some(found) = found else { return };
    let steps: Vec<&&Sourced<String>> = found
        .steps
        .iter()
        .filter_map(|step| {
            patterns.iter().find(|p| step.iter().any(|it| aws::matches(&p.value, it)))
        })
        .collect();
    let Some(first) = steps.first() else { return };
    let names: BTreeSet<String> = steps.iter().map(|it| format!("`{}`", it.value)).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let message = format!("{names} together let their holder {}", found.gives);
    let finding = cx.report(&identity.address, "combination", &first.origin, message);
    finding.help("drop one of them, or name the resources");
    for step in steps.iter().skip(1) {
        finding.related(step.place(), "together with this");
    }
}

fn vault(grant: &Grant, cx: &mut Context<'_>) {
    let Some(path) = hashicorp::target(grant) else { return };
    // Every path is the other rule's; what may be written can be limited to named policies.
    if hashicorp::vault_reach(&path.value) == VaultReach::Everything || !grant.conditions.is_empty()
    {
        return;
    }
    let capabilities = Capabilities::of(grant);
    let Some(what) = hashicorp::vault_escalation(&path.value, &capabilities) else { return };
    let message = format!("`{}` lets its holder {what}", path.value);
    cx.report(&grant.address, "path", &path.origin, message)
        .help("name the policies, roles or entities it may write, without a glob");
}

fn consul(grant: &Grant, cx: &mut Context<'_>) {
    let Some(target) = hashicorp::target(grant).filter(|it| it.value == "acl") else { return };
    if let Some(level) = grant.actions.find("write") {
        let message = format!("`{}` lets its holder create tokens with every policy", target.value);
        cx.report(&grant.address, "acl", &level.origin, message)
            .help("keep it at `read`; let Terraform or Vault make the tokens");
    }
}

fn kubernetes(grant: &Grant, cx: &mut Context<'_>) {
    let all = kubernetes::named_risks(grant, RiskClass::Become);
    let widest = all.iter().find(|it| !it.is_limited(grant)).or(all.first());
    let Some(found) = widest else { return };
    let names = found.is_limited(grant);
    // A token of one account is what the rule says it is.
    if names && found.verb.value == "create" {
        return;
    }
    let severity = match (kubernetes::is_cluster_wide(grant), found.verb.value.as_str()) {
        (true, "create") => Severity::High,
        (true, _) => Severity::Critical,
        (false, "create") => Severity::Medium,
        (false, _) => Severity::High,
    };
    let severity = if kubernetes::is_eased(grant) { severity.lowered() } else { severity };
    let severity = if names { severity.lowered().lowered() } else { severity };
    let (within, help) = match names {
        true => (
            ", as far as `resourceNames` goes",
            "keep only names whose rights its holder may have, or drop the verb",
        ),
        false => ("", "name the objects in `resourceNames`, or drop the verb"),
    };
    let message = format!(
        "`{}` on `{}` lets its holder {}{within}",
        found.verb.value, found.resource.value, found.risk.gives
    );
    cx.report(&grant.address, "verbs", &found.verb.origin, message)
        .severity(severity)
        .help(help)
        .related(found.resource.place(), "on this");
}

fn google(grant: &Grant, cx: &mut Context<'_>) {
    if !grant.conditions.is_empty() || !grant.conditions_known || wildcard::is_public(grant) {
        return;
    }
    if grant.carrier == Carrier::Role {
        let found =
            grant.actions.items.iter().find_map(|it| Some((it, google::permission(&it.value)?)));
        let Some((permission, gives)) = found else { return };
        let message = format!("`{}` lets its holder {gives}", permission.value);
        cx.report(&grant.address, "permissions", &permission.origin, message)
            .severity(Severity::High)
            .help("drop the permission, or use it in a role for single service accounts");
        return;
    }
    let Some(role) = grant.role.known() else { return };
    let wide = matches!(grant.reach, Reach::Account | Reach::Organization);
    if !wide || google::role(&role.value) != Some(GoogleRole::Impersonation) {
        return;
    }
    let managed = |it: &Sourced<model::Party>| match &it.value {
        model::Party::Named { name, .. } => google::is_managed_account(name),
        model::Party::Service(_) => true,
        _ => false,
    };
    if !grant.principals.is_empty() && grant.principals.iter().all(managed) {
        return;
    }
    let on = if grant.reach == Reach::Organization { "organisation" } else { "project" };
    let message = format!("`{}` reaches every service account of the {on}", role.value);
    let keys = ["TokenCreator", "KeyAdmin", "serviceAccountAdmin"];
    let mints = keys.iter().any(|it| role.value.ends_with(it));
    let finding = cx.report(&grant.address, "role", &role.origin, message);
    finding
        .severity(if mints { Severity::Critical } else { Severity::High })
        .help("grant it on the one service account that is meant");
    for principal in &grant.principals {
        finding.related(principal.place(), "handed to this");
    }
}

fn azure(grant: &Grant, cx: &mut Context<'_>) {
    let beside = wildcard::beside(grant);
    let action = beside.into_iter().find_map(|it| Some((it, azure::action(&it.value)?)));
    if let Some((pattern, gives)) = action {
        let message = format!("`{}` lets its holder {gives}", pattern.value);
        cx.report(&grant.address, "actions", &pattern.origin, message)
            .severity(Severity::High)
            .help("drop the action, or assign a built-in role with a condition");
        return;
    }
    let keys = grant.actions.items.iter().find_map(|it| Some((it, azure::key_reading(&it.value)?)));
    if let Some((pattern, gives)) = keys
        && wildcard::wildcards(grant).is_empty()
    {
        let message = format!("`{}` lets its holder {gives}, past every role", pattern.value);
        cx.report(&grant.address, "actions", &pattern.origin, message)
            .severity(Severity::Medium)
            .help("drop the action; give a role on the data instead");
        return;
    }
    let named = grant.role.known().or(grant.actions.items.first());
    let found = named.and_then(|it| Some((it, azure::role(&it.value)?)));
    let Some((named, (name, class))) = found else { return };
    let (severity, gives) = match class {
        AzureRole::GraphTakeover => (Severity::Critical, "take over the tenant"),
        AzureRole::GraphHigh => (Severity::High, "come close to the tenant's administrators"),
        _ => return,
    };
    let message = format!("`{name}` lets its holder {gives}");
    cx.report(&grant.address, "permission", &named.origin, message)
        .severity(severity)
        .help("ask for a narrower permission, such as one for the objects the application owns");
}
