use engine::{Context, rule};
use model::{Identity, Place, UseMode};

rule! {
    /// One identity serves production and other environments.
    ///
    /// ## What
    /// Workloads of production and workloads of another environment, as their names and labels tell,
    /// run as the same identity.
    ///
    /// ## Why
    /// Whatever takes over the less guarded environment acts in production too. Neither can be cut off
    /// without the other.
    ///
    /// ## Fix
    /// Make one identity for each environment.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "app" { # error: production and
    ///   name = "app"
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = [aws_iam_role.prod.arn, aws_iam_role.dev.arn] }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role" "prod" {
    ///   name = "runner-prod"
    /// }
    ///
    /// resource "aws_iam_role" "dev" {
    ///   name = "runner-dev"
    /// }
    /// ```
    /// ```tf,good
    /// variable "name" {}
    ///
    /// resource "aws_iam_role" "app" {
    ///   name = "app"
    ///   assume_role_policy = jsonencode({
    ///     Statement = [{
    ///       Effect    = "Allow"
    ///       Action    = "sts:AssumeRole"
    ///       Principal = { AWS = [aws_iam_role.prod.arn, aws_iam_role.open.arn] }
    ///     }]
    ///   })
    /// }
    ///
    /// resource "aws_iam_role" "prod" {
    ///   name = "runner-prod"
    /// }
    ///
    /// resource "aws_iam_role" "open" {
    ///   name = var.name
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI8:2025 Environment Isolation (verified 2026-11-22)
    id: "identity-across-environments",
    family: Identity,
    severity: Medium,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI8", "NHI9"],
        NistCsf: ["PR.AA-05", "PR.IR-01"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    // What belongs to one environment itself is for the rule about trusts between them.
    if identity.environment.is_some() {
        return;
    }
    let mut of: [Option<(&Identity, Place)>; 2] = [None, None];
    for one in cx.graph().uses_of(identity).iter().filter(|it| it.mode == UseMode::RunsAs) {
        let Some(user) = cx.graph().identity(&one.from) else { continue };
        let Some(environment) = &user.environment else { continue };
        let slot = if environment.production { &mut of[0] } else { &mut of[1] };
        slot.get_or_insert((user, one.place));
    }
    let [Some((production, first)), Some((other, second))] = of else { return };
    let word = other.environment.as_ref().map_or("another environment", |it| it.name.as_str());
    let kind = identity.kind.describe();
    let name = called(identity);
    let message = format!("{kind} `{name}` serves production and `{word}`");
    let (production, other) = (called(production), called(other));
    let finding = cx.report_at(&identity.address, "environments", identity.place, message);
    finding.help("make one identity for each environment");
    finding.related(first, format!("`{production}` acts as it"));
    finding.related(second, format!("`{other}` acts as it"));
}

fn called(identity: &Identity) -> String {
    identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone)
}
