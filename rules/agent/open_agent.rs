use engine::{Context, rule};
use model::{Guard, GuardKind};

rule! {
    /// Anyone who reaches an agent may make it act.
    ///
    /// ## What
    /// An agent, or the gateway in front of models and tools, is served without asking its
    /// callers who they are.
    ///
    /// ## Why
    /// The agent acts with its own rights for whoever writes to it: it reads, calls tools and
    /// spends money on a stranger's word, and its log names nobody.
    ///
    /// ## Fix
    /// Demand a credential from every caller: OAuth, a signed token or at least a key.
    ///
    /// ```json,bad
    /// // file: agent-card.json
    /// {
    ///   "name": "refunds",
    ///   "description": "Pays money back",
    ///   "url": "https://agents.acme.dev/refunds", // error: nobody
    ///   "capabilities": {}
    /// }
    /// ```
    /// ```yaml,bad
    /// # file: litellm/config.yaml
    /// model_list:
    ///   - model_name: m
    ///     litellm_params: {model: m}
    /// general_settings:
    ///   dangerously_permit_weak_or_unset_master_key: true # error: nobody
    /// ```
    /// ```json,good
    /// // file: agent-card.json
    /// {
    ///   "name": "refunds",
    ///   "description": "Pays money back",
    ///   "url": "https://agents.acme.dev/refunds",
    ///   "securitySchemes": {"oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://id.acme.dev"}},
    ///   "security": [{"oidc": ["refunds"]}]
    /// }
    /// ```
    /// ```json,good
    /// // file: agent-card.json
    /// {
    ///   "name": "refunds",
    ///   "description": "Pays money back",
    ///   "url": "http://localhost:8000",
    ///   "capabilities": {}
    /// }
    /// ```
    ///
    /// ## References
    /// - A2A: agent card, security schemes (verified 2026-11-22)
    /// - OWASP ASI03:2026 Identity and Privilege Abuse (verified 2026-11-22)
    id: "open-agent",
    family: Agent,
    severity: High,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI4"],
        OwaspAgentic: ["ASI03", "ASI07"],
        NistZeroTrust: ["2"],
    ],
    check: Guard(check),
}

fn check(guard: &Guard, cx: &mut Context<'_>) {
    let GuardKind::CallersProve(false) = guard.kind else { return };
    if !guard.effective {
        return;
    }
    let message = format!("nobody has to prove who they are to use this {} agent", guard.client);
    cx.report_at(&guard.agent, &guard.setting, guard.place, message)
        .help("demand OAuth, a signed token or a key from every caller");
}
