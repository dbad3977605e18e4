//! From paths to a report: roots, configuration, discovery, and what happens between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{Finding, Profile, Report, Settings, Skipped};
use ignore::gitignore::Gitignore;
use model::Date;
use syntax::Limits;

use crate::analyze::{Config, InputFile, Prepared, finish, prepare};
use crate::baseline;
use crate::change;
use crate::chart_files;
use crate::codeowners::PLACES;
use crate::config::{self, FailOn, LoadedConfig};
use crate::config_file::{load, nearest_config};
use crate::context::Context;
use crate::decode::{Decoded, decode};
use crate::discover::{Found, Given, INTERNAL_ERROR, Stamp, Walk, is_skipped_folder, relative};
use crate::error::WorkspaceError;
use crate::git::Repository;
use crate::given::{common_folder, folder_of_stdin, resolve};
use crate::installed;
use crate::kustomize;
use crate::left_out::LeftOut;
use crate::packed;
use crate::progress::Progress;
use crate::reader::Reader;
use crate::snapshot::{Choice, Known, Snapshot};

/// Which configuration counts.
#[derive(Clone, Debug, Default)]
pub enum ConfigSource {
    /// The nearest file upwards.
    #[default]
    Nearest,
    /// This file.
    File(PathBuf),
    /// None.
    Isolated,
}

/// What to do.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files and folders; none means the working directory.
    pub paths: Vec<PathBuf>,
    /// Which configuration counts.
    pub config: ConfigSource,
    /// Replaces the configuration's profile.
    pub profile: Option<Profile>,
    /// When not empty, only these rules run.
    pub select: Vec<String>,
    /// These rules do not run either.
    pub ignore: Vec<String>,
    /// Do not honour `.gitignore` and `.ignore`.
    pub no_ignore: bool,
    /// Threads to use; 0 means one per core.
    pub threads: usize,
    /// Nobody vouches for the workspace: its configuration may ask for more than usual, not for
    /// less.
    pub untrusted: bool,
    /// Only the folders themselves are looked into, not what lies below.
    pub shallow: bool,
    /// The day of the run; today when missing.
    pub today: Option<Date>,
    /// Text that takes the place of a file. Only its findings are reported; the files beside
    /// it are read too.
    pub stdin: Option<(PathBuf, Vec<u8>)>,
    /// Analyse what is staged for the next commit instead of the working tree, and keep what
    /// the current commit does not have.
    pub staged: bool,
    /// Keep only what this revision does not have.
    pub since: Option<String>,
    /// Comments, exceptions and settings excuse a finding only as far as this revision has them.
    pub ignores_from: Option<String>,
    /// Read what the files among `paths` belong to as well, and keep only their own findings.
    pub in_context: bool,
    /// Leave out files among `paths` that would be left out if they were not named.
    pub force_exclude: bool,
    /// Counts the files that are read.
    pub progress: Option<Progress>,
    /// Findings that this file lists are excused.
    pub baseline: Option<PathBuf>,
}

/// The result of a run, and where it took place.
#[derive(Debug)]
pub struct Checked {
    /// The result. Its paths are relative to the root.
    pub report: Report,
    /// The workspace root, canonical.
    pub root: PathBuf,
    /// The configuration file that counted.
    pub config: Option<PathBuf>,
    /// From which severity on the configuration wants a run to fail.
    pub fail_on: Option<FailOn>,
    /// What the run knew about rules.
    pub settings: Settings,
    /// How much of a file is read.
    pub limits: Limits,
}

/// A workspace that is ready to be read.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Where paths of a report start, canonical: the repository, else the folder of the
    /// configuration, else the folder that was asked for.
    pub root: PathBuf,
    /// The configuration file that counts.
    pub config_path: Option<PathBuf>,
    /// From which severity on the configuration wants a run to fail.
    pub fail_on: Option<FailOn>,
    /// How to analyse.
    pub config: Config,
    /// What is read.
    given: Vec<Given>,
    /// What findings may be about, where that is not all that is read.
    asked: Option<Vec<Given>>,
    excluded: Gitignore,
    no_ignore: bool,
    in_repository: bool,
    max_depth: Option<usize>,
    force_exclude: bool,
    progress: Option<Progress>,
    /// What is read instead of the disk.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
}

