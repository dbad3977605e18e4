//! The state of one file's lowering, and the facts that every layout records the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use model::{
    Address, Carrier, ConfigScope, Effect, Environment, Facts, Grant, Guard, GuardKind, Identity,
    IdentityKind, Knowledge, Origin, Owner, OwnerSource, Ownership, Party, Patterns,
    PermissionSystem, Place, Purpose, Source, Sourced, Text, ToolPattern, Use, UseMode,
};
use syntax::{Kind, Node, OffsetMap, Span};

use crate::clients::Format;
use crate::detect::Recognised;
use crate::repair::Candidate;
use crate::{Options, value};

/// One file on its way to facts.
pub(crate) struct Lowering<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) format: &'static Format,
    pub(crate) scope: ConfigScope,
    pub(crate) options: &'a Options,
    pub(crate) facts: Facts,
    /// The agent that the file configures; grants and servers belong to it.
    pub(crate) agent: Address,
    /// Where literal credentials are on record.
    pub(crate) literals: BTreeSet<Place>,
    /// Literals that something else could stand for.
    pub(crate) candidates: BTreeMap<Place, Candidate>,
    /// Set once the agent has its identity.
    declared: bool,
}

/// A stretch of one text of the file, with the way back to its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Snippet {
    home: Arc<Text>,
    whole: Arc<str>,
    /// Its bytes in the home text.
    pub(crate) range: Range<usize>,
}

impl Snippet {
    /// The snippet's own text.
    pub(crate) fn as_str(&self) -> &str {
        self.whole.get(self.range.clone()).unwrap_or("")
    }

