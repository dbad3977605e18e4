//! Every machine identity with its owner, its credentials and how far it reaches.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use engine::{Graph, Report};
use model::{
    Address, Carrier, Credential, Effect, ExpirySource, Grant, Identity, IdentityKind, Knowledge,
    Lifetime, Reach, Storage, UseMode,
};
use serde::Serialize;

use crate::json::{JsonRange, range};
use crate::safe_json::write_pretty;
use crate::style::{self, paint};
use crate::summary::counted;
use crate::table::Table;
use crate::view::View;

/// Writes the inventory as a table.
pub fn inventory_table(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let graph = Graph::new(&view.report.facts);
    let mut table = Table::new(&[
        "identity",
        "kind",
        "owner",
        "credentials",
        "widest grant",
        "used by",
        "place",
    ]);
    let entries = entries(view.report, &graph);
    for entry in &entries {
        let identity = entry.identity;
        let all = entry.all().flat_map(|it| graph.credentials_of(it));
        let credentials: BTreeSet<String> =
            all.map(|it| format!("{}, {}", it.kind.describe(), lifetime(it))).collect();
        let (start, _) = view.report.sources.range(identity.place);
        table.row([
            identity.address.to_string(),
            identity.kind.id().to_owned(),
            owner(entry.owned()),
            listed(&credentials.into_iter().collect::<Vec<_>>()),
            listed(&reaches(entry, &graph)),
            listed(&shortened(users(entry, &graph))),
            format!("{}:{}", path(view, identity), start.line),
        ]);
    }
    if table.is_empty() {
        return writeln!(out, "no identities in {}", counted(view.report.statistics.files, "file"));
    }
    table.write(out, view.color, view.width)?;
    if !view.quiet {
        let unowned = entries.iter().filter(|it| it.owned().ownership.owner.is_absent()).count();
        let count = match entries.len() {
            1 => "1 identity".to_owned(),
            many => format!("{many} identities"),
        };
        let unowned = paint(view.color, style::DIM, &format!("{unowned} without an owner"));
        writeln!(out, "{count}, {unowned}")?;
    }
    Ok(())
}

fn listed(texts: &[String]) -> String {
    if texts.is_empty() { "–".to_owned() } else { texts.join("; ") }
}

/// One line of the inventory: an identity, or a tool server with the entries of other clients
/// that start the same one.
struct Entry<'a> {
    identity: &'a Identity,
    same: Vec<&'a Identity>,
}

impl<'a> Entry<'a> {
    fn all(&self) -> impl Iterator<Item = &'a Identity> {
        std::iter::once(self.identity).chain(self.same.iter().copied())
    }

    /// The entry of the tool server that says whose it is, or else the first.
    fn owned(&self) -> &'a Identity {
        let known = |it: &&Identity| it.ownership.owner.known().is_some();
        self.all().find(known).unwrap_or(self.identity)
    }
}

/// Identities in the order of their places, each tool server once.
fn entries<'a>(report: &'a Report, graph: &'a Graph<'a>) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut servers: BTreeMap<&str, usize> = BTreeMap::new();
    for identity in identities(report) {
        let sameness = graph.tool_server_at(&identity.address).map(|it| it.sameness.as_str());
        let known = sameness.and_then(|it| servers.get(it).copied());
        if let Some(entry) = known.and_then(|it| entries.get_mut(it)) {
            entry.same.push(identity);
            continue;
        }
        if let Some(sameness) = sameness {
            servers.insert(sameness, entries.len());
        }
        entries.push(Entry { identity, same: Vec::new() });
    }
    entries
}

/// Who runs as an identity, or calls it, by name.
fn users(entry: &Entry<'_>, graph: &Graph<'_>) -> BTreeSet<String> {
    let uses = entry.all().flat_map(|it| graph.uses_of(it));
    let direct = uses.filter(|it| it.mode != UseMode::ReceivesCredential);
    direct.filter_map(|it| graph.identity(&it.from)).map(called).collect()
}

fn called(identity: &Identity) -> String {
    identity.name.value().cloned().unwrap_or_else(|| identity.address.to_string())
}

/// As many names as a line holds.
fn shortened(names: BTreeSet<String>) -> Vec<String> {
    const SHOWN: usize = 5;
    let more = names.len().saturating_sub(SHOWN);
    let mut shown: Vec<String> = names.into_iter().take(SHOWN).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    shown
}

/// The widest grant of an identity and, for agents and tool servers, of what they act as.
fn reaches(entry: &Entry<'_>, graph: &Graph<'_>) -> Vec<String> {
    let own: Vec<_> = entry.all().flat_map(|it| graph.grants_of(it)).collect();
    let mut texts: Vec<String> = widest(&own).map(describe).into_iter().collect();
    let behind = behind(entry, graph);
    texts.extend(behind.iter().map(|(who, it)| format!("{} as {}", describe(it), who.address)));
    texts
}