/// Analyses files and folders.
pub fn check_paths(options: &Options) -> Result<Checked, WorkspaceError> {
    let (workspace, mut report) = match &options.stdin {
        Some((path, bytes)) => {
            let workspace = Workspace::open(options)?;
            let report = workspace.check_stdin(path, bytes)?;
            (workspace, report)
        }
        None => change::check(options)?,
    };
    workspace.keep_asked(&mut report);
    if let Some(path) = &options.baseline {
        baseline::apply(path, options.is_partial(), &mut report)?;
    }
    let Workspace { root, config_path, fail_on, config, .. } = workspace;
    let Config { settings, limits, .. } = config;
    Ok(Checked { report, root, config: config_path, fail_on, settings, limits })
}

impl Options {
    /// True when a run leaves out findings that are there.
    fn is_partial(&self) -> bool {
        self.staged || self.since.is_some() || self.stdin.is_some()
    }

    /// True when another state of the workspace is analysed as well.
    pub(crate) fn compares(&self) -> bool {
        self.staged || self.since.is_some() || self.ignores_from.is_some()
    }
}

impl Workspace {
    /// Finds root and configuration. Everything that can be wrong with `options` is an error
    /// here; nothing else is read yet.
    pub fn open(options: &Options) -> Result<Self, WorkspaceError> {
        Self::open_in(None, options)
    }

    /// As [`Workspace::open`], but paths of the report start from `root`.
    pub fn open_at(root: &Path, options: &Options) -> Result<Self, WorkspaceError> {
        Self::open_in(Some(resolve(root)?.path), options)
    }

    fn open_in(root: Option<PathBuf>, options: &Options) -> Result<Self, WorkspaceError> {
        let mut given = Vec::new();
        match &options.stdin {
            Some((path, _)) => given.push(folder_of_stdin(path)?),
            None if options.paths.is_empty() => given.push(resolve(Path::new("."))?),
            None => {
                for path in &options.paths {
                    given.push(resolve(path)?);
                }
            }
        }
        let start = common_folder(&given);
        let repository = start.ancestors().find(|it| it.join(".git").exists());
        let snapshot = match (options.staged, repository) {
            (false, _) => None,
            (true, None) => return Err(WorkspaceError::NoRepository { path: start }),
            (true, Some(root)) => {
                let repository = Repository::open(root)?;
                let blobs = repository.index()?;
                Some(Arc::new(Snapshot::new(repository, blobs)))
            }
        };
        let stored = repository.zip(snapshot.as_deref());
        let config_path = match &options.config {
            ConfigSource::Isolated => None,
            ConfigSource::File(path) => Some(resolve(path)?.path),
            ConfigSource::Nearest => nearest_config(&start, repository, stored),
        };
        let found_above =
            config_path.as_deref().and_then(Path::parent).filter(|it| start.starts_with(it));
        let found = repository.or(found_above).unwrap_or(&start);
        let root = root.unwrap_or_else(|| found.to_owned());
        // A change may show anywhere; what a file belongs to differs between two states.
        let names_files =
            options.in_context && options.stdin.is_none() && given.iter().any(|it| !it.is_dir);
        let whole = options.compares() && names_files;
        let loaded = config_path.as_deref().map(|it| load(&root, it, stored)).transpose()?;
        let mut workspace = Self {
            config: Config {
                threads: options.threads,
                reader: Some(Reader::inside(root.clone(), Config::default().limits.bytes)),
                ..Config::default()
            },
            in_repository: repository.is_some(),
            asked: names_files.then(|| given.clone()),
            given: if whole { vec![Given { path: root.clone(), is_dir: true }] } else { given },
            root,
            config_path,
            fail_on: None,
            excluded: Gitignore::empty(),
            no_ignore: options.no_ignore,
            max_depth: (options.stdin.is_some() || options.shallow).then_some(1),
            force_exclude: options.force_exclude,
            progress: options.progress.clone(),
            snapshot: None,
        };
        if let Some(it) = snapshot {
            workspace.read_from(it);
        }
        if let Some(mut loaded) = loaded {
            if options.untrusted {
                loaded.tighten();
            }
            workspace.fail_on = loaded.fail_on;
            workspace.excluded = loaded.excluded(&workspace.root);
            workspace.config.settings = loaded.settings;
            workspace.config.file = Some(loaded.file);
        }
        if options.force_exclude {
            workspace.leave_out();
        }
        workspace.override_settings(options)?;
        Ok(workspace)
    }

    /// Leaves out named files that a walk would not come across.
    fn leave_out(&mut self) {
        let (root, excluded) = (self.root.clone(), self.excluded.clone());
        let would_find = |given: &Given| {
            let shown = relative(&root, &given.path);
            let folders = model::path::folder(&shown);
            given.is_dir
                || !folders.split('/').any(is_skipped_folder)
                    && !excluded.matched_path_or_any_parents(&given.path, false).is_ignore()
        };
        self.given.retain(would_find);
        if let Some(asked) = &mut self.asked {
            asked.retain(would_find);
        }
    }

