//! One normal form for a tool server, whatever its client calls the fields.

use std::collections::BTreeMap;

use model::{
    Authentication, GuardKind, IdentityKind, Knowledge, Launch, Origin, SlotKind, Sourced,
    ToolServer, Transport, UseMode, WideAccess,
};
use secrets::Expectation;
use syntax::{Kind, Node};

use crate::clients::{Container, Layout, WINDSURF};
use crate::handover::{At, Taker, Word, redacted};
use crate::launch::{self, Analysis};
use crate::lowering::Lowering;
use crate::server_tools::TOOL_KEYS;
use crate::words::COMMAND_KEYS;
use crate::{join, reach, sameness};

pub(crate) const ENVIRONMENT_KEYS: &[&str] = &["env", "environment", "envs"];
const HEADER_KEYS: &[&str] = &["headers", "http_headers", "static_headers"];
/// An image that a gateway starts; `command` then holds only arguments.
const IMAGE_KEYS: &[&str] = &["image"];
/// Best first: a client that knows several prefers them in this order.
const URL_KEYS: &[&str] = &[
    "httpUrl",
    "serverUrl",
    "server_url",
    "server_address",
    "url",
    "uri",
    "baseUrl",
    "endpointUrl",
    "sseEndpoint",
];
const BEARER_KEYS: &[&str] = &[
    "bearer_token",
    "bearerToken",
    "apiKey",
    "api_key",
    "authorization",
    "authorization_token",
    "auth_value",
    "authentication_token",
    "oauth_client_secret",
];

/// Keys that say that the client proves itself by OAuth or a mechanism of its platform.
const OAUTH_KEYS: &[&str] = &[
    "oauth",
    "auth",
    "auth_type",
    "authProviderType",
    "oauth_client_id",
    "oauth_headers",
    "requiresOAuth",
    "obo",
    "project_connection_id",
    "connection",
    "customUserVars",
    "secrets",
];

/// A server entry on its way to a fact.
struct Entry<'t> {
    name: String,
    node: Node<'t>,
    path: String,
    /// A later entry of the same name replaces it: only what it gives away counts.
    replaced: bool,
}

/// What was learned about how a server is reached.
#[derive(Default)]
struct Reached {
    url: Knowledge<String>,
    /// Something in the entry proves the client to the server.
    credential: bool,
    secrets: Vec<std::ops::Range<usize>>,
}

