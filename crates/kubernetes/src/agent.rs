//! Agents, tool servers and their gateways as objects of a cluster: kagent, ToolHive,
//! agentgateway and Envoy AI Gateway.
//!
//! The custom resource definitions of each, read 2026-08. What is written out in them is read
//! as in objects of any other vendor.

use std::borrow::Cow;

use model::{
    Authentication, Carrier, ConfigScope, Effect, Grant, GuardKind, IdentityKind, Knowledge,
    Matching, NetworkReach, Origin, Party, Patterns, PermissionSystem, Purpose, SlotKind, Sourced,
    Storage, ToolClass, ToolPattern, ToolServer, Transport, Use, UseMode, Value,
};

use crate::credential::Seat;
use crate::load::Found;
use crate::object::{Object, Objects};
use crate::term::{self, Term};
use crate::{account, controller, custom};

/// Modes in which a policy lets callers in without a proof.
const LAX: &[&str] = &["Optional", "Permissive"];

/// kagent's agent: its tools, its delegates and the account it runs as.
pub(crate) fn kagent(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    declare(object, IdentityKind::Agent, objects);
    let tools = ["spec", "declarative", "tools"];
    let tools = object.at(&tools).value().or_else(|| object.at(&["spec", "tools"]).value());
    for (at, tool) in tools.map_or(&[][..], Value::one_or_many).iter().enumerate() {
        if let Some(server) = tool.get("mcpServer") {
            kagent_server(object, server, at, objects);
        }
        if let Some(agent) = tool.get("agent") {
            let name = Term::read(agent.get("name"), object.page);
            refer(object, "Agent", &name, agent, UseMode::DelegatesTo, objects);
        }
    }
    for path in [
        &["spec", "declarative", "deployment", "serviceAccountName"][..],
        &["spec", "byo", "deployment", "serviceAccountName"][..],
    ] {
        runs_as(object, path, objects);
    }
}

/// The tools that an agent takes from a server: what is not in `requireApproval` runs unasked.
fn kagent_server(object: &Object<'_>, server: &Value, at: usize, objects: &mut Objects) {
    let kind = server.get("kind").and_then(Value::as_text).unwrap_or("MCPServer".into());
    let name = Term::read(server.get("name"), object.page);
    refer(object, &kind, &name, server, UseMode::CallsTool, objects);
    let asked: Vec<Cow<'_, str>> =
        server.items("requireApproval").iter().filter_map(Value::as_text).collect();
    let Some(named) = name.text() else { return };
    for (index, tool) in server.items("toolNames").iter().enumerate() {
        let Some(text) = tool.as_text().filter(|it| !asked.contains(it)) else { continue };
        let path = format!("spec.tools[{at}].mcpServer.toolNames[{index}]");
        let text = text.into_owned();
        objects.facts.grants.push(allowed(object, &path, named, text, tool));
    }
    for header in server.items("allowedHeaders") {
        let forwards = header.as_text().is_some_and(|it| it.eq_ignore_ascii_case("authorization"));
        if forwards {
            forwarded(object, "allowedHeaders", header, objects);
        }
    }
}

/// An entry that lets an agent call a tool without being asked about it.
fn allowed(object: &Object<'_>, path: &str, server: &str, tool: String, value: &Value) -> Grant {
    let place = value.origin.place;
    let address = object.address();
    let principal = Party::Address(object.scoped(address.clone()));
    let pattern = ToolPattern {
        class: ToolClass::ToolServer,
        everything: tool == "*",
        server: Some(server.to_owned()),
        argument: None,
        risk: None,
        program: None,
        ignored: None,
        matching: Matching::Whole,
        // Whoever runs the cluster decides it, not the project that is worked on.
        scope: ConfigScope::Managed,
        rank: 0,
        overruled: None,
        bypassed: None,
        tool: tool.clone(),
    };
    Grant {
        principals: vec![Sourced::at(principal, place)],
        effect: Effect::Allow,
        actions: Patterns::known(vec![Sourced::at(tool, place)]),
        tool: Some(pattern),
        bound: Some(true),
        ..Grant::new(
            object.scoped(format!("{address}.{path}")),
            PermissionSystem::AgentTools,
            Carrier::ToolPermission,
            place,
            object.region,
        )
    }
}

