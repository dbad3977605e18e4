use engine::{Context, rule};
use model::{Credential, Storage};

rule! {
    /// A reference to a secret is sent as it is written.
    ///
    /// ## What
    /// The value is written in a notation that the client reading this file does not expand.
    ///
    /// ## Why
    /// The text itself is sent as the credential. It fails, and the next thing people do is to
    /// paste the real value into the file.
    ///
    /// ## Fix
    /// Write the reference in this client's own notation.
    ///
    /// ```json,bad
    /// // file: opencode.json
    /// {
    ///   "mcp": {
    ///     "tracker": {
    ///       "type": "remote",
    ///       "url": "https://tracker.example.com/mcp",
    ///       "headers": { "Authorization": "Bearer ${TRACKER_TOKEN}" } // error: Authorization
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: opencode.json
    /// {
    ///   "mcp": {
    ///     "tracker": {
    ///       "type": "remote",
    ///       "url": "https://tracker.example.com/mcp",
    ///       "headers": { "Authorization": "Bearer {env:TRACKER_TOKEN}" }
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI2:2025 (verified 2026-11-22)
    id: "unexpanded-reference",
    family: Hygiene,
    severity: Medium,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI2"]],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    let Storage::Reference(reference) = &credential.storage else { return };
    if reference.expanded != Some(false) {
        return;
    }
    let message = format!("`{}` is sent as the literal text of this reference", credential.name);
    cx.report(&credential.address, &credential.slot.path, &reference.origin, message)
        .help("write it in the notation that this client expands");
}
