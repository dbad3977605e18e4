use engine::{Context, Severity, rule};
use model::{Guard, GuardKind};

rule! {
    /// Others than one's own organisation can be let in.
    ///
    /// ## What
    /// A resource share of AWS (`aws_ram_resource_share`) says
    /// `allow_external_principals = true`. Nothing need be shared yet: any account can be added
    /// later, and no other setting stands in the way. An application of Entra ID takes sign-ins
    /// from every tenant (`sign_in_audience`); only what is offered to others needs that.
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
    /// ```tf,bad
    /// resource "azuread_application" "shop" {
    ///   display_name     = "shop"
    ///   sign_in_audience = "AzureADMultipleOrgs" # error: every tenant
    /// }
    /// ```
    /// ```tf,good
    /// variable "audience" {}
    ///
    /// resource "azuread_application" "shop" {
    ///   display_name     = "shop"
    ///   sign_in_audience = "AzureADMyOrg"
    /// }
    ///
    /// resource "azuread_application" "chosen" {
    ///   display_name     = "chosen"
    ///   sign_in_audience = var.audience
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
    let (severity, message, value) = match guard.client {
        // Whoever sells a service to other companies means it.
        "Entra" => (
            Severity::Low,
            "identities of every tenant can sign in to this application",
            "\"AzureADMyOrg\"",
        ),
        _ => (
            Severity::Medium,
            "what is shared here can be handed to accounts outside the organisation",
            "false",
        ),
    };
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .severity(severity)
        .help(format!("set `{}` to `{value}`", guard.setting))
        .remedy(guard.fix.as_deref());
}
