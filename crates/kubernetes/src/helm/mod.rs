//! Helm charts without Helm: every template is run with the chart's own values, as far as
//! that can be decided, and what it prints is read as manifests.
//!
//! Three things can happen to a template. All of it is decided: its output is plain YAML. Some
//! of it depends on what only a release knows (its name, the cluster, a generated password):
//! those actions stay in the output and are masked when it is read, and what stands under an
//! undecided condition counts as neither present nor absent. Or it cannot be run at all (Go
//! would refuse it, a limit was reached): then the file itself is read with all of its actions
//! masked, as is done outside of charts.
//!
//! Every value keeps its place: a literal of `values.yaml` that a template prints is a literal
//! of `values.yaml`, and the action that printed it is a step on its way.

mod application_set;
mod chart;
mod eval;
mod expression;
mod files;
mod frame;
mod functions;
mod ignored;
mod installations;
mod missing;
mod overlays;
mod packed;
mod print;
mod release;
mod render;
mod text;
mod trace;
mod value;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use model::{FileId, Note, NoteKind, Place, Value, follow};
use rustc_hash::FxHashMap;
use syntax::Span;
use syntax::gotemplate::{self, Template};

use crate::object::{Objects, Options, collect_page};
use crate::page::Page;
use eval::Stop;
use installations::Installation;
use render::{Rendered, source_text};
use text::Text;

pub use packed::{local_charts, may_be_packed};
pub(crate) use value::RELEASE;

/// A file that may belong to a chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartFile<'a> {
    /// Its id in this analysis.
    pub file: FileId,
    /// Its path, relative to the workspace root, with `/`.
    pub path: &'a str,
    /// Its text.
    pub text: &'a Arc<str>,
}

/// Reads a file by its path from the workspace root.
pub type ReadFile<'a> = dyn Fn(&str) -> Option<Arc<str>> + Sync + 'a;

/// The charts of a workspace.
pub struct Charts<'a> {
    files: Vec<ChartFile<'a>>,
    /// What was parsed of them.
    parsed: Vec<Parsed>,
    charts: Vec<Chart>,
    by_folder: FxHashMap<&'a str, usize>,
    /// The charts that are no part of another one.
    tops: Vec<usize>,
    read: Option<&'a ReadFile<'a>>,
    /// Objects that have charts installed.
    installations: Vec<Installation>,
}

impl fmt::Debug for Charts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Charts({} of {} files)", self.charts.len(), self.files.len())
    }
}

/// What was parsed of a file, which several runs use.
#[derive(Debug, Default)]
struct Parsed {
    template: OnceLock<Arc<Template>>,
    value: OnceLock<Value>,
}

/// A folder with a `Chart.yaml`.
#[derive(Debug, Default)]
struct Chart {
    folder: String,
    /// Indices of its files, by path.
    files: Vec<usize>,
    /// The charts in its `charts/`.
    below: Vec<usize>,
    /// Charts that lie beside it, and that it brings along as they are.
    local: Vec<usize>,
    /// Of its files, those that `.helmignore` names.
    left_out: BTreeSet<usize>,
}

/// What the templates of a chart and its sub-charts print.
#[derive(Debug, Default)]
pub struct Evaluated {
    /// The objects of each template that could be run.
    pub objects: Vec<Objects>,
    /// What further values bring about: `values-prod.yaml`, and those of objects that have the
    /// chart installed. It stands wherever it is written.
    pub further: Vec<Objects>,
    /// How far.
    pub shares: Shares,
    /// Templates that could not be run, and limits that were reached.
    pub notes: Vec<Note>,
    /// Objects that the templates print and that have charts installed, with the paths of the
    /// templates.
    installing: Vec<(String, Value)>,
}

/// How far the documents of charts could be decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shares {
    /// Charts, sub-charts too.
    pub charts: u32,
    /// Templates that were run.
    pub templates: u32,
    /// Templates that print nothing with the chart's own values.
    pub empty: u32,
    /// Templates that could not be run.
    pub undecided: u32,
    /// Printed documents of which everything is known.
    pub decided: u32,
    /// Documents of which all is known but parts of texts, such as the release's name.
    pub named: u32,
    /// Documents with conditions or blocks that are unknown.
    pub partly: u32,
}