impl Lowering<'_> {
    /// Lowers every tool server of the file.
    pub(crate) fn servers(&mut self) {
        let Some(document) = self.document() else { return };
        self.servers_of(document, self.format.servers);
        if self.source.path.ends_with(".mcp.json") && self.facts.tool_servers.is_empty() {
            self.bare_servers(document);
        }
    }

    /// A plugin's `.mcp.json` may hold the servers without a container around them.
    fn bare_servers(&mut self, document: Node<'_>) {
        let all = document.entries();
        let like_server = |it: Node<'_>| {
            it.kind() == Kind::Map && (it.get("command").or(it.get("url"))).is_some()
        };
        if !all.is_empty() && all.iter().all(|(_, it)| like_server(*it)) {
            self.container(document, "");
        }
    }

    /// Lowers the tool servers that stand in `containers` below `root`.
    pub(crate) fn servers_of(&mut self, root: Node<'_>, containers: &[Container]) {
        let mut seen: Vec<Container> = Vec::new();
        for container in containers {
            // `mcp.servers` is a container of its own and no server called `servers`.
            if seen.iter().any(|it| it.starts_with(container)) {
                continue;
            }
            let mut found = Vec::new();
            resolve(root, container, String::new(), &mut found);
            for (node, path) in found {
                if matches!(node.kind(), Kind::Map | Kind::Seq) {
                    seen.push(container);
                    self.container(node, &path);
                }
            }
        }
    }

    /// Lowers one tool server that does not stand in a container.
    pub(crate) fn single_server(&mut self, name: &str, node: Node<'_>, path: &str) {
        let entry = Entry { name: name.to_owned(), node, path: path.to_owned(), replaced: false };
        self.server(&entry);
    }

    fn container(&mut self, node: Node<'_>, path: &str) {
        for entry in entries(node, path) {
            self.server(&entry);
        }
    }

    fn server(&mut self, entry: &Entry<'_>) {
        let node = entry.node;
        let settings = node.get("settings").filter(|it| it.kind() == Kind::Map);
        let has = |keys: &[&str]| keys.iter().any(|it| node.get(it).is_some());
        let hosted = self.host_url(node).is_some();
        if !has(COMMAND_KEYS) && !has(URL_KEYS) && !has(IMAGE_KEYS) && settings.is_none() && !hosted
        {
            return;
        }
        self.declare_agent();
        let address = self.address(&entry.path);
        let mut taker = Taker {
            holder: address.clone(),
            name: format!("tool server `{}`", entry.name),
            path: entry.path.clone(),
            region: self.entry_place(node),
            expands: self.format.expands,
            resolves_secrets: false,
            label: entry.name.clone(),
            notation: self.server_notation(),
        };
        let (analysis, launch, secret_words) = self.launch(node, &taker);
        taker.resolves_secrets = analysis.resolves_secrets;
        let reached = self.reach(node, &taker);
        let environment = self.environment(node, &taker);
        self.forwarded(&analysis, node, &taker);
        self.named_variables(node, &taker);
        if let Some(file) = node.get("envFile").or_else(|| node.get("env_file")) {
            self.variables_of(&address, file);
        }
        if let Some(settings) = settings {
            self.tokens(settings, "settings", &taker);
        }
        if entry.replaced {
            return;
        }
        self.cloud_identities(&address, node);
        let remote = analysis.remote.as_ref();
        let url = match remote {
            Some(word) => {
                Knowledge::Known(Sourced::new(bare_url(&word.value), word.snippet.origin()))
            }
            None => reached.url.clone(),
        };
        let folder = join::project(self.source.path);
        let mut wide = analysis.wide.clone();
        wide.extend(environment);
        wide.extend(writes_database(launch.as_ref(), node));
        let server = ToolServer {
            address: address.clone(),
            name: entry.name.clone(),
            agent: Some(self.agent.clone()),
            client: self.format.client,
            scope: self.scope,
            transport: self.transport(node, &analysis),
            authentication: self.authentication(node, &reached, &analysis, secret_words),
            tools: self.tool_list(node, TOOL_KEYS),
            auto_approved: self.auto_approved(node),
            enabled: is_enabled(node),
            wide_access: wide,
            sameness: sameness::of(launch.as_ref(), &url, &entry.name, &folder),
            launch,
            url,
            place: self.name_place(node),
            region: taker.region,
        };
        self.declare_server(entry, server);
    }

    /// The file from which a server takes its variables.
    fn variables_of(&mut self, server: &model::Address, file: Node<'_>) {
        let count = self.facts.uses.len();
        self.environment_file(file);
        for found in self.facts.uses.iter_mut().skip(count) {
            found.from = model::Party::Address(server.clone());
        }
    }

    fn declare_server(&mut self, entry: &Entry<'_>, server: ToolServer) {
        let name = Knowledge::Known(Sourced::at(server.name.clone(), server.place));
        let (address, place) = (server.address.clone(), server.place);
        let mut identity =
            self.identity(address.clone(), IdentityKind::ToolServer, name, place, server.region);
        identity.description = self.known(entry.node.get("description"));
        if !server.enabled {
            identity.disabled = Knowledge::Known(Sourced::at(true, place));
        }
        self.facts.identities.push(identity);
        self.uses(address.clone(), UseMode::CallsTool, place);
        self.resource("toolServer", &address, entry.node);
        self.facts.tool_servers.push(server);
    }

    /// Where a server's name stands: its key, or the value of `name` in a list.
    fn name_place(&self, node: Node<'_>) -> model::Place {
        match (node.key(), node.get("name")) {
            (None, Some(name)) => self.content_place(name),
            _ => self.key_place(node),
        }
    }

    // How it is started.

    fn launch(&mut self, node: Node<'_>, taker: &Taker) -> (Analysis, Option<Launch>, bool) {
        let words = self.launch_words(node);
        if let Some(image) = node.get("image").filter(|it| it.kind() == Kind::String) {
            return self.launch_image(image, &words, taker);
        }
        let Some(program) = words.first().cloned() else { return Default::default() };
        let count = self.facts.credentials.len();
        let secret = self.hand_over_words(&words, SlotKind::CommandArgument, taker);
        let hands_over = self.facts.credentials.len() > count;
        let analysis = launch::analyse(words.clone());
        self.unasked_words(&words, taker.region);
        let place_of = |it: &Word| it.snippet.place();
        let mut places: Vec<_> = words.iter().map(place_of).zip(&secret).collect();
        places.sort_by_key(|(place, _)| place.span.start);
        // The words of the wrapped line are parts of the outer ones, so their secrets are too.
        let clean = |word: &Word| {
            let inner = place_of(word);
            let after = places.partition_point(|(it, _)| it.span.start <= inner.span.start);
            let at = after.checked_sub(1).and_then(|it| places.get(it)).map(|(_, secret)| *secret);
            let ranges = at.map_or(&[][..], Vec::as_slice);
            let text = if ranges.is_empty() {
                word.value.clone()
            } else {
                redacted(&word.snippet, ranges)
            };
            match text.contains("${") || text.contains("{{") {
                true => Knowledge::Unknown(place_of(word)),
                false => Knowledge::Known(Sourced::new(text, word.snippet.origin())),
            }
        };
        let first = analysis.words.first().unwrap_or(&program);
        let launch = Launch {
            command: clean(first),
            arguments: analysis.words.iter().skip(1).map(clean).collect(),
            package: analysis.package.clone(),
            shell: analysis.shell,
            pipes_download: analysis.pipes_download,
        };
        (analysis, Some(launch), hands_over)
    }

    /// An image that a gateway starts: its command line holds only the image's arguments.
    fn launch_image(
        &mut self,
        image: Node<'_>,
        words: &[Word],
        taker: &Taker,
    ) -> (Analysis, Option<Launch>, bool) {
        let count = self.facts.credentials.len();
        self.hand_over_words(words, SlotKind::CommandArgument, taker);
        let hands_over = self.facts.credentials.len() > count;
        let text = image.as_str().unwrap_or("");
        let package = crate::package::image(text, self.content_place(image));
        let launch = Launch {
            command: self.known(Some(image)),
            package: Some(package),
            ..Launch::default()
        };
        (Analysis::default(), Some(launch), hands_over)
    }

    /// Variables that a container takes from the launching process: references, unless the
    /// entry sets them itself.
    fn forwarded(&mut self, analysis: &Analysis, node: Node<'_>, taker: &Taker) {
        for word in &analysis.forwarded {
            let name = word.value.as_str();
            let set = ENVIRONMENT_KEYS.iter().any(|it| node.path(&[it, name]).is_some());
            if !set && crate::handover::header_names_credential(name) {
                let at = At {
                    kind: SlotKind::Environment,
                    path: &word.path,
                    key: name,
                    expects: Expectation::ByName,
                };
                self.hand_over_variable(&word.snippet, at, taker);
            }
        }
    }

    /// Codex' `env_vars`: variables that the client hands on by name.
    fn named_variables(&mut self, node: Node<'_>, taker: &Taker) {
        for (at, item) in node.get("env_vars").into_iter().flat_map(Node::items).enumerate() {
            let named = item.get("name").unwrap_or(item);
            let Some(snippet) = self.snippet(named).filter(|_| named.kind() == Kind::String) else {
                continue;
            };
            let name = snippet.as_str().to_owned();
            if crate::handover::header_names_credential(&name) {
                let path = format!("env_vars[{at}]");
                let at = At {
                    kind: SlotKind::Environment,
                    path: &path,
                    key: &name,
                    expects: Expectation::ByName,
                };
                self.hand_over_variable(&snippet, at, taker);
            }
        }
    }

    // How it is reached.

    fn reach(&mut self, node: Node<'_>, taker: &Taker) -> Reached {
        let mut reached = Reached::default();
        let count = self.facts.credentials.len();
        for url in children(node, URL_KEYS) {
            if let Some(snippet) = self.snippet(url) {
                let secret = self.hand_over_url(&snippet, url.key().unwrap_or("url"), taker);
                reached.secrets.extend(secret);
            }
        }
        if let Some(url) = URL_KEYS.iter().find_map(|it| node.get(it)) {
            reached.url = match self.snippet(url) {
                Some(it) if crate::dialect::notation(it.as_str()).is_none() => {
                    let text = bare_url(&redacted(&it, &reached.secrets));
                    Knowledge::Known(Sourced::at(text, self.content_place(url)))
                }
                _ => Knowledge::Unknown(self.place(url)),
            };
        }
        if let Some(found) = self.host_url(node).filter(|_| reached.url.is_absent()) {
            reached.url = Knowledge::Known(found);
        }
        for headers in children(node, HEADER_KEYS) {
            reached.credential |= self.headers(headers, headers.key().unwrap_or("headers"), taker);
        }
        for outer in ["requestOptions", "requestInit"] {
            if let Some(headers) = node.path(&[outer, "headers"]) {
                let path = format!("{outer}.headers");
                reached.credential |= self.headers(headers, &path, taker);
            }
        }
        if let Some(headers) = node.get("env_http_headers") {
            for (name, value) in headers.entries() {
                self.variable_name(value, &format!("env_http_headers.{name}"), name, taker);
            }
        }
        for bearer in children(node, BEARER_KEYS) {
            if let Some(snippet) = self.snippet(bearer) {
                let key = bearer.key().unwrap_or("");
                let at =
                    At { kind: SlotKind::Header, path: key, key, expects: Expectation::Credential };
                self.hand_over(&snippet, at, taker);
                reached.credential |= !snippet.as_str().is_empty();
            }
        }
        if let Some(variable) = node.get("bearer_token_env_var") {
            self.variable_name(variable, "bearer_token_env_var", "Authorization", taker);
        }
        self.oauth(node, taker);
        reached.credential |= self.facts.credentials.len() > count;
        reached
    }

    /// The address of a target of agentgateway, which is given by host, port and path. Without
    /// `backendTLS` it is plain HTTP, but on the port that has no other use.
    fn host_url(&self, node: Node<'_>) -> Option<Sourced<String>> {
        if self.format.layout != Layout::AgentGateway {
            return None;
        }
        let host = node.get("host")?;
        let text = host.as_str().filter(|it| crate::dialect::notation(it).is_none())?;
        let port = node.get("port").and_then(Node::text);
        let path = node.get("path").and_then(Node::as_str).unwrap_or("");
        let tls = node.path(&["policies", "backendTLS"]).or_else(|| node.get("backendTLS"));
        let url = match (text.contains("://"), port) {
            (true, _) => bare_url(text),
            (false, Some("443")) => format!("https://{text}{path}"),
            // A certificate that is checked for the whole route stands elsewhere.
            (false, _) if tls.is_some() => format!("https://{text}{path}"),
            (false, Some(port)) => format!("http://{text}:{port}{path}"),
            (false, None) => format!("http://{text}{path}"),
        };
        Some(Sourced::at(url, self.content_place(host)))
    }

    /// The headers of a map; true when one of them is meant to prove something.
    pub(crate) fn headers(&mut self, headers: Node<'_>, path: &str, taker: &Taker) -> bool {
        let mut proves = false;
        for value in headers.children() {
            let (Some(name), Some(snippet)) = (value.key(), self.snippet(value.resolved())) else {
                continue;
            };
            let secret = self.hand_over_header(name, &snippet, &format!("{path}.{name}"), taker);
            proves |= !secret.is_empty() || crate::handover::names_credential(name);
        }
        proves
    }

    fn variable_name(&mut self, node: Node<'_>, path: &str, key: &str, taker: &Taker) {
        if let Some(snippet) = self.snippet(node) {
            let at = At { kind: SlotKind::Header, path, key, expects: Expectation::Credential };
            self.hand_over_variable(&snippet, at, taker);
        }
    }

    fn oauth(&mut self, node: Node<'_>, taker: &Taker) {
        for key in ["oauth", "auth"] {
            if let Some(map) = node.get(key).filter(|it| it.kind() == Kind::Map) {
                self.tokens(map, key, taker);
            }
        }
        self.oauth_scopes(node, taker);
        if let Some(helper) = node.get("headersHelper").and_then(|it| self.snippet(it)) {
            self.hand_over_command(&helper, "headersHelper", SlotKind::SavedCommand, taker);
        }
    }

    /// The texts of a map whose keys decide what they are, one level deep and below.
    pub(crate) fn tokens(&mut self, map: Node<'_>, path: &str, taker: &Taker) {
        for value in map.descendants() {
            let (Some(key), Some(snippet)) = (value.key(), self.snippet(value)) else { continue };
            let path = format!("{path}.{key}");
            let at = At { kind: SlotKind::Other, path: &path, key, expects: Expectation::ByName };
            self.hand_over(&snippet, at, taker);
        }
    }

    /// The environment of a process; returns what its switches open.
    pub(crate) fn environment(
        &mut self,
        node: Node<'_>,
        taker: &Taker,
    ) -> Vec<Sourced<WideAccess>> {
        let mut wide = Vec::new();
        for map in children(node, ENVIRONMENT_KEYS) {
            let key = map.key().unwrap_or("env");
            wide.extend(self.variables(map, key, taker));
        }
        if let Some(map) = node.path(&["command", "env"]) {
            wide.extend(self.variables(map, "command.env", taker));
        }
        wide
    }

    /// The variables of a map, or of a list of `NAME=value`.
    pub(crate) fn variables(
        &mut self,
        map: Node<'_>,
        path: &str,
        taker: &Taker,
    ) -> Vec<Sourced<WideAccess>> {
        let mut wide = Vec::new();
        let map = map.resolved();
        if map.kind() == Kind::Seq {
            let words = self.word_list(map, path);
            self.hand_over_words(&words, SlotKind::Environment, taker);
            return wide;
        }
        for value in map.children() {
            let (Some(name), Some(snippet)) = (value.key(), self.snippet(value.resolved())) else {
                continue;
            };
            wide.extend(reach::of_variable(name, &snippet));
            let path = format!("{path}.{name}");
            // Some servers take a header as a variable (`"AUTH_HEADER": "Bearer …"`).
            let at = At {
                kind: SlotKind::Environment,
                path: &path,
                key: name,
                expects: Expectation::ByName,
            };
            self.hand_over(&snippet, at, taker);
        }
        wide
    }

    fn transport(&mut self, node: Node<'_>, analysis: &Analysis) -> Knowledge<Transport> {
        if let Some(remote) = &analysis.remote {
            return Knowledge::Known(Sourced::new(Transport::Http, remote.snippet.origin()));
        }
        let stated = ["type", "transport", "transportType"].iter().find_map(|it| node.get(it));
        if let Some(stated) = stated.filter(|it| it.kind() == Kind::String) {
            let place = self.content_place(stated);
            return match transport_named(stated.as_str().unwrap_or("")) {
                Some(it) => Knowledge::Known(Sourced::at(it, place)),
                None => Knowledge::Unknown(place),
            };
        }
        if let Some(url) = node.get("url").filter(|_| self.format.client == WINDSURF)
            && !["serverUrl", "httpUrl"].iter().any(|it| node.get(it).is_some())
        {
            let why = "this client reads the address from `serverUrl`";
            let (place, region) = (self.key_place(url), self.entry_place(url));
            self.guard_at("url", GuardKind::Ignored(why), place, region);
        }
        let at = |it: Node<'_>| Origin::at(self.key_place(it));
        if let Some(url) = URL_KEYS.iter().find_map(|it| node.get(it)) {
            if self.format.url_needs_type && node.get("command").is_none() {
                let why = "without `type` this client takes the entry for a local command";
                let setting = url.key().unwrap_or("url").to_owned();
                let (place, region) = (self.key_place(url), self.entry_place(url));
                self.guard_at(&setting, GuardKind::Ignored(why), place, region);
                return Knowledge::Unknown(place);
            }
            return Knowledge::Known(Sourced::new(Transport::Http, at(url)));
        }
        match COMMAND_KEYS.iter().find_map(|it| node.get(it)) {
            Some(command) => Knowledge::Known(Sourced::new(Transport::Stdio, at(command))),
            None => Knowledge::Absent,
        }
    }

    fn authentication(
        &self,
        node: Node<'_>,
        reached: &Reached,
        analysis: &Analysis,
        in_words: bool,
    ) -> Authentication {
        let is_remote = analysis.remote.is_some() || !reached.url.is_absent();
        let oauth = OAUTH_KEYS.iter().any(|it| {
            node.get(it).is_some_and(|it| {
                it.as_bool() != Some(false)
                    && it.kind() != Kind::Null
                    && it.as_str() != Some("none")
            })
        });
        if node.get("headersHelper").is_some() {
            Authentication::Helper
        } else if !is_remote {
            Authentication::Unknown
        } else if reached.credential || (analysis.remote.is_some() && in_words) {
            Authentication::Credential
        } else if oauth || analysis.remote.is_some() {
            // `mcp-remote` does OAuth on its own when it is given no header.
            Authentication::OAuth
        } else {
            Authentication::None
        }
    }
}

