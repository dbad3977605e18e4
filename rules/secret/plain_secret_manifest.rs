use engine::{Context, rule};
use model::{Certainty, Credential, LiteralClass, SlotKind};

rule! {
    /// A Kubernetes Secret with its real value is part of the repository.
    ///
    /// ## What
    /// A manifest of kind `Secret` holds a value that is not a placeholder, in `stringData` or
    /// encoded in `data`.
    ///
    /// ## Why
    /// Base64 is not encryption. Everybody who can read the repository, its copies or its history
    /// holds the credential, and changing it means changing the repository.
    ///
    /// ## Fix
    /// Revoke the value. Keep only what names it in the repository: an ExternalSecret, a
    /// SealedSecret, or a file encrypted with SOPS.
    ///
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: db
    /// stringData:
    ///   username: app
    ///   password: kT7-vnQ2.pLw9x # error: `password` of Secret
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: db
    /// data:
    ///   password: a1Q3LXZuUTIucEx3OXg= # error
    /// ```
    /// ```yaml,bad
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: exported
    ///   annotations:
    ///     kubectl.kubernetes.io/last-applied-configuration: |
    ///       {"apiVersion":"v1","kind":"Secret","data":{"password":"WnI4bkIzeFlxMUxwVHQ="}}
    /// data:
    ///   password: WnI4bkIzeFlxMUxwVHQ= # error: `password` of Secret exported
    /// ```
    /// ```yaml,good
    /// apiVersion: v1
    /// kind: Secret
    /// metadata:
    ///   name: db
    /// stringData:
    ///   username: app
    ///   password: ${DB_PASSWORD}
    /// ---
    /// apiVersion: bitnami.com/v1alpha1
    /// kind: SealedSecret
    /// metadata:
    ///   name: db
    /// spec:
    ///   encryptedData:
    ///     password: AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq
    /// ```
    ///
    /// ## References
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "plain-secret-manifest",
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
    let Some(literal) = credential.literal() else { return };
    if credential.slot.kind != SlotKind::SecretData
        || literal.class != LiteralClass::Secret
        || literal.well_known
        || literal.is_copy
        || literal.certainty == Certainty::Guess
    {
        return;
    }
    let what = literal.format.as_deref().unwrap_or_else(|| credential.kind.describe());
    // A document inside a text is taken apart, and lies as open as the text.
    let is_encoded = literal.decoded.iter().any(|it| it.starts_with("base64"));
    let encoded = if is_encoded { ", only encoded" } else { "" };
    let message = format!(
        "{what} in `{}` of {}{encoded} (`{}`)",
        credential.name,
        credential.slot.taker,
        literal.secret.redacted()
    );
    let finding = cx.report(&credential.address, &credential.slot.path, &literal.origin, message);
    finding.help(match literal.beside_encryption {
        true => "revoke it, then encrypt it like the rest of the file",
        false => "revoke it, and commit an ExternalSecret, a SealedSecret or a SOPS file instead",
    });
    finding.remedy(credential.fix.as_deref());
    if let Some(id) = &literal.key_id {
        finding.related(id.place, format!("its id stands here: {}", id.what));
    }
    for copy in &literal.copies {
        finding.related(*copy, "the same value stands here");
    }
}