impl Shares {
    /// Adds the counts of another chart.
    pub fn add(&mut self, other: Self) {
        self.charts += other.charts;
        self.templates += other.templates;
        self.empty += other.empty;
        self.undecided += other.undecided;
        self.decided += other.decided;
        self.named += other.named;
        self.partly += other.partly;
    }
}

/// True for files that only a chart gives a meaning: its description, its values and its
/// helpers.
pub fn is_chart_file(path: &str) -> bool {
    let (folder, name) = model::path::split(path);
    let extension = name.rsplit_once('.').map_or("", |(_, it)| it);
    matches!(name, "Chart.yaml" | "requirements.yaml")
        || (["yaml", "yml", "json", "tpl"].contains(&extension)
            && folder.split('/').any(|it| it == "templates"))
}

impl<'a> Charts<'a> {
    /// Finds the charts among the files of a workspace. `read` reads what `.Files` names.
    pub fn find(mut files: Vec<ChartFile<'a>>, read: Option<&'a ReadFile<'a>>) -> Self {
        files.sort_by_key(|it| it.path);
        let mut charts = Vec::new();
        let mut by_folder: FxHashMap<&str, usize> = FxHashMap::default();
        for it in &files {
            let folder = match it.path.rsplit_once('/') {
                Some((folder, "Chart.yaml")) => folder,
                None if it.path == "Chart.yaml" => "",
                _ => continue,
            };
            by_folder.insert(folder, charts.len());
            charts.push(Chart { folder: folder.to_owned(), ..Chart::default() });
        }
        // A chart may be described by a template from which its `Chart.yaml` is made.
        let undescribed = files.iter().filter_map(|it| match it.path.rsplit_once('/') {
            Some((folder, "values.yaml")) => Some(folder),
            None if it.path == "values.yaml" => Some(""),
            _ => None,
        });
        for folder in undescribed.filter(|it| has_named_templates(&files, it)) {
            by_folder.entry(folder).or_insert_with(|| {
                charts.push(Chart { folder: folder.to_owned(), ..Chart::default() });
                charts.len() - 1
            });
        }
        if charts.is_empty() {
            return Self {
                files: Vec::new(),
                parsed: Vec::new(),
                charts,
                by_folder,
                tops: Vec::new(),
                read,
                installations: Vec::new(),
            };
        }
        for (index, it) in files.iter().enumerate() {
            let mut folder = it.path;
            while let Some((above, _)) =
                folder.rsplit_once('/').or((!folder.is_empty()).then_some(("", "")))
            {
                folder = above;
                if let Some(chart) = by_folder.get(folder).and_then(|it| charts.get_mut(*it)) {
                    chart.files.push(index);
                    break;
                }
            }
        }
        let mut tops = Vec::new();
        let above: Vec<Option<usize>> =
            charts.iter().map(|it| by_folder.get(chart_above(&it.folder)?).copied()).collect();
        for (index, above) in above.into_iter().enumerate() {
            match above.and_then(|it| charts.get_mut(it)) {
                Some(chart) => chart.below.push(index),
                None => tops.push(index),
            }
        }
        let parsed = files.iter().map(|_| Parsed::default()).collect();
        let installations = Vec::new();
        let mut found = Self { files, parsed, charts, by_folder, tops, read, installations };
        found.leave_out();
        found.link();
        found
    }

    /// Notes which charts lie beside those that bring them along.
    fn link(&mut self) {
        for number in 0..self.charts.len() {
            let Some(folder) = self.charts.get(number).map(|it| it.folder.clone()) else {
                continue;
            };
            let mut described = ["Chart.yaml", "requirements.yaml"].iter();
            let says = |it: &&str| {
                let file = self.file_at(&join(&folder, it));
                file.is_some_and(|it| it.text.contains("file://"))
            };
            if !described.any(says) {
                continue;
            }
            let listed = self.dependencies(number).into_iter().filter_map(|it| it.local(&folder));
            let local = listed.filter_map(|it| self.by_folder.get(it.as_str()).copied());
            let local: BTreeSet<usize> = local.filter(|it| *it != number).collect();
            if let Some(chart) = self.charts.get_mut(number) {
                chart.local = local.into_iter().collect();
            }
        }
    }

    /// A template, which is parsed once.
    fn template(&self, file: usize) -> Option<Arc<Template>> {
        let text = self.files.get(file)?.text;
        let parsed = self.parsed.get(file)?;
        Some(Arc::clone(parsed.template.get_or_init(|| Arc::new(gotemplate::parse(text)))))
    }

