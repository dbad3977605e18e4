use engine::{Context, Severity, rule};
use model::aws::{self, Action, Breadth, Level, Sensitivity};
use model::wildcard::{self, Wildcard, WildcardReach};
use model::{Grant, Party, PermissionSystem, ToolClass, kubernetes};

rule! {
    /// A permission covers every action.
    ///
    /// ## What
    /// A `*` stands where actions should be named: `*` or `s3:*` in an AWS policy, the verb `*` in
    /// a Kubernetes role, the action `*` in an Azure role, every permission there is in an access
    /// policy of a key vault, `Bash(*)` in the permission list of an
    /// agent.
    ///
    /// Resource policies that only switch on the identity policies of their own account (the
    /// default statement of a KMS key) and policies that only set a limit are left alone. A
    /// wildcard on resources that are named weighs little; so does one on what an operator
    /// defines itself.
    ///
    /// ## Why
    /// Nobody can say what the identity needs, and whoever takes it over gets all of it: deleting,
    /// opening to others, and changing permissions too. The set grows by itself whenever the
    /// platform adds an action.
    ///
    /// ## Fix
    /// List the actions that are used. The access logs of the platform name them: CloudTrail and
    /// IAM Access Analyzer, Kubernetes audit logs, the agent's own transcript.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "ci" {
    ///   role = "ci"
    ///   policy = jsonencode({
    ///     Statement = [
    ///       { Effect = "Allow", Action = "*", Resource = "*" }, # error: every action on every resource
    ///     ]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// data "aws_iam_policy_document" "app" {
    ///   statement {
    ///     actions   = ["sqs:SendMessage", "s3:*"] # error: `s3:*`
    ///     resources = ["*"]
    ///   }
    /// }
    ///
    /// resource "aws_iam_policy" "app" {
    ///   policy = data.aws_iam_policy_document.app.json
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "admin" {
    ///   role = "admin"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect = "Allow"
    ///       Action = [
    ///         "s3:*",
    ///         "iam:*", # error: `iam:*` allows every action on every resource
    ///       ]
    ///       Resource = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata:
    ///   name: deployer
    /// rules:
    ///   - apiGroups: ["*"]
    ///     resources: ["*"]
    ///     verbs: ["*"] # error: every verb on every resource
    ///   - apiGroups: [""]
    ///     resources: ["secrets"]
    ///     verbs: ["*"] # error: read every secret
    /// ```
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": [
    ///       "Read",
    ///       "Bash(*)" // error: any command
    ///     ]
    ///   }
    /// }
    /// ```
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": [
    ///       "WebSearch",
    ///       "WebFetch", // error: any address
    ///       "Read(//**)", // error: every file
    ///       "mcp__tickets__*" // error: every tool of this server
    ///     ]
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["WebFetch(domain:docs.example.com)", "Read(~/notes/**)", "mcp__tickets__list"]
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azurerm_user_assigned_identity" "app" {
    ///   name = "app"
    /// }
    ///
    /// resource "azurerm_key_vault_access_policy" "app" {
    ///   object_id          = azurerm_user_assigned_identity.app.principal_id
    ///   secret_permissions = ["Get", "List", "Set", "Delete", "Recover", "Purge"] # error: destroy all secrets
    /// }
    ///
    /// resource "azurerm_key_vault" "shop" {
    ///   access_policy {
    ///     object_id       = "00000000-0000-0000-0000-000000000001"
    ///     key_permissions = ["get", "list", "create", "delete", "purge", "sign"] # error: destroy all keys
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "permissions" {}
    ///
    /// resource "azurerm_key_vault_access_policy" "app" {
    ///   object_id               = "00000000-0000-0000-0000-000000000001"
    ///   secret_permissions      = ["Get", "List"]
    ///   key_permissions         = var.permissions
    ///   certificate_permissions = ["Get", "List", "Create", "Delete"]
    /// }
    /// ```
    /// ```tf,good
    /// variable "actions" {
    ///   type = list(string)
    /// }
    ///
    /// resource "aws_iam_role_policy" "ci" {
    ///   role = "ci"
    ///   policy = jsonencode({
    ///     Statement = [
    ///       { Effect = "Deny", Action = "*", Resource = "*" },
    ///       { Effect = "Allow", Action = var.actions, Resource = "*" },
    ///       { Effect = "Allow", Action = ["s3:Get*", "ec2:Describe*"], Resource = "*" },
    ///     ]
    ///   })
    /// }
    ///
    /// resource "aws_kms_key" "data" {
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Principal = { AWS = "arn:aws:iam::123456789012:root" }
    ///       Action    = "kms:*"
    ///       Resource  = "*"
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_organizations_policy" "limit" {
    ///   content = jsonencode({
    ///     Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
    ///   })
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: iam.aws.upbound.io/v1beta1
    /// kind: RolePolicy
    /// metadata:
    ///   name: deploy
    /// spec:
    ///   forProvider:
    ///     roleRef:
    ///       name: deploy
    ///     policy: |
    ///       {"Statement": [{
    ///         "Effect": "Allow",
    ///         "Action": "*", # error
    ///         "Resource": "*"
    ///       }]}
    /// ```
    /// ```yaml,good
    /// apiVersion: iam.services.k8s.aws/v1alpha1
    /// kind: Policy
    /// metadata:
    ///   name: read
    /// spec:
    ///   name: read
    ///   policyDocument: |
    ///     {"Statement": [{
    ///       "Effect": "Allow",
    ///       "Action": "s3:GetObject",
    ///       "Resource": "arn:aws:s3:::shop/*"
    ///     }]}
    /// ```
    /// ```yaml,good
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: Role
    /// metadata:
    ///   name: reader
    ///   namespace: shop
    /// rules:
    ///   - apiGroups: [""]
    ///     resources: ["configmaps"]
    ///     verbs: ["get", "list"]
    ///   - nonResourceURLs: ["/healthz"]
    ///     verbs: ["*"]
    /// ```
    /// ```tf,bad
    /// # file: main.tf
    /// resource "aws_iam_role_policy" "ops" {
    ///   role   = aws_iam_role.ops.id
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = "s3:*" # error: s3
    ///       Resource = "*"
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role" "ops" {
    ///   name               = "shop-ops"
    ///   assume_role_policy = "{}"
    /// }
    /// # file: .mcp.json
    /// {
    ///   "mcpServers": {
    ///     "aws": {
    ///       "command": "/opt/aws-mcp",
    ///       "env": {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/shop-ops"}
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Bash(cargo test:*)", "Read(src/**)"],
    ///     "ask": ["Bash(*)"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - AWS IAM best practices: apply least-privilege permissions (verified 2026-11-22)
    /// - Kubernetes RBAC good practices: least privilege (verified 2026-11-22)
    id: "wildcard-action",
    family: Permission,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI02", "ASI03"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Grant(check),
}

struct Verdict<'a> {
    wildcard: Wildcard<'a>,
    severity: Severity,
    message: String,
    help: &'static str,
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    whole_vault(grant, cx);
    let found = wildcard::wildcards(grant);
    let Some(first) = found.first().copied() else { return };
    let verdict = match grant.system {
        PermissionSystem::Aws => aws(grant, &found),
        PermissionSystem::Kubernetes => kubernetes(grant, first),
        PermissionSystem::Azure => Some(azure(first)),
        PermissionSystem::AgentTools => agent(grant, first),
        _ => None,
    };
    let Some(Verdict { wildcard, severity, message, help }) = verdict else { return };
    let for_agent = cx.holders(grant).iter().any(|it| cx.graph().serves_agent(it));
    let is_cloud = grant.system != PermissionSystem::AgentTools;
    // What steers an agent is text that others write.
    let severity = if for_agent && is_cloud { severity.raised() } else { severity };
    let agents = cx.agents_behind(grant);
    let finding = cx.report(&grant.address, "actions", &wildcard.pattern.origin, message);
    finding.severity(severity).help(help);
    for other in found.iter().filter(|it| it.pattern != wildcard.pattern) {
        finding.related(other.pattern.place(), "so does this");
    }
    for binding in &grant.bindings {
        finding.related(*binding, "handed over here");
    }
    for (place, who) in agents {
        finding.related(place, who);
    }
}

const NAME_COMMANDS: &str =
    "name the commands and tools that are needed; let the client ask about the others";
const NAME_TOOLS: &str = "name the tools that only read; let the client ask about the others";
const LIST_ACTIONS: &str = "list the actions that are used";

fn aws<'a>(grant: &'a Grant, found: &[Wildcard<'a>]) -> Option<Verdict<'a>> {
    if !grant.conditions_known || grant.resources.negated {
        return None;
    }
    let breadth = wildcard::breadth(grant);
    if wildcard::is_about_its_carrier(grant) && !names_identities_only(grant) {
        return None;
    }
    let judged = found.iter().filter_map(|it| Some((*it, aws_severity(*it, breadth)?)));
    let rank = |it: &(Wildcard<'_>, Severity)| (it.1, worst(&it.0.pattern.value).map(|it| it.0));
    // The first of the worst, so that the finding stands where reading starts.
    let (wildcard, severity) = judged.reduce(|a, b| if rank(&b) > rank(&a) { b } else { a })?;
    let narrowed = aws::narrows_resources(&grant.conditions);
    let on = match breadth {
        Breadth::Everything => "every resource",
        Breadth::Kind => "every resource of a kind",
        Breadth::Named | Breadth::Unknown => "its resources",
    };
    let pattern = &wildcard.pattern.value;
    let message = match wildcard.reach {
        WildcardReach::Everything => {
            format!("`{pattern}` allows every action on {on}")
        }
        WildcardReach::Service => match worst(pattern) {
            Some((_, worst)) => format!("`{pattern}` allows every action on {on}: it can {worst}"),
            None => format!("`{pattern}` allows every action on {on}"),
        },
    };
    let severity = if narrowed { severity.lowered() } else { severity };
    Some(Verdict { wildcard, severity, message, help: LIST_ACTIONS })
}

/// True when a policy of a resource names identities, and neither everyone (another rule), nor
/// an account (which only switches on its identity policies), nor a service.
fn names_identities_only(grant: &Grant) -> bool {
    let identity = |it: &Party| matches!(it, Party::Address(_) | Party::Named { .. });
    !grant.principals.is_empty() && grant.principals.iter().all(|it| identity(&it.value))
}

/// Services whose every action leads to everything else, or to what the account is worth.
const POWERFUL: &[&str] = &[
    "bedrock",
    "bedrock-agentcore",
    "cloudformation",
    "dynamodb",
    "ec2",
    "ecs",
    "eks",
    "iam",
    "kms",
    "lambda",
    "organizations",
    "rds",
    "s3",
    "secretsmanager",
    "ssm",
    "sso",
    "sts",
];

fn aws_severity(wildcard: Wildcard<'_>, breadth: Breadth) -> Option<Severity> {
    let wide = breadth >= Breadth::Kind;
    if wildcard.reach == WildcardReach::Everything {
        return Some(if breadth == Breadth::Everything {
            Severity::Critical
        } else if wide {
            Severity::High
        } else {
            Severity::Medium
        });
    }
    let pattern = &wildcard.pattern.value;
    let weighty = || aws::expand(pattern).filter(|it| it.is_weighty());
    // Some services only read, or only let a managed agent call home.
    if weighty().next().is_none() || (aws::expand(pattern).count() <= 10 && is_unscoped(pattern)) {
        return None;
    }
    let service = pattern.split(':').next().unwrap_or_default();
    Some(if !wide {
        Severity::Low
    } else if POWERFUL.iter().any(|it| it.eq_ignore_ascii_case(service)) {
        Severity::High
    } else {
        Severity::Medium
    })
}

fn is_unscoped(pattern: &str) -> bool {
    aws::expand(pattern).all(|it| it.needs_wildcard)
}

/// How bad what a service gives is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worst {
    Changes,
    Credentials,
    Access,
    Secrets,
    Escalation,
}

/// The worst that every action of a service lets its holder do, after "can".
fn worst(pattern: &str) -> Option<(Worst, &'static str)> {
    if let Some(escalation) = aws::escalations().iter().find(|it| it.alone(pattern).is_some()) {
        return Some((Worst::Escalation, escalation.gives));
    }
    let any = |test: fn(&Action) -> bool| aws::expand(pattern).any(test);
    if any(|it| it.sensitivity == Some(Sensitivity::Secret)) {
        return Some((Worst::Secrets, "read stored secrets"));
    }
    if any(|it| it.level == Level::Permissions) {
        return Some((Worst::Access, "change who has access"));
    }
    if any(|it| it.sensitivity == Some(Sensitivity::Credential)) {
        return Some((Worst::Credentials, "hand out credentials"));
    }
    any(|it| it.level == Level::Write).then_some((Worst::Changes, "change and delete"))
}

fn kubernetes<'a>(grant: &'a Grant, wildcard: Wildcard<'a>) -> Option<Verdict<'a>> {
    let scope = grant.kubernetes.as_ref()?;
    // Groups that a template fills in may be the operator's own.
    if scope.api_groups.items.is_empty() {
        return None;
    }
    let first = grant.resources.items.first()?;
    let every_resource = grant.resources.find("*").is_some();
    let everything = every_resource && scope.api_groups.find("*").is_some();
    let own = kubernetes::is_own_groups(&scope.api_groups);
    let risk = kubernetes::risks(grant).into_iter().next();
    let cluster = kubernetes::is_cluster_wide(grant);
    let severity = match (cluster, everything, own, risk.is_some()) {
        (true, true, ..) => Severity::Critical,
        (false, true, ..) => Severity::High,
        (_, _, true, _) => Severity::Low,
        (true, _, _, true) => Severity::High,
        (false, _, _, true) | (true, ..) => Severity::Medium,
        _ => Severity::Low,
    };
    let eased = kubernetes::is_eased(grant) || kubernetes::has_names(grant);
    let what = if everything {
        "every verb on every resource".to_owned()
    } else if every_resource {
        match scope.api_groups.items.as_slice() {
            [group] if group.value.is_empty() => {
                "every verb on every resource of the core group".to_owned()
            }
            [group] => format!("every verb on every resource of `{}`", group.value),
            _ => "every verb on every resource of its API groups".to_owned(),
        }
    } else {
        let more = match grant.resources.items.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let on = risk.map_or(first, |it| it.resource);
        format!("every verb on `{}`{more}", on.value)
    };
    let message = match risk.filter(|_| !everything) {
        Some(risk) => format!("`*` allows {what}: it can {}", risk.risk.gives),
        None => format!("`*` allows {what}"),
    };
    Some(Verdict {
        wildcard,
        severity: if eased { severity.lowered() } else { severity },
        message,
        help: "list the verbs that are used",
    })
}

/// An access policy of a key vault that lists everything there is instead of a wildcard.
fn whole_vault(grant: &Grant, cx: &mut Context<'_>) {
    let Some((about, farthest)) = model::azure::whole_vault(grant) else { return };
    let message = format!(
        "with `{}`, these permissions read, change and destroy all {about} of the vault",
        farthest.value
    );
    // Whoever runs Terraform makes the vault, and could hand itself anything.
    let declared = grant.principals.iter().any(|it| matches!(it.value, Party::Address(_)));
    let runs_terraform = grant.principals.iter().any(|it| matches!(it.value, Party::Service(_)));
    let severity = match (declared, runs_terraform) {
        (true, _) => Severity::High,
        (false, true) => Severity::Low,
        (false, false) => Severity::Medium,
    };
    cx.report(&grant.address, "actions", &farthest.origin, message)
        .severity(severity)
        .help("list the permissions that are used; most workloads only `Get`");
}

fn azure(wildcard: Wildcard<'_>) -> Verdict<'_> {
    let pattern = &wildcard.pattern.value;
    let (severity, on) = match wildcard.reach {
        WildcardReach::Everything => (Severity::High, "in its scope"),
        WildcardReach::Service => (Severity::Medium, "of a provider"),
    };
    let message = match model::azure::action(pattern) {
        Some(gives) => format!("`{pattern}` allows every action {on}: it can {gives}"),
        None => format!("`{pattern}` allows every action {on}"),
    };
    Verdict { wildcard, severity, message, help: LIST_ACTIONS }
}

fn agent<'a>(grant: &'a Grant, wildcard: Wildcard<'a>) -> Option<Verdict<'a>> {
    let tool = grant.tool.as_ref()?;
    let all = wildcard.reach == WildcardReach::Everything;
    let (what, severity, help) = match tool.class {
        ToolClass::Shell => ("any command runs", Severity::High, NAME_COMMANDS),
        ToolClass::ToolServer if all => {
            ("every tool of every server runs", Severity::High, NAME_COMMANDS)
        }
        ToolClass::ToolServer => ("every tool of this server runs", Severity::Medium, NAME_TOOLS),
        ToolClass::Network => ("any address is fetched", Severity::Medium, "name the hosts"),
        ToolClass::Write => ("every file is written", Severity::High, "name the folders"),
        ToolClass::Read => ("every file is read", Severity::Medium, "name the folders"),
        _ => ("every tool runs", Severity::High, NAME_COMMANDS),
    };
    let message = format!("`{}`: {what} without asking", wildcard.pattern.value);
    Some(Verdict { wildcard, severity, message, help })
}
