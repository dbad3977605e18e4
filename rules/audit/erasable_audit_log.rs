use engine::{Context, Severity, rule};
use model::google::{self, GoogleRole};
use model::{Effect, Grant, PermissionSystem, Purpose, aws, wildcard};

rule! {
    /// An identity may switch off or erase the log of what it does.
    ///
    /// ## What
    /// A policy names an action that stops or deletes an audit trail, a recorder or a detector:
    /// `cloudtrail:StopLogging`, `config:DeleteConfigurationRecorder`,
    /// `guardduty:DeleteDetector`, `roles/logging.admin`. Wildcards that mean everything are
    /// reported for that.
    ///
    /// ## Why
    /// Whoever takes the identity over begins with this, and what follows leaves no trace. An
    /// agent or a pipeline has no reason to hold the right.
    ///
    /// ## Fix
    /// Take the action away, or deny it above all grants (a boundary, an organisation policy).
    ///
    /// ```tf,bad
    /// resource "aws_iam_role_policy" "ops" {
    ///   role = "ops"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["cloudtrail:StopLogging", "cloudtrail:LookupEvents"] # error: `cloudtrail:StopLogging`
    ///       Resource = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "action" {}
    ///
    /// resource "aws_iam_role_policy" "ops" {
    ///   role = "ops"
    ///   policy = jsonencode({
    ///     Statement = [
    ///       { Effect = "Allow", Action = ["cloudtrail:LookupEvents", var.action], Resource = "*" },
    ///       { Effect = "Deny", Action = "cloudtrail:StopLogging", Resource = "*" },
    ///     ]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    /// - OWASP ASI10:2026 Rogue Agents (verified 2026-11-22)
    id: "erasable-audit-log",
    family: Audit,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI10"],
        NistCsf: ["DE.CM-03", "PR.PS-04"],
        NistZeroTrust: ["7"],
    ],
    check: Grant(check),
}

/// Actions that end or blind what watches an account (AWS service authorisation reference,
/// 2026-11).
const AWS: &[&str] = &[
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:DeleteEventDataStore",
    "config:StopConfigurationRecorder",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "guardduty:DeleteDetector",
    "guardduty:UpdateDetector",
    "securityhub:DisableSecurityHub",
    "access-analyzer:DeleteAnalyzer",
    "bedrock:DeleteModelInvocationLoggingConfiguration",
];

fn check(grant: &Grant, cx: &mut Context<'_>) {
    if grant.effect != Effect::Allow || !wildcard::gives(grant) || grant.actions.negated {
        return;
    }
    let found = match grant.system {
        PermissionSystem::Aws => grant.actions.items.iter().find(|it| {
            // What means everything, or all of a service, is a wildcard first of all.
            let everything = it.value.ends_with(":*") || !it.value.contains(':');
            !everything && AWS.iter().any(|action| aws::matches(&it.value, action))
        }),
        PermissionSystem::Google => {
            grant.role.known().filter(|it| google::role(&it.value) == Some(GoogleRole::AuditLog))
        }
        _ => None,
    };
    let Some(right) = found else { return };
    let holders = cx.holders(grant);
    let watched = holders.iter().any(|it| {
        matches!(it.purpose, Purpose::Agent | Purpose::Pipeline | Purpose::Workload)
    });
    let severity = if watched { Severity::High } else { Severity::Medium };
    let message = format!("`{}` lets its holder end or erase audit logs", right.value);
    cx.report(&grant.address, "actions", &right.origin, message)
        .severity(severity)
        .help("take it away, or deny it above all grants");
}
