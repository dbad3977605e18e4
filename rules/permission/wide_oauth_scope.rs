use engine::{Context, rule};
use model::{Grant, PermissionSystem, Reach, oauth_scope};

rule! {
    /// A tool server or application has a scope that covers a whole account.
    ///
    /// ## What
    /// The OAuth scopes of a tool server include one that stands for everything of a service, or an
    /// application of Entra ID has such a scope for every user of the tenant, without asking them.
    ///
    /// ## Why
    /// The token that a person agrees to then opens all they have there, for as long as it can be
    /// refreshed, to whatever steers the agent.
    ///
    /// ## Fix
    /// Ask for the scopes of the single tools; let the server ask for more when it needs more.
    ///
    /// ```json,bad
    /// {
    ///   "mcpServers": {
    ///     "cloud": {
    ///       "url": "https://mcp.example.com/mcp",
    ///       "oauth": {"clientId": "abc", "scopes": "openid https://www.googleapis.com/auth/cloud-platform"} // error: Google Cloud
    ///     }
    ///   }
    /// }
    /// ```
    /// ```tf,bad
    /// resource "azuread_service_principal_delegated_permission_grant" "sync" {
    ///   service_principal_object_id = "00000000-0000-0000-0000-000000000001"
    ///   claim_values                = ["openid", "Mail.ReadWrite"] # error: every user of the tenant
    /// }
    /// ```
    /// ```tf,good
    /// variable "scopes" {}
    ///
    /// resource "azuread_service_principal_delegated_permission_grant" "sync" {
    ///   service_principal_object_id = "00000000-0000-0000-0000-000000000001"
    ///   claim_values                = ["openid", "User.Read"]
    /// }
    ///
    /// resource "azuread_service_principal_delegated_permission_grant" "one" {
    ///   service_principal_object_id = "00000000-0000-0000-0000-000000000001"
    ///   user_object_id              = "00000000-0000-0000-0000-000000000002"
    ///   claim_values                = ["Mail.ReadWrite"]
    /// }
    ///
    /// resource "azuread_service_principal_delegated_permission_grant" "chosen" {
    ///   service_principal_object_id = "00000000-0000-0000-0000-000000000001"
    ///   claim_values                = var.scopes
    /// }
    /// ```
    /// ```json,good
    /// {
    ///   "mcpServers": {
    ///     "cloud": {
    ///       "url": "https://mcp.example.com/mcp",
    ///       "oauth": {"clientId": "abc", "scopes": "openid read:issues"}
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - MCP: authorization, scope minimization (verified 2026-11-22)
    /// - OWASP NHI5:2025 Overprivileged NHI (verified 2026-11-22)
    id: "wide-oauth-scope",
    family: Permission,
    severity: Medium,
    confidence: High,
    profile: Default,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI5"], OwaspAgentic: ["ASI03"], NistCsf: ["PR.AA-05"]],
    check: Grant(check),
}

fn check(grant: &Grant, cx: &mut Context<'_>) {
    if grant.system != PermissionSystem::OAuth {
        return;
    }
    for scope in &grant.actions.items {
        if let Some(gives) = oauth_scope(&scope.value) {
            let (whose, help) = match grant.reach {
                Reach::Organization => {
                    (", for every user of the tenant", "ask for narrower scopes, user by user")
                }
                _ => ("", "ask for the scopes of the single tools"),
            };
            let message = format!("scope `{}` gives {gives}{whose}", scope.value);
            cx.report(&grant.address, "scopes", &scope.origin, message).help(help);
        }
    }
}
