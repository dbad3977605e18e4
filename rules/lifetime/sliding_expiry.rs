use engine::{Context, rule};
use model::Credential;

rule! {
    /// The end of a credential moves on with every run.
    ///
    /// ## What
    /// The end is counted from the moment at which Terraform runs (`timestamp()`), so that each
    /// run sets a new one.
    ///
    /// ## Why
    /// An end that moves is never reached by a credential that is only prolonged, and where the
    /// provider makes a new credential instead, every run breaks whoever holds the old one.
    /// Nobody chose when that happens.
    ///
    /// ## Fix
    /// Count from a clock that stands still between rotations: `time_rotating` with
    /// `rotate_when_changed` or `keepers`.
    ///
    /// ```tf,bad
    /// resource "azuread_application_password" "ci" {
    ///   application_id = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date       = timeadd(timestamp(), "720h") # error: moves on with every run
    /// }
    /// ```
    /// ```tf,good
    /// resource "time_rotating" "month" {
    ///   rotation_days = 30
    /// }
    ///
    /// resource "azuread_application_password" "ci" {
    ///   application_id      = "/applications/00000000-0000-0000-0000-000000000000"
    ///   end_date            = timeadd(time_rotating.month.rfc3339, "1440h")
    ///   rotate_when_changed = { clock = time_rotating.month.id }
    /// }
    ///
    /// data "azurerm_storage_account_sas" "upload" {
    ///   connection_string = var.connection
    ///   start             = timestamp()
    ///   expiry            = timeadd(timestamp(), "4h")
    /// }
    ///
    /// variable "connection" {
    ///   sensitive = true
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "sliding-expiry",
    family: Lifetime,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let expiry = &credential.expiry;
    let (true, Some(origin), Some(argument)) = (expiry.slides, &expiry.origin, expiry.argument)
    else {
        return;
    };
    let kind = credential.kind.describe();
    let message = format!("`{argument}` of {kind} `{}` moves on with every run", credential.name);
    cx.report(&credential.address, argument, origin, message)
        .help("count from a `time_rotating` clock, and replace the credential when it changes");
}
