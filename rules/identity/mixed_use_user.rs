use engine::{Context, rule};
use model::{Credential, CredentialKind, Identity, IdentityKind};

rule! {
    /// A person and a program share one user.
    ///
    /// ## What
    /// An IAM user has a console password (`aws_iam_user_login_profile`) and an access key that is
    /// not switched off.
    ///
    /// ## Why
    /// What the program did and what the person did cannot be told apart, and neither can be
    /// locked out without the other. The key passes by the second factor that the person needs,
    /// and stays when the person goes.
    ///
    /// ## Fix
    /// Let the person sign in through Identity Center, and give the program a role. Until then,
    /// two users.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "jane" { # error: a console password and an access key
    ///   name = "jane"
    /// }
    ///
    /// resource "aws_iam_user_login_profile" "jane" {
    ///   user = aws_iam_user.jane.name
    /// }
    ///
    /// resource "aws_iam_access_key" "jane" {
    ///   user = aws_iam_user.jane.name
    /// }
    /// ```
    /// ```tf,good
    /// variable "status" {}
    ///
    /// resource "aws_iam_user" "jane" {
    ///   name = "jane"
    /// }
    ///
    /// resource "aws_iam_user_login_profile" "jane" {
    ///   user = aws_iam_user.jane.name
    /// }
    ///
    /// resource "aws_iam_access_key" "jane" {
    ///   user   = aws_iam_user.jane.name
    ///   status = var.status
    /// }
    ///
    /// resource "aws_iam_user" "mailer" {
    ///   name = "mailer"
    /// }
    ///
    /// resource "aws_iam_access_key" "mailer" {
    ///   user = aws_iam_user.mailer.name
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS IAM best practices: federation for people, roles for workloads (verified 2026-11-22)
    /// - OWASP NHI10:2025 Human Use of NHI (verified 2026-11-22)
    id: "mixed-use-user",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI10"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    if identity.kind != IdentityKind::AwsIamUser {
        return;
    }
    let credentials = cx.graph().credentials_of(identity);
    let works = |it: &Credential| it.active.is_absent() || it.active.value() == Some(&true);
    let of = |kind: CredentialKind| credentials.iter().find(|it| it.kind == kind && works(it));
    let (Some(password), Some(key)) = (of(CredentialKind::Password), of(CredentialKind::AccessKey))
    else {
        return;
    };
    let message = "this user has a console password and an access key";
    cx.report_at(&identity.address, "credentials", identity.place, message)
        .help("give the program a role, and the person a sign-in of their own")
        .related(password.place, "the password of a person")
        .related(key.place, "the key of a program");
}
