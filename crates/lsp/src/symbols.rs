//! Identities as symbols, lenses and links.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use engine::{Graph, Report};
use model::{FileId, Identity, IdentityKind, Knowledge, Place};
use syntax::{Span, Unit};

use crate::card;
use crate::documents::to_uri;
use crate::position::{range, range_of};
use crate::proto::{
    CodeLens, Command, DocumentLink, DocumentSymbol, DocumentSymbolResponse, Location,
    SymbolInformation, SymbolKind, Uri,
};

/// Symbols in one answer: a list that nobody can read to its end helps nobody.
const MOST: usize = 500;

/// A report seen from one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileView<'a> {
    pub(crate) report: &'a Report,
    pub(crate) file: FileId,
    pub(crate) root: &'a Path,
    pub(crate) unit: Unit,
}

impl<'a> FileView<'a> {
    /// The identities of machines that the file declares, in its order, each once.
    fn identities(&self) -> Vec<&'a Identity> {
        let all = machines(self.report).filter(|it| it.place.file == self.file);
        let mut all: Vec<&Identity> = all.collect();
        all.sort_by_key(|it| (it.place, &it.address));
        // A module that is called twice declares its identities twice, in one place.
        all.dedup_by_key(|it| it.place);
        all
    }

    /// What stands above each identity.
    pub(crate) fn lenses(&self) -> Vec<CodeLens> {
        let graph = Graph::new(&self.report.facts);
        let lens = |it: &Identity| CodeLens {
            range: range_of(&self.report.sources, it.place, self.unit),
            // Nothing happens when it is clicked.
            command: Some(Command { title: card::lens(it, &graph), ..Command::default() }),
            data: None,
        };
        self.identities().into_iter().map(lens).collect()
    }

    /// The outline.
    pub(crate) fn symbols(&self, nested: bool) -> DocumentSymbolResponse {
        let identities = self.identities();
        if nested {
            let symbols = identities.into_iter().map(|it| self.nested_symbol(it));
            return DocumentSymbolResponse::Nested(symbols.collect());
        }
        let flat = identities.into_iter().filter_map(|it| self.flat_symbol(it));
        DocumentSymbolResponse::Flat(flat.collect())
    }

    #[expect(deprecated, reason = "the type has no other way to be made")]
    fn nested_symbol(&self, it: &Identity) -> DocumentSymbol {
        // The token that names it has to lie inside of what declares it.
        let region = if it.region.file == it.place.file { it.region.span } else { it.place.span };
        let whole =
            Span::new(region.start.min(it.place.span.start), region.end.max(it.place.span.end));
        let sources = &self.report.sources;
        DocumentSymbol {
            name: it.address.to_string(),
            detail: Some(detail(it)),
            kind: symbol_kind(it.kind),
            tags: None,
            deprecated: None,
            range: range_of(sources, Place::new(self.file, whole), self.unit),
            selection_range: range_of(sources, it.place, self.unit),
            children: None,
        }
    }

    fn flat_symbol(&self, it: &Identity) -> Option<SymbolInformation> {
        symbol(self.report, self.root, self.unit, it)
    }

    /// Links from a name to what belongs to it: from a role to its policy, from a binding to
    /// the role and the account, from a server to its credential, from a use to what is used.
    pub(crate) fn links(&self) -> Vec<DocumentLink> {
        let facts = &self.report.facts;
        let graph = Graph::new(facts);
        let mut links = Links { view: *self, found: BTreeMap::new() };
        for grant in &facts.grants {
            for principal in &grant.principals {
                if let Some(identity) = graph.identity(&principal.value) {
                    links.add(principal.place(), identity.place, identity_words(identity));
                }
            }
            for binding in &grant.bindings {
                links.add(*binding, grant.place, format!("grant `{}`", grant.address));
            }
        }
        for identity in self.identities() {
            let grants = graph.grants_of(identity);
            if let Some(it) = report::widest_grant(&grants) {
                let more = match grants.len() {
                    1 => String::new(),
                    many => format!(", the widest of {many}"),
                };
                links.add(identity.place, it.place, format!("grant `{}`{more}", it.address));
            }
            if let Some(it) = graph.credentials_of(identity).first() {
                let words = format!("{} `{}`", it.kind.describe(), it.name);
                links.add(identity.place, it.place, words);
            }
        }
        for trust in &facts.trusts {
            for principal in &trust.principals {
                if let Some(identity) = graph.identity(&principal.value) {
                    links.add(principal.place(), identity.place, identity_words(identity));
                }
            }
        }
        for one in &facts.uses {
            if let Some(identity) = graph.identity(&one.to) {
                links.add(one.place, identity.place, identity_words(identity));
            }
        }
        for credential in &facts.credentials {
            if let Some(identity) = credential.holder.as_ref().and_then(|it| graph.identity(it)) {
                links.add(credential.place, identity.place, identity_words(identity));
            }
        }
        links.found.into_values().collect()
    }
}