/// kagent's model: a key of its own, or the caller's.
pub(crate) fn model_config(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    if let Found::Here(value) = object.at(&["spec", "apiKeyPassthrough"])
        && value.as_bool() == Some(true)
    {
        forwarded(object, "spec.apiKeyPassthrough", value, objects);
    }
}

/// kagent's server elsewhere: an address, and headers from secrets.
pub(crate) fn remote_server(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    declare(object, IdentityKind::ToolServer, objects);
    let url = object.at(&["spec", "url"]).to_text();
    let proves = ["headersFrom", "headers", "authConfig"]
        .iter()
        .any(|key| !matches!(object.at(&["spec", key]), Found::Nowhere));
    let authentication = if proves { Authentication::Credential } else { Authentication::Unknown };
    objects.facts.tool_servers.push(server(object, "", url, authentication));
}

/// A server that runs in the cluster: kmcp's and ToolHive's.
pub(crate) fn local_server(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    declare(object, IdentityKind::ToolServer, objects);
    let found = server(object, "", Knowledge::Absent, Authentication::Unknown);
    objects.facts.tool_servers.push(found);
    for path in [&["spec", "serviceAccount"][..], &["spec", "deployment", "serviceAccountName"][..]]
    {
        runs_as(object, path, objects);
    }
    let profile = |key: &str| object.at(&["spec", "permissionProfile", key]).value();
    let built_in = profile("type").and_then(Value::as_text).as_deref() == Some("builtin");
    // ToolHive's profile `network` lets everything out.
    if let Some(name) =
        profile("name").filter(|it| built_in && it.as_text().as_deref() == Some("network"))
    {
        let kind = GuardKind::Network(NetworkReach::Open);
        push(object, "spec.permissionProfile.name", kind, name, objects);
    }
    if let Found::Here(audit) = object.at(&["spec", "audit", "enabled"])
        && audit.as_bool() == Some(false)
    {
        push(object, "spec.audit.enabled", GuardKind::Logging(false), audit, objects);
    }
}

/// ToolHive's server elsewhere, and its one address for a group of servers.
pub(crate) fn proxy(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    declare(object, IdentityKind::ToolServer, objects);
    let url = object.at(&["spec", "remoteUrl"]).to_text();
    if !url.is_absent() {
        objects.facts.tool_servers.push(server(object, "", url, Authentication::Unknown));
    }
    if let Found::Here(kind) = object.at(&["spec", "incomingAuth", "type"])
        && matches!(kind.as_text().as_deref(), Some("anonymous" | "unauthenticated"))
    {
        prove(object, "spec.incomingAuth.type", kind, objects);
    }
}

/// agentgateway's backend: servers by host, and the caller's own token handed on.
pub(crate) fn gateway_backend(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    for target in object.at(&["spec", "mcp", "targets"]).items() {
        let Some(fixed) = target.get("static") else { continue };
        let name = target.get("name").and_then(Value::as_text).unwrap_or_default();
        let Some(host) = fixed.get("host") else { continue };
        let port = fixed.get("port").and_then(Value::as_number);
        let tls =
            fixed.get("policies").and_then(|it| it.get("tls")).is_some() || port == Some(443.0);
        let Some(text) = host.as_text() else { continue };
        let scheme = if tls { "https" } else { "http" };
        let url = Sourced::new(format!("{scheme}://{text}"), host.origin.clone());
        let found = server(object, &name, Knowledge::Known(url), Authentication::Unknown);
        objects.facts.tool_servers.push(found);
    }
    if let Found::Here(passes) = object.at(&["spec", "policies", "auth", "passthrough"]) {
        forwarded(object, "spec.policies.auth.passthrough", passes, objects);
    }
}

/// agentgateway's policy: a mode that asks for a proof only when there is one.
pub(crate) fn gateway_policy(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    for path in [
        &["spec", "traffic", "jwtAuthentication", "mode"][..],
        &["spec", "traffic", "apiKeyAuthentication", "mode"][..],
        &["spec", "traffic", "basicAuthentication", "mode"][..],
        &["spec", "backend", "mcp", "authentication", "mode"][..],
    ] {
        if let Found::Here(mode) = object.at(path)
            && mode.as_text().is_some_and(|it| LAX.contains(&&*it))
        {
            prove(object, &path.join("."), mode, objects);
        }
    }
}

