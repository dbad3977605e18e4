//! From texts to a report. Pure: the same inputs give the same report, whatever the number of
//! threads or the order of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::{
    Exception, ExceptionSource, Problem, Report, Settings, Skipped, SourceText, Sources, Statistics,
};
use model::{Facts, FileId, Note, NoteKind, Place, Source};
use syntax::{Language, Limits, ProblemKind, Tree};

use crate::cancel::Cancel;
use crate::chart_files;
use crate::charts;
use crate::comments;
use crate::config::ConfigFile;
use crate::discover::INTERNAL_ERROR;
use crate::inputs;
use crate::installed;
use crate::kustomize;
use crate::once;
use crate::ownership::{self, OwnerFile, Owners};
use crate::packed;
use crate::pairs;
use crate::reader::Reader;

/// A file to analyse.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Relative to the workspace root, with `/`.
    pub path: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// How to analyse.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Rules, severities, exceptions.
    pub settings: Settings,
    /// Bounds on one file.
    pub limits: Limits,
    /// Threads to use; 0 means one per core.
    pub threads: usize,
    /// Collect raw declarations too.
    pub collect_resources: bool,
    /// Reads files that a declaration names and that are not among the inputs.
    pub reader: Option<Reader>,
    /// The configuration file: its exceptions and owners, which point into its text.
    pub file: Option<ConfigFile>,
    /// Stops the analysis; what comes out then means nothing.
    pub cancel: Cancel,
}

/// Who reads a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FrontEnd {
    /// Terraform and OpenTofu.
    Terraform,
    /// Kubernetes, Helm and Kustomize.
    Kubernetes,
    /// Agents and tool servers.
    Agents,
    /// CI pipelines, Compose, variables and credential files.
    Pipelines,
}

/// A file that is read and parsed. Costs nothing to share.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The file.
    pub input: InputFile,
    /// Who reads it, in which language; `None` when nhilint has nothing to say about it.
    pub format: Option<(FrontEnd, Language)>,
    /// Its tree; empty without a format.
    pub tree: Option<Arc<Tree>>,
    /// The path of the archive that holds it, with which its own path begins.
    pub archive: Option<Arc<str>>,
}

impl Prepared {
    /// A file that no front end reads by itself.
    pub(crate) fn unread(input: InputFile) -> Self {
        Self { input, format: None, tree: None, archive: None }
    }

    /// True when the file says something: about identities, about who owns them, or to the
    /// templates of a chart.
    pub fn is_read(&self) -> bool {
        let path = &self.input.path;
        self.tree.is_some() || ownership::is_codeowners(path) || kubernetes::is_chart_file(path)
    }
}

/// Analyses texts. A CODEOWNERS or OWNERS file or a `catalog-info.yaml` among them names owners.
pub fn analyze(inputs: Vec<InputFile>, config: &Config) -> Report {
    let prepared = in_parallel(config.threads, &inputs, |it| prepare(it.clone(), &config.limits));
    finish(prepared, config)
}

/// Recognises and parses one file.
pub fn prepare(input: InputFile, limits: &Limits) -> Prepared {
    let format = recognise(&input.path, &input.text);
    let names_owners = ownership::is_catalog(&input.path) || ownership::is_approvers(&input.path);
    let catalog = names_owners.then_some(Language::Yaml);
    let modules = installed::is_list(&input.path).then_some(Language::Json);
    // What is inside of `.terraform` otherwise looks like a policy or a manifest.
    let format = if modules.is_some() { None } else { format };
    let tree = format
        .map(|(_, language)| language)
        .or(catalog)
        .or(modules)
        .map(|language| Arc::new(syntax::parse(Arc::clone(&input.text), language, limits)));
    Prepared { input, format, tree, archive: None }
}

fn recognise(path: &str, text: &str) -> Option<(FrontEnd, Language)> {
    // Names that a client fixes are surest; shapes come last.
    let terraform = || {
        let recorded = || terraform::is_recording(path, text).then_some(Language::Json);
        let spire = || terraform::is_spire(path, text).then_some(Language::Hcl);
        let language = terraform::language(path).or_else(recorded).or_else(spire)?;
        Some((FrontEnd::Terraform, language))
    };
    let agents = || agents::language(path, text).map(|it| (FrontEnd::Agents, it));
    let kubernetes = || kubernetes::language(path, text).map(|it| (FrontEnd::Kubernetes, it));
    let pipelines = |it: Option<Language>| it.map(|it| (FrontEnd::Pipelines, it));
    terraform()
        .or_else(|| pipelines(pipelines::named_language(path, text)))
        .or_else(agents)
        .or_else(|| pipelines(pipelines::content_language(path, text)))
        .or_else(kubernetes)
        .or_else(|| pipelines(pipelines::settings_language(path, text)))
}

