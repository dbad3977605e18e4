//! Owners that stand beside the declaration: catalogue files, CODEOWNERS, configuration.
//!
//! They count only where a declaration names nobody. An owner that is written but cannot be
//! resolved stays unknown: it would be a guess to put another in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Facts, FileId, Knowledge, Origin, Owner, OwnerSource, Place, Sourced, is_nobody};
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
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "catalog-info.yaml" | "catalog-info.yml")
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
    codeowners: Option<(FileId, Codeowners)>,
    configured: Vec<(&'a PathPattern, &'a str, Place)>,
    /// The folder that patterns of the configuration start from.
    folder: &'a str,
}

impl<'a> Owners<'a> {
    pub(crate) fn new(files: &[OwnerFile<'a>], config: Option<(FileId, &'a ConfigFile)>) -> Self {
        let mut owners = Self::default();
        for it in files.iter().filter(|it| is_catalog(it.path)) {
            let folder = it.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if let Some((name, span)) = it.tree.and_then(catalog_owner) {
                owners.catalogs.insert(folder, (name, Place::new(it.file, span)));
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
        if self.catalogs.is_empty() && self.codeowners.is_none() && self.configured.is_empty() {
            return;
        }
        for identity in &mut facts.identities {
            if !identity.ownership.owner.is_absent() {
                continue;
            }
            if let Some((owner, place)) = self.owner_of(path_of(identity.place.file)) {
                let owner = Sourced::new(owner, Origin::at(place));
                identity.ownership.owner = Knowledge::Known(owner);
            }
        }
    }

    /// The nearest catalogue file, then CODEOWNERS, then the configuration.
    fn owner_of(&self, path: &str) -> Option<(Owner, Place)> {
        let owner = |name: &str, source| Owner { name: name.to_owned(), source };
        let mut folder = path;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            if let Some((name, place)) = self.catalogs.get(parent) {
                return Some((owner(name, OwnerSource::CatalogFile), *place));
            }
            folder = parent;
        }
        if let Some((name, place)) = self.catalogs.get("") {
            return Some((owner(name, OwnerSource::CatalogFile), *place));
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

/// An entry of `[[owner]]`.
#[derive(Clone, Debug)]
pub(crate) struct ConfiguredOwner {
    pub(crate) pattern: PathPattern,
    pub(crate) owner: Arc<str>,
    pub(crate) span: Span,
}
