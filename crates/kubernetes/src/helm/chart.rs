//! What a chart is made of: its description, its values and its dependencies.

use std::rc::Rc;
use std::sync::Arc;

use model::{FileId, Origin, Place, Source, Value, follow};
use syntax::{Language, Limits};

use super::value::{Data, Map, Unknown, Val, overlay};
use super::{Charts, join};
use crate::edit;
use crate::load::Loader;
use crate::page::Page;

/// Keys above which an imported value is put at most.
const IMPORT_DEPTH: usize = 16;

/// A chart that another one brings along.
pub(super) struct Dependency {
    pub(super) name: String,
    /// The name under which its values stand in the chart above.
    pub(super) alias: String,
    repository: String,
    /// Where it is listed.
    pub(super) place: Option<Place>,
    /// Where its name stands there.
    pub(super) named: Option<Place>,
    conditions: Vec<String>,
    tags: Vec<String>,
    imports: Vec<Import>,
}

/// Values of a sub-chart that the chart above takes over.
struct Import {
    child: String,
    parent: String,
}

impl Charts<'_> {
    pub(super) fn yaml(&self, number: usize, name: &str) -> Val {
        let chart = self.charts.get(number);
        let found = chart.and_then(|it| {
            let number = self.number_at(&join(&it.folder, name))?;
            let (file, parsed) = (self.files.get(number)?, self.parsed.get(number)?);
            Some(parsed.value.get_or_init(|| value(file.file, file.path, file.text)))
        });
        match found {
            Some(it) => Val::read(it),
            // A chart of which the values are not here: nobody can tell what they are.
            None => Val::map(Map::new(0, true)),
        }
    }

    /// What a chart says that it needs; charts of Helm 2 say it in a file of its own.
    pub(super) fn dependencies(&self, number: usize) -> Vec<Dependency> {
        let listed = dependencies(&self.yaml(number, "Chart.yaml"));
        match listed.is_empty() {
            true => dependencies(&self.yaml(number, "requirements.yaml")),
            false => listed,
        }
    }

    pub(super) fn name(&self, number: usize) -> Option<String> {
        self.yaml(number, "Chart.yaml").as_map()?.get("name")?.as_str()
    }
}

/// Reads a YAML file of a chart.
pub(super) fn yaml(file: FileId, path: &str, text: &Arc<str>) -> Val {
    Val::read(&value(file, path, text))
}

/// The map in a YAML file; an empty one when there is none.
fn value(file: FileId, path: &str, text: &Arc<str>) -> Value {
    let tree = syntax::parse(Arc::clone(text), Language::Yaml, &Limits::default());
    let source = Source { file, path, tree: &tree };
    let mut loader = Loader::new(Page::plain(&source), false);
    let value = tree.documents().next().map(|it| loader.read(it));
    match value {
        Some(it) if matches!(it.data, model::Data::Map(_)) => it,
        _ => edit::map(Vec::new(), &Origin::default()),
    }
}

/// The dependencies that `Chart.yaml` lists.
pub(super) fn dependencies(chart: &Val) -> Vec<Dependency> {
    let map = chart.as_map();
    let list = map.and_then(|it| it.get("dependencies"));
    let items = list.as_ref().and_then(Val::as_list);
    let read = |item: &Val| {
        let map = item.as_map()?;
        let text = |key: &str| map.get(key).and_then(|it| it.as_str());
        let name = text("name")?;
        let conditions = text("condition").unwrap_or_default();
        let tags = map
            .get("tags")
            .and_then(|it| Some(it.as_list()?.iter().filter_map(Val::as_str).collect::<Vec<_>>()));
        Some(Dependency {
            alias: text("alias").unwrap_or_else(|| name.clone()),
            name,
            repository: text("repository").unwrap_or_default(),
            place: item.origin.as_ref().map(|it| it.place),
            named: map.get("name").and_then(|it| it.place()),
            // Blanks behind a comma are part of the path, which then leads nowhere.
            conditions: conditions.trim().split(',').map(str::to_owned).collect(),
            tags: tags.unwrap_or_default(),
            imports: map.get("import-values").map(|it| imports(&it)).unwrap_or_default(),
        })
    };
    items.into_iter().flat_map(|it| it.iter()).filter_map(read).collect()
}

/// A name stands for what the sub-chart exports under it.
fn imports(list: &Val) -> Vec<Import> {
    let items = list.as_list().into_iter().flat_map(|it| it.iter());
    let read = |it: &Val| match it.as_map() {
        Some(map) => {
            let text = |key: &str| map.get(key).and_then(|it| it.as_str());
            Some(Import { child: text("child")?, parent: text("parent")? })
        }
        None => Some(Import { child: format!("exports.{}", it.as_str()?), parent: ".".to_owned() }),
    };
    items.filter_map(read).collect()
}