/// Lowers, joins and judges parsed files.
pub fn finish(files: Vec<Prepared>, config: &Config) -> Report {
    judge(lower(files, config), config)
}

/// As [`finish`]; `None` when the configuration's [`Cancel`] came first.
pub(crate) fn finish_unless_cancelled(files: Vec<Prepared>, config: &Config) -> Option<Report> {
    let lowered = lower(files, config);
    if config.cancel.is_due() {
        return None;
    }
    let report = judge(lowered, config);
    (!config.cancel.is_due()).then_some(report)
}

/// Parsed files together with what was learned from them.
#[derive(Debug)]
pub struct Lowered {
    files: Vec<Prepared>,
    facts: Facts,
    problems: Vec<Problem>,
    exceptions: Vec<Exception>,
    skipped: Vec<Skipped>,
    statistics: Statistics,
}

/// Lowers and joins parsed files.
pub fn lower(mut files: Vec<Prepared>, config: &Config) -> Lowered {
    // Terraform's `file()` may read what no front end reads by itself.
    let terraform = files.iter().any(|it| matches!(it.format, Some((FrontEnd::Terraform, _))));
    if let Some(it) = config.file.as_ref().filter(|_| terraform) {
        inputs::add_files(&it.inputs, config.reader.as_ref(), &config.limits, &mut files);
    }
    let named = kustomize::named(&files);
    let told = chart_files::named(&files);
    files.retain(|it| {
        let path = &it.input.path;
        it.is_read()
            || terraform
            || it.archive.is_some()
            || named.contains(&**path)
            || told.contains(path)
    });
    if let Some(it) = &config.file {
        // Findings about exceptions point into it.
        let input = InputFile { path: Arc::clone(&it.path), text: Arc::clone(&it.text) };
        files.retain(|it| it.input.path != input.path);
        files.push(Prepared::unread(input));
    }
    files.sort_by(|a, b| a.input.path.cmp(&b.input.path));
    files.dedup_by(|a, b| a.input.path == b.input.path);
    let parsed: Vec<(FrontEnd, Source<'_>)> = files
        .iter()
        .enumerate()
        .filter_map(|(index, it)| {
            let (front_end, _) = it.format?;
            let file = FileId(u32::try_from(index).ok()?);
            Some((front_end, Source { file, path: &it.input.path, tree: it.tree.as_deref()? }))
        })
        .collect();
    let mut skipped = Vec::new();
    let modules = installed::modules(&files);
    let mut outside = installed::files_of(&modules, &files);
    outside
        .extend((0..).zip(&files).filter(|(_, it)| it.archive.is_some()).map(|(it, _)| FileId(it)));
    let learned = learn(&parsed, &files, &modules, config, &mut skipped);
    let Learned { mut facts, statistics, rendered } = learned;
    // Nobody here mends what a fetched module has wrong, or has a say in what it excuses.
    let own: Vec<(FrontEnd, Source<'_>)> =
        parsed.iter().filter(|(_, it)| !outside.contains(&it.file)).copied().collect();
    let (problems, mut exceptions) = (problems(&own, &rendered), exceptions(&own));
    let commented = guarded(config.threads, &own, |(_, it)| comments::credentials(it));
    for ((_, source), found) in own.iter().zip(commented) {
        match found {
            Some(found) => facts.credentials.extend(found),
            None => skipped.push(internal_error(source.path.to_owned())),
        }
    }
    pairs::join(&mut facts);
    once::mark_copies(&mut facts);
    facts.outside = outside;
    drop((own, parsed));
    let settings_file = config.file.as_ref().and_then(|it| Some((find(&files, &it.path)?, it)));
    name_owners(&mut facts, &files, settings_file);
    exceptions.extend(settings_file.iter().flat_map(|(file, it)| it.exceptions(*file)));
    Lowered { files, facts, problems, exceptions, skipped, statistics }
}

/// Runs the rules over what was learned.
pub fn judge(lowered: Lowered, config: &Config) -> Report {
    let Lowered { files, facts, problems, exceptions, mut skipped, statistics } = lowered;
    // Before the rules ran, only internal errors leave anything out.
    let internal_errors = skipped.len();
    let paths: Vec<&str> = files.iter().map(|it| &*it.input.path).collect();
    let input = engine::Input { facts: &facts, problems: &problems, exceptions, paths: &paths };
    let mut outcome = engine::run(rules::ALL, input, &config.settings);
    let internal_errors = internal_errors + outcome.failed.len();
    skipped.extend(outcome.failed.into_iter().map(|rule| Skipped {
        path: String::new(),
        reason: format!(
            "internal error in rule `{rule}`: its findings are incomplete; please report this"
        ),
    }));
    let own = (0..).zip(&files).filter(|(it, _)| !facts.outside.contains(&FileId(*it)));
    let read: Vec<usize> = own
        .filter(|(_, it)| it.tree.is_some() && !installed::is_list(&it.input.path))
        .map(|(_, it)| it.input.text.len())
        .collect();
    let statistics = Statistics { files: read.len(), bytes: read.iter().sum(), ..statistics };
    let texts = files.into_iter().map(|it| SourceText::new(it.input.path, it.input.text));
    let sources = Sources::new(texts.collect());
    if !facts.packed.is_empty() {
        let excused = outcome.suppressed.iter_mut().map(|it| &mut it.finding);
        let all = outcome.findings.iter_mut().chain(excused);
        all.for_each(|it| packed::tell(it, &facts, &sources));
    }
    skipped.extend(facts.notes.iter().filter_map(|it| cut_off(it, &sources)));
    Report {
        sources,
        findings: outcome.findings,
        suppressed: outcome.suppressed,
        facts,
        problems,
        skipped,
        statistics,
        changed: Vec::new(),
        internal_errors,
    }
}

/// A place beyond which nhilint did not look.
fn cut_off(note: &Note, sources: &Sources) -> Option<Skipped> {
    if !matches!(note.kind, NoteKind::Limit | NoteKind::Cycle) {
        return None;
    }
    let (start, _) = sources.range(note.place);
    Some(Skipped {
        path: sources.path(note.place.file).to_owned(),
        reason: format!("line {}: {}", start.line, note.message),
    })
}

/// The id of a path; files are sorted.
fn find(files: &[Prepared], path: &str) -> Option<FileId> {
    let at = files.binary_search_by(|it| (*it.input.path).cmp(path)).ok()?;
    u32::try_from(at).ok().map(FileId)
}

/// Gives owners to identities whose declaration names none.
fn name_owners(facts: &mut Facts, files: &[Prepared], config: Option<(FileId, &ConfigFile)>) {
    let naming: Vec<OwnerFile<'_>> = (0..)
        .zip(files)
        .filter(|(_, it)| {
            let path = &it.input.path;
            it.archive.is_none()
                && (ownership::is_codeowners(path)
                    || ownership::is_catalog(path)
                    || ownership::is_approvers(path))
        })
        .map(|(index, it)| OwnerFile {
            file: FileId(index),
            path: &it.input.path,
            text: &it.input.text,
            tree: it.tree.as_deref(),
        })
        .collect();
    let path_of = |file: FileId| files.get(file.0 as usize).map_or("", |it| &*it.input.path);
    Owners::new(&naming, config).apply(facts, path_of);
}

/// What the front ends make of the files.
#[derive(Default)]
struct Learned {
    facts: Facts,
    statistics: Statistics,
    /// Templates of charts that print sound text.
    rendered: BTreeSet<FileId>,
}

fn learn(
    parsed: &[(FrontEnd, Source<'_>)],
    files: &[Prepared],
    modules: &[installed::Module],
    config: &Config,
    skipped: &mut Vec<Skipped>,
) -> Learned {
    let of = |wanted: FrontEnd| -> Vec<Source<'_>> {
        parsed.iter().filter(|(it, _)| *it == wanted).map(|(_, it)| *it).collect()
    };
    let read_file = |path: &str| match find(files, path).and_then(|it| files.get(it.0 as usize)) {
        Some(it) => Some(Arc::clone(&it.input.text)),
        None => config.reader.as_ref()?.read(path),
    };
    let today = config.settings.today;
    let mut facts = Facts::default();

    let find_file = |path: &str| find(files, path);
    let sources = of(FrontEnd::Terraform);
    let settings = config.file.as_ref().filter(|it| !it.inputs.is_empty());
    let settings = settings.and_then(|it| {
        let tree = syntax::parse(Arc::clone(&it.text), Language::Toml, &config.limits);
        Some((it, find(files, &it.path)?, tree))
    });
    let inputs = settings
        .as_ref()
        .map_or(Vec::new(), |(it, file, tree)| inputs::resolved(&it.inputs, *file, tree, &sources));
    let list_folder = |path: &str| match &config.reader {
        Some(reader) => reader.list(path),
        // Without a disk, the files that were given are all there is.
        None => Some(listed(files, path)),
    };
    let installed: Vec<terraform::Installed<'_>> =
        modules.iter().map(installed::Module::as_installed).collect();
    let trees: Vec<(Source<'_>, Tree)> = sources
        .iter()
        .flat_map(|it| {
            terraform::generated(it, &config.limits).into_iter().map(move |tree| (*it, tree))
        })
        .collect();
    let generated: Vec<Source<'_>> =
        trees.iter().map(|(of, tree)| Source { tree, ..*of }).collect();
    let options = terraform::Options {
        generated: &generated,
        installed: &installed,
        list_folder: Some(&list_folder),
        inputs: &inputs,
        read_file: Some(&read_file),
        find_file: Some(&find_file),
        collect_resources: config.collect_resources,
    };
    let project = terraform::Project::new(sources, &options);
    let units: Vec<usize> = (0..project.units()).collect();
    let lowered = guarded(config.threads, &units, |unit| match config.cancel.is_due() {
        true => Facts::default(),
        false => project.lower(*unit),
    });
    for result in lowered {
        take(&mut facts, result, skipped, || "a Terraform module".to_owned());
    }

    if config.cancel.is_due() {
        return Learned { facts, ..Learned::default() };
    }
    let options = kubernetes::Options { collect_resources: config.collect_resources, today };
    let sources = of(FrontEnd::Kubernetes);
    let collect = |it: &Source<'_>| Box::new(kubernetes::collect(it, &options));
    let collected = guarded(config.threads, &sources, collect);
    let (mut printed, shares) = charts::run(files, &sources, &read_file, config, &options, skipped);
    facts.notes.append(&mut printed.notes);
    facts.packed.append(&mut printed.packed);
    let rendered = printed.objects.keys().copied().collect();
    let deploy = collected.iter().flatten().filter(|it| it.deploys()).map(|it| it.file()).collect();
    let mut built =
        kustomize::build(files, &sources, &deploy, config, &options, &mut facts, skipped);
    let mut objects = Vec::with_capacity(collected.len());
    for (source, result) in sources.iter().zip(collected) {
        match (result, printed.objects.remove(&source.file)) {
            (Some(masked), Some(mut printed)) => {
                printed.add_literals(*masked);
                objects.push(Box::new(printed));
            }
            (Some(masked), None) => objects.push(built.left(masked)),
            (None, _) => skipped.push(internal_error(source.path.to_owned())),
        }
    }
    // Templates that do not look like manifests before they are run.
    let further = printed.objects.into_values().chain(printed.further);
    objects.extend(further.chain(std::mem::take(&mut built.objects)).map(Box::new));
    let statistics =
        Statistics { charts: shares, kustomizations: built.statistics, ..Statistics::default() };
    let manifests = std::mem::take(&mut facts.manifests);
    let joined = catch_unwind(AssertUnwindSafe(|| {
        objects.push(Box::new(kubernetes::adopt(&manifests, &options)));
        let mut joined = kubernetes::join(objects);
        terraform::read_policies(&mut joined);
        joined
    }))
    .ok();
    let joined = joined.map(|it| once::without_known_literals(it, &facts));
    take(&mut facts, joined, skipped, || "Kubernetes manifests".to_owned());

    if config.cancel.is_due() {
        return Learned { facts, statistics, rendered };
    }
    let options = agents::Options { collect_resources: config.collect_resources };
    let mut sources = of(FrontEnd::Agents);
    // A configuration may hand a file of variables to an agent or a tool server.
    let pipelines = of(FrontEnd::Pipelines);
    sources.extend(pipelines.iter().filter(|it| agents::reads_variables(it.path)));
    let mut agents = Facts::default();
    let lowered = guarded(config.threads, &sources, |it| agents::lower(it, &options));
    for (source, result) in sources.iter().zip(lowered) {
        take(&mut agents, result, skipped, || source.path.to_owned());
    }
    agents::join(&mut agents);
    facts.extend(agents);
    let lowered = guarded(config.threads, &pipelines, pipelines::lower);
    for (source, result) in pipelines.iter().zip(lowered) {
        let result = result.map(|it| once::without_known_literals(it, &facts));
        take(&mut facts, result, skipped, || source.path.to_owned());
    }
    Learned { facts, statistics, rendered }
}

/// The files and folders of a folder, among the files of an analysis.
fn listed(files: &[Prepared], folder: &str) -> Vec<terraform::FolderEntry> {
    let mut entries = BTreeMap::new();
    for file in files {
        let below = match folder {
            "" => Some(&*file.input.path),
            folder => file.input.path.strip_prefix(folder).and_then(|it| it.strip_prefix('/')),
        };
        let Some(below) = below else { continue };
        match below.split_once('/') {
            Some((name, _)) => entries.insert(name, true),
            None => entries.insert(below, false),
        };
    }
    let entry = |(name, is_folder): (&str, bool)| terraform::FolderEntry {
        name: name.to_owned(),
        is_folder,
    };
    entries.into_iter().map(entry).collect()
}

fn take(
    facts: &mut Facts,
    result: Option<Facts>,
    skipped: &mut Vec<Skipped>,
    name: impl FnOnce() -> String,
) {
    match result {
        Some(it) => facts.extend(it),
        None => skipped.push(internal_error(name())),
    }
}

pub(crate) fn internal_error(path: String) -> Skipped {
    Skipped { path, reason: INTERNAL_ERROR.to_owned() }
}

fn problems(parsed: &[(FrontEnd, Source<'_>)], rendered: &BTreeSet<FileId>) -> Vec<Problem> {
    let all = parsed.iter().flat_map(|(_, source)| {
        // What a template prints counts: without its actions it holds all branches at once.
        let is_told = |it: &&syntax::Problem| {
            it.kind != ProblemKind::Syntax || !rendered.contains(&source.file)
        };
        source.tree.problems().iter().filter(is_told).map(|it| Problem {
            kind: it.kind,
            place: source.place(it.span),
            message: it.message.clone(),
        })
    });
    all.collect()
}

fn exceptions(parsed: &[(FrontEnd, Source<'_>)]) -> Vec<Exception> {
    let mut all = Vec::new();
    for (_, source) in parsed {
        if source.tree.comments().is_empty() {
            continue;
        }
        let (suppressions, malformed) = syntax::suppressions(source.tree);
        let at = |span| Place::new(source.file, span);
        for it in suppressions {
            let date = it.until.as_ref().map(|(text, span)| (text.parse().ok(), at(*span)));
            all.push(Exception {
                source: ExceptionSource::Comment(at(it.covers)),
                rules: it.rules.into_iter().map(|(name, span)| (name, at(span))).collect(),
                until: date.and_then(|(date, _)| date),
                bad_date: date.and_then(|(date, place)| date.is_none().then_some(place)),
                owner: it.owner,
                reason: it.reason,
                place: Some(at(it.span)),
            });
        }
        for it in malformed {
            all.push(Exception {
                source: ExceptionSource::Malformed(it.message),
                rules: Vec::new(),
                until: None,
                bad_date: None,
                owner: None,
                reason: None,
                place: Some(at(it.span)),
            });
        }
    }
    all
}

/// Runs `work` on every item, with the results in the order of the items. An item whose work
/// panics yields nothing: a bug must not take the other files down.
pub(crate) fn guarded<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<Option<R>> {
    in_parallel(threads, items, |it| catch_unwind(AssertUnwindSafe(|| work(it))).ok())
}

pub(crate) fn in_parallel<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads }.min(items.len());
    if threads <= 1 {
        return secrets::remembering(|| items.iter().map(work).collect());
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
                let items = numbers.map_while(|it| Some((it, items.get(it)?)));
                let mut mine: Vec<_> =
                    secrets::remembering(|| items.map(|(at, it)| (at, work(it))).collect());
                if let Ok(mut done) = done.lock() {
                    done.append(&mut mine);
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, it)| it).collect()
}
