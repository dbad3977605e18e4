//! Overlays that a controller deploys with options of its own: `source.kustomize` of an
//! Application of Argo CD, and the patches and the namespace of a Kustomization of Flux, are a
//! kustomization above the folder that they name.
//!
//! An overlay that several of them change is left as it stands: which of them is meant by its
//! address, nobody could tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Data, Entry, Source, Value};
use rustc_hash::FxHashMap;
use syntax::{Kind, Node, Word};

use super::definition::Definition;
use crate::edit;
use crate::load::{Found, Loader};
use crate::page::Page;
use crate::repository::roots_of_file;
use crate::template;

/// What the options are called there, and in a kustomization. Images and replicas concern no
/// identity.
type Names = &'static [(&'static [&'static str], &'static str)];

const ARGO: Names = &[
    (&["commonAnnotations"], "commonAnnotations"),
    (&["commonLabels"], "commonLabels"),
    (&["components"], "components"),
    (&["namePrefix"], "namePrefix"),
    (&["nameSuffix"], "nameSuffix"),
    (&["namespace"], "namespace"),
    (&["patches"], "patches"),
];

const FLUX: Names = &[
    (&["commonMetadata", "annotations"], "commonAnnotations"),
    (&["commonMetadata", "labels"], "commonLabels"),
    (&["components"], "components"),
    (&["namePrefix"], "namePrefix"),
    (&["nameSuffix"], "nameSuffix"),
    (&["targetNamespace"], "namespace"),
    (&["patches"], "patches"),
];

/// Words without which a file holds neither.
static WORDS: [Word; 2] = [Word::new("argoproj.io/"), Word::new("kustomize.toolkit.fluxcd.io/")];

/// The kustomizations that controllers lay over folders with one.
pub(super) fn definitions(
    sources: &[Source<'_>],
    by_folder: &FxHashMap<String, usize>,
) -> Vec<Definition> {
    if by_folder.is_empty() {
        return Vec::new();
    }
    let mut found: BTreeMap<String, Vec<Definition>> = BTreeMap::new();
    for source in sources {
        let text = source.tree.source();
        let documents = source.tree.documents();
        let mut objects = documents.filter_map(|it| Some((it, controller(it)?))).peekable();
        let may = || WORDS.iter().any(|it| it.is_in(text));
        if objects.peek().is_none() || !may() || template::is_template(source.path, text) {
            continue;
        }
        for (node, kind) in objects {
            let value = Loader::new(Page::plain(source), false).read(node);
            let all = match kind {
                "Application" => applied(source.path, &value, by_folder),
                _ => synchronised(source.path, &value, by_folder).into_iter().collect(),
            };
            for (folder, value) in all {
                let slash = if folder.is_empty() { "" } else { "/" };
                let path: Arc<str> = format!("{folder}{slash}above").into();
                let definition = Definition { file: source.file, path, value };
                found.entry(folder).or_default().push(definition);
            }
        }
    }
    let single = |mut all: Vec<Definition>| all.pop().filter(|_| all.is_empty());
    found.into_values().filter_map(single).collect()
}

/// The kind of an object that deploys a folder.
fn controller(node: Node<'_>) -> Option<&str> {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    if node.kind() != Kind::Map {
        return None;
    }
    let group = text("apiVersion")?.split_once('/')?.0;
    let kind = text("kind")?;
    let deploys = matches!(
        (group, kind),
        ("argoproj.io", "Application") | ("kustomize.toolkit.fluxcd.io", "Kustomization")
    );
    deploys.then_some(kind)
}

/// The folders that an Application names, each with its options as a kustomization.
fn applied(
    file: &str,
    application: &Value,
    by_folder: &FxHashMap<String, usize>,
) -> Vec<(String, Value)> {
    let one = Found::at(application, &["spec", "source"]).value();
    let several = Found::at(application, &["spec", "sources"]).items();
    let named = one.into_iter().chain(several);
    let above = |it: &Value| above(file, it.get("path")?, it.get("kustomize")?, ARGO, by_folder);
    named.filter_map(above).collect()
}

/// The same for a Kustomization of Flux.
fn synchronised(
    file: &str,
    object: &Value,
    by_folder: &FxHashMap<String, usize>,
) -> Option<(String, Value)> {
    let spec = Found::at(object, &["spec"]).value()?;
    above(file, spec.get("path")?, spec, FLUX, by_folder)
}

fn above(
    file: &str,
    path: &Value,
    options: &Value,
    names: Names,
    by_folder: &FxHashMap<String, usize>,
) -> Option<(String, Value)> {
    let folder = folder(file, &path.as_text()?, by_folder)?;
    let chosen = names.iter().filter_map(|(keys, name)| {
        let (last, before) = keys.split_last()?;
        let holder = Found::at(options, before).value()?;
        Some(Entry { key: (*name).into(), ..holder.entry(last)?.clone() })
    });
    let mut entries: Vec<Entry> = chosen.collect();
    if entries.is_empty() {
        return None;
    }
    let here = vec![edit::made(".", &path.origin)];
    let resources = Value { data: Data::List(Arc::new(here)), origin: path.origin.clone() };
    entries.push(edit::entry("resources", resources));
    Some((folder, edit::map(entries, &options.origin)))
}

/// The folder with a kustomization that a path names from the root of its repository.
fn folder(file: &str, named: &str, by_folder: &FxHashMap<String, usize>) -> Option<String> {
    roots_of_file(file).find_map(|root| {
        let folder = model::follow(root, named.trim_start_matches('/'))?;
        by_folder.contains_key(&folder).then_some(folder)
    })
}
