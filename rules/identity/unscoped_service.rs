use engine::{Context, Severity, rule};
use model::aws::{self, Door};
use model::{Address, Carrier, Condition, Mechanism, Party, Sourced, wildcard};

rule! {
    /// A service of the cloud is let in, whoever it acts for.
    ///
    /// ## What
    /// A role trusts a service such as `events.amazonaws.com`, or a function, queue or topic lets
    /// one call it, and no condition says for which resource or account (`aws:SourceArn`,
    /// `aws:SourceAccount`, `source_arn` of an `aws_lambda_permission`). Services that only act
    /// inside of one account, such as `ec2` and `lambda`, are left alone.
    ///
    /// ## Why
    /// The service serves every customer. Somebody else points a rule, bucket or topic of theirs
    /// at your function or role, and the service does it for them: the confused deputy.
    ///
    /// ## Fix
    /// Add `source_arn`, or a condition on `aws:SourceArn` or `aws:SourceAccount` with the account
    /// that is meant.
    ///
    /// ```tf,bad
    /// resource "aws_lambda_permission" "uploads" {
    ///   action        = "lambda:InvokeFunction"
    ///   function_name = "uploads"
    ///   principal     = "s3.amazonaws.com" # error: may call this for any account
    /// }
    ///
    /// resource "aws_iam_role" "events" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { Service = "bedrock.amazonaws.com" } # error: may act as this role
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "bucket_arn" {}
    ///
    /// resource "aws_lambda_permission" "uploads" {
    ///   action        = "lambda:InvokeFunction"
    ///   function_name = "uploads"
    ///   principal     = "s3.amazonaws.com"
    ///   source_arn    = var.bucket_arn
    /// }
    ///
    /// resource "aws_iam_role" "agent" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { Service = "bedrock.amazonaws.com" }
    ///       Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role" "machine" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { Service = "ec2.amazonaws.com" }
    ///     }]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM User Guide: cross-service confused deputy prevention (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "unscoped-service",
    family: Identity,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4"],
        NistCsf: ["PR.AA-03"],
        NistZeroTrust: ["6"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    for trust in facts.trusts.iter().filter(|it| it.mechanism == Mechanism::Assume) {
        if trust.conditions_known {
            let door = Door::Trust;
            report(&trust.address, &trust.principals, &trust.conditions, door, cx);
        }
    }
    for grant in facts.grants.iter().filter(|it| it.carrier == Carrier::ResourcePolicy) {
        if grant.conditions_known && wildcard::gives(grant) {
            let door = Door::Invoke;
            report(&grant.address, &grant.principals, &grant.conditions, door, cx);
        }
    }
}

fn report(
    address: &Address,
    principals: &[Sourced<Party>],
    conditions: &[Condition],
    door: Door,
    cx: &mut Context<'_>,
) {
    if aws::narrows_principals(conditions) {
        return;
    }
    let (severity, may) = match door {
        Door::Trust => (Severity::Low, "act as this role"),
        Door::Invoke => (Severity::Medium, "call this"),
    };
    for principal in principals {
        let Party::Service(service) = &principal.value else { continue };
        if aws::acts_for_anyone(service, door) {
            let message = format!("`{service}` may {may} for any account");
            cx.report(address, "principals", &principal.origin, message)
                .severity(severity)
                .help("say for which resource or account: `aws:SourceArn`, `aws:SourceAccount`");
        }
    }
}
