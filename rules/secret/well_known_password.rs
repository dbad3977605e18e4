use engine::{Context, rule};
use model::{Credential, CredentialKind};

rule! {
    /// A password that everybody knows protects something that is deployed.
    ///
    /// ## What
    /// A credential is set to a word that is tried first by everybody: `admin`, `changeme`,
    /// `postgres`, the default of a chart or an image. Passwords count, and keys that both ends
    /// are told: of tunnels, of signed tokens, of webhooks. A token or client secret is issued by
    /// a service, so that such a word in its place is a note to the reader.
    ///
    /// ## Why
    /// Lists of default passwords are public, and scanners try them within minutes. A value that
    /// looks like a placeholder but is applied is a working password.
    ///
    /// ## Fix
    /// Generate the password and refer to it: a secret of the platform, a secret manager, or the
    /// resource's own managed password.
    ///
    /// ```tf,bad
    /// resource "aws_db_instance" "main" {
    ///   engine   = "postgres"
    ///   username = "app"
    ///   password = "changeme" # error: `password` of aws_db_instance
    /// }
    /// ```
    /// ```tf,bad
    /// resource "google_compute_vpn_tunnel" "office" {
    ///   name          = "office"
    ///   peer_ip       = "203.0.113.9"
    ///   shared_secret = "changeme" # error: `shared_secret` of google_compute_vpn_tunnel
    /// }
    /// ```
    /// ```yaml,bad
    /// # file: values.yaml
    /// grafana:
    ///   adminUser: admin
    ///   adminPassword: prom-operator # error: `grafana.adminPassword` of the chart's values
    /// ```
    /// ```yaml,good
    /// # file: values.yaml
    /// grafana:
    ///   admin:
    ///     existingSecret: grafana-admin
    ///     passwordKey: admin-password
    ///   adminPassword: ""
    /// ```
    /// ```tf,good
    /// resource "aws_db_instance" "main" {
    ///   engine                      = "postgres"
    ///   username                    = "app"
    ///   manage_master_user_password = true
    /// }
    /// ```
    /// ```tf,good
    /// resource "okta_idp_oidc" "partner" {
    ///   name          = "partner"
    ///   client_id     = "changeme"
    ///   client_secret = "changeme"
    /// }
    /// ```
    /// ```tf,good
    /// variable "password" {}
    ///
    /// resource "aws_db_instance" "main" {
    ///   engine   = "postgres"
    ///   username = "admin"
    ///   password = var.password
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI4:2025 Insecure Authentication (verified 2026-11-22)
    id: "well-known-password",
    family: Secret,
    severity: Medium,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4", "NHI2"],
        NistCsf: ["PR.AA-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let Some(literal) = credential.literal().filter(|it| it.well_known) else { return };
    let taker = match credential.slot.taker.as_str() {
        "" => String::new(),
        taker => format!(" of {taker}"),
    };
    // A connection string is known by the password in it.
    let kind = match credential.kind {
        CredentialKind::SharedKey => "shared key",
        _ => "password",
    };
    let message = format!("`{}`{taker} is a {kind} that everybody knows", credential.name);
    cx.report(&credential.address, &credential.slot.path, &literal.origin, message)
        .help("generate it and refer to it from a secret store")
        .remedy(credential.fix.as_deref());
}