/// What agents and tool servers act as, with the widest grant of each.
fn behind<'a>(entry: &Entry<'a>, graph: &'a Graph<'a>) -> Vec<(&'a Identity, &'a Grant)> {
    let acting = [IdentityKind::Agent, IdentityKind::SubAgent, IdentityKind::ToolServer];
    if !acting.contains(&entry.identity.kind) {
        return Vec::new();
    }
    let mut found: BTreeMap<&Address, (&Identity, &Grant)> = BTreeMap::new();
    for other in entry.all().flat_map(|it| graph.acts_as(it)) {
        if acting.contains(&other.kind) {
            continue;
        }
        if let Some(grant) = widest(&graph.grants_of(other)) {
            found.insert(&other.address, (other, grant));
        }
    }
    found.into_values().collect()
}

#[derive(Serialize)]
struct JsonInventory<'a> {
    version: u32,
    identities: Vec<JsonIdentity<'a>>,
}

#[derive(Serialize)]
struct JsonIdentity<'a> {
    address: &'a str,
    kind: &'a str,
    name: Option<&'a str>,
    owner: JsonOwner<'a>,
    environment: Option<&'a str>,
    credentials: Vec<JsonCredential<'a>>,
    grants: usize,
    widest_grant: Option<JsonGrant<'a>>,
    /// Addresses under which other clients declare the same tool server.
    same_as: Vec<&'a str>,
    /// What an agent or tool server acts as, with the widest grant of each.
    acts_as: Vec<JsonActsAs<'a>>,
    used_by: usize,
    users: Vec<String>,
    path: String,
    range: JsonRange,
}

#[derive(Serialize)]
struct JsonActsAs<'a> {
    address: &'a str,
    widest_grant: JsonGrant<'a>,
}

/// `state` tells an owner that nobody wrote from one that cannot be resolved.
#[derive(Serialize)]
struct JsonOwner<'a> {
    state: &'static str,
    name: Option<&'a str>,
    source: Option<&'static str>,
}

#[derive(Serialize)]
struct JsonCredential<'a> {
    address: &'a str,
    kind: &'static str,
    provider: Option<&'a str>,
    storage: &'static str,
    lifetime: String,
    path: String,
    range: JsonRange,
}

#[derive(Serialize)]
struct JsonGrant<'a> {
    address: &'a str,
    text: String,
    reach: &'static str,
}

/// Writes the inventory as JSON.
pub fn inventory_json(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let graph = Graph::new(&view.report.facts);
    let entries = entries(view.report, &graph);
    let identities = entries.iter().map(|it| convert(view, &graph, it)).collect();
    write_pretty(out, &JsonInventory { version: 1, identities })
}

fn convert<'a>(view: &View<'a>, graph: &'a Graph<'a>, entry: &Entry<'a>) -> JsonIdentity<'a> {
    let identity = entry.identity;
    let grants: Vec<_> = entry.all().flat_map(|it| graph.grants_of(it)).collect();
    let ownership = &entry.owned().ownership;
    let known = ownership.owner.value();
    JsonIdentity {
        address: &identity.address.name,
        kind: identity.kind.id(),
        name: identity.name.value().map(String::as_str),
        owner: JsonOwner {
            state: match &ownership.owner {
                Knowledge::Known(_) => "known",
                Knowledge::Unknown(_) => "unknown",
                Knowledge::Absent => "absent",
            },
            name: known.map(|it| it.name.as_str()),
            source: known.map(|it| it.source.describe()),
        },
        environment: identity.environment.as_ref().map(|it| it.name.as_str()),
        credentials: entry
            .all()
            .flat_map(|it| graph.credentials_of(it))
            .map(|it| JsonCredential {
                address: &it.address.name,
                kind: it.kind.describe(),
                provider: it.provider.as_deref(),
                storage: storage(&it.storage),
                lifetime: lifetime(it),
                path: view.paths.shown(view.report.sources.path(it.place.file)),
                range: range(view.report, it.place),
            })
            .collect(),
        grants: grants.len(),
        widest_grant: widest(&grants).map(json_grant),
        same_as: entry.same.iter().map(|it| &*it.address.name).collect(),
        acts_as: behind(entry, graph)
            .into_iter()
            .map(|(who, it)| JsonActsAs {
                address: &who.address.name,
                widest_grant: json_grant(it),
            })
            .collect(),
        used_by: entry.all().map(|it| graph.uses_of(it).len()).sum(),
        users: users(entry, graph).into_iter().collect(),
        path: path(view, identity),
        range: range(view.report, identity.place),
    }
}

