//! One run over a chart with the charts below it: which are on, what values each of them gets,
//! and what their templates print.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use model::{Note, NoteKind, Place};
use syntax::Span;
use syntax::gotemplate::Template;

use super::eval::{Budget, Define, Engine, Stop};
use super::files::OfChart;
use super::render::{self, Rendered, source_text};
use super::value::{Map, Val, overlay};
use super::{Chart, ChartFile, Charts, chart, inside, join, missing};
use crate::detect;

/// Charts inside charts that are followed.
const DEPTH: u32 = 8;

/// Charts beside a chart of which the values are read for it.
pub(super) const MOST_LOCAL: usize = 64;

/// Charts that are run for one, sub-charts under each of their names.
const MOST_CHARTS: u32 = 256;

impl<'a> Charts<'a> {
    /// Runs the templates of a chart.
    pub(super) fn release<'s>(&'s self, number: usize, sink: &'s mut Sink<'s>) -> Released {
        self.release_with(number, |own| self.own_values(number, own), sink)
    }

    /// The same with other values than its own.
    pub(super) fn release_with<'s>(
        &'s self,
        number: usize,
        change: impl FnOnce(Val) -> Val,
        sink: &'s mut Sink<'s>,
    ) -> Released {
        let Some(top) = self.tops.get(number).copied() else { return Released::default() };
        let mut run = Release {
            charts: self,
            parsed: BTreeMap::new(),
            defines: BTreeMap::new(),
            defined: BTreeSet::new(),
            budget: Budget::default(),
            released: Released::default(),
            sink,
        };
        run.define(top, 0);
        let values = change(self.yaml(top, "values.yaml"));
        run.install(top, None, values, &Val::map(Map::default()), 0);
        run.released
    }
}

/// One run over a chart with its sub-charts.
pub(super) struct Release<'r, 'a> {
    charts: &'r Charts<'a>,
    parsed: BTreeMap<usize, Arc<Template>>,
    defines: BTreeMap<String, Define>,
    /// Charts whose named templates are collected.
    defined: BTreeSet<usize>,
    budget: Budget,
    released: Released,
    sink: &'r mut Sink<'r>,
}

/// What was run.
#[derive(Debug, Default)]
pub(super) struct Released {
    /// Charts, sub-charts too.
    pub(super) charts: u32,
    /// Charts that are needed and are not here, or are too many to run.
    pub(super) missing: Vec<Note>,
}

/// Takes what a template prints: `None` when that is not YAML.
pub(super) type Sink<'s> = dyn FnMut(&ChartFile<'_>, Result<Option<Rendered>, Stop>) + 's;

impl Release<'_, '_> {
    fn chart(&self, number: usize) -> Option<&Chart> {
        self.charts.charts.get(number)
    }

    /// The templates of a chart: number of the file and path inside the chart.
    fn templates(&self, number: usize) -> Vec<(usize, String)> {
        let Some(chart) = self.chart(number) else { return Vec::new() };
        let mut all = self.all_templates(chart);
        all.retain(|(it, _)| !chart.left_out.contains(it));
        all
    }

    /// The same with those that `.helmignore` leaves out.
    fn all_templates(&self, chart: &Chart) -> Vec<(usize, String)> {
        let inside = |index: &usize| {
            let path = inside(self.charts.files.get(*index)?.path, &chart.folder)?;
            path.starts_with("templates/").then(|| (*index, path.to_owned()))
        };
        chart.files.iter().filter_map(inside).collect()
    }

    /// Collects the named templates of a chart and what it depends on. Of two with one name, the
    /// one further up wins, then the one in the file that comes first.
    fn define(&mut self, number: usize, depth: u32) {
        if depth >= DEPTH || !self.defined.insert(number) {
            return;
        }
        let Some(chart) = self.charts.charts.get(number) else { return };
        for below in chart.below.iter().chain(&chart.local).rev() {
            if self.chart(*below).is_some_and(|it| !self.is_left_out(it)) {
                self.define(*below, depth + 1);
            }
        }
        let mut templates = self.templates(number);
        templates.sort_by_cached_key(|(index, path)| Reverse((path.matches('/').count(), *index)));
        for (index, _) in templates {
            let Some(it) = self.charts.files.get(index) else { continue };
            // Definitions of resources are half of all bytes, and never values.
            if self.parsed.contains_key(&index) || detect::holds_only_schemas(it.text) {
                continue;
            }
            let Some(template) = self.charts.template(index) else { continue };
            if template.problems.is_empty() && !template.defines.is_empty() {
                let text = Rc::new(source_text(it.file, it.text));
                for (index, define) in template.defines.iter().enumerate() {
                    let define_at = Define {
                        text: Rc::clone(&text),
                        source: Arc::clone(it.text),
                        template: Arc::clone(&template),
                        index,
                    };
                    self.defines.insert(define.name.clone(), define_at);
                }
            }
            self.parsed.insert(index, template);
        }
    }

