use std::collections::BTreeMap;

use engine::{Context, rule};
use model::{Identity, Mechanism, Party};

rule! {
    /// One role serves several services.
    ///
    /// ## What
    /// The trust of an AWS role names services that have nothing to do with each other, such as
    /// `ec2` and `lambda`. Pairs that work as one (`lambda` with `edgelambda`, `events` with
    /// `scheduler`, `ec2` with `ssm`) are left alone.
    ///
    /// ## Why
    /// The role holds what each of them needs, so each holds what all of them need. In the logs
    /// nobody can tell who acted, and the role can be taken away from none.
    ///
    /// ## Fix
    /// Make a role for each workload, with the actions it uses.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "shared" {
    ///   name = "shared"
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { Service = ["ec2.amazonaws.com", "lambda.amazonaws.com"] } # error: `ec2`, `lambda`
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "cluster" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { Service = ["ecs.amazonaws.com", "sns.amazonaws.com"] } # error: `ecs`, `sns`
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "service" {}
    ///
    /// resource "aws_iam_role" "edge" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role" "one" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { Service = ["ec2.amazonaws.com", var.service] }
    ///     }]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI9:2025 NHI Reuse (verified 2026-11-22)
    /// - AWS IAM User Guide: roles terms and concepts, AWS service role (verified 2026-11-22)
    id: "role-of-many-services",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI9"],
        NistCsf: ["PR.AA-01", "PR.AA-05"],
    ],
    check: Identity(check),
}

/// Services that work for another one, and which.
const SAME: &[(&str, &str)] = &[
    ("edgelambda", "lambda"),
    ("scheduler", "events"),
    ("ssm", "ec2"),
    ("spotfleet", "ec2"),
    ("vpc-flow-logs", "delivery.logs"),
    ("ecs", "ecs-tasks"),
    ("eks-fargate-pods", "eks"),
    ("replicator.lambda", "lambda"),
];

fn check(identity: &Identity, cx: &mut Context<'_>) {
    // By what the service works for, the name that is written.
    let mut services = BTreeMap::new();
    let mut places = Vec::new();
    let mut address = None;
    for trust in cx.graph().trusts_of(identity) {
        if trust.mechanism != Mechanism::Assume {
            continue;
        }
        for principal in &trust.principals {
            let Party::Service(name) = &principal.value else { continue };
            let name = name.split_once(".amazonaws.com").map_or(name.as_str(), |(name, _)| name);
            let works_for = SAME.iter().find(|it| it.0 == name).map_or(name, |it| it.1);
            address.get_or_insert_with(|| trust.address.clone());
            services.entry(works_for.to_owned()).or_insert_with(|| {
                places.push(principal.origin.clone());
                name.to_owned()
            });
        }
    }
    let (Some(address), [first, rest @ ..]) = (address, places.as_slice()) else { return };
    if rest.is_empty() {
        return;
    }
    let names: Vec<String> = services.values().map(|it| format!("`{it}`")).collect();
    let message = format!("this role is for {} services: {}", names.len(), names.join(", "));
    let finding = cx.report(&address, "services", first, message);
    finding.help("make a role for each of them");
    for other in rest {
        finding.related(other.place, "and for this one");
    }
}