    /// The number of charts that stand for themselves.
    pub fn len(&self) -> usize {
        self.tops.len()
    }

    /// True when there is no chart.
    pub fn is_empty(&self) -> bool {
        self.tops.is_empty()
    }

    /// Runs the templates of a chart and of its sub-charts, each once.
    pub fn evaluate(&self, number: usize, options: &Options) -> Evaluated {
        let mut evaluated = Evaluated::default();
        let released =
            self.release(number, &mut |file, printed| evaluated.take(file, printed, options));
        evaluated.shares.charts = released.charts;
        evaluated.notes.extend(released.missing);
        self.with_overlays(number, options, &mut evaluated);
        evaluated
    }

    /// What each template of a chart and of its sub-charts prints, for people who want to see
    /// why: unknown parts are actions. `None` for a template that cannot be run.
    pub fn print(&self, number: usize) -> Vec<(FileId, Option<Arc<str>>)> {
        let mut all = Vec::new();
        self.release(number, &mut |file, printed| {
            let text = printed.ok().flatten().map(|it| Arc::clone(it.tree.source()));
            all.push((file.file, text));
        });
        all
    }

    fn file_at(&self, path: &str) -> Option<&ChartFile<'a>> {
        self.files.get(self.number_at(path)?)
    }

    fn number_at(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|it| it.path.cmp(path)).ok()
    }
}

/// True when a folder has templates that only Helm reads. `files` are sorted by path.
fn has_named_templates(files: &[ChartFile<'_>], folder: &str) -> bool {
    let templates = join(folder, "templates/");
    let start = files.partition_point(|it| it.path < templates.as_str());
    let below = files.iter().skip(start).take_while(|it| it.path.starts_with(&templates));
    below.into_iter().any(|it| it.path.ends_with(".tpl"))
}

/// The folder of the chart that a chart in its `charts/` belongs to.
fn chart_above(folder: &str) -> Option<&str> {
    let (above, _) = folder.rsplit_once('/')?;
    match above.strip_suffix("charts")? {
        "" => Some(""),
        it => it.strip_suffix('/'),
    }
}

impl Charts<'_> {
    /// A file of a chart, which must lie inside of it.
    fn read_below(&self, folder: &str, path: &str) -> Option<Text> {
        let path = join(folder, &follow("", path)?);
        match self.file_at(&path) {
            Some(it) => Some(source_text(it.file, it.text)),
            None => (self.read?)(&path).map(|it| Text::made(&*it)),
        }
    }
}

impl Evaluated {
    /// Takes in what a template printed.
    fn take(
        &mut self,
        file: &ChartFile<'_>,
        printed: Result<Option<Rendered>, Stop>,
        options: &Options,
    ) {
        let rendered = match printed {
            Ok(Some(rendered)) => rendered,
            Ok(None) | Err(Stop::Undecidable) => {
                self.shares.undecided += 1;
                return;
            }
            Err(Stop::Limit(message)) => {
                self.shares.undecided += 1;
                self.notes.push(Note {
                    kind: NoteKind::Limit,
                    place: Place::new(file.file, Span::default()),
                    message: format!("{message}; this template is read without its actions"),
                });
                return;
            }
        };
        self.shares.templates += 1;
        self.count(&rendered);
        let page = Page::printed(file.file, file.path, &rendered.tree, &rendered.printed);
        if installations::may_install(rendered.tree.source()) {
            let found = installations::objects(page, rendered.printed.is_partial);
            self.installing.extend(found.into_iter().map(|it| (file.path.to_owned(), it)));
        }
        let objects = collect_page(page, rendered.printed.is_partial, options);
        // A chart that is listed under several names prints each template as often.
        match self.objects.iter_mut().find(|it| it.file() == objects.file()) {
            Some(known) => known.add(objects),
            None => self.objects.push(objects),
        }
    }

    fn count(&mut self, rendered: &Rendered) {
        let mut documents = 0;
        for document in rendered.tree.documents().filter(|it| it.kind() == syntax::Kind::Map) {
            documents += 1;
            match rendered.printed.knowledge(document.span()) {
                crate::page::Share::All => self.shares.decided += 1,
                crate::page::Share::ButTexts => self.shares.named += 1,
                crate::page::Share::Some => self.shares.partly += 1,
            }
        }
        self.shares.empty += u32::from(documents == 0);
    }
}

fn inside<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    match folder {
        "" => Some(path),
        _ => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
