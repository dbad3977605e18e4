use engine::{Context, rule};
use model::Grant;
use model::service::{self, ServiceRole};

rule! {
    /// A certificate authority vouches for any name.
    ///
    /// ## What
    /// A role of Vault's PKI or SSH engine signs a certificate for whatever name or user its caller
    /// asks for.
    ///
    /// ## Why
    /// Whoever may use the role can be any service and any user that trusts this authority: the
    /// name in a certificate is the identity.
    ///
    /// ## Fix
    /// List the names: `allowed_domains` with `allow_subdomains`, `allowed_uri_sans` for SPIFFE,
    /// `allowed_users` for SSH. Templates such as `{{identity.entity.name}}` tie a name to its
    /// caller.
    ///
    /// ```tf,bad
    /// resource "vault_pki_secret_backend_role" "app" {
    ///   backend        = "pki"
    ///   name           = "app"
    ///   allow_any_name = true # error: any name
    /// }
    ///
    /// resource "vault_ssh_secret_backend_role" "ops" {
    ///   backend                 = "ssh"
    ///   name                    = "ops"
    ///   key_type                = "ca"
    ///   allow_user_certificates = true
    ///   allowed_users           = "*" # error: any user
    /// }
    /// ```
    /// ```tf,good
    /// variable "any" {}
    ///
    /// resource "vault_pki_secret_backend_role" "app" {
    ///   backend          = "pki"
    ///   name             = "app"
    ///   allowed_domains  = ["app.internal"]
    ///   allow_subdomains = true
    /// }
    ///
    /// resource "vault_pki_secret_backend_role" "other" {
    ///   backend        = "pki"
    ///   name           = "other"
    ///   allow_any_name = var.any
    /// }
    ///
    /// resource "vault_ssh_secret_backend_role" "host" {
    ///   backend                 = "ssh"
    ///   name                    = "host"
    ///   key_type                = "ca"
    ///   allow_host_certificates = true
    ///   allowed_users           = "*"
    /// }
    /// ```
    ///
    /// ## References
    /// - Vault: PKI secrets engine, role parameters (verified 2026-11-22)
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "any-name-certificate",
    family: Identity,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI5"],
        NistCsf: ["PR.AA-02", "PR.AA-05"],
    ],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    let Some((name, ServiceRole::OpenNames, gives)) = service::role_of(grant) else { return };
    let message = format!("this role vouches for anybody: {gives}");
    cx.report(&grant.address, "names", &name.origin, message)
        .help("list the names that its callers may have");
}
