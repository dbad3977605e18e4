use engine::{Context, rule};
use model::{Audited, Guard, GuardKind};

rule! {
    /// Nothing writes what is done with a platform or secret store to a log.
    ///
    /// ## What
    /// A resource is declared whose access is not logged by default, and nothing in the configuration
    /// switches that on: a cluster without `enabled_cluster_log_types`, a vault without a diagnostic
    /// setting where others have one, agents without a log of model requests, a federation without
    /// detailed audit logs.
    ///
    /// ## Why
    /// When a machine identity is taken over, the log is the only thing that tells what it did, which
    /// secrets it read and what has to be replaced.
    ///
    /// ## Fix
    /// Declare the log. Where another configuration does, say so in an exception.
    ///
    /// ```tf,bad
    /// resource "aws_eks_cluster" "main" { # error: API calls
    ///   name     = "main"
    ///   role_arn = "arn:aws:iam::111122223333:role/eks"
    /// }
    /// ```
    /// ```tf,bad
    /// provider "azurerm" {
    ///   features {}
    /// }
    ///
    /// resource "azurerm_key_vault" "open" { # error: reads of secrets
    ///   name = "open"
    /// }
    ///
    /// resource "azurerm_key_vault" "watched" {
    ///   name = "watched"
    /// }
    ///
    /// resource "azurerm_monitor_diagnostic_setting" "watched" {
    ///   name               = "audit"
    ///   target_resource_id = azurerm_key_vault.watched.id
    ///   enabled_log {
    ///     category = "AuditEvent"
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// provider "aws" {}
    ///
    /// resource "aws_bedrockagent_agent" "help" { # error: model requests
    ///   agent_name              = "help"
    ///   agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
    ///   foundation_model        = "anthropic.claude"
    /// }
    /// ```
    /// ```tf,good
    /// variable "logs" {}
    ///
    /// resource "aws_eks_cluster" "main" {
    ///   name                      = "main"
    ///   role_arn                  = "arn:aws:iam::111122223333:role/eks"
    ///   enabled_cluster_log_types = var.logs
    /// }
    ///
    /// resource "azurerm_key_vault" "watched" {
    ///   name = "watched"
    /// }
    ///
    /// resource "azurerm_monitor_diagnostic_setting" "watched" {
    ///   name               = "audit"
    ///   target_resource_id = azurerm_key_vault.watched.id
    ///   enabled_log {
    ///     category_group = "audit"
    ///   }
    /// }
    ///
    /// resource "aws_bedrockagent_agent" "help" {
    ///   agent_name              = "help"
    ///   agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
    ///   foundation_model        = "anthropic.claude"
    /// }
    ///
    /// resource "aws_bedrock_model_invocation_logging_configuration" "all" {
    ///   logging_config {
    ///     s3_config {
    ///       bucket_name = "logs"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP ASI10:2026 Rogue Agents (verified 2026-11-22)
    /// - Amazon EKS User Guide: control plane logging (verified 2026-11-22)
    id: "missing-audit-log",
    family: Audit,
    severity: Medium,
    confidence: Medium,
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
    // Reads of data cost by their number, and are chosen one by one.
    if guard.stated || about == Audited::DataReads {
        return;
    }
    let what = about.describe();
    let message = format!("nothing logs {what} of `{}`", guard.agent);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help(format!("declare `{}`, or say in an exception where that is done", guard.setting))
        .remedy(guard.fix.as_deref());
}
