use engine::{Context, rule};
use model::aws::{self, Breadth};
use model::{Grant, Identity, IdentityKind, PermissionSystem, wildcard};

rule! {
    /// An identity makes other identities without any limit on what they get.
    ///
    /// ## What
    /// The policies of an AWS role or user allow `iam:CreateRole` or `iam:CreateUser` together
    /// with giving permissions, no condition on `iam:PermissionsBoundary` stands in the way, and
    /// the identity has no permissions boundary of its own. Pipelines that set up whole accounts
    /// need as much: the rule belongs to the strict profile.
    ///
    /// ## Why
    /// Whoever takes it over makes an administrator, under a name that looks like the others.
    ///
    /// ## Fix
    /// Write a permissions boundary, put it on the identity, and allow new roles only with the
    /// same boundary: a condition `StringEquals` on `iam:PermissionsBoundary`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "platform" {
    ///   name = "platform"
    /// }
    ///
    /// resource "aws_iam_role_policy" "platform" {
    ///   role = aws_iam_role.platform.name
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["iam:CreateRole", "iam:PutRolePolicy"] # error: makes identities
    ///       Resource = "arn:aws:iam::123456789012:role/app-*"
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "boundary" {}
    ///
    /// resource "aws_iam_role" "platform" {
    ///   name                 = "platform"
    ///   permissions_boundary = var.boundary
    /// }
    ///
    /// resource "aws_iam_role_policy" "platform" {
    ///   role = aws_iam_role.platform.name
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["iam:CreateRole", "iam:PutRolePolicy"]
    ///       Resource = "arn:aws:iam::123456789012:role/app-*"
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role" "limited" {
    ///   name = "limited"
    /// }
    ///
    /// resource "aws_iam_role_policy" "limited" {
    ///   role = aws_iam_role.limited.name
    ///   policy = jsonencode({
    ///     Statement = [{
    ///       Effect   = "Allow"
    ///       Action   = ["iam:CreateRole", "iam:PutRolePolicy"]
    ///       Resource = "arn:aws:iam::123456789012:role/app-*"
    ///       Condition = {
    ///         StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::123456789012:policy/app" }
    ///       }
    ///     }]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM User Guide: delegate responsibility with permissions boundaries (verified 2026-11-22)
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    id: "identity-maker-without-boundary",
    family: Permission,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Identity(check),
}

const MAKE: &[&str] = &["iam:CreateRole", "iam:CreateUser"];
const EQUIP: &[&str] =
    &["iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:PutUserPolicy"];

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let limited = !identity.boundary.is_absent();
    let kinds = [IdentityKind::AwsIamRole, IdentityKind::AwsIamUser];
    if limited || !kinds.contains(&identity.kind) {
        return;
    }
    let grants = cx.graph().grants_of(identity);
    let open: Vec<&Grant> = grants.into_iter().filter(|it| is_open(it)).collect();
    let find = |wanted: &[&str]| {
        open.iter().flat_map(|it| wildcard::beside(it)).find(|pattern| {
            wanted.iter().any(|action| aws::matches(&pattern.value, action))
        })
    };
    let (Some(make), Some(equip)) = (find(MAKE), find(EQUIP)) else { return };
    let message = format!("`{}` makes identities that no boundary limits", make.value);
    cx.report(&identity.address, "boundary", &make.origin, message)
        .help("demand `iam:PermissionsBoundary` in a condition, and set one on this identity")
        .related(equip.place(), "and gives them permissions")
        .related(identity.place, "has no permissions boundary itself");
}

fn is_open(grant: &Grant) -> bool {
    let bounded = |it: &model::Condition| {
        ["iam:PermissionsBoundary", "iam:PolicyARN", "iam:ResourceTag"]
            .iter()
            .any(|key| it.key.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key)))
    };
    grant.system == PermissionSystem::Aws
        && wildcard::gives(grant)
        && !grant.actions.negated
        && grant.conditions_known
        && wildcard::breadth(grant) != Breadth::Unknown
        && !grant.conditions.iter().any(bounded)
}
