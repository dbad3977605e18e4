use std::collections::{BTreeMap, BTreeSet};

use engine::{Context, Severity, rule};
use model::{
    Address, Certainty, Credential, IdentityKind, LiteralClass, Place, ReferenceSyntax, Storage,
};

rule! {
    /// One credential serves several agents, or production and another environment.
    ///
    /// ## What
    /// The same literal value, or the same entry of a secret store, is handed to users of
    /// production and of another environment, or to different tool servers of different agents.
    /// One tool server that several clients start is one user.
    ///
    /// ## Why
    /// Whoever takes over the weakest of them acts as all. The provider's log cannot tell them
    /// apart, and the credential cannot be taken away from one alone.
    ///
    /// ## Fix
    /// Issue one credential for each agent and for each environment.
    ///
    /// ```json,bad
    /// // file: envs/prod/.mcp.json
    /// {"mcpServers": {"db": {"command": "db-server", "env": {"API_TOKEN": "q7Rf2LwZx9Tn4KbVm1Hc8YpD"}}}} // error: production
    /// // file: envs/dev/.mcp.json
    /// {"mcpServers": {"db": {"command": "db-server", "env": {"API_TOKEN": "q7Rf2LwZx9Tn4KbVm1Hc8YpD"}}}}
    /// ```
    /// ```json,bad
    /// // file: triage/.mcp.json
    /// {"mcpServers": {"issues": {"command": "issue-server", "env": {"API_TOKEN": "q7Rf2LwZx9Tn4KbVm1Hc8YpD"}}}} // error: 2 agents
    /// // file: billing/.cursor/mcp.json
    /// {"mcpServers": {"money": {"command": "money-server", "env": {"API_TOKEN": "q7Rf2LwZx9Tn4KbVm1Hc8YpD"}}}}
    /// ```
    /// ```json,bad
    /// // file: triage/.mcp.json
    /// {"mcpServers": {"issues": {"command": "issue-server", "env": {"API_TOKEN": "op://shop/robot/token"}}}} // error: 2 agents
    /// // file: billing/.cursor/mcp.json
    /// {"mcpServers": {"money": {"command": "money-server", "env": {"API_TOKEN": "op://shop/robot/token"}}}}
    /// ```
    /// ```json,good
    /// // file: triage/.mcp.json
    /// {"mcpServers": {"issues": {"command": "issue-server", "env": {"API_TOKEN": "op://shop/triage/token"}}}}
    /// // file: billing/.cursor/mcp.json
    /// {"mcpServers": {"money": {"command": "money-server", "env": {"API_TOKEN": "op://shop/billing/token"}}}}
    /// ```
    /// ```json,good
    /// // file: .mcp.json
    /// {"mcpServers": {"issues": {"command": "npx", "args": ["issue-server@1.2.3"], "env": {"API_TOKEN": "q7Rf2LwZx9Tn4KbVm1Hc8YpD"}}}}
    /// // file: .cursor/mcp.json
    /// {"mcpServers": {"issues": {"command": "npx", "args": ["issue-server@1.2.3"], "env": {"API_TOKEN": "q7Rf2LwZx9Tn4KbVm1Hc8YpD"}}}}
    /// ```
    /// ```json,good
    /// // file: envs/prod/.mcp.json
    /// {"mcpServers": {"db": {"command": "db-server", "env": {"API_TOKEN": "q7Rf2LwZx9Tn4KbVm1Hc8YpD"}}}}
    /// // file: envs/dev/.mcp.json
    /// {"mcpServers": {"db": {"command": "db-server", "env": {"API_TOKEN": "${API_TOKEN}"}}}}
    /// ```
    ///
    /// ## References
    /// - OWASP NHI8:2025 Environment Isolation; NHI9:2025 NHI Reuse (verified 2026-11-22)
    id: "shared-credential",
    family: Identity,
    severity: Medium,
    confidence: Medium,
    profile: Default,
    since: "0.1.0",
    references: [
        OwaspNhi: ["NHI8", "NHI9"],
        OwaspAgentic: ["ASI03"],
        NistCsf: ["PR.AA-01", "PR.AA-05"],
        NistZeroTrust: ["3"],
    ],
    check: Workspace(check),
}

const AGENTS: [IdentityKind; 2] = [IdentityKind::Agent, IdentityKind::SubAgent];

/// Somebody who is handed a value.
struct User<'a> {
    place: Place,
    /// The agent, when one or its tool server is.
    agent: Option<&'a Address>,
    /// What tells two tool servers apart.
    what: Option<&'a str>,
    /// The environment's name, and whether it is production.
    environment: Option<(&'a str, bool)>,
}

