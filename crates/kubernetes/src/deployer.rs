//! Who answers for what Argo CD or Flux deploys: the owner of the object that names a folder of
//! the repository is the owner of what is in it and says nothing itself.

use std::sync::Arc;

use model::{Knowledge, Owner, OwnerSource, Ownership, Sourced, Value, follow};
use rustc_hash::FxHashMap;

use crate::load::Found;
use crate::locality::Site;
use crate::object::{Object, Objects};
use crate::repository::roots;

/// Folders that one object names at most.
const FOLDERS: usize = 64;

/// An object that deploys a folder.
#[derive(Debug)]
pub(crate) struct Deployer {
    /// The folder of the file that declares it.
    home: Arc<str>,
    /// The folder from the root of its repository.
    folder: String,
    owner: Sourced<String>,
}

/// Adds the folders that an object deploys, when it says who answers for it.
pub(crate) fn lower(object: &Object<'_>, objects: &mut Objects) {
    objects.deploys = true;
    let Knowledge::Known(owner) = ownership(object).owner else { return };
    let owner = Sourced::new(owner.value.name, owner.origin);
    let spec: &[&str] = match object.class.is("ApplicationSet") {
        true => &["spec", "template", "spec"],
        false => &["spec"],
    };
    let Found::Here(spec) = object.at(spec) else { return };
    let several = spec.items("sources");
    let sources = spec.get("source").into_iter().chain(several).take(FOLDERS);
    let chart = Found::at(spec, &["chart", "spec", "chart"]).value();
    let paths = sources.map(|it| it.get("path")).chain([spec.get("path"), chart]).flatten();
    let home: Arc<str> = model::path::folder(object.page.path).into();
    for path in paths.filter_map(Value::as_text) {
        // A template of a set, and a whole repository, are no folder.
        let folder = follow("", &path).filter(|it| !it.is_empty() && !it.contains("{{"));
        if let Some(folder) = folder {
            let (home, owner) = (Arc::clone(&home), owner.clone());
            objects.deployers.push(Deployer { home, folder, owner });
        }
    }
}

/// What Flux writes on everything comes before what stands on the object.
fn ownership(object: &Object<'_>) -> Ownership {
    match object.at(&["spec", "commonMetadata"]) {
        Found::Here(common) => object.ownership_in(common).or(object.ownership()),
        _ => object.ownership(),
    }
}

/// Owners by folder.
#[derive(Debug, Default)]
pub(crate) struct Deployers {
    /// `None` where several disagree.
    owners: FxHashMap<String, Option<Sourced<String>>>,
}

impl Deployers {
    /// All that a workspace declares.
    pub(crate) fn new(all: Vec<Deployer>) -> Self {
        let mut owners: FxHashMap<String, Option<Sourced<String>>> = FxHashMap::default();
        for it in all {
            for root in roots(&it.home) {
                let folder = match root {
                    "" => it.folder.clone(),
                    _ => format!("{root}/{}", it.folder),
                };
                let known = owners.entry(folder).or_insert_with(|| Some(it.owner.clone()));
                if known.as_ref().is_some_and(|known| known.value != it.owner.value) {
                    *known = None;
                }
            }
        }
        Self { owners }
    }

    /// The owner of what deploys a site, for what says nothing itself. The nearest folder counts.
    pub(crate) fn inherit(&self, ownership: &mut Ownership, site: &Site) {
        if self.owners.is_empty() || !ownership.owner.is_absent() || ownership.argument.is_none() {
            return;
        }
        let mut folder = &*site.unit;
        loop {
            if let Some(found) = self.owners.get(folder) {
                if let Some(owner) = found {
                    let name = owner.value.clone();
                    let owned = Owner { name, source: OwnerSource::Deployment };
                    ownership.owner = Knowledge::Known(Sourced::new(owned, owner.origin.clone()));
                }
                return;
            }
            let Some((above, _)) = folder.rsplit_once('/') else { return };
            folder = above;
        }
    }
}
