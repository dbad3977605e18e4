use engine::{Context, rule};
use model::{Identity, IdentityKind};

rule! {
    /// The name of an identity says nothing about what it is for.
    ///
    /// ## What
    /// An identity is named `admin`, `app`, `ci`, `service`, `terraform`, `test` or alike and nothing
    /// else.
    ///
    /// ## Why
    /// In a log or a review such a name does not tell whose it is, and the next person with the same
    /// need will use it too.
    ///
    /// ## Fix
    /// Put the application and the environment into the name: `shop-api-prod`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "x" {
    ///   name = "terraform" # error: `terraform`
    /// }
    /// ```
    /// ```tf,good
    /// variable "name" {}
    ///
    /// resource "aws_iam_user" "shop" {
    ///   name = "shop-terraform-prod"
    /// }
    ///
    /// resource "aws_iam_user" "open" {
    ///   name = var.name
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    id: "unspecific-name",
    family: Ownership,
    severity: Info,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["ID.AM-08"],
    ],
    check: Identity(check),
}

/// Names that say nothing, in lower case.
const NAMES: &[&str] = &[
    "admin", "app", "application", "automation", "bot", "ci", "deploy", "deployer", "iam", "main",
    "my-role", "my-user", "role", "sa", "service", "service-account", "svc", "temp", "terraform",
    "test", "tmp", "user", "user1",
];

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let named = matches!(
        identity.kind,
        IdentityKind::AwsIamRole
            | IdentityKind::AwsIamUser
            | IdentityKind::GcpServiceAccount
            | IdentityKind::EntraApplication
            | IdentityKind::AzureManagedIdentity
    );
    let Some(name) = identity.name.known().filter(|_| named) else { return };
    if !NAMES.contains(&name.value.to_lowercase().as_str()) {
        return;
    }
    let kind = identity.kind.describe();
    let message = format!("{kind} `{}` has a name that tells nothing about it", name.value);
    cx.report(&identity.address, "name", &name.origin, message)
        .help("put the application and the environment into the name");
}