/// Envoy AI Gateway's route to tool servers: rules that let everybody call, and a key behind a
/// route that asks nobody.
pub(crate) fn envoy_route(object: &Object<'_>, objects: &mut Objects) {
    custom::lower(object, objects);
    let action = ["spec", "securityPolicy", "authorization", "defaultAction"];
    if let Found::Here(value) = object.at(&action)
        && value.as_text().as_deref() == Some("Allow")
    {
        prove(object, &action.join("."), value, objects);
    }
    let shut = !matches!(object.at(&["spec", "securityPolicy"]), Found::Nowhere);
    let keyed = object
        .at(&["spec", "backendRefs"])
        .items()
        .iter()
        .filter_map(|it| it.get("securityPolicy")?.get("apiKey"))
        .find(|it| it.get("secretRef").is_some() || it.get("inline").is_some());
    if let Some(key) = keyed.filter(|_| !shut) {
        prove(object, "spec.securityPolicy", key, objects);
    }
}

fn declare(object: &Object<'_>, kind: IdentityKind, objects: &mut Objects) {
    let mut identity = account::identity(object, kind);
    identity.purpose = Purpose::Agent;
    identity.client = Some(client(object));
    if identity.description.is_absent() {
        identity.description = object.at(&["spec", "description"]).to_text();
    }
    objects.facts.identities.push(identity);
}

/// Who reads the object.
fn client(object: &Object<'_>) -> &'static str {
    match object.class.group.as_deref() {
        Some("kagent.dev") => "kagent",
        Some("toolhive.stacklok.dev") => "ToolHive",
        Some("agentgateway.dev") => "agentgateway",
        Some("aigateway.envoyproxy.io") => "Envoy AI Gateway",
        _ => "Kubernetes",
    }
}

/// Another object of the same scope that this one uses.
fn refer(
    object: &Object<'_>,
    kind: &str,
    name: &Term,
    entry: &Value,
    mode: UseMode,
    objects: &mut Objects,
) {
    if name.text().is_none() {
        return;
    }
    let stated = entry.get("namespace").map(|it| Term::read(Some(it), object.page));
    let namespace = stated.unwrap_or_else(|| object.namespace.clone());
    let to = object.scoped(term::address(&namespace, kind, name));
    objects.facts.uses.push(Use {
        from: Party::Address(object.scoped(object.address())),
        to: Party::Address(to),
        mode,
        place: entry.origin.place,
    });
}

fn runs_as(object: &Object<'_>, path: &[&str], objects: &mut Objects) {
    let Found::Here(value) = object.at(path) else { return };
    let name = Term::read(Some(value), object.page);
    refer(object, account::KIND, &name, value, UseMode::RunsAs, objects);
}

fn server(
    object: &Object<'_>,
    suffix: &str,
    url: Knowledge<String>,
    authentication: Authentication,
) -> ToolServer {
    let own = object.address();
    let (address, name) = match suffix {
        "" => (own, object.name.to_string()),
        suffix => (format!("{own}.{suffix}"), suffix.to_owned()),
    };
    let transport = match url.is_absent() {
        true => Knowledge::Absent,
        false => Knowledge::Known(Sourced::new(Transport::Http, Origin::at(object.place))),
    };
    ToolServer {
        sameness: url.value().cloned().unwrap_or_else(|| address.clone()),
        address: object.scoped(address),
        name,
        agent: None,
        client: client(object),
        scope: ConfigScope::Project,
        transport,
        launch: None,
        url,
        authentication,
        tools: Patterns::default(),
        auto_approved: Patterns::default(),
        enabled: true,
        wide_access: Vec::new(),
        place: object.place,
        region: object.region,
    }
}

/// Records that callers prove nothing.
fn prove(object: &Object<'_>, setting: &str, value: &Value, objects: &mut Objects) {
    push(object, setting, GuardKind::CallersProve(false), value, objects);
}

fn push(object: &Object<'_>, setting: &str, kind: GuardKind, value: &Value, objects: &mut Objects) {
    let guard = controller::guard(object, setting.to_owned(), kind, value.origin.place);
    objects.facts.guards.push(model::Guard {
        client: client(object),
        scope: ConfigScope::Managed,
        ..guard
    });
}

/// Records that the caller's own token goes on to what is behind.
fn forwarded(object: &Object<'_>, path: &str, value: &Value, objects: &mut Objects) {
    let seat = Seat::new(object, SlotKind::Header, path).named("Authorization");
    objects.credentials.push(seat.credential(Storage::Forwarded, value.origin.place));
}
