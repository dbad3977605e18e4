use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// Others than one's own organisation can be let in.
    ///
    /// ## What
    /// A resource share of AWS (`aws_ram_resource_share`) says
    /// `allow_external_principals = true`. Nothing need be shared yet: any account can be added
    /// later, and no other setting stands in the way.
    ///
    /// ## Why
    /// What is shared (networks, resolver rules, certificates authorities) is used by identities
    /// whose owners, lifetimes and permissions nobody in the organisation sees. They stay when
    /// the contract with them ends.
    ///
    /// ## Fix
    /// Write `false`. A partner that must be let in gets a share of its own, with an end.
    ///
    /// ```tf,bad
    /// resource "aws_ram_resource_share" "network" {
    ///   name                      = "network"
    ///   allow_external_principals = true # error: outside the organisation
    /// }
    /// ```
    /// ```tf,good
    /// variable "external" {}
    ///
    /// resource "aws_ram_resource_share" "network" {
    ///   allow_external_principals = false
    /// }
    ///
    /// resource "aws_ram_resource_share" "chosen" {
    ///   allow_external_principals = var.external
    /// }
    ///
    /// resource "aws_ram_resource_share" "default" {
    ///   name = "default"
    /// }
    /// ```
    ///
    /// ## References
    /// - AWS RAM User Guide: sharing with external principals (verified 2026-11-22)
    /// - OWASP NHI8:2025 Environment Isolation (verified 2026-11-22)
    id: "shared-outside-organization",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI8"],
        NistCsf: ["PR.AA-05", "GV.SC-05"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::OpenToOutsiders(true) = guard.kind else { return };
    let message = "what is shared here can be handed to accounts outside the organisation";
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help(format!("set `{}` to `false`", guard.setting))
        .remedy(guard.fix.as_deref());
}