/// A database's tool server that nothing makes read-only.
fn writes_database(launch: Option<&Launch>, node: Node<'_>) -> Option<Sourced<WideAccess>> {
    let launch = launch?;
    let package = launch.package.as_ref()?;
    let (option, variable) = reach::read_only_switch(&package.name)?;
    let (name, value) = option.split_once('=').unwrap_or((option, ""));
    let texts: Vec<_> = launch.arguments.iter().map(|it| it.value().map(String::as_str)).collect();
    // An argument that is filled in later may be the switch.
    let unknown = texts.iter().any(Option::is_none);
    let given = texts.iter().flatten().any(|it| {
        *it == option || *it == name && (value.is_empty() || texts.contains(&Some(value)))
    });
    let set = ENVIRONMENT_KEYS.iter().any(|it| node.path(&[it, variable]).is_some());
    (!unknown && !given && !set).then(|| Sourced::at(WideAccess::WritesDatabase, package.place))
}

/// The containers that a path leads to, with their key paths.
fn resolve<'t>(node: Node<'t>, path: &[&str], at: String, found: &mut Vec<(Node<'t>, String)>) {
    let Some((key, rest)) = path.split_first() else {
        found.push((node, at));
        return;
    };
    let join = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    if *key == "*" {
        for (key, child) in node.entries() {
            resolve(child, rest, join(key), found);
        }
    } else if let Some(child) = node.get(key) {
        resolve(child, rest, join(key), found);
    }
}

