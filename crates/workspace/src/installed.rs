//! Modules that `terraform init` has fetched: `.terraform/modules`, as far as its
//! `modules.json` names them.
//!
//! They are part of what a configuration does, and nobody edits them: they are evaluated, and
//! what is found in them is reported at the call.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::Skipped;
use model::FileId;
use model::path::folder;
use syntax::{Kind, Language, Limits};
use terraform::Installed;

use crate::analyze::{FrontEnd, InputFile, Prepared, prepare};
use crate::reader::Reader;

/// Where the list of modules lies, below the folder of a root module.
const LIST: &str = ".terraform/modules/modules.json";

/// Modules of one list. The largest that were seen have a few dozen.
const MODULES: usize = 500;

/// Files of one workspace.
const FILES: usize = 5_000;

/// Bytes of one workspace.
const BYTES: usize = 64 << 20;

/// True for a list of fetched modules.
pub(crate) fn is_list(path: &str) -> bool {
    root_of(path).is_some()
}

/// The folder of the root module that a list belongs to.
fn root_of(path: &str) -> Option<&str> {
    let root = path.strip_suffix(LIST)?;
    if root.is_empty() { Some("") } else { root.strip_suffix('/') }
}

/// A fetched module: whose it is, its name there, and where it lies.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    root: String,
    key: String,
    folder: String,
}

impl Module {
    pub(crate) fn as_installed(&self) -> Installed<'_> {
        Installed { root: &self.root, key: &self.key, folder: &self.folder }
    }
}

/// The modules of all lists among the files.
pub(crate) fn modules(files: &[Prepared]) -> Vec<Module> {
    files.iter().flat_map(listed).collect()
}

fn listed(file: &Prepared) -> Vec<Module> {
    let Some(root) = root_of(&file.input.path) else { return Vec::new() };
    let list = file.tree.as_deref().and_then(|it| it.root()?.get("Modules"));
    let module = |node: syntax::Node<'_>| {
        let key = node.get("Key")?.as_str().filter(|it| !it.is_empty())?;
        let folder = below(root, node.get("Dir")?.as_str()?)?;
        Some(Module { root: root.to_owned(), key: key.to_owned(), folder })
    };
    let children = list.into_iter().flat_map(|it| it.children());
    children.take(MODULES).filter_map(module).collect()
}

/// The folder of a fetched module from the workspace root; `None` for every other folder, of
/// which the workspace has its own view.
fn below(root: &str, folder: &str) -> Option<String> {
    let rest = folder.trim_start_matches("./").strip_prefix(".terraform/modules/")?;
    let parts: Vec<&str> = rest.split('/').filter(|it| !matches!(*it, "" | ".")).collect();
    if parts.is_empty() || parts.iter().any(|it| *it == ".." || it.contains(['\\', '\0', ':'])) {
        return None;
    }
    let slash = if root.is_empty() { "" } else { "/" };
    Some(format!("{root}{slash}.terraform/modules/{}", parts.join("/")))
}

/// Reads the lists of all folders that call modules, and the files of these modules.
pub(crate) fn read(
    files: &[Prepared],
    reader: &Reader,
    limits: &Limits,
    skipped: &mut Vec<Skipped>,
) -> Vec<Prepared> {
    let callers: BTreeSet<&str> =
        files.iter().filter(|it| calls_modules(it)).map(|it| folder(&it.input.path)).collect();
    let mut found: BTreeMap<Arc<str>, Prepared> = BTreeMap::new();
    let mut bytes = 0;
    for root in callers {
        let slash = if root.is_empty() { "" } else { "/" };
        let Some(list) = text(reader, limits, &format!("{root}{slash}{LIST}")) else { continue };
        let folders: BTreeSet<String> = listed(&list).into_iter().map(|it| it.folder).collect();
        let path = Arc::clone(&list.input.path);
        found.insert(Arc::clone(&path), list);
        for file in folders.iter().flat_map(|it| configuration(reader, it)) {
            if found.len() >= FILES || bytes >= BYTES {
                let reason = "it names more than nhilint reads: other modules are unknown";
                skipped.push(Skipped { path: path.to_string(), reason: reason.to_owned() });
                return found.into_values().collect();
            }
            let Some(file) = text(reader, limits, &file) else { continue };
            bytes += file.input.text.len();
            found.insert(Arc::clone(&file.input.path), file);
        }
    }
    found.into_values().collect()
}

fn text(reader: &Reader, limits: &Limits, path: &str) -> Option<Prepared> {
    let text = reader.read(path)?;
    Some(prepare(InputFile { path: path.into(), text }, limits))
}

/// The files of a folder that Terraform reads by itself.
fn configuration(reader: &Reader, folder: &str) -> Vec<String> {
    let entries = reader.list(folder).unwrap_or_default();
    let is_read =
        |name: &str| [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|it| name.ends_with(it));
    let files = entries.into_iter().filter(|it| !it.is_folder && is_read(&it.name));
    files.map(|it| format!("{folder}/{}", it.name)).collect()
}

fn calls_modules(file: &Prepared) -> bool {
    let terraform =
        matches!(file.format, Some((FrontEnd::Terraform, language)) if language != Language::Json);
    let root = file.tree.as_deref().filter(|_| terraform).and_then(|it| it.root());
    root.is_some_and(|it| {
        it.children().any(|it| it.kind() == Kind::Block && it.key() == Some("module"))
    })
}

/// The files that belong to fetched modules.
pub(crate) fn files_of(modules: &[Module], files: &[Prepared]) -> BTreeSet<FileId> {
    let folders: BTreeSet<&str> = modules.iter().map(|it| it.folder.as_str()).collect();
    (0..)
        .zip(files)
        .filter(|(_, it)| folders.contains(folder(&it.input.path)))
        .map(|(index, _)| FileId(index))
        .collect()
}
