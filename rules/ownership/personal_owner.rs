use engine::{Context, rule};
use model::{Identity, Knowledge, OwnerSource};

rule! {
    /// One person owns a machine identity.
    ///
    /// ## What
    /// The owner is the address or account of a single person, or whoever happens to run the
    /// configuration, and not a team.
    ///
    /// ## Why
    /// People change teams and leave. The identity stays, and nobody answers for it any more.
    /// In a small organisation this may be as it should be, which is why this rule is strict.
    ///
    /// ## Fix
    /// Name a team, a group or a shared mailbox.
    ///
    /// ```tf,bad
    /// resource "aws_iam_role" "ops" {
    ///   name = "ops"
    ///   tags = { owner = "jane.doe@example.com" } # error: one person
    /// }
    /// ```
    /// ```tf,bad
    /// data "azuread_client_config" "current" {}
    ///
    /// resource "azuread_application" "ci" {
    ///   display_name = "ci"
    ///   owners       = [data.azuread_client_config.current.object_id] # error: whoever
    /// }
    /// ```
    /// ```tf,good
    /// variable "owner" {}
    ///
    /// resource "aws_iam_role" "ops" {
    ///   name = "ops"
    ///   tags = { owner = "payments@example.com" }
    /// }
    ///
    /// resource "aws_iam_role" "dev" {
    ///   name = "dev"
    ///   tags = { owner = var.owner }
    /// }
    ///
    /// resource "aws_iam_role" "named" {
    ///   name = "named"
    ///   tags = { owner = "platform.team@example.com" }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI1:2025 Improper Offboarding (verified 2026-11-22)
    /// - NIST CSF 2.0 GV.RR-02 (verified 2026-11-22)
    id: "personal-owner",
    family: Ownership,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI1"],
        NistCsf: ["GV.RR-02"],
    ],
    check: Identity(check),
}

fn check(identity: &Identity, cx: &mut Context<'_>) {
    let Knowledge::Known(owner) = &identity.ownership.owner else { return };
    let name = owner.value.name.trim();
    let who = if is_caller(name) {
        "whoever runs this configuration".to_owned()
    } else if is_person(name, owner.value.source) {
        format!("one person, `{name}`")
    } else {
        return;
    };
    let kind = identity.kind.describe();
    let called = identity.name.value().map_or_else(|| identity.address.to_string(), Clone::clone);
    let message = format!("{kind} `{called}` belongs to {who}");
    cx.report(&identity.address, "owner", &owner.origin, message)
        .help("name a team, a group or a shared mailbox");
}

/// The data source that tells who is signed in.
fn is_caller(name: &str) -> bool {
    ["data.azuread_client_config.", "data.azurerm_client_config."]
        .iter()
        .any(|it| name.starts_with(it) || name.contains(&format!(".{it}")))
}

/// Words in addresses that belong to more than one person.
const GROUPS: &[&str] = &[
    "team", "group", "admin", "admins", "ops", "dev", "support", "platform", "security", "infra",
    "service", "services", "sre", "data", "cloud", "help", "info", "no", "contact", "eng",
    "engineering", "it",
];

/// `first.last@example.com`, or a person's account in CODEOWNERS.
fn is_person(name: &str, source: OwnerSource) -> bool {
    if source == OwnerSource::Codeowners {
        return is_account(name);
    }
    let name = name.strip_prefix("user:").unwrap_or(name);
    let Some((local, domain)) = name.split_once('@') else { return false };
    let parts: Vec<&str> = local.split('.').collect();
    let word = |it: &&str| {
        it.chars().all(|c| c.is_alphabetic() || c == '-')
            && !it.is_empty()
            && !GROUPS.contains(&it.to_ascii_lowercase().as_str())
    };
    domain.contains('.') && matches!(parts.len(), 2 | 3) && parts.iter().all(word)
}

/// One account, where a team is written with its organisation (`@org/team`).
fn is_account(name: &str) -> bool {
    name.starts_with('@') && !name.contains(['/', ' '])
}
