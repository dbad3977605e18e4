use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// A log of what identities do is switched off or leaves out what matters.
    ///
    /// ## What
    /// A setting says that API calls, reads of secrets or data, requests to models or federated
    /// sign-ins are not written to a log: a trail with `enable_logging = false` or with write events
    /// only, a cluster whose list of logs has no `audit`, an audit configuration without `DATA_READ`.
    ///
    /// ## Why
    /// When a machine identity is taken over, the log is the only thing that tells what it did, which
    /// secrets it read and what has to be replaced. It cannot be written afterwards.
    ///
    /// ## Fix
    /// Switch the log on. Where its price is the reason, narrow it to the secrets and data that matter.
    ///
    /// ```yaml,bad
    /// apiVersion: audit.k8s.io/v1
    /// kind: Policy
    /// rules:
    ///   - level: None # error: reads of secrets are not logged
    ///     verbs: [get, list, watch]
    ///   - level: Metadata
    /// ```
    /// ```yaml,good
    /// apiVersion: audit.k8s.io/v1
    /// kind: Policy
    /// rules:
    ///   - level: None
    ///     users: [system:kube-proxy]
    ///     verbs: [watch]
    ///   - level: None
    ///     nonResourceURLs: [/healthz*, /version]
    ///   - level: None
    ///     resources:
    ///       - group: ""
    ///         resources: [events]
    ///   - level: Metadata
    /// ```
    /// ```tf,bad
    /// resource "aws_cloudtrail" "main" {
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    ///   enable_logging = false # error: API calls
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_cloudtrail" "main" {
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    ///   event_selector {
    ///     read_write_type = "WriteOnly" # error: reads of secrets
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_eks_cluster" "main" {
    ///   name                      = "main"
    ///   role_arn                  = "arn:aws:iam::111122223333:role/eks"
    ///   enabled_cluster_log_types = ["api", "scheduler"] # error: API calls
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_project_iam_audit_config" "all" {
    ///   project = "example"
    ///   service = "allServices"
    ///   audit_log_config {
    ///     log_type = "ADMIN_READ" # error: reads of data
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_iam_workforce_pool_provider" "people" {
    ///   workforce_pool_id      = "people"
    ///   location               = "global"
    ///   provider_id            = "people"
    ///   detailed_audit_logging = false # error: federated sign-ins
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azurerm_mssql_server_extended_auditing_policy" "main" {
    ///   server_id = "/subscriptions/x"
    ///   enabled   = false # error: reads of data
    /// }
    /// ```
    /// ```tf,bad
    /// resource "okta_log_stream" "main" {
    ///   name   = "main"
    ///   type   = "aws_eventbridge"
    ///   status = "INACTIVE" # error: API calls
    /// }
    /// ```
    /// ```tf,good
    /// variable "logs" {}
    ///
    /// resource "aws_cloudtrail" "main" {
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    ///   event_selector {
    ///     read_write_type = "WriteOnly"
    ///   }
    ///   event_selector {
    ///     read_write_type = "ReadOnly"
    ///   }
    /// }
    ///
    /// resource "aws_eks_cluster" "main" {
    ///   name                      = "main"
    ///   role_arn                  = "arn:aws:iam::111122223333:role/eks"
    ///   enabled_cluster_log_types = concat(["api"], var.logs)
    /// }
    ///
    /// resource "google_project_iam_audit_config" "all" {
    ///   project = "example"
    ///   service = "allServices"
    ///   audit_log_config {
    ///     log_type = "ADMIN_READ"
    ///   }
    ///   audit_log_config {
    ///     log_type = "DATA_READ"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI10:2026 Rogue Agents (verified 2026-11-22)
    /// - AWS CloudTrail User Guide: management events (verified 2026-11-22)
    id: "disabled-audit-log",
    family: Audit,
    severity: Medium,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspAgentic: ["ASI10"],
        NistCsf: ["DE.CM-03", "DE.CM-09", "PR.PS-04"],
        NistZeroTrust: ["7"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Audited(about, false) = guard.kind else { return };
    if !guard.stated {
        return;
    }
    let what = about.describe();
    let message = format!("{what} are not logged: `{}` of `{}`", guard.setting, guard.agent);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("switch the log on; it cannot be written afterwards")
        .remedy(guard.fix.as_deref());
}
