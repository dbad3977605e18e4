//! Overlays that a controller deploys with options of its own: `source.kustomize` of an
//! Application of Argo CD, and the patches and the namespace of a Kustomization of Flux, are a
//! kustomization above the folder that they name. For a folder without one, Flux makes one up
//! that takes in all manifests below.
//!
//! An overlay that several of them change is left as it stands: which of them is meant by its
//! address, nobody could tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Data, Entry, FileId, Origin, Source, Value};
use rustc_hash::FxHashMap;
use syntax::{Kind, Node};

use super::definition::Definition;
use super::path;
use crate::detect;
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

/// Files that a kustomization takes in which Flux makes up.
const FILES: usize = 2_000;

/// The same for all that are made up.
const ALL_FILES: usize = 20_000;

/// The kustomizations that controllers lay over folders.
pub(super) fn definitions(
    sources: &[Source<'_>],
    deploy: &BTreeSet<FileId>,
    by_folder: &FxHashMap<String, usize>,
) -> Vec<Definition> {
    let mut found: BTreeMap<String, Vec<Definition>> = BTreeMap::new();
    for source in sources.iter().filter(|it| deploy.contains(&it.file)) {
        let text = source.tree.source();
        let documents = source.tree.documents();
        let mut objects = documents.filter_map(|it| Some((it, controller(it)?))).peekable();
        if objects.peek().is_none() || template::is_template(source.path, text) {
            continue;
        }
        for (node, kind) in objects {
            let value = Loader::new(Page::plain(source), false).read(node);
            let all = match kind {
                "Application" => applied(source.path, &value, by_folder),
                _ => synchronised(source.path, &value, by_folder, sources).into_iter().collect(),
            };
            for (folder, value) in all {
                let slash = if folder.is_empty() { "" } else { "/" };
                let path: Arc<str> = format!("{folder}{slash}above").into();
                let definition = Definition { file: source.file, path, value };
                found.entry(folder).or_default().push(definition);
            }
        }
    }
    let mut left = ALL_FILES;
    let single = |(folder, mut all): (String, Vec<Definition>)| {
        let mut one = all.pop().filter(|_| all.is_empty())?;
        if !by_folder.contains_key(&folder) {
            let most = FILES.min(left);
            let names = manifests(&folder, by_folder, sources, most)?;
            left -= names.len();
            let resources = edit::child(&mut one.value, "resources")?;
            *resources = listed(&names, &resources.origin);
        }
        Some(one)
    };
    found.into_iter().filter_map(single).collect()
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
    let above = |it: &Value| {
        let path = it.get("path")?;
        let folder = folder(file, &path.as_text()?, |it| by_folder.contains_key(it))?;
        Some((folder, above(path, it.get("kustomize")?, ARGO)?))
    };
    named.filter_map(above).collect()
}

/// The same for a Kustomization of Flux, which may name a folder without one, too.
fn synchronised(
    file: &str,
    object: &Value,
    by_folder: &FxHashMap<String, usize>,
    sources: &[Source<'_>],
) -> Option<(String, Value)> {
    let spec = Found::at(object, &["spec"]).value()?;
    let path = spec.get("path")?;
    let named = path.as_text()?;
    let described = folder(file, &named, |it| by_folder.contains_key(it));
    let folder =
        described.or_else(|| folder(file, &named, |it| below(it, sources).next().is_some()))?;
    Some((folder, above(path, spec, FLUX)?))
}

/// The files below a folder. Sources come by path.
fn below<'s>(
    folder: &'s str,
    sources: &'s [Source<'_>],
) -> impl Iterator<Item = (&'s Source<'s>, &'s str)> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let start = sources.partition_point(|it| it.path < prefix.as_str());
    let rest = sources.get(start..).unwrap_or_default().iter();
    rest.map_while(move |it| Some((it, it.path.strip_prefix(&*prefix)?)))
}

/// What a kustomization names that Flux makes for a folder: its manifests, and folders below
/// that have one of their own. `None` for none, and for more than `most`.
fn manifests(
    folder: &str,
    by_folder: &FxHashMap<String, usize>,
    sources: &[Source<'_>],
    most: usize,
) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for (source, inside) in below(folder, sources) {
        let start = source.path.len() - inside.len();
        let ends = inside.match_indices('/').map(|(at, _)| at);
        let own = ends.into_iter().find_map(|at| {
            let folder = source.path.get(..start + at)?;
            by_folder.contains_key(folder).then(|| inside.get(..at))?
        });
        let is_plain = !detect::is_values(source.path)
            && !template::is_template(source.path, source.tree.source())
            && path::name(inside) != "Chart.yaml";
        match own {
            Some(it) if found.last().is_some_and(|last| last == it) => {}
            Some(it) => found.push(it.to_owned()),
            None if is_plain => found.push(inside.to_owned()),
            None => {}
        }
        if found.len() > most {
            return None;
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Options as a kustomization that uses the folder it stands in.
fn above(path: &Value, options: &Value, names: Names) -> Option<Value> {
    let chosen = names.iter().filter_map(|(keys, name)| {
        let (last, before) = keys.split_last()?;
        let holder = Found::at(options, before).value()?;
        Some(Entry { key: (*name).into(), ..holder.entry(last)?.clone() })
    });
    let mut entries: Vec<Entry> = chosen.collect();
    if entries.is_empty() {
        return None;
    }
    entries.push(edit::entry("resources", listed(&[".".to_owned()], &path.origin)));
    Some(edit::map(entries, &options.origin))
}

fn listed(names: &[String], origin: &Origin) -> Value {
    let items = names.iter().map(|it| edit::made(it, origin)).collect();
    Value { data: Data::List(Arc::new(items)), origin: origin.clone() }
}

/// The folder that a path names from the root of its repository.
fn folder(file: &str, named: &str, is_it: impl Fn(&str) -> bool) -> Option<String> {
    roots_of_file(file).find_map(|root| {
        let folder = model::follow(root, named.trim_start_matches('/'))?;
        is_it(&folder).then_some(folder)
    })
}
