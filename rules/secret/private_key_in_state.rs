use engine::{Context, rule};
use model::{Credential, CredentialKind, SlotKind, Storage};

rule! {
    /// A private key is generated into the state.
    ///
    /// ## What
    /// Terraform generates a private key and keeps it: `tls_private_key`, a key pair that the cloud
    /// makes, a certificate that is issued together with its key.
    ///
    /// ## Why
    /// State is plain JSON. Everybody who can read it can act as the holder of the key, and old
    /// versions of the state keep it after it was replaced. Nobody can say who has copied it.
    ///
    /// ## Fix
    /// Let the holder make its key and hand over the public half: a machine, a cluster's
    /// certificate manager, a key management service. Where Terraform has to make it, use an
    /// `ephemeral` block with a write-only argument.
    ///
    /// ```tf,bad
    /// resource "tls_private_key" "node" { # error: private key `node`
    ///   algorithm = "ED25519"
    /// }
    /// ```
    /// ```tf,good
    /// variable "public_key" {}
    ///
    /// ephemeral "tls_private_key" "node" {
    ///   algorithm = "ED25519"
    /// }
    ///
    /// resource "aws_key_pair" "node" {
    ///   public_key = var.public_key
    /// }
    /// ```
    ///
    /// ## References
    /// - Terraform provider `tls`: the private key is stored unencrypted in the state (verified 2026-11-22)
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "private-key-in-state",
    family: Secret,
    severity: High,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI2", "NHI7"],
        NistCsf: ["PR.AA-01", "PR.DS-01"],
    ],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let makes_key = credential.kind == CredentialKind::PrivateKey
        && credential.slot.kind == SlotKind::Issued
        && matches!(credential.storage, Storage::Generated);
    if !makes_key || !credential.in_state {
        return;
    }
    let message = format!("private key `{}` is generated into the state", credential.name);
    cx.report_at(&credential.address, "", credential.place, message)
        .help("let its holder make the key, or use an `ephemeral` block")
        .remedy(credential.fix.as_deref());
}
