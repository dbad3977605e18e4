//! Packed charts: `charts/redis-1.0.0.tgz` beside a `Chart.yaml`, and those that a release of
//! Flux names by their path.
//!
//! They are run like charts that lie there as folders. Nobody edits what is in an archive, so
//! what is found in one is reported at the line that brings it in: the value where a chart
//! above sets it, else the dependency in `Chart.yaml`, else the name of the chart that holds
//! the archive, or the chart of the release. Where in the archive it stands is told in words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::{Finding, Related, Skipped, Sources};
use kubernetes::Charts;
use model::{Facts, FileId, Import};
use syntax::{Language, Limits, Word};

use crate::analyze::{FrontEnd, InputFile, Prepared};
use crate::archive::{self, Opened};
use crate::reader::Reader;

/// Archives of one workspace that are opened.
const ARCHIVES: usize = 500;

/// What all archives of one workspace may unfold to.
const ROOM: usize = 128 << 20;

/// Opens the archives that somebody has installed. A chart that also lies unpacked beside its
/// archive, or where the archive was made from, is read from there. The descriptions of the
/// charts that hold archives are read too, so that a comment there can excuse what is found
/// inside.
pub(crate) fn read(
    archives: &BTreeSet<String>,
    files: &mut Vec<Prepared>,
    reader: &Reader,
    limits: &Limits,
    skipped: &mut Vec<Skipped>,
) {
    if archives.is_empty() {
        return;
    }
    let charts = files.iter().filter_map(|it| it.input.path.strip_suffix("Chart.yaml"));
    let charts: BTreeSet<String> = charts.map(str::to_owned).collect();
    // Archives of other kinds may be many.
    let releases: Vec<Arc<str>> =
        files.iter().filter(|it| names_archives(it)).map(|it| Arc::clone(&it.input.text)).collect();
    let installed = archives.iter().filter_map(|path| {
        let name = model::path::name(path);
        let holder = holder(path).filter(|it| charts.contains(*it));
        let named = || releases.iter().any(|it| syntax::mentions(it, name));
        (holder.is_some() || named()).then_some((path, holder))
    });
    let local = local_charts(files);
    let mut room = ROOM;
    let mut holders = BTreeSet::new();
    let mut found = Vec::new();
    for (number, (path, holder)) in installed.enumerate() {
        let mut skip = |reason: String| skipped.push(Skipped { path: path.clone(), reason });
        if number == ARCHIVES {
            skip(format!("a packed chart; nhilint opens {ARCHIVES} of them, in order"));
            break;
        }
        let archive = match opened(path, reader, limits, &mut room) {
            Ok(it) => it,
            Err(reason) => {
                skip(format!("a packed chart of which nothing is read: {reason}"));
                continue;
            }
        };
        let unpacked = holder.map(|it| format!("{it}charts/{}/", archive.name));
        let made_from = holder.into_iter().flat_map(|it| local.get(it).into_iter().flatten());
        let mut made_from = made_from.filter(|(name, _)| *name == archive.name);
        let is_chart = |folder: String| charts.contains(&folder);
        if unpacked.is_some_and(is_chart)
            || made_from.any(|(_, folder)| is_chart(format!("{folder}/")))
        {
            continue;
        }
        for reason in archive.left_out {
            skip(format!("{reason}: these are left out"));
        }
        holders.extend(holder);
        let name: Arc<str> = path.as_str().into();
        let inside = archive.files.into_iter();
        found.extend(inside.map(|(below, text)| prepare(&name, &below, text, limits)));
    }
    describe(files, &holders, limits);
    files.extend(found);
}

/// The charts that others take from folders beside them, by the folder that takes them.
fn local_charts(files: &[Prepared]) -> BTreeMap<String, Vec<(String, String)>> {
    let described = files.iter().filter_map(|it| {
        let folder = it.input.path.strip_suffix("Chart.yaml")?;
        let found = kubernetes::local_charts(folder.trim_end_matches('/'), &it.input.text);
        Some((folder.to_owned(), found))
    });
    described.filter(|(_, it)| !it.is_empty()).collect()
}

fn opened(
    path: &str,
    reader: &Reader,
    limits: &Limits,
    room: &mut usize,
) -> Result<Opened, String> {
    let Some(bytes) = reader.bytes(path) else {
        return Err(format!("it cannot be read, or has more than {} bytes", limits.bytes));
    };
    archive::open(&bytes, limits, room)
}

/// Reads the files that list what some charts need.
fn describe(files: &mut [Prepared], charts: &BTreeSet<&str>, limits: &Limits) {
    for it in files {
        let path = &it.input.path;
        let of = path.strip_suffix("Chart.yaml").or(path.strip_suffix("requirements.yaml"));
        if of.is_some_and(|it| charts.contains(it)) {
            let tree = syntax::parse(Arc::clone(&it.input.text), Language::Yaml, limits);
            it.format = Some((FrontEnd::Kubernetes, Language::Yaml));
            it.tree = Some(Arc::new(tree));
        }
    }
}

/// The folder of the chart in whose `charts/` an archive lies, with a `/` at its end.
fn holder(path: &str) -> Option<&str> {
    let folder = path.rsplit_once('/')?.0.strip_suffix("charts")?;
    (folder.is_empty() || folder.ends_with('/')).then_some(folder)
}

/// True for a file whose releases may name archives.
fn names_archives(file: &Prepared) -> bool {
    static GROUP: Word = Word::new("helm.toolkit.");
    let text = &file.input.text;
    matches!(file.format, Some((FrontEnd::Kubernetes, _)))
        && GROUP.is_in(text)
        && syntax::mentions(text, ".tgz")
}

fn prepare(archive: &Arc<str>, below: &str, text: Arc<str>, limits: &Limits) -> Prepared {
    let path: Arc<str> = format!("{archive}/{below}").into();
    let name = model::path::name(below);
    let is_read = name == "values.yaml" || format!("/{below}").contains("/templates/");
    let language = is_read.then(|| kubernetes::language(&path, &text)).flatten();
    let tree = language.map(|it| Arc::new(syntax::parse(Arc::clone(&text), it, limits)));
    Prepared {
        input: InputFile { path, text },
        format: language.map(|it| (FrontEnd::Kubernetes, it)),
        tree,
        archive: Some(Arc::clone(archive)),
    }
}

/// The files of archives, each with what brings its archive in, where that is known.
pub(crate) fn imports(files: &[Prepared], charts: &Charts<'_>) -> BTreeMap<FileId, Import> {
    let mut by_archive: BTreeMap<&str, Option<Import>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (index, file) in (0..).zip(files) {
        let Some(archive) = file.archive.as_deref() else { continue };
        let import = by_archive.entry(archive).or_insert_with(|| charts.import(archive));
        found.extend(import.iter().map(|it| (FileId(index), it.clone())));
    }
    found
}

/// Says in words where in an archive something stands: nobody can open a place in there.
pub(crate) fn tell(finding: &mut Finding, facts: &Facts, sources: &Sources) {
    for it in &mut finding.related {
        let Some(import) = facts.packed.get(&it.place.file) else { continue };
        let (start, _) = sources.range(it.place);
        let path = sources.path(it.place.file);
        *it = Related {
            place: import.place,
            message: format!("{} (line {} of `{path}`)", it.message, start.line),
        };
    }
}