    /// Reads from a snapshot from now on.
    fn read_from(&mut self, snapshot: Arc<Snapshot>) {
        let limit = self.config.limits.bytes;
        self.config.reader = Some(Snapshot::reader(&snapshot, &self.root, limit));
        self.snapshot = Some(snapshot);
    }

    /// The same workspace as it was in a snapshot, under the same configuration.
    pub(crate) fn as_of(&self, snapshot: Snapshot) -> Self {
        let mut past = self.clone();
        past.read_from(Arc::new(snapshot));
        past
    }

    /// Lets only that excuse findings which another state of the configuration has; returns how
    /// many exceptions it lacks. Owners and inputs excuse nothing and stay as they are.
    pub(crate) fn be_excused_by(
        &mut self,
        then: Option<&LoadedConfig>,
        options: &Options,
    ) -> Result<usize, WorkspaceError> {
        let dropped = match &mut self.config.file {
            Some(file) => file.keep_exceptions_of(then.map(|it| &it.file)),
            None => 0,
        };
        self.fail_on = then.and_then(|it| it.fail_on);
        self.excluded = then.map_or(Gitignore::empty(), |it| it.excluded(&self.root));
        self.config.settings = then.map(|it| it.settings.clone()).unwrap_or_default();
        self.override_settings(options)?;
        Ok(dropped)
    }

    fn override_settings(&mut self, options: &Options) -> Result<(), WorkspaceError> {
        for name in options.select.iter().chain(&options.ignore) {
            if let Err(nearest) = config::rule_named(name) {
                return Err(WorkspaceError::UnknownRule { name: name.clone(), nearest });
            }
        }
        let settings = &mut self.config.settings;
        settings.profile = options.profile.unwrap_or(settings.profile);
        if !options.select.is_empty() {
            settings.select.clone_from(&options.select);
            // Somebody who asks for a rule wants it, whatever the project has switched off.
            settings.ignore.retain(|it| !options.select.contains(it));
        }
        settings.ignore.extend_from_slice(&options.ignore);
        settings.today = options.today.or_else(|| Some(today()));
        Ok(())
    }

    /// Reads and parses all files; in the order of their paths.
    pub fn read(&self) -> (Vec<Prepared>, Vec<Skipped>) {
        let found = self.find(&Known::default());
        (found.prepared, found.skipped)
    }

    /// The files that an analysis looks into, in order, relative to the root.
    pub fn lintable(&self) -> (Vec<Arc<str>>, Vec<Skipped>) {
        let Found { prepared, mut skipped, .. } = self.find(&Known::default());
        skipped.extend(self.empty_folders(&prepared));
        skipped.sort();
        let asked = self.asked();
        let lintable =
            prepared.into_iter().filter(|it| it.format.is_some() && it.archive.is_none());
        let lintable = lintable.filter(|it| asked.covers(&it.input.path));
        (lintable.map(|it| it.input.path).collect(), skipped)
    }

    /// Analyses all files.
    pub fn check(&self) -> Report {
        self.judge(self.find(&Known::default()))
    }

    /// Analyses what was found.
    pub(crate) fn judge(&self, found: Found) -> Report {
        let Found { prepared, skipped, links, archives: _ } = found;
        let empty = self.empty_folders(&prepared);
        let mut report = finish(prepared, &self.config);
        merge_links(&mut report, &links);
        report.internal_errors += skipped.iter().filter(|it| it.reason == INTERNAL_ERROR).count();
        report.skipped.extend(skipped);
        report.skipped.extend(empty);
        report.skipped.sort();
        report.skipped.dedup();
        report
    }

    /// Reads and parses all files but those that are known.
    pub(crate) fn find(&self, known: &Known) -> Found {
        let mut found = match &self.snapshot {
            Some(it) => it.find(&Choice {
                root: &self.root,
                given: &self.given,
                excluded: &self.excluded,
                threads: self.config.threads,
                limits: &self.config.limits,
                known,
            }),
            None => self.walk(&self.given, self.max_depth),
        };
        // A whole workspace that is read has its context in it.
        if self.given.iter().any(|it| !it.is_dir) && self.asked.is_some() {
            self.add_context(&mut found);
        }
        self.complete(&mut found);
        found
    }

