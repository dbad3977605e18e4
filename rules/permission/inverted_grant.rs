use engine::{Context, Severity, rule};
use model::aws::{self, Breadth};
use model::{Address, Grant, Party, PermissionSystem, Sourced, wildcard};

rule! {
    /// A permission says only what it leaves out.
    ///
    /// ## What
    /// An AWS statement with `Effect: Allow` uses `NotAction` or `NotResource`. It allows
    /// everything but what it names. `NotPrincipal` in a policy of a resource lets in everyone but
    /// those it names. Statements that deny are left alone: there the form is a good guard rail.
    ///
    /// ## Why
    /// The list reads like a restriction and works like a wildcard. Every service that AWS adds is
    /// allowed from its first day, and nobody sees it in a review.
    ///
    /// ## Fix
    /// Write what is allowed in `Action` and `Resource`. Where something has to stay forbidden,
    /// add a statement that denies it.
    ///
    /// ```tf,bad
    /// data "aws_iam_policy_document" "power" {
    ///   statement {
    ///     not_actions = ["iam:*", "organizations:*"] # error: every action but
    ///     resources   = ["*"]
    ///   }
    /// }
    ///
    /// resource "aws_iam_policy" "power" {
    ///   policy = data.aws_iam_policy_document.power.json
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_sqs_queue_policy" "jobs" {
    ///   queue_url = "jobs"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect       = "Allow"
    ///       Action       = "sqs:SendMessage"
    ///       NotPrincipal = { AWS = "arn:aws:iam::123456789012:user/guest" } # error: everyone in the world but
    ///       Resource     = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// data "aws_iam_policy_document" "region" {
    ///   statement {
    ///     effect      = "Deny"
    ///     not_actions = ["iam:*", "sts:*"]
    ///     resources   = ["*"]
    ///   }
    ///
    ///   statement {
    ///     actions   = ["sqs:SendMessage"]
    ///     resources = ["arn:aws:sqs:eu-west-1:123456789012:jobs"]
    ///   }
    /// }
    ///
    /// resource "aws_iam_policy" "region" {
    ///   policy = data.aws_iam_policy_document.region.json
    /// }
    /// ```
    ///
    /// ```tf,good
    /// resource "aws_sqs_queue_policy" "jobs" {
    ///   queue_url = "jobs"
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect       = "Deny"
    ///       Action       = "sqs:SendMessage"
    ///       NotPrincipal = { AWS = "arn:aws:iam::123456789012:user/worker" }
    ///       Resource     = "*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ## References
    /// - AWS IAM User Guide: NotAction with Allow (verified 2026-11-22)
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    id: "inverted-grant",
    family: Permission,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    for grant in &facts.grants {
        actions_and_resources(grant, cx);
        if wildcard::gives(grant) && grant.conditions_known {
            let narrowed = aws::narrows_principals(&grant.conditions);
            principals(&grant.address, &grant.principals, narrowed, cx);
        }
    }
    for trust in facts.trusts.iter().filter(|it| it.conditions_known) {
        let narrowed = aws::narrows_principals(&trust.conditions);
        principals(&trust.address, &trust.principals, narrowed, cx);
    }
}

fn principals(
    address: &Address,
    principals: &[Sourced<Party>],
    narrowed: bool,
    cx: &mut Context<'_>,
) {
    let Some(but) = principals.iter().find(|it| it.value == Party::EveryoneBut) else { return };
    let message = "lets in everyone in the world but the principals it names";
    cx.report(address, "principals", &but.origin, message)
        .severity(if narrowed { Severity::Medium } else { Severity::High })
        .help("name who is let in, and deny who must stay out in a statement of its own");
}

fn actions_and_resources(grant: &Grant, cx: &mut Context<'_>) {
    let inverted = grant.actions.negated || grant.resources.negated;
    if grant.system != PermissionSystem::Aws || !inverted || !wildcard::gives(grant) {
        return;
    }
    let (field, set, what) = if grant.actions.negated {
        ("actions", &grant.actions, "every action but")
    } else {
        ("resources", &grant.resources, "every resource but")
    };
    let listed: Vec<_> = set.texts().take(2).map(|it| format!("`{it}`")).collect();
    let more = match set.items.len().saturating_sub(2) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let message = if listed.is_empty() {
        format!("allows {what} those it names")
    } else {
        format!("allows {what} {}{more}", listed.join(", "))
    };
    // Everything but a few actions on one bucket is little; the rest is nearly everything.
    let narrow = wildcard::is_about_its_carrier(grant)
        || !grant.conditions_known
        || aws::narrows_resources(&grant.conditions)
        || (!grant.resources.negated && aws::breadth_of(&grant.resources).0 < Breadth::Kind);
    let origin = set.items.first().map(|it| it.origin.clone());
    let origin = origin.unwrap_or_else(|| model::Origin::at(grant.place));
    let finding = cx.report(&grant.address, field, &origin, message);
    finding
        .severity(if narrow { Severity::Medium } else { Severity::High })
        .help("write what is allowed, and deny what must stay forbidden");
    for binding in &grant.bindings {
        finding.related(*binding, "handed over here");
    }
}