fn check(cx: &mut Context<'_>) {
    let facts = cx.facts();
    let shared = facts.credentials.iter().filter(|it| is_secret(it) && !copies(it).is_empty());
    for credential in shared {
        let places: BTreeSet<Place> = copies(credential).iter().copied().collect();
        let others = facts
            .credentials
            .iter()
            .filter(|it| place(it).is_some_and(|it| places.contains(&it)));
        let mut users: Vec<User<'_>> =
            std::iter::once(credential).chain(others).map(|it| user(it, cx)).collect();
        users.sort_by_key(|it| it.place);
        judge(credential, &users, "the same value stands", cx);
    }
    stored(cx);
}

/// Several agents that name the same entry of a secret store. Equal names of variables say
/// nothing: each machine has its own.
fn stored(cx: &mut Context<'_>) {
    let mut named: BTreeMap<&str, Vec<&Credential>> = BTreeMap::new();
    for credential in &cx.facts().credentials {
        if let Some(target) = store_entry(credential) {
            named.entry(target).or_default().push(credential);
        }
    }
    for all in named.into_values().filter(|it| it.len() > 1) {
        let mut users: Vec<User<'_>> =
            all.iter().map(|it| user(it, cx)).filter(|it| it.agent.is_some()).collect();
        users.sort_by_key(|it| it.place);
        if let Some(first) = all.first() {
            judge(first, &users, "the same entry is named", cx);
        }
    }
}

/// The entry of a secret store that a credential is kept in, when it is written out in full.
fn store_entry(credential: &Credential) -> Option<&str> {
    let Storage::Reference(reference) = &credential.storage else { return None };
    let whole = reference.syntax == ReferenceSyntax::SecretManager
        && reference.target.len() > 8
        && !reference.target.contains(['$', '{', '*']);
    whole.then_some(&*reference.target)
}

fn judge(credential: &Credential, users: &[User<'_>], same: &str, cx: &mut Context<'_>) {
    let of = |production: bool| {
        users.iter().find_map(|it| {
            it.environment.filter(|it| it.1 == production).map(|env| (env.0, it))
        })
    };
    if let (Some((_, first)), Some((name, second))) = (of(true), of(false)) {
        let message = format!("`{}` serves production and `{name}`", credential.name);
        // The later place is the copy.
        let (at, other) =
            if first.place < second.place { (second, first) } else { (first, second) };
        cx.report_at(&credential.address, "environments", at.place, message)
            .severity(Severity::High)
            .help("issue one credential for each environment")
            .related(other.place, format!("{same} in the other environment"));
        return;
    }
    let agents: BTreeSet<&Address> = users.iter().filter_map(|it| it.agent).collect();
    let servers: BTreeSet<&str> =
        users.iter().filter(|it| it.agent.is_some()).filter_map(|it| it.what).collect();
    // One server that several clients start holds one credential.
    if agents.len() < 2 || servers.len() < 2 {
        return;
    }
    let holders: Vec<&User<'_>> = users.iter().filter(|it| it.agent.is_some()).collect();
    let Some((last, before)) = holders.split_last() else { return };
    let message = format!("`{}` serves {} agents", credential.name, agents.len());
    let finding = cx.report_at(&credential.address, "agents", last.place, message);
    finding.help("issue one credential for each agent");
    for one in before.iter().take(8) {
        finding.related(one.place, format!("{same} here"));
    }
}

fn is_secret(credential: &Credential) -> bool {
    credential.literal().is_some_and(|it| {
        it.class == LiteralClass::Secret && !it.well_known && !it.is_copy && it.certainty != Certainty::Guess
    })
}

fn copies(credential: &Credential) -> &[Place] {
    credential.literal().map_or(&[], |it| &it.copies)
}

fn place(credential: &Credential) -> Option<Place> {
    Some(credential.literal()?.origin.place)
}

fn user<'a>(credential: &'a Credential, cx: &Context<'a>) -> User<'a> {
    let holder = credential.holder.as_ref().and_then(|it| cx.graph().identity(it));
    let server = holder.and_then(|it| cx.graph().tool_server_at(&it.address));
    let agent = match server {
        Some(server) => server.agent.as_ref(),
        None => holder.filter(|it| AGENTS.contains(&it.kind)).map(|it| &it.address),
    };
    let what = server.map(|it| it.sameness.as_str()).or_else(|| agent.map(|it| &*it.name));
    let environment = holder.and_then(|it| it.environment.as_ref()).map(|it| (it.name.as_str(), it.production));
    User { place: place(credential).unwrap_or(credential.place), agent, what, environment }
}