    /// Reads what the named files belong to.
    fn add_context(&self, found: &mut Found) {
        let mut context = Context::of(&self.root, &self.given);
        let mut read = BTreeSet::new();
        loop {
            let new = |it: &&PathBuf| !read.contains(*it);
            let given = |it: &PathBuf| Given { path: it.clone(), is_dir: true };
            let folders: Vec<Given> = context.folders.iter().filter(new).map(given).collect();
            let charts: Vec<Given> = context.charts.iter().filter(new).map(given).collect();
            read.extend(folders.iter().chain(&charts).map(|it| it.path.clone()));
            // What is wrong with files that nobody asked for is not told.
            found.prepared.extend(self.walk(&folders, Some(1)).prepared);
            let charts = self.walk(&charts, None);
            found.prepared.extend(charts.prepared);
            found.archives.extend(charts.archives);
            if !context.follow_calls(&self.root, &found.prepared) {
                break;
            }
        }
    }

    /// What findings may be about.
    fn asked(&self) -> Asked {
        let path = |it: &Given| (relative(&self.root, &it.path), it.is_dir);
        Asked { paths: self.asked.as_ref().map(|it| it.iter().map(path).collect()) }
    }

    /// Drops the findings of files that were only read for the sake of others.
    fn keep_asked(&self, report: &mut Report) {
        let asked = self.asked();
        if asked.paths.is_none() {
            return;
        }
        let sources = std::mem::take(&mut report.sources);
        let is_asked = |file| asked.covers(sources.path(file));
        report.findings.retain(|it| is_asked(it.place.file));
        report.suppressed.retain(|it| is_asked(it.finding.place.file));
        let files = sources.files().iter().filter(|it| asked.covers(&it.path));
        report.statistics.files = files.clone().count();
        report.statistics.bytes = files.map(|it| it.text.len()).sum();
        report.sources = sources;
    }

    fn walk(&self, given: &[Given], max_depth: Option<usize>) -> Found {
        self.walk_of(given, max_depth).run()
    }

    /// When each file was last written that an analysis may read. Nothing is read.
    pub fn stamps(&self) -> BTreeMap<PathBuf, Stamp> {
        self.walk_of(&self.given, self.max_depth).stamps()
    }

    fn walk_of<'a>(&'a self, given: &'a [Given], max_depth: Option<usize>) -> Walk<'a> {
        Walk {
            root: &self.root,
            given,
            excluded: self.excluded.clone(),
            no_ignore: self.no_ignore,
            in_repository: self.in_repository,
            threads: self.config.threads,
            limits: self.config.limits,
            max_depth,
            force_exclude: self.force_exclude,
            progress: self.progress.as_ref(),
        }
    }

    /// Adds what belongs to the files although nobody asked for it, and sorts them.
    fn complete(&self, found: &mut Found) {
        found.prepared.extend(self.owner_files());
        if let Some(reader) = &self.config.reader {
            let (files, limits) = (&found.prepared, &self.config.limits);
            let installed = installed::read(files, reader, limits, &mut found.skipped);
            found.prepared.extend(installed);
            // Whoever asks for single files asks for nothing else.
            if self.given.iter().any(|it| it.is_dir) {
                let left_out = LeftOut::new(&self.root, &self.excluded, self.no_ignore);
                let is_wanted = |path: &str| !left_out.contains(path);
                let (files, skipped) = (&found.prepared, &mut found.skipped);
                let named = kustomize::read(files, reader, limits, &is_wanted, skipped);
                let told = chart_files::read(files, reader, &is_wanted, skipped);
                found.prepared.extend(named);
                found.prepared.extend(told);
            }
        }
        if let Some(reader) = &self.config.reader {
            let (limits, skipped) = (&self.config.limits, &mut found.skipped);
            packed::read(&found.archives, &mut found.prepared, reader, limits, skipped);
        }
        found.prepared.sort_by(|a, b| a.input.path.cmp(&b.input.path));
        let mut before: Option<Arc<str>> = None;
        found.prepared.retain(|it| {
            // A folder and a file in it may both have been asked for.
            let repeated = before.as_ref() == Some(&it.input.path);
            before = Some(Arc::clone(&it.input.path));
            !repeated
        });
    }

