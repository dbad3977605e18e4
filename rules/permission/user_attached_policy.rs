use engine::{Context, Severity, rule};
use model::{Carrier, Grant, IdentityKind, Party, PermissionSystem, wildcard};

rule! {
    /// Permissions are attached to an IAM user directly.
    ///
    /// ## What
    /// An AWS policy is written into an IAM user or attached to one, rather than to a role.
    ///
    /// ## Why
    /// A user proves itself with keys that do not end. What a user may do belongs to nobody's job
    /// and stays when the job moves on. A role is taken for an hour, by whom its trust names.
    ///
    /// ## Fix
    /// Give the permissions to a role and let the workload assume it: through its instance,
    /// function or pod, or through OIDC federation from outside of AWS.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "deploy" {
    ///   name = "deploy"
    /// }
    ///
    /// resource "aws_iam_user_policy" "deploy" {
    ///   user = aws_iam_user.deploy.name # error: `aws_iam_user.deploy`
    ///   policy = jsonencode({
    ///     Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::a/*" }]
    ///   })
    /// }
    /// ```
    /// ```tf,bad
    /// variable "policy" {}
    ///
    /// resource "aws_iam_user" "writer" {
    ///   name = "writer"
    /// }
    ///
    /// resource "aws_iam_policy" "writer" {
    ///   policy = var.policy
    /// }
    ///
    /// resource "aws_iam_user_policy_attachment" "writer" {
    ///   user       = aws_iam_user.writer.name # error: IAM user
    ///   policy_arn = aws_iam_policy.writer.arn
    /// }
    /// ```
    /// ```tf,good
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = "{}"
    /// }
    ///
    /// resource "aws_iam_role_policy" "deploy" {
    ///   role = aws_iam_role.deploy.name
    ///   policy = jsonencode({
    ///     Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::a/*" }]
    ///   })
    /// }
    ///
    /// variable "user" {}
    ///
    /// resource "aws_iam_role_policy_attachment" "audit" {
    ///   role       = var.user
    ///   policy_arn = "arn:aws:iam::aws:policy/SecurityAudit"
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM best practices: workloads use temporary credentials (verified 2026-11-22)
    /// - CIS AWS Foundations Benchmark: users receive permissions through groups (verified 2026-11-22)
    id: "user-attached-policy",
    family: Permission,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI5", "NHI7", "NHI10"],
        NistCsf: ["PR.AA-01", "PR.AA-05"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let attached =
        grant.system == PermissionSystem::Aws && grant.carrier == Carrier::IdentityPolicy;
    if !attached || !wildcard::gives(grant) {
        return;
    }
    // Mail over SMTP has no other way to sign in.
    let mails = !grant.actions.items.is_empty()
        && grant.actions.texts().all(|it| it.to_ascii_lowercase().starts_with("ses:send"));
    for principal in &grant.principals {
        let identity = cx.graph().identity(&principal.value);
        let name = match (&principal.value, identity) {
            (_, Some(it)) if it.kind == IdentityKind::AwsIamUser => it.address.to_string(),
            (Party::Named { kind: IdentityKind::AwsIamUser, name }, _) => name.clone(),
            _ => continue,
        };
        let message = format!("permissions are attached to IAM user `{name}`");
        // The attachment is wrong, not the place where the user got its name.
        let place = principal.origin.steps().last().map_or(principal.place(), |it| it.place);
        cx.report_at(&grant.address, "user", place, message)
            .severity(if mails { Severity::Low } else { Severity::Medium })
            .help("give them to a role that the workload assumes");
    }
}