fn json_grant(grant: &Grant) -> JsonGrant<'_> {
    JsonGrant { address: &grant.address.name, text: describe(grant), reach: reach(grant.reach) }
}

/// Identities in the order of their places; people are not machines.
fn identities(report: &Report) -> Vec<&Identity> {
    let machines = report.facts.identities.iter().filter(|it| it.human != Some(true));
    let mut all: Vec<&Identity> = machines.collect();
    all.sort_by_key(|it| (it.place, &it.address));
    all.dedup_by_key(|it| &it.address);
    all
}

fn path(view: &View<'_>, identity: &Identity) -> String {
    view.paths.shown(view.report.sources.path(identity.place.file))
}

fn owner(identity: &Identity) -> String {
    match &identity.ownership.owner {
        Knowledge::Known(it) => format!("{} ({})", it.value.name, it.value.source.describe()),
        Knowledge::Unknown(_) => "?".to_owned(),
        Knowledge::Absent => "–".to_owned(),
    }
}

fn storage(storage: &Storage) -> &'static str {
    match storage {
        Storage::Literal(_) => "literal",
        Storage::Reference(_) => "reference",
        Storage::Generated => "generated",
        Storage::Federated => "federated",
        Storage::SecretStore => "secret-store",
        Storage::Forwarded => "forwarded",
        Storage::Prompt => "prompt",
        Storage::Encrypted => "encrypted",
        Storage::Unknown => "unknown",
    }
}

/// Until when a credential is good, in a few words.
pub fn lifetime(credential: &Credential) -> String {
    let by_default = credential.expiry.source == ExpirySource::ProviderDefault;
    let text = match credential.expiry.lifetime {
        Lifetime::Never => "never expires".to_owned(),
        Lifetime::Until(date) => format!("until {date}"),
        Lifetime::Seconds(seconds) => format!("for {}", duration(seconds)),
        Lifetime::Unknown => return "expiry unknown".to_owned(),
    };
    if by_default { format!("{text} (default)") } else { text }
}

fn duration(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let fits = |(length, _): &&(u64, &str)| seconds >= *length && seconds.is_multiple_of(*length);
    match UNITS.iter().find(fits) {
        Some((length, unit)) => {
            counted(usize::try_from(seconds / length).unwrap_or(usize::MAX), unit)
        }
        None => counted(0, "second"),
    }
}

/// The grant that lets its holder do most.
pub fn widest<'a>(grants: &[&'a Grant]) -> Option<&'a Grant> {
    let open = grants.iter().filter(|it| it.effect != Effect::Deny && it.carrier != Carrier::Limit);
    open.copied().max_by_key(|it| (width(it), it.reach, Reverse(&it.address)))
}

/// How much a grant permits, whatever it reaches: everything, a family of actions, or what it
/// names. Roles that stand for everything are known by their names.
fn width(grant: &Grant) -> u8 {
    const EVERYTHING: [&str; 8] = [
        "cluster-admin",
        "AdministratorAccess",
        "roles/owner",
        "Owner",
        "roles/editor",
        "PowerUserAccess",
        "Contributor",
        "Global Administrator",
    ];
    let role = grant.role.value().map(|it| it.rsplit("policy/").next().unwrap_or(it));
    let all = grant.actions.negated || grant.tool.as_ref().is_some_and(|it| it.everything);
    if role.is_some_and(|it| EVERYTHING.contains(&it)) || all || grant.actions.find("*").is_some() {
        3
    } else if grant.actions.texts().any(|it| it.contains('*')) {
        2
    } else {
        1
    }
}

/// What a grant permits on what, in a few words: `s3:* on *`.
pub fn describe(grant: &Grant) -> String {
    let mut text = match grant.role.value() {
        Some(role) => role.clone(),
        None => patterns(&grant.actions),
    };
    if grant.resources.stated {
        text.push_str(" on ");
        text.push_str(&patterns(&grant.resources));
    }
    if grant.effect == Effect::Ask {
        text.push_str(" (asks)");
    }
    if !grant.conditions.is_empty() {
        text.push_str(" (conditional)");
    }
    text
}

fn patterns(patterns: &model::Patterns) -> String {
    const SHOWN: usize = 3;
    let mut items: Vec<&str> = patterns.texts().take(SHOWN).collect();
    if patterns.partial || patterns.items.is_empty() {
        items.push("?");
    }
    let mut text = items.join(", ");
    let more = patterns.items.len().saturating_sub(SHOWN);
    if more > 0 {
        text.push_str(&format!(" +{more}"));
    }
    if patterns.negated { format!("all but {text}") } else { text }
}

pub(crate) fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Unknown => "unknown",
        Reach::Resource => "resource",
        Reach::Namespace => "namespace",
        Reach::Account => "account",
        Reach::Cluster => "cluster",
        Reach::Organization => "organization",
    }
}