struct Links<'a> {
    view: FileView<'a>,
    /// By start and end: a place leads to one other.
    found: BTreeMap<(u32, u32), DocumentLink>,
}

impl Links<'_> {
    fn add(&mut self, from: Place, to: Place, tooltip: String) {
        let overlaps = |(start, end): &(u32, u32)| *start < from.span.end && from.span.start < *end;
        let inside = from.file == to.file && from.span.touches(to.span.start);
        if from.file != self.view.file || inside || self.found.keys().any(overlaps) {
            return;
        }
        let sources = &self.view.report.sources;
        let Some(uri) = to_uri(&self.view.root.join(sources.path(to.file))) else { return };
        let (start, _) = sources.range(to);
        let target = format!("{}#L{},{}", uri.as_str(), start.line, start.column);
        let Some(source) = sources.get(from.file) else { return };
        let link = DocumentLink {
            range: range(source, from.span, self.view.unit),
            target: Uri::from_str(&target).ok(),
            tooltip: Some(tooltip),
            data: None,
        };
        self.found.insert((from.span.start, from.span.end), link);
    }
}

/// Identities whose address holds a query, whatever its case.
pub(crate) fn find(
    report: &Report,
    root: &Path,
    unit: Unit,
    query: &str,
) -> Vec<SymbolInformation> {
    let query = query.to_lowercase();
    let matches = |it: &&Identity| it.address.name.to_lowercase().contains(&query);
    let mut found: Vec<&Identity> = machines(report).filter(matches).collect();
    found.sort_by_key(|it| (it.place, &it.address));
    found.dedup_by_key(|it| it.place);
    found.into_iter().take(MOST).filter_map(|it| symbol(report, root, unit, it)).collect()
}

/// Identities that are declared in the workspace and are no people.
fn machines(report: &Report) -> impl Iterator<Item = &Identity> {
    let all = report.facts.identities.iter();
    all.filter(|it| it.human != Some(true) && !it.built_in)
        .filter(|it| !report.facts.outside.contains(&it.place.file))
}

#[expect(deprecated, reason = "the type has no other way to be made")]
fn symbol(report: &Report, root: &Path, unit: Unit, it: &Identity) -> Option<SymbolInformation> {
    let uri = to_uri(&root.join(report.sources.path(it.place.file)))?;
    Some(SymbolInformation {
        name: it.address.to_string(),
        kind: symbol_kind(it.kind),
        tags: None,
        deprecated: None,
        location: Location { uri, range: range_of(&report.sources, it.place, unit) },
        container_name: Some(detail(it)),
    })
}

fn detail(it: &Identity) -> String {
    match &it.ownership.owner {
        Knowledge::Known(owner) => format!("{}, owner {}", it.kind.describe(), owner.value.name),
        Knowledge::Unknown(_) => it.kind.describe().to_owned(),
        Knowledge::Absent => format!("{}, no owner", it.kind.describe()),
    }
}

fn identity_words(it: &Identity) -> String {
    format!("{} `{}`", it.kind.describe(), it.address)
}

fn symbol_kind(kind: IdentityKind) -> SymbolKind {
    match kind {
        IdentityKind::Agent | IdentityKind::SubAgent => SymbolKind::CLASS,
        IdentityKind::ToolServer => SymbolKind::MODULE,
        IdentityKind::KubernetesWorkload | IdentityKind::Pipeline => SymbolKind::PACKAGE,
        IdentityKind::AwsIamGroup | IdentityKind::KubernetesGroup => SymbolKind::NAMESPACE,
        _ => SymbolKind::OBJECT,
    }
}
