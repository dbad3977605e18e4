use std::collections::BTreeMap;

use engine::{Context, Severity, rule};
use model::{Identity, IdentityKind, Lifetime, Place, Purpose, wildcard};

rule! {
    /// A machine identity has no owner.
    ///
    /// ## What
    /// Nothing says who answers for the identity: no owner tag, label or annotation on it or
    /// inherited from its provider, its module call or its namespace, no line in CODEOWNERS, no
    /// entry in the configuration; or what stands there names nobody (`TODO`, `changeme`).
    ///
    /// ## Why
    /// An identity without an owner is never reviewed, never rotated and never deleted, and when
    /// it misbehaves nobody knows whom to call.
    ///
    /// ## Fix
    /// Write the team where the identity is declared, or once for all of them: in the provider's
    /// `default_tags`, on the namespace, in CODEOWNERS, or as `[[owner]]` in `nhilint.toml`.
    ///
    /// ```tf,bad
    /// resource "aws_iam_user" "ci" { # error: no owner
    ///   name = "ci"
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "ops" { # error: nearly everything
    ///   name                = "ops"
    ///   managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    /// }
    /// ```
    /// ```tf,bad
    /// resource "aws_iam_role" "ops" {
    ///   name = "ops"
    ///   tags = { Owner = "TODO" } # error: which names nobody
    /// }
    /// ```
    /// ```tf,bad
    /// module "ci" { # error: gets no owner
    ///   source = "./role"
    ///   tags   = { app = "ci" }
    /// }
    ///
    /// module "cd" {
    ///   source = "./role"
    ///   tags   = { team = "delivery" }
    /// }
    ///
    /// # file: role/main.tf
    /// variable "tags" {
    ///   type    = map(string)
    ///   default = {}
    /// }
    ///
    /// resource "aws_iam_role" "this" {
    ///   name = "deploy"
    ///   tags = merge(var.tags, { managed = "terraform" })
    /// }
    /// ```
    /// ```tf,good
    /// resource "aws_iam_role" "ops" {
    ///   name = "ops"
    ///
    ///   lifecycle {
    ///     ignore_changes = [tags]
    ///   }
    /// }
    ///
    /// resource "aws_iam_role" "described" {
    ///   name        = "described"
    ///   description = "Deploys the shop; owner: team-shop"
    /// }
    ///
    /// resource "azuread_application" "listed" {
    ///   display_name = "listed"
    ///   tags         = ["owner:team-shop"]
    /// }
    /// ```
    /// ```tf,good
    /// provider "aws" {
    ///   default_tags {
    ///     tags = { Owner = "platform" }
    ///   }
    /// }
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name = "ci"
    /// }
    /// ```
    /// ```tf,good
    /// variable "tags" {}
    ///
    /// resource "aws_iam_user" "ci" {
    ///   name = "ci"
    ///   tags = var.tags
    /// }
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: deployer # error: no owner
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: ServiceAccount
    /// metadata:
    ///   name: deployer
    ///   labels:
    ///     team: payments
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    /// - NIST CSF 2.0 GV.RR-02, ID.AM-08 (verified 2026-11-22)
    id: "missing-owner",
    family: Ownership,
    severity: Low,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        OwaspAgentic: ["ASI10"],
        NistCsf: ["GV.RR-02", "ID.AM-08"],
        NistAiRmf: ["GOV 2.1"],
    ],
    check: Workspace(check),
}

fn check(cx: &mut Context<'_>) {
    let identities = &cx.facts().identities;
    // Where one call of a module hands an owner in, another that does not is the cause.
    let mut declared: BTreeMap<Place, Declared> = BTreeMap::new();
    for identity in identities {
        let it = declared.entry(identity.place).or_default();
        it.instances += 1;
        it.owned |= identity.ownership.name().is_some();
    }
    for identity in identities {
        let declared = declared.get(&identity.place).copied().unwrap_or_default();
        judge(identity, declared, cx);
    }
}

/// What several identities from one declaration say together.
#[derive(Clone, Copy, Default)]
struct Declared {
    instances: usize,
    /// One of them has an owner.
    owned: bool,
}

fn judge(identity: &Identity, declared: Declared, cx: &mut Context<'_>) {
    let ownership = &identity.ownership;
    let Some(argument) = ownership.argument else { return };
    let people = identity.human == Some(true) || identity.purpose == Purpose::Human;
    // A workload acts through its account, and a built-in account belongs to the platform.
    let acts_itself = identity.kind != IdentityKind::KubernetesWorkload && !identity.built_in;
    if !ownership.owner.is_absent() || people || !acts_itself {
        return;
    }
    let name = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let (severity, because) = weight(identity, cx);
    let kind = identity.kind.describe();
    let help = format!("write the team that answers for it in `{argument}`");
    let found = if let Some(stand_in) = &ownership.stand_in {
        let written = match stand_in.value.trim() {
            "" => "an empty owner".to_owned(),
            text => format!("the owner `{text}`, which names nobody"),
        };
        let message = format!("{kind} `{name}` has {written}");
        cx.report(&identity.address, argument, &stand_in.origin, message).help(help)
    } else if let Some(call) = ownership.handed_in.filter(|_| declared.owned) {
        let message = format!("{kind} `{name}` gets no owner from this module call{because}");
        cx.report_at(&identity.address, argument, call, message)
            .related(identity.place, "declared here")
            .help("write the team that answers for it in the tags that the call hands over")
    } else {
        let message = format!("{kind} `{name}` has no owner{because}");
        let found = cx.report_at(&identity.address, argument, identity.place, message).help(help);
        match ownership.handed_in {
            Some(call) if declared.instances == 1 => {
                found.related(call, "this module call could hand one in")
            }
            // Several calls are listed anyway.
            _ => found,
        }
    };
    found.severity(severity);
}

/// An identity that can do much, or whose credential never ends, weighs more.
fn weight(identity: &Identity, cx: &Context<'_>) -> (Severity, &'static str) {
    let graph = cx.graph();
    let grants = graph.grants_of(identity);
    let endless =
        graph.credentials_of(identity).iter().any(|it| it.expiry.lifetime == Lifetime::Never);
    if grants.iter().any(|it| wildcard::is_admin_role(it)) {
        (Severity::Medium, " and may do nearly everything")
    } else if grants.iter().any(|it| !wildcard::wildcards(it).is_empty()) {
        (Severity::Medium, " and holds a wildcard grant")
    } else if endless {
        (Severity::Medium, " and holds a credential that never expires")
    } else {
        (Severity::Low, "")
    }
}
