use engine::{Context, rule};
use model::{Audited, Guard, GuardKind};

rule! {
    /// A log of API calls leaves out who reads data.
    ///
    /// ## What
    /// A trail of CloudTrail has no selector of data events: reads of objects, invocations of
    /// functions and queries of tables are not written down. AWS does not log them by itself.
    ///
    /// ## Why
    /// A role that is taken over reads first. Without data events the log shows that it was assumed,
    /// and not which objects left.
    ///
    /// ## Fix
    /// Select the buckets, tables and functions whose content matters. Data events cost by their
    /// number; leave out what is read all the time and holds nothing.
    ///
    /// ```tf,bad
    /// resource "aws_cloudtrail" "main" { # error: reads of data
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_cloudtrail" "main" { # error: reads of data
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    ///   event_selector {
    ///     read_write_type           = "All"
    ///     include_management_events = true
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "selectors" {}
    ///
    /// resource "aws_cloudtrail" "main" {
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    ///   event_selector {
    ///     data_resource {
    ///       type   = "AWS::S3::Object"
    ///       values = ["arn:aws:s3"]
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// resource "aws_cloudtrail" "main" {
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    ///   advanced_event_selector {
    ///     field_selector {
    ///       field  = "eventCategory"
    ///       equals = ["Data"]
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,good
    /// variable "selectors" {}
    ///
    /// resource "aws_cloudtrail" "main" {
    ///   name           = "main"
    ///   s3_bucket_name = "logs"
    ///   dynamic "event_selector" {
    ///     for_each = var.selectors
    ///     content {
    ///       data_resource {
    ///         type   = event_selector.value
    ///         values = ["arn:aws:s3"]
    ///       }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP Agentic ASI10 Rogue Agents (verified 2026-11-22)
    /// - AWS CloudTrail User Guide: logging data events (verified 2026-11-22)
    id: "unlogged-data-reads",
    family: Audit,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspAgentic: ["ASI10"],
        NistCsf: ["DE.CM-09"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::Audited(Audited::DataReads, false) = guard.kind else { return };
    if guard.stated {
        return;
    }
    let message = format!("`{}` leaves out reads of data", guard.agent);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("select the data events of what matters, such as `AWS::S3::Object` of some buckets");
}
