use engine::{Context, rule};
use model::aws::{self, Hole};
use model::{Address, Condition, wildcard};

rule! {
    /// A condition that says who is let in lets everybody in.
    ///
    /// ## What
    /// A trust or a statement that allows has a condition on the caller (its account,
    /// organisation, ARN, external id, source, OIDC subject) which holds for a request without
    /// that key, or for any value: `ForAllValues:…` without `Null = false`, an operator that ends
    /// in `IfExists`, a value of `*`. Statements that deny, and conditions on tags, are left
    /// alone: there these forms are right.
    ///
    /// ## Why
    /// It reads as if only the own organisation could call. A caller who does not send the key
    /// passes, and those are the callers from outside.
    ///
    /// ## Fix
    /// Use the plain operator (`StringEquals`, `ForAnyValue:StringLike`), or demand the key with
    /// `Null = { key = "false" }` beside it.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = "arn:aws:iam::123456789012:root" }
    ///       Condition = {
    ///         StringEqualsIfExists = { "sts:ExternalId" = "7d0f" } # error: comes without it
    ///       }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_sqs_queue_policy" "jobs" {
    ///   queue_url = "jobs"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sqs:SendMessage"
    ///       Principal = { Service = "sns.amazonaws.com" }
    ///       Resource  = "*"
    ///       Condition = {
    ///         ArnLike = { "aws:SourceArn" = "*" } # error: any value
    ///       }
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "source" {}
    ///
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "sts:AssumeRole"
    ///         Principal = { AWS = "arn:aws:iam::123456789012:root" }
    ///         Condition = {
    ///           "ForAllValues:StringEquals" = { "aws:PrincipalOrgID" = "o-example" }
    ///           Null                        = { "aws:PrincipalOrgID" = "false" }
    ///         }
    ///       },
    ///       {
    ///         Effect    = "Deny"
    ///         Action    = "sts:AssumeRole"
    ///         Principal = { AWS = "*" }
    ///         Condition = { StringNotEqualsIfExists = { "aws:PrincipalOrgID" = "o-example" } }
    ///       },
    ///     ]
    ///   })
    /// }
    ///
    /// resource "aws_sqs_queue_policy" "jobs" {
    ///   queue_url = "jobs"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sqs:SendMessage"
    ///       Principal = { Service = "sns.amazonaws.com" }
    ///       Resource  = "*"
    ///       Condition = { ArnLike = { "aws:SourceArn" = var.source } }
    ///     }]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM User Guide: set operators for multivalued context keys (verified 2026-11-22)
    /// - AWS IAM User Guide: IfExists condition operators (verified 2026-11-22)
    id: "ineffective-condition",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4"],
        NistCsf: ["PR.AA-03", "PR.AA-05"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    for trust in facts.trusts.iter().filter(|it| it.conditions_known) {
        conditions(&trust.address, &trust.conditions, cx);
    }
    for grant in &facts.grants {
        // Who holds a policy of an identity is said by who it is attached to.
        if wildcard::gives(grant) && grant.conditions_known && wildcard::is_about_its_carrier(grant)
        {
            conditions(&grant.address, &grant.conditions, cx);
        }
    }
}

fn conditions(address: &Address, all: &[Condition], cx: &mut Context<'_>) {
    // What another condition limits is limited.
    if aws::narrows_principals(all) {
        return;
    }
    for condition in all {
        let Some(hole) = aws::hole(condition, all) else { continue };
        let key = &condition.key;
        let operator = &condition.operator;
        // An open subject is the rule's that judges subjects.
        if hole == Hole::AnyValue && key.to_ascii_lowercase().ends_with(":sub") {
            continue;
        }
        let message = match hole {
            Hole::EmptySet | Hole::IfExists => {
                format!("`{operator}` on `{key}` holds for every request that comes without it")
            }
            Hole::AnyValue => format!("the condition on `{key}` holds for any value"),
        };
        let place = match (hole, condition.values.items.first()) {
            (Hole::AnyValue, Some(value)) => value.place(),
            _ => condition.place,
        };
        cx.report_at(address, key, place, message).help(match hole {
            Hole::AnyValue => "write the value that is meant",
            _ => "use the plain operator, or demand the key with `Null` and `false`",
        });
    }
}
