use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// A log of what identities do is thrown away too soon.
    ///
    /// ## What
    /// A log that holds API calls, reads of secrets or requests to models is kept for fewer than 90
    /// days: a log group that a trail writes to, a workspace that diagnostic settings fill, an event
    /// data store.
    ///
    /// ## Why
    /// A stolen credential is often noticed only after months. What it was used for is then known
    /// only from the log.
    ///
    /// ## Fix
    /// Keep it for a year, the older part in a cheap bucket.
    ///
    /// ```tf,bad
    /// resource "aws_cloudwatch_log_group" "trail" {
    ///   name              = "trail"
    ///   retention_in_days = 14 # error: 14 days
    /// }
    ///
    /// resource "aws_cloudtrail" "main" {
    ///   name                       = "main"
    ///   s3_bucket_name             = "logs"
    ///   cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azurerm_log_analytics_workspace" "main" {
    ///   name              = "main"
    ///   retention_in_days = 30 # error: 30 days
    /// }
    ///
    /// resource "azurerm_monitor_diagnostic_setting" "vault" {
    ///   name                       = "audit"
    ///   target_resource_id         = "/subscriptions/x"
    ///   log_analytics_workspace_id = azurerm_log_analytics_workspace.main.id
    /// }
    /// ```
    /// ```tf,good
    /// variable "days" {}
    ///
    /// resource "aws_cloudwatch_log_group" "app" {
    ///   name              = "app"
    ///   retention_in_days = 14
    /// }
    ///
    /// resource "aws_cloudwatch_log_group" "trail" {
    ///   name              = "trail"
    ///   retention_in_days = var.days
    /// }
    ///
    /// resource "aws_cloudtrail" "main" {
    ///   name                       = "main"
    ///   s3_bucket_name             = "logs"
    ///   cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
    /// }
    ///
    /// resource "aws_cloudtrail_event_data_store" "all" {
    ///   name             = "all"
    ///   retention_period = 2555
    /// }
    /// ```
    ///
    /// ## References
    /// - NIST CSF 2.0 DE.AE-03 (verified 2026-11-22)
    id: "short-log-retention",
    family: Audit,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspAgentic: ["ASI10"],
        NistCsf: ["DE.AE-03", "PR.PS-04"],
    ],
    check: Guard(check),
}

/// Days that a log should be kept at the least.
const LEAST: u64 = 90;

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::LogRetention(days) = &guard.kind else { return };
    if days.value >= LEAST {
        return;
    }
    let count = match days.value {
        1 => "a day".to_owned(),
        many => format!("{many} days"),
    };
    let message = format!("the log is gone after {count}, before most thefts are noticed");
    cx.report(&guard.agent, &guard.setting, &days.origin, message)
        .help("keep it for a year, the older part in a cheap bucket")
        .remedy(guard.fix.as_deref());
}
