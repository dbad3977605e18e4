//! Small workspaces given as text, and what they lower to.
#![allow(dead_code, reason = "each test binary uses a part of this")]

pub(crate) mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Facts, FileId, Grant, Place, Source};
use nhilint_terraform::{FolderEntry, Options, Project, generated, language};
use syntax::{Limits, Tree};

/// The facts of all units, and the texts they point into.
pub(crate) struct Lowered {
    pub(crate) facts: Facts,
    texts: Vec<(String, String)>,
}

/// Lowers files given as path and text. Files that are not Terraform can be read by `file()`.
pub(crate) fn lower(files: &[(&str, &str)]) -> Lowered {
    let mut sorted: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    sorted.sort();
    let trees: Vec<Option<Tree>> = sorted
        .iter()
        .map(|(path, text)| {
            let language = language(path)?;
            Some(syntax::parse(Arc::from(text.as_str()), language, &Limits::default()))
        })
        .collect();
    let sources: Vec<Source<'_>> = trees
        .iter()
        .enumerate()
        .filter_map(|(at, tree)| {
            let file = FileId(u32::try_from(at).unwrap());
            Some(Source { file, path: &sorted[at].0, tree: tree.as_ref()? })
        })
        .collect();
    let by_path: BTreeMap<&str, (usize, &str)> = sorted
        .iter()
        .enumerate()
        .map(|(at, (path, text))| (path.as_str(), (at, text.as_str())))
        .collect();
    let read = |path: &str| by_path.get(path).map(|(_, text)| Arc::from(*text));
    let find = |path: &str| by_path.get(path).map(|(at, _)| FileId(u32::try_from(*at).unwrap()));
    let list = |folder: &str| {
        let mut entries: BTreeMap<String, bool> = BTreeMap::new();
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        for below in by_path.keys().filter_map(|it| it.strip_prefix(prefix.as_str())) {
            let (name, is_folder) = below.split_once('/').map_or((below, false), |it| (it.0, true));
            entries.insert(name.to_owned(), is_folder);
        }
        let entry = |(name, is_folder)| FolderEntry { name, is_folder };
        (!entries.is_empty()).then(|| entries.into_iter().map(entry).collect())
    };
    let limits = Limits::default();
    let written: Vec<(Source<'_>, Tree)> = sources
        .iter()
        .flat_map(|it| generated(it, &limits).into_iter().map(move |tree| (*it, tree)))
        .collect();
    let written: Vec<Source<'_>> =
        written.iter().map(|(of, tree)| Source { tree, ..*of }).collect();
    let options = Options {
        generated: &written,
        list_folder: Some(&list),
        read_file: Some(&read),
        find_file: Some(&find),
        collect_resources: true,
        ..Options::default()
    };
    let project = Project::new(sources, &options);
    let mut facts = Facts::default();
    for unit in 0..project.units() {
        facts.extend(project.lower(unit));
    }
    Lowered { facts, texts: sorted }
}

/// Lowers one file named `main.tf`.
pub(crate) fn one(text: &str) -> Lowered {
    lower(&[("main.tf", text)])
}

impl Lowered {
    /// The bytes that a place points at.
    pub(crate) fn slice(&self, place: Place) -> &str {
        let (_, text) = &self.texts[place.file.0 as usize];
        &text[place.span.range()]
    }

    /// `path: slice`
    pub(crate) fn at(&self, place: Place) -> String {
        format!("{}: {}", self.texts[place.file.0 as usize].0, self.slice(place))
    }

    /// Grants that allow every action, with the slice of the star.
    pub(crate) fn stars(&self) -> Vec<String> {
        let allowed = |it: &&Grant| it.effect == model::Effect::Allow && !it.actions.negated;
        self.facts
            .grants
            .iter()
            .filter(allowed)
            .filter_map(|it| it.actions.find("*"))
            .map(|it| self.at(it.place()))
            .collect()
    }

    /// The steps of the star's way.
    pub(crate) fn star_steps(&self) -> Vec<String> {
        let star = self.facts.grants.iter().find_map(|it| it.actions.find("*")).unwrap();
        star.origin.steps().iter().map(|it| it.name.to_string()).collect()
    }

    /// Slices of all literal credentials.
    pub(crate) fn literals(&self) -> Vec<String> {
        let literal = |it: &&model::Credential| it.literal().is_some();
        self.facts.credentials.iter().filter(literal).map(|it| self.at(it.place)).collect()
    }

    pub(crate) fn identity(&self, address: &str) -> &model::Identity {
        self.facts.identities.iter().find(|it| &*it.address.name == address).unwrap()
    }
}
