//! Overlays that an Application of Argo CD deploys with options of its own: `source.kustomize`
//! is a kustomization above the folder that the Application names.
//!
//! An overlay that several Applications change is left as it stands: which of them is meant
//! by its address, nobody could tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Data, Entry, Source, Value};
use rustc_hash::FxHashMap;
use syntax::{Kind, Node, mentions};

use super::definition::Definition;
use super::path;
use crate::load::{Found, Loader};
use crate::page::Page;
use crate::template;

/// Options that say the same in a kustomization. Images and replicas concern no identity.
const OPTIONS: [&str; 7] = [
    "commonAnnotations",
    "commonLabels",
    "components",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "patches",
];

/// The kustomizations that Applications lay over folders with one.
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
        let may = mentions(text, "argoproj.io/") && mentions(text, "kustomize:");
        if !may || template::is_template(source.path, text) {
            continue;
        }
        for node in source.tree.documents().filter(|it| is_application(*it)) {
            let application = Loader::new(Page::plain(source), false).read(node);
            let one = Found::at(&application, &["spec", "source"]).value();
            let several = Found::at(&application, &["spec", "sources"]).items();
            for named in one.into_iter().chain(several) {
                if let Some((folder, value)) = above(source, named, by_folder) {
                    let path = if folder.is_empty() { "" } else { "/" };
                    let path: Arc<str> = format!("{folder}{path}Application").into();
                    let definition = Definition { file: source.file, path, value };
                    found.entry(folder).or_default().push(definition);
                }
            }
        }
    }
    let single = |mut all: Vec<Definition>| all.pop().filter(|_| all.is_empty());
    found.into_values().filter_map(single).collect()
}

fn is_application(node: Node<'_>) -> bool {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    node.kind() == Kind::Map
        && text("kind") == Some("Application")
        && text("apiVersion").is_some_and(|it| it.starts_with("argoproj.io/"))
}

/// The folder that a source names, and its options as a kustomization.
fn above(
    source: &Source<'_>,
    named: &Value,
    by_folder: &FxHashMap<String, usize>,
) -> Option<(String, Value)> {
    let options = named.get("kustomize")?;
    let path = named.get("path")?;
    let folder = folder(source.path, &path.as_text()?, by_folder)?;
    let chosen = options.entries().iter().filter(|it| OPTIONS.contains(&&*it.key));
    let mut entries: Vec<Entry> = chosen.cloned().collect();
    if entries.is_empty() {
        return None;
    }
    let here = Value { data: dot(path), origin: path.origin.clone() };
    let resources = Value { data: Data::List(Arc::new(vec![here])), origin: path.origin.clone() };
    entries.push(Entry {
        key: "resources".into(),
        key_origin: path.origin.clone(),
        value: resources,
    });
    let value = Value { data: Data::Map(Arc::new(entries)), origin: options.origin.clone() };
    Some((folder, value))
}

fn dot(path: &Value) -> Data {
    Data::String(model::Text::literal(".", path.origin.clone(), None))
}

/// The folder with a kustomization that a path names from the root of its repository. What is
/// linted may be a part of a repository, or hold several.
fn folder(file: &str, named: &str, by_folder: &FxHashMap<String, usize>) -> Option<String> {
    let home = path::folder(file);
    let ends = home.match_indices('/').map(|(at, _)| at).chain([home.len()]);
    let mut roots = [""].into_iter().chain(ends.filter_map(|it| home.get(..it)));
    roots.find_map(|root| {
        let folder = model::follow(root, named.trim_start_matches('/'))?;
        by_folder.contains_key(&folder).then_some(folder)
    })
}