    /// A part of it, by offsets in [`Snippet::as_str`].
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let start = (self.range.start + range.start).min(self.range.end);
        let end = (self.range.start + range.end).clamp(start, self.range.end);
        Self { home: Arc::clone(&self.home), whole: Arc::clone(&self.whole), range: start..end }
    }

    /// The rest of it, from an offset.
    pub(crate) fn tail(&self, from: usize) -> Self {
        self.part(from..self.as_str().len())
    }

    /// Where it is written.
    pub(crate) fn origin(&self) -> Origin {
        self.home.locate(self.range.start, self.range.end).unwrap_or_default()
    }

    /// Where it is written.
    pub(crate) fn place(&self) -> Place {
        self.origin().place
    }
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(source: Source<'a>, found: Recognised, options: &'a Options) -> Self {
        Self {
            source,
            format: found.format,
            scope: found.scope,
            options,
            facts: Facts::default(),
            agent: Address::new("", source.path),
            literals: BTreeSet::new(),
            candidates: BTreeMap::new(),
            declared: false,
        }
    }

    /// The address of something in this file: `.mcp.json#mcpServers.github`.
    pub(crate) fn address(&self, path: &str) -> Address {
        Address::new("", format!("{}#{path}", self.source.path))
    }

    /// Where a node's value stands.
    pub(crate) fn place(&self, node: Node<'_>) -> Place {
        self.source.place_of(node)
    }

    /// Where a node's key stands, or its value when it has none.
    pub(crate) fn key_place(&self, node: Node<'_>) -> Place {
        match node.key() {
            Some(_) => self.source.place(node.key_span()),
            None => self.source.place_of(node),
        }
    }

    /// Where a node's key and value stand.
    pub(crate) fn entry_place(&self, node: Node<'_>) -> Place {
        self.source.place(node.entry_span())
    }

    /// The place of a string without its quotes: what a person would select.
    pub(crate) fn content_place(&self, node: Node<'_>) -> Place {
        self.source.place(node.content_span())
    }

    /// A string as a snippet.
    pub(crate) fn snippet(&self, node: Node<'_>) -> Option<Snippet> {
        if !matches!(node.kind(), Kind::String | Kind::Number | Kind::Bool) {
            return None;
        }
        let text = Text::from_node(node, self.source.file);
        let whole: Arc<str> = text.known()?.into();
        let range = 0..whole.len();
        Some(Snippet { home: Arc::new(text), whole, range })
    }

    /// A key as a snippet.
    pub(crate) fn key_snippet(&self, node: Node<'_>) -> Option<Snippet> {
        let key = node.key()?;
        let span = node.key_span();
        let origin = Origin::at(self.source.place(span));
        // Only a key without escapes has its text's bytes in the file.
        let same = self.source.tree.source().get(span.range()) == Some(key);
        let map = same.then(|| OffsetMap::identity(span.start, span.end));
        let home = Arc::new(Text::literal(key, origin, map));
        Some(Snippet { home, whole: key.into(), range: 0..key.len() })
    }

    /// A string with its origin.
    pub(crate) fn sourced(&self, node: Node<'_>) -> Option<Sourced<String>> {
        let text = node.as_str()?;
        Some(Sourced::at(text.to_owned(), self.content_place(node)))
    }

    /// What is known of a string.
    pub(crate) fn known(&self, node: Option<Node<'_>>) -> Knowledge<String> {
        match node {
            None => Knowledge::Absent,
            Some(node) if node.kind() == Kind::Null => Knowledge::Absent,
            Some(node) => match self.sourced(node) {
                Some(it) => Knowledge::Known(it),
                None => Knowledge::Unknown(self.place(node)),
            },
        }
    }

    /// Declares the file's agent once; later calls change nothing.
    pub(crate) fn declare_agent(&mut self) {
        if std::mem::replace(&mut self.declared, true) {
            return;
        }
        let Some(root) = self.document() else { return };
        // `$schema` names the format, not the agent.
        let first = root.children().find(|it| it.key().is_some_and(|key| !key.starts_with('$')));
        let place =
            first.map_or_else(|| self.source.place(Span::default()), |it| self.key_place(it));
        let name = Knowledge::Known(Sourced::at(self.format.client.to_owned(), place));
        let region = self.place(root);
        let identity = self.identity(self.agent.clone(), IdentityKind::Agent, name, place, region);
        self.facts.identities.insert(0, identity);
    }

    /// Takes `identity` as the file's agent.
    pub(crate) fn declare_agent_as(&mut self, identity: Identity) {
        self.agent = identity.address.clone();
        self.declared = true;
        self.facts.identities.push(identity);
    }

    /// Records facts that belong to an agent which another file declares.
    pub(crate) fn without_agent(&mut self, record: impl FnOnce(&mut Self)) {
        let declared = std::mem::replace(&mut self.declared, true);
        record(self);
        self.declared = declared;
    }

    /// An identity of this file with everything unsaid left open.
    pub(crate) fn identity(
        &self,
        address: Address,
        kind: IdentityKind,
        name: Knowledge<String>,
        place: Place,
        region: Place,
    ) -> Identity {
        Identity {
            realm: None,
            kind,
            name,
            aliases: Vec::new(),
            // No client's settings have a field for an owner; CODEOWNERS may know one.
            ownership: Ownership::default(),
            environment: self.environment_of(&address),
            address,
            human: Some(false),
            disabled: Knowledge::Absent,
            description: Knowledge::Absent,
            built_in: false,
            purpose: Purpose::Agent,
            parent: None,
            session_seconds: Knowledge::Absent,
            boundary: Knowledge::Absent,
            scope: self.scope,
            client: Some(self.format.client),
            place,
            region,
        }
    }

    /// The environment that an entry's name, or else a folder, tells.
    fn environment_of(&self, address: &Address) -> Option<Environment> {
        let (path, entry) = address.name.split_once('#').unwrap_or((&address.name, ""));
        let name = entry.rsplit('.').next().unwrap_or("");
        let folder = model::path::folder(path);
        // The folders of a home are named after people.
        let in_project = matches!(self.scope, ConfigScope::Project | ConfigScope::Local);
        let folder = || Environment::word(folder).filter(|_| in_project);
        Environment::word(name).or_else(folder)
    }

    /// The first document, or the root of a file that has only one.
    pub(crate) fn document(&self) -> Option<Node<'a>> {
        self.source.tree.documents().next()
    }

    /// Records a setting that holds the agent back or lets it go; `node` carries the value.
    pub(crate) fn guard(&mut self, setting: &str, kind: GuardKind, node: Node<'_>) {
        let place = match node.kind() {
            Kind::Map | Kind::Seq => self.key_place(node),
            _ => self.place(node),
        };
        self.guard_at(setting, kind, place, self.entry_place(node));
    }

    /// As [`Lowering::guard`], for a setting without a node of its own.
    pub(crate) fn guard_at(&mut self, setting: &str, kind: GuardKind, place: Place, region: Place) {
        self.declare_agent();
        self.facts.guards.push(Guard {
            scope: self.scope,
            ..Guard::new(
                self.agent.clone(),
                self.format.client,
                setting.to_owned(),
                kind,
                place,
                region,
            )
        });
    }

    /// Records one entry of a permission list.
    pub(crate) fn grant(&mut self, entry: Entry<'_>) {
        let Entry { path, effect, text, mut tool, place, region } = entry;
        tool.scope = self.scope;
        self.declare_agent();
        let principal = Sourced::at(Party::Address(self.agent.clone()), place);
        self.facts.grants.push(Grant {
            principals: vec![principal],
            effect,
            actions: Patterns::known(vec![Sourced::at(text, place)]),
            tool: Some(tool),
            bound: Some(true),
            ..Grant::new(
                self.address(path),
                PermissionSystem::AgentTools,
                Carrier::ToolPermission,
                place,
                region,
            )
        });
    }

    /// Records that the agent uses something.
    pub(crate) fn uses(&mut self, to: Address, mode: UseMode, place: Place) {
        let from = Party::Address(self.agent.clone());
        self.facts.uses.push(Use { from, to: Party::Address(to), mode, place });
    }

    /// Keeps a raw declaration when somebody asked for them.
    pub(crate) fn resource(&mut self, kind: &str, address: &Address, node: Node<'_>) {
        if !self.options.collect_resources {
            return;
        }
        self.facts.resources.push(model::Resource {
            kind: kind.to_owned(),
            address: address.clone(),
            attributes: value::of(node, self.source.file),
            place: self.key_place(node),
            region: self.entry_place(node),
        });
    }

    /// The owner that a map states: a key for owners, or an `author`.
    pub(crate) fn owner(&self, map: Node<'_>, source: OwnerSource) -> Ownership {
        let pairs: Vec<_> = map
            .entries()
            .into_iter()
            .filter_map(|(key, node)| Some((key, self.person(node)?)))
            .collect();
        let stated = pairs.iter().map(|(key, value)| (*key, value));
        let owned = Ownership::from_pairs(stated, source, "owner");
        if !owned.owner.is_absent() {
            return owned;
        }
        if let Some(metadata) = map.get("metadata").filter(|it| it.kind() == Kind::Map) {
            let nested = self.owner(metadata, source);
            if !nested.owner.is_absent() {
                return nested;
            }
        }
        let author = pairs.into_iter().find(|(key, _)| matches!(*key, "author" | "authors"));
        match author {
            Some((_, Knowledge::Known(it))) if !model::is_nobody(&it.value) => {
                let owner = Owner { name: it.value, source };
                Ownership {
                    owner: Knowledge::Known(Sourced::new(owner, it.origin)),
                    ..Ownership::default()
                }
            }
            _ => Ownership::default(),
        }
    }

    /// A person or team: a text, or a map with a name.
    fn person(&self, node: Node<'_>) -> Option<Knowledge<String>> {
        match node.kind() {
            Kind::String => Some(self.known(Some(node))),
            Kind::Map => {
                let named = node.get("name").or_else(|| node.get("email"))?;
                (named.kind() == Kind::String).then(|| self.known(Some(named)))
            }
            Kind::Seq => self.person(node.items().next().filter(|it| it.kind() != Kind::Seq)?),
            _ => None,
        }
    }
}

/// One entry of a permission list.
pub(crate) struct Entry<'e> {
    /// Its key path in the file.
    pub(crate) path: &'e str,
    pub(crate) effect: Effect,
    /// The entry as written, secrets removed.
    pub(crate) text: String,
    pub(crate) tool: ToolPattern,
    pub(crate) place: Place,
    pub(crate) region: Place,
}