    /// The charts that a chart brings along.
    fn below(&self, number: usize) -> Vec<Below> {
        let Some(chart) = self.chart(number) else { return Vec::new() };
        let listed = self.charts.dependencies(number);
        let mut out = Vec::new();
        for below in &chart.below {
            let Some(sub) = self.chart(*below).filter(|it| !self.is_left_out(it)) else {
                continue;
            };
            let folder = sub.folder.rsplit('/').next().unwrap_or("").to_owned();
            let name = self.charts.name(*below).unwrap_or_else(|| folder.clone());
            let is_it = |it: &chart::Dependency| it.name == name || it.name == folder;
            let one = |dependency| Below {
                number: *below,
                name: name.clone(),
                dependency,
                vendored: true,
            };
            // A chart may be listed several times, under other names.
            let lists = listed.iter().enumerate().filter(|(_, it)| is_it(it));
            let before = out.len();
            out.extend(lists.map(|(at, _)| one(Some(at))));
            if out.len() == before {
                out.push(one(None));
            }
        }
        for (at, dependency) in listed.iter().enumerate() {
            let Some(folder) = dependency.local(&chart.folder) else { continue };
            let found = self.charts.by_folder.get(folder.as_str()).copied();
            if let Some(found) = found.filter(|it| out.iter().all(|below| below.number != *it)) {
                let name = dependency.name.clone();
                out.push(Below { number: found, name, dependency: Some(at), vendored: false });
            }
        }
        out
    }

    /// Runs a chart with the values that the chart above leaves it, which may list it under
    /// another name.
    fn install(
        &mut self,
        number: usize,
        alias: Option<&str>,
        mut values: Val,
        tags: &Val,
        depth: u32,
    ) {
        if depth >= DEPTH {
            return;
        }
        if self.released.charts >= MOST_CHARTS {
            self.too_many(number);
            return;
        }
        self.released.charts += 1;
        let described = self.charts.yaml(number, "Chart.yaml");
        let listed = self.charts.dependencies(number);
        let tags = chart::tags(tags, &values);
        let mut installs = Vec::new();
        let mut off = Vec::new();
        let mut imported = Vec::new();
        let mut local = 0;
        let all_below = self.below(number);
        self.released.missing.extend(missing::notes(&listed, &all_below, &values, &tags));
        for below in all_below {
            let dependency = below.dependency.and_then(|it| listed.get(it));
            let alias = dependency.map_or(below.name.as_str(), |it| it.alias.as_str());
            local += usize::from(!below.vendored);
            let own = match local <= MOST_LOCAL {
                true => self.charts.yaml(below.number, "values.yaml"),
                false => Val::unknown(None),
            };
            let below_values = chart::values_below(&values, alias, &own);
            if let Some(map) = values.as_map() {
                map.insert(alias.into(), None, below_values.clone());
            }
            let enabled = dependency.is_none_or(|it| it.is_enabled(&values, &tags) != Some(false));
            if enabled {
                let values = dependency.into_iter().flat_map(|it| it.imported(&below_values));
                imported.extend(values.map(|it| (below.dependency, it)));
            }
            // A chart that stands elsewhere is run where it stands.
            match (below.vendored, enabled) {
                (true, true) => installs.push((below.number, alias.to_owned(), below_values)),
                (true, false) => off.push(below.number),
                (false, _) => {}
            }
        }
        // Of two that bring the same, the one that is listed first counts.
        imported.sort_by_key(|(listed, _)| *listed);
        values = imported.iter().fold(values, |over, (_, it)| overlay(&over, it));
        off.retain(|it| installs.iter().all(|(number, ..)| number != it));
        off.extend(self.below_left_out(number));
        off.into_iter().for_each(|it| self.leave_out(it, depth + 1));
        if let Some(chart) = self.charts.charts.get(number) {
            self.print_nothing_of(number, |it| chart.left_out.contains(it));
        }
        let is_library = described
            .as_map()
            .and_then(|it| it.get("type"))
            .is_some_and(|it| it.as_str().as_deref() == Some("library"));
        match is_library {
            true => self.print_nothing(number),
            false => self.run(number, alias, &described, &values),
        }
        for (below, alias, values) in installs {
            self.install(below, Some(&alias), values, &tags, depth + 1);
        }
    }