    /// Files further up that say who owns what was asked for.
    fn owner_files(&self) -> Vec<Prepared> {
        let mut paths: BTreeSet<PathBuf> = PLACES.iter().map(|it| self.root.join(it)).collect();
        for given in &self.given {
            let folders = given.path.ancestors().take_while(|it| it.starts_with(&self.root));
            let names = ["catalog-info.yaml", "catalog-info.yml", "OWNERS"];
            paths.extend(folders.flat_map(|folder| names.map(|it| folder.join(it))));
        }
        let Some(reader) = &self.config.reader else { return Vec::new() };
        let paths = paths.iter().map(|it| relative(&self.root, it));
        let inputs = paths.filter_map(|path| {
            let text = reader.read(&path)?;
            Some(prepare(InputFile { path: path.into(), text }, &self.config.limits))
        });
        inputs.filter(Prepared::is_read).collect()
    }

    /// Folders that were asked for and hold nothing: a mistyped path must not look clean.
    fn empty_folders(&self, prepared: &[Prepared]) -> Vec<Skipped> {
        let folders = self.given.iter().filter(|it| it.is_dir);
        let folders = folders.map(|it| relative(&self.root, &it.path));
        let is_below = |folder: &str, path: &str| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|it| it.starts_with('/'))
        };
        folders
            .filter(|folder| {
                let mut lintable = prepared.iter().filter(|it| it.format.is_some());
                !lintable.any(|it| is_below(folder, &it.input.path))
            })
            .map(|folder| Skipped {
                path: if folder.is_empty() { ".".to_owned() } else { folder },
                reason: "nothing to lint in it".to_owned(),
            })
            .collect()
    }

    /// Analyses a text in place of a file, together with the files beside it.
    fn check_stdin(&self, path: &Path, bytes: &[u8]) -> Result<Report, WorkspaceError> {
        let name = path.file_name().map(PathBuf::from).unwrap_or_default();
        let folder = self.given.first().map_or(self.root.as_path(), |it| &it.path);
        let shown = relative(&self.root, &folder.join(name));
        let mut skipped = Vec::new();
        let mut skip = |reason: String| skipped.push(Skipped { path: shown.clone(), reason });
        let text = match decode(bytes) {
            Decoded::Text(text) => text.to_owned(),
            Decoded::Repaired(text, bytes) => {
                skip(format!("{bytes} bytes are not UTF-8 and read as `?`"));
                text
            }
            Decoded::Binary => {
                skip("it is binary".to_owned());
                String::new()
            }
            Decoded::Other(reason) => {
                skip(reason.to_owned());
                String::new()
            }
        };
        let input = InputFile { path: shown.as_str().into(), text: text.into() };
        let replaced = prepare(input, &self.config.limits);
        if !replaced.is_read() {
            skip("nhilint knows no format of this name or content".to_owned());
        }
        let mut prepared =
            if folder.is_dir() { self.find(&Known::default()).prepared } else { Vec::new() };
        prepared.retain(|it| *it.input.path != *shown);
        prepared.push(replaced);
        let mut report = finish(prepared, &self.config);
        let file = report.sources.find(&shown);
        report.findings.retain(|it| Some(it.place.file) == file);
        report.suppressed.retain(|it| Some(it.finding.place.file) == file);
        report.skipped.extend(skipped);
        report.statistics.files = usize::from(file.is_some());
        report.statistics.bytes = bytes.len();
        Ok(report)
    }
}

/// Paths that were asked for; `None` when that was everything that was read.
struct Asked {
    paths: Option<Vec<(String, bool)>>,
}

impl Asked {
    fn covers(&self, path: &str) -> bool {
        let Some(paths) = &self.paths else { return true };
        paths.iter().any(|(asked, is_folder)| {
            let below = path.strip_prefix(asked.as_str());
            below.is_some_and(|it| {
                it.is_empty() || *is_folder && (asked.is_empty() || it.starts_with('/'))
            })
        })
    }
}

/// A finding in a link is the finding in the file it leads to: one cause, one finding.
fn merge_links(report: &mut Report, links: &[(Arc<str>, String)]) {
    let find = |path: &str| report.sources.find(path);
    let pairs: Vec<_> =
        links.iter().filter_map(|(link, target)| Some((find(link)?, find(target)?))).collect();
    if pairs.is_empty() {
        return;
    }
    let key = |it: &Finding, file| (file, it.place.span, it.rule.id);
    let known: BTreeSet<_> = report.findings.iter().map(|it| key(it, it.place.file)).collect();
    report.findings.retain(|it| {
        let target = pairs.iter().find(|(link, _)| *link == it.place.file);
        target.is_none_or(|(_, target)| !known.contains(&key(it, *target)))
    });
}

/// The day, in UTC: the time zone of a machine must not change a result.
pub(crate) fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
