use engine::{Context, rule};
use model::{Credential, Storage};

rule! {
    /// A person's own token is handed on to a tool server.
    ///
    /// ## What
    /// A gateway sends the token with which its caller signed in to the tool servers behind it.
    ///
    /// ## Why
    /// The token was made for the gateway. A tool server that gets it can act as that person
    /// everywhere the token is accepted, and the log shows only the person.
    ///
    /// ## Fix
    /// Exchange it for a token that is made out to the one server, with the scopes it needs.
    ///
    /// ```yaml,bad
    /// # file: litellm/config.yaml
    /// model_list:
    ///   - model_name: m
    ///     litellm_params: {model: m}
    /// mcp_servers:
    ///   tickets:
    ///     url: https://mcp.example.com/mcp
    ///     auth_type: true_passthrough # error: own token
    /// ```
    /// ```yaml,good
    /// # file: litellm/config.yaml
    /// model_list:
    ///   - model_name: m
    ///     litellm_params: {model: m}
    /// mcp_servers:
    ///   tickets:
    ///     url: https://mcp.example.com/mcp
    ///     auth_type: oauth2_token_exchange
    /// ```
    ///
    /// ## References
    /// - MCP: security best practices, token passthrough (verified 2026-11-22)
    /// - OWASP ASI03:2026 Identity and Privilege Abuse (verified 2026-11-22)
    id: "forwarded-token",
    family: Identity,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI4", "NHI9"], OwaspAgentic: ["ASI03"], NistZeroTrust: ["3"]],
    check: Credential(check),
}

fn check(credential: &Credential, cx: &mut Context<'_>) {
    if !matches!(credential.storage, Storage::Forwarded) {
        return;
    }
    let message = "the caller's own token is handed on to the server behind".to_owned();
    cx.report_at(&credential.address, &credential.slot.path, credential.place, message)
        .help("exchange it for a token made out to that one server");
}