    /// Says once that there are more charts than are run.
    fn too_many(&mut self, number: usize) {
        let path = self.chart(number).map(|it| join(&it.folder, "Chart.yaml"));
        let Some(file) = path.and_then(|it| Some(self.charts.file_at(&it)?.file)) else { return };
        if self.released.missing.iter().all(|it| it.kind != NoteKind::Limit) {
            self.released.missing.push(Note {
                kind: NoteKind::Limit,
                place: Place::new(file, Span::default()),
                message: format!(
                    "more than {MOST_CHARTS} charts belong together; this one is not run again"
                ),
            });
        }
    }

    /// A chart that its parent switches off, with the charts below it.
    fn leave_out(&mut self, number: usize, depth: u32) {
        if depth >= DEPTH {
            return;
        }
        self.print_nothing(number);
        let below = self.chart(number).map(|it| it.below.clone()).unwrap_or_default();
        for number in below {
            self.leave_out(number, depth + 1);
        }
    }

    fn print_nothing(&mut self, number: usize) {
        self.print_nothing_of(number, |_| true);
    }

    /// The same for some files of a chart.
    fn print_nothing_of(&mut self, number: usize, which: impl Fn(&usize) -> bool) {
        let Some(chart) = self.chart(number) else { return };
        for (index, path) in self.all_templates(chart) {
            let manifest = || is_manifest(&path) && which(&index);
            if let Some(it) = self.charts.files.get(index).filter(|_| manifest()) {
                (self.sink)(it, Ok(Some(Rendered::default())));
            }
        }
    }

    fn below_left_out(&self, number: usize) -> Vec<usize> {
        let below = self.chart(number).map_or(&[][..], |it| &it.below).iter().copied();
        below.filter(|it| self.chart(*it).is_some_and(|it| self.is_left_out(it))).collect()
    }

    /// True for a chart that `.helmignore` leaves out.
    fn is_left_out(&self, chart: &Chart) -> bool {
        let number = self.charts.number_at(&join(&chart.folder, "Chart.yaml"));
        number.is_some_and(|it| chart.left_out.contains(&it))
    }

    fn run(&mut self, number: usize, alias: Option<&str>, described: &Val, values: &Val) {
        let Some(folder) = self.chart(number).map(|it| it.folder.clone()) else { return };
        let files = OfChart::new(self.charts, number);
        let mut engine = Engine::new(&files);
        engine.defines = std::mem::take(&mut self.defines);
        engine.budget = std::mem::take(&mut self.budget);
        let context = chart::context(described, alias, values);
        for (index, path) in self.templates(number) {
            let Some(it) = self.charts.files.get(index) else { continue };
            if !is_manifest(&path) {
                continue;
            }
            let Some(template) = self.parsed.get(&index) else { continue };
            if !template.problems.is_empty() {
                (self.sink)(it, Err(Stop::Undecidable));
                continue;
            }
            if let Some(map) = context.as_map() {
                let own = Map::default()
                    .with("Name", Val::made(format!("{}/{path}", model::path::name(&folder))))
                    .with(
                        "BasePath",
                        Val::made(format!("{}/templates", model::path::name(&folder))),
                    );
                map.insert("Template".into(), None, Val::map(own));
            }
            let text = source_text(it.file, it.text);
            let printed = engine.file(it.text, &text, template, &context);
            (self.sink)(it, printed.map(render::render));
        }
        self.defines = engine.defines;
        self.budget = engine.budget;
    }
}

/// A chart that another one brings along.
pub(super) struct Below {
    number: usize,
    name: String,
    /// Its number in the list of dependencies.
    pub(super) dependency: Option<usize>,
    /// It lies in `charts/`.
    vendored: bool,
}

fn is_manifest(path: &str) -> bool {
    let name = model::path::name(path);
    let extension = name.rsplit_once('.').map_or("", |(_, it)| it);
    !name.starts_with('_') && ["yaml", "yml", "json"].contains(&extension)
}
