use engine::{Context, rule};
use model::{Credential, CredentialKind, ExpirySource, Lifetime, SlotKind};

rule! {
    /// A stored secret has no expiry date.
    ///
    /// ## What
    /// A secret is put into a vault that can note until when it is good, and no date is given.
    ///
    /// ## Why
    /// A date makes the vault warn before and refuse after it, so that a secret nobody renews
    /// is noticed. Without one, old secrets stay usable and nobody asks whether they are needed.
    /// Some secrets have nothing to renew, which is why this rule is strict.
    ///
    /// ## Fix
    /// Give it a date, and renew the secret before it.
    ///
    /// ```tf,bad
    /// resource "azurerm_key_vault_secret" "db" { # error: no `expiration_date`
    ///   name         = "db"
    ///   key_vault_id = azurerm_key_vault.main.id
    ///   value        = var.password
    /// }
    /// ```
    /// ```tf,good
    /// resource "azurerm_key_vault_secret" "db" {
    ///   name            = "db"
    ///   key_vault_id    = azurerm_key_vault.main.id
    ///   value           = var.password
    ///   expiration_date = "2026-12-31T00:00:00Z"
    /// }
    ///
    /// resource "azurerm_key_vault_secret" "other" {
    ///   name            = "other"
    ///   key_vault_id    = azurerm_key_vault.main.id
    ///   value           = var.password
    ///   expiration_date = var.end
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI7:2025 Long-Lived Secrets (verified 2026-11-22)
    id: "stored-secret-without-expiry",
    family: Lifetime,
    severity: Low,
    confidence: High,
    profile: Strict,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI7"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let expiry = &credential.expiry;
    let Some(argument) = expiry.argument else { return };
    // What is stored can be any kind of credential; what is issued has a kind of its own.
    if credential.kind != CredentialKind::Other
        || credential.slot.kind != SlotKind::Issued
        || expiry.source != ExpirySource::ProviderDefault
        || expiry.lifetime != Lifetime::Never
    {
        return;
    }
    let message = format!("stored secret `{}` has no `{argument}`", credential.name);
    let limit = cx.thresholds().secret_days;
    cx.report_at(&credential.address, argument, credential.place, message)
        .help(format!("set `{argument}` to at most {limit} days, and renew the secret before"));
}
