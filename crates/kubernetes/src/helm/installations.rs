//! Objects that have a chart of the same repository installed, with values of their own: an
//! Application of Argo CD, a HelmRelease of Flux.
//!
//! They name the chart by its folder. Where a value comes from something that is not here (a
//! Secret, a values file of another repository), nobody can tell what the chart makes, and the
//! object is left out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{Data as Held, Place, Source, Value, follow};
use syntax::{Kind, Word};

use super::overlays::MOST_INSTALLATIONS;
use super::packed::may_be_packed;
use super::release::MOST_LOCAL;
use super::value::{Data, Map, Val, overlay, read_text};
use super::{Chart, ChartFile, Charts, chart, join, render};
use crate::document::Document;
use crate::load::{Found, Loader};
use crate::page::Page;
use crate::repository::roots_of_file;
use crate::template;

/// A chart with the values that one object sets.
#[derive(Debug)]
pub(super) struct Installation {
    /// The number of the chart among those that stand for themselves.
    pub(super) chart: usize,
    /// The object.
    pub(super) place: Place,
    /// The values files that the chart is given instead of its own.
    instead: Option<Vec<String>>,
    /// What is laid over the chart's values, in order.
    layers: Vec<Layer>,
}

#[derive(Debug)]
enum Layer {
    /// A values file by its path.
    File(String),
    /// Values.
    Map(Value),
    /// A values file as a text.
    Text(model::Text),
    /// `name: db.user` with its value; `true` when it stays a text.
    Named(Vec<String>, Value, bool),
    /// What the values file of a chart above says under a name.
    Above(String, String),
}

