use engine::{Context, rule};
use model::{Address, ConfigScope, Effect, Grant, GuardKind, IdentityKind, ToolClass};

rule! {
    /// An agent's settings do not keep files with secrets from it.
    ///
    /// ## What
    /// A project sets permissions for an agent, and none of them denies `.env` files, key files or
    /// folders with credentials.
    ///
    /// ## Why
    /// What the agent reads goes to the model's provider and into its context, where a misled
    /// model can send it on.
    ///
    /// ## Fix
    /// Deny reading the files that hold secrets.
    ///
    /// ```json,bad
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Read(src/**)"] // error: secrets
    ///   }
    /// }
    /// ```
    /// ```json,good
    /// // file: .claude/settings.json
    /// {
    ///   "permissions": {
    ///     "allow": ["Read(src/**)"],
    ///     "deny": ["Read(**/.env)"]
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    /// - OWASP NHI2:2025 Secret Leakage (verified 2026-11-22)
    id: "readable-secret-files",
    family: Agent,
    severity: Low,
    confidence: Medium,
    profile: Strict,
    since: "0.1.0",
    references: [OwaspNhi: ["NHI2"], OwaspAgentic: ["ASI01", "ASI03"]],
    check: Workspace(check),
}

/// Words in the paths of files that hold secrets.
const SECRET_PATHS: &[&str] =
    &[".env", "secret", ".pem", ".key", ".ssh", ".aws", "credential", "id_rsa", ".kube", ".gnupg"];

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    for agent in facts.identities.iter().filter(|it| it.kind == IdentityKind::Agent) {
        let grants = cx.graph().grants_of(agent);
        // What a command brings along is no setting of its agent.
        let own = |it: &Grant| it.address.name.starts_with(&*agent.address.name);
        let first = grants.iter().find(|it| {
            own(it) && it.tool.as_ref().is_some_and(|it| it.scope == ConfigScope::Project)
        });
        let Some(first) = first else { continue };
        if grants.iter().any(|it| closes(it)) || closed(cx, &agent.address) {
            continue;
        }
        let Some(entry) = first.actions.items.first() else { continue };
        let client = agent.client.unwrap_or("the agent");
        let message = format!("nothing keeps {client} from reading files with secrets");
        cx.report(&agent.address, "secrets", &entry.origin, message)
            .help("deny reading `.env` files, keys and folders with credentials");
    }
}

fn closes(grant: &Grant) -> bool {
    let Some(tool) = grant.tool.as_ref().filter(|it| it.is_in_force()) else { return false };
    let reads = matches!(tool.class, ToolClass::Read | ToolClass::Any);
    let argument = tool.argument.as_deref().map(str::to_ascii_lowercase);
    let secret = argument.is_none_or(|it| SECRET_PATHS.iter().any(|word| it.contains(word)));
    grant.effect == Effect::Deny && reads && secret
}

fn closed(cx: &Context<'_>, agent: &Address) -> bool {
    cx.facts()
        .guards
        .iter()
        .any(|it| it.agent == *agent && matches!(it.kind, GuardKind::SecretFilesClosed))
}
