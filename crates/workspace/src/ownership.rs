//! Owners that stand beside the declaration: catalogue files, OWNERS, CODEOWNERS, configuration.
//!
//! They count only where a declaration names nobody. An owner that is written but cannot be
//! resolved stays unknown: it would be a guess to put another in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{
    Address, Facts, FileId, Knowledge, Origin, Owner, OwnerSource, Place, Sourced, is_nobody,
};
use syntax::{Span, Tree};

use crate::codeowners::{Codeowners, PLACES};
use crate::config::ConfigFile;
use crate::pattern::PathPattern;

/// True for a file that only says who owns other files.
pub(crate) fn is_codeowners(path: &str) -> bool {
    PLACES.contains(&path)
}

/// True for a file of Backstage's catalogue.
pub(crate) fn is_catalog(path: &str) -> bool {
    let name = model::path::name(path);
    matches!(name, "catalog-info.yaml" | "catalog-info.yml")
}

/// True for a file that names who approves changes in its folder, as Kubernetes' own
/// repositories have them: <https://www.kubernetes.dev/docs/guide/owners/> (read 2026-11).
pub(crate) fn is_approvers(path: &str) -> bool {
    model::path::name(path) == "OWNERS"
}

/// A file of the analysis, as far as it can name owners.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnerFile<'a> {
    pub(crate) file: FileId,
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    pub(crate) tree: Option<&'a Tree>,
}

/// All that names owners by path.
#[derive(Debug, Default)]
pub(crate) struct Owners<'a> {
    /// By folder.
    catalogs: BTreeMap<&'a str, (String, Place)>,
    /// By folder; who approves changes of everything is no owner of anything.
    approvers: BTreeMap<&'a str, (String, Place)>,
    codeowners: Option<(FileId, Codeowners)>,
    configured: Vec<(&'a PathPattern, &'a str, Place)>,
    /// The folder that patterns of the configuration start from.
    folder: &'a str,
}

impl<'a> Owners<'a> {
    pub(crate) fn new(files: &[OwnerFile<'a>], config: Option<(FileId, &'a ConfigFile)>) -> Self {
        let mut owners = Self::default();
        for it in files.iter().filter(|it| is_catalog(it.path)) {
            let folder = model::path::folder(it.path);
            if let Some((name, span)) = it.tree.and_then(catalog_owner) {
                owners.catalogs.insert(folder, (name, Place::new(it.file, span)));
            }
        }
        for it in files.iter().filter(|it| is_approvers(it.path)) {
            let Some((folder, _)) = it.path.rsplit_once('/') else { continue };
            if let Some((name, span)) = it.tree.and_then(approvers) {
                owners.approvers.insert(folder, (name, Place::new(it.file, span)));
            }
        }
        let first = PLACES.iter().find_map(|place| files.iter().find(|it| it.path == *place));
        owners.codeowners = first.map(|it| (it.file, Codeowners::parse(it.text)));
        if let Some((file, config)) = config {
            owners.folder = &config.folder;
            let all = config.owners.iter();
            owners.configured =
                all.map(|it| (&it.pattern, &*it.owner, Place::new(file, it.span))).collect();
        }
        owners
    }

    /// Gives an owner to every identity without one whose file somebody owns.
    pub(crate) fn apply(&self, facts: &mut Facts, path_of: impl Fn(FileId) -> &'a str) {
        let nothing = self.catalogs.is_empty() && self.approvers.is_empty();
        if nothing && self.codeowners.is_none() && self.configured.is_empty() {
            return;
        }
        let calls: BTreeMap<(&str, &str), Place> = facts
            .calls
            .iter()
            .map(|it| ((&*it.address.scope, &*it.address.name), it.place))
            .collect();
        for identity in &mut facts.identities {
            if !identity.ownership.owner.is_absent() {
                continue;
            }
            // Who calls a module answers for what the call makes.
            let through = callers(&identity.address, &calls);
            let mut places = std::iter::once(identity.place).chain(through);
            let found = places.find_map(|it| self.owner_of(path_of(it.file)));
            if let Some((owner, place)) = found {
                let owner = Sourced::new(owner, Origin::at(place));
                identity.ownership.owner = Knowledge::Known(owner);
            }
        }
    }

    /// The nearest catalogue file, then the nearest OWNERS file, then CODEOWNERS, then the
    /// configuration.
    fn owner_of(&self, path: &str) -> Option<(Owner, Place)> {
        let owner = |name: &str, source| Owner { name: name.to_owned(), source };
        if let Some((name, place)) = nearest(&self.catalogs, path) {
            return Some((owner(name, OwnerSource::CatalogFile), *place));
        }
        if let Some((name, place)) = nearest(&self.approvers, path) {
            return Some((owner(name, OwnerSource::OwnersFile), *place));
        }
        if let Some((file, codeowners)) = &self.codeowners
            && let Some((name, span)) = codeowners.owner_of(path)
        {
            return Some((owner(name, OwnerSource::Codeowners), Place::new(*file, span)));
        }
        let path = below(self.folder, path)?;
        let found = self.configured.iter().rev().find(|(pattern, _, _)| pattern.matches(path));
        found.map(|(_, name, place)| (owner(name, OwnerSource::Configuration), *place))
    }
}

/// What stands in the folder of a path, or in the nearest one above it.
fn nearest<'m, T>(by_folder: &'m BTreeMap<&str, T>, path: &str) -> Option<&'m T> {
    let mut folder = path;
    while let Some((parent, _)) = folder.rsplit_once('/') {
        if let Some(found) = by_folder.get(parent) {
            return Some(found);
        }
        folder = parent;
    }
    by_folder.get("")
}

/// The calls through which an address came to be, innermost first.
fn callers<'c>(
    address: &'c Address,
    calls: &'c BTreeMap<(&str, &str), Place>,
) -> impl Iterator<Item = Place> + 'c {
    let dots = address.name.rmatch_indices('.');
    dots.filter_map(move |(at, _)| {
        let call = address.name.get(..at)?;
        calls.get(&(&*address.scope, call)).copied()
    })
}

/// A path as seen from a folder; `None` outside of it.
pub(crate) fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// `spec.owner`, when all entities of the file agree and nothing has to be filled in.
fn catalog_owner(tree: &Tree) -> Option<(String, Span)> {
    let mut found: Option<(String, Span)> = None;
    for document in tree.documents() {
        let Some(node) = document.path(&["spec", "owner"]) else { continue };
        let name = node.as_str()?.trim();
        if is_nobody(name) || name.contains(['$', '{']) {
            return None;
        }
        match &found {
            Some((other, _)) if other != name => return None,
            _ => found = Some((name.to_owned(), node.content_span())),
        }
    }
    found
}

/// All `approvers`, in their order; a list of reviewers names no owner.
fn approvers(tree: &Tree) -> Option<(String, Span)> {
    let list = tree.documents().next()?.get("approvers")?;
    let items: Vec<_> = list.items().collect();
    let names: Vec<&str> = items.iter().filter_map(|it| it.as_str()).collect();
    let (first, last) = (items.first()?, items.last()?);
    let found = (names.join(" "), first.content_span().cover(last.content_span()));
    (!names.is_empty() && names.len() == items.len()).then_some(found)
}

/// An entry of `[[owner]]`.
#[derive(Clone, Debug)]
pub(crate) struct ConfiguredOwner {
    pub(crate) pattern: PathPattern,
    pub(crate) owner: Arc<str>,
    pub(crate) span: Span,
}