impl<'a> Charts<'a> {
    /// Finds the objects that have these charts installed.
    #[must_use]
    pub fn with_installations(mut self, sources: &[Source<'_>]) -> Self {
        if self.tops.is_empty() {
            return self;
        }
        self.installations.extend(self.local());
        for source in sources {
            let text = source.tree.source();
            // What a template prints is read when it is run.
            if !may_install(text) || template::is_template(source.path, text) {
                continue;
            }
            for object in objects(Page::plain(source), false) {
                let found = self.installed(source.path, &object);
                self.installations.extend(found);
            }
        }
        self
    }

    /// Charts beside a chart that it brings along, with what it sets for them.
    fn local(&self) -> Vec<Installation> {
        let mut found = Vec::new();
        let mut tried: BTreeMap<usize, usize> = BTreeMap::new();
        let few = |it: &&Chart| (1..=MOST_LOCAL).contains(&it.local.len());
        for chart in self.charts.iter().filter(few) {
            let path = join(&chart.folder, "values.yaml");
            let described = join(&chart.folder, "Chart.yaml");
            let (Some(description), Some(values)) = (self.file_at(&described), self.file_at(&path))
            else {
                continue;
            };
            let read = |it: &ChartFile<'_>| chart::yaml(it.file, it.path, it.text);
            let values = read(values);
            let tags = chart::tags(&Val::map(Map::default()), &values);
            for it in chart::dependencies(&read(description)) {
                let folder = it.local(&chart.folder);
                let number = folder.and_then(|it| self.by_folder.get(it.as_str()));
                let top = number.and_then(|it| self.tops.iter().position(|top| top == it));
                let sets = values.as_map().is_some_and(|map| map.get(&it.alias).is_some());
                if let (Some(chart), Some(place)) = (top, it.named)
                    && sets
                    && it.is_enabled(&values, &tags) != Some(false)
                    // One more than is tried, which is told.
                    && count(&mut tried, chart) <= MOST_INSTALLATIONS + 1
                {
                    let layers = vec![Layer::Above(path.clone(), it.alias)];
                    found.push(Installation { chart, place, instead: None, layers });
                }
            }
        }
        found
    }

    /// The charts that an object in a file has installed.
    pub(super) fn installed(&self, file: &str, object: &Value) -> Vec<Installation> {
        match text(object, "kind").as_deref() {
            Some("Application") => self.applied(file, object),
            Some("ApplicationSet") => {
                let all = self.applications(file, object);
                all.iter().flat_map(|it| self.applied(file, it)).collect()
            }
            Some("HelmRelease") => self.released(file, object).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The charts that an Application names.
    fn applied(&self, file: &str, object: &Value) -> Vec<Installation> {
        let one = Found::at(object, &["spec", "source"]).value();
        let several = Found::at(object, &["spec", "sources"]).items();
        let named = one.into_iter().chain(several);
        named.filter_map(|it| self.application(file, it)).collect()
    }

    fn application(&self, file: &str, named: &Value) -> Option<Installation> {
        let helm = Found::at(named, &["helm"]).value()?;
        let path = text(named, "path")?;
        let (chart, base, folder) = self.chart_by_path(file, &path)?;
        // Files of which nobody can tell what they hold.
        if helm.get("fileParameters").is_some() {
            return None;
        }
        let mut layers = Vec::new();
        for file in helm.items("valueFiles") {
            let path = file.as_text()?;
            let path = match path.strip_prefix('$') {
                // The root of another source, which is mostly the same repository.
                Some(named) => join(&base, &follow("", named.split_once('/')?.1)?),
                None => follow(&folder, &path)?,
            };
            layers.push(Layer::File(self.values_at(path)?));
        }
        match (helm.get("valuesObject"), helm.get("values")) {
            (Some(map), _) => layers.push(Layer::Map(map.clone())),
            (None, Some(Value { data: Held::String(text), .. })) => {
                layers.push(Layer::Text(text.clone()));
            }
            _ => {}
        }
        for item in helm.items("parameters") {
            let keys = keys(&text(item, "name")?)?;
            let stays = item.get("forceString").is_some_and(|it| it.as_bool() == Some(true));
            let value = item.get("value")?;
            // A list in the language of `--set`.
            if value.as_text()?.starts_with('{') {
                return None;
            }
            layers.push(Layer::Named(keys, value.clone(), stays));
        }
        let place = named.origin.place;
        (!layers.is_empty()).then_some(Installation { chart, place, instead: None, layers })
    }

    /// The chart that a HelmRelease names in a repository of files.
    fn released(&self, file: &str, object: &Value) -> Option<Installation> {
        let spec = Found::at(object, &["spec"]).value()?;
        let named = Found::at(spec, &["chart", "spec"]).value()?;
        let kind = Found::at(named, &["sourceRef", "kind"]).value()?.as_text()?;
        // A registry knows charts by name.
        if !matches!(&*kind, "GitRepository" | "Bucket") || spec.get("valuesFrom").is_some() {
            return None;
        }
        let path = named.get("chart")?;
        let place = path.origin.place;
        let path = path.as_text()?;
        let (chart, base, _) = self.chart_by_path(file, &path)?;
        let mut files = Vec::new();
        for file in named.items("valuesFiles") {
            files.push(self.values_at(join(&base, &follow("", &file.as_text()?)?))?);
        }
        let layers: Vec<Layer> =
            spec.get("values").map(|it| Layer::Map(it.clone())).into_iter().collect();
        let instead = (!files.is_empty()).then_some(files);
        // A packed chart is here only because of the object.
        let says = !layers.is_empty() || instead.is_some() || may_be_packed(&path);
        says.then_some(Installation { chart, place, instead, layers })
    }

    /// The chart in a folder that an object names from the root of its repository, with that
    /// root.
    fn chart_by_path(&self, file: &str, path: &str) -> Option<(usize, String, String)> {
        for root in roots_of_file(file) {
            let at = join(root, &follow("", path)?);
            let at = at.trim_end_matches('/');
            let Some(found) = self.by_folder.get(at) else { continue };
            let number = self.tops.iter().position(|it| it == found)?;
            return Some((number, root.to_owned(), at.to_owned()));
        }
        None
    }

    /// A path when there is a file.
    fn values_at(&self, path: String) -> Option<String> {
        self.values_file(&path).map(|_| path)
    }

    fn values_file(&self, path: &str) -> Option<Val> {
        if let Some(ChartFile { file, path, text }) = self.file_at(path) {
            return Some(chart::yaml(*file, path, text));
        }
        let (folder, name) = model::path::split(path);
        let text = self.read_below(folder.trim_end_matches('/'), name)?;
        render::read(&text).filter(|it| it.as_map().is_some())
    }
}

/// The objects of a page that may have charts installed.
pub(super) fn objects(page: Page<'_>, is_partial: bool) -> Vec<Value> {
    let mut loader = Loader::new(page, is_partial);
    let mut found = Vec::new();
    for node in page.tree.documents().filter(|it| it.kind() == Kind::Map) {
        for document in Document::split(node, is_partial) {
            let installs = document
                .text("kind")
                .is_some_and(|it| matches!(it, "Application" | "ApplicationSet" | "HelmRelease"));
            if installs {
                found.push(loader.document(document));
            }
        }
    }
    found
}

/// True when a text may hold such objects.
pub(super) fn may_install(text: &str) -> bool {
    static GROUPS: [Word; 2] = [Word::new("argoproj.io/"), Word::new("helm.toolkit.")];
    GROUPS.iter().any(|it| it.is_in(text))
}

impl Installation {
    /// The values of the chart as they are installed.
    pub(super) fn values(&self, charts: &Charts<'_>, own: Val) -> Val {
        let files = self.instead.iter().flatten();
        let instead = files.filter_map(|it| charts.values_file(it));
        let values = match &self.instead {
            Some(_) => instead.fold(Val::map(Map::default()), |under, it| overlay(&it, &under)),
            None => own,
        };
        self.layers.iter().fold(values, |under, it| match it.read(charts) {
            Some(over) => overlay(&over, &under),
            None => under,
        })
    }
}

impl Layer {
    fn read(&self, charts: &Charts<'_>) -> Option<Val> {
        let value = match self {
            Self::File(path) => charts.values_file(path)?,
            Self::Map(value) => Val::read(value),
            Self::Above(path, alias) => {
                chart::values_below(&charts.values_file(path)?, alias, &Val::map(Map::default()))
            }
            Self::Text(text) => render::read(&read_text(text))?,
            Self::Named(keys, value, stays) => {
                let value = Val::read(value);
                let value = if *stays { value } else { typed(value) };
                keys.iter()
                    .rev()
                    .fold(value, |below, key| Val::map(Map::default().with(key, below)))
            }
        };
        value.as_map().is_some().then_some(value)
    }
}

/// How often something was counted, this time too.
fn count(all: &mut BTreeMap<usize, usize>, it: usize) -> usize {
    let number = all.entry(it).or_default();
    *number += 1;
    *number
}

/// What `--set` makes of a text.
fn typed(value: Val) -> Val {
    let Some(text) = value.as_str() else { return value };
    let origin = value.origin.clone();
    let data = match text.as_str() {
        "true" => Data::Bool(true),
        "false" => Data::Bool(false),
        "null" => Data::Nil,
        text if text == "0" || !text.starts_with('0') => match text.parse() {
            Ok(number) => Data::Int(number),
            Err(_) => return value,
        },
        _ => return value,
    };
    Val { data, origin }
}

/// The keys of `a.b`; `a\.b` is one. `None` for an item of a list.
fn keys(name: &str) -> Option<Vec<String>> {
    let mut keys = vec![String::new()];
    let mut chars = name.chars();
    while let Some(it) = chars.next() {
        match it {
            '[' | '{' => return None,
            '.' => keys.push(String::new()),
            _ => keys.last_mut()?.push(if it == '\\' { chars.next()? } else { it }),
        }
    }
    keys.iter().all(|it| !it.is_empty()).then_some(keys)
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_text().map(Cow::into_owned)
}
