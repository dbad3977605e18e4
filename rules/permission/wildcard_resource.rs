use engine::{Context, Severity, rule};
use model::aws::{self, Action, Breadth, Level, Sensitivity};
use model::kubernetes::RiskClass;
use model::hashicorp::{self, Capabilities, VaultReach};
use model::{Grant, PermissionSystem, Sourced, StepKind, kubernetes, wildcard};

rule! {
    /// A permission that could name its resources covers all of them.
    ///
    /// ## What
    /// `Resource: "*"` in an AWS policy with actions that change something, hand out access or
    /// read content, and that could be limited to resources; `resources: ["*"]` or
    /// `apiGroups: ["*"]` in a Kubernetes role; `path "*"` in a Vault policy; writing with an
    /// empty prefix in a Consul policy; changing every namespace in a Nomad policy.
    ///
    /// Left alone are actions that take no resource (`ec2:Describe*`,
    /// `ecr:GetAuthorizationToken`), actions that only list, statements that a condition limits,
    /// and policies of a resource, where `*` means that resource.
    ///
    /// ## Why
    /// The identity works on one queue and may empty them all. When its credential is lost, so is
    /// what lies beside.
    ///
    /// ## Fix
    /// Write the ARNs or resource names. Where they are not known beforehand, use a prefix or a
    /// condition on tags. Put actions that take no resource in a statement of their own.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "worker" {
    ///   role = "worker"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["s3:ListAllMyBuckets", "s3:PutObject"]
    ///       Resource = "*" # error: `s3:PutObject` works on every resource
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "traced" {
    ///   role = "traced"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["xray:*", "s3:PutBucketPolicy", "xray:PutTraceSegments"]
    ///       Resource = "*" # error: `s3:PutBucketPolicy` works on every resource
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "reader" {
    ///   role = "reader"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = "kms:Decrypt"
    ///       Resource = "arn:aws:kms:*:123456789012:key/*" # error: every resource of the kind
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: viewer
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["*"] # error: read every secret
    ///     verbs: ["get", "list"]
    /// ```
    /// ```tf,bad
    /// # file: ci.hcl
    /// path "*" { # error: `*` covers every path
    ///   capabilities = ["create", "read", "update", "delete", "list", "sudo"]
    /// }
    /// # file: main.tf
    /// resource "consul_acl_policy" "app" {
    ///   name  = "app"
    ///   rules = <<-EOT
    ///     key_prefix "" { # error: change every key
    ///       policy = "write"
    ///     }
    ///   EOT
    /// }
    ///
    /// resource "nomad_acl_policy" "ci" {
    ///   name      = "ci"
    ///   rules_hcl = <<-EOT
    ///     namespace "*" { # error: run commands in every allocation
    ///       policy = "write"
    ///     }
    ///   EOT
    /// }
    /// ```
    /// ```tf,good
    /// # file: app.hcl
    /// path "app/*" {
    ///   capabilities = ["create", "read", "update", "delete", "list"]
    /// }
    /// path "*" {
    ///   capabilities = ["deny"]
    /// }
    /// # file: main.tf
    /// variable "path" {}
    ///
    /// resource "vault_policy" "app" {
    ///   name   = "app"
    ///   policy = "path \"${var.path}\" { capabilities = [\"update\"] }"
    /// }
    ///
    /// resource "consul_acl_policy" "agent" {
    ///   name  = "agent"
    ///   rules = "node_prefix \"\" { policy = \"read\" }"
    /// }
    ///
    /// resource "nomad_acl_policy" "reader" {
    ///   name      = "reader"
    ///   rules_hcl = "namespace \"*\" { policy = \"read\" }"
    /// }
    /// ```
    /// ```tf,good
    /// variable "bucket_arn" {}
    ///
    /// resource "aws_iam_role_policy" "worker" {
    ///   role = "worker"
    ///   policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect   = "Allow"
    ///         Action   = ["ec2:Describe*", "s3:ListAllMyBuckets", "cloudwatch:PutMetricData"]
    ///         Resource = "*"
    ///       },
    ///       {
    ///         Effect   = "Allow"
    ///         Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    ///         Resource = "*"
    ///       },
    ///       { Effect = "Allow", Action = ["s3:*", "s3:PutBucketPolicy"], Resource = "*" },
    ///       { Effect = "Allow", Action = ["*", "s3:PutBucketPolicy"], Resource = "*" },
    ///       { Effect = "Allow", Action = "s3:PutObject", Resource = "${var.bucket_arn}/*" },
    ///       { Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::logs-*/*" },
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "ec2:TerminateInstances"
    ///         Resource  = "*"
    ///         Condition = { StringEquals = { "aws:ResourceTag/team" = "shop" } }
    ///       },
    ///     ]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// data "cloudflare_api_token_permission_groups" "all" {}
    ///
    /// resource "cloudflare_api_token" "dns" {
    ///   name = "dns"
    ///   policy {
    ///     permission_groups = [data.cloudflare_api_token_permission_groups.all.zone["DNS Write"]]
    ///     resources         = { "com.cloudflare.api.account.zone.*" = "*" } # error: `DNS Write`
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "zone" {}
    ///
    /// variable "resources" {}
    ///
    /// data "cloudflare_api_token_permission_groups" "all" {}
    ///
    /// resource "cloudflare_api_token" "dns" {
    ///   name = "dns"
    ///   policy {
    ///     permission_groups = [data.cloudflare_api_token_permission_groups.all.zone["DNS Write"]]
    ///     resources         = { "com.cloudflare.api.account.zone.${var.zone}" = "*" }
    ///   }
    ///   policy {
    ///     permission_groups = [data.cloudflare_api_token_permission_groups.all.zone["DNS Read"]]
    ///     resources         = { "com.cloudflare.api.account.zone.*" = "*" }
    ///   }
    ///   policy {
    ///     permission_groups = [data.cloudflare_api_token_permission_groups.all.zone["DNS Write"]]
    ///     resources         = var.resources
    ///   }
    /// }
    ///
    /// resource "cloudflare_api_token" "office" {
    ///   name = "office"
    ///   policy {
    ///     permission_groups = [data.cloudflare_api_token_permission_groups.all.zone["DNS Write"]]
    ///     resources         = { "com.cloudflare.api.account.zone.*" = "*" }
    ///   }
    ///   condition {
    ///     request_ip {
    ///       in = ["192.0.2.0/24"]
    ///     }
    ///   }
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: probe
    /// rules:
    ///   - nonResourceURLs: ["*"] # error: every address
    ///     verbs: ["*"]
    ///   - apiGroups: ["shop.example.com"]
    ///     resources: ["*"]
    ///     verbs: ["*"]
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: everything
    /// rules:
    ///   - apiGroups: ["*"]
    ///     resources: ["*"]
    ///     verbs: ["*"]
    ///   - nonResourceURLs: ["*"]
    ///     verbs: ["*"]
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: probe
    /// rules:
    ///   - nonResourceURLs: ["/metrics", "/healthz/*"]
    ///     verbs: ["get"]
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: operator
    /// rules:
    ///   - apiGroups: ["shop.example.com"]
    ///     resources: ["*"]
    ///     verbs: ["get", "list", "watch", "update"]
    ///   - apiGroups: [""]
    ///     resources: ["configmaps"]
    ///     verbs: ["get"]
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - AWS Service Authorization Reference: actions and their resource types (verified 2026-11-22)
    /// - Vault policies, Consul ACL rules, Nomad ACL policy specification (verified 2026-11-22)
    id: "wildcard-resource",
    family: Permission,
    severity: Medium,
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
    let plain = wildcard::gives(grant) && !grant.actions.negated && !grant.resources.negated;
    if !plain {
        return;
    }
    urls(grant, cx);
    match grant.system {
        PermissionSystem::Aws => aws(grant, cx),
        PermissionSystem::Kubernetes => kubernetes(grant, cx),
        PermissionSystem::Vault => vault(grant, cx),
        PermissionSystem::Consul => consul(grant, cx),
        PermissionSystem::Nomad => nomad(grant, cx),
        PermissionSystem::Saas => service(grant, cx),
        _ => {}
    }
}

/// A rule of a cluster role that covers every address of the API server.
fn urls(grant: &Grant, cx: &mut Context<'_>) {
    let Some(scope) = &grant.kubernetes else { return };
    let all = |it: &&Sourced<String>| matches!(it.value.as_str(), "*" | "/*");
    let Some(url) = scope.non_resource_urls.items.iter().find(all) else { return };
    // A role with everything else is one finding, of the rule for that.
    let role = |it: &Grant| it.address.name.split_once('#').map(|(role, _)| role.to_owned());
    let whole = |it: &&Grant| {
        it.address.scope == grant.address.scope
            && it.system == grant.system
            && it.resources.find("*").is_some()
            && it.kubernetes.as_ref().is_some_and(|it| it.api_groups.find("*").is_some())
            && !wildcard::wildcards(it).is_empty()
            && role(it) == role(grant)
    };
    if cx.facts().grants.iter().any(|it| whole(&it)) {
        return;
    }
    let writes = grant.actions.texts().any(|it| !matches!(it, "get" | "head" | "options"));
    let message = format!("`{}` covers every address of the API server", url.value);
    cx.report(&grant.address, "nonResourceURLs", &url.origin, message)
        .severity(if writes { Severity::Medium } else { Severity::Low })
        .help("list the addresses that are used, such as `/metrics`");
}

fn vault(grant: &Grant, cx: &mut Context<'_>) {
    let Some(path) = hashicorp::target(grant) else { return };
    if hashicorp::vault_reach(&path.value) != VaultReach::Everything
        || !grant.conditions.is_empty()
    {
        return;
    }
    let capabilities = Capabilities::of(grant);
    let (severity, what) = match (capabilities.writes, capabilities.reads) {
        (true, _) if capabilities.sudo => (Severity::Critical, "it can do what root can"),
        (true, _) => (Severity::High, "it can change every secret and policy"),
        (false, true) => (Severity::High, "it can read every secret"),
        (false, false) if grant.actions.find("list").is_some() => {
            (Severity::Low, "it can list all of them")
        }
        _ => return,
    };
    let message = format!("`{}` covers every path: {what}", path.value);
    cx.report(&grant.address, "path", &path.origin, message)
        .severity(severity)
        .help("name the paths, or a prefix that belongs to the application");
}

fn consul(grant: &Grant, cx: &mut Context<'_>) {
    let Some(target) = hashicorp::target(grant) else { return };
    let writes = grant.actions.find("write").is_some();
    let Some(what) = hashicorp::consul_everything(&target.value).filter(|_| writes) else { return };
    let (kind, _) = hashicorp::kind_and_name(&target.value);
    let message = format!("`{kind}` with an empty prefix lets its holder {what}");
    cx.report(&grant.address, "prefix", &target.origin, message)
        .severity(Severity::Medium)
        .help("name a prefix that belongs to the application");
}

fn nomad(grant: &Grant, cx: &mut Context<'_>) {
    let Some(target) = hashicorp::target(grant).filter(|it| it.value == "namespace:*") else {
        return;
    };
    let Some((what, is_worse)) = hashicorp::nomad_everything(grant) else { return };
    let severity = if is_worse { Severity::High } else { Severity::Medium };
    let message = format!("`*` covers every namespace: it can {what}");
    cx.report(&grant.address, "namespace", &target.origin, message)
        .severity(severity)
        .help("name the namespaces");
}

fn aws(grant: &Grant, cx: &mut Context<'_>) {
    if wildcard::is_about_its_carrier(grant)
        || !grant.conditions_known
        || aws::narrows_resources(&grant.conditions)
    {
        return;
    }
    let (breadth, Some(resource)) = aws::breadth_of(&grant.resources) else { return };
    let (on, counts): (_, fn(&Action) -> bool) = match breadth {
        Breadth::Everything => ("every resource", is_open),
        // Every key, and everybody's credentials, are as good as everything.
        Breadth::Kind => ("every resource of the kind", |it| {
            is_open(it)
                && (it.service == "kms"
                    || it.sensitivity == Some(Sensitivity::Credential)
                    || it.level == Level::Permissions)
        }),
        Breadth::Named | Breadth::Unknown => return,
    };
    // What a wildcard among the actions covers is a finding of the rule for that.
    let named = wildcard::beside(grant);
    let mut actions: Vec<&Action> =
        named.iter().flat_map(|it| aws::expand(&it.value)).filter(|it| counts(it)).collect();
    // The worst first; the sort is stable, so equals stay in reading order.
    actions.sort_by_key(|it| std::cmp::Reverse(weight(it)));
    let Some(worst) = actions.first() else { return };
    let ids: std::collections::BTreeSet<String> = actions.iter().map(|it| it.id()).collect();
    let more = match ids.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let verb = if ids.len() == 1 { "works" } else { "work" };
    let message = format!("`{}`{more} {verb} on {on}", worst.id());
    let severity = if weight(worst) >= 2 { Severity::High } else { Severity::Medium };
    let holders = cx.holders(grant);
    let severity = if holders.iter().any(|it| cx.graph().serves_agent(it)) {
        severity.raised()
    } else if is_published(grant, resource) {
        Severity::Low
    } else {
        severity
    };
    let agents = cx.agents_behind(grant);
    let finding = cx.report(&grant.address, "resources", &resource.origin, message);
    finding.severity(severity).help("name the resources, or limit them by a condition on tags");
    for pattern in named {
        if aws::expand(&pattern.value).any(counts) {
            finding.related(pattern.place(), format!("`{}` could be limited", pattern.value));
        }
    }
    for (place, who) in agents {
        finding.related(place, who);
    }
}

/// True for an action that matters, could be limited, and that no rule of its own reports.
fn is_open(action: &Action) -> bool {
    !action.needs_wildcard
        && action.is_weighty()
        && action.sensitivity != Some(Sensitivity::Secret)
        && aws::escalation_of(&action.id()).is_none()
}

fn weight(action: &Action) -> u8 {
    match (action.sensitivity, action.level) {
        (Some(Sensitivity::Credential), _) => 3,
        (_, Level::Permissions) => 2,
        (_, Level::Write) => 1,
        _ => 0,
    }
}

/// True for the policy of a well-known controller, whose makers publish it so. The policy has
/// its name, or the document in which the statement stands.
fn is_published(grant: &Grant, resource: &Sourced<String>) -> bool {
    let of_controller = |step: &&model::Step| {
        // `data.aws_iam_policy_document.velero[0].json`: the last but one is the name.
        let name = step.name.rsplit('.').nth(1);
        step.kind == StepKind::Attribute && name.is_some_and(kubernetes::is_known_controller)
    };
    kubernetes::is_known_controller(&grant.address.name)
        || resource.origin.steps().iter().any(of_controller)
}

fn kubernetes(grant: &Grant, cx: &mut Context<'_>) {
    let Some(scope) = &grant.kubernetes else { return };
    // Groups that a template fills in may be the operator's own.
    let own = kubernetes::is_own_groups(&scope.api_groups) || scope.api_groups.items.is_empty();
    let every_verb = !wildcard::wildcards(grant).is_empty();
    if own || every_verb || kubernetes::has_names(grant) {
        return;
    }
    let cluster = kubernetes::is_cluster_wide(grant);
    let writes = grant.actions.texts().any(|it| !matches!(it, "get" | "list" | "watch"));
    let eased = |it: Severity| if kubernetes::is_eased(grant) { it.lowered() } else { it };
    if let Some(resource) = grant.resources.find("*") {
        let core = scope.api_groups.texts().any(|it| matches!(it, "*" | ""));
        let risk = kubernetes::risks(grant).into_iter().find(|it| it.resource.value == "*");
        let secrets = risk.is_some_and(|it| it.risk.class == RiskClass::Secrets);
        let severity = match (cluster, writes) {
            (true, true) if core => Severity::High,
            (true, false) if secrets => Severity::High,
            (true, _) | (false, true) => Severity::Medium,
            (false, false) if secrets => Severity::Medium,
            (false, false) => Severity::Low,
        };
        let message = match risk {
            Some(it) => format!("`*` covers every resource: it can {}", it.risk.gives),
            None => "`*` covers every resource of its API groups".to_owned(),
        };
        cx.report(&grant.address, "resources", &resource.origin, message)
            .severity(eased(severity))
            .help("list the resources that are used");
    } else if let Some(group) = scope.api_groups.find("*")
        && let Some(resource) = grant.resources.items.first()
        && !kubernetes::risks(grant).iter().any(|it| it.is_named())
    {
        let message = format!("`*` covers `{}` of every API group", resource.value);
        cx.report(&grant.address, "apiGroups", &group.origin, message)
            .severity(Severity::Low)
            .help("name the API group of the resource");
    }
}

/// A token of a service that may change everything of a kind, from anywhere.
fn service(grant: &Grant, cx: &mut Context<'_>) {
    if !grant.conditions.is_empty() || !grant.conditions_known {
        return;
    }
    let writes = |it: &&Sourced<String>| {
        [" Write", " Edit"].iter().any(|end| it.value.ends_with(end))
    };
    let Some(action) = grant.actions.items.iter().find(writes) else { return };
    let all = |it: &&Sourced<String>| it.value == "*" || it.value.ends_with(".*");
    let Some(resource) = grant.resources.items.iter().find(all) else { return };
    let message = format!("`{}` works on every `{}`", action.value, resource.value);
    let finding = cx.report(&grant.address, "resources", &resource.origin, message);
    finding
        .severity(Severity::High)
        .help("name the accounts or zones, and the addresses from which the token is used")
        .related(action.place(), format!("`{}` could be limited", action.value));
}