impl Dependency {
    /// What a sub-chart gives to the chart above, which its own values go over.
    pub(super) fn imported(&self, below: &Val) -> Vec<Val> {
        let take = |it: &Import| {
            let table = at(below, &it.child).filter(|it| it.as_map().is_some())?;
            let path = it.parent.split('.').filter(|it| !it.is_empty());
            let path: Vec<_> = path.take(IMPORT_DEPTH).collect();
            let within = |below, key: &&str| Val::map(Map::default().with(key, below));
            Some(path.iter().rev().fold(table, within))
        };
        self.imports.iter().filter_map(take).collect()
    }

    /// The folder of a chart that lies beside the one in `folder` which lists it.
    pub(super) fn local(&self, folder: &str) -> Option<String> {
        follow(folder, self.repository.strip_prefix("file://")?)
    }

    /// Whether the values and tags of the chart above leave it on; `None` when that is unknown.
    pub(super) fn is_enabled(&self, values: &Val, tags: &Val) -> Option<bool> {
        for condition in self.conditions.iter().filter(|it| !it.is_empty()) {
            match at(values, condition).map(|it| it.data) {
                Some(Data::Bool(flag)) => return Some(flag),
                Some(Data::Unknown(_)) => return None,
                _ => {}
            }
        }
        let mut tagged = None;
        for tag in &self.tags {
            match at_key(tags, tag).map(|it| it.data) {
                Some(Data::Bool(true)) => return Some(true),
                Some(Data::Bool(false)) => tagged = Some(false),
                Some(Data::Unknown(_)) => return None,
                _ => {}
            }
        }
        Some(tagged.unwrap_or(true))
    }
}

fn at(values: &Val, path: &str) -> Option<Val> {
    let mut value = values.clone();
    for key in path.split('.') {
        let next = value.as_map()?.get(key)?;
        value = next;
    }
    Some(value)
}

/// The tags of a chart: those of the charts above it, which go over its own.
pub(super) fn tags(above: &Val, values: &Val) -> Val {
    let own = at_key(values, "tags").unwrap_or_else(|| Val::map(Map::default()));
    overlay(above, &own)
}

/// The values of a sub-chart: its own, with what the chart above sets on top.
pub(super) fn values_below(above: &Val, alias: &str, own: &Val) -> Val {
    let values = match at_key(above, alias) {
        Some(set) if set.as_map().is_some() => overlay(&set, own),
        Some(Val { data: Data::Unknown(_), .. }) => Val::unknown(None),
        _ => own.clone(),
    };
    // Sub-charts always have globals.
    let global = at_key(above, "global").unwrap_or_else(|| match above.as_map() {
        Some(map) if !map.open.get() => Val::map(Map::default()),
        _ => Val::unknown(None),
    });
    let Some(map) = values.as_map() else { return values };
    let merged = match map.get("global") {
        Some(own) => overlay(&global, &own),
        None => global,
    };
    map.insert("global".into(), None, merged);
    values
}

fn at_key(values: &Val, key: &str) -> Option<Val> {
    values.as_map()?.get(key)
}

/// The context that Helm gives to the templates of a chart; `alias` is the name under which
/// another chart lists it.
pub(super) fn context(chart: &Val, alias: Option<&str>, values: &Val) -> Val {
    let unknown = |symbol: &str| Val::unknown(Some(symbol.into()));
    let release = Map::default()
        .with("Name", Val::present(".Release.Name"))
        .with("Namespace", Val::present(".Release.Namespace"))
        .with("Service", Val::made("Helm"))
        .with("IsInstall", unknown(".Release.IsInstall"))
        .with("IsUpgrade", unknown(".Release.IsUpgrade"))
        .with("Revision", Val::present(".Release.Revision"));
    let context = Map::default()
        .with("Values", values.clone())
        .with("Chart", described(chart, alias))
        .with("Release", Val::map(release))
        .with("Capabilities", Val::present(".Capabilities"))
        .with("Subcharts", Val::map(opened()))
        .with("Files", Val { data: Data::Files(None), origin: None });
    Val::map(context)
}

fn opened() -> Map {
    let map = Map::default();
    map.open.set(true);
    map
}

/// `Chart.yaml` as templates see it: the keys begin with a capital.
fn described(chart: &Val, alias: Option<&str>) -> Val {
    let out = Map::default();
    for (key, slot) in chart.as_map().into_iter().flat_map(|it| it.entries.borrow().clone()) {
        let mut chars = key.chars();
        let first = chars.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
        let name: Rc<str> = match &*key {
            "apiVersion" => "APIVersion".into(),
            _ => (first + chars.as_str()).into(),
        };
        out.insert(name, slot.key_origin, slot.value);
    }
    if let Some(alias) = alias {
        out.insert("Name".into(), None, Val::made(alias));
    }
    for key in ["Name", "Version"] {
        if out.get(key).is_none() {
            let unknown = Unknown { truth: Some(true), ..Unknown::default() };
            out.insert(key.into(), None, Val { data: Data::Unknown(unknown), origin: None });
        }
    }
    Val::map(out)
}