/// The entries of a container: a map by name, or a list with names inside.
fn entries<'t>(node: Node<'t>, path: &str) -> Vec<Entry<'t>> {
    if node.kind() == Kind::Map {
        let all = node.keyed_nodes();
        // Of several entries with one name the last is in force.
        let last: BTreeMap<&str, usize> =
            all.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
        return all
            .iter()
            .enumerate()
            .filter(|(_, (_, it))| it.resolved().kind() == Kind::Map)
            .map(|(at, (name, it))| Entry {
                name: (*name).to_owned(),
                node: *it,
                path: if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") },
                replaced: last.get(name).is_some_and(|it| *it > at),
            })
            .collect();
    }
    let mut found = Vec::new();
    for (at, item) in node.items().enumerate().filter(|(_, it)| it.kind() == Kind::Map) {
        let entry =
            |name: &str, node, path| Entry { name: name.to_owned(), node, path, replaced: false };
        let name = ["name", "server_label", "serverName"].iter().find_map(|it| item.get(it));
        match name.and_then(Node::as_str) {
            Some(name) => found.push(entry(name, item, format!("{path}[{at}]"))),
            // `- github: { command: … }`
            None => found.extend(
                item.entries()
                    .into_iter()
                    .filter(|(_, it)| it.kind() == Kind::Map)
                    .map(|(name, it)| entry(name, it, format!("{path}[{at}].{name}"))),
            ),
        }
    }
    found
}

/// Every child with one of the keys, replaced ones too: what they give away is in the file.
pub(crate) fn children<'t>(node: Node<'t>, keys: &[&str]) -> Vec<Node<'t>> {
    let node = node.resolved();
    node.children().filter(|it| it.key().is_some_and(|key| keys.contains(&key))).collect()
}

fn is_enabled(node: Node<'_>) -> bool {
    node.get("disabled").and_then(Node::as_bool) != Some(true)
        && node.get("enabled").and_then(Node::as_bool) != Some(false)
}

fn transport_named(name: &str) -> Option<Transport> {
    Some(match name.to_ascii_lowercase().as_str() {
        "stdio" | "local" => Transport::Stdio,
        "http" | "streamable-http" | "streamablehttp" | "streamable_http" | "http-stream"
        | "remote" => Transport::Http,
        "sse" => Transport::Sse,
        "ws" | "websocket" => Transport::WebSocket,
        _ => return None,
    })
}

/// A URL without its user part and query, which may hold secrets that nobody recognises.
fn bare_url(url: &str) -> String {
    sameness::bare_url(url)
}
