use engine::{Context, rule};
use model::{IdentityKind, Knowledge, Mechanism, Trust};

rule! {
    /// A federated trust accepts tokens that were made for somebody else.
    ///
    /// ## What
    /// The trust of an AWS role in an OIDC issuer compares the subject, and not the audience
    /// (`…:aud`). Trusts without a subject are the business of `unrestricted-federation`; SAML and
    /// issuers for people are left alone.
    ///
    /// ## Why
    /// A token says for whom it was made. A workload hands its token to the service it talks to;
    /// without the check, that service can take it to AWS and become the role.
    ///
    /// ## Fix
    /// Add `StringEquals` on `<issuer>:aud` with the audience that the workload asks for:
    /// `sts.amazonaws.com` for clusters and for the official GitHub action.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect = "Allow"
    ///       Action = "sts:AssumeRoleWithWebIdentity"
    ///       Principal = {
    ///         Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" # error: audience
    ///       }
    ///       Condition = {
    ///         StringEquals = {
    ///           "token.actions.githubusercontent.com:sub" = "repo:shop/app:environment:prod"
    ///         }
    ///       }
    ///     }]
    ///   })
    /// }
    /// ```
    /// ```tf,good
    /// variable "conditions" {}
    ///
    /// resource "aws_iam_role" "deploy" {
    ///   assume_role_policy = jsonencode({
    ///     Statement = [
    ///       {
    ///         Effect = "Allow"
    ///         Action = "sts:AssumeRoleWithWebIdentity"
    ///         Principal = {
    ///           Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    ///         }
    ///         Condition = {
    ///           StringEquals = {
    ///             "token.actions.githubusercontent.com:sub" = "repo:shop/app:environment:prod"
    ///             "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
    ///           }
    ///         }
    ///       },
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "sts:AssumeRoleWithWebIdentity"
    ///         Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/gitlab.com" }
    ///         Condition = { StringEquals = var.conditions }
    ///       },
    ///       {
    ///         Effect    = "Allow"
    ///         Action    = "sts:AssumeRoleWithSAML"
    ///         Principal = { Federated = "arn:aws:iam::123456789012:saml-provider/people" }
    ///         Condition = { StringEquals = { "SAML:sub" = "jane" } }
    ///       },
    ///     ]
    ///   })
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM User Guide: create a role for OIDC federation (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "unchecked-audience",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4"],
        NistCsf: ["PR.AA-03"],
        NistZeroTrust: ["6"],
    ],
    check: Trust(check),
}

fn check(trust: &Trust, cx: &mut Context<'_>) {
    let open = trust.mechanism == Mechanism::Federation
        && trust.conditions_known
        && trust.subject.stated
        && !trust.audience.stated
        && !trust.audience.partial;
    let identity = cx.graph().identity(&trust.identity);
    if !open || identity.is_none_or(|it| it.kind != IdentityKind::AwsIamRole) {
        return;
    }
    let Knowledge::Known(issuer) = &trust.issuer else { return };
    // What people sign in with has audiences of its own.
    let for_people = [":saml-provider/", "cognito-identity", "accounts.google.com", "SAML"];
    if for_people.iter().any(|it| issuer.value.contains(it)) {
        return;
    }
    let name = issuer.value.trim_start_matches("https://");
    let message = format!("tokens of `{name}` are accepted whatever their audience");
    cx.report(&trust.address, "audience", &issuer.origin, message)
        .help(format!("compare `{name}:aud` with the audience that the workload asks for"));
}
